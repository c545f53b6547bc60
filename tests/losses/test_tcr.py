"""The coding rate and whitening-MSE: the forms they are expected to come out with, and where their optima are hard."""

import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from sympy import (
    DiagMatrix,
    Identity,
    Inverse,
    Lambda,
    MatAdd,
    MatMul,
    Max,
    Sum,
    Symbol,
    Trace,
    Transpose,
    log,
    sqrt,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.export.text import show
from derivations.language.atoms import SpectralTrace, SquaredNorm
from derivations.language.determinant import LogDet
from derivations.language.evaluate import evaluate
from derivations.language.normal_form import normal_form
from derivations.language.propositions import (
    AtMost,
    Invertible,
    Positive,
    PositiveDefinite,
    Symmetric,
    UnitColumnLength,
)
from derivations.losses import whitening_mse as w
from derivations.losses.coding_rate import repulsion as r
from derivations.losses.coding_rate import tcr as t
from derivations.losses.vicreg import squared as v
from derivations.proof.lemmas.lemma import entry
from tests.spectral.attained import check, minima

a = Symbol("a", real=True)
lam_k = entry(t.bottom.values, t.k)
positive = Positive(t.bottom.values)
expanded = MatAdd(Identity(t.K), MatMul(t.c, Transpose(t.Z), t.Z))


def same(x, y, facts=()):
    return normal_form(x, facts) == normal_form(y, facts)


# forms


def test_matrix_form():
    sides, spectral = t.matrix_form.theorems
    assert sides.lemmas == {"sylvester-determinant"}
    assert (sides.statement.lhs, sides.statement.rhs) == (t.tcr.value, t.tcr.matrix_form)
    assert same(sides.statement.rhs, t.gamma * Trace(MatMul(Transpose(t.Z), t.A, t.Z)) - LogDet(expanded) / 2)
    s = Symbol("s", nonnegative=True)
    eigenvalues = SpectralTrace(Lambda(s, log(1 + t.c * s)), MatMul(Transpose(t.Z), t.Z))
    assert same(spectral.statement.rhs, t.gamma * Trace(MatMul(Transpose(t.Z), t.A, t.Z)) - eigenvalues / 2)


def test_gradient():
    (theorem,) = t.gradient.theorems
    assert theorem.hypotheses == (Symmetric(t.A),)
    expected = -t.c * t.Z * Inverse(expanded) + 2 * t.gamma * t.A * t.Z
    assert same(theorem.statement.value, expected, [Symmetric(t.A), PositiveDefinite(expanded)])
    assert show(theorem.statement.value) == "2 gamma A Z - c Z (I + c Z' Z)^(-1)"


def test_optimum():
    (minimum,) = minima(t.optimum)
    s = Max(0, 1 / (2 * t.gamma * a) - 1 / t.c)
    roots = ElementwiseApplyFunction(Lambda(a, sqrt(s)), t.bottom.values)
    at = MatMul(t.bottom.vectors, DiagMatrix(roots), Transpose(t.problem.rotation))
    assert same(minimum.statement.at, at, [positive])
    s_k = s.subs(a, lam_k)
    value = Sum(t.c * s_k / (2 * t.c * s_k + 2) - log(1 + t.c * s_k) / 2, (t.k, 0, t.q - 1))
    assert same(minimum.statement.value, value, [positive])
    assert minimum.statement.objective == t.tcr.matrix_form
    assert minimum.statement.subject_to == ()
    assert positive not in minimum.hypotheses
    assert {Symmetric(t.A), PositiveDefinite(t.A), t.bottom} < set(minimum.hypotheses)
    spectral = {"von-neumann-trace", "spectral-theorem", "gram-spectrum", "diagonal-spectrum"}
    assert minimum.lemmas == {"determinant-eigenvalues", *spectral}


def test_linear_optimum():
    two_moments, minimum = t.linear_optimum.theorems
    pencil = t.bottom_linear
    assert same(pencil.metric, Transpose(t.X) * t.X)
    assert same(pencil.matrix, Transpose(t.X) * t.A * t.X)
    s = Max(0, 1 / (2 * t.gamma * a) - 1 / t.c)
    roots = ElementwiseApplyFunction(Lambda(a, sqrt(s)), pencil.values)
    at = MatMul(pencil.vectors, DiagMatrix(roots), Transpose(t.linear_problem.rotation))
    known = Positive(pencil.values)
    assert same(minimum.statement.at, at, [known])
    assert known not in minimum.hypotheses
    assert minimum.statement.objective == two_moments.statement.rhs
    loss = -LogDet(MatAdd(Identity(t.K), MatMul(t.c, Transpose(t.W), Transpose(t.X), t.X, t.W))) / 2
    loss += t.gamma * Trace(MatMul(Transpose(t.W), Transpose(t.X), t.A, t.X, t.W))
    assert same(minimum.statement.objective, loss)


@pytest.mark.parametrize("rank", [0, 1, 2, 3])
@pytest.mark.parametrize("columns", [1, 2, 4])
def test_the_linear_optimum_is_attained_and_not_beaten(rank, columns):
    rng = np.random.default_rng(rank)
    X = rng.standard_normal((5, rank)) @ rng.standard_normal((rank, 3))
    attraction = spectrum([0.05, 0.1, 0.2, 1.0, 2.0])

    def loss_and_gradient(W):
        Z = X @ W
        whole = np.eye(columns) + 2.0 * Z.T @ Z
        value = 0.5 * np.trace(Z.T @ attraction @ Z) - np.linalg.slogdet(whole)[1] / 2
        return value, X.T @ (attraction @ Z - 2.0 * Z @ np.linalg.inv(whole))

    (minimum,) = minima(t.linear_optimum)
    given_values = {"A": attraction, "X": X, "N": 5, "D": 3, "K": columns, "r": rank, "c": 2.0, "gamma": 0.5}
    check(minimum, given_values, columns, loss_and_gradient)


def test_along_a_constant_there_is_no_minimum():
    (theorem,) = t.unbounded.theorems
    assert theorem.hypotheses == ()
    assert show(theorem.statement.rhs) == "-log(1 + N c t^2 v' v)/2"
    values = {"c": 0.5, "gamma": 3.0, "v": np.array([[1.0], [2.0]]), "G": np.ones((3, 3)), "N": 3, "K": 2}
    losses = [evaluate(theorem.statement.lhs, values | {"t": 10.0**n}) for n in range(5)]
    assert losses == pytest.approx([-np.log(1 + 0.5 * 3 * 5 * 10.0 ** (2 * n)) / 2 for n in range(5)], rel=1e-9)
    assert (np.diff(losses) < -1).all()


def test_repulsion():
    hadamard, lower, upper = statements = [theorem.statement for theorem in r.repulsion.theorems]
    least, rate = -t.K * log(1 + t.c) / 2, -LogDet(expanded) / 2
    gram = MatMul(Transpose(t.Z), t.Z)
    unit = [UnitColumnLength(t.Z, Identity(t.N))]
    products = SquaredNorm(MatAdd(gram, MatMul(-1, Identity(t.K))))
    assert all(isinstance(statement, AtMost) for statement in statements)
    assert same(hadamard.lhs, least)
    assert all(same(side, rate) for side in (hadamard.rhs, lower.rhs, upper.lhs))
    factor = 3 * t.c**2 / (4 * (1 + t.c) * (3 + t.c + 2 * t.c * t.K))
    assert same(lower.lhs, least + factor * products, unit)
    assert same(upper.rhs, least + t.c**2 / 4 * products, unit)
    for theorem in r.repulsion.theorems:
        assert theorem.hypotheses == tuple(unit)
        assert theorem.lemmas == {"determinant-eigenvalues", "gram-spectrum"}


@st.composite
def unit_columns(draw):
    n, k = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    kind = draw(st.sampled_from(["any", "all the same", "nearly orthogonal", "low rank"]))
    Z = rng.standard_normal((n, k))
    if kind == "all the same":
        Z = np.outer(Z[:, 0], rng.choice([-1.0, 1.0], k))
    elif kind == "nearly orthogonal":
        Z = np.eye(n, k) + 1e-3 * Z
    elif kind == "low rank":
        Z = Z[:, :1] + 0.1 * rng.standard_normal((n, 1)) * rng.standard_normal(k)
    event(kind)
    return Z / np.linalg.norm(Z, axis=0), draw(st.sampled_from([1e-3, 0.1, 1.0, 10.0, 1e3]))


@given(unit_columns())
def test_the_bounds_hold_and_those_with_another_factor_do_not(problem):
    """The parabola above has the curvature of the function at s = 0, and the one below is as good as c -> 0 allows."""
    Z, c = problem
    k = Z.shape[1]
    gram = Z.T @ Z
    rate = -np.log(np.linalg.eigvalsh(np.eye(k) + c * gram)).sum() / 2
    products = np.sum((gram - np.eye(k)) ** 2)
    values = {"Z": Z, "c": c, "K": k}
    hadamard, lower, upper = (theorem.statement for theorem in r.repulsion.theorems)
    slack = 1e-9 * (1 + abs(rate))
    assert evaluate(hadamard.lhs, values) <= rate + slack
    assert evaluate(lower.lhs, values) <= rate + slack
    assert rate <= evaluate(upper.rhs, values) + slack
    excess = rate + k * np.log1p(c) / 2
    assert 3 * c**2 / (4 * (1 + c) * (3 + c + 2 * c * k)) * products <= excess + slack
    weaker = c**2 / (4 * (1 + c * k) ** 2)  # the least curvature up to K
    assert weaker <= 3 * c**2 / (4 * (1 + c) * (3 + c + 2 * c * k)) * (1 + 1e-12)


def test_the_factors_of_the_bounds_are_met_as_c_falls():
    Z = np.array([[1.0, 0.6], [0.0, 0.8]])
    products, c = 2 * 0.6**2, 1e-4
    excess = -np.linalg.slogdet(np.eye(2) + c * Z.T @ Z)[1] / 2 + np.log1p(c)
    assert excess == pytest.approx(c**2 / 4 * products, rel=1e-3)


# optima


def spectrum(values, seed=3):
    basis = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(values), len(values))))[0]
    return basis * np.array(values, dtype=float) @ basis.T


