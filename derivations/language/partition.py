"""Block matrices and slices in networks: an index that runs over several parts, one after the other.

For an index p of s_0 + s_1 + ... values, E_n (one row for each p, s_n columns) has a 1 where p is the k-th value of the
part n. A block matrix is the sum of E_i M_ij E_j', and a slice of M is E_n' M. As each p is in one part, at one place,

    E_n[p,k] E_n[p,l] = [k = l] E_n[p,k],   E_n[p,k] E_n[q,k] = [p = q] E_n[p,k],   E_m[p,k] E_n[p,l] = 0 for m != n,
    sum_p E_n[p,k] = 1,   sum_n sum_k E_n[p,k] = 1.
"""

from __future__ import annotations

from itertools import combinations

from sympy import Integer

from derivations.language.errors import UnsupportedExpression
from derivations.language.network import Factor, Term, spelling

ONE = Integer(1)


class Part(str):
    """The key of E_n, for parts of given sizes."""

    def __new__(cls, sizes, n):
        key = super().__new__(cls, f"part({n}; {', '.join(map(spelling, sizes))})")
        key.sizes, key.n = tuple(sizes), n
        return key

    @property
    def is_last(self):
        return self.n == len(self.sizes) - 1

    def at(self, outer, inner):
        """(E_n[outer, inner], the dimension of the inner index): no inner index where the part has one value."""
        size = self.sizes[self.n]
        return Factor(self, (outer,) if size == 1 else (outer, inner)), {} if size == 1 else {inner: size}

    def network(self, outer, inner):
        """E_n as a network with two ports."""
        factor, dims = self.at(0, 1)
        labels = dict(zip(factor.slots, (outer, inner), strict=False))
        return Term((factor,), {0: sum(self.sizes), **dims}, tuple((label, i) for i, label in labels.items()))


def placed(terms, label, sizes, n):
    """A sum of networks, its port `label` over part n, as one over all the parts."""
    return _through(terms, label, Part(sizes, n), "part", "whole")


def taken(terms, label, sizes, n):
    """A sum of networks, its port `label` over all the parts, as one over part n."""
    return _through(terms, label, Part(sizes, n), "whole", "part")


def _through(terms, label, key, before, after):
    if len(key.sizes) == 1:
        return terms
    link = key.network("whole", "part")
    moved = (t.relabelled({label: before}).joined(link) for _, t in terms)
    return [(c, t.relabelled({before: None, after: label})) for (c, _), t in zip(terms, moved, strict=True)]


def slice_sizes(node, bounds, dimension):
    """(sizes, n) of the parts before, in and after a slice, empty ones left out."""
    start, stop, step = bounds
    sizes = (start, stop - start, dimension - stop)
    if step != 1 or not all((s.is_integer and s.is_nonnegative) for s in sizes):
        raise UnsupportedExpression(
            node, "the normal form", f"{start}:{stop}:{step} is not known to be a part of 0:{dimension}"
        )
    return [s for s in sizes if s != 0], 0 if start == 0 else 1


def is_in_two_parts(term):
    """Whether a network is 0 because one of its indices would have to be in two parts at once."""
    parts = [f for f in term.factors if isinstance(f.key, Part)]
    return any(
        f.key.sizes == g.key.sizes and f.key != g.key and f.slots[0] == g.slots[0] for f, g in combinations(parts, 2)
    )


def taken_apart(term):
    """The network after one use of the equations above, as a sum of networks; None if they say nothing of it."""
    parts = [f for f in term.factors if isinstance(f.key, Part)]
    for f, g in combinations(parts, 2):
        if f.key.sizes != g.key.sizes:
            continue
        same = f.key == g.key
        if f.slots[0] == g.slots[0]:
            return [(ONE, _without(term, g).merged(zip(f.slots, g.slots, strict=True)))] if same else []
        if same and f.slots[1:] == g.slots[1:]:
            return [(ONE, _without(term, g).merged([(f.slots[0], g.slots[0])]))]
    held, touching = {i for _, i in term.ports}, term.incidences()
    for f in parts:
        alone = [i not in held and touching[i] == 1 for i in f.slots]
        if alone[0]:
            return [(ONE, _without(term, f, f.slots[:1]))]
        if f.key.is_last and all(alone[1:]):
            rest = _without(term, f, f.slots[1:])
            others = (Part(f.key.sizes, n).at(f.slots[0], max(term.dims) + 1) for n in range(f.key.n))
            return [(ONE, rest), *((-ONE, _with(rest, *other)) for other in others)]
    return None


def _without(term, factor, indices=()):
    """A network without one occurrence of a factor, and without indices that nothing else touches."""
    factors = list(term.factors)
    factors.remove(factor)
    return Term(tuple(factors), {i: d for i, d in term.dims.items() if i not in indices}, term.ports)


def _with(term, factor, dims):
    return Term((*term.factors, factor), term.dims | dims, term.ports)
