"""Rows of a given norm, and columns: how the fact rewrites, and what is drawn of it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import DiagonalOf, MatMul, OneMatrix, S, Symbol, Transpose, ZeroMatrix, sqrt

from derivations.export.text import show
from derivations.language.atoms import SquaredNorm
from derivations.language.errors import UnsupportedExpression
from derivations.language.normal_form import normal_form
from derivations.language.norms import RowNorms, UnitRows
from derivations.language.propositions import EntrywiseNonnegative, Equal, UnitLength
from tests.language.strategies import A, K, N, Z, hold
from tests.language.test_facts import check_value_of_normal_form, expressions

r, p = Symbol("r", nonnegative=True), Symbol("p", positive=True)
ROWS, COLUMNS = UnitLength(Z, r), UnitLength(Transpose(Z), r)
BOTH = (UnitLength(Z), UnitLength(Transpose(Z), sqrt(N / K)))

CONSEQUENCES = [
    ([ROWS], DiagonalOf(MatMul(Z, Transpose(Z))), r**2 * OneMatrix(N, 1)),
    ([ROWS], SquaredNorm(Z), N * r**2),
    ([ROWS], RowNorms(Z), r * OneMatrix(N, 1)),
    ([COLUMNS], DiagonalOf(MatMul(Transpose(Z), Z)), r**2 * OneMatrix(K, 1)),
    ([COLUMNS], SquaredNorm(Z), K * r**2),
    ([UnitLength(Z, p)], UnitRows(Z), MatMul(1 / p, Z)),
    ([UnitLength(Z, S.Zero)], DiagonalOf(MatMul(Z, Transpose(Z))), ZeroMatrix(N, 1)),
    (BOTH, SquaredNorm(Z), N),
    (BOTH, DiagonalOf(MatMul(Transpose(Z), Z)), N / K * OneMatrix(K, 1)),
]


@pytest.mark.parametrize(("facts", "lhs", "rhs"), CONSEQUENCES)
def test_consequences(facts, lhs, rhs):
    assert normal_form(lhs, facts) == normal_form(rhs, facts)
    for instance in hold(facts, [lhs, rhs], 5):
        assert Equal(lhs, rhs).residual(instance) <= instance.arithmetic.tolerance


@pytest.mark.parametrize("facts", [[ROWS], [COLUMNS], BOTH], ids=["rows", "columns", "both"])
@settings(max_examples=12)
@given(data=st.data())
def test_the_normal_form_has_the_value_of_the_expression(facts, data):
    check_value_of_normal_form(data.draw(expressions([Z, A], 2)), facts, [Z, A])


def test_rows_of_norm_one_are_those_of_no_other():
    assert normal_form(SquaredNorm(Z), [UnitLength(Z)]) != normal_form(r * SquaredNorm(Z), [UnitLength(Z)])
    square = UnitLength(A)
    assert normal_form(DiagonalOf(MatMul(Transpose(A), A)), [square]) != normal_form(OneMatrix(N, 1), [square])
    with pytest.raises(UnsupportedExpression, match="may be zero"):
        normal_form(UnitRows(Z), [ROWS])


@pytest.mark.parametrize("length", [S.NegativeOne, -p, Symbol("x", real=True), Symbol("x")])
def test_a_norm_is_known_to_be_at_least_zero(length):
    with pytest.raises(ValueError, match="at least 0"):
        UnitLength(Z, length)


def norms(instance, axis):
    return np.linalg.norm(instance.value(Z).astype(float), axis=axis)


@pytest.mark.parametrize(("fact", "axis"), [(ROWS, 1), (COLUMNS, 0)], ids=["rows", "columns"])
def test_the_others_are_drawn_of_equal_norms_and_of_unequal_ones(fact, axis):
    kinds = set()
    for instance in hold([fact], [Z], 30):
        length = float(instance.value(r))
        assert np.allclose(norms(instance, axis), length)
        others = norms(instance, 1 - axis)
        kinds.add((length > 0 and len(others) > 1, np.allclose(others, others[0])))
    assert {(True, True), (True, False)} <= kinds


def test_rows_and_columns_of_one_norm_are_drawn_of_any_shape():
    shapes, zeros = set(), 0
    for instance in hold(BOTH, [Z], 40):
        n, k = instance.value(Z).shape
        assert np.allclose(norms(instance, 1), 1)
        assert np.allclose(norms(instance, 0), np.sqrt(n / k))
        shapes.add((n > k) - (n < k))
        zeros += abs(instance.value(Z).astype(float)).min() < 1e-20
    assert shapes == {-1, 0, 1}
    assert zeros


def test_signs_are_kept():
    for instance in hold([EntrywiseNonnegative(Z), UnitLength(Z)], [Z], 10):
        assert instance.value(Z).min() >= 0


def test_it_is_told_of_rows_and_of_columns():
    assert [f.text(show) for f in (UnitLength(Z), ROWS, COLUMNS)] == [
        "Z has rows of norm 1", "Z has rows of norm r", "Z has columns of norm r",
    ]  # fmt: skip
