"""The bottom of the Laplacian spectrum of one connected graph, dense or sparse.

Dense: one Householder reflection Q takes the ones vector to the first axis, and Q L Q, less its first row and
column, is L on the complement; Q is applied as a rank-two update and never formed.

Sparse: Lanczos on the complement of the ones vector (`numeric.lanczos`).
"""

import numpy as np
import scipy.sparse as sp

from numeric.dense import selected_eigenpairs
from numeric.lanczos import RESIDUAL, sparse_bottom_eigenpairs

DENSE_SIZE = 600
"""Up to this size, the dense route is the faster one."""

FALLBACK_SIZE = 6000
"""Up to this size, the dense route takes over when the sparse one has failed."""


def connected_eigenpairs(G, n_pairs):
    """The smallest eigenpairs of L = diag(G 1) - G on the complement of the ones vector; G connected.

    Args:
        G: (M, M) ndarray or csr_array, validated, connected, with zero diagonal, M >= 2.
        n_pairs: how many pairs, >= 1.

    Returns:
        eigenvalues: (q,) ascending, q = min(n_pairs, M - 1), each >= 0.
        eigenvectors: (M, q) orthonormal, orthogonal to the ones vector.

    Raises:
        RuntimeError: the sparse route failed on a graph of more than `FALLBACK_SIZE` samples.
    """
    size = G.shape[0]
    n_pairs = min(n_pairs, size - 1)
    if not sp.issparse(G):
        return _dense(G, n_pairs)
    if size <= DENSE_SIZE or 5 * n_pairs > size:
        return _dense(G.toarray(), n_pairs)
    pairs = _sparse(G, n_pairs)
    if pairs is not None:
        return pairs
    if size <= FALLBACK_SIZE:
        return _dense(G.toarray(), n_pairs)
    raise RuntimeError(
        f"no {n_pairs} eigenpairs of a connected component of {size} samples met the residual {RESIDUAL:g}:"
        " its weights differ too much in size, or it is too long and too dense at once."
        " A dense G takes the dense route"
    )


def ones_complement(vector, count):
    """`count` orthonormal columns orthogonal to a positive `vector`, (M, count): a reflection's."""
    normal = vector / np.linalg.norm(vector)
    normal[0] += np.copysign(1.0, normal[0])  # no cancellation
    columns = -np.outer(normal, normal[1 : count + 1]) * (2 / (normal @ normal))
    columns[np.arange(1, count + 1), np.arange(count)] += 1.0
    return columns


def _dense(G, n_pairs):
    degrees = G.sum(axis=1)
    L = -G
    np.fill_diagonal(L, degrees)
    size = len(L)
    # Q = I - t v v', v = 1/sqrt(M) + e_1, Q 1 = -sqrt(M) e_1; since L 1 = 0, L v is the first column of L.
    entry = 1 / np.sqrt(size)  # of v, but for the first
    t = 1 / (1 + entry)  # 2 / v'v
    w = t * (L[1:, 0] - t / 2 * L[0, 0] * entry)  # Q L Q = L - v w' - w v'
    reduced = L[1:, 1:]
    reduced -= entry * w
    reduced -= entry * w[:, None]
    eigenvalues, y = selected_eigenpairs(reduced, 0, n_pairs - 1)
    eigenvectors = np.empty((size, n_pairs))
    weight = t * entry * y.sum(axis=0)  # t v'(0, y)
    eigenvectors[0] = -weight * (1 + entry)
    eigenvectors[1:] = y - weight * entry
    return np.maximum(eigenvalues, 0.0), eigenvectors


def _sparse(G, n_pairs):
    """The eigenpairs, or None if Lanczos gave none that meet the residual."""
    degrees = np.asarray(G.sum(axis=1)).ravel()
    L = (sp.diags_array(degrees) - G).tocsc()
    pairs = sparse_bottom_eigenpairs(L, 2 * degrees.max(), n_pairs, _centred)  # bound: Gershgorin
    return pairs and (np.maximum(pairs[0], 0.0), pairs[1])


def _centred(x):
    return x - x.mean(axis=0)
