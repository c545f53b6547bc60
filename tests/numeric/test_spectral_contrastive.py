"""The closed form of the spectral contrastive loss against numerical optimisation and its own formulas written plainly."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components, laplacian
from sklearn.datasets import load_digits
from sklearn.manifold import spectral_embedding

from numeric import relations as build
from numeric import spectral_contrastive
from numeric.diagnostics import angles_to_optimum, optimality_gap
from numeric.optimise import minimise
from tests.numeric.graphs import ring
from tests.numeric.opponent import check_against
from tests.numeric.similarity import calls, check_inputs_are_not_changed, check_same_up_to_rotation
from tests.numeric.strategies import arrays, relations
from tests.numeric.taylor import check_taylor_remainder

KINDS = ("weighted", "wide", "integer", "clique", "path", "complete")


@st.composite
def problems(draw, min_samples=2, max_samples=10, kinds=KINDS):
    """(G, K), G not empty, K in 1..N + 2."""
    G = draw(relations(min_samples=min_samples, max_samples=max_samples, kinds=kinds))
    assume(G.any())
    K = draw(st.integers(1, len(G) + 2))
    event("K within N" if len(G) >= K else "K above N")
    drawn = G.sum(axis=1) > 0
    event("isolated", bool(not drawn.all()))
    event("several components", connected_components(G[np.ix_(drawn, drawn)])[0] > 1)
    return G, K


def plain_loss(Z, G):
    """The definition, pair by pair."""
    n, v = len(Z), G.sum()
    similarity = Z @ Z.T
    positive = sum(G[i, j] / v * similarity[i, j] for i in range(n) for j in range(n))
    independent = sum(G[i].sum() * G[j].sum() / v**2 * similarity[i, j] ** 2 for i in range(n) for j in range(n))
    return -2 * positive + independent


def normalised(G):
    """A, with rows of zeros for isolated samples."""
    d = G.sum(axis=1)
    inverse = np.divide(1, np.sqrt(d), out=np.zeros_like(d), where=d > 0)
    return inverse[:, None] * G * inverse


def distance(Z, G):
    """|A - F F'|^2 and its gradient: the loss and a constant, without which small starts have losses of nearly 0."""
    value, slope = spectral_contrastive.loss_and_gradient(Z, G)
    return value + np.square(normalised(G)).sum(), slope


def distance_of(F, G):
    """The same as a function of F, in which rows of small degree are as steep as others; undrawn rows are those of Z."""
    d = G.sum(axis=1)
    roots = np.where(d > 0, np.sqrt(d / d.sum()), 1.0)[:, None]
    value, slope = distance(F / roots, G)
    return value, slope / roots


def random_start(rng, G, K):
    """Entries of the size of an optimum's, which rows of small degree have large."""
    d = G.sum(axis=1)
    return rng.standard_normal((len(G), K)) * np.sqrt(d.sum() / len(G) / np.where(d > 0, d, d.max()))[:, None]


@settings(max_examples=200)
@given(problem=problems(max_samples=7), rng=arrays(), sparse=st.booleans())
def test_loss_is_its_definition_and_its_matrix_form(problem, rng, sparse):
    G, K = problem
    Z = random_start(rng, G, K)
    given = sp.csr_array(G) if sparse else G
    value, slope = spectral_contrastive.loss_and_gradient(Z, given)
    F = np.sqrt(G.sum(axis=1) / G.sum())[:, None] * Z
    A = normalised(G)
    rounding = 1e-13 * (1 + (F**2).sum()) ** 2
    assert isinstance(value, float)
    assert abs(value - plain_loss(Z, G)) <= rounding
    assert abs(value - (((A - F @ F.T) ** 2).sum() - (A**2).sum())) <= rounding
    assert value == spectral_contrastive.loss(Z, given)
    np.testing.assert_array_equal(slope, spectral_contrastive.gradient(Z, given))


@settings(max_examples=150)
@given(problem=problems(max_samples=8), rng=arrays())
def test_the_taylor_remainder_of_the_gradient_is_quadratic(problem, rng):
    G, K = problem
    Z, V = random_start(rng, G, K), random_start(rng, G, K)
    slope = spectral_contrastive.gradient(Z, G)
    F = np.sqrt(G.sum(axis=1) / G.sum())[:, None] * Z
    largest = (1 + (F**2).sum()) ** 2  # the loss is a difference of such terms
    check_taylor_remainder(lambda Z: spectral_contrastive.loss(Z, G), slope, Z, V, size=largest)


