"""Barlow Twins (Zbontar, Jing, Misra, LeCun & Deny 2021; in matrix form after Balestriero & LeCun 2022).

The cross-correlation C of the two branches, every positive pair in both orders, is the Gram matrix in G of the columns of
Z, scaled to length one in the metric of the degrees. It is asked to be the identity.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import (
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    Identity,
    KroneckerDelta,
    MatAdd,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    S,
    Sum,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    symbols,
)

from derivations.language.atoms import Named, SquaredNorm
from derivations.language.loss import Loss
from derivations.language.norms import ColumnNorms, UnitColumns
from derivations.language.propositions import (
    All,
    AtMost,
    EntrywiseNonnegative,
    Equal,
    Pairing,
    Positive,
    PositiveSemidefinite,
    Symmetric,
)
from derivations.proof import rules
from derivations.proof.lemmas import lemma
from derivations.proof.lemmas.lemma import entry
from derivations.proof.result import result
from derivations.spectral import unit_columns

# The statement

N, K, D = symbols("N K D", integer=True, positive=True)  # samples, dimensions, input features
w = Symbol("w", nonnegative=True)  # weight of the entries off the diagonal
pairs = Symbol("n", integer=True, positive=True)
v = Symbol("v", positive=True)  # volume: the sum of all weights
i, j, k, l = symbols("i j k l", integer=True, nonnegative=True)

Z = MatrixSymbol("Z", N, K)  # representation, a row a sample
G = MatrixSymbol("G", N, N)  # relation
d = MatrixSymbol("d", N, 1)  # degrees
degrees = DiagMatrix(d)


def correlation(relation, metric, z=Z):
    """C = U'GU, U the columns of Z scaled to length one."""
    unit = UnitColumns(z, metric)
    return Named("C", MatMul(Transpose(unit), relation, unit))


def redundancy(matrix, weight=w):
    """|Diag(C) - I|^2 + w |C - Diag(C)|^2."""
    diagonal = DiagonalMatrix(matrix)
    return SquaredNorm(diagonal - Identity(matrix.rows)) + weight * SquaredNorm(matrix - diagonal)


def cosine(a, b):
    """The cosine of two columns over all positive pairs, in both orders."""
    products = Sum(G[i, l] * Z[i, a] * Z[l, b], (i, 0, N - 1), (l, 0, N - 1))
    return products / (entry(ColumnNorms(Z, degrees), a) * entry(ColumnNorms(Z, degrees), b))


C = correlation(G, degrees)
declared = (Symmetric(G), EntrywiseNonnegative(G), Equal(MatMul(G, OneMatrix(N, 1)), d), EntrywiseNonnegative(d))
nonzero = Positive(ColumnNorms(Z, degrees))
barlow_twins = Loss(
    "barlow_twins",
    "Barlow Twins",
    unknown=Z,
    value=Sum((cosine(k, k) - 1) ** 2, (k, 0, K - 1))
    + w * Sum((1 - KroneckerDelta(j, k)) * cosine(j, k) ** 2, (j, 0, K - 1), (k, 0, K - 1)),
    matrix_form=redundancy(C),
    facts=(*declared, nonzero),
    hyper={w: "weight of the entries off the diagonal"},
    cites=("zbontar2021", "balestriero2022"),
)

# Centred, as in the official code: Z' D 1 = 0

ones = OneMatrix(N, 1)
centring = MatAdd(Identity(N), MatMul(-1 / v, ones, Transpose(d)))  # takes the mean by degrees off every column
expected = MatMul(1 / v, d, Transpose(d))  # of the relation, for independent pairs
centred = (MatAdd(G, MatMul(-1, expected)), MatAdd(degrees, MatMul(-1, expected)))
volume = Equal(Sum(d[i, 0], (i, 0, N - 1)), v)


@result("barlow-matrix-form", cites=barlow_twins.cites)
def matrix_form():
    """Barlow Twins in matrix form. Centred, it is the same loss of the relation and the degrees less those of independent
    pairs. It does not see the scale of a column. For pairs of views, S and T choosing the first and the second of each,
    the relation makes Z'GZ the cross-correlation of the branches in both orders, and all degrees one.
    """
    published = rules.normal_form(Equal(barlow_twins.value, barlow_twins.matrix_form), barlow_twins.facts)
    moved = redundancy(correlation(G, degrees, MatMul(centring, Z)))
    facts = (*declared, volume, Positive(ColumnNorms(MatMul(centring, Z), degrees)))
    about_mean = rules.normal_form(Equal(moved, redundancy(correlation(*centred))), facts)
    scale = MatrixSymbol("t", K, 1)
    scaled = redundancy(correlation(G, degrees, MatMul(Z, DiagMatrix(scale))))
    unseen = rules.normal_form(Equal(scaled, barlow_twins.matrix_form), (*barlow_twins.facts, Positive(scale)))
    first, second = (MatrixSymbol(name, N, pairs) for name in "ST")
    views = MatAdd(MatMul(first, Transpose(second)), MatMul(second, Transpose(first)))  # the relation of pairs
    branches = MatMul(Transpose(Z), first, Transpose(second), Z)
    both_orders = Equal(MatMul(Transpose(Z), views, Z), MatAdd(branches, Transpose(branches)))
    once = Equal(MatMul(views, OneMatrix(N, 1)), OneMatrix(N, 1))
    two_views = rules.normal_form(All((both_orders, once)), [Pairing(first, second)])
    return published, about_mean, unseen, two_views


