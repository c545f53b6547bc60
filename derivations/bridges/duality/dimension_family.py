"""Dimension-contrastive losses (Garrido, Chen, Bardes, Najman & LeCun 2023, sections 3 and 4): each repels the dimensions of
the representation, and what it repels is compared with L_nc, the sum of the squared products of two different columns.
"""

from __future__ import annotations

from sympy import (
    DiagMatrix,
    DiagonalMatrix,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Symbol,
    Trace,
    Transpose,
    sqrt,
)

from derivations.bridges.duality.contrastive_family import attained
from derivations.language.atoms import Centring, Named, SquaredNorm
from derivations.language.norms import ColumnNorms, UnitColumns
from derivations.language.propositions import AtMost, Contrasts, Equal, OneHot, Orthonormal, Positive, UnitColumnLength
from derivations.language.substitute import substitute
from derivations.losses import barlow_twins
from derivations.losses.contrastive import infonce, repulsion
from derivations.losses.contrastive.repulsion import Repulsion, everyone_else, off_diagonal, tau
from derivations.losses.vicreg import ctr as vicreg_ctr
from derivations.losses.vicreg import exp as vicreg_exp
from derivations.losses.vicreg.hinge import hinge, variances
from derivations.losses.vicreg.squared import E, H, K, N, Z, alpha, beta, gamma, smoothness, vicreg
from derivations.proof import rules
from derivations.proof.result import result

p = Symbol("p", integer=True, positive=True)  # other dimensions
n = p + 1  # dimensions, two or more


def of_vicreg():
    """VICReg, with squared variance and with the hinge: the covariance term is L_nc of the centred columns, over N^2."""
    centred = Named("M", MatMul(Transpose(Z), H, Z))
    rest = beta / N**2 * off_diagonal(centred) + 2 * gamma * smoothness
    for loss, variance in ((vicreg, alpha * SquaredNorm(DiagonalMatrix(E))), (hinge, alpha * variances)):
        yield rules.normal_form(Equal(loss.value, variance + rest), loss.facts)


def of_barlow():
    """Barlow Twins of cliques that are one point each, Y = B X: L_nc of the columns, of length one in the degrees."""
    cliques = Symbol("c", integer=True, positive=True)
    members, points = MatrixSymbol("B", barlow_twins.N, cliques), MatrixSymbol("X", cliques, barlow_twins.K)
    relation, z = Named("W", MatMul(members, Transpose(members))), Named("Y", MatMul(members, points))
    degrees = DiagMatrix(MatMul(relation, OneMatrix(barlow_twins.N, 1)))
    loss, unit = barlow_twins.redundancy(barlow_twins.correlation(relation, degrees, z)), UnitColumns(z, degrees)
    repelled = barlow_twins.w * off_diagonal(Named("M", MatMul(Transpose(unit), degrees, unit)))
    return rules.normal_form(Equal(loss, repelled), [OneHot(members), Positive(ColumnNorms(z, degrees))])


def repelled_covariances(z):
    """The repulsion of the covariances of the columns of a matrix."""
    return Repulsion(vicreg_exp.covariance(z), (), pool=everyone_else(z.cols))


def at_least_mean(z):
    """n log(n - 1) - tr(C)/((n - 1) tau) <= R(C), as the sum of all covariances is |H z 1|^2/N >= 0."""
    repelled = repelled_covariances(z)
    C, m = repelled.similarity, repelled.pool.count
    total = SquaredNorm(MatMul(Centring(z.rows), z, OneMatrix(z.cols, 1))) / z.rows
    bound = AtMost(repelled.least - Trace(C) / (m * tau), repelled.of(C))
    return rules.combination(bound, [repelled.at_least_mean(C)], remainder=[total / (m * tau)])


def simplex():
    """The minimum over columns of variance one, at a regular simplex, and the value at uncorrelated columns."""
    z = MatrixSymbol("Z", N, n)
    repelled, unit = repelled_covariances(z), UnitColumnLength(z, MatMul(1 / N, H))
    value = repelled.of(repelled.similarity)
    bound = rules.combination(AtMost(repelled.least - n / (p * tau), value), [at_least_mean(z)], hypotheses=[unit])
    basis, vertices = MatrixSymbol("P", N, p), MatrixSymbol("Q", n, p)
    at, facts = MatMul(sqrt(N * n / p), basis, Transpose(vertices)), (Orthonormal(basis, H), Contrasts(vertices))
    feasible = rules.normal_form(unit.map(lambda e: substitute(e, {z: at})), facts)
    yield attained(bound, z, at, facts, feasible)
    yield rules.normal_form(Equal(value, repelled.least), [Orthonormal(z, MatMul(1 / N, H))])


@result("dimension-family", cites=("garrido2023", "bardes2022", "zbontar2021"))
def dimension_family():
    """The dimension-contrastive losses as a repulsion of dimensions and the rest: (i) VICReg, (ii) with the hinge, where it is
    the sum L of the squared products of two different columns, centred; (iii) Barlow Twins, where it is (iv) L of the columns
    scaled to length one, if all positives agree; (v) VICReg-exp; (vi) VICReg-ctr, which repels samples. A log-sum-exp of
    covariances is (vii) at least any one of each row, and (viii) at most the largest and log m a row; (ix), (x) it is at
    least that of the mean covariance. So VICReg-exp does not ask for L = 0: (xi) of columns of variance one its repulsion is
    least at a regular simplex, (xii) lower by (p + 1)/(p tau) than at p + 1 uncorrelated columns. The coding rate has bounds
    of the kind in tcr-repulsion; whitening-MSE has L = 0 as a constraint, see whitening-mse-optimum.
    """
    of_dimensions = {infonce.N: K, infonce.S: vicreg_exp.covariance(Z)}
    of_dimensions |= {MatrixSymbol(name, infonce.N, infonce.N): MatrixSymbol(name, K, K) for name in "AB"}
    return (
        *of_vicreg(),
        barlow_twins.matrix_form.theorems[0],
        of_barlow(),
        *vicreg_exp.matrix_form.theorems,
        *vicreg_ctr.matrix_form.theorems,
        *(rules.substitution(sandwich, of_dimensions) for sandwich in repulsion.bounds.theorems[:2]),
        at_least_mean(MatrixSymbol("Z", N, n)),
        at_least_mean(Transpose(MatrixSymbol("Z", n, K))),
        *simplex(),
    )
