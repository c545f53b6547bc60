"""Attempts to derive a falsehood from inverses, log-determinants and positive definite matrices. Of each derivation one step
at least must be refused.
"""

from sympy import (
    Identity,
    Integer,
    Inverse,
    Lambda,
    MatAdd,
    MatMul,
    MatrixSymbol,
    Max,
    OneMatrix,
    Sum,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    log,
)

from derivations.language.atoms import Centring, SpectralTrace, SquaredNorm
from derivations.language.determinant import LogDet
from derivations.language.propositions import (
    AtMost,
    Eigenpairs,
    EntrywiseNonnegative,
    Equal,
    Invertible,
    Orthonormal,
    Positive,
    PositiveDefinite,
    PositiveSemidefinite,
    Symmetric,
)
from derivations.proof import rules
from tests.proof.attempts import Attempts, all_refused
from tests.proof.terms import ONE, ZERO, A, B, K, M, N, Z, a, at_k, equation, k, nonnegative, p, s, v, x

gram = MatMul(Transpose(Z), Z)
attempt = Attempts()


# inverses


@attempt
def zero_times_an_inverse_that_does_not_exist():
    """At A = 0 it would say 0 = tr I."""
    return equation(Trace(MatMul(A, Inverse(A))), N)


@attempt
def the_inverse_of_zero():
    cancelled = equation(MatMul(A, Inverse(A)), Identity(N), [Invertible(A)])
    zero = rules.substitution(cancelled, {A: ZeroMatrix(N, N)})
    return rules.discharge(zero, rules.normal_form(Invertible(ZeroMatrix(N, N))))


@attempt
def the_inverse_of_a_projector():
    return equation(MatMul(Centring(N), Inverse(Centring(N))), Identity(N), [PositiveSemidefinite(Centring(N))])


@attempt
def the_inverse_of_a_wide_product():
    y = MatrixSymbol("Y", N, K)
    return equation(MatMul(y, Inverse(MatMul(Transpose(y), y)), Transpose(y)), Identity(N))


@attempt
def factors_that_are_not_square():
    y = MatrixSymbol("Y", N, K)
    whole = MatMul(Transpose(y), y)
    given = [Invertible(whole), Invertible(A)]
    return equation(Inverse(whole), MatMul(Inverse(y), Inverse(Transpose(y))), given)


@attempt
def an_inverse_times_a_number_that_may_be_zero():
    return equation(Inverse(MatMul(a, A)), MatMul(1 / a, Inverse(A)), [Invertible(A)])


@attempt
def the_inverse_of_a_product_in_the_same_order():
    given = [Invertible(A), Invertible(B)]
    return equation(Inverse(MatMul(A, B)), MatMul(Inverse(A), Inverse(B)), given)


@attempt
def the_inverse_of_a_sum():
    given = [PositiveDefinite(A), PositiveDefinite(B), PositiveDefinite(MatAdd(A, B))]
    return equation(Inverse(MatAdd(A, B)), MatAdd(Inverse(A), Inverse(B)), given)


@attempt
def an_inverse_that_is_symmetric_though_the_matrix_is_not():
    return equation(Inverse(A), Transpose(Inverse(A)), [PositiveDefinite(A)])


@attempt
def a_matrix_replaced_by_an_inverse_that_may_not_exist():
    return rules.substitution(nonnegative(SquaredNorm(B)), {B: Inverse(A)})


@attempt
def a_norm_of_an_inverse_that_may_not_exist():
    return nonnegative(SquaredNorm(Inverse(A)))


@attempt
def an_inverse_restated_under_a_fact_that_is_dropped():
    there = rules.restatement(
        equation(Trace(MatMul(A, B)), Trace(MatMul(B, A))),
        Equal(Trace(MatMul(A, Inverse(A), A, B)), Trace(MatMul(B, A))),
        [Invertible(A)],
    )
    return rules.discharge(there, rules.positive_definite(A))


# log-determinants


@attempt
def the_logarithm_of_a_negative_determinant():
    return equation(LogDet(MatMul(-1, Identity(N))), N * log(-ONE))


@attempt
def the_logarithm_of_the_determinant_of_zero():
    return equation(LogDet(MatMul(ZERO, Identity(N))), N * log(ZERO))


@attempt
def a_log_determinant_that_is_additive():
    return equation(LogDet(MatAdd(A, B)), LogDet(A) + LogDet(B), [PositiveDefinite(A), PositiveDefinite(B)])


@attempt
def log_determinants_of_two_orders():
    return equation(LogDet(MatAdd(Identity(N), OneMatrix(N, N))), LogDet(MatAdd(Identity(M), OneMatrix(M, M))))


@attempt
def a_log_determinant_that_is_nonnegative():
    return nonnegative(LogDet(MatAdd(Identity(N), gram)) - 1)


@attempt
def a_weight_that_may_not_be_defined():
    bound = nonnegative(SquaredNorm(B))
    return rules.combination(AtMost(ZERO, SquaredNorm(B) * LogDet(A) ** 2), [bound], [LogDet(A) ** 2])


@attempt
def sylvester_with_a_negative_number():
    symbol = Symbol("c", positive=True)
    return rules.lemma("sylvester-determinant", {symbol: -ONE})


@attempt
def eigenvalues_of_a_determinant_with_a_negative_number():
    symbol = Symbol("c", positive=True)
    return rules.lemma("determinant-eigenvalues", {symbol: a})


@attempt
def a_gradient_where_the_determinant_may_be_negative():
    return rules.adjoint(LogDet(A), A, [Invertible(A)])


