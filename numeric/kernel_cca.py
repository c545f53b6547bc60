"""Kernel canonical correlation analysis (Akaho 2001, Bach & Jordan 2002): `numeric.cca` over functions of two kernels.

    loss(Z_a, Z_b) = |Z_a'H Z_b/N - I|_F^2 over Z_a = kernel_a A_a and Z_b = kernel_b A_b of unit covariance each

Coefficients embed other samples as well: their rows are k(x, X) A, for their kernel with the samples X.

Nothing is regularised here, and the unregularised problem has an answer that says nothing where a kernel has full rank: on
samples that it tells apart, all of them, every function is one of the kernel, so that all correlations are 1, those of
every other view with it. A Gaussian kernel is such a one, up to rounding. The correlations mean something where the ranks
of both centred kernels, together, are well below N: for kernels of few features, or approximated by few.
"""

from dataclasses import replace

import numpy as np

from numeric import cca
from numeric.kernel_basis import kernel_basis


def optimal_weights(kernel_a, kernel_b, n_components):
    """A global minimum over all whitened pairs Z_a = kernel_a A_a, Z_b = kernel_b A_b.

    Args:
        kernel_a: (N, N) symmetric, positive semidefinite once centred, of any rank, dense or sparse.
        kernel_b: (N, N) the same, of the same samples seen otherwise.
        n_components: K >= 1; may exceed the ranks.

    Returns:
        PairedOptimum with the coefficients A_a and A_b as its weights, (N, K) each, each column of mean zero; for the rest
        as that of `cca.optimal_weights`.

    Raises:
        TypeError, ValueError: an argument is out of range.
    """
    U_a, A_a = kernel_basis(kernel_a, name="kernel_a")
    U_b, A_b = kernel_basis(kernel_b, np.ones(len(U_a), dtype=bool), name="kernel_b")
    optimum = cca.optimal_weights(U_a, U_b, n_components)
    return replace(optimum, weights_a=A_a @ optimum.weights_a, weights_b=A_b @ optimum.weights_b)
