"""LaTeX of expressions and statements."""

from __future__ import annotations

import re

from sympy.printing.latex import LatexPrinter as SymPyLatexPrinter

from derivations.export.notation.piece import ATOM, MUL, POW, NoNames, Piece
from derivations.export.notation.printer import Notation
from derivations.language.brackets import bracketed

WORD, OPERATORS = r"\mathrm{", (r"\sum", r"\log", r"\exp", r"\max", r"\min", r"\operatorname")
WORD_AT_END = re.compile(r"\\mathrm\{[^{}]*\}$")
HIGH = (r"\sum", r"\sqrt", r"\exp", "e^{")  # in an exponent
STARRED = re.compile(r"\\?[A-Za-z]+\^\{\*\}(_\{\w+\})?")  # Z^* or W_a^*
WORDS = re.compile(r"[a-z]{2,}(_[a-z]{2,})*")


class LatexPrinter(Notation, SymPyLatexPrinter):
    """SymPy expressions in LaTeX, in the notation of the papers; raises UnsupportedExpression on an unknown node."""

    form, part = "latex", "the LaTeX printer"
    space, ones, hadamard, kronecker = " ", r"\mathbf{1}", r" \circ ", r" \otimes "
    fraction_in_front = True

    def __init__(self, names=None):
        super().__init__()
        self.names = names or NoNames()

    def symbol(self, name):
        written = self._deal_with_super_sub("varepsilon" if name == "eps" else name.replace("phi", "varphi"))
        if WORDS.fullmatch(name) and not written.startswith("\\"):  # a name in code, and no Greek letter with an index
            written = r"\mathrm{" + name.replace("_", r"\_") + "}"
        return Piece(written, POW if "^" in written else ATOM)

    def function(self, name):
        return rf"\{name}" if name in ("exp", "log", "max", "min") else rf"\operatorname{{{name}}}"

    def bracket(self, content):
        return bracketed(content)

    def call(self, name, arguments):
        return Piece(f"{name}{self.bracket(', '.join(arguments))}")

    def between(self, before, piece):
        """A thin space beside a word, which an operator has of its own."""
        beside = WORD_AT_END.search(before) and not piece.startswith(OPERATORS)
        return r" \, " if beside or piece.startswith(WORD) else self.space

    def exponent(self, expr):
        """An exponent, its fractions with a solidus."""
        around, self.in_script = self.in_script, True
        try:
            return self._print(expr)
        finally:
            self.in_script = around

    def exponential(self, expr):
        """e^x; exp(x) of what is too high for an exponent."""
        raised = self.exponent(expr)
        if any(mark in raised for mark in HIGH):
            return self.call(self.function("exp"), [self._print(expr)])
        return Piece(self.power(Piece("e"), raised), POW)

    def fraction(self, numerator, denominator, in_front=False):
        if self.in_script:
            over = f"{self.bracketed(numerator, MUL)}/{self.bracketed(denominator, ATOM)}"
            return Piece(over, MUL)
        return Piece(rf"\frac{{{numerator}}}{{{denominator}}}", MUL)

    def root(self, radicand):
        return Piece(rf"\sqrt{{{radicand}}}")

    def power(self, base, exponent):
        return f"{base}^{{{exponent}}}"

    def positive_part(self, content):
        return Piece(f"{content}_{{+}}")

    def transposed(self, matrix):
        if STARRED.fullmatch(matrix):
            return Piece(matrix.replace("^{*}", r"^{*\top}"), POW)
        return Piece(f"{self.bracketed(matrix, ATOM)}^{{\\top}}", POW)

    def entry(self, base, index):
        separator = "" if all(i.level == ATOM for i in index) else ", "
        return Piece(f"{base}_{{{separator.join(index)}}}")

    def inverse_transposed(self, matrix):
        return Piece(f"{self.bracketed(matrix, ATOM)}^{{-\\top}}", POW)

    def blocks(self, rows):
        lines = r"\\".join("&".join(row) for row in rows)
        return rf"\begin{{bmatrix}}{lines}\end{{bmatrix}}"

    def summation(self, indices, low, high, implied):
        return rf"\sum_{{{', '.join(indices)} = {low}}}^{{{high}}}"

    def summation_apart(self, indices):
        different = r" \ne ".join(indices)
        return rf"\sum_{{{different}}}"


def latex(expr, names=None):
    """The LaTeX of a SymPy expression, without math delimiters.

    `names` (see derivations.export.names) gives names to subexpressions. Raises UnsupportedExpression naming the first
    node that has no rule.
    """
    return str(LatexPrinter(names).show(expr))
