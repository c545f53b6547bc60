"""The bottom of a graph Laplacian's spectrum, and of a pencil of two moments.

L = diag(G 1) - G is symmetric, positive semidefinite and annihilates the ones vector, once for each connected
component. All three facts are used rather than hoped for: the ones vector is removed exactly, and the graph
is taken apart into its components first, so that an eigenvalue 0 is exactly 0 and its eigenvector is a
contrast of indicators (`numeric.components`).
"""

from typing import NamedTuple

import numpy as np

from numeric.chunks import is_distributed
from numeric.components import Components
from numeric.pairwise import relation
from numeric.products import without_diagonal
from numeric.ties import through_ties
from numeric.validation import component_count

RANK_TOLERANCE = 1e-12
"""Eigenvalues of A below this fraction of the largest, or D units of rounding if more, count as 0; A is
scaled to unit diagonal first, so that the units of the features do not matter."""


def bottom_eigenpairs(G, n_pairs, *, mass=None, unit_variance=False):
    """The smallest eigenpairs of L = diag(G 1) - G on the complement of the ones vector.

    Args:
        G: (N, N) relation, dense or sparse; its diagonal has no influence.
        n_pairs: how many pairs; at most N - 1 exist.
        mass: (N,) ndarray of m_i > 0, for L p = lambda diag(mass) p without the constant one; by default all 1.
        unit_variance: whether the eigenvectors are columns of variance 1, P'P = N I, instead of length 1.

    Returns:
        eigenvalues: (q,) ascending, q = min(n_pairs, N - 1), each >= 0, accurate relative to the norm of the
            component that it belongs to, and exactly 0 once per component after the first.
        eigenvectors: (N, q) orthonormal columns, each orthogonal to the ones vector; P' diag(mass) P = I, mass'P = 0.
            With unit variance, they are longer by N^{1/2}.

    Raises:
        TypeError, ValueError: G or n_pairs is not allowed (`numeric.validation`).
        RuntimeError: the sparse eigensolver failed, and the component is too large for the dense one.
    """
    G = without_diagonal(relation(G))
    length = np.sqrt(G.shape[0]) if unit_variance else 1.0
    n_pairs = min(component_count(n_pairs), G.shape[0] - 1)
    if is_distributed(G):
        return _distributed(G, n_pairs, mass, length)
    return Components(G, mass).eigenpairs(n_pairs, length)


class Multiplicity(NamedTuple):
    """How many eigenvalues equal the last one taken: among those taken, and in all."""

    taken: int
    total: int


def bottom_multiplicity(G, n_pairs, *, mass=None):
    """How often the last of the smallest eigenvalues is repeated: if `total` > `taken`, its eigenvectors are a choice.

    Of cliques, and of the eigenvalue 0, multiplicities are counted and not computed, however large they are.

    Args:
        G, n_pairs, mass: as for `bottom_eigenpairs`.

    Returns:
        taken: how many of the min(n_pairs, N - 1) smallest eigenvalues equal the last of them (`numeric.ties`).
        total: how many of all N - 1 do. Both are 0 for N = 1.

    Raises:
        TypeError, ValueError, RuntimeError: as `bottom_eigenpairs`.
    """
    G = without_diagonal(relation(G))
    most = G.shape[0] - 1
    rank = min(component_count(n_pairs), most)
    if not rank:
        return Multiplicity(0, 0)
    components = Components(G, mass)
    *_, tied = through_ties(lambda count: (components.eigenvalues(min(count, most)), None), rank)
    return Multiplicity(int(np.count_nonzero(tied[:rank])), int(np.count_nonzero(tied)))


def _distributed(G, n_pairs, mass, length):
    from numeric.distributed_spectrum import distributed_bottom_eigenpairs

    if mass is not None:
        raise TypeError("G must be a matrix in memory where samples have masses; found one of Dask")
    eigenvalues, eigenvectors = distributed_bottom_eigenpairs(G, n_pairs)
    eigenvectors *= length
    return eigenvalues, eigenvectors


def bottom_generalised_eigenpairs(B, A, n_pairs, *, scale=None):
    """The smallest eigenpairs of B v = mu A v on range(A), for symmetric positive semidefinite A of any rank.

    A is whitened: with A = T^{+'} T^{+} on its range, the pencil becomes the symmetric matrix T' B T.

    Args:
        B: (D, D) symmetric positive semidefinite, zero on the null space of A: so are the moments of a
            Laplacian.
        A: (D, D) symmetric positive semidefinite; its rank is decided as `RANK_TOLERANCE` says.
        n_pairs: how many pairs; at most rank(A) exist.
        scale: a bound on the eigenvalues, by default the largest one. Eigenvalues that D units of rounding at
            this scale may have made are returned as 0.

    Returns:
        eigenvalues: (q,) ascending, q = min(n_pairs, rank A), each >= 0.
        eigenvectors: (D, q) with V'AV = I.

    Raises:
        TypeError, ValueError: n_pairs is not an integer >= 1.
    """
    n_pairs = component_count(n_pairs)
    T, _ = whitening(A)
    if not T.shape[1]:
        return np.zeros(0), T
    eigenvalues, eigenvectors = np.linalg.eigh(T.T @ B @ T)  # (r,), (r, r)
    rounding = len(A) * np.finfo(np.float64).eps * (eigenvalues[-1] if scale is None else scale)
    eigenvalues = np.where(eigenvalues > rounding, eigenvalues, 0.0)
    return eigenvalues[:n_pairs], T @ eigenvectors[:, :n_pairs]


def whitening(A):
    """T with T'AT = I and the range of A, (D, r), for a symmetric positive semidefinite A, (D, D), of any rank r.

    Also the eigenvalues of A that count, (r,) ascending, in units in which its diagonal is 1 (see `RANK_TOLERANCE`).
    """
    deviations = np.sqrt(np.clip(np.diagonal(A), 0.0, None))  # (D,)
    units = np.divide(1.0, deviations, out=np.zeros_like(deviations), where=deviations > 0)  # (D,)
    variances, axes = np.linalg.eigh(units[:, None] * A * units)  # (D,), (D, D)
    kept = variances > max(RANK_TOLERANCE, len(A) * np.finfo(np.float64).eps) * max(variances[-1], 0.0)
    return units[:, None] * axes[:, kept] / np.sqrt(variances[kept]), variances[kept]
