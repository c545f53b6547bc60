"""Kernel LPP: Locality Preserving Projections and VICReg over maps Z = K_X A, for a kernel matrix K_X of the samples.

In the space of features it is the linear map Phi' A, with the kernel K_X = Phi Phi'; no other map does better.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import (
    DiagMatrix,
    Lambda,
    MatMul,
    MatrixSymbol,
    Min,
    S,
    Symbol,
    Trace,
    Transpose,
    sqrt,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.embeddings.eigenmaps_normalisation import by_degrees
from derivations.embeddings.kernel_pca import Phi
from derivations.embeddings.laplacian_eigenmaps import degree_weighted, least_energy
from derivations.language.atoms import Named, SquaredNorm
from derivations.language.propositions import AtMost, Eigenpairs, Equal, Orthonormal, Positive, Symmetric
from derivations.language.substitute import substitute
from derivations.losses.vicreg import squared as vicreg
from derivations.losses.vicreg.squared import (
    G,
    H,
    K,
    L,
    N,
    Z,
    alpha,
    deviation,
    gamma,
    penalised,
    rank,
    weighted_minima,
)
from derivations.proof import rules
from derivations.proof.result import result
from derivations.spectral.problem import Problem, spectral_minimum
from derivations.spectral.whitened import same_range, whitened_minimum

kernel, A = MatrixSymbol("K_X", N, N), MatrixSymbol("A", N, K)
W = MatrixSymbol("W", Phi.cols, K)  # weights in the space of features


@result("kernel-lpp", cites=("he2003",))
def kernel_lpp():
    """Kernel LPP: where the degrees weight the constraint, combinations of the columns of a kernel matrix bring related samples
    closest at the bottom eigenvectors of K_X L K_X u = lambda K_X D K_X u, whatever the rank of the kernel matrix.
    """
    projections = degree_weighted(A, kernel)

    def without_transpose(expr):
        return expr.xreplace({Transpose(kernel): kernel})

    covariance, energy = map(without_transpose, (projections.covariance, projections.penalty))
    return least_energy(
        replace(
            projections,
            objective=energy,
            covariance=covariance,
            penalty=energy,
            pencil=projections.pencil.map(without_transpose),
            facts=(Symmetric(kernel), *projections.facts),
        )
    )


def moments(matrix):
    """K_X matrix K_X / N."""
    return MatMul(1 / N, kernel, matrix, kernel)


q = Min(K, rank)
covariance = Named("C", MatMul(1 / N, Transpose(A), kernel, H, kernel, A))
energy = Trace(MatMul(1 / N, Transpose(A), kernel, L, kernel, A))
problem = Problem(
    alpha * SquaredNorm(deviation(covariance)) + 2 * gamma * energy,
    A,
    covariance,
    penalty=energy,
    factor=MatMul(1 / sqrt(N), H, kernel),
    operator=L,
    pencil=Eigenpairs(moments(L), moments(H), MatrixSymbol("V", N, q), MatrixSymbol("mu", q, 1), rank),
    facts=(Symmetric(G), Symmetric(kernel)),
)


@result("vicreg-kernel-optimum", cites=("balestriero2022", "he2003"))
def vicreg_kernel_optimum():
    """The global minimum of VICReg over combinations of the columns of a kernel matrix, whatever its rank, is that over all
    linear maps of the features, and has the span of kernel LPP at every gamma < alpha / mu_K: of the one that normalises
    the covariance and, if the relation is regular, of the one whose constraint the degrees weight, without the mean.
    """
    loss, weighted = vicreg.vicreg.matrix_form, penalised(covariance, energy)
    of_moments = rules.normal_form(Equal(substitute(loss, {Z: MatMul(kernel, A)}), weighted), problem.facts)
    minimum, _ = spectral_minimum(problem)
    projections = whitened_minimum(problem, Orthonormal(A, problem.pencil.metric), S.One)
    same_span = same_range(problem, minimum.statement.at, projections.statement.at)
    others = weighted_minima(replace(problem, objective=weighted))
    return (
        of_moments,
        minimum,
        _in_features(minimum),
        projections,
        same_span,
        *by_degrees(problem, kernel, scale=N),
        *others,
    )


def _in_features(minimum):
    """The minimum over all linear maps W of features with the kernel: A only reaches W = Phi' A, which loses nothing.

    With singular vectors Phi = U diag(sigma) T', every Phi W is K_X A for A = U diag(1/sigma) T' W.
    """
    x, n = Symbol("x", positive=True), Symbol("n", integer=True, positive=True)
    left, right, sigma = MatrixSymbol("U", N, n), MatrixSymbol("T", Phi.cols, n), MatrixSymbol("sigma", n, 1)
    product = Equal(Phi, MatMul(left, DiagMatrix(sigma), Transpose(right)))
    singular = (product, Orthonormal(left), Orthonormal(right), Positive(sigma))
    shrink = DiagMatrix(ElementwiseApplyFunction(Lambda(x, 1 / x), sigma))

    gram = MatMul(Phi, Transpose(Phi))
    minimum = rules.discharge(rules.substitution(minimum, {kernel: gram}), rules.normal_form(Symmetric(gram)))
    value, there = minimum.statement.value, minimum.statement.at
    objective = substitute(vicreg.equal_weights, {Z: MatMul(Phi, W)})
    lower = rules.lower_bound(minimum)
    lower = rules.restatement(lower, lower.statement, singular)
    lower = rules.substitution(lower, {A: MatMul(left, shrink, Transpose(right), W)})
    bound = rules.combination(AtMost(value, objective), [lower])
    at = MatMul(Transpose(Phi), *there.args)
    reached = Equal(substitute(objective, {W: at}), value)
    theorem = rules.attainment(bound, rules.combination(reached, [rules.value_at_minimum(minimum)]), W, at)
    spelled = problem.pencil.map(lambda expr: substitute(expr, {kernel: Named("K_Phi", gram)}))
    return rules.discharge(theorem, rules.assumption(spelled))  # the same eigenpairs, with a name for the kernel
