"""What becomes of the table of gradients here and with SymPy's own derivative: `python -m benchmarks.cookbook`.

A gradient is right if it has the shape of the unknown and leaves a Taylor remainder of second order of the function by
hand; wrong is whatever else is returned as if it were the gradient. What has a derivative in it that is not taken, or has
no value on arrays, counts as unevaluated.
"""

import random
import sys
import warnings
from collections import Counter
from statistics import median
from time import perf_counter

import numpy as np
import sympy
from rich.console import Console
from rich.table import Table
from sympy import Derivative, Float, ImmutableMatrix, MatrixSymbol

from derivations import evaluate, gradient
from derivations.language.arithmetic import DIGITS, MULTI_PRECISION
from tests.calculus.cookbook import TABLE
from tests.calculus.cookbook.notation import K, N
from tests.calculus.taylor import order


def ours(case):
    return gradient(case.expr, case.unknown, case.facts)


def by_sympy(case):
    return case.expr.diff(case.unknown)


def outcome(case, derive):
    """(what became of it, length of the result, seconds); the last two are None if there is no result."""
    start = perf_counter()
    try:
        found = derive(case)
    except Exception:
        return "raised", None, None
    seconds, length = perf_counter() - start, len(str(found))
    return kind_of(case, found), length, seconds


def kind_of(case, found):
    if found.has(Derivative):
        return "unevaluated"
    try:
        return "right" if is_right(case, found) else "wrong"
    except Exception:  # neither the evaluator nor SymPy has a value for it
        return "unevaluated"


def is_right(case, found):
    rng = random.Random()
    for shape in case.shapes:
        values = case.values(rng, shape)
        at, point = values_of_function(case, values), values[case.unknown.name]
        array = np.squeeze(value(found, values))
        if tuple(found.shape[:2]) != case.unknown.shape or array.size != point.size:
            return False
        if order(at, point, array.reshape(point.shape), rng) < 1.9:
            return False
    return True


def values_of_function(case, values):
    return lambda point: case.at(values | {case.unknown.name: point})


def value(expr, values):
    """The value of a gradient on arrays, by the evaluator where it has rules, else by SymPy's explicit matrices."""
    try:
        return evaluate(expr, values, MULTI_PRECISION)
    except Exception:
        return MULTI_PRECISION.array(explicit(expr, values))


def explicit(expr, values):
    expr = expr.subs({N: values["N"], K: values["K"]})
    numbers = {s: Float(str(values[s.name]), DIGITS) for s in expr.free_symbols if not isinstance(s, MatrixSymbol)}
    arrays = {m: values[m.name] for m in expr.atoms(MatrixSymbol)}
    matrices = {m: ImmutableMatrix(*a.shape, [Float(str(x), DIGITS) for x in a.flat]) for m, a in arrays.items()}
    entries = expr.subs(numbers).xreplace(matrices).doit()
    entries = entries.as_explicit().doit() if hasattr(entries, "as_explicit") else entries
    return np.vectorize(lambda x: str(sympy.N(x, DIGITS)), otypes=[object])(np.array(entries.tolist(), dtype=object))


def main():
    warnings.simplefilter("ignore")  # SymPy's own deprecations
    table = Table("", "right", "wrong", "raised", "unevaluated", "longest", "median ms")
    for name, derive in (("spectral-ssl", ours), (f"SymPy {sympy.__version__}", by_sympy)):
        rows = {case.id: outcome(case, derive) for case in TABLE}
        count = Counter(kind for kind, _, _ in rows.values())
        longest = max(length for kind, length, _ in rows.values() if kind == "right")
        milliseconds = 1000 * median(seconds for kind, _, seconds in rows.values() if kind == "right")
        kinds = [str(count[kind]) for kind in ("right", "wrong", "raised", "unevaluated")]
        table.add_row(name, *kinds, str(longest), f"{milliseconds:.2f}")
        if "-v" in sys.argv:
            print(name, *sorted(f"{kind} {case}" for case, (kind, _, _) in rows.items() if kind != "right"), sep="\n  ")
    Console().print(f"{len(TABLE)} functions", table)


if __name__ == "__main__":
    main()
