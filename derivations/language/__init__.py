"""Matrices of symbolic dimensions: what they are, what is said of them, their values, and when two of them are equal."""

from derivations.language import printing  # noqa: F401 - for all that is written of matrices
