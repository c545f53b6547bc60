"""The filter that keeps the directions up to an eigenvalue a_0 in full, and no other: that of a hinge on the covariance.

A linear phi = -2 gamma a_0 s has no minimum over s >= 0 where a < a_0. Cut off at s = 1, it is phi = 2 gamma a_0 (1 - s)_+ up
to a constant, and that has one: at 1 where a <= a_0 and at 0 where a >= a_0. What it leaves is Laplacian Eigenmaps, with a
number of dimensions that follows from a_0.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import (
    Lambda,
    MatAdd,
    MatMul,
    MatrixSymbol,
    Max,
    OneMatrix,
    S,
    Sum,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    sqrt,
)

from derivations.bridges.filters.design import cost
from derivations.language.atoms import Named, SpectralTrace
from derivations.language.propositions import (
    AtMost,
    Eigenpairs,
    Eigenvector,
    EntrywiseNonnegative,
    Equal,
    Minimises,
    Orthonormal,
    PositiveSemidefinite,
    Symmetric,
)
from derivations.language.substitute import substitute
from derivations.losses.vicreg.squared import H, L, N, problem, vicreg
from derivations.proof import rules
from derivations.proof.claim import Claim
from derivations.proof.lemmas.blocks import blocks, m
from derivations.proof.lemmas.lemma import D, K, entry, k, phi
from derivations.proof.result import result
from derivations.relations.dirichlet import laplacian_facts
from derivations.spectral import filter, output_dimension
from derivations.spectral.filter import eigenvalue
from derivations.spectral.form import s

threshold = Symbol("a_0", positive=True)
x = Symbol("x", nonnegative=True)
hinge = Lambda(s, cost * threshold * Max(0, 1 - s))
one_dimensional = Lambda((s, eigenvalue), hinge(s) + cost * eigenvalue * s)
values, (kept, left) = output_dimension.values, (own for _, own in output_dimension.groups)
pencil = Eigenpairs(L, H, MatrixSymbol("P", N, values.rows), values, output_dimension.pencil.rank)
facts = (*vicreg.facts, PositiveSemidefinite(L))


def level(vector):
    """a_0 for every entry of a vector."""
    return MatMul(threshold, OneMatrix(*vector.shape))


def least_at_one():
    """1 minimises at the eigenvalues that are at most a_0: the gaps count (1 - x)_+ times, the eigenvalues (x - 1)_+ times."""
    gaps = MatAdd(level(kept), MatMul(-1, kept))
    short, a_k = Max(0, 1 - x), entry(kept, k)
    return _least(S.One, OneMatrix(*kept.shape), kept, gaps, cost * a_k, cost * entry(gaps, k) * short)


def least_at_zero():
    """0 minimises at the eigenvalues that are at least a_0: the gaps count x times, and a_0 counts (x - 1)_+ times."""
    gaps = MatAdd(left, MatMul(-1, level(left)))
    return _least(S.Zero, ZeroMatrix(*left.shape), left, gaps, cost * threshold, cost * entry(gaps, k) * x)


def _least(number, point, own, gaps, weight, rest):
    """The point, which is `number` in every entry, minimises: beyond the value there is `weight` (x - 1)_+ and `rest`."""
    there = entry(own, k)
    larger = rules.larger(S.One, x)
    bound = rules.combination(
        AtMost(one_dimensional(number, there), one_dimensional(x, there)),
        [rules.part(larger, 0), rules.part(larger, 1)],
        [-weight, weight],
        remainder=[weight * Max(0, x - 1), rest],
        hypotheses=[*facts, pencil, blocks, EntrywiseNonnegative(gaps)],
    )
    return rules.everywhere(bound, Minimises(point, one_dimensional, own), k, x)


def minimum():
    """The minimum over matrices of K + m columns, where K eigenvalues are at most a_0 and the next m at least a_0."""
    theorem, _ = output_dimension.nothing_more()
    t, _ = output_dimension.filters
    names = {D: N, output_dimension.F: H, output_dimension.A: L, output_dimension.V: pencil.vectors}
    names |= {phi: hinge, filter.cost: cost, t: OneMatrix(*t.shape)}
    theorem = rules.substitution(theorem, names, facts)
    for proof in (
        rules.normal_form(Symmetric(L), facts),
        rules.assumption(pencil, facts),
        least_at_one(),
        least_at_zero(),
    ):
        theorem = rules.discharge(theorem, proof, facts)
    theorem = rules.rescaling(theorem, problem.unit)
    Y = theorem.statement.unknown
    covariance, penalty = (
        Named("C", MatMul(1 / N, Transpose(Y), H, Y)),
        substitute(problem.penalty, {problem.unknown: Y}),
    )
    first = blocks.first
    claim = replace(
        theorem.statement,
        objective=SpectralTrace(hinge, covariance) + cost * penalty,
        value=cost * Sum(entry(kept, k), (k, 0, K - 1)) + cost * threshold * m,
        at=MatMul(sqrt(N), pencil.vectors, first, Transpose(MatMul(output_dimension.R, first))),
    )
    *_, semidefinite = laplacian_facts.theorems
    return rules.discharge(rules.restatement(theorem, claim, problem.facts), semidefinite)


linear_loss = problem.penalty - threshold * Trace(problem.covariance)


def _cut_off():
    """With one column the linear loss would be least where the lowest eigenvector is kept in full, if it is up to a_0."""
    value = MatrixSymbol("lambda", 1, 1)
    lowest = Eigenpairs(L, H, MatrixSymbol("p", N, 1), value, N - 1)
    return Claim(
        "A linear phi has the filter that is cut off at a_0.",
        AtMost(Trace(value) - threshold, substitute(linear_loss, {problem.unknown.cols: 1})),
        (*vicreg.facts, lowest, AtMost(Trace(value), threshold)),
    )


def unbounded():
    """The loss of the linear phi along one eigenvector of the Laplacian: below every bound, where its eigenvalue is below a_0."""
    p, r, a = MatrixSymbol("p", N, 1), MatrixSymbol("r", problem.unknown.cols, 1), Symbol("lambda_p", real=True)
    given = [*problem.facts, Eigenvector(L, p, a, H), Orthonormal(r)]
    linear = cost * linear_loss
    at = Named("Y", MatMul(sqrt(N) * sqrt(x), p, Transpose(r)))
    return rules.normal_form(Equal(substitute(linear, {problem.unknown: at}), cost * (a - threshold) * x), given)


@result("filter-hard-cut", cites=("balestriero2022",), claimed=_cut_off)
def hard_cut():
    """(i) A loss with a linear phi has no minimum: along an eigenvector with an eigenvalue below a_0 it falls without end. (ii)
    Cut off at s = 1 it has one: the directions with eigenvalues up to a_0 are kept in full, and no other, however many
    columns Z has.
    """
    return unbounded(), minimum()
