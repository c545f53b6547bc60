"""Barlow Twins as libraries ship it: the cross-correlation of two views, whose columns are standardised.

They differ in what the centred columns are divided by. The authors' code takes the roots of their variances, with N and an
eps, as batch normalisation does; lightly those of both views together; others the deviations with N - 1 and an eps, and the
products over N, as the pseudo-code of the paper does without an eps. Equation 2 of the paper (Zbontar, Jing, Misra, LeCun
& Deny 2021) has the correlations themselves.
"""

from __future__ import annotations

from functools import reduce

from sympy import (
    DiagMatrix,
    DiagonalOf,
    Identity,
    KroneckerDelta,
    MatAdd,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Rational,
    S,
    Sum,
    Symbol,
    Transpose,
    sqrt,
    symbols,
)

from derivations.implementations.columns import centred, covariance, each, named, ones, raised, total
from derivations.implementations.shipped import K, N, Shipped, several, slopes, views
from derivations.implementations.shortfall import Shortfall, any_columns, correlation
from derivations.language.atoms import Centring, Named, SquaredNorm
from derivations.language.norms import ColumnNorms
from derivations.language.propositions import AtMost, Contrasts, Equal, Orthonormal, Pairing, Positive, UnitColumnLength
from derivations.language.substitute import substitute
from derivations.losses import barlow_twins as symmetric
from derivations.losses.barlow_twins import redundancy
from derivations.proof import rules
from derivations.proof.result import result

# The statement

off_diagonal, scale = symbols("off_diagonal scale", nonnegative=True)
eps = Symbol("eps", positive=True)
about_means = [centred(z) for z in views]


def loss(columns):
    return redundancy(correlation(columns), off_diagonal)


def divided(columns, reciprocals, letter="B"):
    """B_a and B_b, the columns of two views times a number each."""
    return tuple(named(letter, *v) for v in zip(views, map(MatMul, columns, map(DiagMatrix, reciprocals)), strict=True))


def normalised(columns, covariances):
    """Columns over the roots of their variances and eps, and what that leaves out of the correlations."""
    variances = [raised(DiagonalOf(c), eps) for c in covariances]
    missing = MatAdd(*(MatMul(eps / 2, each(lambda v: 1 / v, u)) for u in variances))
    roots = [each(lambda v: 1 / sqrt(v), u) for u in variances]
    return Shortfall(divided(columns, roots), missing, tuple(dict.fromkeys(map(Positive, variances))), off_diagonal)


of_each = [covariance(z, N) for z in views]
alone = normalised(about_means, of_each)

mean = Named("M", MatMul(1 / (2 * N), OneMatrix(N, N), MatAdd(*views)))
about_mean = [named("A", z, MatAdd(z, MatMul(-1, mean))) for z in views]
of_both = Named("S", MatMul(1 / (2 * N), MatAdd(*(MatMul(Transpose(y), y) for y in about_mean))))
together = normalised(about_mean, [of_both] * 2)

deviations = [ColumnNorms(z, MatMul(1 / (N - 1), Centring(N))) for z in views]


def left_out(offset):
    """What an offset to the deviations leaves out of the correlations, with products over N."""
    parts = (each(lambda d: offset * (2 * d + offset) / (d + offset) ** 2, n) for n in deviations)
    return [MatMul((N - 1) / (2 * N), v) for v in parts] if offset else []


def standardised(offset):
    """Columns over their deviations and an offset: products over N leave out 1/N as well."""
    columns = divided(about_means, [each(lambda d: 1 / (d + offset), n) for n in deviations])
    missing = [MatMul(1 / N, ones), *left_out(offset)]
    varied = (several, *map(Positive, deviations))  # no column is constant
    return Shortfall(columns, MatAdd(*missing) if offset else missing[0], varied, off_diagonal)


by_deviations = standardised(eps)
official, lightly, unbiased = (loss(s.columns) for s in (alone, together, by_deviations))
solo = scale * official

# How they relate to the published loss

pairs = [MatrixSymbol(name, 2 * N, N) for name in "ST"]
stacked = MatrixSymbol("Z", 2 * N, K)
basis, mix, t = MatrixSymbol("Q", N, N - 1), MatrixSymbol("R", N - 1, K), Symbol("t", positive=True)
uncorrelated = (several, Contrasts(basis), Orthonormal(mix))
squares = [MatMul(Transpose(y), y) for y in any_columns]
variances_alone = {DiagonalOf(c): DiagonalOf(MatMul(1 / N, m)) for c, m in zip(of_each, squares, strict=True)}
variances_together = {DiagonalOf(of_both): DiagonalOf(MatMul(1 / (2 * N), MatAdd(*squares)))}


