"""Moments in one pass over the inputs, whatever they are and however they are divided, against their dense formulas."""

import tempfile
import tracemalloc
from contextlib import contextmanager
from unittest.mock import patch

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import assume, event, example, given, settings
from hypothesis import strategies as st

from numeric import (
    barlow_twins,
    cca,
    chunks,
    lda,
    lpp,
    spectral_contrastive,
    squared_similarity,
    vicreg,
)
from numeric import relations as build
from numeric.cliques import Cliques
from numeric.moments import moments
from numeric.products import without_diagonal
from tests.numeric.inputs import basis_and_condition, random_inputs
from tests.numeric.strategies import arrays, laplacian, relations

KINDS = ("array", "mapped from a file", "sparse")


@contextmanager
def divided(length, width):
    """Chunks of so many rows of so many numbers, and strips of about half of that; nothing is worked on as a whole."""
    strip = 8 * width * max(1, length // 2)
    with (
        patch.object(chunks, "CHUNK", 8 * width * length),
        patch.object(chunks, "STRIP", strip),
        patch.object(chunks, "chunk_rows", lambda X: length),
        patch("numeric.moments.chunk_rows", lambda X: length),
        patch("numeric.part_moments.chunk_rows", lambda X: length),
        patch("numeric.validation.fits_one_chunk", lambda X: False),
        patch("numeric.whitened.fits_one_chunk", lambda X: False),
    ):
        yield


def given_as(kind, X):
    if kind == "sparse":
        return sp.csr_array(X)
    if kind == "array":
        return X
    with tempfile.NamedTemporaryFile(suffix=".npy") as file:
        np.save(file, X)
        file.flush()
        return np.load(file.name, mmap_mode="r")  # the mapping outlives the name of the file


def partition(rng, n):
    """A relation of cliques of any size, with a weight each, and samples without positives."""
    labels = rng.integers(0, rng.integers(1, n + 1), n)
    weights = rng.choice([0.0, 1.0, 1.0, 2.5, 1e-3], n)
    G = (labels[:, None] == labels) * weights[labels]
    np.fill_diagonal(G, 0.0)
    return G


@st.composite
def problems(draw, min_samples=1):
    """(X, G, length of a chunk): N in 1..40 samples and D in 1..6 features."""
    if draw(st.booleans()):
        G = partition(draw(arrays()), draw(st.integers(min_samples, 40)))
        event("relation: cliques of several weights")
    else:
        G = draw(
            relations(
                min_samples=min_samples, max_samples=24, kinds=("weighted", "clique", "path", "empty", "complete")
            )
        )
    n = len(G)
    length = draw(st.integers(1, n + 3))
    event("several chunks" if length < n else "one chunk")
    return draw(random_inputs(n, max_features=3))[:, :6], G, length


@settings(max_examples=300)
@given(
    problem=problems(),
    kind=st.sampled_from(KINDS),
    sparse=st.booleans(),
    masses=st.sampled_from(["one", "of cliques", "any", "zero"]),
    dtype=st.sampled_from([np.float64, np.float32, np.int16]),
    rng=arrays(),
)
@example(
    problem=(np.arange(20.0).reshape(10, 2) ** 2, partition(np.random.default_rng(1), 10), 3),
    kind="array",
    sparse=True,
    masses="one",
    dtype=np.float64,
    rng=np.random.default_rng(0),
)
def test_moments_are_their_formulas_however_the_inputs_are_divided(problem, kind, sparse, masses, dtype, rng):
    X, G, length = problem
    G = without_diagonal(G)
    n, width = X.shape
    X = np.round(X).clip(-1e4, 1e4).astype(dtype) if dtype == np.int16 else X.astype(dtype)
    some = rng.random(n) * (rng.random(n) < 0.8)
    m = {"one": np.ones(n), "any": some, "of cliques": G.sum(axis=1), "zero": np.zeros(n)}[masses]
    mean = m @ X / (m.sum() or 1.0)
    centred = X - mean
    scatter, energy = centred.T * m @ centred, centred.T @ laplacian(G) @ centred
    relation = sp.csr_array(G) if sparse else G
    size = np.abs(X.astype(float)).max(axis=0)
    with divided(length, width):
        found = moments(given_as(kind, X), relation, masses=m)
        plain = moments(given_as(kind, X), relation, masses=m, laplacian=False)
    scale = np.outer(size, size) + 1e-300
    np.testing.assert_allclose(found.scatter / scale, scatter / scale, rtol=0, atol=1e-13 * (m.sum() + 1))
    symmetric = (found.energy + found.energy.T) / 2
    np.testing.assert_allclose(symmetric / scale, energy / scale, rtol=0, atol=1e-13 * (G.sum() + 1))
    if m.any():
        np.testing.assert_allclose(found.mean, mean, rtol=0, atol=1e-13 * (size.max() + 1))
    assert found.mass == pytest.approx(m.sum(), rel=1e-13)
    seen = plain.energy + np.outer(plain.mean, plain.pull)
    np.testing.assert_allclose(seen / scale, (X.astype(float).T @ G @ X) / scale, rtol=0, atol=1e-12 * (G.sum() + 1))


@settings(max_examples=100)
@given(n=st.integers(2, 40), kind=st.sampled_from(KINDS), cliques=st.booleans(), data=st.data(), rng=arrays())
def test_a_large_constant_costs_no_digits(n, kind, cliques, data, rng):
    """Integers about 1e8 have exact deviations."""
    X = rng.integers(-5, 6, (n, 3)).astype(float)
    G = partition(rng, n) if cliques else np.triu(rng.integers(0, 2, (n, n)), 1).astype(float)
    G = np.triu(G, 1) + np.triu(G, 1).T
    centred = X - X.mean(axis=0)
    with divided(data.draw(st.integers(1, n + 3)), 3):
        found = moments(given_as(kind, X + 1e8), sp.csr_array(G))
    atol = (
        1e-9 if kind == "sparse" else 1e-10
    )  # of a sparse column only where it is full is the constant taken off first
    np.testing.assert_allclose(found.scatter, centred.T @ centred, rtol=0, atol=atol * n)
    np.testing.assert_allclose((found.energy + found.energy.T) / 2, X.T @ laplacian(G) @ X, rtol=0, atol=atol * n**2)


@settings(max_examples=100)
@given(n=st.integers(2, 40), kind=st.sampled_from(KINDS), zeros=st.booleans(), length=st.integers(1, 43), rng=arrays())
def test_a_sample_that_outweighs_all_others_costs_no_digits(n, kind, zeros, length, rng):
    """Masses of 1e10 and 1: the mean is nearly the heavy sample, and the scatter that of the others about it.

    Integers have exact products, and sums of them.
    """
    X, heavy = rng.integers(-5, 6, (n, 3)), rng.integers(n)
    X[rng.random((n, 3)) < 0.5] *= 1 - zeros
    X[heavy] = [1, -7, 3]
    event(f"zeros: {bool((X == 0).any())}, the heavy sample has a part of its own: {length == 1}")
    m = np.ones(n)
    m[heavy] = 1e10
    with divided(length, 3):
        found = moments(given_as(kind, X.astype(float)), masses=m)
    away = X - X[heavy]
    total, square = away.sum(axis=0), away.T @ away
    np.testing.assert_allclose(found.mean, X[heavy] + total / m.sum(), rtol=1e-14)
    np.testing.assert_allclose(found.scatter, square - np.outer(total, total) / m.sum(), rtol=0, atol=1e-10 * n)


@settings(max_examples=100)
@given(n=st.integers(1, 40), kind=st.sampled_from(KINDS), data=st.data(), rng=arrays())
@pytest.mark.parametrize("constant", [0.1, -1e9 / 3, 1e-170])
def test_a_constant_column_is_no_direction_in_any_chunks(constant, n, kind, data, rng):
    X = np.column_stack([np.full(n, constant), rng.standard_normal(n)])
    G = partition(rng, n)
    labels = rng.integers(0, 2, n)
    with divided(data.draw(st.integers(1, n + 3)), 2):
        found = [
            vicreg.optimal_weights(given_as(kind, X), sp.csr_array(G), 2, gamma=0.1),
            vicreg.optimal_weights(given_as(kind, X), G, 2, gamma=0.1, variance="hinge"),
        ]
        if n > 1:
            found += [lpp.optimal_weights(given_as(kind, X), G, 1), lda.optimal_weights(given_as(kind, X), labels, 1)]
    for optimum in found:
        assert len(optimum.eigenvalues) == min(1, n - 1)
        assert not optimum.weights[0].any()


def optima(labels, K):
    """What is computed from inputs and a relation, by name: an optimum and the matrix that its weights are an optimum for."""
    return {
        "vicreg": lambda X, G: vicreg.optimal_weights(X, G, K, gamma=0.3),
        "hinge": lambda X, G: vicreg.optimal_weights(X, G, K, gamma=0.3, variance="hinge"),
        "lpp": lambda X, G: lpp.optimal_weights(X, G, 1),
        "lpp by degree": lambda X, G: lpp.optimal_weights(X, G, 1, normalisation="degree"),
        "barlow": lambda X, G: barlow_twins.optimal_weights(X, G, K, center=True),
        "spectral contrastive": lambda X, G: spectral_contrastive.optimal_weights(X, G, K),
        "squared similarity": lambda X, G: squared_similarity.optimal_weights(X, G, K),
        "lda": lambda X, G: lda.optimal_weights(X, labels, 1),
    }


@settings(max_examples=150)
@given(
    problem=problems(min_samples=3),
    kind=st.sampled_from(KINDS),
    sparse=st.booleans(),
    K=st.integers(1, 8),
    rng=arrays(),
)
def test_every_loss_has_the_same_optimum_however_the_inputs_are_divided(problem, kind, sparse, K, rng):
    X, G, length = problem
    X = X / np.maximum(np.abs(X).max(axis=0), 1e-300)
    n, width = X.shape
    F, condition = basis_and_condition(X)
    _, uncentred = basis_and_condition(np.vstack([X, -X]))
    _, by_degree = basis_and_condition(X, G.sum(axis=1))
    assume(max(condition, uncentred, by_degree) < 1e3 and F.shape[1] and G.any())
    event(f"rank-deficient: {F.shape[1] < width}, K > rank: {F.shape[1] < K}")
    labels = rng.integers(0, 3, n)
    relation = sp.csr_array(G) if sparse else G
    bound = 1 + 2 * G.sum(axis=1).max()
    for name, optimum_of in optima(labels, K).items():
        if name == "lpp by degree" and not basis_and_condition(X, G.sum(axis=1))[0].shape[1]:
            continue
        if name == "barlow" and not basis_and_condition(X, G.sum(axis=1))[0].shape[1]:
            continue
        wanted = optimum_of(X, G)
        with divided(length, width):
            found = optimum_of(given_as(kind, X), relation)
        error = 1e-10 * max(condition, uncentred, by_degree) ** (2 if name in ("vicreg", "hinge") else 1)
        scale = n if name == "squared similarity" else 1  # of |G|^2
        message = f"{name}, {kind}"
        np.testing.assert_allclose(found.eigenvalues, wanted.eigenvalues, rtol=0, atol=error * bound, err_msg=message)
        assert found.loss == pytest.approx(wanted.loss, rel=1e-8, abs=error * scale * bound**2 * K), message
        np.testing.assert_allclose(found.filter, wanted.filter, rtol=0, atol=error * bound, err_msg=message)


@settings(max_examples=80)
@given(n=st.integers(4, 40), kind=st.sampled_from(KINDS), data=st.data(), rng=arrays())
def test_canonical_correlations_are_the_same(n, kind, data, rng):
    X_a, X_b = rng.standard_normal((n, 3)) + 3, rng.standard_normal((n, 2))
    X_b[:, 0] += X_a[:, 0]
    assume(max(basis_and_condition(X)[1] for X in (X_a, X_b)) < 1e3)
    wanted = cca.optimal_weights(X_a, X_b, 2)
    with divided(data.draw(st.integers(1, n + 3)), 3):
        found = cca.optimal_weights(given_as(kind, X_a), X_b, 2)
    np.testing.assert_allclose(found.correlations, wanted.correlations, rtol=0, atol=1e-9)
    np.testing.assert_allclose(found.weights_a @ found.weights_b.T, wanted.weights_a @ wanted.weights_b.T, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_ill_conditioned_inputs_lose_as_many_digits_as_their_condition_and_not_twice_as_many(kind):
    """Of condition 1e5: by moments alone, eigenvalues would be off by 1e-6."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((400, 3))
    X = np.column_stack([X, X[:, 0] + 1e-5 * rng.standard_normal(400)])
    G = build.from_neighbours(X, 5)
    for optimum_of in (lpp.optimal_weights, spectral_contrastive.optimal_weights, squared_similarity.optimal_weights):
        wanted = optimum_of(X, G, 4)
        with divided(64, 4):
            found = optimum_of(given_as(kind, X), G, 4)
        np.testing.assert_allclose(found.eigenvalues, wanted.eigenvalues, rtol=0, atol=1e-9)
    labels = rng.integers(0, 3, 400)
    wanted = lda.optimal_weights(X, labels, 4)
    with divided(64, 4):
        found = lda.optimal_weights(given_as(kind, X), labels, 4)
    np.testing.assert_allclose(found.eigenvalues, wanted.eigenvalues, rtol=0, atol=1e-9)


@settings(max_examples=60)
@given(
    n=st.integers(2, 40),
    kind=st.sampled_from(KINDS),
    bad=st.sampled_from([np.nan, np.inf, -np.inf]),
    data=st.data(),
    rng=arrays(),
)
def test_what_is_not_finite_is_found_in_the_pass(n, kind, bad, data, rng):
    X = rng.standard_normal((n, 3))
    X[rng.integers(n), rng.integers(3)] = bad
    G = partition(rng, n)
    with divided(data.draw(st.integers(1, n + 3)), 3):
        for optimum_of in (
            lambda X: vicreg.optimal_weights(X, sp.csr_array(G), 2),
            lambda X: lda.optimal_weights(X, [0] * n, 1),
        ):
            with pytest.raises(ValueError, match="^X must be finite; found NaN or infinity$"):
                optimum_of(given_as(kind, X))


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_that_moments_lose_are_refused(kind):
    X = np.random.default_rng(0).standard_normal((10, 2))
    G = build.from_views(5, 2)
    with divided(4, 2):
        with pytest.raises(ValueError, match="^X must have columns of which the squares do not underflow; found .*e-1"):
            vicreg.optimal_weights(given_as(kind, X * [1, 1e-170]), G, 2)
        with pytest.raises(ValueError, match="^X must have entries of which the products are finite"):
            vicreg.optimal_weights(given_as(kind, X * [1, 1e170]), G, 2)


def test_cliques_larger_than_a_chunk_and_cliques_of_every_size():
    labels = np.random.default_rng(0).permutation(np.repeat(np.arange(14), np.arange(1, 15)))
    X = np.random.default_rng(1).standard_normal((len(labels), 3))
    sizes = np.bincount(labels)
    G = without_diagonal(build.from_labels(labels, weights="class"))
    energy = X.T @ laplacian(G) @ X
    for length in (1, 2, 5, 13, 40, 200):
        with divided(length, 3):
            for relation in (sp.csr_array(G), Cliques(labels, sizes, 1 / sizes)):
                found = moments(X, relation)
                np.testing.assert_allclose(found.energy, energy, rtol=0, atol=1e-12)


def test_no_more_is_held_than_chunks(tmp_path):
    """Of 32 MB in float64, on a relation whose samples refer to others all over."""
    n, width = 2**16, 64
    X = np.lib.format.open_memmap(tmp_path / "X.npy", mode="w+", dtype=np.float32, shape=(n, width))
    rng = np.random.default_rng(0)
    X[:] = rng.standard_normal((n, width), dtype=np.float32)
    views = build.from_views(n // 2, 2)
    star = sp.csr_array((np.ones(n - 1), (np.zeros(n - 1, dtype=int), np.arange(1, n))), shape=(n, n))
    with patch.object(chunks, "CHUNK", 2**20):
        for G in (views, star + star.T):
            tracemalloc.start()
            vicreg.optimal_weights(X, G, 4)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            print(peak)
            assert peak < 8 * 2**20 + 120 * n  # a few chunks, and what relations need: some numbers for a sample
