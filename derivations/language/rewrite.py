"""Facts as rewriting rules on networks.

A rule replaces a part of a network by a sum of networks with the same ports. An index that is summed inside the
pattern must touch nothing outside it; a port of the pattern may touch anything.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from derivations.language.entries import Entry, collapsed
from derivations.language.network import Term

STEPS = 20_000
LARGEST = 200  # factors of a network: rules that make it grow past this do not terminate


@dataclass(frozen=True)
class Rule:
    """`pattern` -> `replacement`, a sum of networks whose ports carry the same labels."""

    pattern: Term
    replacement: tuple[tuple[object, Term], ...]


def matches(pattern, term):
    """Every way to find `pattern` in `term`: (positions of the factors, index of the pattern -> index of the term)."""
    ports = {i for _, i in pattern.ports}
    inside = pattern.incidences()
    touching = term.incidences()
    held = {i for _, i in term.ports}

    def allowed(local, index, where):
        if where.get(local, index) != index or pattern.dims[local] != term.dims[index]:
            return False
        if local in ports:
            return all(index != j or k == local or k in ports for k, j in where.items())
        return (
            index not in held
            and touching[index] == inside[local]
            and all(index != j or k == local for k, j in where.items())
        )

    def extend(n, used, where):
        if n == len(pattern.factors):
            yield used, where
            return
        wanted = pattern.factors[n]
        for position, found in enumerate(term.factors):
            if position in used or found.key != wanted.key or found.exponent != wanted.exponent:
                continue
            if len(found.slots) != len(wanted.slots):
                continue
            orders = [found.slots, found.slots[::-1]] if found.symmetric else [found.slots]
            for slots in dict.fromkeys(orders):
                grown = dict(where)
                for local, index in zip(wanted.slots, slots, strict=True):
                    if not allowed(local, index, grown):
                        break
                    grown[local] = index
                else:
                    yield from extend(n + 1, (*used, position), grown)

    yield from extend(0, (), {})


def apply(rule, term):
    """The sum of networks after one use of the rule, or None if its pattern does not occur."""
    for used, where in matches(rule.pattern, term):
        closed = {where[i] for i in where} - {where[i] for _, i in rule.pattern.ports}
        holes = tuple((("hole", label), where[i]) for label, i in rule.pattern.ports)
        rest = Term(
            tuple(f for n, f in enumerate(term.factors) if n not in used),
            {i: d for i, d in term.dims.items() if i not in closed},
            term.ports + holes,
        )
        opened = {label: ("hole", label) for label, _ in rule.pattern.ports}
        shut = {("hole", label): None for label, _ in rule.pattern.ports}
        return [(a, rest.joined(t.relabelled(opened)).relabelled(shut)) for a, t in rule.replacement]
    return None


def solved(terms):
    """What the equation sum of coefficient times network = 0 says of one network: a rule for the one that sums over most and
    has fewest factors, of those that occur in no other (else the rule would go on for ever); None if there is none.
    """
    order = sorted(terms, key=lambda term: (-len(term[1].dims), len(term[1].factors)))
    for position, (coefficient, network) in enumerate(order):
        others = order[:position] + order[position + 1 :]
        rule = Rule(network, tuple((-c / coefficient, t) for c, t in others))
        rewrites = network.factors and network.is_summed() and not network.has_free_ports()
        if coefficient.is_zero is False and rewrites and not any(apply(rule, t) for _, t in others):
            return rule
    return None


def merge_entries(term):
    """Join powers of the same scalar function at the same indices: sqrt(f_k) sqrt(f_k) is f_k, and v_k / v_k is 1."""
    groups = defaultdict(list)
    for f in map(collapsed, term.factors):
        bare = f.entry is None or isinstance(f.entry, Entry)  # an entry itself, be it to some power
        key, slots = f.key, f.slots
        if bare and f.entry is not None:
            key, slots = f.entry.key, tuple(f.slots[p] for p in f.entry.positions)
        groups[bare, key, tuple(sorted(slots)) if f.symmetric else slots].append(f)
    factors = []
    for group in groups.values():
        power = next((f for f in group if f.entry is not None), None)
        if power is None or len(group) == 1:
            factors += group
        elif (exponent := sum(f.exponent for f in group)) != 0:
            factors.append(power._replace(exponent=exponent))
    return Term(tuple(factors), term.dims, term.ports)


def divided(term):
    """Polynomial division: x f^p as (f^(p + 1) - c f^p)/a for a function f = a x + c of an entry x and p < 0.

    None if there is no such product. Functions to negative powers are declared to be positive where they are read.
    """
    for f in sorted(term.factors, key=lambda f: f.identity):
        if f.entry is None or not f.exponent.is_negative or len(f.entry.atoms(Entry)) != 1:
            continue
        (x,) = f.entry.atoms(Entry)
        slope, rest = f.entry.coeff(x), f.entry.coeff(x, 0)
        linear = slope * x + rest == f.entry and slope.is_nonzero and not (slope.has(Entry) or rest.has(Entry))
        at = tuple(f.slots[p] for p in x.positions)
        power = next((g for g in term.factors if linear and _is_power(g, x, at)), None)
        if power is None:
            continue
        others = list(term.factors)
        others.remove(power)
        others += [power._replace(exponent=power.exponent - 1)] * (power.exponent != 1)
        lower = Term(tuple(others), term.dims, term.ports)
        others.remove(f)
        higher = (f._replace(exponent=f.exponent + 1),) * (f.exponent != -1)
        return [(1 / slope, Term((*others, *higher), term.dims, term.ports)), (-rest / slope, lower)]
    return None


def _is_power(factor, x, at):
    """Whether a factor is the entry x at some indices, to a power of at least 1."""
    entry = x if factor.entry is None and factor.key == x.key else factor.entry
    same = entry == x and (factor.slots == at or (factor.symmetric and factor.slots == at[::-1]))
    return same and bool((factor.exponent - 1).is_nonnegative)
