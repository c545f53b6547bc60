"""Time of 16 eigenpairs of sparse Laplacians, ours beside the fastest peers': `pytest benchmarks`."""

import pytest

from benchmarks.eigenpairs import CONTESTANTS, residual
from benchmarks.graphs import GRAPHS, graph


@pytest.mark.parametrize("contestant", ["ours", "eigsh", "lobpcg pyamg"])
@pytest.mark.parametrize("size", [2_000, 10_000])
@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.filterwarnings("ignore")  # of peers that did not converge: the residual says it
def test_sixteen_eigenpairs(benchmark, name, size, contestant):
    G = graph(name, size)
    vectors = benchmark.pedantic(CONTESTANTS[contestant], (G,), rounds=3, warmup_rounds=1)
    benchmark.extra_info["residual"] = residual(G, vectors)
