"""Attempts to derive a falsehood with what minima in one variable, blocks and free indices add to the rules."""

import pytest
from sympy import (
    DiagMatrix,
    Function,
    Lambda,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    S,
    Symbol,
    Transpose,
    ZeroMatrix,
    exp,
    log,
)

from derivations.language.atoms import Eigenvalues, SpectralTrace
from derivations.language.errors import Undecided
from derivations.language.propositions import (
    AtMost,
    Blocks,
    EntrywiseNonnegative,
    Equal,
    Minimises,
    Minimum,
    Orthonormal,
    Positive,
)
from derivations.proof import rules
from derivations.proof.lemmas.blocks import blocks, first, others
from derivations.proof.lemmas.lemma import K as count
from derivations.proof.scalar import nonnegative_minimum
from derivations.proof.sign import has_nonnegative_entries, is_real
from derivations.spectral.filter import definite_filter_theorem, spectral_filter_theorem
from tests.proof.attempts import Attempts, all_refused
from tests.proof.terms import ONE, ZERO, A, K, N, Z, a, at_k, b, each, equation, k, p, s, v, w

phi = Function("phi")
t = Symbol("t", nonnegative=True)
linear = Lambda((s, a), s + a)
attempt = Attempts()


def least_at_zero(function=linear, at=t, hypotheses=()):
    """function(0, v_k) <= function(at, v_k), where that needs no more than at >= 0."""
    values = (function(0, at_k(v)), function(at, at_k(v)))
    return rules.combination(AtMost(*values), [], remainder=[values[1] - values[0]], hypotheses=hypotheses)


def of_entries(lhs, rhs):
    """|- lhs = rhs for every index that is free."""
    return rules.combination(Equal(lhs, rhs), [])


def minimises(point=None, function=linear, values=v):
    return Minimises(ZeroMatrix(N, 1) if point is None else point, function, values)


# the converse of pointwise


@attempt
def a_minimum_over_positive_numbers_alone():
    return rules.everywhere(least_at_zero(at=p), minimises(), k, p)


@attempt
def a_minimum_over_one_number():
    return rules.everywhere(least_at_zero(at=ONE), minimises(), k, ONE)


@attempt
def a_minimum_at_a_number_that_a_hypothesis_speaks_of():
    return rules.everywhere(least_at_zero(hypotheses=[AtMost(t, p)]), minimises(), k, t)


@attempt
def a_minimum_at_an_index_that_a_hypothesis_speaks_of():
    return rules.everywhere(least_at_zero(hypotheses=[AtMost(at_k(v), p)]), minimises(), k, t)


@attempt
def a_minimum_for_one_entry():
    from sympy.matrices.expressions.matexpr import MatrixElement

    entry = MatrixElement(v, 0, 0)
    bound = rules.combination(AtMost(entry, t + entry), [], remainder=[t])
    return rules.everywhere(bound, minimises(), S.Zero, t)


@attempt
def a_minimum_at_another_point():
    return rules.everywhere(least_at_zero(), minimises(OneMatrix(N, 1)), k, t)


@attempt
def a_minimum_at_points_of_any_sign():
    bound = rules.combination(AtMost(at_k(w), at_k(w)), [])
    return rules.everywhere(bound, minimises(w, Lambda((s, a), a), w), k, t)


@attempt
def a_minimum_of_another_function():
    return rules.everywhere(least_at_zero(), minimises(function=Lambda((s, a), a - s)), k, t)


@attempt
def a_minimum_for_vectors_of_two_lengths():
    return rules.everywhere(least_at_zero(), minimises(ZeroMatrix(K, 1)), k, t)


@attempt
def a_minimum_from_an_equation():
    return rules.everywhere(of_entries(at_k(v), at_k(v)), minimises(function=Lambda((s, a), a)), k, t)


# entries at free indices


@attempt
def two_entries_of_one_vector_are_equal():
    return of_entries(at_k(v), v[0, 0])


@attempt
def an_entry_is_the_mean_of_all():
    from sympy import Sum

    return of_entries(at_k(v), Sum(at_k(v), (k, 0, N - 1)) / N)


@attempt
def entries_of_two_vectors_are_equal():
    return of_entries(at_k(v), at_k(w))


@attempt
def an_index_over_two_ranges():
    other = MatrixSymbol("u", K, 1)
    return of_entries(at_k(v) + at_k(other), at_k(v) + 1 * at_k(other) - at_k(v) + at_k(w))


# signs


@attempt
def a_product_with_a_vector_of_any_sign():
    vector = MatMul(OneMatrix(N, N), v)
    return rules.combination(AtMost(ZERO, at_k(vector)), [], remainder=[at_k(vector)])


