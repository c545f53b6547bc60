"""SimCLR's loss and gradient against the definition, pair by pair at 50 digits, and what it must and must not see."""

import tracemalloc

import mpmath
import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import event, given, settings
from hypothesis import strategies as st

from numeric import relations as build
from numeric import simclr
from numeric.simclr import SIMILARITIES
from tests.numeric.strategies import arrays, relations
from tests.numeric.taylor import check_taylor_remainder

EPS = np.finfo(float).eps
PATH = np.diag(np.ones(2), 1) + np.diag(np.ones(2), -1)
settings_of_loss = st.fixed_dictionaries({
    "tau": st.sampled_from([0.5, 0.1, 1e-3, 1e3]) | st.floats(-3, 3).map(lambda x: 10.0**x),
    "similarity": st.sampled_from(SIMILARITIES),
    "exclude_self": st.booleans(),
})  # fmt: skip


@st.composite
def problems(draw, max_samples=8, hyper=settings_of_loss, **kinds):
    """(Z, G, keyword arguments), with N in 2..max_samples and K in 1..N + 2."""
    G = draw(relations(min_samples=2, max_samples=max_samples, **kinds))
    K = draw(st.integers(1, len(G) + 2))
    hyper = draw(hyper)
    event("K > N" if len(G) < K else "K <= N")
    event(f"{hyper['similarity']}, self-pairs {'excluded' if hyper['exclude_self'] else 'kept'}")
    event("tau small" if hyper["tau"] < 0.05 else "tau large" if hyper["tau"] > 20 else "tau usual")
    event("no positives" if not G.any() else "positives")
    event("several positives in a row", bool((np.count_nonzero(G, axis=1) > 1).any()))
    event("self-pairs in G", bool(np.diagonal(G).any()))
    Z = draw(arrays()).standard_normal((len(G), K))
    return Z, G, hyper


def mp_loss(Z, G, *, tau, similarity, exclude_self):
    """-sum_ij G'_ij log P_ij at the working precision, from a matrix of numbers of any kind."""
    n, tau = len(Z), mpmath.mpf(tau)
    Z = [[mpmath.mpf(x) for x in row] for row in Z]
    total = mpmath.mpf(0)
    for i in range(n):
        those = [j for j in range(n) if not (exclude_self and i == j)]
        weight = mpmath.fsum(mpmath.mpf(float(G[i, j])) for j in those)
        if weight == 0:
            continue
        scores = {}
        for j in those:
            scores[j] = mpmath.fdot(Z[i], Z[j]) / tau
            if similarity == "cosine":
                scores[j] /= mpmath.sqrt(mpmath.fdot(Z[i], Z[i]) * mpmath.fdot(Z[j], Z[j]))
        partition = mpmath.fsum(mpmath.exp(s) for s in scores.values())
        for j in those:
            if G[i, j] > 0:
                total -= mpmath.mpf(float(G[i, j])) / weight * (scores[j] - mpmath.log(partition))
    return total


def mp_derivative(Z, V, G, **hyper):
    """Of the definition along V, by a central difference that is exact to 25 digits."""
    step = mpmath.mpf(10) ** -30

    def moved(sign):
        return [[mpmath.mpf(z) + sign * step * mpmath.mpf(v) for z, v in zip(*rows, strict=True)]
                for rows in zip(Z, V, strict=True)]  # fmt: skip

    return (mp_loss(moved(1), G, **hyper) - mp_loss(moved(-1), G, **hyper)) / (2 * step)


def score_scale(Z, *, tau, similarity, **_):
    """The largest score there may be, (Cauchy-Schwarz)."""
    return (1.0 if similarity == "cosine" else np.sum(Z * Z, axis=1).max()) / tau


def rounding(Z, hyper):
    """Of a loss whose scores have K + 4 roundings each."""
    return 4 * EPS * len(Z) * (Z.shape[1] + 4) * score_scale(Z, **hyper)


@settings(max_examples=200)
@given(problem=problems(max_samples=7), sparse=st.booleans())
def test_loss_is_its_definition(problem, sparse):
    Z, G, hyper = problem
    value = simclr.loss(Z, sp.csr_array(G) if sparse else G, **hyper)
    with mpmath.workdps(50):
        exact = float(mp_loss(Z, G, **hyper))
    assert isinstance(value, float)
    assert abs(value - exact) <= 1e-13 * exact + rounding(Z, hyper)
    both = simclr.loss_and_gradient(Z, G, **hyper)
    assert both[0] == simclr.loss(Z, G, **hyper)
    np.testing.assert_array_equal(both[1], simclr.gradient(Z, G, **hyper))
    assert both[1].shape == Z.shape


