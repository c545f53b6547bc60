"""Gradients of random functions over every node of the language."""

import numpy as np
from hypothesis import event, given, settings
from sympy import Abs, MatAdd, MatMul, MatrixSymbol, Max, Min, Trace, Transpose, preorder_traversal

from derivations import evaluate, gradient, hessian_product
from derivations.language.arithmetic import CONTEXT, MULTI_PRECISION
from derivations.language.errors import UnsupportedExpression
from tests.calculus.grammar import functions, numbers, random_values, scalars
from tests.calculus.taylor import remainder_order
from tests.language.strategies import generators, rewriters

CLOSE = CONTEXT.mpf(10) ** -25


def assert_equal_values(one, two, rng):
    for _ in range(2):
        values = random_values(rng, one, two)
        first, second = (evaluate(expr, values, MULTI_PRECISION) for expr in (one, two))
        assert np.all(abs(first - second) <= CLOSE * (1 + abs(second)))


@settings(max_examples=150)
@given(functions(), generators)
def test_the_taylor_remainder_is_of_second_order(drawn, rng):
    function, unknown = drawn
    for node in preorder_traversal(function):
        event(type(node).__name__)
    found = gradient(function, unknown)
    assert found.shape == unknown.shape
    values = random_values(rng, function, unknown)
    assert remainder_order(function, unknown, found, values, rng) > 1.9


@settings(max_examples=30)
@given(functions(1), scalars(1), numbers, generators)
def test_the_gradient_is_linear_in_the_function(drawn, other, number, rng):
    function, unknown = drawn
    apart = MatAdd(gradient(function, unknown), MatMul(number, gradient(other, unknown)))
    assert_equal_values(gradient(function + number * other, unknown), apart, rng)


@settings(max_examples=30)
@given(functions(1), generators)
def test_the_hessian_is_symmetric_and_the_slope_of_the_gradient(drawn, rng):
    function, unknown = drawn
    u, v = (MatrixSymbol(name, *unknown.shape) for name in ("dU", "dV"))
    try:
        along_u, along_v = (hessian_product(function, unknown, direction) for direction in (u, v))
    except UnsupportedExpression:
        assert function.has(Abs, Max, Min)  # of a kink, the gradient jumps
        return
    form = Trace(MatMul(Transpose(u), along_v))
    assert_equal_values(form, Trace(MatMul(Transpose(v), along_u)), rng)
    slope, values = (
        Trace(MatMul(Transpose(v), gradient(function, unknown))),
        random_values(rng, function, unknown, u, v),
    )
    assert remainder_order(slope, unknown, along_v, values, rng) > 1.9


@settings(max_examples=50)
@given(functions(), rewriters, generators)
def test_the_gradient_does_not_depend_on_how_the_function_is_written(drawn, rewrite, rng):
    function, unknown = drawn
    assert_equal_values(gradient(function, unknown), gradient(rewrite(function), unknown), rng)
