"""The duality of contrast between samples and contrast between dimensions (Garrido et al. 2023, section 3).

Sample-contrastive criteria ask the rows of Z to be orthogonal, and dimension-contrastive ones the columns: they penalise
what a Gram matrix has off its diagonal. Z Z' and Z'Z have the same squared norm, so that the two contrasts differ by what is
on the diagonals, the fourth powers of the norms of rows and columns.
"""

from __future__ import annotations

from sympy import (
    DiagonalMatrix,
    MatAdd,
    MatMul,
    MatrixSymbol,
    S,
    Trace,
    Transpose,
    ZeroMatrix,
    sqrt,
    symbols,
)

from derivations.language.atoms import Named, SquaredNorm
from derivations.language.propositions import All, Equal, UnitLength
from derivations.losses.contrastive.repulsion import off_diagonal
from derivations.proof import rules
from derivations.proof.claim import Claim
from derivations.proof.result import result

N, K = symbols("N K", integer=True, positive=True)  # samples, dimensions
a, b = symbols("a b", nonnegative=True)  # norms of rows, and of columns
Z = MatrixSymbol("Z", N, K)  # representation, a row a sample
F = MatrixSymbol("F", N, K)  # any direction


def sample_contrast(matrix):
    """L_c = |M M' - diag(M M')|^2, the sum of the squared products of different rows of a matrix M."""
    return off_diagonal(MatMul(matrix, matrix.T))


def dimension_contrast(matrix):
    """L_nc = |M'M - diag(M'M)|^2, the sum of the squared products of different columns of a matrix M."""
    return sample_contrast(matrix.T)


def row_powers(matrix):
    """|diag(M M')|^2, the sum of the fourth powers of the norms of the rows of a matrix M."""
    return SquaredNorm(DiagonalMatrix(MatMul(matrix, matrix.T)))


def column_powers(matrix):
    """|diag(M'M)|^2, the sum of the fourth powers of the norms of the columns of a matrix M."""
    return row_powers(matrix.T)


L_c, L_nc = sample_contrast(Z), dimension_contrast(Z)


@result("duality", cites=("garrido2023",))
def duality():
    """Contrast between dimensions is the sum of the squared products of different columns, and contrast between samples that of
    different rows. For every Z (i) the two differ by the fourth powers of the norms of the columns and of the rows, and (iv)
    their gradients, (ii) and (iii), by those of the powers.
    """
    functions = (L_nc, L_c, column_powers(Z), row_powers(Z))
    between, among, of_columns, of_rows = (rules.adjoint(f, Z) for f in functions)
    sides = ((between, of_columns), (among, of_rows))
    slopes = Equal(*(MatAdd(*(t.statement.value for t in side)) for side in sides))
    whole = Equal(L_nc + column_powers(Z), L_c + row_powers(Z))
    return rules.normal_form(whole), between, among, rules.normal_form(slopes)


def gradients():
    """(the gradient of L_nc, that of L_c), as derived."""
    _, between, among, _ = duality.theorems
    return between.statement.value, among.statement.value


def norms(a, b):
    """(rows of norm a, columns of norm b)."""
    return UnitLength(Z, a), UnitLength(Transpose(Z), b)


def apart(a, b):
    """L_nc = L_c + N a^4 - K b^4 for rows of norm a and columns of norm b."""
    whole, *_ = duality.theorems
    rows, columns = norms(a, b)
    of_rows = rules.normal_form(Equal(row_powers(Z), N * a**4), [rows])
    of_columns = rules.normal_form(Equal(column_powers(Z), K * b**4), [columns])
    signs = [S.One, S.One, S.NegativeOne]
    return rules.combination(Equal(L_nc, L_c + N * a**4 - K * b**4), [whole, of_rows, of_columns], signs)


def counted(a, b):
    """N a^2 = K b^2 for rows of norm a and columns of norm b: both are the squared norm of Z."""
    totals = zip((N * a**2, K * b**2), norms(a, b), strict=True)
    by_rows, by_columns = (rules.normal_form(Equal(SquaredNorm(Z), total), [fact]) for total, fact in totals)
    return rules.combination(Equal(N * a**2, K * b**2), [by_rows, by_columns], [S.NegativeOne, S.One])


@result("duality-normalised", cites=("garrido2023",))
def normalised():
    """With rows of norm one and columns of one norm the two contrasts differ (i) by a constant, and their gradients (ii) by a
    multiple of Z. Along every direction V that keeps the norms of the rows to first order, which is (iii) what projection
    leaves of any F, the derivatives are the same, and so they are (iv) along those that keep the norms of the columns: the
    gradients on the set of such Z agree.
    """
    a, b = S.One, sqrt(N / K)
    facts, (between, among) = norms(a, b), gradients()
    slopes = rules.normal_form(Equal(between, MatAdd(among, MatMul(4 * (a**2 - b**2), Z))), facts)
    rows = Named("V", MatAdd(F, MatMul(-1, DiagonalMatrix(MatMul(F, Transpose(Z))), Z)))
    columns = Named("V", MatAdd(F, MatMul(-K / N, Z, DiagonalMatrix(MatMul(Transpose(Z), F)))))
    products = ((rows, MatMul(Z, Transpose(rows))), (columns, MatMul(Transpose(Z), columns)))
    return apart(a, b), slopes, *(_along(*pair, facts) for pair in products)


def _along(direction, product, facts):
    """The product of Z and the direction has the diagonal 0, and both contrasts have the same derivative along it."""
    kept = Equal(DiagonalMatrix(product), ZeroMatrix(*product.shape))
    derivatives = (Trace(MatMul(Transpose(direction), slope)) for slope in gradients())
    return rules.normal_form(All((kept, Equal(*derivatives))), facts)


def _by_counting():
    """The constant would be N - K, also where the columns have the one norm that they can have."""
    return Claim(
        "If rows and columns are normalised, the two contrasts differ by N - K.",
        Equal(L_nc, L_c + N - K),
        norms(S.One, sqrt(N / K)),
    )


@result("duality-constant", cites=("garrido2023",), claimed=_by_counting)
def constant():
    """(i) The squared norm of Z ties the norms of the rows to those of the columns, so that both can be one (ii) for N = K only,
    where (iii) the contrasts are equal. With rows of norm one and columns of the norm that this leaves, sqrt(N/K), the
    contrasts differ by N (1 - N/K).
    """
    square = counted(S.One, S.One)
    difference = apart(S.One, S.One)
    return counted(a, b), square, rules.combination(Equal(L_nc, L_c), [difference, square])
