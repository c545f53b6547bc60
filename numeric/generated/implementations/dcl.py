"""Decoupled contrastive learning; written by the derivations, not to be edited."""

import numpy as np

from numeric.softmax import log_sum_exp, softmax
from numeric.validation import positive
from numeric.views import positive_entries, views


def dcl(Z_a, Z_b, *, tau=0.1):
    """Decoupled contrastive learning, as in lightly.

        1' LSE_A(S)/(2 N) - tr(U_a' U_b)/(tau N)

        with S = U U'/tau, A = [1 1' - I, 1 1' - I; 1 1' - I, 1 1' - I], U_a = diag(1/|(Z_a)_k|) Z_a, U_b =
          diag(1/|(Z_b)_k|) Z_b, U = [U_a; U_b].

    The gradients are those of `dcl-lightly-gradient`; `dcl-lightly` compares it with the published loss.

    Args:
        Z_a, Z_b: (N, K) views of the same samples.
        tau: temperature, > 0.

    Returns:
        (loss, gradient in Z_a, gradient in Z_b): a float and two (N, K) arrays.
    """
    Z_a, Z_b = views(Z_a, Z_b, n_samples=2)
    tau = positive("tau", tau)
    n = len(Z_a)
    norms_a = np.linalg.norm(Z_a, axis=1)  # (N,)
    positive_entries("lengths of the rows of Z_a", norms_a)
    norms_b = np.linalg.norm(Z_b, axis=1)  # (N,)
    positive_entries("lengths of the rows of Z_b", norms_b)
    U_a = Z_a / norms_a[:, None]  # (N, K), diag(1/|(Z_a)_k|) Z_a
    U_b = Z_b / norms_b[:, None]  # (N, K), diag(1/|(Z_b)_k|) Z_b
    U = np.vstack((U_a, U_b))  # (2 N, K), [U_a; U_b]
    S = U @ U.T / tau  # (2 N, 2 N), U U'/tau
    difference = 1 - np.eye(n)  # (N, N)
    # (2 N, 2 N), [1 1' - I, 1 1' - I; 1 1' - I, 1 1' - I]
    A = np.block([[difference, difference], [difference, difference]])
    lse = log_sum_exp(S, A)  # (2 N,), LSE_A(S)
    P = softmax(S, A, lse[:, None])  # (2 N, 2 N), A o exp(S - lse 1')
    # (N, K), (P_(1:N, :) + P_(:, 1:N)') U/(2 tau N) - U_b/(tau N)
    F = (P[:n] + P[:, :n].T) @ U / (2 * n * tau) - U_b / (n * tau)
    # (N, K), diag(1/|(Z_a)_k|) (F - Diag(F U_a') U_a)
    gradient_a = (F - U_a * (U_a * F).sum(axis=1)[:, None]) / norms_a[:, None]
    F2 = (P[n:] + P[:, n:].T) @ U / (2 * n * tau) - U_a / (n * tau)  # (N, K)
    # (N, K), diag(1/|(Z_b)_k|) (F2 - Diag(F2 U_b') U_b)
    gradient_b = (F2 - U_b * (U_b * F2).sum(axis=1)[:, None]) / norms_b[:, None]
    return float(np.sum(lse) / (2 * n) - np.vdot(U_a, U_b) / (n * tau)), gradient_a, gradient_b
