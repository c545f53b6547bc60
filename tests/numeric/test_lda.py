"""Fisher's discriminant against its definition, numerical optimisation, LPP with the class relation, and scikit-learn's."""

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits, load_wine
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from numeric import laplacian_eigenmaps, lda, lpp, relations
from numeric.diagnostics import principal_angles
from numeric.optimise import minimise
from tests.numeric.inputs import basis_and_condition, centred_basis, class_means, random_inputs
from tests.numeric.opponent import check_against
from tests.numeric.orthonormal import over_orthonormal
from tests.numeric.strategies import arrays
from tests.numeric.taylor import check_taylor_remainder


@st.composite
def problems(draw, max_samples=12):
    """(X, labels, F): F the basis of what can be done; it may have no column. Some separate classes without spread."""
    n = draw(st.integers(1, max_samples))
    n_classes = draw(st.integers(1, n))
    labels = draw(arrays()).integers(0, n_classes, n)
    X = draw(random_inputs(n))
    if draw(st.integers(0, 3)) == 0:
        event("a feature that separates classes perfectly")
        X = np.column_stack([X, labels == labels[0]])
    F = centred_basis(X)
    event("more features than samples", X.shape[1] > n)
    return X, labels, F


@settings(max_examples=100)
@given(n=st.integers(1, 8), K=st.integers(1, 3), classes=st.integers(1, 4), rng=arrays())
def test_loss_is_its_definition(n, K, classes, rng):
    Z, labels = rng.standard_normal((n, K)), rng.integers(0, classes, n)
    value, slope = lda.loss_and_gradient(Z, labels)
    within = Z - class_means(Z, labels)
    assert value == pytest.approx(np.square(within).sum() / n, rel=1e-10, abs=1e-30)
    assert isinstance(value, float)
    assert value == lda.loss(Z, labels)
    np.testing.assert_array_equal(slope, lda.gradient(Z, labels))
    G = relations.from_labels(labels, weights="class")
    assert laplacian_eigenmaps.loss(Z, G) / n == pytest.approx(value, rel=1e-9, abs=1e-14)


def test_a_constant_costs_no_digits():
    """What 2^40 leaves of the entries is in steps of 2^-12; in sums of squares, of 2^80, it would be lost."""
    Z, labels = np.random.default_rng(0).integers(-5, 6, (30, 2)) / 16, np.arange(30) % 4
    value, slope = lda.loss_and_gradient(Z + 2.0**40, labels)
    assert value == pytest.approx(lda.loss(Z, labels), rel=1e-12)
    np.testing.assert_allclose(slope, lda.gradient(Z, labels), rtol=0, atol=1e-14)


