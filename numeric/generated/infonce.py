"""InfoNCE of scores (oord2018, chen2020).

    loss(S) = (G 1)' LSE(S, A) - tr(G' S)

with LSE(S, A)_i = log sum_j A_ij exp(S_ij), P = the softmax of each row of S over A: P_ij = A_ij exp(S_ij - LSE_i).

Hypotheses: G >= 0 entrywise; A_ij is 0 or 1, with a 1 in every row; G_ij = 0 where A_ij = 0.

The loss is a sum over rows: of some rows of S, G and A each function gives the part of these rows.
"""

import numpy as np

from numeric.softmax import balanced, row_softmax
from numeric.spectrum import degrees


def loss(S, G, A):
    """The loss of scores: a float.

    Args:
        S: (n, N) scores, finite.
        G: (n, N) relation, a csr_array.
        A: (n, N) candidates, of Booleans.
    """
    return _loss(*_intermediates(S, G, A))


def gradient(S, G, A):
    """The gradient of the loss, shape (n, N) (`infonce-gradient`; arguments as for `loss`).

    diag(G 1) P - G
    """
    return _gradient(*_intermediates(S, G, A))


def loss_and_gradient(S, G, A):
    """Both at the price of one: (float, (n, N) array). Arguments as for `loss`."""
    shared = _intermediates(S, G, A)
    return _loss(*shared), _gradient(*shared)


def _intermediates(S, G, A):
    weights = degrees(G)  # (n,), G 1
    # (n, N), S less a constant in each row, which the loss does not see; (n,), LSE of that; (n, N), P
    shifted, log_sum_exp, softmax = row_softmax(S, A)
    return G, weights, shifted, log_sum_exp, softmax


def _loss(G, weights, shifted, log_sum_exp, softmax):
    return float(np.vdot(weights, log_sum_exp) - G.multiply(shifted).sum())


def _gradient(G, weights, shifted, log_sum_exp, softmax):
    return balanced(weights[:, None] * softmax - G, softmax)
