"""VICReg with the hinge on standard deviations (Bardes, Ponce & LeCun 2022, equations 1 to 6).

    loss(Z) = alpha sum_k (1 - sqrt(C_kk))_+ + beta sum_{j != k} C_jk^2 + (2 gamma/N) tr(Z' L Z)

with C = Z' H Z/N, H = I - 1 1'/N, L = diag(G 1) - G. Theirs has an epsilon under the root, N - 1 in place of N in C, and
means over k in place of the sums, which alpha and beta make up for. The functions are those of `numeric.vicreg`, which
hands on to this module for variance="hinge" and has the arguments; for `optimal_representation` and `optimal_weights`,
beta may be infinite.
"""

from math import inf
from numbers import Real

import numpy as np

from numeric.arrays import diagonal_of, hollow, inner, namespace, number, plus_diagonal
from numeric.centred import Centred
from numeric.hinge_spectrum import hinge_spectrum
from numeric.majorisation import rotation_with_diagonal
from numeric.moments import pencil_of_moments
from numeric.optimum import Optimum
from numeric.pairwise import relation
from numeric.products import laplacian_product
from numeric.spectral_optimum import spectral_factor
from numeric.spectrum import bottom_eigenpairs, bottom_generalised_eigenpairs
from numeric.validation import component_count, inputs, nonnegative, positive, representation


def loss(Z, G, *, alpha=1.0, beta=1.0, gamma=1.0):
    """The loss of a representation: a float >= 0."""
    alpha, beta, gamma = _finite(alpha, beta, gamma)
    return _loss(*_intermediates(Z, G), alpha, beta, gamma)


def gradient(Z, G, *, alpha=1.0, beta=1.0, gamma=1.0):
    """The gradient of the loss, shape (N, K), where it has one.

    (1/N) (4 beta H Z (C - Diag(C)) - alpha H Z Diag(1[0 < sqrt(C_kk) < 1] / sqrt(C_kk)) + 4 gamma L Z)

    The hinge has none at sqrt(C_kk) = 1, nor at 0: there its share is taken to be 0.
    """
    alpha, beta, gamma = _finite(alpha, beta, gamma)
    return _gradient(*_intermediates(Z, G), alpha, beta, gamma)


def loss_and_gradient(Z, G, *, alpha=1.0, beta=1.0, gamma=1.0):
    """Both at the price of one: (float, (N, K) array)."""
    alpha, beta, gamma = _finite(alpha, beta, gamma)
    shared = _intermediates(Z, G)
    return _loss(*shared, alpha, beta, gamma), _gradient(*shared, alpha, beta, gamma)


def optimal_representation(G, n_components, *, alpha=1.0, beta=1.0, gamma=1.0):
    """A global minimum over all (N, K) representations.

    Z* = sqrt(N) P diag(s)^(1/2) R', where L P = P diag(lambda), P'P = I, P'1 = 0, lambda ascending; s, and the diagonal
    d of C = R diag(s) R', from `hinge_spectrum` at prices 2 gamma lambda_k/alpha.
    """
    alpha, beta, gamma = _possibly_infinite(alpha, beta, gamma)
    eigenvalues, basis = bottom_eigenpairs(G, n_components, unit_variance=True)  # (q,), (N, q)
    factor, known = _minimum(eigenvalues, basis, n_components, alpha, beta, gamma)
    return Optimum(representation=factor, **known)


def optimal_weights(X, G, n_components, *, alpha=1.0, beta=1.0, gamma=1.0):
    """A global minimum over all linear networks Z = X W.

    W* = V diag(s)^(1/2) R', where B V = A V diag(mu), V'AV = I, mu ascending, A = X'HX/N and B = X'LX/N; s and R as for
    `optimal_representation`, at prices 2 gamma mu_k/alpha.
    """
    alpha, beta, gamma = _possibly_infinite(alpha, beta, gamma)
    G = relation(G)
    A, B, bound = pencil_of_moments(inputs(X, G.shape[0]), G)  # (D, D), (D, D), float
    eigenvalues, basis = bottom_generalised_eigenpairs(B, A, n_components, scale=bound)  # (q,), (D, q)
    factor, known = _minimum(eigenvalues, basis, n_components, alpha, beta, gamma)
    return Optimum(weights=factor, **known)


def is_infinite(beta):
    """Whether the weight of the covariance term is the number infinity."""
    return isinstance(beta, Real) and beta == inf


def _finite(alpha, beta, gamma):
    return positive("alpha", alpha), positive("beta", beta), nonnegative("gamma", gamma)


def _possibly_infinite(alpha, beta, gamma):
    return positive("alpha", alpha), inf if is_infinite(beta) else positive("beta", beta), nonnegative("gamma", gamma)


def _intermediates(Z, G):
    G = relation(G, Z)
    centred = Centred(representation(Z, G.shape[0], power=4))  # (N, K), H Z
    covariance = centred.gram / len(centred)  # (K, K), C
    xp = namespace(covariance)
    deviations = xp.sqrt(xp.maximum(diagonal_of(covariance), 0.0))  # (K,)
    off_diagonal = hollow(covariance)  # (K, K), C off its diagonal
    energy = laplacian_product(G, centred)  # (N, K), L Z
    return centred, deviations, off_diagonal, energy


def _loss(centred, deviations, off_diagonal, energy, alpha, beta, gamma):
    xp = namespace(deviations)
    return number(
        alpha * xp.sum(xp.maximum(1 - deviations, 0.0))
        + beta * inner(off_diagonal, off_diagonal)
        + 2 * gamma / len(centred) * centred.inner(energy)
    )


def _gradient(centred, deviations, off_diagonal, energy, alpha, beta, gamma):
    n, xp = len(centred), namespace(deviations)
    sloping = (deviations > 0) & (deviations < 1)
    pull = xp.where(sloping, -alpha / n / xp.where(sloping, deviations, 1.0), 0.0)  # (K,)
    energy *= 4 * gamma / n
    return centred.times(plus_diagonal(4 * beta / n * off_diagonal, pull), plus=energy)


def _minimum(eigenvalues, basis, n_components, alpha, beta, gamma):
    """The minimiser in the span of the basis, which is overwritten, (M, K), and what else is known of the minimum, by name."""
    K = component_count(n_components)
    with np.errstate(over="ignore"):  # an infinite price is one that is not paid
        prices = min(gamma / alpha, np.finfo(np.float64).max) * (2 * eigenvalues)
    best = hinge_spectrum(prices, max(beta / alpha, np.finfo(np.float64).tiny), K)
    s = best.spectrum[: len(eigenvalues)]  # (q,)
    R = rotation_with_diagonal(best.spectrum, best.diagonal)  # (K, K)
    known = {"loss": alpha * best.loss, "filter": s, "eigenvalues": eigenvalues, "rank": int(np.count_nonzero(s))}
    return spectral_factor(basis, s, n_components=K, rotation=R), known
