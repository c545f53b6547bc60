"""Locality Preserving Projections against their definition, numerical optimisation and SciPy's generalised eigensolver."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from scipy.linalg import eigh
from sklearn.datasets import load_digits

from numeric import laplacian_eigenmaps, lpp, vicreg
from numeric import relations as build
from numeric.diagnostics import principal_angles
from numeric.optimise import minimise
from tests.numeric.inputs import basis_and_condition, centred_basis, random_inputs
from tests.numeric.opponent import check_against
from tests.numeric.orthonormal import over_orthonormal
from tests.numeric.strategies import arrays, laplacian, relations

NORMALISATIONS = ("covariance", "degree")


def mass_of(G, normalisation):
    return G.sum(axis=1) if normalisation == "degree" else np.full(len(G), 1 / len(G))


def rounding_of(F, G):
    """Of the loss, a sum over samples of degree times |f_i|^2."""
    return 1e-11 * float(np.sum(np.diagonal(laplacian(G))[:, None] * (F - F.mean(axis=0)) ** 2)) + 1e-290


@st.composite
def problems(draw, max_samples=10):
    """(X, G, normalisation, F): F the basis of what can be done; it may have no column."""
    G, normalisation = draw(relations(min_samples=1, max_samples=max_samples)), draw(st.sampled_from(NORMALISATIONS))
    X = draw(random_inputs(len(G)))
    mass = mass_of(G, normalisation)
    # Weights of very different size make inputs of any condition.
    F = centred_basis(X, mass)
    event(f"{normalisation}: samples of degree 0", bool((G.sum(axis=1) == 0).any()))
    return X, G, normalisation, F


@settings(max_examples=300)
@given(problem=problems(), rng=arrays(), sparse=st.booleans())
def test_the_optimum_satisfies_the_constraint_and_its_claims(problem, rng, sparse):
    X, G, normalisation, F = problem
    n, rank = F.shape
    assume(rank)
    K = int(rng.integers(1, rank + 1))
    event("as many columns as directions", rank == K)
    optimum = lpp.optimal_weights(X, sp.csr_array(G) if sparse else G, K, normalisation=normalisation)
    assert optimum.weights.shape == (X.shape[1], K)
    assert optimum.representation is None
    assert (type(optimum.loss), optimum.rank) == (float, K)
    np.testing.assert_array_equal(optimum.filter, np.ones(K))
    mass = mass_of(G, normalisation)
    Z = X @ optimum.weights
    Z = Z - np.average(Z, axis=0, weights=mass)
    np.testing.assert_allclose(Z.T * mass @ Z, np.eye(K), atol=1e-8)
    bound = float(np.max(np.diagonal(laplacian(G)) / np.where(mass > 0, mass, np.inf)))
    scale = n if normalisation == "covariance" else 1
    wanted = np.linalg.eigvalsh(F.T @ laplacian(G) @ F)[:K] / scale
    np.testing.assert_allclose(optimum.eigenvalues, wanted, rtol=0, atol=1e-9 * bound / scale)
    event("an eigenvalue 0", bool((optimum.eigenvalues == 0).any()))
    assert (optimum.eigenvalues >= 0).all()
    assert optimum.loss == pytest.approx(scale * optimum.eigenvalues.sum(), rel=1e-12)
    drawn = np.where((mass > 0)[:, None], Z, 0)  # other rows do not enter
    assert abs(laplacian_eigenmaps.loss(drawn, G) - optimum.loss) <= 1e-8 * K * bound + rounding_of(drawn, G)


@settings(max_examples=80)
@given(problem=problems(max_samples=8), rng=arrays())
def test_no_numerical_minimum_is_below_the_claim_and_the_best_reaches_it(problem, rng):
    X, G, normalisation, F = problem
    rank = F.shape[1]
    assume(rank)
    K = int(rng.integers(1, rank + 1))

    def loss_and_gradient(V):
        value, slope = laplacian_eigenmaps.loss_and_gradient(F @ V, G)
        return value, F.T @ slope

    claim = lpp.optimal_weights(X, G, K, normalisation=normalisation).loss
    bound = float(np.max(np.diagonal(laplacian(G)) / np.where((m := mass_of(G, normalisation)) > 0, m, np.inf)))
    found = minimise(over_orthonormal(loss_and_gradient), (rank, K), n_starts=3, seed=rng, max_iterations=1500)
    check_against(found, claim, rounding=1e-9 * K * bound + rounding_of(F, G))


@pytest.mark.parametrize("normalisation", NORMALISATIONS)
def test_the_optimiser_does_converge(normalisation):
    rng = np.random.default_rng(0)
    X, G = rng.standard_normal((20, 6)), rng.random((20, 20))
    G = G + G.T
    F, _ = basis_and_condition(X, mass_of(G, normalisation))

    def loss_and_gradient(V):
        value, slope = laplacian_eigenmaps.loss_and_gradient(F @ V, G)
        return value, F.T @ slope

    found = minimise(over_orthonormal(loss_and_gradient), (6, 3), n_starts=4)
    assert found.converged
    claim = lpp.optimal_weights(X, G, 3, normalisation=normalisation).loss
    assert found.loss == pytest.approx(claim, rel=1e-9)


@settings(max_examples=100)
@given(problem=problems(), beyond=st.integers(1, 3))
def test_more_columns_than_can_satisfy_the_constraint_are_refused(problem, beyond):
    X, G, normalisation, F = problem
    available = F.shape[1]
    words = {"covariance": r"C\(Z\) = I", "degree": "Z'D_G Z = I and Z'D_G 1 = 0"}[normalisation]
    with pytest.raises(
        ValueError,
        match=f"^n_components must be at most {available}, .* {words} over Z = X W; found {available + beyond}$",
    ):
        lpp.optimal_weights(X, G, available + beyond, normalisation=normalisation)


@settings(max_examples=60)
@given(G=relations(min_samples=2, max_samples=9), normalisation=st.sampled_from(NORMALISATIONS), rng=arrays())
def test_inputs_of_full_rank_give_laplacian_eigenmaps(G, normalisation, rng):
    n = len(G)
    available = len(laplacian_eigenmaps.eigenpairs(G, n, normalisation=normalisation)[0])
    assume(available)
    K = int(rng.integers(1, available + 1))
    X = np.linalg.qr(rng.standard_normal((n, n)))[0]
    if normalisation == "degree":
        d = G.sum(axis=1)
        assume(d.max() < 1e4 * d[d > 0].min())
    wanted = laplacian_eigenmaps.optimal_representation(G, K, normalisation=normalisation)
    found = lpp.optimal_weights(X, G, K, normalisation=normalisation)
    norm = 2 * n * (np.abs(laplacian(G)).max() if normalisation == "covariance" else 1)
    np.testing.assert_allclose(found.eigenvalues, wanted.eigenvalues, rtol=0, atol=1e-11 * norm)


@pytest.mark.parametrize("normalisation", NORMALISATIONS)
def test_the_generalised_eigenproblem_of_the_literature(normalisation):
    """X'L X w = mu X'M X w by SciPy, for X centred under the masses, where both ways of writing it agree."""
    rng = np.random.default_rng(1)
    X = rng.standard_normal((60, 5)) @ rng.standard_normal((5, 5))
    G = build.from_neighbours(X, 6, sparse=False) * rng.random((60, 60))
    G = G + G.T
    mass = mass_of(G, normalisation)
    X -= np.average(X, axis=0, weights=mass)
    eigenvalues, vectors = eigh(X.T @ laplacian(G) @ X, X.T * mass @ X)
    scale = 60 if normalisation == "covariance" else 1
    optimum = lpp.optimal_weights(X, G, 3, normalisation=normalisation)
    np.testing.assert_allclose(optimum.eigenvalues * scale, eigenvalues[:3], rtol=1e-10)
    np.testing.assert_allclose(np.abs(optimum.weights), np.abs(vectors[:, :3]), rtol=1e-8)
    # Off the origin, He & Niyogi's X'D_G X is another constraint; the one here is not.
    moved = lpp.optimal_weights(X + 5.0, G, 3, normalisation=normalisation)
    np.testing.assert_allclose(moved.eigenvalues, optimum.eigenvalues, rtol=1e-9)
    uncentred = eigh((X + 5.0).T @ laplacian(G) @ (X + 5.0), (X + 5.0).T * mass @ (X + 5.0))[0]
    assert abs(uncentred[0] - eigenvalues[0]) > 0.01 * eigenvalues[0]


def test_the_covariance_form_is_the_range_of_vicreg():
    rng = np.random.default_rng(2)
    X = rng.standard_normal((40, 6))
    G = build.from_neighbours(X, 5)
    optimum = lpp.optimal_weights(X, G, 3)
    ours = vicreg.optimal_weights(X, G, 3, gamma=0.1 / optimum.eigenvalues[-1])
    np.testing.assert_allclose(ours.eigenvalues, optimum.eigenvalues, rtol=1e-10)
    np.testing.assert_allclose(principal_angles(ours.weights, optimum.weights), 0, atol=1e-7)


def test_inputs_of_isolated_samples_do_not_enter_the_degree_form():
    rng = np.random.default_rng(3)
    X, G = rng.standard_normal((8, 3)), rng.random((8, 8))
    G = G + G.T
    G[[2, 5]] = G[:, [2, 5]] = 0
    first = lpp.optimal_weights(X, G, 2, normalisation="degree")
    X[[2, 5]] = 7.0
    second = lpp.optimal_weights(X, G, 2, normalisation="degree")
    np.testing.assert_array_equal(first.weights, second.weights)
    assert np.abs(lpp.optimal_weights(X, G, 2).weights - first.weights).max() > 0.01


def test_an_eigenvalue_that_is_rounding_is_zero():
    """Two cliques that one feature tells apart; the others are of the size of 1e8 and 1e-8."""
    rng = np.random.default_rng(4)
    labels = np.repeat([0, 1], 10)
    X = np.column_stack([labels, 1e8 * rng.standard_normal(20), 1e-8 * rng.standard_normal(20)])
    for normalisation in NORMALISATIONS:
        optimum = lpp.optimal_weights(X, build.from_labels(labels), 3, normalisation=normalisation)
        assert optimum.eigenvalues[0] == 0
        assert optimum.eigenvalues[1] > 0.1
        np.testing.assert_allclose(X[:, 1:] @ optimum.weights[1:, 0], 0, atol=1e-7)


@pytest.mark.parametrize("normalisation", NORMALISATIONS)
def test_no_number_is_too_large_silently(normalisation):
    rng = np.random.default_rng(5)
    X, G = rng.standard_normal((6, 3)), rng.random((6, 6))
    G = G + G.T
    wanted = lpp.optimal_weights(X, G, 2, normalisation=normalisation)
    for size in (1e100, 1e-200):
        found = lpp.optimal_weights(X * [size, 1.0, 1 / size], G, 2, normalisation=normalisation)
        np.testing.assert_allclose(found.eigenvalues, wanted.eigenvalues, rtol=1e-12)
    found = lpp.optimal_weights(X, G * 1e300, 2, normalisation=normalisation)
    scale = 1e300 if normalisation == "covariance" else 1.0
    np.testing.assert_allclose(found.eigenvalues / scale, wanted.eigenvalues, rtol=1e-12)
    if normalisation == "degree":
        full = lpp.optimal_weights(X, np.full((6, 6), 1e307), 2, normalisation=normalisation)  # of degrees 6e307
        np.testing.assert_allclose(full.eigenvalues, 1, rtol=1e-12)
    else:
        loops = lpp.optimal_weights(X, G + 1e17 * np.eye(6), 2)  # no Laplacian sees them
        np.testing.assert_allclose(loops.eigenvalues, wanted.eigenvalues, rtol=1e-12)
    with pytest.raises(ValueError, match="^X must have columns for which finite weights suffice"):
        lpp.optimal_weights(X * [1, 1, 1e-308], G, 2, normalisation=normalisation)


def nearest_neighbour_accuracy(train, digits, test, wanted):
    distances = np.square(test[:, None] - train[None]).sum(axis=2)
    return float(np.mean(digits[distances.argmin(axis=1)] == wanted))


def test_digits_by_their_neighbours():
    """Two thirds fitted without labels, one third held out: about as good as principal components of the same number."""
    X, digits = load_digits(return_X_y=True)
    fitted = np.arange(len(X)) % 3 > 0
    G = build.from_neighbours(X[fitted], 10)
    mean = X[fitted].mean(axis=0)
    axes = np.linalg.svd(X[fitted] - mean, full_matrices=False)[2]
    accuracies = {"principal components": (X - mean) @ axes[:16].T}
    for normalisation in NORMALISATIONS:
        optimum = lpp.optimal_weights(X[fitted], G, 16, normalisation=normalisation)
        assert laplacian_eigenmaps.loss(X[fitted] @ optimum.weights, G) == pytest.approx(optimum.loss, rel=1e-9)
        accuracies[normalisation] = X @ optimum.weights
    for name, Z in accuracies.items():
        accuracies[name] = nearest_neighbour_accuracy(Z[fitted], digits[fitted], Z[~fitted], digits[~fitted])
    for normalisation in NORMALISATIONS:
        assert accuracies[normalisation] > accuracies["principal components"] - 0.01, accuracies


def test_arguments_are_refused_by_name():
    X, G = np.arange(6.0).reshape(3, 2) ** 2, np.ones((3, 3))
    for wrong, error, message in (
        ((X[:2], G, 1), ValueError, "^X must have 3 rows"),
        ((X * np.nan, G, 1), ValueError, "^X must be finite"),
        ((X, -G, 1), ValueError, "^G must be entrywise nonnegative"),
        ((X, G, 0), ValueError, "^n_components must be an integer >= 1; found 0"),
        ((X, G, 1.5), TypeError, "^n_components must be an integer >= 1"),
        ((sp.csr_array(X + 0j), G, 1), TypeError, "^X must hold real numbers"),
    ):
        with pytest.raises(error, match=message):
            lpp.optimal_weights(*wrong)
    with pytest.raises(ValueError, match="^normalisation must be 'covariance' or 'degree'; found 'degrees'"):
        lpp.optimal_weights(X, G, 1, normalisation="degrees")
    with pytest.raises(ValueError, match="^n_components must be at most 0, .* Z'D_G 1 = 0 over Z = X W; found 1"):
        lpp.optimal_weights(X, 0 * G, 1, normalisation="degree")


def test_inputs_are_not_changed():
    rng = np.random.default_rng(0)
    X, G = rng.standard_normal((6, 3)), rng.random((6, 6))
    G = G + G.T
    G[2] = G[:, 2] = 0
    for array in (X, G):
        array.setflags(write=False)
    for given_as in (G, sp.csr_array(G), sp.coo_array(G)):
        before = given_as.copy()
        for normalisation in NORMALISATIONS:
            lpp.optimal_weights(X, given_as, 2, normalisation=normalisation)
        assert (before != given_as).sum() == 0
