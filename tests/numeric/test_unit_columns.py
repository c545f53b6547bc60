"""Lengths of the directions under unit columns, from eigenvalues alone."""

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from numeric import unit_columns
from tests.numeric.strategies import arrays


@settings(max_examples=200)
@given(count=st.integers(1, 12), excess=st.integers(0, 5), sign=st.sampled_from([1, -1]), rng=arrays())
def test_lengths_are_filled_exactly_however_small_the_eigenvalues(count, excess, sign, rng):
    """s_k g_k^2 is g_k - nu with one nu where s_k > 0, and nu >= g_k elsewhere."""
    g = np.sort(sign * 10.0 ** rng.uniform(-10, 0, count))[::-1]
    K = count + excess
    _, s, minimum = unit_columns.closest_to_identity(g, np.eye(count), K)
    assert s.sum() == pytest.approx(K, rel=1e-13)
    kept = int(np.count_nonzero(s))
    assert (s[:kept] > 0).all()
    event(f"all kept: {kept == count}")
    nu = g[:kept] - s[:kept] * g[:kept] ** 2
    np.testing.assert_allclose(nu, nu[0], rtol=0, atol=1e-14)
    assert (g[kept:] <= nu[0] + 1e-14).all()
    assert minimum == pytest.approx(((s * g - 1) ** 2).sum() + excess, rel=1e-12, abs=1e-14)


def test_an_eigenvalue_on_the_threshold_is_dropped():
    """g = 1/4, 1/8 and K = 2: at nu = 1/8, s_1 = (1/4 - 1/8)/(1/16) = 2 is all there is."""
    _, s, minimum = unit_columns.closest_to_identity(np.array([0.25, 0.125]), np.eye(2), 2)
    assert s.tolist() == [2, 0]
    assert minimum == (2 / 4 - 1) ** 2 + 1
    for g in np.linspace(0.05, 0.45, 50):  # and where the threshold g - 2 g^2 is rounded, to either side
        _, s, _ = unit_columns.closest_to_identity(np.array([g, g - 2 * g**2]), np.eye(2), 2)
        assert s.tolist() == [pytest.approx(2, rel=1e-14), 0]


def test_spare_length_goes_where_nothing_sees_it():
    """p = 1, g_1 = 1/2 and K = 4: 2 of 4 are spare. Along an eigenvalue 0 as they are; along -1, 2/3 of it with a lean."""
    basis = np.eye(3)
    directions, s, minimum = unit_columns.closest_to_identity(np.array([0.5, 0.0, -1.0]), basis, 4)
    assert (directions.tolist(), s.tolist(), minimum) == (basis.tolist(), [2, 2, 0], 3)
    directions, s, minimum = unit_columns.closest_to_identity(np.array([0.5, -1.0, -1.0]), basis, 4)
    assert (s.tolist(), minimum) == ([pytest.approx(4, rel=1e-15), 0, 0], 3)
    np.testing.assert_allclose(2 * directions[:, 0], np.sqrt([10 / 3, 2 / 3, 0]), rtol=1e-15)
    assert 4 * directions[:, 0] ** 2 @ [0.5, -1, -1] == pytest.approx(1, rel=1e-15)
    assert basis.tolist() == np.eye(3).tolist()
