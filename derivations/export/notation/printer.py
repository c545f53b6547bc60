"""Formulas as a mathematician writes them: what LaTeX and the terminal have in common.

`Notation` decides what is written - sums with a positive term first, fractions in front of traces, (x)_+ for max(0, x),
entries and sums counted from 1, brackets where they are needed - and asks its subclass how: a fraction, a transpose, a
sum sign. The rules stand in products.py, functions.py and entries.py, those for symbols and constants here. Its vocabulary
is closed: a node that it has no method for raises UnsupportedExpression.
"""

from __future__ import annotations

from types import MappingProxyType

from sympy import Integer
from sympy.core.function import AppliedUndef

from derivations.export.notation.arrange import settled
from derivations.export.notation.entries import Entries
from derivations.export.notation.functions import Functions
from derivations.export.notation.piece import ADD, ATOM, NoNames, Piece
from derivations.export.notation.products import Products
from derivations.export.notation.shorter import shorter
from derivations.language.errors import UnsupportedExpression


class Notation(Products, Functions, Entries):
    """To be mixed into a SymPy printer, before it in the order of resolution. `names` says what has a name."""

    names = NoNames()
    spelled = MappingProxyType({})  # what symbols stand for that are no letters
    scope = frozenset()  # names of the indices that the sums around run over
    in_script = False  # whether what is printed now is an exponent
    form: str  # the method of the atoms that prints them: "latex" or "text"
    part: str  # what an error calls this printer

    def show(self, expr):
        return self._print(expr)

    def _print(self, expr, **kwargs):
        expr = Integer(expr) if isinstance(expr, int) else expr
        named = self.names.lookup(expr)
        if named is None:
            expr = self.tidied(expr)
            named = self.names.lookup(expr)
        return self._print(named) if named is not None else self.meaning(expr)

    def tidied(self, expr):
        """An expression that is equal and shorter; what has a name stays as it is."""
        return shorter(expr, self.named) if expr.is_Matrix else settled(expr, self.named)

    def named(self, expr):
        return self.names.lookup(expr) is not None

    def inside(self, expr):
        """What has a name in an expression, which may have one itself."""
        return lambda part: part != expr and self.named(part)

    def meaning(self, expr):
        """`expr` itself, though it may have a name."""
        if isinstance(expr, AppliedUndef):
            return self.call(self.symbol(type(expr).__name__), [self._print(a) for a in expr.args])
        expr = self.tidied(expr)
        for kind in type(expr).__mro__:
            if f"_print_{kind.__name__}" in VOCABULARY:
                printed = getattr(self, f"_print_{kind.__name__}")(expr)
                return printed if isinstance(printed, Piece) else Piece(printed)
        raise UnsupportedExpression(expr, self.part, "no rule for it")

    def bracketed(self, piece, least):
        """A piece that holds together at least as tightly as that, for its brackets if not by itself."""
        return piece if piece.level >= least else Piece(self.bracket(piece))

    # numbers, symbols, constants

    def _print_Integer(self, expr):
        return Piece(str(expr.p), ATOM if expr.p >= 0 else ADD)

    def _print_Rational(self, expr):
        return self.fraction(Piece(str(expr.p)), Piece(str(expr.q)))

    def _print_Symbol(self, expr):
        return self.spelled[expr] if expr in self.spelled else self.symbol(expr.name)

    _print_MatrixSymbol = _print_Symbol

    def _print_Identity(self, expr):
        return "1" if expr.rows == 1 else "I"

    def _print_ZeroMatrix(self, expr):
        return "0"

    def _print_OneMatrix(self, expr):
        row, column = self.transposed(Piece(self.ones)), self.ones
        if expr.shape[1] == 1:
            return column
        return row if expr.shape[0] == 1 else self.juxtaposed([Piece(column), row])

    def _print_Abbreviation(self, expr):
        return self.symbol(getattr(expr, self.form)(self.show))

    def _print_BlockMatrix(self, expr):
        rows, columns = expr.blockshape
        return Piece(self.blocks([[self._print(expr.blocks[i, j]) for j in range(columns)] for i in range(rows)]))

    def _print_ImmutableDenseMatrix(self, expr):
        return Piece(self.blocks([[self._print(entry) for entry in row] for row in expr.tolist()]))


VOCABULARY = frozenset(name for part in Notation.__mro__ for name in vars(part) if name.startswith("_print_"))
"""What is written: not what SymPy's printers could print besides."""
