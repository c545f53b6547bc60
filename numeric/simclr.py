"""SimCLR: InfoNCE over all samples (van den Oord, Li & Vinyals 2018, equation 4; Chen et al. 2020, equation 1).

    loss(Z) = -sum_ij G'_ij log P_ij

with G' the relation G with its rows scaled to sum to one, P the softmax of each row of S over the candidates, and
S = Cosine(Z)/tau, Cosine_ij = z_i'z_j / (|z_i| |z_j|), or S = Z Z'/tau. It is the sum over the samples, not their mean;
for two views of each sample, Chen et al. divide it by N. A sample may have any number of positives. One without any
contributes nothing, and is a candidate of the others.

Candidates are all samples but the row's own (`exclude_self=True`) or all samples. Where self-pairs are excluded they are
no positives either: the diagonal of G is left out before rows are scaled, so that it has no influence. Where they are
kept, the diagonal counts as it is given.

The formulas in S are those of `numeric.generated.infonce`, by tiles (`numeric.infonce_by_tiles`): an N x N matrix of scores is
never held, and a sparse G is never made dense. Every function takes G dense or sparse, and raises ValueError or TypeError
naming the argument where it is out of range. tau = 0.5 is what Chen et al. use for CIFAR-10 (appendix B.9); for ImageNet
they use 0.1.
"""

from dataclasses import replace

import numpy as np
import scipy.sparse as sp
from scipy.special import entr

from numeric.arrays import namespace, precision
from numeric.cliques import SAME, NotCliques, cliques
from numeric.infonce_by_tiles import infonce_of, target_of
from numeric.optimum import NoClosedForm, Optimum
from numeric.pairwise import relation
from numeric.products import without_diagonal
from numeric.simplex import simplex
from numeric.spectrum import bottom_eigenpairs
from numeric.sphere import unit_rows
from numeric.validation import component_count, inputs, positive, representation

SIMILARITIES = ("cosine", "dot")


def loss(Z, G, *, tau=0.5, similarity="cosine", exclude_self=True):
    """The loss of a representation, summed over the samples: a float >= `entropy_bound(G)`.

    Args:
        Z: (N, K) representation; no row may be zero where similarity is "cosine".
        G: (N, N) relation.
        tau: temperature, > 0.
        similarity: "cosine", S_ij = z_i'z_j / (tau |z_i| |z_j|), or "dot", S_ij = z_i'z_j / tau.
        exclude_self: whether a sample is left out of its own candidates and positives; then N >= 2.
    """
    return _evaluate(Z, G, tau, similarity, exclude_self, slope=False)[0]


def gradient(Z, G, *, tau=0.5, similarity="cosine", exclude_self=True):
    """The gradient of the loss, shape (N, K) (`infonce-gradient`; arguments as for `loss`).

    With E = diag(G' 1) P - G':

        dot:     (1/tau) (E + E') Z
        cosine:  diag(1/|z_i|) (F - Diag(F U') U), F = (1/tau) (E + E') U, U the rows of Z scaled to norm one
    """
    return _evaluate(Z, G, tau, similarity, exclude_self)[1]


def loss_and_gradient(Z, G, *, tau=0.5, similarity="cosine", exclude_self=True):
    """Both at the price of one: (float, (N, K) array). Arguments as for `loss`."""
    return _evaluate(Z, G, tau, similarity, exclude_self)


def entropy_bound(G, *, exclude_self=True):
    """The sum of the entropies of the rows of G', in nats: a float that no loss is below.

    By Gibbs' inequality, -sum_j G'_ij log P_ij >= -sum_j G'_ij log G'_ij with equality iff P_ij = G'_ij for all j
    (`infonce-stationarity`). It holds for every Z, tau and similarity. A softmax is positive, so no Z attains the bound
    where a sample with positives has a candidate that is none.

    Args:
        G: (N, N) relation.
        exclude_self: as for `loss`.
    """
    exclude_self = _flag(exclude_self)
    G = _relation(G, exclude_self)
    return float(entr(target_of(G, exclude_self=exclude_self).data).sum())