@settings(max_examples=300)
@given(problem=problems(), sparse=st.booleans())
def test_the_claimed_loss_is_the_loss_at_the_optimum_and_the_gradient_vanishes(problem, sparse):
    G, K = problem
    n, d = len(G), G.sum(axis=1)
    M = int((d > 0).sum())
    q = min(K, M)
    optimum = spectral_contrastive.optimal_representation(sp.csr_array(G) if sparse else G, K)
    eigenvalues = np.linalg.eigvalsh(normalised(G)[np.ix_(d > 0, d > 0)])[::-1]
    event("repeated eigenvalues", bool((np.diff(eigenvalues[: q + 1]) > -1e-9).any()))
    event("negative eigenvalues among the K largest", bool(eigenvalues[q - 1] < -1e-9))
    event("K above the number of positive eigenvalues", bool((eigenvalues > 1e-9).sum() < K))
    np.testing.assert_allclose(optimum.eigenvalues, eigenvalues[:q], rtol=0, atol=2e-12 * n)
    np.testing.assert_array_equal(optimum.filter, np.maximum(optimum.eigenvalues, 0))
    assert optimum.eigenvalues[0] == pytest.approx(1, abs=1e-14 * n)
    assert optimum.eigenvalues.max() <= 1
    assert optimum.loss == pytest.approx(-(np.maximum(eigenvalues[:q], 0) ** 2).sum(), rel=1e-12)
    assert optimum.rank == (optimum.filter > 0).sum()
    assert isinstance(optimum.loss, float)
    assert optimum.weights is None
    Z = optimum.representation
    assert Z.shape == (n, K)
    assert not Z[d == 0].any()
    value, slope = spectral_contrastive.loss_and_gradient(Z, G)
    assert value == pytest.approx(optimum.loss, rel=1e-12 * n)
    assert (np.abs(slope) <= 1e-12 * n * np.sqrt(d / d.sum())[:, None]).all()
    moments = Z.T @ (d[:, None] / d.sum() * Z)
    np.testing.assert_allclose(moments, np.diag(np.append(optimum.filter, np.zeros(K - q))), rtol=0, atol=1e-13 * n)


@settings(max_examples=120)
@given(problem=problems(max_samples=9), rng=arrays())
def test_no_numerical_minimum_is_below_the_claim_and_the_best_reaches_it(problem, rng):
    G, K = problem
    claim = spectral_contrastive.optimal_representation(G, K).loss + np.square(normalised(G)).sum()
    found = minimise(lambda F: distance_of(F, G), (len(G), K), n_starts=3, seed=rng, max_iterations=1500)
    check_against(found, claim, rounding=1e-12 * len(G))


@pytest.mark.parametrize("K", [1, 3, 7])
def test_the_optimiser_does_converge(K):
    """So that the property test above is known to compare something."""
    G = np.random.default_rng(K).random((5, 5))
    G = G + G.T
    G[4] = G[:, 4] = 0
    found = minimise(lambda Z: distance(Z, G), (5, K), n_starts=6)
    assert found.converged
    optimum = spectral_contrastive.optimal_representation(G, K)
    assert found.loss - np.square(normalised(G)).sum() == pytest.approx(optimum.loss, rel=1e-9)


@settings(max_examples=120)
@given(
    problem=problems(max_samples=8, kinds=("weighted", "integer", "clique", "path")),
    features=st.integers(1, 4),
    rank=st.integers(0, 4),
    sparse=st.booleans(),
    rng=arrays(),
)
def test_the_same_for_linear_networks(problem, features, rank, sparse, rng):
    G, K = problem
    n, d = len(G), G.sum(axis=1)
    rank = min(rank, features)
    X = rng.standard_normal((n, rank)) @ rng.standard_normal((rank, features))
    X[d == 0] += 1e3  # never drawn
    F = np.sqrt(d / d.sum())[:, None] * X
    singular_values = np.linalg.svd(F, compute_uv=False)
    rank = min(rank, int((d > 0).sum()))
    condition = singular_values[0] / singular_values[rank - 1] if rank else 1.0
    assume(condition < 1e3)
    optimum = spectral_contrastive.optimal_weights(X, sp.csr_array(G) if sparse else G, K)
    q = min(K, rank)
    event(f"rank-deficient: {rank < features}, more components than directions: {q < K}")
    assert optimum.representation is None
    assert optimum.weights.shape == (features, K)
    U = np.linalg.svd(F)[0][:, :rank]
    eigenvalues = np.linalg.eigvalsh(U.T @ normalised(G) @ U)[::-1]
    rounding = 1e-13 * n * condition**2
    np.testing.assert_allclose(optimum.eigenvalues, eigenvalues[:q], rtol=0, atol=rounding)
    assert (np.abs(optimum.eigenvalues) <= 1).all()
    assert abs(optimum.loss + (np.maximum(eigenvalues[:q], 0) ** 2).sum()) <= rounding

    def linear(W):
        value, slope = distance(X @ W, G)
        return value, X.T @ slope

    claim = optimum.loss + np.square(normalised(G)).sum()
    value, slope = linear(optimum.weights)
    assert abs(value - claim) <= rounding
    assert np.linalg.norm(slope) <= 10 * rounding * (1 + np.abs(X[d > 0]).max())
    found = minimise(linear, optimum.weights.shape, n_starts=3, seed=rng, max_iterations=1500)
    check_against(found, claim, rounding=rounding)


