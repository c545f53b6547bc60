"""TCR, the log-det coding rate (Yu, Chan, You, Song & Ma 2020), with a quadratic attraction (Li, Chen, LeCun & Sommer 2022).

The repulsion, -log det(I + c Z'Z)/2, is a function of the spectrum of Z'Z, so that the optimum is that of the spectral
filter theorem. It falls without bound as Z grows: an attraction that does not see a direction leaves no minimum.
"""

from __future__ import annotations

from sympy import (
    Identity,
    Lambda,
    MatAdd,
    MatMul,
    MatrixSymbol,
    Min,
    OneMatrix,
    Rational,
    Sum,
    Symbol,
    Trace,
    Transpose,
    log,
    sqrt,
    symbols,
)

from derivations.language.atoms import Laplacian, Named, SpectralTrace
from derivations.language.determinant import LogDet
from derivations.language.loss import Loss
from derivations.language.propositions import Eigenpairs, Equal, Positive, PositiveDefinite, Symmetric
from derivations.language.substitute import substitute
from derivations.proof import rules
from derivations.proof.lemmas import lemma, traces
from derivations.proof.result import Implementation, result
from derivations.spectral.form import s
from derivations.spectral.problem import Problem, spectral_minimum
from derivations.spectral.respelled import respelled

# The statement

N, K, D = symbols("N K D", integer=True, positive=True)  # samples, dimensions, input features
c, gamma = symbols("c gamma", positive=True)  # scale of the covariance, weight of the attraction
i, j, k = symbols("i j k", integer=True, nonnegative=True)

Z = MatrixSymbol("Z", N, K)  # representation, a row a sample
A = MatrixSymbol("A", N, N)  # attraction
gram = MatMul(Transpose(Z), Z)
expanded = MatAdd(Identity(K), MatMul(c, *gram.args))
rate = LogDet(expanded) / 2


def attraction(matrix):
    return Trace(MatMul(Transpose(Z), matrix, Z))


tcr = Loss(
    "tcr",
    "TCR, the log-det coding rate",
    unknown=Z,
    value=-LogDet(MatAdd(Identity(N), MatMul(c, Z, Transpose(Z)))) / 2
    + gamma * Sum(A[i, j] * Sum(Z[i, k] * Z[j, k], (k, 0, K - 1)), (i, 0, N - 1), (j, 0, N - 1)),
    matrix_form=-rate + gamma * attraction(A),
    facts=(Symmetric(A),),
    hyper={c: "scale of the covariance in the coding rate", gamma: "weight of the attraction"},
    cites=("yu2020", "li2022"),
)

# What follows from it

q = Min(K, N)
bottom = Eigenpairs(A, Identity(N), MatrixSymbol("P", N, q), MatrixSymbol("lambda", q, 1), N)
definite = (*tcr.facts, PositiveDefinite(A))
growth = Lambda(s, log(1 + c * s))
problem = Problem(
    -SpectralTrace(growth, gram) / 2 + gamma * attraction(A),
    Z,
    gram,
    penalty=attraction(A),
    factor=Identity(N),
    operator=A,
    pencil=bottom,
    facts=(*definite, Positive(bottom.values)),
)


def sylvester(factor):
    """log det(I + c Y'Y) = log det(I + c Y Y')."""
    rows, columns = factor.shape
    names = {lemma.N: rows, lemma.K: columns, MatrixSymbol("Y", lemma.N, lemma.K): factor, traces.c: c}
    return rules.lemma("sylvester-determinant", names)


def determinant(factor):
    """log det(I + c Y'Y) = sum of log(1 + c s) over the eigenvalues s of Y'Y."""
    rows, columns = factor.shape
    names = {lemma.r: rows, lemma.K: columns, MatrixSymbol("Y", lemma.r, lemma.K): factor, traces.c: c}
    return rules.lemma("determinant-eigenvalues", names)


