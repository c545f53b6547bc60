"""VICReg with the hinge: its definition, its gradient, and its minimum over all representations.

The pairs (s, d) behind the minimum have a test of their own, `test_hinge_spectrum`.
"""

import math

import mpmath
import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from numeric import diagnostics, vicreg
from numeric.hinge_spectrum import hinge_spectrum
from numeric.optimise import minimise
from tests.numeric.strategies import arrays, laplacian, relations
from tests.numeric.taylor import check_taylor_remainder
from tests.numeric.test_vicreg import mp_spectrum, rounding

PATH = np.diag(np.ones(2), 1) + np.diag(np.ones(2), -1)  # lambda = 1, 3
TRIANGLES = np.kron(np.eye(2), 1 - np.eye(3))  # lambda = 0, 3, 3, 3, 3


@st.composite
def problems(draw, max_samples=9, exact=False, **kinds):
    """(G, K, hyper-parameters): K up to N + 2, weights over orders of magnitude, gamma 0 or where it matters."""
    G = draw(relations(min_samples=2, max_samples=max_samples, **kinds))
    K = draw(st.integers(1, len(G) + 2))
    event("K < N" if len(G) > K else "K >= N")
    alpha = draw(st.sampled_from([1.0, 25.0]) | st.floats(-3, 3).map(lambda exponent: 10.0**exponent))
    beta = np.inf if exact else alpha * 10.0 ** draw(st.floats(-3, 2))
    eigenvalues = np.linalg.eigvalsh(laplacian(G))[1:]
    spread = eigenvalues[eigenvalues > 1e-6 * eigenvalues.max(initial=0)]
    event("zero eigenvalues", len(spread) < len(eigenvalues))
    kind = draw(st.sampled_from(["log-uniform", "log-uniform", "threshold", "zero"]))
    event(f"gamma: {kind}")
    middle = alpha / (4 * np.median(spread)) if spread.size else 1.0  # where s_k begins to fall below 1
    if kind == "threshold" and spread.size:
        gamma = alpha / (4 * draw(st.sampled_from(list(spread))))
    else:
        gamma = 0.0 if kind == "zero" else middle * 10.0 ** draw(st.floats(-1.5, 2))
    return G, K, {"variance": "hinge", "alpha": alpha, "beta": beta, "gamma": float(gamma)}


def plain_loss(Z, G, *, alpha, beta, gamma, variance="hinge"):
    """The definition, pair by pair."""
    n, K = Z.shape
    C = np.cov(Z, rowvar=False, bias=True).reshape(K, K)
    hinge = sum(max(0.0, 1 - math.sqrt(C[k, k])) for k in range(K))
    covariance = sum(C[j, k] ** 2 for j in range(K) for k in range(K) if j != k)
    invariance = sum(G[i, j] * np.sum((Z[i] - Z[j]) ** 2) for i in range(n) for j in range(n))
    return alpha * hinge + beta * covariance + gamma / n * invariance


def off_the_kinks(rng, n, K):
    """Z, (N, K), none of whose standard deviations is near 0 or 1."""
    Z = rng.standard_normal((n, K))
    Z = (Z - Z.mean(axis=0)) / Z.std(axis=0)
    return Z * np.where(rng.random(K) < 0.5, rng.uniform(0.3, 0.7, K), rng.uniform(1.5, 3, K)) + rng.standard_normal(K)


def near(G, K, hyper):
    """What a loss near the minimum may be wrong by: see `rounding`."""
    return rounding(G, K, **{name: hyper[name] for name in ("alpha", "gamma")}, beta=min(hyper["beta"], hyper["alpha"]))


@settings(max_examples=150)
@given(problem=problems(), rng=arrays(), sparse=st.booleans())
def test_loss_is_its_definition(problem, rng, sparse):
    G, K, hyper = problem
    Z = off_the_kinks(rng, len(G), K)
    before = Z.copy(), G.copy()
    value = vicreg.loss(Z, sp.csr_array(G) if sparse else G, **hyper)
    assert value == pytest.approx(plain_loss(Z, G, **hyper), rel=1e-11)
    both = vicreg.loss_and_gradient(Z, G, **hyper)
    assert both[0] == pytest.approx(value, rel=1e-12)
    np.testing.assert_array_equal(both[1], vicreg.gradient(Z, G, **hyper))
    np.testing.assert_array_equal(before[0], Z)
    np.testing.assert_array_equal(before[1], G)


