"""Kernel PCA against its definition, scikit-learn's, principal components themselves, and numerical optimisation."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits
from sklearn.decomposition import KernelPCA
from sklearn.metrics.pairwise import polynomial_kernel, rbf_kernel, sigmoid_kernel

from numeric import kernel_pca, relations, squared_similarity
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
from tests.numeric.strategies import arrays, symmetric_matrices
from tests.numeric.strategies import relations as random_relations
from tests.numeric.taylor import check_taylor_remainder

POSITIVE = ("linear", "rbf", "polynomial", "cliques", "identity")
INDEFINITE = ("sigmoid", "relation", "any sign")
KINDS = (*POSITIVE, *INDEFINITE, "constant", "zero")


@st.composite
def kernels(draw, min_samples=1, max_samples=10, kinds=KINDS):
    """A kernel, (N, N): positive semidefinite, indefinite, or nothing but what centring takes away."""
    kind = draw(st.sampled_from(kinds))
    n, d, rng = draw(st.integers(min_samples, max_samples)), draw(st.integers(1, 3)), draw(arrays())
    event(f"kernel: {kind}")
    Phi = rng.standard_normal((n, d))
    if kind == "linear":
        Phi += draw(st.sampled_from([0, 10]))
        return Phi @ Phi.T
    if kind == "rbf":
        return rbf_kernel(Phi)
    if kind == "polynomial":
        return polynomial_kernel(Phi, degree=2)
    if kind == "sigmoid":
        return sigmoid_kernel(Phi, gamma=1.0, coef0=-1.0)
    if kind == "cliques":
        labels = rng.integers(0, draw(st.integers(1, n)), n)
        return 0.1 * (labels[:, None] == labels)
    if kind == "relation":
        kernel = draw(random_relations(n, n))
        return kernel / (kernel.max() or 1.0)
    if kind == "any sign":
        kernel, _ = draw(symmetric_matrices(n, n, kinds=("gaussian", "repeated", "low rank", "negative", "integer")))
        return kernel / (np.abs(kernel).max() or 1.0)
    if kind == "identity":
        return 0.3 * np.eye(n)
    if kind == "constant":
        shifts = rng.standard_normal(n)
        return shifts[:, None] + shifts
    return np.zeros((n, n))


@st.composite
def problems(draw, **kinds):
    """(kernel, K) with K in 1..N + 2."""
    kernel = draw(kernels(**kinds))
    K = draw(st.integers(1, len(kernel) + 2))
    eigenvalues = np.linalg.eigvalsh(centred(kernel))
    size = np.linalg.norm(kernel)
    event("K above N" if len(kernel) < K else "K within N")
    event("K above the number of positive eigenvalues", bool((eigenvalues > 1e-10 * size).sum() < K))
    event("negative eigenvalues", bool(eigenvalues[0] < -1e-10 * size))
    event("repeated eigenvalues", bool((np.diff(eigenvalues[eigenvalues > 1e-10 * size]) < 1e-10 * size).any()))
    return kernel, K


def centred(kernel):
    """Schoelkopf's formula for scalar products of centred features: K - 1K - K1 + 1K1, with 1 the mean over samples."""
    mean = np.full(kernel.shape, 1 / len(kernel))
    G = kernel - mean @ kernel - kernel @ mean + mean @ kernel @ mean
    return (G + G.T) / 2


def plain_loss(Z, kernel):
    """The definition, pair by pair."""
    n, G = len(Z), centred(kernel)
    return sum((G[i, j] - Z[i] @ Z[j]) ** 2 for i in range(n) for j in range(n))


def rounding_of_loss(Z, kernel):
    """Of a square of G - Z Z', whose entries are rounded as those of the kernel and of Z Z' are."""
    scores = np.linalg.norm(Z) ** 2
    return 1e-14 * (np.linalg.norm(centred(kernel)) + scores) * (np.linalg.norm(kernel) + scores)