@settings(max_examples=150)
@given(problem=problems(), sparse=st.booleans())
def test_the_optimum_is_built_on_the_module_s_eigenpairs(problem, sparse):
    G, K = problem
    d = G.sum(axis=1)
    eigenvalues, P = spectral_contrastive.eigenpairs(sp.csr_array(G) if sparse else G, K)
    assert P.shape == (len(G), len(eigenvalues))
    assert not P[d == 0].any()
    F = np.sqrt(d / d.sum())[:, None] * P
    np.testing.assert_allclose(F.T @ F, np.eye(len(eigenvalues)), atol=1e-13 * len(G))
    np.testing.assert_allclose(normalised(G) @ F, F * eigenvalues, atol=2e-12 * len(G))
    optimum = spectral_contrastive.optimal_representation(sp.csr_array(G) if sparse else G, K)
    np.testing.assert_array_equal(optimum.eigenvalues, eigenvalues)
    np.testing.assert_array_equal(optimum.representation[:, : len(eigenvalues)], P * np.sqrt(optimum.filter))


@settings(max_examples=100)
@given(problem=problems(), rng=arrays(), exponent=st.integers(-900, 900))
def test_what_the_loss_does_not_see(problem, rng, exponent):
    """A rotation, a permutation, the scale of G whatever its size, and rows of isolated samples, whatever is there."""
    G, K = problem
    Z = rng.standard_normal((len(G), K))
    value, slope = spectral_contrastive.loss_and_gradient(Z, G)
    order = rng.permutation(len(G))
    R = np.linalg.qr(rng.standard_normal((K, K)))[0]
    rounding = {"rel": 1e-10, "abs": 1e-12}
    assert spectral_contrastive.loss(Z @ R, G) == pytest.approx(value, **rounding)
    assert spectral_contrastive.loss(Z[order], G[np.ix_(order, order)]) == pytest.approx(value, **rounding)
    assert spectral_contrastive.loss(Z, np.ldexp(G, exponent)) == pytest.approx(value, **rounding)
    scaled = spectral_contrastive.optimal_representation(np.ldexp(G, exponent), K)
    assert scaled.loss == pytest.approx(spectral_contrastive.optimal_representation(G, K).loss, rel=1e-12)
    isolated = G.sum(axis=1) == 0
    Z[isolated] = 1e300
    for kind in (np.asarray, sp.csr_array):
        unseen = spectral_contrastive.loss_and_gradient(Z, kind(np.ldexp(G, exponent)))
        assert unseen[0] == pytest.approx(value, **rounding)
        np.testing.assert_allclose(unseen[1], slope, rtol=1e-12, atol=1e-12 * np.abs(slope).max())
        assert not unseen[1][isolated].any()
    related = np.ix_(~isolated, ~isolated)
    assert spectral_contrastive.loss(Z[~isolated], G[related]) == pytest.approx(value, **rounding)


