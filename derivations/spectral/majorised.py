"""Losses that see the diagonal of the covariance through any function: they come down to pairs of vectors.

A matrix Z enters weight sum_k v(C_kk) + off |C - Diag(C)|^2 + cost tr(Z'AZ) by the diagonal d of its covariance C = Z'MZ,
by the eigenvalues s of C, and by how these are paired with those of the pencil (A, M). Von Neumann's inequality says what
pairing is cheapest, Schur's theorem that d is majorised by s, and Horn's converse that every such pair (s, d) is that of
some Z. So N K numbers come down to 2 K.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sympy import DiagonalMatrix, DiagonalOf, Expr, Function, Lambda, MatMul, MatrixSymbol, S, Sum, Symbol, Transpose

from derivations.language.atoms import Eigenvalues, Named, SquaredNorm
from derivations.language.propositions import (
    AtMost,
    EntrywiseNonnegative,
    Equal,
    Majorised,
    PrescribedDiagonal,
)
from derivations.language.substitute import substitute
from derivations.proof import rules
from derivations.proof.lemmas import LEMMAS
from derivations.proof.lemmas.lemma import K, entry, k, phi, r
from derivations.spectral.filter import representation
from derivations.spectral.pencil import Z, pencil_trace_bound
from derivations.spectral.problem import Problem, trace_bound

x = Symbol("x", real=True)
v = Function("v")  # of a variance


@dataclass(frozen=True)
class Reduction:
    """weight sum_k v(C_kk) + off |C - Diag(C)|^2 + cost penalty, over the unknown of a problem, whose objective is not used."""

    problem: Problem
    weight: Expr
    off: Expr
    cost: Expr

    @property
    def objective(self):
        c, order = self.problem.covariance, self.problem.unknown.cols
        variance = Sum(v(c[k, k]), (k, 0, order - 1))
        return self.weight * variance + self.off * SquaredNorm(c - DiagonalMatrix(c)) + self.cost * self.problem.penalty

    def at_pair(self, s_k, d_k):
        """weight sum_k v(d_k) + off (sum_k s_k^2 - sum_k d_k^2) + cost sum_k a_k s_k."""
        problem = self.problem
        over, kept = (k, 0, problem.unknown.cols - 1), (k, 0, problem.kept - 1)
        covariance = Sum(s_k**2, kept) - Sum(d_k**2, over)
        paired = Sum(problem.eigenvalue_at(k) * s_k, kept)
        return self.weight * Sum(v(d_k), over) + self.off * covariance + self.cost * paired

    def bound(self):
        """For every Z: its pair has no larger value than Z, and d is majorised by s."""
        problem, c = self.problem, self.problem.covariance
        spectrum = Eigenvalues(c, problem.kept)
        squares = Equal(SquaredNorm(c), Sum(entry(spectrum, k) ** 2, (k, 0, problem.kept - 1)))
        spectral = rules.part(pencil_trace_bound(), 1)
        spectral = problem.specialised(spectral, {phi: Lambda(x, x**2)})
        bound = rules.combination(
            AtMost(self.at_pair(entry(spectrum, k), c[k, k]), self.objective),
            [trace_bound(problem), rules.restatement(spectral, squares, problem.facts)],
            [self.cost, -self.off],
            hypotheses=problem.facts,
        )
        majorised = problem.specialised(pencil_majorisation())
        majorised = rules.restatement(majorised, Majorised(DiagonalOf(c), spectrum), problem.facts)
        return bound, majorised

    def attained(self):
        """For every pair, s >= 0 and d majorised by s: the value of Y = unit V diag(s)^(1/2) R' is that of the pair, where R
        turns diag(s) to the diagonal d.
        """
        problem = self.problem
        spectrum = MatrixSymbol("s", problem.kept, 1)
        diagonal = MatrixSymbol("d", problem.unknown.cols, 1)
        pair = (EntrywiseNonnegative(spectrum), Majorised(diagonal, spectrum))
        facts = (*problem.facts, problem.pencil, *pair, PrescribedDiagonal(problem.rotation, spectrum, diagonal))
        at = representation(problem.pencil.vectors, spectrum, problem.rotation)
        there = {problem.unknown: Named("Y", at if problem.unit == S.One else MatMul(problem.unit, *at.args))}
        own = rules.normal_form(Equal(substitute(DiagonalOf(problem.covariance), there), diagonal), facts)
        variances = rules.sum_over(rules.same_function(own, Lambda(x, v(x)), k), k, problem.unknown.cols)
        reached = Equal(substitute(self.objective, there), self.at_pair(entry(spectrum, k), entry(diagonal, k)))
        return rules.combination(reached, [variances], [self.weight])


@cache
def pencil_majorisation():
    """The diagonal of Z'F'FZ is majorised by its eigenvalues, q = min(K, rank F) and zeros, for every D x K matrix Z."""
    given = LEMMAS["spectral-theorem"].hypotheses
    basis, _ = LEMMAS["spectral-theorem"].statement.parts
    schur = rules.lemma("schur-majorisation", {MatrixSymbol("Y", r, K): MatMul(basis.coordinates, Z)})
    gram = MatMul(Transpose(Z), Transpose(basis.factor), basis.factor, Z)
    own = Majorised(DiagonalOf(gram), Eigenvalues(gram, schur.statement.values.rows))
    return rules.existence(rules.restatement(schur, own, [*given, basis]), "spectral-theorem", {})
