"""Duality: contrast between samples and between dimensions."""
