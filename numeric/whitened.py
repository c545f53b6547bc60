"""The pencil of two moments over whitened inputs: linear networks X T of unit moment, and what a matrix says of them.

Inputs of one chunk are whitened by their singular vectors (`numeric.whitening`), which costs as many digits as their condition;
their moments would cost twice as many. Larger inputs are whitened by their moments, and where these are ill-conditioned in a
second pass once more, over X T: what the first has lost of X T is of the size of its rounding, so that the second loses
nothing (as CholeskyQR2 does: Yamamoto, Nakatsukasa, Yanagisawa & Fukaya 2015).
"""

from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from numeric.centred import centre
from numeric.chunks import alike, beside, fits_one_chunk, is_distributed, mapped
from numeric.cliques import Cliques
from numeric.moments import moments
from numeric.spectrum import whitening
from numeric.whitening import orthonormal_basis

WELL_CONDITIONED = 1e-3
"""Where the moment of the inputs in units of their deviations has no smaller eigenvalues than this part of the largest, one
pass is enough."""


def whitened_pencil(X, G, *, masses=None, centred=False, laplacian=True, name="X"):
    """T'AT = I and T'BT for A = X'M X, or X'M X less its mean, and B = X'LX or X'GX; M = diag(masses).

    Args:
        X: (N, D) inputs, validated (`numeric.validation.inputs`), of any rank, decided as `RANK_TOLERANCE` says.
        G: (N, N) matrix, validated; for the Laplacian a relation without diagonal, or `Cliques`.
        masses: (N,) each >= 0; by default all 1. With masses, rows of which the mass is 0 must be without positives.
        centred: whether the mean under the masses is taken off X; for the Laplacian only.
        laplacian: whether B is that of L = diag(G 1) - G, or of G itself.
        name: of X, for messages.

    Returns:
        T: (D, r), r the rank of A; zero in rows of features that are constant, if centred, or zero.
        energy: (r, r) symmetric, T'BT.

    Raises:
        ValueError: X is not finite, or has columns of which the weights or the squares are not.
    """
    masses = np.ones(X.shape[0]) if masses is None else masses
    exponent = int(np.frexp(masses.max())[1]) // 2
    T, energy = _whitened(
        X, _scaled(G, -2 * exponent), np.ldexp(masses, -2 * exponent), centred, {"laplacian": laplacian, "name": name}
    )
    return np.ldexp(T, -exponent), energy


def whitened_pair(X_a, X_b):
    """T_a'S_a T_a = I, T_b'S_b T_b = I and T_a'S_ab T_b for the scatters S = X'H X of two inputs of the same samples.

    Args:
        X_a, X_b: (N, D_a) and (N, D_b) inputs, validated, of any rank.

    Returns:
        T_a: (D_a, r_a); T_b: (D_b, r_b).
        cross: (r_a, r_b).

    Raises:
        ValueError: X_a or X_b is not finite, or has columns of which the weights or the squares are not.
    """
    if fits_one_chunk(X_a) and fits_one_chunk(X_b):
        U_a, T_a = orthonormal_basis(centre(X_a), name="X_a")  # (N, r_a), (D_a, r_a)
        U_b, T_b = orthonormal_basis(centre(X_b), name="X_b")
        return T_a, T_b, U_a.T @ U_b
    X_a, X_b = alike(X_a, X_b)
    T_a, T_b, cross, mean, conditions = _pair_of_moments(X_a, X_b)
    if min(conditions) >= WELL_CONDITIONED or not cross.size:
        return T_a, T_b, cross
    mean_a, mean_b = np.split(mean, [X_a.shape[1]])
    again_a, again_b, cross, _, _ = _pair_of_moments(mapped(X_a, mean_a, T_a), mapped(X_b, mean_b, T_b))
    return T_a @ again_a, T_b @ again_b, cross


def _pair_of_moments(X_a, X_b):
    """(T_a, T_b, cross, mean of both, the conditions of their moments), in one pass."""
    found = moments(beside(X_a, X_b), name="X_a and X_b")
    S, split = _moment(found, centred=True), X_a.shape[1]
    (T_a, variances_a), (T_b, variances_b) = whitening(S[:split, :split]), whitening(S[split:, split:])
    conditions = [v.min(initial=1.0) / v.max(initial=1.0) for v in (variances_a, variances_b)]
    return T_a, T_b, T_a.T @ S[:split, split:] @ T_b, found.mean, conditions


def _whitened(X, G, masses, centred, asked):
    """The same, where no mass is so large or small that its products over- or underflow."""
    if fits_one_chunk(X):
        features, T = _orthonormal(X, masses, centred, asked["name"])
        return T, _energy(moments(features, G, **asked)) if T.shape[1] else np.zeros((0, 0))
    first = moments(X, G, masses=masses, **asked)
    T, variances = whitening(_moment(first, centred))
    if variances.min(initial=1.0) >= WELL_CONDITIONED * variances.max(initial=1.0):
        return T, T.T @ _energy(first) @ T
    second = moments(mapped(X, centred * first.mean, T), G, masses=masses, **asked)
    again, _ = whitening(_moment(second, centred))
    return T @ again, again.T @ _energy(second) @ again


def _moment(found, centred):
    """A, of columns that are not constant if centred."""
    if not centred:
        return found.scatter + found.mass * np.outer(found.mean, found.mean)
    varying = ~found.constant()
    return found.scatter * np.outer(varying, varying)


def _energy(found):
    """B: of a Laplacian the pull is 0, and the origin does not matter."""
    energy = found.energy + np.outer(found.mean, found.pull)
    return (energy + energy.T) / 2


def _orthonormal(X, masses, centred, name):
    """F = X T up to a constant row, F'M F = I: (F, (N, r); T, (D, r)). Rows of mass 0 are 0."""
    counted = masses > 0
    features, T = np.zeros((len(X), 0)), np.zeros((X.shape[1], 0))
    if counted.any():
        roots = np.sqrt(masses[counted])[:, None]
        shares = masses[counted] / masses[counted].sum()
        U, T = orthonormal_basis(roots * (centre(X[counted], shares) if centred else X[counted]), name=name)
        features = np.zeros((len(X), U.shape[1]))
        features[counted] = U / roots
    return features, T


def _scaled(G, exponent):
    """G times a power of two, which is exact but for what underflows."""
    if is_distributed(G):
        return G.scaled(exponent)
    if isinstance(G, Cliques):
        return replace(G, weights=np.ldexp(G.weights, exponent))
    if sp.issparse(G):
        return sp.csr_array((np.ldexp(G.data, exponent), G.indices, G.indptr), shape=G.shape)
    return np.ldexp(G, exponent)
