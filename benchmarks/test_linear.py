"""Time of the optimal linear network of a million mapped samples, beside that of X'X alone: `pytest benchmarks/test_linear.py`.

Three gigabytes of inputs are written to a temporary folder. `extra_info["ratio"]` is the median of our time over that of the
peer just before: the sum of chunk.T @ chunk over the same chunks, in the same precision; "ratio to the precision of X" has
chunks that are multiplied as they are stored.
"""

import time

import numpy as np
import pytest

from numeric import relations, vicreg
from numeric.chunks import chunk_rows

N, D, K = 1_000_000, 256, 64


@pytest.fixture(scope="module", params=["float32", "float64"])
def X(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("inputs") / "X.npy"
    X = np.lib.format.open_memmap(path, mode="w+", dtype=request.param, shape=(N, D))
    rng = np.random.default_rng(0)
    for start in range(0, N, 50_000):
        X[start : start + 50_000] = rng.standard_normal((50_000, D), dtype=request.param) + 3
    X.flush()
    yield np.load(path, mmap_mode="r")
    path.unlink()


def gram(X, dtype):
    total, length = np.zeros((D, D)), chunk_rows(X)
    for start in range(0, N, length):
        chunk = X[start : start + length].astype(dtype, copy=False)
        total += chunk.T @ chunk
    return total


def seconds(function, *arguments):
    start = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - start


@pytest.mark.parametrize("order", ["blocked", "interleaved"])
def test_vicreg_of_a_million_pairs(benchmark, X, order):
    G = relations.from_views(N // 2, 2, order=order)
    gram(X, np.float64)  # the file is in memory from here on
    as_stored, in_float64, ours = [], [], []

    def round_of_both():
        as_stored.append(seconds(gram, X, X.dtype))
        in_float64.append(seconds(gram, X, np.float64))
        return (), {}

    def optimum():
        ours.append(seconds(vicreg.optimal_weights, X, G, K))

    benchmark.pedantic(optimum, setup=round_of_both, rounds=5)
    benchmark.extra_info["ratio"] = float(np.median(np.divide(ours, in_float64)))
    benchmark.extra_info["ratio to the precision of X"] = float(np.median(np.divide(ours, as_stored)))
