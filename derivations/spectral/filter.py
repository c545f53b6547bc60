"""The spectral filter theorem: the global minimum of tr phi(C) + cost tr(Z' A Z), in closed form.

Z acts through C = Z'MZ only, and through tr(Z'AZ); von Neumann's inequality pairs the eigenvalues s_k of C with the
bottom eigenvalues a_k of the pencil (A, M); what remains is one problem in one variable for each k.
"""

from __future__ import annotations

from functools import cache

from sympy import DiagMatrix, Integer, Lambda, MatMul, MatrixSymbol, Symbol, Trace, Transpose, sqrt
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.language.atoms import Eigenvalues, SpectralTrace
from derivations.language.propositions import AtMost, Equal, Minimises, Orthonormal, Positive
from derivations.language.substitute import substitute
from derivations.proof import rules
from derivations.proof.lemmas import LEMMAS
from derivations.proof.lemmas.lemma import D, K, entry, k, phi, q, r
from derivations.proof.result import result
from derivations.spectral.form import s
from derivations.spectral.pencil import Z, pencil_trace_bound

cost = Symbol("kappa", nonnegative=True)
eigenvalue = Symbol("a", real=True)
filter_values = MatrixSymbol("t", q, 1)
rotation = MatrixSymbol("R", K, q)
spare = Symbol("m", integer=True, nonnegative=True)  # directions beyond K
full_rank = {r: K + spare}  # q = K: no direction is missing
one_dimensional = Lambda((s, eigenvalue), phi(s) + cost * eigenvalue * s)


def representation(vectors, values, right):
    """V diag(t)^(1/2) R'."""
    x = Symbol("x", nonnegative=True)
    if isinstance(values, ElementwiseApplyFunction):
        inner = values.function
        roots = ElementwiseApplyFunction(Lambda(inner.variables, sqrt(inner.expr)), values.expr)
    else:
        roots = ElementwiseApplyFunction(Lambda(x, sqrt(x)), values)
    return MatMul(vectors, DiagMatrix(roots), Transpose(right))


@cache
def spectral_filter_theorem(unknown="Z"):
    """S symmetric, V and lambda the bottom eigenpairs of (F'SF, F'F), t_k = argmin over s >= 0 of phi(s) + c lambda_k s:

    min over Z of tr phi(Z'F'FZ) + c tr(Z'F'SFZ) is sum_k [phi(t_k) + c lambda_k t_k] + (K - q) phi(0), attained at
    V diag(t)^(1/2) R' for every R with R'R = I. The matrix Z, D x K, is called `unknown`.
    """
    symmetric, pencil = LEMMAS["spectral-theorem"].hypotheses
    basis, _ = LEMMAS["spectral-theorem"].statement.parts
    z = MatrixSymbol(unknown, D, K)
    gram = MatMul(Transpose(z), Transpose(basis.factor), basis.factor, z)
    penalty = Trace(MatMul(Transpose(z), Transpose(basis.factor), basis.operator, basis.factor, z))
    objective = SpectralTrace(Lambda(s, phi(s)), gram) + cost * penalty
    minimises = Minimises(filter_values, one_dimensional, basis.values)

    both = pencil_trace_bound() if z == Z else rules.substitution(pencil_trace_bound(), {Z: z})
    pointwise = rules.pointwise(rules.assumption(minimises), k, entry(Eigenvalues(gram, q), k))
    least = rules.sum_over(pointwise, k, q)
    value = least.statement.lhs + (K - q) * phi(0)
    bound = rules.combination(
        AtMost(value, objective),
        [rules.part(both, 0), rules.part(both, 1), least],
        [cost, Integer(-1), Integer(1)],
    )

    at = representation(basis.vectors, filter_values, rotation)
    there = rules.lemma("diagonal-spectrum", {MatrixSymbol("d", q, 1): filter_values})
    witness = rules.combination(
        Equal(substitute(objective, {z: at}), value),
        [there],
        hypotheses=[symmetric, pencil, minimises, Orthonormal(rotation)],
    )
    return rules.attainment(bound, witness, z, at)


@cache
def definite_filter_theorem(unknown="Z"):
    """The same where phi need not be defined at 0, over the matrices Z for which Z'F'FZ is positive definite.

    F has a rank of at least K, and every t_k is positive; then min over Z is sum_k [phi(t_k) + c lambda_k t_k].
    """
    general = rules.substitution(spectral_filter_theorem(unknown), full_rank)
    claim = general.statement
    (trace,) = claim.objective.atoms(SpectralTrace)
    definite = Positive(Eigenvalues(trace.matrix, K))
    bound = rules.lower_bound(general)
    bound = rules.restatement(bound, bound.statement, [definite])
    values = MatrixSymbol(filter_values.name, K, 1)
    positive = rules.lemma("positive-spectrum", {r: K, MatrixSymbol("d", q, 1): values})
    there = definite.map(lambda e: substitute(e, {claim.unknown: claim.at}))
    feasible = rules.restatement(positive, there, general.hypotheses)
    return rules.attainment(bound, rules.value_at_minimum(general), claim.unknown, claim.at, [feasible])


@result("spectral-filter", cites=("balestriero2022",))
def spectral_filter():
    """A spectral function of the covariance plus a quadratic penalty is least at filtered bottom eigenvectors."""
    return spectral_filter_theorem()


@result("left-singular-vectors", cites=("balestriero2022",))
def left_singular_vectors():
    """The left singular vectors of every Z* are eigenvectors of the pencil; the right ones, the columns of R, are free."""
    symmetric, pencil = LEMMAS["spectral-theorem"].hypotheses
    minimises = Minimises(filter_values, one_dimensional, pencil.values)
    columns = MatMul(representation(pencil.vectors, filter_values, rotation), rotation)
    spectrum = DiagMatrix(pencil.values)
    eigenvectors = Equal(MatMul(pencil.matrix, columns), MatMul(pencil.metric, columns, spectrum))
    lengths = Equal(MatMul(Transpose(columns), pencil.metric, columns), DiagMatrix(filter_values))
    return [
        rules.normal_form(e, [symmetric, pencil, minimises, Orthonormal(rotation)]) for e in (eigenvectors, lengths)
    ]
