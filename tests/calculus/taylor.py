"""The order of a Taylor remainder: 2 for the gradient of a smooth function, 1 for anything else."""

from itertools import pairwise

import mpmath

from derivations.language.arithmetic import CONTEXT, MULTI_PRECISION
from derivations.language.evaluate import evaluate

STEPS = [CONTEXT.mpf(10) ** -n for n in (6, 8, 10)]


def remainder_order(function, unknown, gradient, values, rng):
    """The order of the remainder of an expression at the values, with a gradient that is an expression too."""

    def at(point):
        return evaluate(function, values | {unknown.name: point}, MULTI_PRECISION)

    return order(at, values[unknown.name], evaluate(gradient, values, MULTI_PRECISION), rng)


def order(function, point, gradient, rng):
    """The order of the remainder of a function of an array, along a random direction, with a gradient that is an array."""
    point = MULTI_PRECISION.array(point)
    direction = MULTI_PRECISION.array([rng.randrange(-9, 10) or 1 for _ in range(point.size)]).reshape(point.shape)
    return order_along(lambda h: function(point + h * direction), (gradient * direction).sum())


def order_along(curve, slope):
    """The least slope, in log-log, of |f(h) - f(0) - h slope| as h falls; infinite if there is none."""
    value = curve(0)
    errors = [abs(curve(h) - value - h * slope) for h in STEPS]
    floor = CONTEXT.mpf(10) ** -42 * (1 + abs(value))
    slopes = [
        mpmath.log(first / second) / mpmath.log(STEPS[0] / STEPS[1])
        for first, second in pairwise(errors)
        if first > floor and second > floor
    ]
    return min(slopes, default=mpmath.inf)