@settings(max_examples=150)
@given(problem=problems(), rng=arrays())
def test_the_taylor_remainder_of_the_gradient_is_quadratic(problem, rng):
    G, K, hyper = problem
    Z, V = off_the_kinks(rng, len(G), K), rng.standard_normal((len(G), K))
    slope = vicreg.gradient(Z, G, **hyper)
    check_taylor_remainder(lambda Z: vicreg.loss(Z, G, **hyper), slope, Z, V)


def test_the_gradient_where_there_is_none():
    """At deviations 0 (a constant, or one up to rounding) and 1, the variance has no share in it; nothing is NaN."""
    still = np.column_stack([np.full(4, 0.1), [1.0, -1.0, 1.0, -1.0], np.zeros(4)])
    value, slope = vicreg.loss_and_gradient(still, np.zeros((4, 4)), variance="hinge")
    assert value == 2.0
    assert not slope.any()
    just_below = still * (1 - 1e-12)
    slope = vicreg.gradient(just_below, np.zeros((4, 4)), variance="hinge")
    np.testing.assert_allclose(slope, np.column_stack([np.zeros(4), -still[:, 1] / 4, np.zeros(4)]), atol=1e-11)
    constants = np.column_stack([np.full(7, 0.1), np.full(7, 0.7)])  # whose means are rounded
    assert not vicreg.gradient(constants, np.zeros((7, 7)), variance="hinge").any()
    tiny = 1e-120 * still
    assert np.isfinite(vicreg.gradient(tiny, PATH_OF_FOUR, variance="hinge")).all()
    with pytest.raises(ValueError, match="^Z must have a norm"):
        vicreg.gradient(1e120 * still, PATH_OF_FOUR, variance="hinge")


PATH_OF_FOUR = np.diag(np.ones(3), 1) + np.diag(np.ones(3), -1)


@pytest.mark.parametrize("variance", ["squared", "hinge"])
def test_an_infinite_beta_forbids_correlated_columns(variance):
    columns = np.array([[1.0, 1, 0.1], [1, -1, 0.1], [-1, 1, 0.1], [-1, -1, 0.1]])  # the last: a constant
    known = {"variance": variance, "alpha": 3.0, "gamma": 0.5}
    value = vicreg.loss(columns, PATH_OF_FOUR, beta=math.inf, **known)
    assert value == pytest.approx(vicreg.loss(columns, PATH_OF_FOUR, beta=1.0, **known), rel=1e-14)
    for beta in (np.float32(np.inf), math.inf):
        assert vicreg.loss(columns + 1e-3 * columns[:, ::-1], PATH_OF_FOUR, beta=beta, **known) == math.inf
        assert vicreg.loss(columns.astype(np.float32) * [1, 1e-9, 1], PATH_OF_FOUR, beta=beta, **known) < math.inf
    for correlation, allowed in ((1e-5, False), (1e-8, True)):
        mixed = columns + correlation * columns[:, [1, 2, 2]]
        assert (vicreg.loss(mixed, PATH_OF_FOUR, beta=math.inf, **known) < math.inf) is allowed
    constants = np.column_stack([np.arange(7.0), np.full(7, 0.1), np.full(7, 0.7)])  # whose means are rounded
    assert vicreg.loss(constants, np.zeros((7, 7)), beta=math.inf, **known) < math.inf
    for use in (vicreg.gradient, vicreg.loss_and_gradient):
        with pytest.raises(ValueError, match="^beta must be finite for a gradient.*found inf"):
            use(columns, PATH_OF_FOUR, beta=math.inf, **known)


