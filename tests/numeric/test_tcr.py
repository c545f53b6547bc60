"""The closed form of the coding rate against numerical optimisation and its definition written plainly."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from numeric import tcr
from numeric.definite import bottom_definite_eigenpairs
from numeric.diagnostics import optimality_gap
from numeric.optimise import minimise
from tests.numeric.graphs import ring
from tests.numeric.opponent import check_against
from tests.numeric.similarity import check_inputs_are_not_changed, low_rank
from tests.numeric.strategies import arrays
from tests.numeric.taylor import check_taylor_remainder

KINDS = ("spread", "repeated", "wide", "multiple of the identity", "graph")


@st.composite
def attractions(draw, max_samples=8, kinds=KINDS):
    """(A, its eigenvalues ascending), A (N, N) positive definite."""
    kind, n, rng = draw(st.sampled_from(kinds)), draw(st.integers(1, max_samples)), draw(arrays())
    event(f"attraction: {kind}")
    if kind == "graph":
        G = np.triu(rng.integers(0, 3, (n, n)), 1)
        G = G + G.T
        A = np.diag(G.sum(axis=1)) - G + 0.25 * np.eye(n)
        return A, np.linalg.eigvalsh(A)
    eigenvalues = {
        "spread": rng.uniform(0.1, 3, n),
        "repeated": rng.choice([0.25, 0.5, 2.0], n),
        "wide": 10.0 ** rng.uniform(-3, 3, n),
        "multiple of the identity": np.full(n, 0.5),
    }[kind]
    Q = np.linalg.qr(rng.standard_normal((n, n)))[0]
    A = (Q * eigenvalues) @ Q.T
    return (A + A.T) / 2, np.sort(eigenvalues)


@st.composite
def problems(draw, **kinds):
    """(A, eigenvalues, K, c, gamma), K in 1..N + 2; some thresholds are met exactly."""
    A, eigenvalues = draw(attractions(**kinds))
    K = draw(st.integers(1, len(A) + 2))
    gamma = draw(st.sampled_from([0.25, 1.0, 3.0]))
    on_threshold = draw(st.booleans())
    c = (
        2 * gamma * float(draw(st.sampled_from(list(eigenvalues))))
        if on_threshold
        else draw(st.sampled_from([0.1, 1, 20]))
    )
    event("K above N" if len(A) < K else "K within N")
    event("1/(2 gamma lambda) = 1/c for an eigenvalue" if on_threshold else "no threshold is met")
    kept = int((2 * gamma * eigenvalues[:K] < c * (1 - 1e-9)).sum())
    event("all filters 0" if not kept else "some filters 0" if kept < min(K, len(A)) else "no filter 0")
    return A, eigenvalues, K, float(c), gamma


def plain_loss(Z, A, c, gamma):
    """The definition, eigenvalue by eigenvalue and pair by pair."""
    pairs = range(len(A))
    energy = sum(A[i, j] * (Z[i] @ Z[j]) for i in pairs for j in pairs)
    return gamma * energy - np.log1p(c * np.linalg.svd(Z, compute_uv=False) ** 2).sum() / 2


@settings(max_examples=200)
@given(problem=problems(), rng=arrays(), size=st.sampled_from([1e-3, 1.0, 1e4]), sparse=st.booleans())
def test_loss_is_its_definition(problem, rng, size, sparse):
    A, _, K, c, gamma = problem
    Z = size * rng.standard_normal((len(A), K))
    given_matrix = sp.csr_array(A) if sparse else A
    value, slope = tcr.loss_and_gradient(Z, given_matrix, c=c, gamma=gamma)
    terms = gamma * np.linalg.norm(A) * np.linalg.norm(Z) ** 2 + np.log1p(c * np.linalg.norm(Z) ** 2)
    assert isinstance(value, float)
    assert abs(value - plain_loss(Z, A, c, gamma)) <= 1e-13 * K * terms
    assert value == tcr.loss(Z, given_matrix, c=c, gamma=gamma)
    np.testing.assert_array_equal(slope, tcr.gradient(Z, given_matrix, c=c, gamma=gamma))
    if size <= 1:
        expected = 2 * gamma * A @ Z - c * Z @ np.linalg.inv(np.eye(K) + c * Z.T @ Z)
        np.testing.assert_allclose(slope, expected, rtol=0, atol=1e-11 * (1 + c) * (1 + gamma * np.linalg.norm(A)))


@settings(max_examples=150)
@given(problem=problems(kinds=("spread", "repeated", "graph")), rng=arrays())
def test_the_taylor_remainder_of_the_gradient_is_quadratic(problem, rng):
    A, _, K, c, gamma = problem
    Z, V = rng.standard_normal((2, len(A), K)) / np.sqrt(c)
    slope = tcr.gradient(Z, A, c=c, gamma=gamma)
    size = gamma * np.linalg.norm(A) * np.linalg.norm(Z) ** 2 + K * np.log1p(c * np.linalg.norm(Z) ** 2)
    check_taylor_remainder(lambda Z: tcr.loss(Z, A, c=c, gamma=gamma), slope, Z, V, size=size)


@settings(max_examples=300)
@given(problem=problems(), sparse=st.booleans())
def test_the_claims_of_the_optimum(problem, sparse):
    A, eigenvalues, K, c, gamma = problem
    n, q = len(A), min(K, len(A))
    best = tcr.optimal_representation(sp.csr_array(A) if sparse else A, K, c=c, gamma=gamma)
    error = 1e-13 * np.linalg.norm(A)
    np.testing.assert_allclose(best.eigenvalues, eigenvalues[:q], rtol=0, atol=error)
    assert (type(best.loss), type(best.rank)) == (float, int)
    assert best.weights is None
    assert best.representation.shape == (n, K)
    s = np.maximum(1 / (2 * gamma * best.eigenvalues) - 1 / c, 0)
    np.testing.assert_allclose(best.filter, s, rtol=0, atol=1e-12 / c)
    assert best.rank == np.count_nonzero(best.filter)
    surely = int((2 * gamma * eigenvalues[:q] < c * (1 - 1e-6)).sum())
    possibly = int((2 * gamma * (eigenvalues[:q] - error) < c).sum())
    assert surely <= best.rank <= possibly
    if 2 * gamma * np.linalg.norm(A) <= 100 * c:  # an eigenvalue on the threshold is computed well enough to be dropped
        assert best.rank == surely
    Z = best.representation
    np.testing.assert_allclose(
        Z.T @ Z, np.diag(np.append(best.filter, np.zeros(K - q))), rtol=0, atol=1e-11 * (1 + s.max())
    )
    value, slope = tcr.loss_and_gradient(Z, A, c=c, gamma=gamma)
    scale = gamma * np.linalg.norm(A) * np.sum(s) + np.log1p(c * s).sum() + 1e-12
    assert abs(value - best.loss) <= 1e-11 * scale
    assert best.loss <= 1e-15 * scale
    assert np.abs(slope).max() <= 1e-10 * (c + gamma * np.linalg.norm(A)) * (1 + np.sqrt(s.max()))


def over(claim, A, **hyper):
    """The loss over what is claimed to be its minimum, which nothing is to be below; and its gradient."""

    def excess(Z):
        value, slope = tcr.loss_and_gradient(Z, A, **hyper)
        return value - claim, slope

    return excess


@settings(max_examples=150)
@given(
    problem=problems(kinds=("spread", "repeated", "multiple of the identity", "graph")), seed=st.integers(0, 2**32 - 1)
)
def test_no_numerical_minimum_is_below_the_claim_and_the_best_reaches_it(problem, seed):
    A, _, K, c, gamma = problem
    claim = tcr.optimal_representation(A, K, c=c, gamma=gamma).loss
    excess = over(claim, A, c=c, gamma=gamma)
    found = minimise(excess, (len(A), K), n_starts=4, scale=1 / np.sqrt(c), seed=seed, max_iterations=1500)
    check_against(found, 0.0, rounding=1e-12 * (1 + abs(claim)))


@pytest.mark.parametrize("K", [1, 2, 4, 7])
def test_the_optimiser_does_converge(K):
    """So that the property test above is known to compare something."""
    factor = np.random.default_rng(K).standard_normal((5, 5))
    A = factor @ factor.T + 0.1 * np.eye(5)
    best = tcr.optimal_representation(A, K, c=4.0, gamma=0.5)
    found = minimise(over(best.loss, A, c=4.0, gamma=0.5), (5, K), n_starts=6)
    assert found.converged
    assert abs(found.loss) <= 1e-9 * abs(best.loss)
    assert best.rank > 0


@settings(max_examples=100)
@given(
    problem=problems(kinds=("spread", "repeated", "graph")),
    features=st.integers(1, 4),
    rank=st.integers(0, 4),
    sparse=st.booleans(),
    rng=arrays(),
)
def test_the_same_for_linear_networks(problem, features, rank, sparse, rng):
    A, _, K, c, gamma = problem
    X = low_rank(rng, len(A), features, rank)
    U, singular_values, _ = np.linalg.svd(X, full_matrices=False)
    r = int((singular_values > 1e-9 * singular_values[0]).sum())
    assume(not r or singular_values[0] < 1e3 * singular_values[r - 1])
    event(f"rank-deficient: {r < features}, more components than directions: {r < K}")
    best = tcr.optimal_weights(X, sp.csr_array(A) if sparse else A, K, c=c, gamma=gamma)
    q = min(K, r)
    eigenvalues = np.linalg.eigvalsh(U[:, :r].T @ A @ U[:, :r])[:q]
    np.testing.assert_allclose(best.eigenvalues, eigenvalues, rtol=0, atol=1e-10 * np.linalg.norm(A))
    assert best.representation is None
    assert best.weights.shape == (features, K)

    def linear(W):
        value, slope = tcr.loss_and_gradient(X @ W, A, c=c, gamma=gamma)
        return value - best.loss, X.T @ slope

    assert abs(linear(best.weights)[0]) <= 1e-9 * (1 + abs(best.loss))
    scale = 1 / np.sqrt(c) / (singular_values[0] or 1.0)
    found = minimise(linear, (features, K), n_starts=3, scale=scale, seed=rng, max_iterations=1500)
    check_against(found, 0.0, rounding=1e-9 * (1 + abs(best.loss)))


def test_linear_networks_with_all_features_do_as_well_as_any_representation():
    A = np.diag([0.1, 0.2, 3.0, 4.0])
    free, linear = tcr.optimal_representation(A, 3), tcr.optimal_weights(np.eye(4), A, 3)
    assert linear.loss == pytest.approx(free.loss, rel=1e-14)
    np.testing.assert_allclose(np.abs(linear.weights), np.abs(free.representation), atol=1e-14)


def test_by_hand():
    """lambda = 1/4, 1/2, 1 at c = gamma = 1: 1/(2 lambda) - 1 = 1, 0, -1/2, the second on the threshold."""
    best = tcr.optimal_representation(np.diag([1.0, 0.25, 0.5]), 4)
    np.testing.assert_array_equal(best.filter, [1, 0, 0])
    np.testing.assert_allclose(np.abs(best.representation), np.eye(1, 12, 4).reshape(3, 4), atol=1e-15)
    assert best.rank == 1
    assert best.loss == pytest.approx(0.25 - np.log(2) / 2, rel=1e-14)
    for K in (1, 3):
        best = tcr.optimal_representation(np.eye(3), K, c=2.0)
        assert not best.representation.any()
        assert (best.loss, best.rank) == (0.0, 0)


def test_large_representations_of_low_rank_lose_nothing():
    """Beside entries of 1e20, the identity is gone from I + c Z'Z."""
    Z = 1e10 * np.ones((2, 3))
    value, slope = tcr.loss_and_gradient(Z, np.eye(2), gamma=1e-40)
    assert value == pytest.approx(-np.log1p(6e20) / 2, abs=1e-10)  # (eps 2e10)^2, for the singular value that is 0
    assert np.abs(slope).max() <= 1e-15 * np.linalg.norm(Z)


