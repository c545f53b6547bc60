"""What is said of a result, and in which order: the same for LaTeX and for the terminal.

A result is one theorem or several parts; a part has symbols, hypotheses, definitions, a statement and numbered steps.
A step gives formulas and a reason. Administrative steps (one part of a conjunction, a substitution, a sum over k) are
told in the reason of the step that uses them; a proof that is used with other matrices in place of its own is told
once, as a general proposition. Formulas stay SymPy expressions; derivations.export.phrases has what is said of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sympy import Function, MatrixSymbol
from sympy.core.function import AppliedUndef, UndefinedFunction

from derivations.export.names import Names
from derivations.export.phrases import Least, Relation, Slope
from derivations.export.reasons import conjuncts, general_key, is_instance, least_of, reason, references
from derivations.language.propositions import All, AtMost, Equal, EqualIff, Expansion, Gradient, Minimum
from derivations.proof.theorem import Theorem

FOLDED = frozenset(
    ("assumption", "conjunction", "discharge", "existence", "feasible_minimum", "lower_bound")
    + ("part", "rescaling", "substitution", "sum_over", "value_at_minimum")
)


@dataclass
class Step:
    number: int
    theorem: Theorem
    content: list  # of relations and propositions; empty where the step is the claim itself
    reason: list


@dataclass
class Part:
    """A theorem as it is told."""

    theorem: Theorem
    names: Names
    statement: list
    steps: list[Step]
    assumed: list  # (hypothesis, name of the lemma that provides it or None, numbers of the steps that use it)
    hypotheses: list = field(default_factory=list)  # those that the parts do not share
    definitions: list = field(default_factory=list)


@dataclass
class Refuted:
    """A claim as it is told: what it would say, and where it fails."""

    words: str
    names: Names
    symbols: list  # (kind, [symbols])
    hypotheses: list
    statement: list
    values: list  # (symbol, its integer or its array of them)
    sides: list  # what the two sides of the statement come to


@dataclass
class Exposition:
    """A result, or a general proposition that results rest on."""

    id: str
    title: str
    cites: tuple[str, ...]
    parts: list[Part]
    symbols: list  # (kind, [symbols])
    hypotheses: list
    definitions: list
    labels: dict  # proposition -> "H1"
    lemmas: list[str]
    numerical: str = ""
    refuted: Refuted | None = None
    general: list[Exposition] = field(default_factory=list)

    def propositions(self):
        """The general propositions that it rests on, by key, each after those that it rests on itself."""
        found = {}
        for g in self.general:
            found |= g.propositions() | {g.id: g}
        return found


def expose(result):
    """The exposition of a catalogue entry."""
    theorems = [t for theorem in result.theorems for t in conjuncts(theorem)]
    told = _exposition(result.id, result.title, result.cites, theorems)
    return replace(told, numerical=result.numerical, refuted=result.claim and refuted(result.claim))


def homes(exposed):
    """{key of a general proposition: (id, part)} of those that are theorems of some results; None for the only part."""
    found = {}
    for e in exposed:
        for n, part in enumerate(e.parts):
            found.setdefault(general_key(part.theorem), (e.id, n if len(e.parts) > 1 else None))
    return found


def refuted(claim):
    """What is told of a claim that does not hold."""
    names = Names(claim.statement, claim.hypotheses)
    found = claim.counterexample
    return Refuted(
        claim.words,
        names,
        kinds([(claim.hypotheses, claim.statement)]),
        claim.hypotheses,
        stated(claim.statement, names, False),
        list((found.values | found.chosen).items()),
        found.sides(claim.statement),
    )


def _exposition(id, title, cites, theorems):
    general = {}
    proofs = [Outline(t, general) for t in theorems]
    labels = {}
    for h in [h for t in theorems for h in t.hypotheses] + [h for proof in proofs for h in proof.assumed()]:
        labels.setdefault(h, f"H{len(labels) + 1}")
    printed = [e for t in theorems for p in (*t.hypotheses, t.statement) for e in p.expressions()]
    printed += [e for proof in proofs for p in proof.propositions() for e in p.expressions()]
    parts = []
    for proof in proofs:
        parts.append(_part(proof, labels, printed, parts))
    hypotheses = [h for h in theorems[0].hypotheses if all(h in t.hypotheses for t in theorems)]
    every = [d for p in parts for d in p.names.definitions]
    definitions = [d for d in dict.fromkeys(every) if len(parts) == 1 or every.count(d) > 1]
    own = {
        name for name, meaning in every if (name, meaning) not in definitions
    }  # what means something of its own in a part
    definitions = [(name, meaning) for name, meaning in definitions if not own & meaning.free_symbols]
    for part in parts:
        part.hypotheses = [h for h in labels if h in part.theorem.hypotheses and h not in hypotheses]
        part.definitions = [d for d in part.names.definitions if d not in definitions]
    lemmas = sorted(frozenset().union(*(t.lemmas for t in theorems)))
    symbols = kinds([(t.hypotheses, t.statement) for t in theorems])
    settled = (symbols, hypotheses, definitions, labels, lemmas)
    return Exposition(id, title, tuple(cites), parts, *settled, general=list(general.values()))


def _part(proof, labels, printed, earlier):
    theorem = proof.theorem
    variables = {t.arguments["variable"] for t in proof.displayed if t.rule in ONE_VARIABLE}
    names = Names(
        theorem.statement, theorem.hypotheses, [*proof.propositions()], sorted(variables, key=str), everywhere=printed
    )
    minima = [(n, p.names) for n, p in enumerate(earlier) if isinstance(p.theorem.statement, Minimum)]
    if minima and names.objective is None:
        names.borrow(*minima[-1])
    proof.labels, proof.names = labels, names
    steps = []
    for t in proof.displayed:
        proof.current = proof.number(t)
        content = [] if t is theorem else _content(t, names)
        steps.append(Step(proof.current, t, content, reason(t, proof)))
    assumed = [(h, proof.provider(h), proof.used_in(h)) for h in proof.assumed()]
    return Part(theorem, names, stated(theorem.statement, names, True), steps, assumed)


ONE_VARIABLE = ("minimiser", "scalar_minimum")


class Outline:
    """Which steps of a proof are told, and how the others are referred to."""

    def __init__(self, theorem, general):
        self.theorem = theorem
        self.general = general
        self.displayed = []
        self.labels, self.names, self.current = {}, None, None
        self._numbers, self._instances = {}, {}
        self._seen = set()
        self._visit(theorem)

    def _visit(self, t):
        if id(t) in self._seen:
            return
        self._seen.add(id(t))
        if is_instance(t):
            source = t.premises[0]
            key = general_key(source)
            if key not in self.general:
                self.general[key] = _exposition(key, "", (), [source])
        else:
            for p in t.premises:
                self._visit(p)
        if t is self.theorem or not self._is_folded(t):
            told = next((d for d in self.displayed if self._alike(d, t)), None)
            if told is None or t is self.theorem:
                self.displayed.append(t)
                told = t
            self._numbers[id(t)] = self._numbers.get(id(told), len(self.displayed))

    @staticmethod
    def _alike(a, b):
        """Whether two steps are told in the same words."""
        if a.rule in ONE_VARIABLE and b.rule in ONE_VARIABLE:
            return all(a.arguments[n] == b.arguments[n] for n in ("objective", "variable", "hypotheses"))
        return a.statement == b.statement and a.hypotheses == b.hypotheses

    @staticmethod
    def _is_folded(t):
        return t.rule in FOLDED or (t.rule == "restatement" and t.statement == t.premises[0].statement)

    def number(self, t):
        """The number of a step that is told, or None."""
        return self._numbers.get(id(t))

    def propositions(self):
        for t in self.displayed:
            yield from (*t.hypotheses, t.statement)

    def assumed(self):
        """Hypotheses of steps that are none of the theorem."""
        found = dict.fromkeys(h for t in self.displayed for h in t.hypotheses)
        return [h for h in found if h not in self.theorem.hypotheses]

    def provider(self, h):
        """The existence lemma that provides a hypothesis, or None."""
        for t in self.theorem.steps():
            if t.rule == "existence" and h in t.premises[0].hypotheses and h not in t.hypotheses:
                return t.arguments["name"]
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


def _content(t, names):
    if t.rule in ONE_VARIABLE:
        found = least_of(t)
        return [Relation(t.arguments["objective"], "=", (found.value, found.certificate))]
    return stated(t.statement, names, False)


def stated(p, names, defining):
    """A proposition as relations to display, and propositions that are said in words."""
    if isinstance(p, All):
        return [line for part in p.parts for line in stated(part, names, defining)]
    if isinstance(p, Equal):
        return [Relation(p.lhs, "=", p.rhs)]
    if isinstance(p, AtMost):
        return [Relation(p.lhs, "<=", p.rhs)]
    if isinstance(p, EqualIff):
        return [Relation(p.lhs, "=", p.rhs), Relation(p.a, "=", p.b, lead="exactly if")]
    if isinstance(p, Expansion):
        remainder = Function("O")(p.variable**p.order)
        return [Relation(p.function, "=", (p.approximation, remainder))]
    if isinstance(p, Gradient):
        told = [Relation(names.objective, "=", p.function, True, lead="the function")] if defining else []
        lead = "has the gradient" if defining else ""
        return [*told, Relation(Slope(p.function, p.unknown), "=", p.value, lead=lead)]
    if isinstance(p, Minimum):
        told = [Relation(names.objective, "=", p.objective, True, lead="the function")] if defining else []
        at = names.best if defining else p.unknown
        least = Least(p.objective, p.unknown, p.subject_to)
        return [
            *told,
            Relation(least, "=", p.value, defining, lead="satisfies" if defining else ""),
            Relation(at, "=", p.at, defining, lead="attained at" if defining else "at"),
        ]
    return [p]


def kinds(sequents, without=(), only=None):
    """The symbols of some sequents (hypotheses, statement) by what they are: [(kind, [symbols])].

    `without` some, or `only` some.
    """
    found = set()
    for hypotheses, statement in sequents:
        found |= statement.free_symbols().union(*(h.free_symbols() for h in hypotheses))
        every = [e for p in (*hypotheses, statement) for e in p.expressions()]
        found |= {f.func for e in every for f in e.atoms(AppliedUndef)}
    found |= {d for s in found if isinstance(s, MatrixSymbol) for n in s.shape for d in n.free_symbols}
    grouped = {}
    for s in sorted(found - set(without), key=_kind_order):
        if only is None or s in only:
            grouped.setdefault(_kind(s), []).append(s)
    return list(grouped.items())


SCALARS = ("positive integer", "nonnegative integer", "integer", "positive", "nonnegative", "real")


def _kind(s):
    if isinstance(s, UndefinedFunction):
        return "function"
    if isinstance(s, MatrixSymbol):
        return s.shape
    sign = "positive" if s.is_positive else "nonnegative" if s.is_nonnegative else ""
    if s.is_integer:
        return f"{sign} integer".strip()
    return sign or "real"


def _kind_order(s):
    kind = _kind(s)
    name = s.__name__ if isinstance(s, UndefinedFunction) else s.name
    if isinstance(kind, tuple):
        return len(SCALARS), s.shape[1] == 1, str(s.shape), name
    return (SCALARS.index(kind) if kind in SCALARS else len(SCALARS) + 1), False, "", name
