"""Centring that is not carried out: the same numbers, however large the means are, and a copy only where they are large."""

import numpy as np
import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

from numeric.centred import LARGE, Centred, centre
from tests.numeric.strategies import arrays


def exactly(Z):
    """H Z in extended precision."""
    Z = Z.astype(np.longdouble)
    return Z - Z.mean(axis=0)


@given(
    n=st.integers(1, 60),
    K=st.integers(1, 5),
    dtype=st.sampled_from([np.float64, np.float32]),
    offset=st.sampled_from([0.0, 1.0, 3.0, 100.0, 4096.0]),
    scale=st.sampled_from([1.0, 1e-12, 1e12]),
    rng=arrays(),
)
@example(n=1, K=1, dtype=np.float64, offset=1.0, scale=1.0, rng=np.random.default_rng(0))
@example(n=49, K=5, dtype=np.float32, offset=1.0, scale=1e-12, rng=np.random.default_rng(493))  # rounding of means
@example(
    n=2, K=1, dtype=np.float32, offset=4096.0, scale=1.0, rng=np.random.default_rng(75)
)  # two entries that differ by rounding
def test_products_are_those_of_the_centred_matrix(n, K, dtype, offset, scale, rng):
    means = rng.choice([0.0, offset], K)
    Z = (scale * (rng.standard_normal((n, K)) + means)).astype(dtype)
    kept, centred, H_Z = Z.copy(), Centred(Z), exactly(Z)
    event("a copy" if centred.rows is not Z else "no copy")
    if offset <= 1.0 and n > 40:
        assert centred.rows is Z
    eps, size = np.finfo(dtype).eps, scale * (1 + offset)  # an entry is rounded to eps times its size
    constant = (np.diagonal(centred.gram) == 0) & (abs(H_Z).max(axis=0) <= 17 * eps * abs(kept).max(axis=0))
    H_Z = np.where(constant, 0, H_Z)  # what differs by no more than rounding is a constant
    event("a constant but for rounding" if constant.any() and n > 1 else "no constant")
    squares = 1 + LARGE**2  # of rows whose means are left in them, beside those of the deviations
    unit = 8 * eps * n * squares * (scale + eps * size)
    np.testing.assert_allclose(centred.gram, H_Z.T @ H_Z, rtol=0, atol=scale * unit)
    np.testing.assert_allclose(centred.formed, H_Z, rtol=0, atol=8 * eps * (scale * n**0.5 + size))
    M, E = rng.standard_normal((K, K)).astype(dtype), rng.standard_normal((n, K)).astype(dtype)
    E -= E.mean(axis=0)
    assert abs(centred.inner(E) - np.sum(H_Z * E)) <= 16 * K * eps * n * (scale + eps * n * size)
    kept_E = E.copy()
    assert centred.times(M, plus=E) is E
    np.testing.assert_allclose(E, kept_E + H_Z @ M, rtol=0, atol=32 * K * eps * (scale * n**0.5 + size + 1))
    assert (len(centred), E.dtype, centred.gram.dtype) == (n, dtype, dtype)
    np.testing.assert_array_equal(Z, kept)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("number", [0.1, 1e8 / 3, -7e-300, 0.0])
def test_a_constant_is_known_as_one(dtype, number):
    number = np.clip(number, -np.inf, np.inf) if dtype is np.float64 else np.float32(max(number, -7e-30))
    Z = np.column_stack([np.full(1001, number), np.arange(1001.0)]).astype(dtype)
    centred = Centred(Z)
    assert not centred.gram[0].any()
    assert not centred.gram[:, 0].any()
    assert not centre(Z)[:, 0].any()
    shares = np.full(1001, 1 / 1000, dtype=dtype)
    shares[5], Z[5, 0] = 0.0, 4.0
    assert not centre(Z, shares)[:, 0].any()
    assert not centre(Z, shares)[5].any()


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_refused(wrong):
    Z = np.ones((3, 2))
    Z[1, 1] = wrong
    with pytest.raises(ValueError, match="^Z must be finite; found NaN or infinity"):
        Centred(Z)


def test_sums_that_overflow_are_no_infinite_entries():
    Z = np.array([[1.5e308], [1.5e308], [-1.5e308]])
    with np.errstate(over="ignore", invalid="ignore"):
        assert Centred(Z).rows.shape == (3, 1)
