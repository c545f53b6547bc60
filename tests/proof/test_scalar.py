"""Minima in one variable: the closed form against a search, the certificate against the function."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from sympy import Abs, Dummy, Function, Integer, Max, Min, Rational, Symbol, exp, floor, log, sqrt

from derivations.language.errors import Undecided
from derivations.language.evaluate import evaluate
from derivations.language.propositions import AtMost
from derivations.proof.scalar import is_strictly_convex, nonnegative_minimum
from tests.proof.terms import a, b, k, p, s

q = Symbol("q", positive=True)
c = Symbol("c", real=True)
t = Symbol("t", positive=True)
h = Symbol("h", nonnegative=True)

FAMILIES = {
    "quadratic": p * s**2 + b * s + c,
    "shifted square": p * (s - b) ** 2 + q * a * s,
    "entropy": p * (s * log(s) - s) + b * s,
    "log barrier": q * s - p * log(s),
    "coding rate": -log(1 + p * s) / 2 + q * s,
    "quartic": p * s**4 + q * s**2,
    "square root": q * s - 2 * p * sqrt(s),
    "truncated square": p * Max(0, t - s) ** 2 + 2 * p * h * s,
    "hinge": p * Max(0, t - s) + h * s**2,
    "hinge with a slope": (p + h) * Max(0, t - s) + h * s + 1,
    "hinge on the root": q * Max(0, t - sqrt(s)) + h * s,
    "truncated square of the root": p * Max(0, t - sqrt(s)) ** 2 + h * s,
}
PIECES = {
    "fourth power": p * (s - t) ** 4 + q * h * s,
    "sixth power": (s - t) ** 6 + h * s + c,
    "cube of the distance": p * Abs(s - t) ** 3 + h * s,
    "cube of the shortfall": p * Max(0, t - s) ** 3 + h * s,
    "both sides": p * Max(0, t - s) ** 2 + q * Max(0, s - t) ** 3 + h * s,
    "distance": p * Abs(s - t) + c,
    "it does not fall": p * s**3 + h * s + c,
}
positive = st.integers(5, 40).map(lambda n: n / 10)
real = st.integers(-30, 30).map(lambda n: n / 10)


def drawn(symbol):
    """Where a number may be 0, it is 0 at times."""
    return positive if symbol.is_positive else st.just(0.0) | positive if symbol.is_nonnegative else real


def searched(objective, values):
    """The least value on s >= 0: a coarse grid in log scale, then a bounded search around its best point."""

    def at(y):
        try:
            return float(evaluate(objective, values | {"s": y}))
        except (ValueError, ZeroDivisionError):
            return math.inf  # log 0

    grid = [0.0, *(10 ** (n / 10) for n in range(-80, 30))]
    best = min(range(len(grid)), key=lambda n: at(grid[n]))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    found = minimize_scalar(at, bounds=(low, high), method="bounded", options={"xatol": 1e-12 * (1 + high)})
    return min(at(grid[best]), float(found.fun))


@pytest.mark.parametrize("family", FAMILIES | PIECES)
@settings(max_examples=15)
@given(data=st.data())
def test_no_point_is_better_and_the_certificate_adds_up(family, data):
    objective = (FAMILIES | PIECES)[family]
    found = nonnegative_minimum(objective, s)
    values = {x.name: data.draw(drawn(x)) for x in objective.free_symbols - {s}}
    at, value = (float(evaluate(e, values)) for e in (found.at, found.value))
    assert at >= 0
    assert value == pytest.approx(searched(objective, values), rel=1e-6, abs=1e-6)
    rng = random.Random()
    for y in (rng.expovariate(1), at + 1e-3, 5 * rng.random() * (1 + at)):
        certificate, gap = (float(evaluate(e, values | {"s": y})) for e in (found.certificate, objective - found.value))
        assert certificate >= -1e-9 * (1 + abs(value))
        assert certificate == pytest.approx(gap, rel=1e-6, abs=1e-7)


CLOSED_FORMS = [
    (p * (s - 1) ** 2 + 2 * q * a * s, Max(0, 1 - a * q / p)),
    (p * Max(0, 1 - s) ** 2 + 2 * q * s, Max(0, 1 - q / p)),
    (Max(0, 1 - s) ** 2 + s**2, Rational(1, 2)),
    (Max(0, t - s) ** 2, t),
    (p * Max(0, 1 - s) + q * s**2, Min(1, p / (2 * q))),
    (p * Max(0, t - s), t),
    (p * Max(0, 1 - sqrt(s)) + 2 * q * s, Min(1, p / (4 * q)) ** 2),
    (p * Max(0, 1 - sqrt(s)), Integer(1)),
    (p * Max(0, 1 - sqrt(s)) ** 2 + q * s, (p / (p + q)) ** 2),
    (p * s**2 - 2 * q * s, q / p),
    (p * s**2 + q * s, Integer(0)),
    (p * s, Integer(0)),
    (Abs(s - 1), Integer(1)),
    (p * Abs(2 * s - t), t / 2),
    (p * (s - t) ** 4 + 4 * q * s, Max(0, t - (q / p) ** Rational(1, 3))),
    (p * Abs(s - 1) ** 3 + 3 * q * s, Max(0, 1 - sqrt(q / p))),
    (p * (s * log(s) - s) + a * s, exp(-a / p)),
    (q * s - p * log(s), p / q),
]


@pytest.mark.parametrize(("objective", "expected"), CLOSED_FORMS, ids=str)
def test_minimisers_in_closed_form(objective, expected):
    at = nonnegative_minimum(objective, s).at
    for _ in range(20):
        values = {
            x.name: random.uniform(0.1, 3) * (1 if x.is_positive else random.choice([-1, 1])) for x in (a, p, q, t)
        }
        assert evaluate(at, values) == pytest.approx(float(evaluate(expected, values)))


def test_the_value_is_attained_in_symbols():
    found = nonnegative_minimum(p * s**2 - 2 * q * s, s)
    assert found.value == -(q**2) / p
    assert found.certificate.subs(s, found.at) == 0


def test_a_parameter_that_is_called_like_the_point_of_expansion():
    """The certificate expands about a point t; a parameter t is another thing."""
    parameter = Symbol("t", nonnegative=True)
    objective = (parameter + 1) * s**2 - 2 * s
    found = nonnegative_minimum(objective, s)
    values = {"t": 2.0, "s": 0.7}
    assert evaluate(found.certificate, values) == pytest.approx(float(evaluate(objective - found.value, values)))
    same_name = Symbol("s", real=True)
    assert nonnegative_minimum(p * exp(s) - p * exp(1) * s + same_name, s).at == 1


UNDECIDED = [
    (-(s**2), "second derivative"),
    (s**3 - 3 * s**2, "cannot be certified"),
    (s**4 - s**2, "cannot be certified"),
    (a * s**2 + s, "cannot be certified"),
    (Symbol("n", nonnegative=True) * s**2 + a * s, "may be zero"),
    (-p * s, "zeros"),
    (s**2 / h + s, "smooth"),
    (Max(0, 1 - s) ** 2 + Max(0, s - 1) / h, "beyond 1 its slope"),
    (Abs(s - 1) ** (1 + p) + q * s, "beyond 1 its slope"),
    (Abs(s - 1) + h * s, "zeros"),
    (Abs(s - 1) ** 3 + a * s, "beyond 1 its slope"),
    (Abs(s - 1) + Abs(s - 2), "more pieces"),
    (Max(0, 1 - Abs(s - 2)), "more pieces"),
    (Abs(b * s - 1), "more pieces"),
    (Abs(s - b) ** 3 + h * s, "zeros"),
    ((s - 1) ** 4 + a * s, "cannot be certified"),
    ((s - 1) ** 4 + h * s**2, "cannot be certified"),
    ((s - 1) ** 3 + q * s, "cannot be certified"),
    (p * exp(s) - q * s, "sign"),
    ((s - 1) ** 4 + p * exp(s), "no zero of its slope"),
    (s**2 * log(s), "cannot be certified"),
    (floor(s), "smooth"),
    (Max(0, 1 - s**2), "more pieces"),
    (Max(0, 1 - s) + Max(0, 2 - s), "more pieces"),
    (Max(0, 1 - s, 2 - 3 * s), "more pieces"),
    (Max(0, a - s) ** 2, "at most a"),
    (Max(0, 1 - s) ** 2 - q * s, "beyond 1 its slope"),
    (Max(0, 1 - s) + exp(-s), "beyond 1 its slope"),
    (Max(0, 1 - sqrt(s)) - p * s, "beyond 1 its slope"),
    (Max(0, 1 - sqrt(s)) + a * s, "beyond 1 its slope"),
    (Max(0, 1 - s) - Rational(1, 10) * (s - 2) ** 3, "beyond 1 its slope"),
    (b * Max(0, 1 - s) + s**2, "is not known to be at most 1"),
    (p * Max(0, b - s) + s**2, "beyond b its slope"),
    (h * Max(0, 1 - s) + s**2, "is not known to be at most 1"),
    (10 * Max(0, 1 - s) - 2 * Max(0, 1 - s) ** 2 + s**2, "cannot be certified"),
    (Max(0, b - s), "cannot be certified"),
    (Max(0, 1 - sqrt(s)) + Max(0, 2 - s), "more pieces"),
    (Max(0, 1 - s - sqrt(s)) + s, "more pieces"),
    (Max(0, 1 - s) ** 2 + (s - 2) ** 2 - s**2, "beyond 1 its slope"),
    (Max(0, 1 - s) - p * (1 - s) ** 2, "cannot be certified"),
    (Function("phi")(s), "smooth"),
    (1 / (s - 2) ** 2, "smooth"),
    (log(s - a), "smooth"),
    (sqrt(s - 1), "smooth"),
    (s**2 / a, "smooth"),
    ((s - Symbol("z")) ** 2, "smooth"),
    (s ** (1 + s), "smooth"),
]


@pytest.mark.parametrize(("objective", "reason"), UNDECIDED, ids=str)
def test_what_cannot_be_certified_is_undecided(objective, reason):
    with pytest.raises(Undecided, match=reason):
        nonnegative_minimum(objective, s)


VARIABLES = [
    Symbol("s", real=True),
    Symbol("s", positive=True),
    Symbol("s", integer=True, nonnegative=True),
    Symbol("s"),
    k,
]


@pytest.mark.parametrize("variable", VARIABLES, ids=lambda x: str(x.assumptions0.get("integer")))
def test_the_variable_is_any_nonnegative_number(variable):
    with pytest.raises(Undecided, match="nonnegative, and nothing else"):
        nonnegative_minimum((variable - Rational(1, 2)) ** 2, variable)


def test_hypotheses_give_signs_but_do_not_speak_of_the_variable():
    objective = (p + b) * s**2 + p * s**2 + q * s
    with pytest.raises(Undecided):
        nonnegative_minimum(objective, s)
    with pytest.raises(Undecided, match="speak of s"):
        nonnegative_minimum(s**2, s, [AtMost(Integer(1), s)])
    at = nonnegative_minimum(p * s**2 - 2 * b * s, s, [AtMost(Integer(0), b / p)]).at
    assert at == b / p


def test_dummies_do_not_leak():
    for objective in FAMILIES.values():
        found = nonnegative_minimum(objective, s)
        assert not (found.at.atoms(Dummy) | found.value.atoms(Dummy) | found.certificate.atoms(Dummy))


@pytest.mark.parametrize("name", FAMILIES)
def test_the_families_are_strictly_convex(name):
    may_be_constant_in_the_end = "truncated" in name or "hinge" in name
    assert is_strictly_convex(FAMILIES[name], s) != may_be_constant_in_the_end


@pytest.mark.parametrize("name", [name for name in PIECES if name != "it does not fall"])
def test_functions_in_pieces_are_not_known_to_be(name):
    assert not is_strictly_convex(PIECES[name], s)


@pytest.mark.parametrize("objective", [b * s, s**3 - s**2, a * s**2, (s - p) ** 4, log(s), Max(0, s - 1)], ids=str)
def test_what_is_not_visibly_strictly_convex_is_not_said_to_be(objective):
    assert not is_strictly_convex(objective, s)
