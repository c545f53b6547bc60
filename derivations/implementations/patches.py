"""EMP-SSL (Tong, Chen, Ma & LeCun 2023) with patches, of which there are two: its own code, and lightly's.

What every patch is compared with is the mean of all patches of its sample, not the other patch.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import DiagonalOf, MatAdd, MatMul, OneMatrix, Trace, Transpose

from derivations.implementations.coding_rate import (
    cites,
    invariance,
    mean_cosine,
    mean_rate,
    rewards_collapse,
    slopes,
    tcr,
    tcr_lightly,
    unit,
)
from derivations.implementations.shipped import N, Z_a, Z_b
from derivations.implementations.views import U_a, U_b, nonzero
from derivations.language.atoms import Named
from derivations.language.norms import RowNorms, UnitRows
from derivations.language.propositions import Equal, Positive
from derivations.proof import rules
from derivations.proof.result import result

# The statements

M = Named("M", MatAdd(Z_a, Z_b))  # of the direction of the mean patch
W = UnitRows(M)
cosines = mean_cosine(MatAdd(U_a, U_b), W) / 2
upstream = -mean_rate - invariance * cosines
lightly = mean_rate - invariance * cosines
mean_nonzero = Positive(RowNorms(M))
facts = (*nonzero, mean_nonzero)

# What follows from it


@result("emp-ssl-gradient", cites=cites)
def gradient():
    """The gradient of EMP-SSL's loss in each of two patches, where no row is zero and no two patches are opposite."""
    return tuple(slopes(upstream, facts))


@result("emp-ssl-lightly-gradient", cites=cites)
def gradient_of_lightly():
    """The gradient of lightly's loss of that name in each of two patches, where no row is zero and no two are opposite."""
    return tuple(slopes(lightly, facts))


@result("emp-ssl-patches", cites=cites)
def compared():
    """Is EMP-SSL on two patches the coding rate with an attraction of the two? It is, by another function of their cosine: on
    rows of norm one (i) the attraction is half the mean norm of their sum, (ii) whose square is twice one plus the cosine.
    """
    norms = Trace(MatMul(OneMatrix(1, N), RowNorms(M))) / (2 * N)
    squares = DiagonalOf(MatMul(M, Transpose(M)))
    of_cosine = MatMul(2, OneMatrix(N, 1) + DiagonalOf(MatMul(Z_a, Transpose(Z_b))))
    return (
        rules.normal_form(Equal(upstream, -mean_rate - invariance * norms), (*unit, mean_nonzero)),
        rules.normal_form(Equal(squares, of_cosine), unit),
    )


@result("emp-ssl-lightly-rewards-collapse", cites=cites)
def compared_lightly():
    """Is lightly's loss of patches EMP-SSL's? No: its coding rate has the other sign, so that collapse is rewarded. (i) On rows
    of norm one it is at least log(1 + K/eps)/2 - invariance, and (ii) that is its value where all rows of both patches are
    one vector. (iii) On rows of any length it is at least -invariance, and as close to that as one likes where all rows are
    one vector of length t, (iv), as t goes to 0.
    """
    return rewards_collapse(lightly, [(Z_a, M), (Z_b, M)])


emp_ssl = replace(
    tcr,
    name="emp_ssl",
    title="EMP-SSL on two patches, each against their mean",
    value=upstream,
    facts=facts,
    gradients=gradient,
    compared=compared,
)
emp_ssl_lightly = replace(
    tcr_lightly,
    name="emp_ssl_lightly",
    title="EMP-SSL on two patches as lightly has it: the coding rate with the other sign",
    value=lightly,
    facts=facts,
    gradients=gradient_of_lightly,
    compared=compared_lightly,
)
