"""SimCLR's closed form for equal cliques against numerical optimisation and 1000 digits, and where there is none."""

from itertools import product

import mpmath
import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import event, given, settings
from hypothesis import strategies as st

from numeric import relations, simclr
from numeric.diagnostics import angles_to_optimum, optimality_gap
from numeric.optimise import TOLERANCE, minimise
from numeric.optimum import NoClosedForm
from numeric.simclr import SIMILARITIES
from tests.numeric.strategies import arrays

PATH = np.diag(np.ones(2), 1) + np.diag(np.ones(2), -1)
temperatures = st.sampled_from([1e-3, 0.1, 0.5, 1e3]) | st.floats(-3, 3).map(lambda x: 10.0**x)


def equal_cliques(rng, C, m):
    """C cliques of m in random order, each with a weight of its own, and self-pairs of any weight."""
    labels = rng.permutation(np.repeat(np.arange(C), m))
    weights = 10.0 ** rng.uniform(-3, 3, C)
    G = np.where(labels[:, None] == labels, weights[labels], 0.0)
    np.fill_diagonal(G, rng.integers(0, 2) * rng.random(len(G)))
    return G, labels


def numerical(G, K, *, n_starts=4, seed=0, **hyper):
    return minimise(
        lambda Z: simclr.loss_and_gradient(Z, G, **hyper),
        (G.shape[0], K),
        n_starts=n_starts,
        seed=seed,
        max_iterations=1000,
    )


def rounding(n, tau):
    """Of a loss with cosines near an optimum: some roundings of each score."""
    return 64 * np.finfo(float).eps * n * (1 + 1 / tau)


@settings(max_examples=200)
@given(
    C=st.integers(2, 7),
    m=st.integers(2, 6),
    extra=st.integers(0, 4),
    tau=temperatures,
    rng=arrays(),
    sparse=st.booleans(),
)
def test_equal_cliques_are_a_simplex(C, m, extra, tau, rng, sparse):
    G, labels = equal_cliques(rng, C, m)
    n, K = C * m, C - 1 + extra
    event(f"K - (C - 1) = {extra}")
    event("K above N" if n < K else "K within N")
    optimum = simclr.optimal_representation(sp.csr_array(G) if sparse else G, K, tau=tau)
    Z = optimum.representation
    assert Z.shape == (n, K)
    gram = np.where(labels[:, None] == labels, 1.0, -1 / (C - 1))
    np.testing.assert_allclose(Z @ Z.T, gram, rtol=0, atol=1e-14)
    np.testing.assert_allclose(Z.mean(axis=0), 0.0, atol=1e-15)
    with mpmath.workdps(1000):
        t = mpmath.mpf(tau)
        inside, outside = (m - 1) * mpmath.exp(1 / t), (C - 1) * m * mpmath.exp(-1 / ((C - 1) * t))
        exact = float(n * (mpmath.log(inside + outside) - 1 / t))
    assert isinstance(optimum.loss, float)
    # exp(-C / ((C - 1) tau)) turns a rounding of its argument into that many of its own
    assert optimum.loss == pytest.approx(exact, rel=1e-14 * (1 + 1 / tau), abs=1e-300)
    value, slope = simclr.loss_and_gradient(Z, G, tau=tau)
    assert abs(value - optimum.loss) <= rounding(n, tau)
    assert np.abs(slope).max() <= rounding(n, tau) * (1 + 1 / tau)
    assert optimum.loss >= simclr.entropy_bound(G) * (1 - 1e-14)

    q = min(K, n - 1)
    assert optimum.weights is None
    assert optimum.rank == C - 1
    assert isinstance(optimum.rank, int)
    assert optimum.filter.shape == optimum.eigenvalues.shape == (q,)
    np.testing.assert_allclose(np.linalg.eigvalsh(Z.T @ Z / n)[::-1][:q], optimum.filter, rtol=0, atol=1e-14)
    target = np.where(labels[:, None] == labels, 1 / (m - 1), 0.0)
    np.fill_diagonal(target, 0.0)
    H = np.eye(n) - 1 / n
    off_ones = np.linalg.eigvalsh(H @ target @ H - 2 * np.ones((n, n)) / n)[::-1]  # the ones vector comes last
    np.testing.assert_allclose(off_ones[:q], optimum.eigenvalues, rtol=0, atol=1e-13)
    values, vectors = simclr.eigenpairs(G, K)
    np.testing.assert_allclose(values, optimum.eigenvalues, rtol=0, atol=1e-13)
    np.testing.assert_allclose(H @ target @ vectors, vectors * values, rtol=0, atol=1e-13)


