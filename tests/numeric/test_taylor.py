"""The test of gradients: it passes right ones, and no others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.numeric.strategies import arrays
from tests.numeric.taylor import check_taylor_remainder

POINT, DIRECTION = np.array([1.0, -2.0, 0.5]), np.array([1.0, 0.3, -0.4])


def quartic(x):
    return np.sum(x**4 - x**3 + x)


def right(x):
    return 4 * x**3 - 3 * x**2 + 1


@given(rng=arrays())
def test_right_gradients_pass(rng):
    x, v = rng.standard_normal((2, 5))
    check_taylor_remainder(quartic, right(x), x, v)


@given(v=st.sampled_from([DIRECTION, -DIRECTION, 3 * DIRECTION]))
@pytest.mark.parametrize("wrong", [-right(POINT), 1.01 * right(POINT), right(POINT) - 1, np.zeros(3)])
def test_wrong_ones_do_not(wrong, v):
    check_taylor_remainder(quartic, right(POINT), POINT, v)
    with pytest.raises(AssertionError):
        check_taylor_remainder(quartic, wrong, POINT, v)
