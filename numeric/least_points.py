"""Where polynomials are least over s >= 0: the filter of a loss that has no closed form."""

import numpy as np

NEWTON_STEPS = 3
IMAGINARY = 1e-6
"""A zero of the slope whose imaginary part is this small, relatively, may be real, and is tried."""


def least_points(coefficients):
    """The global minimisers of polynomials over s >= 0: 0 or a zero of the slope, whichever is least.

    Args:
        coefficients: (degree + 1, q) of q polynomials of degree >= 1, highest power first; the first must be positive.

    Returns:
        (q,) ndarray, exactly 0 where 0 is least.

    Raises:
        ValueError: a polynomial falls without bound.
    """
    coefficients = np.asarray(coefficients, dtype=np.float64)
    if not (coefficients[0] > 0).all():
        raise ValueError(f"polynomials must have a positive leading coefficient; found {coefficients[0].min():.3g}")
    return np.array([_least_point(np.poly1d(column)) for column in coefficients.T])


def _least_point(polynomial):
    slope = polynomial.deriv()
    zeros = slope.roots
    zeros = zeros.real[np.abs(zeros.imag) <= IMAGINARY * (1 + np.abs(zeros))]
    candidates = np.concatenate([[0.0], _polished(slope, zeros[zeros > 0])])
    return candidates[np.argmin(polynomial(candidates))]


def _polished(slope, zeros):
    """Newton's method from zeros that are right to a few digits, where it does not lead away."""
    bend = slope.deriv()
    for _ in range(NEWTON_STEPS):
        step = np.divide(slope(zeros), bend(zeros), out=np.zeros_like(zeros), where=bend(zeros) != 0)
        better = np.abs(slope(zeros - step)) < np.abs(slope(zeros))
        zeros = np.where(better, np.maximum(zeros - step, 0.0), zeros)
    return zeros
