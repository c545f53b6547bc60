"""The closed form of VICReg against numerical optimisation, 50-digit arithmetic, and its own formulas
written plainly."""

import mpmath
import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from numeric import vicreg
from numeric.generated import vicreg as generated
from numeric.optimise import minimise
from numeric.spectrum import bottom_eigenpairs
from tests.numeric.opponent import check_against
from tests.numeric.strategies import arrays, laplacian, relations
from tests.numeric.taylor import check_taylor_remainder

PATH = np.diag(np.ones(2), 1) + np.diag(np.ones(2), -1)  # lambda = 1, 3


@st.composite
def parameters(draw, eigenvalues):
    """alpha, beta, gamma; gamma zero, log-uniform, or exactly on a threshold alpha / lambda_k."""
    beta, alpha = sorted(draw(st.sampled_from([1.0, 25.0, 0.25]) | st.floats(0.05, 50.0)) for _ in range(2))
    regime = draw(st.sampled_from("<=>"))
    if regime != ">":
        alpha, beta = beta, (alpha if regime == "<" else beta)
    event(f"alpha {'<' if alpha < beta else '>' if alpha > beta else '='} beta")
    spread = eigenvalues[eigenvalues > 1e-6 * eigenvalues.max(initial=0)]
    kind = draw(st.sampled_from(["log-uniform", "threshold", "zero"]))
    event(f"gamma: {kind}")
    if kind == "zero":
        return {"alpha": alpha, "beta": beta, "gamma": 0.0}
    if kind == "threshold" and spread.size:
        return {"alpha": alpha, "beta": beta, "gamma": float(alpha / draw(st.sampled_from(list(spread))))}
    middle = alpha / np.median(spread) if spread.size else 1.0  # where the filter is neither all 0 nor all 1
    return {"alpha": alpha, "beta": beta, "gamma": float(middle * 10.0 ** draw(st.floats(-2, 2)))}


@st.composite
def problems(draw, max_samples=12, **kinds):
    """(G, K, hyper-parameters) with N in 2..max_samples and K in 1..N + 2."""
    G = draw(relations(min_samples=2, max_samples=max_samples, **kinds))
    n = len(G)
    n_components = draw(st.integers(1, n + 2))
    event("K >= N" if n_components >= n else "K < N")
    return G, n_components, draw(parameters(np.linalg.eigvalsh(laplacian(G))[1:]))


def plain_loss(Z, G, *, alpha, beta, gamma):
    """The definition, pair by pair: no Laplacian, no centring matrix."""
    n = len(Z)
    C = np.cov(Z, rowvar=False, bias=True).reshape(Z.shape[1], Z.shape[1])
    variance = sum((C[k, k] - 1) ** 2 for k in range(len(C)))
    covariance = sum(C[j, k] ** 2 for j in range(len(C)) for k in range(len(C)) if j != k)
    invariance = sum(G[i, j] * np.sum((Z[i] - Z[j]) ** 2) for i in range(n) for j in range(n))
    return alpha * variance + beta * covariance + gamma / n * invariance


def rounding(G, K, *, alpha, beta, gamma):
    """The rounding of a loss near an optimum: that of an eigenvalue of L, relative to |L|, times gamma."""
    return 1e-13 * K * (alpha + beta + gamma * np.abs(laplacian(G)).sum(axis=1).max() * len(G) * 0.1)


def tolerance(claim, relative, G, K, hyper):
    return relative * claim + rounding(G, K, **hyper)


@settings(max_examples=200)
@given(problem=problems(max_samples=7), rng=arrays(), sparse=st.booleans())
def test_loss_is_its_definition(problem, rng, sparse):
    G, K, hyper = problem
    Z = rng.standard_normal((len(G), K)) + 2.0
    value = vicreg.loss(Z, sp.csr_array(G) if sparse else G, **hyper)
    np.testing.assert_allclose(value, plain_loss(Z, G, **hyper), rtol=1e-11)
    both = vicreg.loss_and_gradient(Z, G, **hyper)
    assert both[0] == vicreg.loss(Z, G, **hyper)
    np.testing.assert_array_equal(both[1], vicreg.gradient(Z, G, **hyper))