@settings(max_examples=4)
@given(rng=arrays())
def test_no_numerical_minimum_is_below_the_simplex_and_nearly_all_reach_it(rng):
    """200 relations, four starts each, tau from 0.1 to 10; K = 1, where cosines are 1 or -1, is the next test."""
    reached = 0
    for _ in range(50):
        C, m = rng.integers(2, 6), rng.integers(2, 5)
        K = int(max(C - 1, 2) + rng.integers(0, 3))
        tau = 10.0 ** rng.uniform(-1, 1)
        G, _ = equal_cliques(rng, C, m)
        claim = simclr.optimal_representation(G, K, tau=tau).loss
        found = numerical(G, K, seed=rng, tau=tau)
        assert (found.losses >= claim - rounding(C * m, tau)).all()
        reached += found.loss <= claim + TOLERANCE * found.loss_scale
    assert reached >= 47, f"{reached} of 50"


@pytest.mark.parametrize("m", [2, 3, 4])
@pytest.mark.parametrize("tau", [0.01, 0.5, 10.0])
def test_in_one_dimension_it_is_the_least_of_all_signs(m, tau):
    G, _ = equal_cliques(np.random.default_rng(m), 2, m)
    signs = np.array(list(product([1.0, -1.0], repeat=2 * m)))[:, :, None]
    claim = simclr.optimal_representation(G, 1, tau=tau).loss
    assert min(simclr.loss(Z, G, tau=tau) for Z in signs) == pytest.approx(claim, rel=1e-12)


@settings(max_examples=25)
@given(C=st.integers(2, 4), m=st.integers(2, 4), tau=st.floats(-3, -1).map(lambda x: 10.0**x), rng=arrays())
def test_nor_is_one_at_a_small_temperature(C, m, tau, rng):
    G, _ = equal_cliques(rng, C, m)
    claim = simclr.optimal_representation(G, C, tau=tau).loss
    assert (numerical(G, C, seed=rng, tau=tau).losses >= claim - rounding(C * m, tau)).all()


def test_four_views_of_one_sample_each_by_hand():
    """Two pairs: cosines 1 and -1, so each sample has log(1 + 2 e^-4) at tau = 1/2."""
    optimum = simclr.optimal_representation(relations.from_views(2, 2), 1)
    assert optimum.loss == pytest.approx(4 * np.log(1 + 2 * np.exp(-4)), rel=1e-14)
    np.testing.assert_allclose(np.abs(optimum.representation), 1.0, rtol=1e-15)
    assert optimum.representation[:, 0].tolist() == [-x for x in optimum.representation[[1, 0, 3, 2], 0]]
    assert (optimum.filter.tolist(), optimum.eigenvalues.tolist(), optimum.rank) == ([1.0], [1.0], 1)


@pytest.mark.parametrize(("C", "m", "K"), [(4, 2, 2), (4, 3, 1), (5, 2, 3), (3, 2, 1)])
@pytest.mark.parametrize("tau", [0.2, 1.0])
def test_fewer_components_do_not_reach_the_simplex(C, m, K, tau):
    G = relations.from_labels(np.repeat(np.arange(C), m))
    simplex = simclr.optimal_representation(G, C - 1, tau=tau).loss
    assert numerical(G, K, n_starts=8, tau=tau).loss > simplex * (1 + 1e-3)
    with pytest.raises(
        NoClosedForm, match=rf"fewer components than C - 1 = {C - 1}; found n_components = {K}"
    ) as error:
        simclr.optimal_representation(G, K, tau=tau)
    assert f"loss >= {simplex:.12g}, the minimum for C - 1 components" in str(error.value)


