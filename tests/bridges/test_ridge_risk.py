"""The risk of a ridge probe: the forms that are stated, against the probe written out and NumPy's VICReg."""

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from sympy import Rational

from derivations.bridges.downstream import ridge_risk as b
from derivations.export.text import show
from derivations.language.arithmetic import MULTI_PRECISION
from derivations.language.evaluate import evaluate
from derivations.language.propositions import Expansion, Minimum, Orthonormal
from derivations.losses.vicreg.squared import alpha
from numeric import vicreg
from tests.bridges.ridge import risk, smoother
from tests.numeric.strategies import arrays, relations

MINIMUM, EQUATIONS, CENTRED, MEAN, RISK, WITH_MEAN, FILTER, SHRINKAGE, COST, CHAIN = (
    t.statement for t in b.ridge_risk.theorems
)


def equation(statement):
    return [show(x) for x in (statement.lhs, statement.rhs)]


def test_forms():
    assert isinstance(MINIMUM, Minimum)
    assert show(MINIMUM.objective) == "rho |V|^2 + |Y - Z V|^2"
    assert show(MINIMUM.value) == "|Y|^2 - tr(Y' S Y)"
    assert show(b.Z.definition) == "sqrt(N) P diag(s_k^(1/2)) R'"
    assert show(b.smoother.definition) == "P diag(h) P'"
    assert show(b.h.definition) == "(s_k/(s_k + rho/N))_k"
    assert show(CENTRED.objective) == "rho |V|^2 + |H (Y - Z V)|^2"
    assert show(CENTRED.value) == "|H Y|^2 - tr(Y' S_H Y)"
    assert [show(x) for pair in EQUATIONS.equations() for x in pair][1:] == [
        "Z' Y", f"Z {show(MINIMUM.at)}", "S Y",
    ]  # fmt: skip
    assert equation(MEAN) == ["|1 y' - (1 y' + sigma J E) S'|^2/m", "sigma^2 |S|^2 + |y - S y|^2"]
    assert equation(RISK) == [
        "sigma^2 |S|^2 + |y - S y|^2", "|y|^2 - |b|^2 + sum_k (sigma^2 h_k^2 + b_k^2 (1 - h_k)^2)",
    ]  # fmt: skip
    assert equation(WITH_MEAN) == [
        "sigma^2 |1 1'/N + S_H|^2 + |y - (1 1'/N + S_H) y|^2",
        "sigma^2 + |H y|^2 - |c|^2 + sum_k (sigma^2 h_k^2 + c_k^2 (1 - h_k)^2)",
    ]  # fmt: skip
    assert b.ridge_risk.lemmas == []


def test_slopes():
    level, u, mu, a, sigma = b.level, b.strength, b.value, b.coefficient, b.sigma
    rate = -mu * level / (alpha * (u + level) ** 2)  # h'(gamma)
    assert (b.slope_of(b.shrinkage, 2) - rate).simplify() == 0
    h = u / (u + level)
    assert (b.slope_of(b.cost, 3) - 2 * (sigma**2 * h - (1 - h) * a**2) * rate).simplify() == 0
    for claim in (SHRINKAGE, COST):
        assert isinstance(claim, Expansion)
        assert (str(claim.variable), claim.order) == ("epsilon", 2)
    assert show(FILTER.lhs) == "(1 - gamma mu/alpha)_+"
    assert show(FILTER.rhs) == "1 - gamma mu/alpha"
    assert CHAIN.lhs == b.slope_of(b.cost, 3)
    for theorem in b.ridge_risk.theorems[6:9]:
        assert [show(x) for h in theorem.hypotheses for x in h.arguments()] == ["0", "1 - gamma mu/alpha"]


@st.composite
def filtered(draw, centred):
    """Values by name: orthonormal P (in H, not centred itself), R, filter values with zeros among them, a target."""
    n = draw(st.integers(2 if centred else 1, 6))
    rank, rng = draw(st.integers(0, n - centred)), draw(arrays())
    K = rank + draw(st.integers(0, 2)) or 1
    P = rng.standard_normal((n, n))
    P = np.linalg.qr(P - centred * P.mean(axis=0))[0][:, :rank] + centred * rng.standard_normal((1, rank))
    s = rng.uniform(0, 2, rank) * rng.integers(0, 2, rank)
    event(f"{'no' if rank == 0 else 'some'} directions, {'some' if (s == 0).any() else 'none'} filtered out")
    sigma, rho = draw(st.sampled_from([0.0, 0.5, 3.0])), draw(st.sampled_from([1e-3, 1.0, 50.0]))
    R = np.linalg.qr(rng.standard_normal((K, K)))[0][:, :rank]
    return {
        "P": P, "R": R, "s": s.reshape(-1, 1), "y": rng.standard_normal((n, 1)), "Y": rng.standard_normal((n, 2)),
        "sigma": sigma, "rho": rho, "N": n, "K": K, "r": rank, "T": 2,
    }  # fmt: skip


@given(values=filtered(False))
def test_the_probe_is_that_of_ridge_regression(values):
    Z, Y, rho = evaluate(b.Z, values), values["Y"], values["rho"]
    V = np.linalg.solve(Z.T @ Z + rho * np.eye(Z.shape[1]), Z.T @ Y)
    assert np.allclose(evaluate(MINIMUM.at, values), V)
    assert np.allclose(evaluate(b.smoother, values), smoother(Z, rho, False))
    assert float(evaluate(MINIMUM.value, values)) == pytest.approx(((Y - Z @ V) ** 2).sum() + rho * (V**2).sum())
    expected = risk(smoother(Z, rho, False), values["y"], values["sigma"])
    assert float(evaluate(RISK.rhs, values)) == pytest.approx(expected)