@settings(max_examples=150)
@given(problem=problems(max_samples=8), rng=arrays())
def test_the_taylor_remainder_of_the_gradient_is_quadratic(problem, rng):
    G, K, hyper = problem
    Z, V = rng.standard_normal((2, len(G), K))
    slope = vicreg.gradient(Z, G, **hyper)
    check_taylor_remainder(lambda Z: vicreg.loss(Z, G, **hyper), slope, Z, V)


@settings(max_examples=300)
@given(problem=problems())
def test_the_claimed_loss_is_the_loss_at_the_optimum_and_the_gradient_vanishes(problem):
    G, K, hyper = problem
    optimum = vicreg.optimal_representation(G, K, **hyper)
    Z = optimum.representation
    value, slope = vicreg.loss_and_gradient(Z, G, **hyper)
    assert abs(value - optimum.loss) <= tolerance(optimum.loss, 1e-8, G, K, hyper)
    norm = np.abs(laplacian(G)).sum(axis=1).max()
    scale = hyper["alpha"] + hyper["beta"] + hyper["gamma"] * norm
    assert np.abs(slope).max() <= 1e-13 * len(G) * scale * (1 + np.abs(Z).max())
    n, q = len(G), min(K, len(G) - 1)
    assert Z.shape == (n, K)
    assert optimum.weights is None
    assert optimum.filter.shape == optimum.eigenvalues.shape == (q,)
    assert (np.diff(optimum.filter) <= 0).all()
    assert optimum.rank == (optimum.filter > 0).sum() <= q
    assert isinstance(optimum.loss, float)
    assert isinstance(optimum.rank, int)
    np.testing.assert_allclose(Z.mean(axis=0), 0.0, atol=1e-12)
    C = Z.T @ Z / n
    spectrum = np.linalg.eigvalsh(C)[::-1]
    np.testing.assert_allclose(spectrum[:q], optimum.filter, rtol=0, atol=1e-12 * (1 + optimum.filter.max(initial=0)))
    if hyper["alpha"] > hyper["beta"]:
        np.testing.assert_allclose(np.diagonal(C), optimum.filter.sum() / K, rtol=0, atol=1e-12)
    else:
        np.testing.assert_allclose(C - np.diag(np.diagonal(C)), 0.0, atol=1e-12)


@settings(max_examples=200)
@given(problem=problems(), seed=st.integers(0, 2**32 - 1))
def test_no_numerical_minimum_is_below_the_claim_and_the_best_reaches_it(problem, seed):
    G, K, hyper = problem
    claim = vicreg.optimal_representation(G, K, **hyper).loss
    found = minimise(
        lambda Z: vicreg.loss_and_gradient(Z, G, **hyper),
        (len(G), K),
        n_starts=4,
        seed=seed,
        max_iterations=1500,
    )
    check_against(found, claim, rounding=tolerance(claim, 1e-12, G, K, hyper))


