"""Canonical correlations against their definition, numerical optimisation, a plain SVD, and scikit-learn's."""

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from scipy.linalg import inv, sqrtm
from sklearn.cross_decomposition import CCA
from sklearn.datasets import load_digits, load_wine

from numeric import cca, lda
from numeric.optimise import minimise
from tests.numeric.inputs import basis_and_condition, centred_basis, random_inputs
from tests.numeric.opponent import check_against
from tests.numeric.orthonormal import complement, over_orthonormal
from tests.numeric.strategies import arrays
from tests.numeric.taylor import check_taylor_remainder


@st.composite
def problems(draw, max_samples=12):
    """(X_a, X_b, F_a, F_b): the bases of what can be done may have no column. Some inputs share directions."""
    n = draw(st.integers(1, max_samples))
    X_a, X_b = draw(random_inputs(n)), draw(random_inputs(n))
    kind = draw(st.sampled_from(["any", "a shared feature", "uncorrelated"]))
    event(f"inputs to each other: {kind}")
    if kind == "a shared feature":
        X_b = np.column_stack([X_b, 3 * X_a[:, 0] + 1])
    elif kind == "uncorrelated" and n > 2:
        rng = draw(arrays())
        axes = complement(np.ones(n)) @ np.linalg.qr(rng.standard_normal((n - 1, n - 1)))[0]
        half = int(rng.integers(1, n - 1))
        X_a, X_b = axes[:, :half] + 1, axes[:, half:] @ rng.standard_normal((n - 1 - half, 2))
    F_a, F_b = centred_basis(X_a), centred_basis(X_b)
    event("ranks beyond N - 1 together: a correlation of 1 by count", F_a.shape[1] + F_b.shape[1] > n - 1)
    event("an input without direction", min(F_a.shape[1], F_b.shape[1]) == 0)
    return X_a, X_b, F_a, F_b


def plain_loss(Z_a, Z_b):
    """Entry by entry, with NumPy's covariance of all columns together."""
    K = Z_a.shape[1]
    joint = np.cov(np.column_stack([Z_a, Z_b]), rowvar=False, bias=True)
    return sum((joint[j, K + k] - (j == k)) ** 2 for j in range(K) for k in range(K))


@settings(max_examples=100)
@given(n=st.integers(1, 8), K=st.integers(1, 3), shift=st.sampled_from([0, 1e3]), rng=arrays())
def test_loss_is_its_definition(n, K, shift, rng):
    Z_a, Z_b = rng.standard_normal((2, n, K)) + shift
    value, slopes = cca.loss_and_gradient(Z_a, Z_b)
    assert value == pytest.approx(plain_loss(Z_a, Z_b), rel=1e-9)
    assert isinstance(value, float)
    assert value == cca.loss(Z_a, Z_b) == pytest.approx(cca.loss(Z_b, Z_a), rel=1e-12)
    for first, second in zip(slopes, cca.gradient(Z_a, Z_b), strict=True):
        np.testing.assert_array_equal(first, second)
        assert first.shape == (n, K)


@settings(max_examples=60)
@given(n=st.integers(2, 8), K=st.integers(1, 3), rng=arrays())
def test_the_taylor_remainder_of_the_gradient_is_quadratic(n, K, rng):
    Z, V = rng.standard_normal((2, 2, n, K))
    check_taylor_remainder(lambda Z: cca.loss(*Z), np.array(cca.gradient(*Z)), Z, V)
    for one in (0, 1):  # each by itself, so that neither makes up for the other
        alone = V * (np.arange(2) == one)[:, None, None]
        check_taylor_remainder(lambda Z: cca.loss(*Z), np.array(cca.gradient(*Z)), Z, alone)


@settings(max_examples=300)
@given(problem=problems(), K=st.integers(1, 6))
def test_the_optimum_satisfies_the_constraint_and_its_claims(problem, K):
    X_a, X_b, F_a, F_b = problem
    n = len(X_a)
    optimum = cca.optimal_weights(X_a, X_b, K)
    q = min(K, F_a.shape[1], F_b.shape[1])
    event("more columns than pairs", q < K)
    wanted = np.linalg.svd(F_a.T @ F_b / n, compute_uv=False)[:q] if q else np.zeros(0)
    assert optimum.correlations.shape == (q,)
    np.testing.assert_allclose(optimum.correlations, wanted, rtol=0, atol=1e-9)
    assert ((optimum.correlations >= 0) & (optimum.correlations <= 1)).all()
    assert (np.diff(optimum.correlations) <= 0).all()
    assert (type(optimum.loss), type(optimum.rank)) == (float, int)
    assert optimum.rank == np.count_nonzero(optimum.correlations)
    event("correlations of 0 among the pairs", optimum.rank < q)
    assert optimum.loss == pytest.approx(np.square(1 - optimum.correlations).sum() + K - q, rel=1e-14)
    Z = []
    for X, W in ((X_a, optimum.weights_a), (X_b, optimum.weights_b)):
        assert W.shape == (X.shape[1], K)
        assert not W[:, q:].any()
        Z.append(X @ W - (X @ W).mean(axis=0))
        np.testing.assert_allclose(Z[-1].T @ Z[-1] / n, np.diag(np.arange(K) < q), atol=1e-8)
    np.testing.assert_allclose((Z[0].T @ Z[1] / n)[:q, :q], np.diag(optimum.correlations), atol=1e-8)
    assert abs(cca.loss(*Z) - optimum.loss) <= 1e-7 * K


