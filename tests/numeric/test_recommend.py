"""The guideline as a function: its estimates over all subsets, what it picks, and when it says that it cannot tell."""

import itertools

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from scipy.linalg import block_diag

from numeric import barlow_twins, squared_similarity, vicreg
from numeric import relations as build
from numeric.downstream import Candidate, Recommendation, RidgeProbe, recommend, ridge_risk
from tests.numeric.strategies import arrays, relations

METHODS = {"vicreg", "squared similarity", "barlow twins"}


def true_risk(Z, F, probe):
    """From the representation and all targets, in the plainest way."""
    Z, F = Z - Z.mean(axis=0), F - F.mean(axis=0)
    U, singular, _ = np.linalg.svd(Z, full_matrices=False)
    kept = singular > 1e-9
    if not kept.any():
        return ridge_risk([0.0], [0.0], probe, rest=np.sum(F**2))
    alignment = np.sum((U[:, kept].T @ F) ** 2, axis=1)
    rest = np.sum(F**2) - alignment.sum()
    return ridge_risk(singular[kept] ** 2 / len(Z), alignment, probe, rest=rest)


@settings(max_examples=30)
@given(
    G=relations(4, 6, ("weighted", "integer", "clique", "path", "empty")),
    k=st.integers(1, 6),
    n=st.integers(3, 4),
    rng=arrays(),
)
def test_over_all_subsets_of_the_labels_the_risks_have_the_mean_that_they_should(G, k, n, rng):
    N = len(G)
    G = G + np.diag(np.ones(N - 1), 1) + np.diag(np.ones(N - 1), -1)  # whichever are labelled, they have positives
    F = rng.standard_normal((N, 2)) + 1.0
    gammas, probe = [0.0, 0.2], RidgeProbe(n_samples=N, penalty=1.5, n_labelled=n, intercept=True)
    found = []
    for subset in itertools.combinations(range(N), n):
        told = recommend(G, F[list(subset)], subset, k, 0.0, penalty=1.5, gammas=gammas)
        risks = {candidate.method: candidate.risk for candidate in told.candidates if candidate.gamma is None}
        found.append(
            [*(candidate.risk for candidate in told.curve), *(risks[name] for name in sorted(risks)), told.total]
        )
    event("all labelled" if n == N else "a subset")
    unscaled = squared_similarity.optimal_representation(G, k).representation
    largest = np.linalg.norm(unscaled - unscaled.mean(axis=0), 2)
    representations = [
        *(vicreg.optimal_representation(G, k, gamma=gamma).representation for gamma in gammas),
        barlow_twins.optimal_representation(G, k, center=True).representation,
        np.sqrt(N) * unscaled / largest if largest > 1e-9 else 0 * unscaled,
    ]
    expected = [*(true_risk(Z, F, probe) for Z in representations), np.sum((F - F.mean(axis=0)) ** 2)]
    np.testing.assert_allclose(np.mean(found, axis=0), expected, rtol=1e-8, atol=1e-9)


def cliques_and_labels(rng, n_samples=120, shuffled=0.0, n_classes=4):
    """(relation by labels of which a share is shuffled, indicators of the right ones)."""
    labels = np.arange(n_samples) % n_classes
    told = labels.copy()
    wrong = rng.permutation(n_samples)[: round(shuffled * n_samples)]
    told[wrong] = told[rng.permutation(wrong)]
    return build.from_labels(told, weights="class"), np.eye(n_classes)[labels]


def test_aligned_targets_get_a_high_gamma():
    """Every gamma is worse than the threshold, where VICReg's representation is that of squared similarity."""
    rng = np.random.default_rng(0)
    G, F = cliques_and_labels(rng)
    index = rng.permutation(120)[:60]
    told = recommend(G, F[index] + rng.normal(size=(60, 4)) / 4, index, 20, 1 / 4)
    assert (told.method, told.gamma) == ("vicreg", pytest.approx(1.0))
    assert told.gamma_range[1] == told.gamma
    risks = [candidate.risk for candidate in told.curve]
    assert risks == sorted(risks, reverse=True)
    assert [(rival.method, rival.excess) for rival in told.rivals][:1] == [("squared similarity", 0.0)]
    assert not told.decided
    assert "as good as squared similarity" in str(told)


