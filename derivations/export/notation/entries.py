"""How entries of matrices and sums over them are written: counted from 1, with no more of a range than is needed."""

from __future__ import annotations

from sympy import DiagonalOf, Integer, MatAdd, MatMul, OneMatrix, Sum, Symbol, Transpose, ZeroMatrix
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.export.notation.arrange import counted_from_one, off_diagonal, outside
from derivations.export.notation.piece import ATOM, MUL, Piece
from derivations.export.notation.shorter import flattened, scaled
from derivations.language.atoms import Eigenvalues, Leading, LogSumExp
from derivations.language.entries import composed
from derivations.language.norms import Absolute, ColumnNorms, Norms, RowNorms


class Entries:
    """Entries of matrices and vectors, and sums over them; a part of derivations.export.notation.printer.Notation."""

    def position(self, index):
        """An index counted from 0, written counted from 1."""
        for s in sorted(index.free_symbols, key=str):
            index = index.subs(s, s - 1)
        return self._print(index + 1)

    def _print_MatrixElement(self, expr):
        matrix, *indices = expr.args
        plain = isinstance(matrix, (ElementwiseApplyFunction, OneMatrix, ZeroMatrix)) or (
            isinstance(matrix, MatMul) and len(flattened(matrix)[1]) == 1
        )
        if isinstance(matrix, DiagonalOf) and not self.named(matrix):
            return self._print(MatrixElement(matrix.args[0], indices[0], indices[0]))
        if not self.named(matrix) and (plain or (isinstance(matrix, MatAdd) and 1 in matrix.shape)):
            return self._print(composed(expr, lambda abbreviation: True))
        if _is_leading(matrix):
            return self._print(MatrixElement(scaled(1, matrix.args[1:]), *indices))  # the first entries of a vector
        if isinstance(matrix, Absolute):
            return Piece(getattr(matrix, self.form)(lambda inner: self._print(MatrixElement(inner, *indices))))
        positions = [self.position(i) for i, d in zip(indices, matrix.shape, strict=True) if d != 1]
        if isinstance(matrix, (Eigenvalues, LogSumExp, Norms)):
            return Piece(getattr(matrix, self.form)(self.show, *positions))
        base = self._print(matrix)
        if not positions:  # the entry of a 1 x 1 matrix
            return base
        base = Piece(self.bracket(base)) if "_" in base else self.bracketed(base, ATOM)
        return self.entry(base, positions)

    def _print_MatrixSlice(self, expr):
        """M_{1:N, :}, some rows and columns, counted from 1."""
        ranges = zip((expr.rowslice, expr.colslice), expr.parent.shape, strict=True)
        bounds = [
            ":" if stop - start == d else f"{self._print(start + 1)}:{self._print(stop)}"
            for (start, stop, _), d in ranges
        ]
        return self.entry(self.bracketed(self._print(expr.parent), ATOM), [Piece(b, MUL) for b in bounds])

    def _print_KroneckerDelta(self, expr):
        return self.entry(self.symbol("delta"), [self._print(i) for i in expr.args[:2]])

    def _print_Norms(self, expr):
        return self.by_entries(self.generic_entry(expr))

    def by_entries(self, entry):
        """(v_k)_k, the vector of some entries."""
        return self.entry(Piece(self.bracket(entry)), [self._print(self.free_index())])

    def generic_entry(self, vector):
        """f(v_k) for a function of a vector, |z_k| for lengths, unless it has a name or is constantly 1."""
        if not isinstance(vector, (ElementwiseApplyFunction, ColumnNorms, RowNorms)) or self.named(vector):
            return None
        entry = composed(MatrixElement(vector, self.free_index(), Integer(0)), lambda abbreviation: True)
        return self._print(entry) if entry != 1 else None

    def summed(self, vector):
        """1' v as the sum of the entries of v."""
        k = self.free_index()
        return Sum(MatrixElement(vector, k, Integer(0)), (k, 0, vector.rows - 1))

    def free_index(self):
        """An index that no sum around it runs over."""
        return next(s for s in map(Symbol, "kjil") if s.name not in self.scope)

    def _print_Sum(self, expr):
        number, rest = outside(expr, self.inside(expr))
        if number != 1:
            return self._print(number * rest)
        apart, total = off_diagonal(expr)
        body = total.function
        for index, *_ in total.limits:
            body = counted_from_one(body, index)
        groups = {}
        for index, low, high in total.limits:
            if not any(index in pair for pair in apart):
                groups.setdefault((low + 1, high + 1), []).append(index)
        head = [
            self.summation(
                [self.symbol(i.name) for i in run], *map(self._print, bounds), self.implied(total, run, bounds)
            )
            for bounds, run in groups.items()
        ]
        head += [self.summation_apart([self.symbol(i.name) for i in pair]) for pair in apart]
        around, self.scope = self.scope, self.scope | {i.name for i, *_ in total.limits}
        try:
            return Piece(self.space.join([*head, self.bracketed(self._print(body), MUL)]), MUL, big=True)
        finally:
            self.scope = around

    def implied(self, total, indices, bounds):
        """Whether the entries under the sum show its range: each index runs over all rows or columns of one of them."""
        ranges = {}
        for element in total.function.atoms(MatrixElement):
            matrix, *positions = element.args
            whole = matrix.args[1] if _is_leading(matrix) else matrix  # what is written for its first entries
            for i, d in zip(positions, whole.shape, strict=True):
                ranges.setdefault(i, set()).add(d)
        return bounds[0] == 1 and all(bounds[1] in ranges.get(i, ()) for i in indices)


def _is_leading(matrix):
    """Whether a matrix is the first rows of another: I_{:, q}' M."""
    first = matrix.args[0] if isinstance(matrix, MatMul) else None
    return isinstance(first, Transpose) and isinstance(first.arg, Leading)
