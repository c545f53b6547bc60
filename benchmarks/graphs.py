"""Sparse relations of which eigenpairs are found with very different ease: `graph(name, size)`."""

from functools import lru_cache

import numpy as np
import scipy.sparse as sp

from numeric import relations

NEIGHBOURS = 16
SIZES = (2_000, 10_000, 50_000)


def random(size, rng):
    """Every sample chooses its neighbours among all others: an expander, whose factors fill up."""
    chosen = (np.arange(size)[:, None] + rng.integers(1, size, (size, NEIGHBOURS))) % size
    starts = np.arange(0, chosen.size + 1, NEIGHBOURS)
    G = sp.csr_array((np.ones(chosen.size), chosen.ravel(), starts), (size, size))
    G.sum_duplicates()
    G.data[:] = 1.0
    return G.maximum(G.T).tocsr()


def swiss_roll(size, rng):
    """Nearest neighbours on a sheet: small eigenvalues close to each other, and factors that fill up slowly."""
    angle, height = 1.5 * np.pi * (1 + 2 * rng.random(size)), 21 * rng.random(size)
    return relations.from_neighbours(np.c_[angle * np.cos(angle), height, angle * np.sin(angle)], NEIGHBOURS)


def mixture(size, rng):
    """Nearest neighbours of 50 Gaussians in R^50 that overlap a little: as many small eigenvalues, and samples that are
    neighbours of very many others. Minutes for the largest size."""
    centres = rng.standard_normal((50, 50))
    return relations.from_neighbours(centres[rng.integers(0, 50, size)] + rng.standard_normal((size, 50)), NEIGHBOURS)


GRAPHS = {"random": random, "swiss roll": swiss_roll, "mixture": mixture}


@lru_cache
def graph(name, size):
    """The relation, (size, size) csr_array; the same in every run."""
    return GRAPHS[name](size, np.random.default_rng(0))
