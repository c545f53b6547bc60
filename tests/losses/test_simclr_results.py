"""SimCLR on cliques: the form of the theorem, what refuses another one, and where its hypotheses are needed."""

from itertools import product

import numpy as np
import pytest
from sympy import Symbol, exp, log

from derivations.catalogue import results
from derivations.export.text import show
from derivations.losses.contrastive import nnclr, simclr
from derivations.proof.theorem import ProofError
from numeric import relations
from numeric import simclr as numeric_simclr
from numeric.optimise import minimise


@pytest.fixture(scope="module")
def minimum():
    return results()["simclr-clique-optimum"].theorems[0].statement


def claimed(cliques, size, tau):
    """The value of the theorem for N samples."""
    inside, across = (size - 1) * np.exp(1 / tau), (cliques - 1) * size * np.exp(-1 / ((cliques - 1) * tau))
    return cliques * size * (np.log(inside + across) - 1 / tau)


def test_the_value_is_that_of_the_simplex(minimum):
    c, p, tau = simclr.c, simclr.p, simclr.tau
    total = p * exp(1 / tau) + c * (p + 1) * exp(-1 / (c * tau))
    assert minimum.value.equals((c + 1) * (p + 1) * (log(total) - 1 / tau))
    assert float(minimum.value.subs({c: 2, p: 3, tau: 0.5})) == pytest.approx(claimed(3, 4, 0.5), rel=1e-14)
    assert show(minimum.at) == "sqrt((c + 1)/c) B Q R'"


def test_the_constraint_is_that_no_row_is_zero(minimum):
    assert [p.text(show) for p in minimum.subject_to] == ["|z_k| > 0 for every k"]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda c, p, tau: simclr.optimal_loss.subs(c, c + 1),  # one clique more
        lambda c, p, tau: simclr.optimal_loss + Symbol("x", positive=True),
        lambda c, p, tau: simclr.n * (log(p * exp(1 / tau) + c * (p + 1) * exp(-1 / tau)) - 1 / tau),  # antipodes
        lambda c, p, tau: simclr.n * (log((p + 1) * exp(1 / tau) + c * (p + 1) * exp(-1 / (c * tau))) - 1 / tau),
    ],
    ids=["cliques", "larger", "antipodes", "self-pairs kept"],
)
def test_another_value_is_refused(monkeypatch, wrong):
    monkeypatch.setattr(simclr, "optimal_loss", wrong(simclr.c, simclr.p, simclr.tau))
    with pytest.raises(ProofError, match="does not follow"):
        simclr.clique_optimum.prove()


def test_other_slopes_of_the_tangent_are_refused(monkeypatch):
    monkeypatch.setattr(simclr, "apart", -1 / simclr.tau)
    with pytest.raises(ProofError, match="does not follow"):
        simclr.clique_optimum.prove()


@pytest.mark.parametrize("tau", [0.2, 1.0])
def test_in_fewer_dimensions_than_the_simplex_needs_the_value_is_not_reached(tau):
    """Three pairs on a line: cosines are 1 and -1, and all sign patterns are tried."""
    G = relations.from_views(3, 2, sparse=False)
    least = min(numeric_simclr.loss(np.array(signs)[:, None], G, tau=tau) for signs in product((-1.0, 1.0), repeat=6))
    assert least > claimed(3, 2, tau) + 0.05


@pytest.mark.parametrize("sizes", [(2, 2, 3), (2, 3, 4), (2, 2, 2, 5)])
def test_on_unequal_cliques_the_simplex_is_not_stationary(sizes):
    labels = np.repeat(np.arange(len(sizes)), sizes)
    G = relations.from_labels(labels, sparse=False)
    vertices = np.linalg.svd(np.eye(len(sizes)) - 1 / len(sizes))[0][:, : len(sizes) - 1]
    Z = (vertices / np.linalg.norm(vertices, axis=1, keepdims=True))[labels]
    value, slope = numeric_simclr.loss_and_gradient(Z, G)
    assert np.abs(slope).max() > 0.01
    best = minimise(lambda Y: numeric_simclr.loss_and_gradient(Y, G), Z.shape, n_starts=4)
    assert best.loss < value - 1e-3


def test_nnclr_is_infonce_on_the_neighbours():
    relation, rows, slope, nothing, published, pulled = (t.statement for t in results()["nnclr-relation"].theorems)
    assert show(relation.rhs) == "1' LSE_A(S) - tr(G' S)"
    assert (show(rows.matrix), rows.level) == ("G", 1)
    assert show(slope.value) == "(P + P' - G - G') Z/tau"
    assert nothing.lhs == 0
    assert show(published.rhs) == "1' LSE(S) - tr(S)"
    assert show(pulled.rhs) == "tr(G' Z_b Z_a')/tau"
    assert nnclr.neighbours in results()["nnclr-relation"].theorems[3].hypotheses
