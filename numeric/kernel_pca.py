"""Kernel PCA (Schoelkopf, Smola & Mueller 1998) as a loss: squared similarity to the centred kernel.

    loss(Z) = |G - Z Z'|^2,  G = H kernel H,  H = I - 1 1'/N

Its optimum is the matrix of projections on the K first principal directions of the features (`kernel-pca`, by
`simclr-kernel-pca` at this G). The kernel may be indefinite; then its negative eigenvalues are cut off.

Every function takes the kernel dense or sparse, and raises ValueError or TypeError naming the argument where it is out
of range. G is dense in either case.

Beside scikit-learn's `KernelPCA(kernel="precomputed")`: the same scores, up to the sign of columns and a rotation among
equal eigenvalues, of a kernel centred the same way. It raises where an eigenvalue among the K largest is clearly
negative, and takes for 0 what is below 1e-12 of the largest; here the column is zero in both cases, and also where
the eigenvalue is rounding of the kernel before centring. It returns min(K, N) columns, and here they are K.
"""

from numeric.centring import centred_kernel
from numeric.generated import squared_similarity
from numeric.relation_spectrum import top_eigenpairs


def loss(Z, kernel):
    """The loss of a representation: a float.

    Args:
        Z: (N, K) representation.
        kernel: (N, N) symmetric matrix of any sign; constants added to a row and its column have no influence.
    """
    return squared_similarity.loss(Z, centred_kernel(kernel)[0])


def gradient(Z, kernel):
    """The gradient of the loss, 4 (Z Z'Z - G Z), shape (N, K). Arguments as for `loss`."""
    return squared_similarity.gradient(Z, centred_kernel(kernel)[0])


def loss_and_gradient(Z, kernel):
    """Both at the price of one: (float, (N, K) array). Arguments as for `loss`."""
    return squared_similarity.loss_and_gradient(Z, centred_kernel(kernel)[0])


def optimal_representation(kernel, n_components):
    """The scores of kernel PCA, a global minimum over all (N, K) representations (`kernel-pca`).

    Z* = U diag((g_k)_+)^{1/2}, where U'U = I, G U = U diag(g), g descending: the min(K, N) largest eigenvalues of G.

    Args:
        kernel: as for `loss`.
        n_components: K >= 1; may exceed N.

    Returns:
        Optimum with `representation` (N, K), centred; g_k / N is the variance of column k.
    """
    G, error = centred_kernel(kernel)
    return squared_similarity.optimal_representation(G, n_components, error=error)


def optimal_weights(X, kernel, n_components):
    """A global minimum over all linear networks Z = X W (`simclr-linear-optimum` at G = H kernel H).

    Args:
        X: (N, D) inputs, of any rank; they are not centred here.
        kernel: as for `loss`.
        n_components: K >= 1; may exceed the rank of X.

    Returns:
        Optimum with `weights` (D, K).
    """
    G, error = centred_kernel(kernel)
    return squared_similarity.optimal_weights(X, G, n_components, error=error)


def eigenpairs(kernel, n_pairs):
    """What the optimum is built on: the largest eigenpairs of G, best direction first."""
    G, error = centred_kernel(kernel)
    return top_eigenpairs(G, n_pairs, error=error)
