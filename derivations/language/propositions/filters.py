"""Facts on what eigenvalues are made of: levels, minimisers in one variable."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sympy import (
    Basic,
    MatrixSymbol,
    Poly,
    Sum,
    Symbol,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.propositions.base import Proposition


@dataclass(frozen=True)
class Level(Proposition):
    """sum_k values_k = total. If the sum less the total falls or grows with the level, this equation determines the level."""

    equational = True
    irrational = True

    level: Basic
    values: Basic
    total: Basic

    def equations(self):
        k = Symbol("k", integer=True, nonnegative=True)
        return ((Sum(MatrixElement(self.values, k, 0), (k, 0, self.values.rows - 1)), self.total),)

    def determined(self):
        return (self.level,) if isinstance(self.level, Symbol) else ()

    def determine(self, instance):
        def excess(level):
            at = instance.extended({self.level: level})
            return at.value(self.values).sum() - at.value(self.total)

        return {self.level: instance.root_of_monotone(excess)}


@dataclass(frozen=True)
class Minimises(Proposition):
    """For every k, point_k >= 0 minimises s -> function(s, values_k) over s >= 0; vectors q x 1, a Lambda of (s, a)."""

    irrational = True

    point: Basic
    function: Basic
    values: Basic

    def determined(self):
        return (self.point,) if isinstance(self.point, MatrixSymbol) else ()

    def determine(self, instance):
        s, a = self.function.variables
        value, slope = self.function.expr, self.function.expr.diff(s)
        if value.is_polynomial(s):
            return {self.point: self._of_polynomial(instance, Poly(value, s).all_coeffs(), a)}

        def at(expr, eigenvalue):
            return lambda x: instance.extended({s: x, a: eigenvalue}).value(expr)

        found = [instance.least_at(at(value, x), at(slope, x)) for x in instance.value(self.values).ravel()]
        return {self.point: instance.arithmetic.array(found).reshape(-1, 1)}

    def _of_polynomial(self, instance, coefficients, a):
        found = []
        for x in instance.value(self.values).ravel():
            there = instance.extended({a: x})
            found.append(instance.least_of_polynomial([there.value(c) for c in coefficients]))
        return instance.arithmetic.array(found).reshape(-1, 1)

    def _at(self, instance, s, a):
        slots = dict(zip(self.function.variables, (s, a), strict=True))
        return instance.extended(slots).value(self.function.expr)

    def residual(self, instance):
        points, values = (instance.value(v).ravel() for v in (self.point, self.values))
        worst = max([0, *(-t for t in points)])
        if worst > instance.arithmetic.tolerance:
            return worst
        for t, a in zip((max(t, 0 * t) for t in points), values, strict=True):
            least = self._at(instance, t, a)
            trials = [t * (1 + h) + h for h in (instance.arithmetic.number(1) / 10**d for d in (0, 2, 8))]
            trials += [t / 2, *(instance.arithmetic.number(x) / 4 for x in range(13))]
            excess = max(least - self._at(instance, x, a) for x in trials)
            worst = max(worst, excess / (1 + abs(least)))
        return worst

    def _at_k(self, show):
        """(point_k, function(x, values_k)), printed."""
        k, x = Symbol("k", integer=True, nonnegative=True), Symbol("x", nonnegative=True)
        return show(MatrixElement(self.point, k, 0)), show(self.function(x, MatrixElement(self.values, k, 0)))

    def text(self, show):
        point, function = self._at_k(show)
        each = ", for every k" if _speaks_of_k(point, function) else ""
        return f"{point} minimises {function} over x >= 0{each}"

    def latex(self, show):
        point, function = self._at_k(show)
        each = r"\text{, for every } k" if _speaks_of_k(point, function) else ""
        return rf"{point} \text{{ minimises }} {function} \text{{ over }} x \ge 0 {each}".rstrip()


def _speaks_of_k(*printed):
    """Whether the index of an entry is printed."""
    return any(re.search(r"(?<![a-zA-Z\\])k(?![a-zA-Z])", formula) for formula in printed)
