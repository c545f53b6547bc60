"""Probes and their risk: against least squares, against the smoother matrix, and against ridge regression itself."""

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from scipy.linalg import lstsq

from numeric import downstream, vicreg
from numeric.downstream import RidgeProbe, probe_loss, ridge_risk, target_spectrum, vicreg_ridge_risk
from tests.numeric.similarity import low_rank
from tests.numeric.strategies import arrays, relations
from tests.numeric.taylor import check_taylor_remainder

KINDS = ("weighted", "integer", "clique", "path", "empty", "complete")


@settings(max_examples=100)
@given(n=st.integers(1, 8), k=st.integers(1, 10), t=st.integers(1, 3), rank=st.integers(0, 5), rng=arrays())
def test_the_loss_of_the_best_probe_is_that_of_least_squares(n, k, t, rank, rng):
    Z, Y = low_rank(rng, n, k, rank), rng.standard_normal((n, t))
    event("rank-deficient" if min(rank, n) < k else "full rank")
    V = lstsq(Z, Y, cond=1e-9)[0]
    assert probe_loss(Z, Y) == pytest.approx(np.sum((Y - Z @ V) ** 2), abs=1e-9)
    units = 10.0 ** rng.uniform(-8, 8, k)
    assert probe_loss(np.column_stack([Z * units, Z[:, ::-1]]), Y) == pytest.approx(probe_loss(Z, Y), abs=1e-9)


def test_probes_of_nothing_and_of_everything():
    Y = np.array([[1.0], [2.0]])
    assert probe_loss(np.zeros((2, 3)), Y) == 5.0
    assert probe_loss([[1.0, 5.0], [0.0, 2.0]], Y) == pytest.approx(0.0, abs=1e-28)


def smoother(Z, penalty, intercept):
    """The matrix that takes labels to predictions, (N, N), of the plainest make."""
    n = len(Z)
    mean = np.full((n, n), 1 / n) if intercept else np.zeros((n, n))
    Z = Z - mean @ Z
    if penalty == 0:
        return mean + Z @ np.linalg.pinv(Z, rcond=1e-7)
    return mean + Z @ np.linalg.solve(Z.T @ Z + penalty * np.eye(Z.shape[1]), Z.T)


def exact_risk(Z, F, probe):
    S = smoother(Z, probe.penalty, probe.intercept)
    return np.sum((F - S @ F) ** 2) + probe.noise * np.sum(S**2)


@st.composite
def probes(draw, n, *, penalties=(0.0, 0.1, 3.0, 100.0)):
    return RidgeProbe(
        n_samples=n,
        penalty=draw(st.sampled_from(penalties)),
        noise=draw(st.sampled_from([0.0, 0.5, 4.0])),
        intercept=draw(st.booleans()),
    )


@settings(max_examples=200)
@given(G=relations(min_samples=2, kinds=KINDS), k=st.integers(1, 14), t=st.integers(1, 3), data=st.data(), rng=arrays())
def test_the_risk_is_that_of_the_smoother_matrix(G, k, t, data, rng):
    """Of the optimal representation itself, rotated or not; K above the rank, repeated eigenvalues and isolated samples."""
    n = len(G)
    F = rng.standard_normal((n, t)) + 2.0
    probe = data.draw(probes(n))
    gamma = data.draw(st.sampled_from([0.0, 0.1, 1 / 3, 1.0]))
    beta = data.draw(st.sampled_from([1.0, 2.0, 0.25]))
    optimum = vicreg.optimal_representation(G, k, gamma=gamma, beta=beta)
    assume((optimum.filter[optimum.filter > 0] > 1e-6).all())  # whether less counts as 0 is rounding at penalty 0
    eigenvalues, alignment, rest = target_spectrum(G, F, k, intercept=probe.intercept)
    event("rank below K" if optimum.rank < k else "rank K")
    event(f"penalty {probe.penalty:g}")
    expected = exact_risk(optimum.representation, F, probe)
    np.testing.assert_array_equal(eigenvalues, optimum.eigenvalues)
    assert ridge_risk(optimum.filter, alignment, probe, rest=rest) == pytest.approx(expected, rel=1e-7, abs=1e-9)
    if beta >= 1:
        risk, _ = vicreg_ridge_risk(eigenvalues, alignment, gamma, probe, rest=rest)
        assert risk == pytest.approx(expected, rel=1e-7, abs=1e-9)
        scaled, _ = vicreg_ridge_risk(eigenvalues, alignment, 3 * gamma, probe, rest=rest, alpha=3.0)
        assert scaled == pytest.approx(risk, rel=1e-12)


