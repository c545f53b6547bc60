"""The test of a gradient by its Taylor remainder, which takes no tolerance on the gradient itself."""

import numpy as np
from hypothesis import assume

EPS = np.finfo(float).eps
STEPS = 10.0 ** np.arange(-1.0, -4.5, -0.5)


def check_taylor_remainder(loss, slope, Z, V, *, size=None):
    """The remainder |loss(Z + t V) - loss(Z) - t <slope, V>| is quadratic in t.

    From one step to the next, the remainder of a right gradient falls with order 2: it is t^2/2 times the second derivative
    along V, and higher terms. Under a wrong gradient there is its error times t as well, which has order 1 and is what
    remains for small t. Where the terms of a right one cancel, at a t where the remainder changes sign, the order there is
    anything; hence the median of the last three, which is compared with the middle of 1 and 2.

    Instances whose remainder is lost in rounding at the larger steps already are rejected: a second derivative of 0 along V.

    Args:
        loss: function of Z.
        slope: the gradient to be tested, at Z.
        Z, V: point and direction, arrays of one shape.
        size: of the terms that the loss is a sum of, which its rounding is relative to; by default, of the loss itself.
    """
    value, first = loss(Z), np.vdot(slope, V)
    remainders = np.array([abs(loss(Z + t * V) - value - t * first) for t in STEPS])
    measurable = remainders > 1e3 * EPS * ((abs(value) if size is None else size) + abs(first))
    assume(measurable[:4].all())
    orders = np.diff(np.log(remainders[measurable])) / np.diff(np.log(STEPS[measurable]))
    assert np.median(orders[-3:]) > 1.5
