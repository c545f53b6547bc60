"""Partitions into cliques: whether a relation is one, and if not, the samples that show it."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import connected_components

SAME = 64 * np.finfo(np.float64).eps
"""Weights closer than this, relatively, count as equal."""


class NotCliques(ValueError):
    """The relation is no partition into cliques with equal weights in each; the message names samples that show it."""


@dataclass(frozen=True, eq=False, slots=True)
class Cliques:
    """A partition of the samples, with the same weight between any two members of a clique.

    Attributes:
        labels: (N,) the clique of every sample; 0, 1, ... in the order of their first samples.
        sizes: (C,) how many samples each clique has; 1 for a sample without positives.
        weights: (C,) the weight inside each clique; 0 for a sample without positives.
    """

    labels: np.ndarray
    sizes: np.ndarray
    weights: np.ndarray

    def tally(self):
        """The sizes in words, largest first: "1 of 4, 2 of 3"."""
        sizes, counts = np.unique(self.sizes, return_counts=True)
        return ", ".join(f"{count} of {size}" for size, count in zip(sizes[::-1], counts[::-1], strict=True))


def parts_of(G):
    """(C, labels): how many connected parts a symmetric csr_array has, and of every sample, (N,), which it is in.

    Parts are numbered in the order of their first samples. Those of a symmetric graph are its strong components, which take
    one pass over its rows; without the direction of its edges, SciPy would transpose it first.
    """
    return connected_components(G, directed=True, connection="strong")


def cliques(G):
    """The cliques that a relation consists of.

    Args:
        G: (N, N) csr_array, symmetric, positive where stored, without diagonal.

    Returns:
        Cliques.

    Raises:
        NotCliques: two samples are linked through others and are no positives, or two weights in a clique differ.
    """
    _, labels = parts_of(G)
    sizes = np.bincount(labels)
    lowest, highest, complete = clique_weights(G, labels, sizes)
    if not complete.all():
        i = int(np.flatnonzero(np.diff(G.indptr) < sizes[labels] - 1)[0])
        members = np.flatnonzero(labels == labels[i])
        j = int(np.setdiff1d(members, np.append(G.indices[G.indptr[i] : G.indptr[i + 1]], i))[0])
        raise NotCliques(f"samples {i} and {j} are linked through others but are no positives of each other")
    uneven = np.flatnonzero(highest - lowest > SAME * highest)
    if uneven.size:
        rows = np.repeat(np.arange(len(labels)), np.diff(G.indptr))  # of every entry
        inside = np.flatnonzero(labels[rows] == uneven[0])
        ends = [inside[choose(G.data[inside])] for choose in (np.argmin, np.argmax)]
        found = " and ".join(f"G[{rows[e]}, {G.indices[e]}] = {G.data[e]:g}" for e in ends)
        raise NotCliques(f"weights in a clique differ, {found}")
    return Cliques(labels, sizes, highest)


def clique_weights(G, labels, sizes):
    """Of every connected component the smallest and the largest weight, and whether all pairs of samples are related.

    Args:
        G: (N, N) csr_array, symmetric, positive where stored, without diagonal.
        labels: (N,) the component of every sample.
        sizes: (C,) how many samples each has.

    Returns:
        lowest, highest: (C,) weights; 0 for a sample without positives.
        complete: (C,) of Booleans.
    """
    rows = np.flatnonzero(np.diff(G.indptr))
    lowest, highest = np.where(sizes == 1, 0.0, np.inf), np.zeros(len(sizes))
    if rows.size:
        np.minimum.at(lowest, labels[rows], np.minimum.reduceat(G.data, G.indptr[rows]))
        np.maximum.at(highest, labels[rows], np.maximum.reduceat(G.data, G.indptr[rows]))
    complete = np.bincount(labels, np.diff(G.indptr)) == sizes * (sizes - 1.0)
    return lowest, highest, complete
