"""Fisher's linear discriminant (1936): maps of the inputs that keep each class together and the classes apart.

The scatter of the samples about the means of their classes, S_w, and that of the means, S_b, add up to the total S_t. The
directions of the largest ratio of S_b to S_w are those of the smallest ratio of S_w to S_t, where no inverse is needed.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import (
    DiagMatrix,
    Identity,
    Lambda,
    MatAdd,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    S,
    Sum,
    Symbol,
    Trace,
    Transpose,
    symbols,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.embeddings.laplacian_eigenmaps import between
from derivations.language.atoms import Laplacian, Named, SquaredNorm
from derivations.language.propositions import (
    All,
    AtMost,
    Eigenpairs,
    EntrywiseNonnegative,
    Equal,
    OneHot,
    Orthonormal,
    Positive,
)
from derivations.language.substitute import substitute
from derivations.losses.vicreg import squared as vicreg
from derivations.losses.vicreg.squared import D, G, H, L, N, W, X, Z, alpha, deviation, gamma, linear_problem
from derivations.proof import rules
from derivations.proof.claim import Claim
from derivations.proof.lemmas.lemma import entry
from derivations.proof.result import result
from derivations.spectral.problem import spectral_minimum
from derivations.spectral.whitened import same_range, whitened_minimum

# Labels, and the scatter of the inputs

classes = Symbol("c", integer=True, positive=True)
i, j, k = symbols("i j k", integer=True, nonnegative=True)
Y, n = MatrixSymbol("Y", N, classes), MatrixSymbol("n", classes, 1)  # one-hot labels, sizes of the classes
ones = OneMatrix(N, 1)
labelled = (OneHot(Y), Equal(MatMul(Transpose(Y), ones), n), Positive(n))

_x = Symbol("x", positive=True)
shares = DiagMatrix(ElementwiseApplyFunction(Lambda(_x, 1 / _x), n))
means = Named("X_c", MatMul(shares, Transpose(Y), X))  # a row a class
off_means = MatAdd(X, MatMul(-1, Y, means))


def scatter(deviations):
    """Their second moments, averaged over samples."""
    return MatMul(1 / N, Transpose(deviations), deviations)


S_w, S_b, S_t = (
    Named(name, scatter(deviations))
    for name, deviations in (("S_w", off_means), ("S_b", MatMul(H, Y, means)), ("S_t", MatMul(H, X)))
)

# VICReg with the relation that is 1/n_c between samples of class c, of n_c samples, and 0 between classes

relation = Equal(G, MatMul(Y, shares, Transpose(Y)))
covariance, energy = Named("C", between(S_t, W)), Trace(between(S_w, W))
problem = replace(
    linear_problem,
    objective=alpha * SquaredNorm(deviation(covariance)) + 2 * gamma * energy,
    covariance=covariance,
    penalty=energy,
    pencil=Eigenpairs(S_w, S_t, *linear_problem.pencil.arguments()[2:]),
    facts=(*labelled, relation),
)


def of_labels(theorem):
    """The theorem with the relation written as what it is of the labels, and without that hypothesis."""
    theorem = rules.substitution(theorem, {relation.lhs: relation.rhs})
    return rules.discharge(theorem, rules.normal_form(Equal(relation.rhs, relation.rhs), labelled))


def discriminant():
    """The least scatter within classes over maps that make the total scatter the identity."""
    return whitened_minimum(problem, Orthonormal(W, S_t), S.One)


@result("linear-discriminant-analysis", cites=("fisher1936",))
def linear_discriminant_analysis():
    """Fisher's linear discriminant: the total scatter is that within the classes and that between them, so maps that make it
    the identity have the least of the one where they have the most of the other: at the bottom eigenvectors of S_w v =
    mu S_t v, which are Fisher's directions of the largest ratio of S_b to S_w.
    """
    parts = rules.normal_form(Equal(S_t, MatAdd(S_w, S_b)), labelled)
    within, between_classes, total = (Trace(between(matrix, W)) for matrix in (S_w, S_b, S_t))
    added = rules.normal_form(Equal(total, within + between_classes), labelled)
    whole = rules.normal_form(Equal(total, W.cols), [Orthonormal(W, S_t)])
    most = rules.combination(Equal(between_classes, W.cols - within), [whole, added], [S.One, S.NegativeOne])
    return parts, most, of_labels(discriminant()), _ratio(problem.pencil)


def _ratio(pencil):
    """S_b v = (1 - mu)/mu S_w v, also where mu = 0."""
    vectors, within = pencil.vectors, DiagMatrix(pencil.values)
    rest = MatAdd(Identity(vectors.cols), MatMul(-1, within))

    def equation(apart):
        return Equal(MatMul(apart, vectors, within), MatMul(S_w, vectors, rest))

    given = rules.normal_form(equation(MatAdd(S_t, MatMul(-1, S_w))), (*labelled, pencil))
    return rules.restatement(given, equation(S_b), labelled)


@result("vicreg-linear-lda", cites=("balestriero2022", "fisher1936"))
def vicreg_linear_lda():
    """VICReg over linear maps has the span of Fisher's linear discriminant at every gamma < alpha / mu_K, if samples of one
    class are related by the inverse of its size: its moments are the scatter within classes and the total scatter.
    """
    facts, ones_each = problem.facts, Equal(MatMul(G, ones), ones)
    moments = (Equal(between(L, X), MatMul(N, S_w)), Equal(between(H, X), MatMul(N, S_t)), ones_each)
    loss = Equal(substitute(vicreg.equal_weights, {Z: MatMul(X, W)}), problem.objective)
    minimum, _ = spectral_minimum(problem)
    fisher = discriminant()
    same_span = same_range(problem, minimum.statement.at, fisher.statement.at)
    return rules.normal_form(All(moments), facts), rules.normal_form(loss, facts), minimum, fisher, same_span


@result("barlow-lda", cites=("balestriero2022", "fisher1936"))
def barlow_lda():
    """Centred Barlow Twins over linear maps has the pencil of Fisher's linear discriminant, if samples of one class are
    related by the inverse of its size: all degrees are one, and the moments of the relation and of the degrees, less those
    of independent pairs, are the scatter of the means of the classes and the total scatter.
    """
    facts, unrelated = problem.facts, MatMul(1 / N, ones, Transpose(ones))
    moments = (
        Equal(MatMul(G, ones), ones),
        Equal(between(MatAdd(G, MatMul(-1, unrelated)), X), MatMul(N, S_b)),
        Equal(between(MatAdd(Identity(N), MatMul(-1, unrelated)), X), MatMul(N, S_t)),
    )
    return rules.normal_form(All(moments), facts)


laplacian = Laplacian(Named("G_1", MatMul(Y, Transpose(Y))))  # of the relation that is 1 between samples of one class


def _whatever_the_sizes():
    """The bottom eigenvector of VICReg's pencil would have the least scatter within classes; two classes, two features."""

    def small(expr):
        return substitute(expr, {D: 2, classes: 2})

    pencil = linear_problem.pencil
    plain, within, total = (Named(m.name, small(m.definition)) for m in (Named("B_1", between(laplacian, X)), S_w, S_t))
    first, least = (
        Eigenpairs(matrix, total, MatrixSymbol(vector, 2, 1), MatrixSymbol(value, 1, 1), pencil.rank)
        for matrix, vector, value in ((plain, "w", "mu"), (within, "v", "nu"))
    )
    return Claim(
        "With samples related by 1 where they have the same label, VICReg over linear maps is Fisher's linear discriminant.",
        AtMost(Trace(between(within, first.vectors)), Trace(least.values)),
        (*(h.map(small) for h in (*labelled, EntrywiseNonnegative(X))), first, least),
    )


