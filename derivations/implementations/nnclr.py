"""NNCLR as solo-learn has it: one call of its loss, with the neighbours of one view against the predictions of the other.

In training the neighbours carry no gradient, and the loss is the mean of two calls, with the views exchanged.
"""

from __future__ import annotations

from sympy import Identity, MatMul, OneMatrix, Rational, Transpose

from derivations.implementations.shipped import N, Shipped, Z_a, views
from derivations.implementations.views import U_a, U_b, nonzero, slopes
from derivations.language.atoms import Named
from derivations.language.propositions import Equal, UnitLength
from derivations.language.substitute import substitute
from derivations.losses.contrastive.infonce import G, infonce, tau
from derivations.losses.contrastive.nnclr import neighbours, nnclr_relation
from derivations.proof import rules
from derivations.proof.result import result

# The statement

cites = ("dwibedi2021",)
S = Named("S", MatMul(1 / tau, U_a, Transpose(U_b)))
value = infonce(S, Identity(N), OneMatrix(N, N)) / N

# What follows from it


@result("nnclr-solo-gradient", cites=cites)
def gradient():
    """The gradient of solo-learn's NNCLR in the neighbours and in the predictions, where no row is zero."""
    return slopes(value, nonzero)


@result("nnclr-solo", cites=cites)
def compared():
    """Is solo-learn's NNCLR the published one? Yes, divided by the number of samples: of neighbours G Z_a among rows of norm
    one, (i) it is the published sum over N, in one direction: the candidates of a sample are the predictions of one view, and
    none of its own.
    """
    *_, published, _ = nnclr_relation.theorems
    chosen = substitute(value, {Z_a: MatMul(G, Z_a)})
    facts = (neighbours, *map(UnitLength, views))
    claim = Equal(chosen, published.statement.lhs / N)
    return rules.combination(claim, [published], [-1 / N], hypotheses=facts)


nnclr_solo = Shipped(
    "nnclr_solo",
    "NNCLR: neighbours against predictions",
    ("solo-learn",),
    value,
    {tau: "temperature"},
    {tau: Rational(1, 10)},
    nonzero,
    gradient,
    compared,
)
