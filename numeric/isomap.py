"""ISOMAP (Tenenbaum, de Silva & Langford 2000): classical multidimensional scaling of geodesic distances.

    loss(Z) = |B - Z Z'|_F^2,  B = -H Delta^2 H/2

with Delta the lengths of the shortest paths between samples in their graph of nearest neighbours
(`numeric.geodesics`), squared entry by entry, and H = I - 1 1'/N (`isomap`). B is that of any other distances in
`numeric.classical_mds`; geodesic ones are in general not Euclidean, and B has negative eigenvalues, which no Z reaches.

Samples come as X, or as `distances` between them. Every function searches neighbours and paths anew, which takes longer
than all the rest; who needs several of them calls `geodesic_distances` once, and `numeric.classical_mds` on what it gives.

scikit-learn's Isomap has the same geodesic distances and the same Z Z', where no two distances from one sample are equal:
of equally near samples it takes any, here the one of lowest index. Its graph is directed and its paths are not, which is
the same graph. One that is not connected it completes, with a warning, by the shortest edge between every two components;
here that is an error, which names the smallest n_neighbors to connect it. More components than B has positive eigenvalues
it refuses; here the columns in excess are 0. Its `embedding_` is Z* up to the signs of columns, or up to a rotation where
eigenvalues are equal.
"""

from numeric import classical_mds
from numeric.entries import check_norm
from numeric.geodesics import geodesic_distances
from numeric.validation import component_count

__all__ = [
    "eigenpairs",
    "geodesic_distances",
    "gradient",
    "loss",
    "loss_and_gradient",
    "optimal_representation",
    "optimal_weights",
]


def loss(Z, X=None, *, distances=None, n_neighbors=5):
    """The loss of a representation: a float.

    Args:
        Z: (N, K) representation.
        X: (N, D) samples, N >= 2.
        distances: (N, N) distances of the samples, instead of X.
        n_neighbors: k, from 1 to N - 1; the graph must be connected.
    """
    return classical_mds.loss(Z, _geodesics(X, distances, n_neighbors))


def gradient(Z, X=None, *, distances=None, n_neighbors=5):
    """The gradient of the loss, shape (N, K): -4 (B - Z Z') Z. Arguments as for `loss`."""
    return classical_mds.gradient(Z, _geodesics(X, distances, n_neighbors))


def loss_and_gradient(Z, X=None, *, distances=None, n_neighbors=5):
    """Both at the price of one: (float, (N, K) array). Arguments as for `loss`."""
    return classical_mds.loss_and_gradient(Z, _geodesics(X, distances, n_neighbors))


def optimal_representation(X=None, n_components=2, *, distances=None, n_neighbors=5):
    """A global minimum over all (N, K) representations (`isomap`).

    Z* = U diag((b_k)_+)^(1/2), b_k descending: the min(K, N) largest eigenvalues of B, and U their eigenvectors.

        loss* = |B|_F^2 - sum_k (b_k)_+^2

    Args:
        X: (N, D) samples, N >= 2.
        n_components: K >= 1; may exceed the number of positive eigenvalues, and N.
        distances, n_neighbors: as for `loss`.

    Returns:
        Optimum with `representation` (N, K), centred.

    Raises:
        TypeError, ValueError: as `numeric.geodesics.geodesic_distances` does, or n_components is out of range.
    """
    n_components = component_count(n_components)  # before the search
    return classical_mds.optimal_representation(_geodesics(X, distances, n_neighbors), n_components)


def optimal_weights(X, n_components, *, distances=None, n_neighbors=5):
    """A global minimum over all linear networks Z = X W, which embeds samples outside the graph as well
    (`simclr-linear-optimum` at G = B).

    Args:
        X: (N, D) inputs, of any rank; they are not centred here.
        n_components: K >= 1; may exceed the rank of X.
        distances: (N, N) distances that neighbours are chosen by, instead of those of X.
        n_neighbors: as for `loss`.

    Returns:
        Optimum with `weights` (D, K).
    """
    n_components = component_count(n_components)  # before the search
    chosen_by = {"X": X, "distances": None} if distances is None else {"X": None, "distances": distances}
    return classical_mds.optimal_weights(X, _geodesics(**chosen_by, n_neighbors=n_neighbors), n_components)


def eigenpairs(X=None, n_pairs=2, *, distances=None, n_neighbors=5):
    """What the optimum is built on: the largest eigenpairs of B, best direction first."""
    return classical_mds.eigenpairs(_geodesics(X, distances, n_neighbors), n_pairs)


def _geodesics(X, distances, n_neighbors):
    geodesics = geodesic_distances(X, distances=distances, n_neighbors=n_neighbors)
    check_norm("geodesic distances", geodesics, power=4)
    return geodesics
