"""The sample-contrastive family, and where signed repulsion is least: forms, and numbers against optimisation."""

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from scipy.special import logsumexp
from sympy import Integer

from derivations.bridges.duality import contrastive_family as f
from derivations.bridges.duality import contrastive_orthogonal as o
from derivations.export.text import show
from derivations.language.evaluate import evaluate
from derivations.language.propositions import AtMost, Equal, Minimum, UnitLength
from derivations.losses.contrastive.repulsion import Repulsion, everyone_else
from derivations.proof.theorem import ProofError
from numeric.optimise import minimise

theorems = f.contrastive_family.theorems
SPLITS, SPECTRAL, SANDWICH, SOME = theorems[:6], theorems[6], theorems[7:9], theorems[9:13]
EVERYONE, MINIMA = theorems[13:17], theorems[17:]
KINDS = {"squares": np.square, "absolutes": np.abs, "signed": lambda S: S}


def unit(Z):
    return Z / np.linalg.norm(Z, axis=1, keepdims=True)


def repulsion(Z, tau, kind):
    S = unit(Z) @ unit(Z).T
    return logsumexp(KINDS[kind](S) / tau, axis=1, b=1 - np.eye(len(Z))).sum()


def criterion(Z):
    S = unit(Z) @ unit(Z).T
    return ((S - np.diag(np.diag(S))) ** 2).sum()


def slope(Z, tau, kind):
    """The gradient of the repulsion, by hand; `kind` is not of absolute values, which have none at orthogonal rows."""
    norms = np.linalg.norm(Z, axis=1, keepdims=True)
    U = Z / norms
    S = U @ U.T
    scores = np.where(np.eye(len(Z)) > 0, -np.inf, KINDS[kind](S) / tau)
    P = np.exp(scores - logsumexp(scores, axis=1, keepdims=True))
    pull = (P + P.T) * (2 * S if kind == "squares" else 1) / tau @ U
    return (pull - (pull * U).sum(axis=1, keepdims=True) * U) / norms


def least_found(n, k, tau, kind):
    found = minimise(lambda Z: (repulsion(Z, tau, kind), slope(Z, tau, kind)), (n, k), n_starts=6)
    return found.loss, found.point


def test_every_method_is_repulsion_less_attraction():
    assert [show(t.statement.rhs) for t in SPLITS] == ["1' LSE_A(S) - tr(G' S)"] * 6
    assert show(SPECTRAL.statement.rhs) == "(N + |Z Z' - Diag(Z Z')|^2)/(N^2) - (2/(delta N)) tr(Z' G Z)"
    assert all(isinstance(t.statement, Equal) for t in (*SPLITS, SPECTRAL))


def test_the_bounds():
    assert [t.statement.text(show) for t in SANDWICH] == [
        "tr(B' M)/tau <= 1' LSE_A(M/tau)",
        "1' LSE_A(M/tau) <= N (b/tau + log(m))",
    ]
    for theorem in (*SOME, *EVERYONE):
        assert isinstance(theorem.statement, AtMost)
        assert any(isinstance(h, UnitLength) for h in theorem.hypotheses)
    assert [t.statement.text(show) for t in EVERYONE] == [
        "(p + 1) log(p) + |M - Diag(M)|^2/(tau p) <= 1' LSE_(1 1' - I)((M o M)/tau)",
        "1' LSE_(1 1' - I)((M o M)/tau) <= (p + 1) log(p) + ((e^(1/tau) - 1)/p) |M - Diag(M)|^2",
        "(p + 1) log(p) + |M - Diag(M)|^2/(tau p) <= 1' LSE_(1 1' - I)(|M|/tau)",
        "1' LSE_(1 1' - I)(|M|/tau) <= (p + 1) log(p) + (p t (p + 1) + |M - Diag(M)|^2/t) (e^(1/tau) - 1)/(2 p)",
    ]
    assert not any(t.lemmas for t in theorems)


def test_all_are_least_at_orthonormal_rows():
    for theorem in MINIMA:
        assert isinstance(theorem.statement, Minimum)
        assert show(theorem.statement.at) == "R'"
        assert [c.text(show) for c in theorem.statement.subject_to] == ["Y has rows of norm 1"]
    assert [show(t.statement.value) for t in MINIMA] == ["N log(m)", "N log(m)", "0"]


@st.composite
def rows(draw):
    n, k = draw(st.integers(2, 6)), draw(st.integers(1, 6))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    kind = draw(st.sampled_from(("any", "frame", "collapsed")))
    Z = rng.standard_normal((n, k))
    if kind == "frame":
        Z = np.eye(n, k) + np.eye(n, k, k - n) if n > k else np.linalg.qr(Z.T)[0].T
        Z[~Z.any(axis=1)] = 1.0
    Z = np.ones((n, k)) if kind == "collapsed" else Z
    event(f"{kind}, {'enough' if k >= n else 'too few'} dimensions")
    return unit(Z), draw(st.sampled_from((0.1, 0.5, 2.0)))


