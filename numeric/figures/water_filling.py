"""Barlow Twins fills vessels with water: the variance of its directions, up to one level.

A direction of the normalised relation, of eigenvalue g_i > 0, is a vessel with its floor at 1 - g_i, its rim at 1, and a
cross-section of 1/g_i^2. What is poured into it is the s_i of the direction, and there is K to pour. The minimum of
sum_i (1 - s_i g_i)^2 is poured to one level, 1 - nu (`barlow-optimum`): s_i = (g_i - nu)_+ / g_i^2. A full vessel would have
s_i g_i = 1, as the loss asks; what is missing is nu/g_i, and all of it where the floor is above the level. Directions with
g_i <= 0 have no vessel. The relation joins points of the plane to their nearest ones.
"""

import numpy as np

from numeric import barlow_twins
from numeric.figures import graphs, style

N, NEIGHBOURS, K = 18, 3, 6
GAP = 1.0  # between vessels, in units of their cross-sections
SHOWN = 5.0  # of the cross-section of a dry vessel


def level(optimum):
    """nu, as the last direction that is not dry tells it: g - g^2 s."""
    g, s = optimum.eigenvalues[optimum.rank - 1], optimum.filter[optimum.rank - 1]
    return float(g - g**2 * s)


@style.applied_to
def draw():
    """The figure."""
    optimum = barlow_twins.optimal_representation(graphs.plane(N, NEIGHBOURS, seed=1), K)
    figure = style.page(7)
    vessels, correlations = figure.subplots(1, 2, width_ratios=(2.1, 1))
    _draw_vessels(vessels, optimum)
    _draw_correlations(correlations, optimum)
    return figure


def _draw_vessels(ax, optimum):
    nu, left, centres, sections = level(optimum), 0.0, [], []
    shown = zip(optimum.eigenvalues, optimum.filter, strict=True)
    for i, (g, s) in enumerate(shown, start=1):
        if g <= 0:
            break
        width, floor = 1 / g**2, 1 - g
        wall = {"color": style.BLACK, "solid_joinstyle": "miter", "label": f"vessel {i}"}
        if s:
            ax.bar(left, s / width, width, bottom=floor, align="edge", color=style.SKY, label=f"water {i}")
            ax.plot([left, left, left + width, left + width], [1, floor, floor, 1], **wall)
        else:  # too wide for the page
            width = SHOWN
            ax.plot([left, left, left + 0.8 * width], [1, floor, floor], **wall)
            ax.plot([left + 0.8 * width, left + width], [floor, floor], color=style.BLACK, linestyle=":")
        centres.append(left + width / 2)
        sections.append(f"{1 / g**2:.2g}" if s else f"{1 / g**2:.0f}")
        ax.text(centres[-1], 1.02, f"{i}" if s else f"{i} stays dry", ha="center")
        left += width + GAP
    ax.axhline(1 - nu, color=style.BLUE, linestyle="--", label="level")
    ax.text(left - GAP, 0.97 - nu, f"level $1 - \\nu$,\n$\\nu$ = {nu:.2f}", ha="right", va="top", color=style.BLUE)
    ax.set(xlim=(-GAP, left), ylim=(0, 1.09))
    ax.set_xticks(centres, sections)
    ax.set(xlabel="cross-section $1/g_i^2$ of vessel $i$", ylabel="floor at $1 - g_i$, rim at 1")
    style.title(ax, "a", "water of volume $s_i$ in vessel $i$")


def _draw_correlations(ax, optimum):
    reached = optimum.filter * optimum.eigenvalues
    i = np.arange(1, len(reached) + 1)
    ax.bar(i, np.ones(len(i)), 0.7, color="none", edgecolor=style.GREY, linestyle=":", label="asked")
    ax.bar(i, reached, 0.7, color=style.SKY, edgecolor=style.BLACK, label="reached")
    ax.text(i[-1] + 0.35, 1.02, "dotted: missing", ha="right", color=style.GREY)
    ax.set_xticks(i, [f"{k}\n{s:.2f}" for k, s in zip(i, optimum.filter, strict=True)])
    ax.set(xlabel="direction $i$, and its $s_i$", ylabel="eigenvalue $s_i g_i$ of $C$", ylim=(0, 1.09))
    style.title(ax, "b", "how full")
