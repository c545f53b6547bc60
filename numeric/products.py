"""Products of a relation, or of its Laplacian, with a representation: in the library, on the device and in the precision of that.

A sparse relation stays sparse, and beside the product no array of its size is made.
"""

import numpy as np
import scipy.sparse as sp

from numeric.arrays import diagonal_of, hollow, is_foreign, like, namespace, precision
from numeric.centred import Centred
from numeric.chunks import is_distributed


def degrees(G):
    """The row sums G 1, (N,), of a relation of any kind."""
    if is_foreign(G):
        return namespace(G).sum(G, axis=1)
    return G @ np.ones(G.shape[1]) if sp.issparse(G) else G.sum(axis=1)


def without_diagonal(G):
    """G itself if its diagonal is zero, else a copy with a zero one: L is the same, and loses no digits."""
    if is_distributed(G):
        return G.without_diagonal()
    if sp.issparse(G):
        if G.diagonal().any():
            G = (G - sp.diags_array(G.diagonal())).tocsr()
            G.eliminate_zeros()
        return G
    return hollow(G) if bool(namespace(G).any(diagonal_of(G) != 0)) else G


def relation_product(G, Z):
    """G Z, (N, K).

    Args:
        G: (N, N) validated: an ndarray, a csr_array, a `DistributedRelation`, or a dense array of the library that Z is of.
        Z: (N, K) representation, validated.

    Raises:
        ValueError: an entry of G overflows in the precision of Z.
    """
    if is_distributed(G):
        return G @ Z
    if sp.issparse(G):
        return sparse_product(G, Z)
    return _dense(G, Z) @ Z


def quadratic_form(G, Z, image):
    """Z'G Z, (K, K), from `image` = G Z, symmetric to the last bit.

    Where no sample has positives both before and after itself, as with two views, those that have them after themselves, Z_a,
    are half of all pairs: Z'G Z = Z_a' image_a + image_a' Z_a.
    """
    first = _first_of_pairs(G) if sp.issparse(G) else None
    if first is None:
        product = Z.T @ image
        return (product + product.T) / 2
    if isinstance(first, slice):
        half = Z[first, :].T @ image[first, :]
    else:
        xp, chosen = namespace(Z), like(first, Z)
        half = xp.take(Z, chosen, axis=0).T @ xp.take(image, chosen, axis=0)
    return half + half.T


def _first_of_pairs(G):
    """The samples all of whose positives come after themselves, as a slice or indices, if all others have theirs before; or
    None. G is a csr_array with sorted indices.
    """
    some = np.flatnonzero(np.diff(G.indptr))
    after, before = G.indices[G.indptr[some]] > some, G.indices[G.indptr[some + 1] - 1] < some
    if not (after | before).all():
        return None
    first = some[after]
    if len(first) and first[-1] - first[0] == len(first) - 1:
        return slice(int(first[0]), int(first[-1]) + 1)
    return first


def laplacian_product(G, Z):
    """L Z, (N, K): degree times z_i, less the weighted sum of the positives of i.

    Args:
        G: (N, N) relation as for `relation_product`; its diagonal has no influence.
        Z: the same, or `Centred`, for L H = L.

    Raises:
        ValueError: a degree overflows in the precision of Z.
    """
    Z = Z.rows if isinstance(Z, Centred) else Z
    G = without_diagonal(G)
    if sp.issparse(G):
        d, n = degrees(G), G.shape[0]
        L = sp.csr_array((d, np.arange(n), np.arange(n + 1)), shape=(n, n)) - G
        return sparse_product(L, Z)
    G = G if is_distributed(G) else _dense(G, Z)
    d = degrees(G)
    xp = namespace(d)
    _check(xp.all(xp.isfinite(d)), Z)
    return d[:, None] * Z - G @ Z


def sparse_product(A, Z):
    """A Z, (M, K), for a csr_array A, (M, N)."""
    A = _in_precision(A, Z)
    return _by_rank(A, Z) if is_foreign(Z) else A @ Z


def _by_rank(A, Z):
    """A Z in a library that need not know sparse arrays: first the first entry of every row, then the second, and so on.

    Rows stand in the order of their numbers of entries, so that those with an r-th entry come first (jagged diagonals;
    Saad 1989). It takes as many steps as the fullest row has entries.
    """
    xp = namespace(Z)
    counts = np.diff(A.indptr)
    order = np.argsort(-counts, kind="stable")
    product = xp.zeros((A.shape[0], Z.shape[1]), dtype=Z.dtype, device=Z.device)
    for rank in range(counts.max(initial=0)):
        rows = order[: np.count_nonzero(counts > rank)]
        entries = A.indptr[rows] + rank
        weights, columns = like(A.data[entries], Z), like(A.indices[entries].astype(np.int64), Z)
        product[: len(rows), :] += weights[:, None] * xp.take(Z, columns, axis=0)
    return xp.take(product, like(np.argsort(order), Z), axis=0)


def _dense(G, Z):
    """A dense relation in the library, on the device and in the precision of Z."""
    if is_foreign(G):
        return namespace(G).astype(G, Z.dtype, copy=False)
    G = _in_precision(G, Z)
    return like(G, Z) if is_foreign(Z) else G


def _in_precision(A, Z):
    """A, dense or sparse, in the precision of Z."""
    entries = A.data if sp.issparse(A) else A
    single = precision(Z) != A.dtype
    _check(not (single and entries.size) or abs(entries).max() <= np.finfo(precision(Z)).max, Z)
    return A.astype(precision(Z), copy=False)


def _check(fits, Z):
    if not bool(fits):
        raise ValueError(
            f"G must have row sums that are finite in {precision(Z)}, the precision of Z; found a larger one"
        )
