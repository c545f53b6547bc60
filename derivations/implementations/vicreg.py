"""VICReg as libraries ship it: a hinge on the deviations and the squared covariances of each view by itself, with N - 1.

The published equation 6 (Bardes, Ponce & LeCun 2022) has the squared distance of the views summed over the dimensions,
where the code has its mean, and does not halve the variance term, which the authors' code does.
"""

from __future__ import annotations

from sympy import (
    DiagonalOf,
    KroneckerDelta,
    Lambda,
    MatAdd,
    MatMul,
    MatrixSymbol,
    Max,
    OneMatrix,
    Rational,
    S,
    Sum,
    Symbol,
    Transpose,
    sqrt,
    symbols,
)

from derivations.implementations.columns import covariance, each, ones, raised, total, x
from derivations.implementations.shipped import K, N, Shipped, Z_a, Z_b, several, slopes, views
from derivations.language.atoms import Named, SquaredNorm
from derivations.language.norms import Absolute
from derivations.language.propositions import All, AtMost, Equal, Pairing, Positive
from derivations.language.substitute import substitute
from derivations.losses.contrastive.repulsion import off_diagonal
from derivations.losses.vicreg import squared
from derivations.losses.vicreg.hinge import hinge, shortfall
from derivations.losses.vicreg.squared import Z, alpha, beta, every_dimension, every_pair, gamma, i, j, k
from derivations.proof import rules
from derivations.proof.lemmas.lemma import entry
from derivations.proof.result import result

# The statement

invariance, variance, decorrelation = symbols("invariance variance covariance", nonnegative=True)
eps = Symbol("eps", positive=True)
hyper = {
    invariance: "weight of the mean squared distance of the views",
    variance: "weight of the hinge on the deviations",
    decorrelation: "weight of the squared covariances",
    eps: "added to a variance before its root is taken",
}
defaults = {invariance: S(25), variance: S(25), decorrelation: S.One, eps: Rational(1, 10000)}

covariances = [covariance(z, N - 1) for z in views]
apart = MatAdd(Z_a, MatMul(-1, Z_b))


def short(variances):
    """By how much the root of each variance is below one."""
    return MatAdd(ones, MatMul(-1, each(sqrt, variances)))


def hinged(variances):
    """What the roots of variances fall short of one, over all dimensions."""
    return total(each(lambda y: Max(0, y), short(variances)))


def criterion(weight, offset=eps):
    """VICReg with the given weight of the hinge of each view."""
    agreement = invariance / (N * K) * SquaredNorm(apart)
    spread = weight / K * sum(hinged(raised(DiagonalOf(c), offset)) for c in covariances)
    return agreement + spread + decorrelation / K * sum(map(off_diagonal, covariances))


official, solo = criterion(variance / 2), criterion(variance)
rooted = [raised(DiagonalOf(c), eps) for c in covariances]
smooth = (several, *map(Positive, rooted), *(Positive(Absolute(short(v))) for v in rooted))  # no deviation is one


def published(sim, std, cov):
    """Equation 6 of the paper, with its three weights."""
    distances = Sum((Z_a[i, k] - Z_b[i, k]) ** 2, every_dimension, (i, 0, N - 1))
    hinges = (Sum(shortfall(c[k, k] + eps), every_dimension) for c in covariances)
    squares = (Sum((1 - KroneckerDelta(j, k)) * c[j, k] ** 2, *every_pair) for c in covariances)
    return sim / N * distances + std / K * sum(hinges) + cov / K * sum(squares)


def known():
    """The roots are taken of positive numbers."""
    return [rules.positive_function(v, [several]) for v in rooted]


# How it relates to the published loss


def as_published(value, *weights):
    """A loss is equation 6 with these weights."""
    return rules.normal_form(Equal(value, published(*weights)), [several])


def of_stacked_views():
    """The covariance of the rows of both views has a part from between their means, and their squared distance is the
    Dirichlet energy of the relation of pairs.
    """
    first, second = (MatrixSymbol(name, 2 * N, N) for name in "ST")
    stacked = Named("Z", MatAdd(MatMul(first, Z_a), MatMul(second, Z_b)))
    pairs = Named("G", MatAdd(MatMul(first, Transpose(second)), MatMul(second, Transpose(first))))
    here = {squared.N: 2 * N, Z: stacked, squared.G: pairs}
    means = MatMul(1 / N, Transpose(apart), OneMatrix(N, 1))
    within = MatMul((N - 1) / (2 * N), MatAdd(*covariances))
    parts = (
        Equal(substitute(squared.C, here), MatAdd(within, MatMul(Rational(1, 4), means, Transpose(means)))),
        Equal(substitute(gamma / squared.N * squared.distances, here), gamma / N * SquaredNorm(apart)),
    )
    return rules.normal_form(All(parts), [several, Pairing(first, second)])


def tangent_of_root(at, value, facts):
    """sqrt(value) <= value/(2 sqrt(at)) + sqrt(at)/2."""
    s, t = Symbol("s", nonnegative=True), Symbol("t", positive=True)
    least = rules.part(rules.scalar_minimum(s**2 / (2 * t) - s, s), 0)
    return rules.substitution(least, {s: sqrt(value), t: sqrt(at)}, facts)


