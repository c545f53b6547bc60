"""Optimality gap and angles."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.linalg import block_diag

from numeric import classical_mds, isomap, squared_similarity, vicreg
from numeric.diagnostics import angles_to_optimum, gram_distance, optimality_gap, principal_angles
from tests.numeric.strategies import arrays, relations

TRIANGLES = block_diag(*[1 - np.eye(3)] * 3)  # lambda: 0, 0, then 3 six times


@settings(max_examples=60)
@given(G=relations(min_samples=2, kinds=("weighted", "clique", "path")), k=st.integers(1, 5), rng=arrays())
def test_the_gap_is_zero_at_the_optimum_and_positive_elsewhere(G, k, rng):
    optimum = vicreg.optimal_representation(G, k, alpha=2.0, gamma=0.3)
    gap = optimality_gap(optimum.representation, G, alpha=2.0, gamma=0.3)
    assert abs(gap.absolute) <= 1e-12 * k
    Z = optimum.representation + rng.standard_normal((len(G), k))
    gap = optimality_gap(Z, G, method=vicreg, alpha=2.0, gamma=0.3)
    assert gap.absolute > 0
    assert gap.loss == vicreg.loss(Z, G, alpha=2.0, gamma=0.3)
    assert gap.optimal_loss == optimum.loss
    assert gap.absolute == gap.loss - gap.optimal_loss
    assert gap.relative == (gap.absolute / gap.optimal_loss if gap.optimal_loss else math.inf)


def test_the_relative_gap_where_the_optimal_loss_is_zero():
    G = np.zeros((4, 4))
    assert optimality_gap(np.zeros((4, 1)), G).relative == math.inf
    exact = optimality_gap(np.array([[1.0], [-1.0], [1.0], [-1.0]]), G)
    assert (exact.absolute, exact.relative) == (0, 0)


def test_known_angles():
    first, second = np.eye(4)[:, :2], np.eye(4)[:, 1:3]
    np.testing.assert_allclose(principal_angles(first, second), [math.pi / 2, 0], atol=1e-15)
    tilted = np.array([[math.cos(0.3)], [math.sin(0.3)]])
    np.testing.assert_allclose(principal_angles([[5.0], [0.0]], tilted), [0.3], rtol=1e-14)


@settings(max_examples=100)
@given(rank=st.integers(1, 4), columns=st.integers(1, 8), rng=arrays(), exponent=st.floats(-200, 200))
def test_only_the_column_space_matters(rank, columns, rng, exponent):
    A = rng.standard_normal((9, rank))
    mixed = A @ rng.standard_normal((rank, columns)) * 10.0**exponent
    angles = principal_angles(A, mixed)
    assert angles.shape == (min(rank, columns),)
    np.testing.assert_allclose(angles, 0.0, atol=1e-7)


@settings(max_examples=60)
@given(n=st.integers(1, 9), k=st.integers(1, 4), m=st.integers(1, 4), rng=arrays(), shift=st.floats(-1e3, 1e3))
def test_rotations_and_constant_rows_do_not_count_and_all_else_does(n, k, m, rng, shift):
    A, B = rng.standard_normal((n, k)), rng.standard_normal((n, m))
    H = np.eye(n) - 1 / n
    wanted = np.linalg.norm(H @ (A @ A.T - B @ B.T) @ H) / n
    assert gram_distance(A, B) == pytest.approx(wanted, rel=1e-9, abs=1e-12)
    turned = A @ np.linalg.qr(rng.standard_normal((k, k)))[0] + shift
    assert gram_distance(np.hstack([turned, np.zeros((n, 1))]), A) <= 1e-10 * (1 + np.linalg.norm(A)) ** 2


def test_the_distance_of_known_gram_matrices():
    assert gram_distance([[1.0], [-1.0]], [[2.0, 0.0], [0.0, 0.0]]) == 0
    assert gram_distance([[1.0], [-1.0]], [[3.0], [-3.0]]) == 8
    with pytest.raises(ValueError, match="^B must have 2 rows"):
        gram_distance(np.ones((2, 1)), np.ones((3, 1)))


def test_zero_columns_span_nothing():
    assert principal_angles(np.zeros((3, 2)), np.eye(3)).shape == (0,)
    assert principal_angles(np.eye(3), np.zeros((3, 2))).shape == (0,)


def test_bad_arrays_are_refused_by_name():
    with pytest.raises(ValueError, match="^B must have 3 rows"):
        principal_angles(np.eye(3), np.eye(2))
    with pytest.raises(ValueError, match="^A must be finite"):
        principal_angles(np.full((2, 2), np.nan), np.eye(2))
    with pytest.raises(ValueError, match="^A must have at least one row"):
        principal_angles(np.zeros((0, 2)), np.eye(2))


@settings(max_examples=60)
@given(G=relations(min_samples=2, kinds=("weighted", "clique", "path")), k=st.integers(1, 6), rng=arrays())
def test_every_optimum_has_angles_zero(G, k, rng):
    """Also one made of other eigenvectors of the last eigenvalue, shifted, with its columns rotated."""
    optimum = vicreg.optimal_representation(G, k, gamma=0.2)
    eigenvalues, eigenvectors = vicreg.eigenpairs(G, len(G))
    rank = optimum.rank
    assume(rank)
    tied = np.isclose(eigenvalues, eigenvalues[rank - 1], rtol=1e-9, atol=1e-9)
    Q = np.linalg.qr(rng.standard_normal((tied.sum(), tied.sum())))[0]
    eigenvectors[:, tied] = eigenvectors[:, tied] @ Q
    R = np.linalg.qr(rng.standard_normal((k, k)))[0]
    q = optimum.filter.size
    Z = eigenvectors[:, :q] * np.sqrt(len(G) * optimum.filter) @ R[:q] + 3.0
    assert vicreg.loss(Z, G, gamma=0.2) == pytest.approx(optimum.loss, abs=1e-9)
    np.testing.assert_allclose(angles_to_optimum(Z, G, gamma=0.2), np.zeros(rank), atol=1e-6)


def test_ties_widen_the_span():
    """K = 3 takes one of the six eigenvectors of eigenvalue 3; any other is as good."""
    _, P = vicreg.eigenpairs(TRIANGLES, 8)
    inside = P[:, [0, 1, 7]] + 2.0
    np.testing.assert_allclose(angles_to_optimum(inside, TRIANGLES, gamma=0.1), 0, atol=1e-7)
    # With gamma past the threshold the six are dropped, and the third direction counts against nothing.
    only = P[:, [7]]
    np.testing.assert_allclose(angles_to_optimum(only, TRIANGLES, gamma=10.0), [math.pi / 2], atol=1e-7)


def test_angles_of_a_constant_or_to_a_collapsed_optimum_are_none():
    assert angles_to_optimum(np.full((9, 2), 0.1), TRIANGLES).shape == (0,)
    connected = 1 - np.eye(3)
    assert angles_to_optimum(np.eye(3), connected, gamma=1.0).shape == (0,)


def test_angles_of_a_loss_that_is_not_about_centred_columns_are_those_of_z_itself():
    """The optimum is the ones vector, here; centred, nothing of it would be left."""
    G = np.ones((4, 4))
    np.testing.assert_allclose(angles_to_optimum(np.full((4, 1), 3.0), G, method=squared_similarity), [0], atol=1e-7)
    tilted = np.array([[1.0], [1.0], [1.0], [-1.0]])
    np.testing.assert_allclose(angles_to_optimum(tilted, G, method=squared_similarity), [math.pi / 3], rtol=1e-12)


def test_a_method_gets_the_hyper_parameters_that_its_eigenpairs_take():
    X = np.column_stack([np.cos(np.arange(12) / 2), np.sin(np.arange(12) / 2)])
    Z = isomap.optimal_representation(X, 2, n_neighbors=2).representation
    np.testing.assert_allclose(angles_to_optimum(Z, X, method=isomap, n_neighbors=2), 0, atol=1e-7)
    assert angles_to_optimum(Z, X, method=isomap, n_neighbors=11)[0] > 0.01
    gap = optimality_gap(Z, X, method=isomap, n_neighbors=2)
    assert gap.absolute == pytest.approx(0, abs=1e-9)
    paths = isomap.geodesic_distances(X, n_neighbors=2)
    assert gap.optimal_loss == classical_mds.optimal_representation(paths, 2).loss


def test_a_representation_of_other_samples_is_refused():
    for method in (vicreg, squared_similarity):
        for call in (optimality_gap, angles_to_optimum):
            with pytest.raises(ValueError, match="^Z must have 9 rows"):
                call(np.eye(3), TRIANGLES, method=method)
