"""Inputs of any size, a chunk at a time: arrays in memory or mapped from a file, sparse matrices, and linear maps of these.

Whatever X is, `read(X, index)` gives some of its rows as float64, and nothing else of it is ever held in memory.
"""

import sys
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

CHUNK = 2**25
"""Bytes of float64 that are worked on at a time: enough that products of matrices are fast, and few enough for a cache."""

STRIP = 2**19
"""Bytes of float64 that are read at a time: what is done entry by entry stays in the cache that is next to the processor."""


@dataclass(frozen=True, eq=False, slots=True)
class Mapped:
    """(X - 1 mean') T, (N, K), of which rows are made when they are read.

    Attributes:
        X: (N, D) ndarray or csr_array.
        mean: (D,).
        T: (D, K).
    """

    X: np.ndarray | sp.csr_array
    mean: np.ndarray
    T: np.ndarray

    @property
    def shape(self):
        return self.X.shape[0], self.T.shape[1]

    def __getitem__(self, rows):
        return (_dense(self.X[rows]) - self.mean) @ self.T


@dataclass(frozen=True, eq=False, slots=True)
class Dense:
    """A sparse X, (N, D), of which rows are made dense when they are read."""

    X: sp.csr_array

    @property
    def shape(self):
        return self.X.shape

    def __getitem__(self, rows):
        return self.X[rows].toarray()


@dataclass(frozen=True, eq=False, slots=True)
class Beside:
    """(X_a, X_b), (N, D_a + D_b), two inputs of the same samples."""

    X_a: np.ndarray | sp.csr_array | Mapped
    X_b: np.ndarray | sp.csr_array | Mapped

    @property
    def shape(self):
        return self.X_a.shape[0], self.X_a.shape[1] + self.X_b.shape[1]

    def __getitem__(self, rows):
        return np.concatenate([_dense(self.X_a[rows]), _dense(self.X_b[rows])], axis=1)


def alike(X_a, X_b):
    """Two inputs of the same samples; if one of them is a Dask array, both as one, in the same chunks."""
    if not (is_dask(X_a) or is_dask(X_b)):
        return X_a, X_b
    from numeric import distributed

    return distributed.alike(X_a, X_b)


def beside(X_a, X_b):
    """(X_a, X_b), of which rows are made when they are read."""
    if not is_dask(X_a):
        return Beside(X_a, X_b)
    from numeric import distributed

    return distributed.beside(X_a, X_b)


def is_dask(array):
    """Whether this is a Dask array; Dask is not imported for the question."""
    dask = sys.modules.get("dask.array")
    return dask is not None and isinstance(array, dask.Array)


def is_distributed(G):
    """Whether this is a relation whose blocks are with Dask's workers."""
    distributed = sys.modules.get("numeric.distributed")
    return distributed is not None and isinstance(G, distributed.DistributedRelation)


def mapped(X, mean, T):
    """(X - 1 mean') T, of which rows are made when they are read."""
    if not is_dask(X):
        return Mapped(X, mean, T)
    from numeric import distributed

    return distributed.mapped(X, mean, T)


def chunk_rows(X):
    """How many rows of X make a chunk: at least a quarter of what a moment of X has, so that adding them up is no burden."""
    n_samples, n_columns = X.shape
    width = n_columns
    if sp.issparse(X):
        width = 1 + 3 * X.nnz // (2 * n_samples)  # a stored entry has an index of four bytes
    return max(1, CHUNK // (8 * width), n_columns // 4)


def strip_rows(X):
    """How many rows of X make a strip."""
    return max(1, STRIP // (8 * X.shape[1]))


def fits_one_chunk(X):
    """Whether X is an array in memory that is worked on as a whole."""
    return isinstance(X, np.ndarray) and 8 * X.size <= CHUNK


def as_slice(index):
    """The slice that selects what an array of indices does, or the array itself: rows that a slice selects are not copied."""
    if not len(index):
        return index
    step = int(index[1] - index[0]) if len(index) > 1 else 1
    if step < 1 or not (np.diff(index) == step).all():
        return index
    return slice(int(index[0]), int(index[-1]) + 1, step)


def read(X, index):
    """Rows of X as a float64 array, which may be a view of X."""
    return _dense(X[as_slice(index)]).astype(np.float64, copy=False)


def _dense(block):
    return block.toarray() if sp.issparse(block) else block
