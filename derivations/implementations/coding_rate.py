"""EMP-SSL (Tong, Chen, Ma & LeCun 2023) on two views: its own code, and lightly's.

Both take the coding rate of each view, log det(I + c Z'Z)/2 with c = K/(N eps), and the cosines of the two views of every
sample; lightly's takes the rate with the other sign. The rows are taken as they are given: the network of the original
scales them to norm one first.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import (
    Integer,
    KroneckerDelta,
    Lambda,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Rational,
    S,
    Sum,
    Symbol,
    Trace,
    Transpose,
    log,
    sqrt,
)

from derivations.implementations.shipped import K, N, Shipped, Z_a, Z_b
from derivations.implementations.views import U_a, U_b, nonzero, views
from derivations.language.atoms import Eigenvalues, SquaredNorm
from derivations.language.propositions import AtMost, Equal, Orthonormal, UnitLength
from derivations.language.substitute import substitute
from derivations.losses import tcr as published
from derivations.losses.tcr import Z, c, determinant, gram, j, k, sylvester
from derivations.losses.tcr_repulsion import over_eigenvalues, sigma
from derivations.proof import rules
from derivations.proof.result import result
from derivations.spectral.form import s

# The statements

cites = ("tong2023", "yu2020")
eps = Symbol("eps", positive=True)
invariance = Symbol("invariance", nonnegative=True)
half = Rational(1, 2)
length = Symbol("t", positive=True)
hyper = {eps: "precision of the coding rate", invariance: "weight of the cosine of the two views"}
defaults = {eps: Rational(1, 5), invariance: Integer(200)}
scale = K / (N * eps)

unit = tuple(UnitLength(view) for view in views)


def rate(view):
    """log det(I + c Z'Z)/2, the coding rate of a view."""
    return substitute(published.rate, {c: scale, Z: view})


fraction = c * sigma / (1 + c * sigma)


def distance(first, second):
    """What the attraction is a multiple of, 1 less the mean cosine, for rows of norm one."""
    return invariance / (2 * N) * SquaredNorm(first - second)


mean_rate = (rate(Z_a) + rate(Z_b)) / 2
mean_cosine = Trace(MatMul(Transpose(U_a), U_b)) / N
upstream = -mean_rate - invariance * mean_cosine
lightly = mean_rate - invariance * mean_cosine

# What follows from it


def slopes(value):
    """The gradient in each view."""
    for view in views:
        definite = rules.positive_definite(substitute(published.expanded, {c: scale, Z: view}))
        yield rules.discharge(rules.adjoint(value, view, (*nonzero, definite.statement)), definite)


@result("tcr-emp-ssl-gradient", cites=cites)
def gradient():
    """The gradient of EMP-SSL's loss in each view, where no row is zero."""
    return tuple(slopes(upstream))


@result("tcr-lightly-gradient", cites=cites)
def gradient_of_lightly():
    """The gradient in each view of the loss that lightly calls EMP-SSL's, where no row is zero."""
    return tuple(slopes(lightly))


@result("tcr-emp-ssl", cites=cites)
def compared():
    """Is EMP-SSL's code the published coding rate with an attraction? On rows of norm one it is, with the mean of the rates of
    the views, each at c = K/(N eps): (i) the cosines are then a quadratic attraction of the views, of weight
    invariance/(2 N), less a constant. (ii) On equal views it is the coding rate, with no attraction. (iii) On rows that are
    not scaled to norm one it has no minimum: where all rows of both views are one vector of length t, it falls below every
    bound as t grows.
    """
    quadratic = Equal(upstream, -mean_rate + distance(Z_a, Z_b) - invariance)
    alone = Equal(substitute(upstream, {Z_b: Z_a}), -rate(Z_a) - invariance)
    return rules.normal_form(quadratic, unit), rules.normal_form(alone, nonzero[:1]), at_collapse(upstream, -half)


@result("tcr-lightly-rewards-collapse", cites=cites)
def compared_lightly():
    """Is lightly's loss EMP-SSL's? No: its coding rate has the other sign, so that collapse is rewarded. (i) On rows of norm
    one it is at least log(1 + K/eps)/2 - invariance, and (ii) that is its value where all rows of both views are one vector.
    (iii) On rows of any length it is at least -invariance, and as close to that as one likes where all rows are one vector of
    length t, (iv), as t goes to 0.
    """
    collapse = at_collapse(lightly, half)
    return (
        bound(rate_of_unit_rows(), distance(Z_a, Z_b), unit),
        rules.substitution(collapse, {length: S.One}),
        bound(rate_of_rows(), distance(U_a, U_b), nonzero),
        collapse,
    )


def at_collapse(value, weight):
    """A loss where all rows of both views are a vector of length t: the determinant is that of a number, 1 + c N t^2."""
    v = MatrixSymbol("v", K, 1)
    collapsed = MatMul(length, OneMatrix(N, 1), Transpose(v))
    at = substitute(value, dict.fromkeys(views, collapsed))
    number = rules.substitution(sylvester(MatMul(sqrt(N) * length, Transpose(v))), {c: scale})
    claim = Equal(at, weight * log(1 + K * length**2 / eps) - invariance)
    return rules.combination(claim, [number], [weight], hypotheses=[Orthonormal(v)])


def bound(least, apart, facts):
    """From a lower bound on the rate of a view to one on lightly's loss, as 1 less the mean cosine is a squared distance."""
    of_views = [rules.substitution(rules.substitution(least, {Z: view}), {c: scale}) for view in views]
    below = of_views[0].statement.lhs
    return rules.combination(AtMost(below - invariance, lightly), of_views, [half, half], [apart], facts)


def rate_of_rows():
    """0 <= log det(I + c Z'Z)/2: log(1 + c x) is at least c x/(1 + c x), and no eigenvalue x of Z'Z is below 0."""
    rest = Sum(fraction, (k, 0, K - 1))
    return of_eigenvalues(AtMost(0, published.rate), [tangents_at(S.Zero, S.One)], [half], [half * rest])


def rate_of_unit_rows():
    """log(1 + c N)/2 <= log det(I + c Z'Z)/2 for N rows of norm one.

    The logarithm is above its chord from 0 to N, the sum of the eigenvalues x of Z'Z: it is concave, so its tangents at x
    are above it at both ends. That at N is taken with the weight x/N, and that at 0 with that of the other eigenvalues.
    """
    others = Sum((1 - KroneckerDelta(j, k)) * sigma.subs(k, j), (j, 0, K - 1))
    used = [tangents_at(N, sigma / N), tangents_at(S.Zero, others / N), over_eigenvalues(s / N)]
    excess = Sum(log(1 + c * sigma) - fraction, (k, 0, K - 1)) - log(1 + c * N)
    claim = AtMost(log(1 + c * N) / 2, published.rate)
    return of_eigenvalues(claim, used, [half, half, half * excess], facts=[UnitLength(Z)])


def tangents_at(end, weight):
    """0 <= log(1 + c x) + c (end - x)/(1 + c x) - log(1 + c end), summed over the eigenvalues x of Z'Z."""
    at = Symbol("y", nonnegative=True)
    tangent = rules.part(rules.scalar_minimum(c * s / (1 + c * at) - log(1 + c * s), s), 0)
    return rules.sum_over(rules.substitution(tangent, {s: end, at: sigma}), k, K, weight)


def of_eigenvalues(claim, used, multipliers, remainder=(), facts=()):
    """A bound on the coding rate from what is known of the eigenvalues of Z'Z, of which it is a sum."""
    defined = rules.positive_function(Eigenvalues(gram, K).applyfunc(Lambda(s, 1 + c * s)))
    used = [*used, determinant(Z), over_eigenvalues(log(1 + c * s))]
    multipliers = [*multipliers, -half, half]
    bound = rules.combination(claim, used, multipliers, remainder, [*facts, defined.statement])
    return rules.discharge(bound, defined)


tcr = Shipped(
    "tcr",
    "EMP-SSL's coding rate and cosines",
    ("EMP-SSL",),
    upstream,
    hyper,
    defaults,
    nonzero,
    gradient,
    compared,
)
tcr_lightly = replace(
    tcr,
    name="tcr_lightly",
    title="EMP-SSL as lightly has it: the coding rate with the other sign",
    libraries=("lightly",),
    value=lightly,
    gradients=gradient_of_lightly,
    compared=compared_lightly,
)
