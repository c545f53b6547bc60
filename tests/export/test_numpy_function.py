"""The writer of NumPy source for any expression: of the same value, nothing computed twice, no large array, or a refusal."""

import ast
from collections import Counter

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from sympy import (
    Abs,
    BlockMatrix,
    Determinant,
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    DotProduct,
    FunctionMatrix,
    HadamardPower,
    HadamardProduct,
    Heaviside,
    Identity,
    Inverse,
    KroneckerProduct,
    Lambda,
    MatAdd,
    MatMul,
    MatPow,
    Matrix,
    MatrixSymbol,
    Max,
    Min,
    OneMatrix,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    erf,
    exp,
    log,
    pi,
    sign,
    sin,
    sqrt,
    symbols,
    tanh,
)

from derivations import gradient
from derivations.export.numpy_function import numpy_function
from derivations.language.atoms import (
    Centring,
    Eigenvalues,
    Laplacian,
    Leading,
    LogSumExp,
    Named,
    Softmax,
    SpectralTrace,
    SquaredNorm,
    entr,
)
from derivations.language.blocks import BlockInner, BlockSum, IdentityColumns
from derivations.language.determinant import LogDet
from derivations.language.norms import Absolute, ColumnNorms, RowNorms, UnitColumns, UnitRows
from tests.export.strategies import SYMBOLS, arrays, each, losses
from tests.export.written import check_written, compare, compiled

N, K = symbols("N K", integer=True, positive=True)
i, j = symbols("i j", integer=True, nonnegative=True)
p = Symbol("p", integer=True, positive=True)
a, x = symbols("a x", real=True)
tau = Symbol("tau", positive=True)
Z, W, Y = (MatrixSymbol(name, N, K) for name in "ZWY")
G, M = MatrixSymbol("G", N, N), MatrixSymbol("M", N, N)
B, C = MatrixSymbol("B", K, K), MatrixSymbol("C", K, K)
v, w = MatrixSymbol("v", N, 1), MatrixSymbol("w", N, 1)
r = MatrixSymbol("r", 1, K)
m11 = MatrixSymbol("m", 1, 1)
H, L = Centring(N), Laplacian(G)
ones = OneMatrix(N, 1)
definite = MatAdd(Identity(K), MatMul(Transpose(Z), Z))
others = MatAdd(OneMatrix(N, N), MatMul(-1, Identity(N)))
scores = MatMul(1 / tau, Z, Transpose(W))
SIZES = ((5, 3), (3, 3), (2, 4), (1, 1), (4, 1), (1, 3))


def values(n, k, seed=0):
    rng = np.random.default_rng(seed)
    shapes = {"Z": (n, k), "W": (n, k), "Y": (n, k), "G": (n, n), "M": (n, n), "B": (k, k), "C": (k, k)}
    shapes |= {"v": (n, 1), "w": (n, 1), "r": (1, k), "m": (1, 1)}
    found = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    return found | {"a": 0.7, "tau": 0.5, "p": 3, "N": n, "K": k}


