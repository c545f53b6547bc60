"""H Z, the rows of a representation less their mean: what losses do with it, without its being formed.

With m the mean of the rows, H Z = Z - 1 m', and

    (H Z)'(H Z) = Z'Z - n m m',    H Z M = Z M - 1 (m'M).

Digits are lost where means are large beside deviations. Then, and only then, a centred copy takes the place of Z: its
means are what rounding left, and the same formulas take that out.
"""

import numpy as np

from numeric.arrays import column_sums, diagonal_of, inner, namespace, plus_product
from numeric.entries import check_finite
from numeric.validation import features

LARGE = 2.0
"""Means of more deviations than this are taken off first; below, the formulas lose little more than a binary digit."""


def centred_representation(Z, n_samples):
    """H Z for a representation as it is handed in.

    Args:
        Z: (n_samples, K) array, K >= 1, finite.
        n_samples: N.

    Returns:
        Centred.

    Raises:
        TypeError, ValueError: as `numeric.validation.representation` does.
    """
    return Centred(features("Z", Z, n_samples))


def centre(Z, shares=None):
    """H Z, (N, K): every column of Z less its mean, and exactly zero where it is constant up to rounding.

    A mean is rounded as a sum of N entries is. A second round takes that out, so that a constant is known as one
    whatever N is.

    Args:
        Z: (N, K) array.
        shares: (N,) weights of the samples in the mean, which sum to one; by default 1/N each. Rows of weight 0 become 0.
    """
    xp = namespace(Z)
    Z = Z if shares is None else drawn(Z, shares)
    centred = Z
    for _ in range(2):
        if shares is None:
            centred = centred - column_sums(centred) / Z.shape[0]
        else:
            centred = drawn(centred - shares @ centred, shares)
    constant = xp.max(xp.abs(centred), axis=0) <= 16 * xp.finfo(Z.dtype).eps * xp.max(xp.abs(Z), axis=0)  # (K,)
    return xp.where(constant, xp.zeros_like(centred), centred) if bool(xp.any(constant)) else centred


def drawn(Z, shares):
    """Z with zeros in the rows of samples of share 0, whatever these hold."""
    xp = namespace(Z)
    return xp.where(shares[:, None] > 0, Z, xp.zeros_like(Z))


class Centred:
    """H Z for a representation Z, (N, K); ValueError if Z is not finite.

    Attributes:
        rows: (N, K) Z itself, or Z with a row of numbers taken off.
        mean: (K,) that of the rows.
        gram: (K, K) Z' H Z.
    """

    def __init__(self, Z):
        self._take(Z)
        check_finite("Z", Z, self.mean)
        if not self._is_near_zero():
            self._take(centre(Z))
        self.gram -= len(self) * self.mean[:, None] * self.mean

    def _take(self, rows):
        self.rows = rows
        with np.errstate(over="ignore", invalid="ignore"):  # means that are taken off may overflow
            self.mean, self.gram = column_sums(rows) / len(self), rows.T @ rows

    def _is_near_zero(self):
        """Whether all means are at most `LARGE` deviations, as far as squares can tell."""
        xp = namespace(self.rows)
        squares = diagonal_of(self.gram) / len(self)  # (K,), of deviations and means
        known = xp.isfinite(squares) & (squares > xp.finfo(squares.dtype).smallest_normal)
        near = known & (self.mean**2 * (1 + 1 / LARGE**2) <= squares)
        return bool(xp.all(near | (self.mean == 0)))

    def __len__(self):
        return self.rows.shape[0]

    @property
    def formed(self):
        """H Z itself, (N, K), for what there is no way around it."""
        return self.rows - self.mean

    def inner(self, E):
        """<H Z, E> for E, (N, K), with columns that sum to zero, such as L Z: a number of the namespace."""
        return inner(self.rows, E)

    def times(self, M, plus):
        """E + H Z M in the place of E = `plus`, (N, K); M (K, K)."""
        return plus_product(plus, self.rows, M, shift=self.mean @ M)
