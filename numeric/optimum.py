"""What closed forms return."""

from dataclasses import dataclass

import numpy as np


class NoClosedForm(ValueError):
    """No closed form is known for what was asked; the message says which hypothesis is missing, and what is known."""


@dataclass(frozen=True, eq=False, kw_only=True, slots=True)
class Optimum:
    """A global minimum of a loss, and the spectrum it is built on.

    Attributes:
        representation: (N, K), or None where the unknown is a linear network.
        weights: (D, K), or None where the unknown is the representation itself.
        loss: the value at the minimum, from its closed form.
        filter: (q,) the s_k, eigenvalues of the optimal covariance, one for each eigenvalue below.
        eigenvalues: (q,) what the filter is a function of; q is K, or less if fewer directions exist.
        rank: the number of s_k > 0, which is the rank of the centred representation.
    """

    representation: np.ndarray | None = None
    weights: np.ndarray | None = None
    loss: float
    filter: np.ndarray
    eigenvalues: np.ndarray
    rank: int

    def __post_init__(self):
        if (self.representation is None) == (self.weights is None):
            raise ValueError("an Optimum holds either a representation or weights, and not both")


@dataclass(frozen=True, eq=False, kw_only=True, slots=True)
class PairedOptimum:
    """A global minimum over two networks, Z_a = X_a W_a and Z_b = X_b W_b, and the correlations it is built on.

    Attributes:
        weights_a: (D_a, K).
        weights_b: (D_b, K).
        loss: the value at the minimum, from its closed form.
        correlations: (q,) of column k of Z_a with column k of Z_b, descending; q is K, or less if fewer pairs exist.
        rank: the number of correlations > 0.
    """

    weights_a: np.ndarray
    weights_b: np.ndarray
    loss: float
    correlations: np.ndarray
    rank: int
