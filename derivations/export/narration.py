"""A result told as paragraphs and lists, in the words of one writer: what LaTeX, Markdown and HTML have alike.

Blocks are strings, which run on in one paragraph, and lists, whose entries are labelled blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile

from derivations.export.names import Names
from derivations.export.phrases import Cited
from derivations.export.references import runs
from derivations.export.stated import stated
from derivations.export.symbols import kinds, spoken
from derivations.export.told import Setting, Told
from derivations.export.writer import capital, joined, roman
from derivations.language.propositions import All


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
        self.told = Told(exposition, self.writers)

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
            f"if {joined([writer.proposition(h) for h in refuted.hypotheses])}, the claim says that",
            writer.content(refuted.statement),
            f"It fails for {joined(values)}, where the left side is {left} and the right side {right}.",
        ]

    def statement(self):
        """Symbols, definitions, hypotheses and what follows from them."""
        e, first = self.exposition, self.writers[0]
        blocks = [*_before(self.told.shared), *self._assume(first, e.hypotheses)]
        if len(self.parts) == 1:
            several = isinstance(self.parts[0].theorem.statement, All)
            return [*blocks, "Then", first.content(self.parts[0].statement, numbered=several), *self._shown()]
        entries, told = [], set()
        for n, (writer, part) in enumerate(zip(self.writers, self.parts, strict=True)):
            own = self.told.statements[n]
            setting = [*_before(own), *self._assume(writer, part.hypotheses, told)]
            borrowed = writer.borrowed(part.names, own.heard)
            setting += [f"Take {joined(borrowed)}."] if borrowed else []
            then = "Then" if setting else "Moreover," if n else "It holds that"
            entries.append((roman(n), [*setting, then, writer.content(part.statement)]))
            told |= set(part.hypotheses)
        return [*blocks, Listing("parts", entries), *self._shown()]

    def proofs(self):
        """[(the parts that it proves, or "" where there is only one; blocks)], the proofs that read alike once; steps that an
        earlier proof begins with too are not repeated.
        """
        found = []
        for n, (writer, part) in enumerate(zip(self.writers, self.parts, strict=True)):
            blocks = self._proof(writer, part, self.told.proofs[n])
            alike = next((of for of, told, _ in found if told == blocks), None)
            if alike is None:
                found.append(([roman(n)], blocks, _shortened(blocks, found)))
            else:
                alike.append(roman(n))
        return [(joined(of) if len(self.parts) > 1 else "", blocks) for of, _, blocks in found]

    def _shown(self):
        shown = self.exposition.numerical
        return [f"Not proved, but shown numerically: {self.writers[0].prose(shown)}."] if shown else []

    def _assume(self, writer, hypotheses, told=()):
        """The hypotheses of a result or of a part of it; of those that were told the label is enough."""
        labels, out = self.exposition.labels, []
        known = runs([int(labels[h][1:]) for h in hypotheses if h in told])
        new = [(f"({labels[h]})", writer.proposition(h)) for h in hypotheses if h not in told]
        if known:
            out.append(f"Assume {joined(known)}{', and' if new else '.'}")
        elif new:
            out.append("Assume")
        if new:
            ends = [*[";"] * (len(new) - 1), "."]
            entries = [(label, [said + end]) for (label, said), end in zip(new, ends, strict=True)]
            out.append(Listing("hypotheses", entries))
        return out

    def _proof(self, writer, part, setting):
        steps = [(f"({step.number})", _step(writer, step)) for step in part.steps]
        values = writer.proof_names(part.names, setting.heard)
        provided, dropped = self._assumed(writer, part)
        later = [f"Write {joined(setting.later)}."] if setting.later else []
        out = [*_before(setting, values), *provided, *later, *dropped]
        if len(steps) == 1:
            return [*out, *steps[0][1]]
        return [*out, Listing("steps", steps)]

    def _assumed(self, writer, part):
        """What a proof assumes besides the hypotheses: (what lemmas provide, what is dropped later)."""
        provided, dropped, assumed = {}, {}, []
        for h, by, steps in part.assumed:
            said = f"({self.exposition.labels[h]}) {writer.proposition(h)}"
            (dropped.setdefault(tuple(steps), []) if by is None else provided.setdefault(by, [])).append(said)
        found = []
        for by, said in provided.items():
            made = joined([writer.declared(*k) for k in kinds(by.symbols)])
            there = "is" if len(by.symbols) == 1 else "are"
            found.append(f"By {writer.item(Cited(by.lemma))} there {there} {made} with {joined(said)}.")
        for steps, said in dropped.items():
            where = f"{'step' if len(steps) == 1 else 'steps'} {joined([f'({n})' for n in steps])}"
            assumed.append(f"In {where} assume {joined(said)}.")
        return found, assumed


REPEATED = 3  # steps that are worth a sentence


def _shortened(blocks, earlier):
    """A proof without the steps that it begins with as an earlier one does."""
    steps = blocks[-1]
    if not isinstance(steps, Listing):
        return blocks
    most, of = 0, ""
    for parts, told, _ in earlier:
        others = told[-1].entries if isinstance(told[-1], Listing) else []
        pairs = zip(steps.entries[:-1], others, strict=False)
        same = len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
        if same > most:
            most, of = same, parts[0]
    if most < REPEATED:
        return blocks
    said = f"Steps (1) to ({most}) are those of the proof of {of}."
    return [*blocks[:-1], said, Listing("steps", steps.entries[most:])]


def _before(setting, values=()):
    """Symbols and definitions."""
    out = [f"Let {joined(setting.symbols)}."] if setting.symbols else []
    defined = [*setting.definitions, *values]
    return [*out, f"Write {joined(defined)}."] if defined else out


def lemma_told(lemma, writer_of):
    """What a cited lemma says."""
    names = Names(lemma.statement, lemma.hypotheses)
    writer = writer_of(names)
    given = kinds([s for s in spoken([*lemma.hypotheses, lemma.statement]) if s not in lemma.provides])
    out = _before(Setting([writer.declared(*k) for k in given], [writer.defined(*d) for d in names.definitions]))
    if lemma.hypotheses:
        out.append(f"If {joined([writer.proposition(h) for h in lemma.hypotheses])}, then")
    else:
        out.append("Then")
    if not lemma.provides:
        return [*out, writer.content(stated(lemma.statement, names, True))]
    made = kinds([s for s in spoken([lemma.statement]) if s in lemma.provides])
    said = joined([writer.proposition(p) for p in getattr(lemma.statement, "parts", (lemma.statement,))])
    return [*out, f"there are {joined([writer.declared(*k) for k in made])} with {said}."]


ADVERBS = ("adding ", "as ", "by ", "expanding ", "since ")  # what begins with these is no sentence of its own


def _step(writer, step):
    said = capital(writer.sentence(step.reason))
    adverbial = isinstance(step.reason[0], str) and step.reason[0].startswith(ADVERBS)
    if step.content:
        return [said + ("," if adverbial else ":"), writer.content(step.content)]
    return [f"{said}, {'the claim follows' if adverbial else 'which is the claim'}.", writer.end]