@settings(max_examples=150)
@given(problem=problems(max_samples=7), rng=arrays(), sparse=st.booleans())
def test_loss_is_its_definition(problem, rng, sparse):
    kernel, K = problem
    Z = rng.standard_normal((len(kernel), K))
    given_kernel = sp.csr_array(kernel) if sparse else kernel
    value, slope = kernel_pca.loss_and_gradient(Z, given_kernel)
    assert abs(value - plain_loss(Z, kernel)) <= rounding_of_loss(Z, kernel)
    assert isinstance(value, float)
    assert value == kernel_pca.loss(Z, given_kernel)
    np.testing.assert_array_equal(slope, kernel_pca.gradient(Z, given_kernel))


@settings(max_examples=100)
@given(problem=problems(max_samples=8), rng=arrays())
def test_the_taylor_remainder_of_the_gradient_is_quadratic(problem, rng):
    kernel, K = problem
    Z, V = rng.standard_normal((2, len(kernel), K))
    check_taylor_remainder(lambda Z: kernel_pca.loss(Z, kernel), kernel_pca.gradient(Z, kernel), Z, V)


@settings(max_examples=200)
@given(problem=problems(), sparse=st.booleans(), exponent=st.sampled_from([0, 0, 200, -200, 480]))
def test_the_claimed_loss_is_the_loss_at_the_optimum_and_the_gradient_vanishes(problem, sparse, exponent):
    kernel, K = problem
    kernel = np.ldexp(kernel, exponent)
    G, size = centred(kernel), float(np.linalg.norm(kernel))
    optimum = kernel_pca.optimal_representation(sp.csr_array(kernel) if sparse else kernel, K)
    check_optimum(optimum, G, K, lambda Z: kernel_pca.loss_and_gradient(Z, kernel), size=size)
    check_centred(optimum, size=size)


@settings(max_examples=100)
@given(problem=problems(min_samples=2, max_samples=8), seed=st.integers(0, 2**32 - 1))
def test_no_numerical_minimum_is_below_the_claim_and_the_best_reaches_it(problem, seed):
    kernel, K = problem
    claim = kernel_pca.optimal_representation(kernel, K).loss
    found = minimise(
        lambda Z: kernel_pca.loss_and_gradient(Z, kernel), (len(kernel), K), n_starts=3, seed=seed, max_iterations=1500
    )
    check_against(found, claim, rounding=1e-12 * float(np.square(kernel).sum()))


@pytest.mark.parametrize("K", [1, 3, 8])
def test_the_optimiser_does_converge(K):
    """So that the property test above is known to compare something."""
    kernel = np.random.default_rng(K).standard_normal((6, 6))
    kernel = kernel + kernel.T
    found = minimise(lambda Z: kernel_pca.loss_and_gradient(Z, kernel), (6, K), n_starts=6)
    assert found.converged
    assert found.loss == pytest.approx(kernel_pca.optimal_representation(kernel, K).loss, rel=1e-9)


@settings(max_examples=80)
@given(
    problem=problems(min_samples=2, max_samples=8),
    features=st.integers(1, 4),
    rank=st.integers(0, 4),
    sparse=st.booleans(),
    rng=arrays(),
)
def test_the_same_for_linear_networks(problem, features, rank, sparse, rng):
    kernel, K = problem
    size = float(np.linalg.norm(kernel))
    X = low_rank(rng, len(kernel), features, rank)
    optimum = kernel_pca.optimal_weights(X, sp.csr_array(kernel) if sparse else kernel, K)
    check_linear_optimum(
        optimum, X, centred(kernel), K, lambda Z: kernel_pca.loss_and_gradient(Z, kernel), size=size, seed=rng
    )


@settings(max_examples=150)
@given(
    n=st.integers(1, 12),
    d=st.integers(1, 4),
    K=st.integers(1, 14),
    shift=st.sampled_from([0, 10, 1e3, 1e6]),
    single=st.booleans(),
    rng=arrays(),
)
def test_the_principal_components_of_features_wherever_they_lie(n, d, K, shift, single, rng):
    """Scores of the K first principal directions. What the kernel's rounding adds far from the origin is no direction."""
    Phi = rng.standard_normal((n, d)) + shift
    kernel = Phi @ Phi.T
    if single:
        assume(shift <= 10)  # else nothing is left of it
        kernel = kernel.astype(np.float32)
    U, singular_values, _ = np.linalg.svd(Phi - Phi.mean(axis=0), full_matrices=False)
    singular_values = singular_values[: min(d, n - 1)]
    unit = np.finfo(kernel.dtype).eps * np.linalg.norm(kernel)
    assume((singular_values**2 > 1e3 * unit).all())
    optimum = kernel_pca.optimal_representation(kernel, K)
    kept = min(K, len(singular_values))
    event("more components than directions" if kept < K else "all K in use")
    assert optimum.rank == kept
    np.testing.assert_allclose(optimum.filter[:kept], singular_values[:kept] ** 2, rtol=0, atol=16 * n * unit)
    if kept == len(singular_values):
        Z, scores = optimum.representation, U[:, :kept] * singular_values[:kept]
        np.testing.assert_allclose(Z @ Z.T, scores @ scores.T, rtol=0, atol=16 * n * unit)


