"""Kernel PCA (Schoelkopf, Smola & Mueller 1998): the optimum of SimCLR with squared similarity to the centred kernel."""

from __future__ import annotations

from sympy import (
    DiagMatrix,
    Identity,
    Lambda,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Sum,
    Symbol,
    Transpose,
    ZeroMatrix,
    sqrt,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.language.atoms import Centring, Named, SquaredNorm
from derivations.language.propositions import All, AtMost, Equal, Orthonormal, Positive
from derivations.language.substitute import substitute
from derivations.losses.contrastive import squared_similarity
from derivations.proof import rules
from derivations.proof.lemmas.lemma import entry, k
from derivations.proof.result import result
from derivations.spectral.filter import eigenvalue
from derivations.spectral.problem import filter_identity

N, Z = squared_similarity.N, squared_similarity.Z
P = Symbol("P", integer=True, positive=True)  # dimensions of the feature space
Phi = MatrixSymbol("Phi", N, P)  # features, a row a sample: the kernel is Phi Phi'
H = Centring(N)
centred = MatMul(H, Phi)
kernel = MatMul(H, Phi, Transpose(Phi), H)
covariance = MatMul(1 / N, Transpose(centred), centred)

top = squared_similarity.top.map(lambda e: substitute(e, {squared_similarity.G: kernel}))
U, g = top.vectors, top.spectrum[1]
x = Symbol("x", positive=True)
V = Named("V", MatMul(Transpose(Phi), H, U, DiagMatrix(ElementwiseApplyFunction(Lambda(x, 1 / sqrt(x)), g))))
projections = MatMul(centred, V)


@result("kernel-pca", cites=("schoelkopf1998", "balestriero2022"))
def kernel_pca():
    """Kernel PCA is SimCLR with squared similarity to the centred kernel: from its eigenvectors come the unit principal
    directions V of the features; the projections on them are centred, of variances g/N, and minimise the loss.
    """
    facts = (top, Positive(g))
    identity = Identity(V.cols)
    directions = All(
        (
            Equal(MatMul(Transpose(V), V), identity),
            Equal(MatMul(covariance, V), MatMul(1 / N, V, DiagMatrix(g))),
        )
    )
    roots = DiagMatrix(ElementwiseApplyFunction(Lambda(x, sqrt(x)), g))
    spread = MatMul(1 / N, Transpose(projections), projections)
    scores = All((Equal(projections, MatMul(U, roots)), Equal(spread, MatMul(1 / N, DiagMatrix(g)))))
    mean = Equal(MatMul(OneMatrix(1, N), projections), ZeroMatrix(1, V.cols))
    return (
        rules.normal_form(directions, facts),
        rules.normal_form(scores, facts),
        rules.normal_form(mean, [Positive(g)]),
        _minimum(facts),
    )


def _minimum(facts):
    """No representation has a smaller loss than the projections, whatever the rotation."""
    problem = squared_similarity.problem
    minimum = squared_similarity.minimum_at(kernel)
    objective, right, kept = minimum.statement.objective, problem.rotation, (k, 0, problem.kept - 1)
    g_k = entry(g, k)
    s_k = problem.filter.subs(eigenvalue, -g_k)
    value = SquaredNorm(kernel) - Sum(g_k**2, kept)
    # sum g^2 - sum s^2 = sum (s - g)^2, for the filter s of each
    cut = rules.sum_over(filter_identity(problem, -g_k), k, problem.kept)
    bound = rules.combination(
        AtMost(value, objective), [rules.lower_bound(minimum), cut], remainder=[Sum((s_k - g_k) ** 2, kept)]
    )
    at = MatMul(projections, Transpose(right))
    reached = Equal(substitute(objective, {Z: at}), value)
    witness = rules.normal_form(reached, (*facts, Orthonormal(right)))
    return rules.attainment(bound, witness, Z, at)
