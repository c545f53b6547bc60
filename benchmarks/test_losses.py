"""Losses with their gradients beside PyTorch's automatic differentiation, and beside their matrix products alone."""

import numpy as np
import pytest
import torch

from benchmarks import peers
from benchmarks.memory import peak
from numeric import barlow_twins, relations, simclr, vicreg

PRECISIONS = ["float32", "float64"]
SIZES = [(2048, 256), (8192, 512), (20000, 128)]
INFONCE_SIZES = [(1024, 128), (4096, 128), (16384, 128)]
METHODS = {
    "VICReg": (vicreg, peers.vicreg),
    "Barlow Twins": (barlow_twins, peers.barlow_twins),
    "InfoNCE": (simclr, peers.infonce),
}


def products(Z, G):
    """The matrix products that no way to VICReg and its gradient can do without: Z'Z, a product with Z, and G Z."""
    return Z @ (Z.T @ Z), G @ Z


def contestant_of(name, contestant, shape, precision):
    """The function to be timed, of no arguments."""
    Z = np.random.default_rng(0).standard_normal(shape).astype(precision)
    G = relations.from_views(len(Z) // 2, 2)
    method, peer = METHODS[name]
    if contestant == "here":
        return lambda: method.loss_and_gradient(Z, G)
    if contestant == "matrix products":
        G = G.astype(precision)
        return lambda: products(Z, G)
    Z = torch.from_numpy(Z)
    return lambda: peers.loss_and_gradient(peer, Z)


@pytest.mark.parametrize("contestant", ["here", "PyTorch", "matrix products"])
@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("shape", SIZES, ids=str)
def test_vicreg(contest, shape, precision, contestant):
    function = contestant_of("VICReg", contestant, shape, precision)
    contest(function, work=f"VICReg, {precision}", size=shape, contestant=contestant, rounds=31)


@pytest.mark.parametrize("contestant", ["here", "PyTorch"])
@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("shape", SIZES, ids=str)
def test_barlow_twins(contest, shape, precision, contestant):
    function = contestant_of("Barlow Twins", contestant, shape, precision)
    contest(function, work=f"Barlow Twins, {precision}", size=shape, contestant=contestant, rounds=31)


@pytest.mark.parametrize("contestant", ["here", "PyTorch"])
@pytest.mark.parametrize("shape", INFONCE_SIZES, ids=str)
def test_infonce(contest, shape, contestant):
    function = contestant_of("InfoNCE", contestant, shape, "float32")
    memory = peak(contestant_of, "InfoNCE", contestant, shape, "float32")
    contest(function, work="InfoNCE, float32", size=shape, contestant=contestant, rounds=5, peak_memory=memory)


@pytest.mark.parametrize("name", METHODS)
def test_peers_are_the_same_losses(name):
    ours = contestant_of(name, "here", (64, 8), "float64")()
    theirs = contestant_of(name, "PyTorch", (64, 8), "float64")()
    np.testing.assert_allclose(ours[0], float(theirs[0]), rtol=1e-12)
    np.testing.assert_allclose(ours[1], theirs[1], rtol=1e-9, atol=1e-12)
