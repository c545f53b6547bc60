"""Barlow Twins and VICReg where the covariance is the identity, on a regular relation: one representation is best for both.

What the centred cross-correlation lacks of the identity is then the Dirichlet energy, C = I - Z'LZ/(N delta) for degrees
delta: VICReg asks for the least trace of Z'LZ, and Barlow Twins for the least square of it.
"""

from __future__ import annotations

from sympy import Identity, Lambda, MatAdd, MatMul, MatrixSymbol, OneMatrix, Sum, Transpose, sqrt

from derivations.embeddings.eigenmaps_normalisation import delta, regular
from derivations.language.atoms import Eigenvalues, SpectralTrace, SquaredNorm
from derivations.language.propositions import (
    All,
    AtMost,
    EntrywiseNonnegative,
    Equal,
    Orthonormal,
    PositiveSemidefinite,
)
from derivations.language.substitute import substitute
from derivations.losses import barlow_twins
from derivations.losses.vicreg import squared as vicreg
from derivations.losses.vicreg.squared import H, K, L, N, Z, problem
from derivations.proof import rules
from derivations.proof.lemmas import lemma
from derivations.proof.lemmas.lemma import entry, k, phi
from derivations.proof.result import result
from derivations.relations.dirichlet import laplacian_facts
from derivations.spectral.filter import eigenvalue
from derivations.spectral.form import s
from derivations.spectral.whitened import orthogonal_eigenpairs

whitened = Orthonormal(Z, MatMul(1 / N, H))
# the relation and the degrees less those of independent pairs
relation, metric = MatAdd(MatMul(delta, H), MatMul(-1, L)), MatMul(delta, H)
C = barlow_twins.correlation(relation, metric)
objective = SquaredNorm(C - Identity(K))
facts = (*problem.facts, *regular)
energy, negative = (MatMul(sign / N, Transpose(Z), L, Z) for sign in (1, -1))
values = problem.pencil.values
sigma = Eigenvalues(negative, problem.kept)
gaps = MatAdd(MatMul(-1, sigma), MatMul(-1, values))


def separated():
    """(no eigenvalue of Z'LZ/N is below that of L of the same rank, its squared norm is the sum of their squares)."""
    scaled, order = MatMul(1 / sqrt(N), Z), {lemma.D: N}
    mapping = problem.names() | order | {MatrixSymbol("Y", lemma.D, lemma.K): scaled, phi: Lambda(s, s**2)}
    theorem = problem.discharged(rules.lemma("poincare-separation", mapping, [whitened, *problem.facts]))
    gram = MatMul(Transpose(problem.factor), problem.factor)
    unit = rules.normal_form(Orthonormal(scaled, gram), [Orthonormal(Z, MatMul(1 / N, *gram.args))])
    theorem = rules.discharge(rules.discharge(theorem, unit), rules.assumption(whitened))
    square = SpectralTrace(Lambda(s, s**2), negative)
    spectral = Equal(square, Sum(entry(sigma, k) ** 2, (k, 0, problem.kept - 1)))
    theorem = rules.restatement(theorem, All((EntrywiseNonnegative(gaps), spectral)), problem.facts)
    return rules.part(theorem, 0), rules.part(theorem, 1)


def lower_bound():
    """sum_k lambda_k^2/delta^2 <= |C - I|^2: the eigenvalues of Z'LZ/N are at least lambda_k, which are at least 0."""
    separation, spectral = separated()
    (semidefinite,) = [t for t in laplacian_facts.theorems if isinstance(t.statement, PositiveSemidefinite)]
    lam, gap = entry(values, k), entry(gaps, k)
    bound = rules.combination(
        AtMost(problem.summed(eigenvalue**2) / delta**2, objective),
        [spectral],
        [-1 / delta**2],
        remainder=[Sum(gap**2 + 2 * lam * gap, (k, 0, problem.kept - 1)) / delta**2],
        hypotheses=[*facts, problem.pencil, separation.statement, semidefinite.statement],
    )
    return rules.discharge(rules.discharge(bound, separation), semidefinite)


def minimum(bound, at):
    """The bound is met at sqrt(N) P R'."""
    there, given = {Z: at}, (*orthogonal_eigenpairs(problem), *regular)
    feasible = rules.normal_form(whitened.map(lambda e: substitute(e, there)), given)
    squared = rules.normal_form(Equal(objective, SquaredNorm(energy) / delta**2), (*facts, whitened))
    squared = rules.discharge(rules.substitution(squared, there, given), feasible)
    reached = rules.normal_form(Equal(squared.statement.rhs, bound.statement.lhs), given)
    reached = rules.combination(Equal(squared.statement.lhs, bound.statement.lhs), [squared, reached])
    return rules.attainment(bound, reached, Z, at, [feasible])


@result("barlow-vicreg", cites=("balestriero2022", "zbontar2021", "bardes2022"))
def barlow_vicreg():
    """Where the covariance is the identity and the relation is regular, the bottom eigenvectors of the Laplacian, up to a
    rotation, minimise both centred Barlow Twins with equal weights and VICReg.
    """
    of_regular = {barlow_twins.d: MatMul(delta, OneMatrix(N, 1)), barlow_twins.v: N * delta}
    centred = (substitute(m, of_regular) for m in barlow_twins.centred)
    moments = rules.normal_form(All(tuple(map(Equal, centred, (relation, metric)))), regular)
    missing = rules.normal_form(Equal(C, Identity(K) - MatMul(1 / delta, energy)), (*facts, whitened))
    eigenmaps, *_ = vicreg.laplacian_eigenmaps.theorems
    return moments, missing, minimum(lower_bound(), eigenmaps.statement.at), eigenmaps
