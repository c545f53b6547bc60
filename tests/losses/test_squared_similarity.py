"""SimCLR with squared similarity: the forms it is expected to come out with, and its optimum where it is hard."""

import numpy as np
import pytest
from sympy import DiagMatrix, Identity, Lambda, MatMul, MatrixSymbol, Max, Sum, Symbol, Transpose, sqrt
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.export.text import show
from derivations.language.atoms import SquaredNorm
from derivations.language.normal_form import normal_form
from derivations.language.propositions import Eigenpairs, Equal, Gradient
from derivations.losses.contrastive import squared_similarity as s
from derivations.proof.lemmas.lemma import entry
from tests.spectral.attained import check, minima

a = Symbol("a", real=True)
U, g = s.top.vectors, s.top.spectrum[1]


def same(x, y, facts=()):
    return normal_form(x, facts) == normal_form(y, facts)


def representation(vectors, values, right):
    roots = ElementwiseApplyFunction(Lambda(a, sqrt(Max(0, a))), values)
    return MatMul(vectors, DiagMatrix(roots), Transpose(right))


def least(values):
    g_k = entry(values, s.k)
    return SquaredNorm(s.G) - Sum(Max(0, g_k) ** 2, (s.k, 0, values.rows - 1))


def test_matrix_form():
    moments, distance = s.matrix_form.theorems
    assert moments.statement.lhs == distance.statement.lhs == s.squared_similarity.value
    assert same(moments.statement.rhs, SquaredNorm(s.G) - 2 * s.agreement + SquaredNorm(Transpose(s.Z) * s.Z))
    assert show(distance.statement.rhs) == "|G - Z Z'|^2"


def test_gradient():
    (theorem,) = s.gradient.theorems
    assert isinstance(theorem.statement, Gradient)
    residual = s.Z * Transpose(s.Z) - s.G
    assert same(theorem.statement.value, 4 * residual * s.Z, s.problem.facts)
    assert len(show(theorem.statement.value)) < 25


def test_optimum():
    (minimum,) = minima(s.optimum)
    assert same(minimum.statement.at, representation(U, g, s.problem.rotation))
    assert same(minimum.statement.value, least(g))
    assert minimum.statement.subject_to == ()
    assert minimum.lemmas == {"von-neumann-trace", "spectral-theorem", "gram-spectrum", "diagonal-spectrum"}
    (top,) = [h for h in minimum.hypotheses if isinstance(h, Eigenpairs)]
    assert top.text(show) == (
        "U' U = I,  G U = U diag(g),  g descending: the min(K, N) largest eigenvalues of G"
    )  # fmt: skip


def test_what_is_kept_and_what_is_not_seen():
    _, kept, turned = s.optimum.theorems
    right = s.problem.rotation
    spectrum = DiagMatrix(ElementwiseApplyFunction(Lambda(a, Max(0, a)), g))
    assert same(kept.statement.rhs, MatMul(right, spectrum, Transpose(right)))
    turn = MatrixSymbol("Q", s.K, s.K)
    assert turned.statement.lhs.has(turn)
    assert not turned.statement.rhs.has(turn)
    assert turned.statement.rhs == s.problem.objective


def test_linear_optimum():
    two_moments, minimum = s.linear_optimum.theorems
    pencil = s.linear_problem.pencil
    assert same(minimum.statement.at, representation(pencil.vectors, pencil.spectrum[1], s.linear_problem.rotation))
    assert same(minimum.statement.value, least(pencil.spectrum[1]))
    assert same(pencil.metric, Transpose(s.X) * s.X)
    assert same(pencil.matrix, -Transpose(s.X) * s.G * s.X)
    assert minimum.statement.objective == two_moments.statement.rhs


def test_linear_optimum_from_singular_vectors():
    minimum, solved = s.singular_vectors.theorems
    pencil = s.problem_on_range.pencil
    x = Symbol("x", positive=True)
    shrink = DiagMatrix(ElementwiseApplyFunction(Lambda(x, 1 / x), s.sigma))
    vectors = MatMul(s.V, shrink, pencil.vectors)
    facts = s.singular
    expected = representation(vectors, pencil.spectrum[1], s.problem_on_range.rotation)
    assert same(minimum.statement.at, expected, facts)
    assert minimum.statement.objective == s.linear_problem.objective
    assert all(isinstance(p, Equal) for p in solved.statement.parts)
    assert solved.statement.parts[1].rhs == Identity(vectors.cols)


def loss_and_gradient(relation):
    """Written out by hand, with the N x N residual."""

    def at(Z):
        residual = Z @ Z.T - relation
        return (residual**2).sum(), 4 * residual @ Z

    return at


def spectrum(values, seed=3):
    basis = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(values), len(values))))[0]
    return basis * np.array(values, dtype=float) @ basis.T


HARD = {
    "negative definite": (spectrum([-1, -2, -3]), 2, 0),
    "more dimensions than positive eigenvalues": (spectrum([3, 1, 0, -2, -5]), 4, 2),
    "fewer dimensions than positive eigenvalues": (spectrum([4, 3, 2, 1, -9]), 2, 2),
    "more dimensions than samples": (spectrum([2, 1, -1]), 5, 2),
    "empty": (np.zeros((4, 4)), 3, 0),
    "repeated, cut in the middle": (spectrum([2, 2, 2, -1]), 2, 2),
    "one sample": (np.array([[3.0]]), 2, 1),
    "labels": (np.kron(np.eye(2), np.ones((3, 3))), 3, 2),
}


@pytest.mark.parametrize("name", HARD)
def test_the_optimum_is_attained_and_not_beaten(name):
    relation, columns, rank = HARD[name]
    (minimum,) = minima(s.optimum)
    given = {"G": relation, "N": len(relation), "K": columns}
    point, value = check(minimum, given, columns, loss_and_gradient(relation))
    assert np.linalg.matrix_rank(point, tol=1e-7) == rank
    positive = np.sort(np.linalg.eigvalsh(relation))[::-1][:columns].clip(0)
    assert value == pytest.approx((relation**2).sum() - (positive**2).sum(), abs=1e-9)


@pytest.mark.parametrize("rank", [0, 1, 2, 3])
@pytest.mark.parametrize("columns", [1, 2, 5])
def test_the_linear_optimum_is_attained_and_not_beaten(rank, columns):
    rng = np.random.default_rng(rank)
    X = rng.standard_normal((6, rank)) @ rng.standard_normal((rank, 4))
    relation = spectrum([3, 2, 1, 0, -1, -2])
    whole = loss_and_gradient(relation)

    def linear(W):
        value, slope = whole(X @ W)
        return value, X.T @ slope

    (minimum,) = minima(s.linear_optimum)
    given = {"G": relation, "X": X, "N": 6, "D": 4, "K": columns, "r": rank}
    _, value = check(minimum, given, columns, linear)
    if rank == 0:
        return
    left, sigma, right = np.linalg.svd(X, full_matrices=False)
    thin = {"U": left[:, :rank], "sigma": sigma[:rank].reshape(-1, 1), "V": right[:rank].T}
    (from_svd,) = minima(s.singular_vectors)
    assert check(from_svd, given | thin, columns, linear)[1] == pytest.approx(value, abs=1e-9)
