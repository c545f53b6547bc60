"""Inputs and relations on many machines: Dask arrays, whose moments and products are tasks that Dask places and repeats.

A task is small and pure: the moments of one part of the samples (`numeric.part_moments`), which are merged as a tree, or the
product of one block of the relation. So Dask may run it anywhere, and once more where a worker is lost. What comes back to
the caller are D x D moments, or N x K products.

Only what is handed a Dask array imports this module, which needs the extra `distributed`.
"""

from dataclasses import dataclass, replace
from functools import reduce
from typing import NamedTuple

import dask.array as da
import numpy as np
import scipy.sparse as sp
from dask import delayed, persist
from scipy.sparse.csgraph import minimum_spanning_tree

from numeric.chunks import is_dask
from numeric.entries import rounding_unit
from numeric.pairwise import ASYMMETRY
from numeric.part_moments import Moments, moments_of_part, moments_of_rows, origin_of, pull
from numeric.parts import Samples, families
from numeric.products import degrees, without_diagonal

_FAN_IN = 8
"""How many moments one task merges."""


@dataclass(frozen=True, eq=False, slots=True)
class DistributedRelation:
    """A relation whose blocks are with the workers: what L Z, and with it a loss and its gradient, need of a matrix.

    Attributes:
        blocks: list of lists of tasks, which give csr_arrays without diagonal; None for a block without entries.
        starts: (B + 1,) where the blocks start, and N.
        row_sums: (N,) of the blocks.
        loops: (N,) the diagonal.
    """

    blocks: list
    starts: np.ndarray
    row_sums: np.ndarray
    loops: np.ndarray

    @property
    def shape(self):
        return len(self.row_sums), len(self.row_sums)

    @property
    def chunks(self):
        """How many rows the blocks have."""
        return tuple(int(n) for n in np.diff(self.starts))

    def sum(self, axis):
        """G 1, (N,), for either axis."""
        return self.row_sums + self.loops

    def diagonal(self):
        """(N,) the diagonal."""
        return self.loops

    def without_diagonal(self):
        """The same with a zero diagonal, which the blocks do not have in any case."""
        return replace(self, loops=np.zeros_like(self.loops))

    def scaled(self, exponent):
        """2^exponent G."""
        blocks = [
            [None if block is None else delayed(_scaled)(block, exponent) for block in row] for row in self.blocks
        ]
        sums, loops = np.ldexp(self.row_sums, exponent), np.ldexp(self.loops, exponent)
        return DistributedRelation(blocks, self.starts, sums, loops)

    def forest(self):
        """(N, N) csr_array of few entries whose graph has the same components: a spanning forest of every block."""
        found = [
            delayed(_spanning)(block, self.starts[i], self.starts[j])
            for i, row in enumerate(self.blocks)
            for j, block in enumerate(row[: i + 1])
            if block is not None
        ]
        ends = np.concatenate([np.zeros((2, 0), dtype=int), *delayed(found).compute()], axis=1)
        return sp.csr_array((np.ones(ends.shape[1]), tuple(ends)), shape=self.shape)

    def __matmul__(self, Z):
        """G Z, (N, K), for an ndarray Z: each row of blocks is one task."""
        parts = [delayed(Z[a:b]) for a, b in zip(self.starts, self.starts[1:], strict=False)]
        rows = []
        for i, row in enumerate(self.blocks):
            known = [(block, part) for block, part in zip(row, parts, strict=True) if block is not None]
            blank = np.zeros((self.starts[i + 1] - self.starts[i], Z.shape[1]))
            rows.append(delayed(_products)(blank, known))
        return np.concatenate(delayed(rows).compute()) + self.loops[:, None] * Z