taylor = st.fixed_dictionaries({
    "tau": st.sampled_from([0.1, 0.5, 1.0, 10.0]),
    "similarity": st.sampled_from(SIMILARITIES),
    "exclude_self": st.booleans(),
})  # fmt: skip


@settings(max_examples=150)
@given(problem=problems(hyper=taylor, kinds=("weighted", "integer", "clique", "path", "complete")), rng=arrays())
def test_the_taylor_remainder_of_the_gradient_is_quadratic(problem, rng):
    Z, G, hyper = problem
    V = min(1.0, hyper["tau"]) * rng.standard_normal(Z.shape)
    if hyper["similarity"] == "cosine":
        V *= np.linalg.norm(Z, axis=1, keepdims=True)  # no step takes a row through 0
    value, slope = simclr.loss_and_gradient(Z, G, **hyper)
    size = value + len(Z) * score_scale(Z, **hyper)  # of the scores and logarithms that the loss is a sum of
    check_taylor_remainder(lambda Z: simclr.loss(Z, G, **hyper), slope, Z, V, size=size)


@settings(max_examples=100)
@given(problem=problems(max_samples=5), rng=arrays())
def test_the_gradient_is_the_derivative_of_the_definition(problem, rng):
    Z, G, hyper = problem
    V = rng.standard_normal(Z.shape)
    slope = simclr.gradient(Z, G, **hyper)
    with mpmath.workdps(70):
        exact = float(mp_derivative(Z.tolist(), V.tolist(), G, **hyper))
    sizes = np.ones(len(Z)) if hyper["similarity"] == "dot" else np.linalg.norm(Z, axis=1)
    reach = np.abs(Z).max() if hyper["similarity"] == "dot" else 1.0
    scale = (reach * np.linalg.norm(V, axis=1) / sizes).sum() * 2 * len(Z) / hyper["tau"]
    assert abs(np.vdot(slope, V) - exact) <= scale * (64 * EPS + rounding(Z, hyper))


@settings(max_examples=100)
@given(
    problem=problems(max_samples=5),
    magnitudes=st.lists(st.sampled_from([1e-250, 1e-150, 1e-6, 1.0, 1e6, 1e150, 1e250]), min_size=5, max_size=5),
    rng=arrays(),
)
def test_cosines_of_huge_and_tiny_rows(problem, magnitudes, rng):
    Z, G, hyper = problem
    hyper = hyper | {"similarity": "cosine"}
    magnitudes = np.array(magnitudes[: len(Z)])[:, None]
    event(f"rows from {magnitudes.min():.0e} to {magnitudes.max():.0e}")
    Z, V = Z * magnitudes, rng.standard_normal(Z.shape) * magnitudes
    value, slope = simclr.loss_and_gradient(Z, G, **hyper)
    with mpmath.workdps(70):
        exact = float(mp_loss(Z.tolist(), G, **hyper))
        along = float(mp_derivative(Z.tolist(), V.tolist(), G, **hyper))
    rows = np.linalg.norm(Z / magnitudes, axis=1)
    scale = (np.linalg.norm(V / magnitudes, axis=1) / rows).sum() * 2 * len(Z) / hyper["tau"]
    assert abs(value - exact) <= 1e-13 * exact + rounding(Z, hyper)
    assert abs(np.sum(slope * V) - along) <= scale * (64 * EPS + rounding(Z, hyper))


@settings(max_examples=150)
@given(
    G=relations(min_samples=2, max_samples=6),
    K=st.integers(1, 3),
    largest=st.sampled_from([2, 10, 1000, 10**6]),
    exponent=st.integers(-10, 10),
    exclude_self=st.booleans(),
    rng=arrays(),
)
def test_no_digit_is_lost_where_the_scores_are_exact(G, K, largest, exponent, exclude_self, rng):
    """Integer rows of norm up to 1e6 and tau a power of two down to 1e-3: losses from 1e-300 to 1e16."""
    Z = rng.integers(-largest, largest + 1, (len(G), K)).astype(float)
    hyper = {"tau": 2.0**exponent, "similarity": "dot", "exclude_self": exclude_self}
    value, slope = simclr.loss_and_gradient(Z, G, **hyper)
    with mpmath.workdps(400):  # a loss may be 1e-300 of its terms
        exact = float(mp_loss(Z.tolist(), G, **hyper))
    event(
        "loss 0" if exact < 1e-300 else "loss tiny" if exact < 1e-16 else "loss huge" if exact > 1e6 else "loss usual"
    )
    assert value == pytest.approx(exact, rel=1e-13, abs=1e-300)
    assert np.isfinite(slope).all()


