"""SimCLR with a squared loss on similarities (Balestriero & LeCun 2022, section 4): kernel PCA of the relation matrix."""

from __future__ import annotations

from sympy import (
    DiagMatrix,
    Identity,
    Lambda,
    MatAdd,
    MatMul,
    MatrixSymbol,
    Min,
    Sum,
    Symbol,
    Trace,
    Transpose,
    symbols,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.language.atoms import Named, SquaredNorm
from derivations.language.loss import Loss
from derivations.language.propositions import All, AtMost, Eigenpairs, Equal, Orthonormal, Positive, Symmetric
from derivations.language.substitute import substitute
from derivations.proof import rules
from derivations.proof.result import Implementation, result
from derivations.spectral.problem import Problem, spectral_minimum

# The statement

N, K, D = symbols("N K D", integer=True, positive=True)  # samples, dimensions, input features
i, j, k = symbols("i j k", integer=True, nonnegative=True)
x = Symbol("x", positive=True)

Z = MatrixSymbol("Z", N, K)  # representation, a row a sample
G = MatrixSymbol("G", N, N)  # relation, of any sign


def fitted(relation, gram, agreement):
    """|G|^2 - 2 tr(Z'GZ) + |Z'Z|^2."""
    return SquaredNorm(relation) - 2 * agreement + SquaredNorm(gram)


agreement = Trace(MatMul(Transpose(Z), G, Z))
gram = MatMul(Transpose(Z), Z)
similarity = Sum(Z[i, k] * Z[j, k], (k, 0, K - 1))

squared_similarity = Loss(
    "squared_similarity",
    "SimCLR with squared similarity",
    unknown=Z,
    value=Sum((G[i, j] - similarity) ** 2, (i, 0, N - 1), (j, 0, N - 1)),
    matrix_form=fitted(G, gram, agreement),
    facts=(Symmetric(G),),
    hyper={},
    cites=("balestriero2022",),
)

# What follows from it

q = Min(K, N)
top = Eigenpairs(MatMul(-1, G), Identity(N), MatrixSymbol("U", N, q), MatMul(-1, MatrixSymbol("g", q, 1)), N)
problem = Problem(
    squared_similarity.matrix_form,
    Z,
    gram,
    penalty=-agreement,
    factor=Identity(N),
    operator=MatMul(-1, G),
    pencil=top,
    facts=squared_similarity.facts,
)


@result("squared-similarity-matrix-form", cites=squared_similarity.cites)
def matrix_form():
    """The squared loss on similarities is the distance of Z Z' to the relation, and needs no matrix of the size of either."""
    distance = SquaredNorm(MatAdd(G, MatMul(-1, Z, Transpose(Z))))
    moments = rules.normal_form(Equal(squared_similarity.value, squared_similarity.matrix_form), problem.facts)
    return moments, rules.normal_form(Equal(squared_similarity.value, distance), problem.facts)


@result("squared-similarity-gradient", cites=squared_similarity.cites)
def gradient():
    """The gradient of the squared loss on similarities in the representation."""
    return rules.adjoint(squared_similarity.matrix_form, Z, problem.facts)


@result("simclr-kernel-pca", cites=squared_similarity.cites)
def optimum():
    """The global minimum of SimCLR with squared similarity: the positive part of the relation, in its K largest eigenvalues."""
    minimum, _ = spectral_minimum(problem)
    at, right = minimum.statement.at, problem.rotation
    spectrum = MatMul(right, DiagMatrix(problem.at_eigenvalues(problem.filter)), Transpose(right))
    kept = rules.normal_form(Equal(substitute(gram, {Z: at}), spectrum), (*problem.facts, top, Orthonormal(right)))
    turn = MatrixSymbol("Q", K, K)
    turned = Equal(substitute(problem.objective, {Z: MatMul(Z, turn)}), problem.objective)
    return minimum, kept, rules.normal_form(turned, (*problem.facts, Orthonormal(turn), Orthonormal(Transpose(turn))))


def minimum_at(relation, facts=()):
    """The global minimum for another relation matrix, which is symmetric under `facts`."""
    minimum, *_ = optimum.theorems
    symmetric = rules.normal_form(Symmetric(relation), facts)
    return rules.discharge(rules.substitution(minimum, {G: relation}), symmetric)


# The linear regime: Z = X W

X, W = MatrixSymbol("X", N, D), MatrixSymbol("W", D, K)
A = Named("A", MatMul(Transpose(X), X))  # moments of the inputs
B = Named("B", MatMul(Transpose(X), G, X))
rank = Symbol("r", integer=True, nonnegative=True)
gram_linear = MatMul(Transpose(W), A, W)
agreement_linear = Trace(MatMul(Transpose(W), B, W))
p = Min(K, rank)
linear_problem = Problem(
    fitted(G, gram_linear, agreement_linear),
    W,
    gram_linear,
    penalty=-agreement_linear,
    factor=X,
    operator=MatMul(-1, G),
    pencil=Eigenpairs(MatMul(-1, B), A, MatrixSymbol("V", D, p), MatMul(-1, MatrixSymbol("g", p, 1)), rank),
    facts=squared_similarity.facts,
)


@result("simclr-linear-optimum", cites=squared_similarity.cites)
def linear_optimum():
    """The global minimum of SimCLR with squared similarity over linear maps Z = X W, from two moments of X, whatever its rank."""
    loss = substitute(squared_similarity.matrix_form, {Z: MatMul(X, W)})
    two_moments = rules.normal_form(Equal(loss, linear_problem.objective), linear_problem.facts)
    minimum, _ = spectral_minimum(linear_problem)
    return two_moments, minimum


# The same from the singular vectors of X = U diag(sigma) V'

size = Symbol("r", integer=True, positive=True)
U, V = MatrixSymbol("U", N, size), MatrixSymbol("V", D, size)
sigma = MatrixSymbol("sigma", size, 1)
stretch, shrink = DiagMatrix(sigma), DiagMatrix(ElementwiseApplyFunction(Lambda(x, 1 / x), sigma))
singular = (Equal(X, MatMul(U, stretch, Transpose(V))), Orthonormal(U), Orthonormal(V), Positive(sigma))
Y = MatrixSymbol("Y", size, K)  # X W = U Y
relation_on_range = MatMul(Transpose(U), G, U)
agreement_on_range = Trace(MatMul(Transpose(Y), relation_on_range, Y))
m = Min(K, size)
problem_on_range = Problem(
    fitted(G, MatMul(Transpose(Y), Y), agreement_on_range),
    Y,
    MatMul(Transpose(Y), Y),
    penalty=-agreement_on_range,
    factor=Identity(size),
    operator=MatMul(-1, relation_on_range),
    pencil=Eigenpairs(
        MatMul(-1, relation_on_range),
        Identity(size),
        MatrixSymbol("Q", size, m),
        MatMul(-1, MatrixSymbol("g", m, 1)),
        size,
    ),
    facts=squared_similarity.facts,
)


@result("simclr-linear-singular-vectors", cites=squared_similarity.cites)
def singular_vectors():
    """The minimum over linear maps from the singular vectors of X: V diag(sigma)^-1 Q solves the generalised eigenproblem."""
    pencil, objective = problem_on_range.pencil, linear_problem.objective
    minimum, _ = spectral_minimum(problem_on_range)
    value, there = minimum.statement.value, minimum.statement.at
    lower = rules.substitution(rules.lower_bound(minimum), {Y: MatMul(stretch, Transpose(V), W)})
    bound = rules.combination(AtMost(value, objective), [lower], hypotheses=singular)
    at = MatMul(V, shrink, *there.args)
    facts = (*problem.facts, *singular, pencil)
    reached = Equal(substitute(objective, {W: at}), value)
    witness = rules.combination(
        reached, [rules.value_at_minimum(minimum)], hypotheses=(*facts, Orthonormal(problem_on_range.rotation))
    )
    vectors, values = MatMul(V, shrink, pencil.vectors), pencil.spectrum[1]
    equations = All(
        (
            Equal(MatMul(B, vectors), MatMul(A, vectors, DiagMatrix(values))),
            Equal(MatMul(Transpose(vectors), A, vectors), Identity(m)),
        )
    )
    return rules.attainment(bound, witness, W, at), rules.normal_form(equations, facts)


implementation = Implementation(squared_similarity, gradient, optimum, linear_optimum, names={gram: "gram"})
