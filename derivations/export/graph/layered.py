"""Where the nodes of a directed acyclic graph stand: in columns, what rests on what to the right of it, with few crossings.

The method of Sugiyama, Tagawa & Toda (1981): columns by the longest path, a bend in every column that a longer edge passes,
an order in each column from the means of the neighbours' places, then heights as near to those means as the sizes allow.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.optimize import isotonic_regression

SWEEPS = 24


@dataclass(frozen=True)
class Layout:
    """The column and the height (of the middle) of every node, and the (column, height) points of every edge."""

    columns: dict
    heights: dict
    paths: dict


def layered(under, sizes, gap):
    """Lay out a graph.

    Args:
        under: {node: the nodes that it rests on}.
        sizes: {node: how high it is}.
        gap: free height between two nodes of a column.

    Raises ValueError naming a node that rests on itself.
    """
    columns = _columns(under)
    chains = {(a, b): _chain(a, b, columns) for a in under for b in under[a]}
    places = dict(columns)
    for chain in chains.values():
        places.update({bend: bend[2] for bend in chain[1:-1]})
    beside = {place: ([], []) for place in places}  # neighbours on the left and on the right
    for chain in chains.values():
        for left, right in pairwise(chain):
            if right not in beside[left][1]:
                beside[left][1].append(right)
                beside[right][0].append(left)
    height = {place: sizes.get(place, 0) + gap for place in places}
    order = _ordered(places, beside)
    heights = _heights(order, beside, height)
    paths = {edge: [(places[p], heights[p]) for p in chain] for edge, chain in chains.items()}
    return Layout(columns, {n: heights[n] for n in under}, paths)


def _columns(under):
    """One more than the largest of what a node rests on; what rests on nothing stands just before what rests on it."""
    depth, open_now = {}, set()

    def visit(node):
        if node in open_now:
            raise ValueError(f"{node} rests on itself")
        if node not in depth:
            open_now.add(node)
            depth[node] = max((visit(u) + 1 for u in under[node]), default=0)
            open_now.remove(node)
        return depth[node]

    for node in under:
        visit(node)
    over = {}
    for node, below in under.items():
        for u in below:
            over.setdefault(u, []).append(depth[node])
    return {n: min(over[n]) - 1 if n in over and not under[n] else d for n, d in depth.items()}


def _chain(node, under, columns):
    """From what is rested on to the node, by a bend in every column between, which all its edges that pass there share."""
    bends = [("bend", under, column) for column in range(columns[under] + 1, columns[node])]
    return [under, *bends, node]


def _ordered(places, beside):
    """The places of each column, in the order with the fewest crossings that was met."""
    order = [[] for _ in range(max(places.values(), default=-1) + 1)]
    for place, column in places.items():
        order[column].append(place)
    best, fewest = order, _crossings(order, beside)
    for sweep in range(SWEEPS):
        rightward = sweep % 2 == 0
        order = [list(column) for column in order]
        for column in range(len(order)) if rightward else reversed(range(len(order))):
            at = {place: n for row in order for n, place in enumerate(row)}
            means = {p: _mean(p, beside[p][0 if rightward else 1], at) for p in order[column]}
            order[column].sort(key=means.get)
        crossings = _crossings(order, beside)
        if crossings < fewest:
            best, fewest = order, crossings
    return best


def _mean(place, neighbours, at):
    return sum(at[n] for n in neighbours) / len(neighbours) if neighbours else at[place]


def _crossings(order, beside):
    total = 0
    for column, following in pairwise(order):
        at = {place: n for n, place in enumerate(following)}
        ends = np.array([e for place in column for e in sorted(at[n] for n in beside[place][1])])
        total += int(np.sum(np.triu(ends[:, None] > ends[None, :], 1))) if len(ends) else 0
    return total


def _heights(order, beside, height):
    """Heights in the given order, as near as can be to the means of the neighbours' (least squares), sweep by sweep."""
    at = {}
    for column in order:
        tops = np.cumsum([0, *(height[p] for p in column)])
        at.update({p: tops[n] + height[p] / 2 - tops[-1] / 2 for n, p in enumerate(column)})
    for _ in range(SWEEPS):
        for column in order:
            neighbours = [[*beside[p][0], *beside[p][1]] for p in column]
            wanted = [_mean(p, near, at) for p, near in zip(column, neighbours, strict=True)]
            apart = np.cumsum([0, *((height[a] + height[b]) / 2 for a, b in pairwise(column))])
            weights = [max(len(near), 0.1) for near in neighbours]
            found = isotonic_regression(np.subtract(wanted, apart), weights=weights).x + apart
            at.update(zip(column, found.tolist(), strict=True))
    top = min((at[p] - height[p] / 2 for p in at), default=0)
    return {p: y - top for p, y in at.items()}
