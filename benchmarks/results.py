"""The figures of a run of the benchmarks as `benchmarks/RESULTS.md`: ratios of medians, no seconds, and growth exponents.

    python -m benchmarks.results FILE [FILE ...]

The files are what pytest-benchmark wrote with --benchmark-json.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path
from statistics import median

import numpy as np

RESULTS = Path(__file__).parent / "RESULTS.md"
INTRODUCTION = """\
# Benchmarks

Written by `make bench`. Every figure is a ratio of the medians of two contestants in one process, with the same number of
threads: how many times the time of the first column's function the other one takes. Growth is the exponent b of time ~ N^b,
fitted over the sizes of a work. A peer that failed to find eigenpairs, or took ten times ours and over five seconds, is out
of that race.
"""


def tables(runs):
    """The works as tables in Markdown, a row a size."""
    works = defaultdict(list)
    for run in runs:
        if "times" in run["extra_info"]:
            works[run["extra_info"]["work"]].append(run["extra_info"])
    return "\n".join(_table(work, infos) for work, infos in works.items())


def _table(work, infos):
    medians = [{name: median(times) for name, times in info["times"].items()} for info in infos]
    names = list(dict.fromkeys(name for found in medians for name in found))
    ours, told = names[0], list(dict.fromkeys(key for info in infos for key in info["told"]))
    lines = [f"\n## {work}\n", _row(["size", *(f"{name} / {ours}" for name in names[1:]), *told])]
    lines.append(_row(["---"] * (len(names) + len(told))))
    for info, found in zip(infos, medians, strict=True):
        ratios = [f"{found[name] / found[ours]:.2f}" if name in found else "" for name in names[1:]]
        lines.append(_row([" x ".join(map(str, info["size"])), *ratios, *(info["told"].get(key, "") for key in told)]))
    growth = [
        (n, _exponent({i["size"][0]: f[n] for i, f in zip(infos, medians, strict=True) if n in f})) for n in names
    ]
    grown = ", ".join(f"{name} {exponent:.2f}" for name, exponent in growth if exponent is not None)
    return "\n".join(lines) + (f"\n\nGrowth: {grown}.\n" if grown else "\n")


def _exponent(times):
    """b of time ~ N^b, by least squares in logarithms; None of fewer than two sizes."""
    if len(times) < 2:
        return None
    return float(np.polyfit(np.log(list(times)), np.log(list(times.values())), 1)[0])


def _row(cells):
    return f"| {' | '.join(cells)} |"


def main(paths):
    found = [json.loads(Path(path).read_text(encoding="utf-8")) for path in paths]
    runs, cpu = [run for one in found for run in one["benchmarks"]], found[0]["machine_info"]["cpu"]
    threads = {run["extra_info"]["threads"] for run in runs if "threads" in run["extra_info"]}
    machine = f"\n{cpu.get('brand_raw', 'Unknown processor')}, threads: {', '.join(map(str, sorted(threads)))}.\n"
    temporary = RESULTS.with_suffix(".tmp")
    temporary.write_text(f"{INTRODUCTION}{machine}{tables(runs)}", encoding="utf-8")
    temporary.replace(RESULTS)
    print(f"wrote {RESULTS}")


if __name__ == "__main__":
    main(sys.argv[1:])
