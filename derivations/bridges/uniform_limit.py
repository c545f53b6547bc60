"""InfoNCE on a nearly uniform relation is classical MDS of the relation, to first order."""

from __future__ import annotations

from sympy import (
    Integer,
    MatAdd,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Symbol,
    log,
)

from derivations.language.atoms import Centring, SquaredNorm
from derivations.language.propositions import ConstantRowSums, Equal, Symmetric
from derivations.losses.contrastive.infonce import N, infonce
from derivations.losses.contrastive.squared_similarity import minimum_at
from derivations.proof import rules
from derivations.proof.result import result

eps = Symbol("epsilon", real=True)
E, T = MatrixSymbol("E", N, N), MatrixSymbol("T", N, N)  # what of the relation is not uniform; scores in units of eps
everyone = OneMatrix(N, N)
G = MatAdd(MatMul(1 / N, everyone), MatMul(eps, E))  # rows sum to one
centred = (Symmetric(E), ConstantRowSums(E, Integer(0)), Symmetric(T), ConstantRowSums(T, Integer(0)))


@result(
    "simclr-uniform-limit",
    cites=("balestriero2022",),
    numerical="that the scores of the minimisers themselves differ from those of the leading order by a term of second order",
)
def uniform_limit():
    """Near the uniform relation, InfoNCE is to leading order the squared similarity loss of what of the relation is not
    uniform: classical MDS, with the doubly centred relation in the place of the doubly centred squared distances.
    """
    loss = infonce(MatMul(eps, T), G, everyone)
    misfit = MatAdd(MatMul(N, E), MatMul(-1, T))
    quadratic = eps**2 / (2 * N) * (SquaredNorm(misfit) - SquaredNorm(MatMul(N, E)))
    expansion = rules.taylor(loss, eps, N * log(N) + quadratic, 3, centred)
    least = minimum_at(MatMul(N, E), (Symmetric(E),))
    H = Centring(N)
    doubly_centred = rules.normal_form(Equal(MatMul(H, G, H), MatMul(eps, E)), centred[:2])
    return expansion, least, doubly_centred
