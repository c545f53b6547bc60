"""The Matrix Cookbook, sections 2.1 and 2.2: determinants and inverses."""

import numpy as np
from sympy import (
    Determinant,
    HadamardProduct,
    Inverse,
    Trace,
    Transpose,
    log,
    sqrt,
)

from derivations.language.propositions import Symmetric
from tests.calculus.cookbook import arrays as by_hand
from tests.calculus.cookbook.arrays import det, inv
from tests.calculus.cookbook.case import Case, tall, wide
from tests.calculus.cookbook.notation import (
    I_K,
    A,
    B,
    I,
    S,
    W,
    X,
    Z,
    a,
    b,
    gram,
    n,
    u,
)

DETERMINANTS = [
    Case("49-determinant", Determinant(X), X, lambda X: det(X), Determinant(X) * X.I.T),
    Case("51-product", Determinant(A * X * B), X, lambda A, X, B: det(A @ X @ B), Determinant(A * X * B) * X.I.T),
    Case(
        "thin-factors",
        Determinant(Z.T * X * W),
        X,
        lambda Z, X, W: det(Z.T @ X @ W),
        Determinant(Z.T * X * W) * Z * Inverse(W.T * X.T * Z) * W.T,
        where=tall,
    ),
    Case(
        "53-symmetric-form",
        Determinant(Z.T * S * Z),
        Z,
        lambda Z, S: det(Z.T @ S @ Z),
        2 * Determinant(Z.T * S * Z) * S * Z * Inverse(Z.T * S * Z),
        facts=(Symmetric(S),),
        where=tall,
    ),
    Case(
        "54-form",
        Determinant(Z.T * X * Z),
        Z,
        lambda Z, X: det(Z.T @ X @ Z),
        Determinant(Z.T * X * Z) * (X * Z * Inverse(Z.T * X * Z) + X.T * Z * Inverse(Z.T * X.T * Z)),
        where=tall,
    ),
    Case(
        "55-log-gram",
        log(Determinant(gram)),
        Z,
        lambda Z: by_hand.log(det(Z.T @ Z)),
        2 * Z * Inverse(gram),
        where=tall,
    ),
    Case(
        "log-outer",
        log(Determinant(Z * Z.T)),
        Z,
        lambda Z: by_hand.log(det(Z @ Z.T)),
        2 * Inverse(Z * Z.T) * Z,
        where=wide,
    ),
    Case("57-log", log(Determinant(X)), X, lambda X: by_hand.log(det(X)), X.I.T),
    Case("58-of-a-power", Determinant(X**3), X, lambda X: det(X @ X @ X), 3 * Determinant(X**3) * X.I.T),
    Case(
        "58-symbolic-power",
        Determinant(X**n),
        X,
        lambda X, n: det(np.linalg.matrix_power(X, n)),
        n * Determinant(X**n) * X.I.T,
    ),
    Case("62-of-the-inverse", Determinant(X.I), X, lambda X: 1 / det(X), -Determinant(X.I) * X.I.T),
    Case("root", sqrt(Determinant(X)), X, lambda X: by_hand.sqrt(det(X)), sqrt(Determinant(X)) / 2 * X.I.T),
    Case(
        "log-regularised",
        log(Determinant(I_K + gram)),
        Z,
        lambda Z: by_hand.log(det(by_hand.eye(Z.shape[1]) + Z.T @ Z)),
        2 * Z * Inverse(I_K + gram),
    ),
    Case(
        "trace-against-determinant",
        Trace(X) ** 2 / Determinant(X),
        X,
        lambda X: np.trace(X) ** 2 / det(X),
        2 * Trace(X) / Determinant(X) * I - Trace(X) ** 2 / Determinant(X) * X.I.T,
    ),
    Case(
        "of-a-product-with-itself",
        Determinant(X * A * X),
        X,
        lambda X, A: det(X @ A @ X),
        2 * Determinant(X * A * X) * X.I.T,
    ),
    Case(
        "of-a-sum",
        log(Determinant(2 * I + X * S * X.T)),
        X,
        lambda X, S: by_hand.log(det(2 * by_hand.eye(len(X)) + X @ S @ X.T)),
        2 * Inverse(2 * I + X * S * X.T) * X * S,
        facts=(Symmetric(S),),
    ),
]

INVERSES = [
    Case("61-bilinear", (a.T * X.I * b)[0, 0], X, lambda a, X, b: a.T @ inv(X) @ b, -X.I.T * a * b.T * X.I.T),
    Case(
        "63-trace",
        Trace(A * X.I * B),
        X,
        lambda A, X, B: np.trace(A @ inv(X) @ B),
        -X.I.T * A.T * B.T * X.I.T,
    ),
    Case(
        "64-of-a-sum",
        Trace(Inverse(X + S)),
        X,
        lambda X, S: np.trace(inv(X + S)),
        -Transpose(Inverse(X + S) * Inverse(X + S)),
    ),
    Case(
        "of-a-product",
        Trace(Inverse(X * S)),
        X,
        lambda X, S: np.trace(inv(X @ S)),
        -X.I.T * S.I * X.I.T,
        (Symmetric(S),),
    ),
    Case(
        "second-inverse-power",
        Trace(X**-2),
        X,
        lambda X: np.trace(inv(X) @ inv(X)),
        -2 * Transpose(X**-3),
    ),
    Case(
        "124-inverse-gram",
        Trace(Inverse(gram)),
        Z,
        lambda Z: np.trace(inv(Z.T @ Z)),
        -2 * Z * Inverse(gram) ** 2,
        where=tall,
    ),
    Case(
        "125-ratio",
        Trace(Inverse(Z.T * S * Z) * Z.T * A * Z),
        Z,
        lambda Z, S, A: np.trace(inv(Z.T @ S @ Z) @ Z.T @ A @ Z),
        -S * Z * Inverse(Z.T * S * Z) * Z.T * (A + A.T) * Z * Inverse(Z.T * S * Z)
        + (A + A.T) * Z * Inverse(Z.T * S * Z),
        facts=(Symmetric(S),),
        where=tall,
    ),
    Case(
        "projector",
        Trace(A * Z * Inverse(gram) * Z.T),
        Z,
        lambda A, Z: np.trace(A @ Z @ inv(Z.T @ Z) @ Z.T),
        (A + A.T - Z * Inverse(gram) * Z.T * (A + A.T)) * Z * Inverse(gram),
        where=tall,
    ),
    Case(
        "resolvent-form",
        Trace(u.T * Inverse(I_K + gram) * u),
        Z,
        lambda u, Z: u.T @ inv(by_hand.eye(len(u)) + Z.T @ Z) @ u,
        -2 * Z * Inverse(I_K + gram) * u * u.T * Inverse(I_K + gram),
    ),
    Case(
        "entrywise-product-inside",
        Trace(A * Inverse(HadamardProduct(X, S))),
        X,
        lambda A, X, S: np.trace(A @ inv(X * S)),
        -HadamardProduct(Transpose(Inverse(HadamardProduct(X, S)) * A * Inverse(HadamardProduct(X, S))), S),
    ),
]

TABLE = DETERMINANTS + INVERSES
