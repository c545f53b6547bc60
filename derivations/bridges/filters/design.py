"""Losses that have the filter one wants: an integral of its inverse in the place of VICReg's variance and covariance terms."""

from __future__ import annotations

from dataclasses import replace

from sympy import MatrixSymbol, Symbol, exp

from derivations.language.atoms import SpectralTrace
from derivations.language.propositions import Eigenpairs, PositiveSemidefinite
from derivations.losses.vicreg.squared import H, K, L, N, problem
from derivations.proof import rules
from derivations.proof.lemmas.lemma import r
from derivations.proof.result import result
from derivations.relations.dirichlet import laplacian_facts
from derivations.spectral.design import designed
from derivations.spectral.filter import eigenvalue, full_rank
from derivations.spectral.problem import spectral_minimum

gamma = Symbol("gamma", positive=True)  # weight of the invariance term
t = Symbol("t", positive=True)  # time of diffusion
cost = 2 * gamma
heat, regularised = exp(-t * eigenvalue), 1 / (1 + t * eigenvalue)


def with_filter(wanted):
    """The loss tr phi(C) + (2 gamma/N) tr(Z'LZ) that is designed for a filter, as a Problem."""
    phi = designed(wanted, cost)
    return replace(problem, objective=SpectralTrace(phi, problem.covariance) + cost * problem.penalty)


def every_direction(loss):
    """The same where phi is not defined at 0: K is at most the rank of H, and L is known to be positive semidefinite."""
    every = Eigenpairs(L, H, MatrixSymbol("V", N, K), MatrixSymbol("mu", K, 1), full_rank[r])
    return replace(loss, pencil=every, turn="Q", facts=(*loss.facts, PositiveSemidefinite(L)))


@result("filter-design", cites=("coifman2006", "smola2003"))
def filter_design():
    """Losses that have the filter one wants, phi being an integral of -2 gamma a(s), a(s) the inverse of the filter. The heat
    kernel e^(-t a), that of diffusion maps, is the filter of an entropy; the regularised Laplacian 1/(1 + t a) that of
    tr C - log det C, which is defined where C is positive definite.
    """
    *_, semidefinite = laplacian_facts.theorems
    definite = spectral_minimum(every_direction(with_filter(regularised)))
    return *spectral_minimum(with_filter(heat)), *(rules.discharge(theorem, semidefinite) for theorem in definite)
