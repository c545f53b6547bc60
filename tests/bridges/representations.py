"""Random representations for the tests of duality, and the two contrasts written out pair by pair."""

import numpy as np
from hypothesis import event
from hypothesis import strategies as st

from tests.numeric.strategies import arrays

sizes = st.integers(1, 6)


def products(rows):
    """The squared products of different rows: those of the columns of Z are products(Z.T)."""
    return sum((x @ y) ** 2 for i, x in enumerate(rows) for j, y in enumerate(rows) if i != j)


def powers(rows):
    """The fourth powers of the norms of the rows."""
    return float(sum(np.sum(x * x) ** 2 for x in rows))


@st.composite
def representations(draw):
    """Any Z, some with columns of zeros, some of rank one."""
    n, k, rng = draw(sizes), draw(sizes), draw(arrays())
    Z = (
        rng.standard_normal((n, 1)) @ rng.standard_normal((1, k))
        if draw(st.booleans())
        else rng.standard_normal((n, k))
    )
    return Z * (rng.random(k) < draw(st.sampled_from([0.5, 1.0])))


@st.composite
def of_unit_rows(draw):
    """Rows of norm one; all in one column, with columns of equal norms, or any."""
    n, k, rng = draw(sizes), draw(sizes), draw(arrays())
    kind = draw(st.sampled_from(["any", "one column", "equal columns"]))
    event(f"rows of norm one: {kind}")
    if kind == "equal columns":
        return _equal_columns(n, k, rng)
    Z = rng.standard_normal((n, k))
    if kind == "one column":
        Z *= np.arange(k) == rng.integers(k)
    return Z / np.linalg.norm(Z, axis=1, keepdims=True)


@st.composite
def of_equal_norms(draw):
    """Rows of norm one and columns of norm sqrt(N/K)."""
    n, k = draw(sizes), draw(sizes)
    event(f"N {'=' if n == k else '<' if n < k else '>'} K")
    return _equal_columns(n, k, draw(arrays()))


def _equal_columns(n, k, rng):
    """Squares whose rows and columns are scaled in turn (Sinkhorn and Knopp) until both have equal sums; random signs."""
    squares = rng.uniform(0.05, 1.0, (n, k))
    for _ in range(500):
        squares *= n / k / squares.sum(axis=0)
        squares /= squares.sum(axis=1, keepdims=True)
    return np.sqrt(squares) * rng.choice([-1.0, 1.0], (n, k))
