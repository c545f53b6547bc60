"""What a theorem says as a NumPy function, for a reader to try: both sides of an equation, a loss and its gradient, a minimum."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import MatrixExpr, MatrixSymbol, Symbol

from derivations.export.code.function import numpy_function
from derivations.export.text import show
from derivations.language.errors import UnsupportedExpression
from derivations.language.propositions import All, AtMost, Equal, EqualIff, Gradient, Minimum, Symmetric

WIDTH = 90  # letters of a formula in a docstring


@dataclass(frozen=True)
class Function:
    """A function for a statement: its source, what it takes and returns, and the hypotheses under which the statement holds."""

    name: str
    source: str
    matrices: tuple
    hyper: tuple
    outputs: tuple
    hypotheses: tuple


def functions(theorems):
    """The functions for all statements that have numbers or matrices to compute, and that NumPy has functions for."""
    found, bodies = [], set()
    for theorem in theorems:
        for statement in _parts(theorem.statement):
            given = (*theorem.hypotheses, *getattr(statement, "subject_to", ()))
            for name, docstring, named in _outputs(statement):
                try:
                    function = _function(_free(name, found), docstring, named, given)
                except UnsupportedExpression:
                    continue
                body = function.source.partition("(")[2]
                if body not in bodies:
                    bodies.add(body)
                    found.append(function)
    return found


def _parts(statement):
    return [p for part in statement.parts for p in _parts(part)] if isinstance(statement, All) else [statement]


def _outputs(statement):
    """(name, what it returns, {expression: what it is called}) of the functions for a statement."""
    if isinstance(statement, (Equal, AtMost, EqualIff)):
        sign = {Equal: "=", AtMost: "<="}.get(type(statement), "and")
        said = f"{show(statement.lhs)} {sign} {show(statement.rhs)}"
        docstring = f"Both sides of {said}." if len(said) <= WIDTH else "Both sides."
        return [("sides", docstring, {statement.lhs: "left", statement.rhs: "right"})]
    if isinstance(statement, Gradient):
        z = statement.unknown
        named = {statement.function: "value", statement.value: "gradient"}
        return [("value_and_gradient", f"The function, and its gradient in {z}.", named)]
    if isinstance(statement, Minimum):
        z = statement.unknown
        return [
            ("objective", f"What is minimised over {z}.", {statement.objective: "value"}),
            ("minimum", f"The least value, and the {z} that has it.", {statement.value: "value", statement.at: "best"}),
        ]
    return []


def _function(name, docstring, named, hypotheses):
    outputs = sorted(named, key=lambda e: isinstance(e, MatrixExpr))  # numbers come first
    free = set().union(*(e.free_symbols for e in outputs))
    matrices = sorted((s for s in free if isinstance(s, MatrixSymbol)), key=str)
    sizes = {d for m in matrices for side in m.shape for d in side.free_symbols}
    hyper = sorted((s for s in free - sizes if type(s) is Symbol), key=str)
    if not matrices:
        raise UnsupportedExpression(outputs[0], "the NumPy code", "it has no matrices")
    facts = [h for h in hypotheses if isinstance(h, Symmetric) and h.matrix in matrices]
    names = {e: label for e, label in named.items() if isinstance(e, MatrixExpr) and not e.is_symbol}
    source = numpy_function(name, matrices, outputs, hyper=hyper, facts=facts, docstring=docstring, names=names)
    return Function(name, source, tuple(matrices), tuple(hyper), tuple(outputs), tuple(hypotheses))


def _free(name, taken):
    """The name, with a number where functions before have it."""
    alike = sum(f.name.rstrip("0123456789").rstrip("_") == name for f in taken)
    return f"{name}_{alike + 1}" if alike else name
