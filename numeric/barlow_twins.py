"""Barlow Twins (Zbontar, Jing, Misra, LeCun & Deny 2021, equation 1) on any relation: the cross-correlation of positives.

    loss(Z) = sum_k (C_kk - 1)^2 + off_diagonal sum_{j!=k} C_jk^2,  C = Q^{-1/2} (Z'G Z) Q^{-1/2},  Q = diag(Z'D_G Z)

with D_G = diag(G 1). C is the cosine of each column on one side of all pairs of positives with each on the other, every
pair in both orders (Balestriero & LeCun 2022, arXiv 2205.11508). The paper of the method has two views a sample,
G = [[0, I], [I, 0]], and the C of one order, which is not symmetric.

With `center=True` the columns are centred first: their means under the degrees are taken off, Z - 1 (1'D_G Z)/v with
v = sum_i d_i. The paper centres and scales each of the two views by itself, which is the same where both have the same
means and lengths.

With A = D_G^{-1/2} G D_G^{-1/2}, C = U'A U for the columns of D_G^{1/2} Z scaled to norm one. The diagonal of G counts, as
pairs of a sample with itself. Neither the scale of G nor that of a column of Z has any influence. A sample of degree 0 is
in no pair: its row of Z has no influence either, and its row of an optimum is 0.

Every function takes G dense or sparse, and raises ValueError or TypeError naming the argument where it is out of range; a
relation without a positive entry has no pairs, and is refused. The loss and its gradient make no N x N matrix beside G.
"""

import numpy as np

from numeric import laplacian_eigenmaps, spectral_contrastive
from numeric.arrays import (
    all_finite,
    diagonal_of,
    hollow,
    inner,
    like,
    namespace,
    number,
    on_host,
    plus_diagonal,
    row_blocks,
    times_powers_of_two,
)
from numeric.drawn_columns import DrawnColumns
from numeric.normalised_relation import drawn_eigenpairs, drawn_product, drawn_relation
from numeric.optimum import NoClosedForm, Optimum
from numeric.products import quadratic_form
from numeric.spectral_optimum import ROUNDING, positive_part, spectral_factor
from numeric.unit_columns import closest_to_identity
from numeric.validation import component_count, nonnegative, representation


def loss(Z, G, *, off_diagonal=1.0, center=False):
    """The loss of a representation: a float >= 0.

    Args:
        Z: (N, K) representation. No column may be zero on all samples with positives, nor constant there if centred.
        G: (N, N) relation with a positive entry.
        off_diagonal: weight of the correlations of different columns, >= 0; 0.0051 in the paper of the method.
        center: whether columns are centred under the degrees.
    """
    return _evaluate(Z, G, off_diagonal, center)[0]


def gradient(Z, G, *, off_diagonal=1.0, center=False):
    """The gradient of the loss, shape (N, K) (`barlow-gradient`; arguments as for `loss`).

    (F - D_G U Diag(U'F)) Q^{-1/2},  F = 4 G U E,  U = Z Q^{-1/2},  E = C - I with `off_diagonal` times its entries off the
    diagonal. It is the same for a centred Z, for it is orthogonal to the ones vector then.
    """
    return _evaluate(Z, G, off_diagonal, center)[1]


def loss_and_gradient(Z, G, *, off_diagonal=1.0, center=False):
    """Both at the price of one: (float, (N, K) array). Arguments as for `loss`."""
    return _evaluate(Z, G, off_diagonal, center)


