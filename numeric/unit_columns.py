"""Squared distance of U'AU to the identity, over matrices U whose columns have norm one: where its minimum is.

    min |U'AU - I|_F^2  subject to  diag(U'U) = 1,  U (M, K)

for a symmetric matrix A whose eigenvalues are at most 1 (`barlow-optimum`). The columns share a total squared length of
K, which a rotation (Schur-Horn) divides equally among them, whatever lengths s_k the directions of U have. A direction with
eigenvalue g > 0 is best served by s = 1/g, as then it contributes an eigenvalue of 1 to U'AU.

    a  The positive directions cannot all have that much: the lengths are filled up like vessels of water.
    b  They can, and there is an eigenvalue that is not positive: the excess is put where U'AU does not see it.
    c  They can, and there is none; or all eigenvalues are negative: the excess is spread at the least cost.
"""

import numpy as np

from numeric.spectral_optimum import ROUNDING


def closest_to_identity(eigenvalues, basis, n_components):
    """Directions and their lengths for a global minimum, from the largest eigenpairs of A.

    With p positive eigenvalues among the K largest, and s summing to K in every case:

        a  sum_{k<=p} 1/g_k >= K:             s_k = (g_k - nu)_+ / g_k^2,                loss* = sum_k (s_k g_k - 1)^2 + K - p
        b  else, with p < q and g_1 >= 0:     s_k = 1/g_k, the rest in direction p + 1,  loss* = K - p
        c  else:                              s_k as in case a, over all q,              loss* = sum_k (s_k g_k - 1)^2 + K - q

    Where g_{p+1} = -eta < 0, direction p + 1 alone would cost something. A part rho of the length goes there as a lean of
    direction 1, which becomes v_1 ((1 + rho eta)/g_1)^{1/2} + v_{p+1} rho^{1/2}: it still contributes an eigenvalue of 1.

    Nothing beyond the K largest is needed: as no 1/g_k is below 1, nothing is left over where p = K.

    Args:
        eigenvalues: (q,) the q = min(K, M) >= 1 largest, g_k <= 1, descending; those that are rounding exactly 0.
        basis: (M, q) the eigenvectors v_k, of unit length in whatever metric the columns of U are.
        n_components: K.

    Returns:
        directions: (M, q) of unit length; those with s_k > 0 are orthogonal.
        s: (q,) >= 0, so that U = directions diag(s)^{1/2} R' is a minimum for R with R'R = I that makes its columns unit.
        minimum: a float.
    """
    g, q = eigenvalues, len(eigenvalues)
    p = int(np.count_nonzero(g > 0))
    spare = n_components - np.sum(1 / g[:p])
    if p == q or g[0] < 0 or spare <= ROUNDING * n_components:
        s = np.zeros(q)
        definite = slice(p or q)
        s[definite] = _filled(g[definite], n_components)
        return basis, s, float(np.sum((s * g - 1) ** 2)) + n_components - q
    s = np.append(1 / g[:p], np.zeros(q - p))
    if g[p] < 0:
        basis, s[0] = _leaning(g, basis, p, spare)
    else:
        s[p] = spare
    return basis, s, float(n_components - p)


def _filled(g, total):
    """s_k = (g_k - nu)_+ / g_k^2 with sum `total`, for g descending and of one sign, (q,): nu may have either.

    The level nu falls from one g_m to the next while the first m lengths grow: nothing is subtracted but neighbours.
    """
    reach = np.cumsum(1 / g**2)  # (q,), how fast the lengths grow together
    at_level = np.append(0.0, np.cumsum((g[:-1] - g[1:]) * reach[:-1]))  # (q,), their sum at nu = g_m
    m = int(np.count_nonzero(at_level < total * (1 - ROUNDING)))
    below = (total - at_level[m - 1]) / reach[m - 1]  # g_m - nu
    return np.append((g[:m] - g[m - 1] + below) / g[:m] ** 2, np.zeros(len(g) - m))


def _leaning(g, basis, p, spare):
    """(basis with direction 1 leant towards direction p + 1, the length of the former)."""
    eta = -g[p]
    rho = spare / (1 + eta / g[0])
    along = (1 + rho * eta) / g[0]
    basis = basis.copy()
    basis[:, 0] = (np.sqrt(along) * basis[:, 0] + np.sqrt(rho) * basis[:, p]) / np.sqrt(along + rho)
    return basis, along + rho
