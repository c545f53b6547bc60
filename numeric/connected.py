"""The bottom of the Laplacian spectrum of one connected graph, dense or sparse, whose samples have masses.

L p = lambda M p, M = diag(mass), has the eigenvectors p = M^{-1/2} y of S = M^{-1/2} L M^{-1/2}, which annihilates
u = M^{1/2} 1; with all masses 1 it is L itself, and u the ones vector.

Dense: one Householder reflection Q takes u to the first axis, and Q S Q, less its first row and column, is S on the
complement; Q is applied as a rank-two update and never formed.

Sparse: one of the routes of `numeric.sparse_spectrum`, on the complement of u.
"""

import numpy as np
import scipy.sparse as sp

from numeric.dense import selected_eigenpairs
from numeric.products import degrees
from numeric.sparse_spectrum import RESIDUAL, sparse_bottom_eigenpairs

DENSE_SIZE = 600
"""Up to this size, the dense route is the faster one."""

FALLBACK_SIZE = 6000
"""Up to this size, the dense route takes over when the sparse one has failed."""


def connected_eigenpairs(G, n_pairs, mass):
    """The smallest eigenpairs of L p = lambda diag(mass) p, L = diag(G 1) - G, without the constant one; G connected.

    Args:
        G: (N, N) ndarray or csr_array, validated, connected, with zero diagonal, N >= 2.
        n_pairs: how many pairs, >= 1.
        mass: (N,) ndarray, each > 0.

    Returns:
        eigenvalues: (q,) ascending, q = min(n_pairs, N - 1), each >= 0.
        eigenvectors: (N, q), P' diag(mass) P = I, mass'P = 0.

    Raises:
        RuntimeError: the sparse route failed on a graph of more than `FALLBACK_SIZE` samples.
    """
    size = G.shape[0]
    n_pairs = min(n_pairs, size - 1)
    roots = np.sqrt(mass)
    if not sp.issparse(G):
        pairs = _dense(G, n_pairs, roots)
    elif size <= DENSE_SIZE or 5 * n_pairs > size:
        pairs = _dense(G.toarray(), n_pairs, roots)
    else:
        pairs = _sparse(G, n_pairs, roots)
        if pairs is None and size <= FALLBACK_SIZE:
            pairs = _dense(G.toarray(), n_pairs, roots)
    if pairs is not None:
        return np.maximum(pairs[0], 0.0), pairs[1] / roots[:, None]
    raise RuntimeError(
        f"no {n_pairs} eigenpairs of a connected component of {size} samples met the residual {RESIDUAL:g}:"
        " its weights differ too much in size, or it is too long and too dense at once."
        " A dense G takes the dense route"
    )


def _dense(G, n_pairs, roots):
    """The eigenpairs of S; roots are those of the masses."""
    S = -G
    np.fill_diagonal(S, degrees(G))
    S /= roots[:, None]
    S /= roots
    u = _unit(roots)
    # Q = I - t v v', v = u + e_1, Q u = -e_1; since S u = 0, S v is the first column of S.
    t = 1 / (1 + u[0])  # 2 / v'v
    head, tail = u[0], u[1:]
    w = t * (S[1:, 0] - t / 2 * S[0, 0] * tail)  # Q S Q = S - v w' - w v'
    reduced = S[1:, 1:]
    reduced -= tail[:, None] * w
    reduced -= w[:, None] * tail
    eigenvalues, y = selected_eigenpairs(reduced, 0, n_pairs - 1)
    eigenvectors = np.empty((len(S), n_pairs))
    weight = t * (tail @ y)  # t v'(0, y)
    eigenvectors[0] = -weight * (1 + head)
    eigenvectors[1:] = y - tail[:, None] * weight
    return eigenvalues, eigenvectors


def _sparse(G, n_pairs, roots):
    """The same, or None if no sparse route gave pairs that meet the residual."""
    d = degrees(G)
    S = (sp.diags_array(d) - G).tocsr()
    S.data /= np.repeat(roots, np.diff(S.indptr))
    S.data /= roots[S.indices]
    bound = 2 * (d / roots / roots).max()  # Gershgorin, for rows scaled by the roots
    return sparse_bottom_eigenpairs(S, bound, n_pairs, _unit(roots))


def _unit(roots):
    """u = M^{1/2} 1 with norm one; no square overflows."""
    u = roots / roots.max()
    return u / np.linalg.norm(u)
