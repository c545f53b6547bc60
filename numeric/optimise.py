"""Numerical minimisation from many starts: the opponent that a closed form must not lose to.

It knows nothing of a loss but its values and gradients. What it finds is an upper bound on the minimum, and
its word that it converged can be relied on.
"""

from dataclasses import dataclass
from math import prod

import numpy as np
from scipy.linalg import norm
from scipy.optimize import minimize

from numeric.validation import component_count, positive

TOLERANCE = 1e-7
"""Converged means |gradient| max(|point|, scale) <= TOLERANCE * loss_scale: to first order, a step as long as
the point itself would gain no more than this part of the loss."""

FLAT = 1e-100
"""A gradient below this fraction of the loss at the start counts as zero: L-BFGS squares it, to 0, and divides by that."""

STEEP = 1 / FLAT
"""A loss or gradient above this multiple of the loss at the start counts as that: enough for a step there to be undone."""

SPREAD = (1.0, 0.1, 3.0, 0.01)
"""Standard deviations of successive starts, in units of `scale`."""


@dataclass(frozen=True, eq=False, kw_only=True, slots=True)
class NumericalMinimum:
    """The best of several local minimisations.

    Attributes:
        point: the argument with the lowest loss found, in the shape asked for.
        loss: its loss.
        gradient_norm: the Euclidean norm of the gradient there.
        loss_scale: the smallest |loss| among the starting points, which `converged` is relative to.
        converged: whether the gradient is small, in the sense of `TOLERANCE`; no optimiser's own flag enters.
        losses: (n_starts,) the final loss of every start, in order.
        iterations: of all starts together.
    """

    point: np.ndarray
    loss: float
    gradient_norm: float
    loss_scale: float
    converged: bool
    losses: np.ndarray
    iterations: int


def minimise(loss_and_gradient, shape, *, n_starts=10, scale=1.0, seed=0, max_iterations=10000):
    """Minimise a smooth function of an array from random Gaussian starts of several sizes.

    L-BFGS-B without bounds (Byrd, Lu, Nocedal & Zhu 1995), run until it can no longer lower the loss.

    Args:
        loss_and_gradient: function of an array of `shape`, giving a float and an array of `shape`.
        shape: of the argument.
        n_starts: >= 1.
        scale: the size of the entries of the first start; the others are smaller and larger (`SPREAD`).
        seed: what NumPy's default_rng takes.
        max_iterations: of each start.

    Returns:
        NumericalMinimum.

    Raises:
        TypeError, ValueError: an argument is out of its range.
        FloatingPointError: the function is not finite at a start.
    """
    n_starts = component_count(n_starts, name="n_starts")
    max_iterations = component_count(max_iterations, name="max_iterations")
    scale = positive("scale", scale)
    shape = tuple(shape)
    size = prod(shape)
    rng = np.random.default_rng(seed)

    def in_units(x, exponent):
        """The loss and its gradient in units of 2^exponent, within what can be squared."""
        value, slope = loss_and_gradient(x.reshape(shape))
        with np.errstate(over="ignore"):
            value, slope = (np.clip(np.ldexp(a, -exponent), -STEEP, STEEP) for a in (value, np.asarray(slope).ravel()))
        return value, slope if np.abs(slope).max(initial=0.0) > FLAT else np.zeros(size)

    options = {
        "maxiter": max_iterations,
        "maxfun": 4 * max_iterations,
        "maxcor": 30,
        "ftol": 0.0,
        "gtol": 0.0,
    }
    starting_losses, runs = [], []
    for start in range(n_starts):
        x = scale * SPREAD[start % len(SPREAD)] * rng.standard_normal(size)
        value, slope = loss_and_gradient(x.reshape(shape))
        if not (np.isfinite(value) and np.isfinite(slope).all()):
            raise FloatingPointError(f"loss_and_gradient must be finite at a random start; found a loss of {value}")
        starting_losses.append(value)
        exponent = int(np.frexp(max(abs(value), scale * np.abs(slope).max(initial=0.0)))[1])
        run = minimize(in_units, x, (exponent,), jac=True, method="L-BFGS-B", options=options)
        run.fun, run.jac = np.ldexp(run.fun, exponent), np.ldexp(run.jac, exponent)
        runs.append(run)
    losses = np.array([run.fun for run in runs])
    best = runs[int(np.argmin(losses))]
    gradient_norm = float(norm(best.jac))  # BLAS's, whose squares do not overflow
    loss_scale = float(np.abs(starting_losses).min())
    reach = max(float(np.linalg.norm(best.x)), scale)
    return NumericalMinimum(
        point=best.x.reshape(shape),
        loss=float(best.fun),
        gradient_norm=gradient_norm,
        loss_scale=loss_scale,
        converged=gradient_norm * reach <= TOLERANCE * loss_scale,
        losses=losses,
        iterations=sum(run.nit for run in runs),
    )
