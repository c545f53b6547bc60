"""Likelihoods, functions of covariances, factorisations, and losses as papers write them."""

import numpy as np
from sympy import (
    Abs,
    Determinant,
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    HadamardPower,
    HadamardProduct,
    Inverse,
    Max,
    Rational,
    Trace,
    exp,
    log,
    sign,
    sqrt,
)

from derivations.language.propositions import Symmetric
from tests.calculus.cookbook import arrays as by_hand
from tests.calculus.cookbook.arrays import det, inv
from tests.calculus.cookbook.case import Case
from tests.calculus.cookbook.notation import (
    I_K,
    A,
    B,
    H,
    N,
    P,
    S,
    T,
    W,
    X,
    Z,
    a,
    b,
    column,
    each,
    gram,
    p,
    row,
    squared_norm,
    tau,
    total,
    u,
    x,
    y,
)

covariance = Z.T * H * Z / N
half = Rational(1, 2)
unit_rows = DiagMatrix(HadamardPower(DiagonalOf(Z * Z.T), -half)) * Z
cosines = unit_rows * unit_rows.T / tau
TABLE = [
    Case(
        "gaussian-likelihood",
        log(Determinant(X)) + Trace(X.I * S),
        X,
        lambda X, S: by_hand.log(det(X)) + np.trace(inv(X) @ S),
        X.I.T - X.I.T * S * X.I.T,
        facts=(Symmetric(S),),
    ),
    Case(
        "precision-likelihood",
        Trace(X * S) - log(Determinant(X)),
        X,
        lambda X, S: np.trace(X @ S) - by_hand.log(det(X)),
        S - X.I.T,
        facts=(Symmetric(S),),
    ),
    Case(
        "mahalanobis",
        sqrt(((x - a).T * S.I * (x - a))[0, 0]),
        x,
        lambda x, a, S: by_hand.sqrt((x - a).T @ inv(S) @ (x - a)),
        1 / sqrt(Trace((x - a).T * S.I * (x - a))) * S.I * (x - a),
        facts=(Symmetric(S),),
    ),
    Case(
        "divergence-of-gaussians",
        half * (Trace(S.I * X) - log(Determinant(X)) + log(Determinant(S)) - N),
        X,
        lambda S, X: (np.trace(inv(S) @ X) - by_hand.log(det(X)) + by_hand.log(det(S)) - len(X)) / 2,
        half * (S.I - X.I.T),
        facts=(Symmetric(S),),
    ),
    Case(
        "covariance-towards-identity",
        squared_norm(covariance - I_K),
        Z,
        lambda Z: ((by_hand.centred(Z).T @ by_hand.centred(Z) / len(Z) - by_hand.eye(Z.shape[1])) ** 2).sum(),
        4 / N * H * Z * (covariance - I_K),
        longer=1.1,
    ),
    Case(
        "log-determinant-of-the-covariance",
        log(Determinant(I_K + covariance)),
        Z,
        lambda Z: by_hand.log(det(by_hand.eye(Z.shape[1]) + by_hand.centred(Z).T @ by_hand.centred(Z) / len(Z))),
        2 / N * H * Z * Inverse(I_K + covariance),
        longer=1.2,
    ),
    Case(
        "variance-hinge",
        total(each(Max(0, 1 - sqrt(y)), DiagonalOf(gram))),
        Z,
        lambda Z: np.maximum(0, 1 - by_hand.sqrt((Z**2).sum(axis=0))).sum(),
        away=lambda Z: 1 - by_hand.sqrt((Z**2).sum(axis=0)),
    ),
    Case(
        "off-diagonal",
        squared_norm(gram - DiagonalMatrix(gram)),
        Z,
        lambda Z: ((Z.T @ Z - np.diag(np.diag(Z.T @ Z))) ** 2).sum(),
        4 * Z * (gram - DiagonalMatrix(gram)),
    ),
    Case(
        "spectral-contrastive",
        squared_norm(gram) - 2 * Trace(Z.T * S * Z),
        Z,
        lambda Z, S: ((Z.T @ Z) ** 2).sum() - 2 * (Z * (S @ Z)).sum(),
        4 * (Z * Z.T - S) * Z,
        facts=(Symmetric(S),),
    ),
    Case(
        "cross-correlation",
        squared_norm(W.T * Z / N - I_K),
        Z,
        lambda W, Z: ((W.T @ Z / len(Z) - by_hand.eye(Z.shape[1])) ** 2).sum(),
        2 / N * W * (W.T * Z / N - I_K),
    ),
    Case(
        "factorisation",
        squared_norm(A - Z * W.T),
        Z,
        lambda A, Z, W: ((A - Z @ W.T) ** 2).sum(),
        -2 * (A - Z * W.T) * W,
    ),
    Case(
        "poisson-factorisation",
        total(P * T.applyfunc(Abs) * P.T) - Trace(A.T * each(log(y), P * T.applyfunc(Abs) * P.T)),
        P,
        lambda P, T, A: (P @ abs(T) @ P.T - A * by_hand.log(P @ abs(T) @ P.T)).sum(),
    ),
    Case(
        "masked-factorisation",
        squared_norm(HadamardProduct(B, A - Z * W.T)),
        Z,
        lambda B, A, Z, W: ((B * (A - Z @ W.T)) ** 2).sum(),
        -2 * HadamardProduct(B, B, A - Z * W.T) * W,
    ),
    Case(
        "ridge",
        squared_norm(Z * u - b) / N + tau * squared_norm(u),
        u,
        lambda Z, u, b, tau: ((Z @ u - b) ** 2).sum() / len(Z) + tau * (u**2).sum(),
        2 / N * Z.T * (Z * u - b) + 2 * tau * u,
    ),
    Case(
        "lasso",
        half * squared_norm(Z * u - b) + tau * total(u.applyfunc(Abs)),
        u,
        lambda Z, u, b, tau: ((Z @ u - b) ** 2).sum() / 2 + tau * abs(u).sum(),
        Z.T * (Z * u - b) + tau * each(sign(y), u),
    ),
    Case(
        "independence-criterion",
        Trace(Z * Z.T * H * S * H),
        Z,
        lambda Z, S: ((S @ by_hand.centred(Z)) * by_hand.centred(Z)).sum(),
        2 * H * S * H * Z,
        facts=(Symmetric(S),),
        longer=1.3,
    ),
    Case(
        "unit-rows",
        Trace(W.T * unit_rows),
        Z,
        lambda W, Z: (W * by_hand.unit_rows(Z)).sum(),
    ),
    Case(
        "contrastive",
        total(each(log(y), each(exp(y), cosines) * column)) - Trace(A * cosines),
        Z,
        lambda Z, A, tau: (
            by_hand.log(by_hand.exp(by_hand.unit_rows(Z) @ by_hand.unit_rows(Z).T / tau).sum(axis=1)).sum()
            - np.trace(A @ by_hand.unit_rows(Z) @ by_hand.unit_rows(Z).T) / tau
        ),
    ),
    Case(
        "entropy-of-weights",
        -Trace(p.T * each(log(y), p)) / Trace(row * p) + log(Trace(row * p)),
        p,
        lambda p: -((p / p.sum()) * by_hand.log(p / p.sum())).sum(),
    ),
    Case(
        "sinkhorn-like",
        total(HadamardProduct(A, DiagMatrix(p) * each(exp(y), A) * DiagMatrix(p))),
        p,
        lambda A, p: (A * (p * by_hand.exp(A) * p.T)).sum(),
        HadamardProduct(A, each(exp(y), A)) * p + HadamardProduct(A, each(exp(y), A)).T * p,
        longer=1.3,
    ),
    Case(
        "matrix-normal",
        Trace(S.I * (Z - W) * T.I * (Z - W).T),
        Z,
        lambda S, Z, W, T: np.trace(inv(S) @ (Z - W) @ inv(T) @ (Z - W).T),
        2 * S.I * (Z - W) * T.I,
        facts=(Symmetric(S), Symmetric(T)),
    ),
    Case(
        "whitened",
        Trace(W.T * Z * Inverse(I_K + gram) * Z.T * W),
        Z,
        lambda W, Z: np.trace(W.T @ Z @ inv(by_hand.eye(Z.shape[1]) + Z.T @ Z) @ Z.T @ W),
    ),
]
