"""The coding rate of columns of length one, against the sum of their squared products.

Of columns of length one, M = Z'Z has K eigenvalues s >= 0 of mean 1. Both bounds are parabolas that touch -log(1 + c s)/2 at
s = 1: above it for every s >= 0, and below it up to the largest that an eigenvalue can be, K.
"""

from __future__ import annotations

from functools import cache

from sympy import (
    Identity,
    KroneckerDelta,
    Lambda,
    MatMul,
    MatrixSymbol,
    S,
    Sum,
    log,
)

from derivations.language.atoms import Eigenvalues, Leading, SpectralTrace
from derivations.language.propositions import AtMost, Equal, Orthonormal, UnitColumnLength
from derivations.losses.coding_rate.tcr import K, N, Z, c, determinant, gram, j, k, rate, tcr
from derivations.losses.contrastive.repulsion import off_diagonal
from derivations.proof import rules
from derivations.proof.lemmas import lemma
from derivations.proof.lemmas.lemma import entry
from derivations.proof.result import result
from derivations.spectral.form import s

unit = UnitColumnLength(Z, Identity(N))
products = off_diagonal(gram)
least = -K * log(1 + c) / 2  # where no two columns have a product
sigma = entry(Eigenvalues(gram, K), k)
tilted = -log(1 + c * s) / 2 + c * s / (2 * (1 + c))  # convex, of slope 0 at s = 1


@cache
def spectrum_of_gram():
    """sum_k phi(s_k) = tr phi(Z'Z), over all K eigenvalues: J Z, which is Z and rows of zeros, has at least K rows."""
    padding, zeros = MatrixSymbol("J", N + K, N), Leading(N + K, N)
    spectrum = rules.lemma("gram-spectrum", {MatrixSymbol("Y", lemma.r, lemma.K): MatMul(padding, Z), lemma.r: N + K})
    total = Equal(Sum(lemma.phi(sigma), (k, 0, K - 1)), SpectralTrace(Lambda(s, lemma.phi(s)), gram))
    total = rules.combination(total, [spectrum], [S.NegativeOne], hypotheses=[Orthonormal(padding)])
    return rules.discharge(rules.substitution(total, {padding: zeros}), rules.normal_form(Orthonormal(zeros)))


def over_eigenvalues(function):
    """sum_k function(s_k) = tr function(Z'Z)."""
    return rules.substitution(spectrum_of_gram(), {lemma.phi: Lambda(s, function)})


def summed(bound):
    """From a bound for every s >= 0 to that of the sum over the eigenvalues."""
    return rules.sum_over(rules.substitution(bound, {s: sigma}), k, K)


def no_eigenvalue_above():
    """0 <= tr (M - I)^2 (K I - M): no eigenvalue exceeds their sum, which is K."""
    squares = (s - 1) ** 2
    others = Sum(squares.subs(s, sigma) * sigma.subs(k, j) * (1 - KroneckerDelta(j, k)), (j, 0, K - 1), (k, 0, K - 1))
    excess = squares * (K - s)
    return rules.combination(
        AtMost(0, SpectralTrace(Lambda(s, excess), gram)),
        [over_eigenvalues(excess), over_eigenvalues(s - 1)],
        [S.One, Sum(squares.subs(s, sigma), (k, 0, K - 1))],
        remainder=[others],
        hypotheses=[unit],
    )


def lower():
    """By log(1 + u) <= u - 3 u^2/(6 + 4 u), for every u > -1, at u = c (s - 1)/(1 + c), and the tangent at s = K of
    1/(6 + 4 u), which is convex.
    """
    weight, steepness = 3 * c**2 / (4 * (1 + c)), 3 + c + 2 * c * s
    steepest = steepness.subs(s, K)
    bound = rules.part(rules.scalar_minimum(tilted - weight * (s - 1) ** 2 / steepness, s), 0)
    below = tilted - weight * (s - 1) ** 2 * (2 * steepest - steepness) / steepest**2
    gap = weight * (s - 1) ** 2 * (2 * c * (K - s)) ** 2 / (steepness * steepest**2)
    bound = rules.combination(AtMost(bound.statement.lhs, below), [bound], remainder=[gap])
    used = [summed(bound), over_eigenvalues(below), determinant(Z), no_eigenvalue_above()]
    multipliers = [S.One, S.One, S.Half, 2 * c * weight / steepest**2]
    claim = AtMost(least + weight / steepest * products, -rate)
    return rules.combination(claim, used, multipliers, hypotheses=[unit])


def upper():
    """By the largest curvature of -log(1 + c s)/2 on s >= 0, which is c^2/2."""
    weight = c**2 / 4
    excess = weight * (s - 1) ** 2 - tilted
    bound = rules.part(rules.scalar_minimum(excess, s), 0)
    used = [summed(bound), over_eigenvalues(excess), determinant(Z)]
    return rules.combination(AtMost(-rate, least + weight * products), used, [S.One, S.One, -S.Half], hypotheses=[unit])


def hadamard():
    """By the tangent of -log(1 + c s)/2 at s = 1."""
    bound = rules.part(rules.scalar_minimum(tilted, s), 0)
    used = [summed(bound), over_eigenvalues(tilted), determinant(Z)]
    return rules.combination(AtMost(least, -rate), used, [S.One, S.One, S.Half], hypotheses=[unit])


@result("tcr-repulsion", cites=tcr.cites)
def repulsion():
    """Of columns of length one, the coding rate is largest where no two have a product (Hadamard's inequality), and how far it
    falls short of that is, up to factors, the sum of the squares of their products.
    """
    return hadamard(), lower(), upper()
