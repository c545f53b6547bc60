"""Sentences and displays in HTML, with formulas in MathML."""

from __future__ import annotations

import re
from html import escape

from derivations.export.atlas.mathml import mathml
from derivations.export.latex.writer import BREAK, LatexWriter
from derivations.export.layout import latex_width, with_breaks
from derivations.export.prose import IDENTIFIER, formulas
from derivations.export.writer import of_part

_DISPLAY = re.compile(r"\\\[(.*?)\\\]", re.DOTALL)
_TAG = re.compile(r"\\tag\*\{(.*?)\}")
_BEHIND = re.compile(r"(</span></span>)\s*([,.;:])")
_INSIDE = re.compile(r'(?<!class="together">)(<math>(?:(?!<math>).)*?</math>)([,.;:)\]]+)')
_INLINE = 24  # letters, after which a formula in a sentence may be broken


def display(source):
    """A displayed formula, with the number that it has, and the punctuation behind it, or in its last line."""
    tag, end = _TAG.search(source), ""
    formula = _TAG.sub("", source).strip()
    while formula[-1:] in (",", ".", ";"):
        formula, end = formula[:-1].rstrip(), formula[-1] + end
    number = f'<span class="number">{escape(tag[1])}</span>' if tag else ""
    return f'<span class="display">{number}<span class="formula">{mathml(formula, display=True)}{end}</span></span>'


def ended(text):
    """With the punctuation behind a displayed formula inside it."""
    return _BEHIND.sub(r"\2\1", text)


def kept_together(text):
    """With every formula in a sentence on the line of the punctuation behind it."""
    return _INSIDE.sub(r'<span class="together">\1\2</span>', text)


def inline(source):
    """A formula in a sentence: a long one in several pieces, between which a line may end."""
    pieces = with_breaks(source, BREAK).split(BREAK) if latex_width(source) > _INLINE else [source]
    return "<wbr/>".join(mathml(p.strip()) for p in pieces)


def prose(text, link=None):
    """Plain text with its formulas; identifiers that `link` knows an address of lead there."""

    def linked(found):
        address = link and link(found[0])
        return f'<a href="{escape(address)}">{found[0]}</a>' if address else found[0]

    def words(part):
        return IDENTIFIER.sub(linked, escape(part))

    return kept_together("".join(inline(part) if formula else words(part) for formula, part in formulas(text)))


class HtmlWriter(LatexWriter):
    """What the LaTeX writer says, in HTML. `link(id)` gives the address of a result or a lemma, None where it has no page;
    `numbers` what general propositions are called on this page, and `theorems` those that are results.
    """

    end = ""

    def __init__(self, names, link, numbers=(), theorems=()):
        super().__init__(names, theorems)
        self.link = link
        self.numbers = dict(numbers)

    def words(self, text):
        return escape(text)

    def prose(self, text):
        return prose(text, self.link)

    def emphasised(self, sentence):
        return f"<em>{sentence}</em>"

    def defined(self, name, meaning):
        return _DISPLAY.sub(lambda m: display(m[1]), super().defined(name, meaning))

    def math(self, formula):
        return inline(formula)

    def cited(self, lemma):
        return f'<a class="lemma" href="{self.link(lemma.name)}">{prose(lemma.title)}</a>'

    def instance(self, item):
        if item.key in self.theorems:
            id, part = self.theorems[item.key]
            return f'<a href="{self.link(id)}">{id}</a>{of_part(item.part if part is None else part)}'
        return f'<a href="#{item.key}">Proposition {self.numbers[item.key]}</a>{of_part(item.part)}'

    def content(self, lines, end=".", numbered=False):
        return _DISPLAY.sub(lambda m: display(m[1]), super().content(lines, end, numbered))
