"""The cited lemmas: everything that is taken from the literature without proof.

The list is closed. Each lemma is stated in the same language as the theorems, with a reference; an *existence* lemma
names the symbols that it provides. Each is tested on random instances on its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from sympy import (
    DiagMatrix,
    Function,
    Identity,
    Lambda,
    MatAdd,
    MatMul,
    MatrixSymbol,
    Max,
    Min,
    Sum,
    Symbol,
    Trace,
    Transpose,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import Eigenvalues, Leading, SpectralTrace, SquaredNorm
from derivations.language.propositions import (
    All,
    Ascending,
    AtMost,
    ConstantDiagonal,
    Eigenpairs,
    Equal,
    Level,
    Orthonormal,
    Positive,
    PositiveEigenpairs,
    PositivePart,
    Proposition,
    SpectralBasis,
    Symmetric,
    Unimprovable,
)


@dataclass(frozen=True)
class Lemma:
    """`hypotheses |- statement`, or `hypotheses |- there are symbols `provides` such that statement`."""

    name: str
    title: str
    reference: str
    hypotheses: tuple[Proposition, ...]
    statement: Proposition
    provides: tuple = ()


def dimension(name):
    return Symbol(name, integer=True, positive=True)


def entry(vector, k):
    """The k-th entry of a column vector, unexpanded."""
    return MatrixElement(vector, k, 0)


N, D, K = map(dimension, ("N", "D", "K"))
r, n = (Symbol(name, integer=True, nonnegative=True) for name in ("r", "n"))  # a rank, a number of values
k = Symbol("k", integer=True, nonnegative=True)
s = Symbol("s", real=True)
phi = Function("phi")
q = Min(K, r)


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
        (Symmetric(matrix), PositiveEigenpairs(matrix, metric, vectors, values, r)),
        All((split, Positive(spectrum), Ascending(spectrum.applyfunc(Lambda(x, 1 / x))))),
        (basis, spectrum, rest),
    )


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


def _schur_horn():
    d, m = MatrixSymbol("d", q, 1), Symbol("m", real=True)
    rotation = MatrixSymbol("R", K, q)
    return Lemma(
        "schur-horn",
        "Schur-Horn theorem: a rotation with constant diagonal",
        "A. Horn, Doubly stochastic matrices and the diagonal of a rotation matrix, Amer. J. Math. 76 (1954) 620-630: "
        "the constant vector is majorised by every vector of the same sum",
        (Level(m, d, K * m),),
        ConstantDiagonal(rotation, d, m),
        (rotation,),
    )


def _greedy():
    values, selection = MatrixSymbol("g", n, 1), MatrixSymbol("S", n, K)
    some = MatMul(Transpose(Leading(n, Min(K, n))), values)
    own = MatMul(Transpose(selection), values)
    return Lemma(
        "greedy-exchange",
        "A choice of K numbers that no single exchange improves is the best choice",
        "J. Edmonds, Matroids and the greedy algorithm, Math. Programming 1 (1971) 127-136, for the uniform matroid; a "
        "column without an entry counts as 0",
        (Unimprovable(selection, values),),
        AtMost(Sum(entry(some, k), (k, 0, Min(K, n) - 1)), Sum(entry(own, k), (k, 0, K - 1))),
    )


LEMMAS = MappingProxyType(
    {
        lemma.name: lemma
        for lemma in (
            _von_neumann(),
            _gram_spectrum(),
            _diagonal_spectrum(),
            _spectral_theorem(),
            _positive_part(),
            _weyl(),
            _schur_horn(),
            _greedy(),
        )
    }
)
