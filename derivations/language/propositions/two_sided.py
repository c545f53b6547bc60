"""Facts on two sets of features: the singular vectors that pair them, how many there are, and the blocks of a matrix that
stacks them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sympy import (
    Basic,
    DiagMatrix,
    HadamardProduct,
    Identity,
    MatMul,
    Symbol,
    Transpose,
    ZeroMatrix,
)

from derivations.language.brackets import bracketed
from derivations.language.errors import NoInstance
from derivations.language.propositions.base import Proposition


@dataclass(frozen=True)
class SingularPairs(Proposition):
    """M V = P U diag(s), M'U = Q V diag(s), U'P U = I, V'Q V = I: the top of M, seen in the metrics P of its rows and Q of
    its columns. These are positive semidefinite, M vanishes where they do, and s, descending, are the largest singular
    values of M on range(P) and range(Q), as many as U and V have columns; with both metrics the identity, those of M.
    """

    irrational = True

    matrix: Basic
    row_metric: Basic
    column_metric: Basic
    left: Basic
    right: Basic
    values: Basic

    def equations(self):
        m, p, q, u, v, s = self.arguments()
        identity, spectrum = Identity(u.cols), DiagMatrix(s)
        return (
            (MatMul(Transpose(u), p, u), identity),
            (MatMul(Transpose(v), q, v), identity),
            (MatMul(m, v), MatMul(p, u, spectrum)),
            (MatMul(Transpose(m), u), MatMul(q, v, spectrum)),
        )

    def determined(self):
        return (self.left, self.right, self.values)

    def determine(self, instance):
        first, left, values, right, second = self._decomposed(instance)
        count = instance.dimension(self.values.rows)
        if count > len(values):
            raise NoInstance(f"{self.matrix} has fewer singular values than {self.left} has columns")
        return {
            self.left: first @ left[:, :count],
            self.right: second @ right[:, :count],
            self.values: values[:count].reshape(-1, 1),
        }

    def _decomposed(self, instance):
        """A basis of range(P), the singular value decomposition of M in it and in that of range(Q), which comes last."""
        first, second = (instance.pencil(m, m)[1] for m in (self.row_metric, self.column_metric))
        return first, *instance.arithmetic.singular_pairs(first.T @ instance.value(self.matrix) @ second), second

    def residual(self, instance):
        first, _, largest, _, second = self._decomposed(instance)
        matrix, *metrics = (instance.value(m) for m in self.arguments()[:3])
        given = instance.value(self.values).ravel()
        if len(given) > len(largest):
            return 1
        gaps = [abs(x - y) / (1 + y) for x, y in zip(given, largest, strict=False)]
        seen = metrics[0] @ first @ first.T @ matrix @ second @ second.T @ metrics[1]
        outside = abs(matrix - seen).max(initial=0) / (1 + abs(matrix).max(initial=0))
        negative = [instance.negativity(m) for m in (self.row_metric, self.column_metric)]
        return max([super().residual(instance), outside, *negative, *gaps])

    def _told(self, show):
        equations = [f"{show(lhs)} = {show(rhs)}" for lhs, rhs in self.equations()]
        return equations, show(self.values), show(self.values.rows), *map(show, self.arguments()[:3])

    def text(self, show):
        equations, values, count, m, p, q = self._told(show)
        of = f"the {count} largest singular values of {m} in the metrics {p} and {q}"
        return f"{',  '.join(equations)},  {values} descending: {of}"

    def latex(self, show):
        equations, values, count, m, p, q = self._told(show)
        told = r",\quad ".join(equations)
        return (
            rf"{told},\quad {values} \text{{ descending, the }} {count} "
            rf"\text{{ largest singular values of }} {m} \text{{ in the metrics }} {p} \text{{ and }} {q}"
        )


@dataclass(frozen=True)
class Rank(Proposition):
    """rank M = r: as many singular values of M are positive, in whatever metrics that M vanishes where they do."""

    irrational = True

    matrix: Basic
    rank: Basic

    def determined(self):
        return (self.rank,) if isinstance(self.rank, Symbol) else ()

    def determine(self, instance):
        gram = MatMul(Transpose(self.matrix), self.matrix)
        return {self.rank: instance.arithmetic.number(len(instance.pencil(gram, gram)[0]))}

    def residual(self, instance):
        return abs(instance.value(self.rank) - self.determine(instance)[self.rank])

    def text(self, show):
        return f"{show(self.rank)} = rank({show(self.matrix)})"

    def latex(self, show):
        return rf"{show(self.rank)} = \operatorname{{rank}}{bracketed(show(self.matrix))}"


@dataclass(frozen=True)
class Blocks(Proposition):
    """[J T] = I: the columns of the identity, split in two, so that J'J = I, T'T = I, J'T = 0. J'W and T'W are the blocks of
    the rows of W.
    """

    first: Basic
    second: Basic

    def equations(self):
        j, t = self.first, self.second
        return (
            (MatMul(Transpose(j), j), Identity(j.cols)),
            (MatMul(Transpose(t), t), Identity(t.cols)),
            (MatMul(Transpose(j), t), ZeroMatrix(j.cols, t.cols)),
            (HadamardProduct(j, j), j),
            (HadamardProduct(t, t), t),
        )

    def residual(self, instance):
        columns = np.hstack([instance.value(self.first), instance.value(self.second)])
        square = columns.shape[0] == columns.shape[1]
        return abs(columns - np.eye(len(columns), dtype=int)).max(initial=0) if square else 1

    def determined(self):
        return (self.first, self.second)

    def determine(self, instance):
        rows, above = map(instance.dimension, self.first.shape)
        if rows != above + instance.dimension(self.second.cols):
            raise NoInstance(f"{self.first} and {self.second} do not split the {rows} columns of the identity")
        identity = instance.arithmetic.eye(rows)
        return {self.first: identity[:, :above], self.second: identity[:, above:]}

    def text(self, show):
        return f"[{show(self.first)}, {show(self.second)}] = {show(Identity(self.first.rows))}"

    def latex(self, show):
        return rf"[{show(self.first)},\ {show(self.second)}] = {show(Identity(self.first.rows))}"
