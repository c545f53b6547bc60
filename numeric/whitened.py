"""The pencil of two moments over whitened inputs: linear networks X T of unit moment, and what a matrix says of them.

Inputs of one chunk are whitened by their singular vectors (`numeric.whitening`), which costs as many digits as their condition;
their moments would cost twice as many. Larger inputs are whitened by their moments, and where these are ill-conditioned in a
second pass once more, over X T: what the first has lost of X T is of the size of its rounding, so that the second loses
nothing (as CholeskyQR2 does: Yamamoto, Nakatsukasa, Yanagisawa & Fukaya 2015).
"""

from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from numeric.chunks import fits_one_chunk, mapped
from numeric.cliques import Cliques
from numeric.moments import centre, moments
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
    if isinstance(G, Cliques):
        return replace(G, weights=np.ldexp(G.weights, exponent))
    if sp.issparse(G):
        return sp.csr_array((np.ldexp(G.data, exponent), G.indices, G.indptr), shape=G.shape)
    return np.ldexp(G, exponent)
