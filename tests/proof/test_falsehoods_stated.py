"""Attempts to derive a falsehood with what the optima of stated losses add: minima in two pieces and at 0, minima under
constraints, logarithms of determinants, and the eigenvalues of a I + b X.
"""

import pytest
from sympy import Abs, Identity, Integer, Lambda, MatAdd, MatMul, MatrixSymbol, Max, Symbol, ZeroMatrix, log, sqrt

from derivations.language.atoms import Eigenvalues, SpectralTrace, SquaredNorm
from derivations.language.determinant import LogDet
from derivations.language.errors import Undecided, UnsupportedExpression
from derivations.language.propositions import (
    AtMost,
    Minimum,
    Orthonormal,
    Positive,
    PositiveSemidefinite,
    Symmetric,
)
from derivations.proof import rules
from derivations.proof.lemmas.lemma import K, phi
from derivations.proof.scalar import nonnegative_minimum
from derivations.proof.sign import has_positive_entries
from tests.proof.attempts import Attempts, all_refused
from tests.proof.terms import ONE, ZERO, A, N, Z, a, b, equation, p, s

h = Symbol("h", nonnegative=True)
X = MatrixSymbol("X", K, K)
shift, scale = Symbol("a", real=True), Symbol("b", real=True)
below = MatMul(-1, Identity(K))
attempt = Attempts()


def constrained():
    """min of |Z|^2 over Z with Z'Z = I is N."""
    bound = rules.combination(AtMost(N, SquaredNorm(Z)), [equation(N, SquaredNorm(Z), [Orthonormal(Z)])])
    witness, feasible = equation(SquaredNorm(Identity(N)), N), rules.normal_form(Orthonormal(Identity(N)))
    return rules.attainment(bound, witness, Z, Identity(N), [feasible])


@attempt
def a_bound_without_its_constraint():
    return rules.attainment(rules.lower_bound(constrained()), rules.value_at_minimum(constrained()), Z, Identity(N))


@attempt
def a_constraint_that_another_point_does_not_meet():
    lower = rules.lower_bound(constrained())
    here = equation(SquaredNorm(ZeroMatrix(N, N)), N)
    return rules.attainment(lower, here, Z, ZeroMatrix(N, N), [rules.part(rules.feasible_minimum(constrained()), 0)])


@attempt
def a_bound_at_a_point_that_does_not_meet_it():
    at = rules.substitution(rules.lower_bound(constrained()), {Z: ZeroMatrix(N, N)})
    return rules.discharge(at, rules.feasible_minimum(constrained()))


@attempt
def a_minimum_over_fewer_as_one_over_all():
    claim = constrained().statement
    return rules.restatement(constrained(), Minimum(claim.objective, Z, claim.value, claim.at))


@attempt
def the_logarithm_of_a_determinant_whose_eigenvalues_are_negative():
    theorem = rules.lemma("log-determinant", {X: below})
    theorem = rules.discharge(theorem, rules.normal_form(Symmetric(below)))
    return rules.discharge(theorem, rules.positive_function(Eigenvalues(below, K)))


@attempt
def the_logarithm_of_the_determinant_of_a_singular_matrix():
    return rules.positive_function(Eigenvalues(A, N), [PositiveSemidefinite(A)])


@attempt
def the_eigenvalues_of_a_matrix_that_is_not_symmetric():
    theorem = rules.lemma("spectral-mapping", {shift: ONE, scale: ONE, phi: Lambda(s, s)})
    return rules.discharge(theorem, rules.normal_form(Symmetric(X)))


@attempt
def a_function_that_is_not_defined_anywhere():
    return rules.lemma("spectral-mapping", {shift: ZERO, scale: ZERO, phi: Lambda(s, 1 / s)})


@attempt
def positive_eigenvalues_that_are_not_all():
    """log det X = tr log X needs all K eigenvalues to be positive."""
    theorem = rules.lemma("log-determinant")
    return rules.discharge(theorem, rules.assumption(Positive(Eigenvalues(X, 1))))


test_it_is_refused = all_refused(attempt)


UNDECIDED = [
    Abs(s - b),  # b may be below 0: the minimum is at 0 then
    Abs(s - b) ** 3 + h * s,
    Abs(b * s - 1),  # and b = 0
    Abs(h * s - 1) + s**2,
    Max(0, s - 1) - h * s,
    Max(0, s - 1) ** 3 + Max(0, 1 - s) ** 3 + a * s,
    -Abs(s - 1),
    Abs(s - 1) ** 3 - 4 * s**3,
    Abs(s - 1) ** 3 + Abs(s - 2) ** 3,
    Abs(Abs(s - 2) - 1),
    Max(0, 1 - s, s - 2),
    Max(1, s),
    Abs(log(s)),
    Abs(s - 1) / h + s,  # not defined at h = 0
    s / h,
    s**3 + s / h,
    p * s + 1 / h,
    1 / Abs(s - 1),
    log(Max(0, s - 1)) + s,
    sqrt(Max(0, s - 1)),
    Max(0, 1 - s) ** p + s,
    (s - b) ** 4 + h * s,
    (s - 1) ** 4 - s**2,
    (s - 1) ** 3,
    -((s - 1) ** 4) + h * s,
    b * (s - 1) ** 4,
]


@pytest.mark.parametrize("objective", UNDECIDED, ids=str)
def test_what_may_be_false_for_some_parameters_is_not_certified(objective):
    with pytest.raises((Undecided, UnsupportedExpression)):
        nonnegative_minimum(objective, s)


def test_what_is_true():
    """The same steps where they are allowed."""
    moved = MatAdd(MatMul(2, Identity(K)), MatMul(3, X))
    theorem = rules.lemma("spectral-mapping", {shift: Integer(2), scale: Integer(3), phi: Lambda(s, s**2)})
    assert theorem.hypotheses == (Symmetric(X),)
    y = Symbol("s", real=True)
    assert theorem.statement.lhs == SpectralTrace(Lambda(y, y**2), moved)
    assert theorem.statement.rhs == SpectralTrace(Lambda(y, (2 + 3 * y) ** 2), X)
    assert has_positive_entries(Eigenvalues(MatAdd(Identity(N), MatMul(Z.T, Z)), N))
    assert not has_positive_entries(Eigenvalues(MatMul(Z.T, Z), N))
    assert rules.lemma("log-determinant").statement.lhs == LogDet(X)