@settings(max_examples=100)
@given(problem=problems(max_samples=8), rng=arrays())
def test_what_the_loss_does_not_see(problem, rng):
    """Constants added to a row of the kernel and its column, a rotation, and the order of samples."""
    kernel, K = problem
    Z = rng.standard_normal((len(kernel), K))
    value = kernel_pca.loss(Z, kernel)
    shifts = rng.standard_normal(len(kernel))
    shifted = kernel + shifts[:, None] + shifts
    rounding = rounding_of_loss(Z, kernel) + rounding_of_loss(Z, shifted)
    assert abs(kernel_pca.loss(Z, shifted) - value) <= rounding
    optimum, size = kernel_pca.optimal_representation(shifted, K), np.linalg.norm(kernel) + np.linalg.norm(shifted)
    check_optimum(optimum, centred(kernel), K, lambda Z: kernel_pca.loss_and_gradient(Z, kernel), size=size)
    R = np.linalg.qr(rng.standard_normal((K, K)))[0]
    assert abs(kernel_pca.loss(Z @ R, kernel) - value) <= rounding
    order = rng.permutation(len(kernel))
    assert abs(kernel_pca.loss(Z[order], kernel[np.ix_(order, order)]) - value) <= rounding


def test_it_is_squared_similarity_to_the_centred_kernel():
    kernel = rbf_kernel(np.random.default_rng(0).standard_normal((30, 3)))
    ours = kernel_pca.optimal_representation(kernel, 4)
    theirs = squared_similarity.optimal_representation(centred(kernel), 4)
    assert ours.loss == pytest.approx(theirs.loss, rel=1e-12)
    assert squared_similarity.loss(ours.representation, centred(kernel)) == pytest.approx(theirs.loss, rel=1e-12)
    # Of the kernel itself it is another optimum, with a direction for the mean.
    assert (
        squared_similarity.loss(ours.representation, kernel)
        > 1 + squared_similarity.optimal_representation(kernel, 4).loss
    )


@settings(max_examples=150)
@given(problem=problems(min_samples=2, kinds=(*POSITIVE, *INDEFINITE)))
def test_scikit_learn_has_the_same_gram_matrix_and_the_same_range(problem):
    kernel, K = problem
    eigenvalues = np.linalg.eigvalsh(centred(kernel))[::-1]
    size = np.abs(eigenvalues).max()
    assume(size > 1e-10 * np.linalg.norm(kernel))
    positive = int((eigenvalues > 1e-6 * size).sum())
    assume(positive)
    K = min(K, positive)
    cut = eigenvalues[K - 1] - eigenvalues[K] if len(kernel) > K else eigenvalues[K - 1]
    optimum = kernel_pca.optimal_representation(kernel, K)
    fitted = KernelPCA(K, kernel="precomputed", eigen_solver="dense").fit(kernel)
    scores = fitted.transform(kernel)
    rounding = 1e-11 * np.linalg.norm(kernel)
    np.testing.assert_allclose(optimum.eigenvalues, fitted.eigenvalues_, rtol=0, atol=rounding)
    if cut < 1e-4 * size:
        event("the last eigenvalue kept is repeated: any choice is as good")
        assert kernel_pca.loss(scores, kernel) == pytest.approx(optimum.loss, rel=1e-9, abs=rounding * size)
        return
    event("one range")
    Z = optimum.representation
    turn = rounding / cut  # Davis & Kahan
    check_same_up_to_rotation(Z, scores, atol=rounding + turn * size, angle=turn)
    np.testing.assert_allclose(angles_to_optimum(scores, kernel, method=kernel_pca), 0, atol=turn)


