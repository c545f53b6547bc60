"""Relation matrices G (N x N) from labels, views, neighbours and distances.

G is symmetric and entrywise nonnegative, and G_ij > 0 iff samples i and j are positives of each other. The
diagonal is zero unless asked for: no Laplacian sees it. Every function is deterministic and returns float64,
as an ndarray or as a SciPy csr_array with sorted indices.
"""

import operator

import numpy as np
from scipy.sparse import csr_array, issparse
from scipy.spatial import cKDTree

from numeric.labels import class_codes
from numeric.pairwise import distance_matrix

__all__ = ["from_distances", "from_labels", "from_neighbours", "from_views"]

# Distances closer than this, relatively, may come out of two summation orders in either order.
NEAR_TIE = 1e-9


def from_labels(labels, *, weights="unit", self_loops=None, sparse=False):
    """The relation in which samples are positives iff they have the same label.

    With `weights="class"` the covariances of VICReg's linear regime are those of Fisher's discriminant:
    X'LX = N S_w (Balestriero & LeCun 2022, arXiv 2205.11508, section 3).

    Args:
        labels: (N,) sequence of any hashable kind: integers, strings, booleans. None and NaN are refused: it
            is not known whether they are equal.
        weights: "unit", G_ij = 1 between positives; "class", G_ij = 1/n_c between members of a class of n_c.
        self_loops: whether i is a positive of itself. By default as each weighting is written in the
            literature: no for "unit", yes for "class", so that every row sums to one.
        sparse: return a csr_array, of sum_c n_c^2 entries.

    Returns:
        (N, N) ndarray or csr_array of float64.

    Raises:
        TypeError: a label is not hashable.
        ValueError: labels not one-dimensional, none, or one of them missing; unknown weights.
    """
    if not isinstance(weights, str) or weights not in ("unit", "class"):
        raise ValueError(f"weights must be 'unit' or 'class'; found {weights!r}")
    codes = class_codes(labels)
    if self_loops is None:
        self_loops = weights == "class"
    sizes = np.bincount(codes)
    value = 1.0 / sizes if weights == "class" else np.ones(sizes.size)  # per class
    if not sparse:
        G = np.where(codes[:, None] == codes, value[codes], 0.0)
        if not self_loops:
            np.fill_diagonal(G, 0.0)
        return G

    members = np.argsort(codes, kind="stable")  # class after class, ascending inside each
    first = np.cumsum(sizes) - sizes  # where a class starts in members
    counts = sizes[codes]  # entries in each row, the diagonal included
    rows = np.repeat(np.arange(codes.size), counts)
    place = np.arange(rows.size) - np.repeat(np.cumsum(counts) - counts, counts)  # 0, 1, ... along a row
    columns = members[first[codes[rows]] + place]
    if not self_loops:
        off = rows != columns
        rows, columns = rows[off], columns[off]
    return _csr(rows, columns, value[codes[rows]], codes.size)


def from_views(n_samples, n_views, *, order="blocked", sparse=True):
    """The relation of V augmented views of n samples: views of one sample are positives of each other.

    A partition into n cliques of size V, so its Laplacian has the eigenvalues 0 (n times) and V. The usual
    two-branch losses are the same sums written with this G and V = 2 (Balestriero & LeCun 2022,
    arXiv 2205.11508, section 2).

    Args:
        n_samples: n >= 1.
        n_views: V >= 1.
        order: "blocked", rows are the first view of every sample, then the second views, as
            `np.concatenate([Z_a, Z_b])` has them; or "interleaved", the views of the first sample, then those
            of the second.
        sparse: return a csr_array, not an ndarray.

    Returns:
        (n V, n V) csr_array or ndarray of float64, with entries 0 and 1 and a zero diagonal.

    Raises:
        TypeError: a count is not an integer.
        ValueError: a count is below 1; unknown order.
    """
    samples = np.arange(_count(n_samples, "n_samples"))
    views = _count(n_views, "n_views")
    if not isinstance(order, str) or order not in ("blocked", "interleaved"):
        raise ValueError(f"order must be 'blocked' or 'interleaved'; found {order!r}")
    sample = np.tile(samples, views) if order == "blocked" else np.repeat(samples, views)
    return from_labels(sample, sparse=sparse)


