"""What tests of the transformer share: methods, samples related in simple ways, and representations compared."""

import numpy as np

from numeric import relations
from numeric.methods import methods

SOLVED = sorted(set(methods()) - {"simclr"})  # those with a closed form over linear maps


def by_rank(X, y):
    """Each sample to the next one in the order of the first column."""
    order = np.argsort(X[:, 0], kind="stable")
    G = np.zeros((len(X), len(X)))
    G[order[1:], order[:-1]] = G[order[:-1], order[1:]] = 1
    return G


def by_neighbours(X, n_neighbors=5):
    return relations.from_neighbours(X, n_neighbors) / n_neighbors


def grams_agree(Z_a, Z_b, tolerance=1e-8):
    np.testing.assert_allclose(Z_a @ Z_a.T, Z_b @ Z_b.T, rtol=0, atol=tolerance * np.linalg.norm(Z_a) ** 2)
