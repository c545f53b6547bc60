"""VICReg (Bardes, Ponce & LeCun 2022): variance, covariance and invariance, with either of two variance terms.

    loss(Z) = alpha variance + beta sum_{j != k} C_jk^2 + (gamma/N) sum_ij G_ij |z_i - z_j|^2,    C = Z' H Z/N

    variance="squared":  sum_k (C_kk - 1)^2               as analysed by Balestriero & LeCun 2022
    variance="hinge":    sum_k max(0, 1 - sqrt(C_kk))     as published

with H = I - 1 1'/N. Every function takes G dense or sparse, and raises ValueError or TypeError naming the argument where
it is out of range. beta=inf asks for exactly uncorrelated columns: the loss of any other representation is infinite.

The optima differ. With uncorrelated columns (for the squared variance, at any beta >= alpha) and lambda_k the eigenvalues
of the Laplacian, the squared variance has the filter s_k = (1 - gamma lambda_k/alpha)_+, and drops every direction with
gamma lambda_k >= alpha; the hinge has s_k = min(1, (alpha/(4 gamma lambda_k))^2), and drops none. Below some beta it does:
of two directions, where 2 gamma (lambda_1 + lambda_2) <= alpha, it keeps one iff beta <= gamma (lambda_2 - lambda_1)/2.
"""

from math import inf

from numeric import vicreg_hinge
from numeric.arrays import hollow, namespace
from numeric.centred import centre
from numeric.generated import vicreg as vicreg_squared
from numeric.spectrum import bottom_eigenpairs
from numeric.validation import representation
from numeric.vicreg_hinge import is_infinite

UNCORRELATED = 1e-6
"""Columns whose correlation is at most this count as uncorrelated at beta=inf."""

eigenpairs = bottom_eigenpairs
"""What the optimum is built on: `eigenpairs(G, n_pairs)`, best direction first."""

_VARIANCES = {"squared": vicreg_squared, "hinge": vicreg_hinge}


def loss(Z, G, *, variance="squared", alpha=1.0, beta=1.0, gamma=1.0):
    """The loss of a representation: a float >= 0, infinite where beta is and two columns are correlated.

    Args:
        Z: (N, K) representation.
        G: (N, N) relation.
        variance: "squared" or "hinge".
        alpha: weight of the variance term, > 0.
        beta: weight of the covariance term, > 0; may be infinite.
        gamma: weight of the invariance term, >= 0.
    """
    method = _method(variance)
    if not is_infinite(beta):
        return method.loss(Z, G, alpha=alpha, beta=beta, gamma=gamma)
    value = method.loss(Z, G, alpha=alpha, beta=alpha, gamma=gamma)  # where covariances are 0, any weight will do
    return value if _uncorrelated(Z) else inf


def gradient(Z, G, *, variance="squared", alpha=1.0, beta=1.0, gamma=1.0):
    """The gradient of the loss, shape (N, K): `numeric.generated.vicreg`, `numeric.vicreg_hinge`.

    Args:
        Z, G, variance, alpha, gamma: as for `loss`.
        beta: the same, and finite: an infinite loss has no gradient.
    """
    return _differentiable(variance, beta).gradient(Z, G, alpha=alpha, beta=beta, gamma=gamma)


def loss_and_gradient(Z, G, *, variance="squared", alpha=1.0, beta=1.0, gamma=1.0):
    """Both at the price of one: (float, (N, K) array). Arguments as for `gradient`."""
    return _differentiable(variance, beta).loss_and_gradient(Z, G, alpha=alpha, beta=beta, gamma=gamma)


def optimal_representation(G, n_components, *, variance="squared", alpha=1.0, beta=1.0, gamma=1.0):
    """A global minimum over all (N, K) representations.

    Squared: in closed form (`vicreg-weighted-optimum`; `numeric.generated.vicreg`). Hinge: in closed form at beta=inf
    (`vicreg-hinge-optimum`), and else the best of finitely many candidates, one of which is a minimum
    (`vicreg-hinge-reduction`; `numeric.hinge_spectrum`, which proves it).

    Args:
        G: (N, N) relation.
        n_components: K >= 1; may exceed N - 1.
        variance, alpha, beta, gamma: as for `loss`.

    Returns:
        Optimum with `representation` (N, K), centred. Where s_k could be any number >= 1, it is 1.
    """
    method, beta = _optimiser(variance, alpha, beta)
    return method.optimal_representation(G, n_components, alpha=alpha, beta=beta, gamma=gamma)


def optimal_weights(X, G, n_components, *, variance="squared", alpha=1.0, beta=1.0, gamma=1.0):
    """A global minimum over all linear networks Z = X W (`vicreg-linear-optimum`, and the same for the hinge).

    Args:
        X: (N, D) inputs, of any rank.
        G: (N, N) relation.
        n_components: K >= 1; may exceed the rank of X.
        variance, alpha, beta, gamma: as for `loss`.

    Returns:
        Optimum with `weights` (D, K).
    """
    method, beta = _optimiser(variance, alpha, beta)
    return method.optimal_weights(X, G, n_components, alpha=alpha, beta=beta, gamma=gamma)


def _method(variance):
    if not isinstance(variance, str) or variance not in _VARIANCES:
        raise ValueError(f"variance must be 'squared' or 'hinge'; found {variance!r}")
    return _VARIANCES[variance]


def _differentiable(variance, beta):
    if is_infinite(beta):
        raise ValueError("beta must be finite for a gradient, which an infinite loss has not; found inf")
    return _method(variance)


def _optimiser(variance, alpha, beta):
    """The module, and the beta that it takes: the squared variance has the same optimum at every beta >= alpha."""
    method = _method(variance)
    return method, alpha if method is vicreg_squared and is_infinite(beta) else beta


def _uncorrelated(Z):
    centred = centre(representation(Z, None))  # (N, K)
    xp = namespace(centred)
    lengths = xp.linalg.vector_norm(centred, axis=0)  # (K,)
    products = xp.abs(hollow(centred.T @ centred))  # (K, K)
    return bool(xp.all(products <= UNCORRELATED * lengths[:, None] * lengths))
