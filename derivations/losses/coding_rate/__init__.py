"""The log-det coding rate."""
