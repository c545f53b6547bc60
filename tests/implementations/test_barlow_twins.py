"""Barlow Twins as libraries ship it: the forms that its theorems are expected to come out with."""

import numpy as np
import pytest
from sympy import Rational

from derivations.catalogue import shipped
from derivations.export.text import describe, show
from derivations.implementations import barlow_twins as b
from derivations.language.evaluate import evaluate
from derivations.language.propositions import AtMost, Equal, Gradient, Minimum, Pairing, Positive

K, N = b.K, b.N
Z_a, Z_b = np.random.default_rng(0).normal(size=(2, 5, 3)) + 1
VIEWS = {"Z_a": Z_a, "Z_b": Z_b, "off_diagonal": 0.25, "scale": 0.5, "eps": 0.125}


def correlations(a, b):
    return np.corrcoef(a, b, rowvar=False)[: a.shape[1], a.shape[1] :]


def test_official_is_equation_2_with_shrunk_correlations():
    theorem = b.official_compared.theorems[0]
    assert isinstance(theorem.statement, Equal)
    published = [m for m in theorem.statement.rhs.args if getattr(m, "name", "") == "rho"]
    assert len(published) == 1
    np.testing.assert_allclose(evaluate(published[0], VIEWS), correlations(Z_a, Z_b), atol=1e-14)
    shrink = [np.sqrt(z.var(axis=0) / (z.var(axis=0) + 0.125)) for z in (Z_a, Z_b)]
    np.testing.assert_allclose(
        evaluate(theorem.statement.lhs, VIEWS), shrink[0][:, None] * correlations(Z_a, Z_b) * shrink[1], atol=1e-14
    )
    assert len(theorem.hypotheses) == 2  # that no column is constant, and nothing of eps


def test_no_correlation_reaches_one():
    for result, first in ((b.official_compared, 1), (b.lightly_compared, 0)):
        equation, positive, bound = result.theorems[first : first + 3]
        assert equation.hypotheses == positive.hypotheses == bound.hypotheses == ()
        assert show(equation.statement.lhs) == show(positive.statement.vector) == "Diag(I - C) 1"
        assert isinstance(bound.statement, AtMost)
    assert bound.statement.rhs == shipped()["barlow_lightly"].value
    assert b.official_compared.theorems[3].statement.rhs == shipped()["barlow_official"].value


def test_official_where_the_views_agree():
    theorem = b.official_compared.theorems[4]
    assert theorem.statement.rhs == K * (1 - b.t**2 / (b.t**2 + b.eps)) ** 2


def test_the_toolkit_has_both_orders():
    theorem = b.official_compared.theorems[5]
    assert theorem == b.lightly_compared.theorems[3] or theorem.statement == b.lightly_compared.theorems[3].statement
    assert show(theorem.statement.rhs).endswith("(off_diagonal/4) |W - W'|^2 + |Diag(U' G U) - I|^2")
    assert any(isinstance(h, Pairing) for h in theorem.hypotheses)


def test_solo_is_a_multiple_of_official():
    (theorem,) = b.solo_compared.theorems
    summed, value = theorem.statement.arguments()
    assert value == shipped()["barlow_solo"].value == b.scale * b.official
    given = VIEWS | {"off_diagonal": 0.5, "scale": 0.25}
    assert evaluate(summed, given) == pytest.approx(evaluate(value, given), rel=1e-13)
    assert theorem.hypotheses == ()


def test_unbiased_has_a_smaller_correlation():
    theorem = b.unbiased_compared.theorems[0]
    d = [z.std(axis=0, ddof=1) for z in (Z_a, Z_b)]
    shrink = [x / (x + 0.125) for x in d]
    expected = 4 / 5 * shrink[0][:, None] * correlations(Z_a, Z_b) * shrink[1]
    np.testing.assert_allclose(evaluate(theorem.statement.rhs, VIEWS), expected, atol=1e-14)
    np.testing.assert_allclose(evaluate(theorem.statement.lhs, VIEWS), expected, atol=1e-14)


def test_unbiased_is_at_least_k_over_n_squared():
    bound = b.unbiased_compared.theorems[4]
    assert bound.statement == AtMost(K / N**2, shipped()["barlow_unbiased"].value)
    assert bound.hypotheses == (Positive(N - 1), *map(Positive, b.deviations))
    agree = b.unbiased_compared.theorems[5].statement
    assert agree.rhs == K * (1 - (N - 1) / N * (b.t / (b.t + b.eps)) ** 2) ** 2
    assert agree.rhs.limit(b.t, b.S.Infinity).equals(K / N**2)
    least = b.unbiased_compared.theorems[6].statement
    assert isinstance(least, Minimum)
    assert least.value == K / N**2
    assert show(least.at) == "sqrt(N - 1) (S + T) Q R"


@pytest.mark.parametrize("name", ["official", "lightly", "solo", "unbiased"])
def test_gradients(name):
    loss = shipped()[f"barlow_{name}"]
    for theorem, view in zip(loss.gradients.theorems, loss.views, strict=True):
        assert isinstance(theorem.statement, Gradient)
        assert (theorem.statement.function, theorem.statement.unknown) == (loss.value, view)
        columns = b.deviations[b.views.index(view)]
        assert theorem.hypotheses == ((Positive(N - 1), Positive(columns)) if name == "unbiased" else ())


def test_the_defaults_are_those_of_the_code():
    defaults = {
        name: {s.name: x for s, x in loss.defaults.items()} for name, loss in shipped().items() if "barlow" in name
    }
    small = Rational(1, 100000)
    assert defaults == {
        "barlow_official": {"off_diagonal": Rational(51, 10000), "eps": small},
        "barlow_lightly": {"off_diagonal": Rational(5, 1000), "eps": small},
        "barlow_solo": {"off_diagonal": Rational(5, 1000), "scale": Rational(25, 1000), "eps": small},
        "barlow_unbiased": {"off_diagonal": Rational(5, 1000), "eps": small},
    }


def test_it_reads_as_it_should():
    told = describe(b.official_compared)
    assert "B_a = H Z_a diag((eps + (S_a)_kk)^(-1/2))" in told
    assert "S_a = (H Z_a)' H Z_a/N" in told
    assert "then    C = diag(s) rho diag(w)" in told


def test_what_two_parts_call_the_same_is_said_in_each():
    told = describe(b.lightly_gradient)
    assert told.count("F = ") == told.count("E = ") == 2
    assert "u = ((2/N) Diag(A_b' B_a E) 1 + (2/N) Diag(A_a' B_b F) 1) o" in told.partition("(ii)")[0]
    assert "u = ((2/N) Diag(A_b' B_a F) 1 + (2/N) Diag(A_a' B_b E) 1) o" in told.partition("(ii)")[2]
