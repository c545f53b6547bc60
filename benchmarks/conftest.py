"""How contestants are measured: in turn, in one process, with the same number of threads."""

import time

import pytest

from benchmarks.machine import THREADS

REST = 0.05
"""Seconds before each measurement, until the threads of another library's pool no longer wait for work in a loop."""


@pytest.fixture
def contest(benchmark):
    """contest(contestants, work=, size=, rounds=, warm=, **told): times functions of no arguments, each once a round.

    `contestants` maps names to functions, ours first, which pytest-benchmark sees too; `size` is the numbers that the cost
    depends on, samples first; each is called once before, unless it is not to be warm; `told` are further words.
    """

    def run(contestants, *, work, size, rounds=15, warm=True, **told):
        times = {name: [] for name in contestants}
        (ours, function), *others = contestants.items()

        def measured(name, function):
            time.sleep(REST)
            start = time.perf_counter()
            result = function()
            times[name].append(time.perf_counter() - start)
            return result

        def one_of_each_other():
            for name, other in others:
                measured(name, other)
            return (ours, function), {}

        for other in contestants.values() if warm else ():
            other()
        benchmark.group = work
        benchmark.pedantic(measured, setup=one_of_each_other, rounds=rounds)
        benchmark.extra_info |= {"work": work, "size": list(size), "threads": THREADS, "times": times, "told": told}

    return run
