"""Facts that are declared on matrices and vectors."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from sympy import (
    Basic,
    Identity,
    MatMul,
    OneMatrix,
    Transpose,
    ZeroMatrix,
)

from derivations.language.errors import NoInstance
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
        return max(0, -instance.value(self.matrix).min())

    def constrain(self, array, instance):
        return abs(array)

    def text(self, show):
        return f"{show(self.matrix)} >= 0 entrywise"

    def latex(self, show):
        return rf"{show(self.matrix)}_{{ij}} \ge 0"


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
        return f"{show(self.vector)} ascending"

    def latex(self, show):
        return rf"{show(self.vector)} \text{{ ascending}}"


@dataclass(frozen=True)
class Positive(Proposition):
    """Every entry of the vector is greater than 0."""

    vector: Basic

    def residual(self, instance):
        return 0 if all(x > 0 for x in instance.value(self.vector).ravel()) else 1

    def text(self, show):
        return f"{show(self.vector)} > 0 entrywise"

    def latex(self, show):
        return rf"{show(self.vector)} > 0 \text{{ entrywise}}"


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


@dataclass(frozen=True)
class ConstantRowSums(Proposition):
    """M 1 = level 1: a regular relation, whose degrees are all the same."""

    equational = True

    matrix: Basic
    level: Basic

    def equations(self):
        ones = OneMatrix(self.matrix.cols, 1)
        return ((MatMul(self.matrix, ones), MatMul(self.level, ones)),)

    def constrain(self, array, instance):
        """Self-loops make the sums equal."""
        sums = array.sum(axis=1)
        return array + instance.arithmetic.eye(len(array)) * (max(sums) - sums)

    def determined(self):
        return (self.level,)

    def determine(self, instance):
        return {self.level: instance.value(self.matrix)[0].sum()}


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
