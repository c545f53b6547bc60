"""Barlow Twins; written by the derivations, not to be edited."""

import numpy as np

from numeric.validation import nonnegative, positive
from numeric.views import views


def barlow_official(Z_a, Z_b, *, off_diagonal=0.0051, eps=1e-05):
    """Barlow Twins, as in facebookresearch/barlowtwins.

        off_diagonal |C - Diag(C)|^2 + |Diag(C) - I|^2

        with C = B_a' B_b/N, B_a = H Z_a diag((eps + (S_a)_kk)^(-1/2)), B_b = H Z_b diag((eps + (S_b)_kk)^(-1/2)),
          H = I - 1 1'/N, S_a = (H Z_a)' H Z_a/N, S_b = (H Z_b)' H Z_b/N.

    The gradients are those of `barlow-official-gradient`; `barlow-official-compared` compares it with the
    published loss.

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
    centred_a = Z_a - Z_a.mean(axis=0)  # (N, K), H Z_a
    S_a = centred_a.T @ centred_a / n  # (K, K), centred_a' centred_a/N
    combined_a = np.diagonal(S_a) + eps  # (K,)
    powers_a = np.sqrt(combined_a)  # (K,)
    B_a = centred_a / powers_a  # (N, K), centred_a diag((eps + (S_a)_kk)^(-1/2))
    centred_b = Z_b - Z_b.mean(axis=0)  # (N, K), H Z_b
    S_b = centred_b.T @ centred_b / n  # (K, K), centred_b' centred_b/N
    combined_b = np.diagonal(S_b) + eps  # (K,)
    powers_b = np.sqrt(combined_b)  # (K,)
    B_b = centred_b / powers_b  # (N, K), centred_b diag((eps + (S_b)_kk)^(-1/2))
    C = B_a.T @ B_b / n  # (K, K), B_a' B_b/N
    diagonal = np.diagonal(C)  # (K,)
    difference = C - np.diag(diagonal)  # (K, K)
    difference2 = diagonal - 1  # (K,)
    value = off_diagonal * np.vdot(difference, difference) + np.vdot(difference2, difference2)
    combined = np.diag(difference2) + off_diagonal * difference  # (K, K)
    sums = (centred_a.T @ B_b * combined).sum(axis=1)  # (K,)
    # (N, K)
    combined2 = B_b @ (combined / powers_a[:, None]).T - centred_a * sums / (n * combined_a ** (3 / 2))
    centred = combined2 - combined2.mean(axis=0)  # (N, K)
    gradient_a = 2 / n * centred  # (N, K)
    sums2 = (centred_b.T @ B_a * combined.T).sum(axis=1)  # (K,)
    combined3 = B_a @ (combined / powers_b) - centred_b * sums2 / (n * combined_b ** (3 / 2))  # (N, K)
    centred2 = combined3 - combined3.mean(axis=0)  # (N, K)
    gradient_b = 2 / n * centred2  # (N, K)
    return float(value), gradient_a, gradient_b