@given(values=filtered(True))
def test_the_probe_with_an_intercept_is_that_of_ridge_regression(values):
    Z, y, rho, n = evaluate(b.Z, values), values["y"], values["rho"], values["N"]
    S = smoother(Z, rho, True)
    assert np.allclose(evaluate(b.centred_smoother, values) + 1 / n, S)
    expected = risk(S, y, values["sigma"])
    assert float(evaluate(WITH_MEAN.rhs, values)) == pytest.approx(expected)
    Y = values["Y"] - values["Y"].mean(axis=0)
    Z = Z - Z.mean(axis=0)
    V = np.linalg.solve(Z.T @ Z + rho * np.eye(Z.shape[1]), Z.T @ Y)
    assert np.allclose(evaluate(CENTRED.at, values), V)


@given(n=st.integers(1, 4), sigma=st.sampled_from([0.0, 1.0, 2.5]), rng=arrays())
def test_the_mean_over_draws(n, sigma, rng):
    """Over all signs: each sample's noise is sigma or -sigma, so that the covariance is sigma^2 I."""
    signs = np.array(np.meshgrid(*[[-1.0, 1.0]] * n)).reshape(n, -1).T
    S, y = rng.standard_normal((n, n)), rng.standard_normal((n, 1))
    errors = [((y - S @ (y + sigma * e[:, None])) ** 2).sum() for e in signs]
    values = {"S": S, "y": y, "sigma": sigma, "E": signs, "m": len(signs), "N": n}
    for side in (MEAN.lhs, MEAN.rhs):
        assert float(evaluate(side, values)) == pytest.approx(np.mean(errors))
    (white,) = (
        h for t in b.ridge_risk.theorems for h in t.hypotheses if isinstance(h, Orthonormal) and h.matrix.name == "E"
    )
    ((gram, identity),) = white.equations()
    assert np.allclose(evaluate(gram, values), evaluate(identity, values))


def vicreg_risk(G, y, K, gamma, scale, rho, sigma):
    """The risk with an intercept on NumPy's Z*, and what the directions, shares and filter give."""
    found = vicreg.optimal_representation(G, K, alpha=scale, beta=scale, gamma=gamma)
    return risk(smoother(found.representation, rho, True), y, sigma), found


@settings(max_examples=60)
@given(
    G=relations(min_samples=2, max_samples=7, kinds=("weighted", "integer", "clique", "path", "empty")), data=st.data()
)
def test_the_risk_on_vicreg(G, data):
    n = len(G)
    K, rng = data.draw(st.integers(1, n)), data.draw(arrays())
    gamma, scale = data.draw(st.sampled_from([0.0, 0.1, 0.3, 1.0])), data.draw(st.sampled_from([1.0, 4.0]))
    rho, sigma = data.draw(st.sampled_from([0.1, 2.0])), data.draw(st.sampled_from([0.0, 1.0]))
    y = rng.standard_normal((n, 1))
    expected, found = vicreg_risk(G, y, K, gamma, scale, rho, sigma)
    Z = found.representation - found.representation.mean(axis=0)
    left, values, _ = np.linalg.svd(Z, full_matrices=False)
    s = values**2 / n
    kept = s > 1e-12
    given_values = {
        "P": left[:, kept],
        "s": s[kept].reshape(-1, 1),
        "y": y,
        "rho": rho,
        "sigma": sigma,
        "N": n,
        "r": kept.sum(),
    }
    assert float(evaluate(WITH_MEAN.rhs, given_values)) == pytest.approx(expected, rel=1e-7)
    assert np.allclose(np.sort(s[kept])[::-1], np.sort(found.filter[found.filter > 1e-12])[::-1], atol=1e-8)


SETTINGS = st.tuples(
    st.fractions(0, 3, max_denominator=8),  # gamma
    st.fractions(0, 3, max_denominator=8),  # mu
    st.sampled_from([1, 4]),  # alpha
    st.fractions(-2, 2, max_denominator=4),  # a
    st.sampled_from([0, 1, 3]),  # sigma
    st.sampled_from([Rational(1, 8), 1, 20]),  # rho
    st.integers(1, 5),  # N
)


@given(setting=SETTINGS)
def test_the_slopes_are_those_of_central_differences(setting):
    """Of the cost as a function of the filter (1 - gamma mu/alpha)_+, at 50 digits; from below where it reaches 0."""
    gamma, mu, scale, a, sigma, rho, n = (MULTI_PRECISION.number(str(Rational(x).n(60))) for x in setting)
    kept = gamma * mu < scale * (1 - MULTI_PRECISION.number("1e-6"))
    edge = abs(gamma * mu - scale) < MULTI_PRECISION.number("1e-6")
    event("kept" if kept else "at the edge" if edge else "dropped")

    def cost(g):
        s = max(0, 1 - g * mu / scale)
        h = s / (s + rho / n)
        return (1 - h) ** 2 * a**2 + sigma**2 * h**2

    step = MULTI_PRECISION.number("1e-15")
    if kept:
        measured = (cost(gamma + step) - cost(gamma - step)) / (2 * step)
    elif edge:
        measured = (3 * cost(gamma) - 4 * cost(gamma - step) + cost(gamma - 2 * step)) / (2 * step)
    else:
        assert cost(gamma) == a**2
        assert cost(gamma + step) == cost(gamma)
        return
    names = zip(("gamma", "mu", "alpha", "a", "sigma", "rho", "N"), (gamma, mu, scale, a, sigma, rho, n), strict=True)
    stated = evaluate(COST.approximation.diff(COST.variable), dict(names), MULTI_PRECISION)
    assert abs(stated - measured) < 1e-20 * (1 + abs(stated)) + 1e-25