def shrunk(shortfall, published, factors, facts):
    """C = diag(r_a) rho diag(r_b) for the published correlations rho."""
    left, right = map(DiagMatrix, factors)
    return rules.normal_form(Equal(shortfall.C, MatMul(left, published, right)), facts)


def of_stacked_rows():
    """The loss of the rows Z of both views with columns of mean square one, and the toolkit's for the relation of pairs: that
    has the correlations in both orders, and so not what tells W from W'.
    """
    first, second = pairs
    relation = Named("G", MatAdd(MatMul(first, Transpose(second)), MatMul(second, Transpose(first))))
    here = {symmetric.N: 2 * N, symmetric.Z: stacked, symmetric.G: relation, symmetric.d: OneMatrix(2 * N, 1)}
    theirs = substitute(symmetric.barlow_twins.matrix_form, here | {symmetric.w: off_diagonal})
    W = correlation([MatMul(Transpose(m), stacked) for m in pairs], name="W")
    skew = SquaredNorm(MatAdd(W, MatMul(-1, Transpose(W))))
    unit = UnitColumnLength(stacked, MatMul(1 / (2 * N), Identity(2 * N)))
    equation = Equal(redundancy(W, off_diagonal), theirs + off_diagonal / 4 * skew)
    return rules.normal_form(equation, [Pairing(*pairs), unit])


def where_views_agree(value, freedom, kept):
    """The loss of the same uncorrelated columns of deviation t twice, of which C keeps a multiple of the identity."""
    rows = Named("Y", MatMul(t * sqrt(freedom), basis, mix))
    there = substitute(value, dict.fromkeys(views, rows))
    return rules.normal_form(Equal(there, K * (1 - kept) ** 2), uncorrelated)


def known(shortfall):
    """The facts of batch normalisation hold anyway: a variance and eps is positive."""
    return [rules.positive_function(h.vector) for h in shortfall.facts]


def against_equation_two():
    """C = diag(r_a) rho diag(r_b) for the correlations rho of the paper, r^2 = v/(v + eps) for a variance v."""
    own = [DiagonalOf(c) for c in of_each]
    rho = correlation(divided(about_means, [each(lambda v: 1 / sqrt(v), u) for u in own], "P"), name="rho")
    varied = [Positive(DiagonalOf(MatMul(Transpose(y), y))) for y in about_means]
    theorem = shrunk(alone, rho, [each(lambda v: sqrt(v) / sqrt(v + eps), u) for u in own], [*varied, *alone.facts])
    return reduce(rules.discharge, known(alone), theorem)


def against_pseudo_code():
    """C = (N - 1)/N diag(r_a) rho diag(r_b) for the correlations rho of the paper, r = d/(d + eps) for a deviation d."""
    rho = correlation(divided(about_means, [each(lambda d: 1 / d, n) for n in deviations], "P"), N - 1, "rho")
    factors = [each(lambda d: d / (d + eps), n) for n in deviations]
    return shrunk(by_deviations, MatMul((N - 1) / N, rho), factors, by_deviations.facts)


def at_least(offset):
    """K/N^2 <= the loss of columns over their deviations and an offset."""
    *_, bound = standardised(offset).theorems()
    rest = left_out(offset)
    nonnegative = [SquaredNorm(MatAdd(*rest)), *(2 / N * total(v) for v in rest)] if rest else []
    return rules.combination(AtMost(K / N**2, bound.statement.rhs), [bound], remainder=nonnegative)


def least_without_eps():
    """The minimum of the pseudo-code of the paper over the rows Z of both views."""
    of_views = {z: MatMul(Transpose(m), stacked) for z, m in zip(views, pairs, strict=True)}
    bound = rules.substitution(at_least(S.Zero), of_views, [Pairing(*pairs)])
    given, at = (*uncorrelated, Pairing(*pairs)), MatMul(sqrt(N - 1), MatAdd(*pairs), basis, mix)
    witness = rules.normal_form(Equal(substitute(bound.statement.rhs, {stacked: at}), K / N**2), given)
    there = (substitute(substitute(n, of_views), {stacked: at}) for n in deviations)
    return rules.attainment(bound, witness, stacked, at, [rules.positive_constant(n, given) for n in there])


@result("barlow-official-gradient", cites=symmetric.barlow_twins.cites)
def official_gradient():
    """The gradient of Barlow Twins as its authors ship it, in each view."""
    return tuple(slopes(official, alone.facts, known(alone)))


