"""Attempts to derive a falsehood from what is positive: by how it is built, or because a number is declared to be. Of each
derivation one step at least must be refused.
"""

import pytest
from sympy import (
    DiagMatrix,
    DiagonalOf,
    HadamardProduct,
    Identity,
    Inverse,
    Lambda,
    MatAdd,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Sum,
    Symbol,
    Trace,
    Transpose,
    symbols,
)

from derivations.language.atoms import Named
from derivations.language.errors import UnsupportedExpression
from derivations.language.norms import UnitColumns, UnitRows
from derivations.language.propositions import (
    AtMost,
    EntrywiseNonnegative,
    Equal,
    OneHot,
    Positive,
    PositiveSemidefinite,
)
from derivations.proof import rules
from derivations.proof.lemmas.lemma import entry
from derivations.proof.sign import is_positive, is_real
from tests.proof.attempts import Attempts, all_refused

N, K = symbols("N K", integer=True, positive=True)
k = Symbol("k", integer=True, nonnegative=True)
a, b, x = symbols("a b x", real=True)
c = Symbol("c", nonnegative=True)
A, Z = MatrixSymbol("A", K, K), MatrixSymbol("Z", N, K)
v, w, u = MatrixSymbol("v", K, 1), MatrixSymbol("w", K, 1), MatrixSymbol("u", N, 1)
B = MatrixSymbol("B", N, N)
ones = OneMatrix(K, 1)
squares = DiagonalOf(MatMul(Transpose(Z), Z))
attempt = Attempts()


@attempt
def a_sum_of_what_is_no_less_than_zero():
    """0 > 0 at Z = 0."""
    rules.positive_function(MatAdd(squares, DiagonalOf(MatMul(Transpose(Z), Z))))


@attempt
def a_positive_term_beside_one_of_any_sign():
    """-1 > 0 at v = -2."""
    rules.positive_function(MatAdd(v, ones))


@attempt
def a_positive_term_and_a_difference():
    """At Z'Z = 2 I, 1 - 2 > 0."""
    rules.positive_function(MatAdd(ones, MatMul(-1, squares)))


@attempt
def a_multiple_that_may_be_zero():
    """0 > 0 at c = 0."""
    rules.positive_function(MatMul(c, ones))


@attempt
def a_negative_multiple():
    rules.positive_function(MatMul(-1, ones))


@attempt
def a_product_of_positive_vectors_and_a_matrix():
    """v v' w has the sign of v, but A v any."""
    rules.positive_function(MatMul(A, v), [Positive(v)])


@attempt
def entries_beside_the_diagonal_of_a_semidefinite_matrix():
    """At A = [[4, -2], [-2, 1]], -2 + 1 > 0."""
    rules.positive_function(MatAdd(A, OneMatrix(K, K)), [PositiveSemidefinite(A)])


@attempt
def the_identity_for_the_ones_matrix():
    rules.positive_function(MatAdd(Identity(K), OneMatrix(K, K), MatMul(-1, OneMatrix(K, K))))


@attempt
def nonnegative_entries_for_positive_ones():
    rules.positive_function(MatAdd(v, w), [EntrywiseNonnegative(v), EntrywiseNonnegative(w)])


@attempt
def a_name_for_what_is_not_positive():
    rules.positive_function(MatAdd(Named("P", MatAdd(v, ones)), squares))


@attempt
def what_is_declared_of_a_number_holds_of_its_negative():
    """1 - N > 0, and so 0 < 1/(1 - N) where N > 1."""
    hypotheses = [Positive(N - 1)]
    rules.combination(AtMost(0, 1 / (1 - N)), [], remainder=[1 / (1 - N)], hypotheses=hypotheses)


@attempt
def what_is_declared_of_a_number_holds_of_a_smaller_one():
    """N > 1 |- 1/(N - 2) is a number, also at N = 2."""
    doubled = rules.normal_form(Equal(MatMul(x, v), MatMul(x, v)))
    rules.substitution(doubled, {x: 1 / (N - 2)}, [Positive(N - 1)])


