"""Entrywise products and functions in tidy form."""

from __future__ import annotations

from sympy import (
    DiagMatrix,
    HadamardPower,
    HadamardProduct,
    Integer,
    Lambda,
    MatMul,
    MatrixSymbol,
    Mul,
    OneMatrix,
    Rational,
    Transpose,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.language.products import scaled
from derivations.language.shorten import joined_powers
from derivations.language.substitute import variable


def entrywise_product(node, tidier):
    """An entrywise product, flattened, with the scalar factors in front."""
    coefficient, entrywise = Rational(1), []
    for argument in node.args:
        c, factors = tidier.factors(tidier.matrix(argument))
        inner = scaled(1, factors, argument)
        coefficient *= c
        entrywise += inner.args if isinstance(inner, HadamardProduct) else [inner]
    number, entrywise = _of_one_matrix(entrywise)
    left, right, dense = [], [], []
    for m in entrywise:  # u 1' o M is diag(u) M
        factors = m.args if isinstance(m, MatMul) else ()
        outer = len(factors) == 2 and 1 in factors[0].shape
        if outer and isinstance(factors[1], OneMatrix) and factors[0].cols == 1 != node.cols:
            left.append(DiagMatrix(factors[0]))
        elif outer and isinstance(factors[0], OneMatrix) and factors[1].rows == 1 != node.rows:
            right.append(DiagMatrix(Transpose(factors[1]).doit(deep=False)))
        elif not isinstance(m, OneMatrix):
            dense.append(m)
    if not dense:
        left, right, dense = (
            [],
            [],
            [m for m in entrywise if not isinstance(m, OneMatrix)] or [OneMatrix(*node.shape)],
        )
    core = HadamardProduct(*dense) if len(dense) > 1 else dense[0]
    return scaled(coefficient * number, [*left, core, *right], node)


def _of_one_matrix(entrywise):
    """Functions of the entries of one matrix as one function: X o log(X) is f(X) for f(x) = x log x."""
    bodies, x = {}, variable(*(m.function for m in entrywise if isinstance(m, ElementwiseApplyFunction)))
    for m in entrywise:
        base, body = m, x
        if isinstance(m, ElementwiseApplyFunction):
            base, body = m.expr, m.function(x)
        elif isinstance(m, HadamardPower):
            base, body = m.base, x**m.exp
        bodies.setdefault(base, []).append((m, body))
    number, kept = Integer(1), []
    for base, members in bodies.items():
        if (
            len(members) == 1
            or all(isinstance(m, (HadamardPower, MatrixSymbol)) for m, _ in members)
            or base == members[0][0] == members[-1][0]
        ):
            kept += [m for m, _ in members]
            continue
        factor, body = joined_powers(Mul(*(b for _, b in members))).as_independent(x, as_Add=False)
        number *= factor
        kept.append(base if body == x else OneMatrix(*base.shape) if body == 1 else base.applyfunc(Lambda(x, body)))
    return number, kept


def applied(node, tidier):
    """A function of every entry, with the numbers that multiply it in front."""
    function, matrix = node.function, tidier.matrix(node.expr)
    x = variable(function)
    number, body = joined_powers(function(x)).as_independent(x, as_Add=False)
    if body == x or number == 1:
        return ElementwiseApplyFunction(function, matrix) if body != x else MatMul(number, matrix)
    return MatMul(number, ElementwiseApplyFunction(Lambda(x, body), matrix))
