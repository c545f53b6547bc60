"""The bottom of the spectrum of a positive definite matrix, and of the same matrix seen through inputs."""

from numeric.entries import frobenius_norm
from numeric.pairwise import symmetric
from numeric.relation_spectrum import ROUNDING, top_eigenpairs, top_generalised_eigenpairs


def bottom_definite_eigenpairs(A, n_pairs):
    """The smallest eigenpairs of a symmetric positive definite matrix.

    Args:
        A: (N, N) dense or sparse; its smallest eigenvalue must exceed `ROUNDING` of its Frobenius norm.
        n_pairs: how many pairs; at most N exist.

    Returns:
        eigenvalues: (q,) ascending, q = min(n_pairs, N), each > 0, accurate relative to the norm of A.
        eigenvectors: (N, q) orthonormal columns.

    Raises:
        TypeError, ValueError: A or n_pairs is not allowed (`numeric.validation`), or A is not positive definite.
        RuntimeError: the sparse eigensolver failed, and the component is too large for the dense one.
    """
    A = symmetric(A, name="A")
    values, eigenvectors = top_eigenpairs(-A, n_pairs)
    return _positive(-values, A), eigenvectors


def bottom_definite_generalised_eigenpairs(X, A, n_pairs):
    """The smallest eigenpairs of B v = mu M v on range(M), M = X'X, B = X'A X, for X of any rank.

    Args:
        X: (N, D) ndarray, validated.
        A: (N, N) symmetric matrix, validated, as for `bottom_definite_eigenpairs` on the range of X.
        n_pairs: how many pairs; at most rank(X) exist.

    Returns:
        eigenvalues: (q,) ascending, q = min(n_pairs, rank X), each > 0.
        eigenvectors: (D, q) with V'M V = I.

    Raises:
        TypeError, ValueError: n_pairs is no integer >= 1, A is not positive definite on the range of X, or a column of X
            is so small that its weights overflow.
    """
    values, eigenvectors = top_generalised_eigenpairs(X, -A, n_pairs)
    return _positive(-values, A), eigenvectors


def _positive(eigenvalues, A):
    """The eigenvalues, ascending, once the smallest is known to be positive."""
    if eigenvalues.size and not eigenvalues[0] > 0:
        rounding, found = ROUNDING * frobenius_norm(A), eigenvalues[0] + 0.0  # not -0
        raise ValueError(
            f"A must be positive definite, with eigenvalues above {rounding:.3g}; found one of {found:.3g}"
        )
    return eigenvalues
