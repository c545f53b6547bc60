"""The least quadratic penalty where the covariance is a multiple of the identity: classical spectral embeddings.

Every direction is used in full, so the K best are the bottom eigenvectors, by von Neumann's inequality; the range is that
of any loss on the same pencil that keeps K directions.
"""

from __future__ import annotations

from sympy import DiagMatrix, MatMul, Rational, S, Transpose, sqrt

from derivations.language.propositions import All, AtMost, Equal, Orthonormal, Positive
from derivations.language.substitute import substitute
from derivations.proof import rules
from derivations.spectral.filter import eigenvalue
from derivations.spectral.problem import trace_bound


def orthogonal_eigenpairs(problem):
    """The hypotheses under which every direction is used: the eigenpairs, and an orthogonal R (so K is at most the rank)."""
    right = problem.rotation
    return (*problem.facts, problem.pencil, Orthonormal(right), Orthonormal(Transpose(right)))


def whitened_minimum(problem, constraint, level):
    """The least penalty over what meets `constraint`, which says that the covariance is `level` times the identity:
    level sum_k a_k, at level^(1/2) unit V R' with R orthogonal.
    """
    given = orthogonal_eigenpairs(problem)
    at = MatMul(problem.unit * sqrt(level), problem.pencil.vectors, Transpose(problem.rotation))
    there = {problem.unknown: at}
    least = level * problem.summed(eigenvalue)
    facts = (*problem.facts, constraint)
    bound = rules.combination(AtMost(least, problem.penalty), [trace_bound(problem)], hypotheses=facts)
    feasible = rules.normal_form(constraint.map(lambda e: substitute(e, there)), given)
    witness = rules.normal_form(Equal(substitute(problem.penalty, there), least), given)
    return rules.attainment(bound, witness, problem.unknown, at, [feasible])


def same_range(problem, best, at, level=S.One):
    """The minimiser `best` of a problem and `at`, whose covariance is `level` times the identity, are images of each other where
    every s_k is positive: by R diag(s / level)^(1/2) R' and by its inverse.
    """
    right, ratio = problem.rotation, problem.filter / level

    def mixing(power):
        return MatMul(right, DiagMatrix(problem.at_eigenvalues(ratio**power)), Transpose(right))

    half = Rational(1, 2)
    spans = All((Equal(best, MatMul(at, mixing(half))), Equal(at, MatMul(best, mixing(-half)))))
    kept = Positive(problem.at_eigenvalues(problem.filter))
    return rules.normal_form(spans, (*orthogonal_eigenpairs(problem), kept))
