"""The two constraints that keep a spectral embedding from collapsing: what holds its columns apart.

    "covariance"   C(Z) = Z' H Z/N = I,  H = I - 1 1'/N    every sample counts the same
    "degree"       Z'D_G Z = I,  Z'D_G 1 = 0               a sample counts as much as it has positives

Where all samples have the same degree d the second is the first up to the factor N d. D_G = diag(G 1) counts the diagonal
of G, which no Laplacian sees, as pairs of a sample with itself.
"""

import numpy as np

from numeric.products import degrees

CONSTRAINTS = {"covariance": "C(Z) = I", "degree": "Z'D_G Z = I and Z'D_G 1 = 0"}


def constraint_of(normalisation):
    """The constraint in words for messages, or ValueError if there is none of this name."""
    if not isinstance(normalisation, str) or normalisation not in CONSTRAINTS:
        raise ValueError(f"normalisation must be 'covariance' or 'degree'; found {normalisation!r}")
    return CONSTRAINTS[normalisation]


def masses(G, normalisation):
    """How much every sample counts in the constraint, (N,): 1/N each, or its degree; G validated."""
    if normalisation == "degree":
        return degrees(G)
    n_samples = G.shape[0]
    return np.full(n_samples, 1 / n_samples)
