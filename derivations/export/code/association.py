"""In which order a product of matrices is multiplied: the one that takes the fewest multiplications of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sympy.core.sympify import _sympify

from derivations.export.code.array import axes


@dataclass(frozen=True)
class Form:
    """What matters of a matrix for the cost of its products: its sizes, on which indices its entries depend (None if it has
    none but on its diagonal), and whether it has a diagonal part.
    """

    rows: int
    cols: int
    spans: frozenset | None
    diagonal: bool

    @classmethod
    def of(cls, array, size):
        spans = None if array.entries == 0 else axes(array.entries)
        return cls(size(array.rows), size(array.cols), spans, array.diagonal != 0)

    @property
    def entries(self):
        """How many numbers are stored."""
        return self._count(self.spans or ())

    def _count(self, spans):
        return (self.rows if "r" in spans else 1) * (self.cols if "c" in spans else 1)

    def times(self, other):
        """(the form of the product, its cost)."""
        cost, spans = 0, None
        product = Form(self.rows, other.cols, spans, self.diagonal and other.diagonal)
        if self.spans is not None and other.spans is not None:
            spans = (self.spans & {"r"}) | (other.spans & {"c"})
            inner = "c" in self.spans, "r" in other.spans
            cost += (
                product._count(spans) * self.cols if all(inner) else self.entries * inner[0] + other.entries * inner[1]
            )
        if self.spans is not None and other.diagonal:
            spans = (spans or frozenset()) | self.spans | {"c"}
            cost += self.entries
        if other.spans is not None and self.diagonal:
            spans = (spans or frozenset()) | other.spans | {"r"}
            cost += other.entries
        return Form(self.rows, other.cols, spans, product.diagonal), cost


class Association:
    """The cheapest order for the products of neighbours among some matrices.

    `keys` name the matrices, so that what is known (`is_known` of a run of keys) or the transpose of its neighbour (by
    `transposed` of a run) costs nothing.
    """

    def __init__(self, keys, forms, is_known, transposed):
        self.keys, self.forms = tuple(keys), forms
        self.is_known, self.transposed = is_known, transposed
        self.best = cache(self._best)

    def _best(self, i, j):
        """(cost, form, where to split) of the product of the matrices from i to before j."""
        if j == i + 1:
            return 0, self.forms[i], None
        choices = []
        for k in range(i + 1, j):
            (left, first, _), (right, second, _) = self.best(i, k), self.best(k, j)
            form, cost = first.times(second)
            right = 0 if self.mirrored(i, k, j) else right
            choices.append((left + right + cost, form, k))
        cost, form, k = min(choices, key=lambda choice: choice[0])
        return 0 if self.is_known(self.keys[i:j]) else cost, form, k

    def mirrored(self, i, k, j):
        """Whether the product from k to before j is the transpose of the one from i to before k."""
        return j - k == k - i and self.transposed(self.keys[i:k]) == self.keys[k:j]

    def in_two(self, i, j):
        """Where to split a product of which only the diagonal is wanted."""
        return min(range(i + 1, j), key=lambda k: self.paired(i, k, j))

    def paired(self, i, k, j):
        """The cost of the two products on both sides of k, and of the sum over the products of their entries."""
        (left, form, _), (right, _, _) = self.best(i, k), self.best(k, j)
        return left + (0 if self.mirrored(i, k, j) else right) + form.entries


def typical_sizes(arguments):
    """How large dimensions are taken to be: a symbol more than those that are columns where it is rows; numbers are what they
    are.
    """
    columns = {}
    for m in arguments:
        for d in m.rows.free_symbols:
            columns.setdefault(d, []).extend(m.cols.free_symbols - m.rows.free_symbols)

    def rank(d, above=()):
        return 1 + max((rank(c, (*above, d)) for c in columns.get(d, ()) if c not in above), default=0)

    @cache
    def size(dimension):
        dimension = _sympify(dimension)
        return float(dimension.subs({d: 64 ** rank(d) for d in dimension.free_symbols}))

    return size
