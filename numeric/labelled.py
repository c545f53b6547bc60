"""What a random subset of labels tells of all targets: unbiased estimates, and how far they may be off.

Of N targets f_i only n are labelled, y_i = f_i + noise, drawn at random without replacement; the noise is independent,
of mean 0 and of variance sigma^2 in a whole row. For a direction u orthogonal to the ones vector, such as an eigenvector of
a Laplacian or a left singular vector of a centred representation,

    |u'F|^2 = -1/2 sum_{i != j} u_i u_j |f_i - f_j|^2

is a sum over pairs. A pair is labelled with probability n (n-1) / (N (N-1)), and |y_i - y_j|^2 is larger than
|f_i - f_j|^2 by 2 sigma^2 in the mean. So, with S the labelled samples,

    (N (N-1)) / (n (n-1))  (-1/2) sum_{i != j in S} u_i u_j (|y_i - y_j|^2 - 2 sigma^2)

has the mean |u'F|^2 over all subsets and noises (Horvitz & Thompson 1952, for pairs). The square of the estimated u'F has
not: it is too large by the variance of that estimate. What is subtracted here may leave a negative number; it is not
clipped, for the mean would not be right any more, nor would differences of such sums.

The same holds for |F - mean|^2 with -1/N in place of u_i u_j, and for every linear combination. A combination is a sum over
pairs, of which each sample has a share: the spread of the shares is the jackknife's estimate of its variance (Efron &
Stein 1981, which is too large in the mean rather than too small, for samples drawn with replacement).
"""

import numpy as np

from numeric.centred import centre


def labelled_samples(labelled_index, n_samples, *, fewest):
    """Which samples have labels, as an array of integers (n,).

    Args:
        labelled_index: (n,) different integers from 0 to N - 1, in any order.
        n_samples: N.
        fewest: what n must be at least.

    Raises:
        TypeError: labelled_index does not hold integers.
        ValueError: too few, out of range, or one of them twice.
    """
    name, allowed = "labelled_index", f"different integers from 0 to {n_samples - 1}"
    index = np.asarray(labelled_index)
    if index.size and index.dtype.kind not in "iu":
        raise TypeError(f"{name} must hold {allowed}; found dtype {index.dtype}")
    if index.ndim != 1 or len(index) < fewest:
        raise ValueError(f"{name} must be one-dimensional, of at least {fewest} samples; found shape {index.shape}")
    outside = (index < 0) | (index >= n_samples)
    if outside.any():
        raise ValueError(f"{name} must hold {allowed}; found {index[outside][0]}")
    values, counts = np.unique(index, return_counts=True)
    if len(values) < len(index):
        raise ValueError(f"{name} must hold {allowed}; found {values[counts > 1][0]} more than once")
    return index


def direction_shares(directions, Y, n_samples, noise):
    """The shares of the labelled samples in the estimates of |u_k'F|^2, (n, q): their sum over samples is the estimate.

    Args:
        directions: (n, q) the rows of the labelled samples in (N, q) directions, each orthogonal to the ones vector.
        Y: (n, T) their labels, n >= 2.
        n_samples: N.
        noise: sigma^2 >= 0, summed over the T targets.
    """
    Y = centre(Y)  # differences are the same, and smaller numbers lose fewer digits
    squares = np.sum(Y**2, axis=1)  # (n,)
    sums = directions.sum(axis=0)  # (q,)
    distances = (
        squares[:, None] * sums + squares @ directions - 2 * Y @ (Y.T @ directions)
    )  # (n, q), sum_j u_j |y_i-y_j|^2
    return -_pair_weight(Y, n_samples) / 2 * directions * (distances - 2 * noise * (sums - directions))


def total_shares(Y, n_samples, noise):
    """The shares of the labelled samples in the estimate of |F - mean of F|^2, (n,); arguments as for `direction_shares`."""
    Y = centre(Y)
    squares = np.sum(Y**2, axis=1)  # (n,)
    distances = len(Y) * squares + squares.sum()  # (n,), sum_j |y_i - y_j|^2
    return _pair_weight(Y, n_samples) / (2 * n_samples) * (distances - 2 * noise * (len(Y) - 1))


def standard_error(shares, n_samples, noise):
    """The standard error of sums of shares over the labelled samples, by the jackknife.

    Without noise nothing is unknown when all samples are labelled, and the variance is 1 - n/N of that of independent
    draws. Noise does not fade so; with any, the variance of independent draws is taken, which is too large rather than
    too small.

    Args:
        shares: (n, ...) combinations of what the other functions return, n >= 3.
        n_samples: N.
        noise: sigma^2 >= 0.

    Returns:
        (...) array.
    """
    n = len(shares)
    spread = np.sum((shares - shares.mean(axis=0)) ** 2, axis=0)
    variance = 4 * n * (n - 1) / (n - 2) ** 2 * spread
    return np.sqrt(variance if noise else variance * (1 - n / n_samples))


def _pair_weight(Y, n_samples):
    n = len(Y)
    return n_samples / n * ((n_samples - 1) / (n - 1))
