"""The least squares of a linear probe: what is left of the targets off the range of the representation.

Targets Y (N x T) are fitted by Z V, for a representation Z (N x K) and a probe V (K x T). The range of Z has an
orthonormal basis U, so that Z = U B where B has a right inverse A: U = Z A. What a probe leaves depends on U alone, which
are the left singular vectors of Z up to a rotation, and over all Z it is least at those of Y.
"""

from __future__ import annotations

from sympy import (
    DiagMatrix,
    Identity,
    Lambda,
    MatAdd,
    MatMul,
    MatrixSymbol,
    Min,
    OneMatrix,
    S,
    Sum,
    Symbol,
    Transpose,
    sqrt,
    symbols,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.language.atoms import Centring, Leading, SquaredNorm
from derivations.language.propositions import (
    AllEigenpairs,
    AtMost,
    Eigenpairs,
    EntrywiseNonnegative,
    Equal,
    EqualIff,
    Orthonormal,
    OrthonormalFactor,
    Positive,
    RightInverse,
)
from derivations.language.substitute import substitute
from derivations.proof import rules
from derivations.proof.lemmas import LEMMAS, lemma
from derivations.proof.lemmas.lemma import entry, k
from derivations.proof.result import result
from derivations.spectral.problem import Problem, trace_bound

N, K, T = symbols("N K T", integer=True, positive=True)  # samples, dimensions, targets
r = Symbol("r", integer=True, nonnegative=True)  # the rank of the representation

Y, Z, V = MatrixSymbol("Y", N, T), MatrixSymbol("Z", N, K), MatrixSymbol("V", K, T)
U, B, A = MatrixSymbol("U", N, r), MatrixSymbol("B", r, K), MatrixSymbol("A", K, r)
factored = (OrthonormalFactor(Z, U, B), RightInverse(B, A))


def left_over(representation, probe):
    """|Y - Z V|^2."""
    return SquaredNorm(MatAdd(Y, MatMul(-1, representation, probe)))


def explained(basis):
    """|U'Y|^2, which is |Pi Y|^2 for the projector Pi = U U'."""
    return SquaredNorm(MatMul(Transpose(basis), Y))


def probe_minimum():
    """min over V of |Y - Z V|^2 = |Y|^2 - |U'Y|^2, at A U'Y."""
    loss, value = left_over(Z, V), SquaredNorm(Y) - explained(U)
    missed = SquaredNorm(MatAdd(MatMul(Transpose(U), Y), MatMul(-1, B, V)))
    bound = rules.combination(AtMost(value, loss), [], remainder=[missed], hypotheses=factored[:1])
    at = MatMul(A, Transpose(U), Y)
    witness = rules.normal_form(Equal(substitute(loss, {V: at}), value), factored)
    return rules.attainment(bound, witness, V, at)


@result("probe-loss", cites=("balestriero2022",))
def probe_loss():
    """What the best linear probe leaves of the targets is what the projector on the range of the representation leaves: its
    left singular vectors alone matter, and Z Q, for an invertible Q, has the loss of Z. An intercept centres both the
    targets and the representation.
    """
    minimum = probe_minimum()
    projected = left_over(U, MatMul(Transpose(U), Y))
    pythagoras = rules.normal_form(Equal(minimum.statement.value, projected), [Orthonormal(U)])
    return minimum, pythagoras, _turned(minimum), _with_intercept()


def discharged(theorem, facts):
    """The theorem without the hypotheses that follow from the facts by the normal form."""
    for h in theorem.hypotheses:
        if h not in facts:
            theorem = rules.discharge(theorem, rules.normal_form(h, facts))
    return theorem


def _turned(minimum):
    """The same minimum for Z Q: Z Q = U (B Q), and B Q P A = B A = I."""
    turn, back = MatrixSymbol("Q", K, K), MatrixSymbol("P", K, K)
    products = {Z: MatMul(Z, turn), B: MatMul(B, turn), A: MatMul(back, A)}
    return discharged(rules.substitution(minimum, products), (*factored, RightInverse(turn, back)))


def _with_intercept():
    """The intercept c that fits best is the mean of what is left."""
    c = MatrixSymbol("c", 1, T)
    ones = OneMatrix(N, 1)
    rest = MatAdd(Y, MatMul(-1, Z, V))
    loss, centred = SquaredNorm(MatAdd(rest, MatMul(-1, ones, c))), SquaredNorm(MatMul(Centring(N), rest))
    mean = MatMul(1 / N, Transpose(ones), rest)
    off = SquaredNorm(MatMul(sqrt(N), MatAdd(c, MatMul(-1, mean))))
    bound = rules.combination(AtMost(centred, loss), [], remainder=[off])
    witness = rules.normal_form(Equal(substitute(loss, {c: mean}), centred))
    return rules.attainment(bound, witness, c, mean)


# The representations that leave least

q = Min(K, N)
second_moment = MatMul(Y, Transpose(Y))
top = Eigenpairs(
    MatMul(-1, second_moment), Identity(N), MatrixSymbol("U_Y", N, q), MatMul(-1, MatrixSymbol("tau", q, 1)), N
)
every_basis = MatrixSymbol("U", N, q)
problem = Problem(
    left_over(every_basis, MatMul(Transpose(every_basis), Y)),
    every_basis,
    MatMul(Transpose(every_basis), every_basis),
    penalty=-explained(every_basis),
    factor=Identity(N),
    operator=MatMul(-1, second_moment),
    pencil=top,
)
least = SquaredNorm(Y) - Sum(entry(top.spectrum[1], k), (k, 0, q - 1))


@result("probe-optimal", cites=("eckart1936", "balestriero2022"))
def probe_optimal():
    """What a probe leaves of the targets is at least the sum of their squared singular values past the K-th, whatever the
    representation: (i). It is this where the range is that of the top left singular vectors: (ii). What q orthonormal
    columns leave exceeds it by a squared distance: (iii), for any number t between the q-th squared singular value and the
    next, and the distances c of all of them from t. So they are optimal exactly if the projector on their range keeps the
    singular vectors of values above t and annihilates those of values below, whatever it does to those at t: (iv). A
    representation that filters orthonormal directions leaves nothing exactly if the targets lie in the span of those that
    it keeps: (v), (vi).
    """
    return _bound(), _attained(), *_distance(), *_of_filter()


def _bound():
    """least <= |Y - Z V|^2 for every Z and V: Z = U B, and no U has a larger |U'Y|^2 than the top eigenvectors of Y Y'."""
    factor = OrthonormalFactor(Z, every_basis, MatrixSymbol("B", q, K))
    missed = MatAdd(MatMul(Transpose(every_basis), Y), MatMul(-1, factor.coordinates, V))
    bound = rules.combination(
        AtMost(least, left_over(Z, V)),
        [trace_bound(problem)],
        remainder=[SquaredNorm(missed)],
        hypotheses=[factor],
    )
    names = zip(LEMMAS["orthonormal-basis"].statement.arguments(), factor.arguments(), strict=True)
    return rules.existence(bound, "orthonormal-basis", {lemma.N: N, lemma.K: K, **dict(names)})


def _attained():
    """At Z = U_Y B, whatever B is, if it has a right inverse."""
    coordinates, inverse = MatrixSymbol("B", q, K), MatrixSymbol("A", K, q)
    best, probe = MatMul(top.vectors, coordinates), MatMul(inverse, Transpose(top.vectors), Y)
    return rules.normal_form(Equal(least, left_over(best, probe)), (top, RightInverse(coordinates, inverse)))


def _distance():
    """(|Y - U U'Y|^2 is the least value and a squared distance, the two are equal exactly if that is 0), for Y Y' = Q diag(omega)
    Q' with the largest eigenvalues first.
    """
    x, t = Symbol("x", nonnegative=True), Symbol("t", real=True)
    directions, values, gaps = MatrixSymbol("Q", N, N), MatrixSymbol("omega", N, 1), MatrixSymbol("c", N, 1)
    first, ones = Leading(N, q), OneMatrix(N, 1)
    sides = DiagMatrix(MatAdd(MatMul(2, first, OneMatrix(q, 1)), MatMul(-1, ones)))  # 1 for the first q, then -1
    facts = (
        Orthonormal(every_basis),
        AllEigenpairs(MatMul(-1, second_moment), Identity(N), directions, MatMul(-1, values), N),
        Equal(gaps, MatMul(sides, MatAdd(values, MatMul(-t, ones)))),
        EntrywiseNonnegative(gaps),
    )
    loss = left_over(every_basis, MatMul(Transpose(every_basis), Y))
    value = SquaredNorm(Y) - Sum(entry(MatMul(Transpose(first), values), k), (k, 0, q - 1))
    weights = DiagMatrix(ElementwiseApplyFunction(Lambda(x, sqrt(x)), gaps))
    kept = MatMul(every_basis, Transpose(every_basis), directions, weights)
    wanted = MatMul(directions, first, Transpose(first), weights)
    apart = SquaredNorm(MatAdd(kept, MatMul(-1, wanted)))
    distance = rules.normal_form(Equal(value + apart, loss), facts)
    return distance, rules.zero_distance(distance, EqualIff(loss, value, kept, wanted), S.One)


def _of_filter():
    """(the minimum for Z = P diag(s)^(1/2) R' with s > 0, when what it leaves is 0)."""
    x = Symbol("x", positive=True)
    directions, right, values = MatrixSymbol("P", N, r), MatrixSymbol("R", K, r), MatrixSymbol("s", r, 1)
    facts = (Orthonormal(directions), Orthonormal(right), Positive(values))
    roots, inverse_roots = (
        DiagMatrix(ElementwiseApplyFunction(Lambda(x, power), values)) for power in (sqrt(x), 1 / sqrt(x))
    )
    filtered = MatMul(directions, roots, Transpose(right))
    names = {Z: filtered, U: directions, B: MatMul(roots, Transpose(right)), A: MatMul(right, inverse_roots)}
    minimum, *_ = probe_loss.theorems
    minimum = discharged(rules.substitution(minimum, names, facts), facts)
    value, projected = minimum.statement.value, MatMul(directions, Transpose(directions), Y)
    distance = rules.normal_form(Equal(value, SquaredNorm(MatAdd(projected, MatMul(-1, Y)))), facts[:1])
    return minimum, rules.zero_distance(distance, EqualIff(value, 0, projected, Y), S.One)
