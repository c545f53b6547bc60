"""Gradients of random functions over every node of the language."""

from hypothesis import event, given, settings
from sympy import MatAdd, MatMul, preorder_traversal

from derivations import evaluate, gradient
from derivations.language.arithmetic import CONTEXT, MULTI_PRECISION
from tests.calculus.grammar import functions, numbers, random_values, scalars
from tests.calculus.taylor import remainder_order
from tests.language.strategies import generators, rewriters

CLOSE = CONTEXT.mpf(10) ** -25


def assert_equal_values(one, two, rng):
    for _ in range(2):
        values = random_values(rng, one, two)
        first, second = (evaluate(expr, values, MULTI_PRECISION) for expr in (one, two))
        assert (abs(first - second) <= CLOSE * (1 + abs(second))).all()


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


@settings(max_examples=50)
@given(functions(), rewriters, generators)
def test_the_gradient_does_not_depend_on_how_the_function_is_written(drawn, rewrite, rng):
    function, unknown = drawn
    assert_equal_values(gradient(function, unknown), gradient(rewrite(function), unknown), rng)
