"""The scores S = Y Y'/tau of all pairs of samples, a tile at a time: S is symmetric, and each of its entries is computed once.

A tile is S[rows, columns] for two blocks of samples, the second at or after the first. Entries that a sum is not to be over
(a sample with itself, pairs of positives) are minus infinity in it. So what is summed over them takes O(N K) memory and
that of a tile, and half the products and exponentials of the whole.
"""

import numpy as np
import scipy.sparse as sp

from numeric.arrays import BLOCK, like, namespace, on_host

TILE = 1024
"""How many samples a side of a tile has."""


class ScoreTiles:
    """The tiles of Y Y'/tau without some pairs.

    Args:
        Y: (N, K) array, finite.
        tau: > 0.
        hidden: (N, N) csr_array with the symmetric pattern of the pairs that are left out.
    """

    def __init__(self, Y, tau, hidden):
        self.Y, self.scaled = Y, Y / tau
        n = Y.shape[0]
        self.blocks = [slice(start, min(start + TILE, n)) for start in range(0, n, TILE)]
        pairs = sp.coo_array(hidden)
        tile = pairs.row // TILE * len(self.blocks) + pairs.col // TILE
        order = np.argsort(tile, kind="stable")
        self._rows, self._columns = pairs.row[order] % TILE, pairs.col[order] % TILE
        self._ends = np.searchsorted(tile[order], np.arange(len(self.blocks) ** 2 + 1))

    def __iter__(self):
        """(rows, columns, scores): two slices, and an array that is the caller's to change."""
        for a, rows in enumerate(self.blocks):
            for b in range(a, len(self.blocks)):
                columns = self.blocks[b]
                scores = self.scaled[rows, :] @ self.Y[columns, :].T
                yield rows, columns, self._without(scores, a * len(self.blocks) + b)

    def _without(self, scores, tile):
        hidden = slice(*self._ends[tile : tile + 2])
        at = self._rows[hidden], self._columns[hidden]
        if not len(at[0]):
            return scores
        if isinstance(scores, np.ndarray):
            scores[at] = -np.inf
            return scores
        xp, mask = namespace(scores), np.zeros(scores.shape, dtype=bool)
        mask[at] = True
        return xp.where(xp.asarray(mask, device=scores.device), -xp.inf, scores)

    def maxima(self):
        """The largest score of every sample, (N,); minus infinity for one with nobody left."""
        xp = namespace(self.Y)
        found = xp.full_like(self.Y[:, 0], -xp.inf)
        for rows, columns, scores in self:
            found[rows] = xp.maximum(found[rows], xp.max(scores, axis=1))
            found[columns] = xp.maximum(found[columns], xp.max(scores, axis=0))
        return found

    def sums(self, shift=None):
        """sum_j exp(S_ij - c_i) of every sample, (N,), for c = `shift`, (N,), by default 0."""
        xp = namespace(self.Y)
        total = xp.zeros_like(self.Y[:, 0])
        for rows, columns, scores in self:
            along, across = _exponentials(scores, rows, columns, shift)
            total[rows] += xp.sum(along, axis=1)
            if rows != columns:
                total[columns] += xp.sum(across, axis=0)
        return total

    def pull(self, weights, shift=None):
        """sum_j (a_i exp(S_ij - c_i) + a_j exp(S_ij - c_j)) y_j of every sample, (N, K), for a = `weights`, (N,)."""
        pulled = namespace(self.Y).zeros_like(self.Y)
        for rows, columns, scores in self:
            along, across = _exponentials(scores, rows, columns, shift)
            if along is across:
                along *= weights[rows][:, None] + weights[columns]
            else:
                along = along * weights[rows][:, None] + across * weights[columns]
            pulled[rows, :] += along @ self.Y[columns, :]
            if rows != columns:
                pulled[columns, :] += along.T @ self.Y[rows, :]
        return pulled


def _exponentials(scores, rows, columns, shift):
    """exp(S_ij - c_i) and exp(S_ij - c_j) in a tile, in its place; one array where there is no shift."""
    xp = namespace(scores)
    if shift is None:
        exponentials = np.exp(scores, out=scores) if xp is np else xp.exp(scores)
        return exponentials, exponentials
    return xp.exp(scores - shift[rows][:, None]), xp.exp(scores - shift[columns])


def scores_of_pairs(Y, tau, rows, columns):
    """S_ij of some pairs of samples, (p,) in float64, by NumPy; a block of pairs at a time."""
    xp = namespace(Y)
    found = np.empty(len(rows))
    height = max(1, BLOCK // (8 * Y.shape[1]))
    for start in range(0, len(rows), height):
        pairs = slice(start, start + height)
        first, second = (xp.take(Y, like(chosen[pairs], Y), axis=0) for chosen in (rows, columns))
        found[pairs] = on_host(xp.vecdot(first / tau, second))
    return found
