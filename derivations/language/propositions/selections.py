"""Facts on 0/1 matrices: partitions, their contrasts, pairs, choices."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from sympy import (
    Basic,
    DiagMatrix,
    HadamardProduct,
    Identity,
    Integer,
    MatAdd,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    ZeroMatrix,
)

from derivations.language.errors import NoInstance
from derivations.language.network import Factor, Term
from derivations.language.propositions.base import Proposition


def _key(parse, matrix):
    """The key of a matrix symbol in networks."""
    if not isinstance(matrix, MatrixSymbol) or 1 in matrix.shape:
        raise ValueError(f"the hypothesis on {matrix} does not rewrite: it is no matrix symbol of two indices")
    ((_, network),) = parse(matrix)
    return network.factors[0].key


@dataclass(frozen=True)
class OneHot(Proposition):
    """A 0/1 matrix with a single 1 in each row: the indicator matrix of a partition (N samples x C classes)."""

    matrix: Basic

    def equations(self):
        n, c = self.matrix.shape
        return ((MatMul(self.matrix, OneMatrix(c, 1)), OneMatrix(n, 1)),)

    def patterns(self, parse):
        """B_ic B_id = delta_cd B_ic."""
        key, (n, c) = _key(parse, self.matrix), self.matrix.shape
        twice = Term((Factor(key, (0, 1)), Factor(key, (0, 2))), {0: n, 1: c, 2: c}, (("i", 0), ("c", 1), ("d", 2)))
        once = Term((Factor(key, (0, 1)),), {0: n, 1: c}, (("i", 0), ("c", 1), ("d", 1)))
        return ((twice, [(Integer(1), once)]),)

    def determined(self):
        return (self.matrix,)

    def determine(self, instance):
        """Every class is met, unless there are as many as samples; the sizes are equal or random."""
        n, c = map(instance.dimension, self.matrix.shape)
        if self.matrix.is_square:  # a choice of one sample for each
            return {self.matrix: instance.arithmetic.array(np.eye(c, dtype=int)[instance.integers(0, c, n)])}
        if c > n:
            raise NoInstance("more classes than samples")
        more = [m % c for m in range(n - c)] if instance.integers(0, 2, 1) == [0] else instance.integers(0, c, n - c)
        labels = sorted([*range(c), *more])
        return {self.matrix: instance.arithmetic.array(np.eye(c, dtype=int)[labels])}

    def every(self, instance):
        """Every partition of samples in order: all others are permutations of one. A class may be empty."""
        n, c = map(instance.dimension, self.matrix.shape)
        for labels in combinations_with_replacement(range(c), n):
            yield {self.matrix: instance.arithmetic.eye(c)[list(labels)]}

    def text(self, show):
        return f"{show(self.matrix)} has one-hot rows"

    def latex(self, show):
        return rf"{show(self.matrix)} \text{{ has one-hot rows}}"


@dataclass(frozen=True)
class OneEntry(Proposition):
    """A vector of which one entry is 1 and the others are 0."""

    equational = True

    vector: Basic

    def equations(self):
        e = self.vector
        return (
            (MatMul(e.T, OneMatrix(e.rows, 1)), Identity(1)),
            (MatMul(e, e.T), DiagMatrix(e)),
            (HadamardProduct(e, e), e),
        )

    def determined(self):
        return (self.vector,)

    def determine(self, instance):
        n = instance.dimension(self.vector.rows)
        if n == 0:
            raise NoInstance(f"{self.vector} has no entries")
        (chosen,) = instance.integers(0, n, 1)
        return {self.vector: instance.arithmetic.eye(n)[:, [chosen]]}

    def every(self, instance):
        n = instance.dimension(self.vector.rows)
        for i in range(n):
            yield {self.vector: instance.arithmetic.eye(n)[:, [i]]}

    def text(self, show):
        return f"one entry of {show(self.vector)} is 1, the others are 0"

    def latex(self, show):
        return rf"\text{{one entry of }} {show(self.vector)} \text{{ is 1, the others are 0}}"


@dataclass(frozen=True)
class Contrasts(Proposition):
    """Q'Q = I and Q Q' = I - 1 1'/n: an orthonormal basis, n x (n - 1), of the vectors that sum to 0."""

    equational = True
    irrational = True

    matrix: Basic

    def equations(self):
        q = self.matrix
        n = q.rows
        return (
            (MatMul(q.T, q), Identity(q.cols)),
            (MatMul(OneMatrix(1, n), q), ZeroMatrix(1, q.cols)),
            (MatMul(q, q.T), MatAdd(Identity(n), MatMul(-1 / n, OneMatrix(n, n)))),
        )

    def determined(self):
        return (self.matrix,)

    def determine(self, instance):
        n = instance.dimension(self.matrix.rows)
        return {self.matrix: np.hstack([instance.arithmetic.zeros(n, 0), *helmert(range(n), n, instance.arithmetic)])}


