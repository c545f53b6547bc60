"""The spectral filter theorem at work: minima of a few losses, their closed forms, and losses that do not fit."""

import random
from dataclasses import replace

import pytest
from sympy import (
    DiagonalMatrix,
    Identity,
    Lambda,
    MatMul,
    MatrixSymbol,
    Max,
    Min,
    Symbol,
    Trace,
    Transpose,
    sqrt,
    symbols,
)

from derivations.language.atoms import Centring, Laplacian, Named, SpectralTrace, SquaredNorm
from derivations.language.errors import Undecided, UnsupportedExpression
from derivations.language.evaluate import evaluate
from derivations.language.instances import instances
from derivations.language.propositions import (
    Eigenpairs,
    EntrywiseNonnegative,
    Minimum,
    PositiveSemidefinite,
    Symmetric,
)
from derivations.language.substitute import substitute
from derivations.proof.store import replay, store
from derivations.spectral.filter import eigenvalue as a
from derivations.spectral.form import s, spectral_form
from derivations.spectral.problem import Problem, spectral_minimum

N, K = symbols("N K", integer=True, positive=True)
alpha = Symbol("alpha", positive=True)
gamma = Symbol("gamma", nonnegative=True)
kappa = Symbol("kappa", real=True)
Z, G = MatrixSymbol("Z", N, K), MatrixSymbol("G", N, N)
H, L = Centring(N), Laplacian(G)
C = Named("C", MatMul(1 / N, Transpose(Z), H, Z))
energy = Trace(MatMul(1 / N, Transpose(Z), L, Z))
q = Min(K, N - 1)
bottom = Eigenpairs(L, H, MatrixSymbol("P", N, q), MatrixSymbol("lambda", q, 1), N - 1)
facts = (Symmetric(G),)
target = Identity(K)


def problem(objective):
    return Problem(objective, Z, C, penalty=energy, factor=H, operator=L, pencil=bottom, unit=sqrt(N), facts=facts)


# loss, the filter s(a), and what a missing direction costs: phi(0)
FAMILY = {
    "distance to the identity": (
        alpha * SquaredNorm(C - target) + 2 * gamma * energy,
        Max(0, 1 - gamma * a / alpha),
        alpha,
    ),
    "distance to twice the identity": (SquaredNorm(C - 2 * target) + 2 * gamma * energy, Max(0, 2 - gamma * a), 4),
    "no target": (SquaredNorm(C) + 2 * gamma * energy, Max(0, -gamma * a), 0),
    "no smoothness": (alpha * SquaredNorm(C - target), 1, alpha),
    "a trace of any sign": (
        alpha * SquaredNorm(C) + kappa * Trace(C) + 3 * energy,
        Max(0, -(kappa + 3 * a) / (2 * alpha)),
        0,
    ),
    "written out": (
        alpha * Trace(C * C) - 2 * alpha * Trace(C) + alpha * K + gamma * energy,
        Max(0, 1 - gamma * a / (2 * alpha)),
        alpha,
    ),
}


@pytest.mark.parametrize("name", FAMILY)
def test_the_filter_is_the_one_in_closed_form(name):
    loss, expected, _ = FAMILY[name]
    found = problem(loss).filter
    for _ in range(30):
        values = {"a": random.uniform(-5, 5), "alpha": random.uniform(0.1, 4), "gamma": random.uniform(0, 3)}
        values["kappa"] = random.uniform(-4, 4)
        assert evaluate(found, values) == pytest.approx(float(evaluate(expected, values)))


@pytest.mark.parametrize("name", FAMILY)
def test_the_minimum_holds_on_instances_and_has_the_expected_value(name):
    loss, expected, missing = FAMILY[name]
    theorem, _ = spectral_minimum(problem(loss))
    claim = theorem.statement
    assert isinstance(claim, Minimum)
    assert (claim.objective, claim.unknown, claim.subject_to) == (loss, Z, ())
    assert theorem.lemmas == {"von-neumann-trace", "gram-spectrum", "diagonal-spectrum", "spectral-theorem"}
    form = spectral_form(loss, Z, C, energy, facts)
    one_dimensional = form.phi.expr + form.cost * a * s
    drawn = list(
        instances([*theorem.hypotheses, EntrywiseNonnegative(G)], [claim.objective, claim.value, claim.at], 4, name)
    )
    assert len(drawn) == 4
    for instance in drawn:
        assert claim.residual(instance) <= 1e3 * instance.arithmetic.tolerance
        eigenvalues = [float(x) for x in instance.value(bottom.values).ravel()]
        given = {str(x): float(instance.table[x]) for x in (alpha, gamma, kappa) if x in instance.table}
        total = (instance.dimension(K) - len(eigenvalues)) * float(evaluate(missing, given))
        for x in eigenvalues:
            at = float(evaluate(expected, given | {"a": x}))
            total += float(evaluate(one_dimensional, given | {"a": x, "s": at}))
        assert float(instance.value(claim.value)) == pytest.approx(total, abs=1e-9)


