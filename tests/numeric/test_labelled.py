"""Estimates from random subsets of labels: exact means over all subsets and all noises, and the errors they come with."""

import itertools

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from numeric.labelled import direction_shares, labelled_samples, standard_error, total_shares
from tests.numeric.strategies import arrays


def centred_directions(rng, n_samples, count):
    """(N, count), orthogonal to the ones vector, and neither of unit length nor orthogonal to each other."""
    directions = rng.standard_normal((n_samples, count))
    return directions - directions.mean(axis=0)


def noises(n, t, variance):
    """Every pattern of signs: noise of n independent rows of t entries, and of that variance in a row."""
    for signs in itertools.product([-1.0, 1.0], repeat=n * t if variance else 0):
        yield np.sqrt(variance / t) * np.reshape(signs, (n, t)) if variance else np.zeros((n, t))


@settings(max_examples=60)
@given(
    n_samples=st.integers(2, 6),
    n=st.integers(2, 6),
    t=st.integers(1, 2),
    variance=st.sampled_from([0.0, 0.7]),
    rng=arrays(),
)
def test_the_mean_over_all_subsets_and_noises_is_the_square_itself(n_samples, n, t, variance, rng):
    n = min(n, n_samples, 6 if t == 1 else 3)
    F = rng.standard_normal((n_samples, t)) + 3.0
    U = centred_directions(rng, n_samples, 3)
    event("noise" if variance else "no noise")
    event("all labelled" if n == n_samples else "a subset")
    directions, totals = [], []
    for subset in itertools.combinations(range(n_samples), n):
        S = list(subset)
        for noise in noises(n, t, variance):
            directions.append(direction_shares(U[S], F[S] + noise, n_samples, variance).sum(axis=0))
            totals.append(total_shares(F[S] + noise, n_samples, variance).sum())
    np.testing.assert_allclose(np.mean(directions, axis=0), np.sum((U.T @ F) ** 2, axis=1), rtol=1e-10, atol=1e-10)
    assert np.mean(totals) == pytest.approx(np.sum((F - F.mean(axis=0)) ** 2), rel=1e-10)
    if n == n_samples and not variance:
        np.testing.assert_allclose(directions[0], np.sum((U.T @ F) ** 2, axis=1), rtol=1e-10, atol=1e-10)


@settings(max_examples=60)
@given(n=st.integers(3, 12), extra=st.integers(0, 8), variance=st.sampled_from([0.0, 0.4]), rng=arrays())
def test_the_error_is_the_jackknife(n, extra, variance, rng):
    """Every sample left out in turn, and the estimate made again from the others."""
    n_samples = n + extra
    U, Y = centred_directions(rng, n_samples, 2)[:n], rng.standard_normal((n, 2))
    without = [np.arange(n) != i for i in range(n)]
    again = np.array([direction_shares(U[S], Y[S], n_samples, variance).sum(axis=0) for S in without])
    jackknife = (n - 1) / n * np.sum((again - again.mean(axis=0)) ** 2, axis=0)
    expected = jackknife if variance else jackknife * extra / n_samples
    shares = direction_shares(U, Y, n_samples, variance)
    np.testing.assert_allclose(standard_error(shares, n_samples, variance) ** 2, expected, rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("variance", [0.0, 0.5])
def test_the_error_is_as_large_as_the_estimates_spread(variance):
    rng = np.random.default_rng(11)
    n_samples, n = 240, 80
    U = centred_directions(rng, n_samples, 2) / np.sqrt(n_samples)
    F = 4 * U[:, [0]] * np.sqrt(n_samples) + rng.standard_normal((n_samples, 1))
    found, errors = [], []
    for _ in range(1000):
        S = rng.permutation(n_samples)[:n]
        Y = F[S] + np.sqrt(variance) * rng.standard_normal((n, 1))
        shares = direction_shares(U[S], Y, n_samples, variance) @ [1.0, -1.0]
        found.append(shares.sum())
        errors.append(standard_error(shares, n_samples, variance))
    spread = np.std(found) / np.sqrt(np.mean(np.square(errors)))
    assert 0.8 < spread < 1.15 if not variance else 0.5 < spread < 1.15  # with noise the error may be too large
    assert np.mean(np.abs(found - np.mean(found)) <= 2 * np.array(errors)) > 0.9


def test_labels_far_from_zero_lose_no_digits():
    rng = np.random.default_rng(3)
    U, Y = centred_directions(rng, 9, 2)[:5], rng.integers(0, 9, (5, 2)).astype(float)
    np.testing.assert_allclose(direction_shares(U, Y + 2.0**40, 9, 0.1), direction_shares(U, Y, 9, 0.1), rtol=1e-9)
    np.testing.assert_allclose(total_shares(Y + 2.0**40, 9, 0.1), total_shares(Y, 9, 0.1), rtol=1e-9)


@pytest.mark.parametrize(
    ("index", "error", "message"),
    [
        ([], ValueError, "of at least 3 samples; found shape \\(0,\\)"),
        ([0, 1], ValueError, "of at least 3 samples"),
        ([[0, 1, 2]], ValueError, "one-dimensional"),
        ([0, 1, 5], ValueError, "from 0 to 4; found 5"),
        ([0, -1, 2], ValueError, "found -1"),
        ([0, 2, 2], ValueError, "found 2 more than once"),
        ([0.0, 1.0, 2.0], TypeError, "found dtype float64"),
        ([True, False, True, True, False], TypeError, "found dtype bool"),
    ],
)
def test_a_bad_index_is_refused_by_name(index, error, message):
    with pytest.raises(error, match=f"^labelled_index.*{message}"):
        labelled_samples(index, 5, fewest=3)
