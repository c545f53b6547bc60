"""What a loss is: a name, what is minimised over, what is given, and its value."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, MatrixSymbol, Symbol

from derivations.language.propositions import Proposition


@dataclass(frozen=True)
class Loss:
    """A scalar function of a matrix.

    `value` is the formula as it is published (index notation is welcome), `matrix_form` the same in matrices; that the
    two agree is a theorem, not a promise. `facts` are what is declared of the given matrices, `hyper` the
    hyper-parameters with their meaning.
    """

    name: str
    title: str
    unknown: MatrixSymbol
    value: Expr
    matrix_form: Expr
    facts: tuple[Proposition, ...]
    hyper: dict[Symbol, str]
    cites: tuple[str, ...]
