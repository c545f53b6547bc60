"""The closed form of the squared similarity loss against numerical optimisation and its definition written plainly."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from numeric import relations as build
from numeric import squared_similarity
from numeric.diagnostics import angles_to_optimum, optimality_gap
from numeric.optimise import minimise
from numeric.relation_spectrum import top_eigenpairs
from tests.numeric.graphs import ring
from tests.numeric.opponent import check_against
from tests.numeric.similarity import calls, check_inputs_are_not_changed, check_linear_optimum, check_optimum, low_rank
from tests.numeric.strategies import arrays, symmetric_matrices
from tests.numeric.taylor import check_taylor_remainder

EPS = np.finfo(float).eps


@st.composite
def problems(draw, max_samples=10, **kinds):
    """(G, number of positive eigenvalues, K), K in 1..N + 2."""
    G, positive = draw(symmetric_matrices(max_samples=max_samples, **kinds))
    K = draw(st.integers(1, len(G) + 2))
    event("K above N" if len(G) < K else "K within N")
    event("K above the number of positive eigenvalues" if positive < K else "every direction is kept")
    return G, positive, K


def size(G):
    """Of an entry of an optimum, where the optimiser starts."""
    return float(np.sqrt(np.linalg.norm(G) / len(G))) or 1.0


def plain_loss(Z, G):
    """The definition, pair by pair."""
    return sum((G[i, j] - Z[i] @ Z[j]) ** 2 for i in range(len(G)) for j in range(len(G)))


@settings(max_examples=200)
@given(problem=problems(max_samples=7), rng=arrays(), sparse=st.booleans())
def test_loss_is_its_definition(problem, rng, sparse):
    G, _, K = problem
    Z = size(G) * rng.standard_normal((len(G), K))
    value, slope = squared_similarity.loss_and_gradient(Z, sp.csr_array(G) if sparse else G)
    terms = np.linalg.norm(G) + np.linalg.norm(Z) ** 2
    assert isinstance(value, float)
    assert abs(value - plain_loss(Z, G)) <= 1e-13 * terms**2
    assert value == squared_similarity.loss(Z, sp.csr_array(G) if sparse else G)
    np.testing.assert_array_equal(slope, squared_similarity.gradient(Z, sp.csr_array(G) if sparse else G))
    np.testing.assert_allclose(slope, -4 * (G - Z @ Z.T) @ Z, rtol=0, atol=1e-13 * terms * np.linalg.norm(Z))


@settings(max_examples=150)
@given(problem=problems(max_samples=8), rng=arrays())
def test_the_taylor_remainder_of_the_gradient_is_quadratic(problem, rng):
    G, _, K = problem
    Z, V = size(G) * rng.standard_normal((2, len(G), K))
    slope = squared_similarity.gradient(Z, G)
    largest = (np.linalg.norm(G) + np.linalg.norm(Z) ** 2) ** 2
    check_taylor_remainder(lambda Z: squared_similarity.loss(Z, G), slope, Z, V, size=largest)


@settings(max_examples=300)
@given(problem=problems(max_samples=14), sparse=st.booleans())
def test_the_claimed_loss_is_the_loss_at_the_optimum_and_the_gradient_vanishes(problem, sparse):
    G, positive, K = problem
    n, q, norm = len(G), min(K, len(G)), np.linalg.norm(G)
    optimum = squared_similarity.optimal_representation(sp.csr_array(G) if sparse else G, K)
    check_optimum(optimum, G, K, lambda Z: squared_similarity.loss_and_gradient(Z, G), size=norm)
    assert optimum.rank == min(K, positive)
    Z, eigenvalues = optimum.representation, np.linalg.eigvalsh(G)[::-1]
    # Z*Z*' is the nearest positive semidefinite matrix of rank K, where that is unique
    if q == n or eigenvalues[q - 1] - max(eigenvalues[q], 0) > 1e-3 * norm or eigenvalues[q - 1] <= 0:
        w, U = np.linalg.eigh(G)
        nearest = (U * np.where(np.arange(n) >= n - q, np.maximum(w, 0), 0)) @ U.T
        np.testing.assert_allclose(Z @ Z.T, nearest, rtol=0, atol=1e-11 * norm)


@settings(max_examples=150)
@given(problem=problems(max_samples=9), seed=st.integers(0, 2**32 - 1))
def test_no_numerical_minimum_is_below_the_claim_and_the_best_reaches_it(problem, seed):
    G, _, K = problem
    norm = np.linalg.norm(G) or 1.0
    G = G / norm  # the optimiser's own stopping rules do not scale
    claim = squared_similarity.optimal_representation(G, K).loss
    found = minimise(
        lambda Z: squared_similarity.loss_and_gradient(Z, G),
        (len(G), K),
        n_starts=4,
        scale=size(G),
        seed=seed,
        max_iterations=1500,
    )
    check_against(found, claim, rounding=1e-13)


@pytest.mark.parametrize("K", [1, 2, 4, 7])
def test_the_optimiser_does_converge(K):
    """So that the property tests above are known to compare something."""
    G = np.random.default_rng(K).standard_normal((5, 5))
    G = G + G.T
    found = minimise(lambda Z: squared_similarity.loss_and_gradient(Z, G), (5, K), n_starts=6)
    assert found.converged
    assert found.loss == pytest.approx(squared_similarity.optimal_representation(G, K).loss, rel=1e-9)


@settings(max_examples=150)
@given(
    problem=problems(max_samples=8, kinds=("gaussian", "repeated", "low rank", "negative", "relation")),
    features=st.integers(1, 5),
    rank=st.integers(0, 5),
    sparse=st.booleans(),
    rng=arrays(),
)
def test_the_same_for_linear_networks(problem, features, rank, sparse, rng):
    G, _, K = problem
    G = G / (np.linalg.norm(G) or 1.0)
    X = low_rank(rng, len(G), features, rank)
    optimum = squared_similarity.optimal_weights(X, sp.csr_array(G) if sparse else G, K)
    check_linear_optimum(
        optimum, X, G, K, lambda Z: squared_similarity.loss_and_gradient(Z, G), size=np.linalg.norm(G), seed=rng
    )


def test_linear_networks_with_all_features_do_as_well_as_any_representation():
    rng = np.random.default_rng(0)
    G = rng.standard_normal((6, 6))
    G = G + G.T
    free, linear = squared_similarity.optimal_representation(G, 3), squared_similarity.optimal_weights(np.eye(6), G, 3)
    assert linear.loss == pytest.approx(free.loss, rel=1e-12)
    gram = free.representation @ free.representation.T
    np.testing.assert_allclose(linear.weights @ linear.weights.T, gram, atol=1e-12)


def test_a_two_by_two_by_hand():
    """G = [[1, 2], [2, 1]] has the eigenvalues 3 and -1: the first is met, the other is not."""
    optimum = squared_similarity.optimal_representation([[1, 2], [2, 1]], 3)
    np.testing.assert_allclose(optimum.eigenvalues, [3, -1], rtol=1e-14)
    np.testing.assert_allclose(np.abs(optimum.representation), [[1.5**0.5, 0, 0], [1.5**0.5, 0, 0]], rtol=1e-14)
    assert (optimum.loss, optimum.rank) == (pytest.approx(1, rel=1e-14), 1)
    assert squared_similarity.loss([[1.0], [-1.0]], [[1, 2], [2, 1]]) == 18


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("K", [2, 4, 9])
def test_cliques_by_hand(K, sparse):
    """Classes of 5, 3 and 1 with self-loops have the eigenvalues 5, 3 and 1; with weights 1/n_c, 1 three times."""
    labels = np.repeat([0, 1, 2], [5, 3, 1])
    G = build.from_labels(labels, self_loops=True, sparse=sparse)
    optimum = squared_similarity.optimal_representation(G, K)
    wanted = np.array([5.0, 3, 1, 0, 0, 0, 0, 0, 0])
    np.testing.assert_allclose(optimum.eigenvalues, wanted[:K], rtol=1e-14)
    assert optimum.rank == min(K, 3)
    assert optimum.loss == pytest.approx(np.sum(wanted[K:] ** 2), abs=1e-13)
    G = build.from_labels(labels, weights="class", sparse=sparse)
    optimum = squared_similarity.optimal_representation(0.1 * G, K)
    assert optimum.rank == min(K, 3)
    assert (optimum.eigenvalues[3:] == 0).all()
    assert optimum.loss == pytest.approx(0.01 * max(3 - K, 0), abs=1e-15)


@pytest.mark.parametrize("kind", [np.asarray, sp.csr_array])
def test_nothing_positive_gives_nothing(kind):
    for G in (np.zeros((3, 3)), -np.eye(3), np.diag([-1.0, 0.0, -2.0])):
        optimum = squared_similarity.optimal_representation(kind(G), 4)
        assert not optimum.representation.any()
        assert (optimum.loss, optimum.rank) == (np.sum(G**2), 0)
        optimum = squared_similarity.optimal_weights(np.ones((3, 2)), kind(G), 4)
        assert not optimum.weights.any()
        assert optimum.loss == np.sum(G**2)


def test_eigenvalues_within_the_error_count_as_zero():
    G = np.diag([1.0, 0.01, -0.01, -1.0])
    for found in (
        squared_similarity.optimal_representation(G, 4, error=0.02),
        squared_similarity.optimal_weights(np.eye(4), G, 4, error=0.02),
    ):
        np.testing.assert_array_equal(found.eigenvalues, [1, 0, 0, -1])
        assert found.rank == 1
    assert squared_similarity.optimal_representation(G, 4).rank == 2


def test_a_large_sparse_relation():
    n = 3000
    optimum = squared_similarity.optimal_representation(ring(n), 4)
    np.testing.assert_allclose(optimum.eigenvalues, 2 * np.cos(2 * np.pi * np.array([0, 1, 1, 2]) / n), rtol=1e-12)
    value, slope = squared_similarity.loss_and_gradient(optimum.representation, ring(n))
    assert value == pytest.approx(optimum.loss, rel=1e-12)
    assert np.abs(slope).max() < 1e-8


@settings(max_examples=60)
@given(problem=problems(), rng=arrays())
def test_what_the_loss_does_not_see(problem, rng):
    G, _, K = problem
    Z = size(G) * rng.standard_normal((len(G), K))
    value = squared_similarity.loss(Z, G)
    order = rng.permutation(len(G))
    R = np.linalg.qr(rng.standard_normal((K, K)))[0]
    rounding = 1e-12 * (np.linalg.norm(G) + np.linalg.norm(Z) ** 2) ** 2
    assert abs(squared_similarity.loss(Z @ R, G) - value) <= rounding
    assert abs(squared_similarity.loss(Z[order], G[np.ix_(order, order)]) - value) <= rounding


@settings(max_examples=60)
@given(problem=problems(kinds=("gaussian", "repeated", "low rank", "relation")), rng=arrays())
def test_the_diagnostics_know_it(problem, rng):
    G, positive, K = problem
    norm = np.linalg.norm(G)
    assume(positive)
    optimum = squared_similarity.optimal_representation(G, K)
    R = np.linalg.qr(rng.standard_normal((K, K)))[0]
    Z = optimum.representation @ R
    gap = optimality_gap(Z, G, method=squared_similarity)
    assert abs(gap.absolute) <= 1e-11 * norm**2
    angles = angles_to_optimum(Z, G, method=squared_similarity)
    np.testing.assert_allclose(angles, np.zeros(optimum.rank), atol=1e-5)
    # twice an optimum has (g - 4 g)^2 where that has 0
    doubled = optimality_gap(2 * Z, G, method=squared_similarity)
    assert doubled.absolute == pytest.approx(9 * np.sum(optimum.filter**2), rel=1e-9, abs=1e-11 * norm**2)
    eigenvalues, U = np.linalg.eigh(G)
    if eigenvalues[-1] - eigenvalues[0] > 1e-3 * norm:
        angles = angles_to_optimum(U[:, :1], G, method=squared_similarity)
        np.testing.assert_allclose(angles, np.pi / 2, atol=1e-5)


def test_the_optimum_is_built_on_the_module_s_eigenpairs():
    assert squared_similarity.eigenpairs is top_eigenpairs


def test_no_number_is_too_large_silently():
    G, Z = np.array([[1.0, 2.0], [2.0, -1.0]]), np.ones((2, 1))
    for call in calls(squared_similarity, 2).values():
        for kind in (np.asarray, sp.csr_array):
            with pytest.raises(ValueError, match="^G must have a norm of at most .* found entries of up to 2e\\+300$"):
                call(kind(1e300 * G))
    with pytest.raises(
        ValueError, match="^Z must have a norm .* fourth power is finite; found entries of up to 1e\\+80$"
    ):
        squared_similarity.loss_and_gradient(1e80 * Z, G)
    # just within the bounds everything is finite, and right
    large = np.full((2, 1), 4e76)
    value, slope = squared_similarity.loss_and_gradient(large, np.full((2, 2), -1.6e153))
    assert value == pytest.approx(4 * 3.2**2 * 1e306, rel=1e-12)
    np.testing.assert_allclose(slope, 4 * 2 * 3.2e153 * large, rtol=1e-12)
    optimum = squared_similarity.optimal_representation(1e153 * G, 2)
    np.testing.assert_allclose(optimum.eigenvalues, [5**0.5 * 1e153, -(5**0.5) * 1e153], rtol=1e-13)
    assert optimum.loss == pytest.approx(5e306, rel=1e-12)
    # and so it is where squares underflow
    optimum = squared_similarity.optimal_representation(1e-290 * G, 2)
    np.testing.assert_allclose(optimum.representation @ optimum.representation.T, 1e-290 * (5**0.5 * np.eye(2) + G) / 2)
    assert optimum.rank == 1


def test_arguments_are_refused_by_name():
    G = np.eye(3)
    with pytest.raises(ValueError, match="^G must be symmetric; found G\\[0, 1\\] = 1 and G\\[1, 0\\] = 0"):
        squared_similarity.optimal_representation([[0, 1], [0, 0]], 1)
    with pytest.raises(ValueError, match="^G must be finite"):
        squared_similarity.loss(np.ones((1, 1)), [[np.nan]])
    with pytest.raises(ValueError, match="^Z must have 3 rows"):
        squared_similarity.loss(np.ones((2, 1)), G)
    with pytest.raises(ValueError, match="^X must have 3 rows"):
        squared_similarity.optimal_weights(np.ones((2, 1)), G, 1)
    for K, error in ((0, ValueError), (1.0, TypeError)):
        for call in (
            lambda K: squared_similarity.optimal_representation(G, K),
            lambda K: squared_similarity.optimal_weights(np.ones((3, 1)), G, K),
        ):
            with pytest.raises(error, match="must be an integer >= 1; found"):
                call(K)


def test_inputs_are_not_changed():
    rng = np.random.default_rng(0)
    G, Z, X = rng.standard_normal((6, 6)), rng.standard_normal((6, 2)), rng.standard_normal((6, 3))
    G = G + G.T
    G[0, 1] *= 1 + 4 * EPS  # so that it is made symmetric
    relations = (G, sp.csr_array(G), sp.csc_array(G), sp.coo_array(G))
    check_inputs_are_not_changed(squared_similarity, X, Z, relations)