@settings(max_examples=200)
@given(G=relations(min_samples=2, kinds=KINDS), data=st.data(), rng=arrays())
def test_the_slope_is_the_derivative_from_the_right(G, data, rng):
    n = len(G)
    probe = data.draw(probes(n, penalties=(0.1, 3.0)))
    probe = RidgeProbe(
        n_samples=n,
        penalty=probe.penalty,
        noise=probe.noise,
        n_labelled=data.draw(st.integers(1 + probe.intercept, n)),
        intercept=probe.intercept,
    )
    eigenvalues, alignment, rest = target_spectrum(G, rng.standard_normal((n, 2)), n)
    thresholds = np.unique(1 / eigenvalues[eigenvalues > 0])
    gamma = float(data.draw(st.sampled_from([0.0, 0.01, *thresholds, *(0.9 * thresholds)])))
    ahead = thresholds[thresholds > gamma * (1 + 1e-9)]
    step = float(ahead[0] - gamma) if len(ahead) else 1.0
    event("at a threshold" if np.isclose(gamma, thresholds, rtol=1e-12).any() else "between thresholds")

    def risk(gamma):
        return vicreg_ridge_risk(eigenvalues, alignment, float(gamma), probe, rest=rest)[0]

    _, slope = vicreg_ridge_risk(eigenvalues, alignment, gamma, probe, rest=rest)
    if not len(ahead):
        event("all directions dropped")
        assert slope == 0
        assert risk(gamma + 1) == risk(gamma)
        return
    check_taylor_remainder(risk, slope, gamma, step)


@settings(max_examples=100)
@given(G=relations(min_samples=2, kinds=("weighted", "integer", "clique")), data=st.data(), rng=arrays())
def test_with_all_samples_labelled_the_slope_is_the_formula_of_the_guideline(G, data, rng):
    n = len(G)
    probe = data.draw(probes(n, penalties=(0.1, 3.0)))
    eigenvalues, alignment, rest = target_spectrum(G, rng.standard_normal((n, 2)), n, intercept=probe.intercept)
    gamma, alpha, share = 0.2, 1.5, probe.penalty / n
    s = 1 - gamma * eigenvalues / alpha
    kept = s > 1e-9
    assume((kept | (s < 0)).all())
    s, h = s[kept], s[kept] / (s[kept] + share)
    terms = eigenvalues[kept] / alpha * share * ((1 - h) * alignment[kept] - probe.noise * h) / (s + share) ** 2
    _, slope = vicreg_ridge_risk(eigenvalues, alignment, gamma, probe, alpha=alpha, rest=rest)
    assert slope == pytest.approx(2 * terms.sum(), rel=1e-9, abs=1e-9)


def test_on_a_threshold_the_slopes_from_the_two_sides_differ_by_the_alignment():
    probe, eigenvalues, alignment = RidgeProbe(n_samples=8, penalty=2.0, noise=0.3), [0.0, 2.0, 4.0], [5.0, 7.0, 3.0]
    (_, left), (_, at) = (vicreg_ridge_risk(eigenvalues, alignment, g, probe, alpha=1.5) for g in (0.75 - 1e-9, 0.75))
    assert at == 0  # the only directions left have eigenvalue 0
    assert left == pytest.approx(2 * 8 * 2.0 * 7.0 / (1.5 * 2.0), rel=1e-6)


def test_least_squares_climbs_stairs():
    probe, eigenvalues, alignment = RidgeProbe(n_samples=8, penalty=0.0, noise=0.5), [1.0, 2.0], [0.2, 0.9]
    risk, slope = vicreg_ridge_risk(eigenvalues, alignment, [0.0, 0.499, 0.5, 0.999, 1.0, 9.0], probe, rest=1.0)
    np.testing.assert_allclose(risk, [2.0, 2.0, 2.4, 2.4, 2.1, 2.1], rtol=1e-15)
    assert not slope.any()


def test_several_gammas_are_as_one_at_a_time():
    probe, eigenvalues = RidgeProbe(n_samples=5, penalty=1.0, noise=0.2, n_labelled=3), [0.5, 1.0, 1.0]
    gammas = np.array([0.0, 0.7, 1.0, 5.0])
    both = vicreg_ridge_risk(eigenvalues, [1.0, -0.1, 0.3], gammas, probe)
    single = [vicreg_ridge_risk(eigenvalues, [1.0, -0.1, 0.3], gamma, probe) for gamma in gammas]
    np.testing.assert_allclose(both, np.transpose(single), rtol=1e-13)
    assert all(type(number) is float for number in single[0])


