"""The two moments of the inputs that a loss of a linear network Z = X W depends on."""

from numeric.centred import centre
from numeric.products import laplacian_product
from numeric.spectrum import degrees, without_diagonal


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
