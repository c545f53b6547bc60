"""Kernel Locality Preserving Projections (He & Niyogi 2003, section 4): `numeric.lpp` over functions of a kernel.

    min tr(Z'L Z) over Z = kernel A,  L = D_G - G,  D_G = diag(G 1)

subject to the same constraints, on kernel A up to a constant row. Coefficients embed other samples as well: their rows are
k(x, X) A, for their kernel with the samples X of the relation. In the degree form samples of degree 0 do not enter, and
their coefficients are 0.

On samples that a kernel tells apart, all of them, as a Gaussian one does up to rounding, every Z is a function of it: the
minimum is that of Laplacian Eigenmaps itself, and what it says of other samples depends on digits that the kernel has
few of. A kernel of low rank, or of fewer features than samples, is what restrains it; there is no other regularisation here.
"""

from dataclasses import replace

from numeric import lpp
from numeric.kernel_basis import kernel_basis
from numeric.normalisation import masses
from numeric.pairwise import relation


def optimal_weights(kernel, G, n_components, *, normalisation="covariance"):
    """A global minimum over all Z = kernel A that satisfy the constraint.

    Args:
        kernel: (N, N) symmetric, positive semidefinite once centred, of any rank, dense or sparse.
        G: (N, N) relation.
        n_components: K, from 1 to the rank of the centred kernel; in the degree form, of its rows of degree > 0.
        normalisation: "covariance" or "degree", as for `numeric.lpp`.

    Returns:
        Optimum with the coefficients A as its `weights`, (N, K), each column of mean zero; for the rest as that of
        `lpp.optimal_weights`.

    Raises:
        TypeError, ValueError: an argument is out of range, or K columns cannot satisfy the constraint.
    """
    G = relation(G)
    counted = masses(G, normalisation) > 0
    U, A = kernel_basis(kernel, counted if counted.any() else ~counted)  # of no sample, the linear method has its say
    optimum = lpp.optimal_weights(U, G, n_components, normalisation=normalisation)
    return replace(optimum, weights=A @ optimum.weights)
