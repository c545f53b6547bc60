"""Kernel discriminant analysis (Mika et al. 1999, Baudat & Anouar 2000): `numeric.lda` over functions of a kernel.

    min tr S_w(Z) over Z = kernel A of unit covariance, C(Z) = I

Coefficients embed other samples as well: their rows are k(x, X) A, for their kernel with the samples X that have labels.

On samples that a kernel tells apart, all of them, as a Gaussian one does up to rounding, every Z is a function of it: the
first C - 1 columns put each class on one point, with mu = 0, whatever the labels, and what that says of other samples is
another question. A kernel of low rank, or of fewer features than samples, is what restrains it; there is no other
regularisation here.
"""

from dataclasses import replace

from numeric import lda
from numeric.kernel_basis import kernel_basis


def optimal_weights(kernel, labels, n_components):
    """A global minimum over all Z = kernel A with C(Z) = I.

    Args:
        kernel: (N, N) symmetric, positive semidefinite once centred, of any rank, dense or sparse.
        labels: (N,) the classes, of any hashable kind.
        n_components: K, from 1 to the rank of the centred kernel; beyond C - 1 columns as for `lda.optimal_weights`.

    Returns:
        Optimum with the coefficients A as its `weights`, (N, K), each column of mean zero; for the rest as that of
        `lda.optimal_weights`.

    Raises:
        TypeError, ValueError: an argument is out of range, or K columns cannot satisfy the constraint.
    """
    U, A = kernel_basis(kernel)
    optimum = lda.optimal_weights(U, labels, n_components)
    return replace(optimum, weights=A @ optimum.weights)