def distributed_relation(G):
    """A Dask array G as a `DistributedRelation`, checked as `numeric.pairwise.relation` checks a matrix.

    Args:
        G: (N, N) Dask array of dense or SciPy sparse blocks, of real numbers. Where its columns are not divided as its rows
            are, it is divided anew. The blocks are computed once, and kept by the workers.

    Raises:
        ValueError: an entry or two are not allowed.
    """
    if G.chunks[0] != G.chunks[1]:
        G = G.rechunk((G.chunks[0], G.chunks[0]))
    unit = rounding_unit(G)
    count = len(G.chunks[0])
    raw = G.to_delayed()
    blocks = [[delayed(_block)(raw[i, j]) for j in range(count)] for i in range(count)]
    (blocks,) = persist(blocks)
    found = [[delayed(_examined)(blocks[i][j], blocks[j][i], i == j, unit) for j in range(count)] for i in range(count)]
    found = delayed(found).compute()
    loops = np.concatenate([found[i][i].diagonal for i in range(count)])
    row_sums = np.concatenate([np.sum([entry.row_sums for entry in row], axis=0) for row in found])
    if not np.isfinite(row_sums).all():
        raise ValueError("G must have finite row sums; found a row whose sum overflows")
    for i in range(count):
        if found[i][i].diagonal.any():
            blocks[i][i] = delayed(without_diagonal)(blocks[i][i])
    blocks = [[blocks[i][j] if found[i][j].entries else None for j in range(count)] for i in range(count)]
    return DistributedRelation(blocks, np.concatenate([[0], np.cumsum(G.chunks[0])]), row_sums, loops)


def alike(X_a, X_b):
    """Two inputs as Dask arrays of dense chunks of whole rows, divided as one of them is."""
    rows = (X_a if is_dask(X_a) else X_b).chunks[0]
    arrays = [X if is_dask(X) else da.from_array(X, chunks=(rows, -1), asarray=False) for X in (X_a, X_b)]
    return [X.rechunk((rows, -1)).map_blocks(_dense) for X in arrays]


def beside(X_a, X_b):
    """(X_a, X_b), (N, D_a + D_b), of two that are alike."""
    return da.concatenate([X_a, X_b], axis=1).rechunk({1: -1})


def mapped(X, mean, T):
    """(X - 1 mean') T, (N, K)."""
    X = X.rechunk({1: -1})
    return X.map_blocks(_mapped, mean, T, dtype=np.float64, chunks=(X.chunks[0], (T.shape[1],)))


def moments(X, G, masses, laplacian, name):
    """As `numeric.moments.moments`, where X or G is with the workers."""
    if not is_dask(X):
        X = da.from_array(X, chunks=(G.chunks, -1), asarray=False)
    X = X.rechunk((G.chunks if isinstance(G, DistributedRelation) else X.chunks[0], -1))
    chunks = _Chunks([row[0] for row in X.to_delayed()], np.concatenate([[0], np.cumsum(X.chunks[0])]))
    origin = delayed(_origin)(chunks.tasks[0], laplacian)
    if isinstance(G, DistributedRelation):
        tasks = _of_blocks(chunks, G, masses, origin, name)
    else:
        tasks = _of_families(chunks, G, masses, origin, laplacian, name)
    return delayed(Moments.moved)(_tree(tasks), origin).compute()


@dataclass(frozen=True, eq=False, slots=True)
class _Chunks:
    """X by rows: tasks that give its chunks, and where they start."""

    tasks: list
    starts: np.ndarray

    def pieces(self, rows):
        """Yields (which of the ascending `rows`, as a slice; task that gives them) for every chunk that has some."""
        ends = np.searchsorted(rows, self.starts)
        for task, start, stop, first, last in zip(
            self.tasks, self.starts, self.starts[1:], ends, ends[1:], strict=False
        ):
            if last > first:
                whole = last - first == stop - start
                yield slice(first, last), task if whole else delayed(_taken)(task, rows[first:last] - start)

    def gathered(self, rows):
        """The task that gives some rows, ascending."""
        found = [task for _, task in self.pieces(rows)]
        return found[0] if len(found) == 1 else delayed(_stacked)(found)


def _of_families(chunks, G, masses, origin, laplacian, name):
    """Tasks that give the moments of the families of parts, G a matrix here, `Cliques` or None."""
    length = int(np.diff(chunks.starts).max())
    for family in families(G, masses, length, by_cliques=laplacian):
        found = _tree([_of_part(chunks, part, origin, laplacian, name) for part in family.parts])
        yield found if family.weight is None else delayed(Moments.as_clique)(found, family.weight)