def from_neighbours(X, n_neighbors, *, mutual=False, sparse=True):
    """The symmetric k-nearest-neighbour graph of the rows of X, by Euclidean distance.

    Every row chooses exactly k other rows, never itself, however many rows are duplicates of it; of equally
    near ones those of lowest index. G_ij = 1 if i chooses j or j chooses i (Belkin & Niyogi 2003, section 2).

    Args:
        X: (N, D) array of finite numbers.
        n_neighbors: k, from 1 to N - 1.
        mutual: ask that i chooses j and j chooses i. A row may then be left without a positive.
        sparse: return a csr_array, not an ndarray.

    Returns:
        (N, N) csr_array or ndarray of float64, with entries 0 and 1 and a zero diagonal.

    Raises:
        TypeError: X not dense or not real; n_neighbors not an integer.
        ValueError: X not two-dimensional, empty or not finite; n_neighbors out of range.
    """
    X = _real_matrix(X, "X")
    n = X.shape[0]
    k = neighbour_count(n_neighbors, n)
    largest = np.abs(X).max(initial=0.0)
    if largest > 0.0:
        X = np.ldexp(X, -int(np.frexp(largest)[1]))  # exact; no square over- or underflows
    tree = cKDTree(X)

    # k + 2 nearest: the row itself, its k neighbours, and the next one, which tells whether the k-th is tied.
    # A row with many duplicates may not be among its own nearest; then the k + 1 first others are kept.
    reach = min(k + 2, n)
    distance, index = tree.query(X, k=reach, workers=-1)
    others = index != np.arange(n)[:, None]
    others[others.all(axis=1), -1] = False
    distance = distance[others].reshape(n, reach - 1)
    index = index[others].reshape(n, reach - 1)
    chosen = np.ascontiguousarray(index[:, :k])
    if reach - 1 > k:
        radius = distance[:, k - 1] * (1.0 + NEAR_TIE)
        for i in np.flatnonzero(distance[:, k] <= radius):
            near = np.array(tree.query_ball_point(X[i], radius[i] * (1.0 + NEAR_TIE)))
            near = np.sort(near[near != i])
            squared = np.square(X[near] - X[i]).sum(axis=1)
            chosen[i] = near[np.argsort(squared, kind="stable")[:k]]
    return _symmetric(chosen, mutual, sparse)


def from_distances(distances, n_neighbors, *, mutual=False, sparse=True):
    """The symmetric k-nearest-neighbour graph of samples known by their distances.

    Every row chooses exactly k other rows, never itself; of equally near ones those of lowest index. G_ij = 1
    if i chooses j or j chooses i.

    Args:
        distances: (N, N) dense array, finite, nonnegative, symmetric, zero on the diagonal.
        n_neighbors: k, from 1 to N - 1.
        mutual: ask that i chooses j and j chooses i. A row may then be left without a positive.
        sparse: return a csr_array, not an ndarray.

    Returns:
        (N, N) csr_array or ndarray of float64, with entries 0 and 1 and a zero diagonal.

    Raises:
        TypeError: distances not dense or not real; n_neighbors not an integer.
        ValueError: a matrix that is not one of distances; n_neighbors out of range.
    """
    distances = distance_matrix(distances)
    n = len(distances)
    k = neighbour_count(n_neighbors, n)
    # Itself first, whatever ties with it at distance 0: -1 is nearer than every distance.
    keys = distances.copy()
    np.fill_diagonal(keys, -1.0)
    return _symmetric(np.argsort(keys, axis=1, kind="stable")[:, 1 : k + 1], mutual, sparse)


def _count(value, name):
    """value as an int of at least 1."""
    try:
        count = operator.index(value)
    except TypeError:
        count = None
    if count is None or isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be an integer; found {value!r} of type {type(value).__name__}")
    if count < 1:
        raise ValueError(f"{name} must be at least 1; found {count}")
    return count


def neighbour_count(n_neighbors, n):
    """n_neighbors as an int from 1 to n - 1; a TypeError or ValueError if it is none."""
    k = _count(n_neighbors, "n_neighbors")
    if k > n - 1:
        raise ValueError(f"n_neighbors must be at most N - 1 = {n - 1}, the other samples; found {k}")
    return k


def _real_matrix(array, name):
    """array as a float64 matrix, not empty, all entries finite; it may share memory with what came in."""
    if issparse(array):
        raise TypeError(f"{name} must be a dense array; found a sparse one, whose absent entries are ambiguous here")
    try:
        array = np.asarray(array)
    except ValueError:
        raise ValueError(f"{name} must be a rectangular array; found rows of different lengths") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers; found dtype {array.dtype}")
    if array.ndim != 2 or 0 in array.shape:
        raise ValueError(f"{name} must be two-dimensional and not empty; found shape {array.shape}")
    array = array.astype(np.float64, copy=False)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite; found NaN or infinity")
    return array


def _symmetric(chosen, mutual, sparse):
    """G from the indices (N, k) that each row chose."""
    n, k = chosen.shape
    directed = _csr(np.repeat(np.arange(n), k), chosen.reshape(-1), np.ones(n * k), n)
    other = directed.T.tocsr()
    G = directed.multiply(other).tocsr() if mutual else directed.maximum(other)
    G.sort_indices()
    return G if sparse else G.toarray()


def _csr(rows, columns, values, n):
    """A csr_array in canonical form from rows in ascending order without duplicate entries."""
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=n))])
    small = np.int32 if max(n, rows.size) <= np.iinfo(np.int32).max else np.int64
    G = csr_array((values, columns.astype(small), starts.astype(small)), shape=(n, n))
    G.sort_indices()
    return G
