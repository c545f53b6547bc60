"""What the steps of a NumPy program have in common becomes a step of its own, so that nothing is computed twice."""

from __future__ import annotations

from itertools import chain

from sympy import Add, Mul, Pow, preorder_traversal
from sympy.core.function import Application

from derivations.export.code.array import Cell, axes, transposes, turned
from derivations.export.code.program import reachable


def shared(program, outputs):
    """The outputs of a program, with every subexpression that occurs twice made a step."""
    tried = set()
    while True:
        outputs, found = _merged(program, outputs), {}
        for e in chain(outputs, *(program.steps[n].operands for n in reachable(program, outputs))):
            for part in _parts(e):
                found.setdefault(_spelled_once(part), []).append(part)
        again = [key for key, parts in found.items() if len(parts) > 1 and key not in tried]
        if not again:
            return outputs
        longest = max(again, key=lambda key: (length(key), str(key)))
        tried.add(longest)
        part = min(found[longest], key=transposes)
        cell = program.result(part, called(part))
        outputs = rewritten(program, outputs, lambda e, part=part, cell=cell: _with(e, part, cell), but=cell.number)


def rewritten(program, outputs, rewrite, but=None):
    """The outputs, and the operands of all steps but one, spelled differently."""
    for n in reachable(program, outputs):
        if n != but:
            program.rewritten(n, tuple(map(rewrite, program.steps[n].operands)))
    return [rewrite(e) for e in outputs]


def _merged(program, outputs):
    """The outputs, with steps that have become the same made one."""
    while True:
        first, same = {}, {}
        for n in reachable(program, outputs):
            kept = first.setdefault((program.steps[n].code, program.steps[n].operands), n)
            if kept != n:
                same |= {Cell(n, along): Cell(kept, along) for along in ("rc", "cr", "ss", "r", "c", "")}
        if not same:
            return outputs
        outputs = rewritten(program, outputs, lambda e, same=same: e.xreplace(same))


def called(part):
    """What the value of an expression is called."""
    if isinstance(part, Add):
        return "difference" if any(t.could_extract_minus_sign() for t in part.args) else "combined"
    return {Mul: "scaled", Pow: "powers"}.get(type(part)) or f"{type(part).__name__.lower()}_values"


def _spelled_once(entries):
    """An expression, its transpose, and their negatives, which are computed once: one of them."""
    forms = [entries, turned(entries)]
    if isinstance(entries, Add):
        forms += [-f for f in forms]
    return min(forms, key=str)


def length(expr):
    """How many nodes an expression has."""
    return 1 + sum(map(length, expr.args))


def _parts(expr):
    """The subexpressions that are worth a name if they occur again: of arrays, and functions of numbers."""
    for node in preorder_traversal(expr):
        if isinstance(node, Cell) or not node.args or not node.atoms(Cell):
            continue
        rest = _reciprocal(node.as_coeff_Mul()[1] if isinstance(node, Mul) else node)
        if isinstance(rest, Cell) or (isinstance(rest, Pow) and isinstance(rest.base, Cell) and rest.exp == 2):
            continue
        if isinstance(rest, (Add, Mul)) and not axes(rest) and not rest.has(Application, Pow):
            continue
        if isinstance(rest, (Add, Application, Mul, Pow)):
            yield rest


def _reciprocal(expr):
    """What is below the line of a fraction with 1 above it; an expression that is none."""
    return 1 / expr if isinstance(expr, Pow) and expr.exp.could_extract_minus_sign() else expr


def _with(expr, part, cell):
    """An expression with a part of it, or the transpose or negative of that, computed by a step."""
    if isinstance(expr, Cell) or not expr.args:
        return expr
    for sign in (1, -1):
        if expr == sign * part:
            return sign * cell
        if expr == sign * turned(part):
            return sign * cell.turned
    above = _reciprocal(expr)
    if above != expr:
        return 1 / _with(above, part, cell)
    if isinstance(expr, Mul):
        number, rest = expr.as_coeff_Mul()
        if number != 1 and (found := _with(rest, part, cell)) != rest:
            return number * found
    return expr.func(*(_with(a, part, cell) for a in expr.args))
