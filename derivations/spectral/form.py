"""Recognising a loss as a spectral function of a covariance plus a linear penalty, by matching normal forms."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import DiagonalMatrix, Expr, Lambda, MatPow, MatrixExpr, S, Symbol, Trace, cancel, expand

from derivations.language.atoms import SquaredNorm
from derivations.language.errors import UnsupportedExpression
from derivations.language.normal_form import normaliser

HIGHEST_POWER = 8
s = Symbol("s", nonnegative=True)


@dataclass(frozen=True)
class SpectralForm:
    """objective = tr phi(C) + diagonal * |diag C|_F^2 + cost * penalty."""

    phi: Lambda
    diagonal: Expr
    cost: Expr


def spectral_form(objective, covariance: MatrixExpr, penalty: Expr, facts=()):
    """Write `objective` as tr phi(C) + diagonal |diag C|^2 + cost * penalty, phi a polynomial, or say what is left over.

    C is a named K x K matrix, `penalty` a scalar that is linear in Z Z'. Raises UnsupportedExpression.
    """
    normalise = normaliser(tuple(facts), folded=True)
    rest = normalise(objective)
    order = covariance.rows

    def take(expr):
        """The multiple of `expr`, a single network, in what is left."""
        ((key, (own, _)),) = normalise(expr).terms.items()
        return cancel(rest.terms[key][0] / own) if key in rest.terms else S.Zero

    cost = take(penalty)
    diagonal = take(SquaredNorm(DiagonalMatrix(covariance)))
    powers = {m: take(Trace(MatPow(covariance, m).doit(deep=False))) for m in range(1, HIGHEST_POWER + 1)}
    constant = expand(cancel(take(S.One) / order))
    body = constant + sum(c * s**m for m, c in powers.items())
    matched = cost * penalty + diagonal * SquaredNorm(DiagonalMatrix(covariance)) + constant * order
    matched += sum(c * Trace(MatPow(covariance, m).doit(deep=False)) for m, c in powers.items() if c != 0)
    left = rest - normalise(matched)
    if not left.is_zero or constant.has(order):
        raise UnsupportedExpression(
            objective,
            "the spectral reduction",
            f"it is no function of the spectrum of {covariance.name} plus a multiple of {penalty}: {left} is left over",
        )
    return SpectralForm(Lambda(s, body), diagonal, cost)
