"""Filters of losses, and losses for filters."""
