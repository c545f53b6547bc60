"""EMP-SSL on two patches, each against their mean; written by the derivations, not to be edited."""

import numpy as np

from numeric.shrinkage import log_det_and_shrunk
from numeric.validation import nonnegative, positive
from numeric.views import positive_entries, views


def emp_ssl(Z_a, Z_b, *, eps=0.2, invariance=200.0):
    """EMP-SSL on two patches, each against their mean, as in EMP-SSL.

        -log det(C_a)/4 - log det(C_b)/4 - (invariance/(2 N)) tr((U_a + U_b)' U)

        with C_a = I + (K/(N eps)) Z_a' Z_a, C_b = I + (K/(N eps)) Z_b' Z_b, U_a = diag(1/|(Z_a)_k|) Z_a, U_b =
          diag(1/|(Z_b)_k|) Z_b, U = diag(1/|m_k|) M, M = Z_a + Z_b.

    The gradients are those of `emp-ssl-gradient`; `emp-ssl-patches` compares it with the published loss.

    Args:
        Z_a, Z_b: (N, K) views of the same samples.
        eps: precision of the coding rate, > 0.
        invariance: weight of the cosines, >= 0.

    Returns:
        (loss, gradient in Z_a, gradient in Z_b): a float and two (N, K) arrays.
    """
    Z_a, Z_b = views(Z_a, Z_b)
    eps = positive("eps", eps)
    invariance = nonnegative("invariance", invariance)
    n, k = Z_a.shape
    norms_a = np.linalg.norm(Z_a, axis=1)  # (N,)
    positive_entries("lengths of the rows of Z_a", norms_a)
    norms_b = np.linalg.norm(Z_b, axis=1)  # (N,)
    positive_entries("lengths of the rows of Z_b", norms_b)
    M = Z_a + Z_b  # (N, K), Z_a + Z_b
    norms = np.linalg.norm(M, axis=1)  # (N,)
    positive_entries("lengths of the rows of M", norms)
    log_determinant_a, shrunk_a = log_det_and_shrunk(Z_a, k / (n * eps))  # log det(C_a); (N, K), Z_a C_a^(-1)
    log_determinant_b, shrunk_b = log_det_and_shrunk(Z_b, k / (n * eps))  # log det(C_b); (N, K), Z_b C_b^(-1)
    U = M / norms[:, None]  # (N, K), diag(1/|m_k|) M
    U_a = Z_a / norms_a[:, None]  # (N, K), diag(1/|(Z_a)_k|) Z_a
    U_b = Z_b / norms_b[:, None]  # (N, K), diag(1/|(Z_b)_k|) Z_b
    combined = U_a + U_b  # (N, K)
    value = -log_determinant_a / 4 - log_determinant_b / 4 - invariance / (2 * n) * np.vdot(U, combined)
    F = -invariance / (2 * n) * U  # (N, K), -(invariance/(2 N)) U
    F2 = -invariance / (2 * n) * combined  # (N, K), -(invariance/(2 N)) (U_a + U_b)
    scaled = (F2 - U * (U * F2).sum(axis=1)[:, None]) / norms[:, None]  # (N, K)
    # (N, K)
    gradient_a = scaled + (F - U_a * (U_a * F).sum(axis=1)[:, None]) / norms_a[:, None] - k / (2 * n * eps) * shrunk_a
    # (N, K)
    gradient_b = scaled + (F - U_b * (U_b * F).sum(axis=1)[:, None]) / norms_b[:, None] - k / (2 * n * eps) * shrunk_b
    return float(value), gradient_a, gradient_b
