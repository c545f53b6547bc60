"""What the rules look at before they conclude: that a replacement fits, that two propositions say the same."""

from __future__ import annotations

from sympy import (
    Add,
    Basic,
    Dummy,
    Expr,
    HadamardProduct,
    Lambda,
    MatAdd,
    MatMul,
    MatrixExpr,
    MatrixSymbol,
    Mul,
    Pow,
    S,
    Sum,
    Symbol,
    Trace,
    Transpose,
)
from sympy.core.function import UndefinedFunction

from derivations.language.atoms import LogSumExp, Named, SquaredNorm
from derivations.language.errors import Undecided, UnsupportedExpression
from derivations.language.normal_form import normaliser
from derivations.language.parse_entries import free_indices, is_index
from derivations.language.propositions import Expansion, Gradient, LeastValue, Minimum
from derivations.language.substitute import applied, not_real, substitute, symbols_of
from derivations.proof.sign import is_nonnegative, is_positive, is_real, is_real_matrix
from derivations.proof.theorem import ProofError


def check_unknowns(proposition, mapping):
    """What a minimum is over, and what a gradient is in, stays a symbol that nothing else is replaced by."""
    if isinstance(proposition, (Minimum, LeastValue, Gradient)):
        unknown = proposition.unknown
        moved = substitute(unknown, {s: v for s, v in mapping.items() if s != unknown})
        images = [v for s, v in mapping.items() if not isinstance(s, MatrixSymbol) or s != unknown]
        images += [substitute(s, mapping) for s in proposition.free_symbols() - {unknown}]
        if unknown in mapping or any(moved in image.free_symbols for image in images):
            raise ProofError(f"{unknown} is the unknown of {proposition}: it is not replaced, and nothing by it")
    if isinstance(proposition, Expansion):
        variable = proposition.variable
        if variable in mapping or any(variable in symbols_of(v) for v in mapping.values() if isinstance(v, Basic)):
            raise ProofError(f"{variable} tends to 0 in {proposition}: it is not replaced, and nothing by it")
    for argument in proposition.arguments():
        for part in argument if isinstance(argument, tuple) else ():
            check_unknowns(part, mapping)


_CHECKED = ("integer", "positive", "nonnegative", "real", "commutative")


def check_replacement(symbol, value, mapping, hypotheses):
    if isinstance(symbol, UndefinedFunction):
        if not isinstance(value, Lambda):
            raise ProofError(f"the function {symbol} can be replaced by a Lambda only, not by {value}")
        declared = sorted(a for a, held in symbol._kwargs.items() if held and a != "commutative")
        if declared:
            raise ProofError(f"the function {symbol} is declared {', '.join(declared)}; that is not known of {value}")
        at = {x: Dummy(positive=True) for x in value.variables}
        if not is_real(substitute(value.expr, at)):
            raise ProofError(f"{value} is not known to be real at positive arguments")
        return
    if isinstance(symbol, MatrixSymbol):
        shape = tuple(substitute(d, mapping) for d in symbol.shape)
        if value.shape != shape:
            raise ProofError(f"{symbol} has shape {shape}, its replacement {value} has {value.shape}")
        if not is_real_matrix(value, hypotheses):
            raise ProofError(f"{symbol} is real, and {value} is not known to be")
        return
    if not isinstance(symbol, Symbol) or isinstance(value, MatrixExpr):
        raise ProofError(f"{symbol} cannot be replaced by {value}: only scalar by scalar and matrix by matrix")
    wanted = symbol.assumptions0
    granted = (
        (not wanted.get("integer") or value.is_integer)
        and (not wanted.get("positive") or is_positive(value, hypotheses))
        and (not wanted.get("nonnegative") or is_nonnegative(value, hypotheses))
        and is_real(value, hypotheses)
    )
    declared = symbol._assumptions_orig.items()
    if not granted or not declared <= dict.fromkeys(_CHECKED, True).items():
        known = ", ".join(f"{'' if held else 'not '}{a}" for a, held in sorted(declared))
        raise ProofError(f"{symbol} is real, {known}; that is not known of {value}")