HARD = {
    "some directions kept": (spectrum([0.1, 0.2, 1.0, 2.0]), 3, 1.0, 1.0, 2),
    "all filters 0": (spectrum([1.0, 2.0, 3.0]), 2, 1.0, 1.0, 0),
    "exactly on the threshold": (np.diag([0.25, 0.5, 1.0]), 3, 1.0, 1.0, 1),
    "repeated, cut in the middle": (spectrum([0.2, 0.2, 0.2, 1.0]), 2, 1.0, 1.0, 2),
    "more dimensions than samples": (spectrum([0.1, 0.3]), 4, 2.0, 0.5, 2),
    "one sample": (np.array([[0.1]]), 1, 1.0, 1.0, 1),
    "a multiple of the identity": (0.125 * np.eye(3), 2, 3.0, 2.0, 2),
}


@pytest.mark.parametrize("name", HARD)
def test_the_optimum_is_attained_and_not_beaten(name):
    attraction, columns, c, gamma, rank = HARD[name]

    def loss_and_gradient(Z):
        """Written out by hand."""
        whole = np.eye(columns) + c * Z.T @ Z
        value = gamma * np.trace(Z.T @ attraction @ Z) - np.linalg.slogdet(whole)[1] / 2
        return value, 2 * gamma * attraction @ Z - c * Z @ np.linalg.inv(whole)

    (minimum,) = minima(t.optimum)
    given_values = {"A": attraction, "N": len(attraction), "K": columns, "c": c, "gamma": gamma}
    point, value = check(minimum, given_values, columns, loss_and_gradient)
    assert np.linalg.matrix_rank(point, tol=1e-7) == rank
    assert value <= 1e-15


