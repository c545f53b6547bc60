"""SimCLR with squared similarity (balestriero2022).

    loss(Z) = |Z' Z|^2 + |G|^2 - 2 tr(Z' G Z)

Hypotheses: G symmetric.

Written by the derivations; not to be edited. Every function takes G dense or sparse, and raises ValueError or
TypeError naming the argument where a hypothesis does not hold.
"""

import numpy as np

from numeric.arrays import inner, number, plus_product
from numeric.optimum import Optimum
from numeric.pairwise import symmetric
from numeric.products import relation_product
from numeric.relation_spectrum import squared_norm, top_eigenpairs, top_generalised_eigenpairs
from numeric.spectral_optimum import spectral_factor
from numeric.validation import inputs, representation

eigenpairs = top_eigenpairs
"""What the optimum is built on: `eigenpairs(G, n_pairs)`, best direction first."""


def loss(Z, G):
    """The loss of a representation: a float.

    Args:
        Z: (N, K) representation.
        G: (N, N) symmetric matrix of any sign.
    """
    return _loss(*_intermediates(Z, G))


def gradient(Z, G):
    """The gradient of the loss, shape (N, K) (`squared-similarity-gradient`; arguments as for `loss`).

    4 (Z Z' - G) Z
    """
    return _gradient(*_intermediates(Z, G))


def loss_and_gradient(Z, G):
    """Both at the price of one: (float, (N, K) array). Arguments as for `loss`."""
    shared = _intermediates(Z, G)
    return _loss(*shared), _gradient(*shared)


def optimal_representation(G, n_components, *, error=0.0):
    """A global minimum over all (N, K) representations (`simclr-kernel-pca`).

    Z* = U diag(s)^(1/2) R', where U' U = I,  G U = U diag(g),  g descending: the min(K, N) largest
      eigenvalues of G, and

        s_k = (g_k)_+,
        R the first q columns of I

    Args:
        G: (N, N) symmetric matrix of any sign.
        n_components: K >= 1; may exceed N.
        error: how far G may be from the matrix that is meant; eigenvalues within it count as 0.

    Returns:
        Optimum with `representation` (N, K).
    """
    G = symmetric(G)
    eigenvalues, basis = top_eigenpairs(G, n_components, error=error)  # (q,), (N, q)
    s, minimum = _filter(eigenvalues, G)
    return Optimum(
        representation=spectral_factor(basis, s, n_components=n_components),
        loss=minimum,
        filter=s,
        eigenvalues=eigenvalues,
        rank=int(np.count_nonzero(s)),
    )


def optimal_weights(X, G, n_components, *, error=0.0):
    """A global minimum over all linear networks Z = X W (`simclr-linear-optimum`).

    W* = V diag(s)^(1/2) R', where V' A V = I,  B V = A V diag(g),  g descending: the min(K, r) largest
      eigenvalues of (B, A), rank(A) = r, and

        s_k = (g_k)_+,
        R the first q columns of I

    Args:
        X: (N, D) inputs, of any rank; A = X' X, B = X' G X.
        G: (N, N) symmetric matrix of any sign.
        n_components: K >= 1; may exceed the rank of X.
        error: as for `optimal_representation`.

    Returns:
        Optimum with `weights` (D, K).
    """
    G = symmetric(G)
    X = inputs(X, G.shape[0])
    eigenvalues, basis = top_generalised_eigenpairs(X, G, n_components, error=error)  # (q,), (D, q)
    s, minimum = _filter(eigenvalues, G)
    return Optimum(
        weights=spectral_factor(basis, s, n_components=n_components),
        loss=minimum,
        filter=s,
        eigenvalues=eigenvalues,
        rank=int(np.count_nonzero(s)),
    )


def _intermediates(Z, G):
    G = symmetric(G, Z)
    Z = representation(Z, G.shape[0], power=4)
    image = relation_product(G, Z)  # (N, K), G Z
    gram = Z.T @ Z  # (K, K), Z' Z
    return Z, G, image, gram


def _loss(Z, G, image, gram):
    return number(inner(gram, gram) + squared_norm(G) - 2 * inner(Z, image))


def _gradient(Z, G, image, gram):
    image *= -4
    return plus_product(image, Z, 4 * gram)


def _filter(eigenvalues, G):
    """The filter s, (q,), and the minimum."""
    s = np.maximum(eigenvalues, 0.0)
    minimum = max(squared_norm(G) - np.sum(s**2), 0.0)  # a sum of squares, which rounding may make negative
    return s, float(minimum)
