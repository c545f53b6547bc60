"""Relations taken apart: closed forms of cliques against eigensolvers, and how often eigenvalues are repeated."""

import tracemalloc

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import event, example, given, settings
from hypothesis import strategies as st
from scipy.linalg import eigh

from numeric import components, relations, vicreg
from numeric.cliques import parts_of
from numeric.spectrum import Multiplicity, bottom_eigenpairs, bottom_multiplicity
from numeric.ties import TIE
from tests.numeric.graphs import ring
from tests.numeric.strategies import arrays, laplacian
from tests.numeric.strategies import relations as any_relation


@st.composite
def of_cliques(draw, max_parts=6):
    """(G, mass): cliques with a weight each, sometimes one that is none, in random order."""
    rng = draw(arrays())
    sizes = draw(st.lists(st.integers(1, 5), min_size=1, max_size=max_parts))
    weights = draw(st.lists(st.sampled_from([1.0, 2.0, 0.3, 1e-9, 1e9]), min_size=len(sizes), max_size=len(sizes)))
    labels = np.repeat(np.arange(len(sizes)), sizes)
    G = np.where(labels[:, None] == labels, np.array(weights)[labels], 0.0)
    np.fill_diagonal(G, 0.0)
    mass = np.array(draw(st.lists(st.sampled_from([1.0, 0.5, 7.0]), min_size=len(sizes), max_size=len(sizes))))[labels]
    if draw(st.integers(0, 2)) == 0 and max(sizes) > 2:
        i, j = np.flatnonzero(labels == np.argmax(sizes))[:2]
        G[i, j] = G[j, i] = draw(st.sampled_from([0.0, 0.5])) * G[i, j]
        event("beside one that is no clique")
    if draw(st.integers(0, 3)) == 0:
        mass = mass * rng.uniform(0.5, 2, len(mass))
        event("masses that differ in a clique")
    order = rng.permutation(len(labels))
    return G[np.ix_(order, order)], mass[order]


@settings(max_examples=150)
@given(G=any_relation(max_samples=12))
def test_the_parts_of_a_relation_are_numbered_in_the_order_of_their_first_samples(G):
    number, labels = parts_of(sp.csr_array(G))
    reached = np.linalg.matrix_power((G > 0) + np.eye(len(G)), len(G)) > 0
    event(f"{min(number, 3)} or more parts" if number > 2 else f"{number} parts")
    np.testing.assert_array_equal(labels[:, None] == labels, reached)
    found, firsts = np.unique(labels, return_index=True)
    assert number == len(found)
    assert (np.diff(firsts) > 0).all()


@settings(max_examples=200, deadline=None)
@given(problem=of_cliques(), count=st.integers(1, 30), sparse=st.booleans(), weighted=st.booleans())
def test_cliques_in_closed_form(problem, count, sparse, weighted):
    G, mass = problem
    mass = mass if weighted else np.ones(len(G))
    n = len(G)
    q = min(count, n - 1)
    eigenvalues, P = bottom_eigenpairs(sp.csr_array(G) if sparse else G, count, mass=mass if weighted else None)
    L = laplacian(G)
    wanted = eigh(L, np.diag(mass), eigvals_only=True)[1 : q + 1]
    scale = np.abs(L).sum(axis=1).max(initial=0.0) / mass.min()
    assert eigenvalues.shape == (q,)
    np.testing.assert_allclose(eigenvalues, np.maximum(wanted, 0), rtol=0, atol=1e-13 * scale)
    assert (np.diff(eigenvalues) >= 0).all()
    np.testing.assert_allclose(P.T @ (mass[:, None] * P), np.eye(q), atol=1e-12)
    np.testing.assert_allclose(mass @ P, 0.0, atol=1e-12 * n)
    np.testing.assert_allclose(L @ P, mass[:, None] * P * eigenvalues, rtol=0, atol=1e-12 * scale * mass.max())


