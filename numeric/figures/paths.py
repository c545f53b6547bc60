"""Paths: gradient descent on VICReg reaches the closed form from random starts, and leaves its saddles.

The relation joins samples in a row, each to the next. Left: how far the loss is above the minimum of `vicreg-optimum`, from
random starts, and from beside a stationary point that has other eigenvectors of the Laplacian: a strict saddle
(`vicreg-strict-saddles`), which is left at an exponential rate. Right: one component in the plane of two eigenvectors, which
no gradient leaves: every path ends in one of the two minima, passing a saddle or not.
"""

import numpy as np

from numeric import vicreg
from numeric.figures import graphs, style

N, K, GAMMA = 24, 3, 2.0  # alpha and beta are 1
SADDLE = (0, 1, 4)  # eigenvectors, in the place of the first K
SCALES = (0.001, 0.01, 0.1, 1.0, 1.0)  # standard deviations of random starts
BESIDE = 1e-4  # the same of a start beside the saddle
STEP, STEPS = N / 32, 500

PLANE = (0, 3)  # eigenvectors
REACH = 1.45  # of the picture of the plane
PLANE_STARTS = ((1.2, 1.2), (-1.25, 1.1), (0.01, 1.3), (-0.01, -1.3), (0.02, 0.05), (-1.3, -0.7), (1.2, -1.0))
LEVELS = 0.03 * np.arange(1, 12) ** 2  # of the loss, above the minimum


def stationary(G, directions):
    """The stationary point on some of the eigenvectors, by their indices: those columns of the optimum on all of them."""
    return vicreg.optimal_representation(G, N - 1, gamma=GAMMA).representation[:, list(directions)]


def descent(Z, G):
    """The path of gradient descent from Z: (STEPS + 1, N, K) points and (STEPS + 1,) losses."""
    points, losses = [], []
    for _ in range(STEPS + 1):
        loss, gradient = vicreg.loss_and_gradient(Z, G, gamma=GAMMA)
        points.append(Z)
        losses.append(loss)
        Z = Z - STEP * gradient
    return np.array(points), np.array(losses)


@style.applied_to
def draw():
    """The figure."""
    G = graphs.row(N)
    figure = style.page(7)
    gaps, plane = figure.subplots(1, 2, width_ratios=(1.2, 1))
    _draw_gaps(gaps, G)
    _draw_plane(plane, G)
    return figure


def _draw_gaps(ax, G):
    rng = np.random.default_rng(0)
    optimal = vicreg.optimal_representation(G, K, gamma=GAMMA).loss
    for start, scale in enumerate(SCALES):
        gap = descent(scale * rng.standard_normal((N, K)), G)[1] - optimal
        ax.plot(gap, color=style.BLUE, linewidth=0.9, label=f"start {start}")
    saddle = stationary(G, SADDLE)
    gap = descent(saddle + BESIDE * rng.standard_normal((N, K)), G)[1] - optimal
    ax.plot(gap, color=style.VERMILLION, linestyle="--", label="from the saddle")
    height = vicreg.loss(saddle, G, gamma=GAMMA) - optimal
    ax.axhline(height, color=style.GREY, linestyle=":", linewidth=1, label="saddle")
    ax.text(STEPS, 1.6 * height, "at the saddle", ha="right", color=style.GREY)
    ax.text(120, 1e-9, "from random\nstarts", ha="center", color=style.BLUE)
    ax.text(260, 1e-3, "from beside the saddle", color=style.VERMILLION)
    ax.set(yscale="log", ylim=(1e-10, 30), xlim=(-10, STEPS), xlabel="iteration", ylabel="loss $-$ optimal loss")
    style.title(ax, "a", f"$K$ = {K} components")


def _draw_plane(ax, G):
    columns = stationary(G, PLANE)
    heights = columns.std(axis=0)  # (2,), where the minima and the saddles are
    axes = columns / heights  # (N, 2), of unit variance
    ticks = np.linspace(-REACH, REACH, 81)
    losses = np.array([[vicreg.loss(axes @ [[x], [y]], G, gamma=GAMMA) for x in ticks] for y in ticks])
    levels = vicreg.optimal_representation(G, 1, gamma=GAMMA).loss + LEVELS
    ax.contour(ticks, ticks, losses, levels, colors=style.GREY, linewidths=0.4)
    for i, start in enumerate(PLANE_STARTS):
        points, _ = descent(axes @ np.array(start)[:, None], G)
        x, y = axes.T @ points[:, :, 0].T / N  # (STEPS + 1,) each
        ax.plot(x, y, color=style.BLUE, label=f"path {i}")
        ax.plot(*start, "o", color=style.BLUE, markersize=2.5)
    marked = {"linestyle": "none", "color": style.BLACK, "markersize": 6, "zorder": 3}
    ax.plot([heights[0], -heights[0]], [0, 0], marker="*", label="minimum", **marked)
    ax.plot([0, 0], [heights[1], -heights[1]], marker="x", label="saddle", **marked)
    over = {"bbox": {"facecolor": "white", "edgecolor": "none", "pad": 0.8}, "ha": "center", "va": "center"}
    ax.text(0.56 * heights[0], -0.14, "minimum", **over)
    ax.text(0.3, heights[1] + 0.12, "saddle", **over)
    ax.set(aspect="equal", xlabel=r"$p_1^\top z / \sqrt{N}$", ylabel=r"$p_4^\top z / \sqrt{N}$")
    style.title(ax, "b", "one component, in a plane")
