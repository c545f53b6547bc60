"""The symbols of expressions in the order of reading, what they are called, and what kind of thing they are."""

from __future__ import annotations

from sympy import MatrixSymbol, Symbol
from sympy.core.function import AppliedUndef, UndefinedFunction

from derivations.language.atoms import Abbreviation


def symbols(expressions):
    """The free symbols of some expressions, those in the sizes of others and undefined functions included, in the order of
    reading.
    """
    expressions = list(expressions)
    free = set().union(*(e.free_symbols for e in expressions))
    found = {}

    def visit(node):
        if isinstance(node, Abbreviation):
            visit(node.definition)
        elif isinstance(node, (Symbol, MatrixSymbol)):
            if node in free and node not in found:
                found[node] = None
                for size in getattr(node, "shape", ()):
                    found.update(dict.fromkeys(sorted(size.free_symbols, key=str)))
        else:
            if isinstance(node, AppliedUndef):
                found.setdefault(node.func)
            for a in node.args:
                visit(a)

    for e in expressions:
        visit(e)
    return list(found)


def called(symbol):
    """The name of a symbol or of an undefined function."""
    return symbol.__name__ if isinstance(symbol, UndefinedFunction) else symbol.name


def kinds(found):
    """Some symbols by what they are: [(kind, [symbols])]."""
    grouped = {}
    for s in sorted(found, key=_kind_order):
        grouped.setdefault(_kind(s), []).append(s)
    return list(grouped.items())


def spoken(propositions):
    """The symbols of some propositions."""
    return symbols(e for p in propositions for e in p.expressions())


SCALARS = ("positive integer", "nonnegative integer", "integer", "positive", "nonnegative", "real")


def _kind(s):
    if isinstance(s, UndefinedFunction):
        return "function"
    if isinstance(s, MatrixSymbol):
        return s.shape
    sign = "positive" if s.is_positive else "nonnegative" if s.is_nonnegative else ""
    if s.is_integer:
        return f"{sign} integer".strip()
    return sign or "real"


def _kind_order(s):
    kind = _kind(s)
    name = called(s)
    if isinstance(kind, tuple):
        return len(SCALARS), s.shape[1] == 1, str(s.shape), name
    return (SCALARS.index(kind) if kind in SCALARS else len(SCALARS) + 1), False, "", name