def test_a_saturated_gradient_keeps_its_digits():
    """Two samples' views far apart: the loss is exp(-200), and so is its slope."""
    Z = np.array([[10.0, 0.0], [10.0, 1.0], [-10.0, 0.0], [-10.0, 2.0]])
    G = build.from_labels([0, 0, 1, 1])
    hyper = {"tau": 0.5, "similarity": "dot", "exclude_self": True}
    V = np.arange(8.0).reshape(4, 2) - 3
    value, slope = simclr.loss_and_gradient(Z, G, **hyper)
    with mpmath.workdps(400):
        exact, along = float(mp_loss(Z.tolist(), G, **hyper)), float(mp_derivative(Z.tolist(), V.tolist(), G, **hyper))
    assert 0 < exact < 1e-100
    assert value == pytest.approx(exact, rel=1e-13, abs=0)
    assert np.vdot(slope, V) == pytest.approx(along, rel=1e-12, abs=0)


@settings(max_examples=100)
@given(problem=problems(), rng=arrays())
def test_a_cosine_does_not_see_the_length_of_a_row(problem, rng):
    Z, G, hyper = problem
    hyper = hyper | {"similarity": "cosine"}
    value, slope = simclr.loss_and_gradient(Z, G, **hyper)
    scale = len(Z) / hyper["tau"] / np.linalg.norm(Z, axis=1)
    assert (np.abs(np.sum(slope * Z, axis=1)) <= 64 * EPS * scale * np.linalg.norm(Z, axis=1)).all()
    twos = 2.0 ** rng.integers(-500, 500, (len(Z), 1))
    scaled = simclr.loss_and_gradient(twos * Z, G, **hyper)
    assert scaled[0] == value
    np.testing.assert_allclose(scaled[1] * twos, slope, rtol=0, atol=1e-150)  # a slope of 1e-309 may underflow
    lengths = 10.0 ** rng.uniform(-3, 3, (len(Z), 1))
    scaled = simclr.loss_and_gradient(lengths * Z, G, **hyper)
    assert abs(scaled[0] - value) <= rounding(Z, hyper) + 1e-13 * value
    assert (np.abs(scaled[1] * lengths - slope).max(axis=1) <= scale * (64 * EPS + rounding(Z, hyper))).all()
    U = Z / np.linalg.norm(Z, axis=1, keepdims=True)
    assert abs(simclr.loss(U, G, **hyper | {"similarity": "dot"}) - value) <= rounding(Z, hyper) + 1e-13 * value


@settings(max_examples=100)
@given(problem=problems(), rng=arrays())
def test_what_the_loss_does_not_see(problem, rng):
    """A permutation of the samples, a rotation, the units of G, and of self-pairs nothing where they are excluded."""
    Z, G, hyper = problem
    value, slope = simclr.loss_and_gradient(Z, G, **hyper)
    close = rounding(Z, hyper) + 1e-13 * value
    order = rng.permutation(len(G))
    assert abs(simclr.loss(Z[order], G[np.ix_(order, order)], **hyper) - value) <= close
    R = np.linalg.qr(rng.standard_normal((Z.shape[1], Z.shape[1])))[0]
    assert abs(simclr.loss(Z @ R, G, **hyper) - value) <= 8 * close
    assert simclr.loss(Z, 2.0**-20 * G, **hyper) == value
    loops = G + np.diag(10.0 ** rng.uniform(-8, 8, len(G)))
    with_loops = simclr.loss_and_gradient(Z, loops, **hyper)
    if hyper["exclude_self"]:
        assert with_loops[0] == value
        np.testing.assert_array_equal(with_loops[1], slope)
    for kind in (sp.csr_array, sp.csr_matrix, sp.coo_array):
        sparse = simclr.loss_and_gradient(Z, kind(G), **hyper)
        assert sparse[0] == value
        np.testing.assert_array_equal(sparse[1], slope)


