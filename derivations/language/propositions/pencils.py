"""Facts on the eigenpairs of symmetric pencils, and on bases that diagonalise."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import (
    Basic,
    DiagMatrix,
    Identity,
    Integer,
    MatMul,
    MatrixSymbol,
    Symbol,
    Transpose,
)

from derivations.language.atoms import Leading
from derivations.language.brackets import bracketed
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
        """The rank too, unless it is the order of the metric, or by how much it exceeds the number of vectors."""
        named = (self.vectors, self.spectrum[1], self.rank, self.spare)
        return tuple(s for s in named if isinstance(s, (MatrixSymbol, Symbol)) and s != self.metric.rows)

    @property
    def spare(self):
        """How many eigenpairs there are beside those that are named."""
        return self.rank - self.vectors.cols

    def determine(self, instance):
        values, vectors = instance.pencil(self.matrix, self.metric)
        found = {self.rank: instance.arithmetic.number(len(values))} if self.rank in self.determined() else {}
        q = instance.extended(found).dimension(self.vectors.cols)
        if q > len(values):
            raise NoInstance(f"{self.metric} has a smaller rank than {self.vectors} has columns")
        if self.spare in self.determined():
            found |= {self.spare: instance.arithmetic.number(len(values) - q)}
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
        if len(given) > len(smallest):
            return 1
        rank = instance.dimension(self.rank) - len(instance.pencil(self.matrix, self.metric)[0])
        gaps = [abs(x - y) / (1 + abs(y)) for x, y in zip(given, smallest, strict=True)]
        return max([super().residual(instance), abs(rank), *gaps])

    def text(self, show):
        equations, values, order, count, extreme, pencil, rank = self._told(show)
        rank = rank and f", rank({rank[0]}) = {rank[1]}"
        pencil = f"({pencil})" if rank else pencil
        return f"{',  '.join(equations)},  {values}{order and f' {order}'}: the {count}{extreme} of {pencil}{rank}"

    def latex(self, show):
        equations, values, order, count, extreme, pencil, rank = self._told(show)
        kind, pencil = ("the pencil ", bracketed(pencil)) if rank else ("", pencil)
        rank = rank and rf",\quad \operatorname{{rank}}{bracketed(rank[0])} = {rank[1]}"
        equations = r",\quad ".join(equations)
        order, count = order and f" {order}", count and f"}} {count}\\text{{ "
        return rf"{equations},\quad {values} \text{{{order}, the {count}{extreme} of {kind}}} {pencil}{rank}"

    def _told(self, show):
        """What both forms say, of the pencil as it is seen: from its bottom, or from its top."""
        sign, vector = self.spectrum
        matrix = self.matrix if sign == 1 else _negative(self.matrix)
        order, extreme = ("ascending", "smallest") if sign == 1 else ("descending", "largest")
        single = self.vectors.cols == 1
        equations = [f"{show(lhs)} = {show(rhs)}" for lhs, rhs in self._equations(matrix, vector)]
        a, m = show(matrix), show(self.metric)
        count = (
            ["", "", f"{extreme} eigenvalue"]
            if single
            else [order, f"{show(self.vectors.cols)} ", f"{extreme} eigenvalues"]
        )
        told = [equations, show(vector), *count]
        return (*told, a, "") if isinstance(self.metric, Identity) else (*told, f"{a}, {m}", (m, show(self.rank)))


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

    def every(self, instance):
        values, vectors = instance.pencil(self.matrix, self.within)
        for k, value in enumerate(values):
            yield {self.vector: vectors[:, [k]], self.value: value}


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
