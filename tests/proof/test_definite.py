"""What is positive definite or positive because of how it is built, and minima for positive values of a parameter."""

import pytest
from sympy import (
    DiagMatrix,
    Identity,
    Inverse,
    Lambda,
    MatAdd,
    MatMul,
    MatrixSymbol,
    Max,
    Min,
    Rational,
    Symbol,
    Trace,
    Transpose,
    log,
)

from derivations.language.atoms import Centring, Named
from derivations.language.errors import Undecided
from derivations.language.instances import instances
from derivations.language.propositions import (
    AtMost,
    Eigenpairs,
    EntrywiseNonnegative,
    Equal,
    Invertible,
    Minimises,
    Positive,
    PositiveDefinite,
    PositiveSemidefinite,
    Symmetric,
)
from derivations.proof import rules
from derivations.proof.scalar import nonnegative_minimum
from derivations.proof.sign import is_positive, is_positive_definite, is_real_matrix, is_semidefinite
from derivations.proof.theorem import ProofError
from tests.proof.terms import ONE, ZERO, A, B, K, N, Z, a, at_k, b, each, k, p, s, v, w, x

gram = MatMul(Transpose(Z), Z)
rate = MatAdd(Identity(N), MatMul(p, gram))
pair = Eigenpairs(A, Identity(N), Z, v, N)

DEFINITE = [
    (Identity(N), ()),
    (rate, ()),
    (MatAdd(Identity(N), gram, Centring(N)), ()),
    (MatMul(p, rate), ()),
    (Inverse(rate), ()),
    (Named("C", rate), ()),
    (A, [PositiveDefinite(A)]),
    (MatAdd(A, B), [PositiveDefinite(A), PositiveSemidefinite(B)]),
    (MatAdd(A, MatMul(s, B)), [PositiveDefinite(A), PositiveDefinite(B)]),
]
NOT_DEFINITE = [
    (gram, ()),
    (A, [PositiveSemidefinite(A)]),
    (A, [PositiveDefinite(B)]),
    (Centring(N), ()),
    (MatMul(s, Identity(N)), ()),
    (MatMul(-1, rate), ()),
    (MatMul(A, B), [PositiveDefinite(A), PositiveDefinite(B)]),
    (MatMul(A, A), [PositiveDefinite(A)]),  # of a matrix that turns by a right angle, -I
    (MatAdd(A, B), [PositiveDefinite(A)]),
    (MatAdd(Identity(N), MatMul(a, gram)), ()),
    (Inverse(A), [Invertible(A)]),
    (DiagMatrix(v), [EntrywiseNonnegative(v)]),
]


@pytest.mark.parametrize(("matrix", "hypotheses"), DEFINITE, ids=str)
def test_what_is_known_to_be_positive_definite(matrix, hypotheses):
    assert is_positive_definite(matrix, hypotheses)
    assert is_semidefinite(matrix, hypotheses)
    assert is_real_matrix(Inverse(matrix), hypotheses)
    theorem = rules.positive_definite(matrix, hypotheses)
    assert theorem.statement == PositiveDefinite(matrix)
    assert theorem.hypotheses == tuple(hypotheses)
    drawn = list(instances(list(hypotheses), [matrix], 5))
    assert len(drawn) == 5
    assert all(theorem.statement.residual(instance) == 0 for instance in drawn)


@pytest.mark.parametrize(("matrix", "hypotheses"), NOT_DEFINITE, ids=str)
def test_what_is_not(matrix, hypotheses):
    assert not is_positive_definite(matrix, hypotheses)
    with pytest.raises(ProofError, match="positive definite"):
        rules.positive_definite(matrix, hypotheses)


def test_an_inverse_is_real_where_there_is_one():
    assert is_real_matrix(Inverse(A), [Invertible(A)])
    assert not is_real_matrix(Inverse(A))
    assert not is_real_matrix(Inverse(gram))


def test_positive_numbers():
    for expr, hypotheses in (
        (p, ()),
        (1 + s, ()),
        (at_k(v), [Positive(v)]),
        (at_k(v) * p + s, [Positive(v)]),
        (1 / at_k(v), [Positive(v)]),
        (at_k(v), [PositiveDefinite(A), pair]),
        (at_k(each(1 + x**2, w)), ()),
        (1 + Trace(gram), ()),
    ):
        assert is_positive(expr, hypotheses)
    for expr, hypotheses in (
        (a, ()),
        (s, ()),
        (at_k(v), ()),
        (at_k(v), [Positive(w)]),
        (at_k(v), [EntrywiseNonnegative(v)]),
        (at_k(v), [PositiveSemidefinite(A), pair]),
        (at_k(w), [PositiveDefinite(A), pair]),
        (at_k(v), [PositiveDefinite(B), pair]),
        (1 / at_k(v), ()),
        (Trace(gram), ()),
        (Symbol("z"), ()),
    ):
        assert not is_positive(expr, hypotheses)


def test_eigenvalues_of_a_positive_definite_matrix_are_positive():
    given = [Symmetric(A), PositiveDefinite(A), pair]
    theorem = rules.positive_function(v, given)
    assert theorem.statement == Positive(v)
    for instance in instances(given, [v], 5):
        assert theorem.statement.residual(instance.in_multi_precision()) == 0
    with pytest.raises(ProofError, match="positive"):
        rules.positive_function(v, [Symmetric(A), PositiveSemidefinite(A), pair])
    with pytest.raises(ProofError, match="positive"):
        rules.positive_function(v, [PositiveDefinite(A), Eigenpairs(MatMul(-1, A), Identity(N), Z, v, N)])


