"""Kernel LPP, discriminant and correlations against the linear ones on the features that a kernel is of."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits, load_wine
from sklearn.metrics.pairwise import polynomial_kernel, rbf_kernel

from numeric import cca, kernel_cca, kernel_lda, kernel_lpp, laplacian_eigenmaps, lda, lpp
from numeric import relations as build
from numeric.kernel_basis import kernel_basis
from tests.numeric.inputs import basis_and_condition, class_means
from tests.numeric.similarity import low_rank
from tests.numeric.strategies import arrays, relations

KINDS = ("linear", "far from the origin", "rbf", "polynomial", "cliques", "identity", "constant", "zero")


@st.composite
def kernels(draw, n):
    """(kernel, features): a positive semidefinite kernel of any rank, and features that it is the product of.

    Rejected where an eigenvalue of the centred kernel has few digits: what is left of them is tested by itself.
    """
    kind, rng = draw(st.sampled_from(KINDS)), draw(arrays())
    points = rng.standard_normal((n, 3))
    if kind == "linear":
        features = low_rank(rng, n, draw(st.integers(1, n + 2)), draw(st.integers(0, 4)))
    elif kind == "far from the origin":
        features = low_rank(rng, n, 3, 2) + 100.0
    elif kind in ("rbf", "polynomial"):
        kernel = rbf_kernel(points) if kind == "rbf" else polynomial_kernel(points, degree=2)
        eigenvalues, vectors = np.linalg.eigh(kernel)
        features = vectors * np.sqrt(np.maximum(eigenvalues, 0))
    elif kind == "cliques":
        features = np.eye(n)[rng.integers(0, draw(st.integers(1, n)), n)] / 3
    elif kind == "identity":
        features = 0.3 * np.eye(n)
    else:
        features = np.full((n, 1), 1.0 if kind == "constant" else 0.0)
    kernel = features @ features.T
    singular_values = np.linalg.svd(features - features.mean(axis=0), compute_uv=False) ** 2
    size = np.linalg.norm(kernel)
    assume(not ((singular_values > 1e-14 * size) & (singular_values < 1e-6 * size)).any())
    event(f"kernel: {kind}")
    rank = int((singular_values > 1e-6 * size).sum())
    event("rank 0" if not rank else "of rank N - 1, which is all" if rank == n - 1 else "of lower rank")
    return kernel, features


def images(kernel, A):
    """kernel A, centred."""
    Z = kernel @ A
    return Z - Z.mean(axis=0)


def check_columns(Z, mass, wanted):
    np.testing.assert_allclose(Z.T * mass @ Z, wanted, rtol=0, atol=1e-7)


@settings(max_examples=200)
@given(data=st.data(), n=st.integers(1, 10), sparse=st.booleans())
def test_the_basis_is_orthonormal_centred_and_made_of_the_kernel(data, n, sparse):
    kernel, features = data.draw(kernels(n))
    U, A = kernel_basis(sp.csr_array(kernel) if sparse else kernel)
    F, _ = basis_and_condition(features)
    if not F.shape[1]:
        assert U.tolist() == A.tolist() == [[0.0]] * n
        return
    assert U.shape == A.shape == F.shape
    np.testing.assert_allclose(U.T @ U, np.eye(F.shape[1]), atol=1e-8)
    np.testing.assert_allclose(U.sum(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose(images(kernel, A), U, rtol=0, atol=1e-8)
    np.testing.assert_allclose(U @ U.T, F @ F.T / n, rtol=0, atol=1e-8)


@settings(max_examples=150)
@given(
    data=st.data(), G=relations(min_samples=2, max_samples=9), normalisation=st.sampled_from(["covariance", "degree"])
)
def test_kernel_lpp_is_lpp_of_the_features(data, G, normalisation):
    n, d = len(G), G.sum(axis=1)
    assume(normalisation == "covariance" or not d.any() or d.max() < 1e3 * d[d > 0].min())
    kernel, features = data.draw(kernels(n))
    mass = d if normalisation == "degree" else np.full(n, 1 / n)
    F, condition = basis_and_condition(features, mass)
    assume(condition < 1e3)
    rank = F.shape[1]
    K = data.draw(st.integers(1, rank + 1))
    if rank < K:
        with pytest.raises(ValueError, match=f"^n_components must be at most {rank}, .*; found {K}"):
            kernel_lpp.optimal_weights(kernel, G, K, normalisation=normalisation)
        return
    optimum = kernel_lpp.optimal_weights(kernel, G, K, normalisation=normalisation)
    linear = lpp.optimal_weights(features, G, K, normalisation=normalisation)
    assert optimum.weights.shape == (n, K)
    bound = np.max(2 * d / np.where(mass > 0, mass, np.inf))
    assert abs(optimum.loss - linear.loss) <= 1e-7 * K * bound
    np.testing.assert_array_equal(optimum.filter, np.ones(K))
    Z = kernel @ optimum.weights
    Z = np.where(mass[:, None] > 0, Z - np.average(Z, axis=0, weights=mass), 0)
    check_columns(Z, mass, np.eye(K))
    assert abs(laplacian_eigenmaps.loss(Z, G) - optimum.loss) <= 1e-6 * K * bound
    np.testing.assert_allclose(optimum.weights.sum(axis=0), 0, atol=1e-12 * np.abs(optimum.weights).sum())


@settings(max_examples=150)
@given(data=st.data(), n=st.integers(1, 10))
def test_kernel_lda_is_lda_of_the_features(data, n):
    kernel, features = data.draw(kernels(n))
    labels = data.draw(arrays()).integers(0, data.draw(st.integers(1, n)), n)
    rank = basis_and_condition(features)[0].shape[1]
    K = data.draw(st.integers(1, rank + 1))
    if rank < K:
        with pytest.raises(ValueError, match=f"^n_components must be at most {rank}, .*; found {K}"):
            kernel_lda.optimal_weights(kernel, labels, K)
        return
    optimum = kernel_lda.optimal_weights(kernel, labels, K)
    linear = lda.optimal_weights(features, labels, K)
    np.testing.assert_allclose(optimum.eigenvalues, linear.eigenvalues, rtol=0, atol=1e-7)
    Z = images(kernel, optimum.weights)
    check_columns(Z, np.full(n, 1 / n), np.eye(K))
    assert abs(lda.loss(Z, labels) - optimum.loss) <= 1e-7 * K
    gaps = np.diff(np.append(linear.eigenvalues, np.nan))
    for k in np.flatnonzero(gaps[:-1] > 0.01):
        event("a range that is unique")
        theirs = features @ linear.weights[:, : k + 1]
        theirs -= theirs.mean(axis=0)
        np.testing.assert_allclose(Z[:, : k + 1] @ Z[:, : k + 1].T, theirs @ theirs.T, rtol=0, atol=1e-4 * n)


def test_kernel_lda_of_one_kernel_and_all_classes_there_are():
    """Most eigenvalues are 0 or 1; on classes of 1, 2 and 1 samples, for one, LAPACK's vectors of a part were nearly parallel."""
    for n in (4, 5, 6, 7):
        for labels in partitions(n):
            for K in range(1, n):
                optimum = kernel_lda.optimal_weights(0.09 * np.eye(n), labels, K)
                check_columns(images(0.09 * np.eye(n), optimum.weights), np.full(n, 1 / n), np.eye(K))
                beyond = max(0, K - (len(set(labels)) - 1))
                np.testing.assert_allclose(optimum.eigenvalues, [0] * (K - beyond) + [1] * beyond, rtol=0, atol=1e-12)


