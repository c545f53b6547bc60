"""The gradients of a table of functions: against functions written by hand, and against the forms that people write."""

import random
from functools import cache

import numpy as np
import pytest
from sympy import Derivative, Dummy, Integral, MatrixExpr, MatrixSymbol, Subs, Symbol, Tuple

from derivations import evaluate, gradient
from derivations.language.arithmetic import CONTEXT, FLOAT, MULTI_PRECISION
from tests.calculus.cookbook import TABLE
from tests.calculus.taylor import order

UNEVALUATED = (Derivative, Integral, Subs)
CLOSE = CONTEXT.mpf(10) ** -35
every_case = pytest.mark.parametrize("case", TABLE, ids=str)
with_a_known_form = pytest.mark.parametrize("case", [c for c in TABLE if c.gradient is not None], ids=str)


@cache
def derived(case):
    return gradient(case.expr, case.unknown, case.facts)


def instances(case):
    """Values of the symbols in every shape that the case has."""
    rng = random.Random()
    for shape in case.shapes:
        yield case.values(rng, shape), rng


def order_by_hand(case, values, found, rng):
    """The order of the Taylor remainder of the function by hand, with `found` as its gradient."""

    def at(point):
        return case.at(values | {case.unknown.name: point})

    return order(at, values[case.unknown.name], found, rng)


def assert_close(found, expected):
    assert np.shape(found) == np.shape(expected)
    assert np.all(abs(found - expected) <= CLOSE * (1 + np.max(abs(expected), initial=0)))


def test_the_table_is_large_and_its_ids_are_unique():
    assert len(TABLE) >= 150
    assert len({case.id for case in TABLE}) == len(TABLE)


@every_case
def test_the_function_by_hand_is_the_expression(case):
    for values, _ in instances(case):
        assert_close(np.asarray(evaluate(case.expr, values, MULTI_PRECISION)).item(), case.at(values))


@with_a_known_form
def test_the_known_form_is_the_gradient(case):
    for values, rng in instances(case):
        assert order_by_hand(case, values, evaluate(case.gradient, values, MULTI_PRECISION), rng) > 1.9


@every_case
def test_the_taylor_remainder_is_of_second_order(case):
    for values, rng in instances(case):
        found = evaluate(derived(case), values, MULTI_PRECISION)
        assert found.shape == values[case.unknown.name].shape
        assert order_by_hand(case, values, found, rng) > 1.9
        in_float = evaluate(derived(case), values, FLOAT)
        assert np.allclose(in_float, found.astype(float), rtol=1e-9, atol=1e-9)


@every_case
def test_a_gradient_is_evaluated_and_has_the_shape_of_the_unknown(case):
    found = derived(case)
    assert isinstance(found, MatrixExpr)
    assert found.shape == case.unknown.shape
    assert not found.has(*UNEVALUATED)
    assert found.atoms(Dummy) <= case.expr.atoms(Dummy)
    assert found.free_symbols <= Tuple(case.expr, case.unknown).atoms(MatrixSymbol, Symbol)


@with_a_known_form
def test_a_gradient_is_what_a_person_writes(case):
    for values, _ in instances(case):
        assert_close(*(evaluate(g, values, MULTI_PRECISION) for g in (derived(case), case.gradient)))
    assert len(str(derived(case))) <= case.longer * len(str(case.gradient)), f"{derived(case)}\n{case.gradient}"
