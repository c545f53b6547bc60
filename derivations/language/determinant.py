"""The logarithm of a determinant."""

from __future__ import annotations

from sympy import Inverse, MatMul, Transpose

from derivations.language.atoms import ScalarAtom
from derivations.language.brackets import bracketed
from derivations.language.errors import NoInstance


class LogDet(ScalarAtom):
    """log det M, for a square matrix of positive determinant."""

    irrational = True

    def __new__(cls, matrix):
        if matrix.rows != matrix.cols:
            raise ValueError(f"{matrix} has shape {matrix.shape}: only a square matrix has a determinant")
        return super().__new__(cls, matrix)

    matrix = property(lambda self: self.args[0])

    def adjoint_of(self, seed):
        """d log det M = tr(M^-1 dM)."""
        yield self.matrix, MatMul(seed, Transpose(Inverse(self.matrix)))

    def value(self, arithmetic, matrix):
        determinant = arithmetic.determinant(matrix)
        if determinant <= 0:
            raise NoInstance(f"a determinant is {determinant}, which has no logarithm")
        return arithmetic.function("log")(determinant)

    def text(self, show):
        return f"{self._name('log', 'log det')}({show(self.matrix)})"

    def latex(self, show):
        return self._name(r"\log", r"\log\det") + bracketed(show(self.matrix))

    def _name(self, of_number, of_matrix):
        return of_number if self.matrix.rows == 1 else of_matrix
