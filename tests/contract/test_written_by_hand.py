"""What numeric writes by hand against the theorems that it names, evaluated by SymPy's side on the same arrays."""

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from derivations.embeddings import classical_mds as scaling
from derivations.embeddings import kernel_pca as components
from derivations.language.arithmetic import MULTI_PRECISION
from derivations.language.evaluate import evaluate
from derivations.language.propositions import AtMost, Gradient, Minimum
from derivations.losses import barlow_twins as barlow
from derivations.losses.contrastive import infonce, spectral_contrastive, squared_similarity
from derivations.losses.contrastive import simclr as cliques
from numeric import barlow_twins, classical_mds, kernel_pca, relations, simclr
from numeric import spectral_contrastive as contrastive
from tests.contract.test_implementations import integers

LOSSES = {"dot": infonce.with_dot_product, "cosine": infonce.with_cosine}


def the(kind, result, matches=lambda statement: True):
    """The one statement of a kind among the theorems of a result."""
    (found,) = [t.statement for t in result.theorems if isinstance(t.statement, kind) and matches(t.statement)]
    return found


def at(expr, values):
    found = evaluate(expr, values, MULTI_PRECISION)
    return found.astype(float) if isinstance(found, np.ndarray) else float(found)


@st.composite
def weighted_graphs(draw, n):
    weights = draw(integers(n, n, 0, 3))
    return weights + weights.T


@pytest.mark.parametrize("exclude_self", [True, False])
@pytest.mark.parametrize("similarity", ["dot", "cosine"])
@settings(max_examples=30)
@given(data=st.data())
def test_simclr_is_infonce_of_the_relation_with_rows_scaled_to_one(similarity, exclude_self, data):
    n, K = data.draw(st.integers(2, 5)), data.draw(st.integers(1, 3))
    Z = data.draw(integers(n, K, -8, 8)) / 4
    Z[~Z.any(axis=1)] = 1.0  # cosines need rows that are not zero
    G = data.draw(weighted_graphs(n)) + np.eye(n, k=1) + np.eye(n, k=-1)  # no sample without a positive
    tau = data.draw(st.sampled_from([0.125, 0.5, 2.0]))
    hyper = {"tau": tau, "similarity": similarity, "exclude_self": exclude_self}
    candidates = np.ones((n, n)) - exclude_self * np.eye(n)
    target = G * candidates
    event("several positives" if (np.count_nonzero(target, axis=1) > 1).any() else "one positive each")
    with_rows_of_one = [[MULTI_PRECISION.number(x) / MULTI_PRECISION.number(sum(row)) for x in row] for row in target]
    values = {"Z": Z, "G": MULTI_PRECISION.array(with_rows_of_one), "A": candidates, "tau": tau}
    loss = LOSSES[similarity]
    slope = the(Gradient, infonce.gradient, lambda s: s.function == loss.matrix_form).value
    exact, slope = at(loss.value, values), at(slope, values)
    value, found = simclr.loss_and_gradient(Z, G, **hyper)
    assert value == pytest.approx(exact, rel=1e-13, abs=1e-13 * n / tau)
    assert np.abs(found - slope).max() <= 1e-12 * (1 + np.abs(slope).max()) / tau
    bound = the(AtMost, infonce.stationarity, lambda s: s.rhs.has(infonce.S)).lhs
    assert simclr.entropy_bound(G, exclude_self=exclude_self) == pytest.approx(at(bound, values), rel=1e-13, abs=1e-13)


@given(C=st.integers(2, 6), m=st.integers(2, 5), tau=st.sampled_from([0.05, 0.5, 1.0, 20.0]))
def test_the_minimum_of_simclr_on_cliques_is_that_of_the_theorem(C, m, tau):
    exact = at(the(Minimum, cliques.clique_optimum).value, {"c": C - 1, "p": m - 1, "tau": tau})
    found = simclr.optimal_representation(relations.from_views(C, m), C - 1, tau=tau)
    assert found.loss == pytest.approx(exact, rel=1e-12)


@settings(max_examples=50)
@given(data=st.data())
def test_the_spectral_contrastive_loss_is_that_of_the_theorems(data):
    n, K = data.draw(st.integers(2, 5)), data.draw(st.integers(1, 4))
    Z = data.draw(integers(n, K, -8, 8)) / 4
    G = data.draw(weighted_graphs(n)) + np.eye(n, k=1) + np.eye(n, k=-1)
    d = G.sum(axis=1)
    values = {"Z": Z, "G": G, "d": d[:, None], "v": d.sum()}
    size = (1 + np.sum(d[:, None] * Z**2) / d.sum()) ** 2
    value, slope = contrastive.loss_and_gradient(Z, G)
    assert abs(value - at(spectral_contrastive.spectral_contrastive.value, values)) <= 1e-13 * size
    exact = at(the(Gradient, spectral_contrastive.gradient).value, values)
    assert np.abs(slope - exact).max() <= 1e-12 * size * (1 + np.abs(Z).max())
    best = contrastive.optimal_representation(G, K)
    minimum = the(Minimum, spectral_contrastive.optimum)
    values |= {"A": G / np.sqrt(np.outer(d, d)), "g": best.eigenvalues[:, None]}
    assert best.loss == pytest.approx(at(minimum.value, values | {"N": n, "K": K}), rel=1e-12, abs=1e-12)


