"""Facts on Gram matrices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sympy import Basic, DiagMatrix, DiagonalOf, MatMul, MatrixSymbol

from derivations.language.atoms import Abbreviation
from derivations.language.propositions.base import Proposition


@dataclass(frozen=True)
class DiagonalGram(Proposition):
    """G = diag(d) for a Gram matrix G, a multiple of Z'MZ with M symmetric: the columns of Z are orthogonal in M.

    With d the diagonal of G itself it says that G is diagonal, and does not rewrite.
    """

    equational = True
    irrational = True

    gram: Basic
    diagonal: Basic

    def equations(self):
        return ((self.gram, DiagMatrix(self.diagonal)),)

    @property
    def matrix(self):
        """Z, which the fact is about."""
        gram = self.gram.definition if isinstance(self.gram, Abbreviation) else self.gram
        return gram.args[-1] if isinstance(gram, MatMul) else None

    def constrain(self, array, instance):
        """The columns, turned by the eigenvectors of their Gram matrix; 0 where only rounding is left."""
        gram = instance.extended({self.matrix: array}).value(self.gram)
        turned = array @ instance.arithmetic.eigenpairs(gram)[1]
        return np.where(instance.arithmetic.eigenvalues(gram) == 0, instance.arithmetic.number(0), turned)

    def determined(self):
        return (self.diagonal,) if isinstance(self.diagonal, MatrixSymbol) else ()

    def determine(self, instance):
        return {self.diagonal: instance.value(DiagonalOf(self.gram))}

    def _is_own(self):
        return self.diagonal == DiagonalOf(self.gram)

    def text(self, show):
        return f"{show(self.gram)} diagonal" if self._is_own() else super().text(show)

    def latex(self, show):
        return rf"{show(self.gram)} \text{{ is diagonal}}" if self._is_own() else super().latex(show)
