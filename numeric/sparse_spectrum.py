"""The bottom of the spectrum of a large sparse matrix, repeated eigenvalues included, by the fastest of three routes.

- Lanczos on c I - L needs products with L only. It is the fastest where the wanted eigenvalues are not small beside |L|,
  as those of expanders.
- Lanczos on the inverse of L + sigma I, sigma just above the rounding of L, needs few steps whatever the eigenvalues,
  and a factor. Long thin graphs and sheets have a sparse one.
- LOBPCG with a multigrid inverse for preconditioner needs neither: it is left for graphs of small eigenvalues that fill
  up, as those of clusters in many dimensions.

What a factor costs is bounded beforehand by the envelope of the matrix in the order of Cuthill and McKee; how small the
eigenvalues are, Lanczos says on the way. Every result is checked, and after a failure the next route is taken. The dense
algebra of the routes is NumPy's alone: SciPy brings threads of its own, and the two would wait for each other.
"""

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import reverse_cuthill_mckee
from scipy.sparse.linalg import splu

from numeric import lanczos, lobpcg
from numeric.lanczos import NotConverged
from numeric.multigrid import Multigrid

RESIDUAL = 1e-9
"""What |L v - lambda v| may be, relative to the norm of L, for a pair to be returned."""

SHIFT = 1e-12
"""sigma in L + sigma I, relative to the norm of L; `RESIDUAL` where an eigenvalue 0 is among those wanted, beside whose
inverse the others must not be lost."""

SMALL = 1 / 1000
"""Eigenvalues below this share of the norm of L are left by Lanczos on c I - L to the other routes."""

THIN = 4.0
"""A graph whose envelope is this times sqrt(M) wide, or less, is factored first: a sheet has separators like it."""

WORK = 1e10
"""A factor of fewer operations, by the envelope, is tried before multigrid, as it is more accurate."""

LOOK = 8
"""Products with an inverse are so dear that every so often it is seen whether they are enough."""

FILL = 1e8
"""No factor of more entries, by the envelope, is tried."""

_GIVEN_UP = (NotConverged, np.linalg.LinAlgError, RuntimeError, MemoryError)
"""What a route says when it is slow, has broken down, met a singular matrix, or became too large."""


def sparse_bottom_eigenpairs(L, bound, n_pairs, null=None):
    """The smallest eigenpairs of a symmetric positive semidefinite matrix.

    Args:
        L: (M, M) sparse array.
        bound: on its eigenvalues, > 0.
        n_pairs: how many pairs, well below M.
        null: (M,) of length one and entrywise positive, L null = 0, for the pairs on its complement only.

    Returns:
        eigenvalues: (n_pairs,) ascending.
        eigenvectors: (M, n_pairs) orthonormal, orthogonal to `null`.
        None instead of the two if no route gave pairs that meet `RESIDUAL`.
    """
    exponent = int(np.frexp(bound)[1])
    unit = np.ldexp(1.0, -exponent)  # exact, and no square over- or underflows
    L, bound = L.tocsr() * unit, bound * unit
    for route in _routes(L, null):
        try:
            vectors = route(L, bound, n_pairs, null)
        except _GIVEN_UP:
            continue
        images = L @ vectors
        eigenvalues, rotation = np.linalg.eigh(vectors.T @ images)  # Rayleigh-Ritz: also orders the pairs
        vectors, images = vectors @ rotation, images @ rotation
        if np.linalg.norm(images - vectors * eigenvalues, axis=0).max() <= RESIDUAL * bound:
            return np.ldexp(eigenvalues, exponent), vectors
    return None


def envelope(L):
    """(entries, operations) that bound those of a Cholesky factor of L in the order of Cuthill and McKee."""
    order = reverse_cuthill_mckee(L, symmetric_mode=True)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    rows = np.flatnonzero(np.diff(L.indptr))
    widths = np.maximum(place[rows] - np.minimum.reduceat(place[L.indices], L.indptr[rows]), 0).astype(np.float64)
    return widths.sum(), widths @ widths


def _routes(L, null):
    """The routes in the order in which they are tried."""
    entries, operations = envelope(L)
    routes = [_complement] if null is None else [_complement, _multigrid]
    if entries <= FILL:
        thin = operations <= THIN**2 * L.shape[0] ** 2
        routes.insert(0 if thin else 1 if operations <= WORK else 2, _inverse)
    return routes


def _complement(L, bound, count, null):
    """From the largest eigenvalues of c I - L, c a bound on those of L."""
    complement = (bound * sp.eye_array(L.shape[0]) - L).tocsr()
    hopeless = np.inf if null is None else (1 - SMALL) * bound
    return lanczos.largest_eigenvectors(lambda x: complement @ x, _excluded(L, null), count, hopeless=hopeless)


def _inverse(L, bound, count, null):
    """From the largest eigenvalues of (L + sigma I)^{-1}."""
    shift = RESIDUAL if null is None else SHIFT
    positive_definite = (L + shift * bound * sp.eye_array(L.shape[0])).tocsc()
    factors = splu(
        positive_definite, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True}
    )
    return lanczos.largest_eigenvectors(factors.solve, _excluded(L, null), count, look=LOOK)


def _multigrid(L, bound, count, null):
    """By LOBPCG on L itself."""
    return lobpcg.smallest_eigenvectors(L, Multigrid(L, null), null, count, residual=RESIDUAL / 10 * bound)


def _excluded(L, null):
    return np.empty((L.shape[0], 0)) if null is None else null[:, None]
