"""The logarithm of a determinant."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numeric.determinant import log_det


@given(st.integers(0, 5), st.integers(0, 2**16))
def test_it_is_the_sum_of_the_logarithms_of_the_eigenvalues(n, seed):
    half = np.random.default_rng(seed).normal(size=(n, n))
    matrix = half @ half.T + np.eye(n)
    assert log_det(matrix) == pytest.approx(np.log(np.linalg.eigvalsh(matrix)).sum(), rel=1e-12, abs=1e-12)


def test_it_does_not_overflow():
    assert log_det(1e300 * np.eye(4)) == pytest.approx(1200 * np.log(10))
    assert log_det(1e-300 * np.eye(4)) == pytest.approx(-1200 * np.log(10))


@pytest.mark.parametrize(
    ("matrix", "found"),
    [(np.diag([1.0, -1.0]), "a negative one"), (np.zeros((2, 2)), "0"), (np.full((2, 2), np.nan), "NaN")],
)
def test_without_a_positive_determinant_there_is_none(matrix, found):
    with pytest.raises(ValueError, match=f"found {found}$"):
        log_det(matrix)
