"""Facts on the lengths of rows and of columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sympy import Basic, DiagonalOf, MatMul, MatrixSymbol, OneMatrix, S, Transpose

from derivations.language.errors import NoInstance
from derivations.language.propositions.base import Proposition
from derivations.language.propositions.facts import doubly_centred


@dataclass(frozen=True)
class UnitLength(Proposition):
    """Every row of the matrix has the norm `length`, one if it is not given; the rows of Z' are the columns of Z.

    Raises ValueError for a length that is not known to be at least 0.
    """

    equational = True
    irrational = True

    matrix: Basic
    length: Basic = S.One

    def __post_init__(self):
        super().__post_init__()
        if not self.length.is_nonnegative:
            raise ValueError(f"a norm is at least 0, and that is not known of {self.length}")

    def equations(self):
        squares = DiagonalOf(MatMul(self.matrix, self.matrix.T))
        ones = OneMatrix(self.matrix.rows, 1)
        return ((squares, ones if self.length == 1 else MatMul(self.length**2, ones)),)

    def constrain(self, array, instance):
        """The rows are scaled; or they are changed, but for the signs, so that the columns have equal norms too."""
        rows = array.T if self._is_of_columns() else array
        rows[:, 0] += np.where((rows == 0).all(axis=1), 1, 0)
        squares, half = rows * rows, instance.arithmetic.number(1) / 2
        shares = _even(squares, instance) if instance.rng.random() < 0.5 else squares / squares.sum(axis=1)[:, None]
        entries = [instance.arithmetic.power(x, half) for x in shares.ravel()]
        signed = np.where(rows < 0, -1, 1) * np.array(entries, dtype=object).reshape(rows.shape)
        scaled = instance.value(self.length) * signed
        return scaled.T if self._is_of_columns() else scaled

    def _is_of_columns(self):
        return isinstance(self.matrix, Transpose)

    def _lines(self):
        """(rows or columns, of which matrix)."""
        return ("columns", self.matrix.arg) if self._is_of_columns() else ("rows", self.matrix)

    def text(self, show):
        lines, matrix = self._lines()
        return f"{show(matrix)} has {lines} of norm {show(self.length)}"

    def latex(self, show):
        lines, matrix = self._lines()
        return rf"{show(matrix)} \text{{ has {lines} of norm }} {show(self.length)}"


def _even(squares, instance):
    """Shares, whose rows sum to 1 and whose columns all have one sum: even ones, and a part of what is left of the squares
    once rows and columns are centred.
    """
    uneven = doubly_centred(squares)
    part = instance.arithmetic.number(instance.rng.choice((0, 1, 2))) / 2
    deepest = max(-uneven.min(initial=0), instance.arithmetic.rounding)
    return (1 + part * uneven / deepest) / squares.shape[1]


@dataclass(frozen=True)
class UnitColumnLength(Proposition):
    """Every column z of the matrix has z' M z = 1 in the metric M, positive semidefinite."""

    equational = True
    irrational = True

    matrix: Basic
    metric: Basic

    def equations(self):
        lengths = DiagonalOf(MatMul(Transpose(self.matrix), self.metric, self.matrix))
        return ((lengths, OneMatrix(self.matrix.cols, 1)),)

    def determined(self):
        return (self.matrix,) if isinstance(self.matrix, MatrixSymbol) else ()

    def determine(self, instance):
        basis, columns = instance.pencil(self.metric, self.metric)[1], instance.dimension(self.matrix.cols)
        if basis.shape[1] == 0:
            raise NoInstance(f"{self.metric} is zero")
        coordinates = instance.gaussian(basis.shape[1], columns)
        coordinates[0] += np.where((coordinates == 0).all(axis=0), 1, 0)
        half = instance.arithmetic.number(1) / 2
        norms = np.array([instance.arithmetic.power(x, half) for x in (coordinates**2).sum(axis=0)], dtype=object)
        return {self.matrix: basis @ (coordinates / norms)}

    def text(self, show):
        return f"{show(self.equations()[0][0])} = {show(OneMatrix(self.matrix.cols, 1))}"
