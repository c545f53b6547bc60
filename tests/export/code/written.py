"""Running the functions that `numpy_function` writes, and comparing them with the evaluator."""

from types import ModuleType

import numpy as np
from sympy import MatrixExpr, MatrixSymbol

from derivations.export.code.function import imports_of, numpy_function
from derivations.language.arithmetic import MULTI_PRECISION
from derivations.language.evaluate import evaluate


def compiled(source, name="f"):
    """The function of a source, in a module of its own."""
    module = ModuleType("written")
    exec(compile(f"{imports_of(source)}\n\n{source}", "written", "exec"), module.__dict__)  # noqa: S102
    return getattr(module, name)


def arguments_of(expressions):
    """The matrix symbols and the scalar ones that are no dimensions, in the order of their names."""
    matrices = sorted(set().union(*(e.atoms(MatrixSymbol) for e in expressions)), key=str)
    dimensions = set().union(*(d.free_symbols for m in matrices for d in m.shape))
    free = set().union(*(e.free_symbols for e in expressions))
    return matrices, sorted((s for s in free if s not in dimensions and not s.is_Matrix), key=str)


def check_written(expressions, values, facts=(), **options):
    """Write, run and compare; the source. `values` are arrays by the name of the symbol, and numbers."""
    matrices, hyper = arguments_of(expressions)
    source = numpy_function("f", matrices, expressions, hyper=hyper, facts=facts, **options)
    compare(compiled(source), expressions, matrices, hyper, values)
    return source


def compare(function, expressions, matrices, hyper, values):
    given = [np.array(values[m.name]) for m in matrices]
    found = function(*given, **{h.name: values[h.name] for h in hyper})
    found = found if isinstance(found, tuple) else (found,)
    assert len(found) == len(expressions)
    for number, (expr, value) in enumerate(zip(expressions, found, strict=True)):
        expected = _evaluated(expr, values)
        first = number == 0 and getattr(expr, "shape", None) == (1, 1)
        if isinstance(expr, MatrixExpr) and not first:
            assert value.shape == expected.shape
            assert value.dtype == np.float64
            assert not any(np.shares_memory(value, m) for m in given)
        else:
            assert type(value) is float
        np.testing.assert_allclose(value, np.squeeze(expected) if first else expected, rtol=1e-10,
                                   atol=1e-11 * (1 + np.abs(expected).max(initial=0)))  # fmt: skip
    for m, array in zip(matrices, given, strict=True):
        np.testing.assert_array_equal(array, values[m.name])


def _evaluated(expr, values):
    """In 50 digits: in float64 exponentials would over- or underflow on the way."""
    return np.asarray(evaluate(expr, values, MULTI_PRECISION)).astype(float)
