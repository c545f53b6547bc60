"""Lanczos with thick restarts, by itself: against LAPACK on the whole of the matrix."""

import numpy as np
import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from numeric import lanczos
from numeric.lanczos import NotConverged, largest_eigenvectors
from tests.numeric.strategies import arrays


def with_eigenvalues(values, rng):
    Q = np.linalg.qr(rng.standard_normal((len(values), len(values))))[0]
    A = (Q * values) @ Q.T
    return (A + A.T) / 2, Q


@settings(max_examples=100)
@given(
    size=st.integers(2, 90),
    levels=st.integers(1, 90),
    count=st.integers(1, 12),
    excluded=st.integers(0, 2),
    scale=st.sampled_from([1.0, 1e-9, 1e9]),
    look=st.sampled_from([None, 1, 8]),
    rng=arrays(),
)
@example(size=90, levels=1, count=5, excluded=0, scale=1.0, look=1, rng=np.random.default_rng(0))  # a multiple of I
@example(size=90, levels=2, count=12, excluded=1, scale=1.0, look=8, rng=np.random.default_rng(0))
@example(size=2, levels=2, count=1, excluded=1, scale=1.0, look=None, rng=np.random.default_rng(0))
def test_the_largest_eigenvalues_with_all_their_copies(size, levels, count, excluded, scale, look, rng):
    values = np.sort(rng.choice(rng.uniform(0, 1, levels), size))[::-1] * scale
    A, Q = with_eigenvalues(values, rng)
    excluded = min(excluded, size - 1)
    count = min(count, size - excluded)
    event("repeated" if len(np.unique(values[: count + excluded])) < count + excluded else "simple")
    vectors = largest_eigenvectors(lambda x: A @ x, Q[:, :excluded], count, look=look)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(count), atol=1e-12)
    np.testing.assert_allclose(Q[:, :excluded].T @ vectors, 0.0, atol=1e-12)
    found = np.linalg.eigvalsh(vectors.T @ A @ vectors)[::-1]
    np.testing.assert_allclose(found, values[excluded : excluded + count], rtol=0, atol=1e-12 * scale)
    np.testing.assert_allclose(A @ vectors, vectors @ (vectors.T @ A @ vectors), rtol=0, atol=1e-11 * scale)


def test_a_missed_copy_of_a_repeated_eigenvalue_is_found(monkeypatch):
    """The start lies in the span of one eigenvector of each pair, and so does all that follows, but for rounding."""
    values = np.repeat(np.arange(100.0, 0.0, -1.0), 2)
    honest, calls = lanczos._new_direction, []

    def blind(basis, rng):
        calls.append(len(basis))
        if len(calls) > 1:
            return honest(basis, rng)
        start = np.zeros(len(basis))
        start[::2] = 1.0
        return start / np.linalg.norm(start)

    monkeypatch.setattr(lanczos, "_new_direction", blind)
    vectors = largest_eigenvectors(lambda x: values * x, np.empty((200, 0)), 6)
    assert len(calls) > 1
    np.testing.assert_allclose(np.sort(vectors.T @ (values[:, None] * vectors)).max(axis=1), values[:6], rtol=1e-12)


@settings(max_examples=100)
@given(
    size=st.integers(40, 90),
    count=st.integers(2, 5),
    gap=st.floats(-5, -1).map(lambda e: 10.0**e),
    look=st.sampled_from([None, 1, 8]),
    rng=arrays(),
)
def test_a_copy_is_told_from_an_eigenvalue_close_below(size, count, gap, look, rng):
    """What the search sees first is a mean of the two."""
    wanted = np.append(rng.uniform(1.0, 2.0, count - 2), [1.0, 1.0])
    A, _ = with_eigenvalues(np.concatenate([wanted, [1 - gap], rng.uniform(0, 0.9, size - count - 1)]), rng)
    vectors = largest_eigenvectors(lambda x: A @ x, np.empty((size, 0)), count, look=look)
    np.testing.assert_allclose(np.linalg.eigvalsh(vectors.T @ A @ vectors), np.sort(wanted), rtol=0, atol=1e-11)


def test_what_cannot_be_found_soon_is_given_up(monkeypatch):
    values = 1 - np.arange(2000.0) ** 2 / 2000**2  # the first are very close to each other
    with pytest.raises(NotConverged, match="no 9 eigenpairs"):
        largest_eigenvectors(lambda x: values * x, np.empty((2000, 0)), 9, hopeless=0.99)
    monkeypatch.setattr(lanczos, "RESTARTS", 2)
    with pytest.raises(NotConverged):
        largest_eigenvectors(lambda x: values * x, np.empty((2000, 0)), 9)


def test_it_is_not_hopeless_before_all_wanted_eigenvalues_are_beyond_the_limit():
    values = np.concatenate([[1.0, 0.99, 0.98, 0.97, 0.96], np.linspace(0.5, 0.0, 300)])
    vectors = largest_eigenvectors(lambda x: values * x, np.empty((305, 0)), 5, hopeless=0.965)
    np.testing.assert_allclose(np.abs(vectors[5:]).max(), 0.0, atol=1e-12)
    with pytest.raises(NotConverged):
        largest_eigenvectors(lambda x: values * x, np.empty((305, 0)), 5, hopeless=0.955)
