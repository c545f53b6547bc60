"""Decoupled contrastive learning (Yeh, Hong, Hsu, Liu, Chen & LeCun 2022): SimCLR without the positives in the denominator.

The candidates of a sample are its negatives. With the squares or the absolute values of the cosines it is DCL-sq or DCL-abs
(Garrido, Chen, Bardes, Najman & LeCun 2023, section 3).
"""

from __future__ import annotations

from sympy import HadamardProduct, MatMul, ZeroMatrix

from derivations.language.norms import Absolute
from derivations.language.propositions import Candidates, ConstantRowSums, EntrywiseNonnegative, Equal
from derivations.losses.contrastive.infonce import A, G, N, S, infonce
from derivations.losses.contrastive.repulsion import square
from derivations.losses.contrastive.simclr_variants import C, contrastive, no_zero, slope, split
from derivations.proof import rules
from derivations.proof.result import result

# The statement

cites = ("yeh2022", "garrido2023")
declared = (
    EntrywiseNonnegative(G),
    Candidates(A),
    Equal(HadamardProduct(A, G), ZeroMatrix(N, N)),  # no positive is a candidate
    ConstantRowSums(G, 1),
)

dcl = contrastive("dcl", "DCL", C, declared, cites)
dcl_sq = contrastive("dcl-sq", "DCL with squared cosines", square(C), declared, cites)
dcl_abs = contrastive("dcl-abs", "DCL with absolute cosines", Absolute(C), declared, cites)

# What follows from it


@result("dcl-matrix-form", cites=cites)
def matrix_form():
    """DCL with cosines, with their squares and with their absolute values in matrix form: the repulsion of the negatives, less
    the attraction of the positives.
    """
    return split(dcl), split(dcl_sq), split(dcl_abs)


@result("dcl-gradient", cites=cites)
def gradient():
    """The gradient of DCL in the scores is the softmax of the negatives less the relation: it pulls every positive with its
    full weight, however close it is already, where that of SimCLR fades as the softmax comes to reproduce the relation.
    The gradients in the representation, of the absolute values where no two samples are orthogonal.
    """
    in_scores = rules.adjoint(infonce(S, G, A), S, declared)
    pull = Equal(HadamardProduct(G, in_scores.statement.value), MatMul(-1, HadamardProduct(G, G)))
    decoupled = rules.normal_form(pull, declared)
    return in_scores, decoupled, slope(dcl), slope(dcl_sq), slope(dcl_abs, [no_zero])
