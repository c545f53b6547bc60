"""Locality Preserving Projections (He & Niyogi 2003): Laplacian Eigenmaps that are linear in the inputs, Z = X W."""

from __future__ import annotations

from sympy import S

from derivations.embeddings.eigenmaps_normalisation import by_degrees
from derivations.embeddings.laplacian_eigenmaps import degree_weighted, least_energy
from derivations.language.propositions import Orthonormal
from derivations.losses.vicreg import squared as vicreg
from derivations.losses.vicreg.squared import N, W, X
from derivations.proof.result import result
from derivations.spectral.whitened import same_range, whitened_minimum


@result("locality-preserving-projections", cites=("he2003",))
def locality_preserving_projections():
    """Locality Preserving Projections: where the degrees weight the constraint, linear maps of the inputs bring related
    samples closest at the bottom eigenvectors of X' L X u = lambda X' D X u, whatever the rank of the inputs.
    """
    return least_energy(degree_weighted(W, X))


@result("vicreg-linear-lpp", cites=("balestriero2022", "he2003"))
def vicreg_linear_lpp():
    """VICReg over linear maps has the span of Locality Preserving Projections at every gamma < alpha / mu_K: of those that
    normalise the covariance and, if the relation is regular, of those whose constraint the degrees weight, for inputs
    without their mean.
    """
    problem = vicreg.linear_problem
    projections = whitened_minimum(problem, Orthonormal(W, problem.pencil.metric), S.One)
    _, best, *_ = vicreg.linear_optimum.theorems
    same_span = same_range(problem, best.statement.at, projections.statement.at)
    return projections, same_span, *by_degrees(problem, X, scale=N)
