"""The guideline on gamma: the forms that are stated, and the risk of ridge probes on NumPy's VICReg as gamma grows."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from derivations.bridges.downstream import gamma_guideline as b
from derivations.export.text import show
from derivations.language.evaluate import evaluate
from derivations.language.propositions import AtMost, EntrywiseNonnegative, OneHot, Symmetric
from derivations.losses.vicreg import squared as v
from numeric import squared_similarity, vicreg
from tests.bridges.ridge import risk, smoother
from tests.bridges.test_supervised import labelled, weighted
from tests.numeric.strategies import arrays, laplacian, relations

GROWTH, ALIGNED, QUIET, RISES, FALLS, BEST, DROPPED, KEPT, UNSEEN, REGULAR = (
    t.statement for t in b.gamma_guideline.theorems
)
RATE = "(2 N (gamma_1 - gamma)/(alpha rho))"


def test_forms():
    assert isinstance(GROWTH, AtMost)
    assert show(GROWTH.lhs) == "sum_k (sigma^2 (h_1)_k^2 + b_k^2 (1 - (h_1)_k)^2)"
    assert show(GROWTH.rhs) == f"{RATE} sum_k lambda_k b_k^2 + sum_k (sigma^2 h_k^2 + b_k^2 (1 - h_k)^2)"
    growth, aligned, *_ = b.gamma_guideline.theorems
    assert set(growth.hypotheses) == {
        AtMost(v.gamma, b.further), v.bottom, Symmetric(v.G), EntrywiseNonnegative(v.G),
    }  # fmt: skip
    assert {OneHot(b.Y), b.relation} <= set(aligned.hypotheses) - set(growth.hypotheses)
    assert show(ALIGNED.rhs) == "sum_k (sigma^2 h_k^2 + (P' H Y f)_k^2 (1 - h_k)^2)"
    assert b.gamma_guideline.lemmas == []


def test_forms_of_one_direction():
    assert not QUIET.function.has(b.coefficient)
    slope = QUIET.approximation.diff(QUIET.variable)
    assert slope.subs(b.sigma, 0) == 0
    assert not (slope / b.sigma**2).has(b.sigma)
    assert RISES.rhs == FALLS.lhs == b.slope_of(b.cost, 3)
    rises, falls = b.gamma_guideline.theorems[3:5]
    ((grows,), (shrinks,)) = (t.hypotheses for t in (rises, falls))
    assert show(grows.lhs) == show(shrinks.rhs) == "sigma^2 u/(u + rho/N)"
    assert show(grows.rhs) == show(shrinks.lhs) == "a^2 (1 - u/(u + rho/N))"
    assert show(BEST.rhs) == "sigma^2 a^2 + (sigma^2 u - rho a^2/N)^2/((u + rho/N)^2)"
    assert [show(c.rhs) for c in (DROPPED, KEPT, UNSEEN)] == ["a^2"] * 3
    assert [show(x) for x in (REGULAR.lhs, REGULAR.rhs)] == ["L p", "(d - g) p"]


def ridge_risk(G, y, K, gamma, rho, sigma):
    """The risk on NumPy's Z*, with an intercept, from N x N matrices."""
    found = vicreg.optimal_representation(G, K, gamma=gamma, alpha=1.0, beta=1.0)
    return risk(smoother(found.representation, rho, True), y, sigma), found


GRID = [0.0, 0.05, 0.1, 0.25, 0.5, 1.0, 4.0]
settings_of_probe = {
    "rho": st.sampled_from([0.1, 1.0, 10.0]),
    "sigma": st.sampled_from([0.0, 0.3, 2.0]),
}


@settings(max_examples=60)
@given(data=st.data(), **settings_of_probe)
def test_a_function_of_the_labels_gains_from_a_larger_gamma(data, rho, sigma):
    Y = data.draw(labelled())
    y = Y @ data.draw(arrays()).standard_normal((Y.shape[1], 1))
    G, K = weighted(Y, 1 / Y.sum(axis=0)), data.draw(st.integers(1, len(Y) + 1))
    risks = [ridge_risk(G, y, K, gamma, rho, sigma)[0] for gamma in GRID]
    assert all(after <= before + 1e-9 for before, after in pairwise(risks))
    event("strictly" if risks[0] > risks[-1] + 1e-6 else "not at all")


