"""Scalar functions with matrices inside that SymPy alone prints by evaluating them, or cannot write."""

import pytest
from sympy import (
    Abs,
    Determinant,
    Identity,
    Integer,
    MatAdd,
    MatMul,
    MatrixSymbol,
    Max,
    Rational,
    Sum,
    Symbol,
    Trace,
    Transpose,
    log,
    sin,
    symbols,
    tanh,
)

from derivations.language.atoms import Named

N, K = symbols("N K", integer=True, positive=True)
i = Symbol("i", integer=True, nonnegative=True)
Z, G = MatrixSymbol("Z", N, K), MatrixSymbol("G", N, N)
TOTAL = Sum(log(G[i, i]) * G[i, i], (i, 0, N - 1))


@pytest.mark.parametrize(
    "formula",
    [
        Transpose(MatMul(TOTAL, Z)),
        Trace(MatMul(-TOTAL, Named("C", MatMul(TOTAL, G)))),
        MatAdd(Z, MatMul(-1, G, MatMul(TOTAL, Z))),
    ],
)
def test_a_sum_in_a_product_of_matrices_is_printed_and_not_evaluated(formula, monkeypatch):
    monkeypatch.setattr(Sum, "doit", lambda self, **hints: pytest.fail("a sum is evaluated to be printed"))
    assert "Sum(log(G[i, i])*G[i, i], (i, 0, N - 1))" in str(formula)


@pytest.mark.parametrize(
    ("product", "text"),
    [
        (MatMul(Integer(-1), Z), "-Z"),
        (Transpose(MatMul(Integer(-1), Z)), "(-Z).T"),
        (Transpose(MatMul(G, Z)), "(G*Z).T"),
        (MatMul(G, MatMul(Integer(-2), Z)), "G*(-2*Z)"),
        (MatMul(G, MatMul(Rational(1, 2), Z)), "G*((1/2)*Z)"),
        (Transpose(MatMul(-N, Z)), "((-N)*Z).T"),
    ],
)
def test_a_product_has_the_brackets_of_its_sign(product, text):
    assert str(product) == text


@pytest.mark.parametrize(
    "matrix", [MatMul(2, G), MatAdd(G, MatMul(Rational(1, 2), Identity(N))), Transpose(MatMul(2, G))]
)
@pytest.mark.parametrize(
    "of", [Trace, Determinant, lambda matrix: log(Determinant(matrix)), lambda matrix: Trace(matrix) ** 2]
)
def test_scalars_with_numbers_in_their_matrices_are_compared(matrix, of):
    value = of(matrix)
    for function in (Max(0, 1 - value), Max(value, 2 * value + 1), Abs(1 - 2 * value), sin(tanh(N * value) + value**2)):
        assert function.has(matrix)