@settings(max_examples=150)
@given(
    problem=problems(max_samples=9, kinds=("weighted", "integer", "clique", "path", "empty")),
    features=st.integers(1, 5),
    rank=st.integers(0, 5),
    rng=arrays(),
)
def test_the_same_for_linear_networks(problem, features, rank, rng):
    G, K, hyper = problem
    rank = min(rank, features)
    X = rng.standard_normal((len(G), rank)) @ rng.standard_normal((rank, features))
    X = np.column_stack([X, np.full(len(G), 0.1)])  # a constant feature
    optimum = vicreg.optimal_weights(X, G, K, **hyper)
    q = min(K, rank, len(G) - 1)
    event(f"rank-deficient: {rank < features}, more components than directions: {q < K}")
    assert optimum.representation is None
    assert optimum.weights.shape == (features + 1, K)
    condition = 1.0
    if rank:
        singular_values = np.linalg.svd((X - X.mean(axis=0))[:, :-1], compute_uv=False)[: min(rank, len(G) - 1)]
        condition = (singular_values[0] / singular_values[-1]) ** 2
    assume(condition < 1e5)
    assert optimum.filter.shape == optimum.eigenvalues.shape == (q,)

    def linear(W):
        value, slope = vicreg.loss_and_gradient(X @ W, G, **hyper)
        return value, X.T @ slope

    value, slope = linear(optimum.weights)
    near = condition * rounding(G, K, **hyper)
    assert abs(value - optimum.loss) <= 1e-8 * optimum.loss + near
    assert np.linalg.norm(slope) <= 1e3 * near * (1 + np.abs(X).max())
    found = minimise(linear, optimum.weights.shape, n_starts=4, seed=rng, max_iterations=1500)
    check_against(found, optimum.loss, rounding=1e-9 * optimum.loss + near)


@pytest.mark.parametrize(("alpha", "beta"), [(1.0, 1.0), (1.0, 25.0), (25.0, 1.0)])
@pytest.mark.parametrize("K", [1, 2, 4, 7])
def test_the_optimiser_does_converge(alpha, beta, K):
    """So that the property tests above are known to compare something."""
    G = np.random.default_rng(K).random((5, 5))
    G = (G + G.T) / 5
    hyper = {"alpha": alpha, "beta": beta, "gamma": 0.2 * alpha}
    found = minimise(lambda Z: vicreg.loss_and_gradient(Z, G, **hyper), (5, K), n_starts=6)
    assert found.converged
    assert found.loss == pytest.approx(vicreg.optimal_representation(G, K, **hyper).loss, rel=1e-9)


def mp_spectrum(G):
    """Eigenpairs of L on the complement of ones at the working precision, from exact weights."""
    n = len(G)
    L = mpmath.matrix(n, n)
    for i in range(n):
        for j in range(n):
            if i != j:
                L[i, j] = -mpmath.mpf(float(G[i, j]))
                L[i, i] += mpmath.mpf(float(G[i, j]))
    lifted = 4 * max(L[i, i] for i in range(n)) + 1
    eigenvalues, P = mpmath.mp.eigsy(L + lifted / n * mpmath.ones(n, n))
    return L, list(eigenvalues)[: n - 1], P[:, : n - 1]  # the ones vector has the largest


def mp_filter(eigenvalues, K, alpha, beta, gamma):
    """(s, m): the filter, and for alpha > beta the level; by exact solution of each linear piece."""
    if alpha <= beta:
        return [max(1 - gamma * value / alpha, mpmath.mpf(0)) for value in eigenvalues], None
    for kept in range(len(eigenvalues), -1, -1):
        m = (kept * alpha - gamma * sum(eigenvalues[:kept])) / (K * beta + kept * (alpha - beta))
        s = [max((alpha - (alpha - beta) * m - gamma * value) / beta, mpmath.mpf(0)) for value in eigenvalues]
        if sum(1 for value in s if value > 0) >= kept and all(value > 0 for value in s[:kept]):
            break
    return s, m


def mp_equal_diagonal(spectrum):
    """A rotation R with all entries of diag(R diag(spectrum) R') equal, one rotation for each."""
    K = len(spectrum)
    mean = sum(spectrum) / K
    R, values, left = mpmath.eye(K), list(spectrum), list(range(K))
    while len(left) > 1:
        i, j = max(left, key=values.__getitem__), min(left, key=values.__getitem__)
        if values[i] == values[j]:
            break
        share = min(max((mean - values[j]) / (values[i] - values[j]), 0), 1)  # rounding may put it outside
        c, d = mpmath.sqrt(share), mpmath.sqrt(1 - share)
        for column in range(K):
            R[i, column], R[j, column] = (
                c * R[i, column] + d * R[j, column],
                c * R[j, column] - d * R[i, column],
            )
        values[j] += values[i] - mean
        left.remove(i)
    return R


