"""What every benchmark is told of: the work, its size, who does it, and with how many threads."""

import os

import pytest

THREADS = int(os.environ.get("OPENBLAS_NUM_THREADS", "1"))


@pytest.fixture
def contest(benchmark):
    """contest(function, work=, size=, contestant=, rounds=, **told): its result; `size` is the numbers that the cost depends
    on, samples first.
    """

    def run(function, *, work, size, contestant, rounds=15, **told):
        benchmark.group = f"{work} {size}"
        benchmark.extra_info |= {"work": work, "size": list(size), "contestant": contestant, "threads": THREADS, **told}
        return benchmark.pedantic(function, rounds=rounds, warmup_rounds=1)

    return run
