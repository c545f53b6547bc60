"""VICReg with squared variance (Bardes, Ponce & LeCun 2022; in matrix form after Balestriero & LeCun 2022, section 3)."""

from __future__ import annotations

from dataclasses import replace

from sympy import (
    DiagMatrix,
    DiagonalMatrix,
    Identity,
    KroneckerDelta,
    MatAdd,
    MatMul,
    MatrixSymbol,
    Min,
    OneMatrix,
    S,
    Sum,
    Symbol,
    Trace,
    Transpose,
    factor,
    sqrt,
    symbols,
)

from derivations.calculus.gradient import gradient as derived_gradient
from derivations.language.atoms import Centring, Laplacian, Leading, Named, SquaredNorm
from derivations.language.loss import Loss
from derivations.language.propositions import (
    AtMost,
    ConstantRowSums,
    Eigenpairs,
    Eigenvector,
    EntrywiseNonnegative,
    Equal,
    Orthogonal,
    Orthonormal,
    Symmetric,
    Unimprovable,
)
from derivations.language.substitute import substitute
from derivations.proof import rules
from derivations.proof.claim import Claim
from derivations.proof.lemmas.lemma import entry
from derivations.proof.lemmas.lemma import n as count
from derivations.proof.result import Implementation, result
from derivations.proof.scalar import nonnegative_minimum
from derivations.spectral.diagonal import decorrelated, levelled
from derivations.spectral.filter import eigenvalue
from derivations.spectral.form import s
from derivations.spectral.problem import (
    Problem,
    filter_identity,
    spectral_minimum,
)
from derivations.spectral.whitened import orthogonal_eigenpairs, same_range, whitened_minimum

# The statement

N, K, D = symbols("N K D", integer=True, positive=True)  # samples, dimensions, input features
alpha, beta = symbols("alpha beta", positive=True)  # weights of the variance and covariance terms
gamma = Symbol("gamma", nonnegative=True)  # weight of the invariance term
i, j, k = symbols("i j k", integer=True, nonnegative=True)

Z = MatrixSymbol("Z", N, K)  # representation, a row a sample
G = MatrixSymbol("G", N, N)  # relation
H, L = Centring(N), Laplacian(G)
C = Named("C", MatMul(1 / N, Transpose(Z), H, Z))  # covariance
target = Identity(K)


def deviation(covariance):
    """What the loss wants to be zero: the covariance less its target."""
    return covariance - target


def penalised(covariance, energy):
    """alpha |diag E|^2 + beta |E - diag E|^2 + 2 gamma energy, with E the deviation of the covariance."""
    error = deviation(covariance)
    diagonal = DiagonalMatrix(error)
    return alpha * SquaredNorm(diagonal) + beta * SquaredNorm(error - diagonal) + 2 * gamma * energy


E = deviation(C)
every_dimension, every_pair = (k, 0, K - 1), ((j, 0, K - 1), (k, 0, K - 1))
distances = Sum(G[i, j] * Sum((Z[i, k] - Z[j, k]) ** 2, every_dimension), (i, 0, N - 1), (j, 0, N - 1))
smoothness = Trace(MatMul(1 / N, Transpose(Z), L, Z))

vicreg = Loss(
    "vicreg",
    "VICReg with squared variance",
    unknown=Z,
    value=alpha * Sum(E[k, k] ** 2, every_dimension)
    + beta * Sum((1 - KroneckerDelta(j, k)) * E[j, k] ** 2, *every_pair)
    + gamma / N * distances,
    matrix_form=penalised(C, smoothness),
    facts=(Symmetric(G), EntrywiseNonnegative(G)),
    hyper={
        alpha: "weight of the variance term",
        beta: "weight of the covariance term",
        gamma: "weight of the invariance term",
    },
    cites=("bardes2022", "balestriero2022"),
)

# What follows from it

equal_weights = alpha * SquaredNorm(E) + 2 * gamma * smoothness  # alpha = beta
q = Min(K, N - 1)
bottom = Eigenpairs(L, H, MatrixSymbol("P", N, q), MatrixSymbol("lambda", q, 1), N - 1)
problem = Problem(
    equal_weights, Z, C, penalty=smoothness, factor=H, operator=L, pencil=bottom, unit=sqrt(N), facts=(Symmetric(G),)
)


@result("vicreg-matrix-form", cites=vicreg.cites)
def matrix_form():
    """VICReg in matrix form: squared norms of the deviation of the covariance, and the Dirichlet energy."""
    general = rules.normal_form(Equal(vicreg.value, vicreg.matrix_form), problem.facts)
    equal = rules.substitution(general, {beta: alpha})
    joined = rules.normal_form(Equal(equal.statement.lhs, equal_weights), problem.facts)
    return rules.conjunction([general, joined])


@result("vicreg-gradient", cites=vicreg.cites)
def gradient():
    """The gradient of VICReg in the representation, for equal and for separate weights."""
    equal, weighted = (rules.adjoint(f, Z, problem.facts) for f in (equal_weights, vicreg.matrix_form))
    return rules.conjunction([equal, weighted])


