"""Losses as a reader might state them, of which no theorem of the catalogue speaks."""

from sympy import (
    Abs,
    Determinant,
    DiagonalMatrix,
    Identity,
    Lambda,
    MatAdd,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Sum,
    Symbol,
    Trace,
    exp,
    log,
    symbols,
)

from derivations.language.atoms import Centring, Laplacian, LogSumExp, Named, SpectralTrace, SquaredNorm
from derivations.language.determinant import LogDet
from derivations.language.loss import Loss
from derivations.language.propositions import EntrywiseNonnegative, PositiveDefinite, Symmetric
from derivations.losses.vicreg.squared import vicreg

N, K, D = symbols("N K D", integer=True, positive=True)
alpha, beta, rho, gamma_1, gamma_2 = symbols("alpha beta rho gamma_1 gamma_2", positive=True)
gamma = Symbol("gamma", nonnegative=True)
i, j, k, l, m = symbols("i j k l m", integer=True, nonnegative=True)
x = Symbol("x", nonnegative=True)
Z, G, G_2, A = MatrixSymbol("Z", N, K), *(MatrixSymbol(name, N, N) for name in ("G", "G_2", "A"))
X, W = MatrixSymbol("X", N, D), MatrixSymbol("W", D, K)
Y, B = MatrixSymbol("Y", N, K), MatrixSymbol("B", N, N)
H, L, L_2 = Centring(N), Laplacian(G), Laplacian(G_2)
C, one = Named("C", MatMul(1 / N, Z.T, H, Z)), Identity(K)
linear = MatMul(1 / N, W.T, X.T, H, X, W)


def energy(matrix, unknown=Z):
    return Trace(MatMul(unknown.T, matrix, unknown))


