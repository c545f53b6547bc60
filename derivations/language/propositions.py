"""What can be said: equations, inequalities and the facts that are declared on symbols.

A proposition holds SymPy expressions. As a hypothesis it gives the normal form its rewriting rules; as a statement it is
what a theorem asserts; on an instance it has a residual, zero (to rounding) exactly if it holds there.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

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
    Sum,
    Symbol,
    Transpose,
    ZeroMatrix,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import Leading
from derivations.language.errors import NoInstance
from derivations.language.network import Factor, Term

KINDS = {}


@dataclass(frozen=True)
class Proposition:
    """Base class; every field is a SymPy expression or a tuple of propositions.

    `equational` says that the equations are all that is claimed, so that the normal form can prove the proposition.
    """

    equational = False
    irrational = False  # whether its instances need roots

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if cls.__module__ != __name__:
            raise TypeError(f"the kinds of propositions are those of {__name__}")
        KINDS[cls.__name__] = cls

    def __post_init__(self):
        for f in fields(self):
            value = getattr(self, f.name)
            if isinstance(value, int) and not isinstance(value, bool):
                object.__setattr__(self, f.name, Integer(value))
            elif isinstance(value, list):
                object.__setattr__(self, f.name, tuple(value))
            value = getattr(self, f.name)
            parts = value if isinstance(value, tuple) else ()
            if not isinstance(value, (Basic, tuple)) or not all(isinstance(p, Proposition) for p in parts):
                raise TypeError(f"{type(self).__name__}: {f.name} must be a SymPy expression, found {value!r}")

    def arguments(self):
        return tuple(getattr(self, f.name) for f in fields(self))

    def expressions(self):
        """Every SymPy expression in it, those of nested propositions included."""
        for argument in self.arguments():
            if isinstance(argument, tuple):
                for inner in argument:
                    yield from inner.expressions()
            else:
                yield argument

    def map(self, function):
        """The same proposition with `function` applied to every expression."""
        return type(self)(
            *(tuple(p.map(function) for p in a) if isinstance(a, tuple) else function(a) for a in self.arguments())
        )

    def free_symbols(self):
        return set().union(*(e.free_symbols for e in self.expressions()))

    def equations(self):
        """Pairs (lhs, rhs): what it says as equations, and how it rewrites."""
        return ()

    def patterns(self, parse):
        """Rewriting rules that are no matrix equations: pairs (network, sum of networks)."""
        return ()

    def residual(self, instance):
        """How far it is from holding on an instance (relative where there is a scale); 0 if it holds."""
        return max((instance.distance(lhs, rhs) for lhs, rhs in self.equations()), default=0)

    def constrain(self, array, instance):
        """A random array for the symbol that the fact is about, changed so that the fact holds."""
        return array

    def determined(self):
        """The symbols whose values follow from the others; `determine` computes them on an instance."""
        return ()

    def determine(self, instance):
        return {}

    def text(self, show):
        return ",  ".join(f"{show(lhs)} = {show(rhs)}" for lhs, rhs in self.equations())

    def latex(self, show):
        return r",\quad ".join(f"{show(lhs)} = {show(rhs)}" for lhs, rhs in self.equations())


@dataclass(frozen=True)
class Equal(Proposition):
    """lhs = rhs. As a hypothesis it rewrites lhs, a single product, into rhs."""

    equational = True

    lhs: Basic
    rhs: Basic

    def equations(self):
        return ((self.lhs, self.rhs),)

    def determined(self):
        return tuple(s for s in (self.lhs, self.rhs) if isinstance(s, (Symbol, MatrixSymbol)))[:1]

    def determine(self, instance):
        (symbol,) = self.determined()
        return {symbol: instance.value(self.rhs if symbol == self.lhs else self.lhs)}


@dataclass(frozen=True)
class AtMost(Proposition):
    """lhs <= rhs, both real scalars."""

    lhs: Basic
    rhs: Basic

    def residual(self, instance):
        return instance.excess(self.lhs, self.rhs)

    def text(self, show):
        return f"{show(self.lhs)} <= {show(self.rhs)}"

    def latex(self, show):
        return rf"{show(self.lhs)} \le {show(self.rhs)}"


@dataclass(frozen=True)
class Symmetric(Proposition):
    """M' = M."""

    equational = True

    matrix: Basic

    def equations(self):
        return ((self.matrix.T, self.matrix),)

    def constrain(self, array, instance):
        return array + array.T

    def text(self, show):
        return f"{show(self.matrix)} symmetric"

    def latex(self, show):
        return rf"{show(self.matrix)} = {show(self.matrix.T)}"


