"""TCR, the log-det coding rate (yu2020, li2022).

    loss(Z) = gamma tr(Z' A Z) - log det(I + c Z' Z)/2

Hypotheses: A symmetric; c > 0; gamma > 0.

Written by the derivations; not to be edited. Every function takes A dense or sparse, and raises ValueError or
TypeError naming the argument where a hypothesis does not hold.
"""

import numpy as np

from numeric.arrays import inner, number
from numeric.definite import bottom_definite_eigenpairs, bottom_definite_generalised_eigenpairs
from numeric.optimum import Optimum
from numeric.pairwise import symmetric
from numeric.products import relation_product
from numeric.shrinkage import log_det_and_shrunk
from numeric.spectral_optimum import positive_part, spectral_factor
from numeric.validation import inputs, positive, representation

eigenpairs = bottom_definite_eigenpairs
"""What the optimum is built on: `eigenpairs(A, n_pairs)`, best direction first."""


def loss(Z, A, *, c=1.0, gamma=1.0):
    """The loss of a representation: a float.

    Args:
        Z: (N, K) representation.
        A: (N, N) symmetric matrix.
        c: scale of the covariance in the coding rate, > 0.
        gamma: weight of the attraction, > 0.
    """
    c, gamma = _parameters(c, gamma)
    return _loss(*_intermediates(Z, A, c), c, gamma)


def gradient(Z, A, *, c=1.0, gamma=1.0):
    """The gradient of the loss, shape (N, K) (`tcr-gradient`; arguments as for `loss`).

    2 gamma A Z - c Z (I + c Z' Z)^(-1)
    """
    c, gamma = _parameters(c, gamma)
    return _gradient(*_intermediates(Z, A, c), c, gamma)


def loss_and_gradient(Z, A, *, c=1.0, gamma=1.0):
    """Both at the price of one: (float, (N, K) array). Arguments as for `loss`."""
    c, gamma = _parameters(c, gamma)
    shared = _intermediates(Z, A, c)
    return _loss(*shared, c, gamma), _gradient(*shared, c, gamma)


def optimal_representation(A, n_components, *, c=1.0, gamma=1.0):
    """A global minimum over all (N, K) representations (`tcr-optimum`).

    Z* = P diag(s)^(1/2) R', where P' P = I,  A P = P diag(lambda),  lambda ascending: the min(K, N) smallest
      eigenvalues of A, and

        s_k = (1/(2 gamma lambda_k) - 1/c)_+,
        R the first q columns of I

    Args:
        A: (N, N) positive definite matrix.
        n_components: K >= 1; may exceed N.
        c, gamma: as for `loss`.

    Returns:
        Optimum with `representation` (N, K).
    """
    c, gamma = _parameters(c, gamma)
    eigenvalues, basis = bottom_definite_eigenpairs(A, n_components)  # (q,), (N, q)
    s, minimum = _filter(eigenvalues, c, gamma)
    return Optimum(
        representation=spectral_factor(basis, s, n_components=n_components),
        loss=minimum,
        filter=s,
        eigenvalues=eigenvalues,
        rank=int(np.count_nonzero(s)),
    )


def optimal_weights(X, A, n_components, *, c=1.0, gamma=1.0):
    """A global minimum over all linear networks Z = X W (`tcr-linear-optimum`).

    W* = V diag(s)^(1/2) R', where V' M V = I,  B V = M V diag(mu),  mu ascending: the min(K, r) smallest
      eigenvalues of (B, M), rank(M) = r, and

        s_k = (1/(2 gamma mu_k) - 1/c)_+,
        R the first q columns of I

    Args:
        X: (N, D) inputs, of any rank; B = X' A X, M = X' X.
        A: (N, N) positive definite matrix.
        n_components: K >= 1; may exceed the rank of X.
        c, gamma: as for `loss`.

    Returns:
        Optimum with `weights` (D, K).
    """
    c, gamma = _parameters(c, gamma)
    A = symmetric(A, name="A")
    X = inputs(X, A.shape[0])
    eigenvalues, basis = bottom_definite_generalised_eigenpairs(X, A, n_components)  # (q,), (D, q)
    s, minimum = _filter(eigenvalues, c, gamma)
    return Optimum(
        weights=spectral_factor(basis, s, n_components=n_components),
        loss=minimum,
        filter=s,
        eigenvalues=eigenvalues,
        rank=int(np.count_nonzero(s)),
    )


def _parameters(c, gamma):
    return positive("c", c), positive("gamma", gamma)


def _intermediates(Z, A, c):
    A = symmetric(A, Z, name="A")
    Z = representation(Z, A.shape[0], power=4)
    log_det, shrunk = log_det_and_shrunk(Z, c)  # float, (N, K): log det(I + c Z' Z), Z (I + c Z' Z)^(-1)
    image = relation_product(A, Z)  # (N, K), A Z
    return Z, log_det, shrunk, image


def _loss(Z, log_det, shrunk, image, c, gamma):
    return number(gamma * inner(Z, image) - log_det / 2)


def _gradient(Z, log_det, shrunk, image, c, gamma):
    image *= 2 * gamma
    image -= c * shrunk
    return image


def _filter(eigenvalues, c, gamma):
    """The filter s, (q,), and the minimum."""
    s = positive_part(1 / (2 * gamma * eigenvalues) - 1 / c, scale=1 / c)
    minimum = np.sum(c * s / (2 * c * s + 2) - np.log1p(c * s) / 2)
    return s, float(minimum)
