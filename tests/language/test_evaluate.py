"""Values of expressions: the same in all three arithmetics, and refusals that name what is wrong."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from sympy import (
    Abs,
    DiagMatrix,
    Eq,
    Function,
    Inverse,
    MatPow,
    MatrixSymbol,
    Max,
    Min,
    OneMatrix,
    Permanent,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    Trace,
    Transpose,
    exp,
    log,
    pi,
    sqrt,
    symbols,
)
from sympy.core.function import Lambda
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.language.arithmetic import EXACT, FLOAT, MULTI_PRECISION
from derivations.language.atoms import Eigenvalues, Leading, SpectralTrace
from derivations.language.errors import NoInstance, UnsupportedExpression
from derivations.language.evaluate import evaluate
from tests.language.strategies import A, K, N, Z, generators, matrices, random_values, scalar_expressions, v

x = Symbol("x", real=True)
k = Symbol("k", integer=True, nonnegative=True)
VALUES = {"A": [[2, 1], [1, 3]], "Z": [[1, 2, 0], [0, 1, 5]], "v": [4, 9], "N": 2, "x": Fraction(-1, 2)}


def agree(expr, values):
    exact, precise, rounded = (np.array(evaluate(expr, values, n), ndmin=2) for n in (EXACT, MULTI_PRECISION, FLOAT))
    for e, p, f in zip(exact.ravel(), precise.ravel(), rounded.ravel(), strict=True):
        scale = 1 + float(abs(exact).max())
        assert abs(p - MULTI_PRECISION.number(e)) < 1e-30 * scale
        assert abs(f - float(e)) < 1e-6 * scale


@settings(max_examples=40)
@given(scalar_expressions(), generators)
def test_scalars_agree_in_all_arithmetics(expr, rng):
    agree(expr, random_values(rng, 3, 2))


@settings(max_examples=40)
@given(matrices(N, K, 2), generators)
def test_matrices_agree_in_all_arithmetics(expr, rng):
    agree(expr, random_values(rng, 2, 3))


RATIONAL = [
    (Max(0, x) + Min(x, 1) + Abs(x), Fraction(0)),
    (Piecewise((1, x > 0), (2, x > -1), (3, True)), Fraction(2)),
    (Piecewise((1, Eq(x, Rational(-1, 2))), (2, True)), Fraction(1)),
    (Sum(v[k, 0] ** 2, (k, 0, N - 1)), Fraction(97)),
    (Trace(DiagMatrix(Transpose(v))), Fraction(13)),
    (Trace(MatPow(A, 3)), Fraction(2**3 + 3**3 + 3 * 5)),
    (Trace(Inverse(A)), Fraction(2 + 3, 5)),
    (Trace(MatPow(A, -2)), Fraction(2**2 + 3**2 + 2, 25)),
    (Sum(Leading(N, 1)[k, 0], (k, 0, N - 1)), Fraction(1)),
]


@pytest.mark.parametrize(("expr", "expected"), RATIONAL, ids=str)
def test_values_worked_out_by_hand(expr, expected):
    assert evaluate(expr, VALUES, EXACT) == expected
    assert evaluate(expr, VALUES, FLOAT) == pytest.approx(float(expected))


def test_spectra():
    values = VALUES | {"A": [[2, 0], [0, 3]]}
    total = SpectralTrace(Lambda(x, log(x) + exp(x)), A)
    assert evaluate(total, values) == pytest.approx(np.log([2, 3]).sum() + np.exp([2, 3]).sum())
    assert evaluate(Eigenvalues(A, 1), values).tolist() == [[3.0]]
    assert evaluate(ElementwiseApplyFunction(Lambda(x, sqrt(x)), v), values).tolist() == [[2.0], [3.0]]


def test_eigenvalues_are_taken_of_symmetric_matrices_only():
    with pytest.raises(ValueError, match="symmetric"):
        evaluate(SpectralTrace(Lambda(x, x**2), A), {"A": [[1, 2], [0, 4]]})


UNSUPPORTED = [
    (MatPow(A, Rational(1, 2)), FLOAT, "MatPow"),
    (Permanent(A), FLOAT, "Permanent"),
    (Function("quad")(x), FLOAT, "quad"),
    (sqrt(x), EXACT, "rational"),
    (log(x), EXACT, "log"),
    (Eigenvalues(A, 1), EXACT, "eigenvalues"),
    (Piecewise((1, x > 5)), FLOAT, "Piecewise"),
    (pi * x, EXACT, "Pi"),
]


@pytest.mark.parametrize(("expr", "arithmetic", "named"), UNSUPPORTED, ids=str)
def test_what_cannot_be_evaluated_is_named(expr, arithmetic, named):
    with pytest.raises(UnsupportedExpression, match=named):
        evaluate(expr, VALUES, arithmetic)


@pytest.mark.parametrize("arithmetic", [FLOAT, MULTI_PRECISION])
def test_a_root_of_what_is_negative_by_rounding_alone(arithmetic):
    noise = -arithmetic.number("1e-12" if arithmetic is FLOAT else "1e-45")
    assert evaluate(sqrt(x), {"x": noise}, arithmetic) == 0
    assert evaluate(x**3, {"x": noise}, arithmetic) < 0
    assert evaluate(sqrt(x), {"x": -arithmetic.number(4)}, arithmetic).imag == 2


def test_eigenvalues_that_rounding_cannot_tell_from_zero_are_zero():
    """The root of 1e-50 is not within 50 digits of 0."""
    ones = {"A": np.full((3, 3), Fraction(1, 3))}
    roots = SpectralTrace(Lambda(x, sqrt(x)), A)
    assert abs(evaluate(roots, ones, MULTI_PRECISION) - 1) < 1e-45
    assert evaluate(roots, ones) == pytest.approx(1, abs=1e-12)
    assert evaluate(roots, {"A": np.full((3, 3), 1e-60)}) == pytest.approx((3e-60) ** 0.5)


@pytest.mark.parametrize("extreme", [Max, Min])
def test_what_is_not_real_is_not_compared(extreme):
    with pytest.raises(NoInstance, match="not all real"):
        evaluate(extreme(0, sqrt(x)), {"x": -1}, MULTI_PRECISION)


def test_shapes_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match="A has shape"):
        evaluate(Trace(A), {"A": [[1, 2]]})
    with pytest.raises(ValueError, match="Z has shape"):
        evaluate(Trace(A * Z * Transpose(Z)), VALUES | {"Z": np.ones((4, 3))})
    with pytest.raises(ValueError, match="no integer"):
        evaluate(OneMatrix(N / 2, 1), {"N": 3})


def test_one_name_for_two_matrices_is_refused():
    two = Trace(MatrixSymbol("M", N, N)) + Trace(MatrixSymbol("M", K, K))
    with pytest.raises(ValueError, match="several shapes"):
        evaluate(two, {"M": [[1]], "N": 1, "K": 1})


def test_symbols_without_a_value_are_named():
    with pytest.raises(KeyError, match="x"):
        evaluate(x + 1, {})
    with pytest.raises(KeyError, match="Z"):
        evaluate(Trace(A * Z * Transpose(Z)), {"A": VALUES["A"], "K": 3})


def test_indices_shadow_parameters_of_the_same_name():
    i = symbols("i", integer=True, nonnegative=True)
    assert evaluate(i * Sum(i, (i, 0, 3)), {"i": 10}) == 60
    inner = Sum(Trace(i * A), (i, 0, 2))
    assert evaluate(inner + i * Trace(A), VALUES | {"i": 10}) == 3 * 5 + 10 * 5


def test_empty_arrays():
    empty = {"Z": np.zeros((0, 3)), "A": np.zeros((0, 0))}
    for arithmetic in (FLOAT, MULTI_PRECISION, EXACT):
        assert evaluate(Trace(A), empty, arithmetic) == 0
        assert evaluate(Transpose(Z) * Z, empty, arithmetic).tolist() == [[0] * 3] * 3