def optimal_representation(G, n_components, *, tau=0.5, similarity="cosine", exclude_self=True):
    """A global minimum over all (N, K) representations, where one is known in closed form.

    With cosines, self-pairs excluded, and G a partition into C >= 2 cliques of the same size m, with one weight inside
    each (`simclr-clique-optimum`): every clique collapsed to a vertex of a regular simplex, that is C unit vectors with
    pairwise cosine -1/(C - 1). It takes K >= C - 1.

        loss* = N (log((m - 1) e^(1/tau) + (C - 1) m e^(-1/((C - 1) tau))) - 1/tau)

    If every candidate is a positive, with one weight (a single clique), or there are no positives at all, then any
    collapsed representation attains the entropy bound, whatever K and the similarity: the softmax of equal scores is
    uniform, and so is G'.

    Args:
        G: (N, N) relation.
        n_components: K >= 1.
        tau, similarity, exclude_self: as for `loss`.

    Returns:
        Optimum with `representation` (N, K), rows of norm one. `eigenvalues` are those of H G' H off the ones vector,
        largest first: 1, C - 1 times, then -1/(m - 1). `filter` is 1/(C - 1) for the former and 0 for the latter.

    Raises:
        NoClosedForm: a hypothesis is missing.
    """
    tau, similarity, exclude_self = _parameters(tau, similarity, exclude_self)
    n_components = component_count(n_components)
    G = _relation(G, exclude_self)
    found, flaw = _partition(G, exclude_self)
    if found is not None and (len(found.sizes) == 1 or not found.weights.any()):
        return _collapsed(found, n_components, exclude_self)
    more = ""
    if similarity == "dot":
        missing = "for similarity='dot'"
        if found is not None and (n_components > 1 or np.count_nonzero(found.weights) <= 2):
            more = (
                ". Here this is the infimum, and no representation attains it: with every clique in a direction of its"
                " own, samples without positives at 0, and scaled by t, the loss tends to it as t grows"
            )
    elif not exclude_self:
        missing = "with self-pairs kept (exclude_self=False)"
    elif found is None:
        missing = f"unless G is a partition into cliques of one size, with one weight inside each; found that {flaw}"
    elif np.ptp(found.sizes) > 0:
        missing = f"unless all cliques are of one size; found {found.tally()}"
    elif n_components < len(found.sizes) - 1:
        missing = f"for fewer components than C - 1 = {len(found.sizes) - 1}; found n_components = {n_components}"
        more = f"; and loss >= {_simplex_loss(found, tau):.12g}, the minimum for C - 1 components"
    else:
        return _simplex_optimum(found, n_components, tau)
    raise NoClosedForm(_explained(missing, G, exclude_self) + more)


def optimal_weights(X, G, n_components, *, tau=0.5, similarity="cosine", exclude_self=True):
    """No closed form is known over linear networks Z = X W: raises NoClosedForm for all arguments that are in range.

    Args:
        X: (N, D) inputs.
        G: (N, N) relation.
        n_components: K >= 1.
        tau, similarity, exclude_self: as for `loss`.
    """
    tau, similarity, exclude_self = _parameters(tau, similarity, exclude_self)
    n_components = component_count(n_components)
    G = _relation(G, exclude_self)
    inputs(X, G.shape[0])
    explained = _explained("over linear networks Z = X W", G, exclude_self)
    raise NoClosedForm(f"{explained}. The squared similarity |G - Z Z'|^2 has one: squared_similarity.optimal_weights")


def eigenpairs(G, n_pairs):
    """What the optimum is built on: the largest eigenpairs of H G' H off the ones vector, G equal cliques.

    Args:
        G: (N, N) relation, a partition into cliques of one size; its diagonal has no influence.
        n_pairs: how many pairs; at most N - 1 exist.

    Returns:
        eigenvalues: (q,) descending, q = min(n_pairs, N - 1).
        eigenvectors: (N, q) orthonormal columns, each orthogonal to the ones vector.

    Raises:
        NoClosedForm: G is not such a partition.
    """
    G = _relation(G, exclude_self=True)
    found, flaw = _partition(G, exclude_self=True)
    if found is None or np.ptp(found.sizes) > 0:
        raise NoClosedForm(f"G must be a partition into cliques of one size; found {flaw or found.tally()}")
    unit = sp.csr_array(without_diagonal(G))
    unit.data = np.ones_like(unit.data)  # not in place: G may share its entries
    eigenvalues, eigenvectors = bottom_eigenpairs(unit, n_pairs)  # L = (m - 1) (I - G')
    others = found.sizes[0] - 1
    return 1 - eigenvalues / others if others else eigenvalues, eigenvectors


def _parameters(tau, similarity, exclude_self):
    if not isinstance(similarity, str) or similarity not in SIMILARITIES:
        raise ValueError(f"similarity must be 'cosine' or 'dot'; found {similarity!r}")
    return positive("tau", tau), similarity, _flag(exclude_self)


