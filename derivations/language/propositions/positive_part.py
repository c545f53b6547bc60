"""Facts on the eigenpairs of a pencil whose matrix has eigenvalues of both signs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sympy import (
    Basic,
    DiagMatrix,
    Identity,
    Lambda,
    MatAdd,
    MatMul,
    Symbol,
    Transpose,
    ZeroMatrix,
)

from derivations.language.atoms import Leading
from derivations.language.errors import NoInstance
from derivations.language.propositions.base import Proposition


@dataclass(frozen=True)
class PositiveEigenpairs(Proposition):
    """A V = M V diag(g), V' M V = I, M positive semidefinite, ker M inside ker A, and g > 0, descending, the largest of
    the `count` positive eigenvalues of the symmetric pencil (A, M) (as many as V has columns).
    """

    irrational = True

    matrix: Basic
    metric: Basic
    vectors: Basic
    values: Basic
    count: Basic

    def equations(self):
        v = self.vectors
        return (
            (MatMul(Transpose(v), self.metric, v), Identity(v.cols)),
            (MatMul(self.matrix, v), MatMul(self.metric, v, DiagMatrix(self.values))),
        )

    def all(self, instance):
        """(all positive eigenvalues, descending, their vectors), and the same of the negative ones."""
        values, vectors = instance.pencil(self.matrix, self.metric)
        cut = instance.arithmetic.tolerance
        above = [i for i, x in reversed(list(enumerate(values))) if x > cut]
        below = [i for i, x in enumerate(values) if x < -cut]
        return tuple((values[own].reshape(-1, 1), vectors[:, own]) for own in (above, below))

    def determined(self):
        return (self.vectors, self.values, self.count)

    def determine(self, instance):
        (values, vectors), _ = self.all(instance)
        found = {self.count: instance.arithmetic.number(len(values))}
        q = instance.extended(found).dimension(self.vectors.cols)
        return found | {self.vectors: vectors[:, :q], self.values: values[:q]}

    def residual(self, instance):
        (values, vectors), (low, below) = self.all(instance)
        if instance.dimension(self.count) != len(values):
            return 1
        metric, spectrum = instance.value(self.metric), np.vstack([values, low]).ravel()
        basis = metric @ np.hstack([vectors, below])
        outside = abs(instance.value(self.matrix) - (basis * spectrum) @ basis.T).max(initial=0)
        given = instance.value(self.values)
        gaps = abs(given - values[: len(given)]) / (1 + abs(values[: len(given)]))
        return max([super().residual(instance), outside / (1 + abs(spectrum).max(initial=0)), *gaps.ravel()])

    def _told(self, show):
        equations = [f"{show(lhs)} = {show(rhs)}" for lhs, rhs in self.equations()]
        pencil = f"({show(self.matrix)}, {show(self.metric)})"
        return equations, show(self.values), show(self.vectors.cols), show(self.count), pencil

    def text(self, show):
        equations, values, q, count, pencil = self._told(show)
        of = f"the {q} largest of the {count} positive eigenvalues of {pencil}"
        return f"{',  '.join(equations)},  {values} descending: {of}"

    def latex(self, show):
        equations, values, q, count, pencil = self._told(show)
        told = r",\quad ".join(equations)
        return (
            rf"{told},\quad {values} \text{{ descending, the }} {q} \text{{ largest of the }} {count} "
            rf"\text{{ positive eigenvalues of the pencil }} {pencil}"
        )


@dataclass(frozen=True)
class PositivePart(Proposition):
    """A = M P diag(h) P' M - W' W with P' M P = I, h > 0: all positive eigenpairs of the pencil (A, M), and its negative
    part; the first of them are V and g: P I_{:, q} = V, and the first entries of 1/h are 1/g.
    """

    irrational = True

    matrix: Basic
    metric: Basic
    vectors: Basic
    values: Basic
    basis: Basic
    spectrum: Basic
    rest: Basic

    def equations(self):
        a, m, _, g, p, h, w = self.arguments()
        x = Symbol("x", positive=True)
        first, inverse = Leading(p.cols, g.rows), Lambda(x, 1 / x)
        return (
            (a, MatAdd(MatMul(m, p, DiagMatrix(h), Transpose(p), m), MatMul(-1, Transpose(w), w))),
            (MatMul(Transpose(p), m, p), Identity(p.cols)),
            (MatMul(Transpose(first), h.applyfunc(inverse)), g.applyfunc(inverse)),
        )

    def determined(self):
        return (self.basis, self.spectrum, self.rest)

    def determine(self, instance):
        pairs = PositiveEigenpairs(self.matrix, self.metric, self.vectors, self.values, self.basis.cols)
        (values, vectors), (low, below) = pairs.all(instance)
        half = instance.arithmetic.number(1) / 2
        roots = np.array([instance.arithmetic.power(-x, half) for x in low.ravel()], dtype=object)
        order = instance.dimension(self.rest.rows)
        rest = instance.arithmetic.zeros(order, instance.dimension(self.rest.cols))
        rest[: len(roots)] = (below * roots).T @ instance.value(self.metric)
        return {self.basis: vectors, self.spectrum: values, self.rest: rest}


@dataclass(frozen=True)
class OtherDirection(Proposition):
    """A w = -eta M w with w' M w = 1 and eta >= 0, w orthogonal to the eigenvectors V: a direction that A sees as 0 or less."""

    irrational = True

    matrix: Basic
    metric: Basic
    vectors: Basic
    direction: Basic
    value: Basic

    def equations(self):
        a, m, v, w, eta = self.arguments()
        return (
            (MatMul(Transpose(w), m, w), Identity(1)),
            (MatMul(a, w), MatMul(-eta, m, w)),
            (MatMul(Transpose(v), m, w), ZeroMatrix(v.cols, 1)),
        )

    def residual(self, instance):
        return max(super().residual(instance), -instance.value(self.value))

    def determined(self):
        return (self.direction, self.value)

    def determine(self, instance):
        values, vectors = instance.pencil(self.matrix, self.metric)
        tolerance = instance.arithmetic.tolerance
        others = [i for i, x in enumerate(values) if x <= tolerance]
        if not others:
            raise NoInstance(f"{self.matrix} is positive definite on the range of {self.metric}")
        last = others[-1]
        return {self.direction: vectors[:, [last]], self.value: -values[last] * (values[last] < -tolerance)}
