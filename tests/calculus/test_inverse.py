"""Gradients of inverses and log-determinants: the Taylor remainder, and closed forms of the Matrix Cookbook."""

import random

import pytest
from sympy import Determinant, Identity, Inverse, MatAdd, MatMul, MatPow, Rational, Trace, Transpose, log

from derivations.calculus.conditions import check_differentiable
from derivations.calculus.gradient import gradient
from derivations.language.atoms import Centring, Named, SquaredNorm
from derivations.language.determinant import LogDet
from derivations.language.errors import UnsupportedExpression
from derivations.language.normal_form import normal_form
from derivations.language.propositions import Invertible, PositiveDefinite, Symmetric
from tests.calculus.taylor import remainder_order
from tests.language.strategies import A, B, K, N, W, Z, random_values, v, w

share = Rational(1, 10**5)
gram = MatAdd(Identity(K), MatMul(share, Transpose(Z), Z))
outer = MatAdd(Identity(N), MatMul(share, Z, Transpose(Z)))
covariance = Named("C", MatMul(1 / N, Transpose(Z), Centring(N), Z))
of_samples = MatAdd(MatMul(A, Transpose(A)), Identity(N))
X = MatAdd(A, MatMul(5000, Identity(N)))  # not symmetric, of positive determinant
PAIRS = [
    (LogDet(gram), Z, [PositiveDefinite(gram)]),
    (LogDet(outer), Z, [PositiveDefinite(outer)]),
    (LogDet(X), A, [PositiveDefinite(X)]),
    (LogDet(of_samples), A, [PositiveDefinite(of_samples)]),
    (LogDet(X) ** 2 + log(1 + LogDet(X) ** 2), A, [PositiveDefinite(X)]),
    (Trace(MatMul(Inverse(A), B)), A, [Invertible(A)]),
    (Trace(MatMul(MatPow(A, -1), B)), A, [Invertible(A)]),
    (Trace(MatMul(Transpose(v), Inverse(A), w)), A, [Invertible(A)]),
    (Trace(MatMul(Transpose(Inverse(A)), B, Inverse(A))), A, [Invertible(A)]),
    (SquaredNorm(MatMul(Z, Inverse(gram)) - W), Z, [PositiveDefinite(gram)]),
    (Trace(MatMul(Inverse(covariance), Transpose(Z), A, Z)), Z, [PositiveDefinite(covariance)]),
    (Trace(MatMul(Inverse(MatMul(A, B)), A)), B, [Invertible(A), Invertible(B)]),
    (Trace(Inverse(MatMul(Transpose(Z), Z))), Z, [PositiveDefinite(MatMul(Transpose(Z), Z))]),
]


@pytest.mark.parametrize(("function", "unknown", "facts"), PAIRS, ids=str)
def test_the_taylor_remainder_is_of_second_order(function, unknown, facts):
    rng = random.Random()
    found = gradient(function, unknown, facts)
    assert found.shape == unknown.shape
    for n, columns in ((3, 2), (4, 2)):
        values = random_values(rng, n, columns)
        assert remainder_order(function, unknown, found, values, rng) > 1.9


COOKBOOK = [  # Petersen & Pedersen, The Matrix Cookbook (2012), the number of the equation
    (LogDet(A), A, Transpose(Inverse(A)), [PositiveDefinite(A)]),  # 57
    (
        Trace(MatMul(Transpose(v), Inverse(A), w)),
        A,
        MatMul(-1, Transpose(Inverse(A)), v, Transpose(w), Transpose(Inverse(A))),
        [Invertible(A)],
    ),  # 61
    (
        Trace(MatMul(B, Inverse(A))),
        A,
        MatMul(-1, Transpose(MatMul(Inverse(A), B, Inverse(A)))),
        [Invertible(A)],
    ),  # 63
    (
        LogDet(MatMul(Transpose(Z), Z)),
        Z,
        MatMul(2, Z, Inverse(MatMul(Transpose(Z), Z))),
        [PositiveDefinite(MatMul(Transpose(Z), Z))],
    ),  # 55: twice the transpose of the pseudo-inverse
]


@pytest.mark.parametrize(("function", "unknown", "expected", "facts"), COOKBOOK, ids=str)
def test_gradients_in_closed_form(function, unknown, expected, facts):
    assert normal_form(gradient(function, unknown, facts), facts) == normal_form(expected, facts)


def test_a_symmetric_inverse_is_written_once():
    found = gradient(LogDet(gram), Z, [PositiveDefinite(gram)])
    assert found == MatMul(2 * share, Z, Inverse(gram))


UNDECLARED = [
    (LogDet(A), [], "not declared: A positive definite"),
    (LogDet(A), [Symmetric(A)], "not declared: A positive definite"),
    (LogDet(A), [Invertible(A)], "not declared: A positive definite"),  # its determinant may be negative
    (Trace(Inverse(A)), [], "not declared: A invertible"),
    (Trace(Inverse(A)), [Invertible(B)], "not declared: A invertible"),
    (Trace(MatPow(A, -2)), [], "not declared: A invertible"),
    (Determinant(A), [Symmetric(A)], "not declared: A invertible"),
]


@pytest.mark.parametrize(("function", "facts", "named"), UNDECLARED, ids=str)
def test_what_may_not_be_defined_is_named(function, facts, named):
    with pytest.raises(UnsupportedExpression, match=named):
        check_differentiable(function, A, facts)
