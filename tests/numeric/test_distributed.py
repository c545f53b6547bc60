"""Dask arrays against the same matrices in memory, on one process and on a cluster of two, one of which is killed."""

import os
import signal
import threading
import time
from unittest.mock import patch

import dask
import dask.array as da
import numpy as np
import pytest
import scipy.sparse as sp
from distributed import Client, LocalCluster
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components

from numeric import (
    barlow_twins,
    cca,
    distributed_spectrum,
    lda,
    lpp,
    spectral_contrastive,
    squared_similarity,
    vicreg,
)
from numeric import relations as build
from numeric.distributed_spectrum import filtered_eigenpairs
from numeric.products import without_diagonal
from tests.numeric.graphs import chain
from tests.numeric.inputs import basis_and_condition
from tests.numeric.strategies import arrays, laplacian, relations


@st.composite
def divided(draw, n):
    """Lengths of chunks, which sum to n."""
    cuts = draw(st.sets(st.integers(1, n - 1), max_size=3)) if n > 1 else set()
    return tuple(int(length) for length in np.diff([0, *sorted(cuts), n]))


@settings(max_examples=25)
@given(
    G=relations(min_samples=3, max_samples=12, kinds=("weighted", "clique", "path", "empty", "complete")),
    data=st.data(),
    K=st.integers(1, 4),
    rng=arrays(),
)
def test_dask_arrays_give_the_same_as_arrays(G, data, K, rng):
    n, width = len(G), int(rng.integers(1, 4))
    X, Z, labels = rng.standard_normal((n, width)) + 2, rng.standard_normal((n, K)), rng.integers(0, 2, n)
    assume(all(basis_and_condition(X, mass)[1] < 100 for mass in (None, G.sum(axis=1))))
    assume(basis_and_condition(X, None)[0].shape[1])
    rows, others, of_relation = data.draw(divided(n)), data.draw(divided(n)), data.draw(divided(n))
    event(f"chunks: {len(rows)}")
    X_dask = da.from_array(X, chunks=(rows, (1,) * width))
    G_dask = da.from_array(G, chunks=(of_relation, others)).map_blocks(sp.csr_array)
    optima = {
        "vicreg": lambda X, G: vicreg.optimal_weights(X, G, K, gamma=0.2),
        "hinge": lambda X, G: vicreg.optimal_weights(X, G, K, gamma=0.2, variance="hinge"),
        "lpp": lambda X, G: lpp.optimal_weights(X, G, 1),
        "lda": lambda X, _: lda.optimal_weights(X, labels, 1),
        "squared similarity": lambda X, G: squared_similarity.optimal_weights(X, G, K),
    }
    if basis_and_condition(X, G.sum(axis=1))[0].shape[1]:
        optima["barlow"] = lambda X, G: barlow_twins.optimal_weights(X, G, K, center=True)
        optima["spectral contrastive"] = lambda X, G: spectral_contrastive.optimal_weights(X, G, K)
    with dask.config.set(scheduler="synchronous"):
        for name, optimum_of in optima.items():
            wanted = optimum_of(X, G)
            pairs = [(X_dask, G), (X_dask, sp.csr_array(G)), (X_dask, G_dask), (X, G_dask)]
            for inputs, relation in pairs[: 2 if name == "squared similarity" else 4]:
                found = optimum_of(inputs, relation)
                scale = 1 + G.sum() ** 2
                np.testing.assert_allclose(found.eigenvalues, wanted.eigenvalues, atol=1e-10 * scale, err_msg=name)
                assert found.loss == pytest.approx(wanted.loss, rel=1e-9, abs=1e-9 * scale), name
        wanted = cca.optimal_weights(X, Z[:, :1], 1)
        np.testing.assert_allclose(
            cca.optimal_weights(X_dask, Z[:, :1], 1).correlations, wanted.correlations, atol=1e-9
        )
        for variance in ("squared", "hinge"):
            value, slope = vicreg.loss_and_gradient(Z, G_dask, variance=variance)
            assert value == pytest.approx(vicreg.loss(Z, G, variance=variance), rel=1e-12)
            np.testing.assert_allclose(
                slope, vicreg.gradient(Z, G, variance=variance), rtol=0, atol=1e-12 * (1 + G.sum())
            )


@settings(max_examples=100)
@given(
    G=relations(min_samples=2, max_samples=14, kinds=("weighted", "integer", "clique", "path", "empty", "complete")),
    K=st.integers(1, 15),
)
def test_filtered_subspaces_find_the_bottom_with_all_its_copies(G, K):
    G = without_diagonal(G)
    n_parts, labels = connected_components(G, directed=False)
    available = len(G) - n_parts
    K = min(K, available)
    indicators = (labels[:, None] == np.arange(n_parts)) / np.sqrt(np.bincount(labels))
    spectrum = np.linalg.eigvalsh(laplacian(G))[n_parts:][:K]
    assume(not K or spectrum[0] > 1e-4 * laplacian(G).max())
    event("no pair" if not K else "repeated" if (np.diff(spectrum) < 1e-9 * spectrum[-1]).any() else "distinct")
    values, vectors = filtered_eigenpairs(G, K, available, lambda Z: Z - indicators @ (indicators.T @ Z))
    bound = 1 + laplacian(G).max()
    np.testing.assert_allclose(values, spectrum, rtol=0, atol=1e-9 * bound)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(K), atol=1e-12)
    np.testing.assert_allclose(indicators.T @ vectors, 0, atol=1e-12)
    np.testing.assert_allclose(laplacian(G) @ vectors, vectors * values, rtol=0, atol=1e-8 * bound)


