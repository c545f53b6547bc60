"""The cited lemmas: everything that is taken from the literature without proof.

The list is closed. Each lemma is stated in the same language as the theorems, with a reference; an *existence* lemma
names the symbols that it provides. Each is tested on random instances on its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from sympy import (
    DiagMatrix,
    DiagonalOf,
    Function,
    Identity,
    Lambda,
    MatAdd,
    MatMul,
    MatrixSymbol,
    Max,
    Min,
    OneMatrix,
    Sum,
    Symbol,
    Trace,
    Transpose,
    sqrt,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import Eigenvalues, Leading, SpectralTrace, SquaredNorm
from derivations.language.propositions import (
    All,
    AllEigenpairs,
    Ascending,
    AtMost,
    Blocks,
    Eigenpairs,
    EntrywiseNonnegative,
    Equal,
    Level,
    LowestTwo,
    Majorised,
    Orthonormal,
    Positive,
    PositiveEigenpairs,
    PositivePart,
    PositiveSemidefinite,
    PrescribedDiagonal,
    Proposition,
    Rank,
    SingularPairs,
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


def _separated(gaps, matrix, count):
    """The gaps are nonnegative, and a trace is a sum over the `count` eigenvalues of the matrix: these are all."""
    spectral = Sum(phi(entry(Eigenvalues(matrix, count), k)), (k, 0, count - 1))
    return All((EntrywiseNonnegative(gaps), Equal(SpectralTrace(Lambda(s, phi(s)), matrix), spectral)))


def _poincare():
    factor, operator, y = MatrixSymbol("F", N, D), MatrixSymbol("S", N, N), MatrixSymbol("Y", D, K)
    vectors, values = MatrixSymbol("V", D, q), MatrixSymbol("lambda", q, 1)
    matrix, metric = (MatMul(Transpose(factor), *inner, factor) for inner in ([operator], []))
    compressed = MatMul(-1, Transpose(y), matrix, y)
    gaps = MatAdd(MatMul(-1, Eigenvalues(compressed, q)), MatMul(-1, values))
    return Lemma(
        "poincare-separation",
        "Poincare's separation theorem: no eigenvalue of a compression is below that of the same rank",
        "H. Poincare, Sur les equations aux derivees partielles de la physique mathematique, Amer. J. Math. 12 (1890) "
        "211-294; R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed. (2013), Corollary 4.3.37, for the compression of S "
        "to range(F), in which the columns of F Y are orthonormal: so K is at most its dimension r, and K = q",
        (Symmetric(operator), Eigenpairs(matrix, metric, vectors, values, r), Orthonormal(y, metric)),
        _separated(gaps, compressed, q),
    )


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
        "Poincare's separation theorem for singular values",
        "C. R. Rao, Separation theorems for singular values of matrices and their applications in multivariate analysis, J. "
        "Multivariate Anal. 9 (1979) 362-377: no singular value of Y_a'F_a'F_b Y_b exceeds that of F_a'F_b of the same "
        "rank; and no eigenvalue of T + T' exceeds twice that singular value of T, R. A. Horn and C. R. Johnson, Topics in "
        "Matrix Analysis (1991), Corollary 3.1.5",
        (
            SingularPairs(cross, ours, theirs, left, right, values),
            Orthonormal(y_a, ours),
            Orthonormal(y_b, theirs),
        ),
        _separated(gaps, both_orders, K),
    )


def _jordan_wielandt():
    first, second = (MatrixSymbol(f"F_{x}", N, dimension(f"D_{x}")) for x in "ab")
    ours, theirs = (MatMul(Transpose(f), f) for f in (first, second))
    cross = MatMul(Transpose(first), second)
    left, right, values = MatrixSymbol("U", first.cols, q), MatrixSymbol("V", second.cols, q), MatrixSymbol("rho", q, 1)
    both = first.cols + second.cols
    above, below = MatrixSymbol("J_a", both, first.cols), MatrixSymbol("J_b", both, second.cols)
    relation = MatAdd(
        MatMul(above, cross, Transpose(below)),
        MatMul(below, Transpose(cross), Transpose(above)),
    )
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


def _schur():
    y = MatrixSymbol("Y", r, K)
    gram = MatMul(Transpose(y), y)
    return Lemma(
        "schur-majorisation",
        "Schur's theorem: the diagonal of a symmetric matrix is majorised by its eigenvalues",
        "I. Schur, Ueber eine Klasse von Mittelbildungen mit Anwendungen auf die Determinantentheorie, Sitzungsber. Berliner "
        "Math. Ges. 22 (1923) 9-20; R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed. (2013), Theorem 4.3.45, for a Gram "
        "matrix, of whose K eigenvalues all but r are 0",
        (),
        Majorised(DiagonalOf(gram), Eigenvalues(gram, q)),
    )


def _schur_horn():
    values, diagonal, rotation = MatrixSymbol("s", q, 1), MatrixSymbol("d", K, 1), MatrixSymbol("R", K, q)
    return Lemma(
        "schur-horn",
        "Schur-Horn theorem: a rotation to every diagonal that the eigenvalues majorise",
        "A. Horn, Doubly stochastic matrices and the diagonal of a rotation matrix, Amer. J. Math. 76 (1954) 620-630",
        (Majorised(diagonal, values),),
        PrescribedDiagonal(rotation, values, diagonal),
        (rotation,),
    )


def _mean():
    values, m = MatrixSymbol("s", q, 1), Symbol("m", real=True)
    return Lemma(
        "mean-majorised",
        "The constant vector is majorised by every vector of the same sum",
        "G. H. Hardy, J. E. Littlewood and G. Polya, Inequalities, 2nd ed. (1952), section 2.18",
        (Level(m, values, K * m),),
        Majorised(MatMul(m, OneMatrix(K, 1)), values),
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
            _poincare(),
            _singular_separation(),
            _jordan_wielandt(),
            _spectral_gap(),
            _positive_part(),
            _simultaneous_diagonalisation(),
            _weyl(),
            _schur(),
            _schur_horn(),
            _mean(),
            _greedy(),
        )
    }
)
