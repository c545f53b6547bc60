"""The writer of NumPy source for any expression: of the same value, nothing computed twice, no large array, or a refusal."""

import ast
import tracemalloc
from collections import Counter

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from sympy import (
    Abs,
    BlockMatrix,
    Derivative,
    Determinant,
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    DotProduct,
    Function,
    FunctionMatrix,
    HadamardPower,
    HadamardProduct,
    Heaviside,
    Identity,
    Integral,
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
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations import gradient
from derivations.export.code.function import imports_of, numpy_function
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
from derivations.language.errors import UnsupportedExpression
from derivations.language.norms import Absolute, ColumnNorms, RowNorms, UnitColumns, UnitRows
from derivations.language.propositions import Symmetric
from tests.export.code.written import check_written, compare, compiled
from tests.export.strategies import SYMBOLS, arrays, each, losses
from tests.hash_seeds import printed

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
    shapes |= {"S": (3, 2), "v": (n, 1), "w": (n, 1), "r": (1, k), "m": (1, 1)}
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
    MatMul(Z, Inverse(B)),
    MatMul(W, Transpose(Inverse(B))),
    MatMul(Inverse(B), Transpose(W)) + MatMul(Inverse(Transpose(C)), Transpose(Z)),
    MatMul(ones, r, Inverse(B)),
    MatMul(Transpose(Named("Y", Z)), W) + 2 * MatMul(Transpose(W), Z),
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
    DiagonalOf(each(exp, MatMul(Z, B, Transpose(W)))),
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
    MatMul(Matrix([[1, tau]]), Matrix([[1, tau], [a, 4]]), Matrix([[1], [tau]])),
    FunctionMatrix(N, K, Lambda((i, j), i - 2 * j + a)),
    BlockInner(KroneckerProduct(B, Z), Z),
    BlockSum(KroneckerProduct(B, Z), C),
    MatMul(IdentityColumns(N, 0), r) + Z,
    MatMul(B, IdentityColumns(K, 0, K)) + MatMul(IdentityColumns(K, 0), Transpose(IdentityColumns(K, K - 1))),
    MatMul(Transpose(IdentityColumns(N, 0, N, 2)), G, IdentityColumns(N, 0)),
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
    MatMul(DiagMatrix(Transpose(Softmax(r, OneMatrix(1, K)))), B),
    MatMul(Softmax(r, each(lambda t: Heaviside(t, 0), OneMatrix(1, K))), B) + Softmax(r, OneMatrix(1, K)),
    MatMul(Softmax(v, OneMatrix(N, 1)), r) + MatMul(Softmax(v, each(lambda t: Max(0, t), w)), r),
    Eigenvalues(definite, 1),
]
SCALARS = [
    Trace(G) + Trace(MatMul(G, M)) - a * Trace(MatMul(Transpose(Z), G, W)) + Trace(2 * Identity(N)),
    Trace(MatMul(Z, B, Transpose(Z), G)),
    Trace(MatMul(B, DiagonalMatrix(C))) + Trace(MatMul(DiagMatrix(v), G)) + Trace(MatMul(B, C - Identity(K))),
    Trace(MatMul(ones, Transpose(v))) * Trace(OneMatrix(N, N)),
    Trace(MatMul(OneMatrix(1, N), each(exp, Z), OneMatrix(K, 1))),
    SquaredNorm(Z) / N + SquaredNorm(MatMul(Z, Transpose(W))) + SquaredNorm(MatMul(Z, B)),
    SquaredNorm(B - Identity(K)) + SquaredNorm(H) + SquaredNorm(Identity(K)) + SquaredNorm(MatMul(v, OneMatrix(1, K))),
    SquaredNorm(MatMul(Z, Transpose(Z)) - DiagonalMatrix(MatMul(Z, Transpose(Z)))),
    SquaredNorm(Named("C", MatMul(1 / N, Transpose(Z), H, Z)) - Identity(K)),
    LogDet(definite) + log(Determinant(definite)) + LogDet(MatMul(2, Identity(K))),
    SquaredNorm(Named("S", MatMul(1 / N, Transpose(Z), Z))) + SquaredNorm(each(tanh, MatMul(1 / N, Transpose(Z), Z))),
    MatrixElement(MatAdd(G, DiagMatrix(v)), 0, 0) - MatrixElement(MatAdd(G, DiagMatrix(v)), 0, N - 1),
    Determinant(B) ** 2,
    SquaredNorm(MatrixSymbol("S", 3, 2)) + Trace(MatMul(MatrixSymbol("S", 3, 2), OneMatrix(2, 3))),
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


LOGISTIC = (  # exponentials alone would overflow
    lambda t: log(1 + exp(t)),
    lambda t: log(1 / (1 + exp(-t / tau))),
    lambda t: 1 / (1 + exp(-t)),
    lambda t: exp(t) / (exp(t) + exp(-t)),
    lambda t: log(exp(t + a) + exp(2 * t)) ** 2,
)
GRADIENTS = [
    (SquaredNorm(each(tanh, MatMul(Z, B))) / N, Z),
    (SquaredNorm(UnitRows(Z) - UnitRows(W)) * tau, Z),
    (Trace(MatMul(Transpose(ones), LogSumExp(scores, OneMatrix(N, N)))) / N - Trace(scores) / N, W),
    (Trace(MatMul(Transpose(ones), each(log, MatMul(each(exp, scores), ones)))) / N - Trace(scores) / N, W),
    (Trace(MatMul(Transpose(ones), LogSumExp(scores, others))), Z),
    *((Trace(MatMul(Transpose(W), each(f, 500 * Z))), Z) for f in LOGISTIC),
    (log(1 + exp(900 * Trace(MatMul(Transpose(Z), W)))), Z),
    (LogDet(definite) / 2 + log(Determinant(definite)) + SquaredNorm(MatMul(Z, Inverse(definite))), Z),
    (LogDet(MatAdd(Identity(1), MatMul(tau, Transpose(v), v))) ** 2, v),
    (LogDet(MatAdd(Identity(N), MatMul(tau, Z, Transpose(Z)))) ** 2, Z),
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
        inside = node.args if isinstance(node, ast.Call) else [node]
        inside += [node.func.value] if isinstance(getattr(node, "func", None), ast.Attribute) else []
        names = {name.id for part in inside for name in ast.walk(part) if isinstance(name, ast.Name)}
        of_arrays = names - {"np", "n", "k", "a"}
        made = isinstance(node, ast.Call) and ast.unparse(node.func) in ("np.eye", "np.full", "np.zeros", "np.arange")
        product = isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult)
        called = isinstance(node, ast.Call) and ast.unparse(node.func) not in ("float", "len", "Z.reshape")
        if made or (of_arrays and (product or called)):
            found[ast.unparse(node)] += 1
    return [code for code, times in found.items() if times > 1]


def slopes(expr, unknown):
    """The gradient, if one is asked for and the calculus finds it: what it refuses is tested there."""
    try:
        return [gradient(expr, unknown)] if unknown is not None else []
    except UnsupportedExpression as refused:
        event(f"no gradient: {type(refused).__name__}")
        return []


@settings(max_examples=40)
@given(losses(), st.integers(0, 2**16))
def test_random_losses_and_their_gradients(drawn, seed):
    expr, unknown = drawn
    outputs = [expr, *slopes(expr, unknown)]
    matrices, hyper = [s for s in SYMBOLS if s.is_Matrix], [s for s in SYMBOLS if not s.is_Matrix]
    source = numpy_function("f", matrices, outputs, hyper=hyper)
    assert source == numpy_function("f", matrices, outputs, hyper=hyper)
    assert not repeated(source)
    event("several statements" if source.count(" = ") > 2 else "few statements")
    function = compiled(source)
    for n, k in ((1, 1), (4, 2), (2, 3)):
        given_arrays = arrays(seed, n, k)
        compare(function, outputs, matrices, hyper, given_arrays)


# how it is written

covariance = Named("C", MatMul(1 / N, Transpose(Z), H, Z))
vicreg = (
    tau * SquaredNorm(DiagonalMatrix(covariance - Identity(K)))
    + SquaredNorm(covariance - DiagonalMatrix(covariance))
    + Trace(MatMul(Transpose(Z), L, Z)) / N
)


def written(*outputs, arguments=(Z, G), facts=(Symmetric(G),), **options):
    return numpy_function("f", arguments, outputs, hyper=[tau], facts=facts, **options)


def test_a_loss_as_a_careful_person_writes_it():
    facts = (Symmetric(G),)
    source = written(vicreg, gradient(vicreg, Z, facts), docstring="VICReg.", defaults={tau: 25},
                     names={covariance: "covariance"}, checks=["Z = np.asarray(Z)"])  # fmt: skip
    head, *lines = source.splitlines()
    assert head == "def f(Z, G, *, tau=25.0):"
    assert [line.strip() for line in lines[:6]] == [
        '"""VICReg."""',
        "Z = np.asarray(Z)",
        "n = len(Z)",
        "centred = Z - Z.mean(axis=0)  # (N, K), H Z",
        "covariance = centred.T @ centred / n  # (K, K), Z' H Z/N",
        "diagonal = np.diagonal(covariance)  # (K,)",
    ]
    assert "energy = Z * G.sum(axis=1)[:, None] - G @ Z  # (N, K), L Z" in source
    assert source.count("@") == 3
    assert not repeated(source)
    assert imports_of(source) == "import numpy as np"


@pytest.mark.parametrize(
    "loss",
    [
        vicreg.xreplace({L: H}),
        SquaredNorm(MatMul(Z, Transpose(W)) - DiagonalMatrix(MatMul(Z, Transpose(W)))),
        SquaredNorm(MatMul(Named("S", MatMul(Z, Transpose(Z))), W) - MatMul(H, W)),
        Trace(MatMul(DiagMatrix(DiagonalOf(MatMul(Z, Transpose(Z)))), W, Transpose(Z))),
        SquaredNorm(UnitRows(Z) - UnitRows(W)) + LogDet(definite) + SquaredNorm(UnitColumns(Z, H)),
        Trace(MatMul(ones, Transpose(ones), Z, Transpose(W))) + Trace(MatMul(ones, Transpose(DiagonalOf(Z * W.T)))),
    ],
    ids=str,
)
def test_no_array_of_samples_by_samples_is_made(loss):
    """5000 x 5000 numbers are 200 megabytes; a view has a third of one."""
    n, k = 5000, 8
    rng = np.random.default_rng(0)
    function = compiled(numpy_function("f", [Z, W], [loss, gradient(loss, Z)], hyper=[tau]))
    arrays = rng.normal(size=(2, n, k))
    tracemalloc.start()
    try:
        function(*arrays, tau=0.5)
        assert tracemalloc.get_traced_memory()[1] < 30 * arrays[0].nbytes
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("square", [SquaredNorm, lambda m: Trace(MatMul(m, m))], ids=["norm", "trace"])
def test_what_is_small_by_cancellation_is_not_lost(square):
    """|C - I|^2 of a covariance that is nearly the identity: squares and products apart would leave 1e-16."""
    columns = np.linalg.qr(np.random.default_rng(0).normal(size=(50, 4)))[0]
    residual = Named("C", MatMul(Transpose(Z), Z)) - Identity(K)
    function = compiled(numpy_function("f", [Z], [square(residual)]))
    assert function((1 + 1e-9) * columns) == pytest.approx(4 * (2e-9) ** 2, rel=1e-5, abs=0)


def test_steps_that_turn_out_to_be_the_same_are_taken_once():
    named = Trace(MatMul(Transpose(Named("S", Z + W)), Y))
    source = numpy_function("f", [Z, W, Y], [named * (1 + Trace(MatMul(Transpose(Z + W), Y)) ** 2)])
    assert source.count("np.vdot") == 1


def test_inverses_are_solved_with_or_computed_once():
    inverse = Inverse(definite)
    alone = written(SquaredNorm(MatMul(Z, inverse)), arguments=[Z])
    assert "np.linalg.solve(" in alone
    assert "inv(" not in alone
    often = written(SquaredNorm(MatMul(Z, inverse)) + Trace(inverse) + Trace(MatMul(C, inverse)), arguments=[Z, C])
    assert often.count("inv(") == 1
    assert "solve(" not in often


def test_a_determinant_that_has_no_logarithm_is_refused_when_it_is_met():
    function = compiled(written(LogDet(B), arguments=[B]))
    assert function(np.diag([2.0, 3.0]), tau=1.0) == pytest.approx(np.log(6))
    with pytest.raises(ValueError, match="only a positive determinant has a logarithm; found a negative one"):
        function(np.diag([2.0, -3.0]), tau=1.0)


def test_names_that_are_taken_and_names_that_are_none():
    keyword, n, bad = Symbol("lambda"), Symbol("n"), MatrixSymbol("Z^*", N, K)
    source = numpy_function("f", [Z], [keyword * n * SquaredNorm(Z) / N], hyper=[keyword, n])
    assert source.startswith("def f(Z, *, lambda_, n):\n    N = len(Z)\n")
    assert compiled(source)(np.ones((2, 3)), lambda_=2.0, n=5.0) == 30.0
    with pytest.raises(UnsupportedExpression, match="no name in Python"):
        numpy_function("f", [bad], [SquaredNorm(bad)])
    assert numpy_function("f", [bad], [SquaredNorm(bad)], names={bad: "best"}).startswith("def f(best):")


@pytest.mark.parametrize(
    ("expr", "named"),
    [
        (MatrixSymbol("Q", N, K), "Q"),
        (Trace(MatMul(Transpose(Z), MatrixSymbol("Q", N, K))), "Q"),
        (Symbol("c") * SquaredNorm(Z), "`c` "),
        (Function("h")(SquaredNorm(Z)), "h"),
        (each(Function("h"), Z), "h"),
        (Derivative(x**2, x, evaluate=False) * SquaredNorm(Z), "Derivative"),
        (Integral(x, (x, 0, SquaredNorm(Z))), "Integral"),
        (SquaredNorm(Z) * Piecewise((1, SquaredNorm(Z) > 1)), "Piecewise"),
        (MatPow(definite, Rational(1, 2)), "MatPow"),
        (DiagonalOf(Z), "not square"),
        (Symbol("d", integer=True, positive=True) * Z, "`d` "),
    ],
    ids=str,
)
def test_what_cannot_be_written_is_named(expr, named):
    with pytest.raises(UnsupportedExpression, match=named):
        numpy_function("f", [Z], [expr])


def test_the_source_does_not_depend_on_the_hash_seed():
    code = (
        "from tests.export.code.test_function import *\n"
        "from tests.export.code.written import arguments_of\n"
        "for expr, unknown in GRADIENTS[:9]:\n"
        "    outputs = [expr, gradient(expr, unknown)]\n"
        "    matrices, hyper = arguments_of(outputs)\n"
        "    print(numpy_function('f', matrices, outputs, hyper=hyper))"
    )
    assert "logsumexp" in printed(code)


def test_a_coding_rate_is_written_in_singular_values():
    """Of I + c Z'Z itself the identity is lost beside large entries."""
    rate = LogDet(MatAdd(Identity(K), MatMul(tau, Transpose(Z), Z)))
    lines = written(rate, gradient(rate, Z), arguments=[Z], facts=()).splitlines()
    meant = "log det(I + tau Z' Z); (N, K), Z (I + tau Z' Z)^(-1)"
    assert lines[1:] == [
        f"    value, shrunk = log_det_and_shrunk(Z, tau)  # {meant}",
        "    return float(value), 2 * tau * shrunk",
    ]
    assert "    return float(log_det_and_shrunk(Z, tau)[0])\n" in written(rate, arguments=[Z], facts=())
    unsigned = LogDet(MatAdd(Identity(K), MatMul(a, Transpose(Z), Z)))
    assert "log_det(" in numpy_function("f", [Z], [unsigned], hyper=[a])