def convex():
    """The hinge of the mean m of two variances x and y is at most the mean of their hinges."""
    first, second, mean = (MatrixSymbol(name, K, 1) for name in "xym")
    facts = [Equal(second, MatAdd(MatMul(2, mean), MatMul(-1, first))), *map(Positive, (first, second, mean))]
    both, half = [entry(v, k) for v in (first, second)], Rational(1, 2)
    tangents = [tangent_of_root(entry(mean, k), v, facts) for v in both]
    larger = [rules.part(rules.larger(S.Zero, 1 - sqrt(v), facts), 1) for v in both]
    average = half * sum(map(shortfall, both))
    below = rules.combination(
        AtMost(1 - sqrt(entry(mean, k)), average),
        [*tangents, *larger],
        [half, half, -half, -half],
        remainder=[half * Max(0, sqrt(v) - 1) for v in both],
    )
    summed = AtMost(hinged(mean), half * (hinged(first) + hinged(second)))
    return rules.restatement(rules.sum_over(rules.raised(below, S.Zero), k, K), summed)


def at_least_of_mean():
    """Hinge and squares of each view are at least those of the mean of the two covariances, M."""
    mean, half = MatrixSymbol("M", K, K), Rational(1, 2)
    is_mean = Equal(mean, MatMul(half, MatAdd(*covariances)))
    variances = [raised(DiagonalOf(c), eps) for c in (*covariances, mean)]
    values = {MatrixSymbol(name, K, 1): v for name, v in zip("xym", variances, strict=True)}
    theorem = rules.substitution(convex(), values, [several])
    defining = next(h for h in theorem.hypotheses if isinstance(h, Equal))
    theorem = rules.discharge(theorem, rules.normal_form(defining, [several, is_mean]))
    for c in (*covariances, is_mean.rhs):
        positive = rules.positive_function(raised(DiagonalOf(c), eps), [several])
        theorem = rules.discharge(theorem, positive, [several, is_mean])
    per_view = official - invariance / (N * K) * SquaredNorm(apart)
    of_mean = variance / K * hinged(raised(DiagonalOf(mean), eps)) + 2 * decorrelation / K * off_diagonal(mean)
    between = decorrelation / (2 * K) * off_diagonal(MatAdd(covariances[0], MatMul(-1, covariances[1])))
    return rules.combination(AtMost(of_mean, per_view), [theorem], [variance / K], [between])


def where_views_agree():
    """At eps = 0, the loss of the same rows twice is the toolkit's, in units of sqrt((N - 1)/N)."""
    rows = Named("Y", MatMul(sqrt((N - 1) / N), Z))
    twice = substitute(criterion(variance / 2, S.Zero), {Z_a: rows, Z_b: rows})
    weights = {alpha: variance / K, beta: 2 * decorrelation / K, gamma: S.Zero}
    own, theirs = (DiagonalOf(c) for c in (substitute(covariances[0], {Z_a: rows}), squared.C))
    same = rules.same_function(rules.normal_form(Equal(own, theirs), [several]), Lambda(x, shortfall(x)), k)
    return rules.combination(
        Equal(twice, substitute(hinge.matrix_form, weights)), [rules.sum_over(same, k, K)], [variance / K]
    )


@result("vicreg-official-gradient", cites=("bardes2022",))
def official_gradient():
    """The gradient of VICReg as its authors and lightly ship it, in each view, where none of its deviations is exactly one."""
    return tuple(slopes(official, smooth, known()))


@result("vicreg-official-compared", cites=("bardes2022", "balestriero2022"))
def official_compared():
    """VICReg as its authors and lightly ship it is (i) equation 6 of the paper with other weights, exactly: invariance/K, for the
    code has the mean over the dimensions of what the paper sums, variance/2 and covariance. Stacked, as in the toolkit's
    VICReg, the views (ii) have in their covariance a part from between their means, and the invariance term with gamma =
    invariance/K; (iii) the terms of each view by itself are at least those of the mean of the two covariances, and the same
    where these are; (iv) where the views are, at eps = 0, the loss is the toolkit's hinge, of rows in units of
    sqrt((N - 1)/N), with alpha = variance/K and beta = 2 covariance/K.
    """
    exact = as_published(official, invariance / K, variance / 2, decorrelation)
    return exact, of_stacked_views(), at_least_of_mean(), where_views_agree()


@result("vicreg-solo-gradient", cites=("bardes2022",))
def solo_gradient():
    """The gradient of VICReg as solo-learn ships it, in each view, where none of its deviations is exactly one."""
    return tuple(slopes(solo, smooth, known()))


@result("vicreg-solo-compared", cites=("bardes2022",))
def solo_compared():
    """VICReg as solo-learn ships it is equation 6 of the paper with the weights invariance/K, variance and covariance, exactly:
    that of its authors at twice the variance weight.
    """
    return as_published(solo, invariance / K, variance, decorrelation)


vicreg_official = Shipped(
    "vicreg_official",
    "VICReg",
    ("facebookresearch/vicreg", "lightly"),
    official,
    hyper,
    defaults,
    smooth,
    official_gradient,
    official_compared,
)
vicreg_solo = Shipped(
    "vicreg_solo", "VICReg", ("solo-learn",), solo, hyper, defaults, smooth, solo_gradient, solo_compared
)
