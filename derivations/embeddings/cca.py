"""Canonical correlation analysis (Hotelling 1936): whitened linear maps of two sets of inputs, as correlated as can be.

The two maps are the blocks of one matrix W, the rows of W_a above those of W_b. The canonical pairs are the singular
vectors of the cross-covariance in the metrics of the two covariances, and the canonical correlations rho_k its singular
values, for inputs of any rank.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import (
    DiagMatrix,
    Identity,
    Lambda,
    MatAdd,
    MatMul,
    MatrixExpr,
    MatrixSymbol,
    Rational,
    S,
    Sum,
    Trace,
    Transpose,
    sqrt,
    symbols,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import Centring, Eigenvalues, Named, SpectralTrace, SquaredNorm
from derivations.language.propositions import (
    All,
    AtMost,
    Blocks,
    EntrywiseNonnegative,
    Equal,
    Orthonormal,
    Proposition,
    SingularPairs,
)
from derivations.language.substitute import substitute
from derivations.proof import rules
from derivations.proof.lemmas import LEMMAS, entry, phi
from derivations.proof.result import result
from derivations.spectral.form import s

# Two views of the samples, and their moments

N, K, D_a, D_b = symbols("N K D_a D_b", integer=True, positive=True)  # samples, dimensions, features of either view
k = symbols("k", integer=True, nonnegative=True)
every = (k, 0, K - 1)
X_a, X_b = MatrixSymbol("X_a", N, D_a), MatrixSymbol("X_b", N, D_b)
H = Centring(N)
F_a, F_b = (Named(f"F_{n}", MatMul(1 / sqrt(N), H, x)) for n, x in (("a", X_a), ("b", X_b)))  # S_ab = F_a'F_b


def moment(x, y):
    """The covariance of two sets of inputs."""
    return MatMul(1 / N, Transpose(x), H, y)


S_aa, S_bb, S_ab = (Named(f"S_{n}", moment(x, y)) for n, x, y in (("aa", X_a, X_a), ("bb", X_b, X_b), ("ab", X_a, X_b)))

# A map of each view

W_a, W_b = MatrixSymbol("W_a", D_a, K), MatrixSymbol("W_b", D_b, K)
whitened = (Orthonormal(W_a, S_aa), Orthonormal(W_b, S_bb))
T = Named("T", MatMul(Transpose(W_a), S_ab, W_b))  # cross-covariance of the representations

# Canonical pairs

U, V, rho = MatrixSymbol("U", D_a, K), MatrixSymbol("V", D_b, K), MatrixSymbol("rho", K, 1)
R = MatrixSymbol("R", K, K)  # which neither loss determines
pairs = SingularPairs(S_ab, S_aa, S_bb, U, V, rho)
factored = SingularPairs(MatMul(Transpose(F_a), F_b), *(MatMul(Transpose(f), f) for f in (F_a, F_b)), U, V, rho)

both_orders = MatAdd(T, Transpose(T))
sigma = Eigenvalues(both_orders, K)
gaps = MatAdd(MatMul(2, rho), MatMul(-1, sigma))
distance = SquaredNorm(MatAdd(T, MatMul(-1, Identity(K))))


@dataclass(frozen=True)
class Stacked:
    """Maps of both views as one unknown W, of whose rows they are the blocks W_a = J_a'W and W_b = J_b'W; the canonical pairs
    are the columns of `left` and `right` under the `facts`.
    """

    left: MatrixExpr
    right: MatrixExpr
    facts: tuple[Proposition, ...]

    @property
    def features(self):
        return self.left.rows, self.right.rows

    @property
    def unknown(self):
        return MatrixSymbol("W", sum(self.features), K)

    @property
    def selections(self):
        """J_a and J_b."""
        return tuple(MatrixSymbol(f"J_{n}", sum(self.features), d) for n, d in zip("ab", self.features, strict=True))

    @property
    def at(self):
        """(J_a U + J_b V) R'."""
        first, second = self.selections
        return MatMul(MatAdd(MatMul(first, self.left), MatMul(second, self.right)), Transpose(R))

    def minimum(self, bound):
        """The minimum over all whitened pairs of maps, from a lower bound that the canonical pairs meet."""
        blocks, there = Blocks(*self.selections), {self.unknown: self.at}
        maps = {
            MatrixSymbol(f"W_{n}", d, K): Named(f"W_{n}", MatMul(Transpose(j), self.unknown))
            for n, d, j in zip("ab", self.features, self.selections, strict=True)
        }
        bound = rules.substitution(bound, maps, [blocks])
        given = (blocks, *self.facts, Orthonormal(R), Orthonormal(Transpose(R)))
        value, objective = bound.statement.lhs, bound.statement.rhs
        witness = rules.normal_form(Equal(substitute(objective, there), value), given)
        constraints = [h for h in bound.hypotheses if self.unknown in h.free_symbols()]
        feasible = [rules.normal_form(c.map(lambda e: substitute(e, there)), given) for c in constraints]
        return rules.attainment(bound, witness, self.unknown, self.at, feasible)

    def blocks_of_minimiser(self):
        """J_a'W* = U R' and J_b'W* = V R'."""
        ends = zip(self.selections, (self.left, self.right), strict=True)
        equations = (Equal(MatMul(Transpose(j), self.at), MatMul(x, Transpose(R))) for j, x in ends)
        return rules.normal_form(All(tuple(equations)), [Blocks(*self.selections)])


