"""Functions of numbers in forms that do not overflow."""

import pytest
from sympy import S, exp, log, sqrt, symbols

from derivations.export.code.stable import expit, logaddexp, stable

x, y, z = symbols("x y z", real=True)
tau = symbols("tau", positive=True)
LOGARITHM = logaddexp(0, x)


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (log(1 + exp(x)), LOGARITHM),
        (log(exp(x) + exp(y)), logaddexp(x, y)),
        (log(1 / (1 + exp(x))), -LOGARITHM),
        (exp(x) / (1 + exp(x)), expit(x)),
        (1 / (1 + exp(x)) ** 2, expit(-x) ** 2),
        (exp(x) / (1 + exp(x)) ** 2, expit(x) * expit(-x)),
        (exp(-(x - y) / tau) / (1 + exp(-(x - y) / tau)), expit(-(x - y) / tau)),
        (exp(x) / (exp(x) + exp(y)), expit(x - y)),
        (exp(x + y) / ((1 + exp(x)) * (1 + exp(y))), expit(x) * expit(y)),
        (z * exp(-(z**2)) / (1 + exp(x)), z * exp(-(z**2)) * expit(-x)),
        (1 / (exp(x) + exp(y)), exp(-logaddexp(x, y))),
        (exp(2 * x) / (1 + exp(x)), exp(2 * x - LOGARITHM)),
        (1 / sqrt(1 + exp(x)), exp(-LOGARITHM / 2)),
        ((2 * exp(x) + exp(y)) / (exp(x) + exp(y)), 2 * expit(x - y) + expit(y - x)),
        (
            z * (exp(x) - exp(-x)) ** 2 / (exp(x) + exp(-x)) ** 2,
            z * (expit(2 * x) ** 2 - 2 * expit(2 * x) * expit(-2 * x) + expit(-2 * x) ** 2),
        ),
        (
            (exp(x) - 1) ** 2 * (1 + exp(y)) / (1 + exp(x)) ** 2,
            (1 + exp(y)) * (expit(x) ** 2 - 2 * expit(x) * expit(-x) + expit(-x) ** 2),
        ),
        (
            (exp(x) - 1) * (2 * exp(x) + 1) / (1 + exp(x)) ** 2,
            2 * expit(x) ** 2 - expit(x) * expit(-x) - expit(-x) ** 2,
        ),
        (1 / ((1 + exp(x)) * (1 + exp(x) + exp(y))), expit(-x) / (1 + exp(x) + exp(y))),
        ((1 + exp(x)) ** 2, (1 + exp(x)) ** 2),
        (1 / (2 + exp(x)), 1 / (2 + exp(x))),
        (S(3) * x, 3 * x),
    ],
    ids=str,
)
def test_how_it_is_written(expr, expected):
    assert stable(expr) == expected