def test_two_samples_by_hand():
    """A = [[0, 1], [1, 0]] has the eigenvalues 1 and -1; both samples at 1, or both at -1."""
    optimum = spectral_contrastive.optimal_representation([[0, 3], [3, 0]], 3)
    np.testing.assert_allclose(optimum.eigenvalues, [1, -1], rtol=1e-15)
    np.testing.assert_allclose(np.abs(optimum.representation), [[1, 0, 0], [1, 0, 0]], atol=1e-15)
    assert (optimum.loss, optimum.rank) == (pytest.approx(-1, rel=1e-15), 1)
    assert spectral_contrastive.loss([[2.0], [-1.0]], [[0, 3], [3, 0]]) == 4 + 25 / 4


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("K", [3, 4, 9, 15])
def test_cliques_by_hand(K, sparse):
    """C cliques of m: C times 1, then -1/(m - 1). For K >= C, z_i'z_j is C inside cliques and 0 between them."""
    labels = np.tile(np.arange(4), 3)  # C = 4, m = 3
    optimum = spectral_contrastive.optimal_representation(7 * build.from_labels(labels, sparse=sparse), K)
    wanted = np.repeat([1, -0.5], [4, 8])[:K]
    np.testing.assert_allclose(optimum.eigenvalues, wanted, atol=1e-14)
    assert optimum.rank == min(K, 4)
    assert optimum.loss == pytest.approx(-min(K, 4), rel=1e-14)
    if K >= 4:
        gram = optimum.representation @ optimum.representation.T
        np.testing.assert_allclose(gram, 4 * (labels[:, None] == labels), atol=1e-13)


def test_self_loops_count():
    G = build.from_labels([0, 0, 1, 1], weights="class")  # idempotent: no negative eigenvalue
    np.testing.assert_allclose(spectral_contrastive.optimal_representation(G, 4).eigenvalues, [1, 1, 0, 0], atol=1e-15)
    np.testing.assert_allclose(spectral_contrastive.optimal_representation(np.eye(3), 2).loss, -2, rtol=1e-15)


