"""A loss as words in Z Z': the products tr(B_1 Z Z' B_2 Z Z' ...) that a loss without a preferred rotation is made of.

A loss that is polynomial in Z and unchanged by every rotation Z -> Z Q sees Z through Z Z' alone: in its networks, the
column index of one Z is that of one other. What is left between the row indices are the letters B of a cyclic word. A
chain u' Z Z' B Z Z' w, which is closed by vectors, is the word with the letter w u'.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sympy import Add, Expr, S, cancel

from derivations.language.entries import Entry
from derivations.language.errors import NotSpectral
from derivations.language.network import Term, canonical
from derivations.language.parse_entries import key_of
from derivations.language.sums import NormalForm


@dataclass(frozen=True)
class Word:
    """coefficient * tr(B_1 Z Z' B_2 Z Z' ...): the letters are networks with the ports "row" and "column"."""

    coefficient: Expr
    letters: tuple[Term, ...]

    @property
    def degree(self):
        return len(self.letters)

    @property
    def spectrum(self):
        """How often each letter occurs, a letter and its transpose being the same."""
        return Counter(map(letter_key, self.letters))


def letter_key(letter):
    turned = letter.relabelled({"row": "column", "column": "row"})
    return min(canonical(letter), canonical(turned))


def keys_of(factor):
    """The keys of the matrices whose entries a factor is made of."""
    return {factor.key} if factor.entry is None else {e.key for e in factor.entry.atoms(Entry)}


def split(form, unknown, is_given, told):
    """(terms without Z, words in Z Z') of a scalar normal form.

    `is_given(factor)` says whether a factor does not speak of Z; `told(term)` is the expression that a network comes from.
    Raises NotSpectral where a term is not unchanged by rotations, sees Z other than through quadratic forms Z'BZ, or is a
    product of traces.
    """
    free, speaking = [], []
    for coefficient, term in form.terms.values():
        chosen = [f for f in term.factors if not is_given(f)]
        if chosen:
            speaking.append((coefficient, term, chosen, _unrotated(term, chosen, unknown, told)))
        else:
            free.append((coefficient, term))
    return free, [Word(c, _letters(term, chosen, at, unknown, told)) for c, term, chosen, at in speaking]


def _unrotated(term, chosen, unknown, told):
    """The pairs of Z that share a column index, as `_partners` gives them; refuses what a rotation may change."""
    key = key_of(unknown)
    if not all(keys_of(f) == {key} for f in chosen):
        reason = "{} is neither polynomial in {} nor a function of the eigenvalues of a matrix"
        raise NotSpectral("moments", reason, told(term), unknown)
    if not all(f.entry is None and f.exponent == 1 and len(f.slots) == 2 for f in chosen):
        reason = "{} is a function of single entries of {}, which a rotation mixes"
        raise NotSpectral("rotation", reason, told(term), unknown)
    partner = _partners(term, chosen)
    if partner is None:
        reason = "{} is changed by rotations {} -> {} Q: it sees single columns"
        raise NotSpectral("rotation", reason, told(term), unknown, unknown)
    return partner


def _letters(term, chosen, partner, unknown, told):
    others = [f for f in term.factors if f not in chosen]
    component = _components(term, others, {f.slots[1] for f in chosen})
    ends = {}
    for n, f in enumerate(chosen):
        ends.setdefault(component[f.slots[0]], []).append(n)
    if any(len(at) > 2 for at in ends.values()):
        reason = "{} sees more than quadratic forms {}'B{}: more than two rows meet"
        raise NotSpectral("moments", reason, told(term), unknown, unknown)
    if set(component.values()) - set(ends) or not all(f.slots for f in others):
        raise NotSpectral("moments", "{} has a factor that is made of given matrices alone", told(term))
    letters = _walk(term, chosen, others, partner, component, ends)
    if letters is None:
        raise NotSpectral("moments", "{} is a product of traces, and no function of the spectrum alone", told(term))
    return letters


def _partners(term, chosen):
    """Which Z shares its column index with which; None if an index is that of more, or of something else."""
    touching = Counter(i for f in term.factors for i in f.slots)
    columns = {}
    for n, f in enumerate(chosen):
        columns.setdefault(f.slots[1], []).append(n)
    if any(len(at) != 2 or touching[i] != 2 for i, at in columns.items()):
        return None
    return {n: at[1 - at.index(n)] for at in columns.values() for n in at}


def _components(term, others, columns):
    """The connected part of the network without Z that each of its indices belongs to."""
    leader = {i: i for i in term.dims if i not in columns}

    def find(i):
        while leader[i] != i:
            i = leader[i]
        return i

    for f in others:
        for i in f.slots[1:]:
            leader[find(i)] = find(f.slots[0])
    return {i: find(i) for i in leader}


def _walk(term, chosen, others, partner, component, ends):
    """The letters in order: along chains from end to end, or once around a cycle; None for a product of several traces."""

    def part(*ports):
        inside = {i for i, c in component.items() if c == component[ports[0][1]]}
        factors = tuple(f for f in others if f.slots[0] in inside)
        return Term(factors, {i: term.dims[i] for i in inside}, ports)

    left = set(range(len(chosen)))
    chains, cycles = [], []
    starts = [at[0] for at in ends.values() if len(at) == 1]
    for n in [*starts, *range(len(chosen))]:
        if n not in left:
            continue
        letters, first, closed = [], n, False
        while True:
            left -= {n, partner[n]}
            row = chosen[partner[n]].slots[0]
            pair = ends[component[row]]
            if len(pair) == 1:
                break
            n = pair[1 - pair.index(partner[n])]
            letters.append(part(("row", row), ("column", chosen[n].slots[0])))
            if n == first:
                closed = True
                break
        if closed:
            cycles.append(letters)
        else:
            start = part(("column", chosen[first].slots[0]))
            chains.append((letters, part(("row", row)), start))
    if len(cycles) + bool(chains) > 1:
        return None
    if cycles:
        return tuple(cycles[0])
    word = []
    for n, (letters, end, _) in enumerate(chains):
        *_, start = chains[(n + 1) % len(chains)]
        word += [*letters, end.joined(start)]
    return tuple(word)


def quadratic(words):
    """The matrix B of the words tr(Z'BZ) among some, as a normal form."""
    return NormalForm([(w.coefficient, w.letters[0]) for w in words if w.degree == 1])


def metric_of(words, degree):
    """(B_0, M): the words of degree m begin as c tr((M Z Z')^m) does for M = B_0 + ..., a sum of letters."""
    powers = [w for w in words if w.degree == degree and len(w.spectrum) == 1]
    if not powers:
        raise NotSpectral("covariance", f"no power of a covariance is among its terms of degree {2 * degree}")
    power = min(powers, key=lambda w: (len(w.letters[0].factors), len(w.letters[0].dims), letter_key(w.letters[0])))
    first = power.letters[0]
    key, terms = letter_key(first), [(S.One, first)]
    for w in words:
        seen = w.spectrum
        if w.degree == degree and len(seen) == 2 and seen[key] == degree - 1:
            (other,) = [b for b in w.letters if letter_key(b) != key]
            terms.append((w.coefficient / (degree * power.coefficient), other))
    return first, NormalForm(terms)


# normal forms of symmetric matrices


def times(form, coefficient):
    return NormalForm([(coefficient * c, t) for c, t in form.terms.values()])


def symmetric(form):
    """(B + B')/2."""
    turned = [(c / 2, t.relabelled({"row": "column", "column": "row"})) for c, t in form.terms.values()]
    return NormalForm([*times(form, S.Half).terms.values(), *turned])


def coefficient_of(form, letter):
    """The coefficient of a letter and of its transpose."""
    return Add(*(c for c, t in form.terms.values() if letter_key(t) == letter_key(letter)))


def ratio_of(form, other):
    """c with form = c other, None if there is none."""
    if form.terms.keys() != other.terms.keys() or not other.terms:
        return None
    ratios = {cancel(c / other.terms[key][0]) for key, (c, _) in form.terms.items()}
    return ratios.pop() if len(ratios) == 1 else None