@result("vicreg-optimum", cites=vicreg.cites)
def optimum():
    """The global minimum of VICReg with equal weights, the directions that it keeps, and what the loss does not see."""
    minimum, in_terms = spectral_minimum(problem)
    at, right = minimum.statement.at, problem.rotation
    spectrum = MatMul(right, DiagMatrix(problem.at_eigenvalues(problem.filter)), Transpose(right))
    kept = rules.normal_form(Equal(substitute(C, {Z: at}), spectrum), (*problem.facts, bottom, Orthonormal(right)))
    shift, turn = MatrixSymbol("c", K, 1), MatrixSymbol("Q", K, K)
    moved = MatAdd(MatMul(Z, turn), MatMul(OneMatrix(N, 1), Transpose(shift)))
    orthogonal = (Orthonormal(turn), Orthonormal(Transpose(turn)))
    unseen = Equal(substitute(equal_weights, {Z: moved}), equal_weights)
    return minimum, in_terms, kept, rules.normal_form(unseen, (*problem.facts, *orthogonal))


@result("vicreg-weighted-optimum", cites=vicreg.cites)
def weighted_optimum():
    """The global minimum of VICReg when the variance and the covariance terms have different weights."""
    return weighted_minima(replace(problem, objective=vicreg.matrix_form))


def weighted_minima(weighted):
    """The minima of a problem with separate weights, one theorem a case and what belongs to it."""
    return *decorrelated(weighted, AtMost(alpha, beta)), *levelled(weighted, AtMost(beta, alpha))


@result("vicreg-laplacian-eigenmaps", cites=("balestriero2022", "belkin2003"))
def laplacian_eigenmaps():
    """Laplacian Eigenmaps has VICReg's column space at every gamma < alpha / lambda_K, and is its limit at gamma = 0."""
    wanted = problem.filter.subs(gamma, 0)  # what VICReg makes of the covariance where the relation has no say
    energy, gram = Trace(MatMul(Transpose(Z), L, Z)), MatMul(Transpose(Z), H, Z)
    whitened = Orthonormal(Z, MatMul(1 / (wanted * N), H))
    in_own_units = replace(problem, penalty=energy, covariance=gram, unit=S.One)
    eigenmaps = whitened_minimum(in_own_units, whitened, wanted * N)
    spectral, *_ = optimum.theorems
    best, at = spectral.statement.at, eigenmaps.statement.at
    # how far apart the two are: every s_k tends to its value at gamma = 0, and so the distance to 0
    apart = MatAdd(best, MatMul(-1, at))
    distance = Trace(MatMul(Transpose(apart), H, apart))
    shortfall = N * problem.summed((sqrt(problem.filter) - sqrt(wanted)) ** 2)
    limit = rules.normal_form(Equal(distance, shortfall), orthogonal_eigenpairs(problem))

    d, ones, centred = Symbol("d", real=True), OneMatrix(N, 1), MatMul(H, Z)
    degrees = DiagMatrix(MatMul(G, ones))
    by_degrees = Equal(MatMul(Transpose(centred), degrees, centred), MatMul(N * d, C))
    by_degrees = rules.normal_form(by_degrees, [ConstantRowSums(G, d)])
    return eigenmaps, same_range(problem, best, at, wanted), limit, by_degrees


# The linear regime: Z = X W

X, W = MatrixSymbol("X", N, D), MatrixSymbol("W", D, K)
A = Named("A", MatMul(1 / N, Transpose(X), H, X))  # moments of the inputs
B = Named("B", MatMul(1 / N, Transpose(X), L, X))
rank = Symbol("r", integer=True, nonnegative=True)
C_linear = Named("C", MatMul(Transpose(W), A, W))
energy_linear = Trace(MatMul(Transpose(W), B, W))
linear_problem = Problem(
    alpha * SquaredNorm(deviation(C_linear)) + 2 * gamma * energy_linear,
    W,
    C_linear,
    penalty=energy_linear,
    factor=MatMul(1 / sqrt(N), H, X),
    operator=L,
    pencil=Eigenpairs(B, A, MatrixSymbol("V", D, Min(K, rank)), MatrixSymbol("mu", Min(K, rank), 1), rank),
    facts=(Symmetric(G),),
)


@result("vicreg-linear-optimum", cites=vicreg.cites)
def linear_optimum():
    """The global minimum of VICReg over linear maps Z = X W, from two moments of X, whatever its rank."""
    weighted = replace(linear_problem, objective=penalised(C_linear, energy_linear))
    loss = substitute(vicreg.matrix_form, {Z: MatMul(X, W)})
    two_moments = rules.normal_form(Equal(loss, weighted.objective), linear_problem.facts)
    return two_moments, *spectral_minimum(linear_problem), *weighted_minima(weighted)


# The landscape


