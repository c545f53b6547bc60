"""What a loss has to be: one number of one matrix, of symbols that mean one thing each."""

from __future__ import annotations

from sympy import Expr, MatrixBase, MatrixExpr, MatrixSymbol, Sum, Symbol, preorder_traversal
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import Abbreviation
from derivations.language.propositions import Candidates, Invertible, Positive, PositiveDefinite, Proposition
from derivations.language.shapes import misfit
from derivations.language.substitute import not_real, symbols_of

OPEN = (Candidates, Invertible, Positive, PositiveDefinite)  # facts that say where a function of the unknown is smooth


def check_statement(loss):
    """Raise TypeError or ValueError with a sentence on the first thing that a loss is not."""
    name, unknown = loss.name, loss.unknown
    if not isinstance(name, str) or not name:
        raise TypeError(f"the name of a loss must be a text, found {name!r}")
    if not isinstance(unknown, MatrixSymbol):
        raise TypeError(f"{name}: the unknown must be a MatrixSymbol, found {unknown!r} ({type(unknown).__name__})")
    for formula in (loss.value, loss.matrix_form):
        _check_value(name, formula, unknown)
    for given in ("facts", "cites"):
        if not isinstance(getattr(loss, given), (list, tuple)):
            raise TypeError(f"{name}: {given} must be a tuple, such as (a,) or (a, b); found {getattr(loss, given)!r}")
    for fact in loss.facts:
        _check_fact(name, fact, unknown)
    if not isinstance(loss.hyper, dict) or not all(isinstance(s, Symbol) for s in loss.hyper):
        raise TypeError(
            f"{name}: hyper must say of each hyper-parameter, a Symbol, what it means; found {loss.hyper!r}"
        )
    spoken = [unknown, loss.value, loss.matrix_form, *loss.hyper, *(e for f in loss.facts for e in f.expressions())]
    _check_symbols(name, set().union(*map(symbols_of, spoken)), _meanings(spoken))


def _check_value(name, value, unknown):
    if isinstance(value, (MatrixExpr, MatrixBase)):
        size = " x ".join(map(str, value.shape))
        hint = "; Trace(...) of it is one" if value.shape == (1, 1) else ""
        raise TypeError(f"{name}: the value must be a number, and {value} is a matrix of {size}{hint}")
    if not isinstance(value, Expr):
        raise TypeError(f"{name}: the value must be a SymPy expression, found {value!r} ({type(value).__name__})")
    _check_shapes(name, value)
    for number in sorted(not_real(value), key=str):
        raise ValueError(f"{name}: the value {value} has the number {number}, which is not real")
    if not value.has(unknown):
        raise ValueError(f"{name}: the value {value} does not depend on the unknown {unknown}")


def _check_shapes(name, value):
    for node in preorder_traversal(value):
        if (sides := misfit(node)) is not None:
            raise ValueError(f"{name}: the dimensions {sides[0]} and {sides[1]} do not fit together in {node}")
        if isinstance(node, Sum):
            _check_ranges(name, node)


def _check_ranges(name, total):
    ends = {index: high for index, _, high in total.limits}
    for entry in sorted(total.function.atoms(MatrixElement), key=str):
        matrix, *at = entry.args
        for index, size in zip(at, matrix.shape, strict=True):
            if index in ends and (ends[index] - size + 1).is_positive:
                raise ValueError(
                    f"{name}: {index} runs up to {ends[index]} in {entry}, and the last one is {size - 1}: "
                    "entries are counted from 0"
                )


def _check_fact(name, fact, unknown):
    if not isinstance(fact, Proposition):
        raise TypeError(f"{name}: facts are propositions such as Symmetric(G), found {fact!r} ({type(fact).__name__})")
    if unknown in fact.free_symbols() and not isinstance(fact, OPEN):
        raise ValueError(
            f"{name}: the unknown {unknown} is any matrix, so that {fact.text(str)} cannot be declared; "
            f"write the loss of a matrix that has the property, such as UnitRows({unknown})"
        )


def _meanings(expressions):
    """{name: what it means} of the identity, and of the abbreviations in some expressions."""
    every = {a for e in expressions for a in e.atoms(Abbreviation)}
    inner = _meanings([a.definition for a in every]) if every else {"I": "the identity"}
    return inner | dict.fromkeys(sorted(a.name for a in every), "an abbreviation in the value")


def _check_symbols(name, symbols, meanings):
    dimensions = {d for m in symbols if isinstance(m, MatrixSymbol) for side in m.shape for d in side.free_symbols}
    by_name = {}
    for s in sorted(symbols, key=lambda s: (s.name, str(s.assumptions0))):
        other = by_name.setdefault(s.name, s)
        if other != s:
            raise ValueError(f"{name}: two symbols are called {s.name}: {_declared(other)} and {_declared(s)}")
        if s.name in meanings:
            raise ValueError(
                f"{name}: {_declared(s)} is called {s.name}, as {meanings[s.name]} is; it needs another name"
            )
        if s in dimensions and not (s.is_integer and s.is_nonnegative):
            raise ValueError(
                f"{name}: the dimension {s} must be declared: Symbol({s.name!r}, integer=True, positive=True)"
            )
        if isinstance(s, Symbol) and not s.is_real:
            raise ValueError(
                f"{name}: the number {s} must be declared: Symbol({s.name!r}, positive=True), or real=True"
            )


def _declared(symbol):
    if isinstance(symbol, MatrixSymbol):
        return f"a matrix of {' x '.join(map(str, symbol.shape))}"
    known = ", ".join(f"{a}={held}" for a, held in sorted(symbol._assumptions_orig.items()) if a != "commutative")
    return f"a number ({known or 'nothing declared'})"