smooth = gamma / N * energy(L)
FACTS = (Symmetric(G), EntrywiseNonnegative(G), Symmetric(G_2), EntrywiseNonnegative(G_2), Symmetric(A))
LOSSES = {
    "doubled": SquaredNorm(C - 2 * one) + smooth,
    "partial_whitening": alpha * SquaredNorm(C - rho * one) + smooth,
    "fourth_power": Trace((C - one) ** 4) + smooth,
    "cubed_distance": SpectralTrace(Lambda(x, Abs(x - 1) ** 3), C) + smooth,
    "log_det": -LogDet(C) + Trace(C) + smooth,
    "log_of_determinant": -log(Determinant(MatAdd(one, MatMul(rho, Z.T, Z))))
    + beta * energy(A)
    + alpha * Trace(Z.T * Z),
    "regularised_log_det": -LogDet(C + rho * one) + alpha * energy(L) + beta * Trace(C),
    "log_det_and_square": -LogDet(C) + 2 * Trace(C * C) + smooth,
    "soft_threshold": SquaredNorm(C) / 2 - Trace(C) + beta * Trace(C) + smooth,
    "two_relations": SquaredNorm(C - one) + gamma_1 / N * energy(L) + gamma_2 / N * energy(L_2) + rho / N * energy(H),
    "ridge": SquaredNorm(C - one) + rho * SquaredNorm(Z) + smooth,
    "dissimilar_pairs": SquaredNorm(C - one) + gamma / N * energy(Laplacian(A)),
    "in_indices": vicreg.value.subs(beta, alpha),
    "linear_map": alpha * SquaredNorm(linear - one) + 2 * gamma / N * energy(MatMul(X.T, L, X), W),
    "similarity": SquaredNorm(A - Z * Z.T),
    "uncentred_map": SquaredNorm(MatMul(W.T, X.T, X, W) - one) + gamma * energy(MatMul(X.T, A, X), W),
    "squared_weights": SquaredNorm(C - one)
    + gamma * Sum(A[i, j] ** 2 * G[i, j] * (Z[i, k] - Z[j, k]) ** 2, (i, 0, N - 1), (j, 0, N - 1), (k, 0, K - 1)),
    "double_well": Trace(C**4) - Trace(C**2) + smooth,
    "shifted_well": Trace(C * (C - one) * (C - one) * C) - beta * Trace(C) + smooth,
    "cubic": Trace(C**3) - 3 * Trace(C) + smooth,
}
IMPLICIT = ("double_well", "shifted_well", "cubic")
REFUSED = {
    "weighted_columns": (
        SquaredNorm(C - one) + beta * SquaredNorm(DiagonalMatrix(C)) + smooth,
        "rotation",
        "is changed by rotations Z -> Z Q: it sees single columns",
    ),
    "entries": (Sum(exp(Z[i, k]), (i, 0, N - 1), (k, 0, K - 1)), "rotation", "is a function of single entries of Z"),
    "squared_trace": (Trace(C) ** 2 - Trace(C) + smooth, "moments", "is a product of traces"),
    "squared_log_det": (Trace(C) * LogDet(C) + smooth, "moments", "is a product of functions of Z"),
    "three_rows": (
        SquaredNorm(C - one) + Sum(G[i, j] * (Z * Z.T)[i, j] ** 2, (i, 0, N - 1), (j, 0, N - 1)),
        "moments",
        "more than two rows meet",
    ),
    "two_metrics": (
        SquaredNorm(Z.T * Z - one) + Trace(MatMul(Z.T, A, Z, Z.T, A, Z)),
        "covariance",
        "there are other terms of degree more than 2 in Z: Trace(A*Z*Z.T*A*Z*Z.T)",
    ),
    "two_log_dets": (-LogDet(C) - LogDet(one + MatMul(Z.T, A, Z)), "covariance", "two metrics occur"),
    "given_metric": (
        SquaredNorm(MatMul(Z.T, A, Z) - one) + smooth,
        "covariance",
        "the metric A is not known to be a projector P, nor X'PX with one",
    ),
    "samples": (LogDet(Identity(N) + Z * Z.T) + smooth, "covariance", "is no K x K covariance Z'MZ plus a multiple"),
    "outside": (
        SquaredNorm(C - one) + energy(A),
        "penalty",
        "the penalty sees directions that the covariance does not",
    ),
    "weight_decay": (
        SquaredNorm(linear - one) + rho * SquaredNorm(W),
        "penalty",
        "the penalty rho*I is not B between X.T and X, as the covariance is",
    ),
    "penalty_alone": (smooth, "covariance", "the loss is quadratic in Z"),
    "concave": (
        -Trace(C * C) + smooth,
        "minimum in one variable",
        "the loss may fall without bound: along Z = x v r', for an eigenvector v of the eigenvalue a and r'r = 1, it is "
        "a*gamma*s - s**2 at s = x^2, up to a constant",
    ),
    "volume": (-LogDet(C) + smooth, "minimum in one variable", "is no polynomial, and no minimum of it is certified"),
    "distance_left": (-LogDet(2 * one - C) + smooth, "minimum in one variable", "no minimum of it is certified"),
    "three_matrices": (
        SquaredNorm(C - one)
        + Sum(
            G[i, j] * G[i, k] * A[i, l] * A[j, l] * G[j, k] * A[k, l] * Z[i, m] * Z[i, m],
            *((at, 0, N - 1) for at in (i, j, k, l)),
            (m, 0, K - 1),
        ),
        "matrices",
        "three matrices meet in an index that is summed over",
    ),
    "trace_of_given": (
        SquaredNorm(C - one) + Trace(A) * Trace(Z.T * Z),
        "moments",
        "Trace(Z.T*Z)*Trace(A) has a factor that is made of given matrices alone",
    ),
    "two_views": (  # the square alone has a product of sums over given matrices in it
        SquaredNorm(MatMul(1 / N, Z.T, H, Y) - one) + beta * SquaredNorm(Z - Y),
        "rotation",
        "is changed by rotations Z -> Z Q: it sees single columns",
    ),
    "inner_products": (
        SquaredNorm(C - one) + Trace(LogSumExp(Z * Z.T, OneMatrix(N, N)) * OneMatrix(1, N)),
        "moments",
        "is neither polynomial in Z nor a function of the eigenvalues of a matrix",
    ),
    "ratio": (
        Trace(Z.T * A * Z) / Trace(Z.T * Z),
        "normal form",
        "the normal form cannot treat Trace(Z.T*Z): it is not polynomial in the entries of its arguments",
    ),
    "unknown_sign": (
        SquaredNorm(C - one) + Symbol("b", real=True) * energy(L),
        "penalty",
        "whether N*b, the weight of Laplacian(G), is positive or negative is not known",
    ),
    "undeclared": (
        SquaredNorm(C - one) + energy(Y * Y.T + B),
        "penalty",
        "which is not known to be positive semidefinite; B is not declared to be symmetric",
    ),
    "one_entry": (Z[0, 0] ** 2 + SquaredNorm(C - one), "normal form", "the index 0 is not summed over"),
}


def facts_on(expr):
    facts = [f for f in FACTS if f.matrix in expr.free_symbols]
    return (*facts, PositiveDefinite(A)) if expr.has(Determinant) else tuple(facts)


def loss(name, expr=None):
    expr = LOSSES[name] if expr is None else expr
    unknown = W if expr.has(W) else Z
    return Loss(name, name.replace("_", " "), unknown=unknown, value=expr, facts=facts_on(expr))