@pytest.mark.parametrize("kernel", ["linear", "rbf", "cosine"])
def test_scikit_learn_on_digits(kernel):
    X = load_digits().data[:300] / 16
    fitted = KernelPCA(6, kernel=kernel, gamma=0.1, eigen_solver="dense").fit(X)
    scores, gram = fitted.transform(X), fitted._get_kernel(X)
    optimum = kernel_pca.optimal_representation(gram, 6)
    np.testing.assert_allclose(optimum.eigenvalues, fitted.eigenvalues_, rtol=1e-11)
    Z = optimum.representation
    check_same_up_to_rotation(Z, scores, atol=1e-10 * np.square(scores).sum())
    np.testing.assert_allclose(np.var(Z, axis=0), optimum.eigenvalues / 300, rtol=1e-10)
    assert optimality_gap(scores, gram, method=kernel_pca).relative == pytest.approx(0, abs=1e-11)
    np.testing.assert_allclose(angles_to_optimum(scores, gram, method=kernel_pca), 0, atol=1e-6)
    assert optimality_gap(Z[:, ::-1] * 1.1, gram, method=kernel_pca).relative > 1e-3


def test_scikit_learn_refuses_the_columns_that_are_zero_here():
    """Of H diag(3, 3, -2, -2) H: 3 between the first two samples, -2 between the others, 1/2 between the pairs."""
    kernel = np.diag([3.0, 3.0, -2.0, -2.0])
    with pytest.raises(ValueError, match="negative eigenvalues"):
        KernelPCA(4, kernel="precomputed", eigen_solver="dense").fit(kernel)
    optimum = kernel_pca.optimal_representation(kernel, 6)
    np.testing.assert_allclose(optimum.eigenvalues, [3, 0.5, 0, -2], atol=1e-14)
    assert optimum.eigenvalues[2] == 0
    assert optimum.rank == 2
    assert optimum.loss == pytest.approx(4, rel=1e-13)
    assert optimum.representation.shape == (4, 6)
    assert not optimum.representation[:, 2:].any()
    assert KernelPCA(6, kernel="precomputed", eigen_solver="dense").fit_transform(kernel @ kernel).shape == (4, 4)


def test_two_samples_by_hand():
    """kernel [[a, b], [b, c]]: the samples are (a + c - 2 b)^(1/2) apart, half of it on each side of the origin."""
    optimum = kernel_pca.optimal_representation([[5, 1], [1, 2]], 2)
    np.testing.assert_allclose(optimum.eigenvalues, [2.5, 0], atol=1e-15)
    np.testing.assert_allclose(np.abs(optimum.representation), [[np.sqrt(5) / 2, 0], [np.sqrt(5) / 2, 0]], rtol=1e-14)
    assert optimum.representation.sum() == pytest.approx(0, abs=1e-15)
    assert kernel_pca.loss([[1.0], [0.0]], [[5, 1], [1, 2]]) == pytest.approx(0.25**2 + 3 * 1.25**2, rel=1e-15)


@pytest.mark.parametrize("sizes", [[3], [3, 3, 3], [1, 4, 2], [1, 1, 1, 1]])
@pytest.mark.parametrize("sparse", [False, True])
def test_cliques_have_one_direction_less_than_they_are(sizes, sparse):
    G = relations.from_labels(np.repeat(np.arange(len(sizes)), sizes), self_loops=True, sparse=sparse) / 7
    optimum = kernel_pca.optimal_representation(G, 8)
    assert optimum.rank == len(sizes) - 1
    Z = optimum.representation
    np.testing.assert_allclose(Z @ Z.T, centred(G.toarray() if sparse else G), atol=1e-15)


def test_one_sample_is_at_the_origin():
    optimum = kernel_pca.optimal_representation([[3.0]], 2)
    assert optimum.representation.tolist() == [[0, 0]]
    assert (optimum.loss, optimum.rank, optimum.eigenvalues.tolist()) == (0, 0, [0])


