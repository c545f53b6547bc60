"""The top of the spectrum of a symmetric matrix, dense and sparse, and of the same matrix seen through inputs."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from scipy.linalg import block_diag

from numeric import relation_spectrum, relations, sparse_spectrum
from numeric.relation_spectrum import ROUNDING, squared_norm, top_eigenpairs, top_generalised_eigenpairs
from tests.numeric.graphs import chain, ring
from tests.numeric.strategies import arrays, symmetric_matrices


def check_eigenpairs(G, n_pairs, eigenvalues, eigenvectors, *, tolerance=1e-13):
    """All that `top_eigenpairs` promises, against LAPACK on the whole of G."""
    n = len(G)
    q = min(n_pairs, n)
    norm = np.linalg.norm(G)
    assert eigenvalues.shape == (q,)
    assert eigenvectors.shape == (n, q)
    assert (np.diff(eigenvalues) <= 0).all()
    np.testing.assert_allclose(eigenvectors.T @ eigenvectors, np.eye(q), atol=1e-12)
    off = ROUNDING + tolerance
    np.testing.assert_allclose(G @ eigenvectors, eigenvectors * eigenvalues, rtol=0, atol=off * norm)
    np.testing.assert_allclose(eigenvalues, np.linalg.eigvalsh(G)[::-1][:q], rtol=0, atol=off * norm)
    assert not ((eigenvalues != 0) & (np.abs(eigenvalues) <= ROUNDING * norm)).any()


@settings(max_examples=300)
@given(problem=symmetric_matrices(max_samples=14), n_pairs=st.integers(1, 16), sparse=st.booleans())
def test_eigenpairs_of_any_symmetric_matrix(problem, n_pairs, sparse):
    G, positive = problem
    eigenvalues, eigenvectors = top_eigenpairs(sp.csr_array(G) if sparse else G, n_pairs)
    check_eigenpairs(G, n_pairs, eigenvalues, eigenvectors)
    assert (eigenvalues > 0).sum() == min(n_pairs, positive)
    event("negative eigenvalues among the largest", bool((eigenvalues < 0).any()))
    event("repeated eigenvalues", bool((np.diff(eigenvalues) == 0).any() and len(eigenvalues) > 1))


@pytest.mark.parametrize("kind", [np.asarray, sp.csr_array])
def test_rounding_is_zero(kind):
    """Cliques and weights that no float holds: of the seven samples three groups, and nothing else."""
    labels = np.array([0, 1, 0, 2, 1, 0, 2])
    for G in (0.1 * (labels[:, None] == labels), 1e-290 / 3 * (labels[:, None] == labels)):
        eigenvalues, _ = top_eigenpairs(kind(G), 7)
        np.testing.assert_allclose(eigenvalues[:3], G.max() * np.array([3, 2, 2]), rtol=1e-13)
        assert (eigenvalues[3:] == 0).all()
    for size in (0.0, 1e-3):
        eigenvalues, eigenvectors = top_eigenpairs(kind(size * np.eye(3)), 2, error=1e-2)
        assert (eigenvalues == 0).all()
        np.testing.assert_allclose(eigenvectors.T @ eigenvectors, np.eye(2), atol=1e-15)
    assert (top_eigenpairs(kind(np.diag([0.5, -1e-3, -1.0])), 3, error=1e-2)[0] == [0.5, 0, -1]).all()
    # the error or the rounding, whichever is larger; on the bound is within it
    assert (top_eigenpairs(kind(np.diag([1.0, 0.25 + 5e-13, 0.25 - 5e-13])), 3, error=0.25)[0] != 0).tolist() == [
        1,
        1,
        0,
    ]
    assert top_eigenpairs(kind([[0.25]]), 1, error=0.25)[0] == 0


def random(n, negative):
    rng = np.random.default_rng(n)
    rows, columns = rng.integers(0, n, (2, 4 * n))
    G = sp.csr_array((rng.uniform(-1.0 if negative else 0.0, 1.0, 4 * n), (rows, columns)), shape=(n, n))
    return (G + G.T).tocsr()


LARGE = {
    "path": chain(700),
    "ring": ring(700),  # every eigenvalue but the largest twice
    "random": random(700, False),
    "random of both signs": random(700, True),
    "negative ring": -ring(701),  # the largest twice
    "clique": sp.csr_array(1.0 - np.eye(650)),  # -1, 649 times
    "two rings": sp.block_diag([ring(620), ring(620)], format="csr"),
    "ring and others": sp.block_diag([ring(650), 1 - np.eye(4), 3 * np.eye(2), [[-9.0]], [[0.0]]], format="csr"),
    "views": relations.from_views(1000, 2),
    "diagonal": sp.diags_array(np.arange(-700.0, 700.0)).tocsr(),
}


@pytest.mark.parametrize("G", LARGE.values(), ids=LARGE.keys())
def test_the_sparse_route_agrees_with_the_dense_one(G, monkeypatch):
    monkeypatch.setattr(relation_spectrum, "FALLBACK_SIZE", 0)  # no way out
    eigenvalues, eigenvectors = top_eigenpairs(G, 7)
    check_eigenpairs(G.toarray(), 7, eigenvalues, eigenvectors, tolerance=1e-10)
    exact = np.linalg.eigvalsh(G.toarray())[::-1][:7]
    np.testing.assert_allclose(eigenvalues, exact, rtol=0, atol=1e-12 * abs(G).sum(axis=1).max())
    again = top_eigenpairs(G, 7)
    assert eigenvalues.tobytes() == again[0].tobytes()
    assert eigenvectors.tobytes() == again[1].tobytes()


@pytest.mark.parametrize("exponent", [-900, -200, 200, 480])
@pytest.mark.parametrize("kind", [np.asarray, sp.csr_array])
def test_the_size_of_the_entries_does_not_matter(kind, exponent):
    """LAPACK's own routine raises for the first, far from 1, and gives fewer pairs than asked for."""
    cliques = np.kron(np.eye(3), np.ones((4, 4)) - 5 * np.eye(4))
    repeated = 0.3 * np.eye(10) - 0.03
    for G in (0.3 * (1 - np.eye(10)), 0.3 * (np.eye(10) - 1), repeated, -repeated, cliques):
        for n_pairs in (1, 2, 5, 10):
            wanted = top_eigenpairs(kind(G), n_pairs)
            found = top_eigenpairs(kind(np.ldexp(G, exponent)), n_pairs)
            np.testing.assert_array_equal(found[0], np.ldexp(wanted[0], exponent))
            np.testing.assert_array_equal(found[1], wanted[1])
            # and so for inputs
            inputs = np.eye(len(G))
            found = top_generalised_eigenpairs(inputs, kind(np.ldexp(G, exponent)), n_pairs)[0]
            np.testing.assert_allclose(np.ldexp(found, -exponent), wanted[0], rtol=0, atol=1e-14)


