"""The shortest spelling of a sum: equal to it, and what a person would write."""

import random

import pytest
from hypothesis import event, given, settings
from sympy import HadamardProduct, Identity, Inverse, MatAdd, MatMul, MatrixSymbol, Rational, Trace

from derivations.calculus.gradient import gradient
from derivations.language.evaluate import evaluate
from derivations.language.normal_form import normal_form
from derivations.language.shorten import shortest
from tests.language.strategies import A, B, K, N, Z, a, matrices, random_values

x = MatrixSymbol("x", N, 1)
r = Trace(x.T * A * x)
gram = Z * Z.T
SPELLINGS = [
    (MatAdd(4 * Z * Z.T * Z, MatMul(-4, A, Z)), "4*(-A + Z*Z.T)*Z"),
    (MatAdd(A * Z, B * Z), "(A + B)*Z"),
    (MatAdd(MatMul(2 / N, A, Z), MatMul(4 / N, B, Z)), "(2/N)*(A + 2*B)*Z"),
    (MatAdd(MatMul(-1, A, Inverse(B)), MatMul(-1, Z, Z.T, Inverse(B))), "-(A + Z*Z.T)*B**(-1)"),
    (MatAdd(Z, MatMul(-1, gram, Inverse(A), Z)), "Z - Z*Z.T*A**(-1)*Z"),
    (MatAdd(A * B.T, MatMul(-1, A, A)), "A*(-A + B.T)"),
    (MatMul(A, A, A, Z), "A**3*Z"),
    (MatAdd(A.T * B.T, B.T * A.T), "(A*B + B*A).T"),
    (MatAdd(MatMul(Rational(1, 2), A - B, Z), MatMul(Rational(-1, 2), B, B - A, Z)), "(1/2)*(B + I)*(A - B)*Z"),
    (MatAdd(HadamardProduct(A, B), A), "HadamardProduct(A, B) + A"),
    (MatMul(a**2 / a**3, A), "1/a*A"),
]


@pytest.mark.parametrize(("expr", "written"), SPELLINGS, ids=[w for _, w in SPELLINGS])
def test_how_it_is_spelled(expr, written):
    found = shortest(expr)
    assert sorted(str(found)) == sorted(written), str(found)  # SymPy orders the terms of a sum as it likes


@settings(max_examples=40)
@given(matrices(N, K, 3), matrices(N, K, 2))
def test_it_is_equal_and_no_longer(first, second):
    total = MatAdd(MatMul(3, A, first), MatMul(-3, B, first), MatMul(a, A, second))
    found = shortest(total)
    assert normal_form(found) == normal_form(total)
    assert len(str(found)) <= len(str(total)) + 8  # lengths are counted in nodes
    event("shorter" if len(str(found)) < len(str(total)) else "as it was")


def test_entries_of_a_matrix_of_a_given_size():
    M = MatrixSymbol("M", 2, 2)
    found = gradient(M.as_explicit().det(), M)
    assert str(found) == "Matrix([[M[1, 1], -M[1, 0]], [-M[0, 1], M[0, 0]]])"
    assert gradient(sum(e**2 for e in M.as_explicit()), M) == 2 * M


def test_one_by_one_matrices_are_numbers():
    t = MatrixSymbol("t", 1, 1)
    assert gradient(t * t * t, t) == 3 * t**2
    values = random_values(random.Random(), 3, 2) | {"t": [[2]], "x": [[1], [2], [3]]}
    assert evaluate(gradient((x.T * A * x) * t + t, t), values).shape == (1, 1)
    assert shortest(MatMul(r, Identity(1))) == x.T * A * x