@settings(max_examples=150)
@given(problem=problems(max_samples=7))
def test_the_closed_form_is_stationary_at_fifty_digits(problem):
    """Its own evaluation of the formulas; the functions agree with it as far as rounding lets them."""
    G, K, hyper = problem
    n = len(G)
    optimum = vicreg.optimal_representation(G, K, **hyper)
    with mpmath.workdps(60):
        alpha, beta, gamma = (mpmath.mpf(hyper[name]) for name in ("alpha", "beta", "gamma"))
        L, eigenvalues, P = mp_spectrum(G)
        q = min(K, n - 1)
        eigenvalues = eigenvalues[:q]
        s, m = mp_filter(eigenvalues, K, alpha, beta, gamma)
        padded = s + [mpmath.mpf(0)] * (K - q)
        R = mpmath.eye(K) if m is None else mp_equal_diagonal(padded)
        Z = mpmath.matrix(n, K)
        for i in range(n):
            for k in range(K):
                Z[i, k] = sum((mpmath.sqrt(n * s[a]) * P[i, a] * R[k, a] for a in range(q)), mpmath.mpf(0))
        centred = Z - mpmath.ones(n, n) * Z / n
        C = centred.T * centred / n
        slope = mpmath.matrix(C)
        for j in range(K):
            for k in range(K):
                slope[j, k] = alpha * (C[k, k] - 1) if j == k else beta * C[j, k]
        residual = (4 * centred * slope + 4 * gamma * L * Z) / n
        scale = alpha + beta + gamma * sum(L[i, i] for i in range(n))
        assert mpmath.norm(residual, mpmath.inf) / scale < mpmath.mpf(10) ** -40
        value = 2 * gamma / n * sum((L * Z)[i, k] * Z[i, k] for i in range(n) for k in range(K))
        value += alpha * sum((C[k, k] - 1) ** 2 for k in range(K))
        value += beta * sum(C[j, k] ** 2 for j in range(K) for k in range(K) if j != k)
        assert abs(value - optimum.loss) <= tolerance(float(value), 1e-9, G, K, hyper)
        error = 1e-12 * float(scale / beta) if m is not None else 1e-12 * float(scale / alpha)
        assert max(abs(a - b) for a, b in zip(s, optimum.filter.tolist(), strict=True)) <= error


def test_a_path_of_three_by_hand():
    optimum = vicreg.optimal_representation(PATH, 2, alpha=2.0, beta=2.0, gamma=0.5)
    np.testing.assert_allclose(optimum.eigenvalues, [1, 3], rtol=1e-14)
    np.testing.assert_allclose(optimum.filter, [0.75, 0.25], rtol=1e-14)
    assert optimum.loss == pytest.approx(2 * (1 - 0.75**2) + 2 * (1 - 0.25**2), rel=1e-14)
    assert optimum.rank == 2
    wanted = np.sqrt(3 * 0.75 / 2) * np.array([1.0, 0.0, -1.0])
    np.testing.assert_allclose(np.abs(optimum.representation[:, 0]), np.abs(wanted), atol=1e-14)
    more = vicreg.optimal_representation(PATH, 5, alpha=2.0, beta=2.0, gamma=0.5)
    assert more.loss == pytest.approx(optimum.loss + 3 * 2.0, rel=1e-14)  # alpha for each missing direction


def test_the_official_weights_by_hand():
    """alpha = 25, beta = 1, no relation: every s_k is the root of s = (25 - 24 m), m = q s / K."""
    optimum = vicreg.optimal_representation(np.zeros((4, 4)), 6, alpha=25.0, beta=1.0)
    np.testing.assert_allclose(optimum.filter, 25 / (1 + 24 * 3 / 6), rtol=1e-14)
    m = 3 * optimum.filter[0] / 6
    assert optimum.loss == pytest.approx(24 * 6 * m**2 - 50 * 6 * m + 150 + 3 * optimum.filter[0] ** 2, rel=1e-13)


