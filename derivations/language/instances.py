"""Random instances of hypotheses: values for every symbol under which the declared facts hold.

Free symbols are drawn first (small dimensions; relations that are dense, sparse, disconnected or empty; low ranks), then
the facts determine the others: eigenvectors, orthonormal columns, one-hot rows. Rational where no fact needs a root,
50 digits otherwise.
"""

from __future__ import annotations

import random

import numpy as np
from sympy import MatMul, MatrixSymbol, Pow, Symbol, Transpose, preorder_traversal

from derivations.language.arithmetic import EXACT, MULTI_PRECISION
from derivations.language.errors import NoInstance
from derivations.language.evaluate import Evaluator
from derivations.language.propositions import EntrywiseNonnegative, Orthonormal, Symmetric, UnitLength
from derivations.language.propositions.facts import block

LARGEST = 6  # dimension
ATTEMPTS = 60


class Instance:
    """Values of symbols in one arithmetic, and the measurements that propositions ask for."""

    def __init__(self, arithmetic, table, rng, pencils=None):
        self.arithmetic = arithmetic
        self.table = table
        self.rng = rng
        self.evaluator = Evaluator(arithmetic, table)
        self.pencils = pencils or {}

    def extended(self, values):
        """The instance with further values; eigenpairs that these do not touch are kept."""
        kept = {
            key: pairs
            for key, pairs in self.pencils.items()
            if not any(s in m.free_symbols for s in values if s in self.table for m in key)
        }
        return Instance(self.arithmetic, self.table | values, self.rng, kept)

    def value(self, expr):
        return self.evaluator(expr)

    def dimension(self, expr):
        return self.evaluator.size(expr)

    def integers(self, low, high, count):
        return [self.rng.randrange(low, high) for _ in range(count)]

    def gaussian(self, rows, columns):
        """A matrix of small rational entries."""
        entries = [[self.rng.randrange(-6, 7) for _ in range(columns)] for _ in range(rows)]
        return self.arithmetic.array(np.array(entries, dtype=int).reshape(rows, columns)) / self.arithmetic.number(2)

    def rotation(self, n):
        """A random orthogonal matrix: a product of reflections, rational in exact arithmetic."""
        q = self.arithmetic.eye(n)
        for _ in range(n):
            v = self.gaussian(n, 1)
            length = (v * v).sum()
            if length != 0:
                q = q - (v @ (v.T @ q)) * (self.arithmetic.number(2) / length)
        return q

    def root_of_monotone(self, function):
        """The root of a monotone function at or above 0."""
        low, high = self.arithmetic.number(0), self.arithmetic.number(1)
        sign = 1 if function(low) >= 0 else -1
        while sign * function(high) > 0:
            high = 8 * high
            if high > 1e6:
                raise NoInstance("no level was found")
        try:
            return self.arithmetic.root(function, low, high)
        except ValueError as error:  # what was drawn spans more digits than there are
            raise NoInstance("the level is not determined to full precision") from error

    def least_at(self, function, slope):
        """Where a smooth function of s >= 0 is least, to full precision: a grid, then the zero of the slope nearby."""
        step = self.arithmetic.number(1) / 4
        best = min((step * n for n in range(40)), key=function)
        low, high = max(best - step, 0 * step), best + step
        if slope(high) < 0:
            raise NoInstance("the minimum lies beyond the grid")
        return low if slope(low) >= 0 else self.arithmetic.root(slope, low, high)

    def least_of_polynomial(self, coefficients):
        """Where a polynomial, highest power first, is least over s >= 0: at 0 or at a zero of its slope."""
        *highest, last = coefficients
        while highest and highest[0] == 0:
            highest.pop(0)
        if not highest:
            return self.arithmetic.number(0)
        if highest[0] < 0:
            raise NoInstance("the polynomial falls without bound")
        degree = len(highest)
        slope = [c * (degree - n) for n, c in enumerate(highest)]
        candidates = [self.arithmetic.number(0), *(z for z in self.arithmetic.real_zeros(slope) if z > 0)]

        def at(x):
            total = 0 * x
            for c in (*highest, last):
                total = total * x + c
            return total

        return min(candidates, key=at)

    # measurements

    def distance(self, lhs, rhs):
        a, b = self.value(lhs), self.value(rhs)
        if isinstance(a, np.ndarray):
            return abs(a - b).max(initial=0) / (1 + abs(b).max(initial=0))
        return abs(a - b) / (1 + abs(b))

    def excess(self, lhs, rhs):
        a, b = self.value(lhs), self.value(rhs)
        return max(0, a - b) / (1 + abs(b))

    def negativity(self, matrix):
        """How far a symmetric matrix is from positive semidefinite: the worst entry that elimination leaves, which takes no
        root, or the most negative pivot.
        """
        m = self.value(matrix)
        rest = (m + m.T) / 2
        for _ in range(len(rest)):
            pivots = rest.diagonal()
            i = int(np.argmax(pivots))
            if min(pivots) < -self.arithmetic.tolerance or pivots[i] <= self.arithmetic.tolerance:
                return max(abs(rest).max(), *-pivots) if abs(rest).max() > self.arithmetic.tolerance else 0
            rest = rest - rest[:, [i]] @ rest[[i]] / pivots[i]
        return 0

    def pencil(self, matrix, metric):
        """(eigenvalues ascending, V) of A v = a M v on range(M), with V' M V = I."""
        if (matrix, metric) not in self.pencils:
            self.pencils[matrix, metric] = self._pencil(self.value(matrix), self.value(metric))
        return self.pencils[matrix, metric]

    def _pencil(self, a, m):
        scale, basis = self.arithmetic.eigenpairs(m)
        cut = self.arithmetic.tolerance * max([1, *abs(scale)])
        kept = [i for i, s in enumerate(scale) if s > cut]
        if not kept:
            return self.arithmetic.array([]), self.arithmetic.zeros(len(m), 0)
        roots = np.array([self.arithmetic.power(scale[i], self.arithmetic.number(1) / 2) for i in kept])
        whitening = basis[:, kept] / roots
        values, vectors = self.arithmetic.eigenpairs(whitening.T @ a @ whitening)
        return values, whitening @ vectors

    def gradient_residual(self, function, unknown, gradient):
        """A directional derivative at 50 digits by a central difference, against tr(gradient' V)."""
        precise = self.in_multi_precision()
        z = precise.value(unknown)
        v = precise.gaussian(*z.shape)
        step = precise.arithmetic.number("1e-16")
        ahead, behind = (precise.extended({unknown: z + h * v}).value(function) for h in (step, -step))
        claimed = (precise.value(gradient) * v).sum()
        # the difference itself is right to step^2, relative to the third derivative
        error = abs((ahead - behind) / (2 * step) - claimed) / (1 + abs(claimed))
        return error if error > 1e-25 else 0

    def minimum_residual(self, claim):
        """The value at the claimed minimum, its feasibility, and how far random points go below it."""
        at = self.extended({claim.unknown: self.value(claim.at)})
        value = self.value(claim.value)
        scale = 1 + abs(value)
        worst = [abs(at.value(claim.objective) - value) / scale, *(p.residual(at) for p in claim.subject_to)]
        centre = at.table[claim.unknown]
        trials = [p.determine(self)[claim.unknown] for p in claim.subject_to if claim.unknown in p.determined()]
        trials = trials or [centre + self.gaussian(*centre.shape) / 10**k for k in (0, 1, 3, 6)]
        for z in trials:
            for p in claim.subject_to:
                z = p.constrain(z, self) if subject(p) == claim.unknown else z
            there = self.extended({claim.unknown: z})
            if any(p.residual(there) > self.arithmetic.tolerance for p in claim.subject_to):
                continue
            worst.append(max(0, value - there.value(claim.objective)) / scale)
        return max(worst)

    def in_multi_precision(self):
        if self.arithmetic is MULTI_PRECISION:
            return self
        convert = {
            s: MULTI_PRECISION.array(v) if isinstance(v, np.ndarray) else MULTI_PRECISION.number(v)
            for s, v in self.table.items()
        }
        return Instance(MULTI_PRECISION, convert, self.rng)


