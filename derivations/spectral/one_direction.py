"""When columns are best all alike: the hinge on standard deviations against a gap between the two smallest eigenvalues.

The objective is weight sum_k (1 - sqrt(C_kk))_+ + off |C - Diag(C)|^2 + cost penalty. With the smallest eigenvalue a of the
pencil, its eigenvector v, and the next eigenvalue b, columns that are all `unit` v have the value off K (K - 1) + cost a K.
A second direction takes covariance away, at the price of the gap b - a.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sympy import DiagonalOf, Expr, MatAdd, MatMul, MatrixSymbol, OneMatrix, S, Symbol, Trace, Transpose, sqrt

from derivations.language.atoms import Named, SquaredNorm
from derivations.language.propositions import (
    AtMost,
    Equal,
    EqualShares,
    LowestTwo,
    Orthonormal,
    Symmetric,
)
from derivations.language.substitute import substitute
from derivations.proof import rules
from derivations.proof.lemmas import LEMMAS, lemma
from derivations.proof.lemmas.lemma import k
from derivations.spectral import alike
from derivations.spectral.problem import Problem


def semidefinite(matrix):
    """|- the matrix is positive semidefinite, which can be read off how it is built."""
    xi = MatrixSymbol("xi", matrix.rows, 1)
    form = Trace(MatMul(Transpose(xi), matrix, xi))
    return rules.semidefinite(rules.combination(AtMost(S.Zero, form), [], remainder=[form]), xi)


factor = MatrixSymbol("F", lemma.N, lemma.D)


@cache
def gap_bound(unknown):
    """a |y|^2 + b (tr Z'F'FZ - |y|^2) <= tr Z'F'SFZ with y = Z'F'Fv, and a <= b: a and b are the two smallest eigenvalues of
    (F'SF, F'F), v is the eigenvector of a, and the D x K matrix Z is called `unknown`.
    """
    z = MatrixSymbol(unknown, lemma.D, lemma.K)
    given = LEMMAS["spectral-gap"].hypotheses
    _, low = given
    both = rules.lemma("spectral-gap", {})
    above = rules.part(both, 0)
    along = SquaredNorm(MatMul(Transpose(z), low.metric, low.first))
    claim = low.value * along + low.following * (Trace(MatMul(Transpose(z), low.metric, z)) - along)
    bound = rules.combination(
        AtMost(claim, Trace(MatMul(Transpose(z), low.matrix, z))),
        [],
        remainder=[Trace(MatMul(Transpose(z), above.statement.matrix, z))],
        hypotheses=[*given, above.statement],
    )
    return rules.conjunction([rules.discharge(bound, above), rules.part(both, 1)])


@dataclass(frozen=True)
class Alike:
    """A loss `objective` of the unknown, the covariance and the penalty of a problem, with its three weights, and the two
    smallest eigenvalues of the pencil, by name.
    """

    problem: Problem
    objective: Expr
    weight: Expr
    off: Expr
    cost: Expr
    lowest: LowestTwo

    @property
    def columns(self):
        return self.problem.unknown.cols

    @property
    def value(self):
        """The value of `columns` columns that are all unit v."""
        K = self.columns
        return self.off * K * (K - 1) + self.cost * self.lowest.value * K

    @property
    def heavy(self):
        """The hinge outweighs what shrinking the columns would gain."""
        return AtMost(4 * self.off * (self.columns - 1) + 2 * self.cost * self.lowest.value, self.weight)

    @property
    def far(self):
        """The gap is larger than what a second direction would gain."""
        return AtMost(self.off * self.columns, self.cost * (self.lowest.following - self.lowest.value) / 2)

    def beside(self, direction, z):
        """tr of the covariance that Z has in directions other than the one given, visibly nonnegative."""
        metric = self.lowest.metric
        scaled = MatMul(1 / self.problem.unit, z)
        left = MatAdd(scaled, MatMul(-1, direction, Transpose(direction), metric, scaled))
        return Trace(MatMul(Transpose(left), metric, left))

    def above_alike(self, direction, z, facts):
        """The bound of `spectral.alike` for a matrix Z and a direction that has length one under the facts."""
        problem, metric = self.problem, self.lowest.metric
        covariance, scaled = substitute(problem.covariance, {problem.unknown: z}), MatMul(1 / problem.unit, z)
        names = {lemma.D: z.rows, lemma.K: self.columns, alike.weight: self.weight, alike.off: self.off}
        names |= {alike.cost: self.cost * self.lowest.value, alike.v: direction, alike.Z: scaled}
        bound = rules.substitution(alike.alike_bound(), names | {alike.M: metric, alike.C: covariance})
        gram = Equal(MatMul(Transpose(scaled), metric, scaled), covariance)
        for proved in (
            *(rules.normal_form(fact, problem.facts) for fact in (Symmetric(metric), Symmetric(covariance), gram)),
            *map(semidefinite, (metric, covariance)),
            rules.normal_form(Orthonormal(direction, metric), facts),
        ):
            bound = rules.discharge(bound, proved)
        return bound

    def gap(self):
        """(a |y|^2 + b (tr C - |y|^2) <= penalty with y = Z'Mv/unit; a <= b)."""
        problem, low = self.problem, self.lowest
        symmetric, pair = LEMMAS["spectral-gap"].hypotheses
        names = dict(zip(pair.arguments()[2:], low.arguments()[2:], strict=True))
        names |= dict(zip(factor.shape, problem.factor.shape, strict=True))
        names |= {factor: problem.factor, symmetric.matrix: problem.operator, lemma.K: self.columns}
        both = rules.substitution(gap_bound(problem.unknown.name), names, problem.facts)
        both = rules.discharge(both, rules.normal_form(Symmetric(problem.operator), problem.facts))
        both = rules.discharge(both, rules.assumption(low, problem.facts), problem.facts)
        scaled = MatMul(1 / problem.unit, problem.unknown)
        both = rules.substitution(both, {problem.unknown: scaled})
        along = SquaredNorm(MatMul(Transpose(scaled), low.metric, low.first))
        claim = low.value * along + low.following * (Trace(problem.covariance) - along)
        bound = rules.restatement(rules.part(both, 0), AtMost(claim, problem.penalty), problem.facts)
        return bound, rules.part(both, 1)

    def minimum(self):
        """Where the hinge is heavy and the gap is large: the global minimum is at Z = unit v 1'."""
        z, low = self.problem.unknown, self.lowest
        facts = (*self.problem.facts, low, self.heavy, self.far)
        gap, _ = self.gap()
        bound = rules.combination(
            AtMost(self.value, self.objective),
            [self.above_alike(low.first, z, [*self.problem.facts, low]), gap, rules.assumption(self.far)],
            [S.One, self.cost, 2 * self.beside(low.first, z)],
            hypotheses=facts,
        )
        at = MatMul(self.problem.unit, low.first, OneMatrix(1, self.columns))
        witness = rules.normal_form(Equal(substitute(self.objective, {z: at}), self.value), facts)
        return rules.attainment(bound, witness, z, at)

    def rank_one(self):
        """Where the hinge is heavy: no matrix Y = unit x y' with x'M x = 1 has a smaller value, whatever the gap is."""
        z, low = self.problem.unknown, self.lowest
        x, y = MatrixSymbol("x", z.rows, 1), MatrixSymbol("y", z.cols, 1)
        given = Orthonormal(x, low.metric)
        at = Named("Y", MatMul(self.problem.unit, x, Transpose(y)))
        gap, ordered = self.gap()
        facts = (*self.problem.facts, low, self.heavy, given)
        return rules.combination(
            AtMost(self.value, substitute(self.objective, {z: at})),
            [self.above_alike(x, at, [given]), rules.substitution(gap, {z: at}, facts), ordered],
            [S.One, self.cost, self.cost * self.beside(low.first, at)],
            hypotheses=facts,
        )

    def two_directions(self, hinge):
        """Columns of variance one in two directions, v and w, a total variance s of K in the second of them: by how much their
        value differs. `hinge` is the function of a variance.
        """
        problem, low, K = self.problem, self.lowest, self.columns
        s, r, t = Symbol("s", positive=True), MatrixSymbol("r", K, 1), MatrixSymbol("t", K, 1)
        facts = (*problem.facts, low, EqualShares(r, t, s), AtMost(s, K))
        first = MatMul(sqrt(K - s), low.first, Transpose(r))
        second = MatMul(sqrt(s), low.second, Transpose(t))
        there = {problem.unknown: Named("Y", MatMul(problem.unit, MatAdd(first, second)))}
        variances = rules.normal_form(Equal(substitute(DiagonalOf(problem.covariance), there), OneMatrix(K, 1)), facts)
        none = rules.sum_over(rules.same_function(variances, hinge, k), k, K)
        change = s * (self.cost * (low.following - low.value) - 2 * self.off * (K - s))
        return rules.combination(
            Equal(substitute(self.objective, there), self.value + change), [none], [self.weight], hypotheses=facts
        )
