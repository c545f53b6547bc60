"""InfoNCE of scores (oord2018, chen2020, balestriero2022).

    loss(S) = (Y 1)' LSE_M(S) - tr(Y' S)

with P = M o exp(S - LSE_M(S) 1'), LSE_M(X)_k = log(sum_l M_kl e^X_kl).

Hypotheses: Y >= 0 entrywise; M has entries 0 and 1, with a 1 in every row; M o Y = Y.

Written by the derivations; not to be edited. Every function trusts its arguments, and takes some rows of them
as well as all: the loss is the sum over rows.
"""

from numeric.arrays import inner, number
from numeric.products import degrees
from numeric.softmax import balanced, row_softmax


def loss(S, Y, M):
    """The loss of scores: a float.

    Args:
        S: (n, N) scores, finite.
        Y: (n, N) csr_array of the weights of the positives, those stored > 0.
        M: (n, N) Booleans, who is a candidate: a True in every row.
    """
    return _loss(*_intermediates(S, Y, M))


def gradient(S, Y, M):
    """The gradient of the loss, shape (n, N) (`infonce-gradient`; arguments as for `loss`).

    diag(Y 1) P - Y
    """
    return _gradient(*_intermediates(S, Y, M))


def loss_and_gradient(S, Y, M):
    """Both at the price of one: (float, (n, N) array). Arguments as for `loss`."""
    shared = _intermediates(S, Y, M)
    return _loss(*shared), _gradient(*shared)


def _intermediates(S, Y, M):
    # (n, N), (n,), (n, N): S but for a number in each row, its LSE, P
    shifted, log_sum_exp, softmax = row_softmax(S, M)
    weights = degrees(Y)  # (n,), Y 1
    return Y, shifted, log_sum_exp, softmax, weights


def _loss(Y, shifted, log_sum_exp, softmax, weights):
    return number(inner(weights, log_sum_exp) - Y.multiply(shifted).sum())


def _gradient(Y, shifted, log_sum_exp, softmax, weights):
    return balanced(weights[:, None] * softmax - Y, softmax)