@settings(max_examples=60)
@given(problem=problems(), rng=arrays())
def test_what_the_loss_does_not_see(problem, rng):
    A, _, K, c, gamma = problem
    Z = rng.standard_normal((len(A), K))
    value = tcr.loss(Z, A, c=c, gamma=gamma)
    order, R = rng.permutation(len(A)), np.linalg.qr(rng.standard_normal((K, K)))[0]
    rounding = 1e-12 * (1 + gamma * np.linalg.norm(A)) * (1 + np.linalg.norm(Z) ** 2) * (1 + c)
    assert abs(tcr.loss(Z @ R, A, c=c, gamma=gamma) - value) <= rounding
    assert abs(tcr.loss(Z[order], A[np.ix_(order, order)], c=c, gamma=gamma) - value) <= rounding


def test_the_diagnostics_know_it():
    A = np.diag([0.1, 0.2, 3.0])
    best = tcr.optimal_representation(A, 2)
    assert abs(optimality_gap(best.representation, A, method=tcr).absolute) < 1e-14
    assert optimality_gap(2 * best.representation, A, method=tcr).absolute > 0.1
    assert tcr.eigenpairs is bottom_definite_eigenpairs


def test_a_large_sparse_attraction():
    n = 3000
    A = (sp.eye_array(n) * 2.25 - ring(n)).tocsr()
    best = tcr.optimal_representation(A, 4)
    assert best.rank == 4
    value, slope = tcr.loss_and_gradient(best.representation, A)
    assert value == pytest.approx(best.loss, rel=1e-9)
    assert np.abs(slope).max() < 1e-7