def test_self_pairs_that_are_kept_count_as_given():
    Z = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    kept = {"tau": 1.0, "similarity": "dot", "exclude_self": False}
    e = np.e
    of_each = -np.log(np.array([e / (e + 1 + e), e / (1 + e + e), e**2 / (e + e + e**2)]))
    assert simclr.loss(Z, np.eye(3), **kept) == pytest.approx(of_each.sum(), rel=1e-14)
    # the first sample: itself with 2/3 and the second with 1/3
    G = np.array([[2.0, 1, 0], [1, 0, 0], [0, 0, 0]])
    first = -(2 / 3 * np.log(e / (2 * e + 1)) + 1 / 3 * np.log(1 / (2 * e + 1)))
    assert simclr.loss(Z, G, **kept) == pytest.approx(first - np.log(1 / (2 * e + 1)), rel=1e-14)
    assert simclr.loss(Z, np.eye(3), **kept | {"exclude_self": True}) == 0


def test_two_views_by_hand():
    """The loss of Chen et al. (2020), equation 1, summed over the samples."""
    Z = np.array([[3.0, 0.0], [0.0, 2.0], [4.0, 4.0], [-1.0, 0.0]])
    c = np.sqrt(0.5)
    cosines = np.array([[1, 0, c, -1], [0, 1, c, 0], [c, c, 1, -c], [-1, 0, -c, 1]])
    partner = [2, 3, 0, 1]
    wanted = 0.0
    for i in range(4):
        others = [k for k in range(4) if k != i]
        wanted -= np.log(np.exp(cosines[i, partner[i]] / 0.5) / np.exp(cosines[i, others] / 0.5).sum())
    assert simclr.loss(Z, build.from_views(2, 2)) == pytest.approx(wanted, rel=1e-14)


def plain_entropy(G, exclude_self):
    G = np.array(G, dtype=float)
    if exclude_self:
        np.fill_diagonal(G, 0.0)
    rows = [row / row.sum() for row in G if row.any()]
    return -sum(x * np.log(x) for row in rows for x in row if x > 0)


@settings(max_examples=150)
@given(problem=problems())
def test_no_loss_is_below_the_entropy_bound(problem):
    Z, G, hyper = problem
    bound = simclr.entropy_bound(G, exclude_self=hyper["exclude_self"])
    assert bound == pytest.approx(plain_entropy(G, hyper["exclude_self"]), rel=1e-12, abs=1e-300)
    assert simclr.entropy_bound(sp.csr_array(G), exclude_self=hyper["exclude_self"]) == bound
    assert simclr.loss(Z, G, **hyper) >= bound - rounding(Z, hyper) - 1e-13 * bound


@settings(max_examples=100)
@given(n=st.integers(2, 8), K=st.integers(1, 9), rng=arrays(), tau=st.floats(0.05, 20), exclude_self=st.booleans())
@pytest.mark.parametrize("similarity", SIMILARITIES)
def test_the_entropy_bound_is_attained_where_the_softmax_is_the_relation(similarity, n, K, rng, tau, exclude_self):
    """G = exp(S) is symmetric, and its rows scaled to one are P."""
    hyper = {"tau": tau, "similarity": similarity, "exclude_self": exclude_self}
    Z = rng.standard_normal((n, K))
    U = Z / np.linalg.norm(Z, axis=1, keepdims=True) if similarity == "cosine" else Z
    S = U @ U.T / tau
    S = (S + S.T) / 2
    G = np.exp(S - S.max())
    value, slope = simclr.loss_and_gradient(Z, G, **hyper)
    bound = simclr.entropy_bound(G, exclude_self=exclude_self)
    assert abs(value - bound) <= rounding(Z, hyper) + 1e-12 * bound
    lengths = np.linalg.norm(Z, axis=1, keepdims=True) if similarity == "cosine" else 1.0
    assert np.abs(slope * lengths).max() <= (1e-13 + rounding(Z, hyper)) * n * np.abs(U).max() / tau


@settings(max_examples=100)
@given(problem=problems(max_samples=12), side=st.integers(1, 13))
def test_the_result_does_not_depend_on_the_tiles(problem, side):
    Z, G, hyper = problem
    value, slope = simclr.loss_and_gradient(Z, G, **hyper)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("numeric.score_tiles.TILE", side)
        by_tiles = simclr.loss_and_gradient(Z, G, **hyper)
    event("several tiles", side < len(G))
    assert abs(by_tiles[0] - value) <= rounding(Z, hyper) + 1e-13 * value
    scale = np.abs(Z).max() if hyper["similarity"] == "dot" else 1 / np.linalg.norm(Z, axis=1).min()
    wanted = scale * len(Z) / hyper["tau"] * (64 * EPS + rounding(Z, hyper))
    assert np.abs(by_tiles[1] - slope).max() <= wanted


