"""Random relations, each with an event that says which case it is."""

import numpy as np
from hypothesis import assume, event
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


SIGNS = ("gaussian", "repeated", "low rank", "negative", "integer", "sparse", "relation")


@st.composite
def symmetric_matrices(draw, min_samples=1, max_samples=12, kinds=SIGNS):
    """(G, number of positive eigenvalues), G (N, N) symmetric of any sign: one of `kinds`, at any scale.

    The number is counted from how G is made, or from its spectrum where that leaves no doubt.
    """
    kind = draw(st.sampled_from(kinds))
    n, rng = draw(st.integers(min_samples, max_samples)), draw(arrays())
    scale = 10.0 ** draw(st.sampled_from([0, 0, 0, -20, 20]))
    event(f"matrix: {kind}")
    if kind == "relation":
        G = draw(relations(n, n))
    elif kind == "sparse":
        upper = np.triu(np.where(rng.random((n, n)) < 0.25, rng.standard_normal((n, n)), 0.0))
        G = upper + upper.T
    elif kind == "integer":
        upper = np.triu(rng.integers(-2, 3, (n, n)))
        G = (upper + upper.T).astype(float)
    else:
        rank = int(rng.integers(0, n + 1)) if kind == "low rank" else n
        if kind == "repeated":
            eigenvalues = rng.choice([-1.0, 0.5, 2.0], n)
        elif kind == "low rank":
            eigenvalues = np.append(rng.uniform(0.1, 1, rank), np.zeros(n - rank))
        else:
            eigenvalues = rng.standard_normal(n) if kind == "gaussian" else -rng.uniform(0, 1, n)
        Q = np.linalg.qr(rng.standard_normal((n, n)))[0]
        G = (Q * eigenvalues) @ Q.T
        G = (G + G.T) / 2
    G = scale * G
    spectrum = np.linalg.eigvalsh(G)
    size = np.linalg.norm(G)
    doubtful = (np.abs(spectrum) > 1e-14 * n * size) & (np.abs(spectrum) < 1e-10 * size)
    assume(not doubtful.any())
    return G, int((spectrum > 1e-11 * size).sum())
