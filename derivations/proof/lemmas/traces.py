"""Lemmas on the eigenvalues of Gram matrices, and what a trace makes of them."""

from __future__ import annotations

from sympy import DiagMatrix, Identity, Lambda, MatAdd, MatMul, MatrixSymbol, Max, Sum, Symbol, Trace, Transpose, log

from derivations.language.atoms import Eigenvalues, Leading, SpectralTrace, SquaredNorm
from derivations.language.determinant import LogDet
from derivations.language.propositions import Ascending, AtMost, Equal, Orthonormal, Positive, Symmetric
from derivations.proof.lemmas.lemma import K, Lemma, N, cited, entry, k, n, phi, q, r, s

c = Symbol("c", positive=True)


@cited
def _von_neumann():
    y, a = MatrixSymbol("Y", r, K), MatrixSymbol("a", r, 1)
    gram = MatMul(Transpose(y), y)
    smallest = MatMul(Transpose(Leading(r, q)), a)
    paired = Sum(entry(smallest, k) * entry(Eigenvalues(gram, q), k), (k, 0, q - 1))
    return Lemma(
        "von-neumann-trace",
        "von Neumann's trace inequality",
        "J. von Neumann, Some matrix-inequalities and metrization of matric-space, Tomsk Univ. Rev. 1 (1937) 286-300; "
        "in the symmetric form: R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed. (2013), Theorem 4.3.53",
        (Ascending(a),),
        AtMost(paired, Trace(MatMul(Transpose(y), DiagMatrix(a), y))),
    )


@cited
def _gram_spectrum():
    y = MatrixSymbol("Y", r, K)
    gram = MatMul(Transpose(y), y)
    return Lemma(
        "gram-spectrum",
        "A Gram matrix has the nonzero spectrum of its factor",
        "R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed. (2013), Theorem 1.3.22",
        (),
        Equal(
            SpectralTrace(Lambda(s, phi(s)), gram),
            Sum(phi(entry(Eigenvalues(gram, q), k)), (k, 0, q - 1)) + (K - q) * phi(0),
        ),
    )


@cited
def _diagonal_spectrum():
    rotation, d = MatrixSymbol("R", K, q), MatrixSymbol("d", q, 1)
    return Lemma(
        "diagonal-spectrum",
        "R diag(d) R' with orthonormal columns R has the eigenvalues d, and 0",
        "R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed. (2013), Theorem 1.3.22",
        (Orthonormal(rotation),),
        Equal(
            SpectralTrace(Lambda(s, phi(s)), MatMul(rotation, DiagMatrix(d), Transpose(rotation))),
            Sum(phi(entry(d, k)), (k, 0, q - 1)) + (K - q) * phi(0),
        ),
    )


@cited
def _determinant():
    y = MatrixSymbol("Y", r, K)
    gram = MatMul(Transpose(y), y)
    return Lemma(
        "determinant-eigenvalues",
        "The determinant is the product of the eigenvalues",
        "R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed. (2013), section 1.2, for I + c Y'Y, whose eigenvalues are 1 + "
        "c s >= 1 for those of Y'Y, s",
        (),
        Equal(LogDet(MatAdd(Identity(K), MatMul(c, gram))), SpectralTrace(Lambda(s, log(1 + c * s)), gram)),
    )


@cited
def _log_determinant():
    x = MatrixSymbol("X", K, K)
    return Lemma(
        "log-determinant",
        "The logarithm of a determinant is the sum of those of the eigenvalues, if they are positive",
        "R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed. (2013), section 1.2: the determinant is their product",
        (Symmetric(x), Positive(Eigenvalues(x, K))),
        Equal(LogDet(x), SpectralTrace(Lambda(s, log(s)), x)),
    )


@cited
def _spectral_mapping():
    x, shift, scale = MatrixSymbol("X", K, K), Symbol("a", real=True), Symbol("b", real=True)
    moved = MatAdd(MatMul(shift, Identity(K)), MatMul(scale, x))
    return Lemma(
        "spectral-mapping",
        "The eigenvalues of a I + b X are a + b x for those of X, x",
        "R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed. (2013), Theorem 2.4.2, for a polynomial of degree one",
        (Symmetric(x),),
        Equal(SpectralTrace(Lambda(s, phi(s)), moved), SpectralTrace(Lambda(s, phi(shift + scale * s)), x)),
    )


@cited
def _sylvester():
    y = MatrixSymbol("Y", N, K)
    columns, rows = (MatMul(c, *pair) for pair in ((Transpose(y), y), (y, Transpose(y))))
    return Lemma(
        "sylvester-determinant",
        "Sylvester's determinant identity",
        "J. J. Sylvester, On the relation between the minor determinants of linearly equivalent quadratic functions, Philos. "
        "Mag. 1 (1851) 295-305; R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed. (2013), Theorem 1.3.22: det(I + A B) = "
        "det(I + B A), for A = c Y' and B = Y",
        (),
        Equal(LogDet(MatAdd(Identity(K), columns)), LogDet(MatAdd(Identity(N), rows))),
    )


@cited
def _positive_spectrum():
    rotation, d = MatrixSymbol("R", K, q), MatrixSymbol("d", q, 1)
    return Lemma(
        "positive-spectrum",
        "R diag(d) R' with orthonormal columns R and positive d has as many positive eigenvalues",
        "R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed. (2013), Theorem 1.3.22",
        (Orthonormal(rotation), Positive(d)),
        Positive(Eigenvalues(MatMul(rotation, DiagMatrix(d), Transpose(rotation)), q)),
    )


@cited
def _weyl():
    x, w = MatrixSymbol("X", r, K), MatrixSymbol("W", n, K)
    gram, rest = MatMul(Transpose(x), x), MatMul(Transpose(w), w)
    return Lemma(
        "weyl-monotonicity",
        "Weyl's monotonicity theorem, for the squared shortfall from one",
        "H. Weyl, Das asymptotische Verteilungsgesetz der Eigenwerte linearer partieller Differentialgleichungen, Math. "
        "Ann. 71 (1912) 441-479; R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed. (2013), Corollary 4.3.12: no "
        "eigenvalue of X'X - W'W exceeds that of X'X, and |B - I|^2 is the sum of (1 - x)^2 over the eigenvalues of B",
        (),
        AtMost(
            SpectralTrace(Lambda(s, Max(0, 1 - s) ** 2), gram),
            SquaredNorm(MatAdd(gram, MatMul(-1, rest), MatMul(-1, Identity(K)))),
        ),
    )
