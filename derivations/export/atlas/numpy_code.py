"""The NumPy code that belongs to each result: the functions of the package that it is behind, and what it says as functions."""

from __future__ import annotations

import ast

from derivations.export.code.imports import imports_of
from derivations.export.code.module import numpy_module
from derivations.export.code.shipped import numpy_shipped
from derivations.export.code.sides import functions

LOSS = ("loss", "gradient", "loss_and_gradient")


def numpy_code(results, implementations, shipped):
    """{id: [(where it comes from, source)]}."""
    found = {r.id: [] for r in results}
    for i in implementations:
        source, where = numpy_module(i), f"Written into <code>numeric/generated/{i.loss.name}.py</code>:"
        for result, names in (
            (i.gradient, LOSS),
            (i.representation, ("optimal_representation",)),
            (i.weights, ("optimal_weights",)),
        ):
            if result is not None:
                found[result.id].append((where, named(source, names)))
    for loss in shipped:
        where = f"Written into <code>numeric/generated/implementations/{loss.name}.py</code>:"
        found[loss.gradients.id].append((where, named(numpy_shipped(loss), (loss.name,))))
    for r in results:
        sources = [f.source for f in functions(r.theorems)]
        if sources:
            body = "\n\n".join(sources)
            found[r.id].append(("What it says, as functions of arrays:", f"{imports_of(body)}\n\n\n{body}"))
    return found


def named(source, names):
    """The functions of some names in a module, one after the other."""
    lines = source.splitlines()
    chosen = [n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef) and n.name in names]
    return "\n\n\n".join("\n".join(lines[n.lineno - 1 : n.end_lineno]) for n in chosen)
