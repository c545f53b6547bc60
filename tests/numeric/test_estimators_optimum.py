"""The optimum that the transformer claims, whatever the method, the regime, the inputs and the relation, against any other."""

import re
from functools import partial
from inspect import signature

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from sklearn.metrics.pairwise import polynomial_kernel, rbf_kernel

import numeric
from numeric import SpectralSSL, laplacian_eigenmaps
from numeric.methods import methods
from tests.numeric.inputs import random_inputs
from tests.numeric.related import SOLVED
from tests.numeric.strategies import arrays, laplacian, relations


@st.composite
def hyper_parameter_values(draw, method, G):
    if method == "vicreg":
        middle = len(G) / max(np.trace(laplacian(G)), 1.0)
        weights = {name: draw(st.floats(0.1, 5)) for name in ("alpha", "beta")}
        variance = draw(st.sampled_from([None, "squared", "hinge"]))
        return {"gamma": middle * 10 ** draw(st.floats(-1.5, 1.5)), "variance": variance, **weights}
    if method == "barlow_twins":
        return {"center": draw(st.booleans())}
    if method in ("lpp", "laplacian_eigenmaps"):
        return {"normalisation": draw(st.sampled_from([None, "covariance", "degree"]))}
    return {}


@st.composite
def kernels(draw, n):
    """(kernel, V): a symmetric matrix, and orthonormal columns of its range."""
    kind, rng = draw(st.sampled_from(["rbf", "polynomial", "indefinite", "low rank", "zero"])), draw(arrays())
    points = rng.standard_normal((n, 3))
    kernel = {
        "rbf": lambda: rbf_kernel(points),
        "polynomial": lambda: polynomial_kernel(points, degree=2),
        "indefinite": lambda: np.tanh(points @ points.T - 1),
        "low rank": lambda: points[:, :2] @ points[:, :2].T,
        "zero": lambda: np.zeros((n, n)),
    }[kind]()
    g, vectors = np.linalg.eigh(kernel)
    size = np.abs(g).max()
    assume(not ((np.abs(g) > 1e-14 * size) & (np.abs(g) < 1e-6 * size)).any())
    event(f"kernel: {kind}")
    V = vectors[:, np.abs(g) > 1e-6 * size]
    return kernel, V if V.size else np.zeros((n, 1))


def assume_clear_rank(X, degrees):
    """Rejects inputs of a condition above 1e3 on all samples, or on those with positives, centred or not."""
    for mass in (np.ones(len(X)), degrees):
        counted = mass > 0
        if not counted.any():
            continue
        shares = mass[counted] / mass[counted].sum()
        for part in (X[counted], X[counted] - shares @ X[counted]):
            lengths = np.linalg.norm(part, axis=0)
            kept = lengths > 1e-12 * np.linalg.norm(X[counted], axis=0)
            assume(not (kept & (lengths < 1e-3 * np.linalg.norm(X[counted], axis=0))).any())
            s = np.linalg.svd(np.sqrt(shares)[:, None] * part[:, kept] / lengths[kept], compute_uv=False)
            assume(not ((s > 1e-10 * s.max(initial=0)) & (s < 1e-3 * s.max(initial=0))).any())


def mass_of(G, normalisation):
    return G.sum(axis=1) if normalisation == "degree" else np.full(len(G), 1 / len(G))


def constrained(Z, mass):
    """The nearest columns that satisfy the constraint, in the span of Z and a constant; 0 on samples that do not count."""
    counted = mass > 0
    roots = np.sqrt(mass[counted])[:, None]
    centred = Z[counted] - mass[counted] @ Z[counted] / mass.sum()
    U, _, axes = np.linalg.svd(roots * centred, full_matrices=False)
    found = np.zeros_like(Z)
    found[counted] = U @ axes / roots
    return found


@settings(max_examples=400)
@given(data=st.data(), method=st.sampled_from(SOLVED), regime=st.sampled_from(["linear", "kernel"]), rng=arrays())
def test_no_other_weights_do_better_than_the_loss_that_is_claimed(data, method, regime, rng):
    kinds = ("weighted", "integer", "clique", "path", "empty", "complete")
    G = data.draw(relations(min_samples=2, max_samples=9, kinds=kinds))
    n, degrees = len(G), G.sum(axis=1)
    assume(not degrees.any() or degrees.max() < 1e3 * degrees[degrees > 0].min())
    if regime == "linear":
        given_as = possible = data.draw(random_inputs(n))
    else:
        given_as, possible = data.draw(kernels(n))
    assume_clear_rank(possible, degrees)
    K, hyper = data.draw(st.integers(1, n + 1)), data.draw(hyper_parameter_values(method, G))
    estimator = SpectralSSL(method, K, regime=regime, kernel="precomputed", **hyper)
    sparse = data.draw(st.booleans())
    relation = sp.csr_array(G) if sparse else G
    fit = partial(estimator.fit, sp.csr_matrix(given_as) if sparse else given_as, relation=relation)
    named = {name: value for name, value in hyper.items() if value is not None}
    try:
        wanted = methods()[method](possible, G, K, **named)
    except ValueError as refused:
        event("refused")
        with pytest.raises(ValueError, match=f"^{re.escape(str(refused))}$"):
            fit()
        return

    Z = fit().transform(given_as)
    event(f"{method}, {regime}")
    event("more columns than the rank", estimator.rank_ < K)
    assert Z.shape == (n, K)
    assert (estimator.rank_, len(estimator.filter_)) == (wanted.rank, len(wanted.filter))
    loss = (laplacian_eigenmaps if method == "lpp" else getattr(numeric, method)).loss
    loss = partial(loss, **{name: value for name, value in named.items() if name in signature(loss).parameters})
    rounding = 1e-7 * K * (hyper.get("alpha", 1) + hyper.get("gamma", 1) * np.linalg.norm(laplacian(G)))
    rounding += 1e-7 * n * np.linalg.norm(G) ** 2 * (method == "squared_similarity")
    others = rng.standard_normal((6, possible.shape[1], K))
    near = [Z + 10.0**-k * possible @ (W / np.linalg.norm(W)) for k, W in enumerate(others)]
    if method in ("lpp", "laplacian_eigenmaps"):
        mass = mass_of(G, hyper["normalisation"])
        rounding = 1e-7 * K * n * np.max(degrees / np.where(mass > 0, mass, np.inf), initial=1)
        closest = constrained(Z, mass)
        np.testing.assert_allclose(
            closest, np.where(mass[:, None] > 0, Z - mass @ Z / mass.sum(), 0), atol=1e-6 * np.abs(closest).max()
        )
        Z, near = closest, [constrained(other, mass) for other in near]
    assert abs(estimator.loss_ - wanted.loss) <= rounding
    assert abs(loss(Z, G) - estimator.loss_) <= rounding
    for other in near:
        assert loss(other, G) >= estimator.loss_ - rounding
