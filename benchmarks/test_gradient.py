"""Time of the gradients of the table, and of SymPy's derivatives of the same functions: `pytest benchmarks`."""

import warnings

import pytest
from sympy.core.cache import clear_cache

from benchmarks.cookbook import by_sympy, ours
from tests.calculus.cookbook import TABLE


def every(derive, cases):
    for case in cases:
        derive(case)


def has_derivative(case):
    try:
        by_sympy(case)
    except Exception:
        return False
    return True


@pytest.mark.parametrize("derive", [ours, by_sympy])
def test_the_table(benchmark, derive):
    """The functions of which SymPy returns something, right or wrong; each round starts without SymPy's cache."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SymPy's own deprecations
        cases = [case for case in TABLE if has_derivative(case)]
        benchmark.pedantic(every, (derive, cases), setup=clear_cache, rounds=5)
    benchmark.extra_info["functions"] = len(cases)
