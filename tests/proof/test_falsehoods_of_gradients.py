"""Attempts to prove a gradient that does not hold wherever its hypotheses do."""

import pytest
from sympy import DiagonalOf, Inverse, Lambda, Sum, Trace, sqrt

from derivations.language.norms import RowNorms
from derivations.language.propositions import Invertible, Positive
from derivations.proof import rules
from tests.proof.attempts import Attempts, all_refused
from tests.proof.terms import N, Z, i, x

attempt = Attempts()
RECIPROCAL = Trace(Z.applyfunc(Lambda(x, x * Trace(Inverse(Z)))))
NORMED = Trace(Z.applyfunc(Lambda(x, x / RowNorms(Z)[0, 0])))
ROOTS = Sum(sqrt(Z[i, i]), (i, 0, N - 1))


@attempt
def with_an_inverse_in_a_parameter_of_an_entrywise_function():
    return rules.adjoint(RECIPROCAL, Z)


@attempt
def with_norms_in_a_parameter_of_an_entrywise_function():
    return rules.adjoint(NORMED, Z)


@attempt
def with_roots_of_entries_under_a_sum():
    return rules.adjoint(ROOTS, Z)


@attempt
def of_what_is_a_matrix():
    return rules.adjoint(Z[:1, :1], Z)


test_it_is_refused = all_refused(attempt)


@pytest.mark.parametrize(
    ("function", "fact"),
    [(RECIPROCAL, Invertible(Z)), (NORMED, Positive(RowNorms(Z))), (ROOTS, Positive(DiagonalOf(Z)))],
    ids=str,
)
def test_where_the_fact_is_declared_it_is_proved(function, fact):
    assert rules.adjoint(function, Z, [fact]).statement.function == function
