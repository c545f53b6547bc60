"""Relation matrices."""
