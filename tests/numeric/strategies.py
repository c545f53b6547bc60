"""Random relations, each with an event that says which case it is."""

import numpy as np
from hypothesis import event
from hypothesis import strategies as st

KINDS = ("weighted", "wide", "integer", "clique", "path", "empty", "complete")


def arrays(rng_seed=st.integers(0, 2**32 - 1)):
    """A NumPy generator that Hypothesis chose, for entries whose exact values do not matter."""
    return rng_seed.map(np.random.default_rng)


@st.composite
def relations(draw, min_samples=1, max_samples=12, kinds=KINDS):
    """A relation G, (N, N): one of `kinds`, with or without isolated samples and self-loops.

    "wide" has log-uniform weights from 1e-8 to 1e8. Samples are in random order.
    """
    kind = draw(st.sampled_from(kinds))
    n = draw(st.integers(min_samples, max_samples))
    rng = draw(arrays())
    density = draw(st.sampled_from([0.3, 0.7, 1.0]))
    chosen = rng.random((n, n)) < density
    if kind == "weighted":
        G = np.where(chosen, rng.random((n, n)), 0.0)
    elif kind == "wide":
        G = np.where(chosen, 10.0 ** rng.uniform(-8, 8, (n, n)), 0.0)
    elif kind == "integer":
        G = np.where(chosen, rng.integers(1, 4, (n, n)), 0).astype(float)
    elif kind == "clique":
        labels = rng.integers(0, draw(st.integers(1, n)), n)
        G = (labels[:, None] == labels).astype(float)
    elif kind == "path":
        G = np.diag(np.ones(n - 1), 1)
    elif kind == "empty":
        G = np.zeros((n, n))
    else:
        G = np.ones((n, n))
    G = np.triu(G, 1)
    G = G + G.T
    if draw(st.integers(0, 4)) == 0:
        isolated = rng.random(n) < 0.4
        G[isolated] = 0.0
        G[:, isolated] = 0.0
        event("isolated samples", bool(isolated.any()))
    if draw(st.integers(0, 4)) == 0:
        G[np.diag_indices(n)] = 10.0 ** rng.uniform(-8, 8, n)
        event("self-loops")
    order = rng.permutation(n)
    event(f"relation: {kind}")
    return G[np.ix_(order, order)]


def laplacian(G):
    """L, (N, N), dense, from off-diagonal weights only."""
    L = -np.array(G, dtype=float)
    np.fill_diagonal(L, 0.0)
    np.fill_diagonal(L, -L.sum(axis=1))
    return L
