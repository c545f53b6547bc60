"""The theorems on VICReg's hinge and pairs of vectors against the numeric functions, which solve it globally."""

import numpy as np
import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from derivations.language.evaluate import evaluate
from derivations.losses.vicreg import hinge_differs as differs
from derivations.losses.vicreg.hinge_reduction import reduction
from numeric import vicreg
from numeric.hinge_spectrum import hinge_spectrum
from numeric.majorisation import rotation_with_diagonal
from numeric.spectrum import bottom_eigenpairs
from tests.numeric.strategies import arrays, relations

PATH = np.diag(np.ones(2), 1) + np.diag(np.ones(2), -1)  # eigenvalues 1 and 3
weights = st.floats(-2, 2).map(lambda exponent: 10.0**exponent)
hyper = st.fixed_dictionaries({"alpha": weights, "beta": weights, "gamma": weights})
THEOREMS = {"hinge": reduction.theorems[3:5], "squared": reduction.theorems[5:]}


def centred_pairs(G, n_components):
    """(lambda, P) of the directions that exist, min(K, N - 1) of them."""
    values, vectors = bottom_eigenpairs(G, n_components)
    return values[:, None], vectors


def rounding(G, gamma, total):
    """The smallest eigenvalues are right to that of the largest, which a total variance is multiplied by."""
    return 1e-12 * gamma * total * G.sum(axis=1).max()


def close(expected, G, gamma, total):
    return pytest.approx(expected, rel=1e-8, abs=rounding(G, gamma, total))


def value_of(theorem, side, table):
    return float(evaluate(getattr(theorem.statement, side), table))


@pytest.mark.parametrize("variance", THEOREMS)
@given(G=relations(min_samples=2, max_samples=6), K=st.integers(1, 5), rng=arrays(), weights=hyper)
def test_both_sides_of_the_bound_are_what_the_functions_say(variance, G, K, rng, weights):
    Z = rng.standard_normal((len(G), K))
    eigenvalues, P = centred_pairs(G, K)
    bound, _ = THEOREMS[variance]
    table = {"G": G, "Z": Z, "P": P, "lambda": eigenvalues, "N": len(G), "K": K, **weights}
    pair, loss = (value_of(bound, side, table) for side in ("lhs", "rhs"))
    total = np.sum(Z**2)
    slack = 1e-8 * (1 + loss) + rounding(G, weights["gamma"], total)
    assert loss == close(vicreg.loss(Z, G, variance=variance, **weights), G, weights["gamma"], total)
    assert pair <= loss + slack
    best = vicreg.optimal_representation(G, K, variance=variance, **weights)
    assert pair >= best.loss - slack
    assert best.loss <= loss + slack


@pytest.mark.parametrize("variance", THEOREMS)
@given(G=relations(min_samples=2, max_samples=6), K=st.integers(1, 5), rng=arrays(), weights=hyper)
def test_a_pair_is_rebuilt_as_a_representation_of_its_value(variance, G, K, rng, weights):
    eigenvalues, P = centred_pairs(G, K)
    q = len(eigenvalues)
    filled = np.append(rng.exponential(size=q), np.zeros(K - q))
    d = (np.linalg.qr(rng.standard_normal((K, K)))[0] ** 2) @ filled
    R = rotation_with_diagonal(filled, d)[:, :q]
    s = filled[:q, None]
    Z = np.sqrt(len(G)) * P * np.sqrt(s.T) @ R.T
    _, attained = THEOREMS[variance]
    table = {"G": G, "P": P, "lambda": eigenvalues, "R": R, "s": s, "d": d[:, None], "N": len(G), "K": K, **weights}
    at_z, at_pair = (value_of(attained, side, table) for side in ("lhs", "rhs"))
    expected = close(at_pair, G, weights["gamma"], s.sum())
    assert at_z == expected
    assert vicreg.loss(Z, G, variance=variance, **weights) == expected


@given(G=relations(min_samples=2, max_samples=6), K=st.integers(1, 5), weights=hyper)
def test_the_best_pair_has_the_value_of_the_best_representation(G, K, weights):
    eigenvalues, P = centred_pairs(G, K)
    best = hinge_spectrum(
        2 * weights["gamma"] / weights["alpha"] * eigenvalues.ravel(), weights["beta"] / weights["alpha"], K
    )
    q = len(eigenvalues)
    R = rotation_with_diagonal(best.spectrum, best.diagonal)[:, :q]
    s, d = best.spectrum[:q, None], best.diagonal[:, None]
    _, attained = THEOREMS["hinge"]
    table = {"G": G, "P": P, "lambda": eigenvalues, "R": R, "s": s, "d": d, "N": len(G), "K": K, **weights}
    found = vicreg.optimal_representation(G, K, variance="hinge", **weights)
    assert value_of(attained, "rhs", table) == pytest.approx(found.loss, rel=1e-8, abs=1e-12 * weights["alpha"])


