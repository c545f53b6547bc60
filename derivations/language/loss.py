"""What a loss is: a name, what is minimised over, what is given, and its value."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

from sympy import Expr, Float, MatrixSymbol, Pow, Rational, Sum, Symbol
from sympy.core.function import Application

from derivations.language.errors import UnsupportedExpression
from derivations.language.plain import plain
from derivations.language.propositions import Proposition
from derivations.language.statement import check_statement
from derivations.language.substitute import named


@dataclass(frozen=True)
class Loss:
    """A scalar function of a matrix.

    `value` is the formula as it is published (index notation is welcome), `matrix_form` the same in matrices; that the
    two agree is a theorem, not a promise; a loss that is stated in matrices has one formula. Decimal numbers are taken for
    the fractions that they are written as, and functions of sums over indices for those of matrices. `facts` are what is
    declared of the given matrices, and where the loss is smooth; `hyper` the hyper-parameters with their meaning, `cites`
    bibliography keys. Raises TypeError or ValueError with a sentence where this is no loss.
    """

    name: str
    title: str = ""  # the name, where none is given
    unknown: MatrixSymbol = None
    value: Expr = None
    matrix_form: Expr | None = None
    facts: tuple[Proposition, ...] = ()
    hyper: dict[Symbol, str] = field(default_factory=dict)
    cites: tuple[str, ...] = ()

    def __post_init__(self):
        if not self.title:
            object.__setattr__(self, "title", str(self.name))
        for name in ("value", "matrix_form"):
            object.__setattr__(self, name, _in_fractions(named(getattr(self, name))))
        if self.matrix_form is None:
            object.__setattr__(self, "value", _in_matrices(self.value))
            object.__setattr__(self, "matrix_form", self.value)
        check_statement(self)

    @property
    def id(self):
        """What the ids of its theorems begin with."""
        return self.name.lower().replace("_", "-")


def _in_fractions(value):
    """A value without decimal numbers."""
    return value.xreplace({x: Rational(str(x)) for x in value.atoms(Float)}) if isinstance(value, Expr) else value


def _in_matrices(value):
    """A value in which no function is of a sum over indices, with which SymPy does not compute."""
    if not isinstance(value, Expr):
        return value
    functions = (f for f in value.atoms(Application, Pow) if not (f.is_Pow and f.exp.is_Integer and f.exp > 0))
    with suppress(UnsupportedExpression):
        return plain(value) if any(f.has(Sum) for f in functions) else value
    return value