@settings(max_examples=50)
@given(n=st.integers(2, 8), K=st.integers(1, 3), rng=arrays())
def test_the_taylor_remainder_of_the_gradient_is_quadratic(n, K, rng):
    Z, V = rng.standard_normal((2, n, K))
    labels = np.arange(n) % max(1, n // 2)
    check_taylor_remainder(lambda Z: lda.loss(Z, labels), lda.gradient(Z, labels), Z, V)


@settings(max_examples=100)
@given(problem=problems())
def test_scatters_are_their_definitions(problem):
    X, labels, _ = problem
    S_w, S_b, S_t = lda.scatter(X, labels)
    means, n = class_means(X, labels), len(X)
    size = np.where(X.any(axis=0), np.abs(X).max(axis=0), 1.0)
    for ours, rows in ((S_w, X - means), (S_b, means - X.mean(axis=0)), (S_t, X - X.mean(axis=0))):
        np.testing.assert_allclose(ours / np.outer(size, size), (rows / size).T @ (rows / size) / n, rtol=0, atol=1e-13)
        np.testing.assert_array_equal(ours, ours.T)


@settings(max_examples=300)
@given(problem=problems(), rng=arrays())
def test_the_optimum_satisfies_the_constraint_and_its_claims(problem, rng):
    X, labels, F = problem
    n, rank = F.shape
    assume(rank)
    K = int(rng.integers(1, rank + 1))
    n_classes = len(np.unique(labels))
    optimum = lda.optimal_weights(X, labels.tolist(), K)
    assert optimum.weights.shape == (X.shape[1], K)
    assert optimum.representation is None
    assert (type(optimum.loss), optimum.rank) == (float, K)
    np.testing.assert_array_equal(optimum.filter, np.ones(K))
    Z = X @ optimum.weights
    Z = Z - Z.mean(axis=0)
    np.testing.assert_allclose(Z.T @ Z / n, np.eye(K), atol=1e-8)
    within = F - class_means(F, labels)
    wanted = np.linalg.eigvalsh(within.T @ within / n)[:K]
    np.testing.assert_allclose(optimum.eigenvalues, wanted, rtol=0, atol=1e-9)
    assert (np.diff(optimum.eigenvalues) >= 0).all()
    assert ((optimum.eigenvalues >= 0) & (optimum.eigenvalues <= 1)).all()
    assert optimum.loss == pytest.approx(optimum.eigenvalues.sum(), rel=1e-14)
    assert abs(lda.loss(Z, labels) - optimum.loss) <= 1e-8 * K
    event("perfectly separated directions", bool((optimum.eigenvalues == 0).any()))
    beyond = optimum.eigenvalues[n_classes - 1 :]
    event("columns beyond C - 1", beyond.size > 0)
    np.testing.assert_allclose(beyond, 1, rtol=0, atol=1e-14)
    np.testing.assert_allclose(class_means(Z, labels)[:, n_classes - 1 :], 0, atol=1e-7)


@settings(max_examples=80)
@given(problem=problems(max_samples=9), rng=arrays())
def test_no_numerical_minimum_is_below_the_claim_and_the_best_reaches_it(problem, rng):
    X, labels, F = problem
    rank = F.shape[1]
    assume(rank)
    K = int(rng.integers(1, rank + 1))

    def loss_and_gradient(V):
        value, slope = lda.loss_and_gradient(F @ V, labels)
        return value, F.T @ slope

    claim = lda.optimal_weights(X, labels, K).loss
    found = minimise(over_orthonormal(loss_and_gradient), (rank, K), n_starts=3, seed=rng, max_iterations=1500)
    check_against(found, claim, rounding=1e-10 * K)


def test_the_optimiser_does_converge():
    X, labels = load_wine(return_X_y=True)
    F, _ = basis_and_condition(X)

    def loss_and_gradient(V):
        value, slope = lda.loss_and_gradient(F @ V, labels)
        return value, F.T @ slope

    found = minimise(over_orthonormal(loss_and_gradient), (13, 3), n_starts=3)
    assert found.converged
    assert found.loss == pytest.approx(lda.optimal_weights(X, labels, 3).loss, rel=1e-9)


@settings(max_examples=60)
@given(problem=problems(), rng=arrays())
def test_it_is_lpp_with_the_class_relation(problem, rng):
    X, labels, F = problem
    n, rank = F.shape
    assume(rank)
    K = int(rng.integers(1, rank + 1))
    ours = lda.optimal_weights(X, labels, K)
    for normalisation in ("covariance", "degree"):
        G = relations.from_labels(labels, weights="class", sparse=True)
        theirs = lpp.optimal_weights(X, G, K, normalisation=normalisation)
        np.testing.assert_allclose(ours.eigenvalues, theirs.eigenvalues, rtol=0, atol=1e-10)
        scale = n if normalisation == "covariance" else 1
        assert theirs.loss == pytest.approx(scale * ours.loss, rel=1e-9, abs=1e-10 * scale)


@settings(max_examples=60)
@given(problem=problems(), beyond=st.integers(1, 3))
def test_more_columns_than_can_satisfy_the_constraint_are_refused(problem, beyond):
    X, labels, F = problem
    K = F.shape[1] + beyond
    with pytest.raises(ValueError, match=f"^n_components must be at most {F.shape[1]}, .* W'S_t W = I; found {K}"):
        lda.optimal_weights(X, labels, K)


def test_two_classes_on_a_line_by_hand():
    """Means -2 and 2, variance 1 inside each class: S_w = 1, S_t = 5, mu = 1/5."""
    optimum = lda.optimal_weights([[-3.0], [-1.0], [1.0], [3.0]], ["left", "left", "right", "right"], 1)
    assert optimum.loss == pytest.approx(0.2, rel=1e-14)
    np.testing.assert_allclose(np.abs(optimum.weights), [[5**-0.5]], rtol=1e-14)


def test_one_class_leaves_nothing_to_choose():
    optimum = lda.optimal_weights(np.random.default_rng(0).standard_normal((5, 3)), ["a"] * 5, 3)
    assert optimum.eigenvalues.tolist() == [1, 1, 1]


def test_more_features_than_samples_separate_any_classes():
    """Every class is one point, whatever the labels; scikit-learn's eigenvalue solver raises."""
    rng = np.random.default_rng(0)
    X, labels = rng.standard_normal((12, 40)), np.arange(12) % 4
    optimum = lda.optimal_weights(X, labels, 5)
    assert optimum.eigenvalues[:3].tolist() == [0, 0, 0]
    np.testing.assert_allclose(optimum.eigenvalues[3:], 1, rtol=1e-14)
    Z = X @ optimum.weights
    np.testing.assert_allclose((Z - class_means(Z, labels))[:, :3], 0, atol=1e-12)
    with pytest.raises(np.linalg.LinAlgError):
        LinearDiscriminantAnalysis(solver="eigen").fit(X, labels)


def scaled(optimum):
    """The weights in scikit-learn's scale, of unit within-class variance."""
    return optimum.weights / np.sqrt(optimum.eigenvalues)


@pytest.mark.parametrize("solver", ["eigen", "svd"])
@pytest.mark.parametrize("data", [load_wine, load_digits])
def test_scikit_learn(data, solver):
    X, labels = data(return_X_y=True)
    X = X[:, X.std(axis=0) > 0.3]  # of digits: without the pixels that nearly all images have in one shade
    n, n_classes = len(X), len(np.unique(labels))
    K = n_classes - 1
    fitted = LinearDiscriminantAnalysis(solver=solver, n_components=K).fit(X, labels)
    optimum = lda.optimal_weights(X, labels, K)
    between = 1 / optimum.eigenvalues - 1  # of S_b w = t S_w w
    np.testing.assert_allclose(fitted.explained_variance_ratio_, between / between.sum(), rtol=1e-8)
    theirs, ours = fitted.transform(X), X @ scaled(optimum)
    theirs, ours = theirs - theirs.mean(axis=0), ours - ours.mean(axis=0)
    factors = np.linalg.norm(theirs, axis=0) / np.linalg.norm(ours, axis=0)
    allowed = [1.0] if solver == "eigen" else [1.0, np.sqrt((n - n_classes) / n)]  # by version
    assert any(np.allclose(factors, factor, rtol=1e-8) for factor in allowed)
    np.testing.assert_allclose(np.abs(np.sum(ours * theirs, axis=0)), factors * np.sum(ours**2, axis=0), rtol=1e-8)
    np.testing.assert_allclose(principal_angles(ours, theirs), 0, atol=1e-6)
    with pytest.raises(ValueError, match="cannot be larger than"):
        LinearDiscriminantAnalysis(solver=solver, n_components=K + 1).fit(X, labels)
    assert lda.optimal_weights(X, labels, K + 1).eigenvalues[-1] == 1


@pytest.mark.parametrize("data", [load_wine, load_digits])
def test_the_nearest_class_mean_is_as_good_as_scikit_learn_s(data):
    """Five folds. In scikit-learn's scale the predictions are the same; in that of unit covariance they may be worse."""
    X, labels = data(return_X_y=True)
    n_classes = len(np.unique(labels))
    fold = np.random.default_rng(0).permutation(len(X)) % 5
    right = {"scikit-learn": 0, "scaled": 0, "unit covariance": 0}
    for held_out in range(5):
        train, test = fold != held_out, fold == held_out
        fitted = LinearDiscriminantAnalysis(solver="svd", priors=[1 / n_classes] * n_classes, tol=1e-8)
        predictions = {"scikit-learn": fitted.fit(X[train], labels[train]).predict(X[test])}
        optimum = lda.optimal_weights(X[train], labels[train], n_classes - 1)
        for name, W in (("scaled", scaled(optimum)), ("unit covariance", optimum.weights)):
            Z = X @ W
            means = np.array([Z[train][labels[train] == label].mean(axis=0) for label in range(n_classes)])
            predictions[name] = np.square(Z[test][:, None] - means).sum(axis=2).argmin(axis=1)
        for name, predicted in predictions.items():
            right[name] += int((predicted == labels[test]).sum())
    assert right["scaled"] >= right["scikit-learn"] - 1, right
    assert right["unit covariance"] >= right["scikit-learn"] - 0.03 * len(X), right
    assert right["scaled"] > 0.93 * len(X), right


def test_arguments_are_refused_by_name():
    X = np.arange(6.0).reshape(3, 2) ** 2
    for call, error, message in (
        (lambda: lda.optimal_weights(X, [0, 1], 1), ValueError, "^labels must have 3 entries, one per sample; found 2"),
        (lambda: lda.loss(X, [0, 1]), ValueError, "^labels must have 3 entries"),
        (lambda: lda.scatter(X, [0, 1]), ValueError, "^labels must have 3 entries"),
        (lambda: lda.optimal_weights(X, [0, None, 1], 1), ValueError, "^labels must not be missing; found None at 1"),
        (lambda: lda.optimal_weights(X, [[0], [1], [2]], 1), ValueError, "^labels must be one-dimensional"),
        (lambda: lda.optimal_weights(X, [[0], [1], []], 1), TypeError, "^labels must be hashable; found a list"),
        (lambda: lda.optimal_weights(X[0], [0], 1), ValueError, "^X must have two dimensions"),
        (lambda: lda.optimal_weights(X, [0, 1, 1], 0), ValueError, "^n_components must be an integer >= 1; found 0"),
        (lambda: lda.loss(X * np.nan, [0, 1, 1]), ValueError, "^Z must be finite"),
    ):
        with pytest.raises(error, match=message):
            call()


def test_inputs_are_not_changed():
    X, labels = np.random.default_rng(0).standard_normal((6, 3)), np.array([0, 0, 1, 1, 2, 2])
    X.setflags(write=False)
    labels.setflags(write=False)
    lda.optimal_weights(X, labels, 2)
    lda.loss_and_gradient(X, labels)
    lda.scatter(X, labels)
