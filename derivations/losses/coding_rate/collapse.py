"""Where the coding rate is least: at collapse, all rows one vector.

It is a sum of log(1 + c x)/2 over the eigenvalues x of Z'Z. The logarithm is concave: its tangent at x lies above it at every
other place, at 0 and at the sum of all eigenvalues too.
"""

from __future__ import annotations

from sympy import KroneckerDelta, Lambda, MatMul, MatrixSymbol, OneMatrix, S, Sum, Symbol, Transpose, log, sqrt

from derivations.language.atoms import Eigenvalues
from derivations.language.propositions import AtMost, Equal, Orthonormal, UnitLength
from derivations.language.substitute import substitute
from derivations.losses.coding_rate.repulsion import over_eigenvalues, sigma
from derivations.losses.coding_rate.tcr import K, N, Z, c, determinant, gram, j, k, rate, sylvester, tcr
from derivations.proof import rules
from derivations.proof.result import result
from derivations.spectral.form import s

length = Symbol("t", positive=True)
v = MatrixSymbol("v", K, 1)
collapsed = MatMul(length, OneMatrix(N, 1), Transpose(v))  # every row is t v'
slope = c * sigma / (1 + c * sigma)


def tangents(end, weight):
    """0 <= log(1 + c x) + c (end - x)/(1 + c x) - log(1 + c end), summed over the eigenvalues x of Z'Z."""
    at = Symbol("y", nonnegative=True)
    tangent = rules.part(rules.scalar_minimum(c * s / (1 + c * at) - log(1 + c * s), s), 0)
    return rules.sum_over(rules.substitution(tangent, {s: end, at: sigma}), k, K, weight)


def of_eigenvalues(claim, used, multipliers, remainder=(), facts=()):
    """A bound on the coding rate from what is known of the eigenvalues."""
    defined = rules.positive_function(Eigenvalues(gram, K).applyfunc(Lambda(s, 1 + c * s)))
    used = [*used, determinant(Z), over_eigenvalues(log(1 + c * s))]
    multipliers = [*multipliers, -S.Half, S.Half]
    bound = rules.combination(claim, used, multipliers, remainder, [*facts, defined.statement])
    return rules.discharge(bound, defined)


def of_unit_rows():
    """By the chord of the logarithm from 0 to N, the sum of the eigenvalues: the tangents at x are taken at N with the weight
    x/N, and at 0 with that of the other eigenvalues.
    """
    others = Sum((1 - KroneckerDelta(j, k)) * sigma.subs(k, j), (j, 0, K - 1))
    used = [tangents(N, sigma / N), tangents(S.Zero, others / N), over_eigenvalues(s / N)]
    excess = Sum(log(1 + c * sigma) - slope, (k, 0, K - 1)) - log(1 + c * N)
    claim = AtMost(log(1 + c * N) / 2, rate)
    return of_eigenvalues(claim, used, [S.Half, S.Half, S.Half * excess], facts=[UnitLength(Z)])


def of_any_rows():
    """By the tangents at 0: log(1 + c x) is at least c x/(1 + c x)."""
    rest = Sum(slope, (k, 0, K - 1)) / 2
    return of_eigenvalues(AtMost(0, rate), [tangents(S.Zero, S.One)], [S.Half], [rest])


def at_collapse():
    """The determinant is that of a number, 1 + c N t^2."""
    number = sylvester(MatMul(sqrt(N) * length, Transpose(v)))
    claim = Equal(substitute(rate, {Z: collapsed}), log(1 + c * N * length**2) / 2)
    return rules.combination(claim, [number], [S.Half], hypotheses=[Orthonormal(v)])


@result("tcr-least-at-collapse", cites=tcr.cites)
def least():
    """The coding rate of rows of norm one is (i) at least log(1 + c N)/2, and (ii) that where all rows are one vector, of length
    t = 1. (iii) Of rows of any length it is at least 0, as in (ii) where t goes to 0.
    """
    return of_unit_rows(), at_collapse(), of_any_rows()
