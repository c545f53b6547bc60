"""The differential of every node, as an adjoint rule.

For f with df = tr(S' dM) at a node M (S, the *seed*, has the shape of M), a rule gives each matrix or scalar that M is
made of its share of the seed. Following the rules from f down to the unknown gives the gradient.
"""

from __future__ import annotations

from functools import singledispatch

from sympy import (
    Add,
    BlockMatrix,
    Derivative,
    Determinant,
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    DiracDelta,
    Dummy,
    Expr,
    HadamardPower,
    HadamardProduct,
    Identity,
    Integer,
    Integral,
    Inverse,
    KroneckerProduct,
    Lambda,
    MatAdd,
    MatMul,
    MatPow,
    MatrixBase,
    MatrixSlice,
    Mul,
    OneMatrix,
    Piecewise,
    Poly,
    Pow,
    S,
    Subs,
    Trace,
    Transpose,
    ZeroMatrix,
    log,
)
from sympy.core.function import Application
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement, MatrixExpr

from derivations.calculus.parts import block_inner, block_sum, sliced
from derivations.language.atoms import Abbreviation, SpectralTrace
from derivations.language.blocks import IdentityColumns
from derivations.language.errors import UnsupportedExpression
from derivations.language.substitute import variable


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
def _(node: Application, seed):
    """A function of numbers, by the derivative that SymPy knows: where it has a kink, one from between its two slopes."""
    stand_ins = [Dummy(real=True) for _ in node.args]
    back = dict(zip(stand_ins, node.args, strict=True))
    return [(back[x], seed * _slope(node.func(*stand_ins), x, node).xreplace(back)) for x in stand_ins]


@shares.register
def _(node: Piecewise, seed):
    """The derivative of the piece that holds; the conditions are taken for fixed."""
    shares_of = []
    for n, (value, _) in enumerate(node.args):
        chosen = Piecewise(*((seed if m == n else 0, condition) for m, (_, condition) in enumerate(node.args)))
        shares_of.append((value, chosen))
    return shares_of


def _slope(body, x, node):
    """The derivative of a function of one real variable; refuses what SymPy does not know, and what is none."""
    slope = body.diff(x)
    if slope.has(Derivative, Subs, DiracDelta, Integral):
        raise UnsupportedExpression(node, "the gradient", f"the derivative of {body} is not known")
    return slope


@shares.register
def _(node: Trace, seed):
    return [(node.args[0], MatMul(seed, Identity(node.args[0].rows)))]  # products by * would evaluate their factors


@shares.register
def _(node: Determinant, seed):
    """d det M = det M tr(M^-1 dM)."""
    return [(node.args[0], MatMul(seed * node, Transpose(Inverse(node.args[0]))))]


@shares.register
def _(node: MatrixElement, seed):
    matrix, i, j = node.args
    return [(matrix, MatMul(seed, IdentityColumns(matrix.rows, i), Transpose(IdentityColumns(matrix.cols, j))))]


@shares.register
def _(node: SpectralTrace, seed):
    s, body = node.function.variables[0], node.function.expr
    if not body.is_polynomial(s):
        raise UnsupportedExpression(node, "the gradient", "only polynomial spectral functions are differentiated")
    powers = Poly(body, s).terms()
    derivative = [MatMul(m * c * seed, _power(Transpose(node.matrix), m - 1)) for (m,), c in powers if m]
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
    """d M^p is the sum over the places of dM; what commutes with M, such as a multiple of I, comes out of it."""
    (base, p), turned = node.args, Transpose(node.args[0])
    number, factors = seed.as_coeff_matrices() if isinstance(seed, MatMul) else (S.One, [seed])
    if all(isinstance(f, Identity) for f in factors):
        return [(base, MatMul(p * number, _power(turned, p - 1)))]
    if not p.is_Integer:
        raise UnsupportedExpression(node, "the gradient", "only integer powers are differentiated, others in a trace")
    places = range(p) if p > 0 else range(1, 1 - p)
    terms = [
        MatMul(_power(turned, a if p > 0 else -a), seed, _power(turned, p - 1 - a if p > 0 else p - 1 + a))
        for a in places
    ]
    return [(base, MatAdd(*terms) if p > 0 else MatMul(-1, MatAdd(*terms)))]


def _power(base, p):
    if p == 1 or p == 0:
        return base if p == 1 else Identity(base.rows)
    return Inverse(base) if p == -1 else MatPow(base, p)


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
    slope = OneMatrix(*base.shape) if p == 1 else base if p == 2 else HadamardPower(base, p - 1)
    yield base, MatMul(p, HadamardProduct(seed, slope))
    if not p.is_number:
        x = variable()
        logarithms = HadamardProduct(node, base.applyfunc(Lambda(x, log(x))))
        yield p, Trace(MatMul(Transpose(seed), logarithms))


@shares.register
def _(node: ElementwiseApplyFunction, seed):
    x = variable(node.function)
    body = node.function(x)

    def each(slope):
        return HadamardProduct(seed, node.expr.applyfunc(Lambda(x, slope)))

    yield node.expr, each(_slope(body, x, node))
    stand_ins = {e: Dummy(real=True) for e in parameters(body, x)}
    for parameter, p in stand_ins.items():
        slope = _slope(body.xreplace(stand_ins), p, node).xreplace({d: e for e, d in stand_ins.items()})
        yield parameter, Trace(MatMul(Transpose(each(slope)), OneMatrix(*node.shape)))


def parameters(body, x):
    """The largest parts of a function of x that speak of matrices and not of x."""
    if not body.has(MatrixExpr):
        return set()
    return set().union(*(parameters(a, x) for a in body.args)) if body.has(x) else {body}


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
def _(node: KroneckerProduct, seed):
    first, *rest = node.args
    rest = rest[0] if len(rest) == 1 else KroneckerProduct(*rest)
    return [(first, block_inner(seed, rest)), (rest, block_sum(seed, first))]


@shares.register
def _(node: BlockMatrix, seed):
    """Every block its own part of the seed."""
    row = Integer(0)
    for blocks in node.blocks.tolist():
        column = Integer(0)
        for block in blocks:
            yield block, sliced(seed, (row, row + block.rows), (column, column + block.cols))
            column += block.cols
        row += blocks[0].rows


@shares.register
def _(node: MatrixSlice, seed):
    slices = zip(node.parent.shape, (node.rowslice, node.colslice), strict=True)
    rows, columns = (Identity(n) if tuple(s) == (0, n, 1) else IdentityColumns(n, *s) for n, s in slices)
    return [(node.parent, MatMul(rows, seed, Transpose(columns)))]


@shares.register
def _(node: MatrixBase, seed):
    """Of a matrix that is written entry by entry."""
    number, factors = seed.as_coeff_matrices() if isinstance(seed, MatMul) else (S.One, [seed])
    known = len(factors) == 1 and isinstance(factors[0], (Identity, MatrixBase, OneMatrix, ZeroMatrix))

    def entry(i, j):
        return number * factors[0][i, j] if known else MatrixElement(seed, i, j)

    return [(node[i, j], entry(i, j)) for i in range(node.rows) for j in range(node.cols)]


@shares.register
def _(node: Abbreviation, seed):
    return node.adjoint_of(seed) if hasattr(node, "adjoint_of") else [(node.definition, seed)]


def contains(node, unknown):
    return isinstance(node, (Expr, MatrixExpr)) and node.has(unknown)