@given(rows())
@settings(max_examples=80, deadline=None)
def test_the_bounds_hold(drawn):
    Z, tau = drawn
    n, p = len(Z), len(Z) - 1
    values = {"Y": Z, "tau": tau, "p": p, "K": Z.shape[1], "t": 0.2}
    for theorem, kind in zip(EVERYONE, ("squares", "squares", "absolutes", "absolutes"), strict=True):
        lhs, rhs = (evaluate(side, values) for side in (theorem.statement.lhs, theorem.statement.rhs))
        assert lhs <= rhs + 1e-9 * (1 + abs(rhs))
        assert pytest.approx(repulsion(Z, tau, kind), abs=1e-9) in (lhs, rhs)
    lower, upper = EVERYONE[0].statement.lhs, EVERYONE[1].statement.rhs
    if criterion(Z) < 1e-20:
        for bound in (evaluate(lower, values), evaluate(upper, values), repulsion(Z, tau, "squares")):
            assert bound == pytest.approx(n * np.log(p), abs=1e-9)


@pytest.mark.parametrize(("n", "k"), [(2, 2), (3, 3), (4, 5)])
@pytest.mark.parametrize("tau", [0.2, 1.0])
def test_the_least_repulsion_of_squares_is_at_orthogonal_rows(n, k, tau):
    value, Z = least_found(n, k, tau, "squares")
    assert value == pytest.approx(n * np.log(n - 1), abs=1e-9)
    assert criterion(Z) < 1e-9
    assert repulsion(np.eye(n, k), tau, "absolutes") == pytest.approx(n * np.log(n - 1), abs=1e-12)


def test_in_fewer_dimensions_the_value_is_not_reached():
    value, _ = least_found(4, 2, 0.5, "squares")
    assert value > 4 * np.log(3) + 0.1


# signed similarities

SIMPLEX, ORTHOGONAL, OVERLAP, OPPOSITE = (t.statement for t in o.contrastive_orthogonal.theorems)


def test_signed_similarities_are_repelled_to_a_simplex():
    assert show(SIMPLEX.objective) == "1' LSE_(1 1' - I)(M/tau)"
    assert show(SIMPLEX.value) == "(p + 1) log(p) - (p + 1)/(tau p)"
    assert show(SIMPLEX.at) == "sqrt((p + 1)/p) Q R'"
    assert (show(ORTHOGONAL.rhs), show(OVERLAP.rhs)) == ("(p + 1) log(p)", "(p + 1)/p")
    assert (show(OPPOSITE.value), show(OPPOSITE.at)) == ("-2/tau", "sqrt(2) Q R'")


@pytest.mark.parametrize(("n", "k"), [(2, 1), (2, 2), (3, 2), (4, 3), (4, 4)])
@pytest.mark.parametrize("tau", [0.3, 1.0])
def test_the_least_signed_repulsion(n, k, tau):
    value, Z = least_found(n, k, tau, "signed")
    expected = evaluate(SIMPLEX.value, {"p": n - 1, "tau": tau})
    assert value == pytest.approx(expected, abs=1e-8)
    assert value == pytest.approx(n * np.log(n - 1) - n / ((n - 1) * tau), abs=1e-8)
    assert criterion(Z) == pytest.approx(n / (n - 1), abs=1e-4)
    if k >= n:
        assert repulsion(np.eye(n, k), tau, "signed") - value == pytest.approx(n / ((n - 1) * tau), abs=1e-8)


def test_two_opposite_samples():
    opposite, orthogonal = np.array([[1.0, 0.0], [-1.0, 0.0]]), np.eye(2)
    assert repulsion(opposite, 0.5, "signed") == -4
    assert repulsion(orthogonal, 0.5, "signed") == 0
    assert criterion(opposite) == 2
    assert criterion(orthogonal) == 0


def test_what_is_claimed_of_orthogonal_rows_is_refused(monkeypatch):
    monkeypatch.setattr(o, "least", o.repelled.least)
    with pytest.raises(ProofError, match="does not follow"):
        o.contrastive_orthogonal.prove()


def test_a_larger_gap_to_the_simplex_is_refused(monkeypatch):
    monkeypatch.setattr(o, "least", o.repelled.least - o.n / o.tau)
    with pytest.raises(ProofError, match="does not follow"):
        o.contrastive_orthogonal.prove()


def test_similarities_that_may_exceed_one_are_refused():
    y, similarity = f.similarities(f.p + 1)
    repelled = f.of_unit_rows(f.p + 1, everyone_else(f.p + 1))
    free = Repulsion(similarity, (), repelled.slack, repelled.pool)
    for bound in (free.squares_at_most, free.absolutes_at_least, free.absolutes_at_most):
        with pytest.raises(ProofError, match="does not follow"):
            bound()
    assert isinstance(repelled.squares_at_most().statement, AtMost)
    assert y.shape[0] == f.p + Integer(1)
