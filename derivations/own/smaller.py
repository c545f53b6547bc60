"""From some counterexample to a small one, step by step, where the smallest of all is too far to be searched for."""

from __future__ import annotations

from dataclasses import replace
from math import copysign

import numpy as np
from sympy import MatrixSymbol


def smaller(claim, found):
    """A counterexample that no single step makes smaller: a row or column less, a number or an entry nearer to 0."""
    steps = ((values, claim.refuting(values)) for values in _smaller(found.values))
    values, instance = next((step for step in steps if step[1] is not None), (None, None))
    return found if values is None else smaller(claim, replace(found, values=values, instance=instance))


def _smaller(values):
    """Values that are smaller by one step, large steps first."""
    matrices = {s: v for s, v in values.items() if isinstance(s, MatrixSymbol)}
    numbers = {s: v for s, v in values.items() if s not in matrices}
    sizes = {d for m in matrices for side in m.shape for d in side.free_symbols}
    for d, size in numbers.items():
        for line in range(size - 1, -1, -1) if d in sizes else ():
            yield values | {d: size - 1} | {m: _without(line, d, m, v) for m, v in matrices.items()}
    for m, v in matrices.items():
        yield from ([values | {m: 0 * v}] if v.any() else [])
    for s, v in numbers.items():
        yield from (values | {s: x} for x in _nearer(v) if s not in sizes)
    for m, v in matrices.items():
        mirrored = len(v) > 1 and np.array_equal(v, v.T)  # of symmetric matrices, both entries
        for i, j in zip(*np.nonzero(v), strict=True):
            for x in _nearer(v[i, j]):
                changed = v.copy()
                changed[i, j] = x
                changed[(j, i) if mirrored else (i, j)] = x
                yield values | {m: changed}


def _without(line, dimension, symbol, value):
    """A matrix without a row or column, on the sides that are of a dimension."""
    for axis, side in enumerate(symbol.shape):
        value = np.delete(value, line, axis) if side == dimension else value
    return value


def _nearer(x):
    """Integers that are nearer to 0, nearest first."""
    one = int(copysign(1, x))
    return [y for y in dict.fromkeys((0, one, x - one)) if abs(y) < abs(x)]
