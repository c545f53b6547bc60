"""Laplacian Eigenmaps (Belkin & Niyogi 2003): related samples close together, a sample weighing by its degree.

Every sample is related to some, so that no degree is 0. The constraint Z'DZ = I, D the degrees, admits the constant vector,
which says nothing of the samples. The method leaves it out by Z'D1 = 0; here that is the projector Pi, which takes off the
mean by degrees: Pi Z = Z exactly if Z'D1 = 0.
"""

from __future__ import annotations

from sympy import (
    DiagMatrix,
    Identity,
    MatAdd,
    MatMul,
    MatrixSymbol,
    Min,
    OneMatrix,
    Rational,
    S,
    Trace,
    Transpose,
    ZeroMatrix,
)

from derivations.language.atoms import Laplacian, Named
from derivations.language.propositions import All, Eigenpairs, Equal, Orthonormal
from derivations.losses.contrastive.spectral_contrastive import G, N, Z, d, degrees_to_the, spectral_contrastive, v
from derivations.losses.vicreg.squared import rank
from derivations.proof import rules
from derivations.proof.result import result
from derivations.spectral.problem import Problem
from derivations.spectral.whitened import whitened_minimum

volume = spectral_contrastive.facts  # G is symmetric and nonnegative, d = G 1 positive, and v the sum of d
facts = tuple(f for f in volume if v not in f.free_symbols())
L, D, ones = Laplacian(G), DiagMatrix(d), OneMatrix(N, 1)
centring = Named("Pi", MatAdd(Identity(N), MatMul(-1 / v, ones, Transpose(d))))
covariance = Named("M", MatAdd(D, MatMul(-1 / v, d, Transpose(d))))  # Z'MZ = (Pi Z)'D(Pi Z)

half = Rational(1, 2)
root, normalised = degrees_to_the(half), MatMul(degrees_to_the(-half), L, degrees_to_the(-half))


def between(matrix, *factors):
    """F' matrix F for the product F of the factors."""
    return MatMul(*map(Transpose, reversed(factors)), matrix, *factors) if factors else matrix


def degree_weighted(unknown, *inputs, metric=D, factor=root, names=("U", "lambda", "R"), facts=facts):
    """The least of tr(Z'LZ) against Z' metric Z, for Z the product of the inputs, if there are any, and the unknown.

    The metric is F'F for the `factor` F, with F S F = L; the inputs have rank r in it. `names` are those of the
    eigenvectors, the eigenvalues and the rotation.
    """
    vectors, values, turn = names
    energy, kept = Trace(between(L, *inputs, unknown)), Min(unknown.cols, rank)
    matrix, moments = between(L, *inputs), between(metric, *inputs)
    return Problem(
        energy,
        unknown,
        between(metric, *inputs, unknown),
        penalty=energy,
        factor=MatMul(factor, *inputs),
        operator=normalised,
        pencil=Eigenpairs(
            matrix, moments, MatrixSymbol(vectors, unknown.rows, kept), MatrixSymbol(values, kept, 1), rank
        ),
        turn=turn,
        facts=facts,
    )


def least_energy(problem):
    """The minimum of a degree-weighted problem where its covariance is the identity."""
    whitened = Orthonormal(problem.unknown, problem.pencil.metric)
    return whitened_minimum(problem, whitened, S.One)


with_constant = degree_weighted(Z)
off_constant = MatAdd(Identity(N), MatMul(-1 / v, root, ones, Transpose(ones), root))
without_constant = degree_weighted(
    Z, metric=covariance, factor=MatMul(off_constant, root), names=("V", "nu", "Q"), facts=volume
)


@result("laplacian-eigenmaps", cites=("belkin2003",))
def laplacian_eigenmaps():
    """Laplacian Eigenmaps: where the degrees weight the constraint, related samples are closest at the bottom eigenvectors
    of L u = lambda D u, one of which is constant. It is left out with the mean by degrees: what remains of the samples is
    closest at the other eigenvectors, which are orthogonal to the degrees.
    """
    constant = rules.normal_form(Equal(MatMul(L, ones), ZeroMatrix(N, 1)), facts)
    projected = (
        Equal(between(D, centring, Z), between(covariance, Z)),
        Equal(between(L, centring, Z), between(L, Z)),
        Equal(MatMul(Transpose(d), centring, Z), ZeroMatrix(1, Z.cols)),
    )
    return (
        rules.substitution(least_energy(with_constant), {rank: N}),
        constant,
        rules.normal_form(All(projected), volume),
        rules.substitution(least_energy(without_constant), {rank: N - 1}),
        rules.substitution(_off_the_constant(without_constant.pencil), {rank: N - 1}),
    )


def _off_the_constant(pencil):
    """Eigenvectors of (L, M) less their means by degrees are eigenvectors of (L, D)."""

    def equations(metric, vectors):
        stretched = MatMul(metric, vectors, DiagMatrix(pencil.values))
        return All((Equal(MatMul(L, vectors), stretched), Equal(between(metric, vectors), Identity(vectors.cols))))

    given = rules.normal_form(equations(covariance, pencil.vectors), [pencil])
    return rules.restatement(given, equations(D, MatMul(centring, pencil.vectors)), volume)