def test_for_unequal_cliques_the_simplex_is_not_optimal():
    labels = np.repeat([0, 1, 2], [5, 2, 2])
    G = relations.from_labels(labels)
    collapsed = simclr.optimal_representation(relations.from_labels([0, 0, 1, 1, 2, 2]), 2).representation[[0, 2, 4]]
    found = numerical(G, 2, n_starts=8)
    assert found.converged
    assert found.loss < simclr.loss(collapsed[labels], G) - 1e-3
    with pytest.raises(NoClosedForm, match="all cliques are of one size; found 1 of 5, 2 of 2"):
        simclr.optimal_representation(G, 2)


TRIANGLE = np.array([[0, 1, 2.0], [1, 0, 1], [2, 1, 0]])


@pytest.mark.parametrize(
    ("G", "hyper", "message"),
    [
        (
            PATH,
            {},
            "partition .* found that samples 0 and 2 are linked through others but are no positives of each other",
        ),
        (TRIANGLE, {}, r"partition .* found that weights in a clique differ, G\[0, 1\] = 1 and G\[0, 2\] = 2"),
        (np.pad(1 - np.eye(3), (0, 2)), {}, "all cliques are of one size; found 1 of 3, 2 of 1"),
        (1 - np.eye(3), {"exclude_self": False}, "with self-pairs kept"),
        (np.kron(np.eye(2), np.ones((2, 2))), {"exclude_self": False}, "with self-pairs kept"),
        (PATH, {"similarity": "dot"}, "for similarity='dot'"),
    ],
)
@pytest.mark.parametrize("kind", [np.asarray, sp.csr_array])
def test_a_missing_hypothesis_is_named_with_the_bound(kind, G, hyper, message):
    bound = simclr.entropy_bound(G, exclude_self=hyper.get("exclude_self", True))
    known = f"loss >= {bound:.12g}, the entropy of the rows of G'"
    with pytest.raises(NoClosedForm, match=message) as error:
        simclr.optimal_representation(kind(G), 2, **hyper)
    assert isinstance(error.value, ValueError)
    assert known in str(error.value)
    assert "infimum" not in str(error.value)
    with pytest.raises(NoClosedForm, match="over linear networks .* squared similarity") as error:
        simclr.optimal_weights(np.ones((G.shape[0], 2)), kind(G), 2, **hyper)
    assert known in str(error.value)


@pytest.mark.parametrize("K", [1, 2, 3])
@pytest.mark.parametrize("exclude_self", [True, False])
@pytest.mark.parametrize("sizes", [(2, 2), (3, 2), (3, 1, 2), (2, 2, 2), (4, 3, 1, 2)])
def test_the_infimum_over_dot_products(K, exclude_self, sizes):
    """It is the entropy bound where the message says so: the loss is above it, and tends to it along the path named."""
    labels = np.repeat(np.arange(len(sizes)), sizes)
    G = (labels[:, None] == labels).astype(float)
    alone = np.bincount(labels)[labels] == 1
    G[alone] = 0.0
    G[:, alone] = 0.0
    hyper = {"tau": 0.5, "similarity": "dot", "exclude_self": exclude_self}
    bound = simclr.entropy_bound(G, exclude_self=exclude_self)
    with pytest.raises(NoClosedForm, match="for similarity='dot'") as error:
        simclr.optimal_representation(G, K, **hyper)
    said = "this is the infimum, and no representation attains it" in str(error.value)
    active = [c for c, size in enumerate(sizes) if size > 1]
    assert said == (K > 1 or len(active) <= 2)
    if not said:
        assert numerical(G, K, n_starts=8, **hyper).loss > bound + 0.1
        return
    directions = np.zeros((len(sizes), K))
    angles = 2 * np.pi * np.arange(len(active)) / len(active)
    directions[active, 0] = np.cos(angles)
    if K > 1:
        directions[active, 1] = np.sin(angles)
    losses = [simclr.loss(t * directions[labels], G, **hyper) for t in (0.25, 0.5, 1.0, 2.0, 50.0)]
    assert (np.diff(losses) < 0).all()
    assert losses[3] > bound
    assert losses[-1] == pytest.approx(bound, rel=1e-12)