@result("lda-class-weights", cites=("balestriero2022", "fisher1936"), claimed=_whatever_the_sizes)
def class_weights():
    """With samples related by 1 where they have the same label, each class counts by its size in VICReg over linear maps,
    which is Fisher's linear discriminant if the classes have m samples each.
    """
    weighted = MatMul(Transpose(off_means), DiagMatrix(MatMul(Y, n)), off_means)
    deviations = (MatrixElement(MatMul(X, W), i, k) - MatrixElement(MatMul(means, W), j, k)) ** 2
    every = ((i, 0, N - 1), (j, 0, classes - 1), (k, 0, W.cols - 1))
    by_class = Equal(Trace(between(laplacian, X, W)), Sum(entry(n, j) * Y[i, j] * deviations, *every))
    identity = rules.normal_form(Equal(between(laplacian, X), weighted), labelled)
    return identity, rules.normal_form(by_class, labelled), *_balanced()


def _balanced():
    """With m samples in each class the energy is m times that of Fisher's weights: gamma becomes m gamma."""
    m = Symbol("m", integer=True, positive=True)
    facts = (Equal(n, MatMul(m, OneMatrix(classes, 1))), *labelled)
    _, _, minimum, *_ = vicreg_linear_lda.theorems
    minimum = rules.substitution(of_labels(minimum), {gamma: m * gamma})
    plain = alpha * SquaredNorm(deviation(covariance)) + 2 * gamma / N * Trace(between(laplacian, X, W))
    moments = rules.normal_form(Equal(between(laplacian, X), MatMul(m * N, S_w)), facts)
    return moments, rules.restatement(minimum, replace(minimum.statement, objective=plain), facts)