@dataclass(frozen=True)
class EntrywiseNonnegative(Proposition):
    """Every entry of the matrix is at least 0."""

    matrix: Basic

    def residual(self, instance):
        return max(0, -instance.value(self.matrix).min())

    def constrain(self, array, instance):
        return abs(array)

    def text(self, show):
        return f"{show(self.matrix)} >= 0 entrywise"

    def latex(self, show):
        return rf"{show(self.matrix)}_{{ij}} \ge 0"


@dataclass(frozen=True)
class PositiveSemidefinite(Proposition):
    """v' M v >= 0 for every vector v."""

    matrix: Basic

    def residual(self, instance):
        return instance.negativity(self.matrix)

    def constrain(self, array, instance):
        return array @ array.T

    def text(self, show):
        return f"{show(self.matrix)} positive semidefinite"

    def latex(self, show):
        return rf"{show(self.matrix)} \succeq 0"


@dataclass(frozen=True)
class Ascending(Proposition):
    """The entries of a vector do not decrease."""

    vector: Basic

    def residual(self, instance):
        v = instance.value(self.vector).ravel()
        return max((max(0, a - b) for a, b in zip(v, v[1:], strict=False)), default=0)

    def constrain(self, array, instance):
        return np.sort(array, axis=0)

    def text(self, show):
        return f"{show(self.vector)} ascending"

    def latex(self, show):
        return rf"{show(self.vector)} \text{{ ascending}}"


@dataclass(frozen=True)
class Positive(Proposition):
    """Every entry of the vector is greater than 0."""

    vector: Basic

    def residual(self, instance):
        return 0 if all(x > 0 for x in instance.value(self.vector).ravel()) else 1

    def text(self, show):
        return f"{show(self.vector)} > 0 entrywise"

    def latex(self, show):
        return rf"{show(self.vector)} > 0 \text{{ entrywise}}"


@dataclass(frozen=True)
class Orthonormal(Proposition):
    """R' M R = I: columns that are orthonormal in the metric M (positive semidefinite; the identity: R'R = I)."""

    equational = True
    irrational = True

    matrix: Basic
    metric: Basic | None = None

    def __post_init__(self):
        if self.metric is None:
            object.__setattr__(self, "metric", Identity(self.matrix.rows))
        super().__post_init__()

    def equations(self):
        metric = () if isinstance(self.metric, Identity) else (self.metric,)
        return ((MatMul(self.matrix.T, *metric, self.matrix), Identity(self.matrix.cols)),)

    def determined(self):
        return (self.matrix,)

    def determine(self, instance):
        basis = instance.pencil(self.metric, self.metric)[1]
        wanted = instance.dimension(self.matrix.cols)
        if wanted > basis.shape[1]:
            raise NoInstance(f"{self.matrix} has more columns than {self.metric} has rank")
        return {self.matrix: basis @ instance.rotation(basis.shape[1])[:, :wanted]}


def _key(parse, matrix):
    """The key of a matrix symbol in networks."""
    if not isinstance(matrix, MatrixSymbol) or 1 in matrix.shape:
        raise ValueError(f"the hypothesis on {matrix} does not rewrite: it is no matrix symbol of two indices")
    ((_, network),) = parse(matrix)
    return network.factors[0].key


