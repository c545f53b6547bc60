"""How many dimensions an optimal representation has, against the rank of the relation.

Losses that pull similarities towards the relation use its directions of positive eigenvalue alone: every column of Z* is in
its range, so that Z* has no larger rank. VICReg pulls its covariance towards the identity instead, and also fills directions
that the relation does not see.
"""

from __future__ import annotations

from sympy import (
    DiagMatrix,
    Identity,
    MatAdd,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    S,
    Symbol,
    Trace,
    Transpose,
    sqrt,
)

from derivations.language.atoms import Centring, Laplacian, Named, SquaredNorm
from derivations.language.propositions import AtMost, Equal, Orthonormal, Positive, Symmetric
from derivations.language.substitute import substitute
from derivations.losses import barlow_twins
from derivations.losses.contrastive import spectral_contrastive, squared_similarity
from derivations.losses.vicreg import squared as vicreg
from derivations.proof import rules
from derivations.proof.lemmas.lemma import k
from derivations.proof.result import result
from derivations.spectral import unit_columns
from derivations.spectral.filter import eigenvalue
from derivations.spectral.problem import filter_identity
from derivations.spectral.whitened import orthogonal_eigenpairs


@result("barlow-rank", cites=("balestriero2022",))
def rank():
    """Which losses can have optima of a larger rank than the relation. SimCLR with squared similarity cannot: (i), (ii) for
    S = Z* Z*', G S = S S has the rank of Z*. Nor can the spectral contrastive loss: (iii), (iv) the same of the normalised
    relation. Nor can Barlow Twins where the lengths 1/g_k exceed K: (v), (vi) D Z* = G Z* B. VICReg can: (vii) at every
    gamma < alpha / lambda_K its covariance is invertible, whatever the rank of G. So if everyone is related to everyone, which
    is a relation of rank one, (viii), (ix) Z* has any K < N orthogonal columns off the constant at gamma = alpha (1 - m)/N.
    """
    return *_squared_similarities(), *_barlow(), _every_dimension(), *_everyone()


def _squared_similarities():
    """Y Y' = S and |G S - S S|^2 = 0 with S = U diag((g_k)_+) U' and Y = Z*; and the same for the normalised relation."""
    minimum, *_ = squared_similarity.optimum.theorems
    problem, relation = squared_similarity.problem, squared_similarity.G
    filtered = DiagMatrix(problem.at_eigenvalues(problem.filter))
    similarity = Named("S", MatMul(problem.pencil.vectors, filtered, Transpose(problem.pencil.vectors)))
    value = problem.eigenvalue_at(k)
    kept = problem.filter.subs(eigenvalue, value)
    excess = kept * (-value - kept)  # (g_k)_+ (g_k - (g_k)_+), half of what the least value is missed by: 0
    vanishing = rules.sum_over(filter_identity(problem, value), k, problem.kept, excess)
    apart = MatAdd(MatMul(relation, similarity), MatMul(-1, similarity, similarity))
    aligned = Equal(SquaredNorm(apart), 0)
    aligned = rules.combination(aligned, [vanishing], [-S.Half], hypotheses=minimum.hypotheses)
    yield _of_points(minimum.statement.at, similarity, minimum.hypotheses)
    yield aligned

    minimum, *_ = spectral_contrastive.optimum.theorems
    weighted = substitute(spectral_contrastive.F.definition, {spectral_contrastive.Z: minimum.statement.at})
    yield _of_points(weighted, similarity, minimum.hypotheses)
    normalised = spectral_contrastive.A
    symmetric = rules.normal_form(Symmetric(normalised), spectral_contrastive.facts)
    yield rules.discharge(rules.substitution(aligned, {relation: normalised}), symmetric)


def _of_points(points, similarity, facts):
    """Y Y' = S for Y the points."""
    points = Named("Y", points)
    return rules.normal_form(Equal(MatMul(points, Transpose(points)), similarity), facts)


def _barlow():
    """D Z* = G Z* B with B = R diag(1/g) R', and the same centred."""
    _, plain, _, _, centred, *_ = barlow_twins.optimum.theorems
    right = unit_columns.rotation
    inverses = DiagMatrix(unit_columns.at_values(1 / unit_columns.x))
    back = Named("B", MatMul(right, inverses, Transpose(right)))
    for theorem, (relation, metric) in (
        (plain, (barlow_twins.G, barlow_twins.degrees)),
        (centred, barlow_twins.centred),
    ):
        at = theorem.statement.at
        yield rules.normal_form(Equal(MatMul(metric, at), MatMul(relation, at, back)), theorem.hypotheses)


def _every_dimension():
    """C(Z*) B = I with B = R diag(1/s) R', if every s_k is positive and there are K of them."""
    problem, right = vicreg.problem, vicreg.problem.rotation
    minimum, *_ = vicreg.optimum.theorems
    inverses = DiagMatrix(problem.at_eigenvalues(1 / problem.filter))
    inverse = Named("B", MatMul(right, inverses, Transpose(right)))
    covariance = Named("C", substitute(vicreg.C, {vicreg.Z: minimum.statement.at}))
    facts = (*orthogonal_eigenpairs(problem), Positive(problem.at_eigenvalues(problem.filter)))
    return rules.normal_form(Equal(MatMul(covariance, inverse), Identity(vicreg.K)), facts)


def _everyone():
    """For G = 1 1' and gamma = alpha (1 - m)/N the loss is alpha |C - m I|^2 and a constant: the minimum, and C at Z*."""
    N, Z, alpha, m = vicreg.N, vicreg.Z, vicreg.alpha, Symbol("m", positive=True)
    everyone, basis = Named("G", OneMatrix(N, N)), MatrixSymbol("P", *Z.shape)
    energy = Trace(MatMul(Transpose(Z), Laplacian(everyone), Z))
    loss = alpha * SquaredNorm(vicreg.E) + 2 * alpha * (1 - m) / N**2 * energy
    value, at = alpha * vicreg.K * (1 - m**2), MatMul(sqrt(N * m), basis)
    level = MatMul(m, Identity(vicreg.K))
    distance = alpha * SquaredNorm(vicreg.C - level)
    split = rules.normal_form(Equal(loss, value + distance))
    bound = rules.combination(AtMost(value, loss), [split], [S.NegativeOne], remainder=[distance])
    whitened = [Orthonormal(basis, Centring(N))]
    there = rules.substitution(split, {Z: at}, whitened)
    reached = rules.combination(Equal(there.statement.lhs, value), [there])
    covariance = rules.normal_form(Equal(substitute(vicreg.C, {Z: at}), level), whitened)
    return rules.attainment(bound, reached, Z, at), covariance
