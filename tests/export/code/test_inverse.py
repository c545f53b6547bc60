"""Inverses and determinants as NumPy code: of the same value, without an inverse, and without forming I + c X'X."""

import numpy as np
import pytest
from sympy import Identity, Inverse, MatAdd, MatMul, MatrixSymbol, Trace, Transpose, log, symbols

from derivations.export.code.imports import imports_of
from derivations.export.code.inverse import shifted_gram
from derivations.export.code.matrix import MatrixCode
from derivations.export.code.module import numpy_module
from derivations.export.code.scalar import ScalarCode
from derivations.language.atoms import SquaredNorm
from derivations.language.determinant import LogDet
from derivations.language.errors import UnsupportedExpression
from derivations.language.evaluate import evaluate
from derivations.language.propositions import Invertible, PositiveDefinite, Symmetric
from derivations.losses.coding_rate import tcr

N, K = symbols("N K", integer=True, positive=True)
x, y = symbols("x y", positive=True)
Z, W, B, S = (
    MatrixSymbol(name, *shape) for name, shape in (("Z", (N, K)), ("W", (N, K)), ("B", (K, K)), ("S", (K, K)))
)
gram = MatAdd(Identity(K), MatMul(x, Transpose(Z), Z))
facts = [Symmetric(S), Invertible(B), PositiveDefinite(S), PositiveDefinite(gram)]
rng = np.random.default_rng(0)
half = rng.normal(size=(3, 3))
VALUES = {
    "Z": rng.normal(size=(5, 3)),
    "W": rng.normal(size=(5, 3)),
    "B": half - half.T + 2 * np.eye(3),  # not symmetric
    "S": half @ half.T + np.eye(3),
    "x": 0.7,
    "y": 1.3,
}


def written(expr):
    """(source of the scalar, of the statements before it, the value of the source)."""
    writer = MatrixCode({x: "x", y: "y", N: "n", K: "k"}, {m: m.name for m in (Z, W, B, S)}, {}, facts)
    total = " + ".join(writer.scalar(expr))
    lines = [line for line, _ in writer.lines]
    scope = VALUES | {"n": 5, "k": 3}
    exec(imports_of("\n".join([*lines, total])), scope)  # noqa: S102
    for line in lines:
        exec(line, scope)  # noqa: S102
    return total, lines, eval(total, scope)  # noqa: S307


CASES = [
    (-y * LogDet(gram) / 2, ["log_det_and_shrunk(Z, x)"]),
    (SquaredNorm(MatMul(y, Z, Inverse(gram))), ["log_det_and_shrunk(Z, x)"]),
    (LogDet(gram) + Trace(MatMul(Transpose(W), Z, Inverse(gram))), ["log_det_and_shrunk(Z, x)"]),
    (SquaredNorm(MatMul(W, Inverse(gram))), ["over(W, plus_diagonal(x * gram, 1))"]),
    (SquaredNorm(MatMul(Z, Inverse(B))), ["over(Z, B)"]),
    (SquaredNorm(MatMul(Z, Inverse(S))), ["over(Z, S)"]),
    (Trace(MatMul(Transpose(W), Z, Inverse(B), Inverse(S))), ["over(solution, S)"]),
    (y * LogDet(S) + LogDet(B), []),
]


@pytest.mark.parametrize(("expr", "expected"), CASES, ids=str)
def test_the_code_has_the_value_of_the_expression(expr, expected):
    total, lines, value = written(expr)
    assert value == pytest.approx(evaluate(expr, VALUES), rel=1e-12)
    source = "\n".join([*lines, total])
    assert all(part in source for part in expected)
    assert "inv(" not in source
    assert source.count("log_det_and_shrunk") == (1 if "log_det_and_shrunk(Z, x)" in expected else 0)


def test_an_inverse_that_nothing_is_multiplied_by_is_refused():
    with pytest.raises(UnsupportedExpression, match="Inverse"):
        written(SquaredNorm(MatMul(Inverse(B), S)))


def test_what_is_an_identity_and_a_gram_matrix():
    assert shifted_gram(gram) == (x, Z)
    assert shifted_gram(MatAdd(Identity(K), MatMul(Transpose(Z), Z))) == (1, Z)
    for other in (
        S,
        MatAdd(Identity(K), S),
        MatAdd(Identity(K), MatMul(x, Transpose(Z), W)),
        MatAdd(S, MatMul(x, Transpose(Z), Z)),
        MatAdd(Identity(K), MatMul(x, Transpose(Z), Z), S),
    ):
        assert shifted_gram(other) is None


def test_the_module_of_the_coding_rate():
    source = numpy_module(tcr.implementation)
    assert source.count("log_det_and_shrunk(Z, c)") == 1
    assert "bottom_definite_generalised_eigenpairs(X, A, n_components)  # (q,), (D, q)" in source
    assert 'A = symmetric(A, name="A")' in source
    assert "positive_part(1 / (2 * gamma * eigenvalues) - 1 / c, scale=1 / c)" in source
    assert "np.eye" not in source


def test_a_logarithm_near_one():
    code = ScalarCode({x: "x", y: "y"})
    assert code(log(1 + x * y)) == "np.log1p(x * y)"
    assert code(log(2 + x)) == "np.log(x + 2)"