def optimal_representation(G, n_components, *, off_diagonal=1.0, center=False):
    """A global minimum over all (N, K) representations, where one is known in closed form (`barlow-optimum`).

    Z* = sqrt(v) D_G^{-1/2} V diag(s)^{1/2} R', where V'V = I, A V = V diag(g), g descending: the min(K, N') largest
    eigenvalues of A on the N' directions there are (as many as samples with positives; one less, the complement of
    D_G^{1/2} 1, if centred), and R is such that all columns of D_G^{1/2} Z*/sqrt(v) have norm one. The s_k sum to K. With p
    the number of g_k > 0 among them:

        a  sum_{k<=p} 1/g_k >= K:  s_k = (g_k - nu)_+ / g_k^2, nu >= 0,             loss* = sum_k (s_k g_k - 1)^2 + K - p
        b  else, A indefinite:     s_k = 1/g_k, and what is left over goes unseen,  loss* = K - p
        c  else, A definite:       s_k as in case a, but nu < 0, over all of them,  loss* = sum_k (s_k g_k - 1)^2 + K - q

    with q = min(K, N'), and A indefinite if 0 is among its eigenvalues, or both signs are. Why, and how something goes
    unseen, is told in `numeric.unit_columns`. With g_{p+1} < 0 in case b the first direction of Z* is no eigenvector but
    leans off one, which `numeric.diagnostics.angles_to_optimum` sees as an angle.

    If K eigenvalues are 1 (uncentred, K components of the graph of positives), then C = I, the minimum is 0, and so it is
    for every `off_diagonal`. For other relations it is known for off_diagonal = 1, and for 0, where nothing keeps columns
    apart: s_1 = K, all columns along the first direction, and loss* = K (1 - g_1)^2.

    Args:
        G, off_diagonal, center: as for `loss`.
        n_components: K >= 1; may exceed N.

    Returns:
        Optimum with `representation` (N, K), centred under the degrees if so asked.

    Raises:
        NoClosedForm: off_diagonal is neither 0 nor 1, and the minimum is not 0. The message gives a bound.
        ValueError: also where all representations are constant on the samples with positives, and to be centred.
    """
    off_diagonal, center = _parameters(off_diagonal, center)
    n_components = component_count(n_components)
    eigenvalues, basis = eigenpairs(G, n_components, center=center)  # (q,), (N, q)
    if not len(eigenvalues):
        raise ValueError("G must have at least two samples with positives where columns are centred; found one")
    Z, known = _factor(eigenvalues, basis, n_components, off_diagonal)
    return Optimum(representation=Z, **known)


def optimal_weights(X, G, n_components, *, off_diagonal=1.0, center=False):
    """A global minimum over all linear networks Z = X W, as for representations (`barlow-linear-optimum`).

    W* = V diag(s)^{1/2} R', where V'(X'D_G X/v)V = I, (X'G X) V = (X'D_G X) V diag(g), g descending: the min(K, r) largest
    eigenvalues of the pencil, r the rank of X on the samples with positives, centred under the degrees if so asked.

    Args:
        X: (N, D) inputs, of any rank above 0.
        G, off_diagonal, center: as for `loss`.
        n_components: K >= 1; may exceed the rank of X.

    Returns:
        Optimum with `weights` (D, K).

    Raises:
        NoClosedForm: as for representations.
    """
    off_diagonal, center = _parameters(off_diagonal, center)
    n_components = component_count(n_components)
    eigenvalues, basis = drawn_eigenpairs(X, G, n_components, center=center)  # (q,), (D, q)
    if not len(eigenvalues):
        raise ValueError(f"X must have a column that is {_needed(center)}; found none")
    W, known = _factor(eigenvalues, basis, n_components, off_diagonal)
    return Optimum(weights=W, **known)


def eigenpairs(G, n_pairs, *, center=False):
    """What the optimum is built on: the largest eigenpairs of G p = g D_G p on the samples with positives.

    If centred, without the constant one: those of Laplacian Eigenmaps in the degree form, g = 1 - lambda.

    Args:
        G, center: as for `loss`.
        n_pairs: how many pairs, >= 1; fewer are returned if no more exist.

    Returns:
        eigenvalues: (q,) descending, each in [-1, 1], exactly 0 where it is rounding.
        eigenvectors: (N, q), P'D_G P = v I, and P'D_G 1 = 0 if centred; rows of samples without positives are 0.
    """
    _, center = _parameters(1.0, center)
    if not center:
        return spectral_contrastive.eigenpairs(G, n_pairs)
    G, _, root = drawn_relation(G)
    eigenvalues, P = laplacian_eigenmaps.eigenpairs(G, n_pairs, normalisation="degree")
    g = 1 - eigenvalues
    return np.where(np.abs(g) > ROUNDING, g, 0.0), root * P


def _parameters(off_diagonal, center):
    if not isinstance(center, bool | np.bool_):
        raise TypeError(f"center must be True or False; found {center!r} of type {type(center).__name__}")
    return nonnegative("off_diagonal", off_diagonal), bool(center)


