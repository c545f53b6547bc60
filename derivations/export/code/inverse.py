"""Inverses and determinants as NumPy statements: none is formed that is multiplied by, and none of I + c X'X is squared up."""

from __future__ import annotations

from sympy import Identity, Inverse, MatAdd, MatMul, S, Transpose

from derivations.export.text import show
from derivations.language.atoms import Named
from derivations.language.determinant import LogDet


class InverseCode:
    """To be mixed into MatrixCode."""

    def _over(self, numerator, inverse):
        """X M^-1 from the singular values of X where M is I + c X'X, else as the solution of equations."""
        pair, factored = MatMul(numerator, inverse), shifted_gram(inverse.arg)
        if factored and factored[1] == numerator:
            self._singular(inverse.arg, *factored)
        if pair not in self.known:
            code = f"over({self.matrix(numerator).code}, {self.matrix(inverse.arg).code})"
            self.known[pair] = self._computed(self.names.get(pair, "solution"), code, pair)
        return pair

    def _log_det(self, node):
        if factored := shifted_gram(node.matrix):
            self._singular(node.matrix, *factored)
        known = self.known.get(node)
        return known.code if known else f"log_det({self.matrix(node.matrix).code})"

    def _singular(self, matrix, weight, factor):
        """log det M and X M^-1, for M = I + c X'X; by singular values, for M has lost what is small beside c X'X."""
        logarithm, over = LogDet(matrix), MatMul(factor, Inverse(matrix))
        if over not in self.known:
            code = f"log_det_and_shrunk({self.matrix(factor).code}, {self.scalar_code(weight)})"
            comment = f"float, ({', '.join(map(show, factor.shape))}): {show(logarithm)}, {show(over)}"
            self.known |= self._several({logarithm: "log_det", over: "shrunk"}, code, comment)


def shifted_gram(matrix):
    """(c, X) where a matrix is written I + c X'X, else None."""
    matrix = matrix.definition if isinstance(matrix, Named) else matrix
    if not isinstance(matrix, MatAdd) or len(matrix.args) != 2 or not isinstance(matrix.args[0], Identity):
        return None
    gram = matrix.args[1]
    coefficient, factors = gram.as_coeff_matrices() if isinstance(gram, MatMul) else (S.One, [])
    mirrored = len(factors) == 2 and factors[0] == Transpose(factors[1])
    return (coefficient, factors[1]) if mirrored else None
