"""What a loss is: a name, what is minimised over, what is given, and its value."""

from __future__ import annotations

from dataclasses import dataclass, field

from sympy import Expr, MatrixSymbol, Symbol

from derivations.language.propositions import Proposition
from derivations.language.statement import check_statement
from derivations.language.substitute import named


@dataclass(frozen=True)
class Loss:
    """A scalar function of a matrix.

    `value` is the formula as it is published (index notation is welcome), `matrix_form` the same in matrices; that the
    two agree is a theorem, not a promise; a loss that is stated in matrices has one formula. `facts` are what is declared
    of the given matrices, and where the loss is smooth; `hyper` the hyper-parameters with their meaning, `cites`
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
            object.__setattr__(self, name, named(getattr(self, name)))
        if self.matrix_form is None:
            object.__setattr__(self, "matrix_form", self.value)
        check_statement(self)
