"""Optimal representations of sparse relations, beside eigensolvers that are handed the Laplacian."""

from functools import partial

import pytest

from benchmarks.eigenpairs import CONTESTANTS, COUNT, PATIENCE, timed
from benchmarks.graphs import GRAPHS, SIZES, graph


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.filterwarnings("ignore")  # of peers that did not converge: the residual says it
def test_optimal_representation(contest, name, size):
    G = graph(name, size)
    tried = {contestant: timed(G, solve) for contestant, solve in CONTESTANTS.items()}
    able = {
        contestant: partial(CONTESTANTS[contestant], G) for contestant, run in tried.items() if not isinstance(run, str)
    }
    residuals = [f"{c} {run[1]:.0e}" for c, run in tried.items() if c in able and run[1] is not None]
    told = {
        f"no answer in {PATIENCE} s": ", ".join(contestant for contestant in CONTESTANTS if contestant not in able),
        "residuals": ", ".join(residuals),
    }
    contest(able, work=f"Z* of {COUNT} components: {name}", size=(size,), rounds=3, warm=False, **told)
