"""Recognising a loss as a spectral function of a covariance plus a linear penalty, by matching normal forms."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import (
    Add,
    DiagonalMatrix,
    Expr,
    Lambda,
    MatPow,
    MatrixExpr,
    MatrixSymbol,
    S,
    Symbol,
    Trace,
    cancel,
    expand,
)

from derivations.language.atoms import SpectralTrace, SquaredNorm
from derivations.language.errors import UnsupportedExpression
from derivations.language.normal_form import normaliser

HIGHEST_POWER = 8
s = Symbol("s", nonnegative=True)


@dataclass(frozen=True)
class SpectralForm:
    """objective = tr phi(C) + diagonal * |diag C|_F^2 + cost * penalty + offset, `offset` without the unknown."""

    phi: Lambda
    diagonal: Expr
    cost: Expr
    offset: Expr = S.Zero


def spectral_form(objective, unknown: MatrixSymbol, covariance: MatrixExpr, penalty: Expr, facts=()):
    """Write `objective` as tr phi(C) + diagonal |diag C|^2 + cost * penalty + offset, or say what is left over.

    C is a K x K matrix, `penalty` a scalar that is linear in Z Z'; phi is a polynomial, plus the functions of which the
    objective has traces at C; the offset is those terms of the objective that do not speak of the unknown Z, without the
    multiples of K, which belong to phi. Raises UnsupportedExpression.
    """
    normalise = normaliser(tuple(facts), folded=True)
    terms = Add.make_args(expand(objective, deep=False))
    offset = Add(*(t for t in terms if t.has(MatrixSymbol) and not t.has(unknown)))
    rest = normalise(objective - offset)
    order = covariance.rows

    def take(expr):
        """The multiple of `expr`, a single network or 0, in what is left."""
        ((key, (own, _)),) = normalise(expr).terms.items() or [(None, (S.One, None))]
        return cancel(rest.terms[key][0] / own) if key in rest.terms else S.Zero

    cost = take(penalty)
    diagonal = take(SquaredNorm(DiagonalMatrix(covariance)))
    powers = {m: take(Trace(MatPow(covariance, m).doit(deep=False))) for m in range(1, HIGHEST_POWER + 1)}
    traces = sorted({t for trace in objective.atoms(SpectralTrace) for _, t in trace.terms()}, key=str)
    functions = {t: take(t) for t in traces if _is_function(t, covariance)}
    scalars = [(t, cancel(t / order)) for t in Add.make_args(expand(take(S.One)))]
    constant = Add(*(each for _, each in scalars if not each.has(order)))
    number = Add(*(t for t, each in scalars if each.has(order)))
    body = constant + sum(c * s**m for m, c in powers.items()) + sum(c * t.function(s) for t, c in functions.items())
    matched = number + cost * penalty + diagonal * SquaredNorm(DiagonalMatrix(covariance)) + constant * order
    matched += sum(c * Trace(MatPow(covariance, m).doit(deep=False)) for m, c in powers.items() if c != 0)
    matched += sum(c * t for t, c in functions.items())
    left = rest - normalise(matched)
    if not left.is_zero:
        raise UnsupportedExpression(
            objective,
            "the spectral reduction",
            f"it is no function of the spectrum of {covariance} plus a multiple of {penalty}: {left} is left over",
        )
    return SpectralForm(Lambda(s, body), diagonal, cost, offset + number)


def _is_function(trace, covariance):
    """Whether a trace of a function of a matrix is of the covariance, and no polynomial."""
    return trace.matrix == covariance and not trace.function(s).is_polynomial(s)
