"""Geodesic distances along a graph of nearest neighbours (Tenenbaum, de Silva & Langford 2000, steps one and two).

The graph is that of `numeric.relations`: samples are neighbours iff one of the two is among the k nearest others of the
other, with exactly k chosen by each and equally near ones by index. An edge is as long as the distance of its ends, which
is 0 between duplicates and an edge all the same.
"""

from functools import partial

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, shortest_path

from numeric.pairwise import distance_matrix
from numeric.relations import from_distances, from_neighbours

LARGEST_SIZES = 5
"""So many components are listed by size in an error message, the others counted."""

_BLOCK = 2**22  # coordinates of differences held at once


def geodesic_distances(X=None, *, distances=None, n_neighbors=5):
    """The lengths of the shortest paths between samples in the symmetric k-nearest-neighbour graph.

    Args:
        X: (N, D) samples, N >= 2; edges have Euclidean length.
        distances: (N, N) distances of the samples, instead of X.
        n_neighbors: k, from 1 to N - 1.

    Returns:
        (N, N) ndarray of float64: symmetric, nonnegative, zero on the diagonal, and a metric up to rounding.

    Raises:
        TypeError: both or none of X and distances given; an argument of the wrong kind (`numeric.relations`).
        ValueError: an argument out of its range; the graph is not connected, so that some distances are infinite. The
            message says which n_neighbors is the smallest to connect it.
    """
    if (X is None) == (distances is None):
        found = "none" if X is None else "both"
        raise TypeError(f"X or distances must be given, and not both; found {found}")
    name = "X" if distances is None else "distances"
    if distances is not None:
        distances = distance_matrix(distances)
    graph_of = partial(from_neighbours, X) if distances is None else partial(from_distances, distances)
    graph = graph_of(n_neighbors)
    _check_connected(graph, graph_of, n_neighbors)
    rows = np.repeat(np.arange(graph.shape[0]), np.diff(graph.indptr))  # of every edge
    if distances is None:
        lengths = _euclidean(np.asarray(X, dtype=np.float64), rows, graph.indices)
    else:
        lengths = distances[rows, graph.indices]
    # An edge of length 0 is stored, which is how SciPy tells it from no edge.
    graph = csr_array((lengths, graph.indices, graph.indptr), shape=graph.shape)
    geodesics = shortest_path(graph, method="D")
    np.minimum(geodesics, geodesics.T, out=geodesics)  # the two ways along a path differ by rounding
    if not np.isfinite(geodesics).all():
        raise ValueError(f"{name} must be small enough for finite geodesic distances; found one that overflows")
    return geodesics


def _euclidean(X, rows, columns):
    """|x_i - x_j| for every pair, without squares that over- or underflow."""
    step = max(1, _BLOCK // X.shape[1])
    lengths = np.empty(len(rows))
    for start in range(0, len(rows), step):
        here = slice(start, start + step)
        with np.errstate(over="ignore"):  # the caller sees it
            difference = X[rows[here]] - X[columns[here]]  # (n, D)
            exponent = np.frexp(np.abs(difference).max(axis=1))[1]  # (n,)
            difference = np.ldexp(difference, -exponent[:, None])  # exact
            lengths[here] = np.ldexp(np.sqrt(np.einsum("ij,ij->i", difference, difference)), exponent)
    return lengths


def _check_connected(graph, graph_of, n_neighbors):
    n_parts, labels = connected_components(graph, directed=False)
    if n_parts == 1:
        return
    sizes = np.sort(np.bincount(labels))[::-1]
    listed = ", ".join(map(str, sizes[:LARGEST_SIZES]))
    if n_parts > LARGEST_SIZES:
        listed += f", and {n_parts - LARGEST_SIZES} more"
    smallest = _smallest_connecting(graph_of, n_neighbors, len(labels))
    raise ValueError(
        f"n_neighbors must be at least {smallest} for a connected graph of neighbours, along which all geodesic distances"
        f" are finite; found {n_neighbors}, whose graph has {n_parts} components, of sizes {listed}"
    )


def _smallest_connecting(graph_of, too_few, n_samples):
    """The smallest number of neighbours with a connected graph: edges are only gained as it grows."""
    # A component has more members than its samples have neighbours, and two of them have no more than N in all.
    enough = n_samples // 2
    while too_few + 1 < enough:
        middle = min(2 * too_few, (too_few + enough) // 2)
        if connected_components(graph_of(middle), directed=False)[0] == 1:
            enough = middle
        else:
            too_few = middle
    return enough
