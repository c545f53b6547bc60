"""G', the relation as a target: its rows scaled to sum to one, a block of rows at a time."""

import numpy as np
import scipy.sparse as sp

BLOCK = 2**19
"""How many scores are held at once, or those of one sample if that is more."""


def row_blocks(n_samples):
    """Slices that cover the rows, each of about `BLOCK` entries of an (N, N) matrix."""
    height = max(1, BLOCK // n_samples)
    return [slice(start, min(start + height, n_samples)) for start in range(0, n_samples, height)]


def positives(G, rows, *, exclude_self):
    """Rows of G', each of G's scaled to sum to one; a row without positives stays zero.

    The same to the last bit for a dense and a sparse relation.

    Args:
        G: (N, N) relation, validated.
        rows: slice of n rows.
        exclude_self: leave out the diagonal before scaling.

    Returns:
        (n, N) csr_array.
    """
    block = sp.csr_array(G[rows]).tocoo()
    samples, others = block.coords
    kept = block.data > 0
    if exclude_self:
        kept &= others != samples + rows.start
    samples, others, weights = samples[kept], others[kept], block.data[kept]
    totals = np.bincount(samples, weights=weights, minlength=block.shape[0])  # (n,)
    return sp.csr_array((weights / totals[samples], (samples, others)), shape=block.shape)
