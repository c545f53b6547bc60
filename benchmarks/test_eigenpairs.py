"""Optimal representations of sparse relations, beside eigensolvers that are handed the Laplacian."""

from functools import partial

import pytest

from benchmarks.eigenpairs import COARSEST, CONTESTANTS, COUNT, FINEST, timed
from benchmarks.graphs import GRAPHS, SIZES, graph
from benchmarks.machine import answered

HOPELESS = 10
"""A contestant that takes this many times ours, and over five seconds, is out of the race."""


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.filterwarnings("ignore")  # of peers that did not converge: the residual says it
def test_optimal_representation(contest, name, size):
    G = graph(name, size)
    (ours, solve), *peers = CONTESTANTS.items()
    tried = {ours: answered(timed, G, solve, None, patience=600)}
    seconds, residual = tried[ours]
    tolerance, patience = min(max(residual, FINEST), COARSEST), max(HOPELESS * seconds, 5)
    tried |= {peer: answered(timed, G, solve, tolerance, patience=patience) for peer, solve in peers}
    able = [contestant for contestant, run in tried.items() if not isinstance(run, str)]
    told = {
        f"out: {HOPELESS} x, or failed": ", ".join(f"{c} ({run})" for c, run in tried.items() if c not in able),
        "residuals": ", ".join(f"{c} {tried[c][1]:.0e}" for c in able if tried[c][1] is not None),
    }
    racing = {contestant: partial(CONTESTANTS[contestant], G, tolerance) for contestant in able}
    soon = seconds < 1
    contest(racing, work=f"Z* of {COUNT} components: {name}", size=(size,), rounds=9 if soon else 3, warm=soon, **told)