def test_large_sparse_relations():
    n = 3000
    views = build.from_views(n // 2, 2)
    optimum = spectral_contrastive.optimal_representation(views, 5)
    np.testing.assert_allclose(optimum.eigenvalues, 1, rtol=1e-14)
    assert spectral_contrastive.loss(optimum.representation, views) == pytest.approx(-5, rel=1e-12)
    optimum = spectral_contrastive.optimal_representation(ring(n), 4)
    np.testing.assert_allclose(optimum.eigenvalues, np.cos(2 * np.pi * np.array([0, 1, 1, 2]) / n), rtol=1e-12)
    value, slope = spectral_contrastive.loss_and_gradient(optimum.representation, ring(n))
    assert value == pytest.approx(optimum.loss, rel=1e-12)
    assert np.abs(slope).max() < 1e-8 / np.sqrt(n)


def test_the_diagnostics_know_it():
    G = build.from_neighbours(np.random.default_rng(0).standard_normal((30, 2)), 4)
    optimum = spectral_contrastive.optimal_representation(G, 3)
    assert abs(optimality_gap(optimum.representation, G, method=spectral_contrastive).relative) < 1e-12
    np.testing.assert_allclose(angles_to_optimum(optimum.representation, G, method=spectral_contrastive), 0, atol=1e-7)
    turned = optimum.representation + np.random.default_rng(1).standard_normal((30, 3))
    assert optimality_gap(turned, G, method=spectral_contrastive).absolute > 0.1
    assert angles_to_optimum(turned, G, method=spectral_contrastive)[0] > 0.1


@pytest.fixture(scope="module")
def digits():
    data = load_digits()
    return data.data[:400], data.target[:400]


def test_digits_and_their_neighbours(digits):
    """The eigenvalues are one less those of SciPy's normalised Laplacian, and the optimiser finds nothing better."""
    G = build.from_neighbours(digits[0], 10)
    optimum = spectral_contrastive.optimal_representation(G, 8)
    L = laplacian(G, normed=True).toarray()
    np.testing.assert_allclose(optimum.eigenvalues, 1 - np.linalg.eigvalsh(L)[:8], rtol=1e-10)
    found = minimise(lambda Z: distance(Z, G.toarray()), (400, 8), n_starts=2)
    assert found.converged
    losses = found.losses - np.square(normalised(G.toarray())).sum()
    assert losses.min() == pytest.approx(optimum.loss, rel=1e-9)
    assert losses.min() >= optimum.loss * (1 + 1e-11)


@pytest.mark.parametrize("weighted", [False, True])
def test_scikit_learn_s_spectral_embedding(weighted, digits):
    """It gives D^{-1/2} U, where the optimum is sqrt(v) D^{-1/2} U diag((a_k)_+)^{1/2}."""
    G = build.from_neighbours(digits[0], 12)
    assert connected_components(G)[0] == 1
    if weighted:
        rng = np.random.default_rng(0)
        G = sp.triu(G, 1).tocsr()
        G.data = rng.uniform(0.1, 1.0, G.nnz)
        G = G + G.T
    theirs = spectral_embedding(G, n_components=5, drop_first=False, eigen_tol=1e-14, random_state=0)
    optimum = spectral_contrastive.optimal_representation(G, 5)
    assert optimum.rank == 5
    points = np.sqrt(G.sum()) * theirs * np.sqrt(optimum.filter)
    check_same_up_to_rotation(optimum.representation, points, atol=1e-9 * np.square(points).sum(axis=1).max())
    assert spectral_contrastive.loss(points, G) == pytest.approx(optimum.loss, rel=1e-12)


def test_digits_and_their_classes(digits):
    """K >= 10 components tell every class from the others; linear ones do as well as pixels let them."""
    X, y = digits
    G = build.from_labels(y, sparse=True)
    optimum = spectral_contrastive.optimal_representation(G, 12)
    assert optimum.loss == pytest.approx(-10, rel=1e-12)
    gram = optimum.representation @ optimum.representation.T
    assert (gram[y[:, None] != y] < 1e-9).all()
    assert (gram[y[:, None] == y] > 1).all()
    linear = spectral_contrastive.optimal_weights(X, G, 12)
    value, slope = spectral_contrastive.loss_and_gradient(X @ linear.weights, G)
    assert value == pytest.approx(linear.loss, rel=1e-9)
    assert np.abs(X.T @ slope).max() < 1e-9 * np.abs(X).max()
    assert -10 < linear.loss < -5


@pytest.mark.parametrize("empty", [np.zeros((3, 3)), sp.csr_array((3, 3))])
def test_an_empty_relation_is_refused(empty):
    for call in calls(spectral_contrastive, 3).values():
        with pytest.raises(ValueError, match="^G must have a positive entry, for the loss draws pairs"):
            call(empty)


def test_arguments_are_refused_by_name():
    G = np.ones((3, 3))
    with pytest.raises(ValueError, match="^G must be entrywise nonnegative"):
        spectral_contrastive.optimal_representation(-G, 1)
    with pytest.raises(ValueError, match="^Z must have 3 rows"):
        spectral_contrastive.loss(np.ones((2, 1)), G)
    with pytest.raises(ValueError, match="^X must have 3 rows"):
        spectral_contrastive.optimal_weights(np.ones((2, 1)), G, 1)
    for call in (
        lambda: spectral_contrastive.optimal_representation(G, 0),
        lambda: spectral_contrastive.optimal_weights(np.ones((3, 1)), G, 0),
    ):
        with pytest.raises(ValueError, match="^n_components must be an integer >= 1; found 0"):
            call()


def test_no_number_is_too_large_silently():
    G = np.ones((3, 3))
    for size in (1e80, 1e200):
        with pytest.raises(
            ValueError, match=f"^Z must be small enough for a finite loss; found .* {size:g}$".replace("+", ".")
        ):
            spectral_contrastive.loss_and_gradient(np.full((3, 2), size), G)
    assert spectral_contrastive.loss(np.ones((3, 1)), 5e307 * G) == pytest.approx(-1, rel=1e-12)  # v overflows
    assert spectral_contrastive.optimal_representation(5e307 * G, 2).loss == pytest.approx(-1, rel=1e-12)
    Z, isolated = np.array([[2.0], [-1.0], [1e308]]), np.array([[0.0, 3.0, 0.0], [3.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    assert spectral_contrastive.loss(Z, 1e-250 * isolated) == pytest.approx(4 + 25 / 4, rel=1e-14)
    X = np.array([[1e300, 1e-300], [2e300, 1e-300], [0, 1e-300]])
    optimum = spectral_contrastive.optimal_weights(X, 5e307 * G, 2)
    assert spectral_contrastive.loss(X @ optimum.weights, G) == pytest.approx(optimum.loss, rel=1e-12)


def test_inputs_are_not_changed():
    rng = np.random.default_rng(0)
    G, Z, X = rng.random((6, 6)), rng.standard_normal((6, 2)), rng.standard_normal((6, 3))
    G = G + G.T
    G[2] = G[:, 2] = 0
    relations = (G, sp.csr_array(G), sp.csc_array(G), sp.coo_array(G))
    check_inputs_are_not_changed(spectral_contrastive, X, Z, relations)
