"""VICReg's hinge is not the squared variance: another spectrum, and another rank.

With K = 2 columns, where 4 beta + 4 gamma lambda_1 <= alpha, the hinge keeps one direction if 2 beta <= gamma (lambda_2 -
lambda_1), and two if not. Where beta <= alpha, the squared variance keeps one if 2 beta <= gamma (lambda_2 - lambda_1) +
(gamma beta/alpha) (lambda_1 + lambda_2), and two if not, by `vicreg-weighted-optimum`. So neither has always the larger rank.
On a path of three samples, whose eigenvalues are 1 and 3: at (alpha, beta, gamma) = (36, 5, 4) the best representation has
rank two with the hinge, s = (1.8, 0.2), and rank one with the squared variance; at (5, 2, 1), outside of the first condition,
it has rank one with the hinge and rank two with the squared variance, s = (1.1, 0.1).
"""

from __future__ import annotations

from dataclasses import replace

from sympy import DiagonalOf, Lambda, MatAdd, MatMul, MatrixSymbol, Symbol, Trace, ZeroMatrix

from derivations.language.propositions import AtMost, Equal, LowestTwo, PositiveSemidefinite
from derivations.language.substitute import substitute
from derivations.losses.vicreg.hinge import hinge, positive_filter, shortfall, squared_variance
from derivations.losses.vicreg.squared import C, G, H, K, L, N, alpha, beta, gamma, problem, smoothness
from derivations.proof.claim import Claim
from derivations.proof.result import result
from derivations.spectral.one_direction import Alike

x = Symbol("x", real=True)
smallest, following = Symbol("lambda_1", nonnegative=True), Symbol("lambda_2", real=True)
lowest = LowestTwo(L, H, MatrixSymbol("p_1", N, 1), smallest, MatrixSymbol("p_2", N, 1), following)
columns = Alike(replace(problem, facts=hinge.facts), hinge.matrix_form, alpha, beta, 2 * gamma, lowest)


def _stands_in():
    """The hinge would be least at Z = 0, with the value alpha, where the squared variance is; at K = 1, gamma = 1."""
    covariance, energy = (substitute(x, {K: 1}) for x in (C, smoothness))
    loss = alpha * shortfall(Trace(covariance)) + 2 * energy
    hollow = Equal(DiagonalOf(G), ZeroMatrix(N, 1))
    return Claim(
        "The squared variance may stand in for the hinge.",
        AtMost(alpha, loss),
        (*hinge.facts, hollow, PositiveSemidefinite(MatAdd(L, MatMul(-alpha, H)))),
    )


@result("vicreg-hinge-differs", cites=("bardes2022", "balestriero2022"), claimed=_stands_in)
def differs():
    """The hinge has another spectrum than the squared variance, and another rank. Under exact decorrelation (i) the hinge
    drops no direction at any gamma, (ii), (iii) and the squared variance drops all with gamma lambda_k >= alpha. At finite
    beta, (iv) where 4 beta (K - 1) + 4 gamma lambda_1 <= alpha and beta K <= gamma (lambda_2 - lambda_1), the hinge is best
    served by columns that are all the same: a global minimum has rank one, whatever K is. (v), (vi) The second threshold is
    sharp if K is two or more: no matrix of rank one has a smaller value than those columns, but beyond the threshold two
    directions do, for every s between 0 and K - gamma (lambda_2 - lambda_1)/beta; there are r and t by the Schur-Horn theorem.
    """
    return (
        positive_filter(),
        *squared_variance(),
        columns.minimum(),
        columns.rank_one(),
        columns.two_directions(Lambda(x, shortfall(x))),
    )
