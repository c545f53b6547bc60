"""The log-sum-exp and the softmax of rows over weighted candidates."""

import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from numeric.softmax import log_sum_exp, softmax


@given(st.integers(1, 4), st.integers(1, 5), st.integers(0, 2**16))
def test_they_are_what_their_formulas_say(n, m, seed):
    rng = np.random.default_rng(seed)
    scores, weights = rng.normal(size=(n, m)), np.maximum(rng.normal(size=(n, m)), 0)
    event("a row without candidates" if not weights.any(axis=1).all() else "candidates in every row")
    totals = (weights * np.exp(scores)).sum(axis=1)
    logarithms = log_sum_exp(scores, weights)
    assert logarithms == pytest.approx(np.log(np.where(totals > 0, totals, 1)))
    assert softmax(scores, weights, logarithms[:, None]) == pytest.approx(
        weights * np.exp(scores) / np.where(totals, totals, 1)[:, None]
    )


def test_scores_of_any_size_are_borne():
    """Of candidates, and of who is none, whose score may be larger still."""
    scores = np.array([[1e4, -1e4, 1e5], [-1e5, -1e5, 0.0]])
    weights = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0]])
    logarithms = log_sum_exp(scores, weights)
    assert logarithms == pytest.approx([1e4, -1e5 + np.log(2)])
    assert softmax(scores, weights, logarithms[:, None]) == pytest.approx(np.array([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0]]))


def test_weights_below_zero_count_as_zero():
    assert log_sum_exp(np.zeros((1, 3)), np.array([[-1.0, 0.0, 2.0]])) == pytest.approx([np.log(2)])
    assert log_sum_exp(np.zeros((1, 1)), np.array([[-1.0]])) == pytest.approx([0.0])