def partitions(n):
    """The labels of n samples, each partition once."""
    return [[0]] if n == 1 else [[*p, label] for p in partitions(n - 1) for label in range(max(p) + 2)]


@settings(max_examples=150)
@given(data=st.data(), n=st.integers(1, 10), K=st.integers(1, 6))
def test_kernel_cca_is_cca_of_the_features(data, n, K):
    (kernel_a, features_a), (kernel_b, features_b) = data.draw(kernels(n)), data.draw(kernels(n))
    optimum = kernel_cca.optimal_weights(kernel_a, kernel_b, K)
    linear = cca.optimal_weights(features_a, features_b, K)
    q = len(linear.correlations)
    event("more columns than pairs", q < K)
    np.testing.assert_allclose(optimum.correlations, linear.correlations, rtol=0, atol=1e-7)
    Z_a, Z_b = images(kernel_a, optimum.weights_a), images(kernel_b, optimum.weights_b)
    for Z in (Z_a, Z_b):
        assert Z.shape == (n, K)
        check_columns(Z, np.full(n, 1 / n), np.diag(np.arange(K) < q))
    assert abs(cca.loss(Z_a, Z_b) - optimum.loss) <= 1e-6 * K
    np.testing.assert_allclose(Z_a.T @ Z_b / n, np.diag(np.append(optimum.correlations, np.zeros(K - q))), atol=1e-7)