linear = Stacked(U, V, (pairs,))


def separated(function):
    """(no eigenvalue sigma_k of T + T' exceeds 2 rho_k, the trace of a function of it is a sum over them): two theorems."""
    symbols_of_lemma = {m.name: m for p in LEMMAS["singular-separation"].hypotheses for m in p.free_symbols()}
    own = {"F_a": F_a, "F_b": F_b, "Y_a": W_a, "Y_b": W_b, "U": U, "V": V, "rho": rho}
    mapping = {symbols_of_lemma[name]: value for name, value in own.items()}
    mapping |= {d: n for m, value in mapping.items() for d, n in zip(m.shape, value.shape, strict=True) if d != 1}
    theorem = rules.lemma("singular-separation", mapping | {phi: Lambda(s, function)})
    for fact in (pairs, *whitened):
        theorem = rules.discharge(theorem, rules.assumption(fact))
    spectral = Equal(SpectralTrace(Lambda(s, function), both_orders), Sum(function.subs(s, entry(sigma, k)), every))
    theorem = rules.restatement(theorem, All((EntrywiseNonnegative(gaps), spectral)))
    return rules.part(theorem, 0), rules.part(theorem, 1)


def correlations_at_most_one():
    """I - diag(rho) is positive semidefinite: it is half the mean square of what is left between the views of a pair."""
    mix = MatrixSymbol("v", K, 1)
    rest = MatAdd(Identity(K), MatMul(-1, DiagMatrix(rho)))
    apart = SquaredNorm(MatAdd(MatMul(F_a, U, mix), MatMul(-1, F_b, V, mix)))
    form = AtMost(S.Zero, Trace(MatMul(Transpose(mix), rest, mix)))
    positive = rules.semidefinite(rules.combination(form, [], remainder=[apart / 2], hypotheses=[factored]), mix)
    return rules.discharge(positive, rules.assumption(pairs))


def least_trace():
    """-sum_k rho_k <= -tr(T) for all whitened maps."""
    separation, spectral = separated(s / 2)
    bound = rules.combination(
        AtMost(-Sum(entry(rho, k), every), -Trace(T)),
        [spectral],
        remainder=[Sum(entry(gaps, k) / 2, every)],
        hypotheses=[separation.statement],
    )
    return rules.discharge(bound, separation)


def least_distance():
    """sum_k (1 - rho_k)^2 <= |T - I|^2 for all whitened maps."""
    separation, spectral = separated((1 - s / 2) ** 2)
    at_most_one = correlations_at_most_one()
    room, quarter = MatrixElement(at_most_one.statement.matrix, k, k), Rational(1, 4)
    bound = rules.combination(
        AtMost(Sum((1 - entry(rho, k)) ** 2, every), distance),
        [spectral],
        [S.NegativeOne],
        remainder=[
            quarter * SquaredNorm(MatAdd(T, MatMul(-1, Transpose(T)))),
            Sum(quarter * entry(gaps, k) ** 2, every),
            Sum(entry(gaps, k) * room, every),
        ],
        hypotheses=[separation.statement, at_most_one.statement],
    )
    return rules.discharge(rules.discharge(bound, separation), at_most_one)


@result("canonical-correlation-analysis", cites=("hotelling1936",))
def canonical_correlation_analysis():
    """Canonical correlation analysis: over maps that whiten both views, the sum of the correlations of their columns is largest
    at the canonical pairs, up to a rotation of both. It is that of the canonical correlations, none of which exceeds one.
    """
    return linear.minimum(least_trace()), linear.blocks_of_minimiser(), correlations_at_most_one()


@result("barlow-cca", cites=("zbontar2021", "balestriero2022", "hotelling1936"))
def barlow_cca():
    """Barlow Twins with equal weights and a linear map for each view, whitened rather than scaled column by column, has the
    minimisers of canonical correlation analysis: every correlation comes as near to one as that of the canonical pairs.
    """
    return linear.minimum(least_distance())