@settings(max_examples=60)
@given(problem=problems(), sparse=st.booleans())
def test_the_optimum_is_built_on_the_module_s_eigenpairs(problem, sparse):
    kernel, K = problem
    given_kernel = sp.csr_array(kernel) if sparse else kernel
    eigenvalues, U = kernel_pca.eigenpairs(given_kernel, K)
    q = min(K, len(kernel))
    np.testing.assert_allclose(U.T @ U, np.eye(q), atol=1e-12)
    np.testing.assert_allclose(centred(kernel) @ U, U * eigenvalues, rtol=0, atol=1e-11 * np.linalg.norm(kernel))
    optimum = kernel_pca.optimal_representation(given_kernel, K)
    np.testing.assert_array_equal(optimum.eigenvalues, eigenvalues)
    np.testing.assert_array_equal(optimum.representation[:, :q], U * np.sqrt(optimum.filter))


PLAIN = np.array([[2.0, -1.0, 0.0], [-1.0, 1.0, 0.5], [0.0, 0.5, 3.0]])
BAD = {
    "asymmetric": (np.triu(PLAIN), ValueError, r"symmetric; found kernel\[0, 1\] = -1 and kernel\[1, 0\] = 0"),
    "nan": (np.where(PLAIN == 3, np.nan, PLAIN), ValueError, "finite"),
    "infinite": (np.where(PLAIN == 3, -np.inf, PLAIN), ValueError, "finite"),
    "not square": (PLAIN[:2], ValueError, r"square.*\(2, 3\)"),
    "empty": (np.zeros((0, 0)), ValueError, "at least one sample"),
    "complex": (PLAIN + 0j, TypeError, "real numbers"),
    "too large": (1e154 * PLAIN, ValueError, "square is finite; found entries of up to 3e"),
    "as large as can be": (5e307 * PLAIN, ValueError, "square is finite; found entries of up to 1.5e"),
}


@pytest.mark.parametrize("call", calls(kernel_pca, 3).values(), ids=calls(kernel_pca, 3).keys())
@pytest.mark.parametrize(("kernel", "error", "message"), BAD.values(), ids=BAD.keys())
@pytest.mark.parametrize("sparse", [False, True])
def test_a_bad_kernel_is_refused_by_name(call, kernel, error, message, sparse):
    with pytest.raises(error, match=f"^kernel must .*{message}"):
        call(sp.csr_array(kernel) if sparse else kernel)


def test_so_are_other_arguments():
    with pytest.raises(ValueError, match="^Z must have 3 rows"):
        kernel_pca.loss(np.ones((2, 1)), PLAIN)
    with pytest.raises(ValueError, match="^Z must .* fourth power"):
        kernel_pca.loss_and_gradient(np.full((3, 1), 1e80), PLAIN)
    with pytest.raises(ValueError, match="^X must have 3 rows"):
        kernel_pca.optimal_weights(np.ones((2, 1)), PLAIN, 1)
    with pytest.raises(ValueError, match="^n_components must be an integer >= 1; found 0"):
        kernel_pca.optimal_representation(PLAIN, 0)


@pytest.mark.parametrize("size", [1e152, 1e50, 1e-100])
def test_large_and_small_kernels_are_right(size):
    wanted, found = (kernel_pca.optimal_representation(scale * PLAIN, 3) for scale in (1.0, size))
    np.testing.assert_allclose(found.eigenvalues, size * wanted.eigenvalues, rtol=1e-13)
    gram = wanted.representation @ wanted.representation.T
    np.testing.assert_allclose(found.representation @ found.representation.T / size, gram, atol=1e-14)
    value, slope = kernel_pca.loss_and_gradient(2 * found.representation, size * PLAIN)
    assert value / size / size == pytest.approx(kernel_pca.loss(2 * wanted.representation, PLAIN), rel=1e-12)
    assert np.isfinite(slope).all()


def test_inputs_are_not_changed():
    rng = np.random.default_rng(0)
    X, Z = rng.standard_normal((6, 3)), rng.standard_normal((6, 2))
    kernel = X @ X.T
    nearly = np.triu(kernel) + np.tril(kernel, -1) * (1 + 1e-14)  # symmetric up to rounding
    kernels = (kernel, nearly, sp.csr_array(kernel), sp.csc_array(kernel), sp.coo_array(kernel))
    check_inputs_are_not_changed(kernel_pca, X, Z, kernels)
