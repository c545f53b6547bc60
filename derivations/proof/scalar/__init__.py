"""Minima of functions of one variable s >= 0, with certificates."""

from derivations.proof.scalar.minimum import nonnegative_minimum
from derivations.proof.scalar.smooth import ScalarMinimum, is_smooth, is_strictly_convex

__all__ = ["ScalarMinimum", "is_smooth", "is_strictly_convex", "nonnegative_minimum"]
