"""The functions that are written for a loss and its gradient, against those that a person writes: `pytest benchmarks -s`.

Both compute VICReg of a representation and a dense relation, and InfoNCE of two views; the medians and their ratio are
printed.
"""

import numpy as np
import pytest
from scipy.special import logsumexp
from sympy import Identity, MatMul, MatrixSymbol, OneMatrix, Symbol, Trace, Transpose, symbols

from derivations import gradient
from derivations.export.code.function import numpy_function
from derivations.language.atoms import Centring, LogSumExp, Named, SquaredNorm
from derivations.language.propositions import Candidates
from tests.export.code.written import compiled

N, K = symbols("N K", integer=True, positive=True)
tau = Symbol("tau", positive=True)
Z, W = MatrixSymbol("Z", N, K), MatrixSymbol("W", N, K)
covariance = Named("C", MatMul(1 / N, Transpose(Z), Centring(N), Z))
scores, ones = MatMul(1 / tau, Z, Transpose(W)), OneMatrix(N, N)
facts = (Candidates(ones),)
LOSSES = {
    "covariance": SquaredNorm(covariance - Identity(K)) + SquaredNorm(Z - W) / N,
    "contrast": (Trace(MatMul(OneMatrix(1, N), LogSumExp(scores, ones))) - Trace(scores)) / N,
}
SIZES = {"covariance": (4096, 128), "contrast": (1024, 64)}


def covariance_by_hand(Z, W, *, tau):
    n, k = Z.shape
    centred = Z - Z.mean(axis=0)
    residual = centred.T @ centred / n - np.eye(k)
    difference = Z - W
    value = np.vdot(residual, residual) + np.vdot(difference, difference) / n
    return float(value), 4 / n * (centred @ residual) + 2 / n * difference


def contrast_by_hand(Z, W, *, tau):
    n = len(Z)
    scores = Z @ W.T / tau
    lse = logsumexp(scores, axis=1)
    softmax = np.exp(scores - lse[:, None])
    return float((lse.sum() - np.vdot(Z, W) / tau) / n), (softmax @ W - W) / (n * tau)


BY_HAND = {"covariance": covariance_by_hand, "contrast": contrast_by_hand}
medians = {}


@pytest.mark.parametrize("writer", ["by hand", "written"])
@pytest.mark.parametrize("name", LOSSES)
def test_loss_and_gradient(benchmark, name, writer):
    rng = np.random.default_rng(0)
    views = rng.normal(size=(2, *SIZES[name])) / 8
    source = numpy_function("f", [Z, W], [LOSSES[name], gradient(LOSSES[name], Z, facts)], hyper=[tau])
    function = BY_HAND[name] if writer == "by hand" else compiled(source)
    value, slope = benchmark(function, *views, tau=0.5)
    expected = BY_HAND[name](*views, tau=0.5)
    np.testing.assert_allclose(value, expected[0])
    np.testing.assert_allclose(slope, expected[1], atol=1e-12)
    medians[name, writer] = benchmark.stats.stats.median
    if writer == "written":
        print(f"\n{name}: written / by hand = {medians[name, 'written'] / medians[name, 'by hand']:.2f}")
