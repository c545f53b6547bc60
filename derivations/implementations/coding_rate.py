"""EMP-SSL (Tong, Chen, Ma & LeCun 2023) on two views: its own code, and lightly's.

Both take the coding rate of each view, log det(I + c Z'Z)/2 with c = K/(N eps), and the cosines of the two views of every
sample; lightly's takes the rate with the other sign. The rows are taken as they are given: the network of the original
scales them to norm one first.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import Integer, MatMul, MatrixSymbol, Rational, S, Symbol, Trace, Transpose

from derivations.implementations.shipped import K, N, Shipped, Z_a, Z_b, views
from derivations.implementations.views import U_a, U_b, nonzero
from derivations.language.atoms import Named, SquaredNorm
from derivations.language.determinant import LogDet
from derivations.language.norms import RowNorms, UnitRows
from derivations.language.propositions import AtMost, Equal, Positive, UnitLength
from derivations.language.substitute import substitute
from derivations.losses.coding_rate import tcr as published
from derivations.losses.coding_rate.collapse import collapsed, length
from derivations.losses.coding_rate.collapse import least as least_rate
from derivations.losses.coding_rate.tcr import Z, c
from derivations.proof import rules
from derivations.proof.result import result

# The statements

cites = ("tong2023", "yu2020")
eps = Symbol("eps", positive=True)
invariance = Symbol("invariance", nonnegative=True)
hyper = {eps: "precision of the coding rate", invariance: "weight of the cosines"}
defaults = {eps: Rational(1, 5), invariance: Integer(200)}
scale = K / (N * eps)
unit = tuple(UnitLength(view) for view in views)


def covariance(view):
    """I + c Z'Z."""
    return Named(f"C_{view.name[-1]}", substitute(published.expanded, {c: scale, Z: view}))


def rate(view):
    """log det(I + c Z'Z)/2, the coding rate of a view."""
    return LogDet(covariance(view)) / 2


def mean_cosine(first, second):
    """The mean over the samples of the product of their rows, for rows of norm one."""
    return Trace(MatMul(Transpose(first), second)) / N


mean_rate = (rate(Z_a) + rate(Z_b)) / 2
upstream = -mean_rate - invariance * mean_cosine(U_a, U_b)
lightly = mean_rate - invariance * mean_cosine(U_a, U_b)

# What follows from it


def slopes(value, facts):
    """The gradient in each view."""
    for view in views:
        definite = rules.positive_definite(covariance(view))
        yield rules.discharge(rules.adjoint(value, view, (*facts, definite.statement)), definite)


def at_collapse(value, sign):
    """A loss where all rows of both views are one vector, of length t."""
    number = rules.substitution(least_rate.theorems[1], {c: scale})
    at = substitute(value, dict.fromkeys(views, collapsed))
    claim = Equal(at, sign * number.statement.rhs - invariance)
    return rules.combination(claim, [number], [sign], hypotheses=number.hypotheses)


def at_most_one(first, second):
    """No mean cosine of the rows of two matrices exceeds one: what it falls short of it is |X - Y|^2/(2 N) for rows of norm
    one.
    """
    x, y = unit_rows = [MatrixSymbol(name, N, K) for name in "XY"]
    facts = list(map(UnitLength, unit_rows))
    cosine = rules.combination(AtMost(mean_cosine(x, y), 1), [], (), [SquaredNorm(x - y) / (2 * N)], facts)
    nonzero_rows = [Positive(RowNorms(rows)) for rows in (first, second)]
    cosine = rules.substitution(cosine, {x: UnitRows(first), y: UnitRows(second)}, nonzero_rows)
    for rows, fact in zip((first, second), nonzero_rows, strict=True):
        cosine = rules.discharge(cosine, rules.normal_form(UnitLength(UnitRows(rows)), [fact]))
    return cosine


def rewards_collapse(value, compared_rows):
    """Where a loss that adds the coding rate and subtracts the mean of some mean cosines is least: on rows of norm one, and on
    any rows.
    """
    least, _, nonnegative = least_rate.theorems
    cosines = [at_most_one(*rows) for rows in compared_rows]
    collapse = at_collapse(value, S.One)
    of_unit_rows = at_least(value, least, cosines)
    for view in views:
        of_unit_rows = rules.discharge(of_unit_rows, rules.positive_constant(RowNorms(view), [UnitLength(view)]))
    vertex = rules.substitution(collapse, {length: S.One})
    return of_unit_rows, vertex, at_least(value, nonnegative, cosines), collapse


def at_least(value, least, cosines):
    """From a lower bound on the rate of a view, and upper bounds on cosines, to one on a loss."""
    rates = [rules.substitution(rules.substitution(least, {Z: view}), {c: scale}) for view in views]
    claim = AtMost(rates[0].statement.lhs - invariance, value)
    weights = [S.Half] * len(rates) + [invariance / len(cosines)] * len(cosines)
    return rules.combination(claim, [*rates, *cosines], weights)


@result("tcr-emp-ssl-gradient", cites=cites)
def gradient():
    """The gradient of EMP-SSL's loss in each view, where no row is zero."""
    return tuple(slopes(upstream, nonzero))


@result("tcr-lightly-gradient", cites=cites)
def gradient_of_lightly():
    """The gradient in each view of the loss that lightly calls EMP-SSL's, where no row is zero."""
    return tuple(slopes(lightly, nonzero))


@result("tcr-emp-ssl", cites=cites)
def compared():
    """Is EMP-SSL's code the published coding rate with an attraction? On rows of norm one it is, with the mean of the rates of
    the views, each at c = K/(N eps): (i) the cosines are then a quadratic attraction of the views, of weight
    invariance/(2 N), less a constant. (ii) On equal views it is the coding rate, with no attraction. (iii) On rows that are
    not scaled to norm one it has no minimum: where all rows of both views are one vector of length t, it falls below every
    bound as t grows.
    """
    distance = SquaredNorm(Z_a - Z_b) / (2 * N)
    quadratic = Equal(upstream, -mean_rate + invariance * distance - invariance)
    alone = Equal(substitute(upstream, {Z_b: Z_a}), -rate(Z_a) - invariance)
    return (
        rules.normal_form(quadratic, unit),
        rules.normal_form(alone, nonzero[:1]),
        at_collapse(upstream, S.NegativeOne),
    )


@result("tcr-lightly-rewards-collapse", cites=cites)
def compared_lightly():
    """Is lightly's loss EMP-SSL's? No: its coding rate has the other sign, so that collapse is rewarded. (i) On rows of norm
    one it is at least log(1 + K/eps)/2 - invariance, and (ii) that is its value where all rows of both views are one vector.
    (iii) On rows of any length it is at least -invariance, and as close to that as one likes where all rows are one vector of
    length t, (iv), as t goes to 0.
    """
    return rewards_collapse(lightly, [views])


tcr = Shipped(
    "tcr",
    "EMP-SSL's coding rate and the cosines of two views",
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
    title="The coding rate with lightly's sign and the cosines of two views",
    libraries=("lightly",),
    value=lightly,
    gradients=gradient_of_lightly,
    compared=compared_lightly,
)