def instances(hypotheses, expressions, count, seed="instances"):
    """Yield up to `count` instances that meet the hypotheses and give every symbol of `expressions` a value."""
    rng = random.Random(seed)
    plan = Plan(tuple(hypotheses), tuple(expressions))
    found = 0
    for _ in range(ATTEMPTS * count):
        if found == count:
            return
        try:
            instance = plan.draw(rng)
            meant = all(h.residual(instance) <= instance.arithmetic.tolerance for h in hypotheses)
        except (NoInstance, ZeroDivisionError, IndexError):  # not to be met, or not even defined, with what was drawn
            continue
        if meant:
            found += 1
            yield instance


class Plan:
    """What has to be drawn for some hypotheses and expressions, and which hypothesis determines what."""

    def __init__(self, hypotheses, expressions):
        every = [*expressions, *(e for h in hypotheses for e in h.expressions())]
        roots = any(h.irrational or any(map(_takes_roots, h.expressions())) for h in hypotheses)
        roots = roots or any(map(_needs_roots, every))
        self.arithmetic = MULTI_PRECISION if roots else EXACT
        self.hypotheses = hypotheses
        self.owners = {s: h for h in hypotheses for s in h.determined()}
        symbols = sorted(_symbols(every), key=lambda s: (s.name, str(s)))
        dims = {d for s in symbols if isinstance(s, MatrixSymbol) for e in s.shape for d in e.free_symbols}
        self.symbols = [s for s in symbols if s in dims] + [s for s in symbols if s not in dims]

    def draw(self, rng):
        instance = Instance(self.arithmetic, {}, rng)
        pending = self.symbols
        while pending:
            for s in pending:
                try:
                    owner = self.owners.get(s)
                    values = owner.determine(instance) if owner else {s: _draw(s, self.hypotheses, instance)}
                except KeyError:  # something that it needs has no value yet
                    continue
                if any(isinstance(s, Symbol) and s.is_positive and value <= 0 for s, value in values.items()):
                    raise NoInstance("a positive number would be 0")
                instance = instance.extended(values)
                pending = [p for p in pending if p not in instance.table]
                break
            else:
                raise NoInstance(f"no order in which to draw {pending}")
        return instance


