"""An orthonormal basis of inputs of any rank, any units and any condition."""

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from numeric.whitening import orthonormal_basis
from tests.numeric.similarity import low_rank
from tests.numeric.strategies import arrays


@settings(max_examples=150)
@given(n=st.integers(1, 9), features=st.integers(1, 12), rank=st.integers(0, 9), units=st.floats(0, 120), rng=arrays())
def test_it_is_orthonormal_and_made_of_the_inputs(n, features, rank, units, rng):
    rank = min(n, features, rank)
    scales = 10.0 ** (units * rng.uniform(-1, 1, features))
    plain = low_rank(rng, n, features, rank)
    plain[:, rng.random(features) < 0.2] = 0.0
    singular_values = np.linalg.svd(plain)[1]
    rank = int((singular_values > 1e-10 * singular_values[0]).sum())
    condition = singular_values[0] / singular_values[rank - 1] if rank else 1.0
    assume(condition < 1e3)
    event("rank 0" if not rank else "more features than samples" if features > n else "features within samples")
    X = plain * scales
    before = X.copy()
    U, T = orthonormal_basis(X)
    np.testing.assert_array_equal(X, before)
    assert (U.shape, T.shape) == ((n, rank), (features, rank))
    np.testing.assert_allclose(U.T @ U, np.eye(rank), atol=1e-14)
    np.testing.assert_allclose(X @ T, U, rtol=0, atol=1e-13 * condition)
    np.testing.assert_allclose(U @ (U.T @ plain), plain, rtol=0, atol=1e-12 * np.abs(plain).max())
    assert not T[~X.any(axis=0)].any()


def test_no_more_digits_are_lost_than_the_condition_of_the_inputs_has():
    """Condition 1e5: by way of X'X ten digits would be lost."""
    rng = np.random.default_rng(0)
    Q, R = np.linalg.qr(rng.standard_normal((50, 3)))[0], np.linalg.qr(rng.standard_normal((3, 3)))[0]
    X = Q * [1, 1e-2, 1e-5] @ R
    U, T = orthonormal_basis(X)
    assert U.shape == (50, 3)
    np.testing.assert_allclose((X @ T).T @ (X @ T), np.eye(3), atol=1e-10)


@pytest.mark.parametrize("tiny", [1e-310, 1e-306])
def test_a_column_whose_weights_overflow_is_named(tiny):
    X = np.array([[1.0, 0.0], [0.0, tiny]])
    with pytest.raises(
        ValueError, match=f"^X_a must have columns .* finite weights suffice; found one of up to {tiny}"
    ):
        orthonormal_basis(X, name="X_a")
    assert np.isfinite(orthonormal_basis(X * 1e20)[1]).all()
