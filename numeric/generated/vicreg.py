"""VICReg with squared variance (bardes2022, balestriero2022).

    loss(Z) = alpha |Diag(C - I)|^2 + beta |C - Diag(C)|^2 + (2 gamma/N) tr(Z' L Z)

with C = Z' H Z/N, H = I - 1 1'/N, L = diag(G 1) - G.

Hypotheses: G symmetric; G >= 0 entrywise; alpha > 0; beta > 0; gamma >= 0.

Written by the derivations; not to be edited. Every function takes G dense or sparse, and raises ValueError or
TypeError naming the argument where a hypothesis does not hold.
"""

import numpy as np

from numeric.arrays import diagonal_of, hollow, inner, number, plus_diagonal
from numeric.centred import centred_representation
from numeric.levels import decreasing_fixed_point
from numeric.moments import pencil_of_moments
from numeric.optimum import Optimum
from numeric.pairwise import relation
from numeric.products import laplacian_product
from numeric.spectral_optimum import positive_part, spectral_factor
from numeric.spectrum import bottom_eigenpairs, bottom_generalised_eigenpairs
from numeric.validation import inputs, nonnegative, positive

eigenpairs = bottom_eigenpairs
"""What the optimum is built on: `eigenpairs(G, n_pairs)`, best direction first."""


def loss(Z, G, *, alpha=1.0, beta=1.0, gamma=1.0):
    """The loss of a representation: a float.

    Args:
        Z: (N, K) representation.
        G: (N, N) relation.
        alpha: weight of the variance term, > 0.
        beta: weight of the covariance term, > 0.
        gamma: weight of the invariance term, >= 0.
    """
    alpha, beta, gamma = _parameters(alpha, beta, gamma)
    return _loss(*_intermediates(Z, G), alpha, beta, gamma)


def gradient(Z, G, *, alpha=1.0, beta=1.0, gamma=1.0):
    """The gradient of the loss, shape (N, K) (`vicreg-gradient`; arguments as for `loss`).

    (4/N) (gamma L Z + H Z (beta (C - Diag(C)) + alpha Diag(C - I)))
    """
    alpha, beta, gamma = _parameters(alpha, beta, gamma)
    return _gradient(*_intermediates(Z, G), alpha, beta, gamma)


def loss_and_gradient(Z, G, *, alpha=1.0, beta=1.0, gamma=1.0):
    """Both at the price of one: (float, (N, K) array). Arguments as for `loss`."""
    alpha, beta, gamma = _parameters(alpha, beta, gamma)
    shared = _intermediates(Z, G)
    return _loss(*shared, alpha, beta, gamma), _gradient(*shared, alpha, beta, gamma)


def optimal_representation(G, n_components, *, alpha=1.0, beta=1.0, gamma=1.0):
    """A global minimum over all (N, K) representations (`vicreg-weighted-optimum`).

    Z* = sqrt(N) P diag(s)^(1/2) R', where P' H P = I,  L P = H P diag(lambda),  lambda ascending: the min(K,
      N - 1) smallest eigenvalues of (L, H), rank(H) = N - 1, and

        alpha <= beta:  s_k = (1 - gamma lambda_k/alpha)_+,
                        R the first q columns of I
        beta <= alpha:  s_k = ((alpha (1 - m) + beta m - gamma lambda_k)/beta)_+,
                        m = (1/K) sum_k s_k, and R such that every C_kk = m

    Args:
        G: (N, N) relation.
        n_components: K >= 1; may exceed N - 1.
        alpha, beta, gamma: as for `loss`.

    Returns:
        Optimum with `representation` (N, K), centred.
    """
    alpha, beta, gamma = _parameters(alpha, beta, gamma)
    eigenvalues, basis = bottom_eigenpairs(G, n_components, unit_variance=True)  # (q,), (N, q)
    s, minimum = _filter(eigenvalues, n_components, alpha, beta, gamma)
    return Optimum(
        representation=spectral_factor(basis, s, n_components=n_components, equal_diagonal=alpha > beta),
        loss=minimum,
        filter=s,
        eigenvalues=eigenvalues,
        rank=int(np.count_nonzero(s)),
    )


