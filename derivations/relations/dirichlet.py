"""The graph Laplacian of a relation: its energy, and what follows from it."""

from __future__ import annotations

from sympy import Integer, MatMul, MatrixSymbol, OneMatrix, Rational, Sum, Trace, Transpose, ZeroMatrix, symbols

from derivations.language.atoms import Centring, Laplacian
from derivations.language.propositions import All, AtMost, EntrywiseNonnegative, Equal, Symmetric
from derivations.proof import rules
from derivations.proof.result import result

N, K = symbols("N K", integer=True, positive=True)
i, j, k = symbols("i j k", integer=True, nonnegative=True)
G = MatrixSymbol("G", N, N)
H, L = Centring(N), Laplacian(G)


def squared_distances(z):
    """sum_ij G_ij |z_i - z_j|^2 over the rows z_i of a matrix, in index notation."""
    distance = Sum((z[i, k] - z[j, k]) ** 2, (k, 0, z.cols - 1)) if z.cols != 1 else (z[i, 0] - z[j, 0]) ** 2
    return Sum(G[i, j] * distance, (i, 0, N - 1), (j, 0, N - 1))


@result("dirichlet-energy", cites=("belkin2003", "balestriero2022"))
def dirichlet_energy():
    """The weighted squared distances of related samples are twice the quadratic form of the Laplacian."""
    z = MatrixSymbol("Z", N, K)
    energy = Equal(squared_distances(z), 2 * Trace(MatMul(Transpose(z), L, z)))
    return rules.normal_form(energy, [Symmetric(G)])


@result("laplacian-facts", cites=("chung1997",))
def laplacian_facts():
    """The Laplacian is symmetric, annihilates constants, commutes with centring and is positive semidefinite."""
    ones = OneMatrix(N, 1)
    products = All((Equal(MatMul(L, ones), ZeroMatrix(N, 1)), Equal(MatMul(H, L), L), Equal(MatMul(L, H), L)))
    v = MatrixSymbol("v", N, 1)
    relation = [Symmetric(G), EntrywiseNonnegative(G)]
    form = Trace(MatMul(Transpose(v), L, v))
    energy = rules.combination(
        AtMost(Integer(0), form), [], remainder=[Rational(1, 2) * squared_distances(v)], hypotheses=relation
    )
    return (
        rules.normal_form(Symmetric(L), [Symmetric(G)]),
        rules.normal_form(products, [Symmetric(G)]),
        rules.semidefinite(energy, v),
    )