def test_samples_of_degree_0_do_not_enter_the_degree_form():
    """On the two that do, the kernel has one direction, though it has two on all: the other is a constant there."""
    labels = np.array([0, 1, 0, 2, 1])
    kernel, G = (labels[:, None] == labels) / 9, np.zeros((5, 5))
    G[2, 4] = G[4, 2] = 0.98
    optimum = kernel_lpp.optimal_weights(kernel, G, 1, normalisation="degree")
    assert not optimum.weights[[0, 1, 3]].any()
    Z = kernel @ optimum.weights
    np.testing.assert_allclose(np.abs(Z[2] - Z[4]), 2 / np.sqrt(2 * 0.98), rtol=1e-14)
    assert optimum.loss == pytest.approx(2, rel=1e-14)
    with pytest.raises(ValueError, match="^n_components must be at most 1, "):
        kernel_lpp.optimal_weights(kernel, G, 2, normalisation="degree")


def test_a_full_rank_kernel_reaches_everything():
    """Laplacian Eigenmaps itself, classes on points, all correlations 1, whatever labels and views are."""
    rng = np.random.default_rng(0)
    kernel, other = rbf_kernel(rng.standard_normal((30, 8))), rbf_kernel(rng.standard_normal((30, 9)))
    G, labels = build.from_neighbours(rng.standard_normal((30, 2)), 4), rng.integers(0, 3, 30)
    for normalisation in ("covariance", "degree"):
        optimum = kernel_lpp.optimal_weights(kernel, G, 4, normalisation=normalisation)
        wanted = laplacian_eigenmaps.optimal_representation(G, 4, normalisation=normalisation)
        assert optimum.loss == pytest.approx(wanted.loss, rel=1e-9)
    assert kernel_lda.optimal_weights(kernel, labels, 3).eigenvalues[:2].tolist() == [0, 0]
    optimum = kernel_cca.optimal_weights(kernel, other, 29)
    np.testing.assert_allclose(optimum.correlations, 1, rtol=1e-12)
    assert optimum.loss == pytest.approx(0, abs=1e-20)


def test_a_linear_kernel_on_digits_is_as_good_as_the_pixels():
    X, labels = load_digits(return_X_y=True)
    X, labels = X[:500] / 16, labels[:500]
    kernel, G = X @ X.T, build.from_neighbours(X, 8)
    for normalisation in ("covariance", "degree"):
        found = kernel_lpp.optimal_weights(kernel, G, 5, normalisation=normalisation)
        assert found.loss == pytest.approx(lpp.optimal_weights(X, G, 5, normalisation=normalisation).loss, rel=1e-9)
    found = kernel_lda.optimal_weights(kernel, labels, 9)
    np.testing.assert_allclose(found.eigenvalues, lda.optimal_weights(X, labels, 9).eigenvalues, rtol=1e-9)
    left, right = X[:, :32], X[:, 32:]
    found = kernel_cca.optimal_weights(left @ left.T, right @ right.T, 5)
    np.testing.assert_allclose(found.correlations, cca.optimal_weights(left, right, 5).correlations, rtol=1e-9)


def test_other_samples_are_embedded_by_their_kernel_with_these():
    """Quadratic functions of three features of wine: as many as features of samples are left out of the fit."""
    X, labels = load_wine(return_X_y=True)
    X = ((X - X.mean(axis=0)) / X.std(axis=0))[:, [0, 6, 9]]
    train = np.arange(len(X)) % 2 == 0
    A = kernel_lda.optimal_weights(polynomial_kernel(X[train], degree=2), labels[train], 2).weights
    Z = polynomial_kernel(X, X[train], degree=2) @ A
    means = np.array([Z[train][labels[train] == label].mean(axis=0) for label in range(3)])
    predicted = np.square(Z[~train][:, None] - means).sum(axis=2).argmin(axis=1)
    assert np.mean(predicted == labels[~train]) > 0.9


