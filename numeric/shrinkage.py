"""What I + c Z'Z does to a representation, from the singular values of Z."""

from math import log

import numpy as np

from numeric.arrays import namespace


def log_det_and_shrunk(Z, c):
    """log det(I + c Z'Z), and Z (I + c Z'Z)^-1.

    With Z = U diag(sigma) V', they are sum_k log(1 + c sigma_k^2) and U diag(sigma_k / (1 + c sigma_k^2)) V'. Unlike I + c Z'Z
    itself, which loses the identity beside large entries, the singular values lose nothing that matters.

    Args:
        Z: (N, K) representation, finite.
        c: > 0.

    Returns:
        log_det: a number >= 0, accurate relative to itself where Z is small.
        shrunk: (N, K).
    """
    xp = namespace(Z)
    U, sigma, Vt = xp.linalg.svd(Z, full_matrices=False)  # (N, q), (q,), (q, K)
    with np.errstate(divide="ignore", over="ignore"):
        log_det = xp.sum(xp.logaddexp(xp.zeros_like(sigma), log(c) + 2 * xp.log(sigma)))
        shrunk = sigma / (1 + c * sigma**2)
    return log_det, (U * shrunk) @ Vt
