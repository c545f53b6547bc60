"""Squared distance of Z'AZ to the identity, over matrices Z whose columns have length one in a metric M.

Of A only the positive part can help: by Weyl's monotonicity theorem no eigenvalue of Z'AZ exceeds that of its positive
part X'X, and eigenvalues below 0 are no better than 0. The K columns of length one have a total length K to spend on the
directions with eigenvalues g_k; the lengths s_k are filled up like vessels of water, with one multiplier for all: von
Neumann's inequality pairs them, and one problem in one variable remains for each. A rotation (Schur-Horn) makes all
columns of the result of length one. Length to spare goes where A does not see it, if there is such a direction; if there is
none, or A is negative definite, to the smallest eigenvalues.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sympy import (
    DiagMatrix,
    HadamardProduct,
    Identity,
    Lambda,
    MatAdd,
    MatMul,
    MatrixExpr,
    MatrixSymbol,
    Max,
    OneMatrix,
    Rational,
    S,
    Sum,
    Symbol,
    Trace,
    Transpose,
    sqrt,
)

from derivations.language.atoms import Eigenvalues, Named, SquaredNorm
from derivations.language.norms import ColumnNorms, UnitColumns
from derivations.language.propositions import (
    AtMost,
    Eigenpairs,
    Equal,
    Level,
    OneEntry,
    OtherDirection,
    Positive,
    PositiveEigenpairs,
    PositiveSemidefinite,
    PrescribedDiagonal,
    Proposition,
    Symmetric,
    UnitColumnLength,
)
from derivations.language.substitute import substitute
from derivations.proof import rules
from derivations.proof.lemmas import LEMMAS
from derivations.proof.lemmas.lemma import K, N, entry, k, n, phi, q, r
from derivations.proof.result import result
from derivations.proof.scalar import nonnegative_minimum
from derivations.proof.theorem import Theorem
from derivations.spectral.filter import representation
from derivations.spectral.form import s

a = Symbol("a", nonnegative=True)  # 1 / g_k
x = Symbol("x", positive=True)  # g_k
nu = Symbol("nu", nonnegative=True)  # multiplier of the total length
rho, eta = Symbol("rho", nonnegative=True), Symbol("eta", nonnegative=True)

matrix, metric, surplus = (MatrixSymbol(name, N, N) for name in "AMB")
kappa = Symbol("kappa", positive=True)  # M = kappa A + B with B, the surplus, semidefinite: where M vanishes, A does
Y = MatrixSymbol("Y", N, K)  # with columns of length one
vectors, values, rotation = MatrixSymbol("V", N, q), MatrixSymbol("g", q, 1), MatrixSymbol("R", K, q)
declared = (Symmetric(matrix), Symmetric(metric), PositiveSemidefinite(metric))
given = (*declared, PositiveEigenpairs(matrix, metric, vectors, values, r), Positive(values))


def distance(z, sign=1):
    """|sign Y'AY - I|^2."""
    return SquaredNorm(MatAdd(MatMul(*[sign] * (sign < 0), Transpose(z), matrix, z), MatMul(-1, Identity(z.cols))))


shortfall = Max(0, 1 - s) ** 2  # of an eigenvalue of Z'AZ from one
filling = shortfall + 2 * nu * a * s
filled = nonnegative_minimum(filling, s)


def at_values(function, vector=values):
    """The vector of function(g_k)."""
    return vector.applyfunc(Lambda(x, function))


def summed(function, vector=values):
    """sum_k function(g_k)."""
    return Sum(function.subs(x, entry(vector, k)), (k, 0, vector.rows - 1))


