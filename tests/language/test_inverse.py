"""Inverses and log-determinants: values, equality under facts, and what is refused where they are not defined."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    Identity,
    Integer,
    Inverse,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSymbol,
    Rational,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    log,
)

from derivations.export.notation.latex import latex
from derivations.export.text import show
from derivations.language.arithmetic import EXACT, FLOAT, MULTI_PRECISION
from derivations.language.atoms import Named
from derivations.language.determinant import LogDet
from derivations.language.equality import equal
from derivations.language.errors import NoInstance, UnsupportedExpression
from derivations.language.evaluate import evaluate
from derivations.language.instances import Instance
from derivations.language.normal_form import normal_form, normaliser
from derivations.language.propositions import Equal, Invertible, Orthonormal, PositiveDefinite, Symmetric
from tests.language.strategies import A, B, K, N, Z, generators, hold, random_values

p = Symbol("p", positive=True)
C = MatAdd(Identity(K), MatMul(p, Transpose(Z), Z))
covariance = Named("C", C)
shifted = MatAdd(Identity(N), Inverse(A))
definite, invertible = PositiveDefinite(C), (Invertible(A), Invertible(B))
SINGULAR = [[1, 2], [2, 4]]
ARITHMETICS = (EXACT, FLOAT, MULTI_PRECISION)


# values


@given(generators, st.integers(0, 5))
def test_inverses_agree_in_all_arithmetics_and_with_numpy(rng, n):
    values = random_values(rng, n, 1)
    exact, rounded, precise = (evaluate(Inverse(A), values, a) for a in ARITHMETICS)
    assert (evaluate(MatMul(A, Inverse(A)), values, EXACT) == np.eye(n, dtype=int)).all()
    expected = np.linalg.inv(values["A"].astype(float))
    for found in (exact, rounded, precise):
        np.testing.assert_allclose(found.astype(float), expected, rtol=1e-6, atol=1e-9)
    determinant = EXACT.determinant(EXACT.array(values["A"]))
    assert float(determinant) == pytest.approx(np.linalg.det(values["A"].astype(float)), rel=1e-6)
    if determinant > 0:
        sizes = [float(evaluate(LogDet(A), values, a)) for a in (FLOAT, MULTI_PRECISION)]
        assert sizes == pytest.approx([np.linalg.slogdet(values["A"].astype(float))[1]] * 2, abs=1e-6)


def test_values_worked_out_by_hand():
    values = {"A": [[0, 2], [3, 1]], "B": [[1, 2], [3, 4]]}
    for arithmetic in ARITHMETICS:
        assert evaluate(Inverse(A), values, arithmetic).tolist() == [[Fraction(-1, 6), Fraction(1, 3)], [0.5, 0]] or (
            arithmetic is not EXACT
        )
        assert arithmetic.determinant(arithmetic.array(values["A"])) == pytest.approx(-6)
        assert arithmetic.determinant(arithmetic.array(SINGULAR)) == 0
        assert arithmetic.determinant(arithmetic.zeros(0, 0)) == 1
    assert evaluate(Trace(MatPow(B, -2)), values, EXACT) == Fraction(29, 4)
    assert evaluate(LogDet(-A), values | {"A": [[-1, 0], [0, -5]]}) == pytest.approx(np.log(5))
    assert evaluate(LogDet(A), {"A": np.zeros((0, 0))}) == 0


@pytest.mark.parametrize("arithmetic", ARITHMETICS)
def test_what_is_not_defined_is_refused(arithmetic):
    with pytest.raises(NoInstance, match="singular"):
        evaluate(Inverse(A), {"A": SINGULAR}, arithmetic)
    with pytest.raises(NoInstance, match="no logarithm"):
        evaluate(LogDet(A), {"A": SINGULAR}, arithmetic)
    with pytest.raises(NoInstance, match="no logarithm"):
        evaluate(LogDet(A), {"A": [[1, 2], [2, 1]]}, arithmetic)


def test_only_square_matrices_have_determinants():
    with pytest.raises(ValueError, match="only a square matrix"):
        LogDet(Z)


# equality

EQUAL = [
    (MatMul(A, Inverse(A)), Identity(N), invertible),
    (MatMul(Inverse(A), A), Identity(N), invertible),
    (Inverse(MatMul(A, B)), MatMul(Inverse(B), Inverse(A)), invertible),
    (Inverse(MatMul(-2, A)), MatMul(-Rational(1, 2), Inverse(A)), invertible),
    (Inverse(Transpose(A)), Transpose(Inverse(A)), invertible),
    (Inverse(MatMul(Transpose(A), B, A)), MatMul(Inverse(A), Inverse(B), Transpose(Inverse(A))), invertible),
    (MatPow(A, -2), MatMul(Inverse(A), Inverse(A)), invertible),
    (MatMul(MatPow(A, -3), A, A), MatPow(A, -1), invertible),
    (Trace(MatMul(Inverse(A), B, A)), Trace(B), invertible),
    (Inverse(A), Transpose(Inverse(A)), [Symmetric(A), Invertible(A)]),
    (Inverse(MatMul(p, Identity(N))), MatMul(1 / p, Identity(N)), []),
    (MatMul(p, Transpose(Z), Z, Inverse(C)), MatAdd(Identity(K), MatMul(-1, Inverse(C))), [definite]),
    (MatMul(Inverse(C), C, C), C, [definite]),
    (Transpose(Inverse(C)), Inverse(C), [definite]),
    (MatMul(covariance, Inverse(covariance)), Identity(K), [PositiveDefinite(covariance)]),
    (Inverse(C), MatMul(1 / (1 + p), Identity(K)), [Orthonormal(Z)]),
    (MatMul(Inverse(shifted), shifted, B), B, [PositiveDefinite(shifted), Invertible(A)]),
    (LogDet(Transpose(A)), LogDet(A), []),
    (LogDet(C), LogDet(MatAdd(MatMul(p, Transpose(Z), Z, Identity(K)), Identity(K))), []),
    (LogDet(C), K * log(1 + p), [Orthonormal(Z)]),
]


@pytest.mark.parametrize(("lhs", "rhs", "facts"), EQUAL, ids=str)
def test_equal_where_the_facts_hold(lhs, rhs, facts):
    assert normal_form(lhs, facts) == normal_form(rhs, facts)
    for instance in hold(list(facts), [lhs, rhs], 3):
        precise = instance.in_multi_precision()
        try:
            assert Equal(lhs, rhs).residual(precise) < 1e-30
        except NoInstance:
            assert lhs.has(LogDet)


UNEQUAL = [
    (Inverse(MatMul(A, B)), MatMul(Inverse(A), Inverse(B)), invertible),
    (Inverse(MatAdd(A, B)), MatAdd(Inverse(A), Inverse(B)), (*invertible, Invertible(MatAdd(A, B)))),
    (Inverse(A), Transpose(Inverse(A)), invertible),
    (Inverse(A), Inverse(B), invertible),
    (MatMul(Transpose(A), Inverse(A)), Identity(N), invertible),
    (LogDet(C), p * Trace(MatMul(Transpose(Z), Z)), []),
    (LogDet(C), LogDet(MatAdd(Identity(K), MatMul(2 * p, Transpose(Z), Z))), []),
]


@pytest.mark.parametrize(("lhs", "rhs", "facts"), UNEQUAL, ids=str)
def test_unequal_and_told_apart(lhs, rhs, facts):
    assert not equal(lhs, rhs, list(facts))


def test_log_determinants_of_different_orders_are_told_apart():
    one, other = (LogDet(MatAdd(Identity(n), Identity(n))) for n in (N, K))
    assert normal_form(one) != normal_form(other)
    free = [LogDet(MatrixSymbol("M", n, n)) for n in (N, K)]
    assert normal_form(free[0]) != normal_form(free[1])


REFUSED = [
    (Inverse(A), []),
    (Inverse(A), [Symmetric(A)]),
    (Inverse(A), [Invertible(B)]),
    (Inverse(MatMul(A, B)), [Invertible(A)]),
    (Inverse(C), []),
    (Inverse(shifted), [PositiveDefinite(shifted)]),
    (Inverse(C), [PositiveDefinite(MatAdd(Identity(K), MatMul(2 * p, Transpose(Z), Z)))]),
    (Inverse(MatMul(Transpose(Z), Z)), [definite]),
    (Inverse(ZeroMatrix(N, N)), []),
    (Inverse(MatMul(Symbol("a", real=True), A)), [Invertible(A)]),
    (MatPow(A, Rational(1, 2)), [Invertible(A)]),
]


@pytest.mark.parametrize(("expr", "facts"), REFUSED, ids=str)
def test_an_inverse_that_may_not_exist_is_refused(expr, facts):
    with pytest.raises(UnsupportedExpression, match="not known to be invertible|only integer powers"):
        normal_form(expr, facts)


def test_invertible_is_what_is_declared_and_what_is_made_of_it():
    known = normaliser(invertible)
    for matrix in (A, Transpose(A), MatMul(A, B, A), MatMul(3, A), Identity(N)):
        assert known.is_invertible(matrix)
    for matrix in (MatAdd(A, B), MatMul(Integer(0), A), MatMul(Transpose(Z), A, Z), ZeroMatrix(N, N)):
        assert not known.is_invertible(matrix)


# facts


@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_positive_definite_and_invertible_are_drawn_and_measured(seed):
    for facts in ([PositiveDefinite(A)], [Symmetric(A), PositiveDefinite(A)], [PositiveDefinite(A), Symmetric(A)]):
        for instance in hold(facts, [A], 3):
            eigenvalues = np.linalg.eigvals(instance.value(A).astype(float))
            assert (eigenvalues.real > 0).all()
            symmetric = (instance.value(A) == instance.value(A).T).all()
            assert symmetric or len(facts) == 1
    for instance in hold([Invertible(A)], [A], 3):
        assert abs(np.linalg.det(instance.value(A).astype(float))) > 1e-12


@pytest.mark.parametrize(
    ("matrix", "is_definite", "is_invertible"),
    [
        ([[2, 0], [0, 3]], True, True),
        ([[1, 5], [-5, 1]], True, True),  # not symmetric
        ([[1, 3], [0, 1]], False, True),  # of positive eigenvalues
        ([[0, 1], [1, 0]], False, True),
        ([[-1, 0], [0, -1]], False, True),
        (SINGULAR, False, False),
        ([[0, 0], [0, 0]], False, False),
        (np.zeros((0, 0)), True, True),
    ],
)
def test_what_is_positive_definite_and_what_is_invertible(matrix, is_definite, is_invertible):
    for arithmetic in (EXACT, MULTI_PRECISION):
        instance = Instance(arithmetic, {A: arithmetic.array(matrix)}, None)
        assert (PositiveDefinite(A).residual(instance) == 0) == is_definite
        assert (Invertible(A).residual(instance) == 0) == is_invertible


# print


def test_text_and_latex():
    assert show(LogDet(C)) == "log det(I + p Z' Z)"
    assert latex(LogDet(C)) == r"\log\det(I + p Z^{\top} Z)"
    assert show(MatMul(Z, Inverse(C))) == "Z (I + p Z' Z)^(-1)"
    assert latex(MatMul(Z, Inverse(C))) == r"Z (I + p Z^{\top} Z)^{-1}"
    v = MatrixSymbol("v", K, 1)
    number = LogDet(MatAdd(Identity(1), MatMul(Transpose(v), v)))
    assert (show(number), latex(number)) == ("log(1 + v' v)", r"\log(1 + v^{\top} v)")
    assert PositiveDefinite(A).text(show) == "A positive definite"
    assert PositiveDefinite(A).latex(latex) == r"A \succ 0"
    assert Invertible(A).text(show) == "A invertible"
    assert Invertible(A).latex(latex) == r"\det(A) \ne 0"
