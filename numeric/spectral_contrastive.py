"""The spectral contrastive loss (HaoChen, Wei, Gaidon & Ma 2021, equation 6): squared similarity, normalised by degrees.

    loss(Z) = -2 sum_ij G_ij/v z_i'z_j + sum_ij d_i d_j/v^2 (z_i'z_j)^2 = |A - F F'|^2 - |A|^2

with d = G 1, v = sum_i d_i, D = diag(d), A = D^{-1/2} G D^{-1/2} and F = D^{1/2} Z / sqrt(v). A pair of positives is drawn
with probability G_ij/v, and two independent samples with probability d_i d_j/v^2. The diagonal of G counts, as pairs of a
sample with itself. The scale of G has no influence. A sample of degree 0 is never drawn: its row of Z has no influence
either, A and F are without it, and its row of an optimum is 0.

Every function takes G dense or sparse, and raises ValueError or TypeError naming the argument where it is out of range; a
relation without a positive entry draws no pairs, and is refused. The loss and its gradient make no N x N matrix beside
G; the optimum makes A, sparse if G is.
"""

import numpy as np

from numeric.arrays import all_finite, inner, like, namespace, number, plus_product
from numeric.centred import drawn
from numeric.normalised_relation import drawn_eigenpairs, drawn_product, drawn_relation, normalised_relation
from numeric.optimum import Optimum
from numeric.relation_spectrum import top_eigenpairs
from numeric.spectral_optimum import spectral_factor
from numeric.validation import component_count, representation


def loss(Z, G):
    """The loss of a representation: a float >= -sum_k (a_k)_+^2, for the eigenvalues a_k of A.

    Args:
        Z: (N, K) representation; |F|^4 must be finite.
        G: (N, N) relation with a positive entry.
    """
    return _evaluate(Z, G)[0]


def gradient(Z, G):
    """The gradient of the loss, shape (N, K) (`spectral-contrastive-gradient`; arguments as for `loss`).

    (4/v^2) D Z (Z' D Z) - (4/v) G Z
    """
    return _evaluate(Z, G)[1]


def loss_and_gradient(Z, G):
    """Both at the price of one: (float, (N, K) array). Arguments as for `loss`."""
    return _evaluate(Z, G)


def optimal_representation(G, n_components):
    """A global minimum over all (N, K) representations (`spectral-contrastive-optimum`).

    Z* = sqrt(v) D^{-1/2} U diag((a_k)_+)^{1/2}, where U'U = I, A U = U diag(a), a descending: the min(K, M) largest
    eigenvalues of A, M the number of samples with positives. The largest is 1, once for each component of their graph.

        loss* = -sum_k (a_k)_+^2

    Args:
        G: as for `loss`.
        n_components: K >= 1; may exceed the number of positive eigenvalues, and N.

    Returns:
        Optimum with `representation` (N, K), `eigenvalues` a_k and `filter` (a_k)_+. It is not centred.
    """
    eigenvalues, basis = eigenpairs(G, n_components)  # (q,), (N, q)
    s, minimum = _filter(eigenvalues)
    return Optimum(
        representation=spectral_factor(basis, s, n_components=n_components),
        loss=minimum,
        filter=s,
        eigenvalues=eigenvalues,
        rank=int(np.count_nonzero(s)),
    )


def optimal_weights(X, G, n_components):
    """A global minimum over all linear networks Z = X W (`simclr-linear-optimum` at A, for the inputs D^{1/2} X / sqrt(v)).

    W* = V diag((a_k)_+)^{1/2}, where V'(X'D X/v)V = I, (X'G X/v) V = (X'D X/v) V diag(a), a descending: the min(K, r)
    largest eigenvalues of the pencil, r the rank of X on the samples with positives.

        loss* = -sum_k (a_k)_+^2

    Args:
        X: (N, D) inputs, of any rank (`numeric.validation.inputs`); they are not centred.
        G: as for `loss`.
        n_components: K >= 1; may exceed the rank of X.

    Returns:
        Optimum with `weights` (D, K).
    """
    n_components = component_count(n_components)
    eigenvalues, basis = drawn_eigenpairs(X, G, n_components)  # (q,), (D, q)
    s, minimum = _filter(eigenvalues)
    return Optimum(
        weights=spectral_factor(basis, s, n_components=n_components),
        loss=minimum,
        filter=s,
        eigenvalues=eigenvalues,
        rank=int(np.count_nonzero(s)),
    )


def eigenpairs(G, n_pairs):
    """What the optimum is built on: the largest eigenpairs of G p = a D p on the samples with positives.

    Args:
        G: as for `loss`.
        n_pairs: how many pairs; as many exist as samples have positives.

    Returns:
        eigenvalues: (q,) descending, those of A, each in [-1, 1].
        eigenvectors: (N, q), P = sqrt(v) D^{-1/2} U, so that P'D P = v I; rows of samples without positives are 0.
    """
    n_pairs = component_count(n_pairs)
    G, shares, root = drawn_relation(G)
    A, roots, drawn = normalised_relation(G, shares, root)
    eigenvalues, U = top_eigenpairs(A, n_pairs)  # (q,), (M, q)
    eigenvectors = np.zeros((len(shares), len(eigenvalues)))
    eigenvectors[drawn] = U / roots[:, None]
    return np.clip(eigenvalues, -1.0, 1.0), eigenvectors


def _filter(eigenvalues):
    """The filter s, (q,), and the minimum."""
    s = np.maximum(eigenvalues, 0.0)
    return s, -float(np.sum(s**2))


def _evaluate(Z, G):
    """(loss, gradient)."""
    G, shares, root = drawn_relation(G, Z)
    Z = representation(Z, G.shape[0])
    xp, shares = namespace(Z), like(shares, Z)
    with np.errstate(over="ignore", invalid="ignore"):
        Z = drawn(Z, shares)  # whatever an undrawn row holds, 0 times it is 0
        weighted = shares[:, None] * Z  # (N, K), D Z/v
        gram = Z.T @ weighted  # (K, K), F'F
        image = drawn_product(G, Z, root)  # (N, K), G Z/v
        value = inner(gram, gram) - 2 * inner(Z, image)
        image *= -4
        slope = plus_product(image, weighted, 4 * gram)
    if not (bool(xp.isfinite(value)) and all_finite(slope)):
        raise ValueError(
            f"Z must be small enough for a finite loss; found entries of up to {float(xp.max(xp.abs(Z))):.3g}"
        )
    return number(value), slope
