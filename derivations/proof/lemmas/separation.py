"""Lemmas that bound eigenvalues one by one: of compressions, of products, and beside the lowest."""

from __future__ import annotations

from sympy import Lambda, MatAdd, MatMul, MatrixSymbol, Sum, Symbol, Transpose

from derivations.language.atoms import Eigenvalues, SpectralTrace
from derivations.language.propositions import (
    All,
    AtMost,
    Eigenpairs,
    EntrywiseNonnegative,
    Equal,
    LowestTwo,
    Orthonormal,
    PositiveSemidefinite,
    SingularPairs,
    Symmetric,
)
from derivations.proof.lemmas.lemma import D, K, Lemma, N, cited, dimension, entry, k, phi, q, r, s


def _separated(gaps, matrix, count):
    """The gaps are nonnegative, and a trace is a sum over the `count` eigenvalues of the matrix: these are all."""
    spectral = Sum(phi(entry(Eigenvalues(matrix, count), k)), (k, 0, count - 1))
    return All((EntrywiseNonnegative(gaps), Equal(SpectralTrace(Lambda(s, phi(s)), matrix), spectral)))


@cited
def _poincare():
    factor, operator, y = MatrixSymbol("F", N, D), MatrixSymbol("S", N, N), MatrixSymbol("Y", D, K)
    vectors, values = MatrixSymbol("V", D, q), MatrixSymbol("lambda", q, 1)
    matrix, metric = (MatMul(Transpose(factor), *inner, factor) for inner in ([operator], []))
    compressed = MatMul(-1, Transpose(y), matrix, y)
    gaps = MatAdd(MatMul(-1, Eigenvalues(compressed, q)), MatMul(-1, values))
    return Lemma(
        "poincare-separation",
        "Poincaré's separation theorem: no eigenvalue of a compression is below that of the same rank",
        "H. Poincaré, Sur les équations aux dérivées partielles de la physique mathematique, Amer. J. Math. 12 (1890) "
        "211-294; R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed. (2013), Corollary 4.3.37, for the compression of S "
        "to range(F), in which the columns of F Y are orthonormal: so K is at most its dimension r, and K = q",
        (Symmetric(operator), Eigenpairs(matrix, metric, vectors, values, r), Orthonormal(y, metric)),
        _separated(gaps, compressed, q),
    )


@cited
def _singular_separation():
    first, second = (MatrixSymbol(f"F_{x}", N, dimension(f"D_{x}")) for x in "ab")
    ours, theirs = (MatMul(Transpose(f), f) for f in (first, second))
    cross = MatMul(Transpose(first), second)
    left, right, values = MatrixSymbol("U", first.cols, K), MatrixSymbol("V", second.cols, K), MatrixSymbol("rho", K, 1)
    y_a, y_b = MatrixSymbol("Y_a", first.cols, K), MatrixSymbol("Y_b", second.cols, K)
    paired = MatMul(Transpose(y_a), cross, y_b)
    both_orders = MatAdd(paired, Transpose(paired))
    gaps = MatAdd(MatMul(2, values), MatMul(-1, Eigenvalues(both_orders, K)))
    return Lemma(
        "singular-separation",
        "Poincaré's separation theorem for singular values",
        "C. R. Rao, Separation theorems for singular values of matrices and their applications in multivariate analysis, J. "
        "Multivariate Anal. 9 (1979) 362-377: no singular value of Y_a'F_a'F_b Y_b exceeds that of F_a'F_b of the same "
        "rank; and no eigenvalue of T + T' exceeds twice that singular value of T, R. A. Horn and C. R. Johnson, Topics in "
        "Matrix Analysis (1991), Corollary 3.1.5",
        (SingularPairs(cross, ours, theirs, left, right, values), Orthonormal(y_a, ours), Orthonormal(y_b, theirs)),
        _separated(gaps, both_orders, K),
    )


@cited
def _spectral_gap():
    factor, operator = MatrixSymbol("F", N, D), MatrixSymbol("S", N, N)
    first, second = MatrixSymbol("v", D, 1), MatrixSymbol("w", D, 1)
    smallest, following = Symbol("a", real=True), Symbol("b", real=True)
    matrix, metric = MatMul(Transpose(factor), operator, factor), MatMul(Transpose(factor), factor)
    along = MatMul(metric, first, Transpose(first), metric)
    rest = MatAdd(metric, MatMul(-1, along))
    return Lemma(
        "spectral-gap",
        "Courant and Fischer: on the complement of the lowest eigenvector, no value is below the second eigenvalue",
        "R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed. (2013), Theorem 4.2.6, for the compression of S to range(F)",
        (Symmetric(operator), LowestTwo(matrix, metric, first, smallest, second, following)),
        All(
            (
                PositiveSemidefinite(MatAdd(matrix, MatMul(-smallest, along), MatMul(-following, rest))),
                AtMost(smallest, following),
            )
        ),
    )
