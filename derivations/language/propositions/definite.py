"""Facts by which a matrix has an inverse."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Basic

from derivations.language.brackets import bracketed
from derivations.language.propositions.base import Proposition


@dataclass(frozen=True)
class PositiveDefinite(Proposition):
    """v' M v > 0 for every vector v other than 0; M need not be symmetric. Its determinant is positive, for that of
    (1 - t) I + t M has no zero on the way from 1 to it.
    """

    matrix: Basic

    def residual(self, instance):
        """0 or 1, by the leading minors of the symmetric part; what rounding cannot tell from 0 is not greater."""
        twice, arithmetic = instance.value(self.matrix) + instance.value(self.matrix.T), instance.arithmetic
        minors = (arithmetic.determinant(twice[:m, :m]) for m in range(1, len(twice) + 1))
        return 0 if all(minor > arithmetic.tolerance for minor in minors) else 1

    def constrain(self, array, instance):
        """Symmetric if the array is."""
        return array - array.T + array @ array.T + instance.arithmetic.eye(len(array)) / instance.arithmetic.number(2)

    def text(self, show):
        return f"{show(self.matrix)} positive definite"

    def latex(self, show):
        return rf"{show(self.matrix)} \succ 0"


@dataclass(frozen=True)
class Invertible(Proposition):
    """det M is not 0, for a square matrix M."""

    matrix: Basic

    def residual(self, instance):
        """0 or 1; what rounding cannot tell from 0 is 0."""
        return int(abs(instance.arithmetic.determinant(instance.value(self.matrix))) <= instance.arithmetic.tolerance)

    def text(self, show):
        return f"{show(self.matrix)} invertible"

    def latex(self, show):
        return rf"\det{bracketed(show(self.matrix))} \ne 0"
