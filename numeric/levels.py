"""The level at which a filter balances: the root of m = g(m) for a function g that does not increase."""

import numpy as np
from scipy.optimize import brentq

_PRECISION = 4 * np.finfo(np.float64).eps  # the finest that brentq accepts
_SLACK = 1e-12


def decreasing_fixed_point(g, upper):
    """The unique m in [0, upper] with m = g(m), to full relative precision.

    m - g(m) increases strictly and changes sign on the interval, so there is one root and bracketing finds it
    (Brent 1973, chapter 4).

    Args:
        g: function of one float, continuous and non-increasing on [0, upper], with g(0) >= 0 and g(upper) <=
            upper (up to rounding, so that the root may lie at the upper end).
        upper: float, >= 0.

    Returns:
        m, a float.

    Raises:
        ValueError: g(0) < 0 or g(upper) > upper, so that no root lies in the interval.
    """
    at_zero, at_upper = float(g(0.0)), float(g(upper))
    if at_zero == 0:
        return 0.0
    if not (at_zero > 0 and at_upper <= upper * (1 + _SLACK)):
        raise ValueError(
            f"g must satisfy g(0) >= 0 and g(upper) <= upper = {upper:g};"
            f" found g(0) = {at_zero:g} and g(upper) = {at_upper:g}"
        )
    if at_upper >= upper:
        return float(upper)
    tiny = np.finfo(np.float64).tiny
    return brentq(lambda m: m - g(m), 0.0, upper, xtol=tiny, rtol=_PRECISION, maxiter=5000)
