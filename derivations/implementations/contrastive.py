"""SimCLR and DCL on two views, as lightly and solo-learn have them: mean cross-entropies of cosines.

Both take every row of the two views for an anchor, and its other view for the positive; they differ in the candidates
of the softmax. (Earlier versions of lightly had two log-sum-exps in DCL, added, one over the negatives of each view.)
"""

from __future__ import annotations

from sympy import BlockMatrix, HadamardProduct, Identity, MatMul, OneMatrix, Rational, Sum, Trace, Transpose, ZeroMatrix

from derivations.implementations.shipped import K, N, Shipped, several
from derivations.implementations.views import (
    G,
    U_a,
    U_b,
    everyone_else,
    negatives,
    nonzero,
    slopes,
    stacked,
)
from derivations.language.atoms import LogSumExp, Named
from derivations.language.propositions import All, Among, Candidates, ConstantRowSums, Equal, Symmetric
from derivations.losses.contrastive.infonce import anyone_else, cross_entropy, infonce, k, tau
from derivations.proof import rules
from derivations.proof.result import result

# The statements

U = stacked("U", U_a, U_b)
S = Named("S", MatMul(1 / tau, U, Transpose(U)))
rows = 2 * N


def mean_cross_entropy(candidates):
    """The mean of the log-sum-exps of the candidates, less that of the scores of the positives."""
    repulsion = Trace(MatMul(OneMatrix(1, rows), LogSumExp(S, candidates))) / rows
    return repulsion - Trace(MatMul(Transpose(U_a), U_b)) / (N * tau)


of_simclr, of_dcl = mean_cross_entropy(everyone_else), mean_cross_entropy(negatives)
hyper = {tau: "temperature"}
some_negatives = (*nonzero, several, Candidates(negatives))

# What follows from it


def cosine(a, b):
    """The score of two rows."""
    return Sum(U[a, k] * U[b, k], (k, 0, K - 1)) / tau


def as_published(value, candidates, weight, facts):
    """A mean over the rows of the cross-entropies as they are published, and of those in matrix form."""
    return (
        rules.normal_form(Equal(value, cross_entropy(cosine, weight, G) / rows), facts),
        rules.normal_form(Equal(value, infonce(S, G, candidates) / rows), facts),
    )


@result("nt-xent-gradient", cites=("chen2020",))
def simclr_gradient():
    """The gradient of NT-Xent in each view, where no row is zero."""
    return slopes(of_simclr, nonzero)


@result("nt-xent", cites=("chen2020", "balestriero2022"))
def simclr_compared():
    """Is NT-Xent, as lightly and solo-learn have it, SimCLR's loss? Yes: for the 2 N rows of both views it is (i) the published
    mean, and (ii) InfoNCE with cosines divided by 2 N, self-pairs excluded, for the relation whose only positive of a row is
    the other view of its sample: (iii) symmetric, with row sums one and no self-pairs, and that of the partition of the rows
    into pairs of views. So its minimum is that of simclr-clique-optimum, with one positive each.
    """
    partition = BlockMatrix([[Identity(N)], [Identity(N)]])
    pairs = Equal(G, MatMul(partition, Transpose(partition)) - Identity(rows))
    relation = All((Symmetric(G), ConstantRowSums(G, 1), Among(G, everyone_else), pairs))
    return *as_published(of_simclr, everyone_else, anyone_else, nonzero), rules.normal_form(relation)


@result("dcl-lightly-gradient", cites=("yeh2022",))
def dcl_gradient():
    """The gradient of lightly's DCL in each view, where no row is zero and there are at least two samples."""
    return slopes(of_dcl, some_negatives)


@result("dcl-lightly", cites=("yeh2022",))
def dcl_compared():
    """Is lightly's DCL the published one? Yes, divided by the 2 N rows of both views: (i) every row has one denominator, over
    the rows of both views, which leaves out itself and its positive. (ii) It is DCL for the relation whose only positive of a
    row is the other view of its sample; (iii) no positive is a candidate, and there are 2 N - 2 candidates.
    """
    apart = Equal(HadamardProduct(negatives, G), ZeroMatrix(rows, rows))
    published = as_published(of_dcl, negatives, lambda a, b: negatives[a, b], some_negatives)
    return *published, rules.normal_form(All((apart, ConstantRowSums(G, 1), ConstantRowSums(negatives, rows - 2))))


nt_xent = Shipped(
    "nt_xent",
    "NT-Xent, SimCLR's loss",
    ("lightly", "solo-learn"),
    of_simclr,
    hyper,
    {tau: Rational(1, 2)},
    nonzero,
    simclr_gradient,
    simclr_compared,
)
dcl = Shipped(
    "dcl",
    "Decoupled contrastive learning",
    ("lightly",),
    of_dcl,
    hyper,
    {tau: Rational(1, 10)},
    some_negatives,
    dcl_gradient,
    dcl_compared,
)
