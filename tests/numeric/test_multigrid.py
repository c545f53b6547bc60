"""Multigrid: the groups, and how good an inverse a V-cycle is."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import event, given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components

from numeric import multigrid
from numeric.multigrid import Multigrid, aggregates
from tests.numeric.graphs import chain
from tests.numeric.strategies import arrays, laplacian, relations


@settings(max_examples=150)
@given(G=relations(max_samples=30))
def test_groups_are_disjoint_neighbourhoods_of_roots(G):
    np.fill_diagonal(G, 0.0)
    groups = aggregates(sp.csr_array(G))
    linked = (G > 0) | np.eye(len(G), dtype=bool)
    within_two = linked @ linked
    event(f"{groups.max() + 1} groups")
    assert set(groups) == set(range(groups.max() + 1))
    for group in range(groups.max() + 1):
        members = np.flatnonzero(groups == group)
        roots = [i for i in members if set(np.flatnonzero(linked[i])) <= set(members)]
        assert any(within_two[i, members].all() for i in roots)  # a root, its neighbours, and some two steps away


def scaled(G, mass):
    """S, and the vector that it annihilates."""
    roots = np.sqrt(mass)
    return sp.csr_array(laplacian(G) / roots[:, None] / roots), roots


@settings(max_examples=60, deadline=None)
@given(
    G=relations(min_samples=12, max_samples=40, kinds=("weighted", "integer", "path", "complete")),
    spread=st.sampled_from([0.0, 2.0]),
    rng=arrays(),
)
def test_a_cycle_is_a_symmetric_definite_inverse_on_the_complement(G, spread, rng):
    G = np.maximum(G, 1e-3 * (np.eye(len(G), k=1) + np.eye(len(G), k=-1)))  # connected
    S, null = scaled(G, np.exp(rng.uniform(-spread, spread, len(G))))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(multigrid, "COARSEST", 4)
        inverse = Multigrid(S, null)
    event(f"{len(inverse._levels)} levels")
    B = inverse(np.eye(len(G)))
    np.testing.assert_allclose(B, B.T, rtol=0, atol=1e-9 * np.abs(B).max())
    unit = null / np.linalg.norm(null)
    complement = np.linalg.svd(unit[None])[2][1:].T
    assert np.linalg.eigvalsh(complement.T @ B @ complement)[0] > 0


def test_a_single_level_is_the_inverse():
    S, null = scaled(chain(50).toarray(), np.linspace(1, 3, 50))
    x = np.sin(np.arange(50.0)) - null * (null @ np.sin(np.arange(50.0))) / (null @ null)
    found = Multigrid(S, null)(S @ x)
    np.testing.assert_allclose(found - null * (null @ found) / (null @ null), x, atol=1e-11)


@pytest.mark.parametrize("size", [5_000, 20_000])
def test_the_quality_does_not_depend_on_the_size(size):
    """The error of a Richardson iteration on a sheet falls by a factor that is the same for four times the samples."""
    side = int(np.sqrt(size))
    line = chain(side)
    G = sp.csr_array(sp.kron(sp.eye_array(side), line) + sp.kron(line, sp.eye_array(side)))
    S = sp.csr_array(sp.diags_array(G.sum(axis=1)) - G)
    inverse = Multigrid(S, np.ones(side**2))
    assert inverse.coarsest <= multigrid.COARSEST
    x = np.random.default_rng(0).standard_normal(side**2)
    x -= x.mean()
    before = x @ (S @ x)
    for _ in range(20):
        x -= inverse(S @ x[:, None])[:, 0]
        x -= x.mean()
    assert x @ (S @ x) < 1e-2 * before


def test_weak_edges_do_not_make_groups():
    """Two chains side by side, with weights of 1e-6 across: no group has samples of both."""
    line = chain(30)
    G = sp.csr_array(sp.block_diag([line, line]) + 1e-6 * sp.kron([[0, 1], [1, 0]], sp.eye_array(30)))
    S = sp.csr_array(sp.diags_array(G.sum(axis=1)) - G)
    groups = aggregates(multigrid._strong(S))
    assert not set(groups[:30]) & set(groups[30:])
    assert connected_components(multigrid._strong(S))[0] == 2
