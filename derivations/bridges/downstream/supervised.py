"""Relations built from labels: what is learned from them has the range of the one-hot matrix of the classes.

With weights 1/n_c between the n_c samples of class c the relation is the projector on the range of the one-hot matrix Y
(N x c), and the Laplacian is the projector on what is left: its eigenvalue is 0 on the range of Y, and 1 off it.
"""

from __future__ import annotations

from sympy import (
    DiagMatrix,
    Identity,
    Lambda,
    MatAdd,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    S,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    sqrt,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.embeddings.lda import Y, classes, labelled, n, relation
from derivations.language.atoms import Laplacian, Named, SquaredNorm
from derivations.language.propositions import All, AtMost, Equal, EqualIff, OneHot, Orthonormal, Positive
from derivations.language.substitute import substitute
from derivations.losses.contrastive import squared_similarity
from derivations.losses.vicreg import squared as vicreg
from derivations.losses.vicreg.squared import H, K, N, Z, alpha, gamma
from derivations.proof import rules
from derivations.proof.result import result
from derivations.spectral.filter import eigenvalue

labels = Named("G", relation.rhs)  # Y diag(1/n) Y'
L = Laplacian(labels)
classifier = MatrixSymbol("V", K, classes)
right = MatrixSymbol("R", K, classes)  # orthonormal columns: at least as many dimensions as classes
x = Symbol("x", positive=True)


def powers(vector, exponent):
    """diag(v^exponent)."""
    return DiagMatrix(ElementwiseApplyFunction(Lambda(x, x**exponent), vector))


@result("supervised-recovered", cites=("balestriero2022",))
def supervised_recovered():
    """Relations built from labels recover the supervised classifier. With weights 1/n_c the Laplacian has the eigenvalue 0 on
    the range of the one-hot matrix and 1 off it: (i), where the filter of VICReg is 0 at gamma >= alpha: (ii). There the
    loss exceeds alpha (K - c + 1) by a squared distance or more: (iii), at gamma = alpha by just that, which is 0 where the
    centred similarities are those of the labels: (iv). With K >= c dimensions this is the minimum: (v), and Z* has the
    range of H Y: (vi), so that least squares with an intercept leaves nothing of the labels: (vii). (viii) to (x) say the
    same of SimCLR with squared similarity, for any positive weights of the classes and without an intercept.
    """
    return *_spectrum(), *_vicreg(), *_squared_similarity()


def _spectrum():
    """(L Y = 0, and L is a projector, of trace N - c; the filter of VICReg at the eigenvalue 1)."""
    products = (Equal(MatMul(L, Y), ZeroMatrix(N, classes)), Equal(MatMul(L, L), L), Equal(Trace(L), N - classes))
    dropped = rules.positive_part(vicreg.problem.strength.subs(eigenvalue, 1), [AtMost(alpha, gamma)])
    return rules.normal_form(All(products), labelled), dropped


def _counted():
    """The sizes of the classes add up to N."""
    one_hot, sizes, _ = labelled
    spelled = Equal(sizes.rhs, sizes.lhs)
    counted = rules.normal_form(Equal(MatMul(OneMatrix(1, classes), n), MatMul(N, Identity(1))), (one_hot, spelled))
    return rules.discharge(counted, rules.normal_form(spelled, labelled))


def _vicreg():
    """loss = value + alpha |H Z Z'H/N - H G H|^2 + 2 (gamma - alpha) |L Z|^2/N, and what follows."""
    loss = substitute(vicreg.equal_weights, {vicreg.L: L})
    value = alpha * (K - classes + 1)
    similarity, wanted = MatMul(1 / N, H, Z, Transpose(Z), H), MatMul(H, labels, H)
    distance = alpha * SquaredNorm(MatAdd(similarity, MatMul(-1, wanted)))
    smooth = 2 * SquaredNorm(MatMul(L, Z)) / N
    split = rules.normal_form(Equal(loss, value + distance + (gamma - alpha) * smooth), labelled)
    strong = rules.assumption(AtMost(alpha, gamma))
    apart = rules.combination(AtMost(value + distance, loss), [split, strong], [S.NegativeOne, smooth])

    exactly = rules.substitution(split, {gamma: alpha})
    optimal = EqualIff(exactly.statement.lhs, value, similarity, wanted)
    exactly = rules.zero_distance(exactly, optimal, alpha)

    counted = _counted()
    centred, given = MatMul(H, Y), (*labelled, counted.statement, Orthonormal(right))
    at = MatMul(sqrt(N), centred, powers(n, -S.Half), Transpose(right))
    bound = rules.combination(AtMost(value, loss), [apart], remainder=[distance])
    witness = rules.normal_form(Equal(substitute(loss, {Z: at}), value), given)
    back = MatMul(1 / sqrt(N), right, powers(n, S.Half))
    spans = rules.normal_form(Equal(MatMul(at, back), centred), given)
    rest = SquaredNorm(MatMul(H, MatAdd(Y, MatMul(-1, at, classifier))))
    found = rules.attainment(bound, witness, Z, at), spans, _fitted(rest, back, given)
    return apart, exactly, *(rules.discharge(t, counted) for t in found)


def _fitted(rest, back, given):
    """The squared norm `rest`, a function of the classifier, has the minimum 0 at `back`."""
    bound = rules.combination(AtMost(0, rest), [], remainder=[rest], hypotheses=given)
    witness = rules.normal_form(Equal(substitute(rest, {classifier: back}), S.Zero), given)
    return rules.attainment(bound, witness, classifier, back)


def _squared_similarity():
    """|G - Z Z'|^2 = 0 exactly if G = Z Z', for G = Y diag(w) Y' at Y diag(w)^(1/2) R'."""
    z, weights = squared_similarity.Z, MatrixSymbol("w", classes, 1)
    given = (OneHot(Y), Positive(weights), Orthonormal(right))
    weighted = Named("G", MatMul(Y, DiagMatrix(weights), Transpose(Y)))
    loss = substitute(squared_similarity.squared_similarity.matrix_form, {squared_similarity.G: weighted})
    distance = SquaredNorm(MatAdd(weighted, MatMul(-1, z, Transpose(z))))
    split = rules.normal_form(Equal(loss, distance), given[:1])
    exactly = rules.zero_distance(split, EqualIff(loss, 0, weighted, MatMul(z, Transpose(z))), S.One)
    at = MatMul(Y, powers(weights, S.Half), Transpose(right))
    bound = rules.combination(AtMost(0, loss), [split], [S.NegativeOne], [distance])
    witness = rules.normal_form(Equal(substitute(loss, {z: at}), S.Zero), given)
    back = MatMul(right, powers(weights, -S.Half))
    rest = SquaredNorm(MatAdd(Y, MatMul(-1, at, classifier)))
    return exactly, rules.attainment(bound, witness, z, at), _fitted(rest, back, given)