@dataclass(frozen=True)
class Case:
    """A lower bound for all matrices with unit columns, and where it is attained, for the rotation R in it that makes every
    diagonal entry of R diag(lengths) R' one.
    """

    bound: Theorem
    unknown: MatrixSymbol
    at: MatrixExpr
    facts: tuple[Proposition, ...]
    lengths: MatrixExpr
    sign: int = 1  # of A in the objective

    @property
    def levelled(self):
        """The facts, with the rotation."""
        right = self.at.args[-1].arg
        return (*self.facts, PrescribedDiagonal(right, self.lengths, OneMatrix(right.rows, 1)))

    def scale_free(self, name):
        """The minimum over all matrices Z without a column of length 0, of the objective at Z with its columns scaled to
        length one.
        """
        z = MatrixSymbol(name, *self.unknown.shape)
        unit, nonzero = UnitColumns(z, metric), Positive(ColumnNorms(z, metric))
        lengths = rules.normal_form(UnitColumnLength(unit, metric), [*declared, nonzero])
        bound = rules.discharge(rules.substitution(self.bound, {self.unknown: unit}, [nonzero]), lengths)
        feasible = rules.positive_constant(ColumnNorms(self.at, metric), self.levelled)
        reached = substitute(bound.statement.rhs, {z: self.at})
        witness = rules.normal_form(Equal(reached, bound.statement.lhs), self.levelled)
        return rules.attainment(bound, witness, z, self.at, [feasible])


@cache
def lower_bound():
    """sum_k [1 - (1 - nu/g_k)_+^2] + K - q - 2 nu K <= |Y'AY - I|^2 for all Y with unit columns and nu >= 0."""
    split, positive, _ = LEMMAS["positive-part"].statement.parts
    *_, basis, h, rest = split.arguments()
    part = Named("X", MatMul(DiagMatrix(at_values(sqrt(x), h)), Transpose(basis), metric, Y))  # r x K
    facts = (*given, UnitColumnLength(Y, metric), split, positive)
    others = {n: N, MatrixSymbol("X", r, K): part, MatrixSymbol("W", n, K): MatMul(rest, Y)}
    weyl = rules.lemma("weyl-monotonicity", others, facts)
    spectrum, paired = spectrum_of(part, shortfall, at_values(1 / x, h), facts)
    least = cheapest(filling, part, values, facts)
    missed = MatAdd(Y, MatMul(-1, basis, Transpose(basis), metric, Y))
    bound = rules.combination(
        AtMost(summed(filled.value.subs(a, 1 / x)) + K - q - 2 * nu * K, distance(Y)),
        [weyl, spectrum, paired, least],
        [S.One, S.NegativeOne, 2 * nu, S.One],
        remainder=[2 * nu * Trace(MatMul(Transpose(missed), metric, missed))],
        hypotheses=facts,
    )
    return rules.existence(bound, "positive-part", {})


def spectrum_of(part, function, costs, facts):
    """(the trace of a function of X'X as a sum over its eigenvalues, their pairing with ascending costs), for X `part`."""
    own = {r: part.rows, K: part.cols, MatrixSymbol("Y", r, K): part}
    spectrum = rules.lemma("gram-spectrum", own | {phi: Lambda(s, function)}, facts)
    return spectrum, rules.lemma("von-neumann-trace", own | {MatrixSymbol("a", r, 1): costs}, facts)


def cheapest(one_dimensional, part, vector, facts):
    """The least value of a function of s and a = 1/g, at every eigenvalue of X'X and 1/g_k, summed."""
    least = rules.part(rules.scalar_minimum(one_dimensional, s), 0)
    sigma = entry(Eigenvalues(MatMul(Transpose(part), part), vector.rows), k)
    at_k = {s: sigma, a: 1 / entry(vector, k)}
    return rules.sum_over(rules.substitution(least, at_k, facts), k, vector.rows)


def at_least_values(one_dimensional, vector, facts):
    """The function of s and a = 1/g at its minimiser is its least value, summed over a = 1/g_k."""
    reached = rules.part(rules.scalar_minimum(one_dimensional, s), 1)
    return rules.sum_over(rules.substitution(reached, {a: 1 / entry(vector, k)}, facts), k, vector.rows)


@cache
def water_filling():
    """(a) The lengths s_k = (1 - nu/g_k)_+ / g_k in the directions of the q = min(K, r) largest of the r positive
    eigenvalues of (A, M), nu such that sum_k s_k = K: the minimum is sum_k (1 - s_k g_k)^2 + K - q.
    """
    strength = filled.at.subs(a, 1 / x)  # s_k g_k
    lengths = at_values(strength / x)
    facts = (*given, Level(nu, lengths, K))
    value = summed((1 - strength) ** 2) + K - q
    there = at_least_values((1 - s) ** 2 + 2 * nu * a * s, values, facts)
    bound = rules.combination(AtMost(value, distance(Y)), [lower_bound(), there], hypotheses=facts)
    return Case(bound, Y, representation(vectors, lengths, rotation), facts, lengths)


