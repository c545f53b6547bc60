"""VICReg with the hinge in numeric, against the theorems that it names, evaluated by SymPy's side on the same arrays."""

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from derivations.language.propositions import Minimum, Positive
from derivations.losses.vicreg import hinge as vicreg_hinge
from numeric import vicreg
from numeric.hinge_spectrum import hinge_spectrum
from tests.contract.test_implementations import integers
from tests.contract.test_written_by_hand import at, the, weighted_graphs

weights = st.sampled_from([0.25, 1.0, 3.0, 25.0])


@settings(max_examples=50)
@given(data=st.data())
def test_the_loss_is_that_of_the_matrix_form(data):
    n, K = data.draw(st.integers(2, 6)), data.draw(st.integers(1, 4))
    Z, G = data.draw(integers(n, K, -8, 8)) / 4, data.draw(weighted_graphs(n))
    hyper = {name: data.draw(weights) for name in ("alpha", "beta", "gamma")}
    exact = at(vicreg_hinge.hinge.value, {"Z": Z, "G": G} | hyper)
    assert vicreg.loss(Z, G, variance="hinge", **hyper) == pytest.approx(exact, rel=1e-12, abs=1e-12)


@settings(max_examples=80)
@given(data=st.data())
def test_the_minimum_under_exact_decorrelation_is_that_of_the_theorem(data):
    n, K = data.draw(st.integers(2, 7)), data.draw(st.integers(1, 8))
    G = data.draw(weighted_graphs(n))
    hyper = {"alpha": data.draw(weights), "gamma": data.draw(st.just(0.0) | weights)}
    best = vicreg.optimal_representation(G, K, variance="hinge", beta=np.inf, **hyper)
    claim, kept = the(Minimum, vicreg_hinge.optimum), the(Positive, vicreg_hinge.optimum)
    event("directions are missing" if n <= K else "every column has a direction")
    values = hyper | {"N": n, "K": K, "lambda": best.eigenvalues[:, None]}
    assert best.loss == pytest.approx(at(claim.value, values), rel=1e-10, abs=1e-10)
    assert best.filter == pytest.approx(at(kept.vector, values).ravel(), rel=1e-12)
    assert best.rank == min(K, n - 1)
    Z = best.representation
    C = np.cov(Z, rowvar=False, bias=True).reshape(K, K)
    assert np.abs(C - np.diag(np.diagonal(C))).max() <= 1e-10
    assert at(claim.objective, {"Z": Z, "G": G} | hyper) == pytest.approx(best.loss, rel=1e-6, abs=1e-6)


@settings(max_examples=50)
@given(data=st.data())
def test_the_minimum_over_linear_maps_is_that_of_the_theorem(data):
    n, D, K = data.draw(st.integers(2, 7)), data.draw(st.integers(1, 4)), data.draw(st.integers(1, 5))
    G, X = data.draw(weighted_graphs(n)), data.draw(integers(n, D, -3, 3))
    hyper = {"alpha": data.draw(weights), "gamma": data.draw(st.just(0.0) | weights)}
    best = vicreg.optimal_weights(X, G, K, variance="hinge", beta=np.inf, **hyper)
    rank = np.linalg.matrix_rank(X - X.mean(axis=0))
    event("X has full rank" if rank == D else "X has not")
    claim = the(Minimum, vicreg_hinge.linear_optimum)
    values = hyper | {"r": rank, "K": K, "mu": best.eigenvalues[:, None]}
    assert best.loss == pytest.approx(at(claim.value, values), rel=1e-9, abs=1e-9)
    there = {"W": best.weights, "X": X, "G": G} | hyper
    assert at(claim.objective, there) == pytest.approx(best.loss, rel=1e-6, abs=1e-6)


@settings(max_examples=80)
@given(data=st.data())
def test_the_filter_is_that_of_the_theorem(data):
    """At eigenvalues over orders of magnitude, 0 among them."""
    lam = np.sort([data.draw(st.just(0.0) | st.floats(-6, 6).map(lambda e: 10.0**e)) for _ in range(4)])
    alpha, gamma = data.draw(weights), data.draw(weights)
    found = hinge_spectrum(2 * gamma * lam / alpha, np.inf, 4)
    kept = the(Positive, vicreg_hinge.optimum)
    exact = at(kept.vector, {"alpha": alpha, "gamma": gamma, "lambda": lam[:, None], "K": 4, "N": 5})
    assert found.spectrum == pytest.approx(exact.ravel(), rel=1e-13)
    assert (found.spectrum > 0).all()