def _local_minima():
    """The curvature of the loss at a multiple of an eigenvector p would be nowhere negative along another, q; at K = 1."""
    (at, along), (value, other) = (MatrixSymbol(v, N, 1) for v in "pq"), symbols("lambda_p lambda_q", real=True)
    column, loss = MatrixSymbol("Z", N, 1), substitute(equal_weights, {K: 1, gamma: 1})
    slope = derived_gradient(loss, column, problem.facts)
    bent = derived_gradient(Trace(MatMul(Transpose(along), slope)), column, problem.facts)  # the Hessian times q
    chosen = Named("Z", MatMul(sqrt(N * problem.strength.subs({gamma: 1, eigenvalue: value})), at))
    curvature = substitute(Trace(MatMul(Transpose(along), bent)), {column: chosen})
    return Claim(
        "Other choices of K eigenvectors are local minima of VICReg.",
        AtMost(0, curvature),
        (*vicreg.facts, Eigenvector(L, at, value, H), Eigenvector(L, along, other, H), AtMost(2 * value, alpha)),
    )


@result("vicreg-strict-saddles", cites=("balestriero2022",), claimed=_local_minima)
def strict_saddles():
    """Choices of eigenvectors other than the best are strict saddles of VICReg. Where the gradient vanishes, each
    eigenvector r of C gives an eigenvector H Z r of L, of squared length N s, so Z chooses eigenvectors of L; one that it
    leaves out, p, is a direction of negative curvature if its filter value exceeds one that Z has; and if there is none,
    the loss is the global minimum.
    """
    return *_stationary_points(), _along_left_out(), _without_exchange()


def _stationary_points():
    """The gradient on an eigenvector r of C, C r = s r: where it vanishes, L H Z r is a multiple of H Z r."""
    form, level, mixture = problem.form, Symbol("s", real=True), MatrixSymbol("r", K, 1)
    slope = rules.adjoint(equal_weights, Z, problem.facts).statement.value
    column = MatMul(H, Z, mixture)
    pull = factor(-form.phi(s).diff(s).subs(s, level) / 2)
    split = MatAdd(MatMul(form.cost / 2, L, column), MatMul(-pull, column))
    given = Eigenvector(C, mixture, level, Identity(K))
    eigenvector = Equal(MatMul(slope, mixture), MatMul(4 / N, split))
    on_mixture = Trace(MatMul(Transpose(mixture), C, mixture))
    squared = rules.normal_form(Equal(SquaredNorm(column), N * on_mixture))
    level_of = rules.normal_form(Equal(on_mixture, level), [given])
    length = rules.combination(Equal(SquaredNorm(column), N * level), [squared, level_of], [S.One, N])
    return rules.normal_form(eigenvector, [*problem.facts, given]), length


def _along_left_out():
    """The loss on the line Z + t sqrt(N) p r': its curvature at Z is negative if p has a larger filter value than r."""
    form = problem.form
    left_out, mixture = MatrixSymbol("p", N, 1), MatrixSymbol("r", K, 1)
    level, value, t = symbols("s lambda_p t", real=True)
    given = (
        Eigenvector(L, left_out, value, H),
        Orthogonal(Z, left_out),
        Eigenvector(MatMul(1 / N, Transpose(Z), H, Z), mixture, level, Identity(K)),
    )
    line = MatAdd(Z, MatMul(sqrt(N) * t, left_out, Transpose(mixture)))
    curvature = form.phi(s).coeff(s, 2)
    change = curvature * t**4 - 2 * curvature * (problem.strength.subs(eigenvalue, value) - level) * t**2
    along = substitute(equal_weights, {Z: line})
    return rules.normal_form(Equal(along, equal_weights + change), [*problem.facts, *given])


def _without_exchange():
    """A point that chooses eigenvectors, none of which can be exchanged for one of larger gain, is a global minimum."""
    every = Eigenpairs(L, H, MatrixSymbol("P", N, N - 1), MatrixSymbol("lambda", N - 1, 1), N - 1)
    whole = replace(problem, pencil=every)
    form = problem.form
    least = nonnegative_minimum(problem.one_dimensional, s)
    nothing = form.phi(0)
    gains = whole.at_eigenvalues(nothing - least.value)  # by how much a direction lowers the loss
    selection, rotation = MatrixSymbol("S", N - 1, K), MatrixSymbol("R", K, K)
    roots = DiagMatrix(MatMul(Transpose(selection), whole.at_eigenvalues(sqrt(least.at))))
    stationary = MatMul(sqrt(N), every.vectors, selection, roots, Transpose(rotation))
    bottom_values = MatMul(Transpose(Leading(N - 1, q)), whole.at_eigenvalues(least.value))
    minimum = (K - q) * nothing + Sum(entry(bottom_values, k), (k, 0, q - 1))
    greedy = rules.lemma(
        "greedy-exchange",
        {count: N - 1, MatrixSymbol("S", count, K): selection, MatrixSymbol("g", count, 1): gains},
    )
    times = entry(MatMul(selection, OneMatrix(K, 1)), i)  # how often eigenvector i is chosen
    at_chosen = rules.sum_over(filter_identity(problem, entry(every.values, i)), i, N - 1, times)
    return rules.combination(
        AtMost(substitute(equal_weights, {Z: stationary}), minimum),
        [greedy, at_chosen],
        hypotheses=[*problem.facts, every, Orthonormal(rotation), Unimprovable(selection, gains)],
    )


implementation = Implementation(vicreg, gradient, weighted_optimum, linear_optimum, names={C: "covariance"})