def test_no_matrix_of_the_size_of_the_scores_is_held():
    n = 5000
    G = build.from_views(n // 2, 2)
    Z = np.random.default_rng(0).standard_normal((n, 3))
    tracemalloc.start()
    try:
        simclr.loss_and_gradient(Z, G)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 * n * n / 4  # a quarter of an N x N matrix of floats


@pytest.mark.parametrize("kind", [np.asarray, sp.csr_array])
@pytest.mark.parametrize("similarity", SIMILARITIES)
@pytest.mark.parametrize("exclude_self", [True, False])
def test_inputs_are_not_changed(kind, similarity, exclude_self):
    G, Z = kind(np.ones((4, 4))), np.arange(1.0, 9.0).reshape(4, 2)
    kept = G.copy(), Z.copy()
    for array in (Z, G.data if sp.issparse(G) else G):
        array.flags.writeable = False
    hyper = {"similarity": similarity, "exclude_self": exclude_self}
    simclr.loss_and_gradient(Z, G, **hyper)
    simclr.entropy_bound(G, exclude_self=exclude_self)
    simclr.eigenpairs(G, 2)
    if exclude_self:
        simclr.optimal_representation(G, 2, **hyper)
    assert np.array_equal(Z, kept[1])
    assert abs(G - kept[0]).sum() == 0


Z3 = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])


@pytest.mark.parametrize(
    ("arguments", "hyper", "error", "message"),
    [
        ((Z3, PATH), {"tau": 0}, ValueError, "tau must be a finite number > 0; found 0"),
        ((Z3, PATH), {"tau": -1.0}, ValueError, "tau .* found -1.0"),
        ((Z3, PATH), {"tau": np.nan}, ValueError, "tau .* found nan"),
        ((Z3, PATH), {"tau": "1"}, TypeError, "tau .* found '1' of type str"),
        ((Z3, PATH), {"tau": 1e-310}, ValueError, "tau must be large enough for finite scores"),
        (
            (Z3, PATH),
            {"similarity": "euclidean"},
            ValueError,
            "similarity must be 'cosine' or 'dot'; found 'euclidean'",
        ),
        ((Z3, PATH), {"similarity": None}, ValueError, "similarity must be .* found None"),
        ((Z3, PATH), {"exclude_self": 1}, TypeError, "exclude_self must be True or False; found 1 of type int"),
        ((Z3 * [[1], [0], [1]], PATH), {}, ValueError, "Z must have no zero row.* found row 1 zero"),
        ((Z3 * 1e160, PATH), {"similarity": "dot"}, ValueError, "tau must be large enough and Z small enough"),
        ((Z3 * [[1], [1e-320], [1]], PATH), {}, ValueError, "Z must have rows whose gradient is finite; found row 1"),
        ((Z3[:2], PATH), {}, ValueError, "Z must have 3 rows"),
        ((Z3 * np.inf, PATH), {}, ValueError, "Z must be finite"),
        ((Z3, -PATH), {}, ValueError, "G must be entrywise nonnegative"),
        ((Z3, np.triu(PATH)), {}, ValueError, "G must be symmetric"),
        ((Z3, PATH[:2]), {}, ValueError, "G must be a square matrix"),
        (
            (Z3[:1], [[1.0]]),
            {},
            ValueError,
            "G must relate at least two samples where self-pairs are excluded; found 1",
        ),
    ],
)
def test_bad_input_is_named(arguments, hyper, error, message):
    with pytest.raises(error, match=message):
        simclr.gradient(*arguments, **hyper)
    with pytest.raises(error, match=message):
        simclr.loss_and_gradient(*arguments, **hyper)
    if "gradient" not in message:
        with pytest.raises(error, match=message):
            simclr.loss(*arguments, **hyper)


def test_one_sample_that_is_its_own_candidate():
    value, slope = simclr.loss_and_gradient([[2.0, 1.0]], [[3.0]], exclude_self=False)
    assert value == 0
    assert slope.tolist() == [[0, 0]]
    with pytest.raises(ValueError, match="at least two samples"):
        simclr.entropy_bound([[0.0]])
    with pytest.raises(ValueError, match="at least two samples"):
        simclr.optimal_representation([[0.0]], 2)


def test_a_zero_row_has_dot_products():
    value, slope = simclr.loss_and_gradient(np.zeros((3, 2)), PATH, similarity="dot")
    assert value == pytest.approx(3 * np.log(2), rel=1e-15)
    assert not slope.any()
