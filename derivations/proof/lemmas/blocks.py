"""Lemmas on entries, eigenvectors and eigenvalues in two groups: the first K of them, and m others."""

from __future__ import annotations

from sympy import DiagMatrix, Lambda, MatAdd, MatMul, MatrixSymbol, Sum, Transpose

from derivations.language.atoms import SpectralTrace
from derivations.language.propositions import Blocks, Eigenpairs, Equal, Orthonormal, Symmetric
from derivations.proof.lemmas.lemma import D, K, Lemma, N, cited, dimension, entry, k, phi, r, s

m = dimension("m")
first, others = MatrixSymbol("J_1", K + m, K), MatrixSymbol("J_2", K + m, m)
blocks = Blocks(first, others)


@cited
def _split_sum():
    x, y = (MatrixSymbol(name, K + m, 1) for name in "xy")

    def total(select=None):
        """The sum of phi(x_k) + y_k x_k over the entries that are selected."""
        own, theirs = (v if select is None else MatMul(Transpose(select), v) for v in (x, y))
        return Sum(phi(entry(own, k)) + entry(theirs, k) * entry(own, k), (k, 0, own.rows - 1))

    return Lemma(
        "split-sum",
        "A sum over the entries of vectors is the sum over those of their blocks",
        "R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed. (2013), section 0.7.2, on products of partitioned matrices",
        (blocks,),
        Equal(total(), total(first) + total(others)),
    )


@cited
def _first_eigenpairs():
    factor, operator = MatrixSymbol("F", N, D), MatrixSymbol("S", N, N)
    vectors, values = MatrixSymbol("V", D, K + m), MatrixSymbol("lambda", K + m, 1)
    matrix, metric = (MatMul(Transpose(factor), *inner, factor) for inner in ([operator], []))
    return Lemma(
        "first-eigenpairs",
        "Of the eigenpairs with the smallest eigenvalues, in ascending order, the first have the smallest of all",
        "R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed. (2013), section 4.2, on how eigenvalues are counted",
        (Symmetric(operator), blocks, Eigenpairs(matrix, metric, vectors, values, r)),
        Eigenpairs(matrix, metric, MatMul(vectors, first), MatMul(Transpose(first), values), r),
    )


@cited
def _block_spectrum():
    rotation, t, u = MatrixSymbol("R", K + m, K + m), MatrixSymbol("t", K, 1), MatrixSymbol("u", m, 1)
    parts = (MatMul(select, DiagMatrix(d), Transpose(select)) for select, d in ((first, t), (others, u)))
    matrix = MatMul(rotation, MatAdd(*parts), Transpose(rotation))
    return Lemma(
        "block-spectrum",
        "A rotated diagonal matrix of two blocks has the eigenvalues of both",
        "R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed. (2013), Theorem 1.3.22 and section 0.9.2",
        (blocks, Orthonormal(rotation)),
        Equal(
            SpectralTrace(Lambda(s, phi(s)), matrix),
            sum((Sum(phi(entry(d, k)), (k, 0, d.rows - 1)) for d in (t, u)), start=0),
        ),
    )
