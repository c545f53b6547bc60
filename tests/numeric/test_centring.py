"""Double centring, and what it leaves of a kernel with a large mean."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from numeric import kernel_pca
from numeric.centring import UNITS, doubly_centred, rounding_of
from numeric.diagnostics import principal_angles
from tests.numeric.strategies import arrays

EPS = np.finfo(float).eps


def centred(matrix):
    H = np.eye(len(matrix)) - 1 / len(matrix)
    return H @ matrix @ H


@settings(max_examples=100)
@given(n=st.integers(1, 12), rng=arrays(), exponent=st.floats(0, 12))
def test_double_centring_is_as_exact_as_the_entries(n, rng, exponent):
    """Row and column constants of any size, exact in binary: the result is that of the matrix without them."""
    M = rng.integers(-1000, 1000, (n, n)) / 1024
    M = M + M.T
    constants = np.round(10.0**exponent * rng.standard_normal(n))
    shifted = M + constants + constants[:, None]
    ours = doubly_centred(shifted)
    np.testing.assert_allclose(ours, centred(M), rtol=0, atol=4 * EPS * (1 + np.abs(shifted).max()))
    np.testing.assert_array_equal(ours, ours.T)


@pytest.mark.parametrize("mean", [10**4, 10**6])
def test_double_centring_does_not_add_the_rounding_of_means(mean):
    """In one round, the means of 500 entries of size mean^2 would leave their rounding in every column."""
    n = 500
    X = np.random.default_rng(0).integers(-1000, 1000, (n, 3)) + mean
    kernel = X @ X.T  # of integers, as all that follows
    exact = n**2 * kernel - n * kernel.sum(axis=0) - n * kernel.sum(axis=1)[:, None] + kernel.sum()
    ours = doubly_centred(kernel.astype(float))
    assert np.abs(ours - exact / n**2).max() <= 0.01 * EPS * kernel.max()


@pytest.mark.parametrize("mean", [0.0, 1e3, 1e6])
def test_a_large_mean_changes_neither_rank_nor_directions(mean):
    """What the kernel loses to it is lost: the rounding of its entries, of size mean^2. Nothing more is."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((60, 3)) * [3.0, 2.0, 1.0]
    optimum = kernel_pca.optimal_representation((X + mean) @ (X + mean).T, 10)
    assert optimum.rank == 3
    U, singular_values, _ = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    lost = 60 * EPS * 3 * (10 + mean**2)
    np.testing.assert_allclose(optimum.eigenvalues[:3], singular_values**2, rtol=0, atol=lost)
    assert principal_angles(optimum.representation, U)[0] < lost


@pytest.mark.parametrize("constant", [0.1, 1 / 3, 1e9 / 7, 1e150 / 3, 1e-200 / 3])
def test_a_constant_kernel_is_nothing_whether_a_float_holds_it_or_not(constant):
    for n in (1, 7, 1000):
        optimum = kernel_pca.optimal_representation(np.full((n, n), constant), 3)
        assert not optimum.representation.any()
        assert optimum.rank == 0
        assert optimum.loss <= (EPS * constant) ** 2


def test_kernels_in_single_precision_have_the_rank_that_their_digits_tell():
    X = np.random.default_rng(0).standard_normal((50, 3)) + 1.0
    kernel = (X @ X.T).astype(np.float32)
    for given_kernel in (kernel, sp.csr_array(kernel)):
        assert kernel_pca.optimal_representation(given_kernel, 10).rank == 3
        assert kernel_pca.optimal_weights(np.eye(50), given_kernel, 10).rank == 3
        assert np.count_nonzero(kernel_pca.eigenpairs(given_kernel, 10)[0] > 0) == 3
    assert kernel_pca.optimal_representation(kernel.astype(float), 10).rank == 10  # taken for exact


def test_rounding_of():
    assert rounding_of(np.array([[3.0, 0.0], [0.0, -4.0]]), 0.5) == UNITS * 2.5
