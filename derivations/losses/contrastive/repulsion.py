"""Repulsion by log-sum-exp (Garrido, Chen, Bardes, Najman & LeCun 2023, section 3): how it compares with squares.

It is the sum over the rows of a matrix of LSE_i(x_ij/tau), over the candidates j of each i. The values x_ij are similarities,
as in SimCLR and DCL, or their squares or absolute values, as in the variants of both. Here the similarities are any matrix,
and every row has m candidates: m = n - 1 where they are everyone else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from sympy import (
    DiagonalMatrix,
    Expr,
    HadamardProduct,
    Identity,
    Integer,
    KroneckerDelta,
    Lambda,
    MatAdd,
    MatMul,
    MatrixExpr,
    MatrixSymbol,
    OneMatrix,
    Sum,
    Symbol,
    Trace,
    Transpose,
    exp,
    log,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import LogSumExp, SquaredNorm
from derivations.language.entries import ONE, composed
from derivations.language.norms import Absolute
from derivations.language.propositions import (
    AtMost,
    Candidates,
    ConstantRowSums,
    EntrywiseNonnegative,
    OneHot,
    Proposition,
)
from derivations.losses.contrastive.infonce import A, N, S, gibbs, i, j, tangent_of_exp, tau
from derivations.proof import rules
from derivations.proof.lemmas.lemma import entry
from derivations.proof.result import result

m = Symbol("m", positive=True)  # candidates of a sample
regular = (Candidates(A), ConstantRowSums(A, m))
growth = exp(1 / tau) - 1  # of exp(x/tau) between x = 0 and x = 1


def square(similarity):
    """s_ij^2."""
    return HadamardProduct(similarity, similarity)


def off_diagonal(matrix):
    """|M - diag(M)|^2, the sum of the squares off the diagonal of a matrix M."""
    return SquaredNorm(matrix - DiagonalMatrix(matrix))


def repulsion(values, candidates=A):
    """1' LSE(X/tau)."""
    scores = MatMul(1 / tau, values)
    return Trace(MatMul(OneMatrix(1, values.rows), LogSumExp(scores, candidates)))


class Pool(NamedTuple):
    """Candidates, a 0/1 matrix; how many there are in a row; its entry at (i, j), nonnegative because of how it is built; and
    what it leaves of another matrix.
    """

    candidates: MatrixExpr
    count: Expr
    weight: Expr
    among: Callable[[MatrixExpr], MatrixExpr]


some = Pool(A, m, MatrixElement(A, i, j), lambda matrix: HadamardProduct(A, matrix))


def everyone_else(n):
    """The pool of n samples without self-pairs, n >= 2."""
    others = MatAdd(OneMatrix(n, n), MatMul(-1, Identity(n)))
    return Pool(others, n - 1, 1 - KroneckerDelta(i, j), lambda matrix: matrix - DiagonalMatrix(matrix))


