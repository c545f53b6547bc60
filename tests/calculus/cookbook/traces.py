"""The Matrix Cookbook, sections 2.4 and 2.5: traces and norms."""

import numpy as np
from sympy import (
    Adjoint,
    DiagMatrix,
    DiagonalOf,
    DotProduct,
    HadamardPower,
    KroneckerProduct,
    MatMul,
    OneMatrix,
    Rational,
    Sum,
    Trace,
    Transpose,
    log,
    sqrt,
)

from tests.calculus.cookbook import arrays as by_hand
from tests.calculus.cookbook.case import Case
from tests.calculus.cookbook.notation import (
    A,
    B,
    D,
    I,
    K,
    N,
    W,
    X,
    Z,
    a,
    b,
    column,
    gram,
    i,
    n,
    row,
    tau,
    u,
    x,
)

TRACES = [
    Case("99-trace", Trace(X), X, lambda X: np.trace(X), I),
    Case("100-product", Trace(X * A), X, lambda X, A: np.trace(X @ A), A.T),
    Case("101-between", Trace(Z.T * X * W), X, lambda Z, X, W: np.trace(Z.T @ X @ W), Z * W.T),
    Case("102-transposed", Trace(Z.T * X.T * W), X, lambda Z, X, W: np.trace(Z.T @ X.T @ W), W * Z.T),
    Case("103-other-shape", Trace(Z.T * W), Z, lambda Z, W: np.trace(Z.T @ W), W),
    Case("two-traces", Trace(X * A) + Trace(X.T * B), X, lambda X, A, B: np.trace(X @ A) + np.trace(X.T @ B), A.T + B),
    Case("105-kronecker", Trace(KroneckerProduct(A, X)), X, lambda A, X: np.trace(np.kron(A, X)), Trace(A) * I),
    Case("106-square", Trace(X**2), X, lambda X: np.trace(X @ X), 2 * X.T),
    Case("107-weighted-square", Trace(X**2 * A), X, lambda X, A: np.trace(X @ X @ A), A.T * X.T + X.T * A.T),
    Case("108-form", Trace(Z.T * A * Z), Z, lambda Z, A: np.trace(Z.T @ A @ Z), (A + A.T) * Z),
    Case("111-other-form", Trace(Z * D * Z.T), Z, lambda Z, D: np.trace(Z @ D @ Z.T), Z * (D.T + D)),
    Case(
        "114-twice", Trace(A * X * B * X), X, lambda A, X, B: np.trace(A @ X @ B @ X), A.T * X.T * B.T + B.T * X.T * A.T
    ),
    Case(
        "117-both-sides",
        Trace(Z.T * A * Z * D),
        Z,
        lambda Z, A, D: np.trace(Z.T @ A @ Z @ D),
        A * Z * D + A.T * Z * D.T,
    ),
    Case(
        "119-squared-residual",
        Trace((A * Z * D + W) * (A * Z * D + W).T),
        Z,
        lambda A, Z, D, W: ((A @ Z @ D + W) ** 2).sum(),
        2 * A.T * (A * Z * D + W) * D.T,
    ),
    Case("120-kronecker-square", Trace(KroneckerProduct(X, X)), X, lambda X: np.trace(np.kron(X, X)), 2 * Trace(X) * I),
    Case("121-fourth-power", Trace(X**4), X, lambda X: np.trace(np.linalg.matrix_power(X, 4)), 4 * X.T**3),
    Case("121-symbolic-power", Trace(X**n), X, lambda X, n: np.trace(np.linalg.matrix_power(X, n)), n * X.T ** (n - 1)),
    Case(
        "122-weighted-power",
        Trace(A * X**3),
        X,
        lambda A, X: np.trace(A @ np.linalg.matrix_power(X, 3)),
        X.T**2 * A.T + X.T * A.T * X.T + A.T * X.T**2,
    ),
    Case(
        "123-quartic",
        Trace(A.T * Z * Z.T * A * Z * Z.T * A),
        Z,
        lambda A, Z: np.trace(A.T @ Z @ Z.T @ A @ Z @ Z.T @ A),
    ),
    Case("gram-squared", Trace(gram**2), Z, lambda Z: ((Z.T @ Z) ** 2).sum(), 4 * Z * Z.T * Z),
    Case(
        "transposed-product",
        Trace(MatMul(Transpose(MatMul(A, X)), B, X)),
        X,
        lambda A, X, B: np.trace((A @ X).T @ B @ X),
        (A.T * B + B.T * A) * X,
    ),
    Case("adjoint", Trace(Adjoint(Z) * A * Z), Z, lambda Z, A: np.trace(Z.T @ A @ Z), (A + A.T) * Z),
    Case("log-of-a-trace", log(Trace(gram)), Z, lambda Z: by_hand.log((Z**2).sum()), 2 / Trace(gram) * Z),
    Case(
        "product-of-traces",
        Trace(A * X) * Trace(B * X),
        X,
        lambda A, X, B: np.trace(A @ X) * np.trace(B @ X),
        Trace(B * X) * A.T + Trace(A * X) * B.T,
    ),
    Case(
        "quotient-of-traces",
        Trace(Z.T * A * Z) / Trace(gram),
        Z,
        lambda Z, A: np.trace(Z.T @ A @ Z) / (Z**2).sum(),
        (A + A.T) * Z / Trace(gram) - 2 * Trace(Z.T * A * Z) / Trace(gram) ** 2 * Z,
    ),
    Case(
        "scaled-by-a-trace",
        Trace(Trace(X) * X * A),
        X,
        lambda X, A: np.trace(X) * np.trace(X @ A),
        Trace(X) * A.T + Trace(X * A) * I,
    ),
    Case(
        "powers-of-a-trace",
        Trace(X) ** 3 - 2 * tau * Trace(X),
        X,
        lambda X, tau: np.trace(X) ** 3 - 2 * tau * np.trace(X),
        (3 * Trace(X) ** 2 - 2 * tau) * I,
    ),
]

