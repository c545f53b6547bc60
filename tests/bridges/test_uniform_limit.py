"""InfoNCE near the uniform relation: the expansion that is proved, and what is shown by numbers only."""

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from derivations.catalogue import results
from derivations.export.text import describe, show
from derivations.language.propositions import Equal
from derivations.proof import rules
from derivations.proof.theorem import ProofError
from numeric import simclr
from numeric.optimise import minimise
from tests.numeric.strategies import arrays

STEPS = np.array([0.2, 0.1, 0.05, 0.025])


def deviations(n, rng):
    """E symmetric with E 1 = 0 and 1/n + E entrywise nonnegative, its positive eigenvalues descending, eigenvectors."""
    H = np.eye(n) - 1 / n
    E = rng.standard_normal((n, n))
    E = H @ (E + E.T) @ H
    E /= n * np.abs(E).max()
    values, vectors = np.linalg.eigh(E)
    return E, values[::-1], vectors[:, ::-1]


def test_the_expansion_is_the_strain_of_classical_mds():
    expansion = results()["simclr-uniform-limit"].theorems[0].statement
    assert show(expansion.approximation) == "N log(N) + epsilon^2 (|N E - T|^2 - |N E|^2)/(2 N)"
    assert expansion.order == 3


def test_another_quadratic_part_is_refused():
    theorem = results()["simclr-uniform-limit"].theorems[0]
    claim = theorem.statement
    for wrong in (2 * claim.approximation, claim.approximation + claim.variable**2):
        with pytest.raises(ProofError, match="is not the Taylor polynomial"):
            rules.taylor(claim.function, claim.variable, wrong, claim.order, theorem.hypotheses)


def test_its_status_says_what_is_shown_by_numbers_only():
    result = results()["simclr-uniform-limit"]
    assert "minimisers" in result.numerical
    assert "proved in part" in describe(result)
    assert "but shown numerically" in " ".join(describe(result).split())


def test_the_variable_of_an_expansion_is_bound():
    theorem = results()["simclr-uniform-limit"].theorems[0]
    claim = theorem.statement
    with pytest.raises(ProofError, match="tends to 0"):
        rules.substitution(theorem, {claim.variable: claim.variable / 2})
    nothing = type(claim)(claim.function, claim.variable, claim.approximation.subs(claim.variable, 0), claim.order)
    with pytest.raises(ProofError, match="does not say"):
        rules.restatement(theorem, nothing, [Equal(claim.variable, 0)])


@settings(max_examples=12)
@given(rng=arrays(), n=st.integers(3, 5), K=st.integers(1, 4), tau=st.sampled_from([0.5, 1.0, 2.0]))
def test_the_scores_of_the_minimisers_are_those_of_classical_mds_up_to_second_order(rng, n, K, tau):
    """The order of convergence, fitted; where the K-th and the next eigenvalue are far enough apart to tell them."""
    E, values, vectors = deviations(n, rng)
    kept = min(K, n)
    gap = values[kept - 1] - (values[kept] if kept < n else -np.inf) if values[kept - 1] > 0 else np.inf
    event("K above the number of positive eigenvalues" if (values > 1e-12).sum() <= K else "K below")
    if gap < 0.2 * values[0] or 1e-12 < values[0] < 0.2 * np.abs(values).max():
        event("a gap too small for the steps")
        return
    leading = (vectors[:, :kept] * np.maximum(values[:kept], 0)) @ vectors[:, :kept].T
    errors = []
    for eps in STEPS:
        G = 1 / n + eps * E

        def both(Z, G=G):
            return simclr.loss_and_gradient(Z, G, tau=tau, similarity="dot", exclude_self=False)

        found = minimise(both, (n, K), n_starts=2, max_iterations=1500, scale=np.sqrt(eps * tau), seed=0).point
        centred = found - found.mean(axis=0)
        errors.append(np.linalg.norm(centred @ centred.T / tau - n * eps * leading))
    if values[0] < 1e-12:
        event("no positive eigenvalue: the minimiser collapses")
        assert max(errors) < 1e-6 * STEPS[-1] ** 2  # nothing to second order, nor as far as the optimiser can tell
        return
    order = np.polyfit(np.log(STEPS), np.log(errors), 1)[0]
    event("order 2" if order < 2.4 else "order above 2")
    assert order > 1.7  # first order would be 1
