"""A result told as paragraphs and lists, in the words of one writer: what LaTeX, Markdown and HTML have alike.

Blocks are strings, which run on in one paragraph, and lists, whose entries are labelled blocks.
"""

from __future__ import annotations

from dataclasses import dataclass

from derivations.export.exposition import kinds, stated
from derivations.export.names import Names
from derivations.export.phrases import Cited
from derivations.export.writer import capital, joined, roman
from derivations.language.propositions import All
from derivations.proof.lemmas import LEMMAS


@dataclass(frozen=True)
class Listing:
    """Labelled entries, each a list of blocks; of hypotheses, parts or steps."""

    kind: str
    entries: list


def paragraphs(blocks):
    """The blocks with the strings of one paragraph together: lists of strings, and Listings."""
    run = []
    for block in blocks:
        if isinstance(block, str):
            run += [block] if block else []
            continue
        yield from [run] if run else []
        yield block
        run = []
    yield from [run] if run else []


class Narration:
    """One exposition in the words of a writer for each of its parts, which `writer_of(names)` makes."""

    def __init__(self, exposition, writer_of):
        self.exposition = exposition
        self.parts = exposition.parts
        self.writer_of = writer_of
        self.writers = [writer_of(p.names) for p in exposition.parts]

    def claimed(self):
        """A claim that does not hold, as it is stated, and where it fails; nothing for other results."""
        refuted = self.exposition.refuted
        if refuted is None:
            return []
        writer = self.writer_of(refuted.names)
        given = [writer.defined(*d) for d in refuted.names.definitions]
        values = [writer.valued(s, v) for s, v in refuted.values]
        left, right = (writer.math(f"{x:.4g}") for x in refuted.sides)
        return [
            writer.emphasised(f"Claimed: {writer.prose(refuted.words.rstrip('.'))}."),
            f"For {joined([writer.declared(*s) for s in refuted.symbols])},",
            *([f"with {joined(given)},"] if given else []),
            f"if {joined([writer.proposition(h) for h in refuted.hypotheses])}, it would be that",
            writer.content(refuted.statement),
            f"It fails for {joined(values)}, where the left side is {left} and the right side {right}.",
        ]

    def statement(self):
        """Symbols, definitions, hypotheses and what follows from them."""
        e, first = self.exposition, self.writers[0]
        blocks = [f"Let {joined([first.declared(*s) for s in e.symbols])}."] if e.symbols else []
        blocks += self._setting(first, e)
        if len(self.parts) == 1:
            several = isinstance(self.parts[0].theorem.statement, All)
            return [*blocks, "Then", first.content(self.parts[0].statement, numbered=several), *self._shown()]
        entries, told = [], set()
        for n, (writer, part) in enumerate(zip(self.writers, self.parts, strict=True)):
            setting = self._setting(writer, part, told)
            content = writer.content(part.statement)
            borrowed = writer.borrowed(part.names, content)
            setting += [f"Take {joined(borrowed)}."] if borrowed else []
            then = "Then" if setting else "Moreover," if n else "It holds that"
            entries.append((roman(n), [*setting, then, content]))
            told |= set(part.hypotheses)
        return [*blocks, Listing("parts", entries), *self._shown()]

    def proofs(self):
        """[(the parts that it proves, or "" where there is only one; blocks)], the proofs that read alike once."""
        found = []
        for n, (writer, part) in enumerate(zip(self.writers, self.parts, strict=True)):
            blocks = self._proof(writer, part)
            alike = next((of for of, told in found if told == blocks), None)
            if alike is None:
                found.append(([roman(n)], blocks))
            else:
                alike.append(roman(n))
        return [(joined(of) if len(self.parts) > 1 else "", blocks) for of, blocks in found]

    def rests_on(self):
        """The cited lemmas, in a sentence; nothing where there are none."""
        lemmas = self.exposition.lemmas
        return [f"Rests on {joined([self.writers[0].item(Cited(name)) for name in lemmas])}."] if lemmas else []

    def _shown(self):
        shown = self.exposition.numerical
        return [f"Not proved, but shown numerically: {self.writers[0].prose(shown)}."] if shown else []

    def _setting(self, writer, said, told=()):
        """The definitions and hypotheses of a result or of a part of it; of those that were told the label is enough."""
        labels, out = self.exposition.labels, []
        if said.definitions:
            out.append(f"Write {joined([writer.defined(*d) for d in said.definitions])}.")
        known = [f"({labels[h]})" for h in said.hypotheses if h in told]
        new = [(f"({labels[h]})", writer.proposition(h)) for h in said.hypotheses if h not in told]
        if known:
            out.append(f"Assume {joined(known)}{', and' if new else '.'}")
        elif new:
            out.append("Assume")
        if new:
            ends = [*[";"] * (len(new) - 1), "."]
            entries = [(label, [said + end]) for (label, said), end in zip(new, ends, strict=True)]
            out.append(Listing("hypotheses", entries))
        return out

    def _proof(self, writer, part):
        steps = [(f"({step.number})", _step(writer, step)) for step in part.steps]
        told = writer.proof_names(part.names, "".join(block for _, blocks in steps for block in blocks))
        out = [f"Write {joined(told)}."] if told else []
        out += self._assumed(writer, part)
        if len(steps) == 1:
            return [*out, f"{capital(writer.sentence(part.steps[0].reason))}."]
        return [*out, Listing("steps", steps)]

    def _assumed(self, writer, part):
        """What a proof assumes besides the hypotheses: what lemmas provide, and what is dropped later."""
        provided, dropped = {}, {}
        for h, lemma, steps in part.assumed:
            said = f"({self.exposition.labels[h]}) {writer.proposition(h)}"
            (dropped.setdefault(tuple(steps), []) if lemma is None else provided.setdefault(lemma, [])).append(said)
        found = [
            f"By {writer.item(Cited(name))} there are {joined([writer.expression(s) for s in LEMMAS[name].provides])} "
            f"with {joined(said)}."
            for name, said in provided.items()
        ]
        for steps, said in dropped.items():
            where = f"{'step' if len(steps) == 1 else 'steps'} {joined([f'({n})' for n in steps])}"
            found.append(f"In {where} assume {joined(said)}.")
        return found


def lemma_told(lemma, writer_of):
    """What a cited lemma says."""
    names = Names(lemma.statement, lemma.hypotheses)
    writer = writer_of(names)
    given = kinds([(lemma.hypotheses, lemma.statement)], without=lemma.provides)
    out = [f"Let {joined([writer.declared(*k) for k in given])}."]
    if names.definitions:
        out.append(f"Write {joined([writer.defined(*d) for d in names.definitions])}.")
    if lemma.hypotheses:
        out.append(f"If {joined([writer.proposition(h) for h in lemma.hypotheses])}, then")
    else:
        out.append("Then")
    if not lemma.provides:
        return [*out, writer.content(stated(lemma.statement, names, True))]
    made = kinds([((), lemma.statement)], only=lemma.provides)
    said = joined([writer.proposition(p) for p in getattr(lemma.statement, "parts", (lemma.statement,))])
    return [*out, f"there are {joined([writer.declared(*k) for k in made])} with {said}."]


def _step(writer, step):
    said = capital(writer.sentence(step.reason))
    return [said + ",", writer.content(step.content)] if step.content else [f"{said}. This is the claim.", writer.end]
