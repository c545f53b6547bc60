"""The layout of a graph: columns, order and heights."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from derivations.export.graph.layered import layered

GAP = 7.0


@st.composite
def graphs(draw):
    """{node: what it rests on} without circles, in any order, some nodes tied to nothing."""
    n = draw(st.integers(0, 14))
    below = {i: draw(st.sets(st.integers(0, i - 1), max_size=4)) if i else set() for i in range(n)}
    order = draw(st.permutations(range(n)))
    return {f"n{i}": tuple(f"n{j}" for j in sorted(below[i])) for i in order}


@given(graphs(), st.data())
def test_what_rests_on_what_stands_to_the_right_of_it_and_nothing_overlaps(under, data):
    sizes = {n: data.draw(st.floats(5.0, 60.0)) for n in under}
    laid = layered(under, sizes, GAP)
    assert laid.columns.keys() == laid.heights.keys() == under.keys()
    assert laid.paths.keys() == {(a, b) for a in under for b in under[a]}
    for (node, below), path in laid.paths.items():
        assert laid.columns[below] < laid.columns[node]
        assert [column for column, _ in path] == list(range(laid.columns[below], laid.columns[node] + 1))
        assert path[0][1] == laid.heights[below]
        assert path[-1][1] == laid.heights[node]
    event(f"columns: {1 + max(laid.columns.values(), default=-1)}")
    event(f"passes a column: {any(len(path) > 2 for path in laid.paths.values())}")
    in_columns = {}
    for node, column in laid.columns.items():
        in_columns.setdefault(column, []).append((laid.heights[node], sizes[node]))
    bends = {(below, *point) for (_, below), path in laid.paths.items() for point in path[1:-1]}
    assert len(bends) == len({(below, column) for below, column, _ in bends})  # shared by the edges of a node
    for _, column, height in bends:
        in_columns.setdefault(column, []).append((height, 0.0))
    for boxes in in_columns.values():
        boxes.sort()
        for (y, high), (next_y, next_high) in pairwise(boxes):
            assert next_y - y >= (high + next_high) / 2 + GAP - 1e-6
    assert all(laid.heights[n] - sizes[n] / 2 >= -1e-6 for n in under)
    assert layered(under, sizes, GAP) == laid


def test_a_circle_is_named():
    with pytest.raises(ValueError, match="rests on itself"):
        layered({"a": ("b",), "b": ("c",), "c": ("a",)}, {}, GAP)


def test_crossings_that_need_not_be_are_not():
    """Two rungs, listed so that they cross."""
    under = {"y1": (), "y2": (), "x1": ("y2",), "x2": ("y1",)}
    laid = layered(under, dict.fromkeys(under, 10.0), GAP)
    heights = np.array([[laid.heights["y1"], laid.heights["x2"]], [laid.heights["y2"], laid.heights["x1"]]])
    assert (heights[0] - heights[1] > 0).all() or (heights[0] - heights[1] < 0).all()
    np.testing.assert_allclose(heights[:, 0], heights[:, 1], atol=1e-6)
