"""Matrices of symbolic dimensions: what they are, what is said of them, their values, and when two of them are equal."""

from derivations.language import mended  # noqa: F401 - before anything is written with matrices
