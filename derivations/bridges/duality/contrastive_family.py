"""Sample-contrastive losses (Garrido, Chen, Bardes, Najman & LeCun 2023, sections 3 and 4): each attracts positives and repels
samples, and what it repels is compared with L_c, the sum of the squared similarities of two different samples.
"""

from __future__ import annotations

from sympy import (
    DiagonalMatrix,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Sum,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.embeddings.eigenmaps_normalisation import delta
from derivations.language.atoms import Named
from derivations.language.norms import Absolute
from derivations.language.propositions import AtMost, Equal, Orthonormal, UnitLength
from derivations.language.substitute import substitute
from derivations.losses.contrastive import dcl, simclr_variants, spectral_contrastive
from derivations.losses.contrastive.infonce import A, G, K, N, S, declared, i, j, k, tau
from derivations.losses.contrastive.repulsion import Repulsion, everyone_else, m, off_diagonal, regular, some
from derivations.losses.contrastive.repulsion import bounds as repulsion_bounds
from derivations.losses.contrastive.simclr_variants import C, contrastive, split
from derivations.proof import rules
from derivations.proof.result import result

p = Symbol("p", integer=True, positive=True)  # other samples


def similarities(rows):
    """Y and Y Y', for some rows of norm one."""
    y = MatrixSymbol("Y", rows, K)
    return y, Named("M", MatMul(y, Transpose(y)))


def of_unit_rows(rows, pool, facts=()):
    """The repulsion of the similarities of unit rows: as |y_i - s_ij y_j|^2 = 1 - s_ij^2, none exceeds one."""
    y, similarity = similarities(rows)
    s_ij, size = (MatrixElement(matrix, i, j) for matrix in (similarity, Absolute(similarity)))
    distance = Sum((y[i, k] - s_ij * y[j, k]) ** 2, (k, 0, K - 1))
    return Repulsion(similarity, (*facts, UnitLength(y)), ((1 - size) ** 2 + distance) / 2, pool)


def bounds(repelled):
    """The repulsions of squares and of absolute values, each between two functions of the sum of squares."""
    yield repelled.squares_at_least()
    yield repelled.squares_at_most()
    yield repelled.absolutes_at_least()
    yield repelled.absolutes_at_most()


def minima():
    """Both repulsions, and L_c, are least at orthonormal rows, which takes K >= N."""
    (y, similarity), frame = similarities(N), MatrixSymbol("R", K, N)
    orthonormal, alone = Orthonormal(frame), Equal(DiagonalMatrix(A), ZeroMatrix(N, N))
    feasible = rules.normal_form(UnitLength(Transpose(frame)), [orthonormal])
    repelled, L_c = of_unit_rows(N, some, regular), off_diagonal(similarity)
    excess = repelled.squares / (m * tau)
    for theorem in (repelled.squares_at_least(), repelled.absolutes_at_least()):
        bound = rules.combination(AtMost(repelled.least, theorem.statement.rhs), [theorem], remainder=[excess])
        yield attained(bound, y, Transpose(frame), [*regular, alone, orthonormal], feasible)
    nothing = rules.combination(AtMost(0, L_c), [], remainder=[L_c])
    nothing = rules.restatement(nothing, nothing.statement, [UnitLength(y)])
    yield attained(nothing, y, Transpose(frame), [orthonormal], feasible)


def attained(bound, unknown, at, facts, feasible):
    """A lower bound is a minimum, for it is met at a feasible point."""
    claim = bound.statement
    reached = Equal(substitute(claim.rhs, {unknown: at}), claim.lhs)
    return rules.attainment(bound, rules.normal_form(reached, facts), unknown, at, [feasible])


def spectral():
    """The spectral contrastive loss on a regular relation and unit rows, where its repulsion is (L_c + N)/N^2."""
    loss, z = spectral_contrastive.spectral_contrastive, spectral_contrastive.Z
    of_regular = {
        spectral_contrastive.d: MatMul(delta, OneMatrix(spectral_contrastive.N, 1)),
        spectral_contrastive.v: spectral_contrastive.N * delta,
    }
    repelled = (off_diagonal(MatMul(z, Transpose(z))) + z.rows) / z.rows**2
    attracted = 2 / (z.rows * delta) * Trace(MatMul(Transpose(z), spectral_contrastive.G, z))
    return rules.normal_form(Equal(substitute(loss.matrix_form, of_regular), repelled - attracted), [UnitLength(z)])


@result("contrastive-family", cites=("garrido2023", "yeh2022", "haochen2021"))
def contrastive_family():
    """The sample-contrastive losses as a repulsion of samples less an attraction of positives: (i) SimCLR, (ii) with squares,
    (iii) with absolute values; (iv) to (vi) DCL, the same; (vii) the spectral contrastive loss of unit rows, at a relation
    whose degrees are all the same: its repulsion is the sum of the squared similarities of different samples but for
    constants. The repulsion of the similarities themselves is (viii) at least any one of each row, and (ix) at most the
    largest and log m a row. Of unit rows, the repulsions of their squares and of their absolute values lie between functions
    of the sum of the squared similarities of the candidates, (x) to (xiii), which are all others in (xiv) to (xvii). So both
    are least where that sum is, (xviii) to (xx), at orthonormal rows, if K >= N. Of the similarities themselves this is not
    true, see contrastive-orthogonal.
    """
    _, similarity = similarities(N)
    return (
        split(contrastive("simclr", "SimCLR", C, declared(G, A), ("chen2020",))),
        *simclr_variants.matrix_form.theorems,
        *dcl.matrix_form.theorems,
        spectral(),
        *(rules.substitution(sandwich, {S: similarity}) for sandwich in repulsion_bounds.theorems[:2]),
        *bounds(of_unit_rows(N, some, regular)),
        *bounds(of_unit_rows(p + 1, everyone_else(p + 1))),
        *minima(),
    )
