"""A trace against the spectrum of a pencil: von Neumann's inequality for tr(Z' A Z) and the eigenvalues of Z' M Z.

The pencil is (A, M) = (F' S F, F' F). The compression of S to range(F) is diagonalised; in its coordinates
Y = U' F Z the metric is the identity, and the classical inequality applies.
"""

from __future__ import annotations

from functools import cache

from sympy import Lambda, MatMul, MatrixSymbol, Sum, Trace, Transpose

from derivations.language.atoms import Eigenvalues, SpectralTrace
from derivations.language.propositions import AtMost, Equal
from derivations.proof import rules
from derivations.proof.lemmas import LEMMAS
from derivations.proof.lemmas.lemma import D, K, entry, k, phi, q, r, s
from derivations.proof.result import result

Z = MatrixSymbol("Z", D, K)


@cache
def pencil_trace_bound():
    """S symmetric, V and lambda the bottom eigenpairs of (F'SF, F'F), s the largest eigenvalues of Z'F'FZ:

    sum_k lambda_k s_k <= tr(Z'F'SFZ)  and  tr phi(Z'F'FZ) = sum_k phi(s_k) + (K - q) phi(0), q = min(K, r),
    for every D x K matrix Z.
    """
    given = LEMMAS["spectral-theorem"].hypotheses
    basis, _ = LEMMAS["spectral-theorem"].statement.parts
    f, operator, _, values, _, coordinates, spectrum = basis.arguments()
    y = MatMul(coordinates, Z)
    gram = MatMul(Transpose(Z), Transpose(f), f, Z)
    sigma = Eigenvalues(gram, q)

    paired = Sum(entry(values, k) * entry(sigma, k), (k, 0, q - 1))
    trace = Trace(MatMul(Transpose(Z), Transpose(f), operator, f, Z))
    von_neumann = rules.lemma("von-neumann-trace", {MatrixSymbol("Y", r, K): y, MatrixSymbol("a", r, 1): spectrum})
    bound = rules.combination(AtMost(paired, trace), [von_neumann], hypotheses=[*given, basis])

    spectral = Equal(
        SpectralTrace(Lambda(s, phi(s)), gram), Sum(phi(entry(sigma, k)), (k, 0, q - 1)) + (K - q) * phi(0)
    )
    gram_spectrum = rules.lemma("gram-spectrum", {MatrixSymbol("Y", r, K): y})
    spectrum_of_gram = rules.combination(spectral, [gram_spectrum], hypotheses=[*given, basis])
    return rules.existence(rules.conjunction([bound, spectrum_of_gram]), "spectral-theorem", {})


@result("pencil-trace-bound", cites=("balestriero2022",))
def spectral_bound():
    """(i) A quadratic penalty is at least the sum of the eigenvalues of the covariance times those of its pencil, the largest
    with the smallest. (ii) A spectral function of the covariance is a sum over the same eigenvalues.
    """
    return pencil_trace_bound()
