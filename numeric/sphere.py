"""Rows as points of the unit sphere: the cosine's side of a loss, for rows of any length that a float can hold."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False, slots=True)
class UnitRows:
    """The rows of a matrix scaled to norm one, u_i = z_i / |z_i| with |z_i| = lengths_i 2^exponents_i.

    Attributes:
        rows: (N, K), U.
        lengths: (N,) between 1/2 and sqrt(K).
        exponents: (N,) integers.
    """

    rows: np.ndarray
    lengths: np.ndarray
    exponents: np.ndarray

    def tangent(self, slope):
        """From the gradient in U to the gradient in Z: diag(1/|z_i|) (F - Diag(F U') U), for F = `slope`, (N, K).

        Row by row the projection on the tangent of the sphere (Absil, Mahony & Sepulchre 2008, section 3.6.1).

        Raises:
            ValueError: a row is so short that its gradient overflows.
        """
        along = np.sum(slope * self.rows, axis=1, keepdims=True)  # (N, 1)
        projected = (slope - along * self.rows) / self.lengths[:, None]
        with np.errstate(over="ignore", under="ignore"):
            projected = np.ldexp(projected, -self.exponents[:, None])
        overflowing = ~np.isfinite(projected).all(axis=1)
        if overflowing.any():
            row = int(overflowing.argmax())
            norm = np.ldexp(self.lengths[row], self.exponents[row])
            raise ValueError(f"Z must have rows whose gradient is finite; found row {row} of norm {norm:.3g}")
        return projected


def unit_rows(Z):
    """The rows of Z scaled to norm one. A row times a power of two gives the same to the last bit.

    Args:
        Z: (N, K) finite numbers.

    Returns:
        UnitRows.

    Raises:
        ValueError: a row is zero.
    """
    largest = np.abs(Z).max(axis=1)  # (N,)
    if not largest.all():
        row = int(np.argmin(largest))
        raise ValueError(f"Z must have no zero row, for which the cosine is not defined; found row {row} zero")
    exponents = np.frexp(largest)[1]  # (N,)
    with np.errstate(under="ignore"):
        scaled = np.ldexp(Z, -exponents[:, None])  # (N, K), largest entry of each row in [1/2, 1)
    lengths = np.linalg.norm(scaled, axis=1)  # (N,)
    return UnitRows(scaled / lengths[:, None], lengths, exponents)