@settings(max_examples=60)
@given(n=st.integers(2, 8), K=st.integers(1, 9), tau=temperatures, exclude_self=st.booleans(), rng=arrays())
@pytest.mark.parametrize("similarity", SIMILARITIES)
def test_one_clique_collapses(similarity, n, K, tau, exclude_self, rng):
    hyper = {"tau": tau, "similarity": similarity, "exclude_self": exclude_self}
    G = np.full((n, n), 0.3)
    optimum = simclr.optimal_representation(G, K, **hyper)
    assert optimum.loss == pytest.approx(n * np.log(n - exclude_self), rel=1e-15)
    assert optimum.loss == pytest.approx(simclr.entropy_bound(G, exclude_self=exclude_self), rel=1e-14)
    value, slope = simclr.loss_and_gradient(optimum.representation, G, **hyper)
    assert value == pytest.approx(optimum.loss, rel=1e-14)
    assert np.abs(slope).max() <= 1e-13 / tau
    assert simclr.loss(rng.standard_normal((n, K)), G, **hyper) >= optimum.loss * (1 - 1e-13) - rounding(n, tau)
    assert optimum.rank == 0
    assert optimum.filter.tolist() == [0] * min(K, n - 1)
    np.testing.assert_allclose(optimum.eigenvalues, -1 / (n - 1) if exclude_self else 0, rtol=1e-15)


@pytest.mark.parametrize("similarity", SIMILARITIES)
def test_without_positives_every_representation_is_optimal(similarity):
    optimum = simclr.optimal_representation(np.diag([1.0, 2.0, 0.0]), 5, similarity=similarity)
    assert optimum.loss == 0
    assert optimum.filter.tolist() == optimum.eigenvalues.tolist() == [0, 0]
    assert simclr.loss(optimum.representation, np.zeros((3, 3)), similarity=similarity) == 0
    assert simclr.optimal_representation([[1.0]], 2, exclude_self=False, similarity=similarity).loss == 0


def test_many_samples_in_a_sparse_relation():
    labels = np.arange(3000) % 50
    G = relations.from_labels(labels, sparse=True)
    optimum = simclr.optimal_representation(G, 64, tau=0.1)
    assert simclr.loss(optimum.representation, G, tau=0.1) == pytest.approx(optimum.loss, rel=1e-13)
    assert optimum.rank == 49


def test_the_diagnostics_take_it_as_a_method():
    G = relations.from_labels([0, 0, 1, 1, 2, 2])
    best = simclr.optimal_representation(G, 2)
    gap = optimality_gap(best.representation, G, method=simclr)
    assert abs(gap.relative) < 1e-13
    np.testing.assert_allclose(angles_to_optimum(best.representation + 1.0, G, method=simclr), 0.0, atol=1e-7)
    assert optimality_gap(np.eye(6), G, method=simclr).relative > 0.1
    with pytest.raises(NoClosedForm, match="partition into cliques of one size; found samples 0 and 2"):
        simclr.eigenpairs(PATH, 1)
    with pytest.raises(NoClosedForm, match="of one size; found 1 of 3, 1 of 2"):
        simclr.eigenpairs(relations.from_labels([0, 0, 0, 1, 1]), 1)


@pytest.mark.parametrize(
    ("K", "error", "message"),
    [(0, ValueError, "n_components must be an integer >= 1; found 0"), (2.0, TypeError, "n_components .* found 2.0")],
)
def test_bad_input_is_named(K, error, message):
    with pytest.raises(error, match=message):
        simclr.optimal_representation(1 - np.eye(3), K)
    with pytest.raises(error, match=message):
        simclr.optimal_weights(np.ones((3, 1)), 1 - np.eye(3), K)
    with pytest.raises(ValueError, match="X must have 3 rows"):
        simclr.optimal_weights(np.ones((2, 1)), 1 - np.eye(3), 1)
