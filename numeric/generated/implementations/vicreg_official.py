"""VICReg; written by the derivations, not to be edited."""

import numpy as np

from numeric.validation import nonnegative, positive
from numeric.views import views


def vicreg_official(Z_a, Z_b, *, invariance=25.0, variance=25.0, covariance=1.0, eps=0.0001):
    """VICReg, as in facebookresearch/vicreg, lightly.

        covariance (|S_a - Diag(S_a)|^2 + |S_b - Diag(S_b)|^2)/K + variance (sum_k (1 - (eps + (S_a)_kk)^(1/2))_+
          + sum_k (1 - (eps + (S_b)_kk)^(1/2))_+)/(2 K) + (invariance/(K N)) |Z_a - Z_b|^2

        with S_a = (H Z_a)' H Z_a/(N - 1), S_b = (H Z_b)' H Z_b/(N - 1), H = I - 1 1'/N.

    The gradients are those of `vicreg-official-gradient`; `vicreg-official-compared` compares it with the
    published loss.

    Args:
        Z_a, Z_b: (N, K) views of the same samples.
        invariance: weight of the mean squared distance of the views, >= 0.
        variance: weight of the hinge on the deviations, >= 0.
        covariance: weight of the squared covariances, >= 0.
        eps: added to a variance before its root is taken, > 0.

    Returns:
        (loss, gradient in Z_a, gradient in Z_b): a float and two (N, K) arrays.
    """
    Z_a, Z_b = views(Z_a, Z_b, n_samples=2)
    invariance = nonnegative("invariance", invariance)
    variance = nonnegative("variance", variance)
    covariance = nonnegative("covariance", covariance)
    eps = positive("eps", eps)
    n, k = Z_a.shape
    centred_a = Z_a - Z_a.mean(axis=0)  # (N, K), H Z_a
    S_a = centred_a.T @ centred_a / (n - 1)  # (K, K), centred_a' centred_a/(N - 1)
    diagonal_a = np.diagonal(S_a)  # (K,)
    difference_a = S_a - np.diag(diagonal_a)  # (K, K)
    centred_b = Z_b - Z_b.mean(axis=0)  # (N, K), H Z_b
    S_b = centred_b.T @ centred_b / (n - 1)  # (K, K), centred_b' centred_b/(N - 1)
    diagonal_b = np.diagonal(S_b)  # (K,)
    difference_b = S_b - np.diag(diagonal_b)  # (K, K)
    powers_a = np.sqrt(diagonal_a + eps)  # (K,)
    difference_a2 = 1 - powers_a  # (K,)
    powers_b = np.sqrt(diagonal_b + eps)  # (K,)
    difference_b2 = 1 - powers_b  # (K,)
    difference = Z_a - Z_b  # (N, K)
    value = (
        invariance / (k * n) * np.vdot(difference, difference)
        + covariance / k * (np.vdot(difference_a, difference_a) + np.vdot(difference_b, difference_b))
        + variance / (2 * k) * (np.sum(np.maximum(difference_a2, 0.0)) + np.sum(np.maximum(difference_b2, 0.0)))
    )
    diagonal_a2 = np.diag(np.heaviside(difference_a2, 1 / 2) / powers_a)  # (K, K)
    product_a = centred_a @ (8 * covariance * difference_a - variance * diagonal_a2)  # (N, K)
    scaled = invariance / n * difference  # (N, K)
    gradient_a = (product_a / (n - 1) + 4 * scaled) / (2 * k)  # (N, K)
    diagonal_b2 = np.diag(np.heaviside(difference_b2, 1 / 2) / powers_b)  # (K, K)
    product_b = centred_b @ (8 * covariance * difference_b - variance * diagonal_b2)  # (N, K)
    gradient_b = (product_b / (n - 1) - 4 * scaled) / (2 * k)  # (N, K)
    return float(value), gradient_a, gradient_b
