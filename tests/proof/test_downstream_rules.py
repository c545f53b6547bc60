"""The rules that the results on downstream tasks brought: what they conclude, and falsehoods that they refuse."""

import pytest
from sympy import Integer, Max, Rational, Sum, Symbol, Trace, log, sqrt

from derivations.language.errors import UnsupportedExpression
from derivations.language.propositions import AtMost, Expansion, OrthonormalFactor
from derivations.proof import rules
from derivations.proof.lemmas import LEMMAS, lemma
from derivations.proof.theorem import ProofError
from tests.proof.terms import ONE, ZERO, A, N, Z, a, at_k, b, each, equation, k, p, s, v, x


def refused(message):
    return pytest.raises((ProofError, ValueError, UnsupportedExpression), match=message)


def below(lhs, rhs):
    return rules.assumption(AtMost(lhs, rhs))


def test_raised():
    assert rules.raised(below(a, b), ZERO).statement == AtMost(Max(0, a), Max(0, b))
    assert rules.raised(below(a, b), p).statement == AtMost(Max(a, p), Max(b, p))
    assert rules.raised(below(a, b), ZERO).hypotheses == (AtMost(a, b),)
    with refused("an inequality is needed"):
        rules.raised(equation(a + b, b + a), ZERO)
    complex_number, infinite = Symbol("c"), log(a)
    for floor in (complex_number, infinite, 1 / a):
        with refused("not known to be real"):
            rules.raised(below(a, b), floor)
    with refused("not known to be real"):
        rules.raised(below(sqrt(a), b), ZERO)


def test_reciprocals_are_expanded_where_they_are_positive():
    """1/(s + p - a), for s >= 0 and p > 0."""
    claim = rules.taylor(1 / (s + p - a), a, 1 / (s + p) + a / (s + p) ** 2, 2).statement
    assert claim == Expansion(1 / (s + p - a), a, 1 / (s + p) + a / (s + p) ** 2, Integer(2))
    rules.taylor((1 + a) ** -2 * Trace(A), a, (1 - 2 * a + 3 * a**2) * Trace(A), 3)
    nested = 1 / (1 + 1 / (1 + a))
    rules.taylor(nested, a, Rational(1, 2) + a / 4, 2)


@pytest.mark.parametrize(
    "function",
    [
        1 / (s - a),  # infinite at s = 0
        1 / a**2,
        1 / (1 + Trace(A) - a),
        1 / (b + a),
        1 / (a - p),  # negative
        1 / (p + a - sqrt(a**2)),  # a kink
        1 / (1 + 1 / a),  # has a limit, and no value
        1 / (p + Max(0, a)),
        1 / (Sum(at_k(each(x**2 + 1, v)), (k, 0, N - 1)) - a),
        (p - a) ** Rational(1, 2),
    ],
    ids=str,
)
def test_others_are_not(function):
    with refused("smooth|is not defined"):
        rules.taylor(function, a, ZERO, 1)


def test_a_wrong_slope_is_refused():
    with refused("is not the Taylor polynomial"):
        rules.taylor(1 / (p - a), a, 1 / p - a / p**2, 2)


def test_a_reciprocal_stays_positive_where_symbols_are_replaced():
    expansion = rules.taylor(1 / (s + p - a), a, 1 / (s + p) + a / (s + p) ** 2, 2)
    with refused("that is not known of"):
        rules.substitution(expansion, {s: b})
    with refused("that is not known of"):
        rules.substitution(expansion, {p: s})
    there = rules.substitution(expansion, {s: b}, [AtMost(0, b)])
    assert AtMost(0, b) in there.hypotheses


def test_an_orthonormal_basis_is_dropped_from_what_does_not_speak_of_it():
    names = dict(zip(LEMMAS["orthonormal-basis"].statement.arguments(), (Z, *_factors(Z)), strict=True))
    sizes = {lemma.N: N, lemma.K: N}
    fact = OrthonormalFactor(Z, *_factors(Z))
    square = Trace(Z.T * Z)
    spelled = rules.combination(AtMost(0, square), [], remainder=[square], hypotheses=[fact])
    assert rules.existence(spelled, "orthonormal-basis", sizes | names).hypotheses == ()


def _factors(matrix):
    basis, coordinates = LEMMAS["orthonormal-basis"].provides
    return basis.func("U", N, N), coordinates.func("B", N, N)


def test_it_cannot_be_the_basis_of_something_else():
    """Z = U B for a given U would say that the columns of Z are in its range."""
    basis, coordinates = _factors(Z)
    given, u, c = LEMMAS["orthonormal-basis"].statement.arguments()
    fact = OrthonormalFactor(Z, basis, coordinates)
    outside = equation(Trace(Z.T * Z), Trace(Z.T * basis * basis.T * Z), [fact])
    with refused("still occur"):
        rules.existence(outside, "orthonormal-basis", {lemma.N: N, lemma.K: N, given: Z, u: basis, c: coordinates})
    trivial = equation(ONE, ONE, [fact])
    with refused("cannot depend on them|still occur|none of which"):
        rules.existence(trivial, "orthonormal-basis", {lemma.N: N, lemma.K: N, given: basis, u: basis, c: coordinates})


def test_the_division_of_the_normal_form_does_not_divide_by_zero():
    """0 = 1 at v_k = 0 if v_k/v_k were 1 whatever v is."""
    with refused("not declared to be positive"):
        equation(Sum(at_k(each(x / x**2, v)) * at_k(v), (k, 0, N - 1)), N)
    quotient = Sum(at_k(v) * at_k(each(1 / (x + p), v)), (k, 0, N - 1))
    with refused("not declared to be positive"):
        equation(quotient, N - p * Sum(at_k(each(1 / (x + p), v)), (k, 0, N - 1)))