def _needs_roots(expr):
    """Whether a node of an expression has values that are not rational."""
    return any(getattr(node, "irrational", False) for node in preorder_traversal(expr))


def _takes_roots(expr):
    """Whether a power in an expression is no integer one."""
    return any(not power.exp.is_integer for power in expr.atoms(Pow))


def _symbols(expressions):
    """The symbols that need values: free ones (no indices that sums and functions bind) and the dimensions of matrices."""
    free = {s for e in expressions for s in e.free_symbols if isinstance(s, (Symbol, MatrixSymbol))}
    return free | {d for m in free if isinstance(m, MatrixSymbol) for size in m.shape for d in size.free_symbols}


def _draw(symbol, hypotheses, instance):
    rng, number = instance.rng, instance.arithmetic.number
    if isinstance(symbol, Symbol):
        if symbol.is_integer:
            return number(rng.randrange(1 if symbol.is_positive else 0, LARGEST + 1))
        size = number(int(rng.choice(("1", "1", "2", "3", "25")))) / number(rng.choice((1, 2, 3, 4)))
        if symbol.is_positive:
            return size
        if symbol.is_nonnegative:
            return size * rng.choice((0, 1, 1))
        return size * rng.choice((-1, 0, 1))
    rows, columns = map(instance.dimension, symbol.shape)
    mine = [h for h in hypotheses if subject(h) == symbol]
    array = instance.gaussian(rows, columns)
    if any(isinstance(h, EntrywiseNonnegative) for h in mine):
        array = _relation(array, rng)
    elif rng.random() < 0.25 and min(rows, columns) > 1:  # low rank
        inner = rng.randrange(1, min(rows, columns))
        array = instance.gaussian(rows, inner) @ instance.gaussian(inner, columns)
    for h in mine:
        array = h.constrain(array, instance)
    return array


def subject(hypothesis):
    """What a fact is about; -G is symmetric where G is, and a block of W is changed with W."""
    subject = getattr(hypothesis, "matrix", getattr(hypothesis, "vector", None))
    if isinstance(hypothesis, Symmetric) and isinstance(subject, MatMul):
        _, factors = subject.as_coeff_matrices()
        return factors[0] if len(factors) == 1 else subject
    if isinstance(hypothesis, UnitLength) and isinstance(subject, Transpose):
        return subject.arg  # the rows of Z' are the columns of Z
    if isinstance(hypothesis, Orthonormal):
        return block(subject)[1]
    return subject


def _relation(array, rng):
    """Nonnegative weights: dense, sparse, blocks of ones (repeated eigenvalues) or empty."""
    kind = rng.choice(("dense", "sparse", "blocks", "blocks", "empty"))
    rows, columns = array.shape
    weights = abs(array)
    if kind == "sparse":
        weights = weights * np.array([[rng.random() < 0.4 for _ in range(columns)] for _ in range(rows)])
    if kind == "blocks":
        split = rng.randrange(rows + 1)
        same = np.array([[(i < split) == (j < split) for j in range(columns)] for i in range(rows)], dtype=int)
        weights = weights * 0 + same
    if kind == "empty":
        weights = weights * 0
    return weights