@settings(max_examples=100)
@given(problem=problems(exact=True))
def test_exact_decorrelation_in_closed_form(problem):
    """s_k = min(1, (alpha/(4 gamma lambda_k))^2) beside s_k = (1 - gamma lambda_k/alpha)_+ for the squared variance."""
    G, K, hyper = problem
    alpha, gamma = hyper["alpha"], hyper["gamma"]
    hinge = vicreg.optimal_representation(G, K, **hyper)
    squared = vicreg.optimal_representation(G, K, **hyper | {"variance": "squared"})
    assert hinge.rank == hinge.filter.size  # never 0
    wanted_loss = alpha * (K - hinge.filter.size)
    for value, s, t in zip(hinge.eigenvalues, hinge.filter, squared.filter, strict=True):
        share = gamma * value / alpha
        assert s == pytest.approx(1.0 if share <= 0.25 else (1 / (4 * share)) ** 2, rel=1e-12)
        assert t == pytest.approx(max(1 - share, 0.0), rel=1e-12, abs=1e-12)
        wanted_loss += alpha * (1 - math.sqrt(s)) + 2 * gamma * value * s
    assert hinge.loss == pytest.approx(wanted_loss, rel=1e-12, abs=1e-12 * alpha)
    event("the squared variance drops a direction", bool((squared.filter == 0).any()))
    for optimum, name in ((hinge, "hinge"), (squared, "squared")):
        value = vicreg.loss(optimum.representation, G, **hyper | {"variance": name})
        assert abs(value - optimum.loss) <= 1e-8 * optimum.loss + near(G, K, hyper)
    same = vicreg.optimal_representation(G, K, **hyper | {"variance": "squared", "beta": 7 * alpha})
    assert same.representation.tobytes() == squared.representation.tobytes()


@pytest.mark.parametrize(
    ("share", "order"),
    [(0.0, 0), (0.1, 1), (0.29, 1), (0.31, -1), (0.5, -1), (0.92, -1), (0.94, 1), (1.0, 1), (50.0, 1)],
)
def test_where_the_hinge_keeps_more_than_the_squared_variance(share, order):
    """They agree at gamma lambda/alpha = 0 and at the roots 0.2985 and 0.9273 of 16 t^2 (1 - t) = 1, and nowhere else."""
    G = np.array([[0.0, 0.5], [0.5, 0.0]])  # lambda = 1
    hyper = {"alpha": 2.0, "gamma": 2 * share, "beta": math.inf}
    hinge, squared = (
        vicreg.optimal_representation(G, 1, variance=name, **hyper).filter[0] for name in ("hinge", "squared")
    )
    assert np.sign(hinge - squared) == order
    roots = [root.real for root in np.roots([-16, 16, 0, -1]) if root.real > 0]
    np.testing.assert_allclose(sorted(roots), [0.2985, 0.9273], atol=1e-4)


@settings(max_examples=200)
@given(problem=problems(max_samples=12) | problems(exact=True))
def test_the_claimed_loss_is_the_loss_at_the_optimum(problem):
    G, K, hyper = problem
    optimum = vicreg.optimal_representation(G, K, **hyper)
    Z, n, q = optimum.representation, len(G), min(K, len(G) - 1)
    assert Z.shape == (n, K)
    assert optimum.weights is None
    assert optimum.filter.shape == optimum.eigenvalues.shape == (q,)
    assert (np.diff(optimum.filter) <= 1e-15).all()
    assert optimum.rank == np.count_nonzero(optimum.filter)
    assert isinstance(optimum.loss, float)
    assert isinstance(optimum.rank, int)
    event("rank: " + ("one" if optimum.rank == 1 else "all" if optimum.rank == q else "some"))
    assert abs(vicreg.loss(Z, G, **hyper) - optimum.loss) <= 1e-8 * optimum.loss + near(G, K, hyper)
    np.testing.assert_allclose(Z.mean(axis=0), 0.0, atol=1e-12)
    C = Z.T @ Z / n
    np.testing.assert_allclose(np.linalg.eigvalsh(C)[::-1][:q], optimum.filter, rtol=0, atol=1e-12 * K)
    assert (np.diagonal(C) <= 1 + 1e-12).all()
    assert (np.diagonal(C) > 0).all() or hyper["beta"] == math.inf


