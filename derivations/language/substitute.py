"""Substitution: symbols by expressions, with the abbreviations that it touches written out."""

from __future__ import annotations

from itertools import chain, count

from sympy import (
    Basic,
    ComplexRootOf,
    Derivative,
    Dummy,
    Lambda,
    Limit,
    MatrixSymbol,
    Max,
    Min,
    Order,
    Pow,
    RootSum,
    S,
    Subs,
    Sum,
    Symbol,
)
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core.function import AppliedUndef
from sympy.core.numbers import ImaginaryUnit

from derivations.language.atoms import Abbreviation

UNDEFINED = (S.ComplexInfinity, S.NaN, S.Infinity, S.NegativeInfinity)
UNEVALUATED = (ComplexRootOf, Derivative, ExprWithLimits, Limit, Order, RootSum, Subs)  # with a variable of their own


def node_count(expr):
    """How many nodes an expression has, each counted where it occurs."""
    return 1 + sum(map(node_count, getattr(expr, "args", ())))


def symbols_of(expr):
    """The free symbols of an expression, those in the dimensions of its matrix symbols included."""
    own = expr.free_symbols
    return own | {d for m in own if isinstance(m, MatrixSymbol) for size in m.shape for d in size.free_symbols}


def not_real(expr):
    """The numbers in an expression that are not real: i, and roots of negative numbers."""
    return {x for x in expr.atoms(ImaginaryUnit, Pow) if x.is_real is False}


def substitute(expr, mapping):
    """`expr` with every symbol of `mapping` replaced at once.

    An abbreviation whose definition changes is written out, for its name would mislead; indices and arguments that sums
    and lambdas bind are left alone. An undefined function may be replaced by a Lambda. Raises ValueError where an index
    would be captured, where a derivative or an integral would change, where something becomes undefined, such as 1/a at
    a = 0, or where a function becomes another at numbers that are not what is declared of its argument, such as
    sqrt(x^2 + a) at a = 0 for x > 0.
    """
    if expr in mapping:
        return mapping[expr]
    if not isinstance(expr, Basic) or not expr.args:
        return expr
    if isinstance(expr, Abbreviation):
        inner = substitute(expr.definition, mapping)
        if inner == expr.definition:
            return expr
        moved = [substitute(a, mapping) for a in expr.args]
        return expr.func(*moved) if expr.parametric else inner
    if isinstance(expr, Sum):
        bound = {limit[0] for limit in expr.limits}
    elif isinstance(expr, Lambda):
        bound = set(expr.variables)
    else:
        bound = set()
    if bound:
        captured = set().union(*(symbols_of(v) for v in mapping.values() if isinstance(v, Basic)))
        if captured & bound:
            raise ValueError(f"substituting into {expr} would capture {sorted(map(str, captured & bound))}")
        mapping = {s: v for s, v in mapping.items() if s not in bound}
    args = [a if a in bound else substitute(a, mapping) for a in expr.args]
    if isinstance(expr, AppliedUndef) and expr.func in mapping:
        return applied(mapping[expr.func], *args)
    if args == list(expr.args):
        return expr
    if isinstance(expr, UNEVALUATED) and not isinstance(expr, Sum):
        raise ValueError(f"{expr} is not evaluated, and has a variable of its own: nothing is substituted into it")
    result = _made(expr.func, args)
    if result in UNDEFINED:
        raise ValueError(f"{expr} is not defined for {', '.join(f'{s} := {v}' for s, v in mapping.items())}")
    if isinstance(expr, Lambda) and not all(map(is_any_real, expr.variables)):
        numbers = [Dummy(real=True) for _ in expr.variables]
        if substitute(expr(*numbers), mapping) != result(*numbers):
            raise ValueError(f"{expr} is {result} only where what is declared of {expr.variables} holds")
    return result


def _made(function, args):
    """A node of its arguments; SymPy cannot compare |A + B|^2 and 1, of which the larger is written as it is."""
    try:
        return function(*args)
    except TypeError:
        if function not in (Max, Min):
            raise
        return function(*args, evaluate=False)


def is_any_real(symbol):
    """Whether a symbol stands for any real number: nothing else is declared of it."""
    return symbol.is_Symbol and symbol._assumptions_orig.keys() <= {"real", "commutative"}


def applied(function, *arguments):
    """The value of a Lambda at the arguments; raises as `substitute` does."""
    return substitute(function.expr, dict(zip(function.variables, arguments, strict=True)))


def variable(*expressions):
    """A real variable that is not free in some expressions."""
    taken = {s.name for e in expressions for s in e.free_symbols}
    return next(Symbol(name, real=True) for name in chain("xyzuvw", map("x{}".format, count())) if name not in taken)


def named(expr):
    """An expression in which what sums and lambdas bind has names: SymPy's `applyfunc` and entries of products bind dummies."""
    if not isinstance(expr, Basic) or not expr.args:
        return expr
    expr = expr.func(*moved) if (moved := tuple(map(named, expr.args))) != expr.args else expr
    if isinstance(expr, Lambda) and any(isinstance(v, Dummy) for v in expr.variables):
        names = {}
        for v in expr.variables:
            names[v] = variable(expr, *names.values())
        return Lambda(tuple(names.values()), expr.expr.xreplace(names))
    if isinstance(expr, Sum) and any(isinstance(limit[0], Dummy) for limit in expr.limits):
        taken = {s.name for s in expr.atoms(Symbol)}
        free = (n for n in chain("ijklmn", map("i{}".format, count())) if n not in taken)
        names = {limit[0]: Symbol(next(free), integer=True, nonnegative=True) for limit in expr.limits}
        return Sum(expr.function.xreplace(names), *((names[i], low, high) for i, low, high in expr.limits))
    return expr
