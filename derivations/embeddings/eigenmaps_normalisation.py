"""Two normalisations of Laplacian Eigenmaps: by the covariance and by the degrees, and which of them VICReg is.

They agree if the relation is regular, but not only then: the path of three samples is not, and its first eigenvector is
(1, 0, -1) by either. With weights 8 and 5 on its edges it is (4, 1, -5) by the covariance, and (5, 0, -8) by the degrees.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import (
    DiagMatrix,
    DiagonalOf,
    Identity,
    MatAdd,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    S,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
)

from derivations.embeddings import laplacian_eigenmaps
from derivations.embeddings.laplacian_eigenmaps import between
from derivations.language.atoms import Laplacian, Named
from derivations.language.propositions import (
    All,
    AtMost,
    ConstantRowSums,
    Eigenpairs,
    Equal,
    HelmertContrasts,
    OneHot,
    Orthonormal,
    Positive,
)
from derivations.losses.vicreg import squared as vicreg
from derivations.losses.vicreg.squared import G, H, L, N, Z
from derivations.proof import rules
from derivations.proof.claim import Claim
from derivations.proof.result import result
from derivations.spectral.whitened import same_range, whitened_minimum

delta = Symbol("delta", positive=True)  # the degree of every sample of a regular relation
ones = OneMatrix(N, 1)
d = MatMul(G, ones)
regular = (ConstantRowSums(G, delta), Positive(d))
# the metric of Laplacian Eigenmaps without the constant, where the degrees have the sum N delta
M = Named("M", MatAdd(DiagMatrix(d), MatMul(-1 / (N * delta), d, Transpose(d))))


def _always():
    """A bottom eigenvector of L by the covariance would have the least energy by degrees."""
    vectors = MatrixSymbol("p", N, 1), MatrixSymbol("u", N, 1)
    values = MatrixSymbol("lambda", 1, 1), MatrixSymbol("nu", 1, 1)
    metrics = H, laplacian_eigenmaps.covariance
    pairs = [Eigenpairs(L, m, v, a, N - 1) for m, v, a in zip(metrics, vectors, values, strict=True)]
    energy, weighted = (Trace(between(m, vectors[0])) for m in (L, metrics[1]))
    hollow = Equal(DiagonalOf(G), ZeroMatrix(N, 1))
    return Claim(
        "VICReg is Laplacian Eigenmaps.",
        AtMost(energy, Trace(values[1]) * weighted),
        (*laplacian_eigenmaps.volume, hollow, *pairs),
    )


@result("eigenmaps-normalisation", cites=("balestriero2022", "belkin2003"), claimed=_always)
def eigenmaps_normalisation():
    """VICReg is the Laplacian Eigenmaps that normalises the covariance, and the one whose constraint the degrees weight if the
    relation is regular; else they can differ. In a clique of m samples without self-loops the eigenvectors that sum to 0
    have the eigenvalue m, and by degrees m over m - 1: VICReg takes the smallest cliques first, and the other the largest.
    """
    eigenmaps = replace(vicreg.problem, penalty=Trace(between(L, Z)), covariance=between(H, Z), unit=S.One)
    metric, minimum = by_degrees(eigenmaps)
    best, *_ = vicreg.optimum.theorems
    spans = same_range(vicreg.problem, best.statement.at, minimum.statement.at, 1 / (N * delta))
    return metric, minimum, spans, _cliques()


def by_degrees(problem, *inputs, scale=S.One):
    """(the metric M on the inputs is scale * delta that of the problem, the minimum where M normalises), if the relation is
    regular. Without inputs, Z itself is the unknown.
    """
    factor, facts = scale * delta, (*problem.facts, *regular)
    weighted, plain = between(M, *inputs), MatMul(factor, problem.pencil.metric)
    minimum = whitened_minimum(problem, Orthonormal(problem.unknown, plain), 1 / factor)
    whitened = Orthonormal(problem.unknown, weighted)
    restated = rules.restatement(minimum, replace(minimum.statement, subject_to=(whitened,)), facts)
    return rules.normal_form(Equal(weighted, plain), facts), restated


def _cliques():
    """Contrasts inside the cliques of a partition, of sizes m, are eigenvectors by either normalisation."""
    c = Symbol("c", integer=True, positive=True)
    membership, sizes = MatrixSymbol("B", N, c), MatrixSymbol("m", c, 1)
    contrasts, owners = MatrixSymbol("Q", N, N - c), MatrixSymbol("E", N - c, c)
    relation = Named("G_B", MatAdd(MatMul(membership, Transpose(membership)), MatMul(-1, Identity(N))))
    laplacian, degrees = Laplacian(relation), DiagMatrix(MatMul(relation, ones))
    own = MatMul(owners, sizes)
    less_one = MatAdd(own, MatMul(-1, OneMatrix(N - c, 1)))
    eigenvectors = (
        Equal(MatMul(laplacian, contrasts), MatMul(contrasts, DiagMatrix(own))),
        Equal(MatMul(laplacian, contrasts, DiagMatrix(less_one)), MatMul(degrees, contrasts, DiagMatrix(own))),
    )
    partition = (OneHot(membership), Equal(MatMul(Transpose(membership), ones), sizes))
    return rules.normal_form(All(eigenvectors), (*partition, HelmertContrasts(contrasts, membership, owners)))
