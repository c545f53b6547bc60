"""From what a user hands in to what the functions work on, or an error that names the argument.

Every message has the same three parts: the argument, what is allowed, what was found. The kind of thing being
wrong (text, complex numbers, a Boolean for a number) is a `TypeError`; a wrong shape or value is a
`ValueError`. Nothing handed in is ever changed; what comes back may share memory with it and is only read
from.

Representations may be arrays of any library that follows the array API standard, float32 or float64, and stay what they
are (`numeric.arrays`); relations of such a library are taken for dense ones.
"""

import operator
from math import isfinite
from numbers import Real

import numpy as np
import scipy.sparse as sp
from scipy.linalg import norm

from numeric.arrays import all_finite, detached, is_foreign, namespace, on_host, precision
from numeric.chunks import fits_one_chunk, is_dask, is_distributed

ASYMMETRY = 16
"""G_ij and G_ji may differ by this many units of rounding (of G's own precision) relative to the larger of
the two."""

ASYMMETRY_OF_ANY_SIGN = 1024
"""The same for a matrix of any sign, whose entries may be small by cancellation: relative to its largest entry."""


def largest_norm(dtype):
    """What the norm of a matrix may be at most where a sum of a few squares like it must not overflow."""
    return float(np.finfo(dtype).max) ** 0.5 / 4


LARGEST = largest_norm(np.float64)


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

        _check_real("G", G.dtype)
        _check_square("G", G)
        return distributed_relation(G)
    G, unit = _finite_square("G", G, beside)
    entries = G.data if sp.issparse(G) else G
    xp = namespace(entries)
    if 0 not in entries.shape:
        if (least := float(xp.min(entries))) < 0:
            raise ValueError(f"G must be entrywise nonnegative; found an entry of {least:g}")
        with np.errstate(over="ignore"):
            if not _is_finite(xp.sum(entries)) and not _is_finite(G.sum(axis=1) if xp is np else xp.sum(G, axis=1)):
                raise ValueError("G must have finite row sums; found a row whose sum overflows")
    return _symmetric("G", G, lambda larger: ASYMMETRY * unit * larger)


def symmetric(G, beside=None, *, name="G"):
    """A symmetric matrix of any sign as float64, dense or in CSR form, symmetric to the last bit.

    Args:
        G: (N, N) as for `relation`, but for the sign, the symmetry, which is asked for up to
            `ASYMMETRY_OF_ANY_SIGN`, and the size: the norm is at most `LARGEST`, so that |G|^2 is a float.
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


def largest_entry(array):
    """The largest |A_ij| of a dense or sparse array; 0 if it has no entries."""
    entries = array.data if sp.issparse(array) else array
    return float(namespace(entries).max(abs(entries))) if 0 not in entries.shape else 0.0


def frobenius_norm(array):
    """|A|, of a dense or sparse array without duplicates; no square over- or underflows on the way."""
    if is_foreign(array):
        largest = largest_entry(array)
        return largest * float(namespace(array).linalg.vector_norm(array / largest)) if largest else 0.0
    entries = array.data if sp.issparse(array) else np.asarray(array)
    return float(norm(entries.ravel(order="K")))


def check_norm(name, array, power=2):
    """Raise ValueError unless a few times |array|^power is a number of the array's precision."""
    bound = largest_norm(precision(array)) ** (2 / power)
    if not frobenius_norm(array) <= bound:
        word = {2: "square", 4: "fourth power"}[power]
        found = f"entries of up to {largest_entry(array):.3g}"
        raise ValueError(f"{name} must have a norm of at most {bound:.2g}, so that its {word} is finite; found {found}")


def rounding_unit(array):
    """The distance from 1 to the next number, in the precision that an array came in; of float64 for integers."""
    return _rounding_unit(precision(array) if hasattr(array, "dtype") else np.dtype(np.float64))


