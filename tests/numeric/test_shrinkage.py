"""What I + c Z'Z does to a representation, against 50-digit arithmetic where Z'Z has lost the identity."""

import mpmath
import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from numeric.shrinkage import log_det_and_shrunk
from tests.numeric.strategies import arrays


def precise(Z, c):
    """The same by elimination in 50 digits."""
    with mpmath.workdps(50):
        rows = mpmath.matrix(Z.tolist())
        whole = mpmath.eye(Z.shape[1]) + mpmath.mpf(c) * rows.T * rows
        shrunk = rows * whole**-1
        return float(mpmath.log(mpmath.det(whole))), np.array(shrunk.tolist(), dtype=float)


@settings(max_examples=150)
@given(
    n=st.integers(1, 5),
    k=st.integers(1, 5),
    rank=st.integers(0, 5),
    size=st.sampled_from([1e-9, 1e-3, 1.0, 1e3, 1e9]),
    c=st.sampled_from([1e-6, 0.5, 1.0, 1e6]),
    rng=arrays(),
)
def test_it_is_right_at_any_size_and_rank(n, k, rank, size, c, rng):
    Z = size * rng.standard_normal((n, rank)) @ rng.standard_normal((rank, k))
    log_det, shrunk = log_det_and_shrunk(Z, c)
    exact, exactly = precise(Z, c)
    largest = np.linalg.norm(Z)
    event("beside which 1 is lost" if c * largest**2 > 1e16 else "well within range")
    assert isinstance(log_det, float)
    assert log_det >= 0
    assert shrunk.shape == Z.shape
    # what rounding makes of Z moves each singular value by eps |Z|, and so each logarithm by less than c (eps |Z|)^2 + eps
    moved = 1e-14 * (1 + exact) * min(1, exact + 1e-300) + c * (1e-14 * largest) ** 2
    assert abs(log_det - exact) <= moved + 1e-13 * exact
    assert np.abs(shrunk - exactly).max() <= 1e-13 * largest


def test_values_by_hand():
    log_det, shrunk = log_det_and_shrunk(np.array([[2.0, 0.0], [0.0, 0.0]]), 0.5)
    assert log_det == pytest.approx(np.log(3), rel=1e-15)
    np.testing.assert_allclose(shrunk, [[2 / 3, 0.0], [0.0, 0.0]], rtol=1e-15)


def test_nothing_overflows_on_the_way():
    with np.errstate(all="raise", under="ignore"):
        log_det, shrunk = log_det_and_shrunk(np.array([[1e150]]), 1e100)
        assert log_det == pytest.approx(400 * np.log(10), rel=1e-15)
        assert shrunk[0, 0] == 0
        assert log_det_and_shrunk(np.zeros((2, 2)), 1.0)[0] == 0
        assert log_det_and_shrunk(np.array([[1e-100]]), 1.0)[0] == pytest.approx(1e-200, rel=1e-12)