NODES = [
    # sums, products and powers
    MatMul(Z, B) + 2 * W,
    MatMul(a, Transpose(Z), G, W) - a * B,
    MatPow(B, 2) - MatPow(B, 3) + MatPow(B, 5),
    MatPow(B, p),
    Inverse(definite) + MatPow(definite, -2),
    MatMul(Z, Inverse(definite)),
    MatMul(Inverse(definite), Transpose(W), G),
    MatMul(Transpose(v), Z, Inverse(definite), Transpose(r)),
    MatMul(Z, Inverse(MatMul(2, Identity(K)))),
    MatMul(Z, Inverse(DiagMatrix(each(exp, Transpose(r))))),
    MatMul(Inverse(m11), m11, Transpose(v), w),
    MatMul(v, r) + Z,
    MatMul(v, Transpose(v), Z),
    Transpose(Z) + Transpose(MatMul(2, W)),
    Z.adjoint(),
    # entry by entry
    HadamardProduct(Z, W, Y),
    HadamardPower(Z, 3),
    HadamardProduct(MatAdd(B, Identity(K)), MatAdd(C, -2 * Identity(K))),
    each(lambda t: Max(0, 1 - t) ** 2, Z),
    each(lambda t: tanh(t) * sin(t) + erf(t), MatMul(Z, B)),
    each(lambda t: Abs(t) + sign(t) + Heaviside(t) + Min(t, a), Z),
    each(lambda t: Piecewise((exp(t), t < 0), (1 + t, t < 1), (a, True)), Z),
    each(lambda t: sqrt(1 + t**2) - log(1 + t**2) / 3 + pi, Z),
    each(lambda t: entr(exp(t) / 9), Z),
    each(lambda t: log(1 + exp(t)) - 1 / (1 + exp(-t)), 500 * Z),
    each(exp, B + DiagonalMatrix(C)),
    each(lambda t: t * Trace(B), Z),
    Absolute(Z),
    # diagonals and constants
    DiagMatrix(v) * Z + MatMul(Z, DiagMatrix(Transpose(r))),
    DiagMatrix(v) * DiagMatrix(w) + DiagMatrix(ones),
    DiagonalMatrix(B) - DiagonalMatrix(MatMul(Transpose(Z), W)) + DiagonalMatrix(MatMul(DiagMatrix(DiagonalOf(B)), C)),
    DiagonalOf(MatMul(Z, Transpose(W))) + DiagonalOf(MatMul(Z, B, Transpose(Z))) + DiagonalOf(G - Identity(N)),
    DiagonalOf(MatMul(Transpose(Z), G, W)),
    Identity(N),
    a * OneMatrix(N, K),
    ZeroMatrix(N, K),
    MatMul(OneMatrix(N, K), B) + MatMul(ones, r) + MatMul(v, OneMatrix(1, K)),
    MatMul(OneMatrix(K, N), Z) + MatMul(OneMatrix(K, N), OneMatrix(N, K)),
    MatMul(OneMatrix(1, N), G, OneMatrix(N, N)),
    Leading(N, K) + Z,
    # put together
    KroneckerProduct(B, r),
    MatMul(KroneckerProduct(B, Z), KroneckerProduct(C, B)),
    BlockMatrix([[Z], [W]]),
    BlockMatrix([[B, Identity(K)], [ZeroMatrix(1, K), OneMatrix(1, K)]]),
    MatMul(Transpose(BlockMatrix([[Z], [W]])), BlockMatrix([[W], [Y]])),
    MatMul(Z, Matrix([[1, 2], [a, 4]])[0, 1]),
    MatAdd(Matrix([[1, tau], [a, 4]]), MatMul(a, Matrix([[0, 1], [1, 0]]))),
    FunctionMatrix(N, K, Lambda((i, j), i - 2 * j + a)),
    BlockInner(KroneckerProduct(B, Z), Z),
    BlockSum(KroneckerProduct(B, Z), C),
    MatMul(IdentityColumns(N, 0), r) + Z,
    MatMul(B, IdentityColumns(K, 0, K)),
    # abbreviations and atoms
    MatMul(H, Z) + MatMul(L, Z),
    MatMul(Z.T, H, W) + MatMul(Transpose(Z), L, Z),
    H + L,
    MatMul(Named("S", MatMul(Z, Transpose(Z))), W),
    MatMul(MatAdd(G, MatMul(-1, Z, Transpose(Z))), Z),
    UnitRows(Z) + UnitRows(MatMul(W, B)),
    UnitColumns(Z, Identity(N)),
    MatMul(a, UnitColumns(W, MatMul(1 / N, MatAdd(Identity(N), MatMul(v, Transpose(v)))))),
    MatMul(ColumnNorms(Z, MatMul(1 / N, H)), OneMatrix(1, K)) + B,
    RowNorms(v) + RowNorms(Z),
    LogSumExp(scores, OneMatrix(N, N)) + LogSumExp(scores, each(lambda t: Max(0, t), G)),
    Softmax(scores, OneMatrix(N, N)),
    Softmax(scores, each(lambda t: Heaviside(t, 0), G)),
    Softmax(400 * scores, others),
    Eigenvalues(definite, 1),
]
SCALARS = [
    Trace(G) + Trace(MatMul(G, M)) - a * Trace(MatMul(Transpose(Z), G, W)) + Trace(2 * Identity(N)),
    Trace(MatMul(Z, B, Transpose(Z), G)),
    Trace(MatMul(ones, Transpose(v))) * Trace(OneMatrix(N, N)),
    Trace(MatMul(OneMatrix(1, N), each(exp, Z), OneMatrix(K, 1))),
    SquaredNorm(Z) / N + SquaredNorm(MatMul(Z, Transpose(W))) + SquaredNorm(MatMul(Z, B)),
    SquaredNorm(B - Identity(K)) + SquaredNorm(H) + SquaredNorm(Identity(K)) + SquaredNorm(MatMul(v, OneMatrix(1, K))),
    SquaredNorm(MatMul(Z, Transpose(Z)) - DiagonalMatrix(MatMul(Z, Transpose(Z)))),
    SquaredNorm(Named("C", MatMul(1 / N, Transpose(Z), H, Z)) - Identity(K)),
    LogDet(definite) + log(Determinant(definite)) + LogDet(MatMul(2, Identity(K))),
    Determinant(B) ** 2,
    SpectralTrace(Lambda(x, x**3 - 2 * x + 1), definite) + SpectralTrace(Lambda(x, log(x)), definite),
    sqrt(SquaredNorm(Z)) + exp(-SquaredNorm(W)) * Trace(MatMul(Transpose(Z), W)) / (1 + SquaredNorm(W)),
    Max(0, Trace(G)) + Min(Trace(G), a) + Abs(Trace(G)) + Heaviside(Trace(G)),
    DotProduct(v, w) + DotProduct(r, r),
    (Transpose(v) * G * w)[0, 0],
    Transpose(v) * G * w,
    m11,
    Z[0, 0] * B[K - 1, 0] + (MatMul(Z, B) + W)[N - 1, K - 1] + (G + Identity(N))[0, 0],
    log(Trace(MatMul(OneMatrix(1, N), each(exp, 300 * v)))) + log(Trace(each(exp, G) * OneMatrix(N, N))),
    Trace(MatMul(Transpose(ones), each(log, MatMul(each(exp, 300 * G), ones)))),
    Sum(Z[i, j] ** 2 * v[i, 0], (i, 0, N - 1), (j, 0, K - 1)),
    Piecewise((Trace(G), Trace(G) > 0), (SquaredNorm(G), True)),
    Rational(1, 3) * N * K + a,
]


