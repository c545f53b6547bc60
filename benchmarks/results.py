"""The figures of a run of the benchmarks as `benchmarks/RESULTS.md`: ratios of medians, no seconds, and growth exponents.

    python -m benchmarks.results FILE

FILE is what pytest-benchmark wrote with --benchmark-json.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

RESULTS = Path(__file__).parent / "RESULTS.md"
INTRODUCTION = """\
# Benchmarks

Written by `make bench`. Every figure is a ratio of the medians of two contestants in one process, with the same number of
threads: how many times the time of the first column's function the other one takes. Growth is the exponent b of time ~ N^b,
fitted over the sizes of a work.
"""


def tables(runs):
    """The works as a table in Markdown: a row a size."""
    works = defaultdict(dict)
    for run in runs:
        told = run["extra_info"]
        if "work" in told:
            works[told["work"]].setdefault(tuple(told["size"]), {})[told["contestant"]] = run
    return "\n".join(_table(work, sizes) for work, sizes in works.items())


def _table(work, sizes):
    contestants = list(dict.fromkeys(name for runs in sizes.values() for name in runs))
    ours, others = contestants[0], contestants[1:]
    told = dict.fromkeys(key for runs in sizes.values() for run in runs.values() for key in run["extra_info"])
    more = [key for key in told if key not in ("work", "size", "contestant", "threads")]
    headings = ["size", *(f"{o} / {ours}" for o in others), *(f"{key.replace('_', ' ')}, {ours}" for key in more)]
    lines = [f"\n## {work}\n", _row(headings), _row(["---"] * len(headings))]
    for size, runs in sizes.items():
        ratios = [f"{_median(runs[o]) / _median(runs[ours]):.2f}" if o in runs else "" for o in others]
        lines.append(_row([" x ".join(map(str, size)), *ratios, *(_told(runs, ours, others, m) for m in more)]))
    if len(sizes) > 1:
        growth = {
            name: _exponent({s[0]: _median(r[name]) for s, r in sizes.items() if name in r}) for name in contestants
        }
        lines.append("\nGrowth: " + ", ".join(f"{name} {b:.2f}" for name, b in growth.items() if b is not None) + ".")
    return "\n".join(lines) + "\n"


def _told(runs, ours, others, key):
    """A figure that was told of ours, and how many times that of the others is."""
    values = {name: run["extra_info"].get(key) for name, run in runs.items()}
    if not isinstance(values[ours], (int, float)):
        return str(values[ours] or "")
    ratios = ", ".join(f"{o} {values[o] / values[ours]:.1f} x" for o in others if values.get(o) and values[ours])
    return f"{values[ours]:.3g}" + (f" ({ratios})" if ratios else "")


def _median(run):
    return run["stats"]["median"]


def _exponent(times):
    """b of time ~ N^b, by least squares in logarithms; None of fewer than two sizes."""
    if len(times) < 2:
        return None
    return float(np.polyfit(np.log(list(times)), np.log(list(times.values())), 1)[0])


def _row(cells):
    return f"| {' | '.join(cells)} |"


def main(path):
    found = json.loads(Path(path).read_text(encoding="utf-8"))
    cpu = found["machine_info"]["cpu"]
    threads = {run["extra_info"]["threads"] for run in found["benchmarks"] if "threads" in run["extra_info"]}
    machine = f"\n{cpu.get('brand_raw', 'Unknown processor')}, threads: {', '.join(map(str, sorted(threads)))}.\n"
    temporary = RESULTS.with_suffix(".tmp")
    temporary.write_text(f"{INTRODUCTION}{machine}{tables(found['benchmarks'])}", encoding="utf-8")
    temporary.replace(RESULTS)
    print(f"wrote {RESULTS}")


if __name__ == "__main__":
    main(sys.argv[1])
