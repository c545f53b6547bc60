"""Columns that are all alike: a lower bound of what they cost that any other columns cost.

Let C = Z'MZ, v a direction of length one, v'Mv = 1, and r = tr C - |Z'Mv|^2 what Z has of other directions. Scaled to
variances F_k = C_kk / max(1, C_kk) <= 1, the columns have covariances with

    sum_{j != k} F_j F_k <= |C - Diag(C)|^2 + 2 K r,

for C is then |y|^2 in the direction y = Z'Mv and nonnegative beside it; and with g_k = 1 - F_k <= 2 (1 - sqrt(C_kk))_+

    sum_{j != k} F_j F_k = K (K - 1) - 2 (K - 1) sum_k g_k + sum_{j != k} g_j g_k.

So a hinge that is heavy enough makes up for whatever shrinking the columns would gain.
"""

from __future__ import annotations

from functools import cache

from sympy import (
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    KroneckerDelta,
    Lambda,
    MatAdd,
    MatMul,
    MatrixSymbol,
    Max,
    S,
    Sum,
    Symbol,
    Trace,
    Transpose,
    sqrt,
    symbols,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import Named, SquaredNorm
from derivations.language.propositions import AtMost, Equal, Orthonormal, PositiveSemidefinite, Symmetric
from derivations.proof import rules
from derivations.proof.lemmas.lemma import D, K, k

x = Symbol("x", nonnegative=True)  # a standard deviation
size, excess, shortfall = Max(1, x), Max(0, x - 1), Max(0, 1 - x)
missing = shortfall * (size + x) / size**2  # g, of a column that is scaled by 1/size
shrunk = excess * (size + 1) / size**2  # 1 - 1/size^2

j = Symbol("j", integer=True, nonnegative=True)
off_diagonal = 1 - KroneckerDelta(j, k)
weight, off = symbols("a b", positive=True)
cost = Symbol("c", nonnegative=True)
Z, v, M, C = MatrixSymbol("Z", D, K), MatrixSymbol("v", D, 1), MatrixSymbol("M", D, D), MatrixSymbol("C", K, K)
gram = Equal(MatMul(Transpose(Z), M, Z), C)
given = (Symmetric(M), PositiveSemidefinite(M), Orthonormal(v, M), Symmetric(C), PositiveSemidefinite(C), gram)

along = MatMul(Transpose(Z), M, v)  # K x 1
beside = Named("W", MatAdd(Z, MatMul(-1, v, Transpose(v), M, Z)))
other = MatMul(Transpose(beside), M, beside)  # C - along along'
rest = Trace(C) - SquaredNorm(along)  # its trace
covariances = SquaredNorm(C - DiagonalMatrix(C))
enough = AtMost(4 * off * (K - 1) + 2 * cost, weight)


def of_column(function, index=k):
    """A function of the standard deviation of a column."""
    return function.subs(x, sqrt(C[index, index]))


def each(term, index=k):
    return Sum(term, (index, 0, K - 1))


F_j, F_k = (of_column(x**2 / size**2, index) for index in (j, k))
pairs = each(each(off_diagonal * F_j * F_k), j)  # sum_{j != k} F_j F_k


@cache
def identities():
    """(F = 1 - g, 1 - 1/size^2 = shrunk, g <= 2 shortfall), for every standard deviation."""
    parts = rules.larger(S.One, x)
    one_and_excess, shortfall_and_one = (rules.part(parts, n) for n in range(2))
    return (
        rules.combination(Equal(x**2 / size**2, 1 - missing), [shortfall_and_one], [-(size + x) / size**2]),
        rules.combination(Equal(1 - 1 / size**2, shrunk), [one_and_excess], [(size + 1) / size**2]),
        rules.combination(
            AtMost(missing, 2 * shortfall),
            [one_and_excess, shortfall_and_one],
            [-2 * shortfall / size, -shortfall / size**2],
            remainder=[shortfall * (2 * excess * size + shortfall) / size**2],
        ),
    )


def summed(identity, weight=S.One, index=k):
    """An identity at every column, times a weight, summed."""
    at_column = rules.substitution(identity, {x: sqrt(C[index, index])}, given)
    return rules.sum_over(at_column, index, K, weight)


@cache
def scaled_down():
    """sum_{j != k} F_j F_k <= |C - Diag(C)|^2 + 2 K r."""
    scaled, shrinking, _ = identities()
    by_pair = each(off_diagonal * C[j, k] ** 2 * (1 + of_column(1 / size**2)))
    scale = Named("D", DiagMatrix(DiagonalOf(C).applyfunc(Lambda(x, 1 / Max(1, sqrt(x))))))
    smaller = MatMul(beside, scale)
    left = Trace(MatMul(Transpose(smaller), M, smaller))
    across = MatMul(smaller, scale, along)
    return rules.combination(
        AtMost(pairs, covariances + 2 * K * rest),
        [summed(shrinking, by_pair, j), summed(shrinking, MatrixElement(other, k, k)), summed(scaled)],
        [S.NegativeOne, -2 * K, 2 * left],
        remainder=[
            each(of_column(shrunk, j) * by_pair, j),
            2 * K * each(of_column(shrunk) * MatrixElement(other, k, k)),
            2 * Trace(MatMul(Transpose(across), M, across)),
            SquaredNorm(MatMul(Transpose(smaller), M, smaller)),
            left**2,
            2 * left * each(of_column(missing)),
        ],
        hypotheses=given,
    )


@cache
def expanded():
    """K (K - 1) - 2 (K - 1) sum_k g_k <= sum_{j != k} F_j F_k."""
    scaled, *_ = identities()
    g_k, g_j = of_column(missing), of_column(missing, j)
    return rules.combination(
        AtMost(K * (K - 1) - 2 * (K - 1) * each(g_k), pairs),
        [summed(scaled), summed(scaled, F_k + 1 - g_k)],
        [-each(F_k + 1 - g_k), S.One],
        remainder=[each(each(off_diagonal * g_j * g_k), j)],
        hypotheses=given,
    )


@cache
def alike_bound():
    """b K (K - 1) + c K <= a sum_k (1 - sqrt(C_kk))_+ + b |C - Diag(C)|^2 + c tr C + 2 b K r if 4 b (K - 1) + 2 c <= a."""
    scaled, shrinking, little = identities()
    columns = summed(shrinking, C[k, k]), summed(scaled), summed(little)
    lost = 2 * off * (K - 1) + cost
    hinge = each(of_column(shortfall))
    return rules.combination(
        AtMost(off * K * (K - 1) + cost * K, weight * hinge + off * covariances + cost * Trace(C) + 2 * off * K * rest),
        [scaled_down(), expanded(), *columns, rules.assumption(enough)],
        [off, off, -cost, -cost, lost, hinge],
        remainder=[cost * each(of_column(shrunk) * C[k, k])],
        hypotheses=given,
    )