@settings(max_examples=150)
@given(problem=problems(), rng=arrays())
def test_no_representation_has_a_smaller_loss(problem, rng):
    G, K, hyper = problem
    optimum = vicreg.optimal_representation(G, K, **hyper)
    allowed = 1e-12 * optimum.loss + near(G, K, hyper)
    for size in (0.01, 0.1, 1.0):
        for Z in (optimum.representation, np.zeros((len(G), K))):
            nearby = Z + size * rng.standard_normal(Z.shape)
            assert vicreg.loss(nearby, G, **hyper) >= optimum.loss - allowed
    for scale in (0.9, 0.999, 1.001, 1.1):
        assert vicreg.loss(scale * optimum.representation, G, **hyper) >= optimum.loss - allowed


@settings(max_examples=60)
@given(problem=problems(max_samples=6), seed=st.integers(0, 2**32 - 1))
def test_no_numerical_minimisation_ends_below_the_claim(problem, seed):
    """Nothing is asked of where it ends: the loss has local minima that are not global."""
    G, K, hyper = problem
    optimum = vicreg.optimal_representation(G, K, **hyper)
    found = minimise(
        lambda Z: vicreg.loss_and_gradient(Z, G, **hyper), (len(G), K), n_starts=4, seed=seed, max_iterations=300
    )
    scale = found.loss_scale
    event("the best start reaches it", found.loss <= optimum.loss + 1e-5 * scale)
    event("some start ends above it", found.losses.max() > optimum.loss + 1e-3 * scale)
    assert (found.losses >= optimum.loss * (1 - 1e-12) - near(G, K, hyper)).all()


def test_a_stationary_point_that_is_not_global():
    """What is optimal under exact decorrelation stays stationary at any beta, and is not the minimum below 5.73."""
    hyper = {"variance": "hinge", "gamma": 0.5}  # prices 1, 3
    exact = vicreg.optimal_representation(PATH, 2, beta=math.inf, **hyper)
    slope = vicreg.gradient(exact.representation, PATH, beta=5.0, **hyper)
    np.testing.assert_allclose(slope, 0, atol=1e-14)
    assert vicreg.loss(exact.representation, PATH, beta=5.0, **hyper) == pytest.approx(2 - 1 / 4 - 1 / 12, rel=1e-12)
    assert vicreg.optimal_representation(PATH, 2, beta=5.0, **hyper).loss < 2 - 1 / 4 - 1 / 12 - 0.003
    assert vicreg.optimal_representation(PATH, 2, beta=6.0, **hyper).loss == pytest.approx(exact.loss, rel=1e-14)


@settings(max_examples=100)
@given(
    problem=problems(kinds=("weighted", "integer", "clique", "path", "empty")) | problems(max_samples=7, exact=True),
    features=st.integers(1, 5),
    rank=st.integers(0, 5),
    rng=arrays(),
)
def test_the_same_for_linear_networks(problem, features, rank, rng):
    G, K, hyper = problem
    rank = min(rank, features)
    X = rng.standard_normal((len(G), rank)) @ rng.standard_normal((rank, features))
    X = np.column_stack([X, np.full(len(G), 0.1)])  # a constant feature
    q = min(K, rank, len(G) - 1)
    singular_values = np.linalg.svd((X - X.mean(axis=0))[:, :-1], compute_uv=False)[: min(rank, len(G) - 1)]
    assume(not rank or singular_values[0] < 100 * singular_values[-1])
    optimum = vicreg.optimal_weights(X, G, K, **hyper)
    event(f"rank-deficient: {rank < features}, more components than directions: {q < K}")
    assert optimum.representation is None
    assert optimum.weights.shape == (features + 1, K)
    assert optimum.filter.shape == optimum.eigenvalues.shape == (q,)
    allowed = 1e-8 * optimum.loss + 1e4 * near(G, K, hyper)
    assert abs(vicreg.loss(X @ optimum.weights, G, **hyper) - optimum.loss) <= allowed
    prices = 2 * hyper["gamma"] * optimum.eigenvalues / hyper["alpha"]
    pair = hinge_spectrum(prices, hyper["beta"] / hyper["alpha"], K)
    assert optimum.loss == pytest.approx(hyper["alpha"] * pair.loss, rel=1e-12)
    if hyper["beta"] < math.inf:
        for size in (0.01, 0.1, 1.0):
            W = optimum.weights + size * rng.standard_normal(optimum.weights.shape)
            assert vicreg.loss(X @ W, G, **hyper) >= optimum.loss - allowed