def test_neither_does_it_for_the_sparse_route(monkeypatch):
    monkeypatch.setattr(relation_spectrum, "FALLBACK_SIZE", 0)
    wanted = top_eigenpairs(ring(700), 5)
    for exponent in (-900, 480):
        found = top_eigenpairs(ring(700) * 2.0**exponent, 5)
        np.testing.assert_array_equal(found[0], np.ldexp(wanted[0], exponent))
        np.testing.assert_array_equal(found[1], wanted[1])


def test_no_more_components_are_solved_than_can_matter(monkeypatch):
    """A hundred thousand pairs of views: the first few have the largest eigenvalues there are."""
    solved, honest = [], relation_spectrum._connected

    def counting(G, n_pairs):
        solved.append(G.shape[0])
        return honest(G, n_pairs)

    monkeypatch.setattr(relation_spectrum, "_connected", counting)
    G = relations.from_views(100_000, 2)
    eigenvalues, _ = top_eigenpairs(G, 8)
    assert (eigenvalues == 1).all()
    assert len(solved) <= 8
    # With weights that grow, the last component has the largest eigenvalue.
    solved.clear()
    weights = np.repeat(np.arange(1.0, 101.0), 2)
    G = sp.block_diag([[[0, w], [w, 0]] for w in weights[::2]], format="csr")
    np.testing.assert_allclose(top_eigenpairs(G, 3)[0], [100, 99, 98], rtol=1e-14)
    assert len(solved) == 3
    # A sample related to none but itself has its self-pair for eigenvalue, of either sign.
    solved.clear()
    assert top_eigenpairs(sp.diags_array(-np.arange(1.0, 101.0)).tocsr(), 3)[0].tolist() == [-1, -2, -3]
    assert len(solved) == 3


