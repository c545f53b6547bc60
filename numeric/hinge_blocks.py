"""One block of the spectrum of an optimal covariance under the hinge: see `numeric.hinge_spectrum`, whose notation this is.

In a block of m entries, s and d have the same sum T, s_k = (mu - c_k)_+ / (2 b), and every d_k is 1 or a solution of

    1/(2 sqrt(d_k)) + 2 b d_k = mu,

of which there are at most two, x < y. With p of the s_k positive, and cbar the mean of their prices,

    s_k = T/p + (cbar - c_k)/(2 b),        k <= p.
"""

from typing import NamedTuple

import numpy as np

_SLACK = 16 * np.finfo(np.float64).eps
"""What d may exceed s by, as a part of its sum."""

_NEARLY = 1e-9
"""What counts as rounding where the number of positive s_k is chosen."""

_PURE_CUBE = 1e24
"""Beyond this the linear term of a cubic is rounding."""


class Block(NamedTuple):
    """A part of the spectrum, with its share of the loss.

    Attributes:
        loss: a float, in units of alpha.
        spectrum: (m,) s, descending.
        diagonal: (m,) d, descending, majorised by s.
    """

    loss: float
    spectrum: np.ndarray
    diagonal: np.ndarray


def one_level(prices, b, m, ones):
    """The best block whose diagonal is `ones` ones and then m - ones times one number z^2, z <= 1.

    With n = m - ones and T = ones + n z^2, the equations make z the smallest positive root of

        4 b (n - p) z^3 + (4 b ones + 2 p cbar) z = p.

    Every p that fits, s_p >= 0 >= s_{p + 1} up to rounding, is tried, and what is not majorised is left out: so each
    candidate is attained by some representation.

    Args:
        prices: (q,) c of the directions that exist, ascending, finite, 1 <= q <= m.
        b: the weight of the squared covariances, finite and > 0.
        m: how many entries; where q < m, the others of s are 0.
        ones: 0 <= ones <= m.

    Returns:
        Block, or None if there is none.
    """
    n = m - ones
    p = np.arange(1, len(prices) + 1)  # (q,)
    above = prices - prices[0]  # (q,), so that equal prices have a mean equal to them
    means = np.cumsum(above) / p  # (q,), cbar - c_1
    with np.errstate(all="ignore"):  # what overflows does not fit
        z = _smallest_root(4 * b * (n - p), 4 * b * ones + 2 * p * (prices[0] + means), p) if n else np.ones(len(p))
        x = z**2
        totals = ones + n * x  # (q,), T
        last = totals / p + (means - above) / (2 * b)  # (q,), s_p
        following = totals / p + (means - np.append(above[1:], np.inf)) / (2 * b)  # (q,), s_{p + 1}
        fits = (z <= 1) & (last >= 0) & (following <= _NEARLY * totals)
    found = []
    for i in np.flatnonzero(fits):
        deviations = (means[i] - above[: p[i]]) / (2 * b)  # (p,), s_k - T/p
        spectrum, diagonal = np.zeros(m), np.full(m, x[i])
        spectrum[: p[i]] = totals[i] / p[i] + deviations
        diagonal[:ones] = 1.0
        if (np.cumsum(spectrum - diagonal)[:-1] >= -_SLACK * totals[i]).all():
            # |s|^2 - |d|^2 >= 0, with T^2/p - |d|^2 written so that little cancels
            excess = (ones * (ones - p[i]) + 2 * ones * n * x[i] + n * (n - p[i]) * x[i] ** 2) / p[i]
            covariance = b * max(excess + deviations @ deviations, 0.0)
            loss = n * (1 - z[i]) + covariance + prices @ spectrum[: len(prices)]
            found.append(Block(float(loss), spectrum, diagonal))
    return min(found, key=lambda block: block.loss, default=None)


def two_levels(price, b, m):
    """The best block of rank one, s = (T, 0, ..., 0), whose diagonal is one y and then n = m - 1 times the smaller x.

    With r = sqrt(y) and w = sqrt(x): both are solutions, r w (r + w) = 1/(4 b); the sums of s and d agree,
    r w - (n - 1) w^2 = c/(2 b). For tau = c^2/(b w) and kappa = 2 c^3/b this is

        tau^4 - tau^3 + (2 n - 1) kappa tau^2 + n (n - 1) kappa^2 = 0,

    whose largest root is the one that is a minimum; there is none for kappa > 1/4.

    Args:
        price: c of the one direction, finite, >= 0.
        b: as for `one_level`.
        m: how many entries, >= 2.

    Returns:
        Block, or None if there is none.
    """
    n, price = m - 1, float(price)  # not NumPy's, which warns where kappa is infinite
    kappa = 2 * price * (price * (price / b))
    if not 0 < kappa <= 0.25:
        return None
    roots = np.roots([1.0, -1.0, (2 * n - 1) * kappa, 0.0, n * (n - 1) * kappa**2])
    real = roots[roots.imag == 0].real
    if not (real > 0).any():
        return None
    w = price * (price / b) / real.max()
    r = (n - 1) * w + price / b / (2 * w)
    if not w <= r <= 1:
        return None
    y, x = r**2, w**2
    total = y + n * x
    loss = 1 - r + n * (1 - w) + b * n * x * (2 * y + (n - 1) * x) + price * total
    return Block(loss, np.append(total, np.zeros(n)), np.append(y, np.full(n, x)))


def _smallest_root(cubic, linear, constant):
    """The smallest z > 0 with cubic z^3 + linear z = constant, elementwise; NaN or infinity where there is none.

    Viete's, in a form in which nothing cancels: linear >= 0, constant > 0, and cubic of any sign.
    """
    z = constant / linear  # for a small cubic
    angle = 1.5 * np.sqrt(3 * np.abs(cubic) / linear) * z
    bent = np.where(cubic > 0, np.sinh(np.arcsinh(angle) / 3), np.sin(np.arcsin(angle) / 3))
    z = np.where(angle == 0, z, z * (3 / angle) * bent)
    return np.where((cubic > 0) & ~(angle < _PURE_CUBE), np.cbrt(constant / cubic), z)
