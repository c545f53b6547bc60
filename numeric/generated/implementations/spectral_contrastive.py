"""Spectral contrastive loss; written by the derivations, not to be edited."""

import numpy as np

from numeric.views import views


def spectral_contrastive(Z_a, Z_b):
    """Spectral contrastive loss, as in Kernel-InfoNCE.

        -(2/N) tr(Z_a' Z_b) - (|Diag(Z_a Z_a')|^2 + |Diag(Z_b Z_b')|^2 - |C|^2)/(N (N - 1))

        with C = Z_a' Z_a + Z_b' Z_b.

    The gradients are those of `spectral-contrastive-kernel-infonce-gradient`;
    `spectral-contrastive-kernel-infonce` compares it with the published loss.

    Args:
        Z_a, Z_b: (N, K) views of the same samples.

    Returns:
        (loss, gradient in Z_a, gradient in Z_b): a float and two (N, K) arrays.
    """
    Z_a, Z_b = views(Z_a, Z_b, n_samples=2)
    n = len(Z_a)
    sums_a = (Z_a**2).sum(axis=1)  # (N,)
    total_a = np.vdot(sums_a, sums_a)
    sums_b = (Z_b**2).sum(axis=1)  # (N,)
    C = Z_a.T @ Z_a + Z_b.T @ Z_b  # (K, K), Z_a' Z_a + Z_b' Z_b
    value = (np.vdot(C, C) - total_a - np.vdot(sums_b, sums_b)) / (n * (n - 1)) - 2 / n * np.vdot(Z_a, Z_b)
    gradient_a = 2 / n * (2 / (n - 1) * (Z_a @ C) - 2 / (n - 1) * (Z_a * sums_a[:, None]) - Z_b)  # (N, K)
    gradient_b = 2 / n * (2 / (n - 1) * (Z_b @ C) - Z_a - 2 / (n - 1) * (Z_b * sums_b[:, None]))  # (N, K)
    return float(value), gradient_a, gradient_b