@cache
def spare_length():
    """(b) The lengths 1/g_k do not use up K, and there is a direction b that A sees as -eta <= 0: it takes the rest, with as
    much more of one of the eigenvectors as makes up for eta. The minimum is K - q.
    """
    chosen, other = MatrixSymbol("c", q, 1), MatrixSymbol("b", N, 1)
    roots, inverse = at_values(x ** -Rational(1, 2)), at_values(1 / x)
    weights = MatAdd(roots, MatMul(sqrt(1 + rho * eta) - 1, HadamardProduct(chosen, roots)))
    columns = Named("F", MatAdd(MatMul(vectors, DiagMatrix(weights)), MatMul(sqrt(rho), other, Transpose(chosen))))
    lengths = MatAdd(inverse, MatMul(rho, chosen), MatMul(rho * eta, HadamardProduct(chosen, inverse)))
    facts = (*given, OtherDirection(matrix, metric, vectors, other, eta), OneEntry(chosen), Level(rho, lengths, K))
    bound = rules.substitution(lower_bound(), {nu: S.Zero})
    bound = rules.combination(AtMost(K - q, distance(Y)), [bound])
    return Case(bound, Y, MatMul(columns, Transpose(rotation)), facts, lengths)


@cache
def definite(sign):
    """(c) A is positive definite on the range of M, of r dimensions, and vanishes off it: the lengths have no other place to go.
    Those of |sign Y'AY - I|^2 are s_k = (nu/g_k + sign)_+ / g_k in the directions of the q = min(K, r) smallest eigenvalues,
    nu such that sum_k s_k = K: the minimum is sum_k (s_k g_k - sign)^2 + K - q.
    """
    whole, positive, first = LEMMAS["simultaneous-diagonalisation"].statement.parts
    _, _, basis, h, _ = whole.arguments()
    one_dimensional = (s - sign) ** 2 - 2 * nu * a * s
    strength = nonnegative_minimum(one_dimensional, s).at.subs(a, 1 / x)  # s_k g_k
    lengths = at_values(strength / x)
    pencil = Eigenpairs(matrix, metric, vectors, values, r)
    overflowing = (*declared, PositiveSemidefinite(matrix), pencil, Positive(values), Level(nu, lengths, K))
    facts = (*overflowing, UnitColumnLength(Y, metric), whole, positive, first)
    part = Named("X", MatMul(DiagMatrix(at_values(sqrt(x), h)), Transpose(basis), metric, Y))  # r x K
    costs = Lambda(x, -1 / x)
    spectrum, paired = spectrum_of(part, (s - sign) ** 2, h.applyfunc(costs), facts)
    least = cheapest(one_dimensional, part, values, facts)
    reached = at_least_values(one_dimensional, values, facts)
    bound = rules.combination(
        AtMost(summed((strength - sign) ** 2) + K - q, distance(Y, sign)),
        [spectrum, paired, least, reached],
        [S.NegativeOne, 2 * nu, S.One, S.One],
        hypotheses=facts,
    )
    ordered = rules.monotone(h, costs, (*declared, PositiveSemidefinite(matrix), whole, positive))
    bound = rules.discharge(bound, ordered)
    bound = rules.existence(bound, "simultaneous-diagonalisation", {})
    return Case(bound, Y, representation(vectors, lengths, rotation), overflowing, lengths, sign)


@result("unit-columns", cites=("balestriero2022",))
def unit_column_minima():
    """The least squared distance of U'AU to the identity, U the columns of Z scaled to length one in a metric. (i) Where the
    lengths 1/g_k of the positive eigenvalues exceed K, they are filled up to a common level. (ii) Where they do not, and some
    direction is not seen, or seen as negative, it takes the rest. (iii), (iv) Where A, or its negative, is definite, and
    the metric is a multiple of it and something semidefinite, the lengths overflow, in the directions of the smallest
    eigenvalues.
    """
    return [case.scale_free("Z") for case in all_cases()]


def all_cases():
    """The cases (a), (b), and (c) twice, for a relation that is positive and one that is negative definite."""
    return water_filling(), spare_length(), definite(1), definite(-1)
