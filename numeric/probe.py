"""The linear probe: what least squares makes of a representation."""

import numpy as np

from numeric.validation import representation
from numeric.whitening import orthonormal_basis


def probe_loss(Z, Y):
    """min_V |Y - Z V|_F^2 = |Y - U U'Y|_F^2, U an orthonormal basis of the range of Z (`probe-loss`).

    Only the left singular vectors of Z matter. There is no intercept: append a column of ones to Z for one.

    Args:
        Z: (N, K) representation of any rank, as `numeric.whitening` decides it; zero columns are welcome.
        Y: (N, T) targets; |Y|^2 must be finite.

    Returns:
        A float >= 0, right up to rounding of |Y|^2.

    Raises:
        TypeError, ValueError: Z or Y is no finite real matrix, or their numbers of rows differ.
    """
    Z = representation(Z, None)
    Y = representation(Y, len(Z), name="Y", power=2)
    U, _ = orthonormal_basis(Z, name="Z")  # (N, r)
    residual = Y - U @ (U.T @ Y)  # (N, T)
    return float(np.vdot(residual, residual))
