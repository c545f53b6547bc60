"""Attempts to derive a falsehood from absolute values, and from log-sum-exps of which the exponential is taken."""

from sympy import (
    DiagMatrix,
    HadamardProduct,
    I,
    Identity,
    Lambda,
    MatAdd,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Sum,
    Trace,
    Transpose,
    ZeroMatrix,
    exp,
    log,
    sqrt,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import LogSumExp, Named, Softmax
from derivations.language.norms import Absolute, RowNorms, UnitRows
from derivations.language.propositions import AtMost, Candidates, Equal, Gradient, OneHot, Positive, Symmetric
from derivations.losses.contrastive.infonce import tangent_of_exp
from derivations.losses.contrastive.repulsion import Pool, Repulsion, bounds, everyone_else, m
from derivations.proof import rules
from tests.proof.attempts import Attempts, all_refused
from tests.proof.terms import ONE, ZERO, A, B, K, N, Z, a, equation, i, j, nonnegative, p, v, x

ones, every = OneMatrix(N, 1), ((i, 0, N - 1), (j, 0, N - 1))
others = MatAdd(OneMatrix(N, N), MatMul(-1, Identity(N)))
attempt = Attempts()


def exponentials(matrix):
    return matrix.applyfunc(Lambda(x, exp(x)))


# absolute values


@attempt
def a_matrix_is_its_absolute_value():
    return equation(Trace(Absolute(A)), Trace(A))


@attempt
def an_absolute_value_is_linear():
    return equation(Absolute(MatAdd(A, B)), MatAdd(Absolute(A), Absolute(B)))


@attempt
def the_absolute_value_of_a_product_is_the_product():
    return equation(Absolute(MatMul(A, B)), MatMul(Absolute(A), Absolute(B)))


@attempt
def the_square_of_the_matrix_of_absolute_values():
    return equation(MatMul(Absolute(A), Absolute(A)), MatMul(A, A))


@attempt
def the_product_of_two_absolute_values_is_that_of_the_entries():
    return equation(HadamardProduct(Absolute(A), Absolute(B)), HadamardProduct(A, B))


@attempt
def entries_at_two_places():
    at = [MatrixElement(Absolute(A), *indices) for indices in ((i, j), (j, i))]
    return equation(Sum(at[0] * at[1], *every), Sum(A[i, j] * A[j, i], *every))


@attempt
def the_absolute_value_of_an_imaginary_matrix():
    return nonnegative(-MatrixElement(HadamardProduct(Absolute(MatMul(I, A)), MatMul(I, A)), i, j))


@attempt
def an_imaginary_absolute_value_is_nonnegative():
    return nonnegative(MatrixElement(Absolute(MatMul(sqrt(-p), A)), i, j))


@attempt
def minus_an_absolute_value_is_nonnegative():
    return nonnegative(MatrixElement(MatMul(-1, Absolute(A)), i, j))


@attempt
def an_absolute_value_is_positive():
    return rules.positive_function(Absolute(v))


@attempt
def one_over_an_absolute_value_that_may_be_zero():
    signs = HadamardProduct(Absolute(A), Absolute(A).applyfunc(Lambda(x, 1 / x)))
    return equation(signs, OneMatrix(N, N))


@attempt
def the_gradient_at_zero():
    return rules.adjoint(Trace(Absolute(A)), A)


@attempt
def the_gradient_where_other_entries_are_not_zero():
    return rules.adjoint(Trace(Absolute(A)), A, [Positive(Absolute(B))])


@attempt
def the_gradient_with_the_wrong_sign():
    theorem = rules.adjoint(Trace(Absolute(A)), A, [Positive(Absolute(A))])
    return rules.restatement(theorem, Gradient(Trace(Absolute(A)), A, Identity(N)))


@attempt
def an_absolute_value_is_smooth():
    return rules.taylor(Trace(Absolute(MatMul(a, B))), a, a * Trace(Absolute(B)), 2)


@attempt
def symmetric_absolute_values_of_a_matrix_that_is_not():
    return equation(Transpose(Absolute(A)), Absolute(A), [Symmetric(B)])


@attempt
def a_matrix_of_symmetric_absolute_values_is_symmetric():
    return equation(Transpose(A), A, [Symmetric(Absolute(A))])


@attempt
def a_positive_fact_that_rests_on_itself():
    """That 1/|z_i| is defined is declared by a fact that is read only where it is."""
    cosines = Named("C", MatMul(UnitRows(Z), Transpose(UnitRows(Z))))
    return equation(MatMul(DiagMatrix(RowNorms(Z)), UnitRows(Z)), Z, [Positive(Absolute(cosines))])


# exponentials of log-sum-exps


def sums_to_exponential(candidates, total, facts=()):
    """sum_j A_ij exp(B_ij) = exp(LSE_i), for a sum and a log-sum-exp over some candidates."""
    difference = MatMul(HadamardProduct(candidates, exponentials(B)), ones) - exponentials(LogSumExp(B, total))
    return equation(difference, ZeroMatrix(N, 1), facts)


def test_where_every_row_has_candidates_it_is_proved():
    assert sums_to_exponential(A, A, [Candidates(A)]).statement.rhs == ZeroMatrix(N, 1)
    assert sums_to_exponential(OneMatrix(N, N), OneMatrix(N, N))


@attempt
def rows_that_may_have_no_candidates():
    return sums_to_exponential(A, A)


@attempt
def everyone_else_where_there_may_be_one_sample():
    return sums_to_exponential(others, others)


@attempt
def a_sum_over_everyone_for_one_over_candidates():
    return sums_to_exponential(OneMatrix(N, N), A, [Candidates(A)])


@attempt
def a_sum_over_other_candidates():
    return sums_to_exponential(Z, A, [Candidates(A), Candidates(Z)])


@attempt
def columns_for_rows():
    left = MatMul(Transpose(HadamardProduct(A, exponentials(B))), ones) - exponentials(LogSumExp(B, A))
    return equation(left, ZeroMatrix(N, 1), [Candidates(A)])


@attempt
def a_softmax_is_the_exponentials():
    return equation(MatMul(Softmax(B, A), ones) - exponentials(LogSumExp(B, A)), ZeroMatrix(N, 1), [Candidates(A)])


@attempt
def a_log_sum_exp_is_the_sum_of_the_scores():
    return equation(LogSumExp(B, A) - MatMul(HadamardProduct(A, B), ones), ZeroMatrix(N, 1), [Candidates(A)])


# repulsions


def other_coefficient(theorem, factor):
    """The bound with what it adds to N log m multiplied by a factor."""
    claim, single = theorem.statement, N * log(m)
    lhs = single + factor * (claim.lhs - single)
    return rules.combination(AtMost(lhs, claim.rhs), theorem.premises)


@attempt
def a_mean_that_counts_twice():
    return other_coefficient(bounds.theorems[2], 2)


@attempt
def a_sum_of_squares_that_counts_twice():
    return other_coefficient(bounds.theorems[3], 2)


@attempt
def a_choice_among_more_than_the_candidates():
    within = rules.normal_form(Equal(HadamardProduct(A, B), B), [OneHot(B)])
    return rules.discharge(bounds.theorems[0], within)


@attempt
def everyone_else_of_one_sample():
    S = MatrixSymbol("S", ONE, ONE)
    return Repulsion(S, (), pool=everyone_else(ONE)).at_least_mean(S)


@attempt
def everyone_else_of_any_number_of_samples():
    S = MatrixSymbol("S", N, N)
    return Repulsion(S, (), pool=everyone_else(N)).at_least_mean(S)


@attempt
def fewer_candidates_than_there_are():
    S, n = MatrixSymbol("S", K + 1, K + 1), everyone_else(K + 1)
    return Repulsion(S, (), pool=Pool(n.candidates, K + 1, n.weight, n.among)).at_least_mean(S)


@attempt
def a_chord_beyond_its_end():
    S = MatrixSymbol("S", K + 1, K + 1)
    return Repulsion(S, (), slack=ONE - MatrixElement(Absolute(S), i, j), pool=everyone_else(K + 1)).squares_at_most()


@attempt
def a_slack_that_is_not_one_less_the_similarity():
    S = MatrixSymbol("S", K + 1, K + 1)
    return Repulsion(S, (), slack=ONE, pool=everyone_else(K + 1)).absolutes_at_most()


@attempt
def the_exponential_below_its_tangent():
    tangent = tangent_of_exp(ZERO, a)
    return rules.combination(AtMost(tangent.statement.rhs, tangent.statement.lhs), [tangent])


test_it_is_refused = all_refused(attempt)
