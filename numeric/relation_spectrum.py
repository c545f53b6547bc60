"""The top of the spectrum of a symmetric matrix of any sign, and of the same matrix seen through inputs.

An eigenvalue that is rounding of the matrix counts as 0, so that the number of positive ones is a rank. A sparse matrix
is taken apart into the components of its graph, in the order of a bound on their eigenvalues, and no more of them are
solved than can matter: of a million pairs of views, a few.
"""

import numpy as np
import scipy.sparse as sp

from numeric.arrays import inner
from numeric.cliques import parts_of
from numeric.connected import DENSE_SIZE, FALLBACK_SIZE
from numeric.dense import selected_eigenpairs
from numeric.entries import frobenius_norm
from numeric.pairwise import symmetric
from numeric.sparse_spectrum import RESIDUAL, sparse_bottom_eigenpairs
from numeric.validation import component_count
from numeric.whitened import whitened_pencil

ROUNDING = 1e-12
"""Eigenvalues of at most this fraction of the Frobenius norm of their matrix count as 0."""


def squared_norm(G):
    """|G|^2, the sum of the squares of all entries, of a dense or sparse matrix."""
    entries = G.data if sp.issparse(G) else G
    return float(inner(entries, entries))


def top_eigenpairs(G, n_pairs, *, error=0.0):
    """The largest eigenpairs of a symmetric matrix.

    Args:
        G: (N, N) symmetric matrix of any sign, dense or sparse.
        n_pairs: how many pairs; at most N exist.
        error: how far G may be from the matrix that is meant, in the Frobenius norm: by Weyl's inequality no
            eigenvalue is further from its own. Eigenvalues within it count as 0, as do those within `ROUNDING`.

    Returns:
        eigenvalues: (q,) descending, q = min(n_pairs, N), accurate relative to the norm of G.
        eigenvectors: (N, q) orthonormal columns.

    Raises:
        TypeError, ValueError: G or n_pairs is not allowed (`numeric.validation`).
        RuntimeError: the sparse eigensolver failed, and the component is too large for the dense one.
    """
    G = symmetric(G)
    n_pairs = min(component_count(n_pairs), G.shape[0])
    eigenvalues, eigenvectors = _by_components(G, n_pairs) if sp.issparse(G) else _dense(G, n_pairs)
    return _rounded(eigenvalues, G, error), eigenvectors


def top_generalised_eigenpairs(X, G, n_pairs, *, error=0.0):
    """The largest eigenpairs of B v = g A v on range(A), A = X'X, B = X'GX, for X of any rank.

    With U = X T, U'U = I (`numeric.whitened`), the pencil becomes the symmetric matrix U'GU: this loses as many digits
    as the condition of X, and the moments A and B would twice as many.

    Args:
        X: (N, D) inputs, validated.
        G: (N, N) symmetric matrix, validated.
        n_pairs: how many pairs; at most rank(X) exist.
        error: as for `top_eigenpairs`.

    Returns:
        eigenvalues: (q,) descending, q = min(n_pairs, rank X).
        eigenvectors: (D, q) with V'AV = I.

    Raises:
        TypeError, ValueError: n_pairs is not an integer >= 1; X has a column so small that its weights overflow, or is
            not finite, where that has not been seen before.
    """
    n_pairs = component_count(n_pairs)
    T, reduced = whitened_pencil(X, G, laplacian=False)  # (D, r), (r, r)
    if not T.shape[1]:
        return np.zeros(0), T
    eigenvalues, eigenvectors = _dense(reduced, min(n_pairs, len(reduced)))
    return _rounded(eigenvalues, G, error), T @ eigenvectors


def _rounded(eigenvalues, G, error):
    """The eigenvalues, with exact zeros for those that are rounding of G."""
    rounding = max(error, ROUNDING * frobenius_norm(G))
    return np.where(np.abs(eigenvalues) > rounding, eigenvalues, 0.0)


def _dense(G, n_pairs):
    eigenvalues, eigenvectors = selected_eigenpairs(G, len(G) - n_pairs, len(G) - 1)
    return eigenvalues[::-1], eigenvectors[:, ::-1]


def _by_components(G, n_pairs):
    """The largest eigenpairs of a csr_array, one component of its graph at a time."""
    size = G.shape[0]
    n_parts, labels = parts_of(G)
    bounds = _bounds(G, n_parts, labels)
    order = np.argsort(labels, kind="stable")
    ends = np.cumsum(np.bincount(labels, minlength=n_parts))
    eigenvalues, found = np.zeros(0), []
    for part in np.argsort(-bounds, kind="stable"):
        if len(eigenvalues) >= n_pairs and bounds[part] <= np.partition(eigenvalues, -n_pairs)[-n_pairs]:
            break  # this component has nothing larger, and neither have the others
        members = order[ends[part - 1] if part else 0 : ends[part]]
        values, vectors = _connected(G if n_parts == 1 else G[members][:, members], n_pairs)
        eigenvalues = np.concatenate([eigenvalues, values])
        found += [(members, vector) for vector in vectors.T]
    chosen = np.argsort(-eigenvalues, kind="stable")[:n_pairs]
    eigenvectors = np.zeros((size, len(chosen)))
    for column, index in enumerate(chosen):
        members, vector = found[index]
        eigenvectors[members, column] = vector
    return eigenvalues[chosen], eigenvectors


def _bounds(G, n_parts, labels):
    """What no eigenvalue of a component exceeds, (n_parts,): the right end of the Gershgorin discs of its rows."""
    diagonal = G.diagonal()
    reach = abs(G).sum(axis=1) - abs(diagonal) + diagonal
    bounds = np.full(n_parts, -np.inf)
    np.maximum.at(bounds, labels, reach)
    return bounds


def _connected(G, n_pairs):
    """The largest eigenpairs of a csr_array of one component: all, if it has fewer than asked for."""
    size = G.shape[0]
    n_pairs = min(n_pairs, size)
    if size <= DENSE_SIZE or 5 * n_pairs > size:
        return _dense(G.toarray(), n_pairs)
    bound = abs(G).sum(axis=1).max()
    pairs = sparse_bottom_eigenpairs(bound * sp.eye_array(size) - G, 2 * bound, n_pairs)
    if pairs is not None:
        return bound - pairs[0], pairs[1]
    if size <= FALLBACK_SIZE:
        return _dense(G.toarray(), n_pairs)
    raise RuntimeError(
        f"no {n_pairs} eigenpairs of a connected component of {size} samples met the residual {RESIDUAL:g}:"
        " its weights differ too much in size, or it is too long and too dense at once."
        " A dense G takes the dense route"
    )