@settings(max_examples=50)
@given(data=st.data())
def test_kernel_pca_and_classical_scaling_are_the_squared_similarity_of_the_theorems(data):
    n, K, P = (data.draw(st.integers(1, 5)) for _ in range(3))
    Z, Phi = data.draw(integers(n, K, -8, 8)) / 4, data.draw(integers(n, P, -8, 8)) / 4
    size = (1 + np.sum(Z**2) + np.sum(Phi**2)) ** 2
    projected = at(the(Minimum, components.kernel_pca).objective, {"Z": Z, "Phi": Phi})
    assert abs(kernel_pca.loss(Z, Phi @ Phi.T) - projected) <= 1e-13 * size
    squares = np.sum((Phi[:, None] - Phi) ** 2, axis=2)
    (scaled, strain) = [
        at(t.statement.objective, {"Z": Z, "Delta_2": squares})
        for t in scaling.classical_mds.theorems
        if isinstance(t.statement, Minimum)
    ]
    found = classical_mds.loss(Z, np.sqrt(squares))
    assert abs(found - scaled) <= 1e-13 * size
    assert abs(classical_mds.loss(Z - Z.mean(axis=0), np.sqrt(squares)) - strain) <= 1e-13 * size
    G = squared_similarity.squared_similarity
    products = (squares.mean(axis=0) + squares.mean(axis=1)[:, None] - squares - squares.mean()) / 2
    assert abs(found - at(G.value, {"Z": Z, "G": products})) <= 1e-13 * size


@pytest.mark.parametrize("center", [False, True])
@settings(max_examples=40)
@given(data=st.data())
def test_barlow_twins_is_that_of_the_theorems(center, data):
    n, K = data.draw(st.integers(2, 5)), data.draw(st.integers(1, 4))
    Z = data.draw(integers(n, K, -8, 8)) / 4
    G = data.draw(weighted_graphs(n)) + np.eye(n, k=1) + np.eye(n, k=-1)
    d = G.sum(axis=1)
    moved = Z - d @ Z / d.sum() if center else Z
    assume((d @ moved**2 > 1e-3).all())
    weight = data.draw(st.sampled_from([0.0, 0.0078125, 1.0, 3.0]))
    values = {"Z": moved, "G": G, "d": d[:, None], "w": weight}
    value, slope = barlow_twins.loss_and_gradient(Z, G, off_diagonal=weight, center=center)
    assert value == pytest.approx(at(barlow.barlow_twins.value, values), rel=1e-11, abs=1e-12)
    exact = at(the(Gradient, barlow.gradient).value, values)
    size = 1 / np.sqrt((d @ moved**2).min())
    assert np.abs(slope - exact).max() <= 1e-11 * (1 + d.max()) * size


@pytest.mark.parametrize("complete", [False, True])
@settings(max_examples=100)
@given(data=st.data())
def test_the_minimum_of_barlow_twins_is_that_of_the_theorem_of_its_case(complete, data):
    n, K = data.draw(st.integers(2, 6)), data.draw(st.integers(1, 8))
    if complete:  # everyone is related to everyone else: centred, that is negative definite
        weights, center = data.draw(integers(n, 1, 1, 4)), True
        G = weights @ weights.T * (1 - np.eye(n))
    else:
        G = data.draw(weighted_graphs(n)) + data.draw(st.sampled_from([0, 1, 8])) * np.eye(n)
        center = data.draw(st.booleans())
    assume((G.sum(axis=1) > 0).all())
    best = barlow_twins.optimal_representation(G, K, center=center)
    g = best.eigenvalues
    positive, q = int((g > 0).sum()), min(K, int((g > 0).sum()))
    plain, centred = barlow.optimum.theorems[1:4], barlow.optimum.theorems[4:]
    filled, spare, above, *below = (t.statement for t in (centred if center else plain))
    wanted = np.sum(1 / g[:q]) - K
    assume(q == 0 or abs(wanted) > 1e-9)
    every = {"K": K, "r": len(g)}  # directions, of which those with the K smallest |g| may be used
    if q and wanted > 0:
        event("filled to a common level")
        claim, values = filled, {"K": K, "r": positive, "g": g[:q], "nu": g[0] * (1 - best.filter[0] * g[0])}
    elif (g > 0).all():
        event("positive definite")
        claim, values = above, every | {"g": g[::-1], "nu": g[0] * (best.filter[0] * g[0] - 1)}
    elif (g < 0).all():
        event(f"negative definite, {'fewer' if n - 1 > K else 'no fewer'} columns than directions")
        claim, values = below[0], every | {"g": -g, "nu": -g[0] * (1 - best.filter[0] * g[0])}
    else:
        event("length to spare")
        claim, values = spare, {"K": K, "r": positive}
    values |= {"g": values["g"][:, None]} if "g" in values else {}
    assert best.loss == pytest.approx(at(claim.value, values), rel=1e-10, abs=1e-10)
