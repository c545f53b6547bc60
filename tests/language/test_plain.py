"""One way to write each thing: numbers for 1 x 1 matrices, transposes for adjoints, and shapes that fit or are named."""

import random

import pytest
from sympy import (
    Adjoint,
    BlockDiagMatrix,
    BlockMatrix,
    Derivative,
    Determinant,
    DiagMatrix,
    DotProduct,
    HadamardProduct,
    Identity,
    ImmutableMatrix,
    Inverse,
    KroneckerProduct,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSymbol,
    OneMatrix,
    Trace,
    Transpose,
    conjugate,
    exp,
    sqrt,
    symbols,
)

from derivations.language.arithmetic import MULTI_PRECISION
from derivations.language.errors import UnsupportedExpression
from derivations.language.evaluate import evaluate
from derivations.language.plain import plain

N, K = symbols("N K", integer=True, positive=True)
Z, A, B = MatrixSymbol("Z", N, K), MatrixSymbol("A", N, N), MatrixSymbol("B", N, N)
x, y, r, t = (MatrixSymbol(name, *shape) for name, shape in zip("xyrt", [(N, 1), (N, 1), (1, N), (1, 1)], strict=True))

FORMS = [
    (x.T * A * x, Trace(x.T * A * x)),
    ((x.T * A * x)[0, 0], Trace(x.T * A * x)),
    (DotProduct(x, y), Trace(x.T * y)),
    (DotProduct(r, x) ** 2, Trace(r * x) ** 2),
    (sqrt(x.T * x), sqrt(Trace(x.T * x))),
    (Inverse(x.T * x), 1 / Trace(x.T * x)),
    (exp(r * x), exp(Trace(r * x))),
    (Trace(Adjoint(A) * B), Trace(A.T * B)),
    (conjugate(A[0, 1]), A[0, 1]),
    (x * t * y.T, Trace(t) * x * y.T),
    (HadamardProduct(t, r * x), Trace(t) * Trace(r * x)),
    (Identity(N)[0, 0] + OneMatrix(N, N)[0, 1], 2),
    (Determinant(A**3), Determinant(A) ** 3),
    (Determinant(A.T * B), Determinant(A) * Determinant(B)),
    (Determinant(3 * A), 3**N * Determinant(A)),
    (
        Determinant(KroneckerProduct(A, MatrixSymbol("C", K, K))),
        Determinant(A) ** K * Determinant(MatrixSymbol("C", K, K)) ** N,
    ),
    (KroneckerProduct(x, r), x * r),
    (KroneckerProduct(r, x), x * r),
    (KroneckerProduct(t, A), Trace(t) * A),
    (BlockDiagMatrix(A, B) ** 2, BlockDiagMatrix(A**2, B**2)),
    (Z[:, :], Z),
    (DiagMatrix(t), Trace(t)),
]


@pytest.mark.parametrize(("expr", "form"), FORMS, ids=str)
def test_forms(expr, form):
    assert plain(expr) == form


def test_what_is_plain_stays():
    for expr in (Trace(A * B), Z.T * A * Z, Trace(A) ** 2 + 1, BlockMatrix([[A, Z], [Z.T, Identity(K)]])):
        assert plain(expr) == expr


@pytest.mark.parametrize("expr", [expr for expr, _ in FORMS], ids=str)
def test_values_stay(expr):
    rng, n, k = random.Random(), 3, 2
    sizes = {"Z": (n, k), "A": (n, n), "B": (n, n), "x": (n, 1), "y": (n, 1), "r": (1, n), "t": (1, 1), "C": (k, k)}
    values = {s: [[rng.randrange(1, 9) for _ in range(q)] for _ in range(p)] for s, (p, q) in sizes.items()}
    before, after = (evaluate(e, values | {"N": n, "K": k}, MULTI_PRECISION) for e in (expr, plain(expr)))
    assert (
        (abs(before - after) <= 1e-30 * (1 + abs(before))).all()
        if getattr(before, "ndim", 0)
        else abs(before - after) < 1e-30
    )


REFUSED = [
    (
        MatMul(x.T, x, A),
        "the dimensions 1 and N do not fit together",
    ),  # a number is no 1 x 1 matrix in the middle of a product whose shapes do not fit
    (Trace(Z), "the dimensions N and K do not fit together"),
    (Trace(MatMul(Inverse(Z), A)), "the dimensions K and N do not fit together"),
    (Trace(MatPow(Z, 2)), "the dimensions N and K do not fit together"),
    (exp(A), "a number is needed"),
    (Derivative(Trace(A), A), "not evaluated"),
]


@pytest.mark.parametrize(("expr", "reason"), REFUSED, ids=str)
def test_what_does_not_fit_is_named(expr, reason):
    with pytest.raises(UnsupportedExpression, match=reason):
        plain(expr)


def test_explicit_matrices_have_plain_entries():
    matrix = ImmutableMatrix([[(x.T * y)[0, 0], 1], [0, 2]])
    assert plain(Trace(matrix * MatrixSymbol("M", 2, 2))).args[0].args[0][0, 0] == Trace(x.T * y)
    assert plain(MatAdd(matrix, Transpose(matrix))).shape == (2, 2)