def test_misaligned_targets_with_many_clean_labels_get_vicreg_with_a_low_gamma():
    rng = np.random.default_rng(1)
    G, F = cliques_and_labels(rng, shuffled=0.9)
    told = recommend(G, F, np.arange(120), 119, 0.0)
    assert (told.method, told.gamma, told.decided) == ("vicreg", 0.0, True)
    assert {candidate.method for candidate in told.candidates} == METHODS
    assert all(candidate.error == 0 for candidate in told.candidates)  # nothing is unknown
    assert "worse by more than 2 standard errors" in str(told)


def draws(shuffled, n, count=40):
    """(the truth about every candidate, recommendations from as many draws of n noisy labels)."""
    rng = np.random.default_rng(3)
    G, F = cliques_and_labels(rng, shuffled=shuffled)
    probe = RidgeProbe(n_samples=120, penalty=12.0, noise=0.25, n_labelled=n, intercept=True)
    alike = squared_similarity.optimal_representation(G, 119).representation
    alike = np.sqrt(120) * alike / np.linalg.norm(alike - alike.mean(axis=0), 2)
    representations = {
        ("squared similarity", None): alike,
        ("barlow twins", None): barlow_twins.optimal_representation(G, 119, center=True).representation,
    }
    gammas = np.linspace(0, 1, 11).tolist()
    for gamma in gammas:
        representations["vicreg", gamma] = vicreg.optimal_representation(G, 119, gamma=gamma).representation
    truth = {name: true_risk(Z, F, probe) for name, Z in representations.items()}
    found = []
    for _ in range(count):
        index = rng.permutation(120)[:n]
        Y = F[index] + rng.normal(size=(n, 4)) / 4
        found.append(recommend(G, Y, index, 119, 0.25, penalty=12.0, gammas=gammas))
    return truth, found


def test_few_labels_cannot_tell():
    _, found = draws(shuffled=0.5, n=12)
    assert np.mean([told.decided for told in found]) < 0.1
    assert sum("cannot tell it from" in str(told) for told in found) > 20
    assert np.mean([told.gamma_range[1] - told.gamma_range[0] for told in found]) > 0.3


def test_what_many_labels_decide_is_right_but_for_a_few_draws():
    truth, found = draws(shuffled=0.5, n=60)
    decided = [told for told in found if told.decided]
    assert len(decided) > 30
    best = min(truth, key=truth.get)
    assert np.mean([told.method == best[0] for told in decided]) > 0.9
    assert np.mean([told.gamma_range[0] <= best[1] <= told.gamma_range[1] for told in found]) > 0.85
    regret = [truth[told.method, told.gamma] - truth[best] for told in found]
    assert np.mean(regret) < 0.02 * truth[best]


def test_where_no_labelled_sample_has_a_positive_nothing_is_said():
    G = block_diag(np.ones((3, 3)), np.eye(4))  # the last four have themselves only
    F = np.arange(7.0)[:, None]
    told = recommend(G, F[3:], [3, 4, 5, 6], 3, 0.0)
    assert (told.method, told.gamma, told.decided, told.gamma_range, told.n_related) == (None, None, False, None, 0)
    assert "no labelled sample has a positive" in str(told)
    reached = recommend(G, F[2:], [2, 3, 4, 5, 6], 3, 0.0)
    assert reached.n_related == 1
    assert reached.method is not None


@pytest.mark.parametrize(("spread", "noise"), [(0.0, 0.0), (1.0, 1.0), (1.0, 100.0)])
def test_labels_that_do_not_vary_decide_nothing(spread, noise):
    rng = np.random.default_rng(4)
    G, _ = cliques_and_labels(rng)
    Y = 5.0 + spread * rng.normal(size=(30, 1))
    told = recommend(G, Y, rng.permutation(120)[:30], 10, noise, gammas=[0.5])
    assert not told.varied
    assert not told.decided
    assert "vary no more than noise" in str(told)


