"""The case of equality that a squared distance gives, and rows or columns of a given norm: what is concluded, what refused."""

from sympy import (
    DiagonalMatrix,
    Function,
    I,
    Identity,
    MatMul,
    MatrixSymbol,
    Sum,
    Trace,
    Transpose,
    oo,
    sqrt,
)

from derivations.language.atoms import SquaredNorm
from derivations.language.propositions import Equal, EqualIff, UnitLength
from derivations.proof import rules
from tests.proof.attempts import Attempts, all_refused
from tests.proof.terms import ONE, ZERO, A, B, K, N, Z, a, b, c, equation, k, nonnegative, p, s
from tests.proof.test_rules import concludes, refused

squares, cross = SquaredNorm(A) + SquaredNorm(B), 2 * Trace(MatMul(Transpose(A), B))
distance = SquaredNorm(A - B)
apart = equation(squares, cross + distance)  # |A|^2 + |B|^2 - 2 tr(A'B) = |A - B|^2
claim = EqualIff(squares, cross, A, B)


def test_zero_distance():
    concludes(rules.zero_distance(apart, claim, ONE), claim)
    swapped = EqualIff(cross, squares, B, A)
    concludes(rules.zero_distance(equation(cross, squares - distance), swapped, -ONE), swapped)
    scaled = EqualIff(p * squares, p * cross, A, B)
    concludes(rules.zero_distance(equation(p * squares - p * cross, p * distance), scaled, p), scaled)
    unit = UnitLength(Z)
    even = EqualIff(
        SquaredNorm(DiagonalMatrix(Transpose(Z) * Z)), N, DiagonalMatrix(MatMul(Transpose(Z), Z)), Identity(N)
    )
    split = equation(even.lhs, N + SquaredNorm(even.a - even.b), [unit])
    concludes(rules.zero_distance(split, even, ONE), even, unit)


def test_what_zero_distance_refuses():
    for theorem, statement in ((nonnegative(distance), claim), (apart, Equal(A, B)), (equation(A, A), claim)):
        with refused("are needed"):
            rules.zero_distance(theorem, statement, ONE)
    for multiple in (ZERO, a, s, oo, I, Trace(A), Sum(p, (k, 0, N - 1)), c - 1, Function("f")(p)):
        with refused("not known to be real and other than 0"):
            rules.zero_distance(apart, claim, multiple)
    wide, sized = MatrixSymbol("B", N, K), MatrixSymbol("B", a, a)
    for x, y in ((a, b), (A, b), (A, wide), (sized, sized), (A, MatMul(sqrt(a), B))):
        with refused("no two real matrices of one shape"):
            rules.zero_distance(apart, EqualIff(squares, cross, x, y), ONE)
    for other in (-ONE, 2 * ONE):
        with refused("does not say"):
            rules.zero_distance(apart, claim, other)


attempt = Attempts()


@attempt
def equal_where_the_sum_is_zero():
    return rules.zero_distance(apart, EqualIff(squares, cross, A, -B), ONE)


@attempt
def equal_where_the_transposes_are():
    """|A|^2 + |B|^2 - 2 tr(A B) is |A - B'|^2."""
    crossed = 2 * Trace(MatMul(A, B))
    split = equation(squares, crossed + SquaredNorm(A - Transpose(B)))
    return rules.zero_distance(split, EqualIff(squares, crossed, A, B), ONE)


@attempt
def a_distance_with_a_rest():
    return rules.zero_distance(
        equation(squares + ONE, cross + distance + ONE), EqualIff(squares + ONE, cross, A, B), ONE
    )


@attempt
def two_distances_that_cancel():
    """0 = |A - B|^2 - |B - A|^2."""
    nothing = equation(distance - SquaredNorm(B - A), ZERO)
    return rules.zero_distance(nothing, EqualIff(ZERO, ZERO, A, B), ONE)


@attempt
def a_distance_whose_multiple_is_no_number():
    """a |A - B|^2 is 0 at a = 0, whatever A and B are."""
    return rules.zero_distance(equation(a * squares, a * (cross + distance)), EqualIff(a * squares, a * cross, A, B), a)


@attempt
def a_distance_counted_for_no_index():
    """The sum over k < c - 1 of |A - B|^2 has no terms if c is 1."""
    number = Sum(ONE, (k, 0, c - 2))
    total = EqualIff(number * squares, number * cross, A, B)
    return rules.zero_distance(equation(total.lhs, total.rhs + number * distance), total, number)


@attempt
def a_distance_to_an_imaginary_matrix():
    """(1, 1) - i (i, -i) is not 0, and its entries square to 0."""
    return rules.zero_distance(apart, EqualIff(squares, cross, A, MatMul(I, B)), ONE)


@attempt
def equality_from_an_inequality():
    return rules.zero_distance(nonnegative(distance), EqualIff(distance, ZERO, A, B), ONE)


@attempt
def the_entries_of_the_diagonal_for_all():
    """Diagonal parts of no distance are those of many matrices."""
    on_diagonal = SquaredNorm(DiagonalMatrix(A) - DiagonalMatrix(B))
    return rules.zero_distance(equation(on_diagonal, on_diagonal), EqualIff(on_diagonal, ZERO, A, B), ONE)


# rows and columns of a given norm


@attempt
def rows_of_a_negative_norm():
    return rules.restatement(rules.assumption(UnitLength(A)), UnitLength(A, -ONE))


@attempt
def rows_of_a_norm_of_any_sign():
    return UnitLength(A, a)


@attempt
def rows_of_a_norm_that_a_replacement_makes_negative():
    return rules.substitution(rules.assumption(UnitLength(A, s)), {s: -p})


@attempt
def columns_from_rows():
    """The rows of (1, 0; 1, 0) have norm one, and its columns have not."""
    return rules.normal_form(UnitLength(Transpose(A)), [UnitLength(A)])


@attempt
def rows_of_one_norm_are_of_another():
    return rules.normal_form(UnitLength(A, p), [UnitLength(A)])


@attempt
def orthogonal_columns_from_their_norms():
    return equation(MatMul(Transpose(A), A), Identity(N), [UnitLength(Transpose(A))])


@attempt
def as_many_rows_as_columns():
    """Of a matrix with rows of norm one alone."""
    wide = MatrixSymbol("Z", N, K)
    by_rows = equation(SquaredNorm(wide), N, [UnitLength(wide)])
    by_columns = equation(SquaredNorm(wide), K, [UnitLength(wide)])
    return rules.combination(Equal(N, K), [by_rows, by_columns], [-ONE, ONE])


@attempt
def rows_of_norm_zero_scaled_to_norm_one():
    return rules.substitution(rules.normal_form(UnitLength(MatMul(1 / s, A)), [UnitLength(A, s)]), {s: ZERO})


test_it_is_refused = all_refused(attempt)
