"""Expressions and proofs in the terminal."""

from __future__ import annotations

from textwrap import wrap
from typing import ClassVar

from derivations.export.exposition import expose
from derivations.export.layout import filled, in_line
from derivations.export.notation.heard import Heard
from derivations.export.notation.text import TextPrinter
from derivations.export.phrases import Relation
from derivations.export.told import Told
from derivations.export.writer import Writer, joined, of_part, roman
from derivations.proof.lemmas import LEMMAS

COLUMNS = 100
GUTTER = 8
HARD = "\N{NO-BREAK SPACE}"  # keeps the parts of a formula on one line


class HeardPrinter(Heard, TextPrinter):
    """The printer, which remembers what it printed."""


class TextWriter(Writer):
    """Sentences and relations in plain text."""

    limit, width = COLUMNS, staticmethod(len)
    relations: ClassVar = {"=": "=", "<=": "<=", ">=": ">=", ">": ">", "in": "in"}
    sets: ClassVar = {
        "positive integer": "{1, 2, ...}",
        "nonnegative integer": "{0, 1, 2, ...}",
        "integer": "Z",
        "real": "R",
        "function": "functions R -> R",
    }

    def __init__(self, names, general):
        super().__init__(HeardPrinter(names), TextPrinter())
        self.general = general  # what general propositions are called

    def words(self, text):
        return text

    def math(self, formula):
        return formula

    def reals(self, dimensions):
        size = " x ".join(dimensions)
        return f"R^({size})" if " " in size else f"R^{size}" if size else "R"

    def cited(self, lemma):
        return lemma.name

    def instance(self, item):
        return self.general[item.key] + of_part(item.part)

    def proposition(self, p):
        return p.text(self.printer.show)

    def least(self, least):
        z, subject, objective = self.over(least)
        such = f" with {', '.join(subject)}" if subject else ""
        return f"min over {z}{such} of {objective}"

    def slope(self, slope):
        return f"grad {self.printer.show(slope.function)}"

    def lines(self, relation, room):
        """A relation in lines of at most `room` columns, where its terms allow that."""
        left, right = self.left(relation.lhs), self.terms(relation.rhs, relation.defining)
        whole = f"{in_line(left)} {relation.sign} {in_line(right)}"
        if len(whole) <= room:
            return [whole]
        above = filled(left, 0, 4, room, len)
        below = filled(right, 7, 7, room, len)
        lines = [
            *("    " * (n > 0) + in_line(x) for n, x in enumerate(above)),
            *((f"    {relation.sign} " if n == 0 else "       ") + in_line(x) for n, x in enumerate(below)),
        ]
        return [part for line in lines for part in _folded(line, room)]


def _folded(line, room):
    """A line that is too long all the same, at its spaces."""
    if len(line) <= room:
        return [line]
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    return wrap(line, room, subsequent_indent=indent, break_long_words=False)


def show(expr, names=None):
    """The text of a SymPy expression; raises UnsupportedExpression naming the first node that has no rule."""
    return str(TextPrinter(names).show(expr))


LABELS = {  # what stands before a relation with a lead
    "": "",
    "at": "at",
    "attained at": "at",
    "exactly if": "iff",
    "has the gradient": "grad",
    "satisfies": "min",
    "the function": "for",
}


def describe(result):
    """Statement and proof of a result: hypotheses, statement, numbered steps with their reasons, what it rests on."""
    exposition = expose(result)
    rests = f"rests on {', '.join(exposition.lemmas)}" if exposition.lemmas else "rests on no lemma"
    status = "proved in part" if exposition.numerical else "proved"
    out = _labelled(f"{exposition.id}  ", f"{status}; {rests}", len(exposition.id) + 2)
    out += _labelled("", exposition.title, 0)
    if exposition.numerical:
        out += _labelled("", f"Not proved, but shown numerically: {exposition.numerical}.", 0)
    if exposition.cites:
        out += _labelled("after", ", ".join(exposition.cites))
    if exposition.refuted:
        out += [*_refuted(exposition.refuted), ""]
    propositions = exposition.propositions()
    general = {key: f"Proposition {n}" for n, key in enumerate(propositions, 1)}
    out += _told(exposition, general)
    for key, g in propositions.items():
        out += ["", general[key], *_told(g, general)]
    if exposition.lemmas:
        out.append("")
    for name in exposition.lemmas:
        out += _labelled("", f"{name}: {LEMMAS[name].title} ({LEMMAS[name].reference})", 2)
    return "\n".join(line.rstrip() for line in out) + "\n"


def counterexample(refuted, writer=None):
    """Where a claim fails, in a line of plain text."""
    writer = writer or TextWriter(refuted.names, {})
    values = [f"{writer.expression(symbol)} = {entries(value)}" for symbol, value in refuted.values]
    left, right = (f"{x:.4g}" for x in refuted.sides)
    return f"{', '.join(values)}: {left} on the left, {right} on the right"


