"""Which steps of a proof are told, and how the others are referred to."""

from __future__ import annotations

from dataclasses import replace

from sympy import Basic

from derivations.export.general import general_key, is_instance
from derivations.export.layout import says_nothing
from derivations.export.names import Names
from derivations.export.notation.latex import LatexPrinter
from derivations.export.phrases import Least, Provided, Relation, Slope
from derivations.export.reasons import ONE_VARIABLE, least_of, reason
from derivations.export.references import FOLDED, references
from derivations.export.starred import Starred
from derivations.export.stated import content_of
from derivations.language.propositions import Proposition
from derivations.language.substitute import substitute
from derivations.proof.lemmas import LEMMAS


class Outline:
    """The steps of a proof that are told, in order.

    Administrative steps are told in the reasons of those that use them, and a proof that is used with other matrices in place
    of its own is told elsewhere: `sources` are these by their keys. Once there are names, `fold` leaves out what would be
    printed twice, or says nothing in print.
    """

    def __init__(self, theorem):
        self.theorem = theorem
        self.sources, self.general = {}, {}
        self.displayed, self._visited, self._alike = [], [], {}
        self.labels, self.names, self.current = {}, None, None
        self._numbers, self._instances, self._given, self._cited = {}, {}, {}, set()
        self._visit(theorem, set())
        self._count({})

    def _visit(self, t, seen):
        if id(t) in seen:
            return
        seen.add(id(t))
        self._visited.append(t)
        if is_instance(t):
            self.sources.setdefault(general_key(t.premises[0]), t.premises[0])
        else:
            for p in t.premises:
                self._visit(p, seen)
        if t is self.theorem or not self._is_folded(t):
            self.displayed.append(t)

    @staticmethod
    def _is_folded(t):
        return t.rule in FOLDED or (t.rule == "restatement" and t.statement == t.premises[0].statement)

    def _count(self, alike):
        """Number what is told; `alike` are steps by what they are told as."""
        self.displayed = [t for t in self.displayed if id(t) not in alike]
        self._alike = {t: told for t, told in (self._alike | alike).items() if told is None or told in self.displayed}
        self._numbers = {id(t): n for n, t in enumerate(self.displayed, 1)}
        self._numbers |= {t: self._numbers[id(told)] for t, told in self._alike.items() if told is not None}

    def name(self, around):
        """Settle the names, of which there may be others in what is printed `around`."""
        t, variables = self.theorem, sorted(self.variables(), key=str)
        self.names = Names(t.statement, t.hypotheses, [*self.propositions()], variables, [*self.expressions()], around)

    def fold(self):
        """Leave out the steps that print what is assumed, what an earlier one prints, or the same on both sides."""
        show = self.show
        given = {h.latex(show): h for h in self.theorem.hypotheses}
        told, alike = {}, {}
        for t in self.displayed:
            if t is self.theorem:
                continue
            said = self._printed(t)
            earlier = told.get(said)
            if t.statement.latex(show) in given:
                self._given[id(t)] = given[t.statement.latex(show)]
                alike[id(t)] = None
            elif not self.content(t):
                alike[id(t)] = None
            elif earlier is not None and self._more(earlier) <= self._more(t):
                alike[id(t)] = earlier
            else:
                told[said] = t
        self._count(alike)

    def content(self, t):
        """What a step says, without the equations that print the same on both sides."""
        starred = Starred(self.names)
        lines = [_mapped(line, starred) for line in content_of(t, self.names)]
        return [line for line in lines if not _is_trivial(line, self.show)]

    @property
    def show(self):
        """How an expression is printed, by which steps are compared: in LaTeX, which has what plain text leaves out."""
        return LatexPrinter(self.names).show

    def _printed(self, t):
        """What of a step is compared with others."""
        if t.rule not in ONE_VARIABLE:
            return t.statement.latex(self.show)
        found = least_of(t)
        return tuple(self.show(e) for e in (t.arguments["objective"], found.at, found.value, found.certificate))

    def _more(self, t):
        """What a step assumes besides the hypotheses of the theorem."""
        return set(t.hypotheses) - set(self.theorem.hypotheses)

    def print_alike(self, a, b):
        """Whether two propositions print the same."""
        return isinstance(b, Proposition) and a.latex(self.show) == b.latex(self.show)

    def variables(self):
        """The variables of the minima in one variable."""
        return {t.arguments["variable"] for t in self.displayed if t.rule in ONE_VARIABLE}

    def number(self, t):
        """The number of a step that is told, or None."""
        return self._numbers.get(id(t))

    def prune(self):
        """Leave out the steps that no other refers to."""
        said = [*self.theorem.hypotheses, *self.assumed()]
        self.labels = {h: f"H{n}" for n, h in enumerate(said, 1)}
        self._cited = {self.number(self.theorem)}
        for t in reversed(self.displayed):
            if self.number(t) in self._cited:
                self.current = self.number(t)
                reason(t, self)
        self._count({id(t): None for t in self.displayed if self.number(t) not in self._cited})
        self._instances = {}

    def label(self, t):
        """The number of a step, the label of what is assumed, or None."""
        if self.number(t) is not None:
            self._cited.add(self.number(t))
            return self.number(t)
        if id(t) in self._given:
            return self.labels[self._given[id(t)]]
        return self.labels.get(t.statement) if t.rule == "assumption" else None

    def names_of(self, source):
        """The names in a general proposition."""
        return self.general[general_key(source)].parts[0].names

    def propositions(self):
        for t in self.displayed:
            yield from (*t.hypotheses, t.statement)

    def expressions(self):
        """What is printed of the steps, and what the reasons of steps speak of."""
        yield from (e for p in self.propositions() for e in p.expressions())
        for t in self._visited:
            for value in t.arguments.values():
                parts = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else (value,)
                yield from (part for part in parts if isinstance(part, Basic))

    def assumed(self):
        """Hypotheses of steps that are none of the theorem, and that say something in print."""
        show = LatexPrinter(self.names).show
        found = dict.fromkeys(h for t in self.displayed for h in t.hypotheses)
        return [h for h in found if h not in self.theorem.hypotheses and not _is_trivial(h, show)]

    def provider(self, h):
        """The existence lemma that provides a hypothesis, with the symbols that it provides, or None."""
        for t in self.theorem.steps():
            if t.rule == "existence" and h in t.premises[0].hypotheses and h not in t.hypotheses:
                lemma = LEMMAS[t.arguments["name"]]
                return Provided(lemma.name, tuple(substitute(s, t.arguments["mapping"]) for s in lemma.provides))
        return None

    def used_in(self, h):
        return [self.number(t) for t in self.displayed if h in t.hypotheses]

    def references(self, theorems):
        """How some theorems are referred to, each once."""
        found = []
        for t in theorems:
            found += [r for r in references(t, self) if r not in found]
        return found

    def once(self, t, sentence):
        """`sentence`, or where it was said already."""
        first = self._instances.setdefault(id(t), self.current)
        return sentence if first == self.current else [f"as in ({first})"]


def _mapped(line, function):
    """A proposition, or the sides of an equation or inequality, with a function applied to what they say."""
    if not isinstance(line, Relation):
        return line.map(function)
    if isinstance(line.rhs, tuple) or isinstance(line.lhs, Least | Slope):
        return line
    return replace(line, lhs=function(line.lhs), rhs=function(line.rhs))


def _is_trivial(line, show):
    """Whether a relation or a fact is an equation that prints the same on both sides."""
    if not isinstance(line, Relation):
        return says_nothing(line.latex(show))
    if line.sign != "=" or isinstance(line.rhs, tuple) or isinstance(line.lhs, Least | Slope):
        return False
    return show(line.lhs) == show(line.rhs)
