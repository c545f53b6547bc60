"""The steps of a NumPy program as statements: what is used twice has a name, what is used once stands where it is used."""

from __future__ import annotations

import keyword
from collections import Counter
from itertools import chain, count
from textwrap import dedent

from sympy import Add, Mul, Pow, preorder_traversal

from derivations.export.code.algebra import INVERSE, PRODUCT_OF, TOTAL
from derivations.export.code.array import BOTH, Cell, axes, cells, transposes, turned
from derivations.export.code.imports import HOMES
from derivations.export.code.layout import added, remarked
from derivations.export.code.program import PARTS, reachable
from derivations.export.code.scalar import ATOM, POWER, PRODUCT, SUM, ScalarCode
from derivations.export.code.sharing import called, length, rewritten, shared
from derivations.export.code.stable import stable

MARGIN = 4  # of the body of a function
LINE = 120  # how long a line of code may be
RETURNED = 80  # how long all that is returned may be
INLINE = 48  # how long the source of a step may be that stands where it is used
REMARK = 60  # how long a formula may be that stands behind a statement
RESERVED = {*keyword.kwlist, *keyword.softkwlist, *chain(*HOMES.values()), "np", "float", "len"}


class TooLong(Exception):
    """A statement that is too long: the step to be given a statement of its own."""

    def __init__(self, number):
        self.number = number


