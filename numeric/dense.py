"""Some eigenpairs of a dense symmetric matrix, however often its eigenvalues are repeated and whatever their size."""

import numpy as np
from scipy.linalg import LinAlgError, eigh


def selected_eigenpairs(matrix, first, last):
    """The eigenpairs number `first` to `last`, both included, counted from 0 at the smallest.

    LAPACK's search for a part of the spectrum (syevr) now and then gives fewer pairs than asked for, or an error, where
    nearly all eigenvalues are equal, as those of cliques are; the more so where entries are far from 1. So the matrix is
    scaled by a power of two, which is exact but for what underflows, and where that is not enough, the whole spectrum is
    computed by divide and conquer.

    Args:
        matrix: (M, M) symmetric ndarray of finite numbers; it is not changed.
        first, last: 0 <= first <= last < M.

    Returns:
        eigenvalues: (q,) ascending, q = last - first + 1, accurate relative to the norm of the matrix.
        eigenvectors: (M, q) orthonormal columns.
    """
    exponent = int(np.frexp(max(matrix.max(), -matrix.min()))[1])
    try:
        eigenvalues, eigenvectors = eigh(
            np.ldexp(matrix, -exponent), subset_by_index=(first, last), overwrite_a=True, check_finite=False
        )
        complete = len(eigenvalues) == last - first + 1
    except LinAlgError:
        complete = False
    if not complete:
        eigenvalues, eigenvectors = eigh(np.ldexp(matrix, -exponent), driver="evd", overwrite_a=True)
        eigenvalues, eigenvectors = eigenvalues[first : last + 1], eigenvectors[:, first : last + 1]
    return np.ldexp(eigenvalues, exponent), eigenvectors
