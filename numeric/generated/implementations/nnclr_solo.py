"""NNCLR: neighbours against predictions; written by the derivations, not to be edited."""

import numpy as np
from scipy.special import logsumexp

from numeric.validation import positive
from numeric.views import positive_entries, views


def nnclr_solo(Z_a, Z_b, *, tau=0.1):
    """NNCLR: neighbours against predictions, as in solo-learn.

        (1' LSE(S) - tr(S))/N

        with S = U_a U_b'/tau, U_a = diag(1/|(Z_a)_k|) Z_a, U_b = diag(1/|(Z_b)_k|) Z_b.

    The gradients are those of `nnclr-solo-gradient`; `nnclr-solo` compares it with the published loss.

    Args:
        Z_a, Z_b: (N, K) views of the same samples.
        tau: temperature, > 0.

    Returns:
        (loss, gradient in Z_a, gradient in Z_b): a float and two (N, K) arrays.
    """
    Z_a, Z_b = views(Z_a, Z_b)
    tau = positive("tau", tau)
    n = len(Z_a)
    norms_a = np.linalg.norm(Z_a, axis=1)  # (N,)
    positive_entries("lengths of the rows of Z_a", norms_a)
    norms_b = np.linalg.norm(Z_b, axis=1)  # (N,)
    positive_entries("lengths of the rows of Z_b", norms_b)
    U_a = Z_a / norms_a[:, None]  # (N, K), diag(1/|(Z_a)_k|) Z_a
    U_b = Z_b / norms_b[:, None]  # (N, K), diag(1/|(Z_b)_k|) Z_b
    S = U_a @ U_b.T / tau  # (N, N), U_a U_b'/tau
    lse = logsumexp(S, axis=1)  # (N,), LSE(S)
    P = np.exp(S - lse[:, None])  # (N, N), exp(S - lse 1')
    F = (P @ U_b / n - U_b / n) / tau  # (N, K), (P/N - I/N) U_b/tau
    # (N, K), diag(1/|(Z_a)_k|) (F - Diag(F U_a') U_a)
    gradient_a = (F - U_a * (U_a * F).sum(axis=1)[:, None]) / norms_a[:, None]
    F2 = (P.T @ U_a / n - U_a / n) / tau  # (N, K), (P'/N - I/N) U_a/tau
    # (N, K), diag(1/|(Z_b)_k|) (F2 - Diag(F2 U_b') U_b)
    gradient_b = (F2 - U_b * (U_b * F2).sum(axis=1)[:, None]) / norms_b[:, None]
    return float((np.sum(lse) - np.vdot(U_a, U_b) / tau) / n), gradient_a, gradient_b
