"""VICReg and Barlow Twins as libraries ship them, beside plain functions with the steps of the libraries' code, and gradients
of these by complex steps, which are exact to rounding.
"""

from math import sqrt

import numpy as np
import pytest
from hypothesis import assume, event, example, given
from hypothesis import strategies as st

from numeric import implementations
from tests.numeric.strategies import arrays

# What the libraries do; complex numbers pass through


def relu(x):
    return np.where(x.real > 0, x, 0)


def variance(x, correction):
    return ((x - x.mean(axis=0)) ** 2).sum(axis=0) / (len(x) - correction)


def off_diagonal(m):
    return m[~np.eye(len(m), dtype=bool)]


def vicreg(x, y, halved, *, invariance=25.0, variance_weight=25.0, covariance=1.0, eps=1e-4):
    repr_loss = ((x - y) ** 2).mean()
    std_x, std_y = (np.sqrt(variance(z, 1) + eps) for z in (x, y))
    std_loss = (relu(1 - std_x).mean() + relu(1 - std_y).mean()) / (2 if halved else 1)
    cov_loss = 0
    for z in (x, y):
        z = z - z.mean(axis=0)
        cov = z.T @ z / (len(z) - 1)
        cov_loss += (off_diagonal(cov) ** 2).sum() / z.shape[1]
    return invariance * repr_loss + variance_weight * std_loss + covariance * cov_loss


def barlow(a, b, weight):
    c = a.T @ b / len(a)
    return ((np.diagonal(c) - 1) ** 2).sum() + weight * (off_diagonal(c) ** 2).sum()


def batch_norm(x, eps):
    return (x - x.mean(axis=0)) / np.sqrt(variance(x, 0) + eps)


def barlow_official(x, y, *, off_diagonal=0.0051, eps=1e-5):
    return barlow(batch_norm(x, eps), batch_norm(y, eps), off_diagonal)


def barlow_solo(x, y, *, off_diagonal=5e-3, scale=0.025, eps=1e-5):
    return scale * barlow(batch_norm(x, eps), batch_norm(y, eps), off_diagonal)


def barlow_lightly(x, y, *, off_diagonal=5e-3, eps=1e-5):
    both = batch_norm(np.concatenate([x, y]), eps)
    return barlow(both[: len(x)], both[len(x) :], off_diagonal)


def barlow_unbiased(x, y, *, off_diagonal=5e-3, eps=1e-5):
    a, b = ((z - z.mean(axis=0)) / (np.sqrt(variance(z, 1)) + eps) for z in (x, y))
    return barlow(a, b, off_diagonal)


def renamed(hyper):
    return {"variance_weight" if name == "variance" else name: x for name, x in hyper.items()}


PLAIN = {
    "vicreg_official": lambda x, y, **hyper: vicreg(x, y, True, **renamed(hyper)),
    "vicreg_solo": lambda x, y, **hyper: vicreg(x, y, False, **renamed(hyper)),
    "barlow_official": barlow_official,
    "barlow_lightly": barlow_lightly,
    "barlow_solo": barlow_solo,
    "barlow_unbiased": barlow_unbiased,
}
HYPER = {
    "vicreg": {
        "invariance": [0.0, 25.0],
        "variance": [0.0, 1.0, 25.0],
        "covariance": [0.0, 1.0, 3.0],
        "eps": [1e-4, 0.1],
    },
    "barlow": {"off_diagonal": [0.0, 0.005, 1.0], "eps": [1e-5, 0.1]},
}
every_loss = pytest.mark.parametrize("name", sorted(PLAIN))


def complex_step(function, *views):
    """The gradients of a function of several arrays."""
    gradients = []
    for n, view in enumerate(views):
        gradient = np.empty(view.shape)
        for at in np.ndindex(view.shape):
            moved = [v.astype(complex) for v in views]
            moved[n][at] += 1e-30j
            gradient[at] = function(*moved).imag / 1e-30
        gradients.append(gradient)
    return gradients


@st.composite
def pairs_of_views(draw, constant=True):
    """(Z_a, Z_b) of any scale and offset: related, unrelated, equal, collapsed, with constant columns, K > N."""
    n, k, rng = draw(st.integers(2, 8)), draw(st.integers(1, 5)), draw(arrays())
    first = rng.standard_normal((n, k)) * 10.0 ** rng.uniform(-2, 1, k) + draw(st.sampled_from([0, 1, 50]))
    kind = draw(st.sampled_from(["related", "unrelated", "equal", "mirrored", "constant column", "collapsed"]))
    second = {"equal": first, "mirrored": -first, "unrelated": rng.standard_normal((n, k))}.get(kind)
    second = first + 0.3 * rng.standard_normal((n, k)) if second is None else second.copy()
    if kind == "constant column" and constant:
        first[:, 0] = 0.5
    if kind == "collapsed" and constant:
        second[:] = np.round(4 * second[0]) / 4
    event(kind)
    event("K > N - 1" if k > n - 1 else "K <= N - 1")
    return first, second


def hyper_parameters(name):
    values = {h: st.sampled_from(v) for h, v in HYPER[name.partition("_")[0]].items()}
    if name == "barlow_solo":
        values["scale"] = st.sampled_from([0.025, 2.0])
    return st.fixed_dictionaries({}, optional=values)


@every_loss
@given(data=st.data())
def test_it_is_what_the_library_computes(name, data):
    Z_a, Z_b = data.draw(pairs_of_views(constant=name != "barlow_unbiased"))
    hyper = data.draw(hyper_parameters(name))
    if name.startswith("vicreg"):  # the slope jumps where a deviation is one
        deviations = [np.sqrt(variance(z, 1) + hyper.get("eps", 1e-4)) for z in (Z_a, Z_b)]
        assume(np.abs(np.subtract(1, deviations)).min() > 1e-9)
        event("a hinge is active" if np.min(deviations) < 1 else "no hinge is active")
    check(name, Z_a, Z_b, hyper)