@attempt
def what_is_declared_of_one_entry_holds_of_all():
    """v_k > 0 for one k |- sum_k 1/v_k is a number."""
    doubled = rules.normal_form(Equal(MatMul(x, w), MatMul(x, w)))
    rules.substitution(doubled, {x: Sum(1 / entry(v, k), (k, 0, K - 1))}, [Positive(entry(v, k))])


@attempt
def an_inequality_of_one_entry_is_summed():
    """v_k > 0 for one k |- 0 <= sum_k v_k."""
    hypotheses = [Positive(entry(v, k))]
    single = rules.combination(AtMost(0, entry(v, k)), [], remainder=[entry(v, k)], hypotheses=hypotheses)
    rules.sum_over(single, k, K)


@attempt
def a_number_is_declared_and_another_is_divided_by():
    """a > 0 |- v_k (b + v_k)^(-1) + b (b + v_k)^(-1) = 1, at v = -b too."""
    reciprocal = v.applyfunc(Lambda(x, 1 / (b + x)))
    whole = MatAdd(HadamardProduct(v, reciprocal), MatMul(b, reciprocal))
    rules.normal_form(Equal(whole, ones), [Positive(a)])


@attempt
def an_entry_that_is_zero_or_one_is_divided_by():
    """B_ij/B_ij = 1 for B of entries 0 and 1."""
    B = MatrixSymbol("B", N, K)
    reciprocal = B.applyfunc(Lambda(x, 1 / x))
    rules.normal_form(Equal(HadamardProduct(B, reciprocal), OneMatrix(N, K)), [OneHot(B)])


@attempt
def a_number_that_may_be_zero_is_divided_by_at_entries_zero_and_one():
    """(B_ij + a)/(B_ij + a) = 1, at B_ij = 0 and a = 0 too."""
    B = MatrixSymbol("B", N, K)
    reciprocal = B.applyfunc(Lambda(x, 1 / (a + x)))
    moved = MatAdd(B, MatMul(a, OneMatrix(N, K)))
    rules.normal_form(Equal(HadamardProduct(moved, reciprocal), OneMatrix(N, K)), [OneHot(B)])


test_it_is_refused = all_refused(attempt)


@pytest.mark.parametrize(
    "scaled",
    [UnitRows(MatMul(DiagMatrix(u), Z)), UnitRows(MatMul(a, Z)), UnitColumns(MatMul(Z, DiagMatrix(v)), B)],
    ids=str,
)
def test_a_scale_of_any_sign_is_seen_where_a_gradient_is_tidied(scaled):
    """Also beside the inverse of a matrix that is not declared to be invertible."""
    X, inverse = MatrixSymbol("X", N, K), Inverse(B)
    difference = MatAdd(scaled, MatMul(-1, scaled.func(Z, *scaled.args[1:])))
    found = rules.adjoint(Trace(MatMul(Transpose(X), inverse, difference)), X).statement.value
    assert found == MatMul(inverse, difference)


def test_what_is_positive_is():
    """The attempts do not fail for want of a rule."""
    assert rules.positive_function(MatAdd(squares, MatMul(2, ones))).hypotheses == ()
    assert rules.positive_function(MatAdd(v, ones), [EntrywiseNonnegative(v)]).statement == Positive(MatAdd(v, ones))
    assert is_real(1 / (N - 1), [Positive(N - 1)])
    assert is_positive(1 / (N - 1), [Positive(N - 1)])
    assert not is_real(1 / (N - 1))
    assert not is_positive(N - 2, [Positive(N - 1)])
    reciprocal = v.applyfunc(Lambda(x, 1 / (1 + x / (N - 1))))
    facts = [Positive(N - 1), Positive(MatAdd(MatMul(1 / (N - 1), v), ones))]
    twice = Equal(MatAdd(reciprocal, reciprocal), MatMul(2, reciprocal))
    assert rules.normal_form(twice, facts).hypotheses == tuple(facts)
    with pytest.raises(UnsupportedExpression, match="N - 1 is not declared to be positive"):
        rules.normal_form(twice, facts[1:])


def test_a_number_reads_without_entries():
    assert Positive(N - 1).text(str) == "N > 1"
    assert Positive(v).text(str) == "v > 0 entrywise"