def _of_part(chunks, part, origin, laplacian, name):
    if isinstance(part, Samples):
        own, pulled = delayed(_less)(chunks.gathered(part.members), origin), None
        for columns, block in part.references(chunks.starts[-1]):
            for run, others in chunks.pieces(columns):
                pulled = delayed(_pulled)(pulled, own, others, origin, block[:, run], laplacian)
        return delayed(moments_of_rows)(own, pulled, part.masses, origin, name)
    rows = np.sort(part.members)
    local = replace(part, members=np.searchsorted(rows, part.members))
    return delayed(moments_of_part)(chunks.gathered(rows), local, origin, laplacian, name)


def _of_blocks(chunks, G, masses, origin, name):
    """Tasks that give the moments of the chunks, G a `DistributedRelation`."""
    for i, chunk in enumerate(chunks.tasks):
        own, pulled = delayed(_less)(chunk, origin), None
        for others, block in zip(chunks.tasks, G.blocks[i], strict=True):
            if block is not None:
                pulled = delayed(_pulled)(pulled, own, others, origin, block, True)
        yield delayed(moments_of_rows)(own, pulled, masses[G.starts[i] : G.starts[i + 1]], origin, name)


def _tree(tasks):
    """The task that merges the moments of some, in the order in which they are."""
    tasks = list(tasks)
    while len(tasks) > 1:
        tasks = [delayed(_merged)(tasks[i : i + _FAN_IN]) for i in range(0, len(tasks), _FAN_IN)]
    return tasks[0]


# What the tasks do. All of them are pure: they may run twice, and change nothing that they are given.


def _merged(found):
    return reduce(Moments.merge, found)


def _origin(chunk, laplacian):
    return origin_of(chunk) if laplacian and not sp.issparse(chunk) else np.zeros(chunk.shape[1])


def _less(chunk, origin):
    """Rows less the origin, which is zero where they are sparse."""
    return chunk.astype(np.float64) if sp.issparse(chunk) else np.subtract(chunk, origin, dtype=np.float64)


def _pulled(pulled, own, others, origin, block, laplacian):
    with np.errstate(over="ignore", invalid="ignore"):
        found = pull(own, _less(others, origin), block, laplacian)
        return found if pulled is None else pulled + found


def _taken(chunk, rows):
    return chunk[rows]


def _stacked(pieces):
    return sp.vstack(pieces, format="csr") if sp.issparse(pieces[0]) else np.concatenate(pieces)


def _dense(chunk):
    return chunk.toarray() if sp.issparse(chunk) else chunk


def _mapped(chunk, mean, T):
    return (_dense(chunk) - mean) @ T


def _products(blank, known):
    return reduce(np.add, (block @ part for block, part in known), blank)


def _scaled(block, exponent):
    return sp.csr_array((np.ldexp(block.data, exponent), block.indices, block.indptr), shape=block.shape)


def _block(raw):
    """A block as a csr_array of float64, without duplicates or explicit zeros."""
    block = sp.csr_array(raw, dtype=np.float64, copy=True)
    block.sum_duplicates()
    block.eliminate_zeros()
    return block


def _spanning(block, first_row, first_column):
    """(2, E) the ends of the edges of a spanning forest of a block."""
    rows, columns = block.shape
    edges = sp.block_array([[sp.csr_array((rows, rows)), block], [None, sp.csr_array((columns, columns))]])
    tree = minimum_spanning_tree(edges).tocoo()
    return np.stack([tree.row + first_row, tree.col - rows + first_column])


class _Examined(NamedTuple):
    """What is known of a block: how many entries, the sums by rows of those not on the diagonal of G, and its diagonal."""

    entries: int
    row_sums: np.ndarray
    diagonal: np.ndarray


def _examined(block, mirrored, on_diagonal, unit):
    """`_Examined`, or ValueError if this cannot be a block of a relation; `mirrored` is that across the diagonal."""
    if not np.isfinite(block.data).all():
        raise ValueError("G must be finite; found NaN or infinity")
    if block.nnz and block.data.min() < 0:
        raise ValueError(f"G must be entrywise nonnegative; found an entry of {block.data.min():g}")
    difference = abs(block - mirrored.T)
    if (difference > ASYMMETRY * unit * block.maximum(mirrored.T)).nnz:
        raise ValueError("G must be symmetric; found two blocks that are not each other's transposes")
    return _Examined(block.nnz, degrees(without_diagonal(block) if on_diagonal else block), block.diagonal())