@pytest.mark.parametrize("n", [40, 1200])
def test_the_optimal_representation_of_a_distributed_relation(n):
    """Three components that are not cliques, and 10 samples without positives."""
    rng = np.random.default_rng(0)
    parts = [build.from_neighbours(rng.standard_normal((n // 4, 4)), 8) for _ in range(3)]
    G = sp.block_diag([*parts, sp.csr_array((10, 10))], format="csr")
    order = rng.permutation(G.shape[0])
    G = sp.csr_array(G[order][:, order])
    blocks = da.from_array(G, chunks=(-(-G.shape[0] // 3),) * 2, asarray=False)
    with dask.config.set(scheduler="synchronous"):
        for K in (3, 16):
            wanted = vicreg.optimal_representation(G, K, gamma=0.1)
            found = vicreg.optimal_representation(blocks, K, gamma=0.1)
            assert (found.eigenvalues[: min(K, 12)] == 0).all()
            np.testing.assert_allclose(found.eigenvalues, wanted.eigenvalues, rtol=0, atol=1e-9)
            assert found.loss == pytest.approx(wanted.loss, rel=1e-9)
            Z = found.representation
            assert vicreg.loss(Z, blocks, gamma=0.1) == pytest.approx(wanted.loss, rel=1e-8)
            assert np.abs(vicreg.gradient(Z, blocks, gamma=0.1)).max() < 1e-8


def test_what_a_filter_cannot_tell_apart_is_an_error():
    n = 3000
    blocks = da.from_array(chain(n), chunks=(n, n), asarray=False)
    with (
        dask.config.set(scheduler="synchronous"),
        patch.object(distributed_spectrum, "PRODUCTS", 200),
        pytest.raises(RuntimeError, match="^no 4 eigenpairs of the 3000 samples met the residual"),
    ):
        vicreg.optimal_representation(blocks, 4)


@pytest.mark.parametrize(
    ("entry", "value", "message"),
    [
        ((0, 1), np.nan, "finite"),
        ((0, 3), -1.0, "entrywise nonnegative; found an entry of -1"),
        ((0, 3), 2.0, "symmetric"),
        ((2, 3), 2.0, "symmetric"),
    ],
)
def test_a_bad_distributed_relation_is_refused(entry, value, message):
    G = np.ones((4, 4))
    G[entry] = value
    if value < 0:
        G.T[entry] = value
    X = np.arange(8.0).reshape(4, 2) ** 2
    with dask.config.set(scheduler="synchronous"):
        with pytest.raises(ValueError, match=f"^G must be {message}"):
            vicreg.optimal_weights(X, da.from_array(G, chunks=2), 1)
        X[3, 1] = np.nan
        with pytest.raises(ValueError, match="^X must be finite; found NaN or infinity$"):
            vicreg.optimal_weights(da.from_array(X, chunks=(2, 2)), np.ones((4, 4)), 1)
        with pytest.raises(TypeError, match="^G must be a matrix in memory here; found one of Dask"):
            squared_similarity.optimal_weights(X, da.ones((4, 4), chunks=2), 1)
        with pytest.raises(ValueError, match="^G must be a square matrix"):
            vicreg.optimal_weights(X, da.ones((4, 3), chunks=2), 1)


def load(block, path, hold):
    """A chunk of inputs, as from a file; the one that is held tells its process and waits until that is killed, once."""
    if hold and not os.path.exists(path + ".killed"):
        with open(path + ".writing", "w") as file:
            file.write(str(os.getpid()))
        os.replace(path + ".writing", path)
        time.sleep(60)
    return block


def test_a_worker_that_is_killed_changes_nothing(tmp_path):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((4000, 8)) + 5
    G = build.from_views(2000, 2)
    path = str(tmp_path / "process")
    chunks = [dask.delayed(load)(X[a : a + 500], path, a == 2000) for a in range(0, 4000, 500)]
    X_dask = da.concatenate([da.from_delayed(chunk, (500, 8), X.dtype) for chunk in chunks])
    killed = []

    def kill():
        while not os.path.exists(path):
            time.sleep(0.01)
        with open(path) as file:
            killed.append(int(file.read()))
        open(path + ".killed", "w").close()
        os.kill(killed[0], signal.SIGKILL)

    wanted = vicreg.optimal_weights(X, G, 4)
    cluster = LocalCluster(n_workers=2, processes=True, threads_per_worker=1, dashboard_address=None)
    with cluster, Client(cluster) as client:
        before = {worker["pid"] for worker in client.run(lambda dask_worker: {"pid": os.getpid()}).values()}
        killer = threading.Thread(target=kill, daemon=True)
        killer.start()
        found = vicreg.optimal_weights(X_dask, G, 4)
        killer.join(timeout=10)
        blocks = da.from_array(G, chunks=(1000, 1000), asarray=False)
        distributed = vicreg.optimal_weights(X_dask, blocks, 4)
    assert killed
    assert killed[0] in before
    for optimum in (found, distributed):
        np.testing.assert_allclose(
            optimum.weights @ optimum.weights.T, wanted.weights @ wanted.weights.T, rtol=0, atol=1e-10
        )
        assert optimum.loss == pytest.approx(wanted.loss, rel=1e-10)
