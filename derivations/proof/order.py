"""Expressions in which the indices of a dimension have no order: listing samples in another order changes no value."""

from __future__ import annotations

from sympy import (
    Add,
    Determinant,
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    HadamardPower,
    HadamardProduct,
    Identity,
    KroneckerDelta,
    MatAdd,
    MatMul,
    MatPow,
    MatrixExpr,
    MatrixSymbol,
    Mul,
    Number,
    NumberSymbol,
    OneMatrix,
    Pow,
    Sum,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    expand,
)
from sympy.core.function import Application
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import Abbreviation, LogSumExp, SpectralTrace, SquaredNorm
from derivations.language.determinant import LogDet
from derivations.language.norms import Absolute, ColumnNorms, RowNorms
from derivations.language.shapes import misfit
from derivations.language.substitute import symbols_of
from derivations.proof.theorem import ProofError

MOVED = (
    *(Absolute, ColumnNorms, DiagMatrix, DiagonalMatrix, DiagonalOf, ElementwiseApplyFunction, HadamardPower),
    *(HadamardProduct, Identity, LogSumExp, MatAdd, MatMul, MatPow, OneMatrix, RowNorms, Transpose, ZeroMatrix),
)
"""Matrices whose rows and columns are listed anew where those of their arguments are."""
UNMOVED = (Add, Application, Determinant, LogDet, Mul, Number, NumberSymbol, Pow, SquaredNorm, Trace)
"""Numbers that stay the same where the rows and columns of their arguments are listed anew, both in one way."""


def relisted(matrix, permutation):
    """P X, X P' or P X P' for a matrix X: the permutation P acts on the sides that are as long as its own."""
    left = (permutation,) if matrix.rows == permutation.rows else ()
    right = (Transpose(permutation),) if matrix.cols == permutation.rows else ()
    return MatMul(*left, matrix, *right)


def check_unordered(expr, dimension, running=frozenset()):
    """Refuse an expression that may tell the indices 0, ..., dimension - 1 apart.

    Its matrices are taken to be listed anew wherever a side is the dimension. `running` are the indices that run over all
    of them in the sums around.
    """

    def check(*parts, running=running):
        for part in parts:
            check_unordered(part, dimension, running)

    def refuse(reason):
        raise ProofError(f"{expr} may depend on the order in which {dimension} indices are listed: {reason}")

    if (sides := misfit(expr)) is not None:
        refuse(f"{sides[0]} and {sides[1]} do not fit together")
    match expr:
        case Abbreviation():
            check(expr.definition)
        case MatrixSymbol():
            check(*expr.shape)
        case MatrixExpr():
            moved = isinstance(expr, MOVED)
            sides = [s for m in (expr, *expr.args) if isinstance(m, MatrixExpr) for s in m.shape]
            if not moved and dimension in sides:
                refuse("no rule for it")
            functions = isinstance(expr, ElementwiseApplyFunction)
            check(*((expr.expr, expr.function.expr) if functions else expr.args))
        case SpectralTrace():
            check(expr.matrix, expr.function.expr)
        case MatrixElement():
            matrix, *at = expr.args
            for index, side in zip(at, matrix.shape, strict=True):
                if side == dimension and index not in running:
                    refuse(f"{index} does not run over all of them")
                if side != dimension:
                    check(index)
            check(matrix)
        case Sum():
            bound = {index for index, *_ in expr.limits}
            if len(bound) < len(expr.limits):
                refuse("it sums over one index twice")
            whole = {i for i, low, high in expr.limits if low == 0 and expand(high + 1 - dimension) == 0}
            ends = [e for _, low, high in expr.limits for e in (low, high)]
            if any(symbols_of(e) & bound for e in ends):
                refuse("where a sum ends depends on another index of it")
            check(*ends)
            check(expr.function, running=(running - bound) | whole)
        case KroneckerDelta():
            if not set(expr.args) <= running:
                check(*expr.args)
        case Symbol():
            if expr in running:
                refuse("an index is taken as a number")
        case _:
            if not isinstance(expr, UNMOVED):
                refuse("no rule for it")
            check(*expr.args)
