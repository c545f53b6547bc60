"""Attempts to derive a falsehood from what is declared of the variable of a function: of a Lambda with x > 0, of which values
at other numbers are taken. Of each derivation one step at least must be refused.
"""

import pytest
from sympy import (
    DiagMatrix,
    Function,
    Identity,
    Lambda,
    MatMul,
    OneMatrix,
    Symbol,
    Trace,
    ZeroMatrix,
    log,
    pi,
    sqrt,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.language.atoms import SpectralTrace
from derivations.language.errors import Undecided, UnsupportedExpression
from derivations.language.propositions import AtMost, Equal, Minimises
from derivations.language.substitute import substitute
from derivations.proof import rules
from derivations.proof.theorem import ProofError
from tests.proof.terms import ONE, ZERO, A, N, a, equation, k, s, v, x

positive, t = Symbol("x", positive=True), Symbol("t", nonnegative=True)
below, one = MatMul(-1, Identity(N)), MatMul(-1, OneMatrix(N, 1))
phi = Function("phi")
ATTEMPTS = {}


def attempt(derivation):
    ATTEMPTS[derivation.__name__] = derivation
    return derivation


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


REFUSALS = (ProofError, Undecided, UnsupportedExpression, ValueError)


@pytest.mark.parametrize("name", ATTEMPTS)
def test_it_is_refused(name):
    with pytest.raises(REFUSALS):
        ATTEMPTS[name]()


def test_what_is_true_is_not_refused():
    """The attempts above fail for the reason that they are named after."""
    assert equation(trace(log(2 * positive)), log(2) * N + trace(log(positive)))
    assert equation(trace(3 * positive), 3 * Trace(A))
    assert substitute(Lambda(positive, sqrt(positive) + a), {a: ONE}) == Lambda(positive, sqrt(positive) + 1)
    given = rules.assumption(Minimises(v, Lambda((s, positive), s * (positive + 1)), v))
    restated = Minimises(v, Lambda((s, positive), s * positive + s), v)
    assert rules.restatement(given, restated).statement == restated
