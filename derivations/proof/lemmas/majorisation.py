"""Lemmas on diagonals and eigenvalues, and on the best choice of several numbers."""

from __future__ import annotations

from sympy import DiagonalOf, MatMul, MatrixSymbol, Min, OneMatrix, Sum, Symbol, Transpose

from derivations.language.atoms import Eigenvalues, Leading
from derivations.language.propositions import AtMost, Level, Majorised, PrescribedDiagonal, Unimprovable
from derivations.proof.lemmas.lemma import K, Lemma, cited, entry, k, n, q, r


@cited
def _schur():
    y = MatrixSymbol("Y", r, K)
    gram = MatMul(Transpose(y), y)
    return Lemma(
        "schur-majorisation",
        "Schur's theorem: the diagonal of a symmetric matrix is majorised by its eigenvalues",
        "I. Schur, Über eine Klasse von Mittelbildungen mit Anwendungen auf die Determinantentheorie, Sitzungsber. Berliner "
        "Math. Ges. 22 (1923) 9-20; R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed. (2013), Theorem 4.3.45, for a Gram "
        "matrix, of whose K eigenvalues all but r are 0",
        (),
        Majorised(DiagonalOf(gram), Eigenvalues(gram, q)),
    )


@cited
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


@cited
def _mean():
    values, m = MatrixSymbol("s", q, 1), Symbol("m", real=True)
    return Lemma(
        "mean-majorised",
        "The constant vector is majorised by every vector of the same sum",
        "G. H. Hardy, J. E. Littlewood and G. Pólya, Inequalities, 2nd ed. (1952), section 2.18",
        (Level(m, values, K * m),),
        Majorised(MatMul(m, OneMatrix(K, 1)), values),
    )


@cited
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
