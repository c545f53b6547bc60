"""The bottom of the spectrum of any symmetric matrix, seen through any factor."""

import numpy as np

from numeric.relation_spectrum import top_eigenpairs, top_generalised_eigenpairs


def bottom_pairs(S, n_pairs, factor=None):
    """The smallest eigenpairs of (F'SF) v = a (F'F) v on the range of F'F.

    Args:
        S: (N, N) symmetric, of any sign.
        n_pairs: how many pairs; at most rank(F) exist.
        factor: F, (N, D) of any rank; the identity if None.

    Returns:
        eigenvalues: (q,) ascending, q = min(n_pairs, rank F); rounding of S counts as 0 (`numeric.relation_spectrum`).
        eigenvectors: (D, q), V with V'F'FV = I.

    Raises:
        TypeError, ValueError: S or n_pairs is not allowed (`numeric.validation`).
    """
    if factor is None:
        values, vectors = top_eigenpairs(-S, n_pairs)
    else:
        values, vectors = top_generalised_eigenpairs(factor, -S, n_pairs)
    return 0.0 - values, vectors


def centring(n):
    """H = I - 1 1'/n, (n, n)."""
    return np.eye(n) - 1.0 / n