@dataclass(frozen=True)
class ConstantRowSums(Proposition):
    """M 1 = level 1: a regular relation, whose degrees are all the same."""

    equational = True

    matrix: Basic
    level: Basic

    def equations(self):
        ones = OneMatrix(self.matrix.cols, 1)
        return ((MatMul(self.matrix, ones), MatMul(self.level, ones)),)

    def constrain(self, array, instance):
        """Self-loops make the sums equal."""
        sums = array.sum(axis=1)
        return array + instance.arithmetic.eye(len(array)) * (max(sums) - sums)

    def determined(self):
        return (self.level,)

    def determine(self, instance):
        return {self.level: instance.value(self.matrix)[0].sum()}


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
        """Every class is met; the sizes are equal or random."""
        n, c = map(instance.dimension, self.matrix.shape)
        if c > n:
            raise NoInstance("more classes than samples")
        more = [m % c for m in range(n - c)] if instance.integers(0, 2, 1) == [0] else instance.integers(0, c, n - c)
        labels = sorted([*range(c), *more])
        return {self.matrix: instance.arithmetic.array(np.eye(c, dtype=int)[labels])}

    def text(self, show):
        return f"{show(self.matrix)} one-hot rows"

    def latex(self, show):
        return rf"{show(self.matrix)} \text{{ with one-hot rows}}"


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
        b, one = instance.value(self.classes), instance.arithmetic.number(1)
        columns, owners = [], []
        for c in range(b.shape[1]):
            members = [i for i in range(len(b)) if b[i, c] != 0]
            for m in range(1, len(members)):
                scale = instance.arithmetic.power(one * m * (m + 1), -one / 2)
                column = instance.arithmetic.zeros(len(b), 1)
                column[members[:m], 0], column[members[m], 0] = scale, -m * scale
                columns.append(column)
                owners.append(c)
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
class Eigenpairs(Proposition):
    """The bottom of a symmetric pencil: A V = M V diag(lam), V' M V = I, M positive semidefinite of rank `rank`,
    ker M inside ker A, and lam, ascending, the smallest eigenvalues of the pencil on range(M) (as many as V has columns).
    """

    irrational = True

    matrix: Basic
    metric: Basic
    vectors: Basic
    values: Basic
    rank: Basic

    def determined(self):
        return tuple(s for s in (self.vectors, self.values, self.rank) if isinstance(s, (MatrixSymbol, Symbol)))

    def determine(self, instance):
        values, vectors = instance.pencil(self.matrix, self.metric)
        found = {self.rank: instance.arithmetic.number(len(values))} if isinstance(self.rank, Symbol) else {}
        q = instance.extended(found).dimension(self.vectors.cols)
        return found | {self.vectors: vectors[:, :q], self.values: values[:q].reshape(-1, 1)}

    def equations(self):
        a, m, v = self.matrix, self.metric, self.vectors
        return (
            (MatMul(Transpose(v), m, v), Identity(v.cols)),
            (MatMul(a, v), MatMul(m, v, DiagMatrix(self.values))),
        )

    def residual(self, instance):
        smallest = instance.pencil(self.matrix, self.metric)[0][: instance.dimension(self.vectors.cols)]
        given = instance.value(self.values).ravel()
        rank = instance.dimension(self.rank) - len(instance.pencil(self.matrix, self.metric)[0])
        gaps = [abs(x - y) / (1 + abs(y)) for x, y in zip(given, smallest, strict=True)]
        return max([super().residual(instance), abs(rank), *gaps])

    def text(self, show):
        a, m = show(self.matrix), show(self.metric)
        return (
            f"{super().text(show)},  {show(self.values)} ascending: the {show(self.vectors.cols)} smallest eigenvalues "
            f"of ({a}, {m}), rank {m} = {show(self.rank)}"
        )

    def latex(self, show):
        a, m = show(self.matrix), show(self.metric)
        return (
            rf"{super().latex(show)},\quad {show(self.values)} \text{{ ascending, the }} {show(self.vectors.cols)} "
            rf"\text{{ smallest eigenvalues of the pencil }} ({a}, {m}),\ \operatorname{{rank}} {m} = {show(self.rank)}"
        )


@dataclass(frozen=True)
class Eigenvector(Proposition):
    """M v = value v with v'v = 1 and v in the range of the projector `within`."""

    irrational = True

    matrix: Basic
    vector: Basic
    value: Basic
    within: Basic

    def equations(self):
        v = self.vector
        inside = () if isinstance(self.within, Identity) else ((MatMul(self.within, v), v),)
        return (
            (MatMul(self.matrix, v), MatMul(self.value, v)),
            (MatMul(Transpose(v), v), Identity(1)),
            *inside,
        )

    def determined(self):
        return (self.vector, self.value)

    def determine(self, instance):
        values, vectors = instance.pencil(self.matrix, self.within)
        if not len(values):
            raise NoInstance(f"{self.within} has rank 0")
        (chosen,) = instance.integers(0, len(values), 1)
        return {self.vector: vectors[:, chosen : chosen + 1], self.value: values[chosen]}


