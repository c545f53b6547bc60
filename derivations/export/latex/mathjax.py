"""A result as a notebook renders it: sentences with formulas between dollars, no macros, no environments but aligned."""

from __future__ import annotations

from derivations.export.exposition import expose
from derivations.export.latex.writer import LatexWriter
from derivations.export.writer import joined, roman


class MathJaxWriter(LatexWriter):
    """LaTeX of sentences and displays, as far as MathJax reads it."""

    def math(self, formula):
        return f"${formula}$"

    def cited(self, lemma):
        return lemma.title

    def display(self, relation, end="", tag=""):
        source = super().display(relation, end, tag)
        return f"$${source.removeprefix(chr(92) + '[').removesuffix(chr(92) + ']')}$$"


def rendered(result):
    """What a result says, without the proofs."""
    exposition = expose(result)
    writers = [MathJaxWriter(part.names) for part in exposition.parts]
    out = []
    if exposition.symbols:
        out.append(f"Let {joined([writers[0].declared(*s) for s in exposition.symbols])}.")
    out += _setting(writers[0], exposition)
    for n, (writer, part) in enumerate(zip(writers, exposition.parts, strict=True)):
        content = writer.content(part.statement)
        borrowed = writer.borrowed(part.names, content)
        setting = _setting(writer, part) + ([f"Take {joined(borrowed)}."] if borrowed else [])
        lead = f"{roman(n)} " if len(writers) > 1 else ""
        out.append("\n".join([lead + " ".join([*setting, "Then"]), content]))
    return "\n\n".join(out)


def _setting(writer, said):
    out = []
    if said.definitions:
        out.append(f"Write {joined([writer.defined(*d) for d in said.definitions])}.")
    if said.hypotheses:
        out.append(f"Assume {joined([writer.proposition(h) for h in said.hypotheses])}.")
    return out
