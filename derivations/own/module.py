"""The NumPy module of a reader's loss: loss, gradient, and both at once."""

from __future__ import annotations

from keyword import iskeyword

from sympy import MatrixSymbol, Symbol

from derivations.export.numpy_function import imports_of, numpy_function
from derivations.export.numpy_layout import paragraph
from derivations.export.numpy_statements import RESERVED
from derivations.language.atoms import Abbreviation
from derivations.language.propositions import Gradient, Symmetric
from derivations.own.told import TERMINAL

TAKEN = {*RESERVED, "gradient", "loss", "loss_and_gradient", "nonnegative", "positive", "representation", "symmetric"}


def module_source(derivation):
    """The source of the module, without gradients if none was proved. Raises UnsupportedExpression, naming the node, for what
    NumPy has no function for.
    """
    loss, functions = derivation.loss, [_function(derivation.loss, "loss", [derivation.loss.matrix_form])]
    slope = gradient_of(derivation)
    if slope is not None:
        functions += [_function(loss, "loss_and_gradient", [loss.matrix_form, slope]), _gradient(loss)]
    body = "\n\n".join(functions)
    return f"{_header(loss)}\n{imports_of(body)}\n\n\n{body}"


def arguments(loss):
    """The matrices that the functions take, the unknown first, and the hyper-parameters, each in the order of their names."""
    free = loss.matrix_form.free_symbols
    given = sorted((m for m in free if isinstance(m, MatrixSymbol) and m != loss.unknown), key=str)
    sizes = {d for m in (loss.unknown, *given) for side in m.shape for d in side.free_symbols}
    return [loss.unknown, *given], sorted((s for s in free - sizes if isinstance(s, Symbol)), key=str)


def called(symbol):
    """What a symbol is called in the code: as it is, unless Python or the code has that name."""
    return f"{symbol.name}_" if iskeyword(symbol.name) or symbol.name in TAKEN else symbol.name


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
        names={s: called(s) for s in (*matrices, *hyper)},
        facts=loss.facts,
        docstring=f"{returned[0].upper()}{returned[1:]}.",
        checks=[*_checks(loss, matrices), *(_checked(h) for h in hyper if h.is_nonnegative)],
    )


def _gradient(loss):
    matrices, hyper = arguments(loss)
    names, keywords = [called(m) for m in matrices], [called(h) for h in hyper]
    signature = ", ".join([*names, *(["*", *keywords] if keywords else [])])
    passed = ", ".join([*names, *(f"{h}={h}" for h in keywords)])
    shape = " x ".join(map(str, loss.unknown.shape))
    return (
        f"def gradient({signature}):\n"
        f'    """The gradient in {loss.unknown}, {shape}."""\n'
        f"    return loss_and_gradient({passed})[1]\n"
    )


def _checks(loss, matrices):
    """Every matrix has real, finite entries and the number of rows that its dimension has; symmetric ones are."""
    rows = {}
    for m in matrices:
        name = called(m)
        checked = f'representation({name}, {rows.get(m.rows)}, name="{name}")'
        yield f'{name} = symmetric({checked}, name="{name}")' if Symmetric(m) in loss.facts else f"{name} = {checked}"
        rows.setdefault(m.rows, f"{name}.shape[0]")


def _checked(h):
    return f'{called(h)} = {"positive" if h.is_positive else "nonnegative"}("{called(h)}", {called(h)})'


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