def representation(Z, n_samples, *, name="Z", power=None):
    """The representation Z, float32 or float64 as it came and else float64, of shape (n_samples, K), K >= 1; n_samples None
    allows any N >= 1. With a power, 2 or 4, that power of its norm must be finite."""
    Z = features(name, Z, n_samples)
    check_finite(name, Z)
    if power is not None:
        check_norm(name, Z, power)
    return Z


def of_numpy(name, array):
    """The array itself; TypeError if it is one of another library, where the code calls functions of NumPy."""
    if is_foreign(array):
        kind = f"{type(array).__module__}.{type(array).__qualname__}"
        raise TypeError(f"{name} must be an array of NumPy here, whose functions the code calls; found {kind}")
    return array


def inputs(X, n_samples, *, name="X"):
    """The inputs X, (n_samples, D), D >= 1, as what a pass can be made over; n_samples None allows any N >= 1.

    Args:
        X: array-like or pandas frame; an array mapped from a file (`numpy.memmap`), a SciPy sparse matrix or array of any
            format, or a Dask array.

    Returns:
        X as a float64 array, where it fits into one chunk (`numeric.chunks`), and is finite then. What is larger stays what
        it is, sparse as a `csr_array` without duplicates, and is seen to be finite in the pass (`numeric.moments`).
    """
    if is_dask(X):
        _check_real(name, X.dtype)
    elif sp.issparse(X):
        _check_real(name, X.dtype)
        X = _canonical(X)
    else:
        X = _real_array(name, on_host(X))
    _check_columns(name, X, n_samples)
    if not fits_one_chunk(X):
        return X
    X = X.astype(np.float64, copy=False)
    check_finite(name, X)
    return X


def vector(name, values, length=None, *, signed=False):
    """Numbers in a row as a float64 array, (length,), each >= 0 unless signed; None allows any length >= 1."""
    values = _real_array(name, values)
    if values.ndim != 1 or not values.size:
        raise ValueError(f"{name} must have one dimension and at least one entry; found shape {values.shape}")
    if length is not None and len(values) != length:
        raise ValueError(f"{name} must have {length} entries; found {len(values)}")
    values = values.astype(np.float64, copy=False)
    if not np.isfinite(values).all():
        raise ValueError(f"{name} must be finite; found NaN or infinity")
    if not signed and values.min() < 0:
        raise ValueError(f"{name} must be nonnegative; found {values.min():g}")
    return values


def component_count(n_components, *, name="n_components"):
    """K as an int, at least 1. Booleans and floats are refused, whole or not."""
    try:
        if isinstance(n_components, bool | np.bool_):
            raise TypeError
        count = operator.index(n_components)
    except TypeError:
        found = f"{n_components!r} of type {type(n_components).__name__}"
        raise TypeError(f"{name} must be an integer >= 1; found {found}") from None
    if count < 1:
        raise ValueError(f"{name} must be an integer >= 1; found {count}")
    return count


def check_feasible(n_components, available, constraint):
    """Raise ValueError unless K columns can satisfy a constraint that leaves no more than `available` of them."""
    if n_components > available:
        raise ValueError(
            f"n_components must be at most {available}, as many columns as can satisfy {constraint};"
            f" found {n_components}"
        )


def positive(name, value):
    """The hyper-parameter `name` as a float, finite and > 0."""
    number = _real(name, value, "> 0")
    if not number > 0:
        raise ValueError(f"{name} must be a finite number > 0; found {value!r}")
    return number


def nonnegative(name, value):
    """The hyper-parameter `name` as a float, finite and >= 0."""
    number = _real(name, value, ">= 0")
    if not number >= 0:
        raise ValueError(f"{name} must be a finite number >= 0; found {value!r}")
    return number


def _finite_square(name, G, beside=None):
    """G, (N, N), in float64, and its unit of rounding; where both are of another library, G as it is."""
    if is_dask(G) or is_distributed(G):
        raise TypeError(f"{name} must be a matrix in memory here; found one of Dask")
    if is_foreign(G) and is_foreign(beside):
        G = _foreign(name, G)
        _check_square(name, G)
        unit = _rounding_unit(precision(G))
    else:
        G, unit = _sparse_square(name, G) if sp.issparse(G) else _dense_square(name, on_host(G))
    if not _is_finite(G.data if sp.issparse(G) else G):
        raise ValueError(f"{name} must be finite; found NaN or infinity")
    return G, unit


