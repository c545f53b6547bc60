"""The forms that the derivations of VICReg with the hinge are expected to come out with, pinned."""

import numpy as np
import pytest
from sympy import DiagonalMatrix, Lambda, Max, Sum, sqrt
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.export.text import describe
from derivations.language.atoms import Leading, SquaredNorm
from derivations.language.evaluate import evaluate
from derivations.language.propositions import AtMost, DiagonalGram, EntrywiseNonnegative, Minimum, Positive, Symmetric
from derivations.losses.vicreg import hinge as w
from derivations.losses.vicreg import squared as v
from derivations.proof.lemmas.lemma import entry
from tests.losses.test_vicreg_results import a, lam, lam_k, representation, same

steepness = Max(1, 4 * v.gamma * a / v.alpha)  # of the penalty at variance one
deviation = 1 / steepness  # min(1, alpha / (4 gamma a)), defined at a = 0 too


def test_matrix_form():
    (theorem,) = w.matrix_form.theorems
    hinge = Sum(Max(0, 1 - sqrt(v.C[v.k, v.k])), (v.k, 0, v.K - 1))
    off_diagonal = SquaredNorm(v.C - DiagonalMatrix(v.C))
    assert theorem.statement.rhs == v.alpha * hinge + v.beta * off_diagonal + 2 * v.gamma * v.smoothness


def test_optimum():
    minimum, kept = w.optimum.theorems
    claim = minimum.statement
    assert isinstance(claim, Minimum)
    assert same(claim.objective, w.hinge.matrix_form.subs(v.beta, 0))
    (diagonal,) = claim.subject_to
    assert isinstance(diagonal, DiagonalGram)
    ((covariance, entries),) = diagonal.equations()
    assert covariance == v.C
    assert same(entries, DiagonalMatrix(v.C))
    assert same(claim.at, representation(deviation**2, Leading(v.K, v.q)))
    u = deviation.subs(a, lam_k)
    value = Sum(v.alpha * (1 - u) + 2 * v.gamma * lam_k * u**2, (v.k, 0, v.q - 1)) + (v.K - v.q) * v.alpha
    assert same(claim.value, value)
    assert minimum.lemmas == {"von-neumann-trace", "spectral-theorem", "gram-spectrum", "diagonal-spectrum"}
    assert set(minimum.hypotheses) == {Symmetric(v.G), EntrywiseNonnegative(v.G), v.bottom}
    assert isinstance(kept.statement, Positive)
    assert kept.hypotheses == ()
    assert same(kept.statement.vector, ElementwiseApplyFunction(Lambda(a, deviation**2), lam))


def test_optimum_over_linear_maps():
    (minimum,) = w.linear_optimum.theorems
    claim, pencil = minimum.statement, v.linear_problem.pencil
    (diagonal,) = claim.subject_to
    assert diagonal.gram == v.C_linear
    kept = pencil.vectors.cols
    assert same(claim.at, representation(deviation**2, Leading(v.K, kept), pencil.vectors, pencil.values, 1))
    mu_k = entry(pencil.values, v.k)
    u = deviation.subs(a, mu_k)
    value = Sum(v.alpha * (1 - u) + 2 * v.gamma * mu_k * u**2, (v.k, 0, kept - 1)) + (v.K - kept) * v.alpha
    assert same(claim.value, value)
    assert pencil in minimum.hypotheses


def test_the_squared_variance_reaches_zero():
    minimum, zero = w.squared_variance()
    s = Max(0, 1 - v.gamma * a / v.alpha)
    assert same(minimum.statement.at, representation(s, Leading(v.K, v.q)))
    squared = Sum((v.C[v.k, v.k] - 1) ** 2, (v.k, 0, v.K - 1))
    assert same(minimum.statement.objective, v.alpha * squared + 2 * v.gamma * v.smoothness)
    (diagonal,) = minimum.statement.subject_to
    assert diagonal.gram == v.C
    assert zero.hypotheses == (AtMost(v.alpha, v.gamma * lam_k),)
    assert zero.statement.lhs == s.subs(a, lam_k)
    assert zero.statement.rhs == 0


def test_the_filter_is_the_root_of_the_slope_or_one():
    filter_at = w.decorrelated(v.problem).filter
    for alpha, gamma, x in [(1, 1, 0), (1, 0, 3), (2, 1, 0.25), (2, 1, 0.5), (2, 1, 1), (25, 3, 1e6)]:
        values = {"alpha": alpha, "gamma": gamma, "a": x}
        expected = 1 if 4 * gamma * x <= alpha else (alpha / (4 * gamma * x)) ** 2
        assert evaluate(filter_at, values) == pytest.approx(expected)


def test_directions_that_do_not_exist_are_columns_of_zeros():
    """N = 2, K = 3: one direction, and two columns that cost alpha each."""
    claim = w.optimum.theorems[0].statement
    values = {"alpha": 3, "gamma": 1, "N": 2, "K": 3, "lambda": [[2]], "P": [[0.5**0.5], [-(0.5**0.5)]]}
    u = 3 / 8
    at = evaluate(claim.at, values)
    assert at == pytest.approx(u * np.array([[1, 0, 0], [-1, 0, 0]]))
    assert evaluate(claim.value, values) == pytest.approx(3 * (1 - u) + 4 * u**2 + 6)
    there = {"Z": at, "G": [[0, 1], [1, 0]], "alpha": 3, "gamma": 1}
    assert evaluate(claim.objective, there) == pytest.approx(evaluate(claim.value, values))


def test_it_reads_as_it_should():
    told = describe(w.optimum)
    assert "m_k = max(1, 4 gamma lambda_k/alpha)" in told
    assert "min over Z in R^(N x K) with C diagonal of f(Z)" in told
    assert "Z* = sqrt(N) P diag(1/m_k) I_(K x q)'" in told
