"""Relations of moderate weights, for eigenproblems that float64 solves to many digits: named ones, and random ones."""

import numpy as np
from hypothesis import assume, event
from hypothesis import strategies as st

from tests.numeric.strategies import arrays, laplacian


def weights(n, *edges):
    """G of some edges (i, j, weight)."""
    G = np.zeros((n, n))
    for i, j, w in edges:
        G[i, j] = G[j, i] = w
    return G


def cliques(*sizes):
    """G of a partition, without self-loops."""
    labels = np.repeat(np.arange(len(sizes)), sizes)
    return (labels[:, None] == labels).astype(float) - np.eye(len(labels))


_dense = np.random.default_rng(3).random((6, 6))
GRAPHS = {
    "a path with weights": weights(3, (0, 1, 8), (1, 2, 5)),
    "a star": weights(5, *((0, j, 1) for j in range(1, 5))),
    "two cliques": cliques(2, 3),
    "everyone": np.ones((4, 4)),
    "weighted, with self-loops": _dense + _dense.T,
}


@st.composite
def related(draw, max_samples=7, isolated=False):
    """A relation of 2 to `max_samples` samples, each of positive degree unless `isolated`; with an event for each case."""
    n, rng = draw(st.integers(2, max_samples)), draw(arrays())
    kind = draw(st.sampled_from(("weighted", "integer", "cliques", "path", "cycle", "empty") if isolated else
                                ("weighted", "integer", "cliques", "path", "cycle")))  # fmt: skip
    if kind == "weighted":
        G = rng.uniform(0.2, 2, (n, n)) * (rng.random((n, n)) < 0.7)
    elif kind == "integer":
        G = rng.integers(0, 3, (n, n)).astype(float)
    elif kind == "cliques":
        labels = rng.integers(0, draw(st.integers(1, n)), n)
        G = (labels[:, None] == labels).astype(float)
    else:
        G = np.diag(np.ones(n - 1) * (kind != "empty"), 1)
        G[0, -1] += kind == "cycle"
    G = np.triu(G, 1)
    G = G + G.T
    if draw(st.booleans()):
        G[np.diag_indices(n)] = rng.integers(0, 3, n)
        event("self-loops")
    degrees = G.sum(axis=1)
    assume(isolated or (degrees > 0).all())
    event(f"relation: {kind}")
    event("connected" if (np.linalg.eigvalsh(laplacian(G)) < 1e-9).sum() == 1 else "disconnected")
    event("regular" if np.ptp(degrees) < 1e-9 else "not regular")
    event(f"isolated samples: {bool((degrees == 0).any())}")
    return G


def regular(G):
    """G with self-loops that make every degree the same."""
    degrees = G.sum(axis=1)
    return G + np.diag(degrees.max() - degrees)
