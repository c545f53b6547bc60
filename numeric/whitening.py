"""Whitening: an orthonormal basis of what linear functions of some inputs can be, and how it is made of the inputs."""

import numpy as np
from scipy.linalg import svd

from numeric.spectrum import RANK_TOLERANCE

LARGEST_WEIGHT = 1e304
"""What an entry of T may be at most, so that sums and multiples of its columns are floats."""

_EPS = np.finfo(np.float64).eps


def orthonormal_basis(X, *, name="X"):
    """U = X T with U'U = I and the range of X, for X of any rank.

    From the singular vectors of X, its columns scaled to norm one, so that the units of the features do not matter: this
    loses as many digits as the condition of X, and the moments X'X would twice as many.

    Args:
        X: (N, D) ndarray, validated. Singular values whose square is below `RANK_TOLERANCE` of the largest, or D units
            of rounding if more, count as 0.
        name: of the argument, for messages.

    Returns:
        U: (N, r) orthonormal columns, r the rank of X.
        T: (D, r), zero in rows of features that are zero.

    Raises:
        ValueError: X has a column so small that its weights overflow.
    """
    exponents = np.frexp(np.abs(X).max(axis=0))[1]  # (D,)
    scaled = np.ldexp(X, -exponents)  # (N, D), no square over- or underflows
    lengths = np.linalg.norm(scaled, axis=0)  # (D,)
    units = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)  # (D,)
    U, singular_values, axes = svd(scaled * units, full_matrices=False)
    kept = singular_values**2 > max(RANK_TOLERANCE, X.shape[1] * _EPS) * singular_values[0] ** 2
    T = units[:, None] * axes[kept].T / singular_values[kept]  # (D, r), for the scaled columns
    with np.errstate(over="ignore"):
        T = np.ldexp(T, -exponents[:, None])
    small = (np.abs(T) > LARGEST_WEIGHT).any(axis=1)  # (D,)
    if small.any():
        found = f"one of up to {np.abs(X[:, small]).max(axis=0)[0]:g}"
        raise ValueError(f"{name} must have columns for which finite weights suffice; found {found}")
    return U[:, kept], T
