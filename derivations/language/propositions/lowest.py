"""The two smallest eigenvalues of a symmetric pencil, by name."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Basic, Identity, MatMul, MatrixSymbol, Symbol, Transpose, ZeroMatrix

from derivations.language.errors import NoInstance
from derivations.language.propositions.base import Proposition


@dataclass(frozen=True)
class LowestTwo(Proposition):
    """A v = a M v and A w = b M w with v'M v = w'M w = 1 and v'M w = 0: v has the smallest eigenvalue a of the pencil (A, M)
    on range(M), and w has b, the smallest of all others; M is positive semidefinite, and ker M is in ker A.
    """

    irrational = True

    matrix: Basic
    metric: Basic
    first: Basic
    value: Basic
    second: Basic
    following: Basic

    def equations(self):
        v, w, one = self.first, self.second, Identity(1)
        metric = () if isinstance(self.metric, Identity) else (self.metric,)
        return (
            (MatMul(Transpose(v), *metric, v), one),
            (MatMul(self.matrix, v), MatMul(self.value, *metric, v)),
            (MatMul(Transpose(w), *metric, w), one),
            (MatMul(self.matrix, w), MatMul(self.following, *metric, w)),
            (MatMul(Transpose(v), *metric, w), ZeroMatrix(1, 1)),
        )

    def residual(self, instance):
        values, _ = instance.pencil(self.matrix, self.metric)
        if len(values) < 2:
            return 1
        pairs = ((instance.value(self.value), values[0]), (instance.value(self.following), values[1]))
        return max([super().residual(instance), *(abs(x - y) / (1 + abs(y)) for x, y in pairs)])

    def determined(self):
        named = (self.first, self.value, self.second, self.following)
        return tuple(s for s in named if isinstance(s, (MatrixSymbol, Symbol)))

    def determine(self, instance):
        values, vectors = instance.pencil(self.matrix, self.metric)
        if len(values) < 2:
            raise NoInstance(f"{self.metric} has no rank of 2")
        found = (vectors[:, :1], values[0], vectors[:, 1:2], values[1])
        named = (self.first, self.value, self.second, self.following)
        return {s: x for s, x in zip(named, found, strict=True) if s in self.determined()}

    def _told(self, show):
        equations = [f"{show(lhs)} = {show(rhs)}" for lhs, rhs in self.equations()]
        pencil = show(self.matrix)
        if not isinstance(self.metric, Identity):
            pencil = f"({pencil}, {show(self.metric)})"
        return equations, f"{show(self.value)}, {show(self.following)}", pencil

    def text(self, show):
        equations, values, pencil = self._told(show)
        return f"{',  '.join(equations)},  {values}: the two smallest eigenvalues of {pencil}"

    def latex(self, show):
        equations, values, pencil = self._told(show)
        told = r",\quad ".join(equations)
        return rf"{told},\quad {values} \text{{ the two smallest eigenvalues of }} {pencil}"