@dataclass(frozen=True)
class Orthogonal(Proposition):
    """The columns of `matrix` are orthogonal to the unit vector `direction`: v' M = 0."""

    matrix: Basic
    direction: Basic

    def equations(self):
        return ((MatMul(Transpose(self.direction), self.matrix), ZeroMatrix(1, self.matrix.cols)),)

    def constrain(self, array, instance):
        v = instance.value(self.direction)
        return array - v @ (v.T @ array)


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


@dataclass(frozen=True)
class SpectralBasis(Proposition):
    """F = U T with U'U = I and U'SU = diag(a): an orthonormal basis of range(F) in which S is diagonal; its
    first coordinates are the eigenvectors V with the values lam: T V = I_{:, q}, lam the first entries of a.
    """

    irrational = True

    factor: Basic
    operator: Basic
    vectors: Basic
    values: Basic
    basis: Basic
    coordinates: Basic
    spectrum: Basic

    def equations(self):
        f, s, v, lam, u, t, a = self.arguments()
        first = Leading(u.cols, v.cols)
        return (
            (f, MatMul(u, t)),
            (MatMul(u.T, u), Identity(u.cols)),
            (MatMul(u.T, s, u), DiagMatrix(a)),
            (MatMul(t, v), first),
            (MatMul(first.T, a), lam),
        )

    def determined(self):
        return (self.basis, self.coordinates, self.spectrum)

    def determine(self, instance):
        f = instance.value(self.factor)
        values, vectors = instance.pencil(self.factor.T * self.operator * self.factor, self.factor.T * self.factor)
        u = f @ vectors
        return {self.basis: u, self.coordinates: u.T @ f, self.spectrum: values.reshape(-1, 1)}


@dataclass(frozen=True)
class ConstantDiagonal(Proposition):
    """R'R = I, and every diagonal entry of R diag(d) R' is the number `level`."""

    equational = True
    irrational = True

    rotation: Basic
    values: Basic
    level: Basic

    def equations(self):
        r = self.rotation
        ones = OneMatrix(r.rows, 1)
        return (
            (MatMul(HadamardProduct(r, r), self.values), MatMul(self.level, ones)),
            (MatMul(r.T, r), Identity(r.cols)),
        )

    def determined(self):
        return (self.rotation,)

    def determine(self, instance):
        d = instance.value(self.values).ravel()
        rows, level = instance.dimension(self.rotation.rows), instance.value(self.level)
        if len(d) > rows:
            raise NoInstance(f"{self.rotation} has more columns than rows")
        return {self.rotation: instance.constant_diagonal(d, rows, level)[:, : len(d)]}


@dataclass(frozen=True)
class Level(Proposition):
    """sum_k values_k = count * level. If the values fall as the level grows, this equation determines the level."""

    equational = True
    irrational = True

    level: Basic
    values: Basic
    count: Basic

    def equations(self):
        k = Symbol("k", integer=True, nonnegative=True)
        total = Sum(MatrixElement(self.values, k, 0), (k, 0, self.values.rows - 1))
        return ((total, self.count * self.level),)

    def determined(self):
        return (self.level,)

    def determine(self, instance):
        def excess(level):
            at = instance.extended({self.level: level})
            return at.value(self.values).sum() / at.value(self.count) - level

        return {self.level: instance.root_of_decreasing(excess)}


