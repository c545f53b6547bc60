"""The spectral contrastive loss (HaoChen, Wei, Gaidon & Ma 2021): squared similarity to the normalised relation."""

from __future__ import annotations

from sympy import (
    DiagMatrix,
    Lambda,
    MatAdd,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Rational,
    Sum,
    Symbol,
    Trace,
    Transpose,
    sqrt,
    symbols,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.language.atoms import Named, SquaredNorm
from derivations.language.loss import Loss
from derivations.language.propositions import AtMost, EntrywiseNonnegative, Equal, Positive, Symmetric
from derivations.language.substitute import substitute
from derivations.losses.contrastive import squared_similarity
from derivations.proof import rules
from derivations.proof.result import result

# The statement

N, K = symbols("N K", integer=True, positive=True)  # samples, dimensions
i, j, k = symbols("i j k", integer=True, nonnegative=True)
v = Symbol("v", positive=True)  # volume: the sum of all weights

Z = MatrixSymbol("Z", N, K)  # representation, a row a sample
G = MatrixSymbol("G", N, N)  # relation: a pair is drawn with probability G_ij / v, a sample with d_i / v
d = MatrixSymbol("d", N, 1)  # degrees

similarity = Sum(Z[i, k] * Z[j, k], (k, 0, K - 1))
every_pair = ((i, 0, N - 1), (j, 0, N - 1))
agreement = Trace(MatMul(Transpose(Z), G, Z))
spread = MatMul(Transpose(Z), DiagMatrix(d), Z)

spectral_contrastive = Loss(
    "spectral_contrastive",
    "Spectral contrastive loss",
    unknown=Z,
    value=-2 * Sum(G[i, j] / v * similarity, *every_pair) + Sum(d[i, 0] * d[j, 0] / v**2 * similarity**2, *every_pair),
    matrix_form=SquaredNorm(spread) / v**2 - 2 / v * agreement,
    facts=(
        Symmetric(G),
        EntrywiseNonnegative(G),
        Equal(MatMul(G, OneMatrix(N, 1)), d),
        Equal(Sum(d[i, 0], (i, 0, N - 1)), v),
        Positive(d),
    ),
    hyper={},
    cites=("haochen2021",),
)

# What follows from it


def degrees_to_the(power):
    """D^power, D the diagonal matrix of degrees."""
    x = Symbol("x", positive=True)
    return DiagMatrix(ElementwiseApplyFunction(Lambda(x, x**power), d))


half = Rational(1, 2)
A = MatrixSymbol("A", N, N)  # normalised relation
normalised = Equal(A, MatMul(degrees_to_the(-half), G, degrees_to_the(-half)))
F = Named("F", MatMul(1 / sqrt(v), degrees_to_the(half), Z))  # each row by the weight of its sample
facts = (*spectral_contrastive.facts, normalised)


@result("spectral-contrastive-matrix-form", cites=spectral_contrastive.cites)
def matrix_form():
    """The spectral contrastive loss is the distance of F F' to the normalised relation, less a constant."""
    moments = Equal(spectral_contrastive.value, spectral_contrastive.matrix_form)
    distance = Equal(spectral_contrastive.value, SquaredNorm(MatAdd(A, MatMul(-1, F, Transpose(F)))) - SquaredNorm(A))
    return rules.normal_form(moments, spectral_contrastive.facts), rules.normal_form(distance, facts)


@result("spectral-contrastive-gradient", cites=spectral_contrastive.cites)
def gradient():
    """The gradient of the spectral contrastive loss in the representation."""
    return rules.adjoint(spectral_contrastive.matrix_form, Z, spectral_contrastive.facts)


@result("spectral-contrastive-optimum", cites=spectral_contrastive.cites)
def optimum():
    """The global minimum of the spectral contrastive loss: that of the squared similarity to the normalised relation."""
    minimum = squared_similarity.minimum_at(A, facts)
    value, objective = minimum.statement.value - SquaredNorm(A), spectral_contrastive.matrix_form
    lower = rules.substitution(rules.lower_bound(minimum), {Z: F.definition})
    bound = rules.combination(AtMost(value, objective), [lower], hypotheses=facts)
    at = MatMul(sqrt(v), degrees_to_the(-half), *minimum.statement.at.args)
    reached = Equal(substitute(objective, {Z: at}), value)
    witness = rules.combination(reached, [rules.value_at_minimum(minimum)], hypotheses=facts)
    spectrum = DiagMatrix(squared_similarity.problem.at_eigenvalues(squared_similarity.problem.filter))
    right = squared_similarity.problem.rotation
    kept = Equal(substitute(spread, {Z: at}), MatMul(v, right, spectrum, Transpose(right)))
    return rules.attainment(bound, witness, Z, at), rules.normal_form(kept, witness.hypotheses)
