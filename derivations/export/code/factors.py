"""The factors of products of matrices: what is multiplied with what, before it is decided in which order."""

from __future__ import annotations

from sympy import (
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    Identity,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSlice,
    MatrixSymbol,
    OneMatrix,
    S,
    Transpose,
    prod,
)

from derivations.language.atoms import Abbreviation, Named
from derivations.language.blocks import IdentityColumns
from derivations.language.errors import Undecided, UnsupportedExpression


class FactorCode:
    """To be mixed into ExpressionCode."""

    def is_projector(self, matrix):
        """Whether M = M' = M M is known."""
        return isinstance(matrix, Identity) or self._equal(MatMul(Transpose(matrix), matrix), matrix)

    def factors(self, expr, closed=False):
        """(coefficient, factors) of a product with the products in it taken apart; X' M X with a projector M is (M X)'(M X).

        In a closed product, a trace, the first and the last factor are neighbours too.
        """
        coefficient, factors = self._flat(expr)
        found = []
        for n, factor in enumerate(factors):
            found.append(factor)
            inner = len(factors) > 1 and (closed or 0 < n < len(factors) - 1)
            if inner and self.transposed(factors[n - 1]) == factors[(n + 1) % len(factors)]:
                found += [factor] * (factor.is_square and self.is_projector(factor))
        return coefficient, found

    def _flat(self, expr):
        if isinstance(expr, MatMul):
            coefficient, factors = expr.as_coeff_matrices()
            parts = list(map(self._flat, factors))
            return prod([coefficient, *(c for c, _ in parts)]), _sliced([f for _, inner in parts for f in inner])
        if isinstance(expr, Transpose):
            coefficient, factors = self._flat(expr.args[0])
            return coefficient, [self.transposed(f) for f in reversed(factors)]
        if isinstance(expr, MatPow) and expr.exp in (2, 3):
            coefficient, factors = self._flat(expr.base)
            return coefficient**expr.exp, factors * int(expr.exp)
        if isinstance(expr, Named) and self.is_low_rank(expr):
            return self._flat(expr.definition)
        return S.One, [] if isinstance(expr, Identity) else [expr]

    def transposed(self, factor):
        if isinstance(factor, Transpose):
            return factor.args[0]
        if isinstance(factor, OneMatrix):
            return OneMatrix(factor.cols, factor.rows)
        if isinstance(factor, (Identity, DiagMatrix, DiagonalMatrix)):
            return factor
        known = isinstance(factor, (MatrixSymbol, Abbreviation)) and factor.is_square
        return factor if known and self._equal(Transpose(factor), factor) else Transpose(factor)

    def _equal(self, a, b):
        if (a, b) not in self.compared:
            try:
                self.compared[a, b] = self.normal(a) == self.normal(b)
            except (Undecided, UnsupportedExpression):  # it has no normal form, and is treated like any other
                self.compared[a, b] = False
        return self.compared[a, b]

    def is_low_rank(self, expr):
        """Whether it is a product over a dimension that is smaller than its own two."""
        if isinstance(expr, Named):
            return self.is_low_rank(expr.definition)
        if not isinstance(expr, MatMul):
            return False
        size, (_, factors) = self.program.size, self._flat(expr)
        return len(factors) > 1 and min(size(f.cols) for f in factors[:-1]) < min(map(size, expr.shape))

    def distributed(self, coefficient, factors):
        """The products, each with its coefficient, whose sum the product is: a sum that has a term of low rank is multiplied
        term by term, where what it is multiplied by is thinner than itself.
        """
        size = self.program.size
        for n, factor in enumerate(factors):
            total = factor.args[0] if isinstance(factor, Transpose) else factor
            total = total.definition if isinstance(total, Named) else total
            others = [d for m, f in enumerate(factors) for d in f.shape if m != n]
            if not others or not isinstance(total, MatAdd) or min(map(size, others)) >= min(map(size, factor.shape)):
                continue
            if any(self.is_low_rank(term) for term in total.args):
                terms = [Transpose(t) for t in total.args] if isinstance(factor, Transpose) else total.args
                for term in terms:
                    number, inner = self._flat(term)
                    yield from self.distributed(
                        number * coefficient, _sliced([*factors[:n], *inner, *factors[n + 1 :]])
                    )
                return
        yield coefficient, factors


def _sliced(factors):
    """The factors of a product, with those that only pick rows or columns of their neighbours joined to these."""
    found = []
    for factor in [part for whole in factors for part in _rows_of_diagonal(whole)]:
        last = found[-1] if found else None
        if isinstance(last, MatrixSlice) or isinstance(factor, MatrixSlice):  # SymPy cannot slice every slice
            found.append(factor)
        elif isinstance(factor, IdentityColumns) and last is not None:
            found[-1] = MatrixSlice(last, (0, last.rows, 1), (factor.start, factor.stop, factor.step))
        elif isinstance(last, Transpose) and isinstance(last.args[0], IdentityColumns):
            picked = last.args[0]
            found[-1] = MatrixSlice(factor, (picked.start, picked.stop, picked.step), (0, factor.cols, 1))
        else:
            found.append(factor)
    return found


def _rows_of_diagonal(factor):
    """The factors of some rows of a diagonal matrix: a smaller one, and the same rows of the identity."""
    if not isinstance(factor, MatrixSlice) or not isinstance(factor.parent, (DiagMatrix, DiagonalMatrix)):
        return [factor]
    (inner,), rows = factor.parent.args, factor.rowslice
    vector = DiagonalOf(inner) if isinstance(factor.parent, DiagonalMatrix) else inner
    if factor.cols != factor.parent.cols or vector.cols != 1:
        return [factor]
    return [DiagMatrix(MatrixSlice(vector, rows, (0, 1, 1))), Transpose(IdentityColumns(vector.rows, *rows))]
