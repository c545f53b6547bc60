"""InfoNCE (van den Oord, Li & Vinyals 2018; as SimCLR's loss Chen et al. 2020): softmax cross-entropy of similarities.

A softmax over the candidates of each sample is asked to reproduce its row of the relation. The candidates are a 0/1
matrix A, so that one statement holds with self-pairs kept (all ones), with self-pairs excluded (all ones less the
identity), and for every other choice of negatives.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import (
    DiagonalOf,
    Identity,
    Integer,
    KroneckerDelta,
    MatAdd,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Sum,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    exp,
    log,
    symbols,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import LogSumExp, Named, Softmax, entr
from derivations.language.loss import Loss
from derivations.language.norms import RowNorms, UnitRows
from derivations.language.propositions import (
    Among,
    AtMost,
    Candidates,
    ConstantRowSums,
    EntrywiseNonnegative,
    Equal,
    EqualIff,
    Positive,
)
from derivations.language.substitute import substitute
from derivations.proof import rules
from derivations.proof.lemmas.lemma import entry
from derivations.proof.result import Implementation, result

# The statement

N, K, n = symbols("N K n", integer=True, positive=True)  # samples, dimensions, and some of the samples
tau = Symbol("tau", positive=True)  # temperature
i, j, k, l = symbols("i j k l", integer=True, nonnegative=True)

Z = MatrixSymbol("Z", N, K)  # representation, a row a sample
G = MatrixSymbol("G", N, N)  # relation, its rows scaled to sum to one
A = MatrixSymbol("A", N, N)  # candidates
S = MatrixSymbol("S", N, N)  # scores
U = UnitRows(Z)
everyone = OneMatrix(N, N)  # self-pairs kept
others = MatAdd(everyone, MatMul(-1, Identity(N)))  # self-pairs excluded
nonzero = Positive(RowNorms(Z))

dot_product = Named("S", MatMul(1 / tau, Z, Transpose(Z)))
cosine = Named("S", MatMul(1 / tau, U, Transpose(U)))


def declared(relation, candidates):
    """A relation whose rows are scaled to sum to one, among candidates."""
    return (
        EntrywiseNonnegative(relation),
        Candidates(candidates),
        Among(relation, candidates),
        ConstantRowSums(relation, Integer(1)),
    )


def infonce(scores, relation, candidates):
    """1' LSE(S) - tr(G' S)."""
    return weighted_infonce(OneMatrix(scores.rows, 1), scores, relation, candidates)


def weighted_infonce(weights, scores, relation, candidates):
    """w' LSE(S) - tr(G' S)."""
    return Trace(MatMul(Transpose(weights), LogSumExp(scores, candidates))) - Trace(MatMul(Transpose(relation), scores))


def cross_entropy(score, weight, relation=G):
    """-sum_ij G_ij log(exp(s_ij) / sum_l a_il exp(s_il)), for functions s and a of two indices."""
    total = Sum(weight(i, l) * exp(score(i, l)), (l, 0, relation.cols - 1))
    log_softmax = log(exp(score(i, j)) / total)
    return -Sum(relation[i, j] * log_softmax, (i, 0, relation.rows - 1), (j, 0, relation.cols - 1))


def dot_product_at(a, b):
    return Sum(Z[a, k] * Z[b, k], (k, 0, K - 1)) / tau


def cosine_at(a, b):
    return dot_product_at(a, b) / (entry(RowNorms(Z), a) * entry(RowNorms(Z), b))


def any_candidate(a, b):
    return A[a, b]


def anyone(a, b):
    return Integer(1)


def anyone_else(a, b):
    return 1 - KroneckerDelta(a, b)


cites = ("oord2018", "chen2020")
hyper = {tau: "temperature"}
logits, labels, mask = (MatrixSymbol(name, n, N) for name in "SYM")  # some rows of the scores, of G and of A
of_scores = Loss(
    "infonce",
    "InfoNCE of scores",
    unknown=logits,
    value=cross_entropy(lambda a, b: logits[a, b], lambda a, b: mask[a, b], labels),
    matrix_form=weighted_infonce(MatMul(labels, OneMatrix(N, 1)), logits, labels, mask),
    facts=(EntrywiseNonnegative(labels), Candidates(mask), Among(labels, mask)),
    hyper={},
    cites=cites,
)
with_dot_product = Loss(
    "infonce_dot_product",
    "InfoNCE with dot products",
    unknown=Z,
    value=cross_entropy(dot_product_at, any_candidate),
    matrix_form=infonce(dot_product, G, A),
    facts=declared(G, A),
    hyper=hyper,
    cites=cites,
)
with_cosine = Loss(
    "infonce_cosine",
    "InfoNCE with cosine similarity",
    unknown=Z,
    value=cross_entropy(cosine_at, any_candidate),
    matrix_form=infonce(cosine, G, A),
    facts=(*declared(G, A), nonzero),
    hyper=hyper,
    cites=cites,
)


def at_candidates(loss, candidates):
    """The same loss with given candidates."""

    def chosen(expr):
        return substitute(expr, {A: candidates})

    kept = (f for f in loss.facts if candidates != everyone or A not in f.free_symbols())  # that everyone is, is known
    facts = tuple(f.map(chosen) for f in kept)
    return replace(loss, value=chosen(loss.value), matrix_form=chosen(loss.matrix_form), facts=facts)


# What follows from it


@result("infonce-matrix-form", cites=(*cites, "balestriero2022"))
def matrix_form():
    """InfoNCE in matrix form: with dot products or cosines, and with self-pairs kept, excluded, or any other candidates.

    Of scores alone it is a sum over rows, whatever these are scaled to, and it does not see a number added to all scores
    of a row.
    """
    shift = MatMul(MatrixSymbol("c", n, 1), OneMatrix(1, N))
    shifted = substitute(of_scores.matrix_form, {logits: MatAdd(logits, shift)})
    theorems = [
        rules.normal_form(Equal(of_scores.value, of_scores.matrix_form), of_scores.facts),
        rules.normal_form(Equal(shifted, of_scores.matrix_form), of_scores.facts),
    ]
    for loss, similarity in ((with_dot_product, dot_product_at), (with_cosine, cosine_at)):
        theorems.append(rules.normal_form(Equal(loss.value, loss.matrix_form), loss.facts))
        for candidates, weight in ((everyone, anyone), (others, anyone_else)):
            chosen = at_candidates(loss, candidates)
            published = Equal(cross_entropy(similarity, weight), chosen.matrix_form)
            theorems.append(rules.normal_form(published, chosen.facts))
    return theorems


@result("infonce-gradient", cites=(*cites, "balestriero2022"))
def gradient():
    """The gradient of InfoNCE: in the scores the softmax less the relation, row by row of sum zero. With cosines it is that
    of dot products of the unit rows, projected row by row on the tangent of the sphere and divided by the norm of the row;
    so every row of it is orthogonal to that of Z.
    """
    in_scores = rules.adjoint(of_scores.matrix_form, logits, of_scores.facts)
    sums = Equal(MatMul(in_scores.statement.value, OneMatrix(N, 1)), ZeroMatrix(n, 1))
    dot, cosines = (rules.adjoint(x.matrix_form, Z, x.facts) for x in (with_dot_product, with_cosine))
    tangent = Equal(DiagonalOf(MatMul(cosines.statement.value, Transpose(Z))), ZeroMatrix(N, 1))
    special = []
    for candidates in (others, everyone):
        for loss in (with_dot_product, with_cosine):
            chosen = at_candidates(loss, candidates)
            special.append(rules.adjoint(chosen.matrix_form, Z, chosen.facts))
    balance = rules.normal_form(sums, of_scores.facts)
    return in_scores, balance, dot, cosines, rules.normal_form(tangent, with_cosine.facts), *special


@result("infonce-stationarity", cites=(*cites, "balestriero2022"))
def stationarity():
    """InfoNCE is at least the entropy of the rows of the relation, with equality exactly if the softmax reproduces the
    relation, and then the gradient vanishes.
    """
    bound, case = gibbs(G, A)
    theorems = []
    for loss, scores in ((with_dot_product, dot_product), (with_cosine, cosine)):
        slope = rules.adjoint(loss.matrix_form, Z, loss.facts).statement.value
        reached = (*(f for f in loss.facts if G not in f.free_symbols()), Equal(Softmax(scores, A), G))
        vanishes = rules.normal_form(Equal(slope, ZeroMatrix(N, K)), reached)
        theorems += [*(at_scores(t, scores, loss.facts) for t in (bound, case)), vanishes]
    return bound, case, *theorems


def at_scores(theorem, scores, facts):
    """A theorem on any scores S at those of a similarity."""
    extra = [f for f in facts if f not in theorem.hypotheses]
    widened = rules.restatement(theorem, theorem.statement, extra) if extra else theorem
    return rules.substitution(widened, {S: scores})


def gibbs(relation, candidates):
    """(sum_ij A_ij h(G_ij) <= InfoNCE, its case of equality) for any scores S, with h(x) = -x log x.

    Gibbs' inequality, from one variable: g log g - g - g y + exp(y) >= 0 for every g >= 0, and 0 for g = exp(y) only. It
    is used at y = log P_ij = S_ij - LSE_i, and summed over the candidates.
    """
    g, y = Symbol("g", nonnegative=True), Symbol("y", real=True)
    objective = -entr(g) - g - g * y
    facts = declared(relation, candidates)
    log_softmax = MatrixElement(S, i, j) - entry(LogSumExp(S, candidates), i)
    own = {g: MatrixElement(relation, i, j), y: log_softmax}
    least = rules.part(rules.scalar_minimum(objective, g, [facts[0]]), 0)
    only = rules.strict_minimum(objective, g, [facts[0]])
    least, only = (rules.substitution(theorem, own) for theorem in (least, only))
    weight = MatrixElement(candidates, i, j)
    entropy = Sum(weight * entr(relation[i, j]), (i, 0, N - 1), (j, 0, N - 1))
    loss = infonce(S, relation, candidates)
    weighted = rules.restatement(least, least.statement, facts[1:])
    rows = rules.sum_over(rules.sum_over(weighted, j, N, weight), i, N)
    bound = rules.combination(AtMost(entropy, loss), [rows])
    equality = EqualIff(loss, entropy, relation, Softmax(S, candidates))
    only = rules.restatement(only, only.statement, facts[1:])
    case = rules.equal_in_every_entry(equality, weighted, only, (i, j), weight)
    return bound, case


def tangent_of_exp(at, value):
    """exp(at) (1 + value - at) <= exp(value): x log x - x - x e >= -exp(e), at x = exp(at)."""
    x, (a, y) = Symbol("x", nonnegative=True), symbols("a y", real=True)
    least = rules.part(rules.scalar_minimum(-entr(x) - x - x * y, x), 0)
    return rules.substitution(rules.substitution(least, {x: exp(a)}), {a: at, y: value})


implementation = Implementation(of_scores, gradient)
