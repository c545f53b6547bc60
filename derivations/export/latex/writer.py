"""LaTeX of sentences, and of relations in displayed mathematics."""

from __future__ import annotations

import re
from typing import ClassVar

from derivations.export.layout import filled, in_line, is_tall, latex_width, says_nothing, with_breaks
from derivations.export.notation.heard import Heard
from derivations.export.notation.latex import LatexPrinter
from derivations.export.phrases import Relation
from derivations.export.prose import formulas
from derivations.export.writer import Writer, of_part, roman

LIMIT = 64  # letters on a line
BREAK = r"\betweenfactors"
LINE = r" \\ \rule{0pt}{8pt} "  # between the lines under a minimum, a little apart
_BREAKS = re.compile(r"[=<>+-]|\\(?:le|ge|in|succ|succeq|circ|iff)\b")  # where TeX would end a line
_WORDS = re.compile(r"\\text\{([^{}]*)\}")
_SPECIAL = {"&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_", "^": r"\^{}", "{": r"\{", "}": r"\}", "|": "$|$"}
_SPECIAL |= {">=": r"$\ge$", "<=": r"$\le$", "<": "$<$", ">": "$>$"}


def prose(text):
    """Plain text as LaTeX; the formulas in it are mathematics."""
    return "".join(f"${part}$" if formula else escaped(part) for formula, part in formulas(text))


def escaped(text):
    """Plain text as LaTeX, letter by letter."""
    special = "|".join(map(re.escape, sorted(_SPECIAL, key=len, reverse=True)))
    return re.sub(special, lambda m: _SPECIAL[m[0]], text)


def entries(value):
    """An integer, or a matrix of them."""
    if not hasattr(value, "shape"):
        return str(value)
    rows = r" \\ ".join(" & ".join(map(str, row)) for row in value)
    return rf"\left(\begin{{smallmatrix}} {rows} \end{{smallmatrix}}\right)"


def ended(sentence):
    """With the punctuation behind a displayed formula inside it."""
    return re.sub(r"(\s*\\end\{aligned\})?(\s*)\\\]\s*([,.;:])", r"\3\1\2\\]", sentence)


class HeardPrinter(Heard, LatexPrinter):
    """The printer, which remembers what it printed."""


