"""The bottom of a Laplacian's spectrum, dense and sparse, and of a pencil."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import event, given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components

from numeric import connected, sparse_spectrum
from numeric.centred import centre
from numeric.moments import pencil_of_moments
from numeric.products import degrees, laplacian_product, without_diagonal
from numeric.spectrum import bottom_eigenpairs, bottom_generalised_eigenpairs
from tests.numeric.graphs import chain, ring
from tests.numeric.strategies import arrays, laplacian, relations


def check_eigenpairs(G, n_pairs, eigenvalues, eigenvectors, *, tolerance=1e-13):
    """All that `bottom_eigenpairs` promises, against LAPACK on the whole of L."""
    L = laplacian(G)
    n = len(L)
    q = min(n_pairs, n - 1)
    norm = np.abs(L).sum(axis=1).max()
    assert eigenvalues.shape == (q,)
    assert eigenvectors.shape == (n, q)
    assert (eigenvalues >= 0).all()
    assert (np.diff(eigenvalues) >= 0).all()
    np.testing.assert_allclose(eigenvectors.T @ eigenvectors, np.eye(q), atol=1e-12)
    np.testing.assert_allclose(eigenvectors.sum(axis=0), 0.0, atol=1e-13 * n)
    np.testing.assert_allclose(L @ eigenvectors, eigenvectors * eigenvalues, rtol=0, atol=tolerance * norm)
    np.testing.assert_allclose(eigenvalues, np.linalg.eigvalsh(L)[1 : q + 1], rtol=0, atol=tolerance * norm)


@settings(max_examples=300)
@given(G=relations(max_samples=14), n_pairs=st.integers(1, 16), sparse=st.booleans())
def test_eigenpairs_of_any_relation(G, n_pairs, sparse):
    eigenvalues, eigenvectors = bottom_eigenpairs(sp.csr_array(G) if sparse else G, n_pairs)
    check_eigenpairs(G, n_pairs, eigenvalues, eigenvectors)
    components = connected_components(sp.csr_array(G))[0]
    event("connected" if components == 1 else "disconnected")
    zeros = min(components - 1, eigenvalues.size)
    assert (eigenvalues[:zeros] == 0).all()  # to the last bit


def test_components_do_not_disturb_each_other():
    """Weights of 1e-8 beside weights of 1e8: each component is accurate in its own units."""
    small, large = 1e-8 * (1 - np.eye(3)), 1e8 * (1 - np.eye(4))
    G = np.block([[small, np.zeros((3, 4))], [np.zeros((4, 3)), large]])
    order = np.array([6, 0, 3, 5, 2, 1, 4])
    eigenvalues, _ = bottom_eigenpairs(G[np.ix_(order, order)], 6)
    np.testing.assert_allclose(eigenvalues, [0, 3e-8, 3e-8, 4e8, 4e8, 4e8], rtol=1e-14)


@pytest.mark.parametrize("kind", [np.asarray, sp.csr_array])
def test_the_diagonal_has_no_influence(kind):
    G = np.diag([1.0, 2.0], 1) + np.diag([1.0, 2.0], -1)
    loops = G + np.diag([1e16, 3.0, 1e-3])
    for ours, wanted in zip(bottom_eigenpairs(kind(loops), 2), bottom_eigenpairs(G, 2), strict=True):
        np.testing.assert_array_equal(ours, wanted)
    Z = np.array([[1.0], [2.0], [4.0]])
    np.testing.assert_allclose(laplacian_product(kind(loops), Z), laplacian(G) @ Z, rtol=1e-14)
    stripped = without_diagonal(kind(loops))
    np.testing.assert_array_equal(stripped.toarray() if sp.issparse(stripped) else stripped, G)
    original = kind(G)
    assert without_diagonal(original) is original


@given(
    G=relations(kinds=("weighted", "clique", "empty")),
    columns=st.integers(1, 4),
    rng=arrays(),
    sparse=st.booleans(),
)
def test_laplacian_product_and_degrees(G, columns, rng, sparse):
    Z = rng.standard_normal((len(G), columns))
    given_as = sp.csr_array(G) if sparse else G
    np.testing.assert_allclose(degrees(given_as), G.sum(axis=1), rtol=1e-14)
    np.testing.assert_allclose(laplacian_product(given_as, Z), laplacian(G) @ Z, rtol=0, atol=1e-13)


def grid(n):
    return sp.csr_array(sp.kron(sp.eye_array(n), chain(n)) + sp.kron(chain(n), sp.eye_array(n)))


def wide(G):
    G = sp.triu(G, 1).tocsr()
    G.data = 10.0 ** np.random.default_rng(0).uniform(-8, 8, G.nnz)
    return G + G.T


def expander(n):
    offsets = np.random.default_rng(1).permuted(np.tile(np.arange(n), (5, 1)), axis=1)
    G = sp.csr_array((np.ones(5 * n), (np.tile(np.arange(n), 5), offsets.ravel())), shape=(n, n))
    return G + G.T


def star(n):
    edges = sp.csr_array((np.ones(n - 1), (np.zeros(n - 1, int), np.arange(1, n))), shape=(n, n))
    return edges + edges.T


LARGE = {
    "path": chain(700),
    "ring": ring(700),  # every eigenvalue twice
    "grid": grid(26),
    "expander": expander(700),
    "star": star(700),  # one eigenvalue n - 2 times
    "clique": sp.csr_array(1.0 - np.eye(650)),
    "weighted expander": wide(expander(700)),
    "two rings": sp.block_diag([ring(620), ring(620)], format="csr"),
    "ring and small cliques": sp.block_diag([ring(650), 1 - np.eye(4), 1 - np.eye(9), [[0.0]]], format="csr"),
}


@pytest.mark.parametrize("G", LARGE.values(), ids=LARGE.keys())
def test_the_sparse_route_agrees_with_the_dense_one(G, monkeypatch):
    monkeypatch.setattr(connected, "FALLBACK_SIZE", 0)  # no way out
    eigenvalues, eigenvectors = bottom_eigenpairs(G, 7)
    check_eigenpairs(G.toarray(), 7, eigenvalues, eigenvectors)
    again = bottom_eigenpairs(G, 7)
    assert eigenvalues.tobytes() == again[0].tobytes()
    assert eigenvectors.tobytes() == again[1].tobytes()


def test_a_graph_that_rounding_disconnects_takes_the_dense_route_or_says_why(monkeypatch):
    """A path with weights from 1e-8 to 1e8: a quarter of its eigenvalues is below the rounding of L."""
    G = wide(chain(700))
    check_eigenpairs(G.toarray(), 7, *bottom_eigenpairs(G, 7))
    monkeypatch.setattr(connected, "FALLBACK_SIZE", 0)
    with pytest.raises(RuntimeError, match="its weights differ too much in size"):
        bottom_eigenpairs(G, 7)


def failing(*_):
    raise RuntimeError("out of memory")


def test_a_failed_sparse_route_falls_back_to_the_dense_one_or_says_why(monkeypatch):
    for route in ("_complement", "_inverse", "_multigrid"):
        monkeypatch.setattr(sparse_spectrum, route, failing)
    G = ring(610)
    check_eigenpairs(G.toarray(), 3, *bottom_eigenpairs(G, 3))
    monkeypatch.setattr(connected, "FALLBACK_SIZE", 609)
    with pytest.raises(RuntimeError, match="connected component of 610 samples"):
        bottom_eigenpairs(G, 3)


def test_pairs_with_a_large_residual_are_not_returned(monkeypatch):
    for route in ("_complement", "_inverse", "_multigrid"):
        monkeypatch.setattr(sparse_spectrum, route, lambda *_: np.eye(610, 3))
    monkeypatch.setattr(connected, "FALLBACK_SIZE", 609)
    with pytest.raises(RuntimeError, match="residual"):
        bottom_eigenpairs(ring(610), 3)


@settings(max_examples=150)
@given(
    size=st.integers(1, 9),
    rank=st.integers(0, 9),
    n_pairs=st.integers(1, 11),
    rng=arrays(),
    units=st.floats(-6, 6),
)
def test_a_pencil_of_any_rank(size, rank, n_pairs, rng, units):
    """A = F F' and B = F M F' have the eigenvalues of M, whatever F with independent columns."""
    rank = min(rank, size)
    F = rng.standard_normal((size, rank)) * 10.0 ** (units * rng.random((size, 1)))  # features in different units
    M = laplacian(rng.random((rank, rank))) if rank else np.zeros((0, 0))
    M = (M + M.T) / 2
    M += np.diag(rng.integers(0, 2, rank) - M.sum(axis=1))
    eigenvalues, eigenvectors = bottom_generalised_eigenpairs(F @ M @ F.T, F @ F.T, n_pairs)
    event("full rank" if rank == size else "rank-deficient")
    q = min(n_pairs, rank)
    assert eigenvalues.shape == (q,)
    assert eigenvectors.shape == (size, q)
    if q:
        singular_values = np.linalg.svd(F / np.linalg.norm(F, axis=1, keepdims=True), compute_uv=False)
        tolerance = 1e-13 * (singular_values[0] / singular_values[-1]) ** 2
        wanted = np.linalg.eigvalsh(M)
        norm = np.abs(wanted).max()
        np.testing.assert_allclose(eigenvalues, np.maximum(wanted[:q], 0), rtol=0, atol=tolerance * norm)
        np.testing.assert_allclose(eigenvectors.T @ F @ F.T @ eigenvectors, np.eye(q), atol=tolerance)
        form = eigenvectors.T @ F @ M @ F.T @ eigenvectors
        np.testing.assert_allclose(form, np.diag(eigenvalues), rtol=0, atol=tolerance * norm)


def test_a_zero_pencil_has_no_pairs():
    eigenvalues, eigenvectors = bottom_generalised_eigenpairs(np.zeros((3, 3)), np.zeros((3, 3)), 2)
    assert eigenvalues.shape == (0,)
    assert eigenvectors.shape == (3, 0)


@settings(max_examples=60)
@given(G=relations(min_samples=2, kinds=("weighted", "clique", "path")), features=st.integers(1, 5), rng=arrays())
def test_moments_are_those_of_the_centred_inputs(G, features, rng):
    X = rng.standard_normal((len(G), features)) + 3.0
    n = len(G)
    H = np.eye(n) - 1 / n
    A, B, bound = pencil_of_moments(X, sp.csr_array(G))
    np.testing.assert_allclose(A, X.T @ H @ X / n, rtol=0, atol=1e-12)
    np.testing.assert_allclose(B, X.T @ laplacian(G) @ X / n, rtol=0, atol=1e-11)
    assert bound >= np.linalg.eigvalsh(laplacian(G))[-1] * (1 - 1e-14)


def test_a_constant_feature_is_centred_to_exact_zeros():
    X = np.column_stack([np.full(7, 0.1), np.full(7, 1e9 / 3), np.arange(7.0)])
    np.testing.assert_array_equal(centre(X), np.column_stack([np.zeros((7, 2)), np.arange(-3.0, 4.0)]))
