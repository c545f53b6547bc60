"""Laplacian Eigenmaps (Belkin & Niyogi 2003): positives as close together as a constraint against collapse lets them be.

    loss(Z) = tr(Z'L Z) = (1/2) sum_ij G_ij |z_i - z_j|^2,  L = D_G - G,  D_G = diag(G 1)

subject to one of two constraints (`numeric.normalisation`):

    normalisation="covariance"   C(Z) = Z'H Z/N = I               L p = lambda p on the complement of the ones vector
    normalisation="degree"       Z'D_G Z = I and Z'D_G 1 = 0      L p = lambda D_G p without the constant one

The first is what VICReg tends to as gamma -> 0 (`vicreg-laplacian-eigenmaps`), the second the original; on a relation in
which all degrees are d they have the same optima up to the factor (N d)^{1/2}, and on others they have not.

A sample of degree 0 enters neither the loss nor the constraint of the degree form: its row of an optimum is 0, and any
other would do. In the covariance form it is a component of its own. Every further component of the graph adds an
eigenvalue 0, whose eigenvectors tell components apart and nothing else.

The constraint is a matter of the caller: `loss` and its gradient are those of any Z, also of one that violates it. Every
function takes G dense or sparse, and raises ValueError or TypeError naming the argument where it is out of range.

Beside scikit-learn's `spectral_embedding`: with `norm_laplacian=True` the degree form, column by column up to sign, and
with `norm_laplacian=False` the covariance form over sqrt(N). It leaves the diagonal of G out of the degrees, which count
it here; it warns where the graph is not connected, and its first column is then not the only one of eigenvalue 0.
"""

import numpy as np

from numeric.arrays import number
from numeric.centred import centred_representation
from numeric.lpp import optimal_weights
from numeric.normalisation import constraint_of
from numeric.optimum import Optimum
from numeric.pairwise import relation
from numeric.products import degrees, laplacian_product
from numeric.spectrum import bottom_eigenpairs
from numeric.validation import check_feasible, component_count

__all__ = ["eigenpairs", "gradient", "loss", "loss_and_gradient", "optimal_representation", "optimal_weights"]


def loss(Z, G):
    """The loss of a representation: a float >= 0 (up to rounding).

    Args:
        Z: (N, K) representation; a constant added to a column has no influence.
        G: (N, N) relation.
    """
    return _evaluate(Z, G)[0]


def gradient(Z, G):
    """The gradient of the loss, 2 L Z, shape (N, K). Arguments as for `loss`."""
    return _evaluate(Z, G)[1]


def loss_and_gradient(Z, G):
    """Both at the price of one: (float, (N, K) array). Arguments as for `loss`."""
    return _evaluate(Z, G)


def optimal_representation(G, n_components, *, normalisation="covariance"):
    """A global minimum over all (N, K) representations that satisfy the constraint (`vicreg-laplacian-eigenmaps`).

    Z* = P, the first K eigenvectors in the scale of the constraint: P'P = N I, or P'D_G P = I.

        loss* = N sum_k lambda_k ("covariance"),  sum_k lambda_k ("degree")

    Args:
        G: as for `loss`.
        n_components: K, from 1 to the number of directions: N - 1, or one less than there are samples of degree > 0.
        normalisation: "covariance" or "degree".

    Returns:
        Optimum with `representation` (N, K), of mean zero, or of mean zero under the degrees; `filter` is all ones.

    Raises:
        ValueError: also where K columns cannot satisfy the constraint.
    """
    eigenvalues, eigenvectors = eigenpairs(G, n_components, normalisation=normalisation)
    check_feasible(n_components, len(eigenvalues), constraint_of(normalisation))
    scale = len(eigenvectors) if normalisation == "covariance" else 1
    return Optimum(
        representation=eigenvectors,
        loss=float(scale * np.sum(eigenvalues)),
        filter=np.ones(n_components),
        eigenvalues=eigenvalues,
        rank=int(n_components),
    )


def eigenpairs(G, n_pairs, *, normalisation="covariance"):
    """What the optimum is built on: the smallest eigenpairs, without the constant one.

    Args:
        G, normalisation: as for `optimal_representation`.
        n_pairs: how many pairs, >= 1; fewer are returned if no more exist.

    Returns:
        eigenvalues: (q,) ascending, exactly 0 once per component of the graph after the first; those of the degree form
            are at most 2.
        eigenvectors: (N, q), P'P = N I and P'1 = 0, or P'D_G P = I and P'D_G 1 = 0.
    """
    constraint_of(normalisation)
    n_pairs = component_count(n_pairs)
    G = relation(G)
    if normalisation == "covariance":
        return bottom_eigenpairs(G, n_pairs, unit_variance=True)
    d = degrees(G)
    counted = np.flatnonzero(d)
    if not len(counted):
        return np.zeros(0), np.zeros((len(d), 0))
    eigenvalues, vectors = bottom_eigenpairs(G[counted][:, counted], n_pairs, mass=d[counted])
    eigenvectors = np.zeros((len(d), len(eigenvalues)))
    eigenvectors[counted] = vectors
    return np.minimum(eigenvalues, 2.0), eigenvectors


def _evaluate(Z, G):
    """(loss, gradient)."""
    G = relation(G, Z)
    centred = centred_representation(Z, G.shape[0])  # (N, K), H Z
    energy = laplacian_product(G, centred)  # (N, K), L Z
    value = number(centred.inner(energy))
    energy *= 2
    return value, energy
