"""Repulsion of signed similarities is not least at orthogonal samples: a simplex does better (SimCLR, DCL).

Of these losses Garrido, Chen, Bardes, Najman & LeCun (2023, section 3) remark that they aim at opposite samples, of which there
are no more than two; a regular simplex is as near to that as more can come.
"""

from __future__ import annotations

from sympy import Integer, MatMul, MatrixSymbol, OneMatrix, Transpose, sqrt

from derivations.bridges.duality.contrastive_family import K, attained, p, similarities
from derivations.language.atoms import SquaredNorm
from derivations.language.propositions import AtMost, Contrasts, Equal, Orthonormal, UnitLength
from derivations.language.substitute import substitute
from derivations.losses.contrastive.repulsion import Repulsion, everyone_else, off_diagonal, tau
from derivations.proof import rules
from derivations.proof.claim import Claim
from derivations.proof.result import result

n = p + 1  # samples
y, S = similarities(n)
repelled = Repulsion(S, (UnitLength(y),), pool=everyone_else(n))
simplex, frame = MatrixSymbol("Q", n, p), MatrixSymbol("R", K, p)
at_simplex = MatMul(sqrt(n / p), simplex, Transpose(frame))
least = repelled.least - n / (p * tau)


def minimum():
    """The bound by the mean, as the sum of all similarities is |1'Y|^2 >= 0, and its value at the simplex."""
    mean = repelled.at_least_mean(S)
    total = SquaredNorm(MatMul(OneMatrix(1, n), y))
    bound = rules.combination(AtMost(least, repelled.of(S)), [mean], remainder=[total / (p * tau)])
    facts = (Contrasts(simplex), Orthonormal(frame))
    feasible = rules.normal_form(UnitLength(at_simplex), facts)
    return attained(bound, y, at_simplex, facts, feasible)


def _where_there_is_room():
    """No unit rows would repel each other less than orthogonal ones, of which there are as many as dimensions."""
    return Claim(
        "Where there are dimensions enough, the repulsion of SimCLR and of DCL is least at orthogonal samples.",
        AtMost(repelled.least, repelled.of(S)),
        (UnitLength(y), AtMost(n, K)),
    )


@result("contrastive-orthogonal", cites=("garrido2023", "chen2020", "yeh2022"), claimed=_where_there_is_room)
def contrastive_orthogonal():
    """(i) The repulsion of similarities is least at a regular simplex, (ii) lower by (p + 1)/(p tau) than at orthogonal rows;
    (iii) there L_c is not 0. (iv) Two samples are best opposite. Of squares and of absolute values orthogonal rows are best,
    see contrastive-family.
    """
    rows = MatrixSymbol("R", K, n)
    at_orthogonal = Equal(repelled.of(MatMul(Transpose(rows), rows)), repelled.least)
    overlap = Equal(substitute(off_diagonal(S), {y: at_simplex}), n / p)
    best = minimum()
    return (
        best,
        rules.normal_form(at_orthogonal, [Orthonormal(rows)]),
        rules.normal_form(overlap, [Contrasts(simplex), Orthonormal(frame)]),
        rules.substitution(best, {p: Integer(1)}),
    )
