"""What functions of a kernel can be on the samples: an orthonormal basis, and how it is made of the kernel's columns.

A kernel matrix is X X' for some features X, and linear functions of the features are the combinations Z = kernel A of its
columns, up to a constant row. So every linear method has a kernel form: the linear one, on this basis as its inputs, whose
weights are turned into coefficients A. Features are not reconstructed, and the kernel itself does not take their place as
inputs, for its condition is the square of theirs.
"""

import numpy as np

from numeric.centring import UNITS, centred_kernel
from numeric.relation_spectrum import top_eigenpairs

TURN = 1e-4
"""How far, in radians, the rounding of a kernel may have turned a direction that counts. It turns eigenvectors by as much as
it is larger than their eigenvalues, and of a small one nothing else may be left."""


def kernel_basis(kernel, samples=None, *, name="kernel"):
    """U = H kernel A, (N, r), with U'U = I: the range of the centred features; H = I - 1 1'/N.

    From G = H kernel H = U diag(g) U' follows A = U diag(1/g). In the direction of an eigenvalue g the digits
    of g_1/g are lost, twice as many as by way of the features: for those there is the linear method.

    Args:
        kernel: (N, N) symmetric matrix, dense or sparse, positive semidefinite once centred. Eigenvalues of G
            below 1e-12 of its norm count as 0, and those whose directions are not known up to `TURN`.
        samples: (N,) Booleans, which samples count; None stands for all, whatever N is. U and A are those of the
            kernel without the others, and 0 in their rows.
        name: of the argument, for messages.

    Returns:
        U: (N, r) orthonormal columns of mean zero, r the rank of G; if that is 0, one column of zeros.
        A: (N, r) coefficients, of mean zero too.

    Raises:
        TypeError, ValueError: the kernel is no symmetric matrix of this size, or has a negative eigenvalue.
    """
    G, error = centred_kernel(kernel, samples, name=name)
    g, vectors = top_eigenpairs(G, len(G), error=error / UNITS / TURN)
    if g[-1] < 0:
        found = f"an eigenvalue of {g[-1]:.3g} beside one of {g[0]:.3g}"
        raise ValueError(f"{name} must be positive semidefinite once it is centred; found {found}")
    samples = np.ones(len(G), dtype=bool) if samples is None else samples
    r = max(int(np.count_nonzero(g)), 1)
    U, A = np.zeros((2, len(samples), r))
    if g[0]:
        U[samples] = vectors[:, :r] - vectors[:, :r].mean(axis=0)
        A[samples] = U[samples] / g[:r]
    return U, A