@attempt
def a_negative_multiple_of_nonnegative_entries():
    vector = MatMul(-1, v)
    return rules.combination(
        AtMost(ZERO, at_k(vector)), [], remainder=[at_k(vector)], hypotheses=[EntrywiseNonnegative(v)]
    )


@attempt
def eigenvalues_of_any_matrix():
    sigma = Eigenvalues(A, N)
    return rules.combination(AtMost(ZERO, at_k(sigma)), [], remainder=[at_k(sigma)])


# phi that is not defined at 0


@attempt
def a_missing_direction_of_a_logarithm():
    return rules.substitution(spectral_filter_theorem(), {phi: Lambda(s, s - log(s))})


@attempt
def a_definite_minimum_without_its_constraint():
    bound = rules.lower_bound(definite_filter_theorem())
    return rules.discharge(bound, rules.positive_function(bound.hypotheses[-1].vector, bound.hypotheses[:-1]))


@attempt
def a_definite_minimum_as_that_over_all_matrices():
    theorem = definite_filter_theorem()
    claim = theorem.statement
    return rules.restatement(theorem, Minimum(claim.objective, claim.unknown, claim.value, claim.at))


@attempt
def positive_eigenvalues_of_a_singular_matrix():
    zeros = {MatrixSymbol("d", count, 1): ZeroMatrix(count, 1)}
    theorem = rules.lemma("positive-spectrum", {Symbol("r", integer=True, nonnegative=True): count})
    theorem = rules.substitution(theorem, zeros)
    return rules.discharge(theorem, rules.positive_function(ZeroMatrix(count, 1)))


# functions of exponentials and of multiples of the identity


@attempt
def a_root_of_an_exponential_is_another():
    return equation(DiagMatrix(each(exp(S.Half * a), v).subs(a, b)), DiagMatrix(each(exp(b), v)))


@attempt
def a_trace_of_a_function_of_what_is_no_multiple_of_the_identity():
    return equation(SpectralTrace(Lambda(s, phi(s)), A), N * phi(1))


@attempt
def a_trace_of_a_logarithm_of_zero():
    whitened = Orthonormal(Z)
    gram = MatMul(Transpose(Z), Z) - MatMul(Transpose(Z), Z)
    return equation(SpectralTrace(Lambda(s, log(s)), gram), ZERO, [whitened])


# blocks


@attempt
def blocks_that_are_turned():
    turn = MatrixSymbol("Q", *2 * [first.rows])
    theorem = rules.substitution(rules.lemma("first-eigenpairs", {}), {first: MatMul(turn, first)})
    return rules.discharge(theorem, rules.normal_form(Blocks(MatMul(turn, first), others), [blocks, Orthonormal(turn)]))


@attempt
def blocks_without_a_reason():
    return rules.normal_form(blocks, [Orthonormal(first), Orthonormal(others)])


test_it_is_refused = all_refused(attempt)


def test_what_is_true_is_not_refused():
    """The attempts above fail for the reason that they are named after."""
    assert rules.everywhere(least_at_zero(), minimises(), k, t).statement == minimises()
    assert of_entries(at_k(MatMul(2, v)), 2 * at_k(v)).statement.rhs == 2 * at_k(v)
    assert has_nonnegative_entries(MatMul(2, Transpose(first), OneMatrix(first.rows, 1)), [blocks])
    assert not has_nonnegative_entries(MatMul(Transpose(first), MatrixSymbol("u", first.rows, 1)), [blocks])
    assert not has_nonnegative_entries(first, [])
    assert definite_filter_theorem().statement.subject_to


def test_a_number_is_real_where_a_hypothesis_says_that_it_is_defined():
    assert not is_real(1 / (1 + a))
    assert is_real(1 / (1 + a), [AtMost(0, a)])
    assert not is_real(1 / (1 + a), [AtMost(0, b)])
    assert not is_real(1 / a, [AtMost(0, a)])
    with pytest.raises(Undecided):
        nonnegative_minimum(s - log(s) + a * s, s)
    assert nonnegative_minimum(s - log(s) + a * s, s, [AtMost(0, a)]).at == 1 / (1 + a)


def test_rescaling_takes_the_constraints_along():
    positive = Positive(Eigenvalues(MatMul(Transpose(Z), Z), N))
    theorem = definite_filter_theorem()
    scaled = rules.rescaling(theorem, p).statement
    (constraint,) = scaled.subject_to
    assert constraint != theorem.statement.subject_to[0]
    assert type(constraint) is type(positive)
    assert constraint.vector.has(p)
    assert scaled.objective.has(p)