def _needed(center):
    return f"not {'constant' if center else 'zero'} on the samples with positives"


def _factor(eigenvalues, basis, n_components, off_diagonal):
    """(the unknown at the optimum, the other fields of `Optimum`), or NoClosedForm."""
    directions, s, minimum = closest_to_identity(eigenvalues, basis, n_components)
    identity = len(eigenvalues) == n_components and not positive_part(1 - eigenvalues, scale=1).any()
    if off_diagonal != 1 and not identity:
        collapsed = float(n_components * (1 - eigenvalues[0]) ** 2)  # the least of the diagonal's part, for C_kk <= g_1
        if off_diagonal > 0:
            bound = min(off_diagonal, 1.0) * minimum + max(1 - off_diagonal, 0.0) * collapsed
            raise NoClosedForm(
                f"no closed form is known for off_diagonal = {off_diagonal:g}, only for 0 and 1, unless the n_components"
                f" = {n_components} largest eigenvalues are all 1. What is known: loss >= {bound:.12g}"
            )
        directions, s, minimum = basis, n_components * np.eye(1, len(eigenvalues))[0], collapsed
    unknown = spectral_factor(directions, s, n_components=n_components, equal_diagonal=True)
    rank = int(np.count_nonzero(s))
    return unknown, {"loss": minimum, "filter": s, "eigenvalues": eigenvalues, "rank": rank}


def _evaluate(Z, G, off_diagonal, center):
    """(loss, gradient); D_G and G are divided by v throughout, which changes neither.

    With m the means and q the lengths of the columns, and a weighted E as W, the gradient is

        (G Z - d m') M - D_G (Z - 1 m') diag(s),  M = 4 diag(1/q) W diag(1/q),  s_k = 4 (C W)_kk/q_k^2
    """
    off_diagonal, center = _parameters(off_diagonal, center)
    G, shares, root = drawn_relation(G, Z)
    Z = representation(Z, G.shape[0])
    xp, shares = namespace(Z), like(shares, Z)
    columns = DrawnColumns(Z, shares, center)
    rows, mean, lengths = columns.rows, columns.mean, columns.lengths
    if not bool(xp.all(lengths > 0)):
        found = f"column {int(xp.argmin(lengths))} that is {'constant' if center else 'zero'}"
        raise ValueError(f"Z must have columns that are {_needed(center)}, for C is not defined else; found {found}")
    image = drawn_product(G, rows, root)  # (N, K), G Z
    C = (quadratic_form(G, rows, image) - mean[:, None] * mean) / lengths[:, None] / lengths  # (K, K)
    E = plus_diagonal(1 * C, -1.0)  # (K, K), C - I
    with np.errstate(over="ignore", invalid="ignore"):
        weighted = plus_diagonal(off_diagonal * hollow(E), diagonal_of(E))  # (K, K), W
        value = inner(E, weighted)
        along = 4 * xp.sum(C * weighted, axis=1)  # (K,)
        if not (bool(xp.isfinite(value)) and bool(xp.all(xp.isfinite(along)))):
            raise ValueError(f"off_diagonal must be small enough for a finite loss; found {off_diagonal:g}")
        M = 4 * weighted / lengths[:, None] / lengths  # (K, K)
        s = along / lengths**2  # (K,)
        slope = _slope(image, M, rows, s, shares, mean @ M - mean * s)
    if columns.exponents is not None:
        with np.errstate(over="ignore", under="ignore"):
            slope = times_powers_of_two(slope, -columns.exponents)
    if not all_finite(slope):
        column = int(np.argmax(~np.isfinite(on_host(slope)).all(axis=0)))
        found = f"column {column} with entries of up to {float(xp.max(xp.abs(Z[:, column]))):.3g}"
        raise ValueError(f"Z must have columns whose gradient is finite; found {found}")
    return number(value), slope


def _slope(image, M, rows, s, shares, shift):
    """A M - D (Z diag(s) + 1 v'), v = `shift`, in the place of A = `image`, (N, K)."""
    for block in row_blocks(image):
        pulled = rows[block, :] * s
        pulled += shift
        pulled *= shares[block][:, None]
        product = image[block, :] @ M
        product -= pulled
        image[block, :] = product
    return image