@result("tcr-matrix-form", cites=tcr.cites)
def matrix_form():
    """The coding rate is the same of samples and of dimensions, and a sum over eigenvalues."""
    same = rules.combination(Equal(tcr.value, tcr.matrix_form), [sylvester(Z)], [Rational(1, 2)])
    spectral = rules.combination(Equal(tcr.matrix_form, problem.objective), [determinant(Z)], [-Rational(1, 2)])
    return same, spectral


@result("tcr-gradient", cites=tcr.cites)
def gradient():
    """The gradient of the log-det coding rate with an attraction, in the representation."""
    invertible = rules.positive_definite(expanded)
    return rules.discharge(rules.adjoint(tcr.matrix_form, Z, (*tcr.facts, invertible.statement)), invertible)


@result("tcr-optimum", cites=tcr.cites)
def optimum():
    """The global minimum of the log-det coding rate with a positive definite attraction, whose eigenvectors it keeps where 2
    gamma lambda < c.
    """
    _, spectral = matrix_form.theorems
    minimum, _ = spectral_minimum(problem)
    eigenvalues = rules.positive_function(bottom.values, (*definite, bottom))
    return rules.discharge(respelled(minimum, spectral), eigenvalues)


# The linear regime: Z = X W

X, W = MatrixSymbol("X", N, D), MatrixSymbol("W", D, K)
M, B = Named("M", MatMul(Transpose(X), X)), Named("B", MatMul(Transpose(X), A, X))  # moments of the inputs
rank = Symbol("r", integer=True, nonnegative=True)
gram_linear, attraction_linear = MatMul(Transpose(W), M, W), Trace(MatMul(Transpose(W), B, W))
m = Min(K, rank)
bottom_linear = Eigenpairs(B, M, MatrixSymbol("V", D, m), MatrixSymbol("mu", m, 1), rank)
linear_problem = Problem(
    -SpectralTrace(growth, gram_linear) / 2 + gamma * attraction_linear,
    W,
    gram_linear,
    penalty=attraction_linear,
    factor=X,
    operator=A,
    pencil=bottom_linear,
    facts=(*definite, Positive(bottom_linear.values)),
)


@result("tcr-linear-optimum", cites=tcr.cites)
def linear_optimum():
    """The global minimum of the log-det coding rate over linear maps Z = X W, from two moments of X, whatever its rank."""
    loss = -LogDet(MatAdd(Identity(K), MatMul(c, gram_linear))) / 2 + gamma * attraction_linear
    two_moments = rules.normal_form(Equal(substitute(tcr.matrix_form, {Z: MatMul(X, W)}), loss))
    spectral = rules.combination(Equal(loss, linear_problem.objective), [determinant(MatMul(X, W))], [-Rational(1, 2)])
    minimum, _ = spectral_minimum(linear_problem)
    eigenvalues = rules.positive_function(bottom_linear.values, (*definite, bottom_linear))
    return two_moments, rules.discharge(respelled(minimum, spectral), eigenvalues)


# Without a minimum


@result("tcr-unbounded", cites=tcr.cites)
def unbounded():
    """With a Laplacian for the attraction, which does not see a constant, the coding rate has no minimum: along a constant
    representation, t times the row v for every sample, the loss falls below every bound as t grows.
    """
    G, v, t = MatrixSymbol("G", N, N), MatrixSymbol("v", K, 1), Symbol("t", real=True)
    constant = Named("Z", MatMul(t, OneMatrix(N, 1), Transpose(v)))
    row = Named("y", MatMul(sqrt(N) * t, Transpose(v)))  # y'y = Z'Z
    loss = substitute(-rate + gamma * attraction(Laplacian(G)), {Z: constant})
    number = LogDet(MatAdd(Identity(1), MatMul(c * N * t**2, Transpose(v), v)))
    return rules.combination(Equal(loss, -number / 2), [sylvester(row)], [-Rational(1, 2)])


implementation = Implementation(tcr, gradient, optimum, linear_optimum)
