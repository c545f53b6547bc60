"""Substitution: everywhere at once, not under binders, and never into something undefined."""

import pytest
from hypothesis import given, settings
from sympy import Function, Identity, Integer, MatMul, MatrixSymbol, OneMatrix, Sum, Symbol, Trace, Transpose, log
from sympy.core.function import Lambda
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.arithmetic import EXACT
from derivations.language.atoms import Centring, Named, SpectralTrace
from derivations.language.evaluate import evaluate
from derivations.language.substitute import substitute, symbols_of
from tests.language.strategies import A, B, C, K, N, Z, a, generators, matrices, random_values, scalar_expressions, v

M = Symbol("M", integer=True, positive=True)
s, t = Symbol("s", real=True), Symbol("t", real=True)
k = Symbol("k", integer=True, nonnegative=True)
phi = Function("phi")


@settings(max_examples=40)
@given(scalar_expressions(), matrices(N, N, 1), generators)
def test_the_value_after_substitution_is_the_value_with_another_value(expr, other, rng):
    values = random_values(rng, 3, 2)
    moved = values | {"A": evaluate(other, values, EXACT)}
    assert evaluate(substitute(expr, {A: other}), values, EXACT) == evaluate(expr, moved, EXACT)


def test_symbols_are_replaced_at_once():
    assert substitute(A * B, {A: B, B: A}) == B * A


def test_dimensions_move_along():
    assert substitute(Trace(Transpose(Z) * Z), {N: M}) == Trace(MatMul(Transpose(z := MatrixSymbol("Z", M, K)), z))
    assert substitute(Centring(N), {N: M}) == Centring(M)


def test_an_abbreviation_keeps_its_name_only_if_it_keeps_its_meaning():
    assert substitute(Trace(C), {B: A}) == Trace(C)
    assert not substitute(Trace(C), {Z: 2 * Z}).has(Named)


def test_bound_indices_are_left_alone_and_not_captured():
    total = Sum(a * MatrixElement(v, k, 0), (k, 0, N - 1))
    assert substitute(total, {k: Integer(3)}) == total
    with pytest.raises(ValueError, match="capture"):
        substitute(total, {a: k})
    with pytest.raises(ValueError, match="capture"):
        substitute(Sum(phi(s), (k, 0, N - 1)), {phi: Lambda(t, t + k)})
    with pytest.raises(ValueError, match="capture"):
        substitute(Sum(Trace(A), (k, 0, N - 1)), {A: MatMul(OneMatrix(N, 1), Transpose(v), k * Identity(N))})
    with pytest.raises(ValueError, match="capture"):  # the index hides in a dimension
        substitute(Sum(a, (k, 0, N - 1)), {a: Trace(MatrixSymbol("M", k, k))})


def test_functions_are_replaced_by_lambdas():
    replaced = substitute(SpectralTrace(Lambda(s, phi(s)), A) + phi(0), {phi: Lambda(t, t**2 + 1)})
    assert replaced == SpectralTrace(Lambda(s, s**2 + 1), A) + 1


UNDEFINED = [
    (1 / a, {a: Integer(0)}),
    (a * Trace(A) / a**2, {a: Integer(0)}),
    (log(a), {a: Integer(0)}),
    (phi(0), {phi: Lambda(t, 1 / t)}),
    (a / (a - t), {t: a}),
]


@pytest.mark.parametrize(("expr", "mapping"), UNDEFINED, ids=str)
def test_nothing_becomes_undefined(expr, mapping):
    with pytest.raises(ValueError, match="not defined"):
        substitute(expr, mapping)


def test_symbols_in_dimensions_are_counted():
    assert symbols_of(Trace(Z * Transpose(Z))) == {Z, N, K}
