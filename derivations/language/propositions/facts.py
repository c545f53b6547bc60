"""Facts that are declared on matrices and vectors."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from sympy import (
    Basic,
    HadamardProduct,
    Identity,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Symbol,
    Transpose,
    ZeroMatrix,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import Abbreviation, Eigenvalues
from derivations.language.errors import NoInstance
from derivations.language.norms import ColumnNorms, Norms
from derivations.language.propositions.base import Proposition


@dataclass(frozen=True)
class Symmetric(Proposition):
    """M' = M."""

    equational = True

    matrix: Basic

    def equations(self):
        return ((self.matrix.T, self.matrix),)

    def constrain(self, array, instance):
        return array + array.T

    def text(self, show):
        return f"{show(self.matrix)} symmetric"

    def latex(self, show):
        return rf"{show(self.matrix)} = {show(self.matrix.T)}"


@dataclass(frozen=True)
class EntrywiseNonnegative(Proposition):
    """Every entry of the matrix is at least 0."""

    matrix: Basic

    def residual(self, instance):
        return max(0, -instance.value(self.matrix).min(initial=0))

    def constrain(self, array, instance):
        return abs(array)

    def text(self, show):
        return f"{show(self.matrix)} >= 0 entrywise"

    def latex(self, show):
        if isinstance(self.matrix, MatrixSymbol):
            return rf"{show(self.matrix)}_{{{'k' if 1 in self.matrix.shape else 'ij'}}} \ge 0"
        return rf"{show(self.matrix)} \ge 0 \text{{ entrywise}}"


@dataclass(frozen=True)
class Candidates(Proposition):
    """Who counts in the softmax of each row: entries 0 or 1, and in every row a 1."""

    matrix: Basic

    def equations(self):
        return ((HadamardProduct(self.matrix, self.matrix), self.matrix),)

    def residual(self, instance):
        entries = instance.value(self.matrix)
        return 0 if all(max(row, default=0) == 1 and set(row) <= {0, 1} for row in entries) else 1

    def constrain(self, array, instance):
        """0 or 1; all of them, all but the sample itself, or some of them."""
        n, m = array.shape
        kind = instance.rng.choice(("all", "others", "some"))
        chosen = [[kind == "all" or (i != j if kind == "others" else instance.rng.random() < 0.7) for j in range(m)]
                  for i in range(n)]  # fmt: skip
        return instance.arithmetic.array(np.array(chosen, dtype=int))

    def text(self, show):
        return f"{show(self.matrix)} has entries 0 and 1, with a 1 in every row"

    def latex(self, show):
        return rf"{show(self.matrix)} \text{{ has entries 0 and 1, with a 1 in every row}}"


@dataclass(frozen=True)
class PositiveSemidefinite(Proposition):
    """v' M v >= 0 for every vector v."""

    matrix: Basic

    def residual(self, instance):
        return instance.negativity(self.matrix)

    def constrain(self, array, instance):
        return array @ array.T

    def text(self, show):
        return f"{show(self.matrix)} positive semidefinite"

    def latex(self, show):
        return rf"{show(self.matrix)} \succeq 0"


@dataclass(frozen=True)
class Ascending(Proposition):
    """The entries of a vector do not decrease."""

    vector: Basic

    def residual(self, instance):
        v = instance.value(self.vector).ravel()
        return max((max(0, a - b) for a, b in pairwise(v)), default=0)

    def constrain(self, array, instance):
        return np.sort(array, axis=0)

    def text(self, show):
        return f"{show(self.vector)} is ascending"

    def latex(self, show):
        return rf"{show(self.vector)} \text{{ is ascending}}"


@dataclass(frozen=True)
class Positive(Proposition):
    """Every entry of the vector is greater than 0, or a number is."""

    vector: Basic

    def residual(self, instance):
        """0 or 1; what rounding cannot tell from 0 is not greater."""
        return 0 if all(x > instance.arithmetic.tolerance for x in np.ravel(instance.value(self.vector))) else 1

    def constrain(self, array, instance):
        return np.where(array == 0, instance.arithmetic.number(1), abs(array))

    def text(self, show):
        return self._said(show, " entrywise", " for every k")

    def latex(self, show):
        return self._said(show, r" \text{ entrywise}", r" \text{ for every } k")

    def _said(self, show, entrywise, for_every):
        """n - 1 > 0 is said as n > 1, and of a vector whose entries have a formula what these are. A length is greater than 0
        exactly if its square is.
        """
        vector = self.vector
        if not vector.is_Matrix:
            number, rest = vector.as_coeff_Add()
            return f"{show(rest)} > {show(-number)}" if number.is_negative else f"{show(vector)} > 0"
        if vector.cols != 1 or not isinstance(vector, (Norms, Eigenvalues, ElementwiseApplyFunction)):
            return f"{show(vector)} > 0{entrywise}"
        vector = vector.squares if isinstance(vector, ColumnNorms) else vector
        return f"{show(MatrixElement(vector, Symbol('k'), 0))} > 0{for_every}"