def optimal_weights(X, G, n_components, *, alpha=1.0, beta=1.0, gamma=1.0):
    """A global minimum over all linear networks Z = X W (`vicreg-linear-optimum`).

    W* = V diag(s)^(1/2) R', where V' A V = I,  B V = A V diag(mu),  mu ascending: the min(K, r) smallest
      eigenvalues of (B, A), rank(A) = r, and

        alpha <= beta:  s_k = (1 - gamma mu_k/alpha)_+,
                        R the first q columns of I
        beta <= alpha:  s_k = ((alpha (1 - m) + beta m - gamma mu_k)/beta)_+,
                        m = (1/K) sum_k s_k, and R such that every C_kk = m

    Args:
        X: (N, D) inputs, of any rank.
        G: (N, N) relation.
        n_components: K >= 1; may exceed the rank of X.
        alpha, beta, gamma: as for `loss`.

    Returns:
        Optimum with `weights` (D, K).
    """
    alpha, beta, gamma = _parameters(alpha, beta, gamma)
    G = relation(G)
    X = inputs(X, G.shape[0])
    A, B, bound = pencil_of_moments(X, G)  # (D, D), (D, D), float
    eigenvalues, basis = bottom_generalised_eigenpairs(B, A, n_components, scale=bound)  # (q,), (D, q)
    s, minimum = _filter(eigenvalues, n_components, alpha, beta, gamma)
    return Optimum(
        weights=spectral_factor(basis, s, n_components=n_components, equal_diagonal=alpha > beta),
        loss=minimum,
        filter=s,
        eigenvalues=eigenvalues,
        rank=int(np.count_nonzero(s)),
    )


def _parameters(alpha, beta, gamma):
    return positive("alpha", alpha), positive("beta", beta), nonnegative("gamma", gamma)


def _intermediates(Z, G):
    G = relation(G, Z)
    centred = centred_representation(Z, G.shape[0])  # (N, K), H Z
    n = G.shape[0]
    covariance = centred.gram / n  # (K, K), C
    diagonal = diagonal_of(covariance) - 1  # (K,), the diagonal of C - I
    off_diagonal = hollow(covariance)  # (K, K), C off its diagonal
    energy = laplacian_product(G, centred)  # (N, K), L Z
    return centred, diagonal, off_diagonal, energy


def _loss(centred, diagonal, off_diagonal, energy, alpha, beta, gamma):
    n = len(centred)
    return number(
        alpha * inner(diagonal, diagonal)
        + beta * inner(off_diagonal, off_diagonal)
        + 2 * gamma / n * centred.inner(energy)
    )


def _gradient(centred, diagonal, off_diagonal, energy, alpha, beta, gamma):
    n = len(centred)
    energy *= 4 * gamma / n
    return centred.times(plus_diagonal(4 * beta / n * off_diagonal, 4 * alpha / n * diagonal), plus=energy)


def _filter(eigenvalues, n_components, alpha, beta, gamma):
    """The filter s, (q,), and the minimum, as a sum in which nothing cancels."""
    missing = n_components - len(eigenvalues)  # directions that do not exist
    if alpha <= beta:
        s = positive_part(1 - gamma * eigenvalues / alpha, scale=1)
        minimum = np.sum(2 * gamma * s * eigenvalues + alpha * (s - 1) ** 2) + missing * alpha
    else:

        def spectrum(m):
            return np.maximum(((1 - m) * alpha + beta * m - gamma * eigenvalues) / beta, 0.0)

        m = decreasing_fixed_point(lambda m: np.sum(spectrum(m)) / n_components, upper=alpha / beta)
        s = positive_part(((1 - m) * alpha + beta * m - gamma * eigenvalues) / beta, scale=alpha / beta)
        minimum = (
            np.sum(2 * gamma * s * eigenvalues + beta * (s - m) ** 2)
            + (m - 1) ** 2 * n_components * alpha
            + missing * beta * m**2
        )
    return s, float(minimum)
