"""The risk against gamma, predicted and measured, for aligned and misaligned relations; needs matplotlib."""

import os

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure

PANELS = {
    "equal digits": "aligned: equal digits",
    "70% shuffled": "misaligned: 70 % shuffled",
    "neighbours": "nearest images",
}

# Okabe & Ito's colours, which the colour-blind can tell apart; in grey, markers and dashes do it.
STYLES = (
    {"color": "#000000", "marker": "o", "linestyle": "-"},
    {"color": "#0072B2", "marker": "s", "linestyle": "--"},
    {"color": "#D55E00", "marker": "^", "linestyle": "-."},
    {"color": "#009E73", "marker": "D", "linestyle": ":"},
)


def figure(rows, panels=PANELS):
    """One panel for each relation; a line for the predicted risk, all targets known, and markers for the measured.

    Args:
        rows: of `numeric.guideline_trials.run`, one for each of `STYLES` and relation.
        panels: {relation: title}.

    Returns:
        matplotlib Figure.
    """
    by_relation = {}
    for row in rows:
        by_relation.setdefault(row.relation, []).append(row)
    drawn = Figure(figsize=(11, 4.4), layout="constrained")
    axes = drawn.subplots(1, len(panels), squeeze=False)[0]
    for ax, (relation, title) in zip(axes, panels.items(), strict=True):
        for row, style in zip(by_relation[relation], STYLES, strict=True):
            _draw(ax, row, style)
        ax.set(xlabel=r"weight of the invariance term, $\gamma/\alpha$", title=title)
        ax.grid(alpha=0.3, linewidth=0.5)
    axes[0].set_ylabel("risk of the probe / risk of the mean")
    marks, names = axes[0].get_legend_handles_labels()
    half = len(names) // 2  # lines come first: each is put above its markers
    order = [i + k * half for i in range(half) for k in range(2)]
    shown = [marks[i] for i in order], [names[i] for i in order]
    drawn.legend(*shown, fontsize="small", loc="outside lower center", ncols=half, frameon=False)
    return drawn


def check_path(path):
    """Raise ValueError unless a path is in a folder that exists, and ends in a format that can be written."""
    known = sorted(Figure().canvas.get_supported_filetypes())
    if _format(path) not in known:
        raise ValueError(f"FILE must end in one of {', '.join(known)}; found {path.name}")
    if not path.parent.is_dir():
        raise ValueError(f"FILE must be in a folder that exists; found {path.parent}")


def write(rows, path):
    """Write the figure, under a temporary name first.

    Args:
        rows: of `numeric.guideline_trials.run`.
        path: pathlib.Path, which `check_path` allows.
    """
    chosen = _format(path)
    undated = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(chosen)
    draft = path.with_name(f".{path.name}.draft")
    try:
        with rc_context({"svg.hashsalt": "guideline"}):
            figure(rows).savefig(draft, format=chosen, dpi=200, metadata=undated)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _format(path):
    return path.suffix[1:].lower()


def _draw(ax, row, style):
    measured = row.measured.mean(axis=0)
    errors = row.measured.std(axis=0, ddof=1) / np.sqrt(len(row.measured))
    name = f"{row.n_labelled} labels, noise {row.noise:g}"
    line = {key: style[key] for key in ("color", "linestyle")}
    ax.plot(row.gammas, row.exact, **line, label=f"predicted: {name}")
    marks = {"color": style["color"], "marker": style["marker"], "markersize": 4.5, "markerfacecolor": "white"}
    ax.errorbar(row.gammas, measured, yerr=2 * errors, **marks, linestyle="none", capsize=2, label=f"measured: {name}")
