"""Matrices of samples by samples that a user hands in: relations, symmetric matrices of any sign, mutual distances.

What comes back is symmetric to the last bit, and never what was handed in, changed: errors and copies are as in
`numeric.validation`. Relations of another library than NumPy are taken for dense ones.
"""

import numpy as np
import scipy.sparse as sp

from numeric.arrays import is_foreign, namespace, on_host
from numeric.chunks import is_dask, is_distributed
from numeric.entries import (
    canonical,
    check_norm,
    check_real,
    floating_foreign,
    is_finite,
    largest_entry,
    real_array,
    rounding_unit,
)
from numeric.products import degrees

ASYMMETRY = 16
"""G_ij and G_ji may differ by this many units of rounding (of G's own precision) relative to the larger of
the two."""

ASYMMETRY_OF_ANY_SIGN = 1024
"""The same for a matrix of any sign, whose entries may be small by cancellation: relative to its largest entry."""


def relation(G, beside=None):
    """The relation matrix G as float64, dense or in CSR form, symmetric to the last bit.

    Args:
        G: (N, N) array-like, pandas frame, or SciPy sparse matrix or array of any format. Boolean, integer or
            real; symmetric up to rounding (see `ASYMMETRY`); finite, with finite row sums; entrywise
            nonnegative; N >= 1. Duplicates in a sparse matrix add up. Or a Dask array of such blocks.
        beside: an array that G is to be multiplied by. Where both are of another library, G stays there, as it is.

    Returns:
        G, (N, N): an ndarray or a `csr_array`, without duplicates or explicit zeros where sparse; of a Dask array, a
            `numeric.distributed.DistributedRelation`.

    Raises:
        TypeError: G does not hold real numbers.
        ValueError: G is not square, empty, not finite, has a negative entry, or is not symmetric.
    """
    if is_distributed(G):
        return G
    if is_dask(G):
        from numeric.distributed import distributed_relation

        check_real("G", G.dtype)
        _check_square("G", G)
        return distributed_relation(G)
    G, unit = _finite_square("G", G, beside)
    entries = G.data if sp.issparse(G) else G
    xp = namespace(entries)
    if 0 not in entries.shape:
        if (least := float(xp.min(entries))) < 0:
            raise ValueError(f"G must be entrywise nonnegative; found an entry of {least:g}")
        with np.errstate(over="ignore"):
            if not is_finite(xp.sum(entries)) and not is_finite(degrees(G)):
                raise ValueError("G must have finite row sums; found a row whose sum overflows")
    return _symmetric("G", G, lambda larger: ASYMMETRY * unit * larger)


def symmetric(G, beside=None, *, name="G"):
    """A symmetric matrix of any sign as float64, dense or in CSR form, symmetric to the last bit.

    Args:
        G: (N, N) as for `relation`, but for the sign, the symmetry, which is asked for up to
            `ASYMMETRY_OF_ANY_SIGN`, and the size: the norm must be small enough for a few times |G|^2 to be a float.
        beside: as for `relation`.
        name: of the argument, for messages.

    Returns:
        G, (N, N): an ndarray or a `csr_array`, without duplicates or explicit zeros where sparse.

    Raises:
        TypeError: G does not hold real numbers.
        ValueError: G is not square, empty, not finite, too large, or is not symmetric.
    """
    G, unit = _finite_square(name, G, beside)
    check_norm(name, G)
    return _symmetric(name, G, lambda larger: ASYMMETRY_OF_ANY_SIGN * unit * largest_entry(G))


def distance_matrix(distances, *, name="distances"):
    """Mutual distances as a float64 array, symmetric to the last bit.

    Args:
        distances: (N, N) dense array, finite, nonnegative, symmetric up to 1e-8 of the largest, zero on the diagonal.
        name: of the argument, for messages.

    Returns:
        (N, N) ndarray.

    Raises:
        TypeError: distances not dense or not real.
        ValueError: a matrix that is not one of distances.
    """
    if sp.issparse(distances):
        raise TypeError(f"{name} must be a dense array; found a sparse one, whose absent entries are ambiguous here")
    distances, _ = _finite_square(name, distances)
    if (distances < 0.0).any():
        raise ValueError(f"{name} must be nonnegative; found {distances.min()}")
    if np.diagonal(distances).any():
        raise ValueError(f"{name} must be zero on the diagonal, from a sample to itself; found another number")
    gap = np.abs(distances - distances.T).max()
    if gap > 1e-8 * distances.max():
        raise ValueError(f"{name} must be symmetric; found a pair that differs by {gap:.3g}")
    return distances / 2 + distances.T / 2 if gap else distances


def _finite_square(name, G, beside=None):
    """G, (N, N), in float64, and its unit of rounding; where both are of another library, G as it is."""
    if is_dask(G) or is_distributed(G):
        raise TypeError(f"{name} must be a matrix in memory here; found one of Dask")
    if is_foreign(G) and is_foreign(beside):
        G = floating_foreign(name, G)
        _check_square(name, G)
        unit = rounding_unit(G)
    else:
        G, unit = _sparse_square(name, G) if sp.issparse(G) else _dense_square(name, on_host(G))
    if not is_finite(G.data if sp.issparse(G) else G):
        raise ValueError(f"{name} must be finite; found NaN or infinity")
    return G, unit


def _dense_square(name, G):
    G = real_array(name, G)
    _check_square(name, G)
    return G.astype(np.float64, copy=False), rounding_unit(G)


def _sparse_square(name, G):
    check_real(name, G.dtype)
    _check_square(name, G)
    unit = rounding_unit(G)
    G = canonical(sp.csr_array(G, dtype=np.float64))
    if not G.data.all():
        G = G.copy()  # what follows works in place
        G.eliminate_zeros()
    return G, unit


def _check_square(name, G):
    if G.ndim != 2 or G.shape[0] != G.shape[1]:
        raise ValueError(f"{name} must be a square matrix, samples by samples; found shape {G.shape}")
    if G.shape[0] == 0:
        raise ValueError(f"{name} must relate at least one sample; found shape (0, 0)")


def _symmetric(name, G, allowed):
    """G itself if it is symmetric, the mean of G and G' if it is so up to rounding; G is finite.

    `allowed` gives what |G_ij - G_ji| may be, from the larger of |G_ij| and |G_ji|.
    """
    if sp.issparse(G):
        turned = G.T.tocsr()
        if all(np.array_equal(getattr(G, part), getattr(turned, part)) for part in ("indptr", "indices", "data")):
            return G
        difference = abs(G - turned).tocoo()
        rows, columns = difference.coords
        wrong = difference.data > allowed(abs(G).maximum(abs(G.T)).tocsr()[rows, columns])
        at = (rows[wrong][0], columns[wrong][0]) if wrong.any() else None
    else:
        xp = namespace(G)
        if bool(xp.all(G == G.T)):
            return G
        wrong = xp.abs(G - G.T) > allowed(xp.maximum(xp.abs(G), xp.abs(G.T)))
        at = np.argwhere(on_host(wrong))[0] if bool(xp.any(wrong)) else None
    if at is not None:
        i, j = map(int, at)
        hint = f"If relations have a direction, pass ({name} + {name}.T) / 2"
        raise ValueError(
            f"{name} must be symmetric; found {name}[{i}, {j}] = {float(G[i, j]):g} and"
            f" {name}[{j}, {i}] = {float(G[j, i]):g}. {hint}"
        )
    return G / 2 + G.T / 2
