"""What every result says, as NumPy functions: they compute the sides of its statements, on instances of its hypotheses."""

from itertools import islice

import numpy as np
import pytest
from sympy import MatrixExpr
from sympy.core.function import AppliedUndef

from derivations.export.code.sides import functions
from derivations.language.arithmetic import MULTI_PRECISION
from derivations.language.evaluate import evaluate
from derivations.language.instances import instances
from derivations.language.substitute import substitute
from derivations.proof.trial import SAMPLES
from tests.export.code.written import compiled

WITHOUT = {"spectral-filter", "pencil-trace-bound", "vicreg-hinge-linear-reduction"}
"""Results on functions that they leave open, and on eigenvalues of what they leave open: there is nothing to compute."""


@pytest.fixture(scope="session")
def written(result):
    return functions(result.theorems)


def test_there_are_functions_of_names_of_their_own(written, result):
    assert bool(written) == (result.id not in WITHOUT)
    assert len({f.name for f in written}) == len(written)


def test_they_compute_what_they_say(written, result):
    for function in written:
        closed = tuple(map(_with_a_sample, function.hypotheses))
        drawn = list(islice(instances(closed, function.outputs, 60, f"{result.id} {function.name}"), 2))
        assert drawn, function.name
        for instance in drawn:
            check(function, {s.name: _in_floats(s, instance) for s in instance.table if hasattr(s, "name")})


def check(function, values):
    given = [values[m.name] for m in function.matrices]
    before = [x.copy() for x in given]
    found = compiled(function.source, function.name)(*given, **{h.name: values[h.name] for h in function.hyper})
    found = found if isinstance(found, tuple) else (found,)
    assert len(found) == len(function.outputs)
    scale = 1 + max(abs(x).max(initial=0) for x in given) ** 2  # what is multiplied may cancel
    for expr, value in zip(function.outputs, found, strict=True):
        expected = np.asarray(evaluate(expr, values, MULTI_PRECISION)).astype(float)
        assert isinstance(
            value, np.ndarray if isinstance(expr, MatrixExpr) and expr.shape != (1, 1) else (float, np.ndarray)
        )
        tolerance = {"rtol": 1e-9, "atol": 1e-11 * scale * (1 + abs(expected).max(initial=0))}
        np.testing.assert_allclose(value, expected, **tolerance, err_msg=function.source)
    for x, y in zip(given, before, strict=True):
        np.testing.assert_array_equal(x, y)


def _with_a_sample(hypothesis):
    """A hypothesis on a function that is left open, of a sample of one."""
    open_functions = {f.func for e in hypothesis.expressions() for f in e.atoms(AppliedUndef)}
    return hypothesis.map(lambda e: substitute(e, dict.fromkeys(open_functions, SAMPLES[1])))


def _in_floats(symbol, instance):
    value = instance.table[symbol]
    if isinstance(value, np.ndarray):
        return np.asarray(value, dtype=float).reshape([instance.dimension(d) for d in symbol.shape])
    return int(value) if symbol.is_integer else float(value)
