"""What the writer of NumPy code knows of a matrix: its entries, as a scalar expression of entries of stored arrays.

A matrix M is held as M_ij = entries + (diagonal where i = j), two SymPy expressions of `Cell`s. A cell stands for an entry
of a stored array at the index of the row, of the column, of both, or of none. So sums, entrywise products and functions of
entries are SymPy's arithmetic of scalars, a diagonal matrix is the vector of its diagonal, a matrix with equal rows is one
row, and a multiple of the ones matrix is a number; only products and the like are steps of the program.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sympy import Expr, Integer, S, Symbol
from sympy.core.sympify import _sympify

TURNED = str.maketrans("rc", "cr")
BOTH = frozenset("rc")


class Cell(Symbol):
    """The entry of the array that step `number` of the program stores.

    `along` says where: "rc" in the row and the column of the entry, "cr" of the transpose, "ss" of a symmetric array, "r"
    or "c" of a vector at the row or the column, "" for a number.
    """

    def __new__(cls, number, along):
        return super().__new__(cls, f"{number:04d}{along}", real=True)

    number = property(lambda self: int(self.name[:4]))
    along = property(lambda self: self.name[4:])

    @property
    def axes(self):
        return frozenset(self.along.replace("s", "rc"))

    @property
    def turned(self):
        """The entry at the column and row exchanged."""
        return Cell(self.number, self.along.translate(TURNED))


def cells(entries):
    """The cells of an expression, in the order of the program."""
    return sorted(entries.atoms(Cell), key=lambda cell: cell.name)


def axes(entries):
    """On which of row ("r") and column ("c") an expression depends."""
    return frozenset().union(*(cell.axes for cell in entries.atoms(Cell)))


def in_order(spans):
    return "".join(axis for axis in "rc" if axis in spans)


def turned(entries):
    """An expression with row and column exchanged."""
    return entries.xreplace({cell: cell.turned for cell in entries.atoms(Cell)})


def transposes(entries):
    """How many transposed arrays an expression speaks of."""
    return sum(cell.along == "cr" for cell in entries.atoms(Cell))


def along(entries, axis):
    """An expression of vectors, with these along an axis, "r" or "c"."""
    return entries.xreplace({cell: Cell(cell.number, axis) for cell in entries.atoms(Cell) if len(cell.along) == 1})


@dataclass(frozen=True)
class Array:
    """A matrix of shape (rows, cols) with the entries `entries`, plus `diagonal`, vectors along "r", where i = j."""

    rows: Expr
    cols: Expr
    entries: Expr = S.Zero
    diagonal: Expr = S.Zero

    shape = property(lambda self: (self.rows, self.cols))

    @property
    def mixed(self):
        """Whether neither part is zero."""
        return self.entries != 0 and self.diagonal != 0

    @property
    def turned(self):
        return Array(self.cols, self.rows, turned(self.entries), self.diagonal)

    def __add__(self, other):
        return replace(self, entries=self.entries + other.entries, diagonal=self.diagonal + other.diagonal)

    def scaled(self, number):
        return replace(self, entries=number * self.entries, diagonal=number * self.diagonal)


def constant(rows, cols, number):
    """The matrix with one number everywhere."""
    return Array(_sympify(rows), _sympify(cols), _sympify(number))


def identity(order):
    return Array(order, order, S.Zero, Integer(1))
