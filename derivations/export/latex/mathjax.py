"""A result as a notebook renders it: Markdown with formulas between dollars, no macros, no environments but aligned."""

from __future__ import annotations

import re
from functools import partial
from textwrap import indent

from derivations.export.exposition import expose
from derivations.export.latex.writer import LatexWriter
from derivations.export.narration import Listing, Narration, paragraphs
from derivations.export.writer import of_part


class MathJaxWriter(LatexWriter):
    """LaTeX of sentences and displays, as far as MathJax reads it."""

    end = ""

    def __init__(self, names, numbers=()):
        super().__init__(names)
        self.numbers = dict(numbers)  # what general propositions are called

    def emphasised(self, sentence):
        return f"*{sentence}*"

    def math(self, formula):
        return f"${formula}$"

    def cited(self, lemma):
        return lemma.title

    def instance(self, item):
        return self.numbers[item.key] + of_part(item.part)

    def display(self, relation, end="", tag=""):
        source = super().display(relation, end, tag)
        return f"$${source.removeprefix(chr(92) + '[').removesuffix(chr(92) + ']')}$$"


def rendered(result, proofs=False):
    """What a result says, in Markdown; with the proofs, if they are wanted, and the general propositions that they use."""
    exposition = expose(result)
    general = exposition.propositions()
    numbers = {key: f"Proposition {n}" for n, key in enumerate(general, 1)}
    told = [("", exposition), *((f"**{numbers[key]}.** ", g) for key, g in general.items())]
    out = []
    for name, e in told if proofs else told[:1]:
        narration = Narration(e, partial(MathJaxWriter, numbers=numbers))
        out.append(name + "\n\n".join(_markdown(b) for b in (narration.claimed(), narration.statement()) if b))
        for of, blocks in narration.proofs() if proofs else ():
            out.append(f"*Proof{' of ' + of if of else ''}.*\n\n{_markdown(blocks)}")
    return "\n\n".join(out)


def _ended(block):
    """With the punctuation behind a displayed formula inside it."""
    return re.sub(r"\n\$\$([,.;:])", r"\1\n$$", block)


def _markdown(blocks):
    """Paragraphs, and lists as lists."""
    out = []
    for block in paragraphs(blocks):
        if isinstance(block, Listing):
            block = [f"- {label} " + indent(_markdown(entry), "  ").lstrip() for label, entry in block.entries]
        out.append("\n".join(_ended(b) for b in block))
    return "\n\n".join(out)
