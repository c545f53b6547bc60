"""SimCLR-sq and SimCLR-abs (Garrido, Chen, Bardes, Najman & LeCun 2023, section 3): SimCLR with the squares or the
absolute values of the cosines.

Opposite samples are then as similar as equal ones, and the least similar samples are the orthogonal ones.
"""

from __future__ import annotations

from sympy import MatMul, Transpose
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import Named
from derivations.language.entries import composed
from derivations.language.loss import Loss
from derivations.language.norms import Absolute
from derivations.language.propositions import Equal, Positive
from derivations.losses.contrastive.infonce import (
    A,
    G,
    U,
    Z,
    any_candidate,
    cross_entropy,
    declared,
    hyper,
    infonce,
    nonzero,
    tau,
)
from derivations.losses.contrastive.repulsion import square
from derivations.proof import rules
from derivations.proof.result import result

# The statement

cites = ("garrido2023",)
C = Named("C", MatMul(U, Transpose(U)))  # cosines
no_zero = Positive(Absolute(C))  # where the absolute value is smooth: no two samples are orthogonal


def contrastive(name, title, values, facts, cites):
    """-sum_ij G_ij log(exp(x_ij/tau) / sum_l A_il exp(x_il/tau)): the repulsion 1' LSE(S) of the candidates, S = X/tau, less
    the attraction tr(G'S) of the positives.
    """

    def score(a, b):
        return composed(MatrixElement(values, a, b), lambda abbreviation: True) / tau

    return Loss(
        name,
        title,
        unknown=Z,
        value=cross_entropy(score, any_candidate),
        matrix_form=infonce(Named("S", MatMul(1 / tau, values)), G, A),
        facts=(*facts, nonzero),
        hyper=hyper,
        cites=cites,
    )


simclr_sq = contrastive("simclr-sq", "SimCLR with squared cosines", square(C), declared(G, A), cites)
simclr_abs = contrastive("simclr-abs", "SimCLR with absolute cosines", Absolute(C), declared(G, A), cites)

# What follows from it


def split(loss):
    """The published sum as repulsion less attraction."""
    return rules.normal_form(Equal(loss.value, loss.matrix_form), loss.facts)


def slope(loss, facts=()):
    """The gradient in Z."""
    return rules.adjoint(loss.matrix_form, Z, (*loss.facts, *facts))


@result("simclr-variants-matrix-form", cites=cites)
def matrix_form():
    """SimCLR with squared and with absolute cosines in matrix form: the repulsion of the candidates, less the attraction of
    the positives.
    """
    return split(simclr_sq), split(simclr_abs)


@result("simclr-variants-gradient", cites=cites)
def gradient():
    """The gradients of SimCLR with squared and, where no two samples are orthogonal, with absolute cosines."""
    return slope(simclr_sq), slope(simclr_abs, [no_zero])
