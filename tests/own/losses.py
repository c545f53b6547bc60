"""Losses that nobody planned for."""

from sympy import (
    Abs,
    DiagonalMatrix,
    Identity,
    Lambda,
    MatMul,
    MatrixSymbol,
    Max,
    OneMatrix,
    Sum,
    Symbol,
    Trace,
    exp,
    symbols,
)

from derivations.language.atoms import Centring, Laplacian, LogSumExp, Named, SquaredNorm
from derivations.language.loss import Loss
from derivations.language.norms import UnitRows
from derivations.language.propositions import EntrywiseNonnegative, Symmetric

N, K = symbols("N K", integer=True, positive=True)
i, j, k = symbols("i j k", integer=True, nonnegative=True)
alpha, gamma, tau = symbols("alpha gamma tau", positive=True)
x = Symbol("x", real=True)
Z, G = MatrixSymbol("Z", N, K), MatrixSymbol("G", N, N)
H, L, U = Centring(N), Laplacian(G), UnitRows(Z)
C = Named("C", MatMul(1 / N, Z.T, H, Z))
E = C - Identity(K)
symmetric = (Symmetric(G),)


def total(matrix):
    return Trace(MatMul(OneMatrix(matrix.cols, matrix.rows), matrix))


def each(function, matrix):
    return total(matrix.applyfunc(Lambda(x, function)))


def loss(name, value, facts=()):
    return Loss(name, f"The loss {name}", Z, value, facts=facts)


whitening = loss(
    "whitening", alpha * SquaredNorm(E) + 2 * gamma / N * Trace(Z.T * L * Z), (*symmetric, EntrywiseNonnegative(G))
)
weighted = loss("weighted", SquaredNorm(E) + gamma * SquaredNorm(DiagonalMatrix(E)))
exponential = loss("exponential", each(exp(x), Z))
hinge = loss("hinge", each(Max(0, x), OneMatrix(N, K) - Z) + alpha * SquaredNorm(Z))
absolute = loss("absolute", each(Abs(x), Z))
cosine = loss(
    "cosine", total(LogSumExp(MatMul(1 / tau, U, U.T), OneMatrix(N, N))) - Trace(G * U * U.T) / tau, symmetric
)
corner = loss("corner", Z[0, 0] ** 2)
ordered = loss("ordered", Sum(k * Z[i, k] ** 2, (i, 0, N - 1), (k, 0, K - 1)))
kinked = loss("kinked", Max(0, SquaredNorm(Z) - 1))
