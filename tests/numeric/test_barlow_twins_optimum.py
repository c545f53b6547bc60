"""The closed form of Barlow Twins against numerical optimisation, a dual bound, and relations solved by hand."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from numeric import barlow_twins, relations, spectral_contrastive
from numeric.diagnostics import angles_to_optimum, optimality_gap
from numeric.optimise import minimise
from numeric.optimum import NoClosedForm
from tests.numeric.barlow import case, normalised, problems, roots, spectrum, start
from tests.numeric.graphs import ring
from tests.numeric.opponent import check_against
from tests.numeric.similarity import low_rank
from tests.numeric.strategies import arrays

TOLERANCE = 2e-12
"""Of losses and eigenvalues, per sample: what is taken for 0 in the latter, and arithmetic."""


def dual(g, K, nu):
    """What no loss is below, for nu >= 0, and for any nu if g is definite; g the eigenvalues that exist, descending.

    In each of the directions that may be chosen, the least of (b - 1)^2 + 2 nu b/g, where an eigenvalue b of C takes the
    squared length b/g >= 0; the lengths are K together.
    """
    kept = g[:K] if (g < 0).all() else g[g > 0][:K]
    b = np.where(kept > nu, 1 - nu / kept, 0.0)
    return np.sum((b - 1) ** 2 + 2 * nu * b / kept) + K - len(kept) - 2 * nu * K


def check_certificate(optimum, g, K, *, rounding):
    """The claimed minimum is a value of the dual, so that no loss is below it.

    The dual is as steep as nu/g is wrong, so that nu is read off the smallest eigenvalue that is used, and the
    eigenvalues are those of the optimum, whose own error is checked elsewhere.
    """
    own = np.where(g[: len(optimum.eigenvalues)] == 0, 0.0, optimum.eigenvalues)
    smallest, length = own[optimum.filter > 0][-1], optimum.filter[optimum.filter > 0][-1]
    nu = 0.0 if case(g, K).startswith("b,") else smallest * (1 - length * smallest)  # from s_k = (g_k - nu)/g_k^2
    assert abs(optimum.loss - dual(own, K, nu)) <= rounding


@settings(max_examples=400)
@given(problem=problems(), sparse=st.booleans())
def test_the_claimed_loss_is_the_loss_at_the_optimum_and_the_gradient_vanishes(problem, sparse):
    G, K, center = problem
    n, d = len(G), G.sum(axis=1)
    g = spectrum(G, center)
    event(case(g, K))
    event("repeated eigenvalues", bool((np.diff(g) > -1e-9).any()))
    optimum = barlow_twins.optimal_representation(sp.csr_array(G) if sparse else G, K, center=center)
    Z, q = optimum.representation, min(K, len(g))
    np.testing.assert_allclose(optimum.eigenvalues, g[:q], rtol=0, atol=TOLERANCE * n)
    check_certificate(optimum, g, K, rounding=TOLERANCE * n * K)
    assert optimum.filter.sum() == pytest.approx(K, rel=1e-12)
    assert (optimum.filter >= 0).all()
    assert optimum.rank == np.count_nonzero(optimum.filter)
    assert (type(optimum.loss), type(optimum.rank), optimum.weights) == (float, int, None)
    assert Z.shape == (n, K)
    assert not Z[d == 0].any()
    moments = Z.T @ (d[:, None] / d.sum() * Z)
    np.testing.assert_allclose(np.diagonal(moments), 1, rtol=0, atol=1e-14 * n)
    lengths = np.linalg.eigvalsh(moments)[::-1]
    np.testing.assert_allclose(lengths[:q], np.sort(optimum.filter)[::-1], rtol=0, atol=1e-13 * n * K)
    if center:
        np.testing.assert_allclose(d / d.sum() @ Z, 0, atol=1e-13 * n)
    value, slope = barlow_twins.loss_and_gradient(Z, G, center=center)
    assert abs(value - optimum.loss) <= TOLERANCE * n * K
    np.testing.assert_allclose(slope / roots(G), 0, atol=TOLERANCE * n * K)
    if case(g, K) == "a":
        assert optimum.rank <= (g > 0).sum()


@settings(max_examples=200)
@given(problem=problems(max_samples=7), rng=arrays())
def test_no_numerical_minimum_is_below_the_claim_and_the_best_reaches_it(problem, rng):
    G, K, center = problem
    event(case(spectrum(G, center), K))
    R = roots(G)
    claim = barlow_twins.optimal_representation(G, K, center=center).loss

    def loss_and_gradient(Y):
        value, slope = barlow_twins.loss_and_gradient(Y / R, G, center=center)
        return value, slope / R

    found = minimise(loss_and_gradient, (len(G), K), n_starts=4, seed=rng, max_iterations=1500)
    check_against(found, claim, rounding=TOLERANCE * len(G) * K)


EXAMPLES = {
    "a": (np.array([[0, 1, 0], [1, 0, 2], [0, 2, 1.0]]), 2, False),
    "b, with an eigenvalue 0": (np.ones((3, 3)), 2, False),
    "b, without": (np.array([[0, 1.0], [1, 0]]), 3, False),
    "c, positive": (np.array([[3, 1.0], [1, 4]]), 4, False),
    "c, negative": (np.array([[0, 1, 1], [1, 0, 2], [1, 2, 0.0]]), 1, True),
}


@pytest.mark.parametrize("which", EXAMPLES)
def test_the_optimiser_does_converge(which):
    """So that the property test above is known to compare something in each case."""
    G, K, center = EXAMPLES[which]
    assert case(spectrum(G, center), K) == which
    found = minimise(lambda Z: barlow_twins.loss_and_gradient(Z, G, center=center), (len(G), K), n_starts=6)
    assert found.converged
    claim = barlow_twins.optimal_representation(G, K, center=center).loss
    assert found.loss == pytest.approx(claim, rel=1e-9, abs=1e-9)


@settings(max_examples=150)
@given(problem=problems(max_samples=7), nu=st.floats(-2, 2), rng=arrays())
def test_the_dual_is_below_every_loss(problem, nu, rng):
    """So that the certificates are worth something."""
    G, K, center = problem
    g = spectrum(G, center)
    nu = nu if (g > 0).all() or (g < 0).all() else abs(nu)
    event(case(g, K))
    assert dual(g, K, nu) <= barlow_twins.loss(start(rng, G, K), G, center=center) + TOLERANCE * len(G) * K


@settings(max_examples=200)
@given(
    problem=problems(max_samples=8, kinds=("weighted", "integer", "clique", "path")),
    features=st.integers(1, 5),
    rank=st.integers(1, 5),
    sparse=st.booleans(),
    rng=arrays(),
)
def test_the_same_for_linear_networks(problem, features, rank, sparse, rng):
    G, K, center = problem
    n, d = len(G), G.sum(axis=1)
    drawn, rank = d > 0, min(rank, features)
    X = low_rank(rng, n, features, rank) + 3 * center
    X[~drawn] += 1e3  # never drawn
    shares = d[drawn] / d.sum()
    F = roots(G)[drawn] * (X[drawn] - center * (shares @ X[drawn]))
    rank = min(rank, int(drawn.sum()) - center)
    U, singular_values, axes = np.linalg.svd(F, full_matrices=False)
    condition = singular_values[0] / singular_values[rank - 1]
    assume(condition < 1e3)
    g = np.linalg.eigvalsh(U[:, :rank].T @ normalised(G, False) @ U[:, :rank])[::-1]
    rounding = TOLERANCE * n * K * condition**2
    assume(not ((np.abs(g) > 1e-14) & (np.abs(g) < 1e-9)).any())
    g = np.where(np.abs(g) > 1e-9, g, 0.0)
    event(case(g, K))
    event(f"rank-deficient: {rank < features}")
    optimum = barlow_twins.optimal_weights(X, sp.csr_array(G) if sparse else G, K, center=center)
    assert optimum.representation is None
    assert optimum.weights.shape == (features, K)
    assert (np.abs(optimum.eigenvalues) <= 1).all()
    np.testing.assert_allclose(optimum.eigenvalues, g[: min(K, rank)], rtol=0, atol=1e-14 * n * condition**2)
    assert optimum.rank == np.count_nonzero(optimum.filter)
    check_certificate(optimum, g, K, rounding=rounding)
    Z = F @ optimum.weights
    np.testing.assert_allclose((Z**2).sum(axis=0), 1, rtol=0, atol=1e-12 * condition)

    value, slope = barlow_twins.loss_and_gradient(X @ optimum.weights, G, center=center)
    assert abs(value - optimum.loss) <= rounding
    np.testing.assert_allclose(X.T @ slope, 0, atol=10 * rounding * (1 + np.abs(X[drawn]).max()) * n)
    # Weights off these directions yield nothing but rounding, which a loss that does not see scales blows up.
    whitened = X @ (axes[:rank].T / singular_values[:rank])

    def linear(W):
        value, slope = barlow_twins.loss_and_gradient(whitened @ W, G, center=center)
        return value, whitened.T @ slope

    found = minimise(linear, (rank, K), n_starts=3, seed=rng, max_iterations=1500)
    check_against(found, optimum.loss, rounding=rounding)


@settings(max_examples=200)
@given(problem=problems(), sparse=st.booleans())
def test_eigenpairs_are_those_of_the_relation_normalised_by_degrees(problem, sparse):
    G, K, center = problem
    d, n = G.sum(axis=1), len(G)
    g, P = barlow_twins.eigenpairs(sp.csr_array(G) if sparse else G, K, center=center)
    wanted = spectrum(G, center)[:K]
    np.testing.assert_allclose(g, wanted, rtol=0, atol=TOLERANCE * n)
    np.testing.assert_array_equal(g == 0, wanted == 0)
    assert P.shape == (n, len(g))
    assert not P[d == 0].any()
    U = roots(G)[d > 0] * P[d > 0]
    np.testing.assert_allclose(U.T @ U, np.eye(len(g)), atol=1e-13 * n)
    np.testing.assert_allclose(normalised(G, False) @ U, U * g, atol=TOLERANCE * n)
    if center:
        np.testing.assert_allclose(d @ P, 0, atol=1e-13 * n * d.sum())


@settings(max_examples=100)
@given(problem=problems(max_samples=7), off_diagonal=st.sampled_from([0.0051, 0.5, 3.0]), rng=arrays())
def test_other_weights_are_refused_with_a_bound_or_have_the_optimum_zero(problem, off_diagonal, rng):
    G, K, center = problem
    hyper = {"off_diagonal": off_diagonal, "center": center}
    g = spectrum(G, center)
    perfect = len(g) >= K and g[K - 1] > 1 - 1e-12
    event(f"perfect: {perfect}")
    if perfect:
        optimum = barlow_twins.optimal_representation(G, K, **hyper)
        assert optimum.loss <= 1e-20
        assert barlow_twins.loss(optimum.representation, G, **hyper) <= 1e-20
        return
    with pytest.raises(NoClosedForm, match=f"^no closed form is known for off_diagonal = {off_diagonal:g}, ") as error:
        barlow_twins.optimal_representation(G, K, **hyper)
    bound = float(str(error.value).split("loss >= ")[1])
    R = roots(G)

    def loss_and_gradient(Y):
        value, slope = barlow_twins.loss_and_gradient(Y / R, G, **hyper)
        return value, slope / R

    found = minimise(loss_and_gradient, (len(G), K), n_starts=3, seed=rng, max_iterations=500)
    assert found.losses.min() >= bound - 1e-10 * K * len(G)


@settings(max_examples=100)
@given(problem=problems(max_samples=7), rng=arrays())
def test_without_a_weight_all_columns_lie_along_the_first_direction(problem, rng):
    G, K, center = problem
    g = spectrum(G, center)
    optimum = barlow_twins.optimal_representation(G, K, off_diagonal=0, center=center)
    assert optimum.loss == pytest.approx(K * (1 - g[0]) ** 2, abs=TOLERANCE * K * len(G))
    value, slope = barlow_twins.loss_and_gradient(optimum.representation, G, off_diagonal=0, center=center)
    assert value == pytest.approx(optimum.loss, abs=TOLERANCE * K * len(G))
    np.testing.assert_allclose(slope / roots(G), 0, atol=TOLERANCE * K * len(G))
    assert barlow_twins.loss(start(rng, G, K), G, off_diagonal=0, center=center) >= optimum.loss - TOLERANCE * K * len(
        G
    )
    if g[min(K, len(g)) - 1] < 1 - 1e-12:
        assert (optimum.filter[0], optimum.rank) == (K, 1)
    moments = (roots(G) * optimum.representation).T @ (roots(G) * optimum.representation)
    np.testing.assert_allclose(np.diagonal(moments), 1, rtol=0, atol=1e-13 * len(G))
    event("a minimum of 0", bool(optimum.loss <= TOLERANCE))


def test_the_bound_for_other_weights_by_hand():
    """A triangle, centred: g = -1/2, so that C_kk = -1/2 each, and the minimum for weight 1 is 2 (3/2)^2 = 4.5."""
    with pytest.raises(NoClosedForm, match=r"loss >= 4.5$"):
        barlow_twins.optimal_representation(np.ones((3, 3)) - np.eye(3), 2, off_diagonal=0.5, center=True)
    with pytest.raises(
        NoClosedForm, match=r"loss >= 1$"
    ):  # K = 3 of a relation with g = 1, 1, -1, -1, uncentred: K - p
        barlow_twins.optimal_representation(relations.from_views(2, 2), 3, off_diagonal=3)
    with pytest.raises(NoClosedForm, match=r"loss >= 0.5$"):
        barlow_twins.optimal_representation(relations.from_views(2, 2), 3, off_diagonal=0.5)


def test_a_pair_in_three_columns_by_hand():
    """A = [[0, 1], [1, 0]], g = 1, -1, in three columns: C = diag(1, 0, 0) up to a rotation, and the minimum is 2."""
    optimum = barlow_twins.optimal_representation([[0, 3], [3, 0]], 3)
    assert (optimum.loss, optimum.rank) == (2, 1)
    np.testing.assert_allclose(optimum.filter, [3, 0], rtol=1e-15)
    Z = optimum.representation / np.sqrt(2)
    # u_1 = sqrt(2) v_1 + v_2, from rho = (3 - 1) / (1 + 1), in each column over sqrt(3)
    a, b = np.sqrt(2 / 3) / np.sqrt(2), np.sqrt(1 / 3) / np.sqrt(2)
    np.testing.assert_allclose(np.sort(np.abs(Z), axis=0), np.repeat([[a - b], [a + b]], 3, axis=1), rtol=1e-14)


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("center", [False, True])
@pytest.mark.parametrize("K", [2, 3, 4, 9, 15])
def test_cliques_by_hand(K, sparse, center):
    """C cliques of m, 1 - center of the C eigenvalues 1 left out, then -1/(m - 1): what is missing to K costs one each."""
    labels = np.tile(np.arange(4), 3)  # C = 4, m = 3
    G = 7 * relations.from_labels(labels, sparse=sparse)
    optimum = barlow_twins.optimal_representation(G, K, center=center)
    kept = min(K, 4 - center)
    np.testing.assert_allclose(optimum.eigenvalues, np.repeat([1, -0.5], [4 - center, 8])[:K], atol=1e-14)
    assert optimum.loss == pytest.approx(K - kept, abs=1e-14)
    assert optimum.rank == kept
    assert optimum.filter.sum() == pytest.approx(K, rel=1e-14)


def test_self_pairs_count():
    """Without them a centred clique has only negative eigenvalues, with them eigenvalues 0."""
    loops = barlow_twins.optimal_representation(np.ones((3, 3)), 2, center=True)
    assert (loops.loss, loops.eigenvalues.tolist()) == (2, [0, 0])
    none = barlow_twins.optimal_representation(np.ones((3, 3)) - np.eye(3), 2, center=True)
    assert none.loss == pytest.approx(4.5, rel=1e-14)
    np.testing.assert_allclose(barlow_twins.optimal_representation(np.eye(3), 5).loss, 3 * (2 / 3) ** 2 + 2, rtol=1e-14)


def test_large_sparse_relations():
    n = 3000
    views = relations.from_views(n // 2, 2)
    for center, off_diagonal in ((False, 1.0), (True, 0.0051)):
        hyper = {"center": center, "off_diagonal": off_diagonal}
        optimum = barlow_twins.optimal_representation(views, 5, **hyper)
        assert abs(optimum.loss) < 1e-25
        value, slope = barlow_twins.loss_and_gradient(optimum.representation, views, **hyper)
        assert value < 1e-25
        assert np.abs(slope).max() < 1e-14
    for center, wanted in ((False, [0, 1, 1, 2]), (True, [1, 1, 2, 2])):
        optimum = barlow_twins.optimal_representation(ring(n), 4, center=center)
        g = np.cos(2 * np.pi * np.array(wanted) / n)
        np.testing.assert_allclose(optimum.eigenvalues, g, rtol=1e-12)
        # all s_k > 0, and nu = (sum 1/g - K)/sum 1/g^2
        assert optimum.loss == pytest.approx((np.sum(1 / g) - 4) ** 2 / np.sum(1 / g**2), rel=1e-4)
        value, slope = barlow_twins.loss_and_gradient(optimum.representation, ring(n), center=center)
        assert value == pytest.approx(optimum.loss, rel=1e-4)
        assert np.abs(slope).max() < 1e-8 / np.sqrt(n)


def test_the_diagnostics_know_it():
    rng = np.random.default_rng(0)
    G = relations.from_neighbours(rng.standard_normal((30, 2)), 4)
    assert np.ptp(G.sum(axis=1)) > 0
    for center in (False, True):
        given = {"method": barlow_twins, "center": center}
        optimum = barlow_twins.optimal_representation(G, 3, center=center)
        assert optimum.loss > 1e-6
        assert abs(optimality_gap(optimum.representation, G, **given).relative) < 1e-9
        np.testing.assert_allclose(angles_to_optimum(optimum.representation, G, **given), 0, atol=1e-7)
        turned = optimum.representation + rng.standard_normal((30, 3))
        assert optimality_gap(turned, G, **given).absolute > 0.1
        assert angles_to_optimum(turned, G, **given)[0] > 0.1
    unseen = barlow_twins.optimal_representation(np.ones((4, 4)), 3)  # spare length along an eigenvalue 0
    np.testing.assert_allclose(
        angles_to_optimum(unseen.representation, np.ones((4, 4)), method=barlow_twins), 0, atol=1e-7
    )


def test_its_optimal_range_is_the_spectral_contrastive_one_where_both_keep_everything():
    G = relations.from_neighbours(np.random.default_rng(1).standard_normal((30, 2)), 4)
    Z = barlow_twins.optimal_representation(G, 3).representation
    np.testing.assert_allclose(angles_to_optimum(Z, G, method=spectral_contrastive), 0, atol=1e-7)