def test_a_laplacian_has_no_minimum_and_is_refused():
    L = np.array([[1.0, -1.0], [-1.0, 1.0]])
    with pytest.raises(ValueError, match="^A must be positive definite"):
        tcr.optimal_representation(L, 1)
    with pytest.raises(ValueError, match="^A must be positive definite"):
        tcr.optimal_weights(np.ones((2, 1)), L, 1)
    falling = [tcr.loss(np.full((2, 1), 10.0**n), L) for n in range(5)]
    assert falling == pytest.approx([-np.log1p(2 * 10.0 ** (2 * n)) / 2 for n in range(5)], rel=1e-12)


def test_arguments_are_refused_by_name():
    A = np.eye(3)
    for name, value, error in (("c", 0.0, ValueError), ("gamma", -1.0, ValueError), ("c", True, TypeError)):
        for call in (tcr.optimal_representation, lambda A, K, **hyper: tcr.loss(np.ones((3, K)), A, **hyper)):
            with pytest.raises(error, match=f"^{name} must be a finite number > 0"):
                call(A, 1, **{name: value})
    with pytest.raises(ValueError, match="^A must be symmetric"):
        tcr.loss(np.ones((2, 1)), [[0, 1], [0, 0]])
    with pytest.raises(ValueError, match="^Z must have 3 rows"):
        tcr.gradient(np.ones((2, 1)), A)
    with pytest.raises(ValueError, match="^Z must have a norm .* fourth power is finite"):
        tcr.loss(1e80 * np.ones((3, 1)), A)
    with pytest.raises(ValueError, match="^A must have a norm"):
        tcr.loss(np.ones((3, 1)), 1e300 * A)
    with pytest.raises(TypeError, match="integer >= 1"):
        tcr.optimal_representation(A, 1.0)


def test_inputs_are_not_changed():
    A, Z, X = 3 * np.eye(4) - 0.5, np.ones((4, 2)), np.arange(12.0).reshape(4, 3)
    check_inputs_are_not_changed(tcr, X, Z, (A, sp.csr_array(A), sp.csc_array(A), sp.coo_array(A)))
