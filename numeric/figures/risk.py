"""Risk: a probe on VICReg's optimum, as gamma goes up, predicted and measured on digits.

Where the relation joins equal digits the risk falls with gamma, and the more the fewer the labels and the louder their
noise; where it joins others as well it comes to rise (`gamma-guideline`). Lines are the closed form, with all targets known
(`ridge-risk`; exact where all 400 samples are labelled, and else an approximation, `numeric.ridge_probe`); markers are the
squared errors of fitted probes, means over draws of labels, with two standard errors.
"""

import numpy as np
from matplotlib.lines import Line2D

from numeric.figures import style
from numeric.guideline_trials import run, sample

PANELS = {
    "equal digits": ("a", "aligned: equal digits"),
    "70% shuffled": ("b", "misaligned: 70 % shuffled"),
    "neighbours": ("c", "nearest images"),
}
SHUFFLED = (0.0, 0.7)
LEGEND = "lines: predicted (with 100 labels, an approximation); markers: measured"


@style.applied_to
def figure(rows, panels=PANELS):
    """One panel for each relation; a line for the predicted risk, all targets known, and markers for the measured.

    Args:
        rows: of `numeric.guideline_trials.run`, one for each of `style.STYLES` and relation.
        panels: {relation: (letter, title)}.

    Returns:
        matplotlib Figure.
    """
    by_relation = {}
    for row in rows:
        by_relation.setdefault(row.relation, []).append(row)
    drawn = style.page(7)
    axes = drawn.subplots(1, len(panels), squeeze=False)[0]
    for ax, (relation, title) in zip(axes, panels.items(), strict=True):
        for row, look in zip(by_relation[relation], style.STYLES, strict=True):
            _draw(ax, row, look)
        style.title(ax, *title)
    axes[0].set_ylabel("risk of the probe / risk of the mean")
    drawn.supxlabel(r"weight of the invariance term, $\gamma/\alpha$", fontsize=style.RC["font.size"])
    names = [_name(row) for row in by_relation[next(iter(panels))]]
    marks = [Line2D([], [], markerfacecolor="white", **look) for look in style.STYLES]
    drawn.legend(marks, names, loc="outside upper center", ncols=len(names), title=LEGEND)
    return drawn


def draw():
    """The figure, of three relations among 400 digits."""
    return figure(run(*sample(), shuffled=SHUFFLED))


def _draw(ax, row, look):
    measured = row.measured.mean(axis=0)
    errors = row.measured.std(axis=0, ddof=1) / np.sqrt(len(row.measured))
    name = _name(row)
    line = {key: look[key] for key in ("color", "linestyle")}
    ax.plot(row.gammas, row.exact, **line, label=f"predicted: {name}")
    marks = {"color": look["color"], "marker": look["marker"], "markerfacecolor": "white", "elinewidth": 0.8}
    ax.errorbar(row.gammas, measured, 2 * errors, **marks, linestyle="none", capsize=1.5, label=f"measured: {name}")


def _name(row):
    return f"{row.n_labelled} labels, noise {row.noise:g}"
