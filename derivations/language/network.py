"""Networks: products of matrix entries, summed over the indices that the factors share.

A word such as Z' L Z is a chain of factors in which neighbours share an index; a trace closes the chain to a ring. The
ones vector is an index that touches a single slot, the identity is an index that is joined to itself, and a diagonal
part or a Hadamard product is an index that touches more than two slots. So one structure holds everything that is
polynomial in the entries, and its canonical labelling is invariant under rotation of traces, transposition, order of
Hadamard factors and order of diagonal matrices.

A *port* is an index that is not summed: the row and the column of a matrix, or the index of a sum under way.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

from sympy import Dummy, Expr, Integer, Lambda, Symbol, srepr
from sympy.core.function import AppliedUndef


class Factor(NamedTuple):
    """One entry of a matrix, vector or scalar function: `key[slots]`, to the power `exponent`."""

    key: str
    slots: tuple[int, ...]
    symmetric: bool = False
    entry: Expr | None = None  # the scalar function of an entry, for factors such as max(0, a_k)
    exponent: Expr = Integer(1)

    def moved(self, where):
        return self._replace(slots=tuple(where.get(i, i) for i in self.slots))

    @property
    def label(self):
        return self.key if self.exponent == 1 else f"({self.key})^({self.exponent})"

    @property
    def identity(self):
        """The label, with symbols of one name told apart."""
        return self.key if self.exponent == 1 else f"({self.key})^({spelling(self.exponent)})"


@dataclass(frozen=True)
class Term:
    """A network: factors, the dimension of each index, and the ports `((label, index), ...)`."""

    factors: tuple[Factor, ...]
    dims: dict[int, Expr]
    ports: tuple[tuple[object, int], ...]

    def port(self, label):
        return dict(self.ports).get(label)

    def relabelled(self, mapping):
        """The same network with its ports renamed; a port that `mapping` sends to None is summed over."""
        ports = tuple((mapping.get(label, label), index) for label, index in self.ports)
        return replace(self, ports=tuple(p for p in ports if p[0] is not None))

    def merged(self, pairs):
        """Identify the two indices of each pair."""
        where = {}

        def find(i):
            while i in where:
                i = where[i]
            return i

        dims = dict(self.dims)
        for i, j in pairs:
            i, j = find(i), find(j)
            if i == j:
                continue
            if dims[i] != dims[j]:
                raise ValueError(f"indices of dimensions {dims[i]} and {dims[j]} cannot be identified")
            where[j] = i
            del dims[j]
        final = {i: find(i) for i in self.dims}
        return Term(
            tuple(f.moved(final) for f in self.factors), dims, tuple((label, final[i]) for label, i in self.ports)
        )

    def joined(self, other):
        """The product of two networks; ports of the same label are identified."""
        offset = max(self.dims, default=-1) + 1
        shift = {i: i + offset for i in other.dims}
        mine = dict(self.ports)
        pairs = [(mine[label], shift[i]) for label, i in other.ports if label in mine]
        ports = self.ports + tuple((label, shift[i]) for label, i in other.ports if label not in mine)
        dims = self.dims | {shift[i]: d for i, d in other.dims.items()}
        return Term(self.factors + tuple(f.moved(shift) for f in other.factors), dims, ports).merged(pairs)

    def incidences(self):
        """How many slots each index touches."""
        count = dict.fromkeys(self.dims, 0)
        for f in self.factors:
            for i in f.slots:
                count[i] += 1
        return count

    def is_summed(self):
        """Whether there is an index that is no port, and so is summed over."""
        return set(self.dims) > {i for _, i in self.ports}

    def has_free_ports(self):
        """Whether it is constant along one of its ports: no factor touches the index."""
        touching = self.incidences()
        return any(touching[i] == 0 for _, i in self.ports)

    def without_free_port(self, label):
        """The network without the port `label` if it is constant along it, for its index touches nothing else; else None."""
        index = self.port(label)
        if index is None or self.incidences()[index] or [i for _, i in self.ports].count(index) > 1:
            return None
        dims = {i: d for i, d in self.dims.items() if i != index}
        return replace(self, dims=dims, ports=tuple(p for p in self.ports if p[0] != label))

    def without_free_sums(self):
        """Drop every summed index that touches nothing; returns its dimensions and what is left."""
        held = {i for _, i in self.ports}.union(*(f.slots for f in self.factors))
        free = [d for i, d in self.dims.items() if i not in held]
        return free, replace(self, dims={i: d for i, d in self.dims.items() if i in held})


SCALAR = Term((), {}, ())


def canonical(term):
    """A tuple that two networks share exactly if one is the other with its summed indices renamed."""
    return tuple(sorted(_canonical_component(*part) for part in _components(term)))


def _components(term):
    """The connected parts of a network: (factors, dims, ports) each."""
    leader = {i: i for i in term.dims}

    def find(i):
        while leader[i] != i:
            i = leader[i]
        return i

    for f in term.factors:
        for i in f.slots[1:]:
            leader[find(i)] = find(f.slots[0])
    parts = defaultdict(lambda: ([], {}, []))
    for n, f in enumerate(term.factors):
        parts[find(f.slots[0]) if f.slots else ("scalar", n)][0].append(f)
    for i, d in term.dims.items():
        parts[find(i)][1][i] = d
    for label, i in term.ports:
        parts[find(i)][2].append((label, i))
    return parts.values()


def _canonical_component(factors, dims, ports):
    start = {i: (sorted(_spelled_label(label) for label, j in ports if i == j), spelling(d)) for i, d in dims.items()}
    incident = defaultdict(list)
    for f in factors:
        for position, i in enumerate(f.slots):
            incident[i].append((f, position))

    def refine(colour):
        """Colour indices by what they touch until no class splits (Weisfeiler and Leman)."""
        while True:
            signature = {
                i: (
                    colour[i],
                    sorted(
                        (f.identity, 0 if f.symmetric else p, _ordered(f, [(colour[j], j == i) for j in f.slots]))
                        for f, p in incident[i]
                    ),
                )
                for i in dims
            }
            ranks = _ranks(signature)
            if len(set(ranks.values())) == len(set(colour.values())):
                return ranks
            colour = ranks

    present = Counter((f.identity, _ordered(f, f.slots)) for f in factors)

    def twins(i, j):
        """Whether exchanging two indices leaves the network as it is."""
        exchanged = {i: j, j: i}
        return present == Counter((f.identity, _ordered(f, f.moved(exchanged).slots)) for f in factors)

    def encode(colour):
        """The lexicographically least labelling that breaks the remaining ties; twins give the same, so one will do."""
        classes = defaultdict(list)
        for i, c in colour.items():
            classes[c].append(i)
        tied = next((classes[c] for c in sorted(classes) if len(classes[c]) > 1), None)
        if tied is None:
            return (
                tuple(sorted((f.identity, _ordered(f, [colour[i] for i in f.slots])) for f in factors)),
                tuple(sorted((colour[i], *map(str, start[i])) for i in dims)),
            )
        chosen = []
        for i in tied:
            if not any(twins(i, j) for j in chosen):
                chosen.append(i)
        return min(encode(refine(_ranks({i: (c, i != first) for i, c in colour.items()}))) for first in chosen)

    return encode(refine(_ranks(start)))


@cache
def spelling(expr, bound=()):
    """Text that two scalar expressions share only if they are the same, up to the names of the arguments of lambdas.

    Unlike `str`, it tells apart symbols of one name that differ in their assumptions or shape, and dummies of one name.
    """
    if expr in bound:
        return f"#{bound.index(expr)}"
    kind = type(expr).__name__
    if isinstance(expr, Symbol):
        number = f", {expr.dummy_index}" if isinstance(expr, Dummy) else ""
        return f"{kind}({expr.name!r}, {sorted(expr._assumptions_orig.items())}{number})"
    if isinstance(expr, Lambda):
        return f"Lambda({len(expr.variables)}, {spelling(expr.expr, (*expr.variables, *bound))})"
    if not expr.args:
        return srepr(expr)
    if isinstance(expr, AppliedUndef):
        kind = f"{kind!r}{sorted(expr.func._kwargs.items())}"
    return f"{kind}({', '.join(spelling(a, bound) for a in expr.args)})"


def _spelled_label(label):
    return spelling(label) if isinstance(label, Symbol) else str(label)


def _ordered(factor, values):
    return tuple(sorted(values) if factor.symmetric else values)


def _ranks(signature):
    order = {s: n for n, s in enumerate(sorted({repr(s): s for s in signature.values()}))}
    return {i: order[repr(s)] for i, s in signature.items()}
