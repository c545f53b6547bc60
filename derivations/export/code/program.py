"""The steps of a NumPy program, each of them taken once.

A step is known by its code and its operands; asked for again it is not computed again.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from sympy import Expr, MatrixSymbol, Transpose

from derivations.export.code.array import Cell, cells
from derivations.export.code.scalar import ATOM, SUM
from derivations.export.text import show
from derivations.language.atoms import Abbreviation
from derivations.language.errors import UnsupportedExpression

PARTS = ("{0}[0]", "{0}[1]")  # of a step with two results


@dataclass(frozen=True)
class Step:
    """A statement, `code` with the source of its `operands` filled in, and how tightly the places for these bind."""

    code: str
    operands: tuple[Expr, ...]
    binding: tuple[int, ...]
    along: str  # of which entry of the result a cell stands: as in Cell
    shape: tuple[Expr, ...]
    name: str  # what the result is called if it is not used in place
    level: int = ATOM


class Program:
    """The steps so far, and what is to be said of their results."""

    def __init__(self):
        self.steps = []
        self.known = {}  # the cells of the results, by code and operands
        self.wanted = {}  # names for the results of steps that are stored under one, by number
        self.labels = {}  # names that are taken as they are, if a name is needed
        self.formulas = {}  # what the results are, by number
        self.titles = {}  # the numbers of the steps that have names, by what they are

    def step(self, code, *operands, along="", name, shape=None, binding=None, level=ATOM):
        """The cell of the result of a step; its shape is that of the first operand if it is not given."""
        key = (code, operands)
        if key not in self.known:
            binding = binding or (SUM,) * len(operands)
            if shape is None:
                shape = tuple(self.dimension(operands[0], axis) for axis in along.replace("ss", "rc"))
            self.known[key] = Cell(len(self.steps), along)
            self.steps.append(Step(code, operands, binding, along, shape, name, level))
        cell = self.known[key]
        return (
            Cell(cell.number, along) if len(cell.along) == 1 else cell
        )  # a vector is along the axis that is asked for

    def dimension(self, entries, axis):
        """How many rows ("r") or columns ("c") there are, for entries that depend on them."""
        cell = next(cell for cell in cells(entries) if axis in cell.axes)
        shape = self.steps[cell.number].shape
        return shape[0] if len(shape) == 1 else shape[cell.along.replace("ss", "rc").index(axis)]

    def rewritten(self, number, operands):
        """Give a step operands of the same values."""
        self.steps[number] = replace(self.steps[number], operands=operands)
        self.known[self.steps[number].code, operands] = Cell(number, self.steps[number].along)

    def entitle(self, cell, name, formula, exact=False):
        """Remember what the result of a step is called, and what it is; a name that is not exact may get a suffix."""
        self.wanted.setdefault(cell.number, name)
        if exact:
            self.labels.setdefault(cell.number, name)
        self.formulas.setdefault(cell.number, formula)
        self.titles.setdefault(formula, cell.number)

    def explain(self, array, formula):
        """Remember what a stored array is."""
        if isinstance(array.entries, Cell):
            number = array.entries.number
            if self.steps[number].shape == tuple(d for d in array.shape if d != 1):
                self.formulas.setdefault(number, formula if array.entries.along != "cr" else Transpose(formula))

    def remark(self, number, named, longest):
        """The shape and the formula of the result of a step, for the comment behind it; `named` are the names of others."""
        step, formula = self.steps[number], self.formulas.get(number)
        dims = ", ".join(map(show, step.shape)) + "," * (len(step.shape) == 1)
        told = [f"({dims})"] if step.shape else []
        if formula is not None:
            others = {e: n for e, n in self.titles.items() if n in named and n != number}
            known = {e: MatrixSymbol(named[n], *e.shape) for e, n in others.items()}
            with suppress(UnsupportedExpression):  # what has no plain text goes without
                text = show(_said(formula, known))
                told += [text] * (len(text) <= longest)
        return ", ".join(told)

    def name(self, number):
        """What the result of a step is called, with what is behind the _ in the names of the arguments that it is made of,
        where that is one for all.
        """
        if number in self.labels:
            return self.labels[number]
        name = self.wanted.get(number) or self.steps[number].name
        leaves = (self.steps[n] for n in reachable(self, [Cell(number, "")]) if not self.steps[n].operands)
        return with_suffix(name, (step.name for step in leaves))


def with_suffix(name, parts):
    """A name with what is behind the _ in those of the parts, where that is one for all: C_a of Z_a."""
    found = {part.partition("_")[2] for part in parts} - {""}
    suffix = f"_{found.pop()}" if len(found) == 1 else ""
    return name if name.endswith(suffix) else name + suffix


def reachable(program, roots):
    """The numbers of the steps that some expressions need, in the order of the program."""
    found, waiting = set(), list(roots)
    while waiting:
        for cell in cells(waiting.pop()):
            if cell.number not in found:
                found.add(cell.number)
                waiting += program.steps[cell.number].operands
    return sorted(found)


def _said(formula, known):
    """A formula with the names that are known for parts of it, of abbreviations by what they mean."""
    if isinstance(formula, Abbreviation):
        return known.get(formula.definition, formula)
    if not formula.args:
        return formula
    return formula.func(*(known.get(a) or _said(a, known) for a in formula.args))
