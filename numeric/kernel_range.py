"""What combinations of the columns of a kernel can be on the samples: an orthonormal basis, and how it is made of them.

On this basis as its inputs, every linear method is one over Z = kernel A. The kernel does not take the place of inputs itself,
for where it is a product of features its condition is the square of theirs. Constants count, unlike in `numeric.kernel_basis`,
and the kernel may be of any sign: Z = kernel A asks for no features.
"""

import numpy as np
import scipy.sparse as sp

from numeric.entries import frobenius_norm, rounding_unit
from numeric.kernel_basis import TURN
from numeric.pairwise import symmetric
from numeric.relation_spectrum import top_eigenpairs
from numeric.validation import component_count


def kernel_range(kernel, rank=None, *, name="kernel"):
    """U = kernel A, (N, r), with U'U = I: from kernel = U diag(g) U' follows A = U diag(1/g).

    Args:
        kernel: (N, N) symmetric matrix of any sign, dense or sparse. Eigenvalues below 1e-12 of its norm count as 0, and
            those whose directions are not known up to `TURN`.
        rank: how many directions, those of the largest |g|; None stands for all of them.
        name: of the argument, for messages.

    Returns:
        U: (N, r) orthonormal columns, |g| descending; of a kernel that is 0, one column of zeros.
        A: (N, r) coefficients.

    Raises:
        TypeError, ValueError: the kernel is no symmetric matrix, or `kernel_rank` is not an integer >= 1.
    """
    rank = None if rank is None else component_count(rank, name="kernel_rank")
    unit = rounding_unit(kernel)
    kernel = symmetric(kernel, name=name)
    kernel = kernel.toarray() if sp.issparse(kernel) else kernel
    g, vectors = top_eigenpairs(kernel, len(kernel), error=unit * frobenius_norm(kernel) / TURN)
    known = np.argsort(-np.abs(g), kind="stable")[: np.count_nonzero(g)][:rank]
    if not len(known):
        return np.zeros((2, len(kernel), 1))
    U = vectors[:, known]
    return U, U / g[known]