@pytest.mark.parametrize("expr", NODES + SCALARS, ids=str)
def test_every_node_has_the_value_that_the_evaluator_gives_it(expr):
    for n, k in SIZES:
        if expr.has(MatrixSymbol) or not any(s in expr.free_symbols for s in (N, K)):
            check_written([expr], values(n, k), facts=())
        else:  # the dimensions are those of an argument
            check_written([expr, Z], values(n, k))


GRADIENTS = [
    (SquaredNorm(each(tanh, MatMul(Z, B))) / N, Z),
    (SquaredNorm(UnitRows(Z) - UnitRows(W)) * tau, Z),
    (Trace(MatMul(Transpose(ones), LogSumExp(scores, OneMatrix(N, N)))) / N - Trace(scores) / N, W),
    (Trace(MatMul(Transpose(ones), each(log, MatMul(each(exp, scores), ones)))) / N - Trace(scores) / N, W),
    (Trace(MatMul(Transpose(ones), LogSumExp(scores, others))), Z),
    (LogDet(definite) / 2 + log(Determinant(definite)) + SquaredNorm(MatMul(Z, Inverse(definite))), Z),
    (Trace(MatMul(Transpose(Z), L, Z)) / N + SquaredNorm(MatMul(1 / N, Transpose(Z), H, Z) - Identity(K)), Z),
    (sqrt(SquaredNorm(Z)) * exp(-Trace(MatMul(Transpose(Z), W)) / 9) / (1 + SquaredNorm(W)), Z),
    (Trace(MatMul(Transpose(ones), each(lambda t: Max(0, 1 - t), MatMul(Z, Transpose(r))))), r),
    (SpectralTrace(Lambda(x, x**3 - x), definite), Z),
    (Z[0, 0] * Determinant(B), B),
    (Z[0, 0] * Determinant(B), Z),
    (Trace(KroneckerProduct(B, C)) + SquaredNorm(KroneckerProduct(B, Z)), B),
    (SquaredNorm(BlockMatrix([[Z], [W]])) + SquaredNorm(MatMul(BlockMatrix([[Z], [W]]), B)), W),
    (SquaredNorm(MatMul(G, v) - w), v),
]


@pytest.mark.parametrize(("expr", "unknown"), GRADIENTS, ids=str)
def test_a_loss_and_its_gradient(expr, unknown):
    for n, k in SIZES:
        if n > 1 or not expr.has(others):  # else there is no candidate
            check_written([expr, gradient(expr, unknown)], values(n, k, seed=n))


def repeated(source):
    """Products of arrays and calls that a source spells twice, but those of numbers, which cost nothing."""
    found = Counter()
    for node in ast.walk(ast.parse(source)):
        of_arrays = {name.id for name in ast.walk(node) if isinstance(name, ast.Name)} - {"np", "n", "k", "a"}
        made = isinstance(node, ast.Call) and ast.unparse(node.func) in ("np.eye", "np.full", "np.zeros", "np.arange")
        product = isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult)
        called = isinstance(node, ast.Call) and ast.unparse(node.func) not in ("float", "len", "Z.reshape")
        if made or (of_arrays and (product or called)):
            found[ast.unparse(node)] += 1
    return [code for code, times in found.items() if times > 1]


@settings(max_examples=40)
@given(losses(), st.integers(0, 2**16))
def test_random_losses_and_their_gradients(drawn, seed):
    expr, unknown = drawn
    outputs = [expr] if unknown is None else [expr, gradient(expr, unknown)]
    matrices, hyper = [s for s in SYMBOLS if s.is_Matrix], [s for s in SYMBOLS if not s.is_Matrix]
    source = numpy_function("f", matrices, outputs, hyper=hyper)
    assert source == numpy_function("f", matrices, outputs, hyper=hyper)
    assert not repeated(source)
    event("several statements" if source.count(" = ") > 2 else "few statements")
    function = compiled(source)
    for n, k in ((1, 1), (4, 2), (2, 3)):
        given_arrays = arrays(seed, n, k)
        compare(function, outputs, matrices, hyper, given_arrays)