def test_eigenvalues_on_the_range_of_inputs_are_positive():
    """A singular F has v'F'A F v = 0 for some v, but none with v'F'F v = 1."""
    compressed, moment = MatMul(Transpose(Z), A, Z), MatMul(Transpose(Z), Z)
    r = Symbol("r", integer=True, nonnegative=True)
    V, mu = MatrixSymbol("V", N, Min(K, r)), MatrixSymbol("mu", Min(K, r), 1)
    for matrix, metric in ((compressed, moment), (Named("B", compressed), Named("M", moment))):
        given = [Symmetric(A), PositiveDefinite(A), Eigenpairs(matrix, metric, V, mu, r)]
        assert rules.positive_function(mu, given).statement == Positive(mu)
        for instance in instances(given, [mu], 5):
            assert Positive(mu).residual(instance.in_multi_precision()) == 0
    for matrix, metric in (
        (compressed, Identity(N)),
        (compressed, MatMul(Transpose(A), A)),
        (MatMul(Transpose(Z), A, B), moment),
        (MatMul(Z, A, Transpose(Z)), moment),
        (MatMul(Transpose(Z), Z), moment),
        (moment, Identity(N)),
    ):
        with pytest.raises(ProofError, match="positive"):
            rules.positive_function(mu, [PositiveDefinite(A), Eigenpairs(matrix, metric, V, mu, r)])


def test_a_positive_number_is_replaced_by_an_entry_that_is_one():
    theorem = rules.scalar_minimum(p * s - log(1 + s), s)
    moved = rules.substitution(theorem, {p: at_k(v)}, [Positive(v)])
    assert moved.hypotheses == (Positive(v),)
    with pytest.raises(ProofError, match="positive"):
        rules.substitution(theorem, {p: at_k(v)}, [EntrywiseNonnegative(v)])


coding = -log(1 + p * s) / 2 + x * s
found = Max(0, 1 / (2 * x) - 1 / p)


def test_minimum_for_positive_values_of_a_parameter():
    least = nonnegative_minimum(coding, s, [Positive(x)])
    assert least.at == found
    with pytest.raises(Undecided):
        nonnegative_minimum(coding, s)
    with pytest.raises(Undecided):
        nonnegative_minimum(coding, s, [AtMost(0, x)])
    with pytest.raises(Undecided):
        nonnegative_minimum(coding, s, [Positive(a)])
    weighted = x * s - (b - x) * log(1 + s)
    assert nonnegative_minimum(weighted, s, [Positive(x), AtMost(x, b)]).at == Max(0, b / x - 2)
    with pytest.raises(Undecided, match="second derivative"):
        nonnegative_minimum(weighted, s, [Positive(x)])
    theorem = rules.scalar_minimum(coding, s, [Positive(x)])
    assert theorem.hypotheses == (Positive(x),)
    for instance in instances([Positive(x)], list(theorem.statement.expressions()), 10):
        assert theorem.statement.residual(instance.in_multi_precision()) < 1e-40


def test_minimiser_where_every_value_is_positive():
    for given in ([Positive(v)], [Symmetric(A), PositiveDefinite(A), pair]):
        theorem = rules.minimiser(coding, s, x, v, [*given, Positive(x)])
        assert theorem.statement == Minimises(each(found, v), Lambda((s, x), coding), v)
        assert theorem.hypotheses == tuple(given)
        for instance in instances(given, list(theorem.statement.expressions()), 5):
            assert theorem.statement.residual(instance.in_multi_precision()) < 1e-30
    for given in ([], [EntrywiseNonnegative(v)], [Positive(w)], [PositiveSemidefinite(A), pair]):
        with pytest.raises(ProofError, match="not known to be positive"):
            rules.minimiser(coding, s, x, v, [*given, Positive(x)])


def test_a_zero_of_the_slope_below_0_is_none():
    """The slope has two zeros, one of them below 0 for every parameter."""
    upper = log(1 + p * s) / 2 + p**2 * (s - 1) ** 2 / 4 - p * s / (2 * (1 + p))
    theorem = rules.scalar_minimum(upper, s)
    assert theorem.statement.parts[0].lhs.equals(log(1 + p) / 2 - p / (2 * (1 + p)))
    for instance in instances([], list(theorem.statement.expressions()), 10):
        assert theorem.statement.residual(instance.in_multi_precision()) < 1e-40
    with pytest.raises(Undecided, match="3 zeros"):
        nonnegative_minimum((s - 1) ** 2 * (s - 3) ** 2 / (1 + s), s)
    with pytest.raises(Undecided, match="0 zeros"):
        nonnegative_minimum(log(1 + s) + s, s)


def test_spectral_traces_are_linear_in_the_function():
    from derivations.language.atoms import SpectralTrace
    from derivations.language.normal_form import normal_form

    def of(body):
        return SpectralTrace(Lambda(s, body), gram)

    assert normal_form(of(-log(1 + s) / 2 + p * s**2 - 3)) == normal_form(
        -of(log(1 + s)) / 2 + p * Trace(MatMul(gram, gram)) - 3 * N
    )
    assert normal_form(of(log(1 + s) + log(2 + s))) != normal_form(of(log(1 + s)))
    assert normal_form(of(log(1 + 2 * s))) != normal_form(2 * of(log(1 + s)))
    assert normal_form(of(ZERO)).is_zero
    assert normal_form(of(ONE)) == normal_form(N + 0 * K)
    assert normal_form(Equal(of(s * b), b * Trace(gram)).lhs) == normal_form(b * Trace(gram))
    assert normal_form(of(Rational(1, 2) * k + s)) == normal_form(N * k / 2 + Trace(gram))
