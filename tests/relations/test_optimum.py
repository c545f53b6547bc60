"""From a stated loss to its optimum: what is recognised, theorems that hold on instances, and refusals in a sentence."""

from functools import cache

import pytest
from sympy import Abs, Gt, MatMul, Max, Trace, expand, log, sqrt, symbols

from derivations.language.atoms import Laplacian
from derivations.language.errors import NotSpectral
from derivations.language.evaluate import evaluate
from derivations.language.propositions import Minimises, Minimum, PositiveSemidefinite
from derivations.proof.store import store
from derivations.proof.verify import verify
from derivations.relations.optimum import optimum_of
from derivations.spectral.filter import eigenvalue as a
from derivations.spectral.form import s
from derivations.spectral.posed import recognised
from tests.relations.stated import (
    G_2,
    IMPLICIT,
    LOSSES,
    REFUSED,
    G,
    H,
    K,
    N,
    Z,
    alpha,
    beta,
    gamma,
    gamma_1,
    gamma_2,
    loss,
    rho,
    smooth,
)

PINNED = {  # phi, and the filter at an eigenvalue a
    "doubled": ((s - 2) ** 2, Max(0, 2 - gamma * a / 2)),
    "partial_whitening": (alpha * (s - rho) ** 2, Max(0, rho - gamma * a / (2 * alpha))),
    "fourth_power": ((s - 1) ** 4, Max(0, 1 - (gamma * a / 4) ** (1 / 3))),
    "cubed_distance": (Abs(s - 1) ** 3, Max(0, 1 - sqrt(gamma * a / 3))),
    "log_det": (s - log(s), 1 / (1 + gamma * a)),
    "log_of_determinant": (alpha * s / rho - log(1 + s), Max(0, rho / (alpha + beta * a) - 1)),
    "regularised_log_det": (beta * s - log(rho + s), Max(0, 1 / (beta + N * alpha * a) - rho)),
    "log_det_and_square": (2 * s**2 - log(s), (sqrt(gamma**2 * a**2 + 16) - gamma * a) / 8),
    "soft_threshold": (s**2 / 2 + (beta - 1) * s, Max(0, 1 - beta - gamma * a)),
    "two_relations": (s**2 + (rho - 2) * s + 1, Max(0, 1 - rho / 2 - a / 2)),
    "ridge": (s**2 + (N * rho - 2) * s + 1, Max(0, 1 - N * rho / 2 - gamma * a / 2)),
    "dissimilar_pairs": ((s - 1) ** 2, Max(0, 1 - gamma * a / 2)),
    "in_indices": (alpha * (s - 1) ** 2, Max(0, 1 - gamma * a / alpha)),
    "linear_map": (alpha * (s - 1) ** 2, Max(0, 1 - gamma * a / alpha)),
    "similarity": (s**2, Max(0, -a)),
    "uncentred_map": ((s - 1) ** 2, Max(0, 1 - gamma * a / 2)),
    "squared_weights": ((s - 1) ** 2, Max(0, 1 - N * gamma * a)),
    "double_well": (s**4 - s**2, None),
    "shifted_well": (s**2 * (s - 1) ** 2 - beta * s, None),
    "cubic": (s**3 - 3 * s, None),
}


@cache
def optimum(name):
    return optimum_of(loss(name))


def test_every_loss_is_pinned():
    assert PINNED.keys() == LOSSES.keys()


@pytest.mark.parametrize("name", LOSSES)
def test_phi_and_the_filter(name):
    found, (phi, filtered) = optimum(name), PINNED[name]
    assert expand(found.recognised.reading.phi(s) - phi) == 0
    if filtered is None:
        assert found.filter is None
        assert found.kept is None
        assert isinstance(found.implicit, Minimises)
        return
    assert found.implicit is None
    for number in (0.0, 0.3, 1.7, 5.0):
        values = {"a": number, "alpha": 0.7, "beta": 0.4, "gamma": 1.3, "rho": 0.6, "N": 3}
        assert evaluate(found.filter, values) == pytest.approx(float(evaluate(filtered, values)), abs=1e-12)


@pytest.mark.parametrize("name", LOSSES)
def test_the_theorems_are_proved_and_hold_on_instances(name):
    result = optimum(name).result
    assert result.id == f"{name.replace('_', '-')}-optimum"
    (minimum,) = [t for t in result.theorems if isinstance(t.statement, Minimum)]
    stated = loss(name)
    assert minimum.statement.unknown == stated.unknown
    assert not any(isinstance(h, PositiveSemidefinite) for h in minimum.hypotheses)
    report = verify(result.id, store(result.theorems))
    assert report.status == "proved"
    assert report.instances >= 3 * report.steps


def test_the_minimum_is_that_of_the_loss_as_it_is_stated():
    for name in ("in_indices", "ridge", "similarity"):
        _, minimum, *_ = optimum(name).result.theorems
        assert minimum.statement.objective == loss(name).value


def test_what_is_recognised():
    two = recognised(loss("two_relations")).problem
    assert two.operator.definition == gamma_1 * Laplacian(G) + gamma_2 * Laplacian(G_2)
    ridge = recognised(loss("ridge"))
    assert ridge.remainder != 0
    assert ridge.remainder.has(Z)
    top = recognised(loss("similarity")).problem.pencil
    sign, vector = top.spectrum
    assert (sign, vector.name) == (-1, "g")
    definite = recognised(loss("log_det")).problem
    assert definite.kept == K
    assert not definite.defined_at_zero
    assert optimum("dissimilar_pairs").kept == Gt(1 - gamma * a / 2, 0)


@pytest.mark.parametrize("name", REFUSED)
def test_refusals_name_the_step_and_the_reason(name):
    expr, step, reason = REFUSED[name]
    stated = loss(name, expr)
    with pytest.raises(NotSpectral) as caught:
        optimum_of(stated)
    assert caught.value.step == step
    assert reason in str(caught.value)
    assert caught.value.told(lambda e: "...").count("...") == len(caught.value.expressions)


def test_a_filter_without_a_closed_form_says_so():
    for name in IMPLICIT:
        result = optimum(name).result
        assert "no closed form" in result.title
        assert all(optimum(name).implicit in t.hypotheses for t in result.theorems[1:])
    assert "no closed form" not in optimum("ridge").result.title


def test_the_same_loss_in_other_words():
    """The order of factors and terms, and traces that are turned, change nothing."""
    turned = Trace(MatMul(H, Z, Z.T, H, Z, Z.T)) / N**2 - 4 * Trace(MatMul(H, Z, Z.T)) / N + 4 * K + smooth
    found = optimum_of(loss("turned", turned))
    assert expand(found.recognised.reading.phi(s) - (s - 2) ** 2) == 0
    assert found.filter == optimum("doubled").filter


def test_symbols_of_names_that_are_used():
    """Eigenvalues, eigenvectors and rotation are called something that the loss does not speak of."""
    P, lam = symbols("P lambda", positive=True)
    stated = loss("doubled", LOSSES["doubled"].subs(gamma, P * lam))
    problem = recognised(stated).problem
    assert problem.pencil.vectors.name != "P"
    assert problem.pencil.values.name != "lambda"
