"""Attempts to derive a falsehood from what is declared of the variable of a function: of a Lambda with x > 0, of which values
at other numbers are taken; and from an index that has no values. Of each derivation one step at least must be refused.
"""

from sympy import (
    DiagMatrix,
    Function,
    Identity,
    KroneckerDelta,
    Lambda,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Sum,
    Symbol,
    Trace,
    ZeroMatrix,
    log,
    pi,
    sqrt,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import SpectralTrace
from derivations.language.propositions import AtMost, Equal, Minimises
from derivations.language.substitute import substitute
from derivations.proof import rules
from tests.proof.attempts import Attempts, all_refused
from tests.proof.terms import ONE, ZERO, A, N, a, at_k, equation, j, k, s, v, x

positive, t = Symbol("x", positive=True), Symbol("t", nonnegative=True)
below, one = MatMul(-1, Identity(N)), MatMul(-1, OneMatrix(N, 1))
phi = Function("phi")
attempt = Attempts()


def trace(body, matrix=A):
    return SpectralTrace(Lambda(positive, body), matrix)


def two_values(theorem, other):
    """From |- x = y and |- x = z to |- y = z."""
    claim = theorem.statement
    return rules.combination(Equal(claim.rhs, other), [theorem, equation(claim.lhs, other)], [-ONE, ONE])


@attempt
def a_logarithm_of_a_square_at_negative_eigenvalues():
    """At M = -I, 0 = -4 N pi^2."""
    split = equation(trace(log(positive**2) ** 2), 4 * trace(log(positive) ** 2))
    moved = rules.substitution(split, {A: below})
    lhs, rhs = equation(moved.statement.lhs, ZERO), equation(moved.statement.rhs, -4 * pi**2 * N)
    return rules.combination(Equal(ZERO, -4 * pi**2 * N), [moved, lhs, rhs], [ONE, -ONE, ONE])


@attempt
def the_root_of_a_square_that_a_sum_becomes():
    """x^2 under the root: tr |M| is not tr M."""
    return equation(trace(sqrt(positive * (positive + 1) - positive)), Trace(A))


@attempt
def a_minimum_restated_with_other_logarithms():
    """0 <= -4 pi^2."""
    bound = rules.combination(AtMost(ZERO, ZERO), [])

    def minimum(body):
        return Minimises(ZeroMatrix(N, 1), Lambda((s, positive), body), one)

    least = rules.everywhere(bound, minimum(s * log(positive**2) ** 2), k, t)
    other = rules.restatement(least, minimum(4 * s * log(positive) ** 2))
    return rules.combination(AtMost(ZERO, -4 * pi**2), [rules.substitution(rules.pointwise(other, k, t), {t: ONE})])


@attempt
def the_root_of_a_square_after_substitution():
    """N = -N."""
    root = equation(trace(sqrt(positive**2 + s), below), N * sqrt(1 + s))
    return two_values(rules.substitution(root, {s: ZERO}), -N)


@attempt
def the_root_of_a_square_of_every_entry_after_substitution():
    """N = -N."""
    roots = ElementwiseApplyFunction(Lambda(positive, sqrt(positive**2 + s)), one)
    return two_values(rules.substitution(equation(Trace(DiagMatrix(roots)), N * sqrt(1 + s)), {s: ZERO}), -N)


@attempt
def a_function_replaced_by_the_absolute_value():
    """N = -N."""
    any_function = equation(trace(phi(positive), below), N * phi(-1))
    return two_values(rules.substitution(any_function, {phi: Lambda(x, abs(x))}), -N)


# an index that has no values


n = Symbol("n", integer=True, nonnegative=True)
u = MatrixSymbol("u", n, 1)


def entry(vector, index=k):
    return MatrixElement(vector, index, 0)


none = OneMatrix(n, 1)  # no entries at n = 0
others = entry(none) * Sum((1 - KroneckerDelta(k, j)) * entry(none, j), (j, 0, n - 1))  # n - 1, for every k


def where_there_is_one(number):
    """1 + number <= n + number, for every k < n."""
    return rules.combination(AtMost(1 + number, n + number), [], remainder=[others])


@attempt
def an_index_of_no_values():
    """1 <= 0."""
    return rules.substitution(where_there_is_one(ZERO), {n: ZERO})


@attempt
def a_minimum_from_an_index_of_no_values():
    """0 minimises -s."""
    bound = rules.combination(AtMost(ZERO, t * (n - 1) * entry(none)), [], remainder=[t * others])
    least = rules.everywhere(bound, Minimises(ZeroMatrix(N, 1), Lambda((s, x), s * (n - 1)), v), k, t)
    return rules.substitution(least, {n: ZERO})


@attempt
def an_index_that_a_substitution_drops():
    return rules.substitution(where_there_is_one(a * entry(u)), {a: ZERO})


@attempt
def an_index_that_is_bound_elsewhere():
    total = at_k(v) + Sum(entry(u), (k, 0, n - 1))
    return where_there_is_one(total)


@attempt
def an_index_in_a_hypothesis_that_is_dropped():
    proved = where_there_is_one(a * entry(u))
    given = rules.combination(AtMost(ONE, n), [], remainder=[n - 1], hypotheses=[proved.statement])
    return rules.discharge(given, proved)


@attempt
def a_sum_over_another_range():
    return rules.sum_over(where_there_is_one(a * entry(u)), k, N)


test_it_is_refused = all_refused(attempt)


def test_what_is_true_is_not_refused():
    """The attempts above fail for the reason that they are named after."""
    assert equation(trace(log(2 * positive)), log(2) * N + trace(log(positive)))
    assert equation(trace(3 * positive), 3 * Trace(A))
    assert substitute(Lambda(positive, sqrt(positive) + a), {a: ONE}) == Lambda(positive, sqrt(positive) + 1)
    given = rules.assumption(Minimises(v, Lambda((s, positive), s * (positive + 1)), v))
    restated = Minimises(v, Lambda((s, positive), s * positive + s), v)
    assert rules.restatement(given, restated).statement == restated
    assert rules.sum_over(where_there_is_one(a * entry(u)), k, n)
    assert rules.substitution(where_there_is_one(a * entry(u)), {n: N, a: ZERO}).statement == AtMost(ONE, N)