# the hinge against the squared variance


def table_of(G, K, weights):
    values, vectors = bottom_eigenpairs(G, 2)
    named = {"lambda_1": max(values[0], 0.0), "lambda_2": values[1], "p_1": vectors[:, :1], "p_2": vectors[:, 1:]}
    return {"G": G, "N": len(G), "K": K, **named, **weights}


@given(
    G=relations(min_samples=3, max_samples=7),
    K=st.integers(1, 6),
    gamma=weights,
    price=st.floats(0.05, 1.5),
    slack=st.floats(1, 3),
)
def test_where_all_columns_are_the_same_and_where_they_are_not(G, K, gamma, price, slack):
    """beta is a part of the second threshold, and alpha a multiple of the first."""
    small, large = bottom_eigenpairs(G, 2)[0]
    assume(large - small > 1e-6 * G.sum(axis=1).max())
    beta = price * gamma * (large - small) / K
    alpha = slack * (4 * beta * (K - 1) + 4 * gamma * max(small, 0.0))
    assume(alpha > 1e-6)
    assume(abs(price - 1) > 1e-2)
    weights = {"alpha": alpha, "beta": beta, "gamma": gamma}
    best = vicreg.optimal_representation(G, K, variance="hinge", **weights)
    minimum, two = differs.differs.theorems[3], differs.differs.theorems[5]
    table = table_of(G, K, weights)
    alike = float(evaluate(minimum.statement.value, table))
    at = evaluate(minimum.statement.at, table)
    expected = close(alike, G, gamma, K)
    assert vicreg.loss(at, G, variance="hinge", **weights) == expected
    event("below the threshold" if price < 1 else "beyond")
    if price < 1:
        assert best.loss == expected
        return
    s = (K - K / price) / 2
    if K > 1:
        R = rotation_with_diagonal(np.array([K - s, s, *np.zeros(K - 2)]), np.ones(K))
        table |= {"s": s, "r": R[:, :1], "t": R[:, 1:2]}
        below = alike - 2 * beta * s**2
        assert best.loss < below or best.loss == close(below, G, gamma, K)
        assert best.rank > 1
        expected = close(below, G, gamma, K)
        assert value_of(two, "rhs", table) == expected
        assert value_of(two, "lhs", table) == expected


EXAMPLES = {
    "fewer with the hinge": ((5, 2, 1), 1, 2),
    "more with the hinge": ((36, 5, 4), 2, 1),
    "one with both": ((8, 1, 1), 1, 1),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_rank_on_a_path_of_three_samples(name):
    (alpha, beta, gamma), *ranks = EXAMPLES[name]
    for variance, rank in zip(("hinge", "squared"), ranks, strict=True):
        best = vicreg.optimal_representation(PATH, 2, variance=variance, alpha=alpha, beta=beta, gamma=gamma)
        assert best.rank == np.linalg.matrix_rank(best.representation) == rank


def test_the_filters_on_a_path_of_three_samples():
    squared = vicreg.optimal_representation(PATH, 2, alpha=5, beta=2, gamma=1)
    np.testing.assert_allclose(squared.filter, [1.1, 0.1], rtol=1e-12)
    hinge = vicreg.optimal_representation(PATH, 2, variance="hinge", alpha=36, beta=5, gamma=4)
    np.testing.assert_allclose(hinge.filter, [1.8, 0.2], rtol=1e-12)


@given(G=relations(min_samples=3, max_samples=7), gamma=weights, beta=weights, ratio=st.floats(1, 100))
def test_where_the_squared_variance_keeps_one_direction_of_two(G, gamma, beta, ratio):
    small, large = bottom_eigenpairs(G, 2)[0]
    alpha = beta * ratio
    cost = gamma * (alpha * (large - small) + beta * (small + large))
    assume(abs(2 * alpha * beta - cost) > 1e-6 * (alpha * beta + gamma * alpha * G.sum(axis=1).max()))
    best = vicreg.optimal_representation(G, 2, alpha=alpha, beta=beta, gamma=gamma)
    event(f"rank {best.rank}")
    assert (best.rank == 2) == (2 * alpha * beta > cost)