@pytest.mark.parametrize(("alpha", "beta"), [(3.0, 3.0), (3.0, 10.0)])
def test_an_eigenvalue_on_the_threshold_is_dropped(alpha, beta):
    optimum = vicreg.optimal_representation(PATH, 2, alpha=alpha, beta=beta, gamma=1.0)  # lambda = 1, 3
    assert optimum.filter[1] == 0
    assert optimum.rank == 1
    below = vicreg.optimal_representation(PATH, 2, alpha=alpha, beta=beta, gamma=1.0 - 1e-9)
    assert below.rank == 2


@settings(max_examples=100)
@given(
    G=relations(min_samples=2, kinds=("weighted", "integer", "path")),
    alpha=st.floats(0.1, 30),
    equal=st.booleans(),
)
def test_so_is_one_that_was_computed(G, alpha, equal):
    """gamma = alpha / lambda_k, with lambda_k and the quotient rounded, leaves nothing of s_k."""
    eigenvalues, _ = bottom_eigenpairs(G, len(G))
    for k in np.flatnonzero(eigenvalues > 1e-3 * eigenvalues.max()):
        hyper = {"alpha": alpha, "beta": alpha if equal else 2 * alpha, "gamma": alpha / eigenvalues[k]}
        optimum = vicreg.optimal_representation(G, len(G), **hyper)
        assert (optimum.filter[k:] == 0).all()
        assert optimum.rank <= k


def test_an_eigenvalue_on_the_threshold_is_dropped_where_the_variance_weighs_more():
    optimum = vicreg.optimal_representation(PATH, 2, alpha=3.0, beta=1.0, gamma=3.0)
    assert (optimum.filter.tolist(), optimum.rank, optimum.loss) == ([0, 0], 0, 6.0)
    # With the first kept, m = s_1 / 2 and s_1 = 3 - 2 m - gamma; s_2 = 3 - 2 m - 3 gamma is 0 at gamma = 3/5.
    assert vicreg.optimal_representation(PATH, 2, alpha=3.0, beta=1.0, gamma=0.6).rank == 1
    assert vicreg.optimal_representation(PATH, 2, alpha=3.0, beta=1.0, gamma=0.6 - 1e-9).rank == 2


@pytest.mark.parametrize(("alpha", "beta"), [(1.0, 1.0), (1.0, 25.0), (25.0, 1.0)])
@pytest.mark.parametrize("gamma", [1.0, 1e20])
def test_a_zero_eigenvalue_is_kept_at_any_gamma(alpha, beta, gamma):
    """Two triangles with awkward weights: the contrast between them costs nothing."""
    triangle = np.array([[0, 0.1, 0.7], [0.1, 0, 1e5 / 3], [0.7, 1e5 / 3, 0]])
    G = np.block([[triangle, np.zeros((3, 3))], [np.zeros((3, 3)), triangle / 7]])
    labels = np.array([0.3, 0.3, 0.3, 0.9, 0.9, 0.9])
    X = np.column_stack([labels, 1 - labels, np.arange(6.0)])
    for optimum in (
        vicreg.optimal_representation(G, 2, alpha=alpha, beta=beta, gamma=1e3 * gamma),
        vicreg.optimal_weights(X, G, 2, alpha=alpha, beta=beta, gamma=1e3 * gamma),
    ):
        assert optimum.rank == 1
        assert optimum.eigenvalues[0] == 0
        assert optimum.loss == pytest.approx(alpha if alpha <= beta else 2 * alpha * beta / (alpha + beta), rel=1e-12)


