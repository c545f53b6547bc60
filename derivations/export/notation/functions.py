"""How functions of scalars and matrices are written: (x)_+ for max(0, x), traces, norms, and functions entry by entry."""

from __future__ import annotations

from sympy import Dummy, Identity, MatAdd, Symbol, exp, log

from derivations.export.notation.arrange import outside
from derivations.export.notation.piece import ADD, ATOM, MUL, POW, Piece
from derivations.export.notation.shorter import is_identity
from derivations.language.norms import Absolute


class Functions:
    """Functions of scalars and matrices; a part of derivations.export.notation.printer.Notation."""

    def _print_Leading(self, expr):
        return getattr(expr, self.form)(self.show)

    _print_Eigenvalues = _print_Leading
    _print_LogDet = _print_Leading
    _print_LogSumExp = _print_Leading
    _print_BlockInner = _print_BlockSum = _print_IdentityColumns = _print_Absolute = _print_Leading

    def _print_SquaredNorm(self, expr):
        """|-A - B|^2 is written |A + B|^2."""
        terms = self.terms(expr.args[0]) if isinstance(expr.args[0], MatAdd) and not self.named(expr.args[0]) else []
        turned = terms and all(negative for negative, _ in terms)
        written = self.joined([(False, term) for _, term in terms]) if turned else self._print(expr.args[0])
        return getattr(expr, self.form)(lambda matrix: written)

    def _print_SpectralTrace(self, expr):
        number, rest = outside(expr, self.inside(expr))
        if number != 1:
            return self._print(number * rest)

        def show(part):
            return self._print(part) if part.is_Matrix else self.bracketed(self._print(part), MUL)

        return Piece(getattr(expr, self.form)(show), MUL, big=True)

    def _print_Trace(self, expr):
        coefficient, trace = outside(expr, self.inside(expr))
        if coefficient != 1:
            return self._print(coefficient * trace)
        if trace.args[0].rows == 1:
            return self._print(trace.args[0])
        return self.call(self.function("tr"), [self._print(trace.args[0])])

    def _print_Transpose(self, expr):
        if isinstance(expr.args[0], Identity):
            return self._print(expr.args[0])
        return self.transposed(self._print(expr.args[0]))

    _print_Adjoint = _print_Transpose  # of a real matrix

    def _print_Determinant(self, expr):
        return self.call(self.function("det"), [self._print(expr.args[0])])

    def _print_DiagMatrix(self, expr):
        vector = expr.args[0]
        if is_identity(expr):
            return "I"
        return self.call(self.function("diag"), [self.generic_entry(vector) or self._print(vector)])

    def _print_DiagonalMatrix(self, expr):
        return self.call(self.function("Diag"), [self._print(expr.args[0])])

    def _print_DiagonalOf(self, expr):
        return self.juxtaposed([self._print_DiagonalMatrix(expr), Piece(self.ones)])

    def _print_ElementwiseApplyFunction(self, expr):
        if 1 not in expr.shape:
            return self.entrywise(expr)
        entry = self.generic_entry(expr)
        return self.by_entries(entry) if entry else Piece(self.ones)

    def entrywise(self, expr):
        """exp(M), log(M), Hadamard powers, and any function of every entry of a matrix, written as one of the matrix."""
        (x,) = expr.function.variables
        base, exponent = expr.function.expr.as_base_exp()
        if base == x and exponent.is_Integer:
            raised = Piece(f"{self.hadamard.strip()} {exponent}", ADD)
            return Piece(self.power(self.bracketed(self._print(expr.expr), ATOM), raised), POW)
        if expr.function.expr.func not in (exp, log) or expr.function.expr.args != (x,):
            stand_in = Dummy(real=True)
            self.spelled = self.spelled | {stand_in: self._print(expr.expr)}
            return self._print(expr.function.expr.xreplace({x: stand_in}))
        return self.call(self.function(expr.function.expr.func.__name__), [self._print(expr.expr)])

    def _print_Max(self, expr):
        rest = [a for a in expr.args if a != 0]
        if len(rest) == 1:
            inner = self._print(rest[0])
            letter = isinstance(rest[0], Symbol) and rest[0] not in self.spelled and not {"_", "^"} & set(inner)
            return self.positive_part(inner if letter else Piece(self.bracket(inner)))
        return self.call(self.function("max"), [self._print(a) for a in expr.args])

    def _print_Min(self, expr):
        return self.call(self.function("min"), [self._print(a) for a in expr.args])

    def _print_log(self, expr):
        return self.call(self.function("log"), [self._print(expr.args[0])])

    def _print_Abs(self, expr):
        return Piece(getattr(Absolute(expr.args[0]), self.form)(self._print))

    def _print_Heaviside(self, expr):
        return self.call(self.function("step"), [self._print(expr.args[0])])

    def _print_Function(self, expr):
        return self.call(self.function(type(expr).__name__), [self._print(a) for a in expr.args])

    def _print_entr(self, expr):
        x = expr.args[0]
        return self._print(-x * log(x))

    def _print_exp(self, expr):
        return self.exponential(expr.args[0])

    def exponential(self, expr):
        return Piece(self.power(Piece("e"), self.exponent(expr)), POW)
