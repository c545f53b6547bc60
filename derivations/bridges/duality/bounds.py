"""How far apart the two contrasts can be where all rows have one norm (Garrido et al. 2023, section 3).

The squares of the norms of the columns have a given sum then, so that their fourth powers sum to least where all columns
have one norm, and to most where all but one of them are zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sympy import (
    DiagonalMatrix,
    Expr,
    Identity,
    KroneckerDelta,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    S,
    Sum,
    Trace,
    sqrt,
    symbols,
)
from sympy.matrices.expressions.matexpr import MatrixElement, MatrixExpr

from derivations.bridges.duality.identity import (
    K,
    L_c,
    L_nc,
    N,
    Z,
    a,
    column_powers,
    duality,
    normalised,
)
from derivations.language.atoms import Named, SquaredNorm
from derivations.language.propositions import All, AtMost, Equal, EqualIff, OneEntry, PrescribedDiagonal, UnitLength
from derivations.language.substitute import substitute
from derivations.proof import rules
from derivations.proof.claim import Claim
from derivations.proof.result import result

k, l = symbols("k l", integer=True, nonnegative=True)


@dataclass(frozen=True)
class EqualRows:
    """A matrix M, n x m, that is Z or Z', and whose rows have the norm `a`."""

    matrix: MatrixExpr
    a: Expr = S.One

    @property
    def fact(self):
        return UnitLength(self.matrix, self.a)

    @property
    def powers(self):
        """|diag(M'M)|^2, the sum of the fourth powers of the norms of the columns."""
        return column_powers(self.matrix)

    @property
    def bounds(self):
        """(the least, the most) that the powers sum to."""
        n, m = self.matrix.shape
        return n**2 * self.a**4 / m, n**2 * self.a**4

    @property
    def contrasts(self):
        """(the least, the most) that L_nc can be beside L_c, for M = Z and a = 1."""
        least, most = self.bounds
        return L_c + N - most, L_c + N - least

    @property
    def squares(self):
        """(the squares of the norms of the columns, what they are if all are the same)."""
        n, m = self.matrix.shape
        return DiagonalMatrix(MatMul(self.matrix.T, self.matrix)), MatMul(n * self.a**2 / m, Identity(m))

    @property
    def distance(self):
        """|diag(M'M) - (n a^2/m) I|^2."""
        squares, same = self.squares
        return SquaredNorm(squares - same)

    @property
    def ends(self):
        """(Z, what is declared of it): with all columns of M the same, and with one of them only, which e chooses."""
        n, m = self.matrix.shape
        chosen = MatrixSymbol("e", m, 1)
        same, one = MatMul(self.a / sqrt(m), OneMatrix(n, m)), self.a * MatMul(OneMatrix(n, 1), chosen.T)
        for point, facts in ((same, ()), (one, (OneEntry(chosen),))):
            yield Named("Y", point if self.matrix == Z else point.T), facts

    def split(self):
        """The powers are the least and the distance."""
        return rules.normal_form(Equal(self.powers, self.bounds[0] + self.distance), [self.fact])

    def lower(self):
        claim = AtMost(self.bounds[0], self.powers)
        return rules.combination(claim, [self.split()], [S.NegativeOne], remainder=[self.distance])

    def upper(self):
        """What the powers lack of the most are the products of different squares."""
        m, gram = self.matrix.cols, MatMul(self.matrix.T, self.matrix)
        pair = (1 - KroneckerDelta(k, l)) * MatrixElement(gram, k, k) * MatrixElement(gram, l, l)
        products = Sum(pair, (k, 0, m - 1), (l, 0, m - 1))
        return rules.combination(AtMost(self.powers, self.bounds[1]), [], remainder=[products], hypotheses=[self.fact])

    def only(self):
        """The powers are the least exactly if the columns have one norm."""
        return rules.zero_distance(self.split(), EqualIff(self.powers, self.bounds[0], *self.squares), S.One)

    def met(self, *claims):
        """Both ends have rows of the norm a, and a claim holds at each."""
        for (end, facts), claim in zip(self.ends, claims, strict=True):
            yield rules.normal_form(All(_at(end, (self.fact, claim))), facts)

    def theorems(self):
        return self.lower(), self.upper(), self.only(), *self.met(*(Equal(self.powers, bound) for bound in self.bounds))


def _at(point, claims):
    """The claims at a value of Z."""
    return tuple(claim.map(partial(substitute, mapping={Z: point})) for claim in claims)


@result("duality-norm-bounds", cites=("garrido2023",))
def norm_bounds():
    """If all rows have one norm, the fourth powers of the norms of the columns have (i) a least and (ii) a largest sum, (iii) the
    least exactly if all columns have one norm. Both are attained, (iv) the least where all entries are the same, and (v) the
    largest where one column alone is not zero. (vi) to (x) say so of the rows if all columns have one norm.
    """
    return *EqualRows(Z, a).theorems(), *EqualRows(Z.T, a).theorems()


@result("duality-bounds", cites=("garrido2023",))
def contrast_bounds():
    """If all rows have norm one, the contrast between samples bounds that between dimensions (i) from below and (ii) from above.
    The upper bound is met (iii) exactly if all columns have one norm, (iv) such as where all entries are the same, and the
    lower one (v) where one column alone is not zero.
    """
    (whole, *_), rows = duality.theorems, EqualRows(Z)
    least, most = rows.contrasts
    below = rules.combination(AtMost(least, L_nc), [whole, rows.upper()], [S.NegativeOne, S.One])
    split = rules.combination(Equal(L_nc, most - rows.distance), [whole, rows.split()], [S.One, S.NegativeOne])
    above = rules.combination(AtMost(L_nc, most), [split], remainder=[rows.distance])
    only = rules.zero_distance(split, EqualIff(L_nc, most, *rows.squares), S.NegativeOne)
    return below, above, only, *rows.met(Equal(L_nc, most), Equal(L_nc, least))


def _rank_one():
    """Where the upper bound is met, Z'Z would have one eigenvalue at most that is not zero."""
    gram, (_, above) = MatMul(Z.T, Z), EqualRows(Z).contrasts
    collapsed = Equal(SquaredNorm(gram), Trace(gram) ** 2)
    return Claim(
        "The bounds are met by collapsed representations only.", collapsed, (UnitLength(Z), Equal(L_nc, above))
    )


@result("duality-collapse", cites=("garrido2023",), claimed=_rank_one)
def collapse():
    """The upper bound of the contrast between dimensions is met (i) by every Z with rows of norm one and columns of one norm. It
    has full rank where (ii) its columns are orthogonal, for N >= K, or (iii) its rows are, for N <= K: by the Schur-Horn
    theorem there are orthonormal columns R whose rows have the norms that this takes.
    """
    met, *_ = normalised.theorems
    claims = (UnitLength(Z), met.statement)
    return met, _orthogonal(Z, N / K, S.One, claims), _orthogonal(Z.T, S.One, N / K, claims)


def _orthogonal(matrix, columns, rows, claims):
    """M, that is Z or Z', has orthogonal columns and equal rows, of the given squared norms, and the claims hold."""
    n, m = matrix.shape
    rotation = MatrixSymbol("R", n, m)
    prescribed = PrescribedDiagonal(rotation, columns * OneMatrix(m, 1), rows * OneMatrix(n, 1))
    point = sqrt(columns) * rotation
    gram = Equal(MatMul(matrix.T, matrix), columns * Identity(m))
    at = Named("Y", point if matrix == Z else point.T)
    return rules.normal_form(All(_at(at, (gram, *claims))), [prescribed])
