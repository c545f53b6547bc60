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
    sign, logarithm = np.linalg.slogdet(matrix)
    if not sign > 0:
        found = "0" if sign == 0 else "a negative one" if sign < 0 else "NaN"
        raise ValueError(f"only a positive determinant has a logarithm; found {found}")
    return float(logarithm)
