"""VICReg-exp (Garrido, Chen, Bardes, Najman & LeCun 2023, equations 11 and 12): VICReg with a log-sum-exp of covariances.

The squares of the covariances of two dimensions give way to LSE_i(C_ij/tau) over the other dimensions j, a mean over the
dimensions i. Theirs has the hinge for the variance term, which is here the squared one, as in VICReg with squared variance.
"""

from __future__ import annotations

from sympy import (
    DiagonalMatrix,
    Identity,
    KroneckerDelta,
    MatMul,
    Sum,
    exp,
    log,
)

from derivations.language.atoms import Centring, Named, SquaredNorm
from derivations.language.loss import Loss
from derivations.language.propositions import Candidates, Equal
from derivations.losses.contrastive.infonce import hyper, tau
from derivations.losses.contrastive.repulsion import everyone_else, repulsion
from derivations.losses.vicreg.squared import N, Z, alpha, beta, distances, gamma, j, k, smoothness, vicreg
from derivations.proof import rules
from derivations.proof.result import result

# The statement


def covariance(z):
    """C, of the columns of a matrix."""
    return Named("C", MatMul(1 / z.rows, z.T, Centring(z.rows), z))


def regularised(z, name, title):
    """VICReg's criterion with log-sum-exp, its variance and covariance terms those of the columns of `z`, Z or its transpose."""
    C, dimensions = covariance(z), z.cols
    others = everyone_else(dimensions).candidates
    variance = alpha * Sum((C[k, k] - 1) ** 2, (k, 0, dimensions - 1))
    each = Sum((1 - KroneckerDelta(j, k)) * exp(C[j, k] / tau), (k, 0, dimensions - 1))
    return Loss(
        name,
        title,
        unknown=Z,
        value=variance + Sum(beta / dimensions * log(each), (j, 0, dimensions - 1)) + gamma / N * distances,
        matrix_form=alpha * SquaredNorm(DiagonalMatrix(C - Identity(dimensions)))
        + beta / dimensions * repulsion(C, others)
        + 2 * gamma * smoothness,
        facts=(*vicreg.facts, Candidates(others)),
        hyper=vicreg.hyper | hyper,
        cites=("garrido2023", "bardes2022"),
    )


vicreg_exp = regularised(Z, "vicreg-exp", "VICReg with a log-sum-exp of covariances")

# What follows from it


@result("vicreg-exp-matrix-form", cites=vicreg_exp.cites)
def matrix_form():
    """VICReg-exp in matrix form: the variance term, the repulsion of the dimensions, and the Dirichlet energy."""
    return rules.normal_form(Equal(vicreg_exp.value, vicreg_exp.matrix_form), vicreg_exp.facts)


@result("vicreg-exp-gradient", cites=vicreg_exp.cites)
def gradient():
    """The gradient of VICReg-exp in the representation, with the softmax of the covariances in place of the covariances."""
    return rules.adjoint(vicreg_exp.matrix_form, Z, vicreg_exp.facts)
