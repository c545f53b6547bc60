"""The opponent: it must find minima, and must not claim to have found one where it has not."""

import numpy as np
import pytest

from numeric.optimise import minimise


def quadratic(x):
    weights = np.arange(1.0, 7.0).reshape(2, 3)
    return 3.0 + np.sum(weights * (x - 1) ** 2), 2 * weights * (x - 1)


def double_well(x):
    return np.sum((x**2 - 1) ** 2 + 0.3 * x) + 1, 4 * x * (x**2 - 1) + 0.3


def rosenbrock(x):
    a, b = x
    return 100 * (b - a * a) ** 2 + (1 - a) ** 2, np.array([-400 * a * (b - a * a) - 2 * (1 - a), 200 * (b - a * a)])


@pytest.mark.parametrize("function", [quadratic, double_well, rosenbrock])
def test_known_minima(function):
    shape, point, loss = {
        quadratic: ((2, 3), np.ones((2, 3)), 3.0),
        double_well: ((2,), np.full(2, -1.0355), None),
        rosenbrock: ((2,), np.ones(2), 0.0),
    }[function]
    found = minimise(function, shape, n_starts=12, scale=2.0)
    np.testing.assert_allclose(found.point, point, atol=1e-3)
    assert found.converged
    assert found.point.shape == shape
    assert found.losses.shape == (12,)
    assert found.loss == found.losses.min() == pytest.approx(function(found.point)[0])
    assert loss is None or found.loss == pytest.approx(loss, abs=1e-12)
    np.testing.assert_allclose(found.gradient_norm, np.linalg.norm(function(found.point)[1]))


def test_a_local_minimum_of_one_start_is_left_by_others():
    found = minimise(double_well, (3,), n_starts=40)
    assert found.losses.max() > found.loss + 0.1
    np.testing.assert_allclose(found.point, np.full(3, found.point[0]), rtol=1e-6)


def test_stopped_too_early_is_not_converged():
    assert not minimise(rosenbrock, (2,), n_starts=1, max_iterations=3).converged


def test_a_wrong_gradient_is_not_converged():
    def wrong(x):
        value, slope = quadratic(x)
        return value, slope + 1.0

    assert not minimise(wrong, (2, 3), n_starts=3).converged


def test_the_scale_of_the_loss_does_not_matter():
    for factor in (1e-12, 1e12):
        assert minimise(lambda x, f=factor: tuple(f * part for part in quadratic(x)), (2, 3), n_starts=4).converged


@pytest.mark.parametrize("factor", [1e-290, 1e-150, 1e150, 1e290])
def test_squares_of_the_gradient_may_over_and_underflow(factor):
    found = minimise(lambda x: tuple(factor * part for part in quadratic(x)), (2, 3), n_starts=4)
    assert found.converged
    assert found.loss == pytest.approx(factor * minimise(quadratic, (2, 3)).loss, rel=1e-12)


def test_a_loss_that_is_flat_at_some_starts():
    """There the square of its slope is 0, or the slope itself."""

    def function(x):
        value = 1e-150 * np.exp(-1000 * np.sum(x**2))
        return value, -2000 * x * value

    found = minimise(function, (3, 2), n_starts=8)
    assert np.isfinite(found.losses).all()
    assert found.loss == 0


def test_a_loss_that_is_flat_at_the_start_and_steep_beside_it():
    """In units of the loss at the start, the loss and its slope overflow where the first steps lead."""

    def function(x):
        wall = np.maximum(x**2 - 4, 0)
        return 1e-304 * np.sum((10 - x) ** 2) + 1e10 * np.sum(wall**2), 2e-304 * (x - 10) + 4e10 * wall * x

    found = minimise(function, (1,), n_starts=8)
    np.testing.assert_allclose(found.point, 2.0)
    assert found.loss == pytest.approx(64e-304)


def test_the_same_seed_gives_the_same_run():
    first, again, other = (minimise(double_well, (3,), n_starts=3, seed=seed) for seed in (5, 5, 6))
    assert first.point.tobytes() == again.point.tobytes()
    assert first.point.tobytes() != other.point.tobytes()


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        ({"n_starts": 0}, ValueError),
        ({"n_starts": 1.0}, TypeError),
        ({"max_iterations": -1}, ValueError),
        ({"scale": 0.0}, ValueError),
        ({"scale": float("nan")}, ValueError),
    ],
)
def test_bad_arguments_are_refused_by_name(bad, error):
    with pytest.raises(error, match=f"^{next(iter(bad))} must"):
        minimise(quadratic, (2, 3), **bad)


def test_a_loss_that_is_not_finite_is_an_error():
    with pytest.raises(FloatingPointError, match="must be finite at a random start"):
        minimise(lambda x: (float("nan"), x), (2,))
