"""What has to be declared and defined before an exposition can be read: what its words speak of, and no more.

A statement declares the symbols and defines the names that it speaks of; a proof those that it needs besides. What several
parts share is said once, before them, unless its letter means something else in one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from sympy import MatrixSymbol
from sympy.core.function import AppliedUndef, UndefinedFunction

from derivations.export.symbols import kinds
from derivations.export.writer import spoken_of


@dataclass
class Setting:
    """What is said before a statement or a proof, in words."""

    symbols: list[str]
    definitions: list[str]
    heard: frozenset = frozenset()  # all that is printed with the statement, or the proof
    later: tuple[str, ...] = ()  # definitions that speak of what lemmas provide


class Told:
    """The settings of an exposition: what its parts `share`, that of each statement, and what each proof adds."""

    def __init__(self, exposition, writers):
        parts = list(zip(writers, exposition.parts, strict=True))
        self._parts = parts
        self._stated = stated = [_Spoken(w, p, [*p.theorem.hypotheses, *p.statement]) for w, p in parts]
        common, definitions = self._common_symbols(stated, {x for p in exposition.parts for x in p.provided()}), None
        while definitions is None or any(s.sizes_of(x) - set(definitions) for s in stated for x in common):
            known = set(definitions or ())
            common = [x for x in common if definitions is None or not any(s.sizes_of(x) - known for s in stated)]
            definitions = self._common_definitions(stated, common)
        self._common = common
        self.shared = Setting(_declared(writers[0], common), definitions)
        self.statements = [
            Setting(_declared(s.writer, [x for x in s.symbols if x not in common]), self._own(s.definitions), s.heard)
            for s in stated
        ]

    def _own(self, definitions):
        return [d for d in definitions if d not in self.shared.definitions]

    @cached_property
    def proofs(self):
        """What each proof adds to its statement."""
        found = []
        for (writer, part), s in zip(self._parts, self._stated, strict=True):
            p = _Spoken(writer, part, _of_proof(part))
            more = [x for x in p.symbols if x not in self._common and x not in s.symbols]
            rest = [d for d in self._own(p.definitions) if d not in s.definitions]
            later = p.later(rest)
            found.append(Setting(_declared(writer, more), [d for d in rest if d not in later], p.heard, later))
        return found

    @staticmethod
    def _common_symbols(stated, provided):
        """The symbols that are declared once for all parts: those whose letter means nothing else, in no proof either."""
        if len(stated) == 1:
            return stated[0].symbols
        meant = {}
        for s in stated:
            for x in s.symbols:
                meant.setdefault(s.writer.named(x), set()).add(x)
        found = dict.fromkeys(x for s in stated for x in s.symbols)
        first = stated[0].writer
        return [
            x
            for x in found
            if x not in provided
            and len(meant[first.named(x)]) == 1
            and all(s.writer.named(x) == first.named(x) for s in stated)
        ]

    @staticmethod
    def _common_definitions(stated, common):
        """The definitions of several parts, if those that they rest on are among them, in the words of any."""
        if len(stated) == 1:
            return stated[0].definitions
        meant = {}
        for s in stated:
            for d, name in s.names.items():
                meant.setdefault(name, set()).add(d)
        every = [d for s in stated for d in s.definitions]
        found = [d for d in dict.fromkeys(every) if every.count(d) > 1]
        while True:
            kept = []
            for d in found:
                users = [s for s in stated if d in s.definitions]
                needs = [s.needs(d) for s in users]
                if (
                    all(len(meant[s.names[d]]) == 1 for s in users)
                    and all(x in common for _, spoken in needs for x in spoken)
                    and all(other in found for others, _ in needs for other in others)
                ):
                    kept.append(d)
            if kept == found:
                return _sorted(kept, stated)
            found = kept


def _sorted(definitions, stated):
    """In an order in which each stands behind those that it rests on."""
    found = []

    def visit(d):
        if d not in found:
            for other in chain.from_iterable(s.needs(d)[0] for s in stated if d in s.definitions):
                visit(other)
            found.append(d)

    for d in definitions:
        visit(d)
    return found


class _Spoken:
    """What some items of one part speak of: symbols, and definitions in words, each behind those that it rests on."""

    def __init__(self, writer, part, items):
        self.writer, self.names, self._needs = writer, {}, {}
        names = part.names
        self.heard = set(writer.heard(items))
        for there, atom, at in names.there:
            if there in self.heard:
                self.heard |= writer.heard((atom, at))
        values = {there for there, *_ in names.there}
        candidates = [d for d in (*names.definitions, *names.auxiliary) if names.lookup(d[0]) not in values]
        self._known, self._provided = part.symbols(), part.provided()
        before = None
        while before != len(self.heard):  # the size of a symbol may have a name, which is defined by other symbols
            before = len(self.heard)
            for d in candidates:
                if spoken_of(d[0], self.heard):
                    self._visit(d, candidates, ())
            self.symbols = [s for s in self._known if _is_heard(s, self.heard)]
            matrices = [s for s in (*self.symbols, *self._provided) if isinstance(s, MatrixSymbol)]
            self.heard |= writer.heard(d for s in matrices for d in s.shape if d != 1)
        self.definitions = list(self.names)

    def _visit(self, d, candidates, above):
        said = self.writer.defined(*d)
        if d in above or said in self.names:
            return
        heard = self.writer.heard_in_definition(*d)
        others = [o for o in candidates if o != d and spoken_of(o[0], heard)]
        for other in others:
            self._visit(other, candidates, (*above, d))
        self.names[said] = self.writer.expression(d[0])
        self._needs[said] = (d, [self.writer.defined(*o) for o in others], heard)
        self.heard |= heard

    def later(self, definitions):
        """Those that speak of what lemmas provide, or of others that do."""
        found = []
        for d in definitions:
            _, others, heard = self._needs[d]
            if any(s in heard for s in self._provided) or any(o in found for o in others):
                found.append(d)
        return tuple(found)

    def sizes_of(self, symbol):
        """The definitions that the size of a symbol, if it is one of these, rests on."""
        if symbol not in self.symbols or not isinstance(symbol, MatrixSymbol):
            return set()
        heard = self.writer.heard(d for d in symbol.shape if d != 1)
        return {said for said, (d, *_) in self._needs.items() if spoken_of(d[0], heard)}

    def needs(self, definition):
        """(the definitions, the symbols) that a definition speaks of."""
        _, others, heard = self._needs[definition]
        return others, [s for s in self._known if _is_heard(s, heard)]


def _of_proof(part):
    """What the proof of a part prints."""
    steps = [item for step in part.steps for item in (*step.content, *step.reason)]
    return [h for h, *_ in part.assumed] + [item for item in steps if not isinstance(item, str)]


def _is_heard(symbol, heard):
    if isinstance(symbol, UndefinedFunction):
        return any(isinstance(h, AppliedUndef) and h.func == symbol for h in heard)
    return symbol in heard


def _declared(writer, found):
    return [writer.declared(*k) for k in kinds(found)]
