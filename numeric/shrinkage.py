"""What I + c Z'Z does to a representation, from the singular values of Z."""

import numpy as np
from scipy.linalg import svd


def log_det_and_shrunk(Z, c):
    """log det(I + c Z'Z), and Z (I + c Z'Z)^-1.

    With Z = U diag(sigma) V', they are sum_k log(1 + c sigma_k^2) and U diag(sigma_k / (1 + c sigma_k^2)) V'. Unlike I + c Z'Z
    itself, which loses the identity beside large entries, the singular values lose nothing that matters.

    Args:
        Z: (N, K) representation, finite.
        c: > 0.

    Returns:
        log_det: float >= 0, accurate relative to itself where Z is small.
        shrunk: (N, K).
    """
    U, sigma, Vt = svd(Z, full_matrices=False, check_finite=False)  # (N, q), (q,), (q, K)
    with np.errstate(divide="ignore", over="ignore"):
        log_det = np.logaddexp(0.0, np.log(c) + 2 * np.log(sigma)).sum()
        shrunk = sigma / (1 + c * sigma**2)
    return float(log_det), (U * shrunk) @ Vt
