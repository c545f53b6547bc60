"""Repulsion by log-sum-exp: the bounds that are expected, and their numbers against a computation without the toolkit."""

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from scipy.special import logsumexp

from derivations.export.text import show
from derivations.language.evaluate import evaluate
from derivations.language.propositions import EntrywiseNonnegative, OneHot
from derivations.losses.contrastive import repulsion as r

theorems = r.bounds.theorems
CHOICE, LARGEST, MEAN, SQUARES_LOWER, SQUARES_UPPER, ABSOLUTES_LOWER, ABSOLUTES_UPPER = range(7)


def repelled(values, candidates, tau):
    return logsumexp(values / tau, axis=1, b=candidates).sum()


@st.composite
def similarities(draw, largest=1.0):
    """S with entries up to `largest` in size, of any sign, and candidates, the same number in each row; and a temperature."""
    n = draw(st.integers(2, 6))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    S = rng.uniform(-largest, largest, (n, n))
    kind = draw(st.sampled_from(("any", "zero", "ends", "symmetric")))
    S = {"any": S, "zero": 0 * S, "ends": largest * np.sign(S), "symmetric": (S + S.T) / 2}[kind]
    m = draw(st.integers(1, n))
    A = np.array([rng.permutation([1.0] * m + [0.0] * (n - m)) for _ in range(n)])
    if draw(st.booleans()):
        A, m = 1 - np.eye(n), n - 1
    tau = draw(st.sampled_from((0.1, 0.5, 1.0, 3.0)))
    event(f"{kind}, {'everyone else' if m == n - 1 else 'some'}")
    return {"S": S, "A": A, "m": m, "tau": tau, "N": n}


def sides(n, values):
    claim = theorems[n].statement
    return evaluate(claim.lhs, values), evaluate(claim.rhs, values)


def holds(n, values):
    lhs, rhs = sides(n, values)
    assert lhs <= rhs + 1e-9 * (1 + abs(rhs))
    return rhs - lhs


def test_the_bounds():
    assert [t.statement.text(show) for t in theorems] == [
        "tr(B' S)/tau <= 1' LSE_A(S/tau)",
        "1' LSE_A(S/tau) <= N (b/tau + log(m))",
        "N log(m) + tr(A' S)/(tau m) <= 1' LSE_A(S/tau)",
        "N log(m) + |A o S|^2/(tau m) <= 1' LSE_A((S o S)/tau)",
        "1' LSE_A((S o S)/tau) <= N log(m) + ((e^(1/tau) - 1)/m) |A o S|^2",
        "N log(m) + |A o S|^2/(tau m) <= 1' LSE_A(|S|/tau)",
        "1' LSE_A(|S|/tau) <= N log(m) + (N m t + |A o S|^2/t) (e^(1/tau) - 1)/(2 m)",
    ]


def test_what_they_need():
    regular = {"A has entries 0 and 1, with a 1 in every row", "A 1 = m 1"}
    within = {"1 1' - |S| >= 0 entrywise"}
    needed = [{h.text(show) for h in t.hypotheses} for t in theorems]
    assert needed[MEAN] == needed[SQUARES_LOWER] == regular
    assert needed[SQUARES_UPPER] == needed[ABSOLUTES_LOWER] == needed[ABSOLUTES_UPPER] == regular | within
    assert needed[LARGEST] == regular | {"A o (b 1 1' - S) >= 0 entrywise"}
    assert {type(h) for h in theorems[CHOICE].hypotheses} >= {OneHot, EntrywiseNonnegative}
    assert not any(t.lemmas for t in theorems)


@given(similarities(largest=4.0))
@settings(max_examples=60, deadline=None)
def test_between_the_largest_and_the_largest_and_log_m(values):
    S, A = values["S"], values["A"]
    chosen = np.where(A > 0, S, -np.inf).argmax(axis=1)
    B = np.eye(len(S))[chosen]
    b = S[A > 0].max()
    R = repelled(S, A, values["tau"])
    assert sides(CHOICE, values | {"B": B})[1] == pytest.approx(R, abs=1e-9)
    assert holds(CHOICE, values | {"B": B}) <= values["N"] * np.log(values["m"]) + 1e-9
    holds(LARGEST, values | {"b": b})
    holds(MEAN, values)
    if values["m"] == 1:
        assert holds(CHOICE, values | {"B": B}) == pytest.approx(0, abs=1e-9)
    if np.ptp(S) == 0:
        for n in (MEAN, LARGEST):
            assert holds(n, values | {"b": b}) == pytest.approx(0, abs=1e-9)


@given(similarities(), st.sampled_from((0.01, 0.3, 1.0)))
@settings(max_examples=80, deadline=None)
def test_between_two_functions_of_the_sum_of_squares(values, t):
    S, A, tau, n, m = (values[name] for name in ("S", "A", "tau", "N", "m"))
    L = ((A * S) ** 2).sum()
    assert sides(SQUARES_LOWER, values)[1] == pytest.approx(repelled(S**2, A, tau), abs=1e-9)
    assert sides(ABSOLUTES_LOWER, values)[1] == pytest.approx(repelled(abs(S), A, tau), abs=1e-9)
    assert sides(SQUARES_LOWER, values)[0] == pytest.approx(n * np.log(m) + L / (m * tau))
    assert sides(SQUARES_UPPER, values)[1] == pytest.approx(n * np.log(m) + np.expm1(1 / tau) / m * L)
    slacks = [holds(k, values | {"t": t}) for k in range(SQUARES_LOWER, ABSOLUTES_UPPER + 1)]
    if L == 0:
        assert slacks[:3] == pytest.approx([0, 0, 0], abs=1e-9)
        assert slacks[3] == pytest.approx(n * t * np.expm1(1 / tau) / 2)
    if m == 1:  # the score itself
        assert slacks[0] == pytest.approx(0, abs=1e-9)


@given(similarities(largest=3.0))
@settings(max_examples=40, deadline=None)
def test_the_lower_bound_of_squares_needs_nothing(values):
    holds(SQUARES_LOWER, values)


def test_the_others_need_that_no_similarity_exceeds_one():
    """Beyond it |s| is below its square, and the chord below the exponential."""
    apart = {"S": np.full((2, 2), 2.0), "A": 1 - np.eye(2), "m": 1, "tau": 1.0, "N": 2}
    lhs, rhs = sides(ABSOLUTES_LOWER, apart)
    assert lhs > rhs + 1
    uneven = {"S": np.tile([2.0, 0.0], (2, 1)), "A": np.ones((2, 2)), "m": 2, "tau": 3.0, "N": 2}
    lhs, rhs = sides(SQUARES_UPPER, uneven)
    assert lhs > rhs + 0.1