def test_self_loops_do_not_matter():
    loops = PATH + np.diag([1e14, 0.0, 3.0])
    for kind in (np.asarray, sp.csr_array):
        ours, wanted = (vicreg.optimal_representation(kind(g), 2, gamma=0.1) for g in (loops, PATH))
        assert ours.representation.tobytes() == wanted.representation.tobytes()
        Z = wanted.representation + [[1.0, 0.5]]
        assert vicreg.loss(Z, kind(loops)) == vicreg.loss(Z, kind(PATH))


@settings(max_examples=100)
@given(problem=problems(max_samples=8), rng=arrays())
def test_what_the_loss_does_not_see(problem, rng):
    """A shift of all samples, a permutation of samples, and, for equal weights, a rotation."""
    G, K, hyper = problem
    Z = rng.standard_normal((len(G), K))
    value = vicreg.loss(Z, G, **hyper)
    order = rng.permutation(len(G))
    np.testing.assert_allclose(vicreg.loss(Z + rng.standard_normal(K), G, **hyper), value, rtol=1e-11)
    np.testing.assert_allclose(vicreg.loss(Z[order], G[np.ix_(order, order)], **hyper), value, rtol=1e-11)
    if hyper["alpha"] == hyper["beta"]:
        R = np.linalg.qr(rng.standard_normal((K, K)))[0]
        np.testing.assert_allclose(vicreg.loss(Z @ R, G, **hyper), value, rtol=1e-11)


def test_one_sample_has_no_directions():
    for hyper in ({}, {"alpha": 25.0}):
        optimum = vicreg.optimal_representation([[0.0]], 3, **hyper)
        assert optimum.representation.tolist() == [[0, 0, 0]]
        assert optimum.loss == 3 * hyper.get("alpha", 1.0)
        assert (optimum.filter.size, optimum.rank) == (0, 0)
        assert vicreg.optimal_weights([[2.0]], [[0.0]], 3, **hyper).loss == optimum.loss


def test_a_large_sparse_relation():
    n = 2000
    G = sp.diags_array([1.0] * (n - 1), offsets=1, shape=(n, n))
    G = (G + G.T).tocsr()
    for beta in (1.0, 0.1):
        optimum = vicreg.optimal_representation(G, 4, beta=beta, gamma=3e4)
        value, slope = vicreg.loss_and_gradient(optimum.representation, G, beta=beta, gamma=3e4)
        assert value == pytest.approx(optimum.loss, rel=1e-8)
        assert np.abs(slope).max() < 1e-8
        exact = 2 - 2 * np.cos(np.pi * np.arange(1, 5) / n)
        np.testing.assert_allclose(optimum.eigenvalues, exact, rtol=1e-8)


@settings(max_examples=50)
@given(problem=problems(max_samples=7), rng=arrays())
def test_the_squared_variance_is_the_default_and_is_that_of_the_theorems(problem, rng):
    G, K, hyper = problem
    Z, X = rng.standard_normal((len(G), K)), rng.standard_normal((len(G), 3))
    for chosen in ({}, {"variance": "squared"}):
        assert vicreg.loss(Z, G, **chosen, **hyper) == generated.loss(Z, G, **hyper)
        assert vicreg.gradient(Z, G, **chosen, **hyper).tobytes() == generated.gradient(Z, G, **hyper).tobytes()
        value, slope = vicreg.loss_and_gradient(Z, G, **chosen, **hyper)
        wanted, steepest = generated.loss_and_gradient(Z, G, **hyper)
        assert (value, slope.tobytes()) == (wanted, steepest.tobytes())
        found = vicreg.optimal_representation(G, K, **chosen, **hyper).representation
        assert found.tobytes() == generated.optimal_representation(G, K, **hyper).representation.tobytes()
        found = vicreg.optimal_weights(X, G, K, **chosen, **hyper).weights
        assert found.tobytes() == generated.optimal_weights(X, G, K, **hyper).weights.tobytes()


def test_the_optimum_is_built_on_the_module_s_eigenpairs():
    assert vicreg.eigenpairs is bottom_eigenpairs
