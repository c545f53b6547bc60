"""The NumPy source of stated optima, run: its loss is that at Z*, and no numerical minimisation finds a lower one."""

from functools import cache

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from sympy import MatrixSymbol, Symbol

from derivations.calculus.gradient import gradient
from derivations.export.code.function import numpy_function
from derivations.export.code.stated import stated_optimum
from derivations.language.atoms import SquaredNorm
from derivations.language.errors import UnsupportedExpression
from derivations.relations.optimum import optimum_of
from derivations.spectral.recognise import stated
from numeric.optimise import minimise
from tests.export.code.written import compiled
from tests.relations.stated import IMPLICIT, LOSSES, C, loss, one

DEFINITE = ("log_det", "log_det_and_square")


def arguments(one_loss):
    free = one_loss.value.free_symbols
    matrices = sorted((m for m in free if isinstance(m, MatrixSymbol) and m != one_loss.unknown), key=str)
    return matrices, sorted((h for h in free if isinstance(h, Symbol) and not h.is_integer), key=str)


@cache
def written(name):
    """(the function of the optimum, that of the loss and its gradient, names of matrices, names of hyper-parameters)."""
    one_loss = loss(name)
    matrices, hyper = arguments(one_loss)
    called, source = stated_optimum(optimum_of(one_loss), matrices, hyper)
    expr = stated(one_loss.value)
    outputs = [expr, gradient(expr, one_loss.unknown, one_loss.facts)] if name != "cubed_distance" else []
    function = numpy_function("f", [one_loss.unknown, *matrices], outputs, hyper=hyper) if outputs else None
    both = compiled(function) if function else cubed
    return compiled(source, called), both, [m.name for m in matrices], [h.name for h in hyper]


def cubed(Z, G, *, gamma):
    """tr |C - I|^3 + (gamma/N) tr(Z'LZ), and its gradient."""
    n, L = len(Z), np.diag(G.sum(axis=1)) - G
    centred = Z - Z.mean(axis=0)
    values, vectors = np.linalg.eigh(centred.T @ centred / n)
    slope = vectors * (3 * (values - 1) * abs(values - 1)) @ vectors.T
    value = np.sum(abs(values - 1) ** 3) + gamma / n * np.vdot(Z, L @ Z)
    return value, 2 / n * (centred @ slope + gamma * L @ Z)


@st.composite
def relations(draw, n):
    """Nonnegative weights: dense, sparse, disconnected, cliques of equal weights, or none at all."""
    kind = draw(st.sampled_from(("dense", "disconnected", "cliques", "empty")))
    event(kind)
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    G = rng.uniform(0.1, 2, (n, n))
    half = np.arange(n) < (n + 1) // 2
    same = half[:, None] == half
    if kind == "disconnected":
        G = G * same
    if kind == "cliques":
        G = same.astype(float)
    return 0 * G if kind == "empty" else (G + G.T) / 2


@st.composite
def cases(draw, name):
    n, k = draw(st.integers(2, 5)), draw(st.integers(1, 4))
    k = min(k, n - 1) if name in DEFINITE else k
    event("more columns than rows" if k > n else "as many columns as rows, or fewer")
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    signed = rng.normal(size=(n, n))
    values = {"G": draw(relations(n)), "G_2": draw(relations(n)), "A": (signed + signed.T) / 2}
    if name == "log_of_determinant":
        values["A"] = signed @ signed.T + 0.1 * np.eye(n)
    values["X"] = rng.normal(size=(n, 3)) @ np.diag([1.0, 1.0, draw(st.sampled_from((0.0, 1.0)))])
    hyper = {h: draw(st.sampled_from((0.3, 1.0, 2.5))) for h in ("alpha", "beta", "rho", "gamma_1", "gamma_2")}
    return values, k, hyper | {"gamma": draw(st.sampled_from((0.0, 0.4, 3.0)))}


def check(name, case):
    optimal, both, matrices, hyper = written(name)
    values, k, numbers = case
    given, numbers = [values[m] for m in matrices], {h: numbers[h] for h in hyper}
    before = [m.copy() for m in given]
    best = optimal(*given, k, **numbers)
    assert all((m == b).all() for m, b in zip(given, before, strict=True))
    point = best.weights if best.representation is None else best.representation
    assert point.shape[1] == k
    value, slope = both(point, *given, **numbers)
    scale = 1 + abs(value)
    assert best.loss == pytest.approx(value, rel=1e-9, abs=1e-9)
    assert abs(slope).max(initial=0) <= 1e-5 * scale
    assert best.rank == np.count_nonzero(best.filter)
    assert (best.filter >= 0).all()
    assert (np.diff(best.eigenvalues) >= -1e-12).all()
    event("every direction kept" if best.rank == min(k, len(best.filter)) else "some left out")
    found = minimise(lambda z: both(z, *given, **numbers), point.shape, n_starts=6)
    assert found.loss >= value - 1e-6 * scale
    if name not in IMPLICIT:
        assert found.loss <= value + 1e-4 * scale


