"""Closed forms beside what they replace: an eigensolver, and training."""

import numpy as np
from scipy.optimize import minimize

from benchmarks.machine import peak
from numeric import digits, relations, vicreg

N, K = 1_000_000, 64


def views_optimum():
    G = relations.from_views(N // 2, 2)
    return lambda: vicreg.optimal_representation(G, K)


def written_once():
    def write():
        np.empty((N, K)).fill(1.0)

    return write


def test_a_million_views(contest):
    memory = peak(views_optimum) / (8 * N * K)
    contestants = {"here": views_optimum(), "writing it once": written_once()}
    contest(contestants, work="Z* of views", size=(N, K), **{"peak memory / output": f"{memory:.2f}"})


def test_digits(contest):
    (X, labels), n_components = digits.load(), 16
    G = relations.from_labels(labels, weights="class", sparse=True)

    shape = len(X), n_components

    def loss_and_gradient(z):
        value, slope = vicreg.loss_and_gradient(z.reshape(shape), G)
        return value, slope.ravel()

    def trained():
        """To where no entry of the gradient is above 1e-6, or a step changes the loss by less than 1e-6 of it."""
        rng = np.random.default_rng(0)
        settings = {"gtol": 1e-6, "ftol": 1e-6, "maxiter": 10_000}
        starts = rng.standard_normal((50, len(X) * n_components))
        return [
            minimize(loss_and_gradient, start, jac=True, method="L-BFGS-B", options=settings).fun for start in starts
        ]

    contestants = {"here": lambda: vicreg.optimal_representation(G, n_components), "50 runs of L-BFGS": trained}
    contest(contestants, work="Z* of digits related by labels", size=(len(X), n_components), rounds=1, warm=False)
