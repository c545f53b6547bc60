"""The two moments of the inputs that a loss of a linear network Z = X W depends on.

They are those of one pass over X, part by part (`numeric.part_moments`).
"""

from functools import reduce

import numpy as np
import scipy.sparse as sp

from numeric.chunks import Dense, chunk_rows, is_dask, is_distributed
from numeric.cliques import Cliques
from numeric.part_moments import Moments, moments_of_part, origin_of
from numeric.parts import families
from numeric.products import degrees, without_diagonal


def pencil_of_moments(X, G):
    """A = X'HX/N and B = X'LX/N: for Z = X W, C(Z) = W'AW and tr(Z'LZ)/N = tr(W'BW).

    A feature that is constant up to rounding gets an exactly zero row and column in both.

    Args:
        X: (N, D) inputs, validated (`numeric.validation.inputs`); read once.
        G: (N, N) relation, validated.

    Returns:
        A: (D, D) symmetric positive semidefinite.
        B: (D, D) the same.
        bound: on the eigenvalues of L (Gershgorin), and so on those of B v = mu A v.

    Raises:
        ValueError: X is not finite, or has columns of which the squares are not.
    """
    G = without_diagonal(G)
    found = moments(X, G)
    A, B = found.scatter / found.mass, (found.energy + found.energy.T) / (2 * found.mass)
    constant = found.constant()
    for moment in (A, B):
        moment[constant] = 0.0
        moment[:, constant] = 0.0
    return A, B, 2 * degrees(G).max()


def moments(X, G=None, *, masses=None, laplacian=True, name="X"):
    """The `numeric.part_moments.Moments` of all samples, in one pass over X.

    Args:
        X: (N, D) inputs, validated (`numeric.validation.inputs`), or `numeric.chunks.Mapped` ones.
        G: (N, N) relation, validated, without diagonal; `numeric.cliques.Cliques`; or None, for no energy.
        masses: (N,) each >= 0; by default all 1.
        laplacian: whether y = L x, L = diag(G 1) - G, or y = G x, where G may have a diagonal and any sign.
        name: of X, for messages.

    Raises:
        ValueError: X is not finite, or has columns of which the squares over- or underflow.
    """
    masses = np.ones(X.shape[0]) if masses is None else masses
    found = (_distributed if is_dask(X) or is_distributed(G) else _local)(X, G, masses, laplacian, name)
    if not np.isfinite(found.energy).all():
        raise ValueError(f"{name} must have entries of which the products with G are finite; found too large ones")
    return found


def _distributed(X, G, masses, laplacian, name):
    from numeric.distributed import moments

    return moments(X, G, masses, laplacian, name)


def _local(X, G, masses, laplacian, name):
    X = Dense(X) if sp.issparse(X) and isinstance(G, Cliques) else X
    origin = np.zeros(X.shape[1])
    if laplacian and sp.issparse(X):
        X, origin = _without_full_columns(X)
    elif laplacian:
        origin = origin_of(X)

    length, by_cliques = chunk_rows(X), laplacian and not sp.issparse(X)
    room = np.empty((min(length, X.shape[0]), X.shape[1])) if by_cliques else None  # once: new memory is slow to touch

    def of_family(family):
        found = (moments_of_part(X, part, origin, laplacian, name, room) for part in family.parts)
        found = reduce(Moments.merge, found)
        return found if family.weight is None else found.as_clique(family.weight)

    found = reduce(Moments.merge, map(of_family, families(G, masses, length, by_cliques=by_cliques)))
    return found.moved(origin)


def _without_full_columns(X):
    """A sparse X of which the columns without any zero are centred, and what was taken off: (D,)."""
    full = np.bincount(X.indices, minlength=X.shape[1]) == X.shape[0]
    if not full.any():
        return X, np.zeros(X.shape[1])
    with np.errstate(over="ignore", invalid="ignore"):
        shift = np.where(full, X.mean(axis=0, dtype=np.float64), 0.0)
        return sp.csr_array((X.data - shift[X.indices], X.indices, X.indptr), shape=X.shape), shift
