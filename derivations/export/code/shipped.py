"""The NumPy module of a loss as libraries ship it: one function, the loss and its gradient in each view."""

from __future__ import annotations

from itertools import chain, count

from sympy import Integer, MatrixExpr, MatrixSymbol, Pow

from derivations.export.code.function import imports_of, numpy_function
from derivations.export.code.layout import paragraph
from derivations.export.code.loss import hyper_range
from derivations.export.code.program import with_suffix
from derivations.export.text import show
from derivations.language.atoms import Abbreviation
from derivations.language.errors import UnsupportedExpression
from derivations.language.norms import ColumnNorms, RowNorms
from derivations.language.propositions import Gradient, Positive


def numpy_shipped(loss):
    """The source of the module of a Shipped loss."""
    slopes = slopes_of(loss)
    source = numpy_function(
        loss.name,
        loss.views,
        [loss.value, *(slopes[view] for view in loss.views)],
        hyper=tuple(loss.hyper),
        defaults=loss.defaults,
        names={slopes[view]: f"gradient_{view.name.partition('_')[2]}" for view in loss.views},
        facts=loss.facts,
        docstring=_docstring(loss),
        checks=_checks(loss),
        guards=[(h.vector, _guard(h.vector)) for h in loss.facts if _is_guarded(h)],
    )
    header = f'"""{loss.title}; written by the derivations, not to be edited."""'
    return f"{header}\n\n{imports_of(source)}\n\n\n{source}"


def slopes_of(loss):
    """The gradients of a Shipped loss by view, from its theorems."""
    statements = [p for t in loss.gradients.theorems for p in getattr(t.statement, "parts", (t.statement,))]
    found = {p.unknown: p.value for p in statements if isinstance(p, Gradient) and p.function == loss.value}
    for view in loss.views:
        if view not in found:
            raise UnsupportedExpression(
                loss.value, "the NumPy code", f"its gradient in {view} is not among the theorems"
            )
    return found


def _docstring(loss):
    first, second = loss.views
    shape = ", ".join(map(show, first.shape))
    meanings = {}
    formula = show(_named(loss.value, meanings))
    names = [f"{name} = {show(_named(meaning.definition, meanings))}" for meaning, name in _growing(meanings)]
    hyper = [f"    {h}: {meaning}, {hyper_range(h)[0]}." for h, meaning in loss.hyper.items()]
    derived = (
        f"The gradients are those of `{loss.gradients.id}`; `{loss.compared.id}` compares it with the published loss."
    )
    return "\n".join(
        [
            f"{loss.title}, as in {', '.join(loss.libraries)}.",
            "",
            paragraph(formula, 4),
            *(["", paragraph(f"with {', '.join(names)}.", 4)] if names else []),
            "",
            paragraph(derived),
            "",
            "Args:",
            f"    {first}, {second}: ({shape}) views of the same samples.",
            *hyper,
            "",
            "Returns:",
            f"    (loss, gradient in {first}, gradient in {second}): a float and two ({shape}) arrays.",
            "",
        ]
    )


def _named(expr, meanings):
    """An expression with symbols for its abbreviations, which are collected: U_a for the unit rows of Z_a."""
    if isinstance(expr, Abbreviation):
        if expr not in meanings:
            taken = {symbol.name for symbol in meanings.values()}
            name = with_suffix(expr.name, (symbol.name for symbol in expr.free_symbols))
            name = next(n for n in chain([name], (f"{name}{i}" for i in count(2))) if n not in taken)
            meanings[expr] = MatrixSymbol(name, *expr.shape)
        return meanings[expr]
    return expr.func(*(_named(a, meanings) for a in expr.args)) if expr.args else expr


def _growing(meanings):
    """The items of a dictionary that grows meanwhile."""
    for n in count():
        if n >= len(meanings):
            return
        yield [*meanings.items()][n]


def _checks(loss):
    """The statements that validate the arguments."""
    first, second = map(str, loss.views)
    names = "" if (first, second) == ("Z_a", "Z_b") else f', names=("{first}", "{second}")'
    least = _least_size(loss)
    more = f", n_samples={least}" if least > 1 else ""
    checks = [f"{first}, {second} = views({first}, {second}{names}{more})"]
    return checks + [f'{h} = {hyper_range(h)[1]}("{h}", {h})' for h in loss.hyper]


def _least_size(loss):
    """How many samples there must be: so many that what is declared to be positive, or divided by, is."""
    size = loss.views[0].rows
    numbers = [h.vector for h in loss.facts if isinstance(h, Positive) and not isinstance(h.vector, MatrixExpr)]
    numbers += [p.base for p in loss.value.atoms(Pow) if p.exp.could_extract_minus_sign()]
    numbers = [n for n in numbers if n.free_symbols == {size}]
    for least in range(1, 16):
        if all(n.subs(size, Integer(least)).is_positive for n in numbers):
            return least
    raise UnsupportedExpression(loss.value, "the NumPy code", f"{numbers} are positive for no small {size}")


def _is_guarded(fact):
    """Whether it is a fact that lengths are positive, which are divided by."""
    return isinstance(fact, Positive) and isinstance(fact.vector, (ColumnNorms, RowNorms))


def _guard(lengths):
    of = "rows" if isinstance(lengths, RowNorms) else "columns"
    metric = f" in {show(lengths.args[1])}" if isinstance(lengths, ColumnNorms) else ""
    return f'positive_entries("lengths of the {of} of {show(lengths.args[0])}{metric}", {{}})'
