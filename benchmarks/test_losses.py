"""Losses with their gradients beside PyTorch's automatic differentiation, and beside their matrix products alone."""

import numpy as np
import pytest
import scipy.sparse as sp
import torch

from benchmarks import peers
from benchmarks.machine import peak
from numeric import barlow_twins, relations, simclr, vicreg
from numeric.arrays import row_blocks

PRECISIONS = ["float32", "float64"]
SIZES = [(2048, 256), (8192, 512), (20000, 128)]
INFONCE_SIZES = [(1024, 128), (4096, 128), (16384, 128)]
METHODS = {
    "VICReg": (vicreg, peers.vicreg),
    "Barlow Twins": (barlow_twins, peers.barlow_twins),
    "InfoNCE": (simclr, peers.infonce),
}


def data(shape, precision):
    """A representation of two views, and their relation."""
    Z = np.random.default_rng(0).standard_normal(shape).astype(precision)
    return Z, relations.from_views(len(Z) // 2, 2)


def ours(name, shape, precision):
    Z, G = data(shape, precision)
    return lambda: METHODS[name][0].loss_and_gradient(Z, G)


def theirs(name, shape, precision):
    Z = torch.from_numpy(data(shape, precision)[0])
    return lambda: peers.loss_and_gradient(METHODS[name][1], Z)


def products(shape, precision):
    """The matrix products that no way to VICReg and its gradient can do without: Z'Z, a product with Z, and G Z."""
    Z, G = data(shape, precision)
    G = G.astype(precision)
    return lambda: (Z @ (Z.T @ Z), G @ Z)


def products_and_sums(shape, precision):
    """The same, and what NumPy needs between them however it is done: a pass over Z for its mean, one over Z and L Z for the
    loss, and, block by block, one that adds the two parts of the gradient; the Laplacian is there.
    """
    Z, G = data(shape, precision)
    L, ones = (sp.diags_array(G.sum(axis=1)) - G).tocsr().astype(precision), np.ones(len(Z), precision)

    def run():
        mean, gram, energy = ones @ Z, Z.T @ Z, L @ Z
        value = np.vdot(Z, energy)
        for block in row_blocks(Z):
            energy[block] += Z[block] @ gram
        return mean, value, energy

    return run


@pytest.mark.parametrize("shape", SIZES, ids=str)
@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("name", ["VICReg", "Barlow Twins"])
def test_loss_and_gradient(contest, name, precision, shape):
    contestants = {"here": ours(name, shape, precision), "PyTorch": theirs(name, shape, precision)}
    if name == "VICReg":
        contestants["matrix products alone"] = products(shape, precision)
        contestants["products and sums"] = products_and_sums(shape, precision)
    contest(contestants, work=f"{name}: loss and gradient, {precision}", size=shape, rounds=31)


@pytest.mark.parametrize("shape", INFONCE_SIZES, ids=str)
def test_infonce(contest, shape):
    makers = {"here": ours, "PyTorch": theirs}
    peaks = {name: peak(make, "InfoNCE", shape, "float32") for name, make in makers.items()}
    memory = {f"peak memory, {name}": f"{size / 2**20:.0f} MiB" for name, size in peaks.items()}
    contestants = {name: make("InfoNCE", shape, "float32") for name, make in makers.items()}
    contest(contestants, work="InfoNCE: loss and gradient, float32", size=shape, rounds=5, **memory)


@pytest.mark.parametrize("name", METHODS)
def test_peers_are_the_same_losses(name):
    value, slope = ours(name, (64, 8), "float64")()
    found, found_slope = theirs(name, (64, 8), "float64")()
    np.testing.assert_allclose(value, float(found), rtol=1e-12)
    np.testing.assert_allclose(slope, found_slope, rtol=1e-9, atol=1e-12)
