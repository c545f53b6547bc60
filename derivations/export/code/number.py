"""Scalar functions of matrices as numbers that a NumPy program computes."""

from __future__ import annotations

from functools import singledispatchmethod

from sympy import (
    Add,
    Determinant,
    DotProduct,
    Dummy,
    Expr,
    Function,
    Integer,
    MatrixExpr,
    Max,
    Min,
    Mul,
    Number,
    NumberSymbol,
    Piecewise,
    Pow,
    S,
    Sum,
    Symbol,
    Trace,
    Transpose,
    log,
)
from sympy.core.relational import Relational
from sympy.functions.elementary.piecewise import ExprCondPair
from sympy.logic.boolalg import Boolean
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.export.code.array import Cell
from derivations.export.code.inverse import shifted_gram
from derivations.export.code.picked import picked
from derivations.export.code.program import PARTS
from derivations.language.atoms import SpectralTrace, SquaredNorm
from derivations.language.determinant import LogDet
from derivations.language.errors import UnsupportedExpression
from derivations.language.indices import matrix_form
from derivations.proof.sign import is_semidefinite

COMPOSED = (Add, Mul, Pow, Function, Max, Min, Piecewise, ExprCondPair, Relational, Boolean)


class NumberCode:
    """To be mixed into ExpressionCode."""

    def number(self, expr):
        """A scalar expression, in terms of cells."""
        if expr not in self.numbers:
            value = self.scalar_rule(expr)
            if expr in self.names and value.atoms(Cell):
                value = self.program.result(value, self.names[expr])
                self.program.entitle(value, self.names[expr], expr, exact=True)
            self.numbers[expr] = value
        return self.numbers[expr]

    @singledispatchmethod
    def scalar_rule(self, expr):
        raise UnsupportedExpression(expr, "the NumPy code", "no rule for it")

    @scalar_rule.register(Symbol)
    @scalar_rule.register(Number)
    @scalar_rule.register(NumberSymbol)
    def _(self, expr):
        return expr

    @scalar_rule.register
    def _(self, expr: Expr):
        if not isinstance(expr, COMPOSED):
            raise UnsupportedExpression(expr, "the NumPy code", "no rule for it")
        return expr.func(*map(self.number, expr.args))

    @scalar_rule.register(ExprCondPair)
    @scalar_rule.register(Boolean)
    def _(self, expr):
        return expr.func(*map(self.number, expr.args))

    @scalar_rule.register
    def _(self, expr: MatrixExpr):
        if expr.shape != (1, 1):
            raise UnsupportedExpression(expr, "the NumPy code", "a matrix where a number is needed")
        return self.array(expr).entries

    @scalar_rule.register
    def _(self, expr: Sum):
        return self.number(matrix_form(expr))

    @scalar_rule.register
    def _(self, expr: log):
        if isinstance(expr.args[0], Determinant):
            return self.number(LogDet(expr.args[0].args[0]))
        return log(self.number(expr.args[0]))

    @scalar_rule.register
    def _(self, expr: Trace):
        return self.trace(expr.args[0])

    @scalar_rule.register
    def _(self, expr: SquaredNorm):
        return self.squared_norm(expr.args[0])

    @scalar_rule.register
    def _(self, expr: DotProduct):
        a, b = (m if m.cols == 1 else Transpose(m) for m in expr.args)
        return self.program.total(self.program.entrywise(self.array(a), self.array(b)))

    @scalar_rule.register
    def _(self, expr: Determinant):
        return self._of_square("np.linalg.det({0})", expr.args[0], "determinant")

    @scalar_rule.register
    def _(self, expr: LogDet):
        if found := self.of_shifted_gram(expr.matrix):
            cell = self.program.step(PARTS[0], found[0], name="log_determinant")
            self.program.formulas.setdefault(cell.number, expr)
            return cell
        return self._of_square("log_det({0})", expr.matrix, "log_determinant")

    def of_shifted_gram(self, matrix):
        """(the cell of log det M and X M^-1, X) where M is I + c X'X with c > 0, else None: by the singular values of X, for M
        itself has lost the identity beside large entries.
        """
        weight, factor = shifted_gram(matrix) or (S.Zero, None)
        if not weight.is_positive:
            return None
        operands = self.program.stored(self.array(factor)), self.number(weight)
        return self.program.step("log_det_and_shrunk({0}, {1})", *operands, name="shrinkage"), factor

    def _of_square(self, code, matrix, name):
        return self.program.step(code, self.program.stored(self.array(matrix)), name=name)

    @scalar_rule.register
    def _(self, expr: SpectralTrace):
        matrix = self.program.stored(self.array(expr.matrix))
        code = "np.linalg.eigvalsh({0})"
        if is_semidefinite(expr.matrix):  # and rounding makes none of its eigenvalues negative
            code = f"np.maximum({code}, 0.0)"
        eigenvalues = self.program.step(code, matrix, along="r", name="eigenvalues")
        x = Dummy("x", real=True)
        return self.program.summed(self.number(expr.function(x)).subs(x, eigenvalues), "r", expr.matrix.rows)

    @scalar_rule.register
    def _(self, expr: MatrixElement):
        matrix, i, j = expr.args
        array = self.array(matrix)
        if array.diagonal != 0 and (same := (i - j).is_zero) is not None:
            found = picked(self.program, array.entries, i, j, matrix.shape)
            return found + picked(self.program, array.diagonal, i, Integer(0), matrix.shape) if same else found
        return picked(self.program, self.program.spread(array).entries, i, j, matrix.shape)
