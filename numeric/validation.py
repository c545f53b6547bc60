"""From what a user hands in to what the functions work on, or an error that names the argument.

Every message has the same three parts: the argument, what is allowed, what was found. The kind of thing being
wrong (text, complex numbers, a Boolean for a number) is a `TypeError`; a wrong shape or value is a
`ValueError`. Nothing handed in is ever changed; what comes back may share memory with it and is only read
from.
"""

import operator
from math import isfinite
from numbers import Real

import numpy as np
import scipy.sparse as sp

ASYMMETRY = 16
"""G_ij and G_ji may differ by this many units of rounding (of G's own precision) relative to the larger of
the two."""


def relation(G):
    """The relation matrix G as float64, dense or in CSR form, symmetric to the last bit.

    Args:
        G: (N, N) array-like, pandas frame, or SciPy sparse matrix or array of any format. Boolean, integer or
            real; symmetric up to rounding (see `ASYMMETRY`); finite, with finite row sums; entrywise
            nonnegative; N >= 1. Duplicates in a sparse matrix add up.

    Returns:
        G, (N, N): an ndarray or a `csr_array`, without duplicates or explicit zeros where sparse.

    Raises:
        TypeError: G does not hold real numbers.
        ValueError: G is not square, empty, not finite, has a negative entry, or is not symmetric.
    """
    G, unit = _sparse_relation(G) if sp.issparse(G) else _dense_relation(G)
    entries = G.data if sp.issparse(G) else G
    if entries.size:
        if not np.isfinite(entries).all():
            raise ValueError("G must be finite; found NaN or infinity")
        if entries.min() < 0:
            raise ValueError(f"G must be entrywise nonnegative; found an entry of {entries.min():g}")
        with np.errstate(over="ignore"):
            if not np.isfinite(G.sum(axis=1)).all():
                raise ValueError("G must have finite row sums; found a row whose sum overflows")
    return _symmetric(G, ASYMMETRY * unit)


def representation(Z, n_samples, *, name="Z"):
    """The representation Z as a float64 array of shape (n_samples, K), K >= 1; n_samples None allows any N
    >= 1."""
    return _features(name, Z, n_samples)


def inputs(X, n_samples):
    """The inputs X as a float64 array of shape (n_samples, D), D >= 1."""
    return _features("X", X, n_samples)


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


def _dense_relation(G):
    G = _real_array("G", G)
    _check_square(G)
    return G.astype(np.float64, copy=False), _rounding_unit(G.dtype)


def _sparse_relation(G):
    _check_real("G", G.dtype)
    _check_square(G)
    unit = _rounding_unit(G.dtype)
    G = sp.csr_array(G, dtype=np.float64, copy=True)  # a copy: what follows works in place
    G.sum_duplicates()
    G.eliminate_zeros()
    return G, unit


def _check_square(G):
    if G.ndim != 2 or G.shape[0] != G.shape[1]:
        raise ValueError(f"G must be a square matrix, samples by samples; found shape {G.shape}")
    if G.shape[0] == 0:
        raise ValueError("G must relate at least one sample; found shape (0, 0)")


def _symmetric(G, tolerance):
    """G itself if it is symmetric, the mean of G and G' if it is so up to rounding; G is finite and
    nonnegative."""
    if sp.issparse(G):
        difference = abs(G - G.T).tocoo()
        if difference.count_nonzero() == 0:
            return G
        rows, columns = difference.coords
        wrong = difference.data > tolerance * G.maximum(G.T).tocsr()[rows, columns]
        at = (rows[wrong][0], columns[wrong][0]) if wrong.any() else None
    else:
        if np.array_equal(G, G.T):
            return G
        wrong = np.abs(G - G.T) > tolerance * np.maximum(G, G.T)
        at = np.argwhere(wrong)[0] if wrong.any() else None
    if at is not None:
        i, j = map(int, at)
        raise ValueError(
            f"G must be symmetric; found G[{i}, {j}] = {G[i, j]:g} and G[{j}, {i}] = {G[j, i]:g}."
            " If relations have a direction, pass (G + G.T) / 2"
        )
    return G / 2 + G.T / 2


def _features(name, array, n_samples):
    if sp.issparse(array):
        raise TypeError(f"{name} must be a dense array; found a sparse one, pass {name}.toarray()")
    array = _real_array(name, array)
    if array.ndim != 2:
        raise ValueError(f"{name} must have two dimensions, samples by columns; found shape {array.shape}")
    if n_samples is None and array.shape[0] == 0:
        raise ValueError(f"{name} must have at least one row; found shape {array.shape}")
    if n_samples is not None and array.shape[0] != n_samples:
        raise ValueError(f"{name} must have {n_samples} rows, one per sample; found shape {array.shape}")
    if array.shape[1] == 0:
        raise ValueError(f"{name} must have at least one column; found shape {array.shape}")
    array = array.astype(np.float64, copy=False)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite; found NaN or infinity")
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
