"""What every closed form returns."""

from dataclasses import dataclass

import numpy as np


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
