"""Some eigenpairs of a dense symmetric matrix, however often its eigenvalues are repeated and whatever their size."""

import numpy as np
from scipy.linalg import LinAlgError, eigh


def selected_eigenpairs(matrix, first, last):
    """The eigenpairs number `first` to `last`, both included, counted from 0 at the smallest.

    LAPACK's search for a part of the spectrum (syevr) now and then gives fewer pairs than asked for, or an error, or vectors
    that are not orthogonal, where nearly all eigenvalues are equal, as those of cliques are; the more so where entries are
    far from 1. So the matrix is scaled by a power of two, which is exact but for what underflows, what is found is checked,
    and where that is not enough, the whole spectrum is computed by divide and conquer.

    Args:
        matrix: (M, M) symmetric ndarray of finite numbers; it is not changed.
        first, last: 0 <= first <= last < M.

    Returns:
        eigenvalues: (q,) ascending, q = last - first + 1, accurate relative to the norm of the matrix.
        eigenvectors: (M, q) orthonormal columns.
    """
    exponent = int(np.frexp(max(matrix.max(), -matrix.min()))[1])
    scaled = np.ldexp(matrix, -exponent)
    try:
        eigenvalues, V = eigh(scaled, subset_by_index=(first, last), check_finite=False)
        found = len(eigenvalues) == last - first + 1 and _are_eigenpairs(scaled, eigenvalues, V)
    except LinAlgError:
        found = False
    if not found:
        eigenvalues, V = np.linalg.eigh(scaled)
        eigenvalues, V = eigenvalues[first : last + 1], V[:, first : last + 1]
    return np.ldexp(eigenvalues, exponent), V


def _are_eigenpairs(matrix, eigenvalues, V):
    """Whether V'V = I and matrix V = V diag(eigenvalues), up to rounding, for entries of size 1 at most."""
    rounding = 64 * len(matrix) * np.finfo(np.float64).eps
    residuals = V.T @ V - np.eye(len(eigenvalues)), matrix @ V - V * eigenvalues
    return all(abs(residual).max() <= rounding for residual in residuals)
