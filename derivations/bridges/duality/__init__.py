"""Duality of contrast between samples and between dimensions."""
