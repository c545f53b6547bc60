"""Norms of rows, and rows of norm one."""

from random import Random

import pytest
from hypothesis import event, example, given, settings
from sympy import (
    DiagMatrix,
    DiagonalOf,
    HadamardProduct,
    MatAdd,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Symbol,
    Trace,
    Transpose,
    sqrt,
)

from derivations.language.arithmetic import MULTI_PRECISION
from derivations.language.atoms import SquaredNorm
from derivations.language.errors import Undecided, UnsupportedExpression
from derivations.language.evaluate import evaluate
from derivations.language.normal_form import normal_form
from derivations.language.norms import RowNorms, UnitRows
from derivations.language.propositions import Equal, Positive, UnitLength
from tests.language.strategies import K, N, W, Z, generators, hold, matrices, random_values, v

norms, U, ones = RowNorms(Z), UnitRows(Z), OneMatrix(N, 1)
nonzero = Positive(norms)
p, r = Symbol("p", positive=True), Symbol("r", nonnegative=True)


def squares(matrix):
    """|m_i|^2 for the rows of a matrix."""
    return DiagonalOf(MatMul(matrix, Transpose(matrix)))


CONSEQUENCES = [
    ([], HadamardProduct(norms, norms), squares(Z)),
    ([], HadamardProduct(RowNorms(Z - W), RowNorms(Z - W)), squares(Z - W)),
    ([], SquaredNorm(RowNorms(MatAdd(Z, Z))), 4 * SquaredNorm(Z)),
    ([nonzero], squares(U), ones),
    ([nonzero], MatMul(DiagMatrix(norms), U), Z),
    ([nonzero], Trace(MatMul(Transpose(U), Z)), Trace(MatMul(Transpose(ones), norms))),
    ([UnitLength(Z)], norms, ones),
    ([UnitLength(Z)], U, Z),
]


@pytest.mark.parametrize(("facts", "lhs", "rhs"), CONSEQUENCES, ids=str)
def test_consequences(facts, lhs, rhs):
    assert normal_form(lhs - rhs, facts).is_zero
    for instance in hold(facts, [lhs, rhs], 3):
        assert Equal(lhs, rhs).residual(instance) <= instance.arithmetic.tolerance


def test_a_hypothesis_may_speak_of_the_norms():
    assert normal_form(U, [Equal(norms, ones)]) == normal_form(Z)


@pytest.mark.parametrize("facts", [[], [Positive(RowNorms(W))], [Positive(RowNorms(MatrixSymbol("Z", N, N)))]], ids=str)
def test_rows_that_may_be_zero_are_not_scaled(facts):
    with pytest.raises(UnsupportedExpression, match="not declared to be positive"):
        normal_form(squares(U), facts)


def test_rows_of_one_known_norm():
    same = Equal(squares(Z), p * ones)
    assert normal_form(norms, [same]) == normal_form(sqrt(p) * ones)
    assert normal_form(U, [same]) == normal_form(Z / sqrt(p))
    maybe_zero = Equal(squares(Z), r * ones)
    assert normal_form(norms, [maybe_zero]) == normal_form(sqrt(r) * ones)
    with pytest.raises(UnsupportedExpression, match="may be zero"):
        normal_form(U, [maybe_zero])


def test_rows_that_are_all_the_same_are_no_rule_for_other_vectors():
    repeated = MatMul(ones, Transpose(v))
    apart = Trace(MatMul(Transpose(v), v)) * Trace(MatMul(Transpose(ones), RowNorms(repeated)))
    assert not normal_form(apart).is_zero
    assert normal_form(apart) == normal_form(Trace(MatMul(Transpose(v), v, Transpose(RowNorms(repeated)), ones)))


@settings(max_examples=40)
@given(matrix=matrices(N, K, 2), rng=generators)
@example(matrix=Z + MatMul(v, OneMatrix(1, K)) + OneMatrix(N, K), rng=Random(0))  # a sum of a row is in several terms
def test_the_squared_norms_of_the_rows_add_up_to_that_of_the_matrix(matrix, rng):
    vector = RowNorms(matrix)
    added, whole = Trace(MatMul(Transpose(vector), vector)), SquaredNorm(matrix)
    event(
        "shown" if normal_form(added - whole).is_zero else "not shown: all rows, or all entries of a row, are the same"
    )
    values = random_values(rng, 3, 2)
    found, expected = (evaluate(e, values, MULTI_PRECISION) for e in (added, whole))
    assert abs(found - expected) <= 1e-30 * (1 + expected)


def test_a_scale_is_not_seen_where_it_is_positive_and_nowhere_else():
    d, b = MatrixSymbol("d", N, 1), Symbol("b", real=True)

    def same(matrix, *facts):
        try:
            return normal_form(UnitRows(matrix), (nonzero, *facts)) == normal_form(U, (nonzero, *facts))
        except (UnsupportedExpression, Undecided):
            return False

    assert same(MatMul(DiagMatrix(d), Z), Positive(d))
    assert same(p * Z)
    assert same(MatMul(3, DiagMatrix(d), Z), Positive(d))
    assert not same(MatMul(DiagMatrix(d), Z))
    assert not same(MatMul(DiagMatrix(d), Z), Positive(RowNorms(MatMul(DiagMatrix(d), Z))))
    assert not same(MatMul(b, Z))
    assert not same(r * Z)
    assert not same(-Z)
    assert not same(MatMul(Z, DiagMatrix(MatrixSymbol("c", K, 1))), Positive(MatrixSymbol("c", K, 1)))
