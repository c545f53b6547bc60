"""The bottom of the spectrum of a positive definite matrix."""

from numeric.relation_spectrum import ROUNDING, top_eigenpairs
from numeric.validation import frobenius_norm, symmetric


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
    eigenvalues = 0.0 - values  # of which none is -0
    if not eigenvalues[0] > 0:
        rounding = ROUNDING * frobenius_norm(A)
        raise ValueError(
            f"A must be positive definite, with eigenvalues above {rounding:.3g}; found one of {eigenvalues[0]:.3g}"
        )
    return eigenvalues, eigenvectors
