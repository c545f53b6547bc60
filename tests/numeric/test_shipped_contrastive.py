"""The contrastive losses and coding rates that libraries ship, as NumPy functions: against what the code of the libraries does,
and against the functions of the published losses.
"""

import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numeric import implementations, relations, simclr, spectral_contrastive
from tests.implementations import contrastive_code as code
from tests.implementations.contrastive_views import DEFAULTS, FAMILY, OF_PATCHES, OF_SEVERAL, check, expected, two_views

OF_RATES = ("tcr", "tcr_lightly", "emp_ssl", "emp_ssl_lightly")
every_loss = pytest.mark.parametrize("name", FAMILY)


def function(name):
    return getattr(implementations, name)


def some_views(n=4, k=3, seed=0):
    return np.random.default_rng(seed).normal(size=(2, n, k))


@every_loss
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_value_and_gradients_are_those_of_the_code(name, data):
    views, hyper, *wanted = expected(name, data.draw)
    given_views = [v.copy() for v in views]
    found = function(name)(*views, **hyper)
    assert isinstance(found[0], float)
    assert all(g.shape == v.shape and g.dtype == float for g, v in zip(found[1:], views, strict=True))
    check(found, views, hyper, *wanted)
    assert all((v == w).all() for v, w in zip(views, given_views, strict=True))


@every_loss
def test_defaults_are_those_of_the_code(name):
    parameters = inspect.signature(function(name)).parameters
    keywords = {p.name: p.default for p in parameters.values() if p.kind is p.KEYWORD_ONLY}
    assert keywords == DEFAULTS[name]
    assert list(parameters)[:2] == ["Z_a", "Z_b"]


@pytest.mark.parametrize("name", [n for n in FAMILY if n != "spectral_contrastive"])
def test_a_row_of_zeros_has_no_direction(name):
    a, b = some_views()
    a[1] = 0
    with pytest.raises(ValueError, match="lengths of the rows of Z_a must be > 0"):
        function(name)(a, b)


@pytest.mark.parametrize("name", OF_RATES)
@given(exponent=st.floats(-8, 30), seed=st.integers(0, 2**16))
def test_a_coding_rate_of_views_of_any_length(name, exponent, seed):
    """Of fewer samples than dimensions: beside large entries I + c Z'Z loses its eigenvalues 1."""
    samples, dimensions = 3, 5
    views = some_views(samples, dimensions, seed) * 10**exponent
    weight, sign = dimensions / (samples * 0.2), 1 if name.endswith("lightly") else -1
    eigenvalues = [weight * np.linalg.eigvalsh(z @ z.T) for z in views]  # not those that are 0
    value, *gradients = function(name)(*views, invariance=0.0)
    assert value == pytest.approx(sign * sum(np.log1p(e).sum() for e in eigenvalues) / 4, rel=1e-9)
    for z, e, found in zip(
        views, eigenvalues, gradients, strict=True
    ):  # along the rows the rate grows by e/(1 + e) each
        assert np.vdot(found, z) == pytest.approx(sign * np.sum(e / (1 + e)) / 2, rel=1e-9)


@pytest.mark.parametrize("name", OF_SEVERAL)
def test_one_sample_has_no_negatives(name):
    with pytest.raises(ValueError, match="Z_a must have at least 2 rows"):
        function(name)(*some_views(n=1))


@pytest.mark.parametrize("name", OF_PATCHES)
def test_opposite_patches_have_no_mean_direction(name):
    a, _ = some_views()
    with pytest.raises(ValueError, match="lengths of the rows of M must be > 0"):
        function(name)(a, -a)


@pytest.mark.parametrize("name", ["nt_xent", "nnclr_solo"])
def test_one_sample_alone_is_at_the_minimum(name):
    value, *gradients = function(name)(*some_views(n=1))
    assert value == pytest.approx(0, abs=1e-12)
    assert all(abs(g).max() < 1e-12 for g in gradients)


@every_loss
def test_hyper_parameters_out_of_range_are_named(name):
    for hyper in DEFAULTS[name]:
        with pytest.raises(ValueError, match=f"^{hyper} must be"):
            function(name)(*some_views(), **{hyper: -1.0})


@pytest.mark.parametrize("name", ["nt_xent", "nnclr_solo", "dcl"])
@pytest.mark.parametrize("tau", [1e-3, 1e-6, 1e6])
def test_large_and_small_scores(name, tau):
    views = some_views()
    value, *gradients = function(name)(*views, tau=tau)
    with np.errstate(over="raise", invalid="raise"):
        wanted = getattr(code, name)(*views, tau)
    assert value == pytest.approx(wanted, rel=1e-9)
    assert all(np.isfinite(g).all() for g in gradients)


# against the published losses


@given(two_views(), st.sampled_from((0.05, 0.5, 3.0)))
@settings(max_examples=40, deadline=None)
def test_nt_xent_is_the_mean_of_simclr(views, tau):
    n = len(views[0])
    value, gradient, slope = simclr_of(views, tau)
    found = implementations.nt_xent(*views, tau=tau)
    check(found, views, {"tau": tau}, value / (2 * n), [gradient / (2 * n), slope / (2 * n)])


def simclr_of(views, tau):
    n, stacked = len(views[0]), np.concatenate(views)
    value, gradient = simclr.loss_and_gradient(stacked, relations.from_views(n, 2), tau=tau, exclude_self=True)
    return value, gradient[:n], gradient[n:]


@given(two_views(least=2))
@settings(max_examples=40, deadline=None)
def test_the_spectral_contrastive_loss_at_another_scale(views):
    """Kernel-InfoNCE's loss by the published one: at t^(1/2) Z, divided by t, less the fourth powers of the norms."""
    n, stacked = len(views[0]), np.concatenate(views)
    t = 4 * n / (n - 1)
    published = spectral_contrastive.loss(np.sqrt(t) * stacked, relations.from_views(n, 2))
    own = ((stacked**2).sum(axis=1) ** 2).sum() / (n * (n - 1))
    terms = ((stacked**2).sum() + 1) ** 2
    value, *_ = implementations.spectral_contrastive(*views)
    assert value == pytest.approx(published / t - own, rel=1e-9, abs=1e-12 * terms)


@given(two_views())
@settings(max_examples=40, deadline=None)
def test_lightlys_sign_rewards_collapse(views):
    """On rows of norm one the value is least where all rows are one vector, whose gradient only shortens them."""
    a, b = map(code.normalize, views)
    k = a.shape[1]
    least = np.log(1 + k / 0.2) / 2 - 200
    assert implementations.tcr_lightly(a, b)[0] >= least - 1e-9
    vertex = np.tile(a[:1], (len(a), 1))
    value, gradient, _ = implementations.tcr_lightly(vertex, vertex)
    assert value == pytest.approx(least, rel=1e-12)
    assert implementations.tcr(vertex, vertex)[0] == pytest.approx(-np.log(1 + k / 0.2) / 2 - 200, rel=1e-12)
    radial = (gradient * vertex).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(gradient, radial * vertex, atol=1e-12)
    assert (radial > 0).all()
