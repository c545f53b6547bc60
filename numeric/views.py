"""Two views of the same samples, as losses that libraries ship are given them: checked, or an error that names what is wrong."""

import numpy as np

from numeric.entries import of_numpy
from numeric.validation import representation


def views(first, second, *, names=("Z_a", "Z_b"), n_samples=1):
    """Both views as arrays of one shape, in float32 or float64 as they came, and else in float64.

    Args:
        first, second: (N, K) representations of the same N samples, row by row, finite and not so large that a fourth
            power of their norms overflows.
        names: of the arguments, for messages.
        n_samples: how many samples there must be at least.

    Raises:
        TypeError: a view does not hold real numbers, or is no array of NumPy.
        ValueError: a wrong shape, NaN or infinity, too few samples, or entries that are too large.
    """
    first = representation(of_numpy(names[0], first), None, name=names[0], power=4)
    second = representation(of_numpy(names[1], second), len(first), name=names[1], power=4)
    if first.shape != second.shape:
        raise ValueError(
            f"{names[1]} must have {first.shape[1]} columns, as many as {names[0]}; found shape {second.shape}"
        )
    if len(first) < n_samples:
        raise ValueError(f"{names[0]} must have at least {n_samples} rows, one per sample; found shape {first.shape}")
    return first, second


def positive_entries(what, values):
    """Raise ValueError unless every number of a vector is > 0; `what` they are, for the message."""
    if not (values > 0).all():
        k = int(np.argmin(values))
        raise ValueError(f"the {what} must be > 0; found {values[k]:g} at {k}")
