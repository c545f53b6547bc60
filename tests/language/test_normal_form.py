"""The normal form: the same for all ways to write an expression, and different for different expressions."""

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    BlockMatrix,
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    Identity,
    Lambda,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Symbol,
    Trace,
    Transpose,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.language.arithmetic import EXACT
from derivations.language.atoms import SquaredNorm
from derivations.language.evaluate import evaluate
from derivations.language.normal_form import normal_form
from tests.language.strategies import (
    DIMENSIONS,
    A,
    B,
    K,
    N,
    Z,
    generators,
    matrices,
    near_misses,
    random_values,
    rewriters,
    scalar_expressions,
    v,
    w,
)


def differ_somewhere(a, b, rng):
    """Whether random integers tell two expressions apart in one of several dimensions."""
    for n, k in DIMENSIONS:
        values = random_values(rng, n, k)
        difference = evaluate(a, values, EXACT) - evaluate(b, values, EXACT)
        if np.any(difference != 0):
            return True
    return False


@given(scalar_expressions(), rewriters)
def test_rewriting_a_scalar_does_not_change_its_normal_form(expr, rewrite):
    before, after = normal_form(expr), normal_form(rewrite(expr))
    assert before == after
    assert before.key == after.key


@given(matrices(N, K, 3), rewriters)
def test_rewriting_a_matrix_does_not_change_its_normal_form(expr, rewrite):
    assert normal_form(expr).key == normal_form(rewrite(expr)).key


@given(st.data(), rewriters, generators)
def test_normal_forms_agree_exactly_if_values_do(data, rewrite, rng):
    expr = data.draw(scalar_expressions())
    other = rewrite(data.draw(st.one_of(st.just(expr), near_misses(expr), scalar_expressions(1))))
    assert (normal_form(expr) == normal_form(other)) != differ_somewhere(expr, other, rng)


@settings(max_examples=30)
@given(st.data(), rewriters, generators)
def test_normal_forms_of_matrices_agree_exactly_if_values_do(data, rewrite, rng):
    expr = data.draw(matrices(N, N, 2))
    other = rewrite(data.draw(near_misses(expr)))
    assert (normal_form(expr) == normal_form(other)) != differ_somewhere(expr, other, rng)


def test_an_identity_of_one_dimension_alone_is_none():
    """tr(AB) = tr(A) tr(B) for 1 x 1 matrices only: one dimension decides nothing."""
    one, two = Trace(MatMul(A, B)), Trace(A) * Trace(B)
    assert normal_form(one) != normal_form(two)
    assert differ_somewhere(one, two, random.Random())


def test_polynomials_of_the_entries_of_a_vector():
    x, ones = Symbol("x", real=True), OneMatrix(N, 1)

    def each(body, vector):
        return ElementwiseApplyFunction(Lambda(x, body), vector)

    assert normal_form(each(2 + 0 * x, v)) == normal_form(2 * ones)
    inner = Trace(MatMul(Transpose(each(1 + x, v)), each(3 - x, w)))
    assert normal_form(inner) == normal_form(Trace(MatMul(Transpose(ones + v), 3 * ones - w)))
    assert not differ_somewhere(inner, Trace(MatMul(Transpose(ones + v), 3 * ones - w)), random.Random())


def test_small_facts_of_matrix_algebra():
    same = [
        (Trace(MatMul(A, B)), Trace(MatMul(B, A))),
        (Trace(A), Trace(Transpose(A))),
        (SquaredNorm(Z), Trace(MatMul(Z, Transpose(Z)))),
        (Trace(Identity(N)), N),
        (MatMul(A + B, Z), MatMul(A, Z) + MatMul(B, Z)),
    ]
    for one, two in same:
        assert normal_form(one) == normal_form(two)
    assert normal_form(Trace(MatMul(A, B))) != normal_form(Trace(MatMul(A, Transpose(B))))
    assert normal_form(MatMul(A, B)) != normal_form(MatMul(B, A))


def test_a_matrix_of_one_entry_is_its_own_diagonal():
    one, row = MatrixSymbol("m", 1, 1), Transpose(v)
    for diagonal in (DiagMatrix(one), DiagonalMatrix(one), DiagonalOf(one)):
        assert normal_form(diagonal) == normal_form(one)
        assert normal_form(MatMul(diagonal, row)) == normal_form(MatMul(one, row))
        assert normal_form(BlockMatrix([[diagonal, row]])) == normal_form(BlockMatrix([[one, row]]))
