"""The Matrix Cookbook, section 2.8 and chapter 10: diagonals, entrywise and Kronecker products, blocks, given numbers."""

import numpy as np
from sympy import (
    BlockMatrix,
    Determinant,
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    HadamardPower,
    HadamardProduct,
    Identity,
    ImmutableMatrix,
    Inverse,
    KroneckerProduct,
    MatrixSymbol,
    Rational,
    Trace,
    log,
)

from derivations.language.propositions import Symmetric
from tests.calculus.cookbook import arrays as by_hand
from tests.calculus.cookbook.arrays import array, det, inv
from tests.calculus.cookbook.case import Case, several
from tests.calculus.cookbook.notation import A, B, D, I, K, N, P, S, V, W, X, Z, a, gram, squared_norm, tau, x

TWO = MatrixSymbol("M", 2, 2)
GIVEN = ImmutableMatrix([[1, 2], [3, 5]])
TABLE = [
    Case(
        "diagonal-of-a-vector",
        Trace(DiagMatrix(x) * A * DiagMatrix(x) * B),
        x,
        lambda x, A, B: x.T @ (A * B.T) @ x,
        HadamardProduct(A, B.T) * x + HadamardProduct(A.T, B) * x,
    ),
    Case(
        "diagonal-part",
        Trace(DiagonalMatrix(X) ** 2 * A),
        X,
        lambda X, A: (np.diag(X) ** 2 * np.diag(A)).sum(),
        2 * DiagonalMatrix(X) * DiagonalMatrix(A),
    ),
    Case("diagonal-as-vector", Trace(a.T * DiagonalOf(X)), X, lambda a, X: (a[:, 0] * np.diag(X)).sum(), DiagMatrix(a)),
    Case(
        "diagonal-form",
        Trace(DiagonalOf(X).T * A * DiagonalOf(X)),
        X,
        lambda A, X: np.diag(X) @ A @ np.diag(X),
        DiagMatrix((A + A.T) * DiagonalOf(X)),
    ),
    Case(
        "diagonal-of-an-inverse",
        Trace(a.T * DiagonalOf(X.I)),
        X,
        lambda a, X: (a[:, 0] * np.diag(inv(X))).sum(),
        -X.I.T * DiagMatrix(a) * X.I.T,
    ),
    Case(
        "entrywise-cube",
        Trace(HadamardProduct(X, X, X)),
        X,
        lambda X: (np.diag(X) ** 3).sum(),
        3 * HadamardProduct(I, X, X),
    ),
    Case(
        "entrywise-products",
        Trace(HadamardProduct(Z, W).T * HadamardProduct(Z, V)),
        Z,
        lambda Z, W, V: (Z * W * Z * V).sum(),
        2 * HadamardProduct(W, Z, V),
    ),
    Case(
        "entrywise-root",
        Trace(V.T * HadamardPower(P, Rational(1, 2))),
        P,
        lambda V, P: (V * by_hand.sqrt(P)).sum(),
        HadamardProduct(V, HadamardPower(P, -Rational(1, 2))) / 2,
    ),
    Case(
        "entrywise-inverse",
        Trace(V.T * HadamardPower(Z, -1)),
        Z,
        lambda V, Z: (V / Z).sum(),
        -HadamardProduct(V, HadamardPower(Z, -2)),
    ),
    Case(
        "entrywise-symbolic-power",
        Trace(V.T * HadamardPower(P, tau)),
        P,
        lambda V, P, tau: (V * P**tau).sum(),
        tau * HadamardProduct(V, HadamardPower(P, tau - 1)),
    ),
    Case(
        "kronecker-in-a-trace",
        Trace(KroneckerProduct(A, B) * KroneckerProduct(X, X.T)),
        X,
        lambda A, B, X: np.trace(A @ X) * np.trace(B @ X.T),
        Trace(B * X.T) * A.T + Trace(A * X) * B,
    ),
    Case(
        "kronecker-of-both",
        Trace(KroneckerProduct(Z, Z).T * KroneckerProduct(Z, W)),
        Z,
        lambda Z, W: (np.kron(Z, Z) * np.kron(Z, W)).sum(),
        2 * Trace(Z.T * W) * Z + Trace(gram) * W,
    ),
    Case(
        "kronecker-and-a-large-constant",
        Trace(MatrixSymbol("L", N * K, N * K) * KroneckerProduct(X, D)),
        X,
        lambda L, X, D: np.trace(L @ np.kron(X, D)),
    ),
    Case(
        "given-numbers",
        Trace(GIVEN * TWO * TWO.T),
        TWO,
        lambda M: np.trace(array([[1, 2], [3, 5]]) @ M @ M.T),
        (GIVEN + GIVEN.T) * TWO,
    ),
    Case(
        "determinant-of-given-size",
        Determinant(TWO + GIVEN),
        TWO,
        lambda M: (M[0, 0] + 1) * (M[1, 1] + 5) - (M[0, 1] + 2) * (M[1, 0] + 3),
        Determinant(TWO + GIVEN) * Inverse(TWO + GIVEN).T,
    ),
    Case(
        "block-square",
        Trace(BlockMatrix([[A, Z], [Z.T, D]]) ** 2),
        Z,
        lambda A, Z, D: (A * A.T).sum() + (D * D.T).sum() + 2 * (Z**2).sum(),
        4 * Z,
    ),
    Case(
        "block-determinant",
        log(Determinant(BlockMatrix([[X, Z], [-Z.T, Identity(K)]]))),
        Z,
        lambda X, Z: by_hand.log(det(X + Z @ Z.T)),
    ),
    Case(
        "block-column",
        Trace(S * BlockMatrix([[Z, W]]) * BlockMatrix([[Z, W]]).T),
        Z,
        lambda S, Z, W: (Z * (S @ Z)).sum() + (W * (S @ W)).sum(),
        2 * S * Z,
        facts=(Symmetric(S),),
    ),
    Case(
        "block-in-several-places",
        Trace(BlockMatrix([[X, A], [X.T, X * B]]) * BlockMatrix([[B, X], [X, A]])),
        X,
        lambda X, A, B: np.trace(np.block([[X, A], [X.T, X @ B]]) @ np.block([[B, X], [X, A]])),
    ),
    Case(
        "some-rows",
        squared_norm(X[:2, :] * Z),
        X,
        lambda X, Z: ((X[:2] @ Z) ** 2).sum(),
        where=several,
    ),
    Case("first-column", squared_norm(Z[:, 0] - x), Z, lambda Z, x: ((Z[:, :1] - x) ** 2).sum()),
    Case(
        "part-of-a-product",
        Trace((X * A * X)[1:3, :2]),
        X,
        lambda X, A: np.trace((X @ A @ X)[1:3, :2]),
        where=lambda n, k: n > 2,
    ),
    Case(
        "corner-of-an-inverse",
        Determinant(X.I[:2, :2]),
        X,
        lambda X: det(inv(X)[:2, :2]),
        where=several,
    ),
]
