"""The relation as the degrees see it: how often each sample is drawn, and A = D^{-1/2} G D^{-1/2}.

With d = G 1, v = sum_i d_i and D = diag(d), a pair of positives is drawn with probability G_ij/v, and either of its two
samples with probability d_i/v. No eigenvalue of A exceeds 1, and D^{1/2} 1 is an eigenvector of 1.
"""

from math import sqrt

import numpy as np
import scipy.sparse as sp

from numeric.arrays import namespace
from numeric.dense import selected_eigenpairs
from numeric.pairwise import relation
from numeric.products import degrees, relation_product, without_diagonal
from numeric.spectral_optimum import ROUNDING
from numeric.validation import component_count, inputs
from numeric.whitened import whitened_pencil


def drawn_relation(G, beside=None):
    """What a loss over pairs of positives is a function of.

    Args:
        G: (N, N) relation as handed in, dense or sparse.
        beside: an array that G is to be multiplied by, as for `numeric.pairwise.relation`.

    Returns:
        G: validated.
        shares: (N,) d/v, the probabilities of samples, in the library of G; 0 for a sample without positives.
        root: sqrt(v), a float where v itself may overflow.

    Raises:
        TypeError, ValueError: G is not allowed (`numeric.validation`), or without a positive entry.
    """
    G = relation(G, beside)
    d = degrees(G)
    xp = namespace(d)
    largest = float(xp.max(d))
    if not largest:
        raise ValueError("G must have a positive entry, for the loss draws pairs of positives; found an empty relation")
    total = float(xp.sum(d / largest))
    return G, d / largest / total, sqrt(largest) * sqrt(total)


def drawn_product(G, Z, root):
    """G Z/v, (N, K), for the validated relation and the root of v that `drawn_relation` gives; Z (N, K)."""
    if sp.issparse(G):
        return relation_product(G / root / root, Z)
    return relation_product(G, Z / root) / root


def normalised_relation(G, shares, root):
    """A on the M samples that are drawn at all.

    Args:
        G, shares, root: as `drawn_relation` gives them.

    Returns:
        A: (M, M), sparse if G is.
        roots: (M,) sqrt(d/v), the eigenvector of 1 with norm one.
        drawn: (M,) which samples.
    """
    drawn = np.flatnonzero(shares)
    if len(drawn) < len(shares):
        G = G[drawn][:, drawn]
    roots = np.sqrt(shares[drawn])
    scale = root * roots  # (M,), of D^{1/2}
    if sp.issparse(G):
        inverse = sp.diags_array(1 / scale)
        return (inverse @ G @ inverse).tocsr(), roots, drawn
    return G / scale[:, None] / scale, roots, drawn


def drawn_eigenpairs(X, G, n_pairs, *, center=False):
    """The largest eigenpairs of (X'G X/v) V = (X'D X/v) V diag(g) on the range of X'D X, for X of any rank.

    As X'G X = X'D X - X'L X, these are the smallest ones of the Laplacian: g = 1 - mu.

    Args:
        X: (N, D) inputs, as handed in.
        G: as for `drawn_relation`.
        n_pairs: how many pairs; at most rank(D^{1/2} X) exist.
        center: whether the mean of X under the degrees is taken off.

    Returns:
        eigenvalues: (q,) descending, each in [-1, 1], exactly 0 where it is rounding.
        eigenvectors: (D, q), V with V'(X'D X/v)V = I.

    Raises:
        TypeError, ValueError: X or G is not allowed (`numeric.validation`), or G is without a positive entry.
    """
    n_pairs = component_count(n_pairs)
    G, _, root = drawn_relation(G)
    X = inputs(X, G.shape[0])
    T, energy = whitened_pencil(X, without_diagonal(G), masses=degrees(G), centred=center)  # (D, r), (r, r)
    if not T.shape[1]:
        return np.zeros(0), T
    mu, eigenvectors = selected_eigenpairs(energy, 0, min(n_pairs, len(energy)) - 1)
    g = np.clip(1 - mu, -1.0, 1.0)
    return np.where(np.abs(g) > ROUNDING, g, 0.0), root * T @ eigenvectors
