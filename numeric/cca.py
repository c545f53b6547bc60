"""Canonical correlation analysis (Hotelling 1936): two whitened linear networks whose cross-covariance is closest to I.

    loss(Z_a, Z_b) = |Z_a'H Z_b/N - I|_F^2,  H = I - 1 1'/N

over Z_a = X_a W_a and Z_b = X_b W_b of unit covariance each. This is the loss of Barlow Twins with all weights equal, for
separate encoders that are whitened rather than normalised column by column. The minimum pairs the directions of the two
inputs by their correlations rho_k: the singular values of U_a'U_b, for orthonormal bases of the centred inputs (Bjoerck &
Golub 1973), which are the cosines of the principal angles between their ranges. No covariance is formed or inverted.

Beside scikit-learn's `CCA`: it finds the same directions one after the other, by iteration; its scores have the same
correlations and are uncorrelated, but their variances are not 1. Columns beyond the rank of an input are what rounding makes
of them, and are zero here; columns beyond the number of features it refuses.
"""

import numpy as np
from scipy.linalg import svd

from numeric.arrays import column_sums, inner, number, plus_diagonal
from numeric.optimum import PairedOptimum
from numeric.spectral_optimum import positive_part
from numeric.validation import component_count, inputs, representation
from numeric.whitened import whitened_pair


def loss(Z_a, Z_b):
    """The loss of two representations: a float.

    Args:
        Z_a, Z_b: (N, K) each; constants added to a column have no influence.
    """
    return _evaluate(Z_a, Z_b)[0]


def gradient(Z_a, Z_b):
    """The gradients of the loss with respect to Z_a and to Z_b, (N, K) each. Arguments as for `loss`.

    (2/N) H Z_b (M - I)' and (2/N) H Z_a (M - I), where M = Z_a'H Z_b/N
    """
    return _evaluate(Z_a, Z_b)[1]


def loss_and_gradient(Z_a, Z_b):
    """Both at the price of one: (float, two (N, K) arrays). Arguments as for `loss`."""
    return _evaluate(Z_a, Z_b)


def optimal_weights(X_a, X_b, n_components):
    """A global minimum over all pairs of whitened linear networks, W_a'S_a W_a = I and W_b'S_b W_b = I.

    W_a = sqrt(N) T_a P,  W_b = sqrt(N) T_b Q, where X_a T_a, centred, is orthonormal, and so X_b T_b, and their product has
    the singular value decomposition P diag(rho) Q', so that W_a'S_ab W_b = diag(rho).

        loss* = sum_k (1 - rho_k)^2 + 1 for each pair that does not exist

    As many pairs exist as the smaller rank of the two centred inputs. Columns beyond are zero in both weights: whatever
    they were in one of them, the other has nothing left to be correlated with, and the loss is the same.

    Args:
        X_a: (N, D_a) inputs of any rank: D_a > N, constant and duplicated features are welcome. Centred here.
        X_b: (N, D_b) the same, of the same samples.
        n_components: K >= 1; may exceed the ranks.

    Returns:
        PairedOptimum with `weights_a` (D_a, K) and `weights_b` (D_b, K).

    Raises:
        TypeError, ValueError: an argument is out of range.
    """
    n_components = component_count(n_components)
    X_a = inputs(X_a, None, name="X_a")
    n_samples = X_a.shape[0]
    X_b = inputs(X_b, n_samples, name="X_b")
    T_a, T_b, cross = whitened_pair(X_a, X_b)  # (D_a, r_a), (D_b, r_b), (r_a, r_b)
    q = min(n_components, *cross.shape)
    weights_a, weights_b = np.zeros((X_a.shape[1], n_components)), np.zeros((X_b.shape[1], n_components))
    correlations = np.zeros(q)
    if q:
        P, rho, Q = svd(cross, full_matrices=False)
        correlations = positive_part(np.minimum(rho[:q], 1.0), scale=1)
        weights_a[:, :q] = np.sqrt(n_samples) * T_a @ P[:, :q]
        weights_b[:, :q] = np.sqrt(n_samples) * T_b @ Q[:q].T
    return PairedOptimum(
        weights_a=weights_a,
        weights_b=weights_b,
        loss=float(np.sum((1 - correlations) ** 2)) + n_components - q,
        correlations=correlations,
        rank=int(np.count_nonzero(correlations)),
    )


def _evaluate(Z_a, Z_b):
    """(loss, (gradient in Z_a, gradient in Z_b))."""
    Z_a = representation(Z_a, None, name="Z_a")
    Z_b = representation(Z_b, Z_a.shape[0], name="Z_b")
    if Z_a.shape != Z_b.shape:
        raise ValueError(f"Z_b must have {Z_a.shape[1]} columns, as Z_a has; found shape {Z_b.shape}")
    n = Z_a.shape[0]
    Z_a, Z_b = (Z - column_sums(Z) / n for Z in (Z_a, Z_b))
    residual = plus_diagonal(Z_a.T @ Z_b / n, -1.0)  # (K, K), M - I
    return number(inner(residual, residual)), (Z_b @ (2 / n * residual.T), Z_a @ (2 / n * residual))
