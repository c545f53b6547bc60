"""Classical multidimensional scaling (Torgerson 1952, Gower 1966): points from their mutual distances."""

from __future__ import annotations

from sympy import HadamardProduct, MatAdd, MatMul, MatrixSymbol, Min, OneMatrix, Rational, Sum, Trace, Transpose

from derivations.language.atoms import Centring, Named, SquaredNorm
from derivations.language.propositions import Eigenpairs, Equal, Minimum, Symmetric
from derivations.losses.contrastive import squared_similarity
from derivations.losses.contrastive.squared_similarity import D, K, N, Z, fitted, i, j, k, minimum_at
from derivations.proof import rules
from derivations.proof.result import result
from derivations.spectral.problem import Problem, spectral_minimum

H = Centring(N)
Delta_2 = MatrixSymbol("Delta_2", N, N)  # squared distances, or any symmetric matrix in their place
Y = MatrixSymbol("Y", N, D)  # points that have distances


def doubly_centred(squares):
    """-H Delta_2 H / 2: scalar products from squared distances."""
    return MatMul(Rational(-1, 2), H, squares, H)


def squared_distances(points):
    """The N x N matrix of |y_i - y_j|^2."""
    lengths, ones = MatMul(HadamardProduct(points, points), OneMatrix(points.cols, 1)), OneMatrix(N, 1)
    sums = MatAdd(MatMul(lengths, Transpose(ones)), MatMul(ones, Transpose(lengths)))
    return MatAdd(sums, MatMul(-2, points, Transpose(points)))


@result("classical-mds", cites=("young1938", "torgerson1952", "gower1966", "balestriero2022"))
def classical_mds():
    """Classical scaling is SimCLR with squared similarity to the doubly centred squared distances B: those of points give
    the scalar products that linear kernel PCA starts from, and for any others the negative eigenvalues of B are cut off.
    """
    return *_scalar_products(), *scaling(Delta_2, [Symmetric(Delta_2)])


def _scalar_products():
    """(what the entries of the matrix of squared distances are, for every choice of weights G; Young and Householder)."""
    distances, weights = Named("E", squared_distances(Y)), squared_similarity.G
    every_pair = ((i, 0, N - 1), (j, 0, N - 1))
    distance = Sum((Y[i, k] - Y[j, k]) ** 2, (k, 0, D - 1))
    entries = Equal(Sum(weights[i, j] * distances[i, j], *every_pair), Sum(weights[i, j] * distance, *every_pair))
    products = Equal(doubly_centred(distances), MatMul(H, Y, Transpose(Y), H))
    return rules.normal_form(entries), rules.normal_form(products)


def scaling(squares, facts):
    """(the minimum of |B - Z Z'|^2; that of |B - B_Z|^2, B_Z from the distances of the rows of Z) for a matrix in the place
    of squared distances that is symmetric under `facts`.
    """
    products = Named("B", doubly_centred(squares))
    return minimum_at(products, facts), _between_distances(products, facts)


def _between_distances(B, facts):
    """The minimum of |B - B_Z|^2: Z is determined up to a translation, and to a rotation."""
    p = Min(K, N - 1)
    agreement, gram = Trace(MatMul(Transpose(Z), B, Z)), MatMul(Transpose(Z), H, Z)
    problem = Problem(
        fitted(B, gram, agreement),
        Z,
        gram,
        penalty=-agreement,
        factor=H,
        operator=MatMul(-1, B),
        pencil=Eigenpairs(MatMul(-1, B), H, MatrixSymbol("P", N, p), MatMul(-1, MatrixSymbol("b", p, 1)), N - 1),
        turn="Q",
        facts=tuple(facts),
    )
    minimum, _ = spectral_minimum(problem)
    claim = minimum.statement
    of_rows = Named("B_Z", doubly_centred(Named("E_Z", squared_distances(Z))))
    strain = SquaredNorm(MatAdd(B, MatMul(-1, of_rows)))
    return rules.restatement(minimum, Minimum(strain, Z, claim.value, claim.at), facts)