@pytest.mark.parametrize(("total", "error", "decided"), [(3.0, 1.0, True), (2.0, 1.0, False), (0.0, 0.0, False)])
def test_methods_that_differ_are_decided_only_if_the_labels_vary(total, error, decided):
    """Less noise passes through one probe than through another, whatever the targets are."""
    candidates = tuple(
        Candidate(method=method, gamma=None, risk=1.0 + excess, excess=excess, error=0.1)
        for method, excess in [("squared similarity", 0.0), ("barlow twins", 0.5)]
    )
    probe = RidgeProbe(n_samples=9, penalty=1.0)
    told = Recommendation(candidates=candidates, curve=(), total=total, total_error=error, probe=probe, n_related=9)
    assert (told.varied, told.decided, told.rivals) == (decided, decided, ())


def test_a_relation_of_all_with_all_has_nothing_to_choose_but_a_scale():
    told = recommend(np.ones((6, 6)), np.arange(6.0)[:, None], range(6), 3, 0.0)
    assert {candidate.method for candidate in told.candidates} == METHODS


def test_a_relation_without_a_positive_eigenvalue_of_its_laplacian_has_one_gamma():
    G = block_diag(*[np.ones((2, 2))] * 4)  # four pairs: K = 3 contrasts of eigenvalue 0
    told = recommend(G, np.arange(8.0)[:, None], range(8), 3, 0.0)
    assert [candidate.gamma for candidate in told.curve] == [0.0]


def test_default_gammas_run_to_the_last_threshold():
    G = np.diag([1.0, 2.0, 3.0, 4.0], 1)
    G = G + G.T
    eigenvalues = vicreg.eigenpairs(G, 4)[0]
    told = recommend(G, np.arange(5.0)[:, None], range(5), 4, 0.0)
    gammas = [candidate.gamma for candidate in told.curve]
    assert gammas[0] == 0
    assert gammas[1] == pytest.approx(0.01 / eigenvalues[-1])
    assert gammas[-1] == pytest.approx(1 / eigenvalues[0])
    assert told.curve[-1].risk == pytest.approx(told.total)  # nothing is left but the mean


def test_inputs_are_left_alone_and_order_does_not_matter():
    rng = np.random.default_rng(5)
    G, F = cliques_and_labels(rng, shuffled=0.3)
    index = rng.permutation(120)[:40]
    kept = G.copy(), F.copy(), index.copy()
    first = recommend(G, F[index], index, 10, 0.1)
    order = rng.permutation(40)
    second = recommend(G, F[index[order]], index[order], 10, 0.1)
    assert str(first) == str(second)
    for before, after in zip(kept, (G, F, index), strict=True):
        np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"Y_labelled": np.ones((0, 1)), "labelled_index": []}, ValueError, "^labelled_index must be one-dim"),
        ({"labelled_index": [0, 1, 7]}, ValueError, "^labelled_index must hold .* found 7"),
        ({"Y_labelled": np.ones((2, 1))}, ValueError, "^Y_labelled must have 3 rows"),
        ({"Y_labelled": [[0.0], [np.nan], [1.0]]}, ValueError, "^Y_labelled must be finite"),
        ({"n_components": 0}, ValueError, "^n_components must be"),
        ({"noise": -1.0}, ValueError, "^noise must be"),
        ({"penalty": -1.0}, ValueError, "^penalty must be"),
        ({"gammas": [-1.0]}, ValueError, "^gammas must be nonnegative"),
        ({"gammas": []}, ValueError, "^gammas must have one dimension"),
        ({"G": -np.ones((4, 4))}, ValueError, "^G must be entrywise nonnegative"),
    ],
)
def test_what_is_not_allowed_is_refused_by_name(change, error, message):
    given_ = {
        "G": np.ones((4, 4)),
        "Y_labelled": [[0.0], [2.0], [1.0]],
        "labelled_index": [0, 1, 3],
        "n_components": 2,
        "noise": 0.0,
    }
    assert recommend(**given_).n_related == 3
    with pytest.raises(error, match=message):
        recommend(**(given_ | change))
