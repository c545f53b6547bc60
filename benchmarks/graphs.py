"""Sparse relations of which eigenpairs are found with very different ease: `graph(name, size)`."""

import numpy as np
import scipy.sparse as sp

from numeric import relations

NEIGHBOURS = 16


def random(size):
    """Every sample chooses its neighbours among all others: an expander, whose factors fill up."""
    rng = np.random.default_rng(0)
    chosen = (np.arange(size)[:, None] + rng.integers(1, size, (size, NEIGHBOURS))) % size
    G = sp.csr_array((np.ones(chosen.size), chosen.ravel(), np.arange(0, chosen.size + 1, NEIGHBOURS)), (size, size))
    G.sum_duplicates()
    G.data[:] = 1.0
    return G.maximum(G.T).tocsr()


def swiss_roll(size):
    """Nearest neighbours on a sheet: small eigenvalues close to each other, and factors that fill up slowly."""
    rng = np.random.default_rng(0)
    angle, height = 1.5 * np.pi * (1 + 2 * rng.random(size)), 21 * rng.random(size)
    return relations.from_neighbours(np.c_[angle * np.cos(angle), height, angle * np.sin(angle)], NEIGHBOURS)


def mixture(size):
    """Nearest neighbours of 50 Gaussians in R^50 that overlap a little: as many small eigenvalues, then a bulk."""
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((50, 50))
    return relations.from_neighbours(centres[rng.integers(0, 50, size)] + rng.standard_normal((size, 50)), NEIGHBOURS)


GRAPHS = {"random": random, "swiss roll": swiss_roll, "mixture": mixture}
SIZES = (2_000, 10_000, 50_000)
