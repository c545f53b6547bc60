"""Gradients by adjoint rules, against the order of the Taylor remainder."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from sympy import (
    Abs,
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    HadamardPower,
    HadamardProduct,
    Identity,
    Integer,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSymbol,
    Max,
    OneMatrix,
    Permanent,
    Rational,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    exp,
    log,
    sign,
    sqrt,
)
from sympy.core.function import Lambda
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.calculus.conditions import check_differentiable
from derivations.calculus.gradient import derivative, gradient
from derivations.language.arithmetic import CONTEXT, MULTI_PRECISION
from derivations.language.atoms import Centring, Laplacian, LogSumExp, Named, Softmax, SpectralTrace, SquaredNorm, entr
from derivations.language.errors import UnsupportedExpression
from derivations.language.evaluate import evaluate
from derivations.language.normal_form import normal_form
from derivations.language.norms import ColumnNorms, RowNorms, UnitColumns, UnitRows
from derivations.language.propositions import Candidates, Positive, Symmetric
from tests.calculus.taylor import remainder_order
from tests.language.strategies import A, B, K, N, W, Z, a, generators, matrices, random_values, rewriters, v, w

x = Symbol("x", real=True)
k = Symbol("k", integer=True, nonnegative=True)
H, ones = Centring(N), OneMatrix(N, 1)
gram, outer = MatMul(Transpose(Z), Z), MatMul(Z, Transpose(Z))
C = Named("C", MatMul(1 / N, Transpose(Z), H, Z))


def each(body, vector):
    return ElementwiseApplyFunction(Lambda(x, body), vector)


TABLE = [
    (Trace(MatMul(Transpose(W), Z)), Z),
    (Trace(gram), Z),
    (Trace(gram) + Trace(MatMul(Transpose(Z), A, W)), Z),  # a sum of two traces
    (Trace(MatMul(A, outer)) - a * Trace(MatMul(B, outer)) + 3, Z),
    (SquaredNorm(gram - Identity(K)), Z),
    (SquaredNorm(MatMul(A, Z, Transpose(W), Z)), Z),
    (Trace(gram) * Trace(MatMul(A, outer)), Z),
    (Trace(gram) ** 3, Z),
    (1 / (1 + Trace(gram)), Z),
    (sqrt(1 + Trace(gram)), Z),
    (log(1 + SquaredNorm(Z)), Z),
    (exp(-Trace(gram) / 10**7), Z),
    (2 ** (Trace(MatMul(Transpose(W), Z)) / 10**6), Z),
    ((1 + Trace(gram)) ** (Trace(MatMul(Transpose(W), Z)) / 10**6), Z),
    (Trace(MatMul(log(1 + Trace(gram)), Transpose(W), Z)), Z),
    (Trace(MatPow(gram, 3)), Z),
    (Trace(MatPow(A, 3)), A),
    (Trace(MatMul(A, Transpose(A), A)), A),
    (Trace(MatMul(Transpose(HadamardProduct(Z, Z, W)), W)), Z),
    (Trace(MatMul(Transpose(HadamardPower(Z, 3)), W)), Z),
    (SquaredNorm(DiagonalMatrix(MatMul(Transpose(Z), H, Z)) - Identity(K)), Z),
    (Trace(MatMul(DiagMatrix(MatMul(A, v)), B, DiagMatrix(v))), v),
    (Trace(MatMul(DiagMatrix(Transpose(v)), B, DiagMatrix(v))), v),
    (Trace(MatMul(Transpose(DiagonalOf(outer)), A, DiagonalOf(outer))), Z),
    (SquaredNorm(C - Identity(K)) + a * Trace(MatMul(Transpose(Z), Laplacian(A), Z)), Z),
    (Trace(MatMul(Transpose(Z), Laplacian(A), Z)), A),
    (SquaredNorm(MatMul(Laplacian(A), Laplacian(Transpose(A)))), A),
    (SpectralTrace(Lambda(x, x**3 - 2 * a * x + 1), gram), Z),
    (Trace(MatMul(Transpose(each(exp(x / 10**4), v)), w)), v),
    (Trace(MatMul(Transpose(each(log(1 + x**2), v)), A, each(x**2, v))), v),
    (Trace(MatMul(A, Transpose(MatMul(Z, Transpose(W))), B, outer)), Z),
    (Trace(MatMul(Transpose(ones), Z, Transpose(Z), ones)) ** 2, Z),
]


@pytest.mark.parametrize(("function", "unknown"), TABLE, ids=str)
def test_the_taylor_remainder_is_of_second_order(function, unknown):
    rng = random.Random()
    found = gradient(function, unknown)
    assert found.shape == unknown.shape
    for n, columns in ((3, 2), (2, 3)):
        values = random_values(rng, n, columns)
        assert remainder_order(function, unknown, found, values, rng) > 1.9


mask = MatAdd(MatMul(-1, Identity(N)), OneMatrix(N, N))
cosines = MatMul(UnitRows(Z), Transpose(UnitRows(Z)))
small = MatMul(Rational(1, 10**6), outer)  # scores of order one
metric = MatAdd(B, MatMul(10**4, Identity(N)))  # not symmetric, its quadratic form positive
lengths, unit = ColumnNorms(Z, metric), UnitColumns(Z, metric)
long, inside = Positive(lengths), Positive(ColumnNorms(W, MatAdd(Identity(N), outer)))
nonzero, chosen, others = Positive(RowNorms(Z)), Candidates(A), Candidates(mask)
WITH_FACTS = [
    (Trace(MatMul(Transpose(v), RowNorms(Z))), Z, [nonzero]),
    (Trace(MatMul(Transpose(UnitRows(Z)), W)), Z, [nonzero]),
    (SquaredNorm(MatMul(A, UnitRows(Z)) - W), Z, [nonzero]),
    (Trace(MatMul(B, cosines, cosines)), Z, [nonzero]),
    (Trace(MatMul(Transpose(v), UnitRows(W + Z), Transpose(UnitRows(Z)), w)), Z, [nonzero, Positive(RowNorms(W + Z))]),
    (Trace(MatMul(Transpose(lengths), lengths, OneMatrix(1, K), Transpose(Z), w)), Z, [long]),
    (Trace(MatMul(Transpose(unit), A, W)), Z, [long]),
    (SquaredNorm(MatMul(Transpose(unit), A, unit) - Identity(K)), Z, [long]),
    (SquaredNorm(MatMul(Transpose(unit), A, unit) - Identity(K)), B, [long]),
    (Trace(MatMul(Transpose(lengths), Transpose(Z), w)), B, [long]),
    (Trace(MatMul(Transpose(UnitColumns(W, inside.vector.args[1])), A, W)), Z, [inside]),
    (Trace(MatMul(Transpose(v), LogSumExp(small, A))), Z, [chosen]),
    (Trace(MatMul(Transpose(v), LogSumExp(3 * cosines, mask))), Z, [nonzero, others]),
    (Trace(MatMul(Transpose(v), LogSumExp(small, OneMatrix(N, N)))), Z, []),
    (Trace(MatMul(Transpose(B), Softmax(small, A))), Z, [chosen]),
    (SquaredNorm(Softmax(MatMul(Rational(1, 500), B), mask) - A), B, [others]),
    (Trace(MatMul(Transpose(each(entr(x / 500), RowNorms(Z))), w)), Z, [nonzero, Positive(RowNorms(Z))]),
    (Trace(MatMul(Transpose(each(sqrt(x), v)), w)), v, [Positive(v)]),
    (Trace(MatMul(Transpose(each(x**a, v)), w)), v, [Positive(v)]),
    (entr(SquaredNorm(Z)), Z, []),
]


@pytest.mark.parametrize(("function", "unknown", "facts"), WITH_FACTS, ids=str)
def test_the_taylor_remainder_is_of_second_order_under_facts(function, unknown, facts):
    rng = random.Random()
    found = gradient(function, unknown, facts)
    for n, columns in ((3, 2), (2, 3)):
        values = random_values(rng, n, columns)
        values["A"] = values["A"] % 2 | np.eye(n, dtype=int)  # candidates
        values["v"] = 1 + abs(values["v"])
        values["a"] = Rational(-1, 2)
        assert remainder_order(function, unknown, found, values, rng) > 1.9
    for fact in facts:
        fewer = [f for f in facts if f != fact]
        with pytest.raises(UnsupportedExpression, match="not declared"):
            check_differentiable(function, unknown, fewer)
    check_differentiable(function, unknown, facts)


NOT_SMOOTH = [
    (Trace(MatMul(Transpose(each(Max(1, x), v)), w)), v, r"not declared: Absolute\(.*\).* > 0 for every k"),
    (Trace(MatMul(Transpose(each(Abs(x - 1), v)), w)), v, r"not declared: Absolute\(.*\).* > 0 for every k"),
    (Trace(MatMul(Transpose(each(Max(0, x, 1 - x), v)), w)), v, "more than one kink"),
    (Trace(MatMul(Transpose(each(log(x - 1), v)), w)), v, "not known to be smooth"),
    (Trace(MatMul(Transpose(each(sign(x - 1), v)), w)), v, "not known to be smooth"),
    (Abs(Trace(outer)), Z, "not known to be smooth"),
    (Trace(MatPow(A, Rational(1, 2))), A, "only integer powers"),
]


@pytest.mark.parametrize(("function", "unknown", "reason"), NOT_SMOOTH, ids=str)
def test_what_is_not_smooth_is_named(function, unknown, reason):
    with pytest.raises(UnsupportedExpression, match=reason):
        check_differentiable(function, unknown, [Positive(v)])


ONE_PARAMETER = [
    (a**3 * Trace(A) + Trace(B), []),
    (exp(a / 3) + log(3 + a) * Trace(MatMul(a * A, a * B)), []),
    ((2 + a) ** a, []),
    (SquaredNorm(MatMul(a**2, Z) - W), []),
    (Trace(MatMul(Transpose(v), LogSumExp(MatMul(a / 500, B), mask))), [others]),
    (Trace(MatMul(Transpose(B), Softmax(MatMul(a / 500, B), OneMatrix(N, N)))), []),
    (Trace(MatMul(Transpose(v), UnitRows(W + MatMul(a, Z)), Transpose(Z), w)), [Positive(RowNorms(W + MatMul(a, Z)))]),
    (Trace(B) ** 2, []),
    (Integer(7), []),
]


@pytest.mark.parametrize(("function", "facts"), ONE_PARAMETER, ids=str)
def test_the_derivative_in_a_parameter(function, facts):
    values, step = random_values(random.Random(), 3, 2), CONTEXT.mpf(10) ** -12

    def at(h, expr=function):
        return evaluate(expr, values | {"a": CONTEXT.mpf(5) / 7 + h}, MULTI_PRECISION)

    found, slope = at(0, derivative(function, a, facts)), (at(step) - at(-step)) / (2 * step)
    assert abs(found - slope) <= CONTEXT.mpf(10) ** -15 * (1 + abs(at(0)))


NO_DERIVATIVE = [
    (MatMul(a, Z), a, "a scalar in a scalar symbol"),
    (Trace(A), A, "a scalar in a scalar symbol"),
    (Trace(HadamardPower(A, a)), a, "not declared: A > 0 entrywise"),
    (Trace(MatMul(OneMatrix(1, N), LogSumExp(B, MatMul(a, OneMatrix(N, N))))), a, "not declared"),
    (Trace(MatrixSymbol("M", a, a)), a, "no adjoint rule"),
]


@pytest.mark.parametrize(("function", "parameter", "reason"), NO_DERIVATIVE, ids=str)
def test_what_has_no_derivative_in_a_parameter_is_named(function, parameter, reason):
    with pytest.raises(UnsupportedExpression, match=reason):
        derivative(function, parameter)


def test_candidates_that_depend_on_the_unknown_are_refused():
    with pytest.raises(UnsupportedExpression, match="does not differentiate A"):
        gradient(Trace(MatMul(OneMatrix(1, N), LogSumExp(A, A))), A, [chosen])


WRONG = [(-1, "sign"), (2, "factor of two"), (Rational(1001, 1000), "factor close to one")]


@pytest.mark.parametrize(("factor", "what"), WRONG)
def test_the_order_tells_a_wrong_gradient(factor, what):
    function, rng = SquaredNorm(gram - Identity(K)), random.Random()
    values = random_values(rng, 3, 2)
    assert remainder_order(function, Z, factor * gradient(function, Z), values, rng) < 1.1
    extra = gradient(function, Z) + W
    assert remainder_order(function, Z, extra, values, rng) < 1.1


@settings(max_examples=30)
@given(matrices(N, N, 2), generators)
def test_random_polynomials(matrix, rng):
    for unknown in (Z, A):
        found = gradient(Trace(matrix), unknown)
        assert remainder_order(Trace(matrix), unknown, found, random_values(rng, 2, 3), rng) > 1.9


@settings(max_examples=20)
@given(matrices(N, K, 2), rewriters)
def test_the_gradient_does_not_depend_on_how_the_function_is_written(matrix, rewrite):
    function = SquaredNorm(matrix) + Trace(MatMul(Transpose(W), matrix))
    assert normal_form(gradient(function, Z)) == normal_form(
        gradient(Trace(matrix.T * W) + SquaredNorm(rewrite(matrix)), Z)
    )


KNOWN = [
    (SquaredNorm(gram - Identity(K)), 4 * MatMul(Z, gram - Identity(K)), []),
    (Trace(MatMul(Transpose(Z), A, Z)), MatMul(A + Transpose(A), Z), []),
    (Trace(MatMul(Transpose(Z), A, Z)), 2 * A * Z, [Symmetric(A)]),
    (Trace(gram) + Trace(MatMul(Transpose(W), Z)), 2 * Z + W, []),
    (Trace(MatMul(Transpose(W), A, W)), ZeroMatrix(N, K), []),
]


@pytest.mark.parametrize(("function", "expected", "facts"), KNOWN, ids=str)
def test_gradients_in_closed_form(function, expected, facts):
    assert normal_form(gradient(function, Z, facts), facts) == normal_form(expected, facts)


def test_facts_shorten_the_gradient():
    assert gradient(Trace(MatMul(Transpose(Z), A, Z)), Z, [Symmetric(A)]) == 2 * A * Z


SQUARE = MatrixSymbol("S", N, N)
UNSUPPORTED = [
    (Permanent(SQUARE), SQUARE, "Permanent"),
    (Trace(MatMul(B, MatPow(SQUARE, Rational(1, 2)))), SQUARE, "MatPow"),
    (exp(SQUARE), SQUARE, "a number is needed"),
    (sign(Trace(SQUARE)), SQUARE, "sign"),
    (SpectralTrace(Lambda(x, log(1 + x)), gram), Z, "SpectralTrace"),
    (SpectralTrace(Lambda(x, x * Trace(SQUARE)), A), SQUARE, "SpectralTrace"),
]


@pytest.mark.parametrize(("function", "unknown", "named"), UNSUPPORTED, ids=str)
def test_a_node_without_a_rule_is_named(function, unknown, named):
    with pytest.raises(UnsupportedExpression, match=named):
        gradient(function, unknown)


def test_only_scalars_have_gradients_and_only_in_matrix_symbols():
    with pytest.raises(UnsupportedExpression, match="a number is needed"):
        gradient(gram, Z)
    with pytest.raises(UnsupportedExpression, match="matrix symbol"):
        gradient(Trace(gram), gram)
    with pytest.raises(UnsupportedExpression, match="matrix symbol"):
        gradient(a**2, a)


def test_a_matrix_that_is_not_symmetric_under_a_spectral_function():
    assert normal_form(gradient(SpectralTrace(Lambda(x, x**2), A), A)) == normal_form(2 * Transpose(A))


def test_values_do_not_matter_to_the_shape():
    found = gradient(Trace(MatMul(Transpose(v), A, v)), v)
    assert found.shape == (N, 1)
    assert np.shape(found.shape) == (2,)
