"""Ridge regression written out: what a penalised probe predicts, and its risk, from N x N matrices."""

import numpy as np


def smoother(Z, rho, intercept):
    """The matrix of the predictions of a ridge probe on Z; the intercept, if there is one, is not penalised."""
    n, K = Z.shape
    inputs = np.hstack([Z, np.ones((n, 1))]) if intercept else Z
    penalty = rho * np.diag([1.0] * K + [0.0] * intercept)
    return inputs @ np.linalg.solve(inputs.T @ inputs + penalty, inputs.T)


def risk(S, y, sigma):
    """The mean squared error of S (y + noise), summed over samples."""
    return ((y - S @ y) ** 2).sum() + sigma**2 * (S**2).sum()
