"""Relations that are partitions: labels, and the views of a sample."""

from __future__ import annotations

from sympy import (
    DiagMatrix,
    Identity,
    Lambda,
    MatAdd,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    symbols,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.language.atoms import Laplacian, Named, SquaredNorm
from derivations.language.propositions import All, Equal, HelmertContrasts, OneHot, Pairing, Positive
from derivations.proof import rules
from derivations.proof.result import result

N, K, c, n = symbols(
    "N K c n", integer=True, positive=True
)  # samples, dimensions, cliques, samples before augmentation


def laplacians(membership):
    """The Laplacian of the partition with self-loops (G = B B') and without (G = B B' - I), B_ic = 1 iff i is in c."""
    shared = MatMul(membership, Transpose(membership))
    without = MatAdd(shared, MatMul(-1, Identity(membership.rows)))
    return Laplacian(Named("G", shared)), Laplacian(Named("G", without))


@result("clique-spectrum", cites=("balestriero2022",))
def clique_spectrum():
    """A partition into cliques of sizes m_c has Laplacian eigenvalues 0, once a clique, and m_c, m_c - 1 times each: the
    indicators B and the contrasts Q of the cliques are eigenvectors, and an orthogonal basis of the whole space.
    """
    membership, sizes = MatrixSymbol("B", N, c), MatrixSymbol("m", c, 1)
    laplacian, without_loops = laplacians(membership)
    partition = (OneHot(membership), Equal(MatMul(Transpose(membership), OneMatrix(N, 1)), sizes), Positive(sizes))
    same = rules.normal_form(Equal(without_loops, laplacian), partition)
    indicators = rules.normal_form(Equal(MatMul(laplacian, membership), ZeroMatrix(N, c)), partition)

    contrasts, owners = MatrixSymbol("Q", N, N - c), MatrixSymbol("E", N - c, c)
    given = (*partition, HelmertContrasts(contrasts, membership, owners))
    eigenvalues = DiagMatrix(MatMul(owners, sizes))
    inside = rules.normal_form(Equal(MatMul(laplacian, contrasts), MatMul(contrasts, eigenvalues)), given)

    # the projector on all of them has trace N: nothing is left out
    x = Symbol("x", positive=True)
    inverse_sizes = DiagMatrix(ElementwiseApplyFunction(Lambda(x, 1 / x), sizes))
    everything = MatAdd(
        MatMul(membership, inverse_sizes, Transpose(membership)), MatMul(contrasts, Transpose(contrasts))
    )
    projector = All((Equal(MatMul(everything, everything), everything), Equal(Trace(everything), N)))
    return same, indicators, inside, rules.normal_form(projector, given)


@result("two-view-relation", cites=("chen2020", "bardes2022"))
def two_view_relation():
    """V views of n samples are cliques of size V; for two views the energy is the squared distance of the branches."""
    V = Symbol("V", integer=True, positive=True)
    z, membership = MatrixSymbol("Z", N, K), MatrixSymbol("B", N, n)
    equal_sizes = Equal(MatMul(Transpose(membership), OneMatrix(N, 1)), MatMul(V, OneMatrix(n, 1)))
    energy = Trace(MatMul(Transpose(z), laplacians(membership)[1], z))
    pooled = SquaredNorm(MatMul(Transpose(membership), z))
    views = rules.normal_form(Equal(energy, V * SquaredNorm(z) - pooled), [OneHot(membership), equal_sizes])

    first, second = (MatrixSymbol(name, N, n) for name in ("S_a", "S_b"))
    crossed = Named("G", MatAdd(MatMul(first, Transpose(second)), MatMul(second, Transpose(first))))
    branches = MatAdd(MatMul(Transpose(first), z), MatMul(-1, Transpose(second), z))
    energy = Trace(MatMul(Transpose(z), Laplacian(crossed), z))
    return views, rules.normal_form(Equal(energy, SquaredNorm(branches)), [Pairing(first, second)])
