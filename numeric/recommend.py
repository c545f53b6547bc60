"""Which method and which gamma, for a relation and a few labels: the guideline (`gamma-guideline`) as a function.

The candidates are VICReg's optima over a range of gamma, and those of squared similarity and Barlow Twins. Of each only the
spectrum is needed: the expected risk of a ridge probe with intercept, fitted to the labelled samples
(`numeric.ridge_probe`), is linear in squared coefficients of the targets, of which the labels give unbiased estimates
(`numeric.labelled`). So they do of the difference of two candidates, with a standard error.

A penalty means nothing but beside the lengths of columns. VICReg's and Barlow Twins' are taken as their losses make them, of
variance at most 1 and of mean square 1 under the degrees; squared similarity's, in the scale of G, with a largest variance
of 1. The lowest of many estimates is lower than it ought to be; the curve shows how flat its minimum is.
"""

from typing import NamedTuple

import numpy as np

from numeric import barlow_twins, squared_similarity
from numeric.centred import centre
from numeric.labelled import direction_shares, labelled_samples, standard_error, total_shares
from numeric.pairwise import relation
from numeric.products import degrees, without_diagonal
from numeric.recommendation import Candidate, Recommendation
from numeric.ridge_probe import RidgeProbe
from numeric.ridge_risk import vicreg_filter
from numeric.spectral_optimum import ROUNDING, positive_part
from numeric.spectrum import bottom_eigenpairs
from numeric.validation import component_count, representation, vector

GRID = 32
"""How many gammas are tried by default, besides 0."""


def recommend(G, Y_labelled, labelled_index, n_components, noise, *, penalty=None, gammas=None):
    """The method, and VICReg's gamma, of the lowest estimated risk, and whether the labels can tell.

    The labelled samples must be a random subset of all, drawn without regard to their labels and relations: without that no
    estimate is unbiased.

    Args:
        G: (N, N) relation of all samples.
        Y_labelled: (n, T) labels, n >= 3; classes as indicator columns.
        labelled_index: (n,) different integers from 0 to N - 1: the samples that the labels are of.
        n_components: K >= 1.
        noise: sigma^2 >= 0, the variance of the noise in a row of labels, summed over its T entries.
        penalty: rho of the ridge probe, > 0 unless all samples are labelled; on the labelled ones it is n/N of that. By
            default N/10.
        gammas: (J,) to try, each >= 0, in units of alpha. By default 0, and evenly in the logarithm from a hundredth of the
            first threshold 1/lambda_k, at which a direction is dropped, to the last one.

    Returns:
        Recommendation.

    Raises:
        TypeError, ValueError: an argument is not allowed (`numeric.validation`).
    """
    G = relation(G)
    n_samples = G.shape[0]
    n_components = component_count(n_components)
    labelled = labelled_samples(labelled_index, n_samples, fewest=3)
    Y = representation(Y_labelled, len(labelled), name="Y_labelled", power=2)
    gammas = None if gammas is None else vector("gammas", gammas)
    probe = RidgeProbe(
        n_samples=n_samples,
        penalty=n_samples / 10 if penalty is None else penalty,
        noise=noise,
        n_labelled=len(labelled),
        intercept=True,
    )
    total = total_shares(Y, n_samples, probe.noise)  # (n,)
    n_related = int(np.count_nonzero(degrees(without_diagonal(G))[labelled]))
    candidates = curve = ()
    if n_related:
        families = _families(G, n_components, gammas)
        estimates = [_estimated(*family, labelled, Y, total, probe) for family in families]
        candidates = _compared([min(family, key=_risk) for family in estimates], probe)
        curve = _compared(estimates[0], probe)
    return Recommendation(
        candidates=tuple(sorted(candidates, key=lambda candidate: candidate.excess)),
        curve=curve,
        total=float(total.sum()),
        total_error=float(standard_error(total, n_samples, probe.noise)),
        probe=probe,
        n_related=n_related,
    )


class _Estimate(NamedTuple):
    """The risk of a candidate, and the labelled samples' shares in it, (n,)."""

    method: str
    gamma: float | None
    risk: float
    shares: np.ndarray


def _risk(candidate):
    return candidate.risk


def _families(G, n_components, gammas):
    """(method, gammas, filters (J, q), directions (N, q)) of every method."""
    eigenvalues, P = bottom_eigenpairs(G, n_components)  # (q,), (N, q)
    gammas = _thresholds(eigenvalues) if gammas is None else gammas
    yield "vicreg", gammas.tolist(), vicreg_filter(eigenvalues, gammas), P
    s, U = _spectrum(squared_similarity.optimal_representation(G, n_components))
    yield "squared similarity", [None], s / s.max(initial=np.finfo(np.float64).tiny), U
    yield "barlow twins", [None], *_spectrum(barlow_twins.optimal_representation(G, n_components, center=True))


def _thresholds(eigenvalues):
    """The gammas that are tried by default, ascending."""
    positive = eigenvalues[eigenvalues > np.finfo(np.float64).tiny]
    return np.append(0.0, np.geomspace(0.01 / positive[-1], 1 / positive[0], GRID)) if len(positive) else np.zeros(1)


def _spectrum(optimum):
    """The eigenvalues (1, r) of the covariance of a representation, and its left singular vectors (N, r), once centred."""
    Z = centre(optimum.representation)
    U, singular_values, _ = np.linalg.svd(Z, full_matrices=False)
    kept = singular_values > ROUNDING * singular_values[0]
    return singular_values[None, kept] ** 2 / len(Z), U[:, kept]


def _estimated(method, gammas, filters, directions, labelled, Y, total, probe):
    """The estimates of one method's risks, one for each of its filters."""
    on_alignment, on_rest, constant = probe.weights(filters)  # (J, q), (J,), (J,)
    shares = direction_shares(directions[labelled], Y, probe.n_samples, probe.noise)  # (n, q)
    shares = shares @ (on_alignment - on_rest[:, None]).T + np.outer(total, on_rest)  # (n, J), rest = total - alignment
    risks = shares.sum(axis=0) + constant
    return [_Estimate(method, *found) for found in zip(gammas, risks.tolist(), shares.T, strict=True)]


def _compared(estimates, probe):
    """Estimates as candidates, compared to the lowest; an excess that is rounding is 0."""
    best = min(estimates, key=_risk)
    excesses = positive_part(np.array([found.risk - best.risk for found in estimates]), scale=abs(best.risk))
    differences = np.stack([estimate.shares - best.shares for estimate in estimates], axis=1)  # (n, J)
    errors = standard_error(differences, probe.n_samples, probe.noise)
    return tuple(
        Candidate(method=found.method, gamma=found.gamma, risk=found.risk, excess=float(excess), error=float(error))
        for found, excess, error in zip(estimates, excesses, errors, strict=True)
    )
