"""The risk of a ridge probe, from the spectrum of a representation, and how it changes with VICReg's gamma.

What a `RidgeProbe` does to the targets, and what is exact about it, is told in `numeric.ridge_probe`.
"""

import numpy as np

from numeric.spectral_optimum import positive_part
from numeric.spectrum import bottom_eigenpairs
from numeric.validation import nonnegative, positive, representation, vector


def ridge_risk(filter, alignment, probe, *, rest=0.0):
    """The expected squared error of a ridge probe, summed over samples and targets (`ridge-risk`): a float.

    Args:
        filter: (q,) s_k >= 0, the eigenvalues of the covariance, such as `Optimum.filter` of VICReg.
        alignment: (q,) b_k^2, of either sign: an unbiased estimate of a square may be negative.
        probe: RidgeProbe.
        rest: what no direction reaches, |F|^2 - sum_k b_k^2, of either sign for the same reason.

    Raises:
        TypeError, ValueError: an argument is out of range.
    """
    s = vector("filter", filter)
    alignment, rest = _targets(alignment, rest, len(s))
    return float(_applied(probe.weights(s), alignment, rest))


def vicreg_ridge_risk(eigenvalues, alignment, gamma, probe, *, alpha=1.0, rest=0.0):
    """The risk on VICReg's optimum, s_k = (1 - gamma lambda_k/alpha)_+, and its slope in gamma (`gamma-guideline`).

    For n = N, over the directions with s_k > 0,

        slope = 2 sum_k (lambda_k/alpha) (rho/N) ((1 - h_k) b_k^2 - sigma^2 h_k) / (s_k + rho/N)^2

    and with fewer labels what follows from the formulas of `numeric.few_labels`. It is the derivative from the right, which
    exists at every gamma >= 0: what comes when gamma goes up. At a threshold gamma = alpha/lambda_k it is without direction
    k, which is dropped there; for n = N the derivative from the left is larger by 2 N lambda_k b_k^2/(alpha rho). At rho = 0
    the risk is a staircase with steps of b_k^2 - sigma^2 at the thresholds, and the slope is 0 everywhere.

    Args:
        eigenvalues: (q,) lambda_k >= 0 of the Laplacian, as of `target_spectrum` or `vicreg.eigenpairs`.
        alignment: (q,) b_k^2, as for `ridge_risk`.
        gamma: weight of the invariance term, a number >= 0, or (J,) of them.
        probe: RidgeProbe.
        alpha: weight of the variance term, > 0; that of the covariance term is at least as large.
        rest: as for `ridge_risk`.

    Returns:
        risk, slope: two floats, or for several gamma two arrays (J,).

    Raises:
        TypeError, ValueError: an argument is out of range.
    """
    eigenvalues = vector("eigenvalues", eigenvalues)
    alignment, rest = _targets(alignment, rest, len(eigenvalues))
    alpha = positive("alpha", alpha)
    single = np.ndim(gamma) == 0
    gammas = np.array([nonnegative("gamma", gamma)]) if single else vector("gamma", gamma)
    s = vicreg_filter(eigenvalues, gammas / alpha)  # (J, q)
    slopes = np.where(s > 0, -eigenvalues / alpha, 0.0)  # (J, q)
    risk = _applied(probe.weights(s), alignment, rest)
    slope = _applied(probe.rates(s, slopes), alignment, rest)
    return (float(risk[0]), float(slope[0])) if single else (risk, slope)


def vicreg_filter(eigenvalues, gammas):
    """(1 - gamma lambda_k)_+, (J, q), for (J,) gammas and (q,) eigenvalues; exactly 0 at a threshold (`vicreg-optimum`)."""
    return positive_part(1 - gammas[:, None] * eigenvalues, scale=1)


def target_spectrum(G, Y, n_components, *, intercept=False):
    """What the risk on VICReg's optimum depends on, from a relation and the targets of all samples.

    Args:
        G: (N, N) relation, N >= 2.
        Y: (N, T) targets F, without noise; |Y|^2 must be finite.
        n_components: K >= 1; at most N - 1 directions exist.
        intercept: whether the probe has one, so that the mean of the targets is no part of `rest`.

    Returns:
        eigenvalues: (q,) lambda_k, the smallest of the Laplacian on the complement of the ones vector.
        alignment: (q,) b_k^2 = |p_k'Y|^2.
        rest: the squared norm of what is left of Y.

    Raises:
        TypeError, ValueError: an argument is not allowed (`numeric.validation`).
    """
    eigenvalues, P = bottom_eigenpairs(G, n_components)  # (q,), (N, q)
    if not len(eigenvalues):
        raise ValueError("G must relate at least two samples, for a direction to exist; found 1")
    Y = representation(Y, len(P), name="Y", power=2)
    Y = Y - Y.mean(axis=0) if intercept else Y
    coefficients = P.T @ Y  # (q, T)
    residual = Y - P @ coefficients
    return eigenvalues, np.sum(coefficients**2, axis=1), float(np.vdot(residual, residual))


def _applied(weights, alignment, rest):
    on_alignment, on_rest, constant = weights
    return on_alignment @ alignment + on_rest * rest + constant


def _targets(alignment, rest, length):
    return vector("alignment", alignment, length, signed=True), vector("rest", [rest], signed=True)[0]
