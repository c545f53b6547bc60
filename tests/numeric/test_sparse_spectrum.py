"""The routes to sparse eigenpairs: each forced on small graphs against LAPACK; the choice; what large hard graphs give."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import event, given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components

from numeric import connected, multigrid, sparse_spectrum
from numeric.sparse_spectrum import RESIDUAL, envelope, sparse_bottom_eigenpairs
from numeric.spectrum import bottom_eigenpairs
from tests.numeric.graphs import chain, ring
from tests.numeric.strategies import arrays, laplacian, relations

ROUTES = ("_complement", "_inverse", "_multigrid")


def only(monkeypatch, route):
    monkeypatch.setattr(sparse_spectrum, "_routes", lambda *_: [getattr(sparse_spectrum, route)])


def norm_of(L):
    return abs(L).sum(axis=1).max()


@pytest.mark.parametrize("route", ROUTES)
@settings(max_examples=60, deadline=None)
@given(
    graphs=st.data(),
    count=st.integers(1, 6),
    spread=st.sampled_from([0.0, 1.0]),
    exponent=st.sampled_from([0, -900, 400]),
    rng=arrays(),
)
def test_each_route_agrees_with_the_dense_one(route, graphs, count, spread, exponent, rng):
    G = graphs.draw(
        relations(min_samples=40, max_samples=70, kinds=("weighted", "integer", "path", "complete", "clique"))
    )
    np.fill_diagonal(G, 0.0)
    n = len(G)
    G = np.maximum(G, 0.01 * (np.eye(n, k=1) + np.eye(n, k=-1)))  # connected
    roots = np.exp(rng.uniform(-spread, spread, n) / 2)
    S = np.ldexp(laplacian(G) / roots[:, None] / roots, exponent)
    null, norm = roots / np.linalg.norm(roots), 2 * S.diagonal().max() * np.exp(spread)
    with pytest.MonkeyPatch.context() as patched:
        only(patched, route)
        patched.setattr(multigrid, "COARSEST", 15)
        patched.setattr(sparse_spectrum, "SMALL", 0.0)
        patched.setattr(sparse_spectrum.lobpcg, "STEPS", 1000)
        patched.setattr(sparse_spectrum.lanczos, "RESTARTS", 2000)
        pairs = sparse_bottom_eigenpairs(sp.csr_array(S), norm, count, null)
    assert pairs is not None
    eigenvalues, vectors = pairs
    wanted = np.ldexp(np.linalg.eigvalsh(np.ldexp(S, -exponent))[1 : count + 1], exponent)
    event("repeated" if (np.diff(wanted) < 1e-9 * norm).any() else "simple")
    np.testing.assert_allclose(eigenvalues, wanted, rtol=0, atol=1e-12 * norm)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(count), atol=1e-11)
    np.testing.assert_allclose(null @ vectors, 0.0, atol=1e-11)
    assert np.linalg.norm(S @ vectors / norm - vectors * (eigenvalues / norm), axis=0).max() <= RESIDUAL


@settings(max_examples=80)
@given(G=relations(max_samples=25))
def test_the_envelope_bounds_a_factor(G):
    """The entries below the diagonal that a Cholesky factor in the same order has, and the operations it takes."""
    A = laplacian(G > 0) + np.eye(len(G))
    entries, operations = envelope(sp.csr_array(A))
    order = sparse_spectrum.reverse_cuthill_mckee(sp.csr_array(A), symmetric_mode=True)
    factor = np.tril(np.abs(np.linalg.cholesky(A[np.ix_(order, order)])) > 1e-14, -1)
    event(f"{connected_components(sp.csr_array(A))[0] > 1}")
    assert factor.sum() <= entries <= len(G) ** 2 / 2
    assert entries**2 / len(G) <= operations <= entries * len(G)


def test_the_envelopes_of_a_chain_and_a_complete_graph():
    assert envelope(chain(100)) == (99, 99)
    assert envelope(sp.csr_array(1 - np.eye(5))) == (10, 30)  # 0 + 1 + 2 + 3 + 4


def names(G, null=True):
    n = G.shape[0]
    routes = sparse_spectrum._routes(G, np.full(n, n**-0.5) if null else None)
    return [route.__name__ for route in routes]


def test_the_order_of_the_routes():
    assert names(chain(5000)) == ["_inverse", "_complement", "_multigrid"]
    assert names(expander(2000)) == ["_complement", "_inverse", "_multigrid"]
    assert names(expander(10_000)) == ["_complement", "_multigrid", "_inverse"]
    assert names(expander(40_000)) == ["_complement", "_multigrid"]
    assert names(expander(10_000), null=False) == ["_complement", "_inverse"]


def expander(n):
    rng = np.random.default_rng(1)
    rows, columns = np.repeat(np.arange(n), 8), rng.integers(0, n, 8 * n)
    G = sp.coo_array((np.ones(8 * n), (rows, columns)), (n, n)).tocsr()
    return (G + G.T + ring(n)).tocsr()


def star(n):
    edges = sp.csr_array((np.ones(n - 1), (np.zeros(n - 1, int), np.arange(1, n))), shape=(n, n))
    return (edges + edges.T).tocsr()


def joined(block, parts, weight):
    """Copies of a graph in a chain, from the last sample of one to the first of the next."""
    size = block.shape[0]
    G = sp.block_diag([block] * parts, format="lil")
    for part in range(1, parts):
        i, j = part * size - 1, part * size
        G[i, j] = G[j, i] = weight
    return G.tocsr()


def clique(n):
    return sp.csr_array(1.0 - np.eye(n))


def bipartite(m, n):
    return sp.csr_array(np.block([[np.zeros((m, m)), np.ones((m, n))], [np.ones((n, m)), np.zeros((n, n))]]))


def spread_out(G, decades):
    upper = sp.triu(G, 1).tocsr()
    upper.data = 10.0 ** np.random.default_rng(0).uniform(-decades, 0, upper.nnz)
    return (upper + upper.T).tocsr()


def path_spectrum(n, count):
    return 4 * np.sin(np.arange(1, count + 1) * np.pi / (2 * n)) ** 2


HARD = {
    "path": (chain(5000), path_spectrum(5000, 12)),
    "ring": (ring(5000), np.repeat(4 * np.sin(np.arange(1, 7) * np.pi / 5000) ** 2, 2)),
    "star": (star(5000), np.ones(12)),
    "barbell": (sp.csr_array(joined(clique(400), 2, 1.0)), None),
    "cliques in a chain": (joined(clique(40), 50, 1e-6), None),
    "bipartite": (bipartite(7, 900), np.full(12, 7.0)),
    "expander": (expander(20_000), None),
    "rings, all the same": (sp.block_diag([ring(700)] * 8, format="csr"), None),
    "weights over 12 decades": (spread_out(expander(2000), 12), None),
    "path with weights over 4 decades": (spread_out(chain(5000), 4), None),
}


@pytest.mark.parametrize(("G", "wanted"), HARD.values(), ids=HARD.keys())
def test_hard_graphs(G, wanted, monkeypatch):
    monkeypatch.setattr(connected, "FALLBACK_SIZE", 0)  # no way out
    eigenvalues, P = bottom_eigenpairs(G, 12)
    L = sp.csr_array(sp.diags_array(G.sum(axis=1)) - G)
    norm = norm_of(L)
    np.testing.assert_allclose(P.T @ P, np.eye(12), atol=1e-11)
    np.testing.assert_allclose(P.sum(axis=0), 0.0, atol=1e-9)
    assert np.linalg.norm(L @ P - P * eigenvalues, axis=0).max() <= RESIDUAL * norm
    if wanted is None and len(P) <= 2000:
        wanted = np.linalg.eigvalsh(L.toarray())[1:13]
    if wanted is not None:
        np.testing.assert_allclose(eigenvalues, wanted, rtol=0, atol=1e-13 * norm)
    again = bottom_eigenpairs(G, 12)
    assert eigenvalues.tobytes() == again[0].tobytes()
    assert P.tobytes() == again[1].tobytes()


def test_rings_all_the_same_have_all_copies():
    G, _ = HARD["rings, all the same"]
    eigenvalues, _ = bottom_eigenpairs(G, 7 + 16 + 2)
    smallest = 4 * np.sin(np.arange(1, 3) * np.pi / 700) ** 2
    np.testing.assert_allclose(eigenvalues, np.repeat([0, *smallest], [7, 16, 2]), rtol=0, atol=1e-13)


@pytest.mark.parametrize("missing", [1, 2, 40])
def test_nearly_all_eigenpairs(missing):
    G = ring(800)
    eigenvalues, P = bottom_eigenpairs(G, 800 - missing)
    wanted = np.sort(4 * np.sin(np.arange(1, 800) * np.pi / 800) ** 2)[: 800 - missing]
    np.testing.assert_allclose(eigenvalues, wanted, rtol=0, atol=1e-13)
    np.testing.assert_allclose(P.T @ P, np.eye(len(wanted)), atol=1e-12)


def test_clusters_that_lanczos_leaves_to_multigrid():
    """Eight expanders joined by a few edges: seven eigenvalues far below the others, and factors that fill up."""
    rng = np.random.default_rng(0)
    G = sp.block_diag([expander(2500)] * 8, format="csr")
    ends = rng.integers(0, 20_000, (2, 40))
    edges = sp.coo_array((np.full(40, 0.01), ends), G.shape)
    G = sp.csr_array(G + edges + edges.T)
    G = sp.csr_array(G - sp.diags_array(G.diagonal()))
    L = sp.csr_array(sp.diags_array(G.sum(axis=1)) - G)
    called, honest = [], sparse_spectrum.Multigrid
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sparse_spectrum, "Multigrid", lambda *given: called.append(1) or honest(*given))
        eigenvalues, P = bottom_eigenpairs(G, 7)
    assert called
    assert np.linalg.norm(L @ P - P * eigenvalues, axis=0).max() <= RESIDUAL * norm_of(L)
    np.testing.assert_allclose(P.T @ P, np.eye(7), atol=1e-11)
    parts = np.kron(np.eye(8), np.ones((2500, 1)) / 50)
    between = np.linalg.eigvalsh(parts.T @ (L @ parts))[1:]  # by Cauchy's interlacing no less than the eigenvalues
    assert (eigenvalues <= between * (1 + 1e-12)).all()
    assert (eigenvalues >= 0.9 * between).all()
