"""Local and global losses: what is stated, and which directions the optima of two losses have."""

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from sympy import Max

from derivations.bridges.filters import local_global as lg
from derivations.embeddings.eigenmaps_normalisation import delta, regular
from derivations.export.text import show
from derivations.language.propositions import EntrywiseNonnegative, Minimises, Minimum
from derivations.losses.contrastive import squared_similarity as squared
from derivations.losses.vicreg import squared as v
from derivations.spectral.form import s
from numeric import squared_similarity, vicreg
from tests.numeric.strategies import arrays

AT_ZERO, ELSEWHERE, FEW, SIMILARITY, IDENTITY, VICREG, _, LEAST = lg.local_global.theorems


def told(theorem):
    return [h.text(show) for h in theorem.hypotheses]


def test_where_phi_is_least_at_zero():
    assert AT_ZERO.statement.text(show) == "0 minimises kappa x a_k + phi(x) over x >= 0, for every k"
    assert set(told(AT_ZERO)) == {"a >= 0 entrywise", "0 minimises phi(x) over x >= 0"}


def test_where_it_is_not():
    assert ELSEWHERE.statement.text(show) == "phi(0) - phi(x) <= kappa x a_k"
    assert told(ELSEWHERE) == ["0 minimises kappa x a_k + phi(x) over x >= 0, for every k"]


def test_global_losses_have_few_directions():
    for theorem, facts in ((FEW, {"J_2' lambda"}), (SIMILARITY, {"-J_2' g"})):
        assert isinstance(theorem.statement, Minimum)
        assert {show(h.matrix) for h in theorem.hypotheses if isinstance(h, EntrywiseNonnegative)} == facts
    assert show(FEW.statement.at) == "V J_1 diag(t_k^(1/2)) (R J_1)'"
    assert [show(h.point) for h in FEW.hypotheses if isinstance(h, Minimises)] == ["t", "0"]


def test_squared_similarities():
    claim = SIMILARITY.statement
    assert show(claim.objective) == "|G - Y Y'|^2"
    assert show(claim.value) == "|G|^2 - sum_k ((J_1' g)_k)_+^2"
    assert show(claim.at) == "U J_1 diag(((J_1' g)_k)_+^(1/2)) (R J_1)'"
    assert not any(isinstance(h, Minimises) for h in SIMILARITY.hypotheses)
    assert squared.problem.facts[0] in SIMILARITY.hypotheses


def test_vicreg_on_a_regular_relation():
    assert IDENTITY.statement.lhs == v.equal_weights
    assert set(IDENTITY.hypotheses) == {*v.problem.facts, regular[0]}
    assert VICREG.statement.objective == IDENTITY.statement.rhs
    assert show(VICREG.statement.at) == "sqrt(N) P diag(((alpha - delta gamma + gamma mu_k)/alpha)_+^(1/2)) Q'"
    bound, reached, _ = LEAST.statement.parts
    least = Max(0, 1 - v.gamma * delta / v.alpha)
    phi = v.alpha * (s - 1) ** 2 + 2 * v.gamma * delta * s
    assert (bound.rhs - phi).expand() == 0
    assert (reached.lhs - phi.subs(s, least)).expand() == 0


@st.composite
def unseen(draw):
    """(regular relation, its degree, a centred unit direction that it does not see): equal cliques, with self-loops."""
    size, count, weight = draw(st.integers(2, 3)), draw(st.integers(1, 3)), draw(st.sampled_from([0.5, 1.0, 2.0]))
    rng = draw(arrays())
    order = rng.permutation(size * count)
    G = weight * np.kron(np.eye(count), np.ones((size, size)))[np.ix_(order, order)]
    direction = np.zeros(size * count)
    direction[:2] = np.array([1, -1]) / np.sqrt(2)
    return G, weight * size, direction[order]


@settings(max_examples=60)
@given(unseen(), st.floats(0.05, 2))
def test_vicreg_keeps_what_the_relation_does_not_see_and_squared_similarities_do_not(problem, share):
    """In every direction with g = 0 the filter of VICReg is (1 - gamma delta/alpha)_+, that of squared similarities 0."""
    G, degree, direction = problem
    n = len(G)
    assert np.allclose(G @ direction, 0)
    assert np.allclose(G.sum(axis=1), degree)
    gamma = share / degree
    Z = vicreg.optimal_representation(G, n - 1, alpha=1.0, beta=1.0, gamma=gamma).representation
    assert np.sum((direction @ Z) ** 2) / n == pytest.approx(max(0, 1 - share), abs=1e-9)
    event("kept" if share < 1 else "not kept")
    Z = squared_similarity.optimal_representation(G, n).representation
    assert np.sum((direction @ Z) ** 2) == pytest.approx(0, abs=1e-9)
    assert np.linalg.matrix_rank(Z, tol=1e-7) == np.linalg.matrix_rank(G)
