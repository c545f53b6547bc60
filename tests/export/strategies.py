"""Random losses over every kind of node: what is polynomial, and functions, inverses, norms and softmaxes of it."""

import numpy as np
from hypothesis import event
from hypothesis import strategies as st
from sympy import (
    Abs,
    BlockMatrix,
    Determinant,
    DiagonalOf,
    Identity,
    Inverse,
    KroneckerProduct,
    Lambda,
    MatAdd,
    MatMul,
    Max,
    OneMatrix,
    Symbol,
    Trace,
    Transpose,
    exp,
    log,
    sin,
    sqrt,
    tanh,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.language.atoms import LogSumExp, Named, Softmax, SpectralTrace, SquaredNorm
from derivations.language.determinant import LogDet
from derivations.language.norms import RowNorms, UnitRows
from tests.language.strategies import LEAVES, ONE, A, B, K, N, W, Z, a, matrices, v, w

SYMBOLS = (A, B, Z, W, v, w, a)
FUNCTIONS = {
    "tanh": tanh,
    "kinked": lambda t: Max(0, 1 - t) + Abs(t),
    "root": lambda t: sqrt(1 + t**2),
    "softplus": lambda t: log(1 + exp(t)),
    "sigmoid": lambda t: t / (1 + exp(-t)),
    "wave": lambda t: sin(t) ** 2,
    "bell": lambda t: exp(-(t**2)),
}
x = Symbol("x", real=True)


def each(function, matrix):
    return ElementwiseApplyFunction(Lambda(x, function(x)), matrix)


@st.composite
def composed(draw, rows, columns):
    """A matrix of a shape, made of a polynomial one."""

    def part(m, n):
        return draw(matrices(m, n, 1, tuple(LEAVES)))

    kind = draw(st.sampled_from(["function", "softmax", "unit rows", "inverse", "stacked", "kronecker", "named"]))
    event(kind)
    match kind:
        case "softmax":
            scores = part(rows, columns)
            softmax = Softmax(scores, OneMatrix(rows, columns))
            lengths = LogSumExp(scores, OneMatrix(rows, columns))
            return MatAdd(softmax, MatMul(lengths, OneMatrix(1, columns)))
        case "unit rows":
            shifted = MatAdd(part(rows, columns), OneMatrix(rows, columns))
            return MatAdd(UnitRows(shifted), MatMul(RowNorms(shifted), OneMatrix(1, columns)))
        case "inverse":
            inner = part(rows, columns)
            return MatMul(inner, Inverse(MatAdd(Identity(columns), MatMul(Transpose(inner), inner))))
        case "stacked":
            tall = BlockMatrix([[part(rows, columns)], [part(rows, columns)]])
            return MatMul(part(rows, K), Transpose(part(rows, K)), part(rows, rows), Transpose(tall), tall) if (
                rows == columns) else MatMul(part(rows, columns), Transpose(tall), tall)  # fmt: skip
        case "kronecker":
            return KroneckerProduct(part(rows, columns), part(ONE, ONE))
        case "named":
            return MatMul(Named("S", part(rows, rows)), part(rows, columns))
    function = draw(st.sampled_from(sorted(FUNCTIONS)))
    event(function)
    return each(FUNCTIONS[function], part(rows, columns))


@st.composite
def losses(draw):
    """(a scalar made of a composed matrix and a polynomial one, an unknown or None)."""
    rows, columns = draw(st.sampled_from([(N, K), (K, K), (N, N), (N, ONE)]))
    one = draw(composed(rows, columns))
    two = draw(matrices(rows, columns, 1))
    definite = MatAdd(Identity(columns), MatMul(Transpose(one), one))
    kinds = ["norm", "trace", "root", "quotient", "diagonal"]
    kinds += ["log det", "spectral", "determinant"] if columns != ONE else []
    kind = draw(st.sampled_from(kinds))
    event(kind)
    found = {
        "norm": lambda: SquaredNorm(MatAdd(one, MatMul(-1, two))),
        "trace": lambda: Trace(MatMul(Transpose(two), one)),
        "log det": lambda: LogDet(definite),
        "spectral": lambda: SpectralTrace(Lambda(x, x**2 + x), definite),
        "determinant": lambda: log(Determinant(definite)),
        "root": lambda: sqrt(1 + SquaredNorm(one)) * a,
        "quotient": lambda: Trace(MatMul(Transpose(two), one)) / (1 + SquaredNorm(one)),
        "diagonal": lambda: Trace(MatMul(OneMatrix(1, columns), DiagonalOf(MatMul(Transpose(two), one)))),
    }[kind]()
    return found, draw(st.sampled_from([A, Z, v, None]))


def arrays(seed, n, k):
    """Values of all symbols."""
    rng = np.random.default_rng(seed)
    shapes = {"A": (n, n), "B": (n, n), "Z": (n, k), "W": (n, k), "v": (n, 1), "w": (n, 1)}
    return {name: rng.normal(size=shape) / 2 for name, shape in shapes.items()} | {"a": 0.7, "N": n, "K": k}
