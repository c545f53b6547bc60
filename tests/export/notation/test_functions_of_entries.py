"""Functions of every entry of a matrix are written as those of the matrix, in both forms."""

import pytest
from sympy import (
    Abs,
    Heaviside,
    Lambda,
    MatrixSymbol,
    Max,
    OneMatrix,
    Symbol,
    Trace,
    erf,
    exp,
    log,
    sign,
    symbols,
    tanh,
)

from derivations.export.notation.latex import latex
from derivations.export.text import show
from derivations.language.blocks import IdentityColumns

N, K = symbols("N K", integer=True, positive=True)
Z, x = MatrixSymbol("Z", N, K), Symbol("x", real=True)
M = OneMatrix(N, K) - Z


@pytest.mark.parametrize(
    ("function", "text", "source"),
    [
        (Max(0, x), "(1 1' - Z)_+", r"(\mathbf{1} \mathbf{1}^{\top} - Z)_{+}"),
        (Abs(x), "|1 1' - Z|", r"\lvert{\mathbf{1} \mathbf{1}^{\top} - Z}\rvert"),
        (Heaviside(x), "step(1 1' - Z)", r"\operatorname{step}(\mathbf{1} \mathbf{1}^{\top} - Z)"),
        (sign(x), "sign(1 1' - Z)", r"\operatorname{sign}(\mathbf{1} \mathbf{1}^{\top} - Z)"),
        (tanh(x) ** 2, "tanh(1 1' - Z)^2", r"\operatorname{tanh}(\mathbf{1} \mathbf{1}^{\top} - Z)^{2}"),
        (erf(x), "erf(1 1' - Z)", r"\operatorname{erf}(\mathbf{1} \mathbf{1}^{\top} - Z)"),
        (log(1 + exp(x)), "log(1 + e^(1 1' - Z))", r"\log(1 + e^{\mathbf{1} \mathbf{1}^{\top} - Z})"),
        (1 / (1 + x**2), "1/(1 + (1 1' - Z)^2)", r"\frac{1}{1 + (\mathbf{1} \mathbf{1}^{\top} - Z)^{2}}"),
    ],
)
def test_a_function_of_every_entry(function, text, source):
    each = M.applyfunc(Lambda(x, function))
    assert show(each) == text
    assert latex(each) == source
    assert show(Trace(each.T * Z)).endswith("Z)")


def test_a_unit_vector_is_counted_as_the_entries_are():
    assert show(Z[0, 0]) == "Z_11"
    assert show(IdentityColumns(N, 0)) == "e_1"
    assert latex(IdentityColumns(N, 1)) == "e_{2}"
