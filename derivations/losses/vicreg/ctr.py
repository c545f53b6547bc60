"""VICReg-ctr (Garrido, Chen, Bardes, Najman & LeCun 2023, equation 13): VICReg-exp with the variance and covariance terms of
the transposed representation, so that samples repel each other in place of dimensions.
"""

from __future__ import annotations

from sympy import Transpose

from derivations.language.propositions import Equal
from derivations.losses.vicreg.exp import regularised
from derivations.losses.vicreg.squared import Z
from derivations.proof import rules
from derivations.proof.result import result

vicreg_ctr = regularised(Transpose(Z), "vicreg-ctr", "VICReg with a log-sum-exp of the covariances of samples")


@result("vicreg-ctr-matrix-form", cites=vicreg_ctr.cites)
def matrix_form():
    """VICReg-ctr in matrix form: the variances of the samples, their repulsion, and the Dirichlet energy."""
    return rules.normal_form(Equal(vicreg_ctr.value, vicreg_ctr.matrix_form), vicreg_ctr.facts)


@result("vicreg-ctr-gradient", cites=vicreg_ctr.cites)
def gradient():
    """The gradient of VICReg-ctr in the representation."""
    return rules.adjoint(vicreg_ctr.matrix_form, Z, vicreg_ctr.facts)