@settings(max_examples=80)
@given(data=st.data(), problem=problems(max_samples=9), seed=st.integers(0, 2**32 - 1))
def test_no_numerical_minimum_is_below_the_claim_and_the_best_reaches_it(data, problem, seed):
    X_a, X_b, F_a, F_b = problem
    available = min(F_a.shape[1], F_b.shape[1])
    assume(available)
    K = data.draw(st.integers(1, available))
    claim = cca.optimal_weights(X_a, X_b, K).loss
    found = [
        minimise(two_sided(F_a, F), (F_a.shape[1] + F.shape[1], K), n_starts=3, seed=seed, max_iterations=1500)
        for F in (
            F_b,
            F_b * np.where(np.arange(F_b.shape[1]) == 0, -1, 1),
        )  # from the same starts: square V are in two parts
    ]
    best = min(found, key=lambda run: run.loss)
    check_against(best, claim, rounding=1e-9 * K)


def two_sided(F_a, F_b):
    """The loss over two free matrices, one above the other, each of which stands for its polar factor."""
    r = F_a.shape[1]

    def free(A):
        def of_second(V_b):
            nonlocal slope_a
            value, slope_a = over_orthonormal(lambda V_a: of_first(V_a, V_b))(A[:r])
            return value, slope_b

        def of_first(V_a, V_b):
            nonlocal slope_b
            value, (in_a, in_b) = cca.loss_and_gradient(F_a @ V_a, F_b @ V_b)
            slope_b = F_b.T @ in_b
            return value, F_a.T @ in_a

        slope_a = slope_b = None
        value, second = over_orthonormal(of_second)(A[r:])
        return value, np.concatenate([slope_a, second])

    return free


def test_the_optimiser_does_converge():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((40, 9)) @ rng.standard_normal((9, 9))
    F_a, F_b = (basis_and_condition(part)[0] for part in (X[:, :4], X[:, 4:] + X[:, :5]))
    found = minimise(two_sided(F_a, F_b), (9, 3), n_starts=4)
    assert found.converged
    claim = cca.optimal_weights(X[:, :4], X[:, 4:] + X[:, :5], 3).loss
    assert 0.01 < claim < 2
    assert found.loss == pytest.approx(claim, rel=1e-8)


def test_columns_that_do_not_exist_cost_one_each_whatever_is_put_there():
    """Two columns against four: the two spare ones of the larger input may be anything."""
    rng = np.random.default_rng(1)
    X_a, X_b = rng.standard_normal((30, 2)), rng.standard_normal((30, 4))
    optimum = cca.optimal_weights(X_a, X_b, 4)
    assert optimum.loss == pytest.approx(2 + np.square(1 - optimum.correlations).sum(), rel=1e-14)
    whole = np.linalg.qr(X_b - X_b.mean(axis=0))[0] * np.sqrt(30)
    Z_b = X_b @ optimum.weights_b
    rest = np.linalg.svd(whole - Z_b[:, :2] @ (Z_b[:, :2] - Z_b[:, :2].mean(axis=0)).T @ whole / 30)[0][:, :2]
    Z_b[:, 2:] = rest * np.sqrt(30)
    assert cca.loss(X_a @ optimum.weights_a, Z_b) == pytest.approx(optimum.loss, rel=1e-12)


def test_the_whitened_cross_covariance_written_plainly():
    """S_a^{-1/2} S_ab S_b^{-1/2} = P diag(rho) Q', for inputs of full rank (Mardia, Kent & Bibby 1979, section 10.2)."""
    rng = np.random.default_rng(2)
    X = rng.standard_normal((50, 7)) @ rng.standard_normal((7, 7)) + 10
    X_a, X_b = X[:, :3], X[:, 3:] + X[:, [0, 1, 1, 2]]
    S = np.cov(np.column_stack([X_a, X_b]), rowvar=False, bias=True)
    root_a, root_b = inv(sqrtm(S[:3, :3])), inv(sqrtm(S[3:, 3:]))
    P, rho, Q = np.linalg.svd(root_a @ S[:3, 3:] @ root_b)
    optimum = cca.optimal_weights(X_a, X_b, 3)
    np.testing.assert_allclose(optimum.correlations, rho, rtol=1e-10)
    signs = np.sign(np.sum(optimum.weights_a * (root_a @ P), axis=0))
    np.testing.assert_allclose(optimum.weights_a, root_a @ P * signs, rtol=0, atol=1e-9 * np.abs(root_a).max())
    np.testing.assert_allclose(optimum.weights_b, root_b @ Q[:3].T * signs, rtol=0, atol=1e-9 * np.abs(root_b).max())


