"""Tests of the NumPy module of a reader's loss, on instances that are drawn from what was proved."""

from __future__ import annotations

from itertools import islice
from math import isfinite
from pprint import pformat

from derivations.language.errors import NoInstance
from derivations.language.instances import instances
from derivations.language.propositions import Minimum
from derivations.language.substitute import substitute
from derivations.own.module import arguments, gradient_of, optimum_code

CASES = 3  # instances a statement
DRAWN = 10 * CASES  # of which some have numbers that no float holds

HEADER = '''"""Tests of {name}.py where what was declared holds. Written by `spectral-ssl derive`; not to be edited."""

import sys
from pathlib import Path

import numpy as np
import pytest
{imports}
sys.path.insert(0, str(Path(__file__).parent))

import {name}


def applied(function, case):
    matrices, hyper = case
    return function(*(np.array(m) for m in matrices), **hyper)
'''

VALUES = """

# (matrices, hyper-parameters), and the loss by its formula, in exact or 50-digit arithmetic
VALUES = {cases}


@pytest.mark.parametrize(("case", "expected"), VALUES)
def test_the_loss_is_the_formula(case, expected):
    assert applied({name}.loss, case) == pytest.approx(expected, rel=1e-9, abs=1e-9)
"""

GRADIENT = """

@pytest.mark.parametrize("case", [case for case, _ in VALUES])
def test_the_gradient_is_that_of_differences(case):
    (point, *given), hyper = case
    point, rng = np.array(point), np.random.default_rng(0)
    value, gradient = {name}.loss_and_gradient(point, *given, **hyper)
    assert value == pytest.approx({name}.loss(point, *given, **hyper), rel=1e-12, abs=1e-12)
    np.testing.assert_array_equal(gradient, {name}.gradient(point, *given, **hyper))
    for _ in range(5):
        step = 1e-5 * rng.standard_normal(point.shape)
        ahead, behind = ({name}.loss(z, *given, **hyper) for z in (point + step, point - step))
        slope = np.vdot(gradient, step)
        assert (ahead - behind) / 2 == pytest.approx(slope, rel=1e-5, abs=1e-11 * (1 + abs(value)))
"""

OPTIMA = """

# (given matrices, number of columns, hyper-parameters), and the minimum of the theorem
OPTIMA = {cases}


@pytest.mark.parametrize(("case", "expected"), OPTIMA)
def test_no_numerical_minimum_is_lower(case, expected):
    given, columns, hyper = case
    given = [np.array(m) for m in given]
    best = {name}.{function}(*given, columns, **hyper)
    point = best.{kind}
    assert best.loss == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert {name}.loss(point, *given, **hyper) == pytest.approx(best.loss, rel=1e-9, abs=1e-9)
    found = minimise(lambda z: {name}.loss_and_gradient(z, *given, **hyper), point.shape, n_starts=4)
    assert found.loss >= best.loss - 1e-8 * (1 + abs(best.loss))
"""

UNCHANGED = """

# what the loss does not see: before and after
UNCHANGED = {cases}


@pytest.mark.parametrize(("change", "before", "after"), UNCHANGED)
def test_the_loss_does_not_see(change, before, after):
    assert applied({name}.loss, after) == pytest.approx(applied({name}.loss, before), rel=1e-9, abs=1e-9), change
"""

CHANGED = """

# what the loss sees: before and after
CHANGED = {cases}


@pytest.mark.parametrize(("change", "before", "after"), CHANGED)
def test_the_loss_sees(change, before, after):
    assert applied({name}.loss, after) != pytest.approx(applied({name}.loss, before), rel=1e-7, abs=0), change
"""


def tests_source(derivation):
    """The source of the tests; raises NoInstance where none is found that meets what was declared."""
    loss = derivation.loss
    unchanged = [case for i in derivation.invariances if i.theorem for case in _unchanged(derivation, i)]
    changed = [_changed(loss, i) for i in derivation.invariances if i.counterexample]
    optimum = optimum_code(derivation)
    imports = "\nfrom numeric.optimise import minimise\n" if optimum else ""
    parts = [
        HEADER.format(name=loss.name, imports=imports),
        VALUES.format(name=loss.name, cases=_laid_out(_values(derivation))),
    ]
    parts += [GRADIENT.format(name=loss.name)] if gradient_of(derivation) is not None else []
    if optimum is not None:
        function, _ = optimum
        cases, kind = _laid_out(_optima(derivation)), function.removeprefix("optimal_")
        parts.append(OPTIMA.format(name=loss.name, cases=cases, kind=kind, function=function))
    for template, cases in ((UNCHANGED, unchanged), (CHANGED, changed)):
        parts += [template.format(name=loss.name, cases=_laid_out(cases))] if cases else []
    return "".join(parts)


def _values(derivation):
    """[(case, the loss there)] where the gradient was proved, or where the loss is defined."""
    loss = derivation.loss
    drawn = _drawn(_declared(derivation), (loss.matrix_form,))
    return [(_case(loss, i), float(i.value(loss.matrix_form))) for i in drawn]


def _optima(derivation):
    """[((given matrices, columns, hyper-parameters), the minimum)] where the theorem holds."""
    loss = derivation.loss
    (theorem,) = (t for t in derivation.optimum.result.theorems if isinstance(t.statement, Minimum))
    value = theorem.statement.value
    found = []
    for i in _drawn((*loss.facts, *theorem.hypotheses), (value, loss.matrix_form)):
        (_, *given), hyper = _case(loss, i)
        found.append(((given, i.dimension(loss.unknown.cols), hyper), float(i.value(value))))
    return found


def _declared(derivation):
    """What is declared of the loss, and what holds where it has a gradient."""
    theorems = getattr(derivation.gradient, "theorems", ())
    return tuple(dict.fromkeys((*derivation.loss.facts, *(h for t in theorems for h in t.hypotheses))))


def _unchanged(derivation, invariance):
    theorem = invariance.theorem
    hypotheses = tuple(dict.fromkeys((*_declared(derivation), *theorem.hypotheses)))
    drawn = _drawn(hypotheses, tuple(theorem.statement.expressions()))
    return [_pair(derivation.loss, invariance, i, {}) for i in drawn]


def _changed(loss, invariance):
    return _pair(loss, invariance, invariance.counterexample.instance, invariance.transformation.special)


def _pair(loss, invariance, instance, special):
    """(what is done, the matrices and hyper-parameters before, and after)."""
    transformation = invariance.transformation
    images = {s: substitute(e, special) for s, e in transformation.mapping.items()}
    return transformation.name, _case(loss, instance), _case(loss, instance, images)


def _case(loss, instance, images=None):
    matrices, hyper = arguments(loss)
    values = [instance.value((images or {}).get(m, m)).astype(float).tolist() for m in matrices]
    return values, {h.name: float(instance.value(h)) for h in hyper}


def _drawn(hypotheses, expressions):
    """Instances in which the expressions have values that floats hold."""
    drawn = (i.in_multi_precision() for i in instances(hypotheses, expressions, DRAWN))
    found = list(islice((i for i in drawn if _is_finite(i, expressions)), CASES))
    if not found:
        raise NoInstance(f"no instance was found that meets {', '.join(h.text(str) for h in hypotheses)}")
    return found


def _is_finite(instance, expressions):
    try:
        return all(isfinite(float(instance.value(e))) for e in expressions)
    except (ArithmeticError, IndexError, NoInstance, TypeError):  # not defined there, not real, or larger than a float
        return False


def _laid_out(cases):
    return pformat(cases, width=110, compact=True)
