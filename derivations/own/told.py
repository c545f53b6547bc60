"""What became of the invariances of a loss, in words and formulas: for the terminal, and for a notebook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from textwrap import fill

import numpy as np

from derivations.export import text
from derivations.export.latex import mathjax
from derivations.export.latex.writer import entries
from derivations.export.notation.latex import latex
from derivations.export.writer import joined
from derivations.language.errors import NotSpectral, UnsupportedExpression


@dataclass(frozen=True)
class Voice:
    """How results, expressions, equations of an expression and a matrix of numbers, and sentences are written."""

    results: Callable
    expressions: Callable
    equations: Callable
    prose: Callable

    def result(self, result):
        try:
            return self.results(result)
        except UnsupportedExpression as error:
            return f"It is proved, but cannot be written down: {error}."

    def expression(self, expr):
        try:
            return self.expressions(expr)
        except UnsupportedExpression:  # as SymPy writes it
            return str(expr)


def _value(symbol, value):
    """An equation; a short one is not broken into lines."""
    equation = f"{text.show(symbol)} = {text.entries(value)}"
    return equation.replace(" ", text.HARD) if len(equation) < text.COLUMNS / 2 else equation


def _paragraph(sentence):
    return fill(sentence, text.COLUMNS, subsequent_indent="  ", break_long_words=False).replace(text.HARD, " ")


TERMINAL = Voice(text.summary, text.show, _value, _paragraph)
NOTEBOOK = Voice(
    mathjax.rendered,
    lambda e: f"${latex(e)}$",
    lambda e, value: f"${latex(e)} = {entries(value)}$",
    str,
)


def seen(invariance, voice):
    """A sentence on a transformation that changes the loss, or of which that is not decided."""
    transformation = invariance.transformation
    changes = [f"{voice.expression(s)} to {voice.expression(e)}" for s, e in transformation.mapping.items()]
    where = f"where {transformation.words}, {joined(changes)}"
    if invariance.verdict == "undecided":
        return f"It is not decided whether the loss changes {where}: there is no proof, and no instance that was tried tells."
    before, after = _apart(*invariance.sides)
    values = [voice.equations(s, _written(v)) for s, v in invariance.values.items()]
    smallest = "" if invariance.counterexample.size is None else ", and for no smaller integers"
    return f"The loss changes {where}: from {before} to {after} for {joined(values)}{smallest}."


def _written(value):
    """A number, or an array of numbers, as texts."""
    return np.vectorize(_number, otypes=[object])(value) if isinstance(value, np.ndarray) else _number(value)


def _number(x):
    near = Fraction(float(x)).limit_denominator(1000)
    return str(near) if abs(float(x) - near) < 1e-12 else f"{float(x):.6g}"


def _apart(*numbers):
    """Two numbers with as many digits as tell them apart."""
    for digits in range(4, 18):
        written = [f"{x:.{digits}g}" for x in numbers]
        if written[0] != written[1]:
            break
    return written


def refused(error, voice):
    """Why something was not derived, without the full stop; keys of the normal form are left out."""
    if isinstance(error, (NotSpectral, UnsupportedExpression)):
        reason = error.told(voice.expression)
    else:
        reason = str(error)
    return reason.partition("Symbol(")[0].rpartition(": ")[0] if "Symbol(" in reason else reason.rstrip(".")