def test_all_inputs_give_the_same_as_none():
    """X = I: every representation is a linear network."""
    hyper = {"variance": "hinge", "alpha": 2.0, "gamma": 0.7}
    for beta in (0.2, 5.0, math.inf):
        wanted = vicreg.optimal_representation(PATH_OF_FOUR, 3, beta=beta, **hyper)
        found = vicreg.optimal_weights(np.eye(4), PATH_OF_FOUR, 3, beta=beta, **hyper)
        assert found.loss == pytest.approx(wanted.loss, rel=1e-12)
        np.testing.assert_allclose(found.filter, wanted.filter, rtol=1e-10)


def mp_rotation(spectrum, diagonal):
    """An orthogonal R with diag(R diag(spectrum) R') = diagonal, at the working precision; both descending."""
    K = len(spectrum)
    R, values, left, result = mpmath.eye(K), list(spectrum), list(range(K)), mpmath.zeros(K)
    for k, target in enumerate(diagonal):
        order = sorted(left, key=values.__getitem__)
        lower = [i for i in order if values[i] < target]
        upper = [i for i in order if values[i] >= target]
        i, j = (upper or lower[-1:])[0], (lower or upper[:1])[-1]
        share = (target - values[j]) / (values[i] - values[j]) if i != j else mpmath.mpf(1)
        c, s = mpmath.sqrt(share), mpmath.sqrt(1 - share)
        for column in range(K):
            result[k, column] = c * R[i, column] + s * R[j, column]
            R[j, column] = c * R[j, column] - s * R[i, column]
        values[j] += values[i] - target
        left.remove(i)
    return result


def mp_refined(pair, prices, b):
    """(s, d) at the working precision: in each block between cuts, Newton from the pair in floats."""
    s, d = [], []
    cuts = np.flatnonzero(np.cumsum(pair.spectrum - pair.diagonal) <= 1e-9 * pair.spectrum.sum()) + 1
    for start, stop in zip([0, *cuts], cuts, strict=False):
        diagonal, c = pair.diagonal[start:stop], prices[start:stop]
        p = np.count_nonzero(pair.spectrum[start:stop])
        levels, level = np.unique(-np.round(diagonal, 9), return_inverse=True)
        free = [i for i in range(len(levels)) if levels[i] > -1]

        def unpacked(mu, *roots, c=c, p=p, level=level, free=free, m=stop - start):
            of_level = dict(zip(free, roots, strict=True))
            spectrum = [(mu - c[k]) / (2 * b) if k < p else mpmath.mpf(0) for k in range(m)]
            return spectrum, [of_level.get(i, mpmath.mpf(1)) ** 2 for i in level]

        def equations(mu, *roots, unpacked=unpacked):
            spectrum, diagonal = unpacked(mu, *roots)
            return [sum(spectrum) - sum(diagonal), *(1 / (2 * root) + 2 * b * root**2 - mu for root in roots)]

        roots = [mpmath.sqrt(float(diagonal[list(level).index(i)])) for i in free]
        mu = 2 * b * float(pair.spectrum[start]) + c[0]
        solved = mpmath.findroot(equations, [mu, *roots]) if free else [(2 * b * (stop - start) + sum(c[:p])) / p]
        spectrum, diagonal = unpacked(*solved)
        s, d = s + spectrum, d + diagonal
    return s, d


