"""The entries of arrays, dense or sparse, of NumPy or another library: whether they are real and finite, how large, how exact.

Errors name the argument, what is allowed and what was found (`numeric.validation`).
"""

import numpy as np
import scipy.sparse as sp
from scipy.linalg import norm

from numeric.arrays import all_finite, detached, is_foreign, namespace, precision


def real_array(name, value):
    """An array-like of real numbers of any kind as an ndarray."""
    if np.ma.isMaskedArray(value):
        raise TypeError(f"{name} must be a plain array; found a masked one, whose mask would be lost")
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        raise ValueError(f"{name} must be a rectangular array; found rows of different lengths") from None
    check_real(name, array.dtype)
    return array


def check_real(name, dtype):
    """Raise TypeError unless a NumPy dtype is one of Booleans, integers or real numbers."""
    if dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers; found dtype {dtype}")


def floating_foreign(name, array):
    """An array of another library, which must be of float32 or float64, without its record for differentiation."""
    array, xp = detached(array), namespace(array)
    if array.dtype not in (xp.float32, xp.float64):
        raise TypeError(f"{name} must hold float32 or float64, where it is no NumPy array; found {array.dtype}")
    return array


def of_numpy(name, array):
    """The array itself; TypeError if it is one of another library, where the code calls functions of NumPy."""
    if is_foreign(array):
        kind = f"{type(array).__module__}.{type(array).__qualname__}"
        raise TypeError(f"{name} must be an array of NumPy here, whose functions the code calls; found {kind}")
    return array


def canonical(array):
    """A sparse matrix as a csr_array without duplicates; the data are copied only if they must be."""
    array = sp.csr_array(array)
    if not array.has_canonical_format:
        array = array.copy()
        array.sum_duplicates()
    return array


def is_finite(values):
    """Whether all of some numbers are; values are an array with any number of axes."""
    xp = namespace(values)
    return bool(xp.all(xp.isfinite(values)))


def check_finite(name, array, sums=None):
    """Raise ValueError if an entry of a matrix is NaN or infinite; finite sums over its columns tell that none is."""
    if not ((sums is not None and is_finite(sums)) or all_finite(array)):
        raise ValueError(f"{name} must be finite; found NaN or infinity")


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


def largest_norm(dtype):
    """What the norm of a matrix may be at most where a sum of a few squares like it must not overflow."""
    return float(np.finfo(dtype).max) ** 0.5 / 4


def rounding_unit(array):
    """The distance from 1 to the next number, in the precision that an array came in; of float64 for integers."""
    dtype = precision(array) if hasattr(array, "dtype") else np.dtype(np.float64)
    return float(max(np.finfo(dtype).eps if dtype.kind == "f" else 0, np.finfo(np.float64).eps))