@attempt
def a_gradient_where_there_may_be_no_inverse():
    return rules.adjoint(Trace(Inverse(A)), A)


@attempt
def a_gradient_that_is_no_more_than_semidefinite():
    return rules.discharge(rules.adjoint(LogDet(gram), Z, [PositiveDefinite(gram)]), rules.positive_definite(gram))


@attempt
def a_gradient_at_a_point_where_it_is_not_defined():
    found = rules.adjoint(LogDet(A), A, [PositiveDefinite(A)])
    return rules.substitution(found, {A: MatMul(-1, Identity(N))})


# positive definite matrices, and positive numbers


@attempt
def a_semidefinite_matrix_taken_for_a_definite_one():
    return rules.positive_definite(A, [PositiveSemidefinite(A), Symmetric(A)])


@attempt
def a_product_of_positive_definite_matrices():
    return rules.positive_definite(MatMul(A, B), [PositiveDefinite(A), PositiveDefinite(B)])


@attempt
def a_multiple_of_the_identity_that_may_be_zero():
    return rules.positive_definite(MatMul(s, Identity(N)))


@attempt
def the_positive_eigenvalues_of_another_matrix():
    pair = Eigenpairs(B, Identity(N), Z, v, N)
    return rules.positive_function(v, [PositiveDefinite(A), pair])


@attempt
def positive_eigenvalues_in_a_positive_definite_metric():
    """The pencil (A, B) with A = 0 has eigenvalues 0."""
    return rules.positive_function(v, [PositiveDefinite(B), Symmetric(A), Eigenpairs(A, B, Z, v, N)])


@attempt
def positive_eigenvalues_of_a_singular_compression():
    """At F = 0 they are 0."""
    return rules.positive_function(
        v, [PositiveDefinite(A), Eigenpairs(MatMul(Transpose(Z), A, Z), Identity(N), B, v, N)]
    )


@attempt
def a_positive_number_replaced_by_an_eigenvalue_of_any_sign():
    positive = rules.scalar_minimum(p * s - log(1 + s), s)
    return rules.substitution(positive, {p: at_k(v)}, [Eigenpairs(A, Identity(N), Z, v, N)])


@attempt
def a_positive_number_replaced_by_a_sum_of_none():
    positive = rules.scalar_minimum(p * s - log(1 + s), s)
    n = Symbol("n", integer=True, nonnegative=True)
    return rules.substitution(positive, {p: Sum(ONE, (k, 0, n - 1))})


@attempt
def a_filter_for_eigenvalues_that_may_be_zero():
    coding = -log(1 + s) / 2 + x * s
    return rules.minimiser(coding, s, x, v, [EntrywiseNonnegative(v), Positive(x)])


@attempt
def a_filter_for_a_parameter_that_a_fact_makes_positive():
    """The parameter of a minimiser stands for every entry, not for the number of that name."""
    coding = -log(1 + s) / 2 + x * s
    return rules.minimiser(coding, s, x, v, [Positive(v), Positive(x), AtMost(ONE, x)])


@attempt
def a_minimum_at_the_wrong_one_of_two_zeros():
    """The slope of (s - 1)^2 (s - 3)^2 is 0 at the top between them as well."""
    return rules.scalar_minimum((s - 1) ** 2 * (s - 3) ** 2, s)


@attempt
def a_zero_of_the_slope_that_is_negative_for_some_parameters_only():
    return rules.scalar_minimum(s**3 / 3 - a * s**2 / 2, s)


@attempt
def a_concave_function_whose_slope_vanishes_once():
    return rules.scalar_minimum(log(1 + s) - s, s)


@attempt
def a_minimum_for_a_negative_value_of_a_positive_parameter():
    """At x = -1, s = 0, the least value of x s - log(1 + s)/2 would be (1 + x - ...): there is none."""
    theorem = rules.scalar_minimum(x * s - log(1 + s) / 2, s, [Positive(x)])
    moved = rules.substitution(rules.part(theorem, 0), {x: -ONE})
    return rules.discharge(moved, rules.positive_function(v, [Positive(v)]))


# whitening


@attempt
def whitening_of_a_semidefinite_matrix():
    y, t = (MatrixSymbol(name, K, K) for name in "MT")
    given = [Orthonormal(t, y), Invertible(t)]
    claim = rules.normal_form(Equal(MatMul(Transpose(t), y, t), Identity(K)), given)
    return rules.existence(claim, "whitening", {})


@attempt
def whitening_that_depends_on_what_is_whitened():
    y, t = (MatrixSymbol(name, K, K) for name in "MT")
    trivial = rules.normal_form(Equal(Trace(y), Trace(Transpose(y))), [Orthonormal(t, y)])
    return rules.existence(trivial, "whitening", {y: MatMul(t, Transpose(t))})


# traces of functions


@attempt
def a_spectral_trace_of_a_product():
    return equation(
        SpectralTrace(Lambda(s, s * log(1 + s)), gram),
        SpectralTrace(Lambda(s, s), gram) * SpectralTrace(Lambda(s, log(1 + s)), gram),
    )


@attempt
def a_spectral_trace_of_a_constant_counted_once():
    return equation(SpectralTrace(Lambda(s, 2 + log(1 + s)), gram), 2 + SpectralTrace(Lambda(s, log(1 + s)), gram))


@attempt
def a_spectral_trace_of_a_positive_part_taken_apart():
    whole = SpectralTrace(Lambda(s, Max(0, s - 1)), gram)
    return equation(whole, Trace(gram) - Integer(1) * N)


test_it_is_refused = all_refused(attempt)
