"""The differential of every node, as an adjoint rule.

For f with df = tr(S' dM) at a node M (S, the *seed*, has the shape of M), a rule gives each matrix or scalar that M is
made of its share of the seed. Following the rules from f down to the unknown gives the gradient.
"""

from __future__ import annotations

from functools import singledispatch

from sympy import (
    Add,
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    Dummy,
    Expr,
    Function,
    HadamardPower,
    HadamardProduct,
    Identity,
    Lambda,
    MatAdd,
    MatMul,
    MatPow,
    Mul,
    Poly,
    Pow,
    Symbol,
    Trace,
    Transpose,
    exp,
    log,
)
from sympy.core.function import Application
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixExpr

from derivations.language.atoms import Abbreviation, LogSumExp, SpectralTrace, entr
from derivations.language.determinant import LogDet
from derivations.language.errors import UnsupportedExpression
from derivations.language.norms import Norms, UnitColumns, UnitRows
from derivations.language.propositions import Candidates, Invertible, Positive, PositiveDefinite

SMOOTH = (entr, exp, log)


@singledispatch
def shares(node, seed):
    """Pairs (argument, its share of the seed)."""
    if hasattr(node, "adjoint_of"):
        return node.adjoint_of(seed)
    raise UnsupportedExpression(node, "the gradient", "no adjoint rule for it")


# scalars: the seed is a scalar


@shares.register
def _(node: Add, seed):
    return [(a, seed) for a in node.args]


@shares.register
def _(node: Mul, seed):
    return [(a, seed * Mul(*(b for m, b in enumerate(node.args) if m != n))) for n, a in enumerate(node.args)]


@shares.register
def _(node: Pow, seed):
    return [(node.base, seed * node.exp * node.base ** (node.exp - 1)), (node.exp, seed * log(node.base) * node)]


@shares.register
def _(node: Function, seed):
    if not isinstance(node, SMOOTH):
        raise UnsupportedExpression(node, "the gradient", "it is not known to be smooth")
    return [(a, seed * node.fdiff(n + 1)) for n, a in enumerate(node.args)]


@shares.register
def _(node: Trace, seed):
    return [(node.args[0], seed * Identity(node.args[0].rows))]


@shares.register
def _(node: SpectralTrace, seed):
    s, body = node.function.variables[0], node.function.expr
    if not body.is_polynomial(s):
        raise UnsupportedExpression(node, "the gradient", "only polynomial spectral functions are differentiated")
    powers = Poly(body, s).terms()
    derivative = [m * c * seed * Transpose(MatPow(node.matrix, m - 1).doit(deep=False)) for (m,), c in powers if m]
    return [(node.matrix, MatAdd(*derivative))] if derivative else []


# matrices: the seed is a matrix of the same shape


@shares.register
def _(node: MatAdd, seed):
    return [(a, seed) for a in node.args]


@shares.register
def _(node: MatMul, seed):
    coefficient, factors = node.as_coeff_matrices()
    own = [(coefficient, Trace(MatMul(Transpose(seed), *factors)))] if not coefficient.is_number else []
    return own + [
        (
            f,
            MatMul(
                coefficient, *map(Transpose, reversed(factors[:n])), seed, *map(Transpose, reversed(factors[n + 1 :]))
            ),
        )
        for n, f in enumerate(factors)
    ]


@shares.register
def _(node: MatPow, seed):
    base, exponent = node.args
    if exponent == -1:  # d M^-1 = -M^-1 dM M^-1
        turned = Transpose(node)
        return [(base, MatMul(-1, turned, seed, turned))]
    if not (exponent.is_Integer and exponent > 0):
        raise UnsupportedExpression(
            node, "the gradient", "only positive integer powers and inverses are differentiated"
        )
    return shares(MatMul(*[base] * int(exponent)), seed)


@shares.register
def _(node: Transpose, seed):
    return [(node.args[0], Transpose(seed))]


@shares.register
def _(node: HadamardProduct, seed):
    args = node.args
    return [(a, HadamardProduct(seed, *(b for m, b in enumerate(args) if m != n))) for n, a in enumerate(args)]


@shares.register
def _(node: HadamardPower, seed):
    base, p = node.args
    return [(base, p * HadamardProduct(seed, base if p == 2 else HadamardPower(base, p - 1)))]


@shares.register
def _(node: ElementwiseApplyFunction, seed):
    if not _is_smooth(node.function, Dummy(positive=True)):
        raise UnsupportedExpression(node, "the gradient", "it is not known to be smooth")
    x = node.function.variables[0] if isinstance(node.function, Lambda) else Symbol("x", real=True)
    derivative = Lambda(x, node.function(x).diff(x))
    return [(node.expr, HadamardProduct(seed, node.expr.applyfunc(derivative)))]


@shares.register
def _(node: DiagonalMatrix, seed):
    return [(node.args[0], DiagonalMatrix(seed))]


@shares.register
def _(node: DiagMatrix, seed):
    return [(node.args[0], DiagonalOf(seed) if node.args[0].cols == 1 else Transpose(DiagonalOf(seed)))]


@shares.register
def _(node: DiagonalOf, seed):
    return [(node.args[0], DiagMatrix(seed))]


@shares.register
def _(node: Abbreviation, seed):
    return node.adjoint_of(seed) if hasattr(node, "adjoint_of") else [(node.definition, seed)]


def condition(node):
    """The fact under which the rule of a node holds, or None if it always does."""
    if isinstance(node, LogDet):
        return PositiveDefinite(node.matrix)
    if isinstance(node, MatPow) and node.exp.is_negative:
        return Invertible(node.base)
    if isinstance(node, Norms):
        return Positive(node)
    if isinstance(node, (UnitColumns, UnitRows)):
        return Positive(node.norms)
    if isinstance(node, ElementwiseApplyFunction) and not _is_smooth(node.function, Dummy(real=True)):
        return Positive(node.expr)
    return Candidates(node.candidates) if isinstance(node, LogSumExp) else None


def _is_smooth(function, x):
    """Whether a function of one variable is made of powers, exponentials and logarithms that are smooth where x is."""
    body = function(x)
    inside = [f.args[0] for f in body.atoms(entr, log) if f.has(x)]
    inside += [p.base for p in body.atoms(Pow) if p.has(x) and not (p.exp.is_integer and p.exp.is_nonnegative)]
    return all(isinstance(f, SMOOTH) for f in body.atoms(Application)) and all(f.is_positive for f in inside)


def contains(node, unknown):
    return isinstance(node, (Expr, MatrixExpr)) and node.has(unknown)
