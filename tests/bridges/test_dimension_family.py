"""The dimension-contrastive family: forms, and numbers against optimisation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logsumexp
from sympy import MatrixSymbol

from derivations.bridges.duality import dimension_family as f
from derivations.export.text import show
from derivations.language.atoms import SquaredNorm
from derivations.language.evaluate import evaluate
from derivations.language.propositions import Minimum
from derivations.proof.theorem import ProofError
from numeric.optimise import minimise

VICREG, HINGE, BARLOW, AGREED, EXP, CTR, CHOICE, LARGEST, MEAN, OF_SAMPLES, SIMPLEX, WHITE = (
    t.statement for t in f.dimension_family.theorems
)


def off_diagonal(matrix):
    return ((matrix - np.diag(np.diag(matrix))) ** 2).sum()


def repulsion(Z, tau):
    C = np.cov(Z, rowvar=False, bias=True)
    return logsumexp(C / tau, axis=1, b=1 - np.eye(len(C))).sum()


def standardised(Z):
    centred = Z - Z.mean(axis=0)
    return centred / np.sqrt((centred**2).mean(axis=0))


def test_what_repels():
    assert show(VICREG.rhs) == "alpha |Diag(C - I)|^2 + (2 gamma/N) tr(Z' L Z) + (beta/(N^2)) |M - Diag(M)|^2"
    assert show(HINGE.rhs).endswith("+ (2 gamma/N) tr(Z' L Z) + (beta/(N^2)) |M - Diag(M)|^2")
    assert show(BARLOW.rhs) == "w |C - Diag(C)|^2 + |Diag(C) - I|^2"
    assert show(AGREED.rhs) == "w |M - Diag(M)|^2"
    assert show(EXP.rhs).endswith("(beta/K) 1' LSE_(1 1' - I)(C/tau)")
    assert show(CTR.rhs).endswith("(beta/N) 1' LSE_(1 1' - I)(C/tau)")


def test_the_bounds():
    assert CHOICE.text(show) == "tr(B' C)/tau <= 1' LSE_A(C/tau)"
    assert LARGEST.text(show) == "1' LSE_A(C/tau) <= K (b/tau + log(m))"
    assert MEAN.text(show) == "(p + 1) log(p) - tr(C)/(tau p) <= 1' LSE_(1 1' - I)(C/tau)"
    assert OF_SAMPLES.text(show) == MEAN.text(show)
    assert isinstance(SIMPLEX, Minimum)
    assert [c.text(show) for c in SIMPLEX.subject_to] == ["Diag(Z' H Z/N) 1 = 1"]
    assert show(SIMPLEX.value) == "(p + 1) log(p) - (p + 1)/(tau p)"
    assert show(WHITE.rhs) == "(p + 1) log(p)"


@given(st.integers(1, 6), st.integers(2, 5), st.sampled_from((0.2, 1.0, 4.0)), st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_the_repulsion_of_covariances_is_at_least_that_of_their_mean(samples, dimensions, tau, seed):
    Z = 2 * np.random.default_rng(seed).standard_normal((samples, dimensions))
    values = {"Z": Z, "tau": tau, "p": dimensions - 1, "N": samples}
    lhs, rhs = (evaluate(side, values) for side in (MEAN.lhs, MEAN.rhs))
    C = np.atleast_2d(np.cov(Z, rowvar=False, bias=True))
    assert rhs == pytest.approx(logsumexp(C / tau, axis=1, b=1 - np.eye(dimensions)).sum(), abs=1e-9)
    assert lhs == pytest.approx(dimensions * np.log(dimensions - 1) - np.trace(C) / ((dimensions - 1) * tau), abs=1e-9)
    assert lhs <= rhs + 1e-9
    values = {"Z": Z.T, "tau": tau, "p": dimensions - 1, "K": samples}
    assert evaluate(OF_SAMPLES.rhs, values) == pytest.approx(rhs, abs=1e-9)


def slope(Z, tau):
    """The gradient of the repulsion of standardised columns, by hand."""
    n = len(Z)
    centred = Z - Z.mean(axis=0)
    deviations = np.sqrt((centred**2).mean(axis=0))
    X = centred / deviations
    scores = np.where(np.eye(Z.shape[1]) > 0, -np.inf, X.T @ X / (n * tau))
    P = np.exp(scores - logsumexp(scores, axis=1, keepdims=True))
    pull = X @ (P + P.T) / (n * tau)
    pull -= X * (X * pull).mean(axis=0)
    return (pull - pull.mean(axis=0)) / deviations


@pytest.mark.parametrize(("samples", "dimensions"), [(2, 2), (3, 2), (3, 3), (5, 4)])
@pytest.mark.parametrize("tau", [0.3, 1.0])
def test_columns_of_variance_one_are_repelled_to_a_simplex(samples, dimensions, tau):
    found = minimise(lambda Z: (repulsion(standardised(Z), tau), slope(Z, tau)), (samples, dimensions), n_starts=6)
    expected = evaluate(SIMPLEX.value, {"p": dimensions - 1, "tau": tau})
    assert found.loss == pytest.approx(expected, abs=1e-8)
    C = np.cov(standardised(found.point), rowvar=False, bias=True)
    assert C[~np.eye(dimensions, dtype=bool)] == pytest.approx(-1 / (dimensions - 1), abs=1e-4)
    white = dimensions * np.log(dimensions - 1)
    assert white - found.loss == pytest.approx(dimensions / ((dimensions - 1) * tau), abs=1e-8)


@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 4), st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_barlow_twins_where_all_positives_agree(cliques, size, dimensions, seed):
    rng = np.random.default_rng(seed)
    B = np.repeat(np.eye(cliques), rng.integers(1, size + 1, cliques), axis=0)
    values = {"B": B, "X": rng.standard_normal((cliques, dimensions)), "w": 0.7}
    values |= {"N": len(B), "c": cliques, "K": dimensions}
    degrees = B @ B.sum(axis=0)
    Y = np.sqrt(degrees)[:, None] * (B @ values["X"])
    Y /= np.linalg.norm(Y, axis=0)
    expected = 0.7 * off_diagonal(Y.T @ Y)
    for side in (AGREED.lhs, AGREED.rhs):
        assert evaluate(side, values) == pytest.approx(expected, abs=1e-10)


def test_a_lower_bound_than_the_mean_needs_is_refused(monkeypatch):
    """Twice the sum of all covariances is not what the mean takes."""
    monkeypatch.setattr(f, "SquaredNorm", lambda matrix: 2 * SquaredNorm(matrix))
    with pytest.raises(ProofError, match="does not follow"):
        f.at_least_mean(MatrixSymbol("Z", f.N, f.n))


def test_where_it_is_least_the_columns_are_correlated():
    """At C = I the repulsion is larger, by n/((n - 1) tau)."""
    gap = WHITE.rhs - SIMPLEX.value
    assert [evaluate(gap, {"p": p, "tau": 0.5}) for p in (1, 2, 3)] == pytest.approx([4, 3, 8 / 3])