def helmert(members, size, arithmetic):
    """Contrasts of some of `size` samples: column m compares the member m with those before it."""
    members, one = list(members), arithmetic.number(1)
    for m in range(1, len(members)):
        scale = arithmetic.power(one * m * (m + 1), -one / 2)
        column = arithmetic.zeros(size, 1)
        column[members[:m], 0], column[members[m], 0] = scale, -m * scale
        yield column


@dataclass(frozen=True)
class HelmertContrasts(Proposition):
    """Contrasts of a partition: orthonormal columns Q, each living on one class of B and summing to 0 there;
    row j of `owners` names the class of column j, and a class of m members owns m - 1 contrasts.
    """

    irrational = True

    contrasts: Basic
    classes: Basic
    owners: Basic

    def equations(self):
        q, b, e = self.contrasts, self.classes, self.owners
        n, c = b.shape
        sizes = MatMul(b.T, OneMatrix(n, 1))
        return (
            (MatMul(q.T, q), Identity(q.cols)),
            (MatMul(b.T, q), ZeroMatrix(c, q.cols)),
            (MatMul(e.T, OneMatrix(q.cols, 1)), MatAdd(sizes, MatMul(-1, OneMatrix(c, 1)))),
        )

    def patterns(self, parse):
        """Q_ij B_ic = Q_ij E_jc."""
        keys = [_key(parse, m) for m in (self.contrasts, self.classes, self.owners)]
        (n, j), c = self.contrasts.shape, self.classes.cols
        dims, ports = {0: n, 1: j, 2: c}, (("i", 0), ("j", 1), ("c", 2))
        q = Factor(keys[0], (0, 1))
        lhs = Term((q, Factor(keys[1], (0, 2))), dims, ports)
        rhs = Term((q, Factor(keys[2], (1, 2))), dims, ports)
        return ((lhs, [(Integer(1), rhs)]),)

    def residual(self, instance):
        q, b, e = (instance.value(m) for m in (self.contrasts, self.classes, self.owners))
        stray = abs(q[:, :, None] * (b[:, None, :] - e[None, :, :])).max(initial=0)
        return max(stray, super().residual(instance))

    def determined(self):
        return (self.contrasts, self.owners)

    def determine(self, instance):
        b = instance.value(self.classes)
        columns, owners = [], []
        for c in range(b.shape[1]):
            members = [i for i in range(len(b)) if b[i, c] != 0]
            own = list(helmert(members, len(b), instance.arithmetic))
            columns += own
            owners += [c] * len(own)
        identity = instance.arithmetic.eye(b.shape[1])
        empty = instance.arithmetic.zeros(len(b), 0)
        return {self.contrasts: np.hstack([empty, *columns]), self.owners: identity[owners]}

    def text(self, show):
        q, b, e = map(show, self.arguments())
        return f"{super().text(show)},  column j of {q} lives on the class of {b} that row j of {e} names"

    def latex(self, show):
        q, b, e = map(show, self.arguments())
        return rf"{super().latex(show)},\quad {q}_{{ij}} {b}_{{ic}} = {q}_{{ij}} {e}_{{jc}}"