class Statements:
    """The statements that compute some `outputs`, expressions of cells, from the steps of a Program.

    `sources` are those of the outputs: where they are long, names, made of `labels`. `guards` are pairs of a vector and a
    call that is given it as soon as it is computed. `symbols` maps dimensions and parameters to their source, `taken` are
    names that are in use.
    """

    def __init__(self, program, outputs, labels, symbols, taken, guards=()):
        self.program = program
        self.symbols = symbols
        self.reserved = RESERVED | set(taken)
        outputs = [*(vector for vector, _ in guards), *outputs]
        outputs = shared(program, rewritten(program, outputs, stable))
        self.steps = reachable(program, outputs)
        self.outputs = outputs[len(guards) :]
        self.stored = self._used_again(outputs) | {n for n in self.steps if n in program.wanted}
        while True:
            self.lines, self.variables, self.taken = [], {}, set(self.reserved)
            try:
                for vector, (_, call) in zip(outputs, guards, strict=False):
                    self.lines.append(call.format(self.source(vector, SUM)))
                self.sources = [self.source(e, SUM) for e in self.outputs]
                if sum(map(len, self.sources)) <= RETURNED or all(map(str.isidentifier, self.sources)):
                    return
                self.outputs = [self._apart(e, label) for e, label in zip(self.outputs, labels, strict=True)]
            except TooLong as long:
                self.stored.add(long.number)

    def _apart(self, entries, label=None):
        """An expression as the result of a step that has a statement of its own."""
        cell = self.program.result(entries, called(entries))
        self.stored.add(cell.number)
        if label and self.program.steps[cell.number].operands:
            self.program.labels.setdefault(cell.number, label)
        return cell

    def _used_again(self, outputs):
        used = Counter()
        for e in chain(outputs, *(self.program.steps[n].operands for n in self.steps)):
            for node in preorder_traversal(e):
                if isinstance(node, Cell):
                    used[node.number] += 1
        for n in self.steps:  # a sum of squares is written as a product of two
            step = self.program.steps[n]
            if step.code == TOTAL and isinstance(step.operands[0], Pow) and isinstance(step.operands[0].base, Cell):
                used[step.operands[0].base.number] += 1
        return {n for n, times in used.items() if times > 1 and self.program.steps[n].operands}

    # their source

    def source(self, entries, at_least):
        """The source of an expression, in parentheses if it binds less than `at_least`."""
        if transposes(turned(entries)) < transposes(entries) and not isinstance(entries, Cell):
            return f"{self.source(turned(entries), ATOM)}.T"
        return self._among(axes(entries), entries, at_least)

    def _among(self, spans, entries, at_least):
        """The source of a part of an expression that depends on the axes `spans`."""
        names = self.symbols | {cell: self._cell(cell, flat=spans != BOTH) for cell in cells(entries)}
        return ScalarCode(names, cells(entries), grouped=True)(entries, at_least)

    def _cell(self, cell, flat):
        code, level = self._value(cell.number)
        if (flat and cell.axes != BOTH) or cell.along in ("", "c", "rc", "ss"):
            return code, level
        code = code if level == ATOM else f"({code})"
        return f"{code}.T" if cell.along == "cr" else f"{code}[:, None]", ATOM

    def _value(self, number):
        """(source, binding) of the result of a step: the name that it has, or its code."""
        if number in self.variables:
            return self.variables[number], ATOM
        step = self.program.steps[number]
        if not step.operands:
            return step.code, ATOM
        if step.code in PARTS and len(parts := self._parts(step.operands)) > 1:
            self._unpack(parts)
            return self.variables[number], ATOM
        code, level = self._code(step)
        if number not in self.stored:
            if len(code) > INLINE:
                raise TooLong(number)
            return code, level
        self.variables[number] = self.free(self.program.name(number))
        self._state(number, code)
        return self.variables[number], ATOM

    def _code(self, step):
        if step.code == TOTAL:
            return self._total(*step.operands)
        if step.code == PRODUCT_OF and (solved := self._solved(*step.operands)):
            return solved, ATOM
        if step.code == "{0}":
            sources = {level: self.source(step.operands[0], level) for level in (SUM, PRODUCT, POWER, ATOM)}
            return sources[SUM], max(level for level, code in sources.items() if code == sources[SUM])
        places = [self.source(e, binding) for e, binding in zip(step.operands, step.binding, strict=True)]
        return step.code.format(*places), step.level

    def _total(self, entries):
        factors = [entries.base] * 2 if isinstance(entries, Pow) and entries.exp == 2 else Mul.make_args(entries)
        alike = len(factors) == 2 and all(axes(f) == axes(entries) for f in factors)
        if alike and (factors[0] != factors[1] or isinstance(factors[0], Cell)):
            return f"np.vdot({', '.join(self.source(f, SUM) for f in factors)})", ATOM
        return f"np.sum({self.source(entries, SUM)})", ATOM

    def _solved(self, left, right):
        """A product with an inverse that is used once is the solution of equations."""
        if self._is_inverse(left):
            matrix = self._matrix_of(left)
            return f"np.linalg.solve({self.source(matrix, SUM)}, {self.source(right, SUM)})"
        if self._is_inverse(right):
            matrix, back = self._matrix_of(right.turned), "" if axes(left) == {"c"} else ".T"
            return f"np.linalg.solve({self.source(matrix, SUM)}, {self.source(turned(left), SUM)}){back}"
        return None

    def _is_inverse(self, entries):
        if not isinstance(entries, Cell) or entries.number in self.stored:
            return False
        return self.program.steps[entries.number].code == INVERSE

    def _matrix_of(self, cell):
        (matrix,) = self.program.steps[cell.number].operands
        return turned(matrix) if cell.along == "cr" else matrix

    def _state(self, number, code):
        """The statement that gives a step its name, with the shape and the formula of what it computes."""
        name, step = self.variables[number], self.program.steps[number]
        line = f"{name} = {code}"
        if MARGIN + len(line) > LINE:
            (entries, *_), plain = step.operands, step.code == "{0}"
            if plain and isinstance(entries, Add) and len(entries.args) > 2:
                self.lines += self._broken(name, entries)
                return
            self._lengthy(number)
        remark = self.program.remark(number, self.variables, REMARK)
        self.lines += dedent(remarked(line, remark, MARGIN)).split("\n") if remark else [line]

    def _lengthy(self, number):
        """Give the longest step in the code of another, or else one of two terms, a statement of its own."""
        step = self.program.steps[number]
        inner = {c.number for e in step.operands for c in cells(e)} - self.variables.keys()
        lengths = {n: len(self._value(n)[0]) for n in sorted(inner) if self.program.steps[n].operands}
        if lengths:
            raise TooLong(max(lengths, key=lengths.get))
        if step.code == "{0}" and isinstance(step.operands[0], Add):
            longest = max(step.operands[0].args, key=lambda t: (length(t), str(t)))
            cell = self._apart(longest)
            self.program.rewritten(number, (step.operands[0] - longest + cell,))
            raise TooLong(cell.number)

    def _broken(self, name, entries):
        """The lines of a statement that gives a long sum a name: one term a line."""
        terms = [("-" if t.could_extract_minus_sign() else "", t) for t in entries.as_ordered_terms()]
        pieces = [sign + self._among(axes(entries), -t if sign else t, PRODUCT) for sign, t in terms]
        return f"{name} = {added(sorted(pieces, key=lambda p: p.startswith('-')), 0, parentheses=True)}".split("\n")

    def _parts(self, operands):
        """The numbers of the steps that take a part of the results of one."""
        found = {(self.program.steps[n].code, self.program.steps[n].operands): n for n in self.steps}
        return [found[code, operands] for code in PARTS if (code, operands) in found]

    def _unpack(self, parts):
        """The statement that gives the results of a step their names."""
        (whole,) = self.program.steps[parts[0]].operands
        code, _ = self._code(self.program.steps[whole.number])
        names = [self.free(self.program.name(n)) for n in parts]
        remarks = [self.program.remark(n, self.variables, REMARK) for n in parts]
        self.variables |= dict(zip(parts, names, strict=True))
        line = f"{', '.join(names)} = {code}"
        if MARGIN + len(line) > LINE:
            self._lengthy(whole.number)
        self.lines += dedent(remarked(line, "; ".join(filter(None, remarks)), MARGIN)).split("\n")

    def free(self, name):
        """The name, with a number behind it if it is taken."""
        name = next(n for n in chain([name], (f"{name}{i}" for i in count(2))) if n not in self.taken)
        self.taken.add(name)
        return name

    def is_view(self, cell):
        """Whether a cell stands for an argument, or for what may share memory with one, or cannot be written to."""
        step = self.program.steps[cell.number]
        if not step.operands or step.code.startswith("np.diagonal("):
            return True
        operand = step.operands[0]
        return step.code.startswith("{0}[") and isinstance(operand, Cell) and self.is_view(operand)
