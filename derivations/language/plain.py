"""From what SymPy lets one write to what the rules of the calculus speak of.

SymPy has several ways to write one thing: a 1 x 1 matrix for a number, an adjoint for the transpose of a real matrix, a sum
over indices (which is what the entry of a product becomes by itself) for a trace. One of each is left.
"""

from __future__ import annotations

from sympy import (
    Add,
    Adjoint,
    Basic,
    BlockDiagMatrix,
    BlockMatrix,
    Derivative,
    Determinant,
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    DotProduct,
    Expr,
    HadamardProduct,
    Identity,
    Integral,
    Inverse,
    KroneckerProduct,
    Lambda,
    MatAdd,
    MatMul,
    MatPow,
    MatrixBase,
    MatrixExpr,
    MatrixSlice,
    MatrixSymbol,
    Mul,
    OneMatrix,
    Pow,
    S,
    Subs,
    Sum,
    Trace,
    Transpose,
    ZeroMatrix,
    conjugate,
)
from sympy.core.function import Application
from sympy.core.sympify import _sympify
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import ScalarAtom
from derivations.language.errors import UnsupportedExpression
from derivations.language.indices import matrix_form
from derivations.language.shapes import misfit
from derivations.language.substitute import variable

ONE_BY_ONE = (1, 1)


def plain(expr):
    """An equal expression: a scalar for a scalar or a 1 x 1 matrix, else a matrix. Matrices are taken to be real.

    Raises UnsupportedExpression naming a node whose parts do not fit in shape, or that is no function of numbers.
    """
    expr = _sympify(expr)
    return _matrix(expr) if isinstance(expr, MatrixExpr) and expr.shape != ONE_BY_ONE else scalar(expr)


def scalar(expr):
    """The same for what must be a number."""
    if isinstance(expr, MatrixExpr):
        if expr.shape != ONE_BY_ONE:
            raise UnsupportedExpression(
                expr, "the calculus", f"a number is needed, and it is a matrix of shape {expr.shape}"
            )
        return _of_one_entry(expr)
    if isinstance(expr, conjugate):
        return scalar(expr.args[0])
    if isinstance(expr, (Derivative, Integral, Subs)):
        raise UnsupportedExpression(expr, "the calculus", "it is not evaluated")
    if isinstance(expr, Sum):
        return plain(matrix_form(expr)) if expr.has(MatrixExpr) else expr
    if isinstance(expr, DotProduct):
        a, b = (v if v.cols == 1 else Transpose(v) for v in expr.args)
        return scalar(MatMul(Transpose(a), b))
    if isinstance(expr, (Trace, Determinant)):
        if expr.args[0].shape == ONE_BY_ONE:
            return scalar(expr.args[0])
        inner = _matrix(_fitting(expr).args[0])
        return Trace(inner) if isinstance(expr, Trace) else _determinant(inner)
    if isinstance(expr, MatrixElement):
        matrix, *at = expr.args
        if isinstance(matrix, (Identity, MatrixBase, OneMatrix, ZeroMatrix)):
            return scalar(matrix[tuple(at)])
        return scalar(matrix) if matrix.shape == ONE_BY_ONE else MatrixElement(_matrix(matrix), *at)
    if isinstance(expr, (Add, Application, Mul, Pow)):
        return _rebuilt(expr, scalar)
    return _rebuilt(expr, _argument if isinstance(expr, ScalarAtom) else plain)


def _determinant(matrix):
    """That of a power or a product of square matrices is the power or the product of theirs."""
    if isinstance(matrix, Identity):
        return S.One
    if isinstance(matrix, Transpose):
        return _determinant(matrix.args[0])
    if isinstance(matrix, MatPow):
        return _determinant(matrix.base) ** matrix.exp
    if isinstance(matrix, KroneckerProduct):
        order = Mul(*(a.rows for a in matrix.args))
        if all(a.rows == a.cols for a in matrix.args):
            return Mul(*(_determinant(a) ** (order / a.rows) for a in matrix.args))
    if isinstance(matrix, MatMul):
        coefficient, factors = matrix.as_coeff_matrices()
        if all(f.rows == f.cols for f in factors):
            return coefficient**matrix.rows * Mul(*map(_determinant, factors))
    return Determinant(matrix)


def _of_one_entry(expr):
    """The entry of a 1 x 1 matrix."""
    if isinstance(expr, MatrixSymbol):
        return Trace(expr)
    if isinstance(expr, (Identity, MatrixBase, OneMatrix, ZeroMatrix)):
        return scalar(expr[0, 0])
    if isinstance(expr, (Transpose, Adjoint, Inverse)):
        inner = scalar(expr.args[0])
        return 1 / inner if isinstance(expr, Inverse) else inner
    if isinstance(expr, MatPow):
        return Pow(scalar(expr.base), expr.exp)
    if isinstance(expr, MatAdd):
        return sum(map(scalar, expr.args))
    if isinstance(expr, HadamardProduct):
        return Mul(*map(scalar, expr.args))
    if isinstance(expr, (DiagMatrix, DiagonalMatrix, DiagonalOf)):
        return scalar(expr.args[0])
    if isinstance(expr, KroneckerProduct):
        return Mul(*map(scalar, expr.args))
    if isinstance(expr, MatrixSlice):
        return MatrixElement(_matrix(expr.parent), expr.rowslice[0], expr.colslice[0])
    if type(expr) is BlockMatrix:
        return scalar(expr.blocks[0, 0])
    if isinstance(expr, ElementwiseApplyFunction):
        return expr.function(scalar(expr.expr))
    if isinstance(expr, MatMul) and all(a.shape == ONE_BY_ONE for a in expr.args if isinstance(a, MatrixExpr)):
        return Mul(*map(scalar, expr.args))
    whole = _product(expr) if isinstance(expr, MatMul) else _rebuilt(expr, _argument)
    coefficient, factors = whole.as_coeff_matrices() if isinstance(whole, MatMul) else (1, [whole])
    return coefficient * Trace(MatMul(*factors))


