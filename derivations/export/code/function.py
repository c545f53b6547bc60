"""A NumPy function that computes several expressions of the same matrices, such as a loss and its gradients."""

from __future__ import annotations

import keyword
from textwrap import indent

from sympy import MatrixExpr, S, log, preorder_traversal

from derivations.export.code.algebra import Algebra
from derivations.export.code.array import BOTH, Array, Cell, axes
from derivations.export.code.association import typical_sizes
from derivations.export.code.expression import ExpressionCode
from derivations.export.code.imports import imports_of
from derivations.export.code.picked import picked
from derivations.export.code.program import reachable
from derivations.export.code.statements import Statements
from derivations.language.atoms import Abbreviation
from derivations.language.errors import UnsupportedExpression
from derivations.language.normal_form import normaliser

__all__ = ["imports_of", "numpy_function"]


def numpy_function(
    name, arguments, outputs, *, hyper=(), defaults=None, names=None, facts=(), docstring="", checks=(), guards=()
):
    """The source of the function `name(arguments, *, hyper)` that returns the outputs, one or a tuple of them.

    What the outputs have in common is computed once. Matrices are float64 arrays of two dimensions, those with one row or
    column too, whose shapes the function trusts; numbers come back as Python floats. `imports_of` gives the import statements
    that the source needs.

    Args:
        name: of the function.
        arguments: matrix symbols, in order.
        outputs: expressions: a number (or a 1 x 1 matrix) first where there is one, then matrices.
        hyper: scalar symbols, which become keywords.
        defaults: numbers, by scalar symbol.
        names: what the values of expressions are called, and what symbols are called that are no Python names.
        facts: propositions on the arguments; symmetric ones are not transposed.
        docstring: of the function, without the quotes.
        checks: statements at the beginning, such as the validation of the arguments.
        guards: pairs of a vector and of a call with a place {} for it, which is made as soon as the vector is computed.

    Raises UnsupportedExpression, naming the node, for what NumPy has no function for.
    """
    names, defaults = dict(names or {}), defaults or {}
    program = Algebra(typical_sizes(arguments), any(_has_logarithm(e) for e in outputs))
    source = {s: _identifier(s, names) for s in (*arguments, *hyper)}
    normal = normaliser(tuple(facts))
    leaves = {m: _leaf(program, m, source[m], normal) for m in arguments}
    code = ExpressionCode(program, leaves, names, normal)
    values = [_value(code, e, first=n == 0) for n, e in enumerate(outputs)]
    labels = [names.get(e, "gradient" if isinstance(e, MatrixExpr) else "value") for e in outputs]
    guards = [(code.array(vector).entries, call) for vector, call in guards]
    for value, label in zip(values, labels, strict=True):
        if isinstance(value, Cell):
            program.labels.setdefault(value.number, label)
    sizes, statements_of_sizes = _dimensions(program, arguments, source, [*values, *(v for v, _ in guards)])
    symbols = sizes | {h: source[h] for h in hyper}
    taken = {*symbols.values(), *source.values()}
    statements = Statements(program, values, labels, symbols, taken, guards)
    body = [*checks, *statements_of_sizes, *statements.lines, _returned(statements)]
    keywords = [f"{source[h]}={float(defaults[h])!r}" if h in defaults else source[h] for h in hyper]
    signature = ", ".join([*(source[m] for m in arguments), *(["*", *keywords] if keywords else [])])
    quoted = [f'"""{docstring}"""'] if docstring else []
    return f"def {name}({signature}):\n" + indent("\n".join([*quoted, *body]), " " * 4) + "\n"


def _value(code, expr, first):
    """The entries of an output; a number, or a 1 x 1 matrix that comes first, has no axes."""
    if not isinstance(expr, MatrixExpr) or (first and expr.shape == (1, 1)):
        return code.number(expr)
    return code.program.stored(code.array(expr))


def _returned(statements):
    """The last statement: numbers as Python's, arrays that no one else has."""
    sources = []
    for entries, source in zip(statements.outputs, statements.sources, strict=True):
        shared = isinstance(entries, Cell) and (source in sources or statements.is_view(entries))
        sources.append(f"float({source})" if axes(entries) != BOTH else f"{source}.copy()" if shared else source)
    return f"return {', '.join(sources)}"


def _dimensions(program, arguments, source, values):
    """(names of the dimensions that the code speaks of, the statements that find them)."""
    found = [e for n in reachable(program, values) for e in program.steps[n].operands]
    used = set().union(*(e.free_symbols for e in (*found, *values)))
    wanted = dict.fromkeys(d for m in arguments for d in m.shape if d.is_Symbol and d in used)
    taken, named, lines = {*source.values()}, {}, []
    for d in wanted:
        named[d] = next(n for n in (d.name.lower(), d.name, f"n_{d.name}", f"{d.name}_") if n not in taken)
        taken.add(named[d])
    left = set(wanted)
    for m in arguments:
        rows, cols = (d in left for d in m.shape)
        if rows and cols and m.rows != m.cols:
            lines.append(f"{named[m.rows]}, {named[m.cols]} = {source[m]}.shape")
        elif rows:
            lines.append(f"{named[m.rows]} = len({source[m]})")
        elif cols:
            lines.append(f"{named[m.cols]} = {source[m]}.shape[1]")
        left -= set(m.shape)
    return named, lines


def _identifier(symbol, names):
    """What a symbol is called in the code."""
    name = names.get(symbol, symbol.name)
    name += "_" * keyword.iskeyword(name)
    if not name.isidentifier():
        raise UnsupportedExpression(symbol, "the NumPy code", f"{name!r} is no name in Python, and no other is given")
    return name


def _leaf(program, symbol, name, normal):
    """The Array of an argument, an array of two dimensions."""
    symmetric = symbol.rows == symbol.cols and normal(symbol.T) == normal(symbol)
    cell = program.step(name, along="ss" if symmetric else "rc", shape=symbol.shape, name=name)
    if 1 not in symbol.shape:
        return Array(*symbol.shape, cell)
    full = [(S.Zero, d) if d != 1 else S.Zero for d in symbol.shape]
    entries = picked(program, cell, *full, symbol.shape)
    program.labels[entries.number] = f"{name}_vector" if axes(entries) else f"{name}_number"
    return Array(*symbol.shape, entries)


def _has_logarithm(expr):
    """Whether a logarithm of numbers is taken somewhere in it."""
    return any(
        _has_logarithm(node.definition) if isinstance(node, Abbreviation) else isinstance(node, log)
        for node in preorder_traversal(expr)
    )
