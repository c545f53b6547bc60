"""Ridge regression on a few of the samples: the penalty that it comes to, and what it adds to the risk.

Ridge regression of penalty rho n/N on n of N samples, drawn at random, is in the mean over draws a smoother on all N, but of
a larger penalty kappa N, and it errs more than its mean does, by a factor of 1 + g:

    rho/N (1 - d_1/N) = kappa (1 - d_1/n),    d_1 = sum_k h_k,  d_2 = sum_k h_k^2,  h_k = s_k/(s_k + kappa)
    g = (N - n) d_2 / ((n - d_1) (N - d_1) + (N - n) (d_1 - d_2))

The kernel matrix X = Z Z' is compressed to n rows and columns. For directions in general position, free from the choice of
samples, X Q with Q = (X_nn + rho n/N)^{-1} on those rows tends to X (X + kappa N)^{-1} (R-transform of a compression: Nica &
Speicher 2006, lecture 14), and Q X^2 Q to what the derivative of the same statement along X + t X^2 says, from which g is. As
N grows with n fixed that is the known kappa = rho/N + kappa d_1/n and g = d_2/(n - d_2) of independent samples (Dobriban &
Wager 2018; Simon, Dickens, Karkada & DeWeese 2023); for n = N it is exact, kappa = rho/N and g = 0. In between it is an
approximation: good where the directions are spread over many samples, less so where they sit on a few.

An intercept is one more direction, with h = 1.
"""

import numpy as np

ITERATIONS = 200
_EPS = np.finfo(np.float64).eps


def effective_penalty(s, share, n_labelled, n_samples, intercept):
    """kappa, (...), by Newton's method.

    kappa (1 - d_1/n) - (rho/N) (1 - d_1/N) is convex in kappa, at most 0 at rho/N, and at least 0 where the iteration
    starts: it descends to the root.

    Args:
        s: (..., q) >= 0.
        share: rho/N, > 0.
        n_labelled, n_samples: n < N.
        intercept: whether there is one; then n >= 2.
    """
    n, N = n_labelled, n_samples
    kappa = (share + s.sum(axis=-1) / n) / (1 - intercept / n)
    for _ in range(ITERATIONS):
        d_1, falling = _degrees(s, kappa, intercept)
        value = kappa * (1 - d_1 / n) - share * (1 - d_1 / N)
        step = value / (1 - d_1 / n + (kappa / n - share / N) * falling)
        kappa = np.maximum(kappa - step, share)
        if (np.abs(step) <= 4 * _EPS * kappa).all():
            break
    return kappa


def effective_penalty_rate(s, slopes, kappa, share, n_labelled, n_samples, intercept):
    """The derivative of kappa, (...), as every s_k changes by slopes_k; the other arguments as for `effective_penalty`."""
    n, N = n_labelled, n_samples
    d_1, falling = _degrees(s, kappa, intercept)
    weight = kappa / n - share / N
    gained = kappa * np.sum(slopes / (s + kappa[..., None]) ** 2, axis=-1)  # of d_1, kappa fixed
    return weight * gained / (1 - d_1 / n + weight * falling)


def growth(d_1, d_2, n_labelled, n_samples):
    """g, (...), for n < N."""
    missing = n_samples - n_labelled
    return missing * d_2 / _room(d_1, d_2, n_labelled, n_samples)


def growth_rate(d_1, d_2, d_1_rate, d_2_rate, n_labelled, n_samples):
    """The derivative of g, (...), as d_1 and d_2 change at these rates."""
    n, N, missing = n_labelled, n_samples, n_samples - n_labelled
    room = _room(d_1, d_2, n, N)
    room_rate = (2 * d_1 - n - N + missing) * d_1_rate - missing * d_2_rate
    return missing * (d_2_rate - d_2 * room_rate / room) / room


def _room(d_1, d_2, n, N):
    return (n - d_1) * (N - d_1) + (N - n) * (d_1 - d_2)


def _degrees(s, kappa, intercept):
    """(d_1, how fast it falls with kappa), each (...)."""
    level = s + kappa[..., None]
    return np.sum(s / level, axis=-1) + intercept, np.sum(s / level**2, axis=-1)