@settings(max_examples=100)
@given(
    problem=problems(max_samples=6, kinds=("weighted", "integer", "clique", "path", "empty")),
)
def test_the_optimum_is_stationary_at_fifty_digits(problem):
    """With the multipliers of the hinge, 1/sqrt(C_kk) below 1 and in [0, 1] at 1, the gradient is 0."""
    G, K, hyper = problem
    n = len(G)
    optimum = vicreg.optimal_representation(G, K, **hyper)
    with mpmath.workdps(60):
        alpha, beta, gamma = (mpmath.mpf(hyper[name]) for name in ("alpha", "beta", "gamma"))
        L, eigenvalues, P = mp_spectrum(G)
        q = min(K, n - 1)
        prices = [2 * gamma * max(value, mpmath.mpf(0)) / alpha for value in eigenvalues[:q]]
        prices += [mpmath.inf] * (K - q)
        pair = hinge_spectrum(np.array(prices, dtype=float), float(beta / alpha), K)
        s, d = mp_refined(pair, prices, beta / alpha)
        assert max(abs(a - b) for a, b in zip(s, pair.spectrum.tolist(), strict=True)) <= 1e-9
        R = mp_rotation(s, d)
        Z = mpmath.matrix(n, K)
        for i in range(n):
            for k in range(K):
                Z[i, k] = sum((mpmath.sqrt(n * abs(s[a])) * P[i, a] * R[k, a] for a in range(q)), mpmath.mpf(0))
        C = Z.T * Z / n
        slope = C - mpmath.diag([C[k, k] for k in range(K)])
        smooth = 4 * beta * Z * slope + 4 * gamma * L * Z
        size = 4 * beta + 4 * gamma * max([L[i, i] for i in range(n)]) + alpha
        value = 2 * gamma / n * sum((L * Z)[i, k] * Z[i, k] for i in range(n) for k in range(K))
        value += beta * sum(C[j, k] ** 2 for j in range(K) for k in range(K) if j != k)
        for k in range(K):
            column = Z[:, k]
            t = sum(smooth[i, k] * column[i] for i in range(n)) / (alpha * n * C[k, k])
            deviation = mpmath.sqrt(C[k, k])
            assert max(abs(smooth[i, k] - alpha * t * column[i]) for i in range(n)) <= size * mpmath.mpf(10) ** -25
            if abs(deviation - 1) < mpmath.mpf(10) ** -25:
                event("deviation 1")
                assert -1e-7 <= t <= 1 + 1e-7  # losses that differ by its square tie in rounding
            else:
                event("deviation below 1")
                assert abs(t * deviation - 1) <= mpmath.mpf(10) ** -25
            value += alpha * max(1 - deviation, 0)
        assert abs(value - optimum.loss) <= 1e-9 * optimum.loss + near(G, K, hyper)


def fewer_than_two(c1, c2):
    """b = beta/alpha up to which two components have an optimum of rank one, at prices c1 <= c2, c = 2 gamma lambda/alpha.

    Known for c1 >= 1/2 and c1 <= 1/4.
    """
    if c1 + c2 <= 1:
        return (c2 - c1) / 4
    if c1 <= 0.25:
        roots = np.roots([1, -2 * c2, 1, -2 * c1])
        return (roots[roots.imag == 0].real.max() - 2 * c1) / 4
    if c2 <= (1 + math.sqrt(2)) * c1:
        return (c2 - c1) * (c1 + c2) ** 2 / 4
    if c2 >= 4 * c1:
        return 2 * c1**2 * c2
    m = math.sqrt(5 - 4 * c1 / c2)
    return 8 * c1**3 * (m - 1) / (3 - m) ** 3


@settings(max_examples=300)
@given(
    c1=st.just(0.0) | st.floats(1e-3, 0.25) | st.floats(0.5, 5.0),
    ratio=st.floats(1.01, 8.0),
    far=st.floats(0, 3),
    below=st.floats(1e-3, 1 - 1e-6),
    above=st.floats(1 + 1e-6, 1e3),
)
def test_below_which_beta_two_components_are_correlated_to_rank_one(c1, ratio, far, below, above):
    c2 = ratio * c1 if c1 >= 0.5 else c1 + 0.01 + far
    threshold = fewer_than_two(c1, c2)
    ones = "c1 + c2 <= 1" if c1 + c2 <= 1 else "c1 <= 1/4" if c1 <= 0.25 else None
    event(ones or ("c2/c1 up to 1 + sqrt 2" if c2 <= 2.414 * c1 else "c2/c1 from 4" if c2 >= 4 * c1 else "between"))
    for factor, rank in ((below, 1), (above, 2)):
        found = hinge_spectrum(np.array([c1, c2]), factor * threshold, 2)
        assert np.count_nonzero(found.spectrum) == rank