def test_the_bound_of_a_component_is_that_of_all_its_rows():
    """A star of five ends has rows of 5 and 1, and the eigenvalue 5^(1/2), which is above that of a pair of weight 2."""
    star = np.zeros((6, 6))
    star[0, 1:] = star[1:, 0] = 1.0
    G = sp.block_diag([[[0, 2.0], [2.0, 0]], star], format="csr")
    np.testing.assert_allclose(top_eigenpairs(G, 1)[0], [5**0.5], rtol=1e-14)


def test_a_failed_sparse_route_falls_back_to_the_dense_one_or_says_why(monkeypatch):
    def failing(*_):
        raise RuntimeError("out of memory")

    monkeypatch.setattr(sparse_spectrum, "_complement", failing)
    monkeypatch.setattr(sparse_spectrum, "_inverse", failing)
    G = ring(610)
    check_eigenpairs(G.toarray(), 3, *top_eigenpairs(G, 3))
    monkeypatch.setattr(relation_spectrum, "FALLBACK_SIZE", 609)
    with pytest.raises(RuntimeError, match="connected component of 610 samples"):
        top_eigenpairs(G, 3)
    monkeypatch.undo()
    monkeypatch.setattr(relation_spectrum, "FALLBACK_SIZE", 609)
    for route in ("_complement", "_inverse"):
        monkeypatch.setattr(sparse_spectrum, route, lambda *_: np.eye(610, 3))
    with pytest.raises(RuntimeError, match="residual"):
        top_eigenpairs(G, 3)


@settings(max_examples=200)
@given(
    problem=symmetric_matrices(max_samples=9, kinds=("gaussian", "repeated", "low rank", "negative", "relation")),
    features=st.integers(1, 9),
    rank=st.integers(0, 9),
    n_pairs=st.integers(1, 11),
    units=st.floats(0, 150),
    sparse=st.booleans(),
    rng=arrays(),
)
def test_a_pencil_of_inputs_of_any_rank(problem, features, rank, n_pairs, units, sparse, rng):
    """With U an orthonormal basis of the range of X, the eigenvalues are those of U'GU, and V'X'XV = I."""
    G, _ = problem
    n = len(G)
    rank = min(rank, features, n)
    scales = 10.0 ** (units * rng.uniform(-1, 1, features))
    X = rng.standard_normal((n, rank)) @ rng.standard_normal((rank, features)) * scales
    U, singular_values, _ = np.linalg.svd(X / scales, full_matrices=False)
    condition = singular_values[0] / singular_values[rank - 1] if rank else 1.0
    assume(condition < 1e3)
    event("full rank" if rank == features else "rank-deficient")
    event("more pairs than directions", bool(n_pairs > rank))
    eigenvalues, V = top_generalised_eigenpairs(X, sp.csr_array(G) if sparse else G, n_pairs)
    q = min(n_pairs, rank)
    assert eigenvalues.shape == (q,)
    assert V.shape == (features, q)
    wanted = np.linalg.eigvalsh(U[:, :rank].T @ G @ U[:, :rank])[::-1][:q]
    norm = np.linalg.norm(G)
    np.testing.assert_allclose(eigenvalues, wanted, rtol=0, atol=(ROUNDING + 1e-14 * condition) * norm)
    Y = X @ V
    np.testing.assert_allclose(Y.T @ Y, np.eye(q), atol=1e-10)
    np.testing.assert_allclose(Y.T @ G @ Y, np.diag(eigenvalues), rtol=0, atol=1e-10 * norm)