# whitening-MSE


def test_whitening_mse_gradient():
    (theorem,) = w.gradient.theorems
    inverse, smoothing = Inverse(v.C), MatMul(Transpose(v.Z), v.L, v.Z)
    pulled = MatMul(2 / v.N, v.L, v.Z, inverse)
    kept = MatMul(-2 / v.N**2, v.H, v.Z, inverse, smoothing, inverse)
    given_facts = [Symmetric(v.G), PositiveDefinite(v.C)]
    assert set(theorem.hypotheses) == set(given_facts)
    assert same(theorem.statement.function, Trace(MatMul(1 / v.N, inverse, smoothing)), given_facts)
    assert same(theorem.statement.value, MatAdd(pulled, kept), given_facts)


def test_whitening_undoes_invertible_maps():
    (theorem,) = w.invariance.theorems
    assert set(theorem.hypotheses) == {Symmetric(v.G), PositiveDefinite(v.C), Invertible(w.T)}
    assert theorem.statement.rhs == w.loss
    rng = np.random.default_rng(0)
    G = rng.random((6, 6))
    values = {"Z": rng.standard_normal((6, 2)), "G": G + G.T, "T": np.array([[2.0, 1.0], [0.0, -0.5]])}
    mapped = evaluate(w.loss, values | {"Z": values["Z"] @ values["T"]})
    assert evaluate(theorem.statement.lhs, values) == pytest.approx(mapped, rel=1e-12)
    assert mapped == pytest.approx(evaluate(w.loss, values), rel=1e-12)


def test_whitening_mse_optimum():
    (minimum,) = minima(w.optimum)
    eigenmaps, *_ = v.laplacian_eigenmaps.theorems
    lam = entry(v.bottom.values, v.k)
    assert same(minimum.statement.value, Sum(lam, (v.k, 0, v.q - 1)))
    assert same(v.N * minimum.statement.value, eigenmaps.statement.value)
    assert same(minimum.statement.at, eigenmaps.statement.at)
    assert minimum.statement.subject_to == (PositiveDefinite(v.C),)
    assert minimum.statement.objective == w.loss
    assert not {w.T} & set().union(*(h.free_symbols() for h in minimum.hypotheses))
    assert "whitening" in minimum.lemmas


@pytest.mark.parametrize("columns", [1, 2, 4])
def test_whitening_mse_is_attained_and_not_beaten(columns):
    rng = np.random.default_rng(columns)
    G = rng.integers(0, 2, (5, 5)).astype(float)
    G = G + G.T
    L, H = np.diag(G.sum(axis=1)) - G, np.eye(5) - 0.2

    def loss_and_gradient(Z):
        inverse = np.linalg.inv(Z.T @ H @ Z / 5)
        smooth = Z.T @ L @ Z
        return np.trace(inverse @ smooth) / 5, 2 / 5 * L @ Z @ inverse - 2 / 25 * H @ Z @ inverse @ smooth @ inverse

    (minimum,) = minima(w.optimum)
    point, value = check(minimum, {"G": G, "N": 5, "K": columns}, columns, loss_and_gradient)
    assert value == pytest.approx(np.linalg.eigvalsh(L + 100 * (np.eye(5) - H))[:columns].sum(), abs=1e-9)
    np.testing.assert_allclose(point.T @ H @ point / 5, np.eye(columns), atol=1e-9)
