"""Sparse graphs, of any number of samples, whose spectra are known."""

import scipy.sparse as sp


def chain(n):
    """G of a path: 2 cos(k pi / (n + 1)), k = 1, ..., n; of L, 2 - 2 cos(k pi / n), k = 0, ..., n - 1."""
    G = sp.diags_array([1.0] * (n - 1), offsets=1, shape=(n, n))
    return (G + G.T).tocsr()


def ring(n):
    """G of a cycle: 2 cos(2 k pi / n), k = 0, ..., n - 1, all but the first, and for even n the last, twice."""
    G = chain(n).tolil()
    G[0, n - 1] = G[n - 1, 0] = 1.0
    return G.tocsr()
