"""Centring, and the two moments of the inputs that a loss of a linear network Z = X W depends on."""

import numpy as np

from numeric.spectrum import degrees, laplacian_product, without_diagonal

_ROUNDING = 16 * np.finfo(np.float64).eps


def centre(X):
    """H X, (N, D): every column of X less its mean, and exactly zero where it is constant up to rounding."""
    centred = X - X.mean(axis=0)
    constant = np.abs(centred).max(axis=0) <= _ROUNDING * np.abs(X).max(axis=0)  # (D,)
    centred[:, constant] = 0.0
    return centred


def pencil_of_moments(X, G):
    """A = X'HX/N and B = X'LX/N: for Z = X W, C(Z) = W'AW and tr(Z'LZ)/N = tr(W'BW).

    A feature that is constant up to rounding gets an exactly zero row and column in both.

    Args:
        X: (N, D) ndarray, validated.
        G: (N, N) relation, validated.

    Returns:
        A: (D, D) symmetric positive semidefinite.
        B: (D, D) the same.
        bound: on the eigenvalues of L (Gershgorin), and so on those of B v = mu A v.
    """
    G = without_diagonal(G)
    centred = centre(X)  # (N, D), H X
    A = centred.T @ centred / len(X)
    B = centred.T @ laplacian_product(G, centred) / len(X)
    return A, (B + B.T) / 2, 2 * degrees(G).max()