def check_real(proposition):
    """Refuse a proposition in which a number that is not real has come about."""
    for e in proposition.expressions():
        if not_real(e):
            raise ProofError(f"{e} is not real: {', '.join(sorted(map(str, not_real(e))))}")


def same(a, b, facts):
    """Whether two propositions are of one kind and say it of equal expressions."""
    if a == b:
        return True
    if type(a) is not type(b):
        return False
    if isinstance(a, (Minimum, LeastValue, Gradient)) and (
        a.unknown != b.unknown or any(a.unknown in f.free_symbols() for f in facts)
    ):
        return False  # the unknown is any matrix, whatever the facts say of the one of that name
    if isinstance(a, Expansion) and (a.variable != b.variable or any(a.variable in f.free_symbols() for f in facts)):
        return False  # it tends to 0, whatever the facts say of the symbol of that name
    for n, (x, y) in enumerate(zip(a.arguments(), b.arguments(), strict=True)):
        if isinstance(x, Lambda) and isinstance(y, Lambda) and len(x.variables) == len(y.variables):
            # at any real numbers, whatever is declared of the variables
            numbers = [Dummy(real=True) for _ in x.variables]
            x, y = applied(x, *numbers), applied(y, *numbers)
        # the objective of a minimum is asked for where the constraints hold, and nothing else is
        constraints = a.subject_to if isinstance(a, Minimum) and n == 0 else ()
        normalise = normaliser((*facts, *constraints))
        if isinstance(x, tuple):
            if len(x) != len(y) or not all(same(p, q, facts) for p, q in zip(x, y, strict=True)):
                return False
        elif x != y:
            if not isinstance(x, (Expr, MatrixExpr)) or not isinstance(y, (Expr, MatrixExpr)):
                return False
            if isinstance(x, MatrixExpr) != isinstance(y, MatrixExpr):
                return False
            if isinstance(x, MatrixExpr) and x.shape != y.shape:
                return False
            try:
                if normalise(x) != normalise(y):
                    return False
            except (UnsupportedExpression, Undecided):
                return False
    return True


def check_ranges(kept, given):
    """Refuse to conclude what does not speak of an index from what holds for every value of it, where there may be none."""
    check_values(kept, (at for e in given for at in free_indices(e)))


def check_values(kept, values):
    """The same for pairs of what an index is and the dimension that it runs over."""
    for index, dimension in set(values) - {at for e in kept for at in free_indices(e)}:
        if not index.is_nonnegative or not (dimension if is_index(index) else dimension - index).is_positive:
            raise ProofError(f"{index} may be no value of an index over {dimension}")


def minimum(theorem):
    if not isinstance(theorem.statement, Minimum):
        raise ProofError(f"a minimum is needed, found {theorem.statement}")
    return theorem.statement


def unconstrained(theorem):
    if not isinstance(theorem.statement, Minimum) or theorem.statement.subject_to:
        raise ProofError(f"an unconstrained minimum is needed, found {theorem.statement}")
    return theorem.statement


_SMOOTH = (Add, HadamardProduct, LogSumExp, MatAdd, MatMul, Mul, Named, SquaredNorm, Trace, Transpose)


def check_smooth(expr, variable, facts):
    """Refuse an expression that is not known to be a smooth function of a scalar variable near 0: made of sums, products,
    traces, reciprocals of what is positive at 0, and log-sum-exps over candidates that do not depend on it.
    """
    if not expr.has(variable) or expr == variable:
        return
    known = isinstance(expr, _SMOOTH)
    if isinstance(expr, Pow) and expr.exp.is_Integer:
        known = expr.exp > 0 or _is_positive_at_zero(expr.base, variable)
    if isinstance(expr, LogSumExp):
        known = not expr.candidates.has(variable) and normaliser(tuple(facts)).are_candidates(expr.candidates)
    if not known:
        raise ProofError(f"{expr} is not known to be a smooth function of {variable}")
    for argument in expr.args:
        check_smooth(argument, variable, facts)


def _is_positive_at_zero(expr, variable):
    there = substitute(expr, {variable: S.Zero})
    return bool(there.is_positive) and not there.has(Sum)  # which may have no terms
