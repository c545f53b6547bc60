"""Losses as instances of the spectral filter theorem: what function of the covariance each is, and what penalty it adds.

Each is loss = tr phi(C) + c tr(Y'SY) + rest with Y = F Z / unit and C = Y'Y, where the rest does not depend on Z. F, S and
the unit are those of the loss's own problem; phi and c are read off its normal form, and the identity is that of the loss
as it is stated.
"""

from __future__ import annotations

from sympy import Function, Identity, Lambda, MatMul, Trace, Transpose, factor

from derivations.embeddings import kernel_pca
from derivations.embeddings.classical_mds import Delta_2, doubly_centred
from derivations.language.atoms import Named, SpectralTrace, SquaredNorm
from derivations.language.propositions import Equal, Orthonormal
from derivations.language.substitute import substitute
from derivations.losses.coding_rate import tcr
from derivations.losses.contrastive import spectral_contrastive, squared_similarity
from derivations.losses.vicreg import squared as vicreg
from derivations.proof import rules
from derivations.proof.result import result
from derivations.spectral.form import s

phi = Function("phi")


def spectral(problem, function, cost):
    """tr f(Y'Y) + cost tr(Y'SY), Y = F Z / unit, for a function f and the factor F, operator S and unit of a problem."""
    points = problem.unknown
    if problem.unit != 1 or not isinstance(problem.factor, Identity):
        points = Named("Y", MatMul(1 / problem.unit, problem.factor, points))
    sign, operator = problem.operator.as_coeff_mmul()
    gram, energy = (MatMul(Transpose(points), *inner, points) for inner in ([], [operator]))
    return SpectralTrace(Lambda(s, function(s)), gram) + cost * sign * Trace(energy)


def instance(problem, loss, facts=()):
    """|- loss = tr phi(C) + cost penalty + rest, for the phi, the cost and the rest of a problem's objective."""
    form = problem.form
    function = Lambda(s, factor(form.phi(s)))
    return rules.normal_form(Equal(loss, spectral(problem, function, form.cost) + form.offset), facts)


@result("spectral-filter-instances", cites=("balestriero2022", "haochen2021", "belkin2003", "yu2020"))
def instances():
    """Losses as instances of the spectral filter theorem. VICReg with equal weights: phi = alpha (s - 1)^2. The squared
    similarity to a relation, to a centred kernel (kernel PCA) and to doubly centred squared distances (classical scaling), and
    the spectral contrastive loss: phi = s^2. Laplacian Eigenmaps: any phi, for where C = I it is phi(1) in each dimension.
    The coding rate: phi = -log(1 + c s)/2.
    """
    at_equal_weights = substitute(vicreg.vicreg.value, {vicreg.beta: vicreg.alpha})
    similarity = instance(squared_similarity.problem, squared_similarity.squared_similarity.value)
    relations = kernel_pca.kernel, Named("B", doubly_centred(Delta_2))
    return (
        instance(vicreg.problem, at_equal_weights, vicreg.problem.facts),
        similarity,
        *(rules.substitution(similarity, {squared_similarity.G: relation}) for relation in relations),
        _contrastive(similarity),
        _whitened(),
        _coding_rate(),
    )


def _contrastive(similarity):
    """The spectral contrastive loss is the squared similarity of F to the normalised relation A, less |A|^2."""
    Z, F, A = spectral_contrastive.Z, spectral_contrastive.F, spectral_contrastive.A
    _, distance = spectral_contrastive.matrix_form.theorems
    relation = {squared_similarity.G: A, Z: F}
    weighted = rules.substitution(similarity, relation, spectral_contrastive.facts)
    claim = Equal(distance.statement.lhs, weighted.statement.rhs - SquaredNorm(A))
    return rules.combination(claim, [distance, weighted])


def _coding_rate():
    """The log-determinant as a sum over eigenvalues, and the attraction."""
    of_eigenvalues = instance(tcr.problem, tcr.problem.objective)
    claim = Equal(tcr.tcr.value, of_eigenvalues.statement.rhs)
    return rules.combination(claim, [*tcr.matrix_form.theorems, of_eigenvalues])


def _whitened():
    """tr phi(C) + penalty = K phi(1) + penalty where C = I."""
    problem = vicreg.problem
    constraint = Orthonormal(problem.unknown, MatMul(1 / vicreg.N, vicreg.H))
    whole = SpectralTrace(Lambda(s, phi(s)), problem.covariance) + problem.penalty
    return rules.normal_form(Equal(whole, vicreg.K * phi(1) + problem.penalty), [constraint])
