"""Barlow Twins; written by the derivations, not to be edited."""

import numpy as np

from numeric.validation import nonnegative, positive
from numeric.views import views


def barlow_lightly(Z_a, Z_b, *, off_diagonal=0.005, eps=1e-05):
    """Barlow Twins, as in lightly.

        off_diagonal |C - Diag(C)|^2 + |Diag(C) - I|^2

        with C = B_a' B_b/N, B_a = A_a diag((eps + S_kk)^(-1/2)), B_b = A_b diag((eps + S_kk)^(-1/2)), A_a = Z_a -
          M, S = (A_a' A_a + A_b' A_b)/(2 N), A_b = Z_b - M, M = 1 1' (Z_a + Z_b)/(2 N).

    The gradients are those of `barlow-lightly-gradient`; `barlow-lightly-compared` compares it with the published
    loss.

    Args:
        Z_a, Z_b: (N, K) views of the same samples.
        off_diagonal: weight of the entries off the diagonal, >= 0.
        eps: added to a variance before its root is taken, > 0.

    Returns:
        (loss, gradient in Z_a, gradient in Z_b): a float and two (N, K) arrays.
    """
    Z_a, Z_b = views(Z_a, Z_b)
    off_diagonal = nonnegative("off_diagonal", off_diagonal)
    eps = positive("eps", eps)
    n = len(Z_a)
    M = (Z_a + Z_b).sum(axis=0) / (2 * n)  # (K,), 1 1' (Z_a + Z_b)/(2 N)
    A_a = Z_a - M  # (N, K), Z_a - M
    A_b = Z_b - M  # (N, K), Z_b - M
    S = (A_a.T @ A_a + A_b.T @ A_b) / (2 * n)  # (K, K), (A_a' A_a + A_b' A_b)/(2 N)
    combined = np.diagonal(S) + eps  # (K,)
    powers = np.sqrt(combined)  # (K,)
    B_a = A_a / powers  # (N, K), A_a diag((eps + S_kk)^(-1/2))
    B_b = A_b / powers  # (N, K), A_b diag((eps + S_kk)^(-1/2))
    C = B_a.T @ B_b / n  # (K, K), B_a' B_b/N
    diagonal = np.diagonal(C)  # (K,)
    difference = C - np.diag(diagonal)  # (K, K)
    difference2 = diagonal - 1  # (K,)
    value = off_diagonal * np.vdot(difference, difference) + np.vdot(difference2, difference2)
    combined2 = np.diag(difference2) + off_diagonal * difference  # (K, K)
    # (K,)
    combined3 = 2 / n * (A_b.T @ B_a * combined2.T).sum(axis=1) + 2 / n * (A_a.T @ B_b * combined2).sum(axis=1)
    product = B_a @ combined2  # (N, K), B_a (off_diagonal (C - Diag(C)) + Diag(C) - I)
    powers2 = combined ** (3 / 2)  # (K,)
    # (K,)
    sums = (4 * (product + B_b @ combined2.T) / powers - (A_a + A_b) * combined3 / powers2).sum(axis=0)
    scaled = sums / n  # (K,)
    # (N, K)
    gradient_a = (8 * (B_b @ (combined2 / powers[:, None]).T) - 2 * A_a * combined3 / powers2 - scaled) / (4 * n)
    gradient_b = (8 * product / powers - 2 * A_b * combined3 / powers2 - scaled) / (4 * n)  # (N, K)
    return float(value), gradient_a, gradient_b
