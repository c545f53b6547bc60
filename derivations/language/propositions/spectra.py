"""Facts on eigenvalues: pencils, bases that diagonalise, rotations, filters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sympy import (
    Basic,
    DiagMatrix,
    HadamardProduct,
    Identity,
    Integer,
    Lambda,
    MatAdd,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Sum,
    Symbol,
    Transpose,
    ZeroMatrix,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import Leading
from derivations.language.errors import NoInstance
from derivations.language.propositions.base import Proposition


@dataclass(frozen=True)
class Eigenpairs(Proposition):
    """The bottom of a symmetric pencil: A V = M V diag(lam), V' M V = I, M positive semidefinite of rank `rank`,
    ker M inside ker A, and lam, ascending, the smallest eigenvalues of the pencil on range(M) (as many as V has columns).

    With values -g and the matrix -B it speaks of the top of the pencil (B, M): g, descending, its largest eigenvalues.
    """

    irrational = True

    matrix: Basic
    metric: Basic
    vectors: Basic
    values: Basic
    rank: Basic

    @property
    def spectrum(self):
        """(sign, vector) with values = sign * vector: sign -1 where the pencil is seen from its top."""
        return _signed(self.values)

    def determined(self):
        """The rank too, unless it is the order of the metric."""
        named = (self.vectors, self.spectrum[1], self.rank)
        return tuple(s for s in named if isinstance(s, (MatrixSymbol, Symbol)) and s != self.metric.rows)

    def determine(self, instance):
        values, vectors = instance.pencil(self.matrix, self.metric)
        found = {self.rank: instance.arithmetic.number(len(values))} if self.rank in self.determined() else {}
        q = instance.extended(found).dimension(self.vectors.cols)
        sign, vector = self.spectrum
        return found | {self.vectors: vectors[:, :q], vector: sign * values[:q].reshape(-1, 1)}

    def equations(self):
        return self._equations(self.matrix, self.values)

    def _equations(self, a, values):
        v = self.vectors
        metric = () if isinstance(self.metric, Identity) else (self.metric,)
        return (
            (MatMul(Transpose(v), *metric, v), Identity(v.cols)),
            (MatMul(a, v), MatMul(*metric, v, DiagMatrix(values))),
        )

    def residual(self, instance):
        smallest = instance.pencil(self.matrix, self.metric)[0][: instance.dimension(self.vectors.cols)]
        given = instance.value(self.values).ravel()
        rank = instance.dimension(self.rank) - len(instance.pencil(self.matrix, self.metric)[0])
        gaps = [abs(x - y) / (1 + abs(y)) for x, y in zip(given, smallest, strict=True)]
        return max([super().residual(instance), abs(rank), *gaps])

    def text(self, show):
        equations, values, order, count, extreme, pencil, rank = self._told(show)
        rank = rank and f", rank {rank[0]} = {rank[1]}"
        return f"{',  '.join(equations)},  {values} {order}: the {count} {extreme} eigenvalues of {pencil}{rank}"

    def latex(self, show):
        equations, values, order, count, extreme, pencil, rank = self._told(show)
        kind = "the pencil " if rank else ""
        rank = rank and rf",\ \operatorname{{rank}} {rank[0]} = {rank[1]}"
        equations = r",\quad ".join(equations)
        return (
            rf"{equations},\quad {values} \text{{ {order}, the }} {count} "
            rf"\text{{ {extreme} eigenvalues of {kind}}} {pencil}{rank}"
        )

    def _told(self, show):
        """What both forms say, of the pencil as it is seen: from its bottom, or from its top."""
        sign, vector = self.spectrum
        matrix = self.matrix if sign == 1 else _negative(self.matrix)
        order, extreme = ("ascending", "smallest") if sign == 1 else ("descending", "largest")
        equations = [f"{show(lhs)} = {show(rhs)}" for lhs, rhs in self._equations(matrix, vector)]
        count, a, m = show(self.vectors.cols), show(matrix), show(self.metric)
        told = [equations, show(vector), order, count, extreme]
        return (*told, a, "") if isinstance(self.metric, Identity) else (*told, f"({a}, {m})", (m, show(self.rank)))


def _signed(vector):
    """(sign, rest) with vector = sign * rest: sign -1 for the negative of a matrix expression, else 1."""
    coefficient, factors = _factored(vector)
    return (-1, _product(Integer(1), factors)) if coefficient == -1 else (1, vector)


def _negative(matrix):
    coefficient, factors = _factored(matrix)
    return _product(-coefficient, factors)


def _factored(matrix):
    return matrix.as_coeff_matrices() if isinstance(matrix, MatMul) else (Integer(1), [matrix])


def _product(coefficient, factors):
    return (
        factors[0]
        if coefficient == 1 and len(factors) == 1
        else MatMul(*([coefficient] * (coefficient != 1)), *factors)
    )


@dataclass(frozen=True)
class AllEigenpairs(Eigenpairs):
    """As many eigenpairs as there are: those of range(M), which make up M = M V V' M and A = M V diag(lam) V' M."""

    def equations(self):
        a, m, v, values, _ = self.arguments()
        orthonormal, _ = super().equations()
        whole = MatMul(m, v, DiagMatrix(values), Transpose(v), m)
        return orthonormal, (MatMul(m, v, Transpose(v), m), m), (a, whole)


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


@dataclass(frozen=True)
class SpreadColumns(Proposition):
    """U' A U = I and U' M U = diag(t) with sum_k t_k = total: columns that A sees as a unit each, of a given total length."""

    irrational = True

    matrix: Basic
    metric: Basic
    columns: Basic
    lengths: Basic
    total: Basic

    def equations(self):
        u, k = self.columns, Symbol("k", integer=True, nonnegative=True)
        return (
            (MatMul(Transpose(u), self.matrix, u), Identity(u.cols)),
            (MatMul(Transpose(u), self.metric, u), DiagMatrix(self.lengths)),
            (Sum(MatrixElement(self.lengths, k, 0), (k, 0, u.cols - 1)), self.total),
        )

    def determined(self):
        return (self.columns, self.lengths)

    def determine(self, instance):
        """Eigenvectors of the largest eigenvalues; the first of them leans towards a direction that A sees as 0 or less."""
        one, power, q = instance.arithmetic.number(1), instance.arithmetic.power, instance.dimension(self.columns.cols)
        values, vectors = instance.pencil(self.matrix, self.metric)
        values, vectors = values[::-1], vectors[:, ::-1]
        others = [i for i, g in enumerate(values) if g <= instance.arithmetic.tolerance]
        if q == 0 or not others or others[0] < q:
            raise NoInstance(f"{self.matrix} has no {q} positive eigenvalues and another")
        excess = instance.value(self.total) - sum(one / g for g in values[:q])
        level = -min(values[others[0]], 0 * one)
        rho = excess / (1 + level / values[0])
        if rho < 0:
            raise NoInstance(f"the columns are longer than {self.total}")
        columns = vectors[:, :q] * np.array([power(g, -one / 2) for g in values[:q]], dtype=object)
        columns[:, 0] = columns[:, 0] * power(1 + rho * level, one / 2) + vectors[:, others[0]] * power(rho, one / 2)
        lengths = np.array([one / g for g in values[:q]], dtype=object)
        lengths[0] += excess
        return {self.columns: columns, self.lengths: lengths.reshape(-1, 1)}


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
class Eigenvector(Proposition):
    """M v = value v with v'v = 1 and v in the range of the projector `within`."""

    irrational = True

    matrix: Basic
    vector: Basic
    value: Basic
    within: Basic

    def equations(self):
        v = self.vector
        inside = () if isinstance(self.within, Identity) else ((MatMul(self.within, v), v),)
        return (
            (MatMul(self.matrix, v), MatMul(self.value, v)),
            (MatMul(Transpose(v), v), Identity(1)),
            *inside,
        )

    def determined(self):
        return (self.vector, self.value)

    def determine(self, instance):
        values, vectors = instance.pencil(self.matrix, self.within)
        if not len(values):
            raise NoInstance(f"{self.within} has rank 0")
        (chosen,) = instance.integers(0, len(values), 1)
        return {self.vector: vectors[:, chosen : chosen + 1], self.value: values[chosen]}


