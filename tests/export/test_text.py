"""The terminal form: formulas, and statements with their proofs."""

import pytest
from sympy import (
    DiagMatrix,
    DiagonalMatrix,
    Identity,
    Integer,
    Integral,
    KroneckerDelta,
    Lambda,
    MatMul,
    MatrixSymbol,
    Max,
    Min,
    OneMatrix,
    Sum,
    Symbol,
    Trace,
    Transpose,
    sqrt,
    symbols,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.catalogue import results
from derivations.export.text import describe, show
from derivations.language.atoms import Centring, Eigenvalues, Laplacian, Leading, LogSumExp, Named, SquaredNorm
from derivations.language.errors import UnsupportedExpression
from derivations.language.norms import RowNorms

N, K = symbols("N K", integer=True, positive=True)
alpha = Symbol("alpha", positive=True)
gamma = Symbol("gamma", nonnegative=True)
i, j, k = symbols("i j k", integer=True, nonnegative=True)
m, a = symbols("m a", real=True)
q = Min(K, N - 1)
Z, R, P = MatrixSymbol("Z", N, K), MatrixSymbol("R", K, q), MatrixSymbol("P", N, q)
G, values = MatrixSymbol("G", N, N), MatrixSymbol("lambda", q, 1)
H, L = Centring(N), Laplacian(G)
C = Named("C", MatMul(1 / N, Transpose(Z), H, Z))
filtered = ElementwiseApplyFunction(Lambda(a, sqrt(Max(0, 1 - gamma * a / alpha))), values)

FORMULAS = [
    (Trace(MatMul(Transpose(Z), L, Z)), "tr(Z' L Z)"),
    (MatMul(1 / N, Transpose(Z), H, Z), "Z' H Z/N"),
    (2 * gamma * Trace(MatMul(1 / N, Transpose(Z), L, Z)), "(2 gamma/N) tr(Z' L Z)"),
    (alpha * SquaredNorm(-Identity(K) + C), "alpha |C - I|^2"),
    (DiagonalMatrix(C), "Diag(C)"),
    (MatMul(1 / N, OneMatrix(N, N)), "1 1'/N"),
    (1 - gamma * m / alpha, "1 - gamma m/alpha"),
    (Max(0, 1 - gamma * m / alpha) ** 2, "(1 - gamma m/alpha)_+^2"),
    (MatMul(sqrt(N), P, DiagMatrix(filtered), Transpose(R)), "sqrt(N) P diag((1 - gamma lambda_k/alpha)_+^(1/2)) R'"),
    (Sum(values[k, 0], (k, 0, q - 1)), "sum_k lambda_k"),
    (Sum(values[k, 0], (k, 0, 2)), "sum_(k=1..3) lambda_k"),
    (Sum(alpha, (k, 0, K - 1)), "sum_(k=1..K) alpha"),
    (Sum((1 - KroneckerDelta(j, k)) * C[j, k] ** 2, (j, 0, K - 1), (k, 0, K - 1)), "sum_(j != k) C_jk^2"),
    (Sum(k * values[k, 0], (k, 0, q - 1)), "sum_k (k - 1) lambda_k"),
    (values[k + 1, 0], "lambda_(k + 1)"),
    (MatrixElement(Eigenvalues(C, q), k, Integer(0)), "sigma_k(C)"),
    (Leading(K, q), "I_(K x min(K, N - 1))"),
    (MatrixSymbol("Z^*", N, K).T, "Z*'"),
    (-m + alpha, "alpha - m"),
    (LogSumExp(G, OneMatrix(N, N) - Identity(N)), "LSE_(1 1' - I)(G)"),
    (MatrixElement(LogSumExp(G, L), i, Integer(0)), "LSE_L(G)_i"),
    (Leading(K + N, N), "I_((K + N) x N)"),
    (MatMul(2, Identity(K) + Identity(K), DiagonalMatrix(-Identity(K) + C)), "4 Diag(C - I)"),
    (RowNorms(Z), "(|z_k|)_k"),
    (Trace(MatMul(OneMatrix(1, N), RowNorms(Z))), "sum_k |z_k|"),
    (Max(0, m), "m_+"),
    (Max(0, Symbol("a_2")), "(a_2)_+"),
    (sqrt(N / K), "sqrt(N/K)"),
    (alpha * m + 1, "1 + alpha m"),
    (Trace(G) ** 2, "(tr G)^2"),
]


@pytest.mark.parametrize(("expr", "wanted"), FORMULAS, ids=[w for _, w in FORMULAS])
def test_a_formula_is_written_as_by_hand(expr, wanted):
    assert show(expr) == wanted


def test_an_unknown_node_is_named():
    with pytest.raises(UnsupportedExpression, match=r"Integral\(m"):
        show(alpha + Integral(m, m))


def test_the_optimum_reads_as_it_should():
    text = describe(results()["vicreg-optimum"])
    for line in (
        "s_k = (1 - gamma lambda_k/alpha)_+",
        "f(Z) = alpha |C - I|^2 + (2 gamma/N) tr(Z' L Z)",
        "Z* = sqrt(N) P diag(s_k^(1/2)) R'",
        "f* <= f(Z)",
        "f(Z*) = f*",
    ):
        assert line in text
