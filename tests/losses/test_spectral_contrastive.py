"""The spectral contrastive loss: the forms it is expected to come out with, and its optimum where it is hard."""

import numpy as np
import pytest
from sympy import DiagMatrix, Lambda, MatMul, Max, Sum, Symbol, Transpose, sqrt
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.export.text import show
from derivations.language.evaluate import evaluate
from derivations.language.normal_form import normal_form
from derivations.losses.contrastive import spectral_contrastive as c
from derivations.losses.contrastive import squared_similarity
from derivations.proof.lemmas.lemma import entry
from tests.spectral.attained import check, minima

a = Symbol("a", real=True)
U, g = squared_similarity.top.vectors, squared_similarity.top.spectrum[1]


def same(x, y, facts=()):
    return normal_form(x, facts) == normal_form(y, facts)


def function_of(values, body):
    return DiagMatrix(ElementwiseApplyFunction(Lambda(a, body), values))


def test_matrix_form():
    moments, distance = c.matrix_form.theorems
    assert moments.statement.lhs == distance.statement.lhs == c.spectral_contrastive.value
    assert show(moments.statement.rhs) == "|Z' diag(d) Z|^2/(v^2) - (2/v) tr(Z' G Z)"
    assert show(distance.statement.rhs) == "|A - F F'|^2 - |A|^2"
    assert c.normalised in distance.hypotheses
    assert show(c.normalised.rhs) == "diag(d_k^(-1/2)) G diag(d_k^(-1/2))"


def test_gradient():
    (theorem,) = c.gradient.theorems
    expected = 4 / c.v**2 * DiagMatrix(c.d) * c.Z * c.spread - 4 / c.v * c.G * c.Z
    assert same(theorem.statement.value, expected, c.spectral_contrastive.facts)


def test_optimum():
    minimum, kept = c.optimum.theorems
    right = squared_similarity.problem.rotation
    whitened = MatMul(sqrt(c.v), function_of(c.d, 1 / sqrt(a)), U, function_of(g, sqrt(Max(0, a))), Transpose(right))
    assert same(minimum.statement.at, whitened, minimum.hypotheses)
    assert same(minimum.statement.value, -Sum(Max(0, entry(g, c.k)) ** 2, (c.k, 0, g.rows - 1)))
    assert minimum.statement.objective == c.spectral_contrastive.matrix_form
    assert same(kept.statement.rhs, MatMul(c.v, right, function_of(g, Max(0, a)), Transpose(right)))


def published(relation):
    """-2 E f'f+ + E (f'f')^2, pairs and samples drawn as HaoChen et al. say, and its gradient."""
    volume, degrees = relation.sum(), relation.sum(axis=1)
    pairs, samples = relation / volume, degrees / volume
    both = np.outer(samples, samples)

    def at(Z):
        similarity = Z @ Z.T
        value = -2 * (pairs * similarity).sum() + (both * similarity**2).sum()
        return value, -4 * pairs @ Z + 4 * (both * similarity) @ Z

    return at


RELATIONS = {
    "labels": np.kron(np.eye(2), np.ones((3, 3))),
    "pairs without loops": np.kron(np.eye(3), np.array([[0.0, 1.0], [1.0, 0.0]])),
    "path": np.diag([1.0, 2.0, 0.5], 1) + np.diag([1.0, 2.0, 0.5], -1),
    "one sample": np.array([[2.0]]),
}


@pytest.mark.parametrize("columns", [1, 3, 7])
@pytest.mark.parametrize("name", RELATIONS)
def test_the_optimum_is_attained_and_not_beaten(name, columns):
    relation = RELATIONS[name]
    degrees = relation.sum(axis=1, keepdims=True)
    normalised = relation / np.sqrt(degrees * degrees.T)
    given = {"G": relation, "A": normalised, "d": degrees, "v": relation.sum(), "N": len(relation), "K": columns}
    (minimum,) = minima(c.optimum)
    point, value = check(minimum, given, columns, published(relation))
    positive = np.sort(np.linalg.eigvalsh(normalised))[::-1][:columns].clip(0)
    assert value == pytest.approx(-(positive**2).sum(), abs=1e-9)
    assert np.linalg.matrix_rank(point, tol=1e-7) == (positive > 1e-9).sum()
    assert float(evaluate(c.spectral_contrastive.value, given | {"Z": point})) == pytest.approx(value, abs=1e-9)
