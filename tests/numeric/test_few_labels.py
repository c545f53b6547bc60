"""Ridge regression on random subsets: the effective penalty is a root, and the risk is what simulations of it show."""

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from numeric.downstream import RidgeProbe, ridge_risk
from numeric.few_labels import effective_penalty, growth
from tests.numeric.strategies import arrays

N = 300


@settings(max_examples=200)
@given(
    n_samples=st.integers(3, 40),
    q=st.integers(1, 50),
    exponent=st.integers(-12, 6),
    intercept=st.booleans(),
    data=st.data(),
    rng=arrays(),
)
def test_the_effective_penalty_is_the_root_of_its_equation(n_samples, q, exponent, intercept, data, rng):
    n, share, q = data.draw(st.integers(2, n_samples - 1)), 10.0**exponent, min(q, n_samples - 1)
    s = np.where(rng.random(q) < 0.3, 0.0, 10.0 ** rng.uniform(-6, 6, q))
    event("more directions than labels" if np.count_nonzero(s) + intercept > n else "fewer")

    def equation(kappa):
        d = np.sum(s / (s + kappa)) + intercept
        return kappa * (1 - d / n) - share * (1 - d / n_samples)

    kappa = effective_penalty(s[None], share, n, n_samples, intercept)[0]
    upper = 2 * (share + s.sum() / n) / (1 - intercept / n)
    assert kappa >= share
    assert kappa == pytest.approx(brentq(equation, share / 2, upper, xtol=1e-300, rtol=1e-14), rel=1e-6)
    d_1, d_2 = (np.sum((s / (s + kappa)) ** power) + intercept for power in (1, 2))
    assert d_1 <= n * (1 + 1e-9)
    assert growth(d_1, d_2, n, n_samples) > 0 or d_2 == 0


def test_of_independent_samples_there_are_the_known_formulas():
    """As N grows: kappa = rho/N + kappa d_1/n, g = d_2/(n - d_2)."""
    s, n = np.array([2.0, 1.0, 0.5]), 5
    kappa = effective_penalty(s[None], 0.3, n, 10**12, False)[0]
    h = s / (s + kappa)
    assert kappa == pytest.approx(0.3 + kappa * h.sum() / n, rel=1e-10)
    assert growth(h.sum(), (h**2).sum(), n, 10**12) == pytest.approx((h**2).sum() / (n - (h**2).sum()), rel=1e-10)


def test_with_many_labels_noise_counts_n_over_n_times():
    """The first order in d/n: the noise N/n times, and the bias as noise of the samples without labels."""
    s, b = np.array([1.0, 0.1]), np.array([3.0, 2.0])
    for n_samples in (10**5, 10**6):
        n = n_samples // 4
        few, all_ = (
            RidgeProbe(n_samples=n_samples, penalty=0.2 * n_samples, noise=0.5, n_labelled=each) for each in (n, None)
        )
        h = s / (s + 0.2)
        bias, d = np.sum((1 - h) ** 2 * b) + 1.0, np.sum(h**2)
        assert ridge_risk(s, b, all_, rest=1.0) == pytest.approx(bias + 0.5 * d, rel=1e-12)
        second = 50 / n_samples * (bias + 0.5 * d)
        assert abs(ridge_risk(s, b, few, rest=1.0) - bias - 0.5 * 4 * d) < second


def directions_in_general_position(rng, q):
    """(N, q) orthonormal columns, orthogonal to the ones vector."""
    return np.linalg.qr(np.column_stack([np.ones(N), rng.standard_normal((N, q))]))[0][:, 1:]


@pytest.mark.parametrize("noise", [0.0, 4.0])
@pytest.mark.parametrize("share", [0.01, 0.5])
@pytest.mark.parametrize("n", [20, 60, 200])
def test_the_risk_is_that_of_ridge_regression_on_random_subsets(n, share, noise):
    """Fewer labels than directions, as many, and more; what labels are missing for makes up much of the risk."""
    rng = np.random.default_rng(n)
    P, s = directions_in_general_position(rng, 60), np.exp(-np.arange(60) / 15)
    F = P[:, :10] @ rng.standard_normal((10, 2)) * 8 + rng.standard_normal((N, 2))
    F -= F.mean(axis=0)
    Z, alignment = np.sqrt(N * s) * P, np.sum((P.T @ F) ** 2, axis=1)
    errors = []
    for _ in range(300):
        S = rng.permutation(N)[:n]
        Y = F[S] + np.sqrt(noise / 2) * rng.standard_normal((n, 2))
        mean, level = Z[S].mean(axis=0), Y.mean(axis=0)
        V = np.linalg.solve((Z[S] - mean).T @ (Z[S] - mean) + n * share * np.eye(60), (Z[S] - mean).T @ (Y - level))
        errors.append(np.sum((F - level - (Z - mean) @ V) ** 2))
    probe = RidgeProbe(n_samples=N, penalty=share * N, noise=noise, n_labelled=n, intercept=True)
    predicted = ridge_risk(s, alignment, probe, rest=np.sum(F**2) - alignment.sum())
    measured, error = np.mean(errors), np.std(errors) / np.sqrt(len(errors))
    assert abs(measured - predicted) < 5 * error + 0.02 * measured
