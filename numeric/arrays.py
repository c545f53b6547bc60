"""Arrays of NumPy, and of libraries that follow the array API standard, such as PyTorch.

What is written with `namespace` and the few functions here computes in the namespace, on the device and in the precision
of what it is given. For NumPy the namespace is NumPy itself, and nothing stands in between; for others it is that of
array-api-compat (the extra `arrays`). Precisions are two: float32 stays float32, and all else becomes float64.
"""

import sys

import numpy as np

BLOCK = 2**20
"""How many bytes of an array are worked on at a time, so that they stay in a core's cache."""


def is_foreign(value):
    """Whether it is an array of another library than NumPy."""
    if isinstance(value, np.ndarray | np.generic):
        return False
    torch = sys.modules.get("torch")
    return hasattr(value, "__array_namespace__") or (torch is not None and isinstance(value, torch.Tensor))


def namespace(array):
    """The functions of the array's library: NumPy, or a module of the same names."""
    if isinstance(array, np.ndarray | np.generic):
        return np
    try:
        from array_api_compat import array_namespace
    except ImportError:
        kind = f"{type(array).__module__}.{type(array).__qualname__}"
        raise TypeError(f"arrays of type {kind} need the package array-api-compat; found it missing") from None
    return array_namespace(array)


def detached(array):
    """The array without the record that automatic differentiation keeps of it."""
    return array.detach() if hasattr(array, "detach") else array


def on_host(array):
    """A NumPy array of the same entries; NumPy's own as they are."""
    if not is_foreign(array):
        return array
    array = detached(array)
    return np.asarray(array.cpu() if hasattr(array, "cpu") else array)


def like(host, array):
    """A NumPy array, or one that is there already, in the namespace, on the device and in the precision of another; integers
    and Booleans of NumPy stay so.
    """
    xp = namespace(array)
    if is_foreign(host):
        return xp.astype(host, array.dtype, copy=False)
    if host.dtype.kind == "f":
        host = host.astype(precision(array), copy=False)
    return host if xp is np else xp.asarray(host, device=array.device)


def precision(array):
    """The NumPy dtype of a floating-point array's precision, float32 or float64; the array may be a sparse one."""
    if not is_foreign(array):
        return array.dtype
    return np.dtype(np.float32 if array.dtype == namespace(array).float32 else np.float64)


def inner(A, B):
    """sum_ij A_ij B_ij, a number of their namespace."""
    xp = namespace(A)
    return xp.vecdot(xp.reshape(A, (-1,)), xp.reshape(B, (-1,)))


def number(value):
    """A value of a loss as its callers get it: a Python float for NumPy, else an array without axes where it is."""
    return value if is_foreign(value) else float(value)


def diagonal_of(matrix):
    """The diagonal of a square matrix, (K,)."""
    return namespace(matrix).linalg.diagonal(matrix)


def hollow(matrix):
    """A copy of a square matrix with zeros on its diagonal."""
    xp = namespace(matrix)
    if xp is np:
        matrix = matrix.copy()
        np.fill_diagonal(matrix, 0.0)
        return matrix
    return xp.where(_identity(matrix), xp.zeros_like(matrix), matrix)


def plus_diagonal(matrix, vector):
    """M + diag(v), in the place of M, (K, K); v (K,) or a number."""
    xp = namespace(matrix)
    if xp is np:
        matrix.flat[:: len(matrix) + 1] += vector
        return matrix
    return xp.where(_identity(matrix), matrix + vector, matrix)


def plus_product(total, A, B, shift=None):
    """E + A B, or E + A B - 1 v' with v = `shift`, in the place of E = `total`: no second array of its size is made."""
    for block in row_blocks(total):
        product = A[block, :] @ B
        if shift is not None:
            product -= shift
        total[block, :] += product
    return total


def over(A, M):
    """A M^{-1}, (N, K), for an invertible M, (K, K), whose inverse is not formed."""
    return namespace(A).linalg.solve(M.T, A.T).T


def times_powers_of_two(A, exponents):
    """A diag(2^e), (N, K), exact but for what over- or underflows; exponents (K,) integers of NumPy."""
    first = exponents // 2  # for 2^e itself need not be a number
    return A * like(np.ldexp(1.0, first), A) * like(np.ldexp(1.0, exponents - first), A)


def column_sums(A):
    """1'A, (K,)."""
    return namespace(A).ones(A.shape[0], dtype=A.dtype, **_where(A)) @ A


def row_blocks(A):
    """Slices that cover the rows of a NumPy array, `BLOCK` bytes each; of others, whose library has its own ways, one."""
    height = max(1, BLOCK // (A.shape[1] * A.itemsize)) if isinstance(A, np.ndarray) else max(1, A.shape[0])
    return [slice(start, min(start + height, A.shape[0])) for start in range(0, A.shape[0], height)]


def all_finite(A):
    """Whether no entry of a matrix is NaN or infinite; these show in the sum of their column, which may overflow itself."""
    xp = namespace(A)
    with np.errstate(over="ignore", invalid="ignore"):
        sums = column_sums(A)
    return bool(xp.all(xp.isfinite(sums))) or bool(xp.all(xp.isfinite(A)))


def _identity(matrix):
    """Where a square matrix has its diagonal, (K, K) of Booleans."""
    xp = namespace(matrix)
    return xp.eye(matrix.shape[0], dtype=xp.bool, device=matrix.device)


def _where(array):
    """The keyword that makes a new array on the device of another."""
    return {} if isinstance(array, np.ndarray) else {"device": array.device}
