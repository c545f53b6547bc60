"""Lengths of columns in a metric, and columns of length one."""

import numpy as np
import pytest
from sympy import DiagMatrix, DiagonalOf, HadamardProduct, Identity, MatMul, MatrixSymbol, OneMatrix, Trace, Transpose

from derivations.language.arithmetic import FLOAT, MULTI_PRECISION
from derivations.language.atoms import SquaredNorm
from derivations.language.errors import UnsupportedExpression
from derivations.language.evaluate import evaluate
from derivations.language.normal_form import normal_form
from derivations.language.norms import ColumnNorms, RowNorms, UnitColumns
from derivations.language.propositions import (
    Equal,
    Positive,
    PositiveSemidefinite,
    Symmetric,
    UnitColumnLength,
)
from tests.language.strategies import K, N, Z, hold

M, t, d = MatrixSymbol("M", N, N), MatrixSymbol("t", K, 1), MatrixSymbol("d", N, 1)
norms, U, ones = ColumnNorms(Z, M), UnitColumns(Z, M), OneMatrix(K, 1)
metric = [Symmetric(M), PositiveSemidefinite(M)]
nonzero = Positive(norms)


def squares(matrix):
    """m_k' M m_k for the columns of a matrix."""
    return DiagonalOf(MatMul(Transpose(matrix), M, matrix))


CONSEQUENCES = [
    ([*metric, nonzero], HadamardProduct(norms, norms), squares(Z)),
    ([*metric, nonzero], squares(U), ones),
    ([*metric, nonzero], MatMul(U, DiagMatrix(norms)), Z),
    ([*metric, nonzero], Trace(MatMul(Transpose(U), M, Z)), Trace(MatMul(Transpose(ones), norms))),
    ([*metric, nonzero, Positive(t)], UnitColumns(MatMul(Z, DiagMatrix(t)), M), U),
    ([*metric, UnitColumnLength(Z, M)], norms, ones),
    ([*metric, UnitColumnLength(Z, M)], U, Z),
    ([*metric, UnitColumnLength(Z, M)], Trace(MatMul(Transpose(Z), M, Z)), K),
    ([], ColumnNorms(Z, Identity(N)), RowNorms(Transpose(Z))),
    ([], ColumnNorms(Z, DiagMatrix(d)), ColumnNorms(Z, Transpose(DiagMatrix(d)))),
]


@pytest.mark.parametrize(("facts", "lhs", "rhs"), CONSEQUENCES, ids=str)
def test_consequences(facts, lhs, rhs):
    assert normal_form(lhs - rhs, facts).is_zero
    for instance in hold(facts, [lhs, rhs], 3):
        assert Equal(lhs, rhs).residual(instance) <= instance.arithmetic.tolerance


@pytest.mark.parametrize("facts", [[], metric, [Positive(ColumnNorms(Z, Identity(N)))], [Positive(t)]], ids=str)
def test_columns_that_may_have_no_length_are_not_scaled(facts):
    with pytest.raises(UnsupportedExpression, match="not declared to be positive"):
        normal_form(squares(U), facts)


@pytest.mark.parametrize("arithmetic", [MULTI_PRECISION, FLOAT], ids=lambda a: type(a).__name__)
def test_a_column_that_the_metric_does_not_see_has_no_length(arithmetic):
    seventh = arithmetic.ones(3, 1) / arithmetic.number(7)
    centring = arithmetic.eye(3) - arithmetic.ones(3, 3) / arithmetic.number(3)
    columns = np.hstack([seventh, centring[:, :1]])
    unseen, seen = evaluate(ColumnNorms(Z, M), {Z: columns, M: centring}, arithmetic).ravel()
    assert unseen == 0
    assert seen > 0.5


def test_a_length_is_a_root_only_where_it_is_declared_to_be_positive():
    """A quadratic form that is negative has no root, and the length is 0: the square of that is another number."""
    squared = HadamardProduct(norms, norms)
    assert normal_form(squared, metric) != normal_form(squares(Z), metric)
    (values,) = hold([Equal(M, -Identity(N)), Equal(Z, OneMatrix(N, K))], [squared, squares(Z)], 1)
    assert (values.value(squared) == 0).all()
    assert (values.value(squares(Z)) < 0).all()


@pytest.mark.parametrize("scale", [t, MatrixSymbol("s", K, 1)], ids=str)
def test_a_scale_of_unknown_sign_is_seen(scale):
    moved = UnitColumns(MatMul(Z, DiagMatrix(scale)), M)
    facts = [*metric, nonzero, Positive(moved.norms), Positive(MatrixSymbol("u", K, 1))]
    assert normal_form(moved, facts) != normal_form(U, facts)


def test_norms_of_other_matrices_are_others():
    other = ColumnNorms(Z, MatMul(2, M))
    assert normal_form(norms) != normal_form(other)
    assert normal_form(SquaredNorm(norms)) != normal_form(SquaredNorm(RowNorms(Z)))
