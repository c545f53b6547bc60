"""The guideline for gamma on scikit-learn's handwritten digits: `python -m numeric.guideline [--plot FILE]`.

As gamma goes up, does the risk of a probe on VICReg's representation fall or rise? Predicted: the sign of the slope, in
closed form, from the labels that the probe has (`numeric.ridge_risk`, `numeric.labelled`). Measured: the squared error of
probes on the optimal representations (`numeric.guideline_trials`). Wrong predictions are shown, and why they are wrong.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from numeric.guideline_trials import (
    DRAWS,
    N_COMPONENTS,
    N_SAMPLES,
    NEIGHBOURS,
    PENALTY,
    REASONS,
    RESOLVED,
    STEPS,
    run,
    sample,
)

WIDTH = 112  # of the tables, which are not cut for a narrower terminal

EXPLANATION = f"""\
Ridge probes with intercept, of penalty {PENALTY:g} n for n labels, on closed-form representations of N = {N_SAMPLES} \
digits, K = {N_COMPONENTS}. The first relation joins equal digits, weighted by 1/size; for the next a share of them was \
shuffled; the last joins the {NEIGHBOURS} nearest images. Targets: ten indicators. Labels: how many samples have \
them, drawn at random; noise: the variance of a label. Risks: squared errors over all samples, in units of that of the \
mean, means of {DRAWS} draws of labels. Signs, one for each of {STEPS} steps of gamma from 0 to the threshold of the median \
positive eigenvalue (1, but for neighbours): - the risk falls, + it rises; predicted, of most draws, 0 for a tie. Right: \
draws and steps at which the slope predicted from the labels of the draw has the sign of the measured difference. VICReg: at the \
gamma of the lowest measured risk. Recommended: from the labels of the first draw; ? where they do not tell the methods \
apart.\
"""

EXPLANATION_OF_WRONG = f"""\
Steps at which most draws predict the wrong sign. Measured: the difference of the risk over the step, and its standard \
error. Predicted: slope times length of the step, mean of the draws; known: the same with all targets known. All in \
thousandths of the risk of the mean. A difference within {RESOLVED:g} standard errors has no sign to predict.\
"""


def signs(numbers):
    """A character for each number: -, 0 or +."""
    return "".join("-0+"[int(sign) + 1] for sign in np.sign(numbers))


def verdicts(rows):
    """(right, all, falls, Counter of reasons): predictions, how many of all fall, and why the wrong ones are wrong."""
    right = sum(int(row.right.sum()) for row in rows)
    total = sum(row.right.size for row in rows)
    falling = sum(int((row.steps[0] < 0).sum()) * len(row.right) for row in rows)
    reasons = Counter()
    for row in rows:
        for reason, wrong in zip(row.reasons, (~row.right).sum(axis=0), strict=True):
            reasons[str(reason)] += int(wrong)
    return right, total, falling, reasons


def _table(headings, lines):
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in headings:
        table.add_column(
            heading, no_wrap=True, justify="left" if heading in ("relation", "recommended", "why") else "right"
        )
    for line in lines:
        table.add_row(*line)
    return table


def table(rows):
    """The rows as a table for the terminal."""
    headings = ("relation", "labels", "noise", "measured", "predicted", "right", "VICReg", "gamma", "squared", "Barlow")
    return _table((*headings, "recommended"), map(_line, rows))


def _line(row):
    risks = row.measured.mean(axis=0)
    best = int(np.argmin(risks))
    return (
        *_setting(row),
        signs(row.steps[0]),
        signs(np.median(np.sign(row.slopes), axis=0)),
        f"{row.right.sum()}/{row.right.size}",
        f"{risks[best]:.3f}",
        f"{row.gammas[best]:.2g}",
        f"{row.others['squared similarity']:.3f}",
        f"{row.others['barlow twins']:.3f}",
        _recommended(row.told),
    )


def _recommended(told):
    gamma = "" if told.gamma is None else f" {told.gamma:.2g}"
    return f"{told.method}{gamma}{'' if told.decided else ' ?'}"


def _setting(row):
    return row.relation, str(row.n_labelled), f"{row.noise:g}"


def table_of_wrong(rows):
    """The steps at which most draws are wrong, as a table for the terminal."""
    headings = ("relation", "labels", "noise", "gamma", "wrong", "measured", "predicted", "known", "why")
    return _table(headings, [line for row in rows for line in _wrong(row)])


def _wrong(row):
    counts, (mean, error), lengths = (~row.right).sum(axis=0), row.steps, np.diff(row.gammas)
    predicted, known = row.slopes.mean(axis=0) * lengths, row.exact_slopes * lengths
    for j in np.flatnonzero(2 * counts > len(row.right)):
        yield (
            *_setting(row),
            f"{row.gammas[j]:.2g}..{row.gammas[j + 1]:.2g}",
            f"{counts[j]}/{len(row.right)}",
            f"{1e3 * mean[j]:+.2f} +- {1e3 * error[j]:.2f}",
            f"{1e3 * predicted[j]:+.2f}",
            f"{1e3 * known[j]:+.2f}",
            str(row.reasons[j]),
        )


def summary(rows):
    """The counts in words, one line each."""
    right, total, falling, reasons = verdicts(rows)
    yield f"right: {right} of {total} predicted signs, {right / total:.1%}; 'it falls' every time: {falling / total:.1%}"
    for name, reason in REASONS.items():
        yield f"wrong: {reasons[name]}, {name}: {reason}"


def main(arguments=None):
    """Print the tables; 0, or 2 where a package is missing."""
    parser = argparse.ArgumentParser(
        prog="python -m numeric.guideline",
        description="Does the risk of a probe fall or rise with gamma: predicted and measured on scikit-learn's digits"
        " (extra: data).",
    )
    parser.add_argument("--plot", metavar="FILE", type=Path, help="also draw the risks (extra: figures)")
    plot = parser.parse_args(arguments).plot
    try:
        X, digits = sample()
        if plot is not None:
            from numeric.figures import output, risk
    except ModuleNotFoundError as error:
        missing = {"sklearn": ("scikit-learn", "data"), "matplotlib": ("matplotlib", "figures")}
        package = (error.name or "").partition(".")[0]
        if package not in missing:
            raise
        name, extra = missing[package]
        print(
            f"guideline: {name} is missing; install the extra `{extra}`: pip install -e '.[{extra}]'", file=sys.stderr
        )
        return 2
    if plot is not None:
        try:
            output.check_path(plot)
        except ValueError as error:
            parser.error(str(error))

    from rich.console import Console
    from threadpoolctl import threadpool_limits

    console = Console(highlight=False)
    with threadpool_limits(1), console.status("guideline: fitting probes ...", spinner="line") as status:
        rows = run(X, digits, report=lambda row: status.update(f"guideline: {row.relation} done ..."))
    explanation_width = console.width if console.is_terminal else WIDTH
    console.width = max(WIDTH, console.width)
    for found, explanation in ((table(rows), EXPLANATION), (table_of_wrong(rows), EXPLANATION_OF_WRONG)):
        console.print(found)
        console.print(explanation, markup=False, width=explanation_width)
    console.print("\n".join(["", *summary(rows)]), markup=False, width=explanation_width)
    if plot is not None:
        output.write(risk.figure(rows), plot)
        console.print(f"wrote {plot}", markup=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
