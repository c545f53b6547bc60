"""Barlow Twins; written by the derivations, not to be edited."""

import numpy as np

from numeric.validation import nonnegative, positive
from numeric.views import views


def barlow_solo(Z_a, Z_b, *, off_diagonal=0.005, scale=0.025, eps=1e-05):
    """Barlow Twins, as in solo-learn.

        scale (off_diagonal |C - Diag(C)|^2 + |Diag(C) - I|^2)

        with C = B_a' B_b/N, B_a = H Z_a diag((eps + (S_a)_kk)^(-1/2)), B_b = H Z_b diag((eps + (S_b)_kk)^(-1/2)),
          H = I - 1 1'/N, S_a = (H Z_a)' H Z_a/N, S_b = (H Z_b)' H Z_b/N.

    The gradients are those of `barlow-solo-gradient`; `barlow-solo-compared` compares it with the published loss.

    Args:
        Z_a, Z_b: (N, K) views of the same samples.
        off_diagonal: weight of the entries off the diagonal, >= 0.
        scale: of the whole loss, >= 0.
        eps: added to a variance before its root is taken, > 0.

    Returns:
        (loss, gradient in Z_a, gradient in Z_b): a float and two (N, K) arrays.
    """
    Z_a, Z_b = views(Z_a, Z_b)
    off_diagonal = nonnegative("off_diagonal", off_diagonal)
    scale = nonnegative("scale", scale)
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
    value = scale * (off_diagonal * np.vdot(difference, difference) + np.vdot(difference2, difference2))
    diagonal2 = np.diag(difference2)  # (K, K)
    combined = diagonal2 + off_diagonal * difference  # (K, K)
    combined2 = scale * diagonal2 + off_diagonal * scale * difference  # (K, K)
    sums = (centred_a.T @ B_b * combined2).sum(axis=1)  # (K,)
    # (N, K)
    combined3 = scale * (B_b @ (combined / powers_a[:, None]).T) - centred_a * sums / (n * combined_a ** (3 / 2))
    centred = combined3 - combined3.mean(axis=0)  # (N, K)
    gradient_a = 2 / n * centred  # (N, K)
    sums2 = (centred_b.T @ B_a * combined2.T).sum(axis=1)  # (K,)
    # (N, K)
    combined4 = scale * (B_a @ (combined / powers_b)) - centred_b * sums2 / (n * combined_b ** (3 / 2))
    centred2 = combined4 - combined4.mean(axis=0)  # (N, K)
    gradient_b = 2 / n * centred2  # (N, K)
    return float(value), gradient_a, gradient_b
