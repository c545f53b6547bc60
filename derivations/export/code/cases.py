"""What the NumPy code of an optimum needs to know of it, read off the theorems."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Symbol
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.language.propositions import AtMost, Eigenpairs, Equal, Level, Minimum, PrescribedDiagonal


@dataclass(frozen=True)
class Case:
    """One closed form, as read off its theorem."""

    condition: AtMost | None  # on the hyper-parameters
    level: Level | None  # the equation that determines the level m, where there is one
    equal_diagonal: bool  # whether R makes the diagonal of C constant
    filter: Expr  # s as a function of `eigenvalue`
    eigenvalue: Symbol
    pencil: Eigenpairs
    value: Expr  # the minimum
    spelled: bool  # whether `value` is a sum in which nothing cancels, which a later theorem gives
    unit: Expr
    unknown: object

    @property
    def eigenvalues(self):
        """The vector of eigenvalues as it is named: descending for the top of a pencil."""
        return self.pencil.spectrum[1]


def cases(result):
    """The closed forms of a result: its minima, each with the spelled value that a later theorem gives it.

    Where some are cases of a condition on the hyper-parameters, the others are special ones that these include.
    """
    spelled = {t.statement.rhs: t.statement.lhs for t in result.theorems if isinstance(t.statement, Equal)}
    minima = [t for t in result.theorems if isinstance(t.statement, Minimum)]
    conditional = [t for t in minima if any(isinstance(h, AtMost) for h in t.hypotheses)]
    return [_case(t, spelled) for t in conditional or minima]


def _case(theorem, spelled):
    def only(kind):
        found = [h for h in theorem.hypotheses if isinstance(h, kind)]
        return found[0] if found else None

    claim = theorem.statement
    (roots,) = claim.at.atoms(ElementwiseApplyFunction)
    (eigenvalue,) = roots.function.variables
    return Case(
        condition=only(AtMost),
        level=only(Level),
        equal_diagonal=only(PrescribedDiagonal) is not None,
        filter=roots.function.expr**2,
        eigenvalue=eigenvalue,
        pencil=only(Eigenpairs),
        value=spelled.get(claim.value, claim.value),
        spelled=claim.value in spelled,
        unit=claim.at.as_coeff_matrices()[0],
        unknown=claim.unknown,
    )
