"""Attempts to derive a falsehood from how things are written: two of one name, variables that are bound, numbers that
are rounded. Of each derivation one step at least must be refused.
"""

from sympy import (
    AccumBounds,
    Derivative,
    DiagonalMatrix,
    Dummy,
    Float,
    Function,
    Integral,
    Lambda,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Product,
    Subs,
    Sum,
    Symbol,
    exp,
    log,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.network import spelling
from derivations.language.propositions import Equal
from derivations.proof import rules
from tests.proof.attempts import Attempts, all_refused
from tests.proof.terms import ONE, ZERO, A, K, N, Z, a, b, each, equation, i, j, k, nonnegative, v, x

f = Function("f")
P = MatrixSymbol("P", N, N)
attempt = Attempts()


def for_every(lhs, rhs):
    """|- lhs = rhs for every value of the free indices."""
    return rules.combination(Equal(lhs, rhs), [])


# two things of one name


@attempt
def two_indices_of_one_name():
    """A_ij = A_ji."""
    other = Symbol("i", integer=True)
    return for_every(MatrixElement(A, i, other), MatrixElement(A, other, i))


@attempt
def two_dummies_of_one_name():
    """At numbers 0 and 1, exp 0 = exp v_k."""
    one, two = (Dummy("a", real=True) for _ in range(2))
    return equation(each(exp(one * x), v), each(exp(two * x), v))


@attempt
def two_dummies_as_indices():
    one, two = (Dummy("i", integer=True, nonnegative=True) for _ in range(2))
    return for_every(MatrixElement(A, one, two), MatrixElement(A, two, one))


@attempt
def a_matrix_named_by_a_symbol():
    """A = 0 for every A."""
    other = MatrixSymbol(Symbol("A"), N, N)
    return rules.substitution(equation(A, other), {other: MatMul(2, A)})


@attempt
def a_matrix_of_another_kind():
    class Other(MatrixSymbol):
        pass

    return equation(A, Other("A", N, N))


# a function that is declared to be more than real


@attempt
def a_positive_function_replaced_by_a_negative_one():
    """0 <= -1."""
    positive = Function("f", positive=True)
    return rules.substitution(nonnegative(positive(a)), {positive: Lambda(x, -ONE)})


@attempt
def a_real_function_replaced_by_one_that_is_real_at_positive_numbers():
    """At a = -1, 0 <= (i pi)^2."""
    real = Function("f", real=True)
    return rules.substitution(nonnegative(real(a) ** 2), {real: Lambda(x, log(x))})


# variables that are bound


@attempt
def a_factor_that_an_integral_captures():
    """1/3 = x/2."""
    inside = Integral(x * a, (x, 0, 1))
    return rules.substitution(equation(inside, a * Integral(x, (x, 0, 1))), {a: x})


@attempt
def a_factor_that_a_product_captures():
    inside = Product(a + k, (k, 1, 3))
    return rules.substitution(equation(inside, inside), {a: k})


@attempt
def a_constant_that_becomes_what_is_differentiated_in():
    slope = Derivative(f(x, a), x)
    return rules.substitution(equation(slope, slope), {a: x})


@attempt
def a_constant_that_is_evaluated_with_the_rest():
    slope = Subs(Derivative(f(x, a), x), x, ZERO)
    return rules.substitution(equation(slope, slope), {a: x})


# sums over one index twice: the inner sum binds it


def twice(entry, inner, outer):
    return Sum(entry, (i, 0, inner - 1), (i, 0, outer - 1))


@attempt
def a_sum_over_an_index_of_two_ranges():
    """At K = 1, N v_0 = N sum_i v_i."""
    entry = MatrixElement(v, i, 0)
    return equation(twice(entry, K, N), N * Sum(entry, (i, 0, N - 1)))


@attempt
def the_first_samples_in_another_order():
    return rules.relisting(twice(MatrixElement(v, i, 0), K, N), N, P)


# the diagonal of a matrix that is not square


@attempt
def a_vector_without_what_is_off_its_diagonal():
    """(v_0, 0, ..., 0) = v."""
    return equation(MatMul(DiagonalMatrix(v), OneMatrix(1, 1)), v)


# numbers that are rounded: x + 1 is x at 1e20


rounded = Float(10**20)


@attempt
def a_rounded_number_for_a_symbol():
    """0 = b."""
    return rules.substitution(equation(b * (a + 1) - b * a, b), {a: rounded})


@attempt
def a_rounded_number_in_a_statement():
    """A = 0."""
    return equation(MatMul(rounded, A) + A + MatMul(-rounded, A), MatMul(ZERO, A))


@attempt
def a_range_for_a_symbol():
    """At b = 1, what is from 0 to 2 is 1."""
    return rules.substitution(equation(b * (a + 1) - b * a, b), {a: AccumBounds(0, 1)})


@attempt
def a_rounded_multiplier():
    """A multiple of 1 = a + (1 - a)."""
    given = equation(ONE + a - a, ONE)
    return rules.combination(Equal(ZERO, ZERO), [given], [rounded])


@attempt
def a_rounded_number_that_is_no_expression():
    return rules.substitution(equation(a, a), {a: 0.1})


@attempt
def a_rounded_number_in_a_view_of_a_mapping():
    return rules.substitution(equation(b * (a + 1) - b * a, b), {a: rounded}.items())


test_it_is_refused = all_refused(attempt)


def test_what_is_true_is_not_refused():
    """The attempts above fail for the reason that they are named after."""
    other = MatrixElement(A, i, j)
    assert for_every(other + MatrixElement(A, j, i), MatrixElement(A, j, i) + other)
    number = Dummy("a", real=True)
    assert equation(each(exp(number * x), v), each(exp(number * x), v))
    assert spelling(Lambda(number, exp(number))) == spelling(Lambda(x, exp(x)))
    named = MatrixSymbol(Symbol("A"), N, N)
    assert equation(MatMul(named, Z) + MatMul(A, Z), MatMul(A + named, Z))
    assert rules.substitution(equation(f(a) + f(a), 2 * f(a)), {f: Lambda(x, log(x)), a: ONE})
    inside = Integral(x * a, (x, 0, 1))
    assert rules.substitution(equation(inside + b, b + inside), {b: x}).statement.lhs == inside + x
    double = Sum(MatrixElement(A, i, j), (i, 0, N - 1), (j, 0, N - 1))
    assert rules.relisting(double, N, P)
