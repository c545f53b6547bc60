"""The root of m = g(m), g non-increasing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numeric.levels import decreasing_fixed_point
from tests.numeric.strategies import arrays


@given(rng=arrays(), size=st.integers(1, 20), exponent=st.floats(-12, 6), slope=st.floats(0, 30))
def test_the_root_of_a_piecewise_linear_map(rng, size, exponent, slope):
    """Against the exact solution: the level of the longest prefix that keeps itself positive."""
    heights = np.sort(10.0**exponent * rng.random(size))[::-1]  # g(m) = mean (h - slope m)_+

    def g(m):
        return np.mean(np.maximum(heights - slope * m, 0.0))

    kept = np.arange(1, size + 1)
    levels = np.cumsum(heights) / (size + slope * kept)
    wanted = levels[np.flatnonzero(heights - slope * levels > -1e-15 * heights[0])[-1]]
    np.testing.assert_allclose(decreasing_fixed_point(g, 10.0**7), wanted, rtol=1e-13)


def test_ends_of_the_interval_and_flat_maps():
    assert decreasing_fixed_point(lambda m: 0.0, 1.0) == 0.0
    assert decreasing_fixed_point(lambda m: 1.0, 1.0) == 1.0
    assert decreasing_fixed_point(lambda m: 0.25, 1.0) == 0.25
    assert decreasing_fixed_point(lambda m: np.nextafter(1.0, 2.0), 1.0) == 1.0  # rounding above the upper end
    assert decreasing_fixed_point(lambda m: 1e-300, 1.0) == pytest.approx(1e-300, rel=1e-14)


@pytest.mark.parametrize(("g", "found"), [(lambda m: -1.0, "-1"), (lambda m: 2.0, "2"), (lambda m: np.nan, "nan")])
def test_no_root_is_an_error(g, found):
    with pytest.raises(ValueError, match=rf"^g must satisfy.*found g\(0\) = {found}"):
        decreasing_fixed_point(g, 1.0)
