"""Attempts to derive a falsehood. Each is a short derivation of which one step at least must be refused."""

from dataclasses import replace

from sympy import (
    Abs,
    DiagMatrix,
    DiagonalOf,
    Function,
    HadamardPower,
    HadamardProduct,
    I,
    Identity,
    Integer,
    KroneckerDelta,
    Lambda,
    MatMul,
    MatrixSymbol,
    Max,
    OneMatrix,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    exp,
    floor,
    log,
    oo,
    pi,
    sqrt,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import Laplacian, LogSumExp, Named, Softmax, SpectralTrace, SquaredNorm, entr
from derivations.language.entries import Entry
from derivations.language.norms import ColumnNorms, RowNorms, UnitColumns, UnitRows
from derivations.language.propositions import (
    All,
    Among,
    Ascending,
    AtMost,
    Blocks,
    Candidates,
    DiagonalGram,
    Eigenpairs,
    EntrywiseNonnegative,
    Equal,
    EqualIff,
    Gradient,
    LeastValue,
    Level,
    LowestTwo,
    Majorised,
    Minimises,
    Minimum,
    OneHot,
    Orthonormal,
    Positive,
    PositiveSemidefinite,
    PrescribedDiagonal,
    Rank,
    SingularPairs,
    Symmetric,
    Unimprovable,
)
from derivations.proof import rules
from derivations.proof.lemmas import LEMMAS
from derivations.proof.lemmas.lemma import K as rows
from derivations.proof.lemmas.lemma import q as columns
from tests.proof.attempts import Attempts, all_refused
from tests.proof.terms import (
    ONE,
    ZERO,
    A,
    B,
    K,
    N,
    Z,
    a,
    at_k,
    b,
    c,
    each,
    equation,
    i,
    j,
    k,
    nearest,
    nonnegative,
    p,
    s,
    v,
    w,
    x,
)

phi = Function("phi")
ones = OneMatrix(N, 1)
every = (k, 0, N - 1)
attempt = Attempts()


# squares of what is not real


@attempt
def a_square_of_an_imaginary_number():
    return rules.substitution(nonnegative(a**2), {a: I})


@attempt
def squares_of_a_root_of_a_negative_number():
    squares = [(sqrt(a) + b) ** 2, (sqrt(a) - b) ** 2]
    theorem = rules.combination(AtMost(ZERO, 2 * a + 2 * b**2), [], remainder=squares)
    return rules.substitution(theorem, {a: -ONE, b: ZERO})


@attempt
def a_square_of_a_logarithm_of_a_negative_number():
    return rules.substitution(nonnegative((log(a) + 1) ** 2), {a: -ONE})


@attempt
def an_imaginary_number_inside_a_square():
    return rules.combination(AtMost(ZERO, 2 * b**2 - 2), [], remainder=[(b + I) ** 2, (b - I) ** 2])


@attempt
def the_norm_of_an_imaginary_matrix():
    return rules.substitution(nonnegative(SquaredNorm(A)), {A: MatMul(I, A)})


@attempt
def the_norm_of_an_imaginary_matrix_at_once():
    return nonnegative(SquaredNorm(MatMul(I, A)))


@attempt
def the_norm_of_an_imaginary_matrix_among_others():
    return nonnegative(p * SquaredNorm(MatMul(I, A)) + 1)


@attempt
def the_trace_of_an_imaginary_gram_matrix():
    factor = Named("X", MatMul(I, A))
    return nonnegative(Trace(MatMul(Transpose(factor), factor)))


@attempt
def the_norm_of_roots_of_a_vector():
    theorem = rules.substitution(nonnegative(SquaredNorm(v)), {v: each(sqrt(x), w)})
    theorem = rules.combination(AtMost(ZERO, Trace(MatMul(Transpose(ones), w))), [theorem])
    return rules.substitution(theorem, {w: -ones})


# sums, dimensions and indices


@attempt
def a_sum_of_a_negative_number_of_terms():
    return rules.sum_over(nonnegative(ONE), k, Integer(-2))


@attempt
def a_sum_with_its_ends_swapped():
    return rules.combination(AtMost(ZERO, Integer(-2)), [], remainder=[Sum(1, (k, 0, -3))])


@attempt
def an_identity_matrix_of_negative_order():
    theorem = rules.combination(AtMost(ZERO, N - c), [], remainder=[SquaredNorm(Identity(N - c))])
    return rules.substitution(theorem, {N: ONE, c: Integer(3)})


@attempt
def an_index_that_cannot_be_zero():
    late = Symbol("k", integer=True, positive=True)
    theorem = rules.combination(AtMost(ONE, late), [], remainder=[late - 1])
    return rules.sum_over(theorem, late, N)


@attempt
def a_sum_over_an_index_that_cannot_be_zero():
    late = Symbol("k", integer=True, positive=True)
    return nonnegative(Sum(late - 1, (late, 0, N - 1)))


@attempt
def a_hypothesis_on_one_entry_taken_for_all():
    return nonnegative(Sum(at_k(v), every), [AtMost(ZERO, at_k(v))])


@attempt
def a_sum_over_an_index_that_a_hypothesis_fixes():
    return rules.sum_over(rules.assumption(AtMost(ZERO, at_k(v))), k, N)


@attempt
def a_sum_over_an_index_that_hides_in_a_dimension():
    matrix = MatrixSymbol("M", k, k)
    return rules.sum_over(equation(Trace(matrix), Trace(Transpose(matrix)), [Symmetric(matrix)]), k, N)


@attempt
def a_triangular_sum():
    return equation(Sum(1, (j, 0, i), (i, 0, N - 1)), N * (i + 1))


@attempt
def an_index_inside_a_trace():
    return equation(Sum(Trace(k * A), every), N * k * Trace(A))


@attempt
def an_index_in_a_dimension():
    return equation(Sum(Trace(Identity(k)), every), N * k)


@attempt
def an_index_captured_by_a_sum_that_is_not_written():
    return rules.normal_form(Level(N * k, MatMul(k, ones), N * k))


@attempt
def one_is_how_many_there_are():
    """A constant function of a vector is a vector too."""
    constant = each(ONE, v)
    return equation(Trace(MatMul(Transpose(constant), constant)), ONE)


# division by what may be zero


@attempt
def a_rule_that_divides():
    return rules.substitution(equation(A, B, [Equal(a * A, a * B)]), {a: ZERO})


@attempt
def a_multiplier_that_divides():
    premise = rules.assumption(Equal(a * Trace(A), ZERO))
    return rules.substitution(rules.combination(Equal(Trace(A), ZERO), [premise], [1 / a]), {a: ZERO})


@attempt
def a_function_that_divides():
    premise = rules.assumption(Equal(a * Trace(A), ZERO))
    theorem = rules.combination(Equal(a * phi(0) * Trace(A), ZERO), [premise], [phi(0)])
    return rules.substitution(theorem, {phi: Lambda(x, 1 / a)})


@attempt
def a_symbol_of_which_nothing_is_declared():
    z = Symbol("z")
    premise = rules.assumption(Equal(a * Trace(A), ZERO))
    theorem = rules.combination(Equal(a * z * Trace(A), ZERO), [premise], [z])
    return rules.substitution(theorem, {z: 1 / a})


@attempt
def entries_that_cancel():
    whole = equation(Sum(at_k(each(1 / x, v)) * at_k(v), every), N)
    zero = rules.substitution(whole, {v: ZeroMatrix(N, 1)})
    return rules.combination(Equal(N, ZERO), [zero], [-ONE])


@attempt
def entries_that_cancel_unasked():
    ratio = equation(Sum(at_k(w) / at_k(v), every), Sum(at_k(w) * at_k(each(1 / x, v)), every))
    zero = rules.substitution(rules.substitution(ratio, {w: v}), {v: ZeroMatrix(N, 1)})
    return rules.combination(Equal(N, ZERO), [zero])


@attempt
def a_value_that_is_not_defined():
    return rules.substitution(equation(a * Trace(A) / a**2, Trace(A) / a), {a: ZERO})


@attempt
def a_value_excluded_by_declaration():
    y = Symbol("y", real=True, zero=False)
    return rules.substitution(nonnegative(y**2), {y: ZERO})


# minima: what is minimised over is nobody's name


@attempt
def a_minimum_whose_value_captures_its_unknown():
    theorem = nearest(Trace(MatMul(Transpose(B), A)))
    return rules.value_at_minimum(rules.substitution(theorem, {B: Z}))


@attempt
def a_minimum_whose_unknown_is_captured_by_a_dimension():
    other = MatrixSymbol("Z", K, K)
    return rules.substitution(nearest(Trace(other)), {K: N})


@attempt
def a_minimum_over_something_fixed():
    return rules.substitution(nearest(), {Z: B})


@attempt
def a_minimum_restated_under_a_fact_about_its_unknown():
    return rules.restatement(nearest(), Minimum(SquaredNorm(B - A), Z, ZERO, A), [Equal(Z, B)])


@attempt
def the_same_with_the_unknown_in_disguise():
    disguised = MatMul(1, Z, evaluate=False)
    return rules.restatement(nearest(), Minimum(SquaredNorm(B - A), disguised, ZERO, A), [Equal(Z, B)])


@attempt
def the_same_inside_a_conjunction():
    claim = All((Minimum(SquaredNorm(B - A), Z, ZERO, A),))
    return rules.restatement(rules.conjunction([nearest()]), claim, [Equal(Z, B)])


@attempt
def the_same_when_a_hypothesis_is_dropped():
    theorem = rules.assumption(Minimum(SquaredNorm(B - A), Z, ZERO, A))
    return rules.discharge(theorem, nearest(), [Equal(Z, B)])


@attempt
def a_minimum_at_an_imaginary_matrix():
    objective = (SquaredNorm(Z) + N) ** 2
    there = MatMul(I, Identity(N))
    return rules.attainment(nonnegative(objective), equation((SquaredNorm(there) + N) ** 2, ZERO), Z, there)


@attempt
def a_minimum_at_a_matrix_of_another_shape():
    there = ZeroMatrix(N, K)
    return rules.attainment(nonnegative(SquaredNorm(Z)), equation(SquaredNorm(there), ZERO), Z, there)


@attempt
def a_minimum_over_an_expression():
    bound = equation(N, SquaredNorm(Transpose(Z)), [Orthonormal(Z)])
    bound = rules.combination(AtMost(N, SquaredNorm(Transpose(Z))), [bound])
    return rules.attainment(bound, equation(SquaredNorm(Identity(N)), N), Transpose(Z), Identity(N))


@attempt
def a_minimum_without_its_constraint():
    bound = rules.combination(AtMost(N, SquaredNorm(Z)), [equation(N, SquaredNorm(Z), [Orthonormal(Z)])])
    theorem = rules.attainment(
        bound, equation(SquaredNorm(Identity(N)), N), Z, Identity(N), [rules.normal_form(Orthonormal(Identity(N)))]
    )
    lower = rules.substitution(rules.lower_bound(theorem), {Z: ZeroMatrix(N, N)})
    return rules.discharge(lower, rules.normal_form(Orthonormal(ZeroMatrix(N, N))))


@attempt
def a_minimum_that_a_point_goes_below():
    bound = rules.combination(AtMost(ZERO, SquaredNorm(Z)), [], remainder=[SquaredNorm(Z)])
    return rules.attainment(bound, equation(SquaredNorm(Identity(N)), N), Z, Identity(N))


@attempt
def a_minimum_in_units_that_depend_on_the_unknown():
    return rules.rescaling(nearest(), exp(Trace(Z)))


@attempt
def a_value_rewritten_under_a_fact_about_the_unknown():
    theorem = nearest(Trace(A))
    return rules.revaluation(theorem, equation(Trace(A), Trace(B), [Equal(A, B), Symmetric(Z)]))


@attempt
def a_least_value_whose_unknown_is_captured():
    return rules.substitution(rules.least_value(nearest(Trace(MatMul(Transpose(B), A)))), {B: Z})


@attempt
def a_least_value_restated_under_a_fact_about_its_unknown():
    return rules.restatement(rules.least_value(nearest()), LeastValue(SquaredNorm(B - A), Z, ZERO), [Equal(Z, B)])


# gradients


@attempt
def a_gradient_that_captures_its_unknown():
    return rules.substitution(rules.adjoint(Trace(MatMul(Transpose(A), Z)), Z), {A: Z})


@attempt
def a_gradient_at_a_product():
    return rules.substitution(rules.adjoint(SquaredNorm(Z), Z), {Z: Transpose(A) * A})


@attempt
def a_gradient_restated_at_a_point():
    return rules.restatement(rules.adjoint(SquaredNorm(Z), Z), Gradient(SquaredNorm(B), Z, 2 * Z), [Equal(Z, B)])


# existence

rotation, values = MatrixSymbol("R", rows, columns), MatrixSymbol("s", columns, 1)
prescribed = MatrixSymbol("d", rows, 1)


def each_summed(vector):
    return Sum(at_k(vector), (k, 0, vector.rows - 1))


@attempt
def something_provided_that_is_no_symbol():
    own = MatrixSymbol("X", rows, columns)
    half = Rational(1, 4) * Identity(columns)
    theorem = equation(MatMul(Transpose(own), own), half, [PrescribedDiagonal(2 * own, values, prescribed)])
    return rules.existence(theorem, "schur-horn", {MatrixSymbol("R", rows, columns): 2 * own})


@attempt
def something_provided_that_depends_on_itself():
    dependent = MatMul(Transpose(rotation), MatrixSymbol("u", rows, 1))
    theorem = equation(ONE, ONE, [PrescribedDiagonal(rotation, dependent, prescribed)])
    return rules.existence(theorem, "schur-horn", {values: dependent})


@attempt
def something_provided_that_still_occurs():
    turned = PrescribedDiagonal(rotation, values, prescribed)
    theorem = equation(MatMul(Transpose(rotation), rotation), Identity(columns), [turned])
    return rules.existence(theorem, "schur-horn", {})


@attempt
def a_diagonal_that_the_eigenvalues_do_not_majorise():
    theorem = equation(ONE, ONE, [PrescribedDiagonal(rotation, values, prescribed)])
    majorised = rules.normal_form(Majorised(prescribed, values), [Equal(each_summed(values), each_summed(prescribed))])
    return rules.discharge(rules.existence(theorem, "schur-horn", {}), majorised)


@attempt
def majorisation_the_other_way_round():
    square = MatrixSymbol("d", columns, 1)
    theorem = rules.assumption(Majorised(square, values))
    return rules.discharge(theorem, rules.assumption(Majorised(values, square)))


@attempt
def the_eigenvalue_of_some_eigenvector_is_the_smallest():
    claim = LowestTwo(A, Identity(N), v, a, w, b)
    equations = [Symmetric(A), *(Equal(*e) for e in claim.equations())]
    return rules.discharge(rules.assumption(claim), rules.normal_form(claim, equations))


# functions of equal things, and the larger of two


@attempt
def entries_of_equal_matrices_at_one_index():
    return rules.same_function(equation(A, A), Lambda(x, x), k)


@attempt
def the_same_function_of_unequal_vectors():
    bound = rules.assumption(AtMost(SquaredNorm(v), SquaredNorm(w)))
    return rules.same_function(bound, Lambda(x, x), k)


@attempt
def the_same_function_of_a_vector_that_its_index_is_in():
    return rules.same_function(equation(MatMul(k, v), MatMul(k, v)), Lambda(x, x), k)


@attempt
def another_function_for_every_entry():
    return rules.same_function(equation(v, v), Lambda(x, x + k), k)


@attempt
def a_function_of_two_entries():
    return rules.same_function(equation(v, v), Lambda((x, p), x), k)


@attempt
def the_larger_of_imaginary_numbers():
    return rules.larger(I, ONE)


@attempt
def the_larger_of_roots_of_unknown_sign():
    return rules.larger(ONE, sqrt(a))


@attempt
def the_larger_of_infinite_numbers():
    return rules.larger(Sum(1 / c, (k, 0, oo)), a)


# semidefinite


@attempt
def an_entry_of_a_semidefinite_matrix_off_the_diagonal():
    return nonnegative(Sum(A[j, k], (j, 0, N - 1), every), [PositiveSemidefinite(A)])


@attempt
def a_diagonal_entry_of_any_matrix():
    return nonnegative(Sum(A[k, k], every))


@attempt
def a_weight_that_is_less_than_a_kronecker_delta():
    return nonnegative(Sum((1 - 2 * KroneckerDelta(j, k)) * at_k(v) ** 2, (j, 0, N - 1), every))


@attempt
def a_multiplier_that_is_real_under_other_hypotheses():
    return rules.combination(Equal(sqrt(a), sqrt(a)), [equation(ONE, ONE)], [sqrt(a)], hypotheses=[AtMost(a, ZERO)])


@attempt
def a_form_that_is_nonnegative_at_one_vector():
    form = Trace(MatMul(ones.T, Named("X", -Laplacian(A)), ones))
    theorem = rules.combination(AtMost(ZERO, form), [], hypotheses=[Symmetric(A)])
    return rules.semidefinite(theorem, ones)


@attempt
def a_form_that_is_nonnegative_at_vectors_of_a_hypothesis():
    theorem = rules.assumption(AtMost(ZERO, Trace(MatMul(Transpose(v), A, v))))
    return rules.semidefinite(theorem, v)


# names


@attempt
def a_row_and_a_column_of_one_name():
    return equation(Transpose(v), MatrixSymbol("v", 1, N))


@attempt
def an_abbreviation_and_a_symbol_of_one_name():
    fact = Equal(MatMul(Named("A", 2 * Identity(N)), v), 2 * v)
    return rules.discharge(equation(A * v, 2 * v, [fact]), rules.normal_form(fact))


@attempt
def symbols_that_differ_in_what_is_declared():
    def total(z):
        return Sum(log(1 + z * at_k(v) ** 2), every)

    return equation(total(Symbol("a", real=True)), total(Symbol("a", positive=True)))


@attempt
def vectors_that_differ_in_length():
    return equation(Sum(log(at_k(MatrixSymbol("v", K, 1))), every), Sum(log(at_k(v)), every))


# facts that say something else


@attempt
def one_hot_columns_taken_for_rows():
    e = MatrixSymbol("E", N, N)
    pairs = Sum(e[i, j] * e[i, k], (i, 0, N - 1), (j, 0, N - 1), every)
    return equation(pairs, Sum(e[i, j], (i, 0, N - 1), (j, 0, N - 1)), [OneHot(Transpose(e))])


@attempt
def a_selection_of_twice_something():
    e, g = MatrixSymbol("E", N, N), MatrixSymbol("g", N, 1)
    return equation(SquaredNorm(e), Trace(MatMul(ones, Transpose(ones), e)), [Unimprovable(2 * e, g)])


# minima in one variable


def least(objective, hypotheses=(), variable=s):
    return rules.part(rules.scalar_minimum(objective, variable, hypotheses), 0)


@attempt
def a_function_with_a_jump():
    return rules.substitution(least(Piecewise((s**2, s < 1), (s**2 - 5, True))), {s: Integer(2)})


@attempt
def a_function_with_a_spike():
    return least((s - 1) ** 2 - 5 * KroneckerDelta(s, 2))


@attempt
def a_function_with_a_pole():
    return least((s - 1) ** -2 + 2 * s)


@attempt
def a_function_convex_only_under_a_hypothesis_on_its_variable():
    theorem = least((s + 1) * exp(-s), [AtMost(ONE, s)])
    return rules.substitution(theorem, {s: ONE})


@attempt
def a_quadratic_whose_leading_coefficient_may_vanish():
    q = Symbol("q", nonnegative=True)
    theorem = rules.substitution(least(q * s**2 + b * s), {q: ZERO})
    return rules.substitution(theorem, {b: -ONE, s: ONE})


@attempt
def a_concave_quadratic():
    return least(-(s**2) + b * s)


@attempt
def a_parameter_that_is_not_real():
    return least((s - Symbol("z")) ** 2)


@attempt
def a_variable_that_is_an_integer():
    n = Symbol("n", integer=True, nonnegative=True)
    return least((n - Rational(1, 2)) ** 2, variable=n)


@attempt
def a_filter_for_eigenvalues_of_one_sign_only():
    q = Symbol("q", nonnegative=True)
    return rules.minimiser((1 + q) * s**2 - 2 * s, s, q, v)


@attempt
def a_filter_for_eigenvalues_that_meet_a_hypothesis():
    return rules.minimiser((1 + x) * s**2 - 2 * s, s, x, v, [AtMost(ZERO, x)])


@attempt
def a_filter_for_eigenvalues_of_a_matrix_that_is_not_semidefinite():
    given = [Symmetric(A), PositiveSemidefinite(B), Eigenpairs(A, Identity(N), Z, v, N)]
    return rules.minimiser((1 + x) * s**2 - 2 * s, s, x, v, [*given, AtMost(ZERO, x)])


@attempt
def a_filter_for_eigenvalues_from_the_top_of_a_semidefinite_matrix():
    """The values of the pencil (-A, I), ascending, are the negatives of eigenvalues of A."""
    pair = Eigenpairs(MatMul(-1, A), Identity(N), Z, v, N)
    return rules.minimiser((1 + x) * s**2 - 2 * s, s, x, v, [PositiveSemidefinite(A), pair, AtMost(ZERO, x)])


@attempt
def a_hinge_beyond_which_the_function_may_fall():
    theorem = least(Max(0, 1 - sqrt(s)) + a * s)
    return rules.substitution(theorem, {a: -ONE, s: Integer(4)})


@attempt
def a_hinge_beyond_which_a_parabola_falls():
    """s^2 - 8 s falls until s = 4."""
    return rules.substitution(least(10 * Max(0, 1 - s) + s**2 - 8 * s), {s: Integer(4)})


@attempt
def a_hinge_at_a_negative_point():
    theorem = least(2 * Max(0, b - s) + s**2)
    return rules.substitution(theorem, {b: -ONE, s: ZERO})


@attempt
def a_minimiser_at_a_negative_point():
    return rules.minimiser(Max(0, x - s), s, x, v)


@attempt
def a_hinge_that_may_have_no_slope():
    q = Symbol("q", nonnegative=True)
    return rules.substitution(least(q * Max(0, 1 - s) + s**2), {q: ZERO})


@attempt
def a_concave_parabola_up_to_a_hinge():
    return least(5 * Max(0, 1 - s) - s**2)


@attempt
def a_concave_parabola_in_the_root_up_to_a_hinge():
    return least(Max(0, 1 - sqrt(s)) - s)


@attempt
def a_positive_part_of_which_the_sign_is_not_known():
    return rules.positive_part(a)


@attempt
def a_positive_part_over_a_number_of_any_sign():
    return rules.positive_part((a - 1) / Symbol("y", real=True, zero=False), [AtMost(a, ONE)])


@attempt
def a_positive_part_of_what_a_bound_does_not_reach():
    return rules.substitution(rules.positive_part(2 - a, [AtMost(ONE, a)]), {a: ONE})


@attempt
def a_positive_part_of_an_imaginary_number():
    return rules.positive_part(-((1 + I * a) ** 2), [AtMost(ZERO, (1 + I * a) ** 2)])


@attempt
def a_function_that_is_zero_somewhere():
    return rules.positive_function(each(x**2, v))


@attempt
def a_function_that_is_positive_at_positive_arguments_only():
    return rules.positive_function(each(x / (1 + x**2), v), [Positive(w), EntrywiseNonnegative(v)])


@attempt
def a_function_that_is_not_defined_everywhere():
    return rules.positive_function(each(1 / x**2, v))


@attempt
def an_entry_of_the_diagonal_taken_for_the_one_beside_it():
    diagonal = MatrixElement(DiagonalOf(A), i, 0)
    return equation(total(exp(diagonal)), total(exp(A[i, j])))


@attempt
def a_function_that_is_infinite_somewhere():
    return rules.positive_function(each(exp(Abs(log(Abs(x)))), v))


@attempt
def a_function_that_has_no_value_somewhere():
    return rules.positive_function(each(Piecewise((1, x > 0)), v))


@attempt
def a_filter_for_parameters_that_a_dimension_in_a_hypothesis_is():
    surplus = SquaredNorm(MatrixSymbol("X", x, 1)) - 5
    return rules.minimiser(s**2 - 2 * s * surplus, s, x, v, [AtMost(ZERO, surplus)])


@attempt
def a_matrix_without_zeros_for_its_diagonal_is_positive():
    """Then B = 0 would follow from A o B = 0, where A may be diagonal and B zero on the diagonal."""
    inverse, facts = each(1 / x, A), [Positive(DiagonalOf(A))]
    product, other = HadamardProduct(A, B), MatrixSymbol("C", N, N)
    everywhere = OneMatrix(N, N)
    zero = equation(Trace(everywhere * HadamardProduct(other, inverse)), ZERO, [*facts, Equal(other, ZeroMatrix(N, N))])
    zero = rules.substitution(zero, {other: product})
    whole = equation(Trace(everywhere * HadamardProduct(product, inverse)), Trace(everywhere * B), facts)
    return rules.combination(Equal(Trace(everywhere * B), ZERO), [whole, zero], [-ONE, ONE])


@attempt
def a_diagonal_gram_matrix_taken_for_that_of_other_columns():
    gram, other = (MatMul(Transpose(m), m) for m in (A, B))
    return equation(MatMul(other, v), MatMul(DiagMatrix(w), v), [DiagonalGram(gram, w)])


@attempt
def a_minimiser_compared_at_a_negative_point():
    theorem = rules.assumption(Minimises(v, Lambda((s, x), s + x), w))
    return rules.pointwise(theorem, k, -ONE)


# functions of entries


def total(entry):
    return Sum(entry, (i, 0, N - 1), (j, 0, N - 1))


@attempt
def entries_of_the_diagonal_taken_for_all():
    """exp(x) is 1 + (e - 1) x for x = 0 and x = 1."""
    linear = N + (exp(1) - 1) * total(A[i, j])
    return equation(Sum(exp(A[i, i]), (i, 0, N - 1)), linear, [Candidates(A)])


@attempt
def an_index_that_runs_past_the_end():
    past = Sum(exp(MatrixElement(v, i, j)), (i, 0, N - 1), (j, 0, K - 1))
    return equation(past, K * Sum(exp(v[i, 0]), (i, 0, N - 1)))


@attempt
def an_entry_that_is_zero_to_a_negative_power():
    theorem = equation(HadamardProduct(A, HadamardPower(A, a)), A, [Candidates(A)])
    return rules.substitution(theorem, {a: -ONE})


@attempt
def nothing_times_what_is_not_defined():
    zero = ZeroMatrix(N, 1)
    return equation(Sum(at_k(each(1 / x, zero)) * at_k(zero), every), ZERO)


@attempt
def a_function_of_a_transposed_matrix_in_an_exponent():
    return equation(total(B[j, i] ** A[i, j]), total(B[i, j] ** A[i, j]), [Positive(B)])


@attempt
def a_vector_taken_for_the_diagonal_of_a_matrix_of_one_name():
    other = MatrixSymbol("A", N, 1)
    root = sqrt(A[i, i])
    return equation(Sum(root * other[i, 0], (i, 0, N - 1)), Sum(root * A[i, i], (i, 0, N - 1)))


@attempt
def a_positive_vector_of_another_length():
    longer = MatrixSymbol("v", K, 1)
    return equation(Trace(MatMul(Transpose(each(1 / x, longer)), longer)), K, [Positive(v)])


@attempt
def exponents_that_differ_in_what_is_declared():
    powers = (
        Sum(at_k(v) ** Symbol("e", **declared), every) for declared in ({"nonnegative": True}, {"positive": True})
    )
    return equation(*powers)


@attempt
def a_symbol_that_stands_for_an_entry():
    return equation(total(exp(Entry("A", [0, 1]) * A[i, j])), total(exp(A[i, j] ** 2)))


@attempt
def the_sign_of_an_entry_under_a_root():
    return equation(Sum(sqrt(at_k(v) ** 2), every), Sum(at_k(v), every))


@attempt
def spectra_of_zero_matrices_of_two_orders():
    spectral = Lambda(x, log(2 + x))
    return equation(SpectralTrace(spectral, ZeroMatrix(N, N)), SpectralTrace(spectral, ZeroMatrix(K, K)))


@attempt
def a_diagonal_matrix_made_of_a_matrix():
    return equation(Trace(DiagMatrix(A)), Trace(DiagMatrix(Transpose(A))))


# functions of entries that are not real: log(exp(u)) = u and sqrt(u^2) = |u| hold for real u


@attempt
def a_logarithm_of_a_number_on_the_unit_circle():
    turned = MatrixElement(MatMul(2 * pi * I, A), i, j)
    return equation(total(log(exp(turned) * B[i, j])), total(turned + log(B[i, j])))


def absolute(entry):
    return equation(total(exp(sqrt(entry**2))), total(exp(Abs(entry))))


@attempt
def norms_of_imaginary_rows():
    return absolute(MatrixElement(RowNorms(MatMul(I, A)), i, 0))


@attempt
def an_imaginary_matrix_with_a_name():
    turned = Named("X", MatMul(I, A))
    entry = MatrixElement(turned, i, j)
    claim = Equal(total(exp(sqrt(entry**2))), total(exp(Abs(entry))))
    return rules.normal_form(claim, [Equal(MatMul(turned, v), ZeroMatrix(N, 1))])


@attempt
def a_positive_constant_that_is_not_real():
    z, imaginary = Symbol("z"), RowNorms(MatMul(I, A))
    return rules.positive_constant(imaginary.applyfunc(Lambda(z, log(2 * exp(z)))) - imaginary)


@attempt
def norms_that_become_imaginary():
    theorem = absolute(MatrixElement(RowNorms(MatMul(sqrt(a), A)), i, 0))
    return rules.substitution(theorem, {a: -ONE})


@attempt
def a_cube_root_that_is_not_real():
    theorem = absolute(MatrixElement(RowNorms(MatMul(a ** Rational(1, 3), A)), i, 0))
    return rules.substitution(theorem, {a: -ONE})


@attempt
def the_logarithm_of_an_inverse_of_a_negative_number():
    theorem = equation(total(log(exp(A[i, j]) / B[i, j])), total(A[i, j] - log(B[i, j])))
    return rules.substitution(theorem, {B: -OneMatrix(N, N)})


# lengths of columns, and order

lengths = ColumnNorms(Z, A)  # in a metric of which nothing is declared


@attempt
def the_square_of_a_length_that_is_no_root():
    return equation(HadamardProduct(lengths, lengths), DiagonalOf(MatMul(Transpose(Z), A, Z)))


@attempt
def the_length_of_columns_with_a_negative_scale():
    moved = UnitColumns(MatMul(Z, DiagMatrix(v)), A)
    return equation(moved, UnitColumns(Z, A), [Positive(lengths), Positive(moved.norms)])


@attempt
def a_quadratic_form_that_is_no_sum_of_squares():
    return nonnegative(Trace(MatMul(Transpose(Z), DiagMatrix(v), Z)))


@attempt
def a_quadratic_form_in_a_matrix_of_positive_entries():
    return nonnegative(Trace(MatMul(Transpose(Z), A, Z)), [EntrywiseNonnegative(A)])


@attempt
def a_function_that_falls():
    return rules.monotone(v, Lambda(x, 1 / x), [Ascending(v), Positive(v)])


@attempt
def a_function_that_falls_somewhere():
    return rules.monotone(v, Lambda(x, (x - 1) ** 2), [Ascending(v), Positive(v)])


@attempt
def a_function_that_jumps_down():
    return rules.monotone(v, Lambda(x, x - 2 * floor(x)), [Ascending(v), Positive(v)])


@attempt
def a_function_of_numbers_of_both_signs():
    return rules.monotone(v, Lambda(x, -1 / x), [Ascending(v)])


@attempt
def a_function_of_numbers_in_no_order():
    return rules.monotone(v, Lambda(x, x**2), [Ascending(w), Positive(v)])


@attempt
def an_objective_that_agrees_under_another_constraint():
    objective, other = SquaredNorm(Z - A), SquaredNorm(Z - A) * SquaredNorm(v)
    bound = rules.combination(AtMost(ZERO, objective), [], remainder=[objective], hypotheses=[Equal(Z, Transpose(Z))])
    feasible = rules.normal_form(Equal(A, Transpose(A)), [Symmetric(A)])
    minimum = rules.attainment(bound, equation(SquaredNorm(A - A), ZERO), Z, A, [feasible])
    claim = minimum.statement
    return rules.restatement(minimum, replace(claim, objective=other), [Symmetric(A)])


@attempt
def a_minimum_beyond_where_the_function_is_cut():
    return rules.scalar_minimum(Max(0, 1 - s) ** 2 - 2 * p * s, s)


@attempt
def a_positive_number_that_may_be_zero():
    return rules.substitution(nonnegative(s), {s: 1 / at_k(v)}, [EntrywiseNonnegative(v)])


# candidates


everyone = OneMatrix(N, N)
others = everyone - Identity(N)


def soft_maxima(summand, index=k, low=ZERO):
    """sum_i log sum_k exp(s_ik) = 1' LSE(A), for a summand and a range that are to be those of everyone."""
    spelled = Sum(log(Sum(summand, (index, low, N - 1))), (i, 0, N - 1))
    return equation(spelled, Trace(MatMul(Transpose(ones), LogSumExp(A, everyone))))


@attempt
def a_soft_maximum_without_the_first_candidate():
    return soft_maxima(exp(A[i, k]), low=ONE)


@attempt
def a_soft_maximum_over_an_index_that_cannot_be_zero():
    late = Symbol("k", integer=True, positive=True)
    return soft_maxima(exp(A[i, late]), late)


@attempt
def a_soft_maximum_of_columns():
    return soft_maxima(exp(A[k, i]))


@attempt
def a_soft_maximum_of_logarithms_of_negative_numbers():
    scores = each(log(x), A)
    spelled = Sum(log(Sum(exp(MatrixElement(scores, i, k)), every)), (i, 0, N - 1))
    return equation(spelled, Trace(MatMul(Transpose(ones), LogSumExp(scores, everyone))))


@attempt
def a_logarithm_of_a_product_of_negative_numbers():
    """log(x y) is log x + log y for positive x."""
    logarithm = MatrixElement(each(log(x), A), i, j)
    product = total(log(exp(logarithm) * exp(B[i, j]) * Z[i, j]))
    return equation(product, total(logarithm + B[i, j] + log(Z[i, j])))


@attempt
def a_soft_maximum_that_counts_twice():
    return soft_maxima(2 * exp(A[i, k]))


def sums_to_one(scores, candidates, hypotheses=()):
    n, m = scores.shape
    return equation(MatMul(Softmax(scores, candidates), OneMatrix(m, 1)), OneMatrix(n, 1), hypotheses)


@attempt
def a_softmax_over_nobody():
    q = Symbol("q", integer=True, nonnegative=True)
    return rules.substitution(sums_to_one(MatrixSymbol("R", N, q), OneMatrix(N, q)), {q: ZERO})


@attempt
def a_softmax_over_everyone_else_where_there_may_be_nobody_else():
    return rules.substitution(sums_to_one(A, others), {N: ONE})


@attempt
def a_softmax_over_candidates_for_some_rows():
    return sums_to_one(A, B, [Among(Z, B), EntrywiseNonnegative(Z)])


@attempt
def a_softmax_over_halves():
    return sums_to_one(A, everyone / 2)


@attempt
def scores_moved_where_there_may_be_no_candidates():
    """A row without candidates has a log-sum-exp of 0, whatever its scores."""
    moved = A + MatMul(v, Transpose(ones))
    return equation(LogSumExp(moved, B), LogSumExp(A, B) + v)


@attempt
def scores_moved_along_the_columns():
    moved = A + MatMul(ones, Transpose(v))
    return equation(LogSumExp(moved, B), LogSumExp(A, B) + v, [Candidates(B)])


@attempt
def scores_that_are_the_same_for_all_candidates():
    same = MatMul(v, OneMatrix(1, K))
    return equation(Trace(MatMul(Transpose(ones), Softmax(same, OneMatrix(N, K)), OneMatrix(K, 1))), N * K)


@attempt
def a_hypothesis_that_counts_twice():
    return equation(v, w, [Equal(MatMul(v, OneMatrix(1, K), OneMatrix(K, 1)), w)])


@attempt
def the_gradient_in_scores_that_choose_their_candidates():
    return rules.adjoint(Trace(MatMul(Transpose(ones), LogSumExp(A, A))), A, [Candidates(A)])


# rows


@attempt
def unit_rows_that_may_be_zero():
    norm_known = Equal(DiagonalOf(MatMul(A, Transpose(A))), MatMul(s, ones))
    theorem = equation(SquaredNorm(UnitRows(A)), N, [norm_known])
    return rules.substitution(theorem, {s: ZERO})


@attempt
def unit_rows_of_another_matrix():
    return equation(SquaredNorm(UnitRows(A)), N, [Positive(RowNorms(B))])


@attempt
def norms_of_rows_that_are_all_the_same():
    rows_of_v = MatMul(ones, Transpose(v))
    return equation(Trace(MatMul(Transpose(v), v)), Trace(MatMul(Transpose(RowNorms(rows_of_v)), RowNorms(rows_of_v))))


@attempt
def norms_of_rows_of_one_number():
    rows_of_v = MatMul(v, OneMatrix(1, K))
    return equation(SquaredNorm(RowNorms(rows_of_v)), SquaredNorm(v))


@attempt
def a_norm_that_is_zero_is_a_positive_constant():
    return rules.positive_constant(RowNorms(A), [Equal(RowNorms(A), MatMul(s, ones))])


# derivatives where there is none


@attempt
def the_gradient_of_an_absolute_value():
    return rules.adjoint(Abs(Trace(A)), A)


@attempt
def the_gradient_of_a_kink():
    return rules.adjoint(Trace(MatMul(Transpose(ones), each(Max(0, x), v))), v)


@attempt
def the_gradient_of_an_entropy_at_zero():
    return rules.adjoint(Trace(MatMul(Transpose(ones), each(entr(x), v))), v)


@attempt
def the_gradient_of_a_norm_at_zero():
    return rules.adjoint(Trace(MatMul(Transpose(ones), RowNorms(A))), A)


@attempt
def the_taylor_polynomial_of_a_kink():
    return rules.taylor(Trace(MatMul(Transpose(ones), RowNorms(MatMul(a, A)))), a, ZERO, 1)


@attempt
def a_taylor_polynomial_one_degree_short():
    return rules.taylor(a**2 * Trace(A), a, ZERO, 3)


@attempt
def a_taylor_polynomial_of_candidates_that_come_and_go():
    return rules.taylor(Trace(MatMul(Transpose(ones), LogSumExp(A, MatMul(a, everyone)))), a, ZERO, 1)


@attempt
def an_expansion_away_from_zero():
    theorem = rules.taylor((1 + a) ** 2 * Trace(A), a, Trace(A), 1)
    return rules.substitution(theorem, {a: 1 + b})


# cases of equality


def parabola():
    """s^2 - 2 b s >= -max(0, b)^2, and its case of equality."""
    return rules.part(rules.scalar_minimum(s**2 - 2 * b * s, s), 0), rules.strict_minimum(s**2 - 2 * b * s, s)


@attempt
def a_case_of_equality_taken_for_an_equation():
    case = parabola()[1]
    return rules.combination(Equal(case.statement.lhs, case.statement.rhs), [case])


@attempt
def a_case_of_equality_by_normal_form():
    return rules.normal_form(EqualIff(Trace(A), Trace(Transpose(A)), A, Transpose(A)))


@attempt
def a_case_of_equality_at_a_negative_point():
    return rules.substitution(parabola()[1], {s: -ONE})


@attempt
def the_only_minimiser_of_a_function_that_may_be_linear():
    return rules.strict_minimum(a**2 * s**2 + s, s)


@attempt
def entries_that_are_not_looked_at_are_equal_too():
    """Where a weight is 0, the entries may differ."""
    given = [EntrywiseNonnegative(A), Candidates(B)]
    objective = s**2 - 2 * s
    bound, case = (
        rules.substitution(theorem, {s: A[i, j]})
        for theorem in (
            rules.part(rules.scalar_minimum(objective, s, given), 0),
            rules.strict_minimum(objective, s, given),
        )
    )
    weighted = EqualIff(total(B[i, j] * (A[i, j] ** 2 - 2 * A[i, j])), -total(B[i, j]), A, everyone)
    return rules.equal_in_every_entry(weighted, bound, case, (i, j), B[i, j])


@attempt
def equal_in_one_entry():
    bound, case = parabola()
    claim = EqualIff(N**2 * (s**2 - 2 * b * s), -(N**2) * Max(0, b) ** 2, A, MatMul(Max(0, b), everyone))
    return rules.equal_in_every_entry(claim, bound, case, (i, j))


# separation


def separated():
    """The lemma for the pencil (A, I): of Z'AZ, where Z'Z = I."""
    named = {m.name: m for h in LEMMAS["poincare-separation"].hypotheses for m in h.free_symbols()}
    own = {"F": Identity(N), "S": A, "Y": Z, "V": B, "lambda": v}
    sizes = {d: N for name in ("F", "Y") for d in named[name].shape} | {Symbol("r", integer=True, nonnegative=True): N}
    return rules.lemma("poincare-separation", sizes | {named[name]: value for name, value in own.items()})


@attempt
def separation_of_vectors_of_any_length():
    return rules.discharge(separated(), rules.normal_form(Orthonormal(Z), [Orthonormal(Z, A)]))


@attempt
def separation_in_another_metric():
    return rules.discharge(separated(), rules.assumption(Orthonormal(Z, A)))


@attempt
def separation_of_a_matrix_that_is_not_symmetric():
    return rules.discharge(separated(), rules.normal_form(Symmetric(A)))


@attempt
def eigenpairs_from_their_equations_alone():
    """They hold for any eigenvectors, and not for the bottom ones only."""
    (pencil,) = [h for h in separated().hypotheses if isinstance(h, Eigenpairs)]
    return rules.normal_form(pencil, [pencil])


@attempt
def singular_pairs_from_their_equations_alone():
    """They hold for any singular vectors, and not for those of the largest values only."""
    pairs = SingularPairs(MatMul(Transpose(A), B), Identity(N), Identity(N), Z, MatrixSymbol("V", N, N), v)
    return rules.normal_form(pairs, [pairs])


@attempt
def a_rank_from_no_equation():
    return rules.normal_form(Rank(A, ONE))


@attempt
def the_rank_of_a_product_from_that_of_a_factor():
    return rules.discharge(rules.assumption(Rank(MatMul(Transpose(A), B), K)), rules.assumption(Rank(B, K)))


@attempt
def positive_eigenpairs_from_singular_pairs_of_any_rank():
    """Pairs of the value 0 are no positive eigenpairs: that there are min(K, r) of them says that they are positive."""
    theorem = rules.lemma("jordan-wielandt")
    (rank,) = [h for h in theorem.hypotheses if isinstance(h, Rank)]
    return rules.discharge(theorem, rules.assumption(replace(rank, rank=rank.rank + 1)))


@attempt
def the_second_block_from_the_first():
    return equation(MatMul(Transpose(B), B), Identity(N), [Orthonormal(MatMul(Transpose(A), Z)), Blocks(A, Z)])


# combination


@attempt
def an_inequality_turned_round():
    return rules.combination(AtMost(SquaredNorm(A), ZERO), [nonnegative(SquaredNorm(A))], [-ONE])


@attempt
def an_inequality_times_a_number_of_any_sign():
    return rules.combination(AtMost(ZERO, a * SquaredNorm(A)), [nonnegative(SquaredNorm(A))], [a])


@attempt
def an_equation_from_an_inequality():
    return rules.combination(Equal(ZERO, SquaredNorm(A)), [nonnegative(SquaredNorm(A))])


@attempt
def an_equation_with_a_remainder():
    return rules.combination(Equal(ZERO, SquaredNorm(A)), [], remainder=[SquaredNorm(A)])


@attempt
def a_remainder_of_any_sign():
    return rules.combination(AtMost(ZERO, Trace(A)), [], remainder=[Trace(A)])


@attempt
def one_is_two():
    return equation(ONE, Integer(2))


test_it_is_refused = all_refused(attempt)
