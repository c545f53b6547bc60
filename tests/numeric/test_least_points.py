"""Least points of polynomials over s >= 0, against a fine grid."""

import numpy as np
import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

from numeric.least_points import least_points

coefficients = st.lists(st.integers(-20, 20).map(lambda n: n / 4), min_size=1, max_size=5)


@example([0.0], 1.0)  # s^2
@example([-2.0, 0.0, 0.0], 1.0)  # s^4 - 2 s^3: a zero of the slope of order two at 0
@example([-4.0, 6.0, -4.0, 1.0], 1.0)  # (s - 1)^4: one of order three
@example([0.0, -2.0, 0.0, 1.0], 1.0)  # (s^2 - 1)^2
@example([-3.0, 2.25, 0.0, 0.0], 1.0)  # two least points, 0 and 3/2
@given(coefficients, st.sampled_from((0.5, 1.0, 4.0)))
def test_no_point_of_a_grid_is_lower(rest, leading):
    polynomial = np.array([leading, *rest])
    (point,) = least_points(polynomial[:, None])
    assert point >= 0
    event("at 0" if point == 0 else "inside")
    reach = 2 + sum(abs(polynomial)) / leading  # past every zero
    grid = np.concatenate([np.linspace(0, reach, 4001), np.linspace(0, 4, 4001)])
    least, found = np.polyval(polynomial, grid).min(), np.polyval(polynomial, point)
    assert found <= least + 1e-7 * (1 + abs(least))


def test_several_at_once():
    columns = np.array([[1.0, 1.0, 2.0], [-2.0, 4.0, 0.0], [3.0, 0.0, 1.0]])
    np.testing.assert_allclose(least_points(columns), [1.0, 0.0, 0.0])
    assert least_points(np.ones((3, 0))).shape == (0,)


def test_without_a_least_point():
    with pytest.raises(ValueError, match="positive leading coefficient; found -1"):
        least_points([[1.0, -1.0], [0.0, 0.0]])
