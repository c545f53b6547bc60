"""Random problems for Barlow Twins, and what the spectrum of a relation says of them, written plainly."""

import numpy as np
from hypothesis import assume, event
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components

from tests.numeric import strategies
from tests.numeric.strategies import arrays

KINDS = ("weighted", "wide", "integer", "clique", "path", "complete")


@st.composite
def problems(draw, max_samples=9, kinds=KINDS):
    """(G, K, center), K in 1..N + 3: a relation that has a direction, of every sign; isolated samples and self-pairs in some.

    Instances with an eigenvalue that may or may not be taken for 0 are rejected.
    """
    kind = draw(st.sampled_from(["relation", "relation", "relation", "dominant", "gram", "complete"]))
    rng = draw(arrays())
    if kind == "gram":  # positive semidefinite, with zeros
        n = draw(st.integers(2, max_samples))
        F = rng.random((n, draw(st.integers(1, n))))
        G = F @ F.T
    elif kind == "complete":  # negative off the constant
        n = draw(st.integers(2, max_samples))
        G = np.triu(1 + draw(st.sampled_from([0.0, 0.1])) * rng.random((n, n)), 1)
        G = G + G.T
    else:
        G = draw(strategies.relations(min_samples=2, max_samples=max_samples, kinds=kinds))
        if kind == "dominant":  # positive definite
            np.fill_diagonal(G, G.sum(axis=1) * rng.uniform(1, 2, len(G)) + 0.1 * G.max())
    G = (G + G.T) / 2
    center = draw(st.booleans())
    drawn = G.sum(axis=1) > 0
    assume(drawn.sum() > center)
    g = spectrum(G, center)
    assume(not ((np.abs(g) > 1e-13) & (np.abs(g) < 1e-11)).any())
    K = draw(st.integers(1, len(G) + 3))
    event("centred", center)
    event("K within N" if len(G) >= K else "K above N")
    event("isolated samples", bool(not drawn.all()))
    event("several components", connected_components(G[np.ix_(drawn, drawn)])[0] > 1)
    event("regular", bool(np.ptp(G.sum(axis=1)) <= 1e-12 * G.sum(axis=1).max()))
    event("self-pairs", bool(G.diagonal().any()))
    return G, K, center


def normalised(G, center):
    """A on the samples with positives, and its compression to the complement of D^{1/2} 1 if centred."""
    d = G.sum(axis=1)
    A = G[np.ix_(d > 0, d > 0)] / np.sqrt(np.outer(d[d > 0], d[d > 0]))
    if not center:
        return A
    basis = np.linalg.svd(np.sqrt(d[d > 0])[:, None])[0][:, 1:]
    return basis.T @ A @ basis


def spectrum(G, center):
    """All eigenvalues, descending, those that are rounding 0."""
    g = np.linalg.eigvalsh(normalised(G, center))[::-1]
    return np.where(np.abs(g) > 1e-12, g, 0.0)


def roots(G):
    """sqrt(d/v), and 1 for samples without positives, (N, 1): with them, Y has rows that are all as steep."""
    d = G.sum(axis=1)
    return np.sqrt(np.where(d > 0, d / d.sum(), 1.0))[:, None]


def case(g, K):
    """Which of the cases of `barlow-optimum` a spectrum is in."""
    needed = np.sum(1 / g[g > 0][:K])
    if abs(needed - K) <= 1e-9 * K:
        return "between a and another"
    if needed > K:
        return "a"
    if (g > 0).all():
        return "c, positive"
    if (g < 0).all():
        return "c, negative"
    return "b, with an eigenvalue 0" if (g == 0).any() else "b, without"


def start(rng, G, K):
    """Entries of which all rows count about the same, whatever their degrees."""
    return rng.standard_normal((len(G), K)) / roots(G)
