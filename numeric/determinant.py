"""The logarithm of a determinant."""

import numpy as np


def log_det(matrix):
    """log det M, without forming the determinant, which over- or underflows.

    Args:
        matrix: (n, n) array of positive determinant.

    Returns:
        float; 0 for n = 0.

    Raises:
        ValueError: the determinant is not positive.
    """
    with np.errstate(invalid="ignore"):
        sign, logarithm = np.linalg.slogdet(matrix)
    if np.isnan(logarithm) or not sign > 0:
        found = "NaN" if np.isnan(logarithm) else "a negative one" if sign < 0 else "0"
        raise ValueError(f"only a positive determinant has a logarithm; found {found}")
    return float(logarithm)