@dataclass(frozen=True)
class Orthonormal(Proposition):
    """R' M R = I: columns that are orthonormal in the metric M (positive semidefinite; the identity: R'R = I)."""

    equational = True
    irrational = True

    matrix: Basic
    metric: Basic | None = None

    def __post_init__(self):
        if self.metric is None:
            object.__setattr__(self, "metric", Identity(self.matrix.rows))
        super().__post_init__()

    def equations(self):
        metric = () if isinstance(self.metric, Identity) else (self.metric,)
        return ((MatMul(self.matrix.T, *metric, self.matrix), Identity(self.matrix.cols)),)

    def determined(self):
        return (self.matrix,)

    def determine(self, instance):
        basis = instance.pencil(self.metric, self.metric)[1]
        wanted = instance.dimension(self.matrix.cols)
        if wanted > basis.shape[1]:
            raise NoInstance(f"{self.matrix} has more columns than {self.metric} has rank")
        return {self.matrix: basis @ instance.rotation(basis.shape[1])[:, :wanted]}

    def constrain(self, array, instance):
        """For a block J'W, W is changed as little as gives the block values of its own: by a multiple of J."""
        selection, _ = block(self.matrix)
        if selection is None:
            return array
        gram = MatMul(Transpose(selection), selection)
        inverse_root = instance.pencil(gram, gram)[1]
        j = instance.value(selection) @ inverse_root @ inverse_root.T
        return array + j @ (self.determine(instance)[self.matrix] - instance.value(selection).T @ array)


def block(matrix):
    """(J, W) for a block J'W of the rows of a matrix W, both symbols; else (None, the matrix)."""
    product = matrix.definition if isinstance(matrix, Abbreviation) else matrix
    factors = product.args if isinstance(product, MatMul) else ()
    if len(factors) == 2 and isinstance(factors[0], Transpose) and isinstance(factors[1], MatrixSymbol):
        return factors[0].arg, factors[1]
    return None, matrix


@dataclass(frozen=True)
class ConstantRowSums(Proposition):
    """M 1 = level 1: a regular relation, whose degrees are all the same."""

    equational = True

    matrix: Basic
    level: Basic

    def equations(self):
        ones, n = OneMatrix(self.matrix.cols, 1), self.matrix.rows
        sums = ZeroMatrix(n, 1) if self.level == 0 else MatMul(self.level, OneMatrix(n, 1))
        return ((MatMul(self.matrix, ones), sums),)

    def constrain(self, array, instance):
        """Self-loops make the sums equal; to a given number, rows are scaled, and an empty one gets the next sample; to
        make them 0, rows and columns are centred.
        """
        sums = array.sum(axis=1)
        if self.level == 0:
            return doubly_centred(array)
        if self.level.is_number:
            for i in (i for i, total in enumerate(sums) if total == 0):
                array[i, (i + 1) % array.shape[1]] = instance.arithmetic.number(1)
            return array / array.sum(axis=1)[:, None] * instance.value(self.level)
        return array + instance.arithmetic.eye(len(array)) * (max(sums) - sums)

    def determined(self):
        return () if self.level.is_number else (self.level,)

    def determine(self, instance):
        return {self.level: instance.value(self.matrix)[0].sum()}


def doubly_centred(array):
    """The array less the means of its rows and columns, so that they sum to 0."""
    return array - array.mean(axis=1, keepdims=True) - array.mean(axis=0) + array.mean()


@dataclass(frozen=True)
class Among(Proposition):
    """A o G = G: every positive is among the candidates."""

    equational = True

    matrix: Basic
    candidates: Basic

    def equations(self):
        return ((HadamardProduct(self.candidates, self.matrix), self.matrix),)

    def constrain(self, array, instance):
        """Where the candidates are given, the others are no positives."""
        if isinstance(self.candidates, MatrixSymbol):
            return array
        return array * (instance.value(self.candidates) > 0)

    def determined(self):
        return (self.candidates,) if isinstance(self.candidates, MatrixSymbol) else ()

    def determine(self, instance):
        relation = instance.value(self.matrix)
        free = np.array(instance.integers(0, 2, relation.size), dtype=int).reshape(relation.shape)
        return {self.candidates: instance.arithmetic.array(np.where(relation > 0, 1, free))}


@dataclass(frozen=True)
class Orthogonal(Proposition):
    """The columns of `matrix` are orthogonal to the unit vector `direction`: v' M = 0."""

    matrix: Basic
    direction: Basic

    def equations(self):
        return ((MatMul(Transpose(self.direction), self.matrix), ZeroMatrix(1, self.matrix.cols)),)

    def constrain(self, array, instance):
        v = instance.value(self.direction)
        return array - v @ (v.T @ array)
