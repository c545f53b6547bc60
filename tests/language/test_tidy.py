"""Expressions as a person would write them: equal to what they are made from, and shorter."""

import pytest
from hypothesis import given, settings
from sympy import DiagMatrix, HadamardProduct, Identity, MatAdd, MatMul, OneMatrix, Transpose

from derivations.export.text import show
from derivations.language.normal_form import normal_form
from derivations.language.norms import Absolute
from derivations.language.propositions import Symmetric
from derivations.language.tidy import tidy
from tests.language.strategies import A, B, K, N, a, matrices

WRITTEN = [
    ([], HadamardProduct(MatMul(2, A), HadamardProduct(A, MatMul(a, B))), "2 a (A o A o B)"),
    ([], Transpose(HadamardProduct(A, MatMul(B, A))), "A' o (A' B')"),
    ([Symmetric(A)], Transpose(HadamardProduct(A, B)), "A o B'"),
    ([Symmetric(A)], Transpose(HadamardProduct(Absolute(A), B)), "|A| o B'"),
    ([], MatMul(A, DiagMatrix(MatMul(a / N, OneMatrix(N, 1))), B), "(a/N) A B"),
    ([], DiagMatrix(OneMatrix(N, 1)), "I"),
    ([], MatMul(DiagMatrix(MatMul(A, OneMatrix(N, 1))), B), "diag(A 1) B"),
    ([], MatMul(DiagMatrix(MatMul(OneMatrix(N, K), OneMatrix(K, 1))), B), "K B"),
    ([], MatAdd(HadamardProduct(A, B), MatMul(-1, HadamardProduct(B, A))), "0"),
]


@pytest.mark.parametrize(("facts", "expr", "written"), WRITTEN, ids=[w for *_, w in WRITTEN])
def test_how_it_is_written(facts, expr, written):
    tidied = tidy(expr, facts)
    assert show(tidied) == written
    assert normal_form(tidied, facts) == normal_form(expr, facts)


@given(matrices(N, N), matrices(N, N))
@settings(max_examples=60, deadline=None)
def test_it_says_the_same(first, second):
    product = HadamardProduct(MatMul(a, first), Transpose(second))
    for expr in (product, Transpose(product), MatMul(product, first), Identity(N) + product):
        assert normal_form(tidy(expr)) == normal_form(expr)