# 2.5 norms

NORMS = [
    Case(
        "129-distance",
        sqrt((x - a).T * (x - a))[0, 0],
        x,
        lambda x, a: by_hand.sqrt(((x - a) ** 2).sum()),
        (x - a) / sqrt(Trace((x - a).T * (x - a))),
        longer=1.2,
    ),
    Case(
        "129-residual",
        sqrt(Trace((Z * u - b).T * (Z * u - b))),
        u,
        lambda Z, u, b: by_hand.sqrt(((Z @ u - b) ** 2).sum()),
        Z.T * (Z * u - b) / sqrt(Trace((Z * u - b).T * (Z * u - b))),
    ),
    Case("131-squared-length", DotProduct(x, x), x, lambda x: (x**2).sum(), 2 * x),
    Case("132-squared-frobenius", Trace(Z * Z.T), Z, lambda Z: (Z**2).sum(), 2 * Z),
    Case("frobenius", sqrt(Trace(gram)), Z, lambda Z: by_hand.sqrt((Z**2).sum()), Z / sqrt(Trace(gram))),
    Case(
        "lengths-of-columns",
        Trace(OneMatrix(1, K) * HadamardPower(DiagonalOf(gram), Rational(1, 2))),
        Z,
        lambda Z: by_hand.sqrt((Z**2).sum(axis=0)).sum(),
        Z * DiagMatrix(HadamardPower(DiagonalOf(gram), -Rational(1, 2))),
    ),
    Case(
        "sums-of-columns",
        Trace(row * Z * Z.T * column),
        Z,
        lambda Z: (Z.sum(axis=0) ** 2).sum(),
        2 * OneMatrix(N, N) * Z,
    ),
    Case("sums-of-rows", Trace(DiagMatrix(Z * u) ** 2), Z, lambda Z, u: ((Z @ u) ** 2).sum(), 2 * Z * u * u.T),
    Case("sum-over-indices", Sum(Z[i, 0] ** 2, (i, 0, N - 1)), Z, lambda Z: (Z[:, 0] ** 2).sum()),
]

TABLE = TRACES + NORMS
