"""Losses that also see the diagonal of the covariance: tr phi(C) + w |diag C|^2 + cost penalty, phi quadratic.

The diagonal is majorised by the spectrum, and which end of the majorisation is best depends on the sign of w: a diagonal
covariance for w <= 0, a constant diagonal for w >= 0. Either way the loss is a spectral one plus a remainder that is
nonnegative and vanishes for the right rotation.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import DiagonalMatrix, Identity, MatMul, MatrixSymbol, OneMatrix, Symbol, factor

from derivations.language.atoms import Leading, SquaredNorm
from derivations.language.propositions import Equal, Level, PrescribedDiagonal
from derivations.proof import rules
from derivations.proof.lemmas.lemma import K, k, q, r
from derivations.spectral.filter import eigenvalue
from derivations.spectral.form import s
from derivations.spectral.problem import filter_identity, minimum_with_remainder


def decorrelated(problem, condition):
    """(the minimum, its value term by term) under a condition that says w <= 0: R is the first columns of the identity."""
    remainder = -problem.form.diagonal * SquaredNorm(problem.covariance - DiagonalMatrix(problem.covariance))
    right = Leading(problem.unknown.cols, problem.kept)
    return minimum_with_remainder(problem, remainder, right, (*problem.facts, problem.pencil, condition))


def levelled(problem, condition):
    """(the minimum, its value as a sum of squares, that it is attained) under a condition that says w >= 0.

    The tangent w (2 m tr C - K m^2) of w |diag C|^2 at a constant diagonal m leaves a spectral loss; R makes the diagonal
    constant (Schur-Horn), and m is the mean of the filter values that it determines.
    """
    form, m, order = problem.form, Symbol("m", real=True), problem.unknown.cols
    remainder = form.diagonal * SquaredNorm(DiagonalMatrix(problem.covariance) - m * Identity(order))
    relaxed = replace(problem, objective=problem.objective - remainder)
    values = problem.at_eigenvalues(relaxed.filter)
    level, constant = Level(m, values, order * m), MatMul(m, OneMatrix(order, 1))
    right = PrescribedDiagonal(problem.rotation, values, constant)
    facts = (*problem.facts, problem.pencil, condition, level, right)
    minimum, _ = minimum_with_remainder(problem, remainder, problem.rotation, facts)
    # the same value as a sum of squares: of m about its target, and of the s_k about m
    curvature = form.phi(s).coeff(s, 2)
    terms = problem.summed(curvature * (relaxed.filter - m) ** 2 + form.cost * eigenvalue * relaxed.filter)
    in_terms = order * factor(form.phi(m) + form.diagonal * m**2) + terms + problem.missing * curvature * m**2
    identity = rules.sum_over(filter_identity(relaxed, problem.eigenvalue_at(k)), k, problem.kept)
    simpler = rules.combination(Equal(in_terms, minimum.statement.value), [identity], hypotheses=[level])
    own = {K: order, r: problem.pencil.rank, MatrixSymbol("s", q, 1): values}
    turned = own | {MatrixSymbol("d", K, 1): constant}
    attained = rules.existence(rules.least_value(minimum), "schur-horn", turned)
    return minimum, simpler, rules.discharge(attained, rules.lemma("mean-majorised", own))
