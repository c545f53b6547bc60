"""How the nodes of SymPy's matrix language are written, as text and as LaTeX."""

import pytest
from sympy import (
    Adjoint,
    Determinant,
    DotProduct,
    HadamardPower,
    ImmutableMatrix,
    Inverse,
    KroneckerProduct,
    MatrixSymbol,
    Rational,
    Symbol,
    Trace,
    log,
    sin,
    symbols,
)

from derivations.export.notation.latex import latex
from derivations.export.text import show
from derivations.language.blocks import BlockInner

n, m = symbols("n m", integer=True, positive=True)
A, B, x = MatrixSymbol("A", n, n), MatrixSymbol("B", m, m), MatrixSymbol("x", n, 1)
Q, p = MatrixSymbol("Q", n * m, n * m), Symbol("p", positive=True)
WRITTEN = [
    (log(Determinant(A.T * A)), "log(det(A' A))", r"\log(\operatorname{det}(A^{\top} A))"),
    (Inverse(A.T), "A'^(-1)", r"A^{-\top}"),
    (KroneckerProduct(A, 2 * B), "A (x) (2 B)", r"A \otimes (2 B)"),
    (HadamardPower(A, 3), "A^(o 3)", r"A^{\circ 3}"),
    (HadamardPower(A + A.T, Rational(-1, 2)), "(A + A')^(o -1/2)", r"(A + A^{\top})^{\circ -1/2}"),
    (HadamardPower(A, p - 1), "A^(o (p - 1))", r"A^{\circ (p - 1)}"),
    (DotProduct(x, x), "x' x", r"x^{\top} x"),
    (Adjoint(A), "A'", r"A^{\top}"),
    (ImmutableMatrix([[1, 2], [3, 4]]), "[1, 2; 3, 4]", r"\begin{bmatrix}1&2\\3&4\end{bmatrix}"),
    (sin(Trace(A)), "sin(tr(A))", r"\operatorname{sin}(\operatorname{tr}(A))"),
    (BlockInner(Q, B), "<Q, B>_blocks", r"\langle Q, B \rangle_{\square}"),
]


@pytest.mark.parametrize(("expr", "text", "formula"), WRITTEN, ids=[text for _, text, _ in WRITTEN])
def test_how_it_is_written(expr, text, formula):
    assert show(expr) == text
    assert latex(expr) == formula
