"""What further output dimensions do: m columns more use the next m eigenvectors, or none where the filter is 0 there.

The bottom K + m eigenpairs of a pencil are split into the first K and the others, V = [V J_1, V J_2]. Von Neumann's inequality
pairs all of them with the eigenvalues of the covariance of K + m columns; each of the two groups has its own minima in one
variable, those of the first are the minima for K columns.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from sympy import Lambda, MatAdd, MatMul, MatrixSymbol, S, Sum, Symbol, Trace, Transpose, ZeroMatrix

from derivations.language.atoms import Eigenvalues, SpectralTrace
from derivations.language.propositions import All, AtMost, Eigenpairs, Equal, Minimises, Orthonormal
from derivations.language.substitute import substitute
from derivations.proof import rules
from derivations.proof.lemmas import LEMMAS
from derivations.proof.lemmas.blocks import blocks, first, m, others
from derivations.proof.lemmas.lemma import D, K, entry, k, phi, r
from derivations.proof.result import result
from derivations.spectral.filter import (
    cost,
    filter_values,
    one_dimensional,
    representation,
    rotation,
    spectral_filter_theorem,
)
from derivations.spectral.form import s
from derivations.spectral.pencil import Z, pencil_trace_bound

spare = Symbol("n", integer=True, nonnegative=True)  # directions beyond K + m
wider = {K: K + m, r: K + m + spare}
symmetric, _ = LEMMAS["spectral-theorem"].hypotheses
basis, _ = LEMMAS["spectral-theorem"].statement.parts
F, A = basis.factor, basis.operator
V, values = MatrixSymbol("V", D, K + m), MatrixSymbol("lambda", K + m, 1)
matrix, metric = MatMul(Transpose(F), A, F), MatMul(Transpose(F), F)
pencil = Eigenpairs(matrix, metric, V, values, wider[r])
groups = tuple((select, MatMul(Transpose(select), values)) for select in (first, others))
filters = MatrixSymbol("t", K, 1), MatrixSymbol("u", m, 1)
minima = tuple(Minimises(t, one_dimensional, a) for t, (_, a) in zip(filters, groups, strict=True))
given = (symmetric, pencil, blocks)
R = MatrixSymbol("R", K + m, K + m)
Y = MatrixSymbol("Y", D, K + m)
gram = MatMul(Transpose(Y), metric, Y)
sigma = Eigenvalues(gram, K + m)
objective = SpectralTrace(Lambda(s, phi(s)), gram) + cost * Trace(MatMul(Transpose(Y), matrix, Y))


def least(t, a):
    """sum_k phi(t_k) + c a_k t_k."""
    return Sum(phi(entry(t, k)) + cost * entry(a, k) * entry(t, k), (k, 0, t.rows - 1))


@cache
def fewer_columns():
    """The minimum over D x K matrices: the sum of the first group's minima."""
    (t, _), ((select, a), _) = filters, groups
    turn = MatrixSymbol("Q", K, K)
    names = {r: wider[r], basis.vectors: MatMul(V, select), basis.values: a, filter_values: t, rotation: turn}
    theorem = rules.substitution(spectral_filter_theorem(), names, [pencil, blocks])
    return rules.discharge(theorem, rules.lemma("first-eigenpairs", {r: wider[r]}))


def compared(group):
    """The sum of a group's minima is at most that of the same functions at the eigenvalues of Y'F'FY of that group."""
    (select, a), minimum = groups[group], minima[group]
    at = entry(MatMul(Transpose(select), sigma), k)
    return rules.sum_over(rules.pointwise(rules.assumption(minimum, [blocks]), k, at), k, a.rows)


@cache
def more_columns():
    """The minimum over D x (K + m) matrices: the sum of both groups' minima."""
    both = rules.substitution(pencil_trace_bound(), wider | {Z: Y})
    split = rules.lemma("split-sum", {MatrixSymbol("x", K + m, 1): sigma, MatrixSymbol("y", K + m, 1): cost * values})
    value = least(filters[0], groups[0][1]) + least(filters[1], groups[1][1])
    bound = rules.combination(
        AtMost(value, objective),
        [rules.part(both, 0), rules.part(both, 1), split, compared(0), compared(1)],
        [cost, S.NegativeOne, S.NegativeOne, S.One, S.One],
    )
    at = MatMul(V, MatAdd(*map(stretched, (first, others), filters)), Transpose(R))
    witness = rules.combination(
        Equal(substitute(objective, {Y: at}), value),
        [rules.lemma("block-spectrum", {})],
        hypotheses=[*given, *minima, Orthonormal(R)],
    )
    return rules.attainment(bound, witness, Y, at)


def stretched(select, t):
    """E diag(t)^(1/2) E'."""
    return representation(select, t, select)


def nothing_more():
    """Where 0 minimises at each eigenvalue of the second group: the minimum over D x (K + m) matrices is that over D x K
    matrices and m phi(0), and each minimiser is an image of the other.
    """
    (t, u), (own, _) = filters, groups
    theorem = rules.substitution(more_columns(), {u: ZeroMatrix(m, 1)})
    kept = MatMul(R, first)
    at = representation(MatMul(V, first), t, kept)
    claim = replace(theorem.statement, value=least(t, own[1]) + m * phi(0), at=at)
    theorem = rules.restatement(theorem, claim)
    small = fewer_columns().statement.at
    turn = small.args[-1].arg
    there, back = MatMul(turn, Transpose(kept)), MatMul(kept, Transpose(turn))
    facts = [*theorem.hypotheses, Orthonormal(turn), Orthonormal(Transpose(turn))]
    images = All((Equal(at, MatMul(small, there)), Equal(small, MatMul(at, back))))
    return theorem, rules.normal_form(images, facts)


def beyond_the_rank():
    """As many columns as there are directions, and more: each of them costs phi(0)."""
    rank = Symbol(r.name, integer=True, positive=True)
    names = {basis.vectors: MatrixSymbol("W", D, rank), basis.values: MatrixSymbol("mu", rank, 1)}
    names |= {filter_values: MatrixSymbol("v", rank, 1), rotation: MatrixSymbol("P", rank + spare, rank)}
    theorem = rules.substitution(spectral_filter_theorem("X"), {r: rank, K: rank + spare} | names)
    value = spare * phi(0) + least(names[filter_values], names[basis.values])
    return rules.restatement(theorem, replace(theorem.statement, value=value))


@result("output-dimension", cites=("balestriero2022",))
def output_dimension():
    """What m output dimensions beyond K add: to the least loss (i) that with K, (ii) the minima in one variable at the next m
    eigenvalues. (iii), (iv) Where these are attained at 0, Z* is the same up to a rotation, and its range and its rank do not
    change. (v) Nor do they where there are no further directions.
    """
    return fewer_columns(), more_columns(), *nothing_more(), beyond_the_rank()