@result("barlow-gradient", cites=barlow_twins.cites)
def gradient():
    """The gradient of Barlow Twins: that in the unit columns, without its part along them, divided by their lengths; so
    every column of it is orthogonal to that of Z.
    """
    slope = rules.adjoint(barlow_twins.matrix_form, Z, barlow_twins.facts)
    along = Equal(DiagonalOf(MatMul(Transpose(Z), slope.statement.value)), ZeroMatrix(K, 1))
    return slope, rules.normal_form(along, barlow_twins.facts)


# The optimum at w = 1


def equally_weighted(relation, metric, z=Z):
    """|C - I|^2."""
    return SquaredNorm(correlation(relation, metric, z) - Identity(z.cols))


# The linear regime, Z = X W, which has any inputs X, and so the identity and the centring as well

X = MatrixSymbol("X", N, D)
A = MatMul(Transpose(X), G, X)  # moments of the inputs
M = MatMul(Transpose(X), degrees, X)


def linear_minimum(case, name):
    """The minimum of |C - I|^2 over all linear maps, which are called by that name."""
    seen = A if case.sign > 0 else MatMul(-1, A)
    unseen = MatMul(Transpose(X), MatAdd(degrees, MatMul(-case.sign, G)), X)
    own = {lemma.N: D, unit_columns.matrix: seen, unit_columns.metric: M}
    own |= {unit_columns.surplus: unseen, unit_columns.kappa: S.One}  # no eigenvalue is beyond one
    theorem = rules.substitution(case.scale_free(name), own, declared)
    direction = MatrixSymbol("y", D, 1)
    image = MatMul(X, direction)
    apart = (entry(image, i) - case.sign * entry(image, j)) ** 2
    forms = {
        M: Trace(MatMul(Transpose(image), degrees, image)),
        unseen: Sum(G[i, j] * apart / 2, (i, 0, N - 1), (j, 0, N - 1)),
    }
    for h in theorem.hypotheses:
        if isinstance(h, (Symmetric, Equal)) and h not in declared:
            theorem = rules.discharge(theorem, rules.normal_form(h, declared))
        elif isinstance(h, PositiveSemidefinite) and h.matrix in forms:
            form = AtMost(S.Zero, Trace(MatMul(Transpose(direction), h.matrix, direction)))
            form = rules.combination(form, [], remainder=[forms[h.matrix]], hypotheses=declared)
            theorem = rules.discharge(theorem, rules.semidefinite(form, direction))
    return written(theorem, A, M)


def written(theorem, relation, metric, facts=()):
    """A minimum with its objective written as |C - I|^2, for a relation and a metric that are the same under the facts."""
    found = theorem.statement
    nonzero = [Positive(ColumnNorms(found.unknown, metric))]
    objective = equally_weighted(relation, metric, found.unknown)
    return rules.restatement(theorem, replace(found, objective=objective, subject_to=nonzero), facts)


def minimum(case, inputs, relation, metric, facts):
    """The minimum over all representations, from that for the given inputs; its hypotheses written in the relation and the
    metric, which are the moments of the inputs under the facts.
    """
    theorem = rules.substitution(linear_minimum(case, "Z"), {D: N, X: inputs}, facts)
    moments = (MatMul(Transpose(inputs), m, inputs) for m in (G, degrees))
    spelling = dict(zip(moments, (relation, metric), strict=True))
    for h in theorem.hypotheses:
        said = h.map(lambda e: e.xreplace(spelling))
        if said != h:
            theorem = rules.discharge(theorem, rules.assumption(said), facts)
    return written(theorem, relation, metric, facts)


@result("barlow-linear-optimum", cites=barlow_twins.cites)
def linear_optimum():
    """The global minimum of Barlow Twins with equal weights over linear maps Z = X W, from two moments of X, whatever its
    rank. (i) Where the lengths 1/g_k of the positive eigenvalues exceed K, they are filled up to a common level; (ii)
    where they do not, and some direction is not seen by the relation, or seen as negative, it takes the rest; (iii), (iv)
    where the relation is definite, the lengths overflow.
    """
    return [linear_minimum(case, "W") for case in unit_columns.all_cases()]


@result("barlow-optimum", cites=barlow_twins.cites)
def optimum():
    """The global minimum of Barlow Twins with equal weights over all representations, in the same cases; but a relation is
    not negative definite. Centred, it is that of the relation and the degrees less those of independent pairs.
    """
    joined = Equal(barlow_twins.matrix_form.subs(w, 1), equally_weighted(G, degrees))
    filled, spare, positive, negative = unit_columns.all_cases()
    plain = [minimum(case, Identity(N), G, degrees, declared) for case in (filled, spare, positive)]
    everything = (filled, spare, positive, negative)
    about_mean = [minimum(case, centring, *centred, (*declared, volume)) for case in everything]
    return rules.normal_form(joined, barlow_twins.facts), *plain, *about_mean
