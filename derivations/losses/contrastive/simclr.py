"""SimCLR (Chen et al. 2020) on views: InfoNCE with cosines, self-pairs excluded, on a partition into equal cliques.

The cliques are the views of a sample, or the samples of a class: c + 1 of them, each of p + 1 samples, so that every
sample has p positives.
"""

from __future__ import annotations

from sympy import (
    Identity,
    KroneckerDelta,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSymbol,
    OneMatrix,
    Rational,
    Sum,
    Trace,
    Transpose,
    exp,
    log,
    sqrt,
    symbols,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import LogSumExp, Named, SquaredNorm
from derivations.language.norms import RowNorms, UnitRows
from derivations.language.propositions import (
    All,
    AtMost,
    Contrasts,
    Equal,
    OneHot,
    Orthonormal,
    Positive,
    UnitLength,
)
from derivations.language.substitute import substitute
from derivations.losses.contrastive.infonce import infonce, l, tangent_of_exp, tau
from derivations.proof import rules
from derivations.proof.lemmas.lemma import entry
from derivations.proof.result import result

# The statement

p, c, K = symbols("p c K", integer=True, positive=True)  # positives of a sample, other cliques, dimensions
n = (c + 1) * (p + 1)  # samples
i, j, k = symbols("i j k", integer=True, nonnegative=True)

Z = MatrixSymbol("Z", n, K)
B = MatrixSymbol("B", n, c + 1)  # B_ik = 1 where sample i is in clique k
everyone = OneMatrix(n, n)
others = MatAdd(everyone, MatMul(-1, Identity(n)))
same = MatMul(B, Transpose(B))
G = Named("G", MatMul(1 / p, MatAdd(same, MatMul(-1, Identity(n)))))  # rows scaled to sum to one
Y = MatrixSymbol("Y", n, K)  # rows of norm one


def scores(rows):
    """Cosines over the temperature, of rows of norm one."""
    return Named("S", MatMul(1 / tau, rows, Transpose(rows)))


loss = infonce(scores(UnitRows(Z)), G, others)
partition = (OneHot(B), Equal(MatMul(Transpose(B), OneMatrix(n, 1)), MatMul(p + 1, OneMatrix(c + 1, 1))))

together, apart = 1 / tau, -1 / (c * tau)  # the scores of a simplex: within a clique, and across
total = p * exp(together) + c * (p + 1) * exp(apart)
optimal_loss = n * (log(total) - 1 / tau)


@result("simclr-clique-optimum", cites=("chen2020", "balestriero2022"))
def clique_optimum():
    """On equal cliques SimCLR is least where each clique is one vertex of a regular simplex, which takes K >= c dimensions.
    The loss is convex in the scores, so it is at least its tangent at those of the simplex, whose slope is one number
    inside the cliques and one across; what is left are the squared length of the sum of all unit rows and the squared
    distances inside the cliques, both nonnegative. The Gram matrix there is a multiple of a projector of rank c: with
    K < c no Z has it. On three or more cliques of unequal sizes the simplex need not even be stationary.
    """
    nonzero = (*partition, Positive(RowNorms(Z)))
    on_sphere = _bound()
    on_sphere = rules.restatement(on_sphere, on_sphere.statement, [Positive(RowNorms(Z))])
    unit = rules.normal_form(UnitLength(UnitRows(Z)), nonzero)
    bound = rules.discharge(rules.substitution(on_sphere, {Y: UnitRows(Z)}), unit)
    simplex = MatrixSymbol("Q", c + 1, c)
    rotation = MatrixSymbol("R", K, c)
    at = MatMul(sqrt((c + 1) / c), B, simplex, Transpose(rotation))
    frame = (*partition, Contrasts(simplex), Orthonormal(rotation))
    feasible = rules.positive_constant(RowNorms(at), frame)
    witness = rules.normal_form(Equal(substitute(loss, {Z: at}), optimal_loss), frame)
    gram = Named("M", MatMul(1 / c, MatAdd(MatMul(c + 1, same), MatMul(-1, everyone))))
    multiple = (c + 1) * (p + 1) / c
    squared = Equal(MatPow(gram, 2), MatMul(multiple, gram))
    kept = All((Equal(MatMul(at, Transpose(at)), gram), squared, Equal(Trace(gram), multiple * c)))
    return rules.attainment(bound, witness, Z, at, [feasible]), rules.normal_form(kept, frame)


def _bound():
    """optimal_loss <= loss at any Y with rows of norm one, from the tangent of exp at the two scores of the simplex."""
    pair = KroneckerDelta(i, j)
    of_same = Sum((1 - pair) ** 2 * B[i, k] ** 2 * B[j, k] ** 2, (k, 0, c))
    of_other = Rational(1, 2) * Sum((B[i, k] - B[j, k]) ** 2, (k, 0, c))
    at_rows = scores(Y)
    log_softmax = MatrixElement(at_rows, i, j) - entry(LogSumExp(at_rows, others), i)
    tangents = []
    for score, weight in ((together, of_same), (apart, of_other)):
        inequality = tangent_of_exp(score - log(total), log_softmax)
        inequality = rules.restatement(inequality, inequality.statement, (*partition, UnitLength(Y)))
        tangents.append(rules.sum_over(rules.sum_over(inequality, j, n, weight), i, n))
    probability = exp(apart) / total
    remainder = [
        probability / tau * SquaredNorm(MatMul(OneMatrix(1, n), Y)),
        probability * (1 + c * (p + 1) / p) / (2 * tau) * _distances_inside(),
    ]
    return rules.combination(AtMost(optimal_loss, infonce(at_rows, G, others)), tangents, remainder=remainder)


def _distances_inside():
    """sum_ij (B B')_ij |y_i - y_j|^2."""
    shared = Sum(B[i, k] ** 2 * B[j, k] ** 2, (k, 0, c))
    distance = Sum((Y[i, l] - Y[j, l]) ** 2, (l, 0, K - 1))
    return Sum(shared * distance, (i, 0, n - 1), (j, 0, n - 1))