@pytest.mark.parametrize(
    ("gamma", "threshold"), [(1.0, 64 * (math.sqrt(11 / 3) - 1) / (3 - math.sqrt(11 / 3)) ** 3), (0.1, 0.1)]
)
def test_the_same_on_a_path_of_three(gamma, threshold):
    """lambda = 1, 3: prices 2, 6 and 0.2, 0.6, thresholds 8 c1^3 (m - 1)/(3 - m)^3, m^2 = 5 - 4/3, and (c2 - c1)/4."""
    for factor, rank in ((0.999, 1), (1.001, 2)):
        hyper = {"variance": "hinge", "beta": factor * threshold, "gamma": gamma}
        optimum = vicreg.optimal_representation(PATH, 2, **hyper)
        assert optimum.rank == rank
        assert np.linalg.matrix_rank(optimum.representation, tol=1e-6) == rank


def test_more_components_than_directions():
    """One direction for three components: one full column and two small ones along it, or, uncorrelated, two of zeros."""
    G = np.zeros((2, 2))
    optimum = vicreg.optimal_representation(G, 3, variance="hinge", beta=1.0)
    (r,) = (root.real for root in np.roots([1, 0, 1, -1 / 4]) if root.imag == 0)  # of 2 (1 - r) + 4 r^2 + 2 r^4
    np.testing.assert_allclose(optimum.filter, [1 + 2 * r**2], rtol=1e-12)
    np.testing.assert_allclose(np.sort(optimum.representation.std(axis=0)), [r, r, 1], rtol=1e-12)
    assert optimum.loss == pytest.approx(2 * (1 - r) + 4 * r**2 + 2 * r**4, rel=1e-12)
    exact = vicreg.optimal_representation(G, 3, variance="hinge", beta=math.inf)
    assert (exact.loss, exact.rank, exact.filter.tolist()) == (2.0, 1, [1.0])
    assert np.count_nonzero(np.abs(exact.representation).sum(axis=0)) == 1


def test_one_sample_has_no_directions():
    for beta in (1.0, math.inf):
        optimum = vicreg.optimal_representation([[0.0]], 3, variance="hinge", alpha=2.0, beta=beta)
        assert optimum.representation.tolist() == [[0, 0, 0]]
        assert (optimum.loss, optimum.filter.size, optimum.rank) == (6.0, 0, 0)
        assert vicreg.optimal_weights([[2.0]], [[0.0]], 3, variance="hinge", alpha=2.0, beta=beta).loss == 6.0


@pytest.mark.parametrize("name", ["alpha", "beta", "gamma"])
@pytest.mark.parametrize("value", [1e-300, 1e-100, 1e-12, 1e12, 1e100, 1e300])
def test_extreme_weights(name, value):
    """Of a representation, deviations are right up to 1e-16, and so are covariances, whose squares the loss sees."""
    hyper = {"alpha": 1.0, "beta": 1.0, "gamma": 1.0, "variance": "hinge"} | {name: value}
    optimum = vicreg.optimal_representation(PATH, 3, **hyper)
    attained = vicreg.loss(optimum.representation, PATH, **hyper)
    assert abs(attained - optimum.loss) <= 1e-9 * optimum.loss + 1e-15 * hyper["alpha"] + 1e-30 * hyper["beta"]
    assert 0 <= optimum.loss <= 3 * hyper["alpha"]


@pytest.mark.parametrize(
    ("alpha", "other", "second"), [(1e-300, 1e300, 0.0), (1e300, 1e-300, 1.0), (1e300, 1e300, 1 / 64)]
)
def test_weights_whose_quotients_overflow_or_underflow(alpha, other, second):
    """Nothing is worth a price of infinity, except where lambda = 0; a covariance of no weight costs nothing."""
    apart = np.diag([1.0, 0.0], 1) + np.diag([1.0, 0.0], -1)  # lambda = 0, 2
    priced = vicreg.optimal_representation(apart, 2, variance="hinge", alpha=alpha, gamma=other, beta=math.inf)
    assert priced.filter == pytest.approx([1, second], abs=1e-300)
    weighed = vicreg.optimal_representation(apart, 2, variance="hinge", alpha=alpha, beta=other, gamma=0.0)
    assert weighed.loss <= 1e-300 * alpha
    assert weighed.filter == pytest.approx([1, 1])


