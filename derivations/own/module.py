"""The NumPy module of a reader's loss: loss, gradient, and both at once."""

from __future__ import annotations

import re
from dataclasses import replace
from keyword import iskeyword

from sympy import MatrixSymbol, Symbol

from derivations.export.code.function import numpy_function
from derivations.export.code.imports import imports_of
from derivations.export.code.layout import paragraph
from derivations.export.code.stated import NAMES, stated_optimum
from derivations.language.atoms import Abbreviation
from derivations.language.errors import UnsupportedExpression
from derivations.language.propositions import Gradient, Symmetric
from derivations.language.substitute import substitute
from derivations.own.told import TERMINAL
from derivations.relations.optimum import StatedOptimum

TAKEN = {"Optimum", "float", "gradient", "int", "len", "loss", "loss_and_gradient", "np", *NAMES}


def module_source(derivation):
    """The source of the module, without gradients if none was proved. Raises UnsupportedExpression, naming the node, for what
    NumPy has no function for.
    """
    loss, functions = derivation.loss, [_function(derivation.loss, "loss", [derivation.loss.matrix_form])]
    slope = gradient_of(derivation)
    if slope is not None:
        functions += [_function(loss, "loss_and_gradient", [loss.matrix_form, slope]), _gradient(loss)]
    optimum = optimum_code(derivation)
    functions += [optimum[1]] if optimum else []
    body = "\n\n".join(functions)
    imports = imports_of(body)
    for symbol in (s for group in arguments(loss) for s in group):
        if re.search(rf"\b{symbol.name}\b", imports):
            raise UnsupportedExpression(symbol, "the NumPy code", "it calls a function of this name")
    return f"{_header(loss)}\n{imports}\n\n\n{body}"


def arguments(loss):
    """The matrices that the functions take, the unknown first, and the hyper-parameters, each in the order of their names."""
    free = loss.matrix_form.free_symbols
    given = sorted((m for m in free if isinstance(m, MatrixSymbol) and m != loss.unknown), key=str)
    sizes = {d for m in (loss.unknown, *given) for side in m.shape for d in side.free_symbols}
    return [loss.unknown, *given], sorted((s for s in free - sizes if isinstance(s, Symbol)), key=str)


def renamed(loss):
    """The loss with symbols that Python or the code has a word for called otherwise; the same loss if there are none."""
    taken = (s for group in arguments(loss) for s in group if iskeyword(s.name) or s.name in TAKEN)
    names = {s: _called(s, f"{s.name}_") for s in taken}
    return (
        loss
        if not names
        else replace(
            loss,
            unknown=names.get(loss.unknown, loss.unknown),
            value=substitute(loss.value, names),
            matrix_form=substitute(loss.matrix_form, names),
            facts=tuple(fact.map(lambda e: substitute(e, names)) for fact in loss.facts),
            hyper={names.get(s, s): meaning for s, meaning in loss.hyper.items()},
        )
    )


def _called(symbol, name):
    if isinstance(symbol, MatrixSymbol):
        return MatrixSymbol(name, *symbol.shape)
    return Symbol(name, **symbol._assumptions_orig)


def gradient_of(derivation):
    """The gradient that was proved, or None."""
    theorems = getattr(derivation.gradient, "theorems", ())
    return next((t.statement.value for t in theorems if isinstance(t.statement, Gradient)), None)


def _function(loss, name, outputs):
    matrices, hyper = arguments(loss)
    returned = "the loss, a float" + (f", and its gradient in {loss.unknown}" if len(outputs) > 1 else "")
    return numpy_function(
        name,
        matrices,
        outputs,
        hyper=hyper,
        facts=loss.facts,
        docstring=f"{returned[0].upper()}{returned[1:]}.",
        checks=[*_checks(loss, matrices), *map(_checked, hyper)],
    )


def _gradient(loss):
    matrices, hyper = arguments(loss)
    names, keywords = [m.name for m in matrices], [h.name for h in hyper]
    signature = ", ".join([*names, *(["*", *keywords] if keywords else [])])
    passed = ", ".join([*names, *(f"{h}={h}" for h in keywords)])
    shape = " x ".join(map(str, loss.unknown.shape))
    return (
        f"def gradient({signature}):\n"
        f'    """The gradient in {loss.unknown}, {shape}."""\n'
        f"    return loss_and_gradient({passed})[1]\n"
    )


def optimum_code(derivation):
    """(name, source) of the function that computes the optimum, None if there is none."""
    if not isinstance(derivation.optimum, StatedOptimum):
        return None
    loss = derivation.loss
    (_, *given), hyper = arguments(loss)
    checks = [*_checks(loss, given), "n_components = component_count(n_components)", *map(_checked, hyper)]
    return stated_optimum(derivation.optimum, given, hyper, checks)


def _checks(loss, matrices):
    """Every matrix has real, finite entries and the number of rows that its dimension has; symmetric ones are."""
    rows = {}
    for m in matrices:
        name = m.name
        checked = f'representation(of_numpy("{name}", {name}), {rows.get(m.rows)}, name="{name}")'
        yield f'{name} = symmetric({checked}, name="{name}")' if Symmetric(m) in loss.facts else f"{name} = {checked}"
        rows.setdefault(m.rows, f"{name}.shape[0]")


def _checked(h):
    if not h.is_nonnegative:
        return f"{h} = float({h})"
    return f'{h} = {"positive" if h.is_positive else "nonnegative"}("{h}", {h})'


def _range(h):
    return "> 0" if h.is_positive else ">= 0" if h.is_nonnegative else "real"


def _header(loss):
    show = TERMINAL.expression
    formula = paragraph(f"loss({loss.unknown}) = {show(loss.matrix_form)}", 4)
    named = sorted(loss.matrix_form.atoms(Abbreviation), key=lambda a: a.name)
    where = ", ".join(f"{a.name} = {show(a.definition)}" for a in named)
    _, hyper = arguments(loss)
    said = [h.text(show) for h in loss.facts]
    said += [f"{h} {_range(h)}" + (f", {loss.hyper[h]}" if h in loss.hyper else "") for h in hyper]
    parts = [f"{loss.title.rstrip('.')}.", formula, where and paragraph(f"with {where}.")]
    parts += [said and paragraph(f"Given: {'; '.join(said)}."), "Written by `spectral-ssl derive`; not to be edited."]
    text = "\n\n".join(part for part in parts if part)
    return f'"""{text}\n"""\n'
