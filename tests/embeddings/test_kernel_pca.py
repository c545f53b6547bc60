"""Kernel PCA: its principal components, and that they are the optimum of SimCLR with squared similarity."""

import numpy as np
import pytest
from sympy import Sum

from derivations.embeddings import kernel_pca as p
from derivations.export.text import show
from derivations.language.evaluate import evaluate
from derivations.language.propositions import Positive
from derivations.losses.contrastive import squared_similarity
from derivations.proof.lemmas.lemma import entry
from tests.spectral.attained import check, minima


def test_forms():
    directions, scores, mean, minimum = (t.statement for t in p.kernel_pca.theorems)
    assert [show(e) for pair in directions.equations() for e in pair] == [
        "V' V", "I", "(H Phi)' H Phi V/N", "V diag(g)/N",
    ]  # fmt: skip
    assert show(p.V.definition) == "Phi' H U diag(g_k^(-1/2))"
    assert [show(e) for pair in scores.equations() for e in pair] == [
        "H Phi V", "U diag(g_k^(1/2))", "(H Phi V)' H Phi V/N", "diag(g)/N",
    ]  # fmt: skip
    assert (show(mean.lhs), show(mean.rhs)) == ("1' H Phi V", "0")
    assert show(minimum.at) == "H Phi V R'"
    k = squared_similarity.k
    squares = Sum(entry(p.g, k) ** 2, (k, 0, p.g.rows - 1))
    assert (minimum.value + squares).has(p.g) is False
    (theorem,) = minima(p.kernel_pca)
    assert Positive(p.g) in theorem.hypotheses


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_it_is_principal_component_analysis(columns):
    features = np.random.default_rng(columns).standard_normal((6, 3)) @ np.diag([3.0, 2.0, 1.0])
    centred = features - features.mean(axis=0)
    relation = centred @ centred.T

    def loss_and_gradient(Z):
        residual = Z @ Z.T - relation
        return (residual**2).sum(), 4 * residual @ Z

    (minimum,) = minima(p.kernel_pca)
    given = {"Phi": features, "N": 6, "P": 3, "K": columns}
    point, value = check(minimum, given, columns, loss_and_gradient)
    values, vectors = np.linalg.eigh(np.cov(features.T, bias=True))
    scores = centred @ vectors[:, ::-1][:, :columns]
    assert point @ point.T == pytest.approx(scores @ scores.T, abs=1e-9)
    assert value == pytest.approx((relation**2).sum() - ((6 * values[::-1][:columns]) ** 2).sum(), abs=1e-8)
    assert np.abs(point.sum(axis=0)).max() < 1e-9


def test_the_centred_kernel_is_that_of_centred_features():
    features = np.random.default_rng(0).standard_normal((5, 2))
    centred = features - features.mean(axis=0)
    assert evaluate(p.kernel, {"Phi": features}) == pytest.approx(centred @ centred.T)
