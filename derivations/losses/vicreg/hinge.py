"""VICReg with the hinge on standard deviations (Bardes, Ponce & LeCun 2022, equations 1 to 6).

Theirs has an epsilon under the root, N - 1 in place of N in C, and means over k in place of the sums, which alpha and beta
make up for. In the limit of large beta the covariance C is diagonal, and its entries are its eigenvalues s_k: there the
filter is s_k = min(1, alpha/(4 gamma lambda_k))^2, which is positive at every gamma. (Where gamma lambda_k = 0 any s_k >= 1
does as well.)
"""

from __future__ import annotations

from dataclasses import replace

from sympy import DiagonalMatrix, KroneckerDelta, Lambda, Max, Sum, sqrt

from derivations.language.atoms import SpectralTrace, SquaredNorm
from derivations.language.propositions import AtMost, Equal, PositiveSemidefinite
from derivations.losses.vicreg.squared import (
    C,
    L,
    N,
    alpha,
    beta,
    distances,
    every_dimension,
    every_pair,
    gamma,
    j,
    k,
    linear_problem,
    problem,
    smoothness,
    vicreg,
)
from derivations.proof import rules
from derivations.proof.result import result
from derivations.relations.dirichlet import laplacian_facts
from derivations.spectral.filter import eigenvalue
from derivations.spectral.form import s
from derivations.spectral.uncorrelated import uncorrelated_minimum

# The statement


def shortfall(variance):
    """By how much a standard deviation falls short of one."""
    return Max(0, 1 - sqrt(variance))


variances = Sum(shortfall(C[k, k]), every_dimension)

hinge = replace(
    vicreg,
    name="vicreg-hinge",
    title="VICReg with the hinge",
    value=alpha * variances
    + beta * Sum((1 - KroneckerDelta(j, k)) * C[j, k] ** 2, *every_pair)
    + gamma / N * distances,
    matrix_form=alpha * variances + beta * SquaredNorm(C - DiagonalMatrix(C)) + 2 * gamma * smoothness,
    cites=("bardes2022",),
)

# What follows from it


@result("vicreg-hinge-matrix-form", cites=hinge.cites)
def matrix_form():
    """VICReg with the hinge in matrix form: the shortfall of the standard deviations, and the other terms of VICReg."""
    return rules.normal_form(Equal(hinge.value, hinge.matrix_form), hinge.facts)


def decorrelated(squared):
    """A problem of VICReg with the hinge for its variance and covariance terms, as they are where C is diagonal."""
    variance = SpectralTrace(Lambda(s, alpha * shortfall(s)), squared.covariance)
    facts = (*hinge.facts, PositiveSemidefinite(L))
    return replace(squared, objective=variance + 2 * gamma * squared.penalty, facts=facts)


def decorrelated_minimum(squared):
    """The minimum of that problem where C is diagonal."""
    *_, semidefinite = laplacian_facts.theorems
    return rules.discharge(uncorrelated_minimum(decorrelated(squared)), semidefinite)


@result("vicreg-hinge-optimum", cites=hinge.cites)
def optimum():
    """The global minimum of VICReg with the hinge under exact decorrelation, the limit of large beta: every direction that
    exists is used, at every gamma.
    """
    return decorrelated_minimum(problem), positive_filter()


@result("vicreg-hinge-linear-optimum", cites=hinge.cites)
def linear_optimum():
    """The global minimum of VICReg with the hinge over linear maps Z = X W under exact decorrelation, from two moments of X,
    whatever its rank.
    """
    return decorrelated_minimum(linear_problem)


def positive_filter():
    """No s_k of the hinge is 0, whatever gamma and the eigenvalues are."""
    hinged = decorrelated(problem)
    return rules.positive_function(hinged.at_eigenvalues(hinged.filter))


def squared_variance():
    """The minimum of VICReg with squared variance under exact decorrelation, and that s_k = 0 where gamma lambda_k >= alpha."""
    eigenvalue_k = problem.eigenvalue_at(k)
    zero = rules.positive_part(problem.strength.subs(eigenvalue, eigenvalue_k), [AtMost(alpha, gamma * eigenvalue_k)])
    return uncorrelated_minimum(problem), zero