@pytest.mark.parametrize(("apart", "rank"), [(1e-3, 2), (1e-5, 2), (1e-6, 1), (1e-7, 1)])
def test_directions_of_which_a_kernel_has_no_digits_do_not_count(apart, rank):
    """Two features whose variances are in the ratio of apart^2, and one as far from the origin as 1/apart."""
    points = np.linalg.qr(np.random.default_rng(0).standard_normal((20, 2)))[0]
    points -= points.mean(axis=0)
    features = points * [1.0, apart]
    assert kernel_basis(features @ features.T)[0].shape == (20, rank)
    assert kernel_lda.optimal_weights(features @ features.T, np.arange(20) % 4, rank).rank == rank
    far = np.column_stack([points[:, 0], np.full(20, 1 / apart)])
    U, A = kernel_basis(far @ far.T)
    assert U.shape == A.shape == (20, 1)
    assert U.any() == A.any() == (rank == 2)


def test_single_precision_kernels_have_fewer_directions():
    features = np.random.default_rng(0).standard_normal((30, 2)) * [1.0, 1e-3]
    kernel = features @ features.T
    assert kernel_basis(kernel)[0].shape == (30, 2)
    assert kernel_basis(kernel.astype(np.float32))[0].shape == (30, 1)


def test_a_kernel_that_is_none_is_refused_by_name():
    indefinite = np.diag([1.0, 1.0, -1.0])
    G, labels = np.ones((3, 3)), [0, 1, 1]
    calls = {
        "kernel": [
            lambda kernel: kernel_lpp.optimal_weights(kernel, G, 1),
            lambda kernel: kernel_lda.optimal_weights(kernel, labels, 1),
        ],
        "kernel_a": [lambda kernel: kernel_cca.optimal_weights(kernel, np.eye(3), 1)],
        "kernel_b": [lambda kernel: kernel_cca.optimal_weights(np.eye(3), kernel, 1)],
    }
    for name, some in calls.items():
        for call in some:
            with pytest.raises(
                ValueError, match=f"^{name} must be positive semidefinite .*; found an eigenvalue of -0.3"
            ):
                call(indefinite)
            with pytest.raises(ValueError, match=f"^{name} must be symmetric"):
                call(np.triu(G))
            with pytest.raises(ValueError, match=f"^{name} must be a square matrix"):
                call(G[:2])
            with pytest.raises(ValueError, match=f"^{name} must be finite"):
                call(np.nan * G)
            with pytest.raises(TypeError, match=f"^{name} must hold real numbers"):
                call(1j * G)
    with pytest.raises(ValueError, match=r"^kernel must have 3 rows, one per sample; found shape \(2, 2\)"):
        kernel_lpp.optimal_weights(np.eye(2), G, 1)
    with pytest.raises(ValueError, match="^kernel_b must have 2 rows, one per sample"):
        kernel_cca.optimal_weights(np.eye(2), np.eye(3), 1)
    with pytest.raises(ValueError, match="^labels must have 2 entries, one per sample; found 3"):
        kernel_lda.optimal_weights(np.eye(2), labels, 1)
    with pytest.raises(ValueError, match="^normalisation must be"):
        kernel_lpp.optimal_weights(np.eye(3), G, 1, normalisation="unit")
    for call in (some[0] for some in calls.values()):
        assert call(-1e-9 * np.eye(3) + 1e9 * np.diag([1, 2, 4])) is not None  # rounding is no negative eigenvalue


def test_inputs_are_not_changed():
    X = np.random.default_rng(0).standard_normal((6, 3))
    kernel, other, G = X @ X.T, rbf_kernel(X), np.ones((6, 6))
    for array in (kernel, other, G):
        array.setflags(write=False)
    for given_as in (kernel, sp.csr_array(kernel), sp.coo_array(kernel)):
        before = given_as.copy()
        kernel_lpp.optimal_weights(given_as, G, 2)
        kernel_lda.optimal_weights(given_as, [0, 0, 1, 1, 2, 2], 2)
        kernel_cca.optimal_weights(given_as, other, 2)
        assert (before != given_as).sum() == 0


def test_class_means_collapse_by_a_kernel_of_the_classes():
    labels = np.array([0, 0, 1, 1, 1, 2])
    kernel = (labels[:, None] == labels).astype(float)
    optimum = kernel_lda.optimal_weights(kernel, labels, 2)
    assert optimum.loss == 0
    Z = images(kernel, optimum.weights)
    np.testing.assert_allclose(Z, class_means(Z, labels), atol=1e-14)