@settings(max_examples=80)
@given(
    G=relations(min_samples=2, max_samples=7, kinds=("weighted", "integer", "clique", "path")),
    pair=st.lists(st.sampled_from(GRID), min_size=2, max_size=2, unique=True),
    data=st.data(),
    **settings_of_probe,
)
def test_the_risk_grows_by_no_more_than_the_energy_allows(G, pair, data, rho, sigma):
    n, (low, high) = len(G), sorted(pair)
    K, rng = data.draw(st.integers(1, n)), data.draw(arrays())
    L = laplacian(G)
    y = np.linalg.eigh(L)[1] @ (rng.standard_normal((n, 1)) * rng.integers(0, 2, (n, 1)))
    values, vectors = np.linalg.eigh(L + np.ones((n, n)) * (1 + np.trace(L)))  # the constant last
    q = min(K, n - 1)
    known = {"y": y, "P": vectors[:, :q], "lambda": values[:q].reshape(-1, 1), "N": n, "K": K, "alpha": 1.0}
    known |= {"rho": rho, "sigma": sigma, "gamma": low, "gamma_1": high}
    left, right = (float(evaluate(e, known)) for e in GROWTH.arguments())
    before, after = (ridge_risk(G, y, n, gamma, rho, sigma)[0] for gamma in (low, high))
    if q == n - 1:  # all directions, whichever NumPy takes of those that are alike
        energy = right - float(evaluate(GROWTH.lhs, known | {"gamma_1": low}))
        assert after - before == pytest.approx(left - right + energy, abs=1e-7)
        assert after <= before + energy + 1e-9
    assert left <= right + 1e-9
    event(f"the risk {'grows' if after > before + 1e-9 else 'falls' if after < before - 1e-9 else 'stays'}")


@given(
    a=st.sampled_from([0.0, 0.3, 1.0, 2.0]),
    mu=st.sampled_from([0.1, 1.0, 3.0]),
    gamma=st.floats(0, 0.99),
    sigma=st.sampled_from([0.0, 0.5, 2.0]),
    level=st.sampled_from([0.01, 0.5, 5.0]),
)
def test_the_sign_of_the_slope(a, mu, gamma, sigma, level):
    """One direction: the cost rises or falls from gamma on as the statements say, and is least at the stated value."""
    n, s = 4, 1 - gamma

    def cost(u):
        h = u / (u + level)
        return (1 - h) ** 2 * a**2 + sigma**2 * h**2

    known = {"u": s, "a": a, "sigma": sigma, "rho": n * level, "N": n, "mu": mu, "alpha": 1.0}
    slope = float(evaluate(RISES.rhs, known))
    measured = -mu * cost(s + 1e-30j).imag / 1e-30  # nothing is subtracted: the cost is rational in u
    assert slope == pytest.approx(measured, rel=1e-9, abs=1e-9)
    rises, falls = (t.hypotheses[0] for t in b.gamma_guideline.theorems[3:5])
    for sign, condition in ((1, rises), (-1, falls)):
        lost, noise = (float(evaluate(e, known)) for e in condition.arguments())
        if lost <= noise:
            assert sign * slope >= -1e-12
        else:
            assert sign * slope < 1e-12
    event("rises" if slope > 0 else "falls" if slope < 0 else "flat")
    if sigma > 0:
        best = level * a**2 / sigma**2
        assert cost(best) <= min(cost(u) for u in (s, best * 1.01, best * 0.99, best + 0.1)) + 1e-12
        assert float(evaluate(BEST.rhs, known | {"u": best})) == pytest.approx(sigma**2 * a**2)
        assert float(evaluate(BEST.lhs, known)) == pytest.approx((a**2 + sigma**2) * cost(s))
    (little,) = b.gamma_guideline.theorems[7].hypotheses
    noise, lost = (float(evaluate(e, known)) for e in little.arguments())
    assert (noise <= lost + 1e-12) == (cost(s) <= a**2 + 1e-12)


@settings(max_examples=60)
@given(data=st.data(), n=st.sampled_from([4, 6, 8]), rho=st.sampled_from([0.01, 0.1]))
def test_squared_similarity_drops_what_vicreg_keeps(data, n, rho):
    """On a ring the relation sees alternating targets as negative: without noise, VICReg at a small gamma has less risk."""
    G = np.roll(np.eye(n), 1, axis=1) + np.roll(np.eye(n), -1, axis=1)
    g, vectors = np.linalg.eigh(G)
    below = np.flatnonzero(g < -1e-9)
    chosen = data.draw(st.sampled_from(list(below)))
    y = vectors[:, [chosen]]
    lost = risk(smoother(squared_similarity.optimal_representation(G, n).representation, rho, False), y, 0.0)
    assert lost == pytest.approx(1)  # all of it
    values = np.sort(np.linalg.eigvalsh(laplacian(G)))
    assert np.abs(values - (2 - g[chosen])).min() < 1e-9
    gamma = data.draw(st.sampled_from([0.5, 0.9])) / (2 - g[chosen])
    kept, _ = ridge_risk(G, y, n, gamma, rho, 0.0)
    assert kept < 1
    gone, _ = ridge_risk(G, y, n, 1.01 / (2 - g[chosen]), rho, 0.0)
    assert gone == pytest.approx(1)
