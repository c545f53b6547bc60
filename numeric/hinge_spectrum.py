"""VICReg's hinge, reduced to the eigenvalues and the diagonal of the covariance, and solved globally.

In units of alpha, with b = beta/alpha and prices c_k = 2 gamma lambda_k/alpha, ascending, the minimum over all Z is that
of

    F(s, d) = sum_k (1 - sqrt(d_k))_+ + b (sum_k s_k^2 - sum_k d_k^2) + sum_k c_k s_k

over the pairs of which d is majorised by s >= 0 (`vicreg-hinge-reduction`): s_k are the eigenvalues of C, 0 for
directions that do not exist, and d the diagonal. F is not convex: f(d) = 1 - sqrt(d) - b d^2 is so up to (8 b)^(-2/3)
only, and has a kink at 1. Yet a global minimum is made of a few of about 6 K blocks, all of which are computed. Why:

1. 0 < d_k <= 1. A column of variance above 1 may be scaled down to 1, which raises no term; one of variance 0 may be
   given a little, t^2, which gains alpha t and costs O(t^2).
2. Cut the indices, s and d descending, where the partial sums of s and d agree. In a block between two cuts they do not,
   so that (s, d) is a local minimum there under sum s = sum d alone. Hence with one mu for the block
   2 b s_k + c_k = mu where s_k > 0, and f'(d_k) = -mu where d_k < 1. This has two roots at most, x in the convex part of f
   and y > x in the concave one. At a minimum under one linear constraint, y occurs once at most.
3. If y occurs beside n >= 1 times x, with p of the s_k positive, the second-order condition p/(2 b) + n/f''(x) <= -1/f''(y)
   holds only for p = 1. (With rho = sqrt(x/y) it is 2 (p-1) + (3 p-4) rho + (4 n-3 p) rho^2 + 2 (n-p) rho^3 <= 0; for
   p >= 2 the coefficients change sign once at most, from + to -, and their sum is 6 (n - 1) >= 0.) Nor is there a 1 in
   such a block: with a ones, the equations of `two_levels` become a + c/(2 b) = r w - (n-1) w^2 <= w < 1.
4. Moving variance from a later block to an earlier one is allowed, so mu does not increase from block to block, and x
   does not decrease. As d is descending, only the last block has an x, or some blocks at the end have the same mu and
   are one. A block of several entries with a 1 in it is the first: s_k > 1 at its start, hence before it, where the sum
   of d is one of numbers that are at most 1.
5. So the blocks are: first ones, or ones and a y; then single entries, for which d = s minimises (1 - sqrt(s))_+ + c s;
   last equal entries x, or (rank one) a y and then equal entries x. Or there is one block, of ones and equal entries.

Blocks are those of `numeric.hinge_blocks`. Every candidate is attained by some Z, so that the least of them is the minimum.
The work grows with the square of K.
"""

import numpy as np

from numeric.hinge_blocks import Block, one_level, two_levels


def hinge_spectrum(prices, b, n_components):
    """The minimum of F over all pairs (s, d), and a pair that attains it.

    Args:
        prices: (q,) c, ascending, >= 0, q <= K; infinity is allowed, and has the filter 0.
        b: > 0; infinity for exact decorrelation, d = s (`vicreg-hinge-optimum`): s_k = min(1, 1/(2 c_k)^2).
        n_components: K.

    Returns:
        Block with `loss` in units of alpha, `spectrum` (K,), and `diagonal` (K,), which is majorised by it. All s_k are
        finite: where c_k = 0 and any s_k >= 1 would do, s_k is 1.
    """
    K = n_components
    prices = prices[np.isfinite(prices)]  # what nobody can pay might as well not exist
    if not prices.size:
        return Block(float(K), np.zeros(K), np.zeros(K))
    if np.isinf(b):
        return _decorrelated(prices, K)
    q = len(prices)
    starts = [_join()]  # the best blocks for the first 0, 1, ..., q entries, before a last block
    for m in range(1, q + 1):
        first = prices[:m]
        single = _join(starts[-1], one_level(prices[m - 1 : m], b, 1, 0))
        starts.append(_best([one_level(first, b, m, m), one_level(first, b, m, m - 1), single]))
    found = [starts[q]] if q == K else []
    for m in range(q):
        rest = prices[m:]
        found.append(_join(starts[m], one_level(rest, b, K - m, 0)))
        if K - m > 1:
            found.append(_join(starts[m], two_levels(rest[0], b, K - m)))
    found += [one_level(prices, b, K, ones) for ones in range(1, K + 1)]
    best = _best(found)
    # blocks that tie up to rounding may come in any order; sorted, c's is no larger, and the rest is the same
    return Block(best.loss, -np.sort(-best.spectrum), -np.sort(-best.diagonal))


def _decorrelated(prices, K):
    """Each entry for itself: min over s of (1 - sqrt(s))_+ + c s."""
    deviations = np.zeros(K)
    deviations[: len(prices)] = 0.5 / np.maximum(0.5, prices)
    spectrum = deviations**2
    loss = np.sum(1 - deviations) + prices @ spectrum[: len(prices)]
    return Block(float(loss), spectrum, spectrum.copy())


def _join(*blocks):
    """Blocks side by side, or None if one of them is None."""
    if None in blocks:
        return None
    return Block(
        sum(block.loss for block in blocks),
        np.concatenate([np.zeros(0), *(block.spectrum for block in blocks)]),
        np.concatenate([np.zeros(0), *(block.diagonal for block in blocks)]),
    )


def _best(blocks):
    """The one with the smallest loss; at least one is not None."""
    return min((block for block in blocks if block is not None), key=lambda block: block.loss)
