"""Barlow Twins; written by the derivations, not to be edited."""

import numpy as np

from numeric.validation import nonnegative, positive
from numeric.views import positive_entries, views


def barlow_unbiased(Z_a, Z_b, *, off_diagonal=0.005, eps=1e-05):
    """Barlow Twins, as in stable-pretraining.

        off_diagonal |C - Diag(C)|^2 + |Diag(C) - I|^2

        with C = B_a' B_b/N, B_a = H Z_a diag(1/(eps + sqrt((Z_a' H Z_a/(N - 1))_kk))), B_b = H Z_b diag(1/(eps +
          sqrt((Z_b' H Z_b/(N - 1))_kk))), H = I - 1 1'/N.

    The gradients are those of `barlow-unbiased-gradient`; `barlow-unbiased-compared` compares it with the
    published loss.

    Args:
        Z_a, Z_b: (N, K) views of the same samples.
        off_diagonal: weight of the entries off the diagonal, >= 0.
        eps: added to a deviation, > 0.

    Returns:
        (loss, gradient in Z_a, gradient in Z_b): a float and two (N, K) arrays.
    """
    Z_a, Z_b = views(Z_a, Z_b, n_samples=2)
    off_diagonal = nonnegative("off_diagonal", off_diagonal)
    eps = positive("eps", eps)
    n = len(Z_a)
    centred_a = Z_a - Z_a.mean(axis=0)  # (N, K), H Z_a
    norms_a = np.linalg.norm(centred_a, axis=0)  # (K,)
    scaled_a = norms_a / np.sqrt(n - 1)  # (K,)
    positive_entries("lengths of the columns of Z_a in H/(N - 1)", scaled_a)
    centred_b = Z_b - Z_b.mean(axis=0)  # (N, K), H Z_b
    norms_b = np.linalg.norm(centred_b, axis=0)  # (K,)
    scaled_b = norms_b / np.sqrt(n - 1)  # (K,)
    positive_entries("lengths of the columns of Z_b in H/(N - 1)", scaled_b)
    combined_a = scaled_a + eps  # (K,)
    B_a = centred_a / combined_a  # (N, K), centred_a diag(1/(eps + sqrt((Z_a' H Z_a/(N - 1))_kk)))
    combined_b = scaled_b + eps  # (K,)
    B_b = centred_b / combined_b  # (N, K), centred_b diag(1/(eps + sqrt((Z_b' H Z_b/(N - 1))_kk)))
    C = B_a.T @ B_b / n  # (K, K), B_a' B_b/N
    diagonal = np.diagonal(C)  # (K,)
    difference = C - np.diag(diagonal)  # (K, K)
    difference2 = diagonal - 1  # (K,)
    value = off_diagonal * np.vdot(difference, difference) + np.vdot(difference2, difference2)
    U_a = np.sqrt(n - 1) * Z_a / norms_a  # (N, K), Z_a diag(1/sqrt((Z_a' H Z_a/(N - 1))_kk))
    combined = np.diag(difference2) + off_diagonal * difference  # (K, K)
    sums = (centred_a.T @ B_b * combined).sum(axis=1)  # (K,)
    combined2 = B_b @ (combined / combined_a[:, None]).T - U_a * sums / ((n - 1) * combined_a**2)  # (N, K)
    centred = combined2 - combined2.mean(axis=0)  # (N, K)
    gradient_a = 2 / n * centred  # (N, K)
    U_b = np.sqrt(n - 1) * Z_b / norms_b  # (N, K), Z_b diag(1/sqrt((Z_b' H Z_b/(N - 1))_kk))
    sums2 = (centred_b.T @ B_a * combined.T).sum(axis=1)  # (K,)
    combined3 = B_a @ (combined / combined_b) - U_b * sums2 / ((n - 1) * combined_b**2)  # (N, K)
    centred2 = combined3 - combined3.mean(axis=0)  # (N, K)
    gradient_b = 2 / n * centred2  # (N, K)
    return float(value), gradient_a, gradient_b
