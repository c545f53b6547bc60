"""What is said of a result, and in which order: the same for LaTeX and for the terminal.

A result is one theorem or several parts; a part has symbols, hypotheses, definitions, a statement and numbered steps.
A step gives formulas and a reason. Administrative steps (one part of a conjunction, a substitution, a sum over k) are
told in the reason of the step that uses them; a proof that is used with other matrices in place of its own is told
once, as a general proposition. Formulas stay SymPy expressions; derivations.export.phrases has what is said of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache

from derivations.export.general import conjuncts, general_key
from derivations.export.names import Around, Names
from derivations.export.outline import Outline
from derivations.export.reasons import reason
from derivations.export.stated import expressions, stated
from derivations.export.symbols import called, kinds, spoken, symbols
from derivations.language.parse_entries import free_indices
from derivations.language.propositions import Minimum
from derivations.proof.theorem import Theorem


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
    assumed: list  # (hypothesis, Provided by a lemma or None, numbers of the steps that use it)
    hypotheses: list = field(default_factory=list)  # those that the parts do not share

    def symbols(self):
        """The symbols that it may have to declare: those that are no names, no indices and no variables that are bound."""
        said = [p for t in (self.theorem, *(step.theorem for step in self.steps)) for p in (*t.hypotheses, t.statement)]
        stated = [e for p in said for e in p.expressions()]
        reasons = [e for step in self.steps for e in expressions(step.reason)]
        indices = {i for e in stated + reasons for i, _ in free_indices(e)}
        without = indices | self.provided() | self.names.variables | self.names.given()
        bound = {s for s in symbols(reasons) if called(s) == "x"} - set(symbols(stated))
        return [s for s in symbols(stated + reasons) if s not in without | bound]

    def provided(self):
        """The symbols that lemmas provide for its proof."""
        return {s for _, by, _ in self.assumed if by for s in by.symbols}


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
    hypotheses: list
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


@lru_cache(maxsize=1)  # a result is told in several forms, one after the other
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
            several = len(e.parts) > 1
            found.setdefault(general_key(part.theorem), (e.id, n if several else None))
            for m, said in enumerate(getattr(part.theorem.statement, "parts", ())):
                if not several:
                    found.setdefault(general_key(part.theorem, said), (e.id, m))
    return found


def refuted(claim):
    """What is told of a claim that does not hold."""
    names = Names(claim.statement, claim.hypotheses)
    found = claim.counterexample
    return Refuted(
        claim.words,
        names,
        kinds(spoken([*claim.hypotheses, claim.statement])),
        claim.hypotheses,
        stated(claim.statement, names, False),
        list((found.values | found.chosen).items()),
        found.sides(claim.statement),
    )


def _exposition(id, title, cites, theorems):
    proofs = [Outline(t) for t in theorems]
    sources = {key: source for proof in proofs for key, source in proof.sources.items()}
    general = {key: _exposition(key, "", (), [source]) for key, source in sources.items()}
    printed = [e for t in theorems for p in (*t.hypotheses, t.statement) for e in p.expressions()]
    reserved = symbols(printed)
    variables = {x for proof in proofs for x in proof.variables()} - set(reserved)
    printed += [e for proof in proofs for e in proof.expressions()]
    letters = frozenset(called(s) for s in symbols(printed) if s not in variables)
    best = tuple((t.statement.unknown, t.statement.at) for t in theorems if isinstance(t.statement, Minimum))
    around, minima = Around(printed, letters, best, tuple(reserved)), []
    for n, proof in enumerate(proofs):
        proof.name(around)
        if proof.names.objective is None and minima:
            proof.names.borrow(*minima[-1])
        elif isinstance(proof.theorem.statement, Minimum):
            minima.append((n, proof.names))
        proof.fold()
        proof.general = general
        proof.prune()
    labels = {}
    hypotheses = [h for h in theorems[0].hypotheses if all(h in t.hypotheses for t in theorems)]
    others = [h for t in theorems for h in t.hypotheses] + [h for proof in proofs for h in proof.assumed()]
    for h in hypotheses + others:
        labels.setdefault(h, f"H{len(labels) + 1}")
    parts = [_part(proof, labels) for proof in proofs]
    for part in parts:
        part.hypotheses = [h for h in labels if h in part.theorem.hypotheses and h not in hypotheses]
    lemmas = sorted(frozenset().union(*(t.lemmas for t in theorems)))
    return Exposition(id, title, tuple(cites), parts, hypotheses, labels, lemmas, general=list(general.values()))


def _part(proof, labels):
    theorem, names = proof.theorem, proof.names
    proof.labels = labels
    steps = []
    for t in proof.displayed:
        proof.current = proof.number(t)
        content = [] if t is theorem else proof.content(t)
        steps.append(Step(proof.current, t, content, reason(t, proof)))
    assumed = [(h, proof.provider(h), proof.used_in(h)) for h in proof.assumed()]
    return Part(theorem, names, stated(theorem.statement, names, True), steps, assumed)
