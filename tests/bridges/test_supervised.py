"""Relations built from labels: the forms that are stated, and what the NumPy functions learn from such relations."""

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from derivations.bridges.downstream import supervised as b
from derivations.export.text import show
from derivations.language.evaluate import evaluate
from derivations.language.propositions import AtMost, EqualIff, Minimum
from numeric import squared_similarity, vicreg
from tests.embeddings.constrained import projector
from tests.numeric.strategies import arrays

CLASSES, DROPPED, APART, EXACTLY, VICREG, SPANS, LABELS, SIMILAR, SQUARED, FITTED = (
    t.statement for t in b.supervised_recovered.theorems
)


def equations(statement):
    return [show(x) for pair in statement.equations() for x in pair]


def test_forms():
    assert equations(CLASSES) == ["L Y", "0", "L^2", "L", "tr(L)", "N - c"]
    assert equations(DROPPED) == ["(1 - gamma/alpha)_+", "0"]
    assert isinstance(APART, AtMost)
    assert show(APART.lhs) == "alpha (K - c + |H Z Z' H/N - H G H|^2 + 1)"
    assert show(APART.rhs) == show(VICREG.objective) == "alpha |C - I|^2 + (2 gamma/N) tr(Z' L Z)"
    assert isinstance(EXACTLY, EqualIff)
    assert [show(e) for e in EXACTLY.expressions()][1:] == ["alpha (K - c + 1)", "H Z Z' H/N", "H G H"]
    assert [show(e) for e in (VICREG.value, VICREG.at)] == ["alpha (K - c + 1)", "sqrt(N) H Y diag(n_k^(-1/2)) R'"]
    assert equations(SPANS) == ["H Y diag(n_k^(-1/2)) R' R diag(n_k^(1/2))", "H Y"]
    assert [show(e) for e in (SQUARED.value, SQUARED.at)] == ["0", "Y diag(w_k^(1/2)) R'"]
    assert [show(e) for e in (SIMILAR.a, SIMILAR.b)] == ["G", "Z Z'"]
    for claim, at in ((LABELS, "R diag(n_k^(1/2))/sqrt(N)"), (FITTED, "R diag(w_k^(-1/2))")):
        assert isinstance(claim, Minimum)
        assert (claim.value, show(claim.at)) == (0, at)
    assert b.supervised_recovered.lemmas == []


@st.composite
def labelled(draw, max_samples=8):
    """One-hot labels Y (n x c), every class met, in any order."""
    c = draw(st.sampled_from([2, 3, 4, 1]))
    classes = [*range(c), *draw(st.lists(st.integers(0, c - 1), max_size=max_samples - c))]
    event(f"{c} classes, {'balanced' if len(set(np.bincount(classes))) == 1 else 'not balanced'}")
    return np.eye(c)[draw(st.permutations(classes))]


def weighted(Y, weights):
    return (Y * weights) @ Y.T


@settings(max_examples=60)
@given(data=st.data(), alpha=st.sampled_from([0.5, 1.0, 3.0]), ratio=st.sampled_from([1.0, 1.5, 20.0]))
def test_vicreg_learns_the_labels(data, alpha, ratio):
    """The optimum that NumPy finds from the relation alone is the stated one; so are similarities, range and what is fitted."""
    Y = data.draw(labelled())
    (n, c), sizes = Y.shape, Y.sum(axis=0)
    K = data.draw(st.integers(max(1, c - 1), c + 2))
    G = weighted(Y, 1 / sizes)
    found = vicreg.optimal_representation(G, K, alpha=alpha, beta=alpha, gamma=ratio * alpha)
    assert found.loss == pytest.approx(alpha * (K - c + 1), abs=1e-8)
    Z = found.representation - found.representation.mean(axis=0)
    centred = Y - Y.mean(axis=0)
    assert np.allclose(Z @ Z.T / n, projector(centred), atol=1e-7)
    probe = np.linalg.lstsq(Z, centred, rcond=1e-9)[0]
    assert np.allclose(Z @ probe, centred, atol=1e-7)

    rng = data.draw(arrays())
    some = rng.standard_normal((n, K))
    values = {"Y": Y, "n": sizes, "Z": some, "alpha": alpha, "gamma": ratio * alpha, "N": n, "K": K, "c": c}
    loss = vicreg.loss(some, G, alpha=alpha, beta=alpha, gamma=ratio * alpha)
    assert float(evaluate(APART.rhs, values)) == pytest.approx(loss)
    assert float(evaluate(APART.lhs, values)) <= loss + 1e-9
    if ratio == 1:
        assert float(evaluate(APART.lhs, values)) == pytest.approx(loss)
    if c <= K:
        R = np.linalg.qr(rng.standard_normal((K, K)))[0][:, :c]
        at = evaluate(VICREG.at, values | {"R": R})
        assert vicreg.loss(at, G, alpha=alpha, beta=alpha, gamma=ratio * alpha) == pytest.approx(found.loss, abs=1e-8)


@settings(max_examples=40)
@given(data=st.data())
def test_below_the_threshold_more_is_kept(data):
    """At gamma < alpha the filter keeps directions off the range of the labels, where there are dimensions for them."""
    Y = data.draw(labelled())
    n, c = Y.shape
    G = weighted(Y, 1 / Y.sum(axis=0))
    rank = np.linalg.matrix_rank(vicreg.optimal_representation(G, n, gamma=0.9, beta=1.0).representation, tol=1e-6)
    assert rank == n - 1
    rank = np.linalg.matrix_rank(vicreg.optimal_representation(G, n, gamma=1.0, beta=1.0).representation, tol=1e-6)
    assert rank == c - 1


@settings(max_examples=60)
@given(data=st.data())
def test_squared_similarity_learns_the_labels(data):
    Y = data.draw(labelled())
    n, c = Y.shape
    weights = np.array(data.draw(st.lists(st.sampled_from([0.25, 1.0, 2.0]), min_size=c, max_size=c)))
    K = c + data.draw(st.integers(0, 2))
    found = squared_similarity.optimal_representation(weighted(Y, weights), K)
    assert found.loss == pytest.approx(0, abs=1e-9)
    Z = found.representation
    assert np.allclose(Z @ Z.T, weighted(Y, weights), atol=1e-7)
    assert np.allclose(projector(Z), projector(Y), atol=1e-6)
    R = np.linalg.qr(data.draw(arrays()).standard_normal((K, K)))[0][:, :c]
    values = {"Y": Y, "w": weights, "R": R, "N": n, "K": K, "c": c}
    at = evaluate(SQUARED.at, values)
    assert np.allclose(at @ at.T, weighted(Y, weights))
    assert np.allclose(at @ evaluate(FITTED.at, values), Y)
