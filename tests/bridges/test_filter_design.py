"""Designed losses: the optima that are stated, against the losses minimised numerically."""

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from derivations.bridges.filters import design as filter_design
from derivations.bridges.filters import hard_cut
from derivations.export.text import show
from derivations.language.evaluate import evaluate
from derivations.language.propositions import EntrywiseNonnegative, Minimum, Positive
from numeric.optimise import minimise
from tests.numeric.strategies import laplacian, relations

HEAT, _, REGULARISED, _ = (theorem.statement for theorem in filter_design.filter_design.theorems)
UNBOUNDED, CUT = hard_cut.hard_cut.theorems


def test_the_heat_kernel():
    assert isinstance(HEAT, Minimum)
    assert HEAT.subject_to == ()
    assert show(HEAT.at) == "sqrt(N) P diag(e^(-t lambda_k/2)) R'"
    assert show(HEAT.value) == "-2 sum_k gamma e^(-t lambda_k)/t"


def test_the_regularised_laplacian():
    (definite,) = REGULARISED.subject_to
    assert isinstance(definite, Positive)
    assert show(definite.vector) == "sigma(C)"
    assert show(REGULARISED.at) == "sqrt(N) V diag((1 + t mu_k)^(-1/2)) Q'"
    assert show(REGULARISED.value) == "2 sum_k gamma (1 + log(1 + t mu_k))/t"


def test_the_hard_cut():
    assert show(UNBOUNDED.statement.rhs) == "2 gamma x (lambda_p - a_0)"
    assert show(CUT.statement.at) == "sqrt(N) P J_1 (R J_1)'"
    assert show(CUT.statement.value) == "2 gamma (a_0 m + sum_k (J_1' lambda)_k)"
    told = {show(h.matrix) for h in CUT.hypotheses if isinstance(h, EntrywiseNonnegative)}
    assert told == {"G", "a_0 1 - J_1' lambda", "J_2' lambda - a_0 1"}


def spectrum(Z):
    """(eigenvalues, eigenvectors) of the covariance of Z, none below 0."""
    centred = Z - Z.mean(axis=0)
    values, vectors = np.linalg.eigh(centred.T @ centred / len(Z))
    return np.maximum(values, 0), vectors


def designed_loss(G, phi, slope, gamma):
    """tr phi(C) + (2 gamma/N) tr(Z'LZ) and its gradient, written out by hand."""
    L, n = laplacian(G), len(G)

    def at(Z):
        values, vectors = spectrum(Z)
        pull = (vectors * slope(values)) @ vectors.T
        value = phi(values).sum() + 2 * gamma / n * np.trace(Z.T @ L @ Z)
        return value, 2 / n * (Z - Z.mean(axis=0)) @ pull + 4 * gamma / n * L @ Z

    return at


@st.composite
def problems(draw, more=2):
    """(G of moderate weights, eigenvalues of L off the constant, K)."""
    G = draw(relations(min_samples=2, max_samples=6, kinds=("weighted", "integer", "clique", "path", "complete")))
    assume(np.abs(G).max() <= 10)
    K = draw(st.integers(1, len(G) - 1 + more))
    event("K above the number of directions" if len(G) - 1 < K else "K within the number of directions")
    return G, np.sort(np.linalg.eigvalsh(laplacian(G)))[1:], K


def eigenvectors(G):
    """Those of L off the constant, ascending."""
    n = len(G)
    shifted = laplacian(G) + 1e3 * n * np.ones((n, n))
    return np.linalg.eigh(shifted)[1][:, :-1]


def tiny(s):
    return np.maximum(s, 1e-300)


@settings(max_examples=30)
@given(problem=problems(), gamma=st.sampled_from([0.5, 1.0, 2.0]), t=st.sampled_from([0.1, 0.5, 1.0]))
def test_nothing_is_below_the_heat_kernel(problem, gamma, t):
    G, eigenvalues, K = problem
    weight = 2 * gamma / t
    loss = designed_loss(G, lambda s: weight * (s * np.log(tiny(s)) - s), lambda s: weight * np.log(tiny(s)), gamma)
    q = min(K, len(eigenvalues))
    known = {"N": len(G), "K": K, "gamma": gamma, "t": t, "lambda": eigenvalues[:q, None], "R": np.eye(K, q)}
    claim = evaluate(HEAT.value, known)
    assert claim == pytest.approx(-weight * np.exp(-t * eigenvalues[:K]).sum())
    at = evaluate(HEAT.at, known | {"P": eigenvectors(G)[:, :q]})
    assert loss(at)[0] == pytest.approx(claim, rel=1e-8, abs=1e-8)
    found = minimise(loss, (len(G), K), n_starts=4)
    assert (found.losses >= claim - 1e-8 * (1 + abs(claim))).all()
    assert found.loss == pytest.approx(claim, rel=1e-5, abs=1e-6)


