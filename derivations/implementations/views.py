"""Two views of the same samples as one representation: the rows of the first above those of the second."""

from __future__ import annotations

from sympy import BlockMatrix, Identity, MatAdd, MatMul, OneMatrix, ZeroMatrix

from derivations.implementations.shipped import N, views
from derivations.language.atoms import Named
from derivations.language.norms import RowNorms, UnitRows
from derivations.language.propositions import Positive
from derivations.proof import rules

U_a, U_b = map(UnitRows, views)
nonzero = tuple(Positive(RowNorms(view)) for view in views)


def stacked(name, first, second):
    """The rows of two views, one below the other."""
    return Named(name, BlockMatrix([[first], [second]]))


# whom a row of both views is related to: its positive is the other view of its sample
G = Named("G", BlockMatrix([[ZeroMatrix(N, N), Identity(N)], [Identity(N), ZeroMatrix(N, N)]]))
everyone_else = MatAdd(OneMatrix(2 * N, 2 * N), MatMul(-1, Identity(2 * N)))
other_samples = MatAdd(OneMatrix(N, N), MatMul(-1, Identity(N)))
negatives = Named("A", BlockMatrix([[other_samples] * 2] * 2))


def slopes(value, facts):
    """The gradient of a loss in each view."""
    return tuple(rules.adjoint(value, view, facts) for view in views)
