"""Classical multidimensional scaling (Torgerson 1952, Gower 1966) as a loss: squared similarity to scalar products.

    loss(Z) = |G - Z Z'|^2,  G = -H Delta^2 H / 2,  Delta^2 the squared distances, entry by entry,  H = I - 1 1'/N

For distances between points G holds the scalar products of the centred points, and the optimum is their projection on
the K first principal directions; for any others the negative eigenvalues of G are cut off (`classical-mds`). This loss,
also called strain, is not the stress that metric scaling by majorisation (scikit-learn's `MDS`) minimises.

Every function raises ValueError or TypeError naming the argument where it is out of range.

Beside scikit-learn's `ClassicalMDS(metric="precomputed")` (from 1.9 on): the same points, up to the sign of columns and a
rotation among equal eigenvalues. It takes the square root of every eigenvalue, so that a column is NaN where the
eigenvalue is negative; here that column is zero. It returns min(K, N) columns, and here they are K.
"""

from numeric.centring import doubly_centred, rounding_of
from numeric.entries import check_norm, rounding_unit
from numeric.generated import squared_similarity
from numeric.pairwise import distance_matrix
from numeric.relation_spectrum import top_eigenpairs


def loss(Z, distances):
    """The loss of a representation: a float.

    Args:
        Z: (N, K) representation.
        distances: (N, N) symmetric, nonnegative, with a zero diagonal; the triangle inequality is not asked for. Their
            fourth powers must be finite: at most about 1e76.
    """
    return squared_similarity.loss(Z, _scalar_products(distances)[0])


def gradient(Z, distances):
    """The gradient of the loss, 4 (Z Z'Z - G Z), shape (N, K). Arguments as for `loss`."""
    return squared_similarity.gradient(Z, _scalar_products(distances)[0])


def loss_and_gradient(Z, distances):
    """Both at the price of one: (float, (N, K) array). Arguments as for `loss`."""
    return squared_similarity.loss_and_gradient(Z, _scalar_products(distances)[0])


def optimal_representation(distances, n_components):
    """The points of classical scaling, a global minimum over all (N, K) representations (`classical-mds`).

    Z* = U diag((g_k)_+)^{1/2}, where U'U = I, G U = U diag(g), g descending: the min(K, N) largest eigenvalues of G.

    Args:
        distances: as for `loss`.
        n_components: K >= 1; may exceed N.

    Returns:
        Optimum with `representation` (N, K), centred.
    """
    G, error = _scalar_products(distances)
    return squared_similarity.optimal_representation(G, n_components, error=error)


def optimal_weights(X, distances, n_components):
    """A global minimum over all linear networks Z = X W (`simclr-linear-optimum` at G = -H Delta^2 H / 2).

    Args:
        X: (N, D) inputs, of any rank; they are not centred here.
        distances: as for `loss`.
        n_components: K >= 1; may exceed the rank of X.

    Returns:
        Optimum with `weights` (D, K).
    """
    G, error = _scalar_products(distances)
    return squared_similarity.optimal_weights(X, G, n_components, error=error)


def eigenpairs(distances, n_pairs):
    """What the optimum is built on: the largest eigenpairs of G, best direction first."""
    G, error = _scalar_products(distances)
    return top_eigenpairs(G, n_pairs, error=error)


def _scalar_products(distances):
    """G = -H Delta^2 H / 2, (N, N), and how far it may be from the one that is meant: distances are rounded."""
    unit = rounding_unit(distances)
    distances = distance_matrix(distances)
    check_norm("distances", distances, power=4)
    squares = distances**2
    return doubly_centred(squares) / -2, rounding_of(squares, unit)