@settings(max_examples=30)
@given(problem=problems(more=0), gamma=st.sampled_from([0.5, 1.0, 2.0]), t=st.sampled_from([0.1, 0.5, 1.0]))
def test_nothing_is_below_the_regularised_laplacian(problem, gamma, t):
    G, eigenvalues, K = problem
    weight = 2 * gamma / t
    loss = designed_loss(G, lambda s: weight * (s - np.log(tiny(s))), lambda s: weight * (1 - 1 / tiny(s)), gamma)
    known = {"N": len(G), "K": K, "gamma": gamma, "t": t, "mu": eigenvalues[:K, None], "Q": np.eye(K)}
    claim = evaluate(REGULARISED.value, known)
    assert claim == pytest.approx(weight * (1 + np.log(1 + t * eigenvalues[:K])).sum())
    at = evaluate(REGULARISED.at, known | {"V": eigenvectors(G)[:, :K]})
    assert loss(at)[0] == pytest.approx(claim, rel=1e-8, abs=1e-8)
    found = minimise(loss, (len(G), K), n_starts=4)
    assert (found.losses >= claim - 1e-8 * (1 + abs(claim))).all()
    if found.converged:
        event("converged")
        assert found.loss == pytest.approx(claim, rel=1e-5, abs=1e-6)
        assert np.sort(spectrum(found.point)[0]) == pytest.approx(np.sort(1 / (1 + t * eigenvalues[:K])), rel=1e-2)


@settings(max_examples=60)
@given(problem=problems(), data=st.data(), rng=st.integers(0, 2**32 - 1).map(np.random.default_rng))
def test_nothing_is_below_the_hard_cut(problem, data, rng):
    """The loss has kinks where the filter is: it is compared with random matrices about the optimum and about others."""
    G, eigenvalues, K = problem
    ends = np.concatenate([[0], eigenvalues, [2 * eigenvalues[-1] + 1]])
    place = data.draw(st.integers(0, len(eigenvalues)))
    threshold = ends[place : place + 2].mean()
    assume(np.abs(eigenvalues - threshold).min() > 1e-6 and threshold > 1e-6)
    n, kept = len(G), int((eigenvalues[:K] < threshold).sum())
    event(f"{'no' if kept == 0 else 'some' if kept < min(K, n - 1) else 'every'} direction is kept")
    loss = designed_loss(G, lambda s: 2 * threshold * np.maximum(0, 1 - s), lambda s: 0 * s, 1.0)
    claim = 2 * eigenvalues[:kept].sum() + 2 * threshold * (K - kept)
    vectors, turn = eigenvectors(G), np.linalg.qr(rng.standard_normal((K, K)))[0]
    at = np.sqrt(n) * vectors[:, :kept] @ turn[:, :kept].T
    if 0 < kept < K < n:
        event("as stated")
        known = {"N": n, "K": kept, "m": K - kept, "gamma": 1, "a_0": threshold, "lambda": eigenvalues[:K, None]}
        known |= {"P": vectors[:, :K], "R": turn, "J_1": np.eye(K)[:, :kept], "J_2": np.eye(K)[:, kept:]}
        assert evaluate(CUT.statement.value, known) == pytest.approx(claim)
        assert evaluate(CUT.statement.at, known) == pytest.approx(at)
    assert loss(at)[0] == pytest.approx(claim, rel=1e-7, abs=1e-7)
    for size in (1e-6, 1e-3, 0.1, 1, 10):
        for centre in (at, 0 * at):
            assert loss(centre + size * rng.standard_normal(at.shape))[0] >= claim - 1e-7 * (1 + claim)


def test_a_linear_phi_has_no_minimum():
    """Two related samples and one dimension: with a_0 = 3 above the eigenvalue 2, the loss falls without end."""
    loss = designed_loss(np.array([[0.0, 1.0], [1.0, 0.0]]), lambda s: -6 * s, lambda s: 0 * s - 6, 1.0)
    assert [loss(size * np.array([[1.0], [-1.0]]))[0] for size in (0, 1, 10, 100)] == [0, -2, -200, -20000]
