"""Log-sum-exp and softmax over the candidates of each row."""

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from sympy import (
    HadamardProduct,
    Identity,
    Lambda,
    MatAdd,
    MatMul,
    OneMatrix,
    Sum,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    exp,
    log,
    symbols,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.arithmetic import MULTI_PRECISION
from derivations.language.atoms import LogSumExp, Softmax
from derivations.language.errors import UnsupportedExpression
from derivations.language.evaluate import evaluate
from derivations.language.normal_form import normal_form
from derivations.language.propositions import Candidates, Equal, Symmetric
from tests.language.strategies import A, B, K, N, Z, a, hold, matrices, v

i, j, l = symbols("i j l", integer=True, nonnegative=True)
c = Symbol("c", integer=True, positive=True)
ones = OneMatrix(N, 1)
everyone = OneMatrix(N, N)
others = MatAdd(everyone, MatMul(-1, Identity(N)))
KNOWN = {"everyone": (everyone, []), "others": (others, [Candidates(others)]), "some": (A, [Candidates(A)])}
UNKNOWN = [A, others, 2 * everyone, -everyone, ZeroMatrix(N, N), HadamardProduct(A, A)]
kinds = pytest.mark.parametrize("kind", KNOWN)


def agree(lhs, rhs, facts):
    """Of one normal form, and of one value on instances."""
    assert normal_form(lhs, facts) == normal_form(rhs, facts)
    for instance in hold(facts, [lhs, rhs], 3):
        assert Equal(lhs, rhs).residual(instance) <= instance.arithmetic.tolerance


def in_indices(scores, candidates):
    """sum_i v_i log sum_l a_il exp(s_il)."""
    inside = Sum(MatrixElement(candidates, i, l) * exp(MatrixElement(scores, i, l)), (l, 0, N - 1))
    return Sum(v[i, 0] * log(inside), (i, 0, N - 1))


@kinds
def test_each_row_of_a_softmax_sums_to_one(kind):
    candidates, facts = KNOWN[kind]
    P = Softmax(MatMul(Z, Transpose(Z)), candidates)
    agree(MatMul(P, ones), ones, facts)
    assert normal_form(MatMul(Transpose(P), ones), facts) != normal_form(ones)


@kinds
def test_the_exponential_of_a_log_sum_exp_is_the_sum_of_exponentials(kind):
    candidates, facts = KNOWN[kind]
    x = Symbol("x", real=True)
    each, total = (m.applyfunc(Lambda(x, exp(x))) for m in (B, LogSumExp(B, candidates)))
    agree(MatMul(HadamardProduct(candidates, each), ones) - total, ZeroMatrix(N, 1), facts)


@pytest.mark.parametrize("weights", UNKNOWN, ids=str)
def test_but_not_where_a_row_may_be_without_candidates(weights):
    assert normal_form(MatMul(Softmax(B, weights), ones)) != normal_form(ones)


def test_a_row_without_candidates_has_no_softmax():
    empty = {"A": [[1, 1], [0, 0]], "B": [[1.0, 2.0], [3.0, 4.0]]}
    assert evaluate(LogSumExp(B, A), empty).ravel() == pytest.approx([np.log(np.exp(1) + np.exp(2)), 0])
    assert evaluate(MatMul(Softmax(B, A), ones), empty).ravel() == pytest.approx([1, 0])
    (instance,) = hold([Candidates(A)], [A], 1)
    assert Candidates(A).residual(instance) == 0
    assert Candidates(A).residual(instance.extended({A: 0 * instance.value(A)})) == 1


def test_large_scores_do_not_overflow():
    found = evaluate(LogSumExp(B, OneMatrix(N, N)), {"B": [[1e4, 0.0], [-1e4, -1e4]]})
    assert found.ravel() == pytest.approx([1e4, -1e4 + np.log(2)])


@settings(max_examples=25)
@given(matrices(N, N, 1, (A, B, Z), (N, K)), st.sampled_from(sorted(KNOWN)))
def test_a_sum_over_candidates_is_read_as_the_atom(scores, kind):
    candidates, facts = KNOWN[kind]
    spelled, atom = in_indices(scores, candidates), Trace(MatMul(Transpose(v), LogSumExp(scores, candidates)))
    event("constant scores" if (constant := not normal_form(atom, facts).key.count("LogSumExp")) else kind)
    assert constant or normal_form(spelled, facts) == normal_form(atom, facts)
    (instance,) = hold(facts, [spelled, atom], 1)
    assert Equal(spelled, atom).residual(instance.in_multi_precision()) <= MULTI_PRECISION.tolerance


def test_what_is_summed_over_matters():
    down = Sum(v[i, 0] * log(Sum(exp(B[l, i]), (l, 0, N - 1))), (i, 0, N - 1))
    assert normal_form(down) == normal_form(in_indices(Transpose(B), everyone))
    assert normal_form(down) != normal_form(in_indices(B, everyone))
    assert normal_form(down, [Symmetric(B)]) == normal_form(in_indices(B, everyone), [Symmetric(B)])
    with pytest.raises(UnsupportedExpression, match="not declared as the candidates"):
        normal_form(in_indices(B, A))


@kinds
def test_what_is_the_same_along_a_row_comes_out(kind):
    candidates, facts = KNOWN[kind]
    shifted = MatAdd(B, MatMul(v, OneMatrix(1, N)), MatMul(a, everyone))
    agree(LogSumExp(shifted, candidates), LogSumExp(B, candidates) + v + a * ones, facts)
    down = MatAdd(B, MatMul(ones, Transpose(v)))
    assert normal_form(LogSumExp(down, candidates), facts) != normal_form(LogSumExp(B, candidates) + v, facts)


@pytest.mark.parametrize("weights", UNKNOWN, ids=str)
def test_but_stays_where_a_row_may_be_without_candidates(weights):
    shifted = MatAdd(B, MatMul(v, OneMatrix(1, N)))
    assert normal_form(LogSumExp(shifted, weights)) != normal_form(LogSumExp(B, weights) + v)


def test_equal_scores_count_the_candidates():
    agree(LogSumExp(a * everyone, everyone), (log(N) + a) * ones, [])
    n = c + 1
    everyone_else = MatAdd(OneMatrix(n, n), MatMul(-1, Identity(n)))
    agree(LogSumExp(ZeroMatrix(n, n), everyone_else), log(c) * OneMatrix(n, 1), [])
    assert normal_form(LogSumExp(a * everyone, others)) != normal_form((log(N - 1) + a) * ones)


def test_scores_and_candidates_have_one_shape():
    with pytest.raises(ValueError, match="candidates of shape"):
        LogSumExp(B, Z)
