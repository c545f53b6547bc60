"""NumPy at 50 digits, for functions that are written by hand; shares nothing with the evaluator but the digits."""

import numpy as np

from derivations.language.arithmetic import CONTEXT

erf, exp, log, sin, sqrt, tanh = (
    np.frompyfunc(getattr(CONTEXT, f), 1, 1) for f in ["erf", "exp", "log", "sin", "sqrt", "tanh"]
)


def det(matrix):
    return CONTEXT.det(_to_mpmath(matrix))


def inv(matrix):
    return array(CONTEXT.inverse(_to_mpmath(matrix)).tolist())


def array(entries):
    """Numbers as an array of 50 digits."""
    return np.frompyfunc(CONTEXT.mpf, 1, 1)(np.asarray(entries))


def _to_mpmath(matrix):
    return CONTEXT.matrix(matrix.tolist())


def eye(size):
    return np.eye(size, dtype=int)


def softmax(scores):
    """Over each row."""
    weights = exp(scores)
    return weights / weights.sum(axis=1, keepdims=True)


def unit_rows(matrix):
    return matrix / sqrt((matrix**2).sum(axis=1, keepdims=True))


def centred(matrix):
    """Less the mean of each column."""
    return matrix - matrix.sum(axis=0) / len(matrix)


def distances(matrix):
    """Squared, between all pairs of rows."""
    return ((matrix[:, None] - matrix[None]) ** 2).sum(axis=2)
