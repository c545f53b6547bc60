"""The optimal linear network of a million mapped samples, beside X'X alone: the sum of chunk.T @ chunk over the same chunks.

Three gigabytes of inputs are written to a temporary folder.
"""

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


def gram_after_a_pass(X):
    """The same in float64 of rows less one of them: what it costs to write each entry once before it is multiplied."""
    total, length, row = np.zeros((D, D)), chunk_rows(X), X[0].astype(np.float64)
    for start in range(0, N, length):
        chunk = X[start : start + length] - row
        total += chunk.T @ chunk
    return total


@pytest.mark.parametrize("order", ["blocked", "interleaved"])
def test_vicreg_of_a_million_pairs(contest, X, order):
    G = relations.from_views(N // 2, 2, order=order)
    contestants = {
        "here": lambda: vicreg.optimal_weights(X, G, K),
        "X'X in float64": lambda: gram(X, np.float64),
        "X'X in the precision of X": lambda: gram(X, X.dtype),
        "X'X less a row": lambda: gram_after_a_pass(X),
    }
    contest(contestants, work=f"W* of VICReg, mapped {X.dtype}, {order} views", size=(N, D), rounds=5)
