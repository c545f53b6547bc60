"""Sums over the variances where the covariance is diagonal: exact decorrelation.

There the variances are the eigenvalues, so that the spectral filter theorem gives the lower bound, and the rotation that
makes the covariance diagonal attains it.
"""

from __future__ import annotations

from sympy import DiagonalOf, MatrixSymbol, S, Sum, factor

from derivations.language.atoms import Leading, SpectralTrace
from derivations.language.propositions import AtMost, DiagonalGram, Equal, Orthonormal
from derivations.language.substitute import substitute
from derivations.proof import rules
from derivations.proof.lemmas.lemma import K, entry, k, phi, q, r
from derivations.spectral.form import s
from derivations.spectral.problem import spectral_minimum


def uncorrelated_minimum(problem):
    """The minimum of sum_k phi(C_kk) + cost penalty over all matrices whose covariance C is diagonal, for a problem with the
    objective tr phi(C) + cost penalty.

    It is attained at unit V diag(s_1, ..., s_q)^(1/2) with the s_k of `spectral_minimum`, and a column of zeros for each
    direction that is missing.
    """
    z, covariance = problem.unknown, problem.covariance
    spectral, _ = spectral_minimum(problem)
    right = Leading(z.cols, problem.kept)
    orthonormal = rules.normal_form(Orthonormal(right))
    spectral = rules.discharge(rules.substitution(spectral, {problem.rotation: right}), orthonormal)
    value, at = spectral.statement.value, spectral.statement.at

    variances, own = MatrixSymbol("c", z.cols, 1), DiagonalOf(covariance)
    spectrum = spectrum_of_diagonal(covariance, variances, problem.form.phi)
    weight, function = factor(problem.form.phi(s)).as_independent(s, as_Add=False)
    penalty = problem.form.cost * problem.penalty

    def seen_as(c_k):
        return weight * Sum(function.subs(s, c_k), (k, 0, z.cols - 1)) + penalty

    objective = seen_as(covariance[k, k])
    in_variances = AtMost(value, seen_as(entry(variances, k)))
    bound = rules.combination(in_variances, [rules.lower_bound(spectral), spectrum])
    bound = rules.restatement(rules.substitution(bound, {variances: own}), AtMost(value, objective))

    diagonal, there = DiagonalGram(covariance, own), {z: at}
    feasible = rules.normal_form(diagonal.map(lambda e: substitute(e, there)), spectral.hypotheses)
    reached = rules.substitution(rules.substitution(spectrum, {variances: own}), there, spectral.hypotheses)
    witness = rules.combination(
        Equal(substitute(objective, there), value),
        [rules.value_at_minimum(spectral), rules.discharge(reached, feasible)],
        [S.One, S.NegativeOne],
    )
    return rules.attainment(bound, witness, z, at, [feasible])


def spectrum_of_diagonal(covariance, variances, function):
    """tr function(C) = sum_k function(c_k) where C = diag(c)."""
    order = covariance.rows
    every = Leading(order, order)  # the identity
    names = {K: order, r: order, MatrixSymbol("R", K, q): every, MatrixSymbol("d", q, 1): variances, phi: function}
    diagonal = [DiagonalGram(covariance, variances)]
    spectrum = rules.lemma("diagonal-spectrum", names, diagonal)
    spectrum = rules.discharge(spectrum, rules.normal_form(Orthonormal(every)))
    total = Sum(function(entry(variances, k)), (k, 0, order - 1))
    return rules.combination(Equal(SpectralTrace(function, covariance), total), [spectrum], hypotheses=diagonal)
