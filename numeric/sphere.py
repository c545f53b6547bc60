"""Rows as points of the unit sphere: the cosine's side of a loss, for rows of any length that a float can hold."""

from dataclasses import dataclass

import numpy as np

from numeric.arrays import all_finite, namespace, on_host, precision, times_powers_of_two


@dataclass(frozen=True, eq=False, slots=True)
class UnitRows:
    """The rows of a matrix scaled to norm one, u_i = z_i / |z_i| with |z_i| = lengths_i 2^exponents_i.

    Attributes:
        rows: (N, K), U.
        lengths: (N,) > 0, whose squares are numbers.
        exponents: (N,) integers, or None for zeros.
    """

    rows: np.ndarray
    lengths: np.ndarray
    exponents: np.ndarray | None

    def tangent(self, slope):
        """From the gradient in U to the gradient in Z: diag(1/|z_i|) (F - Diag(F U') U), in the place of F = `slope`, (N, K).

        Row by row the projection on the tangent of the sphere (Absil, Mahony & Sepulchre 2008, section 3.6.1).

        Raises:
            ValueError: a row is so short that its gradient overflows.
        """
        along = namespace(slope).vecdot(slope, self.rows)  # (N,)
        slope -= along[:, None] * self.rows
        slope /= self.lengths[:, None]
        if self.exponents is not None:
            with np.errstate(over="ignore", under="ignore"):
                slope = times_powers_of_two(slope.T, -self.exponents).T
        if not all_finite(slope):
            row = int(np.argmax(~np.isfinite(on_host(slope)).all(axis=1)))
            norm = np.ldexp(float(self.lengths[row]), 0 if self.exponents is None else self.exponents[row])
            raise ValueError(f"Z must have rows whose gradient is finite; found row {row} of norm {norm:.3g}")
        return slope


def unit_rows(Z):
    """The rows of Z scaled to norm one. A row times a power of two gives the same to the last bit.

    Args:
        Z: (N, K) finite numbers.

    Returns:
        UnitRows.

    Raises:
        ValueError: a row is zero.
    """
    xp = namespace(Z)
    with np.errstate(over="ignore", under="ignore"):
        squares = xp.vecdot(Z, Z)  # (N,)
    bound = float(np.finfo(precision(Z)).max) ** 0.5
    exponents = None
    if not bool(xp.all((1 / bound < squares) & (squares < bound))):
        largest = on_host(xp.max(xp.abs(Z), axis=1))  # (N,)
        if not largest.all():
            row = int(np.argmin(largest))
            raise ValueError(f"Z must have no zero row, for which the cosine is not defined; found row {row} zero")
        exponents = np.frexp(largest)[1]  # (N,)
        with np.errstate(under="ignore"):
            Z = times_powers_of_two(Z.T, -exponents).T  # (N, K), largest entry of each row in [1/2, 1)
            squares = xp.vecdot(Z, Z)
    lengths = xp.sqrt(squares)  # (N,)
    return UnitRows(Z / lengths[:, None], lengths, exponents)
