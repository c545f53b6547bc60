"""InfoNCE of the scores S = Y Y'/tau of a representation with itself, in O(N K) memory: `numeric.generated.infonce` by tiles.

With target G', whose rows sum to w_i, 1 or 0, and r_i = sum_j exp(S_ij) over the candidates of i, the loss and the gradient are

    sum_i w_i log r_i - sum_ij G'_ij S_ij,    (1/tau) (E + E') Y,    E_ij = (w_i/r_i) exp(S_ij) - G'_ij.

The positives, of which there are few, are taken apart from the other candidates, which are summed over by tiles of S
(`numeric.score_tiles`). So no digit is lost where a positive p has nearly all of the softmax: with the best one of each row,
log r_i - S_ip = log(1 + the rest/exp(S_ip)), and E_ip is minus the sum of the other entries of its row.

Where scores are large, exp(S_ij - c_i) stands for exp(S_ij), c_i the largest score of the row.
"""

import numpy as np
import scipy.sparse as sp

from numeric.arrays import like, namespace, number, on_host, precision
from numeric.products import relation_product
from numeric.score_tiles import ScoreTiles, scores_of_pairs

TINY = 1e-250
"""Of a best positive so far below the best candidate, the exponential has lost digits, or is about to."""


def infonce_of(Y, target, tau, *, exclude_self, slope=True):
    """The loss, and its gradient in Y.

    Args:
        Y: (N, K) array, whose scores are finite; N >= 2 where self-pairs are excluded.
        target: (N, N) csr_array of symmetric pattern, G' (`target_of`).
        tau: temperature, > 0.
        exclude_self: whether a sample is no candidate of its own; then it is no positive of its own either.
        slope: whether the gradient is wanted; else None is in its place.

    Returns:
        (number, (N, K) array or None).
    """
    n, xp = Y.shape[0], namespace(Y)
    hidden = sp.csr_array((np.ones(target.nnz), target.indices, target.indptr), shape=target.shape)
    if exclude_self:
        hidden = hidden + sp.eye_array(n, format="csr")
    tiles = ScoreTiles(Y, tau, hidden)
    positives = _Positives(target, scores_of_pairs(Y, tau, *target.tocoo().coords))
    bound = float(xp.max(xp.vecdot(Y, Y))) / tau  # on the scores
    if bound <= np.log(np.finfo(precision(Y)).max) / 4:
        shift = None
        rest, c = on_host(tiles.sums()).astype(np.float64), np.zeros(n)
    else:
        c = np.maximum(on_host(tiles.maxima()).astype(np.float64), positives.best)
        shift = like(c, Y)
        rest = on_host(tiles.sums(shift)).astype(np.float64)
    value, weights, pulls = positives.balance(rest, c)
    value = number(like(np.asarray(value), Y))
    if not slope:
        return value, None
    pulled = tiles.pull(like(weights, Y), shift)
    pulled += relation_product(pulls + pulls.T, Y)
    pulled /= tau
    return value, pulled


def target_of(G, *, exclude_self):
    """G', the rows of the relation scaled to sum to one; a row without positives stays zero.

    The same to the last bit for a dense and a sparse relation.

    Args:
        G: (N, N) relation, validated.
        exclude_self: leave out the diagonal before scaling.

    Returns:
        (N, N) csr_array.
    """
    entries = sp.coo_array(G)
    samples, others = entries.coords
    kept = entries.data > 0
    if exclude_self:
        kept &= others != samples
    samples, others, weights = samples[kept], others[kept], entries.data[kept]
    totals = np.bincount(samples, weights=weights, minlength=G.shape[0])  # (N,)
    return sp.csr_array((weights / totals[samples], (samples, others)), shape=G.shape)


class _Positives:
    """The positives of every sample: a target and its scores, (p,)."""

    def __init__(self, target, scores):
        self.target, self.scores = target, scores
        self.some = np.flatnonzero(np.diff(target.indptr))  # samples with positives
        self.starts = target.indptr[self.some]
        self.rows = np.repeat(np.arange(target.shape[0]), np.diff(target.indptr))
        self.best = np.full(target.shape[0], -np.inf)
        if len(self.some):
            self.best[self.some] = np.maximum.reduceat(scores, self.starts)
        candidates = np.flatnonzero(scores == self.best[self.rows])
        self.at_best = candidates[np.unique(self.rows[candidates], return_index=True)[1]]  # one a sample

    def _sums(self, values):
        """Of each sample, those of the best positive left out."""
        others = values.copy()
        others[self.at_best] = 0.0
        return np.bincount(self.rows, weights=others, minlength=len(self.best))

    def balance(self, rest, c):
        """The loss, the weights w_i/r_i of the other candidates, and E at the positives.

        Args:
            rest: (N,) the sums of exp(S_ij - c_i) over the candidates that are no positives.
            c: (N,) the shift of each row.
        """
        w = np.bincount(self.rows, weights=self.target.data, minlength=len(c))
        exponentials = np.exp(self.scores - c[self.rows])
        rest_of_all = rest + self._sums(exponentials)
        some = self.some
        top = np.exp(self.best[some] - c[some])
        total = rest_of_all[some] + top
        with np.errstate(divide="ignore", over="ignore"):
            precise = np.log1p(rest_of_all[some] / top)
        far = top < TINY
        over_best = np.where(far, np.log(total) + c[some] - self.best[some], precise)
        value = w[some] @ over_best + self.target.data @ (self.best[self.rows] - self.scores)
        weights = np.zeros(len(c))
        weights[some] = w[some] / total
        pulls = weights[self.rows] * exponentials - self.target.data
        pulls[self.at_best] = -(weights * rest + self._sums(pulls))[self.rows[self.at_best]]
        return value, weights, sp.csr_array((pulls, self.target.indices, self.target.indptr), shape=self.target.shape)
