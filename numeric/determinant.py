"""The logarithm of a determinant."""

from math import isnan

import numpy as np

from numeric.arrays import namespace, number


def log_det(matrix):
    """log det M, without forming the determinant, which over- or underflows.

    Args:
        matrix: (n, n) array of positive determinant.

    Returns:
        number; 0 for n = 0.

    Raises:
        ValueError: the determinant is not positive.
    """
    with np.errstate(invalid="ignore"):
        sign, logarithm = namespace(matrix).linalg.slogdet(matrix)
    if isnan(logarithm) or not sign > 0:
        found = "NaN" if isnan(logarithm) else "a negative one" if sign < 0 else "0"
        raise ValueError(f"only a positive determinant has a logarithm; found {found}")
    return number(logarithm)