def _is_finite(values):
    """Whether all of some numbers are, or the one that is given."""
    xp = namespace(values) if is_foreign(values) else np
    return bool(xp.all(xp.isfinite(values)))


def _dense_square(name, G):
    G = _real_array(name, G)
    _check_square(name, G)
    return G.astype(np.float64, copy=False), _rounding_unit(G.dtype)


def _sparse_square(name, G):
    _check_real(name, G.dtype)
    _check_square(name, G)
    unit = _rounding_unit(G.dtype)
    G = sp.csr_array(G, dtype=np.float64)
    if not (G.has_canonical_format and G.data.all()):
        G = G.copy()  # what follows works in place
        G.sum_duplicates()
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


def features(name, array, n_samples):
    """An array of shape (n_samples, columns), both >= 1, n_samples None for any; its entries may be NaN or infinite.

    Float32 stays float32, and all else becomes float64. An array of another library stays one, and must be either.
    """
    if sp.issparse(array):
        raise TypeError(f"{name} must be a dense array; found a sparse one, pass {name}.toarray()")
    array = _foreign(name, array) if is_foreign(array) else _floating(_real_array(name, array))
    _check_columns(name, array, n_samples)
    return array


def _check_columns(name, array, n_samples):
    if array.ndim != 2:
        raise ValueError(f"{name} must have two dimensions, samples by columns; found shape {array.shape}")
    if n_samples is None and array.shape[0] == 0:
        raise ValueError(f"{name} must have at least one row; found shape {array.shape}")
    if n_samples is not None and array.shape[0] != n_samples:
        raise ValueError(f"{name} must have {n_samples} rows, one per sample; found shape {array.shape}")
    if array.shape[1] == 0:
        raise ValueError(f"{name} must have at least one column; found shape {array.shape}")


def check_finite(name, array, sums=None):
    """Raise ValueError if an entry of a matrix is NaN or infinite; finite sums over its columns tell that none is."""
    if sums is not None and bool(namespace(sums).all(namespace(sums).isfinite(sums))):
        return
    if not all_finite(array):
        raise ValueError(f"{name} must be finite; found NaN or infinity")


def _floating(array):
    return array if array.dtype == np.float32 else array.astype(np.float64, copy=False)


def _foreign(name, array):
    array, xp = detached(array), namespace(array)
    if array.dtype not in (xp.float32, xp.float64):
        raise TypeError(f"{name} must hold float32 or float64, where it is no NumPy array; found {array.dtype}")
    return array


def _canonical(array):
    """A sparse matrix as a csr_array without duplicates; the data are copied only if they must be."""
    array = sp.csr_array(array)
    if not array.has_canonical_format:
        array = array.copy()
        array.sum_duplicates()
    return array


def _real_array(name, value):
    if np.ma.isMaskedArray(value):
        raise TypeError(f"{name} must be a plain array; found a masked one, whose mask would be lost")
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        raise ValueError(f"{name} must be a rectangular array; found rows of different lengths") from None
    _check_real(name, array.dtype)
    return array


def _check_real(name, dtype):
    if dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers; found dtype {dtype}")


def _rounding_unit(dtype):
    return float(max(np.finfo(dtype).eps if dtype.kind == "f" else 0, np.finfo(np.float64).eps))


def _real(name, value, bound):
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
        found = f"{value!r} of type {type(value).__name__}"
        raise TypeError(f"{name} must be a finite number {bound}; found {found}")
    try:
        number = float(value)
    except OverflowError:
        number = float("inf")
    if not isfinite(number):
        raise ValueError(f"{name} must be a finite number {bound}; found {value!r}")
    return number
