"""The columns of a representation as the degrees see them: centred if so asked, and of a length that can be divided by.

With shares d_i/v, D = diag(d/v) and m = Z'D 1, the columns Z - 1 m' have the squared lengths diag(Z'D Z) - m_k^2 in D. They
are not formed but where digits would be lost, or squares over- or underflow: then, and only then, a copy takes the place of
Z, centred, in units of powers of two, and zero in the rows of samples that are never drawn.
"""

import numpy as np

from numeric.arrays import namespace, on_host, precision, row_blocks, times_powers_of_two
from numeric.centred import LARGE, centre, drawn


class DrawnColumns:
    """Z - 1 m' for a representation Z, (N, K), validated, or Z itself where it is not to be centred.

    Attributes:
        rows: (N, K) Z, or a copy of it as above.
        mean: (K,) m of the rows; zero where they are not to be centred.
        lengths: (K,) of the columns in D; 0 where one is zero on all samples that are drawn, or constant if centred.
        exponents: (K,) integers: the rows are in units of these powers of two; None where they are in those of Z.
    """

    def __init__(self, Z, shares, center):
        xp = namespace(Z)
        self.rows, self.exponents = Z, None
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            squares = _squares(Z, shares)  # (K,)
        bound = float(np.finfo(precision(Z)).max) ** 0.25
        if not bool(xp.all((1 / bound < squares) & (squares < bound))):
            self.exponents = np.frexp(on_host(_largest(Z, shares)))[1]
            self.rows = times_powers_of_two(drawn(Z, shares), -self.exponents)
            squares = _squares(self.rows, shares)
        self.mean = shares @ self.rows if center else xp.zeros_like(squares)
        if not bool(xp.all(self.mean**2 * (1 + 1 / LARGE**2) <= squares)):
            self.rows = centre(self.rows, shares)
            squares, self.mean = _squares(self.rows, shares), xp.zeros_like(squares)
        self.lengths = xp.sqrt(squares - self.mean**2)


def _largest(Z, shares):
    """The largest entry of each column, where rows count by the roots of their shares, (K,)."""
    xp = namespace(Z)
    return xp.max(xp.abs(drawn(Z, shares) * xp.sqrt(shares)[:, None]), axis=0)


def _squares(Z, shares):
    """diag(Z'D Z), (K,)."""
    return sum(shares[block] @ Z[block, :] ** 2 for block in row_blocks(Z))
