"""From what a user hands in to what the functions work on, or an error that names the argument.

Every message has the same three parts: the argument, what is allowed, what was found. The kind of thing being
wrong (text, complex numbers, a Boolean for a number) is a `TypeError`; a wrong shape or value is a
`ValueError`. Nothing handed in is ever changed; what comes back may share memory with it and is only read
from.

Representations may be arrays of any library that follows the array API standard, float32 or float64, and stay what they
are (`numeric.arrays`). Matrices of samples by samples are in `numeric.pairwise`.
"""

import operator
from math import isfinite
from numbers import Real

import numpy as np
import scipy.sparse as sp

from numeric.arrays import is_foreign, on_host
from numeric.chunks import fits_one_chunk, is_dask
from numeric.entries import (
    canonical,
    check_finite,
    check_norm,
    check_real,
    floating_foreign,
    real_array,
)


def representation(Z, n_samples, *, name="Z", power=None):
    """The representation Z, float32 or float64 as it came and else float64, of shape (n_samples, K), K >= 1; n_samples None
    allows any N >= 1. With a power, 2 or 4, that power of its norm must be finite."""
    Z = features(name, Z, n_samples)
    check_finite(name, Z)
    if power is not None:
        check_norm(name, Z, power)
    return Z


def features(name, array, n_samples):
    """An array of shape (n_samples, columns), both >= 1, n_samples None for any; its entries may be NaN or infinite.

    Float32 stays float32, and all else becomes float64. An array of another library stays one, and must be either.
    """
    if sp.issparse(array):
        raise TypeError(f"{name} must be a dense array; found a sparse one, pass {name}.toarray()")
    array = floating_foreign(name, array) if is_foreign(array) else real_array(name, array)
    _check_columns(name, array, n_samples)
    return array if is_foreign(array) or array.dtype == np.float32 else array.astype(np.float64, copy=False)


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
        check_real(name, X.dtype)
    elif sp.issparse(X):
        check_real(name, X.dtype)
        X = canonical(X)
    else:
        X = real_array(name, on_host(X))
    _check_columns(name, X, n_samples)
    if not fits_one_chunk(X):
        return X
    X = X.astype(np.float64, copy=False)
    check_finite(name, X)
    return X


def _check_columns(name, array, n_samples):
    if array.ndim != 2:
        raise ValueError(f"{name} must have two dimensions, samples by columns; found shape {array.shape}")
    if n_samples is None and array.shape[0] == 0:
        raise ValueError(f"{name} must have at least one row; found shape {array.shape}")
    if n_samples is not None and array.shape[0] != n_samples:
        raise ValueError(f"{name} must have {n_samples} rows, one per sample; found shape {array.shape}")
    if array.shape[1] == 0:
        raise ValueError(f"{name} must have at least one column; found shape {array.shape}")


def vector(name, values, length=None, *, signed=False):
    """Numbers in a row as a float64 array, (length,), each >= 0 unless signed; None allows any length >= 1."""
    values = real_array(name, values)
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