@pytest.mark.parametrize("name", FAMILY)
def test_the_proof_replays(name):
    theorems = spectral_minimum(problem(FAMILY[name][0]))
    assert [t.statement for t in replay(store(theorems))] == [t.statement for t in theorems]


def test_a_point_below_would_show():
    """The residual of a minimum is positive when its value is claimed too high or too low."""
    theorem, _ = spectral_minimum(problem(FAMILY["distance to the identity"][0]))
    claim = theorem.statement
    (instance,) = instances(list(theorem.hypotheses), [claim.objective, claim.value, claim.at], 1)
    for shift in (1, -1):
        shifted = Minimum(claim.objective, claim.unknown, claim.value + shift, claim.at)
        assert shifted.residual(instance) > 0.01


def test_a_point_that_is_not_the_least_would_show():
    loss, somewhere = FAMILY["distance to the identity"][0], MatrixSymbol("X", N, K)
    claim = Minimum(loss, Z, substitute(loss, {Z: somewhere}), somewhere)
    drawn = list(instances(list(facts), [claim.objective, claim.value, claim.at], 6))
    assert max(claim.residual(instance) for instance in drawn) > 0.01


LEFT_OVER = [
    (SquaredNorm(C - target) + Trace(MatMul(Transpose(Z), Z)), "left over"),
    (SquaredNorm(C - target) + energy**2, "left over"),
    (SquaredNorm(C - target) + energy * Trace(C), "left over"),
    (SquaredNorm(Z), "left over"),
    (SquaredNorm(DiagonalMatrix(C) - target) + energy, "diagonal"),
    (alpha * SquaredNorm(C - target) + kappa * SquaredNorm(DiagonalMatrix(C)), "diagonal"),
]


@pytest.mark.parametrize(("loss", "named"), LEFT_OVER, ids=str)
def test_what_does_not_fit_is_named(loss, named):
    with pytest.raises(UnsupportedExpression, match=named):
        spectral_minimum(problem(loss))


UNCERTIFIED = [
    -SquaredNorm(C) + energy,
    kappa * SquaredNorm(C) + energy,
    gamma * SquaredNorm(C) + energy,
    Trace(C) + energy,
]


@pytest.mark.parametrize("loss", UNCERTIFIED, ids=str)
def test_what_has_no_certified_minimum_is_undecided(loss):
    with pytest.raises(Undecided):
        spectral_minimum(problem(loss))


def test_the_form_of_a_loss():
    form = spectral_form(alpha * SquaredNorm(C - target) + 2 * gamma * energy, Z, C, energy, facts)
    assert form.cost == 2 * gamma
    assert form.diagonal == 0
    assert (form.phi(s) - alpha * (s - 1) ** 2).expand() == 0
    weighted = spectral_form(SquaredNorm(C) + kappa * SquaredNorm(DiagonalMatrix(C)) + energy, Z, C, energy, facts)
    assert (weighted.cost, weighted.diagonal) == (1, kappa)
    cubic = spectral_form(Trace(C * C * C) + 5 * K, Z, C, energy, facts)
    assert cubic.phi(s) == s**3 + 5


def test_a_trace_of_a_function_of_the_covariance():
    roots = SpectralTrace(Lambda(s, Max(0, 1 - sqrt(s))), C)
    form = spectral_form(alpha * roots + SquaredNorm(C) + 3 * energy, Z, C, energy, facts)
    assert form.cost == 3
    assert form.phi(s) == alpha * Max(0, 1 - sqrt(s)) + s**2
    other = SpectralTrace(Lambda(s, sqrt(s)), MatMul(2, C))
    with pytest.raises(UnsupportedExpression, match="left over"):
        spectral_form(other + energy, Z, C, energy, facts)


def test_a_filter_for_eigenvalues_that_are_not_negative():
    hinge = SpectralTrace(Lambda(s, alpha * Max(0, 1 - sqrt(s))), C) + energy
    with pytest.raises(Undecided):
        spectral_minimum(problem(hinge))
    known = (*facts, PositiveSemidefinite(L))
    theorem, _ = spectral_minimum(replace(problem(hinge), facts=known))
    assert set(known) < set(theorem.hypotheses)


def test_what_does_not_depend_on_the_unknown_is_set_apart():
    found = spectral_form(SquaredNorm(C - target) + 3 * energy + 5 + SquaredNorm(G) - 2 * Trace(G), Z, C, energy, facts)
    assert found.offset == 5 + SquaredNorm(G) - 2 * Trace(G)
    assert (found.cost, found.phi(s).expand()) == (3, s**2 - 2 * s + 1)


def test_an_offset_moves_the_value_and_nothing_else():
    loss = alpha * SquaredNorm(C - target) + 2 * gamma * energy
    plain, spelled = spectral_minimum(problem(loss))
    moved, spelled_moved = spectral_minimum(problem(loss + SquaredNorm(G)))
    assert moved.statement.at == plain.statement.at
    assert moved.statement.value - plain.statement.value == SquaredNorm(G)
    assert spelled_moved.statement.lhs - spelled.statement.lhs == SquaredNorm(G)
    assert spelled_moved.statement.rhs == moved.statement.value
    assert moved.hypotheses == plain.hypotheses
