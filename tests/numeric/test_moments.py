"""Centring: what is constant, and means under weights."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numeric import vicreg
from numeric.centred import centre
from tests.numeric.strategies import arrays


@pytest.mark.parametrize("n", [1, 7, 1000, 300_000])
@pytest.mark.parametrize("constant", [0.1, -1e9 / 3, 1e-300, 0.0])
def test_a_constant_is_known_as_one_whatever_the_number_of_samples(n, constant):
    X = np.column_stack([np.full(n, constant), np.arange(n) + 0.1])
    shares = np.random.default_rng(0).random(n)
    for weights in (None, shares / shares.sum()):
        centred = centre(X, weights)
        assert not centred[:, 0].any()
        assert centred[:, 1].any() == (n > 1)


def test_a_constant_feature_is_no_direction_of_many_samples():
    """Its mean is rounded by 1e-15: scaled to unit variance, that would be a feature on which the Laplacian vanishes."""
    X = np.column_stack([np.full(1000, 0.1), np.random.default_rng(0).standard_normal(1000)])
    optimum = vicreg.optimal_weights(X, np.diag(np.ones(999), 1) + np.diag(np.ones(999), -1), 2, gamma=0.1)
    assert len(optimum.eigenvalues) == 1
    assert not optimum.weights[0].any()


@settings(max_examples=100)
@given(n=st.integers(1, 12), columns=st.integers(1, 4), shift=st.sampled_from([0, 1e3, 1e9]), rng=arrays())
def test_the_weighted_mean_is_taken_off(n, columns, shift, rng):
    X, shares = rng.standard_normal((n, columns)) + shift, rng.random(n)
    shares /= shares.sum()
    before = X.copy()
    centred = centre(X, shares)
    np.testing.assert_array_equal(X, before)
    np.testing.assert_allclose(shares @ centred, 0, atol=1e-14)
    np.testing.assert_allclose(centred - centred[0], X - X[0], rtol=0, atol=1e-15 * (1 + shift))
    uniform = centre(X)
    np.testing.assert_allclose(uniform, X - X.mean(axis=0), rtol=0, atol=1e-15 * (1 + shift))
    np.testing.assert_allclose(uniform.mean(axis=0), 0, atol=1e-15)
