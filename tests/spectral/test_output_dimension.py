"""What further output dimensions add: what is stated, and what the optima of two losses do as their dimension grows."""

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from derivations.export.text import show
from derivations.language.propositions import Blocks, Eigenpairs, Minimises, Minimum
from derivations.spectral import output_dimension as o
from numeric import squared_similarity, vicreg
from tests.numeric.strategies import arrays, laplacian, relations

FEWER, MORE, NOTHING, IMAGES, BEYOND = o.output_dimension.theorems
FIRST = "sum_k (kappa t_k (J_1' lambda)_k + phi(t_k))"
OTHERS = "sum_k (kappa u_k (J_2' lambda)_k + phi(u_k))"


@pytest.mark.parametrize(
    ("theorem", "value", "at"),
    [
        (FEWER, FIRST, "V J_1 diag(t_k^(1/2)) Q'"),
        (MORE, f"{FIRST} + {OTHERS}", "V (J_1 diag(t_k^(1/2)) J_1' + J_2 diag(u_k^(1/2)) J_2') R'"),
        (NOTHING, f"m phi(0) + {FIRST}", "V J_1 diag(t_k^(1/2)) (R J_1)'"),
        (BEYOND, "n phi(0) + sum_k (kappa mu_k v_k + phi(v_k))", "W diag(v_k^(1/2)) P'"),
    ],
    ids=["fewer", "more", "nothing more", "beyond the rank"],
)
def test_minimum(theorem, value, at):
    claim = theorem.statement
    assert isinstance(claim, Minimum)
    assert claim.subject_to == ()
    assert (show(claim.value), show(claim.at)) == (value, at)


def test_the_eigenpairs_are_those_of_the_larger_problem():
    for theorem in (FEWER, MORE, NOTHING):
        assert [h for h in theorem.hypotheses if isinstance(h, Eigenpairs)] == [o.pencil]
        assert [h for h in theorem.hypotheses if isinstance(h, Blocks)] == [o.blocks]
    assert {show(h.point) for h in MORE.hypotheses if isinstance(h, Minimises)} == {"t", "u"}
    assert {show(h.point) for h in NOTHING.hypotheses if isinstance(h, Minimises)} == {"t", "0"}


def test_each_minimiser_is_an_image_of_the_other():
    small, large = FEWER.statement.at, NOTHING.statement.at
    first, second = IMAGES.statement.parts
    assert first.lhs == large
    assert second.lhs == small
    assert first.rhs.args[0] == small
    assert second.rhs.args[0] == large


def check_sweep(method, lost, kept, largest, samples):
    """From `kept` on, Z*Z*' is the same whatever K is, and its rank; each dimension more costs `lost`; below it, each gains."""
    optima = [method(K) for K in range(1, largest + 1)]
    grams = [centred @ centred.T for centred in (o.representation - o.representation.mean(axis=0) for o in optima)]
    losses = [o.loss for o in optima]
    scale = 1 + max(abs(x).max(initial=0) for x in grams)
    for K in range(1, largest):
        step = losses[K] - losses[K - 1]
        if kept <= K:
            assert optima[K].rank == optima[K - 1].rank == kept
            np.testing.assert_allclose(grams[K], grams[K - 1], rtol=0, atol=1e-8 * scale)
            assert step == pytest.approx(lost, abs=1e-8 * (1 + abs(losses[K])))
        else:
            assert optima[K].rank == optima[K - 1].rank + 1 == K + 1
            assert step < lost
    event(f"{'nothing' if kept == 0 else 'some' if kept < samples else 'everything'} is kept")


def edge(eigenvalues, kept):
    """A number with `kept` of the ascending eigenvalues below it, none close to it."""
    between = np.concatenate([[0], eigenvalues, [2 * eigenvalues[-1] + 1]])
    assume(between[kept + 1] - between[kept] > 1e-2)
    return between[kept : kept + 2].mean()


@settings(max_examples=60)
@given(relations(min_samples=2, max_samples=7, kinds=("weighted", "integer")), st.data(), st.sampled_from([1.0, 5.0]))
def test_vicreg_does_not_change_past_what_it_keeps(G, data, alpha):
    eigenvalues = np.sort(np.linalg.eigvalsh(laplacian(G)))[1:].clip(0)
    assume(np.abs(G).max() < 10)
    kept = data.draw(st.integers(0, len(eigenvalues)))
    gamma = alpha / edge(eigenvalues, kept)

    def method(K):
        return vicreg.optimal_representation(G, K, alpha=alpha, beta=alpha, gamma=gamma)

    check_sweep(method, alpha, kept, len(G) + 2, len(G) - 1)


@settings(max_examples=60)
@given(arrays(), st.integers(2, 7))
def test_squared_similarity_does_not_change_past_what_it_keeps(rng, n):
    G = rng.standard_normal((n, n))
    G = G + G.T
    eigenvalues = np.linalg.eigvalsh(G)
    assume(np.abs(eigenvalues).min() > 1e-6)
    optima = [squared_similarity.optimal_representation(G, K) for K in range(1, n + 3)]
    positive = np.sort(eigenvalues[eigenvalues > 0])[::-1]
    event(f"{'no' if len(positive) == 0 else 'some' if len(positive) < n else 'every'} direction is kept")
    for K, optimum in enumerate(optima, start=1):
        assert optimum.rank == min(K, len(positive))
        assert optimum.loss == pytest.approx((G**2).sum() - (positive[:K] ** 2).sum())
        if len(positive) <= K:
            gram = optimum.representation @ optimum.representation.T
            last = optima[-1].representation @ optima[-1].representation.T
            np.testing.assert_allclose(gram, last, rtol=0, atol=1e-9 * np.abs(G).max() * n)