@dataclass(frozen=True)
class Pairing(Proposition):
    """0/1 matrices that split the samples into pairs: S'S = T'T = I, S'T = 0, S S' + T T' = I."""

    first: Basic
    second: Basic

    def equations(self):
        s, t = self.first, self.second
        n, pairs = s.shape
        ones = OneMatrix(pairs, 1)
        return (
            (MatMul(s.T, s), Identity(pairs)),
            (MatMul(t.T, t), Identity(pairs)),
            (MatMul(s.T, t), ZeroMatrix(pairs, pairs)),
            (MatMul(s.T, OneMatrix(n, 1)), ones),
            (MatMul(t.T, OneMatrix(n, 1)), ones),
            (MatMul(t, ones), MatAdd(OneMatrix(n, 1), MatMul(-1, s, ones))),
            (MatMul(t, t.T), MatAdd(Identity(n), MatMul(-1, s, s.T))),
        )

    def determined(self):
        return (self.first, self.second)

    def determine(self, instance):
        n, pairs = map(instance.dimension, self.first.shape)
        if n != 2 * pairs:
            raise NoInstance("the samples do not come in pairs")
        identity = instance.arithmetic.eye(n)
        return {self.first: identity[:, :pairs], self.second: identity[:, pairs:]}


@dataclass(frozen=True)
class Unimprovable(Proposition):
    """A choice of some of the entries of `values` (n x 1), at most one for each column of the 0/1 matrix `selection`
    (n x K), such that no entry left out exceeds any that a column has (0 for a column without one).
    """

    selection: Basic
    values: Basic

    def patterns(self, parse):
        """S_ik S_il = delta_kl S_ik and S_ik S_jk = delta_ij S_ik."""
        key, (n, c) = _key(parse, self.selection), self.selection.shape
        i, k, other = "i", "k", "l"
        rows = Term((Factor(key, (0, 1)), Factor(key, (0, 2))), {0: n, 1: c, 2: c}, ((i, 0), (k, 1), (other, 2)))
        row = Term((Factor(key, (0, 1)),), {0: n, 1: c}, ((i, 0), (k, 1), (other, 1)))
        columns = Term((Factor(key, (0, 1)), Factor(key, (2, 1))), {0: n, 1: c, 2: n}, ((i, 0), (k, 1), (other, 2)))
        column = Term((Factor(key, (0, 1)),), {0: n, 1: c}, ((i, 0), (k, 1), (other, 0)))
        return ((rows, [(Integer(1), row)]), (columns, [(Integer(1), column)]))

    def residual(self, instance):
        s, v = instance.value(self.selection), instance.value(self.values)
        chosen = s.sum(axis=1)
        best_left_out = max([0, *(x for x, c in zip(v.ravel(), chosen, strict=True) if c == 0)])
        least = min((s.T @ v).ravel(), default=0)
        crowded = max([0, *(chosen - 1), *(s.sum(axis=0) - 1)])
        return max(crowded, best_left_out - least)

    def determined(self):
        return (self.selection,)

    def determine(self, instance):
        v = instance.value(self.values).ravel()
        n, columns = map(instance.dimension, self.selection.shape)
        order = sorted(range(n), key=lambda i: -v[i])[:columns]
        s = instance.arithmetic.zeros(n, columns)
        for i, k in zip(order, instance.rng.sample(range(columns), len(order)), strict=True):
            s[i, k] = instance.arithmetic.number(1) if v[i] > 0 or instance.rng.random() < 0.5 else s[i, k]
        return {self.selection: s}

    def text(self, show):
        s, v = show(self.selection), show(self.values)
        return f"{s} selects entries of {v}, one a column at most, none left out larger than one that a column has"

    def latex(self, show):
        s, v = show(self.selection), show(self.values)
        return (
            rf"{s} \text{{ selects entries of }} {v}\text{{, at most one a column, none left out exceeding one that a "
            r"column has}"
        )
