"""The relations that figures are drawn of."""

import numpy as np
from scipy.linalg import circulant

from numeric import relations


def ring(n_samples):
    """Each sample related to the two beside it, by 1/2, (N, N): the eigenvalues are cos(2 pi k/N), and all rows sum to one."""
    beside = np.zeros(n_samples)
    beside[[1, -1]] = 0.5
    return circulant(beside)


def row(n_samples):
    """Each sample related to the next, (N, N)."""
    return relations.from_neighbours(np.arange(n_samples)[:, None], 1, sparse=False)


def plane(n_samples, n_neighbors, seed):
    """Points of the plane, normally distributed, each related to its nearest ones, (N, N)."""
    points = np.random.default_rng(seed).standard_normal((n_samples, 2))
    return relations.from_neighbours(points, n_neighbors, sparse=False)
