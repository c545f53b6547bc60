"""Double centring, H M H, that loses no digits to the size of the means."""

import scipy.sparse as sp

from numeric.entries import frobenius_norm, rounding_unit
from numeric.pairwise import symmetric

UNITS = 16
"""The entries of a matrix are taken to be right up to this many units of rounding."""


def doubly_centred(matrix):
    """H M H for a symmetric ndarray M, (N, N): symmetric to the last bit, and right up to the rounding of M's entries.

    A mean has a rounding error of the size of the entries, which may be much larger than what is left after centring.
    It is the same for a whole row or column, so that a second round takes it out.
    """
    for _ in range(2):
        matrix = matrix - matrix.mean(axis=0)
        matrix -= matrix.mean(axis=1, keepdims=True)
    return (matrix + matrix.T) / 2


def rounding_of(matrix, unit):
    """How far, in the Frobenius norm, an ndarray may be from the one that is meant; `unit` of its entries."""
    return UNITS * unit * frobenius_norm(matrix)


def centred_kernel(kernel, samples=None, *, name="kernel"):
    """G = H kernel H, (M, M) and dense, and how far it may be from the one that is meant: kernels are rounded.

    Args:
        kernel: (N, N) symmetric matrix of any sign, dense or sparse, as handed in.
        samples: (N,) Booleans, which M of the samples G is of; None stands for all, whatever N is.
        name: of the argument, for messages.
    """
    unit = rounding_unit(kernel)
    kernel = symmetric(kernel, name=name)
    if samples is not None:
        if len(samples) != kernel.shape[0]:
            raise ValueError(f"{name} must have {len(samples)} rows, one per sample; found shape {kernel.shape}")
        kernel = kernel[samples][:, samples]
    kernel = kernel.toarray() if sp.issparse(kernel) else kernel
    return doubly_centred(kernel), rounding_of(kernel, unit)