def _flag(exclude_self):
    if not isinstance(exclude_self, bool | np.bool_):
        found = f"{exclude_self!r} of type {type(exclude_self).__name__}"
        raise TypeError(f"exclude_self must be True or False; found {found}")
    return bool(exclude_self)


def _relation(G, exclude_self):
    G = relation(G)
    if exclude_self and G.shape[0] == 1:
        raise ValueError("G must relate at least two samples where self-pairs are excluded; found 1")
    return G


def _evaluate(Z, G, tau, similarity, exclude_self, *, slope=True):
    """(loss, gradient), or (loss, None) where no slope is asked for."""
    tau, similarity, exclude_self = _parameters(tau, similarity, exclude_self)
    G = _relation(G, exclude_self)
    n = G.shape[0]
    Z = representation(Z, n)
    directions = unit_rows(Z) if similarity == "cosine" else None
    Y = Z if directions is None else directions.rows  # (N, K), S = Y Y'/tau
    _check_range(Y, tau, similarity)
    value, pull = infonce_of(Y, target_of(G, exclude_self=exclude_self), tau, exclude_self=exclude_self, slope=slope)
    return value, pull if directions is None or not slope else directions.tangent(pull)


def _check_range(Y, tau, similarity):
    """Raise where the sum of N differences of scores, or its gradient, may overflow."""
    with np.errstate(over="ignore", under="ignore"):
        norm = float(namespace(Y).max(namespace(Y).vecdot(Y, Y))) ** 0.5
        bound = 4 * Y.shape[0] * norm * max(norm, 1.0) / tau
    if not bound <= np.finfo(precision(Y)).max:
        where = "and Z small enough " if similarity == "dot" else ""
        raise ValueError(
            f"tau must be large enough {where}for finite scores; found tau = {tau:g} and a row of norm {norm:g}"
        )


def _partition(G, exclude_self):
    """(Cliques, None) if G' is uniform over each, self-pairs included where they are kept; else (None, why not)."""
    try:
        found = cliques(sp.csr_array(without_diagonal(G)))
    except NotCliques as flaw:
        return None, str(flaw)
    if exclude_self:
        return found, None
    loops = G.diagonal()  # (N,)
    single = found.sizes[found.labels] == 1  # (N,), who has no positive but itself, if at all
    inside = np.where(single, loops, found.weights[found.labels])
    if (np.abs(loops - inside) > SAME * inside).any():
        return None, "self-pairs have weights of their own"
    weights = found.weights.copy()
    weights[found.labels] = inside
    return replace(found, weights=weights), None


def _collapsed(found, n_components, exclude_self):
    """All samples at one point: P is uniform over the candidates, and so is G', if it has any row."""
    n = len(found.labels)
    anyone = bool(found.weights.any())
    point = np.eye(1, n_components)  # (1, K)
    q = min(n_components, n - 1)
    return Optimum(
        representation=np.repeat(point, n, axis=0),
        loss=float(n * np.log(n - exclude_self)) if anyone else 0.0,
        filter=np.zeros(q),
        eigenvalues=np.full(q, -1 / (n - 1) if anyone and exclude_self else 0.0),
        rank=0,
    )


def _simplex_optimum(found, n_components, tau):
    n, C, m = len(found.labels), len(found.sizes), int(found.sizes[0])
    contrasts = np.arange(min(n_components, n - 1)) < C - 1  # (q,)
    return Optimum(
        representation=simplex(C, n_components)[found.labels],
        loss=_simplex_loss(found, tau),
        filter=np.where(contrasts, 1 / (C - 1), 0.0),
        eigenvalues=np.where(contrasts, 1.0, -1 / (m - 1)),
        rank=C - 1,
    )


def _simplex_loss(found, tau):
    """N (log((m - 1) e^(1/tau) + (C - 1) m e^(-1/((C - 1) tau))) - 1/tau), without its large numbers."""
    n, C, m = len(found.labels), len(found.sizes), int(found.sizes[0])
    apart = np.exp(-C / (C - 1) / tau)  # e^(score of two cliques - score inside one)
    return float(n * (np.log(m - 1) + np.log1p((C - 1) * m / (m - 1) * apart)))


def _explained(missing, G, exclude_self):
    bound = entropy_bound(G, exclude_self=exclude_self)
    return f"no closed form is known {missing}. What is known: loss >= {bound:.12g}, the entropy of the rows of G'"
