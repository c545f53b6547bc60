"""The Matrix Cookbook, section 2.3: linear and quadratic forms, of matrices and vectors."""

import numpy as np
from sympy import (
    DotProduct,
    Integer,
    OneMatrix,
    Trace,
    ZeroMatrix,
    log,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.propositions import Symmetric
from tests.calculus.cookbook import arrays as by_hand
from tests.calculus.cookbook.case import Case, several
from tests.calculus.cookbook.notation import (
    A,
    B,
    C,
    K,
    N,
    S,
    X,
    Z,
    a,
    b,
    c,
    column,
    i,
    j,
    r,
    row,
    t,
    u,
    x,
)

TABLE = [
    Case("69-inner-product", (x.T * a)[0, 0], x, lambda x, a: x.T @ a, a),
    Case("69-dot-product", DotProduct(x, a), x, lambda x, a: x.T @ a, a),
    Case("dot-product-squared", DotProduct(x, a) ** 2, x, lambda x, a: (x.T @ a) ** 2, 2 * Trace(a.T * x) * a),
    Case("70-bilinear", (a.T * X * b)[0, 0], X, lambda a, X, b: a.T @ X @ b, a * b.T),
    Case("71-transposed", (a.T * X.T * b)[0, 0], X, lambda a, X, b: a.T @ X.T @ b, b * a.T),
    Case("72-same-vectors", a.T * X * a, X, lambda a, X: a.T @ X @ a, a * a.T),
    Case("73-entry", X[0, 1], X, lambda X: X[0, 1], where=several),
    Case("73-symbolic-entry", X[i, j] ** 2, X, lambda X, i, j: X[i, j] ** 2, where=several),
    Case(
        "entry-of-a-product",
        MatrixElement(X * A * X.T, 0, 1),
        X,
        lambda X, A: (X @ A @ X.T)[0, 1],
        where=several,
    ),
    Case(
        "76-square-of-the-sum",
        Trace(row * X * column) ** 2,
        X,
        lambda X: X.sum() ** 2,
        2 * Trace(row * X * column) * OneMatrix(N, N),
    ),
    Case("77-gram-form", (u.T * Z.T * Z * u)[0, 0], Z, lambda u, Z: u.T @ Z.T @ Z @ u, 2 * Z * u * u.T),
    Case(
        "78-two-affine-maps",
        Trace((B * x + b).T * C * (A * x + a)),
        x,
        lambda x, a, b, A, B, C: (B @ x + b).T @ C @ (A @ x + a),
        B.T * C * (A * x + a) + A.T * C.T * (B * x + b),
    ),
    Case("81-quadratic", (x.T * A * x)[0, 0], x, lambda x, A: x.T @ A @ x, (A + A.T) * x),
    Case("81-one-by-one-product", x.T * A * x, x, lambda x, A: x.T @ A @ x, (A + A.T) * x),
    Case("81-symmetric", x.T * S * x, x, lambda x, S: x.T @ S @ x, 2 * S * x, (Symmetric(S),)),
    Case(
        "82-weighted-gram",
        b.T * X.T * A * X * c,
        X,
        lambda b, c, X, A: b.T @ X.T @ A @ X @ c,
        A.T * X * b * c.T + A * X * c * b.T,
    ),
    Case(
        "83-affine-in-the-matrix",
        (X * b + c).T * S * (X * b + c),
        X,
        lambda X, S, b, c: (X @ b + c).T @ S @ (X @ b + c),
        2 * S * (X * b + c) * b.T,
        facts=(Symmetric(S),),
    ),
    Case(
        "84-weighted-residual",
        (x - Z * u).T * S * (x - Z * u),
        u,
        lambda x, Z, u, S: (x - Z @ u).T @ S @ (x - Z @ u),
        -2 * Z.T * S * (x - Z * u),
        facts=(Symmetric(S),),
    ),
    Case(
        "88-in-the-map",
        (x - Z * u).T * S * (x - Z * u),
        Z,
        lambda x, Z, u, S: (x - Z @ u).T @ S @ (x - Z @ u),
        -2 * S * (x - Z * u) * u.T,
        facts=(Symmetric(S),),
    ),
    Case("row-vector", Trace(r * A * r.T), r, lambda r, A: r @ A @ r.T, r * (A + A.T)),
    Case("row-times-column", r * A * x, r, lambda r, A, x: r @ A @ x, x.T * A.T),
    Case(
        "one-by-one-unknown",
        Trace(t * t * t) + Trace(t * r * x),
        t,
        lambda t, r, x: t**3 + t * (r @ x),
        3 * t**2 + r * x,
    ),
    Case("one-by-one-power", log(t[0, 0] ** 2), t, lambda t: by_hand.log(t**2), 2 * t.I),
    Case("unknown-does-not-occur", Trace(A * B), Z, lambda A, B: np.trace(A @ B), ZeroMatrix(N, K)),
    Case("constant", Integer(7), X, lambda: 7, ZeroMatrix(N, N)),
    Case("times-zero", Trace(X * ZeroMatrix(N, N)), X, lambda: 0, ZeroMatrix(N, N)),
]