def test_aligned_targets_want_a_high_gamma_and_misaligned_ones_a_low_one():
    """`gamma-guideline`: the sign turns where (1 - h) b^2 = sigma^2 h."""
    probe = RidgeProbe(n_samples=10, penalty=10.0, noise=1.0)  # h = 1/2 at s = 1
    for alignment, sign in [(0.0, -1), (0.99, -1), (1.01, 1), (9.0, 1)]:
        assert np.sign(vicreg_ridge_risk([1.0], [alignment], 0.0, probe)[1]) == sign
    few = RidgeProbe(n_samples=10, penalty=10.0, noise=1.0, n_labelled=5)
    aligned = [vicreg_ridge_risk([0.0, 1.0], [3.0, 0.0], 0.5, each)[1] for each in (probe, few)]
    assert aligned[1] < aligned[0] < 0  # fewer labels, faster


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: probe_loss(np.eye(3), np.eye(2)), ValueError, "^Y must have 3 rows"),
        (lambda: probe_loss([[np.nan]], [[1.0]]), ValueError, "^Z must be finite"),
        (lambda: probe_loss(np.eye(2), [1.0, 2.0]), ValueError, "^Y must have two dimensions"),
        (lambda: probe_loss(np.eye(2), [[1e200], [0.0]]), ValueError, "^Y must have a norm"),
        (lambda: RidgeProbe(n_samples=0, penalty=1.0), ValueError, "^n_samples must be"),
        (lambda: RidgeProbe(n_samples=3, penalty=-1.0), ValueError, "^penalty must be"),
        (lambda: RidgeProbe(n_samples=3, penalty=1.0, noise=np.nan), ValueError, "^noise must be"),
        (
            lambda: RidgeProbe(n_samples=3, penalty=1.0, n_labelled=4),
            ValueError,
            "^n_labelled must be from 1 to n_samples = 3; found 4",
        ),
        (lambda: RidgeProbe(n_samples=3, penalty=1.0, n_labelled=0), ValueError, "^n_labelled must be"),
        (
            lambda: RidgeProbe(n_samples=3, penalty=1.0, n_labelled=1, intercept=True),
            ValueError,
            "^n_labelled must be from 2",
        ),
        (
            lambda: RidgeProbe(n_samples=3, penalty=0.0, n_labelled=2),
            ValueError,
            "^penalty must be a finite number > 0",
        ),
        (lambda: RidgeProbe(n_samples=3, penalty=1.0, intercept=1), TypeError, "^intercept must be"),
        (lambda: ridge_risk([-1.0], [1.0], PROBE), ValueError, "^filter must be nonnegative"),
        (lambda: ridge_risk([1.0], [1.0, 2.0], PROBE), ValueError, "^alignment must have 1 entries"),
        (lambda: ridge_risk([], [], PROBE), ValueError, "^filter must have one dimension"),
        (lambda: ridge_risk([1.0], [1.0], PROBE, rest=np.inf), ValueError, "^rest must be finite"),
        (lambda: ridge_risk(["a"], [1.0], PROBE), TypeError, "^filter must hold real numbers"),
        (lambda: vicreg_ridge_risk([1.0], [1.0], -1.0, PROBE), ValueError, "^gamma must be"),
        (lambda: vicreg_ridge_risk([1.0], [1.0], [0.0, -1.0], PROBE), ValueError, "^gamma must be nonnegative"),
        (lambda: vicreg_ridge_risk([-1.0], [1.0], 1.0, PROBE), ValueError, "^eigenvalues must be nonnegative"),
        (lambda: vicreg_ridge_risk([1.0], [1.0], 1.0, PROBE, alpha=0.0), ValueError, "^alpha must be"),
        (lambda: target_spectrum([[0.0]], [[1.0]], 1), ValueError, "^G must relate at least two samples"),
        (lambda: target_spectrum(np.eye(3), np.eye(2), 1), ValueError, "^Y must have 3 rows"),
    ],
)
def test_what_is_not_allowed_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()


PROBE = RidgeProbe(n_samples=3, penalty=1.0)


def test_every_name_is_handed_on():
    for name in downstream.__all__:
        assert getattr(downstream, name).__name__ == name
