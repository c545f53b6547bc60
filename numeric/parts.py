"""How a pass over the inputs is divided: into parts of about a chunk, whose moments add up.

The Laplacian is a sum over the rows of the relation, and over its cliques. Where the relation is a partition into cliques, a
part is a number of whole cliques, or a piece of one that is larger than a chunk; else it is a number of samples with their
rows of the relation.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from numeric.cliques import SAME, Cliques, NotCliques, cliques


@dataclass(frozen=True, eq=False, slots=True)
class WholeCliques:
    """Some cliques, with all their members.

    Attributes:
        members: (n,) samples, clique after clique.
        sizes: (c,) of the cliques, which sum to n.
        weights: (c,) what the scatter within each clique counts in X'LX, per unit of mass.
        masses: (c,) the mass of every member.
    """

    members: np.ndarray
    sizes: np.ndarray
    weights: np.ndarray
    masses: np.ndarray


@dataclass(frozen=True, eq=False, slots=True)
class Samples:
    """Some samples, and their rows of the relation.

    Attributes:
        members: (n,) samples, ascending.
        masses: (n,) their masses.
        rows: (n, N) ndarray or csr_array, or None where there is no relation.
    """

    members: np.ndarray
    masses: np.ndarray
    rows: np.ndarray | sp.csr_array | None

    def references(self, length):
        """Yields (columns, (n, c) block of the rows): the samples that the rows refer to, at most `length` at a time."""
        if self.rows is None:
            return
        if sp.issparse(self.rows):
            columns, place = np.unique(self.rows.indices, return_inverse=True)
            shape = len(self.members), len(columns)
            rows = sp.csr_array((self.rows.data, place, self.rows.indptr), shape=shape)
            rows = rows.tocsc() if len(columns) > length else rows
        else:
            columns, rows = np.arange(self.rows.shape[1]), self.rows
        for start in range(0, len(columns), length):
            yield columns[start : start + length], rows[:, start : start + length]


@dataclass(frozen=True, eq=False, slots=True)
class Family:
    """Parts whose moments are merged first.

    Attributes:
        parts: list of `WholeCliques` or `Samples`.
        weight: None, or where the parts are the pieces of one clique, what its scatter counts in X'LX per unit of mass.
    """

    parts: list
    weight: float | None = None


def families(G, masses, length, *, by_cliques=True):
    """The parts of a pass.

    Args:
        G: (N, N) relation, validated, without diagonal where it stands for its Laplacian; `Cliques`, or None for no relation.
        masses: (N,) of the samples, each >= 0; where G is `Cliques`, the same within a clique, and above 0 if it has a weight.
        length: how many samples a part has at most.
        by_cliques: whether a partition into cliques is looked for.

    Yields:
        `Family`.
    """
    partition = G if isinstance(G, Cliques) else partition_of(G) if by_cliques else None
    counted = None if partition is None else _masses_of_cliques(partition, masses)
    if counted is not None:
        yield from _by_cliques(partition, counted, length)
        return
    samples = np.arange(len(masses))
    for start in range(0, len(samples), length):
        run = slice(start, start + length)
        yield Family([Samples(samples[run], masses[run], None if G is None else G[run])])


def partition_of(G):
    """The `Cliques` that a sparse relation without diagonal consists of, or None."""
    if not sp.issparse(G):
        return None
    try:
        return cliques(G)
    except NotCliques:
        return None


def _masses_of_cliques(partition, masses):
    """(C,) the mass of a member of each clique, or None where they differ, or a clique has a weight and no mass to bear it."""
    counted = np.zeros(len(partition.sizes))
    counted[partition.labels] = masses
    same = np.abs(masses - counted[partition.labels]) <= SAME * masses
    borne = (counted > 0) | (partition.weights == 0)
    return counted if same.all() and borne.all() else None


def _by_cliques(partition, masses, length):
    """The same for a partition into cliques of members of the same mass, (C,).

    Cliques that count the same come one after the other, so that their differences are multiplied together.
    """
    sizes = partition.sizes
    weights = np.divide(partition.weights * sizes, masses, out=np.zeros(len(sizes)), where=masses > 0)
    order = np.argsort(weights, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    members = np.argsort(rank[partition.labels], kind="stable")
    sizes, weights, masses = sizes[order], weights[order], masses[order]
    ends = np.cumsum(sizes)
    start = 0
    while start < len(sizes):
        begin = ends[start] - sizes[start]
        stop = int(np.searchsorted(ends, begin + length, side="right"))
        if stop > start:
            run = slice(start, stop)
            yield Family([WholeCliques(members[begin : ends[stop - 1]], sizes[run], weights[run], masses[run])])
        else:
            stop = start + 1
            pieces = [members[a : min(a + length, ends[start])] for a in range(begin, ends[start], length)]
            parts = [Samples(piece, np.full(len(piece), masses[start]), None) for piece in pieces]
            yield Family(parts, float(weights[start]))
        start = stop