def test_a_large_sparse_relation():
    n = 2000
    G = sp.diags_array([1.0] * (n - 1), offsets=1, shape=(n, n))
    G = (G + G.T).tocsr()
    for beta in (0.05, 1.0, math.inf):
        hyper = {"variance": "hinge", "beta": beta, "gamma": 3e4}
        optimum = vicreg.optimal_representation(G, 8, **hyper)
        assert vicreg.loss(optimum.representation, G, **hyper) == pytest.approx(optimum.loss, rel=1e-8)


def test_many_components():
    rng = np.random.default_rng(0)
    G = rng.random((150, 150))
    G = G + G.T
    for beta in (1e-3, 0.1, 25.0):
        hyper = {"variance": "hinge", "alpha": 25.0, "beta": beta, "gamma": 0.05}
        optimum = vicreg.optimal_representation(G, 200, **hyper)
        assert vicreg.loss(optimum.representation, G, **hyper) == pytest.approx(optimum.loss, rel=1e-9)


@settings(max_examples=60)
@given(problem=problems() | problems(exact=True), rng=arrays())
def test_the_diagnostics_take_the_keywords(problem, rng):
    G, K, hyper = problem
    optimum = vicreg.optimal_representation(G, K, **hyper)
    gap = diagnostics.optimality_gap(optimum.representation, G, **hyper)
    assert abs(gap.absolute) <= 1e-8 * optimum.loss + near(G, K, hyper)
    assert gap.optimal_loss == optimum.loss
    angles = diagnostics.angles_to_optimum(optimum.representation, G, **hyper)
    np.testing.assert_allclose(angles, 0, atol=1e-5)
    away = diagnostics.optimality_gap(optimum.representation + rng.standard_normal((len(G), K)), G, **hyper)
    assert away.absolute >= -near(G, K, hyper)


@pytest.mark.parametrize("bad", ["Hinge", "", None, 1, ["hinge"], True])
def test_an_unknown_variance_is_refused_by_name(bad):
    Z = np.eye(3)[:, :2]
    for use in (vicreg.loss, vicreg.gradient, vicreg.loss_and_gradient):
        with pytest.raises(ValueError, match="^variance must be 'squared' or 'hinge'; found"):
            use(Z, PATH, variance=bad)
    with pytest.raises(ValueError, match="^variance must be"):
        vicreg.optimal_representation(PATH, 2, variance=bad)
    with pytest.raises(ValueError, match="^variance must be"):
        vicreg.optimal_weights(np.eye(3), PATH, 2, variance=bad)


@pytest.mark.parametrize("name", ["alpha", "beta", "gamma"])
@pytest.mark.parametrize(
    ("bad", "error"),
    [(bad, ValueError) for bad in (-1.0, math.nan, -math.inf, 10**400)]
    + [(bad, TypeError) for bad in (True, "1", None, 1j, np.array([np.inf]))],
)
def test_a_bad_weight_is_refused_by_name(name, bad, error):
    Z = np.eye(3)[:, :2]
    calls = [(use, (Z, PATH)) for use in (vicreg.loss, vicreg.gradient, vicreg.loss_and_gradient)]
    calls += [(vicreg.optimal_representation, (PATH, 2)), (vicreg.optimal_weights, (np.eye(3), PATH, 2))]
    for use, arguments in calls:
        with pytest.raises(error, match=f"^{name} must be"):
            use(*arguments, variance="hinge", **{name: bad})
    if name != "beta":
        with pytest.raises(ValueError, match=f"^{name} must be"):
            vicreg.optimal_representation(PATH, 2, variance="hinge", beta=math.inf, **{name: math.inf})