def entries(value):
    """An integer, or a matrix of them, its rows set apart by semicolons."""
    return f"({'; '.join(' '.join(map(str, row)) for row in value)})" if hasattr(value, "shape") else str(value)


def _refuted(refuted):
    writer = TextWriter(refuted.names, {})
    out = _labelled("claimed", refuted.words)
    out += _labelled("", f"for  {';  '.join(writer.declared(*s) for s in refuted.symbols)}", hang=5)
    out += [line for d in refuted.names.definitions for line in _labelled("", f"with {writer.defined(*d)}", hang=5)]
    out += [line for h in refuted.hypotheses for line in _labelled("", f"if   {writer.proposition(h)}", hang=5)]
    out += _content(writer, refuted.statement, "")
    return out + _labelled("fails", f"for  {counterexample(refuted, writer)}", hang=5)


def summary(result):
    """What a result says: hypotheses and statements, without the proofs."""
    return "\n".join(line.rstrip() for line in _told(expose(result), {}, proofs=False))


def _told(exposition, general, proofs=True):
    """Setting, statements and proofs."""
    writers = [TextWriter(p.names, general) for p in exposition.parts]
    told = Told(exposition, writers)
    out = [*_setting(told.shared), *_given(writers[0], exposition.hypotheses, exposition.labels)]
    for n, (writer, part) in enumerate(zip(writers, exposition.parts, strict=True)):
        own = told.statements[n]
        if len(exposition.parts) > 1:
            out += ["", roman(n)]
            out += [*_setting(own), *_given(writer, part.hypotheses, exposition.labels)]
        borrowed = writer.borrowed(part.names, own.heard)
        out += _labelled("with", ", ".join(borrowed)) if borrowed else []
        out += _content(writer, part.statement, "then")
        out += _proof(writer, part, told.proofs[n], exposition.labels) if proofs else []
    return out


def _setting(setting):
    """Symbols and definitions."""
    out = _labelled("let", ";  ".join(d.replace(" ", HARD) for d in setting.symbols)) if setting.symbols else []
    return out + _written(setting.definitions)


def _written(definitions):
    return [x for n, d in enumerate(definitions) for x in _labelled("write" if n == 0 else "", d, hang=4)]


def _given(writer, hypotheses, labels):
    out = []
    for n, h in enumerate(hypotheses):
        out += _labelled("given" if n == 0 else "", f"{labels[h]}  {writer.proposition(h)}", hang=4)
    return out


def _content(writer, content, label, gutter=GUTTER):
    out = []
    for n, line in enumerate(content):
        lead = label if n == 0 else ""
        if isinstance(line, Relation):
            lead = LABELS[line.lead] or lead
            lines = writer.lines(line, COLUMNS - gutter)
            if lead and gutter < GUTTER:
                lead, lines[0] = "", f"{lead} {lines[0]}"
            out += [(lead if m == 0 else "").ljust(gutter) + text for m, text in enumerate(lines)]
        else:
            out += _labelled(lead, writer.proposition(line), gutter)
    return out


def _proof(writer, part, setting, labels):
    said = ["let " + ";  ".join(d.replace(" ", HARD) for d in setting.symbols)] if setting.symbols else []
    said += ["write " + d for d in (*setting.definitions, *writer.proof_names(part.names, setting.heard))]
    out = [x for n, line in enumerate(said) for x in _labelled("proof" if n == 0 else "", line, hang=4)]
    assumed = sorted(part.assumed, key=lambda entry: entry[1] is None)
    for h, by, users in assumed:
        why = f"by {by.lemma}" if by else f"in {joined([f'({n})' for n in users])}"
        out += _labelled("assume", f"{labels[h]}  {writer.proposition(h)}   {why}")
    out += _written(setting.later)
    return out + [line for step in part.steps for line in _step(writer, step)]


def _step(writer, step):
    why = writer.sentence(step.reason)
    lines = _content(writer, step.content, "", 6) or ["      the claim"]
    lines[0] = f"{step.number:>4}  {lines[0][6:]}"
    if len(lines[-1]) + 3 + len(why) <= COLUMNS:
        return [*lines[:-1], f"{lines[-1]}   {why}"]
    return [*lines, *_labelled("", why, 10)]


def _labelled(label, text, gutter=GUTTER, hang=0):
    """A text beside a label, its later lines indented by `hang`."""
    shape = {"width": COLUMNS - gutter, "subsequent_indent": " " * hang, "break_long_words": False}
    lines = [x for part in text.split("\n") for x in wrap(part, **shape) or [""]]
    return [(label if n == 0 else "").ljust(gutter) + line.replace(HARD, " ") for n, line in enumerate(lines)]