@pytest.mark.parametrize("data", ["wine", "digits"])
def test_scikit_learn(data):
    if data == "wine":
        X = load_wine().data
        X_a, X_b, K = X[:, :6], X[:, 6:], 4
    else:
        X = load_digits().data
        X_a, X_b, K = X[:, 18:22], X[:, 42:46], 3  # two pieces of rows, of full rank
    n = len(X)
    fitted = CCA(K, scale=False, max_iter=100_000, tol=1e-15).fit(X_a, X_b)
    scores_a, scores_b = fitted.transform(X_a, X_b)
    optimum = cca.optimal_weights(X_a, X_b, K)
    theirs = [np.corrcoef(scores_a[:, k], scores_b[:, k])[0, 1] for k in range(K)]
    np.testing.assert_allclose(optimum.correlations, theirs, rtol=1e-6)
    for X, W, scores in ((X_a, optimum.weights_a, scores_a), (X_b, optimum.weights_b, scores_b)):
        ours = X @ W - (X @ W).mean(axis=0)
        cosines = np.sum(ours * scores, axis=0) / np.linalg.norm(ours, axis=0) / np.linalg.norm(scores, axis=0)
        np.testing.assert_allclose(np.abs(cosines), 1, rtol=1e-6)
        np.testing.assert_allclose(np.var(ours, axis=0), 1, rtol=1e-12)
        assert not np.allclose(np.var(scores, axis=0) * n / (n - 1), 1, rtol=0.01)


def test_correlations_with_the_classes_are_those_of_fisher_s_discriminant():
    X, labels = load_wine(return_X_y=True)
    optimum = cca.optimal_weights(X, np.eye(3)[labels], 3)
    fisher = lda.optimal_weights(X, labels, 2)
    assert optimum.correlations.shape == (2,)
    np.testing.assert_allclose(1 - optimum.correlations**2, fisher.eigenvalues, rtol=1e-10)
    np.testing.assert_allclose(np.abs(optimum.weights_a[:, :2]), np.abs(fisher.weights), rtol=1e-7)


def test_an_input_is_perfectly_correlated_with_itself():
    X = load_digits().data[:500]
    optimum = cca.optimal_weights(X, X @ np.random.default_rng(0).standard_normal((64, 80)), 70)
    assert optimum.correlations.shape == (np.linalg.matrix_rank(X - X.mean(axis=0)),)
    np.testing.assert_allclose(optimum.correlations, 1, rtol=1e-9)
    assert optimum.loss == pytest.approx(70 - len(optimum.correlations), abs=1e-12)


def test_uncorrelated_inputs_have_correlations_that_are_exactly_zero():
    signs = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1.0]])
    optimum = cca.optimal_weights(signs[:, :1], signs[:, 1:] * [1e-3, 1e3], 2)
    assert optimum.correlations.tolist() == [0]
    assert (optimum.rank, optimum.loss) == (0, 2)


def test_arguments_are_refused_by_name():
    X = np.arange(6.0).reshape(3, 2) ** 2
    for call, error, message in (
        (lambda: cca.optimal_weights(X, X[:2], 1), ValueError, "^X_b must have 3 rows, one per sample"),
        (lambda: cca.optimal_weights(X * np.nan, X, 1), ValueError, "^X_a must be finite"),
        (lambda: cca.optimal_weights(X, X[:, :0], 1), ValueError, "^X_b must have at least one column"),
        (lambda: cca.optimal_weights(X, 1j * X, 1), TypeError, "^X_b must hold real numbers"),
        (lambda: cca.optimal_weights(X, X, 0), ValueError, "^n_components must be an integer >= 1; found 0"),
        (lambda: cca.optimal_weights(X, X * [1, 1e-308], 1), ValueError, "^X_b must have columns for which finite"),
        (lambda: cca.loss(X, X[:2]), ValueError, "^Z_b must have 3 rows"),
        (lambda: cca.loss(X, X[:, :1]), ValueError, "^Z_b must have 2 columns, as Z_a has; found shape"),
        (lambda: cca.gradient(X[0], X), ValueError, "^Z_a must have two dimensions"),
    ):
        with pytest.raises(error, match=message):
            call()


def test_inputs_are_not_changed():
    X_a, X_b = np.random.default_rng(0).standard_normal((2, 6, 3))
    X_a.setflags(write=False)
    X_b.setflags(write=False)
    cca.optimal_weights(X_a, X_b, 2)
    cca.loss_and_gradient(X_a, X_b)
