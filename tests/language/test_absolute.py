"""Absolute values of the entries of a matrix."""

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from sympy import (
    HadamardProduct,
    Identity,
    Integer,
    Lambda,
    MatMul,
    OneMatrix,
    Sum,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    symbols,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.calculus.conditions import check_differentiable
from derivations.calculus.gradient import gradient
from derivations.export.notation.latex import latex
from derivations.export.text import show
from derivations.language.atoms import Named, SquaredNorm
from derivations.language.errors import UnsupportedExpression
from derivations.language.evaluate import evaluate
from derivations.language.normal_form import normal_form
from derivations.language.norms import Absolute, RowNorms
from derivations.language.propositions import Equal, Gradient, Orthonormal, Positive, Symmetric
from tests.language.strategies import A, B, K, N, Z, generators, hold, v, w

i, j = symbols("i j", integer=True, nonnegative=True)
a, b = symbols("a b", real=True)
ones = OneMatrix(N, N)
every = (i, 0, N - 1), (j, 0, N - 1)
R = Named("C", MatMul(Transpose(Z), Z))


def entry(matrix):
    return MatrixElement(matrix, i, j)


CONSEQUENCES = [
    ([], HadamardProduct(Absolute(A), Absolute(A)), HadamardProduct(A, A)),
    ([], SquaredNorm(HadamardProduct(B, Absolute(A))), SquaredNorm(HadamardProduct(A, B))),
    ([], Absolute(MatMul(-1, A)), Absolute(A)),
    (
        [],
        Sum((entry(Absolute(A)) - a) ** 2, *every),
        SquaredNorm(A) - 2 * a * Sum(entry(Absolute(A)), *every) + a**2 * N**2,
    ),
    ([], Absolute(MatMul(-3, Identity(N))), 3 * Identity(N)),
    ([], Absolute(MatMul(a, ones)), abs(a) * ones),
    ([], Absolute(ZeroMatrix(N, K)), ZeroMatrix(N, K)),
    ([], Absolute(v), RowNorms(v)),
    ([], SquaredNorm(Absolute(MatMul(v, Transpose(w)))), SquaredNorm(v) * SquaredNorm(w)),
    ([Symmetric(A)], Transpose(Absolute(A)), Absolute(A)),
    ([], Transpose(Absolute(R)), Absolute(R)),
    ([Orthonormal(Z)], Absolute(MatMul(Transpose(Z), Z)), Identity(K)),
    ([Equal(A, MatMul(-1, B))], Absolute(A), Absolute(B)),
]


@pytest.mark.parametrize(("facts", "lhs", "rhs"), CONSEQUENCES, ids=str)
def test_consequences(facts, lhs, rhs):
    assert normal_form(lhs, facts) == normal_form(rhs, facts)
    for instance in hold(facts, [lhs, rhs], 3):
        assert Equal(lhs, rhs).residual(instance) <= instance.arithmetic.tolerance


DIFFERENT = [
    (Absolute(A), A),
    (Absolute(A), HadamardProduct(A, A)),
    (Absolute(A + B), Absolute(A) + Absolute(B)),
    (Absolute(A), Transpose(Absolute(A))),
    (MatMul(Absolute(A), Absolute(A)), MatMul(A, A)),
    (Trace(Absolute(A)), Trace(A)),
    (Sum(entry(Absolute(A)) ** 3, *every), Sum(entry(A) ** 3, *every)),
]


@pytest.mark.parametrize(("lhs", "rhs"), DIFFERENT, ids=str)
def test_what_is_different_stays_so(lhs, rhs):
    assert normal_form(lhs) != normal_form(rhs)
    assert any(Equal(lhs, rhs).residual(instance) > 0 for instance in hold([], [lhs, rhs], 20))


@given(st.integers(1, 4), st.integers(1, 3), generators)
@settings(max_examples=25)
def test_its_value(rows, columns, rng):
    array = np.array([[rng.randrange(-2, 3) for _ in range(columns)] for _ in range(rows)], dtype=float)
    event(f"negative entries: {bool((array < 0).any())}, zeros: {bool((array == 0).any())}")
    np.testing.assert_array_equal(evaluate(Absolute(Z), {"Z": array}), np.sqrt(array**2))


def test_its_gradient():
    nonzero = Positive(Absolute(A))
    function = Trace(MatMul(Transpose(B), Absolute(A)))
    slope = gradient(function, A, [nonzero])
    assert show(slope) == "B o A o |A|^(o -1)"
    for instance in hold([nonzero], [function, slope], 4):
        assert Gradient(function, A, slope).residual(instance) == 0
        signs = np.array(instance.value(slope) / np.where(instance.value(B) == 0, 1, instance.value(B)), dtype=float)
        assert set(signs.ravel()) <= {-1.0, 0.0, 1.0}


def test_its_gradient_needs_that_no_entry_is_zero():
    for declared in ([], [Positive(Absolute(B))], [Symmetric(A)]):
        with pytest.raises(UnsupportedExpression, match=r"not declared"):
            check_differentiable(Trace(Absolute(A)), A, declared)


def test_a_polynomial_of_it_has_the_gradient_of_the_squares():
    nonzero = Positive(Absolute(A))
    assert normal_form(gradient(SquaredNorm(Absolute(A)), A, [nonzero]), [nonzero]) == normal_form(2 * A)


def test_how_it_is_written():
    x, named = Symbol("x", positive=True), Named("S_1", MatMul(2, A))
    inverse = Absolute(A).applyfunc(Lambda(x, 1 / x))
    assert (show(Absolute(A)), latex(Absolute(A))) == ("|A|", r"\lvert{A}\rvert")
    assert (show(Absolute(A)[i, j]), latex(Absolute(A)[i, j])) == ("|A_ij|", r"\lvert{A_{ij}}\rvert")
    assert latex(Absolute(named)[i, j]) == r"\lvert{(S_{1})_{ij}}\rvert"
    assert show(MatrixElement(Absolute(v), i, Integer(0))) == "|v_i|"
    assert (show(inverse), latex(inverse)) == ("|A|^(o -1)", r"\lvert{A}\rvert^{\circ -1}")
