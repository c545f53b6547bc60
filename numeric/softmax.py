"""The softmax of rows of scores over their candidates, with digits to spare where one candidate has nearly all of it."""

import numpy as np


def row_softmax(scores, candidates):
    """The softmax of every row, its log-sum-exp, and the scores that this is the log-sum-exp of.

    A softmax does not see a constant added to its row, so every row is first shifted to have its maximum at 0: nothing
    overflows. What is left of the log-sum-exp is log(1 + the rest), which is not lost however small the rest is.

    Args:
        scores: (n, N) finite numbers.
        candidates: (n, N) of Booleans, with a True in every row.

    Returns:
        shifted: (n, N) the scores less the maximum over the candidates of their row; -inf for who is no candidate.
        log_sum_exp: (n,) log sum_j exp(shifted_ij), >= 0.
        softmax: (n, N) exp(shifted_ij - log_sum_exp_i), 0 for who is no candidate.
    """
    shifted = np.where(candidates, scores, -np.inf)
    largest = shifted.argmax(axis=1)[:, None]  # (n, 1)
    shifted -= np.take_along_axis(shifted, largest, axis=1)
    softmax = np.exp(shifted)
    np.put_along_axis(softmax, largest, 0.0, axis=1)
    rest = softmax.sum(axis=1, keepdims=True)  # (n, 1), all terms but the largest, which is 1
    np.put_along_axis(softmax, largest, 1.0, axis=1)
    softmax /= 1 + rest
    return shifted, np.log1p(rest[:, 0]), softmax


def balanced(slope, softmax):
    """`slope`, whose rows sum to zero, with one entry of each row replaced by minus the sum of the others: in place.

    It is the entry where the softmax is largest. A softmax near 1 holds its distance from 1 in no digit; the other
    entries hold it in all of theirs.

    Args:
        slope: (n, N).
        softmax: (n, N).

    Returns:
        slope.
    """
    largest = softmax.argmax(axis=1)[:, None]  # (n, 1)
    np.put_along_axis(slope, largest, 0.0, axis=1)
    np.put_along_axis(slope, largest, -slope.sum(axis=1, keepdims=True), axis=1)
    return slope


def log_sum_exp(scores, weights):
    """log sum_j weights_ij exp(scores_ij) of every row, over the entries with a weight > 0; 0 for a row without one.

    Args:
        scores: (n, N).
        weights: (n, N); those below 0 count as 0.

    Returns:
        (n,).
    """
    counted = weights > 0
    any_counted = counted.any(axis=1)  # (n,)
    candidates = np.where(counted, scores, -np.inf)
    largest = np.where(any_counted, candidates.max(axis=1), 0.0)  # (n,)
    totals = np.vecdot(weights, np.exp(candidates - largest[:, None]))  # (n,), of terms of which one is its weight
    return largest + np.log(totals, out=np.zeros(len(totals)), where=any_counted)


def softmax(scores, weights, logarithms):
    """weights_ij exp(scores_ij - logarithms_i), which are `log_sum_exp(scores, weights)`; 0 where a weight is not > 0.

    Args:
        scores: (n, N).
        weights: (n, N), >= 0.
        logarithms: (n, 1).

    Returns:
        (n, N) with rows that sum to 1 where a weight is > 0.
    """
    return weights * np.exp(scores - logarithms, out=np.zeros(scores.shape), where=weights > 0)
