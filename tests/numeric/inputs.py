"""Random inputs of linear networks, and what the networks can do, found in the plainest way."""

import numpy as np
from hypothesis import assume, event
from hypothesis import strategies as st

from tests.numeric.similarity import low_rank
from tests.numeric.strategies import arrays


@st.composite
def random_inputs(draw, n, max_features=5):
    """X, (n, D), of any rank, off the origin, in any units, with constant and duplicated features."""
    features, rank, rng = draw(st.integers(1, max_features)), draw(st.integers(0, max_features)), draw(arrays())
    X = low_rank(rng, n, features, rank) + draw(st.sampled_from([0, 3, 100])) * rng.standard_normal(features)
    kind = draw(st.sampled_from(["plain", "plain", "constant", "duplicates", "wide"]))
    event(f"inputs: {kind}")
    if kind == "constant":
        X = np.column_stack([np.full(n, 0.1), X])
    elif kind == "duplicates":
        X = np.column_stack([X, 2 * X[:, ::-1]])
    elif kind == "wide":
        X = X @ rng.standard_normal((X.shape[1], n + 3))
    return X * 10.0 ** rng.uniform(-3, 3, X.shape[1])


def centred_basis(X, mass=None):
    """F, (N, r), with F'M F = I and F'M 1 = 0, M = diag(mass), by default I/N: all that X W can be, up to a constant row.

    Inputs of condition above 1e3 are rejected, as errors grow with it. Rows of mass 0 are 0.
    """
    F, condition = basis_and_condition(X, mass)
    assume(condition < 1e3)
    event("no direction" if not F.shape[1] else "rank-deficient" if F.shape[1] < X.shape[1] else "full rank")
    return F


def basis_and_condition(X, mass=None):
    """The same for any inputs, and their condition once every feature is scaled to unit variance."""
    mass = np.full(len(X), 1 / len(X)) if mass is None else mass
    counted = mass > 0
    if not counted.any():
        return np.zeros((len(X), 0)), 1.0
    roots = np.sqrt(mass[counted])[:, None]
    centred = roots * (X[counted] - np.average(X[counted], axis=0, weights=mass[counted]))
    lengths = np.linalg.norm(centred, axis=0)
    varying = lengths > 1e-12 * np.linalg.norm(roots * X[counted], axis=0)
    if not varying.any():
        return np.zeros((len(X), 0)), 1.0
    U, singular_values, _ = np.linalg.svd(centred[:, varying] / lengths[varying], full_matrices=False)
    rank = int((singular_values > 1e-9 * singular_values[0]).sum())
    F = np.zeros((len(X), rank))
    F[counted] = U[:, :rank] / roots
    return F, singular_values[0] / singular_values[rank - 1]


def class_means(X, labels):
    """Every row replaced by the mean of its class."""
    labels = np.asarray(labels)
    return np.array([X[labels == label].mean(axis=0) for label in labels])
