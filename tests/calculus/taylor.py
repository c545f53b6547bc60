"""The order of a Taylor remainder: 2 for the gradient of a smooth function, 1 for anything else."""

from itertools import pairwise

import mpmath
import numpy as np

from derivations.language.arithmetic import CONTEXT, MULTI_PRECISION
from derivations.language.evaluate import evaluate

STEPS = [CONTEXT.mpf(10) ** -n for n in (6, 8, 10)]


def remainder_order(function, unknown, gradient, values, rng):
    """The least slope, in log-log, of |f(Z + h V) - f(Z) - h <gradient, V>| as h falls; infinite if there is none."""
    point = MULTI_PRECISION.array(values[unknown.name])
    direction = MULTI_PRECISION.array(
        np.array([rng.randrange(-9, 10) or 1 for _ in range(point.size)]).reshape(point.shape)
    )

    def at(z):
        return evaluate(function, values | {unknown.name: z}, MULTI_PRECISION)

    value = at(point)
    slope = (evaluate(gradient, values, MULTI_PRECISION) * direction).sum()
    errors = [abs(at(point + h * direction) - value - h * slope) for h in STEPS]
    floor = CONTEXT.mpf(10) ** -42 * (1 + abs(value))
    slopes = [
        mpmath.log(first / second) / mpmath.log(STEPS[0] / STEPS[1])
        for first, second in pairwise(errors)
        if first > floor and second > floor
    ]
    return min(slopes, default=mpmath.inf)
