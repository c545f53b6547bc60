"""An approximate inverse of a graph Laplacian: algebraic multigrid by smoothed aggregation (Vanek, Mandel & Brezina 1996).

A vector that is slow to relax varies slowly along strong edges, so it is known from a few numbers. Samples are grouped
around roots that are three steps apart; the vector that the Laplacian annihilates, cut into the groups, spans the coarse
space after one step of relaxation, and the matrix seen in that space is a Laplacian with fewer samples. All works on
blocks of vectors, by products of matrices alone.
"""

import numpy as np
import scipy.sparse as sp

COARSEST = 1000
"""Up to this size, a level is inverted."""

STRONG = 0.25
"""An edge is strong if it has this share of the largest weight of either of its samples."""

_STEP = 4 / 3  # of the iteration x += D^{-1} (b - S x), where S <= D: relaxes all but the smoothest third


class Multigrid:
    """B -> approximately S^+ B by one V-cycle, for (M,) or (M, m) arrays: symmetric and positive definite off `null`."""

    def __init__(self, S, null):
        """
        Args:
            S: (M, M) csr_array, symmetric, positive semidefinite, with no zero row.
            null: (M,) entrywise positive with S null = 0.
        """
        self._levels, scale = [], S.diagonal().mean()
        while S.shape[0] > COARSEST:
            groups = aggregates(_strong(S))
            n_groups = groups.max() + 1
            if 2 * n_groups > S.shape[0]:
                break  # no slower than it is small
            lengths = np.sqrt(np.bincount(groups, null**2))
            cut = sp.csr_array((null / lengths[groups], groups, np.arange(len(groups) + 1)), (len(groups), n_groups))
            relaxation = _STEP * null / (abs(S) @ null)
            prolongation = (cut - sp.diags_array(relaxation) @ (S @ cut)).tocsr()
            restriction = prolongation.T.tocsr()
            self._levels.append((S, relaxation[:, None], prolongation, restriction))
            S, null = (restriction @ S @ prolongation).tocsr(), lengths
        self.coarsest = S.shape[0]
        unit = null / np.linalg.norm(null)
        self._inverse = np.linalg.inv(S.toarray() + scale * np.outer(unit, unit))

    def __call__(self, B):
        return self._cycle(B, 0)

    def _cycle(self, B, level):
        if level == len(self._levels):
            return self._inverse @ B
        S, relaxation, prolongation, restriction = self._levels[level]
        X = relaxation * B
        X += prolongation @ self._cycle(restriction @ (B - S @ X), level + 1)
        X += relaxation * (B - S @ X)
        return X


def aggregates(graph):
    """Groups of neighbours, (M,) of 0, 1, ...: each around a root, whose neighbours are all in it.

    The roots are a maximal set of samples more than two steps apart (Luby's rounds: who has the highest rank within two
    steps is one), and every other sample joins a group that reaches it in one step or, failing that, in two.

    Args:
        graph: (M, M) csr_array with a symmetric pattern.
    """
    size = graph.shape[0]
    rank = np.random.default_rng(0).permutation(size) + 1  # 0 for what has been decided
    roots = np.zeros(size, dtype=bool)
    while rank.any():
        new = (rank > 0) & (rank == _around(graph, _around(graph, rank)))
        roots |= new
        rank[_around(graph, _around(graph, new))] = 0
    groups = np.where(roots, np.cumsum(roots) - 1, -1)
    for _ in range(2):
        groups = np.where(groups < 0, _around(graph, groups), groups)
    return groups


def _around(graph, values):
    """The largest of the values of a sample and its neighbours, for every sample."""
    largest = values.copy()
    rows = np.flatnonzero(np.diff(graph.indptr))
    if rows.size:
        largest[rows] = np.maximum(values[rows], np.maximum.reduceat(values[graph.indices], graph.indptr[rows]))
    return largest


def _strong(S):
    """The graph of the strong off-diagonal entries of S."""
    coo = S.tocoo()
    rows, columns = coo.coords
    weights = np.where(rows == columns, 0.0, -coo.data)
    largest = np.zeros(S.shape[0])
    np.maximum.at(largest, rows, weights)
    strong = (weights > 0) & (weights >= STRONG * np.minimum(largest[rows], largest[columns]))
    return sp.coo_array((weights[strong], (rows[strong], columns[strong])), S.shape).tocsr()
