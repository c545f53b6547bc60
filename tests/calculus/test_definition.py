"""The check of a gradient by its definition: the t-coefficient of f(Z + t V) is <gradient, V>."""

import pytest
from hypothesis import given, settings
from sympy import Identity, MatMul, MatrixSymbol, Rational, Symbol, Trace, Transpose, ZeroMatrix, exp, log
from sympy.core.function import Lambda
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.calculus.gradient import gradient, is_gradient_by_definition
from derivations.language.atoms import SpectralTrace, SquaredNorm
from derivations.language.errors import UnsupportedExpression
from derivations.language.propositions import Symmetric
from tests.language.strategies import A, K, N, W, Z, matrices, v

x = Symbol("x", real=True)
gram = MatMul(Transpose(Z), Z)
cubic = Trace(MatMul(A, A, Transpose(A)))


@settings(max_examples=40)
@given(matrices(N, N, 2))
def test_it_accepts_the_adjoint_rules_and_nothing_beside_them(matrix):
    function = Trace(matrix)
    found = gradient(function, Z)
    assert is_gradient_by_definition(function, Z, found)
    assert not is_gradient_by_definition(function, Z, found + W)


WRONG = [
    (SquaredNorm(gram - Identity(K)), Z, lambda g: -g),
    (SquaredNorm(gram - Identity(K)), Z, lambda g: Rational(1, 2) * g),
    (SquaredNorm(gram - Identity(K)), Z, lambda g: g + W),
    (cubic, A, Transpose),
    (Trace(MatMul(A, W, Transpose(Z))), Z, lambda g: MatMul(Transpose(A), W)),
    (Trace(gram), Z, lambda g: ZeroMatrix(N, K)),
]


@pytest.mark.parametrize(("function", "unknown", "spoil"), WRONG)
def test_it_refuses_wrong_gradients(function, unknown, spoil):
    right = gradient(function, unknown)
    assert is_gradient_by_definition(function, unknown, right)
    assert not is_gradient_by_definition(function, unknown, spoil(right))


def test_facts_decide_whether_a_transpose_matters():
    function, short = Trace(MatMul(Transpose(Z), A, Z)), MatMul(2, A, Z)
    assert not is_gradient_by_definition(function, Z, short)
    assert is_gradient_by_definition(function, Z, short, [Symmetric(A)])


NOT_POLYNOMIAL = [
    exp(Trace(gram)),
    SpectralTrace(Lambda(x, log(1 + x)), gram),
    Trace(MatMul(Transpose(ElementwiseApplyFunction(Lambda(x, log(x)), MatMul(Z, MatrixSymbol("u", K, 1)))), v)),
]


@pytest.mark.parametrize("function", NOT_POLYNOMIAL, ids=str)
def test_it_does_not_pass_what_it_cannot_expand(function):
    with pytest.raises(UnsupportedExpression):
        is_gradient_by_definition(function, Z, ZeroMatrix(N, K))