def test_no_eigensolver_is_asked_about_cliques(monkeypatch):
    def unexpected(*_):
        raise RuntimeError("an eigensolver was called")

    monkeypatch.setattr(components, "connected_eigenpairs", unexpected)
    labels = np.repeat(np.arange(40), np.arange(1, 41))
    eigenvalues, _ = bottom_eigenpairs(relations.from_labels(labels, sparse=True), 50)
    np.testing.assert_array_equal(
        eigenvalues, np.concatenate([np.zeros(39), np.repeat([2.0, 3, 4, 5, 6], range(1, 6))])[:50]
    )
    degrees = np.random.default_rng(0).permutation(labels + 0.5)
    with pytest.raises(RuntimeError, match="an eigensolver was called"):
        bottom_eigenpairs(relations.from_labels(labels, sparse=True), 50, mass=degrees)


def test_the_largest_components_are_told_apart_and_the_others_stay_at_zero():
    G = relations.from_labels(np.repeat(np.arange(30), np.arange(1, 31)), sparse=True)
    _, P = bottom_eigenpairs(G, 4)
    labels = np.repeat(np.arange(30), np.arange(1, 31))
    np.testing.assert_array_equal(P[labels < 25], 0.0)
    assert len(np.unique(np.round(P, 12), axis=0)) == 6


@settings(max_examples=100)
@given(problem=of_cliques(), count=st.integers(1, 12))
def test_columns_of_unit_variance_are_longer_and_nothing_else(problem, count):
    G, _ = problem
    values, P = bottom_eigenpairs(G, count)
    scaled = bottom_eigenpairs(G, count, unit_variance=True)
    np.testing.assert_array_equal(scaled[0], values)
    np.testing.assert_allclose(scaled[1], np.sqrt(len(G)) * P, rtol=1e-14)


@settings(max_examples=200, deadline=None)
@given(
    G=st.one_of(of_cliques().map(lambda problem: problem[0]), any_relation(max_samples=14)), count=st.integers(1, 20)
)
@example(G=np.zeros((1, 1)), count=1)
@example(G=np.zeros((5, 5)), count=2)
@example(G=ring(9).toarray(), count=3)
def test_multiplicities(G, count):
    taken, total = bottom_multiplicity(G, count)
    values = np.linalg.eigvalsh(laplacian(G))[1:]
    q = min(count, len(values))
    if not q:
        assert (taken, total) == (0, 0)
        return
    gaps = np.abs(values - values[q - 1])
    size = np.abs(values).max()
    doubtful = (gaps > 1e-3 * TIE * values[q - 1]) & (
        gaps <= 2 * TIE * size
    )  # tied or not, by rounding or by the scale
    if not doubtful.any():
        event("repeated" if total > taken else "all taken")
        assert total == (gaps <= TIE * values[q - 1] / 2 + 1e-14 * size).sum()
        assert taken == (gaps[:q] <= TIE * values[q - 1] / 2 + 1e-14 * size).sum()


def test_multiplicities_of_views_are_counted():
    G = relations.from_views(50_000, 3)
    assert bottom_multiplicity(G, 64) == Multiplicity(taken=64, total=49_999)
    assert bottom_multiplicity(G, 49_999) == (49_999, 49_999)
    assert bottom_multiplicity(G, 50_000) == (1, 100_000)
    assert bottom_multiplicity(G, 149_999) == (100_000, 100_000)


def test_multiplicities_beside_a_component_that_is_no_clique():
    G = sp.block_diag([ring(700), 1 - np.eye(4), 0.5 * (1 - np.eye(8))], format="csr")
    smallest = 4 * np.sin(np.pi / 700) ** 2
    assert bottom_eigenpairs(G, 3)[0][2] == pytest.approx(smallest, abs=1e-13)
    assert bottom_multiplicity(G, 1) == (1, 2)
    assert bottom_multiplicity(G, 3) == (1, 2)
    assert bottom_multiplicity(G, 4) == (2, 2)


def test_views_at_full_size_are_written_and_nothing_else():
    """A million samples: the memory is that of the result, and a few numbers a sample."""
    G = relations.from_views(100_000, 2)
    tracemalloc.start()
    optimum = vicreg.optimal_representation(G, 64)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1.5 * optimum.representation.nbytes
    Z = optimum.representation
    np.testing.assert_allclose(Z.T @ Z / len(Z), np.eye(64), atol=1e-12)
    np.testing.assert_array_equal(Z[:100_000], Z[100_000:])
