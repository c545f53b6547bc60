"""Centring, and the two moments of the inputs that a loss of a linear network Z = X W depends on."""

import numpy as np

from numeric.spectrum import degrees, laplacian_product, without_diagonal

_ROUNDING = 16 * np.finfo(np.float64).eps


def centre(X, shares=None):
    """H X, (N, D): every column of X less its mean, and exactly zero where it is constant up to rounding.

    A mean is rounded as a sum of N entries is. A second round takes that out, so that a constant is known as one
    whatever N is.

    Args:
        X: (N, D) ndarray.
        shares: (N,) weights of the samples in the mean, which sum to one; by default 1/N each.
    """
    centred = X
    for _ in range(2):
        centred = centred - (centred.mean(axis=0) if shares is None else shares @ centred)
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