def check(name, Z_a, Z_b, hyper):
    plain = PLAIN[name]
    before = Z_a.copy(), Z_b.copy()
    value, *gradients = getattr(implementations, name)(Z_a, Z_b, **hyper)
    np.testing.assert_array_equal([Z_a, Z_b], before)
    expected = plain(Z_a, Z_b, **hyper)
    assert isinstance(value, float)
    assert value == pytest.approx(expected, rel=1e-9, abs=1e-9)
    for found, exact in zip(gradients, complex_step(lambda x, y: plain(x, y, **hyper), Z_a, Z_b), strict=True):
        assert found.shape == exact.shape
        np.testing.assert_allclose(found, exact, rtol=1e-9, atol=1e-9 * (1 + np.abs(exact).max()))


@every_loss
@pytest.mark.parametrize("equal", [True, False])
def test_two_samples_in_one_dimension(name, equal):
    Z_a = np.array([[0.0], [0.5]])
    check(name, Z_a, Z_a if equal else np.array([[3.0], [-1.0]]), {})


def test_values_by_hand():
    """Two samples in one dimension, variances 2 and 1/8: mean squares 1 and 1/16."""
    Z_a, Z_b = np.array([[0.0], [2.0]]), np.array([[0.0], [0.5]])
    invariance, hinge = 25 * 1.5**2 / 2, 25 * (1 - sqrt(0.125 + 1e-4))
    assert implementations.vicreg_official(Z_a, Z_b)[0] == pytest.approx(invariance + hinge / 2, rel=1e-14)
    assert implementations.vicreg_solo(Z_a, Z_b)[0] == pytest.approx(invariance + hinge, rel=1e-14)
    C = 0.25 / sqrt((1 + 1e-5) * (1 / 16 + 1e-5))
    assert implementations.barlow_official(Z_a, Z_b)[0] == pytest.approx((1 - C) ** 2, rel=1e-9)
    assert implementations.barlow_solo(Z_a, Z_b)[0] == pytest.approx(0.025 * (1 - C) ** 2, rel=1e-9)
    C = 0.25 / ((sqrt(2) + 1e-5) * (sqrt(1 / 8) + 1e-5))
    assert implementations.barlow_unbiased(Z_a, Z_b)[0] == pytest.approx((1 - C) ** 2, rel=1e-12)
    mean = 0.625
    C = ((0 - mean) ** 2 + (2 - mean) * (0.5 - mean)) / 2
    C /= ((0 - mean) ** 2 * 2 + (2 - mean) ** 2 + (0.5 - mean) ** 2) / 4 + 1e-5
    assert implementations.barlow_lightly(Z_a, Z_b)[0] == pytest.approx((1 - C) ** 2, rel=1e-12)


@given(arrays(), st.integers(2, 9), st.data())
@example(np.random.default_rng(0), 2, None)
def test_barlow_twins_with_n_minus_1_stays_above_its_bound(rng, n, data):
    k = data.draw(st.integers(1, n - 1)) if data else 1
    basis = np.linalg.qr(np.column_stack([np.ones(n), rng.standard_normal((n, k))]))[0][:, 1:]
    best = implementations.barlow_unbiased(1e3 * basis, 1e3 * basis)[0]
    assert k / n**2 <= best <= k / n**2 + 1e-6 * k
    other = basis + 0.1 * rng.standard_normal((n, k))
    assert implementations.barlow_unbiased(1e3 * basis, 1e3 * other)[0] >= k / n**2
    assert implementations.barlow_official(1e3 * basis, 1e3 * basis)[0] == pytest.approx(0, abs=1e-12 * k)


def test_lightly_sees_the_means_of_the_views():
    Z = np.random.default_rng(0).normal(size=(20, 3))
    there, moved = (implementations.barlow_lightly(Z, y)[0] for y in (Z, Z + 1))
    assert moved > there + 0.1
    assert implementations.barlow_official(Z, Z + 1)[0] == pytest.approx(implementations.barlow_official(Z, Z)[0])


@pytest.mark.parametrize("name", ["vicreg_official", "vicreg_solo", "barlow_unbiased"])
def test_one_sample_has_no_unbiased_variance(name):
    with pytest.raises(ValueError, match="Z_a must have at least 2 rows"):
        getattr(implementations, name)(np.ones((1, 2)), np.ones((1, 2)))


@pytest.mark.parametrize("name", ["barlow_official", "barlow_solo", "barlow_lightly"])
def test_one_sample_has_a_variance_of_zero(name):
    value, *gradients = getattr(implementations, name)(np.ones((1, 2)), np.ones((1, 2)))
    assert value == pytest.approx(2 * (0.025 if name == "barlow_solo" else 1))
    assert not np.any(gradients)


def test_a_constant_column_has_no_gradient_with_n_minus_1():
    Z = np.array([[1.0, 0.5], [2.0, 0.5], [4.0, 0.5]])
    with pytest.raises(ValueError, match="lengths of the columns of Z_b .* must be > 0; found 0 at 1"):
        implementations.barlow_unbiased(Z[:, [0, 0]], Z)


@every_loss
def test_bad_input_is_named(name):
    function, Z = getattr(implementations, name), np.eye(3)
    with pytest.raises(ValueError, match="Z_b"):
        function(Z, np.eye(4))
    with pytest.raises(ValueError, match="Z_a"):
        function(np.where(Z > 0, np.nan, Z), Z)
    with pytest.raises(ValueError, match="eps"):
        function(Z, Z, eps=0.0)
