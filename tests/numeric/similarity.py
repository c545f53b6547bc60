"""What the losses |G - Z Z'|^2 have in common: their optima, linear ones, and what they make of what is handed in."""

import numpy as np
from hypothesis import assume, event

from numeric.diagnostics import principal_angles
from numeric.optimise import minimise
from tests.numeric.opponent import check_against


def check_optimum(optimum, G, K, loss_and_gradient, *, size):
    """A minimum of |G - Z Z'|^2 over all (N, K) representations, and its claims, against the whole spectrum of G.

    Args:
        optimum: as returned.
        G: (N, N) matrix that is meant, dense.
        K: n_components.
        loss_and_gradient: function of Z.
        size: the Frobenius norm of the entries that G was rounded from.
    """
    n, q, norm = len(G), min(K, len(G)), np.linalg.norm(G)
    rounding = 1e-12 * norm + 1e-14 * size  # what is set to 0 (`numeric.relation_spectrum`), and arithmetic
    eigenvalues = np.linalg.eigvalsh(G)[::-1]
    np.testing.assert_allclose(optimum.eigenvalues, eigenvalues[:q], rtol=0, atol=rounding)
    np.testing.assert_array_equal(optimum.filter, np.maximum(optimum.eigenvalues, 0))
    # the closed form, with the eigenvalues that are left out summed instead of subtracted
    left_out = float(np.sum(eigenvalues[q:] ** 2) + np.sum(np.minimum(eigenvalues[:q], 0) ** 2))
    assert abs(optimum.loss - left_out) <= rounding * (norm + rounding)
    assert optimum.loss >= 0
    assert (type(optimum.loss), type(optimum.rank)) == (float, int)
    assert optimum.rank == np.count_nonzero(optimum.filter)
    certain, possible = eigenvalues > 2 * rounding, eigenvalues > max(1e-12 * norm, 2e-15 * size) / 2
    assert min(K, certain.sum()) <= optimum.rank <= min(K, possible.sum())
    event("an eigenvalue that may be rounding", bool(certain.sum() < possible.sum()))
    Z = optimum.representation
    assert Z.shape == (n, K)
    assert optimum.weights is None
    assert not Z[:, optimum.rank :].any()
    value, slope = loss_and_gradient(Z)
    assert abs(value - optimum.loss) <= rounding * (norm + rounding)
    assert np.abs(slope).max() <= 10 * rounding * np.sqrt(norm + rounding)
    covariance = np.diag(np.append(optimum.filter, np.zeros(K - q)))
    np.testing.assert_allclose(Z.T @ Z, covariance, rtol=0, atol=rounding)


def check_centred(optimum, *, size):
    """The columns of Z are as close to centred as H G = G makes them: an eigenvector turns with G's rounding over g_k."""
    means = optimum.representation.mean(axis=0)[: len(optimum.filter)]
    assert (np.abs(means) * np.sqrt(optimum.filter) <= 1e-14 * size).all()


def check_linear_optimum(optimum, X, G, K, loss_and_gradient, *, size, seed):
    """The same over all linear networks Z = X W, with numerical optimisation.

    Args:
        optimum, G, K, loss_and_gradient, size: as for `check_optimum`.
        X: (N, D) inputs of any rank; badly conditioned ones are rejected, as errors grow with the condition.
        seed: of the starts.
    """
    U, singular_values, _ = np.linalg.svd(X, full_matrices=False)
    rank = int((singular_values > 1e-9 * singular_values[0]).sum())
    condition = singular_values[0] / singular_values[rank - 1] if rank else 1.0
    assume(condition < 1e3)
    features, q = X.shape[1], min(K, rank)
    event(f"rank-deficient: {rank < features}, more components than directions: {q < K}")
    assert optimum.representation is None
    assert optimum.weights.shape == (features, K)
    assert optimum.rank == np.count_nonzero(optimum.filter)
    eigenvalues = np.linalg.eigvalsh(U[:, :rank].T @ G @ U[:, :rank])[::-1][:q]
    rounding = 1e-12 * condition * size
    np.testing.assert_allclose(optimum.eigenvalues, eigenvalues, rtol=0, atol=rounding)
    np.testing.assert_array_equal(optimum.filter, np.maximum(optimum.eigenvalues, 0))
    assert abs(optimum.loss - (G**2).sum() + (np.maximum(eigenvalues, 0) ** 2).sum()) <= rounding * size

    def linear(W):
        value, slope = loss_and_gradient(X @ W)
        return value, X.T @ slope

    value, slope = linear(optimum.weights)
    assert abs(value - optimum.loss) <= rounding * size
    assert np.abs(slope).max() <= 10 * rounding * np.sqrt(size) * singular_values[0]
    scale = (np.sqrt(size / len(G)) or 1.0) / (singular_values[0] or 1.0)  # of the entries of an optimum
    found = minimise(linear, (features, K), n_starts=3, scale=scale, seed=seed, max_iterations=1500)
    check_against(found, optimum.loss, rounding=rounding * size)


def low_rank(rng, n, features, rank):
    """X, (n, features), of the given rank where that is possible."""
    return rng.standard_normal((n, rank)) @ rng.standard_normal((rank, features))


def check_same_up_to_rotation(Z, points, *, atol, angle=1e-6):
    """Z Z' and the range of Z are those of the points, (N, K): the same rows up to a rotation, and signs of columns."""
    np.testing.assert_allclose(Z @ Z.T, points @ points.T, rtol=0, atol=atol)
    np.testing.assert_allclose(principal_angles(Z, points), 0, atol=angle)


def calls(method, n):
    """Every function of a method as a function of what relates the n samples: G, a kernel, distances."""
    ones = np.ones((n, 2))
    return {
        "loss": lambda G: method.loss(ones, G),
        "gradient": lambda G: method.gradient(ones, G),
        "loss_and_gradient": lambda G: method.loss_and_gradient(ones, G),
        "optimal_representation": lambda G: method.optimal_representation(G, 2),
        "optimal_weights": lambda G: method.optimal_weights(ones, G, 2),
        "eigenpairs": lambda G: method.eigenpairs(G, 2),
    }


def check_inputs_are_not_changed(method, X, Z, relations):
    """Dense arrays are read-only from here on; sparse ones are compared with copies."""
    for array in (X, Z, *(G for G in relations if isinstance(G, np.ndarray))):
        array.setflags(write=False)
    for G in relations:
        before = G.copy()
        method.loss_and_gradient(Z, G)
        method.optimal_representation(G, 2)
        method.optimal_weights(X, G, 2)
        method.eigenpairs(G, 2)
        assert (before != G).sum() == 0
