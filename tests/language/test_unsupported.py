"""What the normal form cannot read, it refuses, and names the node."""

import pytest
from sympy import (
    DiagonalMatrix,
    DiagonalOf,
    HadamardPower,
    HadamardProduct,
    Identity,
    Inverse,
    KroneckerDelta,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSymbol,
    OneMatrix,
    Permanent,
    Rational,
    Sum,
    Symbol,
    Trace,
    Transpose,
    log,
    symbols,
)
from sympy.core.function import Lambda
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import SpectralTrace
from derivations.language.errors import Undecided, UnsupportedExpression
from derivations.language.normal_form import normal_form
from derivations.language.propositions import Equal, Positive
from derivations.language.tolerant import tolerant
from tests.language.strategies import A, B, K, N, Z, v, w

x, t = symbols("x t", real=True)
i, j, k = symbols("i j k", integer=True, nonnegative=True)
late = Symbol("l", integer=True, positive=True)
every = (k, 0, N - 1)
varying = MatrixSymbol("M", k, k)

UNSUPPORTED = {
    "Inverse": Trace(Inverse(A)),
    "Permanent": Permanent(A),
    "MatPow": Trace(MatPow(A, Rational(1, 2))),
    "A is not declared to be positive": Trace(HadamardPower(A, -1)),
    "log": log(Trace(A)),
    "Trace": 1 / Trace(A),
    "MatrixElement": A[0, 1],
    # indices: not summed over, of another range, of a range that depends on another, or in a place that hides them
    "the index k": MatrixElement(v, k, 0),
    "k runs over": Sum(MatrixElement(v, k, 0), (k, 0, K - 1)),
    "the matrix over N": Sum(log(MatrixElement(v, k, 0)), (k, 0, K - 1)),
    "must start at 0": Sum(MatrixElement(v, k, 0), (k, 1, N - 1)),
    "k may run over N - 2": Sum(1, (k, 0, N - 3)),
    "the range of j": Sum(1, (j, 0, i), (i, 0, N - 1)),
    "not declared as an index": Sum(late, (late, 0, N - 1)),
    "k": Sum(k, every),
    "summed over": Sum(Trace(k * A), every),
    "it depends on an index": Sum(Trace(Identity(k)), every),
    "depends on an index": Sum(Trace(varying), every),
    "on an index that": Sum(MatrixElement(MatMul(k, v), i, 0), (i, 0, N - 1), every),
    "an index that is": Sum(SpectralTrace(Lambda(x, k * x), A), every),
    "KroneckerDelta": Sum(KroneckerDelta(i, t), (i, 0, N - 1)),
    "more than two indices": Sum(log(A[i, j] + MatrixElement(v, k, 0)), (i, 0, N - 1), (j, 0, N - 1), every),
    "v is not declared to be positive": Sum(MatrixElement(w, k, 0) / MatrixElement(v, k, 0), every),
}


@pytest.mark.parametrize("named", UNSUPPORTED)
def test_a_node_without_a_rule_is_named(named):
    with pytest.raises(UnsupportedExpression, match=named):
        normal_form(UNSUPPORTED[named])


ones = OneMatrix(N, 1)
MISFITS = [
    Trace(MatMul(DiagonalMatrix(Z), Transpose(Z))),
    Trace(MatMul(DiagonalOf(Z), OneMatrix(1, N))),
    Trace(ones),
    MatAdd(ones, A),
    HadamardProduct(ones, A),
    MatMul(ones, A),
]


@pytest.mark.parametrize("expr", MISFITS, ids=str)
def test_shapes_that_do_not_fit_are_named(expr):
    """Also where one dimension is 1, along which nothing is summed."""
    with pytest.raises(UnsupportedExpression, match="do not fit together"):
        normal_form(expr)


LOOPS = [
    [Equal(MatMul(A, B), MatMul(B, A))],
    [Equal(A, MatMul(A, A))],
    [Equal(MatMul(A, A), B), Equal(B, MatMul(A, A))],
]


@pytest.mark.parametrize("facts", LOOPS, ids=str)
def test_facts_that_go_round_in_circles(facts):
    with pytest.raises(Undecided, match="do not terminate"):
        normal_form(Trace(MatMul(A, A, B)), facts)


def test_a_quotient_is_read_where_the_denominator_is_declared_positive():
    ratio = Sum(MatrixElement(w, k, 0) / MatrixElement(v, k, 0), every)
    inverse = ElementwiseApplyFunction(Lambda(x, 1 / x), v)
    assert normal_form(ratio, [Positive(v)]) == normal_form(Trace(MatMul(Transpose(inverse), w)), [Positive(v)])
    root, other = (ElementwiseApplyFunction(Lambda(x, x**p), v) for p in (Rational(1, 2), Rational(-1, 2)))
    whole = Trace(MatMul(Transpose(root), other))
    assert normal_form(whole, [Positive(v)]) == normal_form(N)
    assert normal_form(Trace(MatMul(Transpose(inverse), v)), [Positive(v)]) == normal_form(N)
    square = ElementwiseApplyFunction(Lambda(x, x**-2), v)
    assert normal_form(HadamardProduct(square, v), [Positive(v)]) == normal_form(inverse, [Positive(v)])
    with pytest.raises(UnsupportedExpression, match="not declared to be positive"):
        normal_form(whole)
    guarded = Sum(1 / (1 + MatrixElement(v, k, 0) ** 2), every)
    assert not normal_form(guarded).is_zero


def test_a_product_of_too_many_terms_is_not_multiplied_out():
    total = MatAdd(*(MatMul(t**n, A) for n in range(150)))
    square = MatMul(total, B, total)
    with pytest.raises(Undecided, match="more than 20000 terms"):
        normal_form(square)
    assert tolerant()(square) == tolerant()(square)  # it is taken for a matrix of its own
