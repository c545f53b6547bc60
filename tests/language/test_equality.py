"""equal: yes by normal form, no by an instance, or Undecided."""

import pytest
from hypothesis import given, settings
from sympy import (
    Inverse,
    MatMul,
    MatrixSymbol,
    Max,
    Min,
    OneMatrix,
    Sum,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    log,
    sqrt,
)
from sympy.core.function import Lambda
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import Eigenvalues, SpectralTrace
from derivations.language.equality import equal
from derivations.language.errors import Undecided, UnsupportedExpression
from derivations.language.propositions import Equal, OneHot, Orthonormal, Symmetric
from tests.language.strategies import A, B, K, N, Z, rewriters, scalar_expressions

x = Symbol("x", real=True)
k = Symbol("k", integer=True, nonnegative=True)
c = Symbol("c", integer=True, positive=True)


@settings(max_examples=25)
@given(scalar_expressions(), rewriters)
def test_rewritten_expressions_are_equal_and_shifted_ones_are_not(expr, rewrite):
    assert equal(expr, rewrite(expr))
    assert not equal(expr, rewrite(expr) + Trace(Transpose(Z) * Z))


def test_facts_decide():
    one, two = Trace(MatMul(A, B)), Trace(MatMul(A, Transpose(B)))
    assert not equal(one, two)
    assert equal(one, two, [Symmetric(B)])
    classes = MatrixSymbol("B", N, c)
    assert equal(Trace(MatMul(classes, Transpose(classes))), N, [OneHot(classes)])
    assert not equal(Trace(MatMul(Transpose(classes), OneMatrix(N, N), classes)), N, [OneHot(classes)])


def test_eigenvectors_make_irrational_instances():
    r = MatrixSymbol("R", N, K)
    assert not equal(MatMul(r, Transpose(r), r), 2 * r, [Orthonormal(r)])
    # equal, but the normal form does not know that the eigenvalues sum to the trace
    total = Sum(MatrixElement(Eigenvalues(A, N), k, 0), (k, 0, N - 1))
    with pytest.raises(Undecided, match="12 instances"):
        equal(total, Trace(A), [Symmetric(A)])


def test_a_rule_that_goes_the_wrong_way_leaves_it_undecided():
    p = MatrixSymbol("P", N, N)
    assert equal(Trace(p * p), Trace(p), [Equal(p * p, p)])
    with pytest.raises(Undecided, match="do not terminate"):
        equal(Trace(p * p), Trace(p), [Equal(p, p * p)])
    # P 1 = 0 written as a rule for products with Z does not reach tr(P 1 1')
    annihilates = [Equal(MatMul(p, Z), ZeroMatrix(N, K)), Equal(Z, OneMatrix(N, K))]
    with pytest.raises(Undecided):
        equal(Trace(MatMul(p, OneMatrix(N, N))), 0, annihilates)


def test_facts_that_no_instance_meets_leave_it_undecided():
    nilpotent = [Equal(MatMul(A, A), ZeroMatrix(N, N)), Equal(MatMul(B, A), Z * Transpose(Z))]
    with pytest.raises(Undecided, match="0 instances|instances do not"):
        equal(Trace(A), 0, nilpotent)


def test_what_cannot_be_compared_raises():
    with pytest.raises(ValueError, match="shape"):
        equal(A, Z)
    with pytest.raises(ValueError, match="shape"):
        equal(A, Trace(A))
    with pytest.raises(UnsupportedExpression, match="Inverse"):
        equal(Trace(Inverse(A)), Trace(A))


def test_instances_of_which_a_root_is_not_real_tell_nothing():
    def shortfall(level):
        return Sum(Max(0, level - sqrt(MatrixElement(A, k, k))), (k, 0, N - 1))

    assert equal(shortfall(1), shortfall(1))
    assert not equal(shortfall(1), shortfall(2))


def test_spectral_functions():
    gram = MatMul(Transpose(Z), Z)
    assert equal(SpectralTrace(Lambda(x, x**2), gram), Trace(MatMul(gram, gram)))
    assert equal(SpectralTrace(Lambda(x, log(1 + x)), gram), SpectralTrace(Lambda(k, log(k + 1)), gram))
    assert not equal(SpectralTrace(Lambda(x, x**2), gram), Trace(gram))
    assert not equal(Min(K, N), K)
