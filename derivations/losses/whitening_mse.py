"""Whitening-MSE (Ermolov, Siarohin, Sangineto & Sebe 2021): the distances of positives once the representation is whitened.

With any T such that T'C T = I, the whitened rows T'z have the loss tr(T'Z'LZT)/N = tr(C^-1 Z'LZ)/N (rows are not scaled to
norm one). It does not see an invertible map of the rows, which whitening undoes.
"""

from __future__ import annotations

from sympy import Identity, Inverse, MatMul, Trace, Transpose, sqrt

from derivations.language.atoms import Eigenvalues
from derivations.language.propositions import AtMost, Equal, Invertible, Orthonormal, PositiveDefinite, Symmetric
from derivations.language.substitute import substitute
from derivations.losses.vicreg.squared import C, K, L, N, Z, problem
from derivations.proof import rules
from derivations.proof.lemmas import LEMMAS
from derivations.proof.lemmas.lemma import entry, k
from derivations.proof.result import result
from derivations.spectral.filter import eigenvalue
from derivations.spectral.problem import trace_bound
from derivations.spectral.whitened import orthogonal_eigenpairs

cites = ("ermolov2021",)
(T,) = LEMMAS["whitening"].provides
definite = PositiveDefinite(C)


def whitening_mse(covariance, representation):
    """tr(C^-1 Z'LZ)/N."""
    return Trace(MatMul(1 / N, Inverse(covariance), Transpose(representation), L, representation))


loss = whitening_mse(C, Z)


@result("whitening-mse-gradient", cites=cites)
def gradient():
    """The gradient of the whitening-MSE loss, where the covariance is positive definite."""
    return rules.adjoint(loss, Z, (*problem.facts, definite))


@result("whitening-mse-invariance", cites=cites)
def invariance():
    """Whitening undoes every invertible map."""
    mapped = whitening_mse(MatMul(Transpose(T), C, T), MatMul(Z, T))
    return rules.normal_form(Equal(mapped, loss), (*problem.facts, definite, Invertible(T)))


@result("whitening-mse-optimum", cites=(*cites, "belkin2003"))
def optimum():
    """The global minimum of whitening-MSE, over the representations of positive definite covariance, is that of Laplacian
    Eigenmaps, whose covariance is the identity; every invertible map of it is one as well.
    """
    point = MatMul(sqrt(N), problem.pencil.vectors, Transpose(problem.rotation))
    there, given = {Z: point}, orthogonal_eigenpairs(problem)
    bound = _bound()
    reached = rules.normal_form(Equal(substitute(loss, there), bound.statement.lhs), given)
    identity = rules.positive_definite(Identity(K))
    feasible = rules.restatement(identity, definite.map(lambda e: substitute(e, there)), given)
    return rules.attainment(bound, reached, Z, point, [feasible])


def _bound():
    """sum_k lambda_k <= loss(Z T) = loss(Z), for a T that whitens Z: there is one."""
    matrix, *_ = (h.matrix for h in LEMMAS["whitening"].hypotheses)
    least, (unseen,) = problem.summed(eigenvalue), invariance.theorems
    covariance = MatMul(Transpose(T), C, T)
    sigma = entry(Eigenvalues(covariance, problem.kept), k)
    paired = AtMost(problem.summed(eigenvalue * sigma), substitute(problem.penalty, {Z: MatMul(Z, T)}))
    paired = rules.restatement(rules.substitution(trace_bound(problem), {Z: MatMul(Z, T)}), paired)
    bound = rules.combination(AtMost(least, loss), [paired, unseen], hypotheses=[Orthonormal(T, C)])
    bound = rules.existence(bound, "whitening", {matrix: C})
    return rules.discharge(bound, rules.normal_form(Symmetric(C)))