@pytest.mark.parametrize("name", LOSSES)
@settings(max_examples=6)
@given(data=st.data())
def test_the_optimum_is_attained_and_not_beaten(name, data):
    check(name, data.draw(cases(name)))


PATHS = np.diag(np.ones(3), 1) + np.diag(np.ones(3), -1)


@pytest.mark.parametrize("name", IMPLICIT)
def test_a_filter_without_a_closed_form_jumps(name):
    """With the weight of the penalty the filter falls, jumps to 0 where that is better, and stays there."""
    optimal, both, *_ = written(name)
    hyper = {"beta": 0.2} if name == "shifted_well" else {}
    strengths = np.linspace(0, 6, 60)
    found = [optimal(PATHS, 3, gamma=g, **hyper) for g in strengths]
    filters = np.array([best.filter for best in found])
    assert (np.diff(filters, axis=0) <= 1e-9).all()
    assert (filters[-1] == 0).all()
    assert (filters[0] > 0).all()
    for best, g in zip(found, strengths, strict=True):
        assert best.loss <= both(np.zeros((4, 3)), PATHS, gamma=g, **hyper)[0] + 1e-12


def test_thresholds_that_are_met_exactly():
    """At gamma a = 2, for a an eigenvalue of the relation, a direction is left out, rounding or not."""
    optimal, *_ = written("partial_whitening")
    cliques = np.kron(np.eye(2), np.ones((3, 3)))  # eigenvalues 0 and 3
    best = optimal(cliques, 4, alpha=1.0, rho=1.5, gamma=1.0)
    np.testing.assert_array_equal(best.filter, [1.5, 0, 0, 0])


@pytest.mark.parametrize("weight", [0.1, 0.3, 0.7, 1.1])
def test_a_threshold_that_is_met_exactly_above_the_line_of_a_filter(weight):
    """At alpha + beta a = rho the filter rho/(alpha + beta a) - 1 is 0, rounding or not."""
    optimal, *_ = written("log_of_determinant")
    best = optimal(np.kron(np.eye(2), np.full((3, 3), 0.1)), 6, alpha=weight, beta=weight, rho=1.3 * weight)
    np.testing.assert_array_equal(best.filter[4:], 0)
    np.testing.assert_allclose(best.filter[:4], 0.3)


def test_too_many_columns_for_a_covariance_that_has_an_inverse():
    optimal, *_ = written("log_det")
    with pytest.raises(ValueError, match="n_components must be at most 3, the number of directions; found 4"):
        optimal(PATHS, 4, gamma=1.0)


@pytest.mark.parametrize("name", LOSSES)
def test_no_line_is_long(name):
    _, source = stated_optimum(optimum_of(loss(name)), *arguments(loss(name)))
    assert max(map(len, source.splitlines())) <= 120


def test_names_and_words():
    matrices, hyper = arguments(loss("two_relations"))
    called, source = stated_optimum(optimum_of(loss("two_relations")), matrices, hyper, ["checked(G)"])
    assert called == "optimal_representation"
    assert "def optimal_representation(G, G_2, n_components, *, gamma_1, gamma_2, rho):" in source
    assert "`two-relations-optimum`" in source
    assert "    checked(G)\n" in source
    words = " ".join(source.split())
    assert "lambda ascending" in words
    assert "s_k = (1 - rho/2 - lambda_k/2)_+" in words
    called, source = stated_optimum(optimum_of(loss("linear_map")), *map(tuple, arguments(loss("linear_map"))))
    assert called == "optimal_weights"
    assert "weights=" in source
    assert "t_k minimises" in stated_optimum(optimum_of(loss("cubic")), *map(tuple, arguments(loss("cubic"))))[1]


def test_a_loss_of_no_given_matrix_has_no_number_of_rows():
    with pytest.raises(UnsupportedExpression, match="no given matrix has this number of rows"):
        stated_optimum(optimum_of(loss("white", SquaredNorm(C - one))), [], [])