@dataclass(frozen=True)
class Minimises(Proposition):
    """For every k, point_k >= 0 minimises s -> function(s, values_k) over s >= 0; vectors q x 1, a Lambda of (s, a)."""

    irrational = True

    point: Basic
    function: Basic
    values: Basic

    def determined(self):
        return (self.point,) if isinstance(self.point, MatrixSymbol) else ()

    def determine(self, instance):
        s, a = self.function.variables
        value, slope = self.function.expr, self.function.expr.diff(s)

        def at(expr, eigenvalue):
            return lambda x: instance.extended({s: x, a: eigenvalue}).value(expr)

        found = [instance.least_at(at(value, x), at(slope, x)) for x in instance.value(self.values).ravel()]
        return {self.point: instance.arithmetic.array(found).reshape(-1, 1)}

    def _at(self, instance, s, a):
        slots = dict(zip(self.function.variables, (s, a), strict=True))
        return instance.extended(slots).value(self.function.expr)

    def residual(self, instance):
        points, values = (instance.value(v).ravel() for v in (self.point, self.values))
        worst = max([0, *(-t for t in points)])
        for t, a in zip(points, values, strict=True):
            least = self._at(instance, t, a)
            trials = [t * (1 + h) + h for h in (instance.arithmetic.number(1) / 10**d for d in (0, 2, 8))]
            trials += [t / 2, *(instance.arithmetic.number(x) / 4 for x in range(13))]
            excess = max(least - self._at(instance, x, a) for x in trials)
            worst = max(worst, excess / (1 + abs(least)))
        return worst

    def _at_k(self, show):
        """(point_k, function(x, values_k)), printed."""
        k, x = Symbol("k", integer=True, nonnegative=True), Symbol("x", nonnegative=True)
        return show(MatrixElement(self.point, k, 0)), show(self.function(x, MatrixElement(self.values, k, 0)))

    def text(self, show):
        point, function = self._at_k(show)
        return f"{point} minimises {function} over x >= 0, for every k"

    def latex(self, show):
        point, function = self._at_k(show)
        return rf"{point} \text{{ minimises }} {function} \text{{ over }} x \ge 0 \text{{, for every }} k"


@dataclass(frozen=True)
class Gradient(Proposition):
    """The gradient of the scalar `function` in the matrix `unknown` is `value`: df = tr(value' d unknown)."""

    function: Basic
    unknown: Basic
    value: Basic

    def residual(self, instance):
        return instance.gradient_residual(self.function, self.unknown, self.value)

    def text(self, show):
        return f"grad_{show(self.unknown)} {show(self.function)}  =  {show(self.value)}"

    def latex(self, show):
        return rf"\nabla_{{{show(self.unknown)}}} \left[ {show(self.function)} \right] = {show(self.value)}"


@dataclass(frozen=True)
class Minimum(Proposition):
    """min of `objective` over all matrices `unknown` that satisfy `subject_to` is `value`, attained at `at`."""

    objective: Basic
    unknown: Basic
    value: Basic
    at: Basic
    subject_to: tuple[Proposition, ...] = ()

    def residual(self, instance):
        return instance.minimum_residual(self)

    def text(self, show):
        z = show(self.unknown)
        such = "  such that  " + ", ".join(p.text(show) for p in self.subject_to) if self.subject_to else ""
        return f"min over {z}{such}  of  {show(self.objective)}\n  =  {show(self.value)}\nat  {z} = {show(self.at)}"

    def latex(self, show):
        z = show(self.unknown)
        such = "".join(rf",\ {p.latex(show)}" for p in self.subject_to)
        return (
            rf"\min_{{{z}{such}}} {show(self.objective)} = {show(self.value)} "
            rf"\quad\text{{at}}\quad {z} = {show(self.at)}"
        )


@dataclass(frozen=True)
class LeastValue(Proposition):
    """min of `objective` over all matrices `unknown` is `value`, and attained."""

    objective: Basic
    unknown: Basic
    value: Basic

    def residual(self, instance):
        return AtMost(self.value, self.objective).residual(instance)

    def text(self, show):
        return f"min over {show(self.unknown)} of {show(self.objective)} = {show(self.value)}"

    def latex(self, show):
        return rf"\min_{{{show(self.unknown)}}} {show(self.objective)} = {show(self.value)}"


@dataclass(frozen=True)
class All(Proposition):
    """Every one of `parts`."""

    parts: tuple[Proposition, ...]

    def equations(self):
        return tuple(pair for p in self.parts for pair in p.equations())

    def patterns(self, parse):
        return tuple(pattern for p in self.parts for pattern in p.patterns(parse))

    def residual(self, instance):
        return max(p.residual(instance) for p in self.parts)

    def text(self, show):
        return "\n".join(p.text(show) for p in self.parts)

    def latex(self, show):
        return r" \\ ".join(p.latex(show) for p in self.parts)
