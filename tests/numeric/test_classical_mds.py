"""Classical scaling against its definition, scikit-learn's, numerical optimisation, and the points that distances are of."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from sklearn import manifold
from sklearn.datasets import load_digits

from numeric import classical_mds, kernel_pca
from numeric.diagnostics import angles_to_optimum, optimality_gap
from numeric.optimise import minimise
from tests.numeric.opponent import check_against
from tests.numeric.similarity import (
    calls,
    check_centred,
    check_inputs_are_not_changed,
    check_linear_optimum,
    check_optimum,
    check_same_up_to_rotation,
    low_rank,
)
from tests.numeric.strategies import arrays
from tests.numeric.taylor import check_taylor_remainder

KINDS = ("points", "duplicates", "grid", "manhattan", "arbitrary", "ring", "simplex", "classes", "groups", "zero")


@st.composite
def distances(draw, min_samples=1, max_samples=10, kinds=KINDS):
    """Mutual distances, (N, N): of points, of points that repeat, or of none in any Euclidean space."""
    kind = draw(st.sampled_from(kinds))
    n, d, rng = draw(st.integers(min_samples, max_samples)), draw(st.integers(1, 4)), draw(arrays())
    event(f"distances: {kind}")
    if kind in ("points", "duplicates", "grid", "manhattan"):
        Y = rng.integers(-1, 2, (n, d)).astype(float) if kind == "grid" else rng.standard_normal((n, d))
        if kind == "duplicates":
            Y = Y[rng.integers(0, max(1, n // 2), n)]
        return cdist(Y, Y, "cityblock" if kind == "manhattan" else "euclidean")
    if kind == "arbitrary":  # no triangle inequality
        upper = rng.random((n, n))
    elif kind == "ring":  # a metric, but of no points
        steps = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
        upper = np.minimum(steps, n - steps).astype(float)
    elif kind == "simplex":  # one eigenvalue, N - 1 times
        upper = np.full((n, n), 0.7)
    elif kind in ("classes", "groups"):
        labels = rng.integers(0, 3, n)
        upper = np.where(labels[:, None] == labels, kind == "classes", 2.0)
    else:
        upper = np.zeros((n, n))
    upper = np.triu(upper, 1)
    return upper + upper.T


@st.composite
def problems(draw, **kinds):
    """(distances, K) with K in 1..N + 2."""
    Delta = draw(distances(**kinds))
    K = draw(st.integers(1, len(Delta) + 2))
    eigenvalues = np.linalg.eigvalsh(scalar_products(Delta))
    rounding = 1e-10 * np.abs(eigenvalues).max()
    positive = eigenvalues[eigenvalues > rounding]
    event("K above N" if len(Delta) < K else "K within N")
    event("K above the number of positive eigenvalues", len(positive) < K)
    event("negative eigenvalues", bool(eigenvalues[0] < -rounding))
    event("repeated eigenvalues", bool((np.diff(positive) < rounding).any()))
    return Delta, K


def scalar_products(Delta):
    """Entry by entry: half of how much a squared distance falls short of the means of its row and column, less that of all."""
    squares = Delta**2
    means = squares.mean(axis=0)
    return (means[:, None] + means - squares.mean() - squares) / 2


def plain_loss(Z, Delta):
    """The definition, pair by pair."""
    n, G = len(Z), scalar_products(Delta)
    return sum((G[i, j] - Z[i] @ Z[j]) ** 2 for i in range(n) for j in range(n))


@settings(max_examples=150)
@given(problem=problems(max_samples=7), rng=arrays())
def test_loss_is_its_definition(problem, rng):
    Delta, K = problem
    Z = rng.standard_normal((len(Delta), K))
    value, slope = classical_mds.loss_and_gradient(Z, Delta)
    G, scores = np.linalg.norm(scalar_products(Delta)), np.linalg.norm(Z) ** 2
    assert abs(value - plain_loss(Z, Delta)) <= 1e-14 * (G + scores) * (np.linalg.norm(Delta**2) + scores)
    assert isinstance(value, float)
    assert value == classical_mds.loss(Z, Delta)
    np.testing.assert_array_equal(slope, classical_mds.gradient(Z, Delta))


@settings(max_examples=100)
@given(problem=problems(max_samples=8), rng=arrays())
def test_the_taylor_remainder_of_the_gradient_is_quadratic(problem, rng):
    Delta, K = problem
    Z, V = rng.standard_normal((2, len(Delta), K))
    check_taylor_remainder(lambda Z: classical_mds.loss(Z, Delta), classical_mds.gradient(Z, Delta), Z, V)


@settings(max_examples=200)
@given(problem=problems(), exponent=st.sampled_from([0, 0, 100, -100, 240]))
def test_the_claimed_loss_is_the_loss_at_the_optimum_and_the_gradient_vanishes(problem, exponent):
    Delta, K = problem
    Delta = np.ldexp(Delta, exponent)
    G, size = scalar_products(Delta), float(np.linalg.norm(Delta**2))
    optimum = classical_mds.optimal_representation(Delta, K)
    check_optimum(optimum, G, K, lambda Z: classical_mds.loss_and_gradient(Z, Delta), size=size)
    check_centred(optimum, size=size)


@settings(max_examples=100)
@given(problem=problems(min_samples=2, max_samples=8), seed=st.integers(0, 2**32 - 1))
def test_no_numerical_minimum_is_below_the_claim_and_the_best_reaches_it(problem, seed):
    Delta, K = problem
    claim = classical_mds.optimal_representation(Delta, K).loss
    found = minimise(
        lambda Z: classical_mds.loss_and_gradient(Z, Delta), (len(Delta), K), n_starts=3, seed=seed, max_iterations=1500
    )
    check_against(found, claim, rounding=1e-12 * float((Delta**4).sum()))


@pytest.mark.parametrize("K", [1, 3, 8])
def test_the_optimiser_does_converge(K):
    """So that the property test above is known to compare something."""
    upper = np.triu(np.random.default_rng(K).random((6, 6)), 1)
    Delta = upper + upper.T
    found = minimise(lambda Z: classical_mds.loss_and_gradient(Z, Delta), (6, K), n_starts=6)
    assert found.converged
    assert found.loss == pytest.approx(classical_mds.optimal_representation(Delta, K).loss, rel=1e-9)


@settings(max_examples=80)
@given(problem=problems(min_samples=2, max_samples=8), features=st.integers(1, 4), rank=st.integers(0, 4), rng=arrays())
def test_the_same_for_linear_networks(problem, features, rank, rng):
    Delta, K = problem
    G, size = scalar_products(Delta), float(np.linalg.norm(Delta**2))
    X = low_rank(rng, len(Delta), features, rank)
    optimum = classical_mds.optimal_weights(X, Delta, K)
    check_linear_optimum(optimum, X, G, K, lambda Z: classical_mds.loss_and_gradient(Z, Delta), size=size, seed=rng)


def test_linear_networks_find_the_inputs_that_distances_came_from():
    X = np.random.default_rng(0).standard_normal((30, 4))
    X = X - X.mean(axis=0)
    optimum = classical_mds.optimal_weights(X, cdist(X, X), 4)
    np.testing.assert_allclose(optimum.weights @ optimum.weights.T, np.eye(4), atol=1e-12)
    assert optimum.loss <= 1e-12 * np.square(X).sum() ** 2


@settings(max_examples=150)
@given(
    n=st.integers(1, 12),
    d=st.integers(1, 4),
    K=st.integers(1, 14),
    shift=st.sampled_from([0.0, 1e3, 1e6]),
    rng=arrays(),
)
def test_points_are_found_again_from_their_distances(n, d, K, shift, rng):
    """Wherever they lie: the projections on the K first principal directions, all of it for K >= d."""
    Y = rng.standard_normal((n, d)) + shift
    U, singular_values, _ = np.linalg.svd(Y - shift - np.mean(Y - shift, axis=0), full_matrices=False)
    dimensions = min(d, n - 1)
    if dimensions:
        assume(singular_values[dimensions - 1] > 1e-2 * singular_values[0])
    kept = min(K, dimensions)
    optimum = classical_mds.optimal_representation(cdist(Y, Y), K)
    assert optimum.rank == kept
    Z, size = optimum.representation, float((singular_values**2).sum())
    np.testing.assert_allclose(optimum.filter[:kept], singular_values[:kept] ** 2, rtol=0, atol=1e-13 * size)
    if kept == dimensions:
        event("all dimensions")
        scores = U[:, :kept] * singular_values[:kept]
        np.testing.assert_allclose(Z @ Z.T, scores @ scores.T, rtol=0, atol=1e-12 * size)
        np.testing.assert_allclose(cdist(Z, Z), cdist(Y, Y), rtol=0, atol=1e-12 * np.sqrt(size))
    else:
        event("fewer dimensions than points have")
        assert optimum.loss == pytest.approx((singular_values[kept:] ** 4).sum(), rel=1e-9, abs=1e-12 * size**2)


@settings(max_examples=60)
@given(n=st.integers(1, 10), d=st.integers(1, 4), K=st.integers(1, 5), rng=arrays())
def test_of_points_it_is_kernel_pca_with_the_linear_kernel(n, d, K, rng):
    Y = rng.standard_normal((n, d)) + 1.0
    ours, theirs = classical_mds.optimal_representation(cdist(Y, Y), K), kernel_pca.optimal_representation(Y @ Y.T, K)
    size = np.square(Y).sum()
    np.testing.assert_allclose(ours.filter, theirs.filter, rtol=0, atol=1e-12 * size)
    assert ours.loss == pytest.approx(theirs.loss, rel=1e-9, abs=1e-12 * size**2)


@settings(max_examples=100)
@given(problem=problems(max_samples=8), rng=arrays())
def test_on_centred_points_it_is_the_distance_between_scalar_products(problem, rng):
    """|G - G_Z|^2 with G_Z from the distances of the rows of Z, the second half of `classical-mds`: blind to a shift."""
    Delta, K = problem
    Z = rng.standard_normal((len(Delta), K))
    strain = np.square(scalar_products(Delta) - scalar_products(cdist(Z, Z))).sum()
    assert classical_mds.loss(Z - Z.mean(axis=0), Delta) == pytest.approx(strain, rel=1e-9, abs=1e-12)


def reference(Delta, K):
    """(points, eigenvalues) of scikit-learn, or by its definition where it has no classical scaling yet."""
    if hasattr(manifold, "ClassicalMDS"):
        fitted = manifold.ClassicalMDS(n_components=K, metric="precomputed").fit(Delta)
        return fitted.embedding_, fitted.eigenvalues_
    eigenvalues, U = np.linalg.eigh(scalar_products(Delta))
    eigenvalues, U = eigenvalues[::-1][:K], U[:, ::-1][:, :K]
    return U * np.sqrt(eigenvalues), eigenvalues


@settings(max_examples=150)
@given(problem=problems(min_samples=2, kinds=KINDS[:-1]))
def test_scikit_learn_has_the_same_gram_matrix_and_the_same_range(problem):
    Delta, K = problem
    eigenvalues = np.append(np.linalg.eigvalsh(scalar_products(Delta))[::-1], 0)
    size = np.abs(eigenvalues).max()
    assume(size > 0)
    K = min(K, int((eigenvalues > 1e-6 * size).sum()))  # above that, it takes roots of what is negative or rounding
    optimum = classical_mds.optimal_representation(Delta, K)
    points, found = reference(Delta, K)
    np.testing.assert_allclose(optimum.eigenvalues, found, rtol=0, atol=1e-13 * len(Delta) * size)
    assert abs(optimality_gap(points, Delta, method=classical_mds).absolute) <= 1e-12 * len(Delta) * size**2
    np.testing.assert_allclose(angles_to_optimum(points, Delta, method=classical_mds), 0, atol=1e-6)
    if eigenvalues[K - 1] - eigenvalues[K] < 1e-4 * size:
        event("the last eigenvalue kept is repeated: any choice is as good")
        return
    event("one range")
    Z = optimum.representation
    check_same_up_to_rotation(Z, points, atol=1e-10 * size)


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_scikit_learn_on_digits(metric):
    X = load_digits().data[:200]
    Delta = cdist(X, X, metric)
    np.fill_diagonal(Delta, 0.0)
    optimum = classical_mds.optimal_representation(Delta, 6)
    points, eigenvalues = reference(Delta, 6)
    np.testing.assert_allclose(optimum.eigenvalues, eigenvalues, rtol=1e-11)
    Z = optimum.representation
    check_same_up_to_rotation(Z, points, atol=1e-11 * np.square(points).sum())
    assert optimality_gap(points, Delta, method=classical_mds).relative == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(angles_to_optimum(points, Delta, method=classical_mds), 0, atol=1e-7)
    assert optimality_gap(Z[:, ::-1] * 1.1, Delta, method=classical_mds).relative > 1e-3


STAR = np.array([[0, 1, 1, 1], [1, 0, 2, 2], [1, 2, 0, 2], [1, 2, 2, 0.0]])  # a hub and three ends


def test_columns_that_are_not_a_number_there_are_zero_here():
    """A star is no set of points: G has eigenvalues 2, 2, 0, -1/4."""
    optimum = classical_mds.optimal_representation(STAR, 6)
    np.testing.assert_allclose(optimum.eigenvalues, [2, 2, 0, -0.25], atol=1e-15)
    assert optimum.eigenvalues[2] == 0
    assert optimum.rank == 2
    assert optimum.loss == pytest.approx(1 / 16, rel=1e-13)
    assert optimum.representation.shape == (4, 6)
    assert not optimum.representation[:, 2:].any()
    with np.errstate(invalid="ignore"):
        points, _ = reference(STAR, 6)
    assert points.shape == (4, 4)
    assert np.isnan(points[:, 3]).all()
    gram = optimum.representation @ optimum.representation.T
    np.testing.assert_allclose(gram, points[:, :2] @ points[:, :2].T, atol=1e-14)


def test_three_points_on_a_line_by_hand():
    optimum = classical_mds.optimal_representation([[0, 1, 3], [1, 0, 2], [3, 2, 0]], 2)
    Z = optimum.representation * np.sign(optimum.representation[2, 0])
    np.testing.assert_allclose(Z, [[-4 / 3, 0], [-1 / 3, 0], [5 / 3, 0]], atol=1e-14)
    assert optimum.eigenvalues[0] == pytest.approx(42 / 9, rel=1e-14)
    assert (optimum.rank, optimum.loss) == (1, pytest.approx(0, abs=1e-13))


def test_one_sample_is_at_the_origin():
    optimum = classical_mds.optimal_representation([[0]], 2)
    assert optimum.representation.tolist() == [[0, 0]]
    assert (optimum.loss, optimum.rank, optimum.eigenvalues.tolist()) == (0, 0, [0])


@settings(max_examples=60)
@given(problem=problems(min_samples=2, kinds=("points", "simplex", "groups", "duplicates")))
def test_distances_in_single_precision_have_the_same_rank(problem):
    """What a square root or a sum in 32 bits leaves behind is rounding, and no direction."""
    Delta, K = problem
    exact = classical_mds.optimal_representation(Delta, K)
    assume((exact.filter[: exact.rank] > 1e-3 * exact.filter.max(initial=0)).all())
    single = Delta.astype(np.float32)
    rounded = classical_mds.optimal_representation(single, K)
    event("directions to spare" if exact.rank < K else "all K in use")
    assert rounded.rank == exact.rank
    assert classical_mds.optimal_weights(np.eye(len(Delta)), single, K).rank == exact.rank
    assert np.count_nonzero(classical_mds.eigenpairs(single, K)[0] > 0) == exact.rank
    assert rounded.loss == pytest.approx(exact.loss, abs=1e-5 * (Delta**4).sum())


@settings(max_examples=60)
@given(problem=problems())
def test_the_optimum_is_built_on_the_module_s_eigenpairs(problem):
    Delta, K = problem
    eigenvalues, U = classical_mds.eigenpairs(Delta, K)
    q = min(K, len(Delta))
    size = float(np.square(Delta).sum())
    np.testing.assert_allclose(U.T @ U, np.eye(q), atol=1e-12)
    np.testing.assert_allclose(scalar_products(Delta) @ U, U * eigenvalues, rtol=0, atol=1e-13 * size)
    optimum = classical_mds.optimal_representation(Delta, K)
    np.testing.assert_array_equal(optimum.eigenvalues, eigenvalues)
    np.testing.assert_array_equal(optimum.representation[:, :q], U * np.sqrt(optimum.filter))


LINE = np.array([[0.0, 1.0, 3.0], [1.0, 0.0, 2.0], [3.0, 2.0, 0.0]])
BAD = {
    "negative": (-LINE, ValueError, "nonnegative; found -3"),
    "diagonal": (LINE + np.eye(3), ValueError, "zero on the diagonal"),
    "asymmetric": (np.triu(LINE), ValueError, "symmetric"),
    "nan": (np.where(LINE == 3, np.nan, LINE), ValueError, "finite"),
    "infinite": (np.where(LINE == 3, np.inf, LINE), ValueError, "finite"),
    "not square": (LINE[:2], ValueError, r"square.*\(2, 3\)"),
    "empty": (np.zeros((0, 0)), ValueError, "at least one sample"),
    "sparse": (sp.csr_array(LINE), TypeError, "dense"),
    "complex": (LINE + 0j, TypeError, "real numbers"),
    "too large": (1e77 * LINE, ValueError, "fourth power is finite; found entries of up to 3e"),
    "far too large": (1e150 * LINE, ValueError, "fourth power is finite; found entries of up to 3e"),
    "as large as can be": (5e307 * LINE, ValueError, "fourth power is finite; found entries of up to 1.5e"),
}


@pytest.mark.parametrize("call", calls(classical_mds, 3).values(), ids=calls(classical_mds, 3).keys())
@pytest.mark.parametrize(("Delta", "error", "message"), BAD.values(), ids=BAD.keys())
def test_bad_distances_are_refused_by_name(call, Delta, error, message):
    with pytest.raises(error, match=f"^distances must .*{message}"):
        call(Delta)


def test_so_are_other_arguments():
    with pytest.raises(ValueError, match="^Z must have 3 rows"):
        classical_mds.loss(np.ones((2, 1)), LINE)
    with pytest.raises(ValueError, match="^Z must .* fourth power"):
        classical_mds.loss_and_gradient(np.full((3, 1), 1e80), LINE)
    with pytest.raises(ValueError, match="^X must have 3 rows"):
        classical_mds.optimal_weights(np.ones((2, 1)), LINE, 1)
    with pytest.raises(ValueError, match="^n_components must be an integer >= 1; found 0"):
        classical_mds.optimal_representation(LINE, 0)


@pytest.mark.parametrize("size", [1e76, 1e30, 1e-60, 1e-140])
def test_large_and_small_distances_are_right(size):
    optimum = classical_mds.optimal_representation(size * LINE, 2)
    Z = optimum.representation / size
    np.testing.assert_allclose(cdist(Z, Z), LINE, atol=1e-14)
    assert (optimum.rank, np.isfinite(optimum.loss)) == (1, True)
    value, slope = classical_mds.loss_and_gradient(1.5 * size * Z, size * LINE)
    wanted = 1.25**2 * np.square(scalar_products(LINE)).sum()
    assert value == pytest.approx(wanted * size**2 * size**2, rel=1e-12)
    assert np.isfinite(slope).all()


def test_inputs_are_not_changed():
    rng = np.random.default_rng(0)
    Y, Z = rng.standard_normal((6, 3)), rng.standard_normal((6, 2))
    Delta = cdist(Y, Y)
    nearly = np.triu(Delta) + np.tril(Delta) * (1 + 1e-12)  # symmetric up to rounding
    check_inputs_are_not_changed(classical_mds, Y, Z, (Delta, nearly))