class LatexWriter(Writer):
    """Sentences and displays with the names of one part of a result."""

    limit, width = LIMIT, staticmethod(latex_width)
    relations: ClassVar = {"=": "=", "<=": r"\le", ">=": r"\ge", ">": ">", "in": r"\in"}
    sets: ClassVar = {
        "positive integer": r"\mathbb{N}",
        "nonnegative integer": r"\mathbb{N}_0",
        "integer": r"\mathbb{Z}",
        "real": r"\mathbb{R}",
        "function": r"\mathbb{R}^{\mathbb{R}}",
    }

    def __init__(self, names, theorems=()):
        super().__init__(HeardPrinter(names), LatexPrinter())
        self.theorems = dict(theorems)  # general propositions that are theorems of the document

    end = r"\qedhere"

    def words(self, text):
        return text

    def prose(self, text):
        return prose(text)

    def emphasised(self, sentence):
        return rf"\emph{{{sentence}}}"

    def sentence(self, items):
        return ended(super().sentence(items))

    def math(self, formula):
        """A formula in a sentence; a long one may be broken between its factors, and is displayed if it cannot be, but not
        inside brackets.
        """
        if latex_width(formula) <= LIMIT / 3:
            return f"${{{formula}}}$" if _BREAKS.search(formula) else f"${formula}$"
        broken = with_breaks(formula, BREAK)
        if self.depth or max(map(latex_width, broken.split(BREAK))) <= LIMIT * 0.6:
            return f"${broken}$"
        return self.shown(formula)

    def shown(self, formula):
        return rf"\[ {formula} \]"

    def defined(self, name, meaning):
        """A definition, displayed if it is too long or too tall for a line of text."""
        formula = f"{self.printer.show(name)} = {self.printer.meaning(meaning)}"
        if latex_width(formula) <= LIMIT / 2 and not is_tall(formula):
            return super().defined(name, meaning)
        return self.display(Relation(name, "=", meaning, True))

    def valued(self, symbol, value):
        """A symbol and the integer, or the matrix of integers, that it stands for."""
        return self.math(f"{self.printer.show(symbol)} = {entries(value)}")

    def reals(self, dimensions):
        size = r" \times ".join(dimensions)
        return rf"\mathbb{{R}}^{{{size}}}" if size else r"\mathbb{R}"

    def cited(self, lemma):
        return rf"\lemmaref{{{lemma.name}}}{{{prose(lemma.title)}}}"

    def instance(self, item):
        proposition = rf"Proposition~\ref{{prop:{item.key}}}"
        if item.key not in self.theorems:
            return proposition + of_part(item.part)
        id, part = self.theorems[item.key]
        theorem = rf"Theorem~\ref{{thm:{id}}}{of_part(item.part if part is None else part)}"
        return rf"\ifcsname r@thm:{id}\endcsname {theorem}\else {proposition}{of_part(item.part)}\fi{{}}"

    def proposition(self, p):
        """A proposition inside a sentence: its words leave the formula, so that lines can be broken there."""
        parts = []
        for n, piece in enumerate(_WORDS.split(p.latex(self.printer.show))):
            if n % 2 == 0:
                equations = [x.strip() for x in piece.split(r",\quad ")]
                piece = ", ".join(self.math(x) for x in equations if x and not says_nothing(x))
            parts.append(piece)
        return re.sub(r"\s+", " ", "".join(parts)).strip()

    def least(self, least):
        z, subject, objective = self.over(least)
        subject = [p.removesuffix(r" \text{ for every } k") for p in subject]  # whose index nothing else has there
        under = rf"\substack{{{LINE.join([z, *subject])}}}" if subject else z
        return rf"\min_{{{under}}} {objective}"

    def slope(self, slope):
        named = self.printer.names.lookup(slope.function)
        if named is not None:
            return rf"\nabla {self.printer.show(named)}"
        return rf"\nabla_{{{self.printer.show(slope.unknown)}}} \left[{self.printer.show(slope.function)}\right]"

    def content(self, lines, end=".", numbered=False):
        """Relations, displayed, and propositions, said, one after the other."""
        out = []
        for n, line in enumerate(lines):
            last = n == len(lines) - 1
            if isinstance(line, Relation):
                led = not last and getattr(lines[n + 1], "lead", "")
                out += [line.lead] if line.lead else []
                tag = rf" \tag*{{{roman(n)}}}" if numbered else ""
                out.append(self.display(line, end if last else "" if led and led != "attained at" else ",", tag))
            else:
                out.append(ended(self.proposition(line) + (end if last else ",")))
        return "\n".join(out)

    def display(self, relation, end="", tag=""):
        """A relation as displayed mathematics, in as many lines as it needs."""
        left, right = self.left(relation.lhs), self.terms(relation.rhs, relation.defining)
        sign = self.relations[relation.sign]
        before = sum(latex_width(t) + 2.4 for _, t in left)
        if before + sum(latex_width(t) + 2.4 for _, t in right) <= LIMIT:
            return f"\\[\n  {in_line(left)} {sign} {in_line(right)}{end}{tag}\n\\]"
        if before <= LIMIT / 3:
            first, *more = filled(right, before + 2, before + 4, LIMIT, latex_width)
            lines = [f"{in_line(left)} &{sign} {in_line(first)}", *(rf"&\quad {{}} {in_line(x)}" for x in more)]
        else:
            above, *more = filled(left, 0, 2, LIMIT, latex_width)
            below, *rest = filled(right, 4, 6, LIMIT, latex_width)
            lines = [f"& {in_line(above)}", *(rf"&\quad {{}} {in_line(x)}" for x in more)]
            lines += [rf"&\quad {sign} {in_line(below)}", *(rf"&\qquad {{}} {in_line(x)}" for x in rest)]
        body = " \\\\\n    ".join(lines)
        return f"\\[\n  \\begin{{aligned}}\n    {body}{end}\n  \\end{{aligned}}{tag}\n\\]"
