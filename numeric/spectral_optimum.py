"""From eigenvectors and a filter to a minimiser: the part of a closed form that every loss has in common."""

import numpy as np

from numeric.arrays import row_blocks
from numeric.majorisation import rotation_with_diagonal

ROUNDING = 1e-12
"""A difference of two numbers that agree to this, relatively, counts as 0: they differ by rounding."""


def positive_part(values, scale):
    """max(values, 0), for differences of numbers of magnitude `scale`: a value that is rounding is 0 as well.

    So an eigenvalue on the threshold of a filter is dropped, as the formula says, although it is computed.
    """
    return np.where(values > ROUNDING * scale, values, 0.0)


def spectral_factor(basis, spectrum, *, n_components, equal_diagonal=False, rotation=None):
    """basis diag(spectrum)^{1/2} R', (M, K): the minimiser whose covariance is R diag(spectrum) R'.

    Args:
        basis: (M, q) the directions, of unit variance each; overwritten where the result fits in.
        spectrum: (q,) eigenvalues of the covariance, q <= K; the other K - q are 0.
        n_components: K.
        equal_diagonal: if False, R is the first q columns of the identity, and the covariance is diagonal; if
            True, R is q columns of a rotation that makes all entries of its diagonal equal
            (`rotation_with_diagonal`).
        rotation: (K, K), of which R is to be the first q columns instead.
    """
    q = len(spectrum)
    if equal_diagonal:
        padded = np.zeros(n_components)
        padded[:q] = spectrum
        rotation = rotation_with_diagonal(padded, np.full(n_components, padded.mean()))
    lengths = np.sqrt(spectrum)  # (q,)
    fits = q == n_components and basis.flags.c_contiguous
    factor = basis if fits else np.zeros((len(basis), n_components))  # (M, K)
    if rotation is None:
        if fits and (lengths == 1).all():
            return basis
        np.multiply(basis, lengths, out=factor[:, :q])
        return factor
    right = lengths[:, None] * rotation[:, :q].T  # (q, K)
    for rows in row_blocks(factor):
        factor[rows] = basis[rows] @ right
    return factor