def _matrix(expr):
    if isinstance(expr, MatrixSymbol) or not isinstance(expr, MatrixExpr):
        if not isinstance(expr, MatrixExpr):
            raise UnsupportedExpression(expr, "the calculus", "a matrix is needed, and it is a number")
        return expr
    if expr.shape == ONE_BY_ONE:
        return MatMul(scalar(expr), Identity(1))
    if isinstance(expr, Adjoint):
        return _matrix(Transpose(expr.args[0]))
    if isinstance(expr, Transpose) and isinstance(expr.args[0], (Adjoint, Transpose)):
        return _matrix(expr.args[0].args[0])
    if isinstance(expr, MatMul):
        return _product(expr)
    _fitting(expr)
    if isinstance(expr, MatrixSlice) and expr.shape == expr.parent.shape and expr.rowslice[2] == expr.colslice[2] == 1:
        return _matrix(expr.parent)
    if isinstance(expr, MatPow) and isinstance(expr.base, BlockDiagMatrix):
        return _matrix(BlockDiagMatrix(*(MatPow(b, expr.exp) for b in expr.base.diag)))
    if isinstance(expr, ElementwiseApplyFunction):
        x = variable(expr.function)
        return ElementwiseApplyFunction(Lambda(x, expr.function(x)), _matrix(expr.expr))
    if isinstance(expr, KroneckerProduct) and len(expr.args) == 2 and {expr.args[0].cols, expr.args[1].rows} == {1}:
        return _matrix(MatMul(*expr.args))
    if isinstance(expr, KroneckerProduct) and len(expr.args) == 2 and {expr.args[0].rows, expr.args[1].cols} == {1}:
        return _matrix(MatMul(*reversed(expr.args)))
    if isinstance(expr, KroneckerProduct) and any(a.shape == ONE_BY_ONE for a in expr.args):
        numbers, rest = ([a for a in expr.args if (a.shape == ONE_BY_ONE) == is_one] for is_one in (True, False))
        whole = KroneckerProduct(*rest) if len(rest) > 1 else rest[0] if rest else Identity(1)
        return _matrix(MatMul(Mul(*map(scalar, numbers)), whole))
    rebuilt = _rebuilt(expr, _argument)
    if isinstance(rebuilt, KroneckerProduct):  # with the numbers in front
        split = [a.as_coeff_matrices() if isinstance(a, MatMul) else (S.One, [a]) for a in rebuilt.args]
        numbers, parts = zip(*split, strict=True)
        if (number := Mul(*numbers)) != 1:
            return MatMul(number, KroneckerProduct(*(MatMul(*p) if len(p) > 1 else p[0] for p in parts)))
    return rebuilt


def _argument(expr):
    """A part of a matrix: of a matrix that is 1 x 1 too, the matrix."""
    return _matrix(expr) if isinstance(expr, MatrixExpr) else plain(expr)


def _product(expr):
    """A product whose neighbours fit, with the 1 x 1 matrices among its factors as numbers in front."""
    coefficient, factors = _fitting(expr).as_coeff_matrices()
    numbers = [f for f in factors if f.shape == ONE_BY_ONE]
    rest = [_matrix(f) for f in factors if f.shape != ONE_BY_ONE]
    number = Mul(scalar(coefficient), *map(scalar, numbers))
    return MatMul(number, *rest) if number != 1 else MatMul(*rest)


def _fitting(expr):
    """A node whose parts fit in shape."""
    if (sides := misfit(expr)) is not None:
        reason = f"the dimensions {sides[0]} and {sides[1]} do not fit together"
        raise UnsupportedExpression(expr, "the calculus", reason)
    return expr


def _rebuilt(expr, inner):
    """The same node of plain parts."""
    if not isinstance(expr, Basic) or not expr.args or isinstance(expr, (Lambda, BlockMatrix, MatrixBase)):
        return _entrywise(expr, inner) if isinstance(expr, (BlockMatrix, MatrixBase)) else expr
    args = [inner(a) if isinstance(a, Expr) else _rebuilt(a, inner) for a in expr.args]
    return expr if args == list(expr.args) else expr.func(*args)


def _entrywise(expr, inner):
    """A matrix of blocks, or of numbers, that are plain."""
    if isinstance(expr, MatrixBase):
        return expr.applyfunc(scalar) if expr.has(MatrixExpr) else expr
    if type(expr) is BlockMatrix:
        return BlockMatrix(
            [[_matrix(expr.blocks[i, j]) for j in range(expr.blocks.cols)] for i in range(expr.blocks.rows)]
        )
    return expr.func(*map(_matrix, expr.args))
