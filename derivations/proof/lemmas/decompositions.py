"""Lemmas that a matrix, or two, are diagonal in a basis."""

from __future__ import annotations

from sympy import Lambda, MatAdd, MatMul, MatrixSymbol, Min, Symbol, Transpose, sqrt

from derivations.language.atoms import Leading
from derivations.language.propositions import (
    All,
    AllEigenpairs,
    Ascending,
    Blocks,
    Eigenpairs,
    Equal,
    Invertible,
    Orthonormal,
    OrthonormalFactor,
    Positive,
    PositiveDefinite,
    PositiveEigenpairs,
    PositivePart,
    PositiveSemidefinite,
    Rank,
    SingularPairs,
    SpectralBasis,
    Symmetric,
)
from derivations.proof.lemmas.lemma import D, K, Lemma, N, cited, dimension, q, r


@cited
def _spectral_theorem():
    factor, operator = MatrixSymbol("F", N, D), MatrixSymbol("S", N, N)
    vectors, values = MatrixSymbol("V", D, q), MatrixSymbol("lambda", q, 1)
    basis, coordinates, spectrum = MatrixSymbol("U", N, r), MatrixSymbol("T", r, D), MatrixSymbol("a", r, 1)
    matrix = MatMul(Transpose(factor), operator, factor)
    metric = MatMul(Transpose(factor), factor)
    return Lemma(
        "spectral-theorem",
        "Spectral theorem: bottom eigenvectors extend to a basis that diagonalises",
        "R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed. (2013), Theorem 2.5.6, for the compression of S to "
        "range(F): the columns of F V are orthonormal eigenvectors of it, and eigenvectors of the orthogonal complement "
        "complete them; V belongs to the smallest eigenvalues, so the rest is not smaller",
        (Symmetric(operator), Eigenpairs(matrix, metric, vectors, values, r)),
        All((SpectralBasis(factor, operator, vectors, values, basis, coordinates, spectrum), Ascending(spectrum))),
        (basis, coordinates, spectrum),
    )


@cited
def _whitening():
    matrix, whitening = (MatrixSymbol(name, K, K) for name in "MT")
    return Lemma(
        "whitening",
        "A symmetric positive definite matrix is whitened by an invertible one",
        "R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed. (2013), Corollary 7.2.9 (Cholesky factorization): with M = "
        "X X', X lower triangular of positive diagonal, T is the inverse of X'",
        (Symmetric(matrix), PositiveDefinite(matrix)),
        All((Orthonormal(whitening, matrix), Invertible(whitening))),
        (whitening,),
    )


@cited
def _orthonormal_basis():
    matrix = MatrixSymbol("M", N, K)
    basis, coordinates = MatrixSymbol("U", N, Min(K, N)), MatrixSymbol("B", Min(K, N), K)
    return Lemma(
        "orthonormal-basis",
        "QR factorisation: the columns of a matrix are combinations of as many orthonormal ones, or of a whole basis",
        "R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed. (2013), Theorem 2.1.14; for more columns than rows, of U = I",
        (),
        OrthonormalFactor(matrix, basis, coordinates),
        (basis, coordinates),
    )


@cited
def _positive_part():
    matrix, metric = MatrixSymbol("A", N, N), MatrixSymbol("M", N, N)
    vectors, values = MatrixSymbol("V", N, q), MatrixSymbol("g", q, 1)
    basis, spectrum, rest = MatrixSymbol("P", N, r), MatrixSymbol("h", r, 1), MatrixSymbol("W", N, N)
    x = Symbol("x", positive=True)
    split = PositivePart(matrix, metric, vectors, values, basis, spectrum, rest)
    return Lemma(
        "positive-part",
        "Spectral theorem: a symmetric matrix is its positive part less its negative part",
        "R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed. (2013), Theorem 2.5.6, for the pencil (A, M) on range(M), "
        "with its eigenpairs told apart by the sign of the eigenvalue; the first of the positive ones are V and g",
        (
            Symmetric(matrix),
            Symmetric(metric),
            PositiveSemidefinite(metric),
            PositiveEigenpairs(matrix, metric, vectors, values, r),
        ),
        All((split, Positive(spectrum), Ascending(spectrum.applyfunc(Lambda(x, 1 / x))))),
        (basis, spectrum, rest),
    )


@cited
def _simultaneous_diagonalisation():
    matrix, surplus, metric = (MatrixSymbol(name, N, N) for name in "ABM")
    vectors, values = MatrixSymbol("V", N, q), MatrixSymbol("g", q, 1)
    basis, spectrum = MatrixSymbol("P", N, r), MatrixSymbol("h", r, 1)
    kappa, x = Symbol("kappa", positive=True), Symbol("x", positive=True)
    inverses, smallest = (v.applyfunc(Lambda(x, 1 / x)) for v in (spectrum, values))
    return Lemma(
        "simultaneous-diagonalisation",
        "Two positive semidefinite matrices are diagonal in one basis",
        "R. W. Newcomb, On the simultaneous diagonalization of two semi-definite matrices, Quart. Appl. Math. 19 (1961) "
        "144-146, for A and M = kappa A + B, so that A vanishes where M does; the smallest eigenvalues of the pencil (A, M) "
        "are the first of all, and positive, so all are",
        (
            *(fact(m) for m in (matrix, surplus) for fact in (Symmetric, PositiveSemidefinite)),
            Equal(metric, MatAdd(MatMul(kappa, matrix), surplus)),
            Eigenpairs(matrix, metric, vectors, values, r),
            Positive(values),
        ),
        All(
            (
                AllEigenpairs(matrix, metric, basis, spectrum, r),
                Positive(spectrum),
                Equal(MatMul(Transpose(Leading(r, q)), inverses), smallest),
            )
        ),
        (basis, spectrum),
    )


@cited
def _jordan_wielandt():
    first, second = (MatrixSymbol(f"F_{x}", N, dimension(f"D_{x}")) for x in "ab")
    ours, theirs = (MatMul(Transpose(f), f) for f in (first, second))
    cross = MatMul(Transpose(first), second)
    left, right, values = MatrixSymbol("U", first.cols, q), MatrixSymbol("V", second.cols, q), MatrixSymbol("rho", q, 1)
    both = first.cols + second.cols
    above, below = MatrixSymbol("J_a", both, first.cols), MatrixSymbol("J_b", both, second.cols)
    relation = MatAdd(MatMul(above, cross, Transpose(below)), MatMul(below, Transpose(cross), Transpose(above)))
    metric = MatAdd(MatMul(above, ours, Transpose(above)), MatMul(below, theirs, Transpose(below)))
    stacked = MatMul(1 / sqrt(2), MatAdd(MatMul(above, left), MatMul(below, right)))
    return Lemma(
        "jordan-wielandt",
        "Jordan and Wielandt: singular pairs are the positive eigenpairs of the matrix with M and M' off the diagonal",
        "R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed. (2013), Theorem 7.3.3, in bases of range(F_a) and range(F_b): "
        "the eigenvalues other than 0 are the singular values and their negatives, as many as the rank each",
        (SingularPairs(cross, ours, theirs, left, right, values), Rank(cross, r), Blocks(above, below)),
        PositiveEigenpairs(relation, metric, stacked, values, r),
    )