@result("barlow-official-compared", cites=("zbontar2021",))
def official_compared():
    """Barlow Twins as its authors ship it is (i) equation 2 of the paper on correlations that the eps of batch normalisation
    shrinks, by the roots of v/(v + eps) for variances v. So (ii), (iii) no C_kk reaches one, and (iv) the loss is positive,
    for given variances at least what they leave out; (v) that is its value for uncorrelated columns that agree, which tends
    to 0 as they grow: the eps asks for large variances. (vi) Of stacked rows Z with columns of mean square one, the loss
    is the toolkit's and a quarter of off_diagonal |W - W'|^2, for the toolkit has the correlations W in both orders.
    """
    agree = where_views_agree(official, N, t**2 / (t**2 + eps))
    bounds = alone.by_variances(about_means, variances_alone)
    return against_equation_two(), *bounds, agree, of_stacked_rows()


@result("barlow-lightly-gradient", cites=("zbontar2021",))
def lightly_gradient():
    """The gradient of Barlow Twins as lightly ships it, in each view."""
    return tuple(slopes(lightly, together.facts, known(together)))


@result("barlow-lightly-compared", cites=("zbontar2021", "balestriero2022"))
def lightly_compared():
    """Barlow Twins as lightly ships it has the mean and the variances of both views together, and so is not that of the paper,
    where these differ: (i), (ii), (iii) C_kk is less than one by what eps leaves out and by half the mean squared distance
    of the columns, which sees their means and lengths. (iv) At eps = 0 it is the toolkit's loss and a quarter of off_diagonal
    |W - W'|^2, for the toolkit has the correlations W in both orders.
    """
    return *together.by_variances(about_mean, variances_together), of_stacked_rows()


@result("barlow-solo-gradient", cites=("zbontar2021",))
def solo_gradient():
    """The gradient of Barlow Twins as solo-learn ships it, in each view."""
    return tuple(slopes(solo, alone.facts, known(alone)))


@result("barlow-solo-compared", cites=("zbontar2021",))
def solo_compared():
    """Barlow Twins as solo-learn ships it, a weighted sum over the entries of C - I, is that of its authors at the same
    off_diagonal, times scale, exactly.
    """
    j, k = symbols("j k", integer=True, nonnegative=True)
    same = KroneckerDelta(j, k)
    entries = (same + off_diagonal * (1 - same)) * (correlation(alone.columns)[j, k] - same) ** 2
    summed = scale * Sum(entries, (j, 0, K - 1), (k, 0, K - 1))
    return reduce(rules.discharge, known(alone), rules.normal_form(Equal(summed, solo), alone.facts))


@result("barlow-unbiased-gradient", cites=("zbontar2021",))
def unbiased_gradient():
    """The gradient of Barlow Twins with deviations over N - 1 and products over N, in each view without constant columns."""
    return tuple(slopes(unbiased, by_deviations.facts))


@result("barlow-unbiased-compared", cites=("zbontar2021",))
def unbiased_compared():
    """Barlow Twins with deviations over N - 1 and products over N, as stable-pretraining ships it and as the pseudo-code of the
    paper has it without an eps, is not equation 2 of the paper: (i) its correlations are those times (N - 1)/N and by eps
    smaller. So (ii), (iii) no C_kk reaches one, it is less by 1/N at least, (iv) the loss is at least the squares of what is
    missing, and (v) at least K/N^2. (vi) Uncorrelated columns that agree come to it as their deviation t grows, and (vii)
    without an eps it is the minimum, which they attain.
    """
    agree = where_views_agree(unbiased, N - 1, (N - 1) / N * (t / (t + eps)) ** 2)
    return against_pseudo_code(), *by_deviations.theorems(), at_least(eps), agree, least_without_eps()


# What the libraries ship

weight = {off_diagonal: "weight of the entries off the diagonal"}
batch_eps = {eps: "added to a variance before its root is taken"}
small = Rational(1, 100000)

barlow_official = Shipped(
    "barlow_official",
    "Barlow Twins",
    ("facebookresearch/barlowtwins",),
    official,
    weight | batch_eps,
    {off_diagonal: Rational(51, 10000), eps: small},
    alone.facts,
    official_gradient,
    official_compared,
)
barlow_lightly = Shipped(
    "barlow_lightly",
    "Barlow Twins",
    ("lightly",),
    lightly,
    weight | batch_eps,
    {off_diagonal: Rational(1, 200), eps: small},
    together.facts,
    lightly_gradient,
    lightly_compared,
)
barlow_solo = Shipped(
    "barlow_solo",
    "Barlow Twins",
    ("solo-learn",),
    solo,
    weight | {scale: "of the whole loss"} | batch_eps,
    {off_diagonal: Rational(1, 200), scale: Rational(1, 40), eps: small},
    alone.facts,
    solo_gradient,
    solo_compared,
)
barlow_unbiased = Shipped(
    "barlow_unbiased",
    "Barlow Twins",
    ("stable-pretraining",),
    unbiased,
    weight | {eps: "added to a deviation"},
    {off_diagonal: Rational(1, 200), eps: small},
    by_deviations.facts,
    unbiased_gradient,
    unbiased_compared,
)
