"""Locality Preserving Projections (He & Niyogi 2003): Laplacian Eigenmaps by a linear network Z = X W.

    min tr(Z'L Z) over Z = X W,  L = D_G - G,  D_G = diag(G 1)

subject to one of two constraints on X W up to a constant row (`numeric.normalisation`):

    normalisation="covariance"   W'X'H X W = N I            X'L X w = mu X'H X w,        H = I - 1 1'/N
    normalisation="degree"       W'X'D_c X W = I            X'L X w = lambda X'D_c X w,  D_c = D_G - D_G 1 1'D_G / 1'D_G 1

The loss and its gradient are those of `numeric.laplacian_eigenmaps` at Z = X W; neither sees a constant row. With
X = I, or any X of rank N, the minimum is that of Laplacian Eigenmaps itself. With the class relation
(`relations.from_labels(labels, weights="class")`) it is Fisher's discriminant (`numeric.lda`).

He & Niyogi write X'D_G X in place of X'D_c X: the same if X is centred under the degrees (X'D_G 1 = 0). If it is not, their
constraint counts a constant offset as spread, and the solutions depend on where the origin is.
"""

import numpy as np

from numeric.dense import selected_eigenpairs
from numeric.normalisation import constraint_of, masses
from numeric.optimum import Optimum
from numeric.pairwise import relation
from numeric.products import degrees, without_diagonal
from numeric.validation import check_feasible, component_count, inputs
from numeric.whitened import whitened_pencil

_EPS = np.finfo(np.float64).eps


def optimal_weights(X, G, n_components, *, normalisation="covariance"):
    """A global minimum over all linear networks Z = X W that satisfy the constraint.

    W* = T V: X T, up to a constant row, is a basis F of what linear networks can do, in the scale of the constraint, and V,
    V'V = I, are the eigenvectors of F'L F for its K smallest eigenvalues.

        loss* = N sum_k mu_k ("covariance"),  sum_k lambda_k ("degree")

    Args:
        X: (N, D) inputs of any rank: D > N, constant and duplicated features are welcome. It is centred here.
        G: (N, N) relation.
        n_components: K, from 1 to the rank of the centred X; in the degree form, of its rows of degree > 0.
        normalisation: "covariance" or "degree".

    Returns:
        Optimum with `weights` (D, K); `eigenvalues` ascending, exactly 0 where they are rounding; `filter` all ones.

    Raises:
        TypeError, ValueError: an argument is out of range, or K columns cannot satisfy the constraint.
    """
    constraint = constraint_of(normalisation)
    n_components = component_count(n_components)
    G = relation(G)
    X = inputs(X, G.shape[0])
    mass = masses(G, normalisation)
    G = without_diagonal(G)
    T, energy = whitened_pencil(X, G, masses=mass, centred=True)  # (D, r), (r, r)
    check_feasible(n_components, T.shape[1], f"{constraint} over Z = X W")
    eigenvalues, V = selected_eigenpairs(energy, 0, n_components - 1)  # (K,), (r, K)
    counted = mass > 0
    bound = 2 * (degrees(G)[counted] / mass[counted]).max()  # Gershgorin
    eigenvalues = np.where(eigenvalues > len(V) * _EPS * bound, eigenvalues, 0.0)
    loss = float(np.sum(eigenvalues))
    return Optimum(
        weights=T @ V,
        loss=loss,
        filter=np.ones(n_components),
        eigenvalues=eigenvalues / X.shape[0] if normalisation == "covariance" else eigenvalues,
        rank=n_components,
    )
