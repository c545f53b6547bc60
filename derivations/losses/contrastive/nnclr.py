"""NNCLR (Dwibedi et al. 2021): SimCLR whose positives are nearest neighbours in the representation.

Where the neighbours are the current ones, G depends on Z, and is constant between the places where a neighbour changes:
at a fixed G all that is proved of InfoNCE applies.
"""

from __future__ import annotations

from sympy import (
    Identity,
    Integer,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Sum,
    Trace,
    Transpose,
    exp,
    log,
)

from derivations.language.atoms import Named
from derivations.language.propositions import AtMost, Candidates, ConstantRowSums, Equal, OneHot
from derivations.losses.contrastive.infonce import (
    A,
    G,
    K,
    N,
    S,
    Z,
    any_candidate,
    dot_product,
    dot_product_at,
    gibbs,
    i,
    infonce,
    j,
    k,
    l,
    tau,
)
from derivations.proof import rules
from derivations.proof.result import result

neighbours = OneHot(G)  # G_ij = 1 where j is the nearest neighbour of i


def against_neighbours(similarity, weight):
    """-sum_i log(exp(s_i,nn(i)) / sum_l a_il exp(s_il))."""
    own = Sum(G[i, j] * similarity(i, j), (j, 0, N - 1))
    total = Sum(weight(i, l) * exp(similarity(i, l)), (l, 0, N - 1))
    return -Sum(log(exp(own) / total), (i, 0, N - 1))


@result("nnclr-relation", cites=("dwibedi2021", "balestriero2022"))
def nnclr_relation():
    """NNCLR is InfoNCE on the nearest-neighbour relation, whose rows sum to one and have entropy 0: the loss is at least
    0. As published, with two views, the neighbour of a sample in one view attracts its other view, as G asks, and is
    compared with the other views of all samples.
    """
    given = (neighbours, Candidates(A))
    matrix_form = infonce(dot_product, G, A)
    relation = rules.normal_form(Equal(against_neighbours(dot_product_at, any_candidate), matrix_form), given)
    rows = rules.normal_form(ConstantRowSums(G, Integer(1)), [neighbours])
    slope = rules.adjoint(matrix_form, Z, given)
    bound, _ = gibbs(G, A)
    nothing = rules.combination(AtMost(Integer(0), infonce(S, G, A)), [bound], hypotheses=[neighbours])
    return relation, rows, slope, nothing, *_as_published()


def _as_published():
    """Two views Z_a and Z_b: the neighbours G Z_a of the first against the samples of the second."""
    first, second = (MatrixSymbol(name, N, K) for name in ("Z_a", "Z_b"))
    found = MatMul(G, first)

    def similarity(a, b):
        return Sum(Sum(G[a, j] * first[j, k], (j, 0, N - 1)) * second[b, k], (k, 0, K - 1)) / tau

    published = -Sum(log(exp(similarity(i, i)) / Sum(exp(similarity(i, l)), (l, 0, N - 1))), (i, 0, N - 1))
    scores = Named("S", MatMul(1 / tau, found, Transpose(second)))
    in_matrices = infonce(scores, Identity(N), OneMatrix(N, N))
    attraction = Trace(MatMul(Transpose(G), second, Transpose(first))) / tau
    pulled = Equal(Trace(scores), attraction)
    return rules.normal_form(Equal(published, in_matrices)), rules.normal_form(pulled)
