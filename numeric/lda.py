"""Fisher's linear discriminant (Fisher 1936, Rao 1948): samples of a class as close together as unit covariance lets them be.

    loss(Z) = tr S_w(Z) = (1/N) sum_i |z_i - mean of the class of i|^2

over Z = X W subject to W'S_t W = I, with the scatters of `scatter`, S_t = S_w + S_b. The solutions of S_w w = mu S_t w are
those of S_b w = rho^2 S_t w with mu = 1 - rho^2, so that the minimum has the largest between-class scatter as well. The rho
are the canonical correlations of X with the classes (`numeric.cca`), and the mu are eigenvalues of the scatter within classes
of an orthonormal basis of X: S_w is not inverted, and may be singular. It is singular where D > N, or where a direction
separates classes without any spread inside them; such directions come first, with mu = 0.

With G_ij = 1/n_c for two samples of a class of n_c this is the loss of `numeric.laplacian_eigenmaps` over N, and the optimum
that of `numeric.lpp` (Balestriero & LeCun 2022, arXiv 2205.11508, section 3).

Beside scikit-learn's `LinearDiscriminantAnalysis`: its projections are these, at most C - 1 of them, with every column
scaled to unit within-class instead of unit total covariance: by mu_k^{-1/2}, and where `solver="svd"` of older versions
counts N - C samples instead of N, by one factor more. In that scale the nearest class mean is the discriminant rule for
classes that are equally likely. Where S_w is singular, "eigen" raises, and "svd" leaves out the directions without spread
inside classes, which tell them apart best.
"""

import numpy as np
from scipy.sparse import csr_array

from numeric.arrays import column_sums, inner, number
from numeric.centred import centre
from numeric.cliques import Cliques
from numeric.dense import selected_eigenpairs
from numeric.labels import class_codes
from numeric.optimum import Optimum
from numeric.products import sparse_product
from numeric.spectral_optimum import positive_part
from numeric.validation import check_feasible, component_count, inputs, representation
from numeric.whitened import whitened_pencil


def loss(Z, labels):
    """The loss of a representation, the trace of its within-class scatter: a float.

    Args:
        Z: (N, K) representation.
        labels: (N,) the classes, of any hashable kind.
    """
    return _evaluate(Z, labels)[0]


def gradient(Z, labels):
    """The gradient of the loss, shape (N, K): 2/N times each row less its class mean. Arguments as for `loss`."""
    return _evaluate(Z, labels)[1]


def loss_and_gradient(Z, labels):
    """Both at the price of one: (float, (N, K) array). Arguments as for `loss`."""
    return _evaluate(Z, labels)


def scatter(X, labels):
    """The scatter of inputs within classes and between them, per sample.

    S_w = (1/N) sum_i (x_i - m_c)(x_i - m_c)',  S_b = (1/N) sum_c n_c (m_c - m)(m_c - m)',  S_t = X'H X/N = S_w + S_b

    Args:
        X: (N, D) inputs.
        labels: as for `loss`.

    Returns:
        S_w, S_b, S_t: (D, D) each, symmetric positive semidefinite.
    """
    X = representation(X, None, name="X")
    centred = centre(X)
    between = _class_means(centred, _indicators(labels, len(X)))
    within = centred - between
    S_w, S_b = within.T @ within / len(X), between.T @ between / len(X)
    return S_w, S_b, S_w + S_b


def optimal_weights(X, labels, n_components):
    """A global minimum over all linear networks Z = X W with W'S_t W = I.

    loss* = sum_k mu_k,  mu_k = 1 - rho_k^2 ascending

    No more than C - 1 of the mu are below 1, for C classes: only so many directions carry between-class scatter. Columns
    beyond have mu = 1 and the same mean in every class; any directions that complete the constraint are as good there.

    Args:
        X: (N, D) inputs of any rank: D > N, constant and duplicated features are welcome. It is centred here.
        labels: as for `loss`.
        n_components: K, from 1 to the rank of the centred X.

    Returns:
        Optimum with `weights` (D, K); `eigenvalues` are the mu_k, and `filter` is all ones.

    Raises:
        TypeError, ValueError: an argument is out of range, or K columns cannot satisfy the constraint.
    """
    n_components = component_count(n_components)
    X = inputs(X, None)
    n_samples = X.shape[0]
    masses = np.full(n_samples, 1 / n_samples)
    T, within = whitened_pencil(X, _classes(labels, n_samples), masses=masses, centred=True)  # (D, r), (r, r): T'S_w T
    check_feasible(n_components, T.shape[1], "W'S_t W = I")
    eigenvalues, V = selected_eigenpairs(within, 0, n_components - 1)  # (K,), (r, K)
    eigenvalues = positive_part(1 - positive_part(1 - eigenvalues, scale=1), scale=1)
    return Optimum(
        weights=T @ V,
        loss=float(np.sum(eigenvalues)),
        filter=np.ones(n_components),
        eigenvalues=eigenvalues,
        rank=n_components,
    )


def _indicators(labels, n_samples):
    """Q', (C, N) csr_array with orthonormal rows: 1/sqrt(n_c) on the samples of class c; Q Q' takes class means."""
    codes = class_codes(labels, n_samples)
    values = 1 / np.sqrt(np.bincount(codes))
    return csr_array((values[codes], (codes, np.arange(n_samples))))


def _classes(labels, n_samples):
    """The classes as cliques, with weights for which X'LX is S_w."""
    codes = class_codes(labels, n_samples)
    sizes = np.bincount(codes)
    return Cliques(codes, sizes, 1 / (n_samples * sizes))


def _class_means(X, indicators):
    """Every row replaced by the mean of its class, (N, D)."""
    return sparse_product(indicators.T.tocsr(), sparse_product(indicators, X))


def _evaluate(Z, labels):
    """(loss, gradient)."""
    Z = representation(Z, None)
    n = Z.shape[0]
    centred = Z - column_sums(Z) / n  # (N, K), loses no digits to a constant
    within = centred - _class_means(centred, _indicators(labels, n))  # (N, K)
    value = number(inner(within, within) / n)
    within *= 2 / n
    return value, within