@dataclass(frozen=True)
class Repulsion:
    """Similarities under some facts, and a pool of candidates.

    `slack` is an expression equal to 1 - |s_ij|, and nonnegative because of how it is built; only some bounds need it.
    """

    similarity: MatrixExpr
    facts: tuple[Proposition, ...] = regular
    slack: Expr | None = None
    pool: Pool = some

    @property
    def rows(self):
        return self.similarity.rows

    @property
    def least(self):
        """The repulsion where all values are 0."""
        return self.rows * log(self.pool.count)

    @property
    def squares(self):
        """The sum of the squared similarities of the candidates."""
        return SquaredNorm(self.pool.among(self.similarity))

    def total(self, values):
        """sum_ij a_ij x_ij."""
        return Trace(MatMul(Transpose(self.pool.candidates), values))

    def over_pairs(self, term):
        """sum_ij a_ij times a term."""
        return Sum(self.pool.weight * term, (i, 0, self.rows - 1), (j, 0, self.rows - 1))

    def of(self, values):
        return repulsion(values, self.pool.candidates)

    def summed(self, inequality, weight=ONE):
        """An inequality for all i and j, times a weight, summed over the candidates of all rows."""
        given = rules.restatement(inequality, inequality.statement, self.facts) if self.facts else inequality
        return rules.sum_over(rules.sum_over(given, j, self.rows, self.pool.weight * weight), i, self.rows)

    def at_least_mean(self, values):
        """n log m + sum_ij a_ij x_ij/(m tau) <= R(X): the tangents of exp at the uniform distribution."""
        scores = MatMul(1 / tau, values)
        log_softmax = MatrixElement(scores, i, j) - entry(LogSumExp(scores, self.pool.candidates), i)
        tangent = tangent_of_exp(-log(self.pool.count), log_softmax)
        mean = self.total(values) / (self.pool.count * tau)
        return rules.combination(AtMost(self.least + mean, self.of(values)), [self.summed(tangent)])

    def at_most_largest(self, values, largest):
        """R(X) <= n (b/tau + log m) where x_ij <= b for every candidate: the entropy of a softmax is at most log m."""
        ones, x, scores = OneMatrix(self.rows, self.rows), Symbol("x", real=True), MatMul(1 / tau, values)
        below = HadamardProduct(self.pool.candidates, MatAdd(MatMul(largest, ones), MatMul(-1, values)))
        shift = MatMul(-1, LogSumExp(scores, self.pool.candidates), OneMatrix(1, self.rows))
        probability = MatrixElement(MatAdd(scores, shift).applyfunc(Lambda(x, exp(x))), i, j)
        tangent = self.summed(tangent_of_exp(composed(probability).args[0], -log(self.pool.count)))
        lacking = Sum(MatrixElement(below, i, j) * probability, (i, 0, self.rows - 1), (j, 0, self.rows - 1)) / tau
        bound = AtMost(self.of(values), self.rows * (largest / tau + log(self.pool.count)))
        return rules.combination(bound, [tangent], remainder=[lacking], hypotheses=[EntrywiseNonnegative(below)])

    def at_most_chord(self, values, slack):
        """R(X) <= n log m + (e^(1/tau) - 1)/m sum_ij a_ij x_ij where 0 <= x_ij <= 1 and 1 - x_ij = slack.

        exp lies below its chord between 0 and 1/tau, which is the mean of two tangents with weights 1 - x and x; and the
        logarithm below its tangent at m.
        """
        x_ij, score = composed(MatrixElement(values, i, j)), MatrixElement(MatMul(1 / tau, values), i, j)
        ends = [
            self.summed(tangent_of_exp(score, 1 / tau), x_ij),
            self.summed(tangent_of_exp(score, Integer(0)), slack),
        ]
        of_log = tangent_of_exp(
            log(self.pool.count), entry(LogSumExp(MatMul(1 / tau, values), self.pool.candidates), i)
        )
        bound = self.least + growth / self.pool.count * self.total(values)
        premises = [*ends, rules.sum_over(of_log, i, self.rows)]
        return rules.combination(
            AtMost(self.of(values), bound), premises, [1 / self.pool.count] * 3, hypotheses=self.facts
        )

    def squares_at_least(self):
        """n log m + L/(m tau) <= R, the repulsion of the squares, with L their sum."""
        values = square(self.similarity)
        least = self.least + self.squares / (self.pool.count * tau)
        return rules.combination(AtMost(least, self.of(values)), [self.at_least_mean(values)])

    def squares_at_most(self):
        """R <= n log m + (e^(1/tau) - 1)/m L, as 1 - s^2 = (1 - |s|) (1 + |s|)."""
        values, x_ij = square(self.similarity), MatrixElement(Absolute(self.similarity), i, j)
        most = self.least + growth / self.pool.count * self.squares
        return rules.combination(AtMost(self.of(values), most), [self.at_most_chord(values, self.slack * (1 + x_ij))])

    def absolutes_at_least(self):
        """n log m + L/(m tau) <= R, the repulsion of the absolute values, as s^2 <= |s|."""
        values = Absolute(self.similarity)
        least = self.least + self.squares / (self.pool.count * tau)
        excess = self.over_pairs(MatrixElement(values, i, j) * self.slack) / (self.pool.count * tau)
        return rules.combination(AtMost(least, self.of(values)), [self.at_least_mean(values)], remainder=[excess])

    def absolutes_at_most(self):
        """R <= n log m + (e^(1/tau) - 1)/(2 m) (L/t + m n t) for every t > 0, as |s| <= (s^2/t + t)/2."""
        values, t = Absolute(self.similarity), Symbol("t", positive=True)
        upper = self.at_most_chord(values, self.slack)
        most = self.least + growth / (2 * self.pool.count) * (self.squares / t + self.pool.count * self.rows * t)
        excess = growth / (2 * self.pool.count * t) * self.over_pairs((MatrixElement(values, i, j) - t) ** 2)
        grows = AtMost(1, exp(1 / tau))
        most = rules.combination(AtMost(self.of(values), most), [upper], remainder=[excess], hypotheses=[grows])
        return rules.discharge(
            most, rules.combination(grows, [tangent_of_exp(Integer(0), 1 / tau)], remainder=[1 / tau])
        )


within_one = EntrywiseNonnegative(MatAdd(OneMatrix(N, N), MatMul(-1, Absolute(S))))
bounded = Repulsion(S, (*regular, within_one), MatrixElement(within_one.matrix, i, j))


@result("repulsion-bounds", cites=("garrido2023",))
def bounds():
    """A log-sum-exp over m candidates in each row is (i) at least the score of any choice of a candidate in each row, of the
    largest say, and (ii) at most the largest and log m a row; (iii) at a given mean of the scores it is least where they are
    all the same. So (iv) the repulsion of squared similarities is at least a multiple of their sum L more than N log m, and
    (v) at most another, where no similarity exceeds one in size; (vi), (vii) so is that of their absolute values. Both are
    N log m where L = 0, and nowhere else.
    """
    plain, chosen = Repulsion(S), MatrixSymbol("B", N, N)
    above, _ = gibbs(chosen, A)
    above = rules.substitution(above, {S: MatMul(1 / tau, S)})
    choice = AtMost(Trace(MatMul(Transpose(chosen), S)) / tau, repulsion(S))
    choice = rules.combination(choice, [above], hypotheses=[OneHot(chosen)])
    rows = rules.normal_form(ConstantRowSums(chosen, ONE), [OneHot(chosen)])
    return (
        rules.discharge(choice, rows),
        plain.at_most_largest(S, Symbol("b", real=True)),
        plain.at_least_mean(S),
        plain.squares_at_least(),
        bounded.squares_at_most(),
        bounded.absolutes_at_least(),
        bounded.absolutes_at_most(),
    )