@dataclass(frozen=True)
class SpectralBasis(Proposition):
    """F = U T with U'U = I and U'SU = diag(a): an orthonormal basis of range(F) in which S is diagonal; its
    first coordinates are the eigenvectors V with the values lam: T V = I_{:, q}, lam the first entries of a.
    """

    irrational = True

    factor: Basic
    operator: Basic
    vectors: Basic
    values: Basic
    basis: Basic
    coordinates: Basic
    spectrum: Basic

    def equations(self):
        f, s, v, lam, u, t, a = self.arguments()
        first = Leading(u.cols, v.cols)
        return (
            (f, MatMul(u, t)),
            (MatMul(u.T, u), Identity(u.cols)),
            (MatMul(u.T, s, u), DiagMatrix(a)),
            (MatMul(t, v), first),
            (MatMul(first.T, a), lam),
        )

    def determined(self):
        return (self.basis, self.coordinates, self.spectrum)

    def determine(self, instance):
        f = instance.value(self.factor)
        values, vectors = instance.pencil(self.factor.T * self.operator * self.factor, self.factor.T * self.factor)
        u = f @ vectors
        return {self.basis: u, self.coordinates: u.T @ f, self.spectrum: values.reshape(-1, 1)}


@dataclass(frozen=True)
class ConstantDiagonal(Proposition):
    """R'R = I, and every diagonal entry of R diag(d) R' is the number `level`."""

    equational = True
    irrational = True

    rotation: Basic
    values: Basic
    level: Basic

    def equations(self):
        r = self.rotation
        ones = OneMatrix(r.rows, 1)
        return (
            (MatMul(HadamardProduct(r, r), self.values), MatMul(self.level, ones)),
            (MatMul(r.T, r), Identity(r.cols)),
        )

    def determined(self):
        return (self.rotation,)

    def determine(self, instance):
        d = instance.value(self.values).ravel()
        rows, level = instance.dimension(self.rotation.rows), instance.value(self.level)
        if len(d) > rows:
            raise NoInstance(f"{self.rotation} has more columns than rows")
        return {self.rotation: instance.constant_diagonal(d, rows, level)[:, : len(d)]}


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

        def at(expr, eigenvalue):
            return lambda x: instance.extended({s: x, a: eigenvalue}).value(expr)

        found = [instance.least_at(at(value, x), at(slope, x)) for x in instance.value(self.values).ravel()]
        return {self.point: instance.arithmetic.array(found).reshape(-1, 1)}

    def _at(self, instance, s, a):
        slots = dict(zip(self.function.variables, (s, a), strict=True))
        return instance.extended(slots).value(self.function.expr)

    def residual(self, instance):
        points, values = (instance.value(v).ravel() for v in (self.point, self.values))
        worst = max([0, *(-t for t in points)])
        for t, a in zip(points, values, strict=True):
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
        return f"{point} minimises {function} over x >= 0, for every k"

    def latex(self, show):
        point, function = self._at_k(show)
        return rf"{point} \text{{ minimises }} {function} \text{{ over }} x \ge 0 \text{{, for every }} k"
