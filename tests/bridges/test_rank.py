"""The rank of optima against that of the relation: what is stated, and what the NumPy functions find."""

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from sympy import Identity, MatAdd, MatMul, Max, Transpose

from derivations.bridges.filters import rank as r
from derivations.export.text import show
from derivations.language.atoms import SquaredNorm
from derivations.language.normal_form import normal_form
from derivations.language.propositions import Minimum, Orthonormal, Positive
from derivations.losses import barlow_twins as barlow
from derivations.losses.contrastive import spectral_contrastive as contrastive
from derivations.losses.contrastive import squared_similarity as squared
from derivations.losses.vicreg import squared as v
from derivations.spectral import unit_columns
from numeric import barlow_twins, squared_similarity, vicreg
from numeric import spectral_contrastive as contrasted
from tests.contract.test_implementations import integers

THEOREMS = r.rank.theorems
SQUARED, CONTRASTIVE, BARLOW, VICREG = THEOREMS[:2], THEOREMS[2:4], THEOREMS[4:6], THEOREMS[6:]


def best(result, place=0):
    return result.theorems[place].statement.at


def test_it_rests_on_nothing_but_the_eigenvectors():
    assert r.rank.lemmas == []


@pytest.mark.parametrize(
    ("theorems", "relation", "points"),
    [
        (SQUARED, squared.G, best(squared.optimum)),
        (CONTRASTIVE, contrastive.A, contrastive.F.definition.xreplace({contrastive.Z: best(contrastive.optimum)})),
    ],
    ids=["simclr", "spectral contrastive"],
)
def test_similarities_are_their_own_image(theorems, relation, points):
    products, aligned = (t.statement for t in theorems)
    S = products.rhs
    assert products.lhs.args[0].definition == points
    assert show(S.definition) == "U diag((g_k)_+) U'"
    assert aligned.lhs == SquaredNorm(MatAdd(MatMul(relation, S), MatMul(-1, S, S)))
    assert aligned.rhs == 0


def test_barlow_twins_is_an_image_of_the_relation():
    for theorem, (relation, metric), place in zip(
        BARLOW, [(barlow.G, barlow.degrees), barlow.centred], (1, 4), strict=True
    ):
        claim, at = theorem.statement, best(barlow.optimum, place)
        assert claim.lhs == MatMul(metric, at)
        assert claim.rhs.args[:-1] == MatMul(relation, at).args
        assert show(claim.rhs.args[-1].definition) == "R diag(1/g_k) R'"
        assert set(theorem.hypotheses) == set(barlow.optimum.theorems[place].hypotheses)
        assert Positive(unit_columns.values) in theorem.hypotheses


def test_vicreg_keeps_every_dimension():
    every, minimum, covariance = VICREG
    claim = every.statement
    C, B = claim.lhs.args
    assert C.definition == v.C.definition.xreplace({v.Z: best(v.optimum)})
    assert show(B.definition) == "R diag(1/(1 - gamma lambda_k/alpha)_+) R'"
    assert claim.rhs == Identity(v.K)
    strength = v.problem.at_eigenvalues(Max(0, 1 - r.eigenvalue * v.gamma / v.alpha))
    assert Positive(strength) in every.hypotheses
    assert Orthonormal(Transpose(v.problem.rotation)) in every.hypotheses

    assert isinstance(minimum.statement, Minimum)
    assert show(minimum.statement.value) == "alpha K (1 - m^2)"
    assert show(minimum.statement.at) == "sqrt(N m) P"
    (m,) = minimum.statement.at.atoms(v.N.func) - {v.N, v.K}
    assert normal_form(covariance.statement.rhs) == normal_form(m * Identity(v.K))
    whole = normal_form(minimum.statement.objective)
    parts = minimum.statement.value + v.alpha * SquaredNorm(v.C - m * Identity(v.K))
    assert whole == normal_form(parts)


@st.composite
def relations(draw, n):
    """Of low rank, or of any."""
    if draw(st.booleans()):
        columns = draw(st.integers(1, 2))
        factor = draw(integers(n, columns, 1, 3))
        return factor @ factor.T
    weights = draw(integers(n, n, 0, 2))
    return weights + weights.T


def rank_of(Z):
    return np.linalg.matrix_rank(Z, tol=1e-6 * max(1, np.abs(Z).max()))


@settings(max_examples=60)
@given(data=st.data())
def test_none_but_vicreg_has_more_dimensions_than_the_relation_has_rank(data):
    n, K = data.draw(st.integers(2, 6)), data.draw(st.integers(1, 6))
    G = data.draw(relations(n))
    assume((G.sum(axis=1) > 0).all())
    largest = np.linalg.matrix_rank(G)
    event(f"rank of the relation {'below' if largest < K else 'at least'} K")
    for method in (squared_similarity, contrasted):
        assert rank_of(method.optimal_representation(G, K).representation) <= largest
    for center in (False, True):
        found = barlow_twins.optimal_representation(G, K, center=center)
        positive = found.eigenvalues[found.eigenvalues > 0]
        if len(positive) and np.sum(1 / positive) > K * (1 + 1e-9):
            event(f"Barlow Twins filled to a common level{', centred' * center}")
            assert rank_of(found.representation) <= largest
    gamma = 0.9 / n / max(1, G.max())  # no eigenvalue of L is above n max G
    assert rank_of(vicreg.optimal_representation(G, K, gamma=gamma).representation) == min(K, n - 1)


@given(n=st.integers(2, 7), data=st.data())
def test_everyone_related_to_everyone(n, data):
    """G = 1 1' has rank one; VICReg has K dimensions, at the value that is stated; SimCLR has one."""
    K, t = data.draw(st.integers(1, n - 1)), data.draw(st.sampled_from([0.125, 0.5, 1.0]))
    alpha = data.draw(st.sampled_from([1.0, 25.0]))
    found = vicreg.optimal_representation(np.ones((n, n)), K, alpha=alpha, beta=alpha, gamma=alpha * (1 - t) / n)
    assert found.loss == pytest.approx(alpha * K * (1 - t**2))
    Z = found.representation - found.representation.mean(axis=0)
    assert np.allclose(Z.T @ Z / n, t * np.eye(K))
    assert rank_of(squared_similarity.optimal_representation(np.ones((n, n)), K).representation) == 1
