"""VICReg's hinge, reduced to pairs of vectors, and against the squared variance: the forms expected to come out."""

import pytest
from sympy import (
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    Lambda,
    MatAdd,
    MatMul,
    MatrixSymbol,
    Max,
    OneMatrix,
    Sum,
    Symbol,
    Transpose,
    sqrt,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import Eigenvalues, Named, SquaredNorm
from derivations.language.normal_form import normal_form
from derivations.language.propositions import (
    AtMost,
    EntrywiseNonnegative,
    EqualShares,
    LowestTwo,
    Majorised,
    Minimum,
    Orthonormal,
    Positive,
    PrescribedDiagonal,
)
from derivations.language.substitute import substitute
from derivations.losses.vicreg import hinge_differs as differs
from derivations.losses.vicreg import hinge_reduction as reduction
from derivations.losses.vicreg import squared as loss
from derivations.losses.vicreg.hinge import hinge
from derivations.proof.lemmas.lemma import entry
from derivations.spectral.majorised import v

k, K, N = loss.k, loss.K, loss.N
over, kept = (k, 0, K - 1), (k, 0, loss.q - 1)
FUNCTIONS = {"any": v, "hinge": lambda t: Max(0, 1 - sqrt(t)), "squared": lambda t: (t - 1) ** 2}


def same(x, y, facts=()):
    return normal_form(x, facts) == normal_form(y, facts)


def only(kind, theorem):
    (found,) = (h for h in theorem.hypotheses if isinstance(h, kind))
    return found


def witness(expr):
    """The matrix Y in an expression."""
    (y,) = (a for a in expr.atoms(Named) if a.name == "Y")
    return y


def at_pair(function, s_k, d_k, eigenvalues=loss.bottom.values, kept=kept):
    """alpha sum_k v(d_k) + beta (sum_k s_k^2 - sum_k d_k^2) + 2 gamma sum_k lambda_k s_k."""
    squares = Sum(s_k**2, kept) - Sum(d_k**2, over)
    paired = Sum(entry(eigenvalues, k) * s_k, kept)
    return loss.alpha * Sum(function(d_k), over) + loss.beta * squares + 2 * loss.gamma * paired


def value(function, z=loss.Z):
    """alpha sum_k v(C_kk) + beta |C - Diag(C)|^2 + (2 gamma/N) tr(Z'LZ)."""
    at_z = {loss.Z: z}
    c, energy = substitute(loss.C, at_z), substitute(loss.smoothness, at_z)
    variances = Sum(function(MatrixElement(c, k, k)), over)
    return loss.alpha * variances + loss.beta * SquaredNorm(c - DiagonalMatrix(c)) + 2 * loss.gamma * energy


BOUNDS = dict(zip(FUNCTIONS, (reduction.reduction.theorems[n] for n in (0, 3, 5)), strict=True))
ATTAINED = dict(zip(FUNCTIONS, (reduction.reduction.theorems[n] for n in (2, 4, 6)), strict=True))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_representation_has_a_pair_of_no_larger_value(name):
    claim, function = BOUNDS[name].statement, FUNCTIONS[name]
    spectrum = entry(Eigenvalues(loss.C, loss.q), k)
    assert isinstance(claim, AtMost)
    assert same(claim.lhs, at_pair(function, spectrum, loss.C[k, k]))
    assert same(claim.rhs, value(function))
    assert BOUNDS[name].hypotheses[1:] == (loss.bottom,)


def test_the_losses_that_have_a_name_are_stated_as_such():
    assert BOUNDS["hinge"].statement.rhs == hinge.matrix_form
    assert BOUNDS["squared"].statement.rhs == loss.vicreg.matrix_form


def test_the_pair_of_a_representation_is_majorised():
    majorised = reduction.reduction.theorems[1]
    assert majorised.statement == Majorised(DiagonalOf(loss.C), Eigenvalues(loss.C, loss.q))
    assert majorised.lemmas == {"schur-majorisation", "spectral-theorem"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_pair_has_a_representation_of_the_same_value(name):
    theorem, function = ATTAINED[name], FUNCTIONS[name]
    s, d = MatrixSymbol("s", loss.q, 1), MatrixSymbol("d", K, 1)
    assert only(EntrywiseNonnegative, theorem).matrix == s
    assert only(Majorised, theorem) == Majorised(d, s)
    assert only(PrescribedDiagonal, theorem) == PrescribedDiagonal(loss.problem.rotation, s, d)
    assert same(theorem.statement.rhs, at_pair(function, entry(s, k), entry(d, k)))
    y = witness(theorem.statement.lhs)
    x = Symbol("x", nonnegative=True)
    roots = DiagMatrix(s.applyfunc(Lambda(x, sqrt(x))))
    assert same(y, MatMul(sqrt(N), loss.bottom.vectors, roots, Transpose(loss.problem.rotation)))
    assert same(theorem.statement.lhs, value(function, y))


def test_linear_maps_have_the_same_reduction():
    bound, majorised, attained = reduction.linear_reduction.theorems
    mu = loss.linear_problem.pencil.values
    c, kept = loss.C_linear, (k, 0, mu.rows - 1)
    spectrum = Eigenvalues(c, mu.rows)
    assert same(bound.statement.lhs, at_pair(v, entry(spectrum, k), c[k, k], mu, kept))
    assert majorised.statement == Majorised(DiagonalOf(c), spectrum)
    s, d = MatrixSymbol("s", mu.rows, 1), MatrixSymbol("d", K, 1)
    assert same(attained.statement.rhs, at_pair(v, entry(s, k), entry(d, k), mu, kept))


# against the squared variance

small, large = Symbol("lambda_1", nonnegative=True), Symbol("lambda_2", real=True)
first, second = (MatrixSymbol(f"p_{n}", N, 1) for n in (1, 2))
ALIKE = loss.beta * K * (K - 1) + 2 * loss.gamma * small * K
HEAVY = AtMost(4 * loss.beta * (K - 1) + 4 * loss.gamma * small, loss.alpha)
FAR = AtMost(loss.beta * K, loss.gamma * (large - small))


def said(theorem):
    return [(h.rhs - h.lhs).expand() for h in theorem.hypotheses if isinstance(h, AtMost)]


def gaps(*conditions):
    return [(c.rhs - c.lhs).expand() for c in conditions]


def test_exact_decorrelation():
    positive, minimum, zero, *_ = differs.differs.theorems
    assert isinstance(positive.statement, Positive)
    assert isinstance(minimum.statement, Minimum)
    assert zero.statement.rhs == 0
    assert said(zero) == gaps(AtMost(loss.alpha, loss.gamma * loss.problem.eigenvalue_at(k)))


def test_columns_that_are_all_the_same():
    minimum = differs.differs.theorems[3]
    assert minimum.statement.objective == hinge.matrix_form
    assert minimum.statement.subject_to == ()
    assert same(minimum.statement.value, ALIKE)
    assert same(minimum.statement.at, MatMul(sqrt(N), first, OneMatrix(1, K)))
    assert only(LowestTwo, minimum) == LowestTwo(loss.L, loss.H, first, small, second, large)
    assert said(minimum) == gaps(HEAVY, FAR)
    assert minimum.lemmas == {"spectral-gap"}


def test_rank_one_and_two_directions():
    rank_one, two = differs.differs.theorems[4:]
    x, y = MatrixSymbol("x", N, 1), MatrixSymbol("y", K, 1)
    assert same(rank_one.statement.lhs, ALIKE)
    given = [Orthonormal(x, loss.H)]
    at = witness(rank_one.statement.rhs)
    assert same(at, MatMul(sqrt(N), x, Transpose(y)))
    assert same(rank_one.statement.rhs, value(FUNCTIONS["hinge"], at), given)
    assert said(rank_one) == gaps(HEAVY)
    assert only(Orthonormal, rank_one) == given[0]
    s, r, t = Symbol("s", positive=True), MatrixSymbol("r", K, 1), MatrixSymbol("t", K, 1)
    at = witness(two.statement.lhs)
    columns = MatMul(sqrt(K - s), first, Transpose(r)), MatMul(sqrt(s), second, Transpose(t))
    assert same(at, MatMul(sqrt(N), MatAdd(*columns)))
    assert same(two.statement.lhs, value(FUNCTIONS["hinge"], at))
    assert same(two.statement.rhs, ALIKE + 2 * s * (loss.gamma * (large - small) - loss.beta * (K - s)))
    assert said(two) == gaps(AtMost(s, K))
    assert only(EqualShares, two) == EqualShares(r, t, s)