def test_an_eigenvalue_of_a_pencil_that_is_rounding_is_zero():
    """A relation of rank 2 seen through nearly dependent inputs: by way of X'X, six digits more would be lost."""
    rng = np.random.default_rng(0)
    F = rng.standard_normal((40, 2))
    X = np.column_stack([F, rng.standard_normal((40, 6))]) @ (np.eye(8) + 1e3 * np.ones((8, 8)))
    eigenvalues, _ = top_generalised_eigenpairs(X, F @ F.T, 8)
    np.testing.assert_allclose(eigenvalues[:2], np.linalg.svd(F)[1] ** 2, rtol=1e-11)
    assert (eigenvalues[2:] == 0).all()
    eigenvalues, _ = top_generalised_eigenpairs(
        np.eye(40)[:, :8] * 1e-200, block_diag(0.1 * np.ones((3, 3)), np.zeros((37, 37))), 8
    )
    np.testing.assert_allclose(eigenvalues, [0.3, 0, 0, 0, 0, 0, 0, 0], rtol=1e-14)
    assert (eigenvalues[1:] == 0).all()
    assert (top_generalised_eigenpairs(np.eye(4), np.diag([1.0, 0.1, 0, 0]), 4, error=0.2)[0] == [1, 0, 0, 0]).all()
    # of all of G, also where inputs see a small part of it
    assert top_generalised_eigenpairs(np.array([[0.0], [1.0]]), np.diag([1.0, 1e-13]), 1)[0] == 0


@pytest.mark.parametrize(("apart", "rank"), [(1e-3, 2), (1e-5, 2), (1e-7, 1), (1e-9, 1)])
def test_the_rank_of_inputs_is_that_of_their_directions(apart, rank):
    """Two features an angle `apart`: singular values are in the ratio of apart / 2, squares below 1e-12 count as 0."""
    X = np.zeros((400, 2))
    X[0], X[1, 1] = 1.0, apart
    for units in ([1.0, 1.0], [1e-150, 1e150]):
        assert top_generalised_eigenpairs(X * units, np.eye(400), 2)[0].shape == (rank,)
        # a feature that many samples have is longer, and no more of a direction than others
        everywhere = np.append(np.zeros(2), np.ones(398))[:, None]
        more = np.column_stack([X * units, everywhere])
        assert top_generalised_eigenpairs(more, np.eye(400), 3)[0].shape == (rank + 1,)


def test_zero_inputs_have_no_pairs():
    eigenvalues, eigenvectors = top_generalised_eigenpairs(np.zeros((3, 2)), np.eye(3), 2)
    assert eigenvalues.shape == (0,)
    assert eigenvectors.shape == (2, 0)


def test_inputs_whose_weights_overflow_are_refused():
    with pytest.raises(
        ValueError, match="^X must have columns for which finite weights suffice; found one of up to 1e-310"
    ):
        top_generalised_eigenpairs(np.array([[1.0, 0.0], [0.0, 1e-310]]), np.eye(2), 2)


def test_squared_norm():
    G = np.array([[1.0, -2.0], [-2.0, 0.0]])
    assert squared_norm(G) == squared_norm(sp.csr_array(G)) == squared_norm(sp.coo_array(G)) == 9


@pytest.mark.parametrize("n_pairs", [0, -1])
def test_a_count_below_one_is_refused(n_pairs):
    for call in (
        lambda: top_eigenpairs(np.eye(2), n_pairs),
        lambda: top_generalised_eigenpairs(np.eye(2), np.eye(2), n_pairs),
    ):
        with pytest.raises(ValueError, match="must be an integer >= 1"):
            call()
