"""Random scalar functions over every node of the language, each of them smooth at almost all points."""

from hypothesis import strategies as st
from sympy import (
    Abs,
    Adjoint,
    BlockMatrix,
    Determinant,
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    DotProduct,
    HadamardPower,
    HadamardProduct,
    Identity,
    ImmutableMatrix,
    Integer,
    Inverse,
    KroneckerProduct,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSymbol,
    Max,
    OneMatrix,
    Rational,
    Trace,
    Transpose,
    ZeroMatrix,
    atan,
    cos,
    erf,
    exp,
    log,
    sin,
    sqrt,
    tanh,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import Centring, LogSumExp, Named, Softmax, SquaredNorm
from tests.calculus.cookbook.case import NUMBERS
from tests.calculus.cookbook.case import draw as drawn
from tests.calculus.cookbook.notation import A, B, D, K, N, P, W, X, Z, a, alpha, each, n, p, r, t, tau, u, x, y

ONE, TWO = Integer(1), Integer(2)
SIZES = (N, K, ONE, TWO)
LEAVES = [A, B, X, D, Z, W, P, a, p, x, u, r, t, MatrixSymbol("F", N, 2), MatrixSymbol("M", 2, 2), Centring(N)]
LEAVES += [Named("C", MatMul(1 / N, Transpose(Z), W))]
GIVEN = ImmutableMatrix([[1, Rational(1, 2)], [-2, 3]])

# of one real variable and of moderate growth: smooth, and smooth but for kinks at single points
SMOOTH = [sin(y), cos(y), tanh(y), atan(y), erf(y), exp(-(y**2)), 1 / (1 + y**2), 1 / (1 + exp(-y)), log(1 + exp(y))]
SMOOTH += [sqrt(1 + y**2), log(1 + y**2), alpha * tanh(tau * y) + y**2]
KINKED = [Abs(y), Max(0, y)]
# of one positive variable
POWERS = [Rational(1, 2), Rational(-1, 2), Integer(-1), Integer(-2), tau]
numbers = st.sampled_from([Integer(-2), Rational(1, 3), tau, alpha, 1 / N])


def _stated(state, otherwise):
    """An expression, or another where SymPy fails to build it: Max of constant matrices."""
    try:
        return state()
    except (AttributeError, NotImplementedError, RecursionError, TypeError, ValueError):
        return otherwise


def _shifted(matrix):
    """7/3 I + M, which is invertible at almost all points."""
    return MatAdd(MatMul(Rational(7, 3), Identity(matrix.rows)), matrix)


def _gram(matrix):
    """I + M M', which is positive definite."""
    return MatAdd(Identity(matrix.rows), MatMul(matrix, Transpose(matrix)))


@st.composite
def matrices(draw, rows, columns, depth):
    """A matrix expression of a given shape."""
    leaves = [m for m in LEAVES if m.shape == (rows, columns)]
    leaves += [Transpose(m) for m in LEAVES if m.shape == (columns, rows)]
    leaves += [Identity(rows)] if rows == columns else []
    constants = [OneMatrix(rows, columns), ZeroMatrix(rows, columns)]
    if depth == 0:
        return draw(st.sampled_from(leaves * 4 + constants))

    def part(m, n):
        return draw(matrices(m, n, draw(st.integers(0, depth - 1))))

    kinds = [
        "add",
        "multiply",
        "multiply",
        "transpose",
        "adjoint",
        "hadamard",
        "entrywise power",
        "entrywise",
        "entrywise",
    ]
    kinds += ["scale", "number", "kronecker", "blocks", "slice", "softmax", "given", "positive power"]
    kinds += ["inverse", "inverse of gram", "power", "negative power"] if rows == columns else []
    kinds += ["diagonal matrix", "of vector", "of row"] if rows == columns else []
    kinds += ["diagonal", "log-sum-exp"] if columns == 1 else []
    inner = draw(st.sampled_from(SIZES))
    match draw(st.sampled_from(kinds)):
        case "add":
            return MatAdd(part(rows, columns), part(rows, columns))
        case "multiply":
            return MatMul(part(rows, inner), part(inner, columns))
        case "transpose":
            return Transpose(part(columns, rows))
        case "adjoint":
            return Adjoint(part(columns, rows))
        case "hadamard":
            return HadamardProduct(part(rows, columns), part(rows, columns))
        case "entrywise power":
            return HadamardPower(part(rows, columns), draw(st.sampled_from([2, 3])))
        case "positive power":
            return HadamardPower(each(1 + y**2, part(rows, columns)), draw(st.sampled_from(POWERS)))
        case "entrywise":
            body, inside = draw(st.sampled_from(SMOOTH + KINKED)), part(rows, columns)
            return _stated(lambda: each(body, inside), inside)
        case "scale":
            factor, inside = draw(scalars(depth - 1)), part(rows, columns)
            return MatMul(factor, inside) if factor.is_commutative else inside  # SymPy scales by no DotProduct
        case "number":
            return MatMul(draw(numbers), part(rows, columns))
        case (
            "given"
        ):  # between others, for its own shape is of Python's integers, which SymPy does not expect everywhere
            return MatMul(part(rows, TWO), GIVEN, part(TWO, columns))
        case "kronecker":
            return KroneckerProduct(part(rows, ONE), part(ONE, columns))
        case "blocks":
            left, right = [part(rows, inner), part(rows, columns)], [[part(inner, columns)], [part(columns, columns)]]
            return MatMul(BlockMatrix([left]), BlockMatrix(right))
        case "slice":
            return BlockMatrix([[part(rows, columns), part(rows, inner)]])[:, :columns]
        case "softmax":
            return Softmax(part(rows, columns), OneMatrix(rows, columns))
        case "inverse":
            return Inverse(_shifted(part(rows, rows)))
        case "inverse of gram":
            return Inverse(_gram(part(rows, inner)))
        case "power":
            return MatPow(part(rows, rows), draw(st.sampled_from([2, 3])))
        case "negative power":
            return MatPow(_gram(part(rows, inner)), -2)
        case "diagonal matrix":
            return DiagonalMatrix(part(rows, rows))
        case "of vector":
            return DiagMatrix(part(rows, ONE))
        case "of row":
            return DiagMatrix(part(ONE, rows))
        case "diagonal":
            return DiagonalOf(part(rows, rows))
        case "log-sum-exp":
            return LogSumExp(part(rows, inner), OneMatrix(rows, inner))
    raise AssertionError("a kind without a rule")


@st.composite
def scalars(draw, depth):
    """A scalar function of matrices."""
    rows, columns = draw(st.sampled_from(SIZES)), draw(st.sampled_from(SIZES))

    def part(m, n):
        return draw(matrices(m, n, depth))

    kinds = [
        "trace",
        "trace",
        "norm",
        "length",
        "determinant",
        "log det",
        "form",
        "entry",
        "dot",
        "kronecker",
        "blocks",
    ]
    kinds += ["log-sum-exp", "function", "function", "both", "both", "quotient", "power"] if depth > 0 else []
    match draw(st.sampled_from(kinds)):
        case "trace":
            return Trace(part(rows, rows))
        case "symbolic power":
            return Trace(MatPow(part(rows, rows), n))
        case "norm":
            return SquaredNorm(part(rows, columns))
        case "length":
            matrix = part(rows, columns)
            return sqrt(1 + Trace(MatMul(Transpose(matrix), matrix)))
        case "determinant":
            return Determinant(_shifted(part(rows, rows)))
        case "log det":
            return log(Determinant(_gram(part(rows, columns))))
        case "form":
            return MatrixElement(MatMul(part(ONE, rows), part(rows, columns), part(columns, ONE)), 0, 0)
        case "entry":
            return MatrixElement(part(rows, columns), 0, 0)
        case "dot":
            return DotProduct(part(rows, ONE), part(rows, ONE))
        case "kronecker":
            return Trace(KroneckerProduct(part(rows, columns), part(columns, rows)))
        case "blocks":
            return Trace(
                BlockMatrix([[part(rows, rows), part(rows, columns)], [part(columns, rows), part(columns, columns)]])
            )
        case "log-sum-exp":
            return log(Trace(MatMul(OneMatrix(1, rows), each(exp(y), part(rows, ONE)))))
        case "function":
            return draw(st.sampled_from(SMOOTH)).xreplace({y: draw(scalars(depth - 1))})
        case "both":
            one, two = draw(scalars(depth - 1)), draw(scalars(depth - 1))
            return draw(st.sampled_from([one + two, one * two, draw(numbers) * one - two]))
        case "quotient":
            return draw(scalars(depth - 1)) / (1 + draw(scalars(depth - 1)) ** 2)
        case "power":
            return (1 + draw(scalars(depth - 1)) ** 2) ** draw(st.sampled_from([*POWERS, Integer(3)]))
    raise AssertionError("a kind without a rule")


@st.composite
def functions(draw, depth=2):
    """(a scalar function, a matrix symbol in it): any symbol of the language if there is none in the function."""
    function = draw(scalars(depth))
    return function, draw(st.sampled_from(sorted(function.atoms(MatrixSymbol), key=str) or LEAVES[:1]))


def random_values(rng, *expressions):
    """Values of order one for all symbols of the expressions, with sizes from 1 to 3."""
    sizes = {d: rng.randrange(1, 4) for d in (N, K)}
    symbols = {m for e in expressions for m in e.atoms(MatrixSymbol)}
    values = {m.name: drawn(rng, m, sizes) for m in sorted(symbols, key=str)}
    return values | NUMBERS | {d.name: size for d, size in sizes.items()}
