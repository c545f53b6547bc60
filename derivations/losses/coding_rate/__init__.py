"""The coding rate."""
