"""Barlow Twins and its gradient against its definition by loops; what it does not see, and what is refused."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from numeric import barlow_twins
from tests.numeric.barlow import problems, roots, start
from tests.numeric.similarity import calls, check_inputs_are_not_changed
from tests.numeric.strategies import arrays
from tests.numeric.taylor import check_taylor_remainder

weights = st.sampled_from([0.0, 0.0051, 0.5, 1.0, 3.0])


def plain_loss(Z, G, off_diagonal, center):
    """The definition, pair by pair."""
    n, K = Z.shape
    d = G.sum(axis=1)
    if center:
        Z = Z - sum(d[i] * Z[i] for i in range(n)) / d.sum()
    C = np.zeros((K, K))
    for j in range(K):
        for k in range(K):
            Q_j, Q_k = (sum(d[i] * Z[i, c] ** 2 for i in range(n)) for c in (j, k))
            C[j, k] = sum(G[i, l] * Z[i, j] * Z[l, k] for i in range(n) for l in range(n)) / np.sqrt(Q_j * Q_k)
    return sum((C[k, k] - 1) ** 2 + off_diagonal * sum(C[j, k] ** 2 for j in range(K) if j != k) for k in range(K))


@settings(max_examples=150)
@given(problem=problems(max_samples=6), off_diagonal=weights, rng=arrays(), sparse=st.booleans())
def test_loss_is_its_definition(problem, off_diagonal, rng, sparse):
    G, K, center = problem
    Z = start(rng, G, K)
    hyper = {"off_diagonal": off_diagonal, "center": center}
    given = sp.csr_array(G) if sparse else G
    value, slope = barlow_twins.loss_and_gradient(Z, given, **hyper)
    assert value == pytest.approx(plain_loss(Z, G, off_diagonal, center), rel=1e-9, abs=1e-12)
    assert isinstance(value, float)
    assert value == barlow_twins.loss(Z, given, **hyper)
    np.testing.assert_array_equal(slope, barlow_twins.gradient(Z, given, **hyper))


def test_two_views_by_hand():
    """C is the symmetrised cross-correlation of the views; centred, by means and deviations of both together."""
    rng = np.random.default_rng(0)
    A, B = rng.standard_normal((2, 5, 3))
    G = np.block([[np.zeros((5, 5)), np.eye(5)], [np.eye(5), np.zeros((5, 5))]])
    for center in (False, True):
        mean = (A.mean(axis=0) + B.mean(axis=0)) / 2 * center
        A, B = A - mean, B - mean
        lengths = np.sqrt((A**2).sum(axis=0) + (B**2).sum(axis=0))
        C = (A.T @ B + B.T @ A) / np.outer(lengths, lengths)
        wanted = 0.1 * ((C - np.eye(3)) ** 2).sum() + 0.9 * ((np.diagonal(C) - 1) ** 2).sum()
        assert barlow_twins.loss(np.vstack([A, B]) + 7 * center, G, off_diagonal=0.1, center=center) == pytest.approx(
            wanted, rel=1e-12
        )


@settings(max_examples=150)
@given(problem=problems(max_samples=8), off_diagonal=weights, rng=arrays())
def test_the_taylor_remainder_of_the_gradient_is_quadratic(problem, off_diagonal, rng):
    G, K, center = problem
    R, Y = roots(G), rng.standard_normal((len(G), K))
    V = rng.standard_normal(Y.shape) * 0.3 * np.linalg.norm(Y, axis=0) / np.sqrt(len(G))

    def loss(Y):
        return barlow_twins.loss(Y / R, G, off_diagonal=off_diagonal, center=center)

    slope = barlow_twins.gradient(Y / R, G, off_diagonal=off_diagonal, center=center) / R
    check_taylor_remainder(loss, slope, Y, V, size=K * K * max(off_diagonal, 1))


@settings(max_examples=150)
@given(problem=problems(max_samples=7), off_diagonal=weights, exponent=st.integers(-900, 900), rng=arrays())
def test_what_the_loss_does_not_see(problem, off_diagonal, exponent, rng):
    """Scales of columns and their signs, the order of samples, the scale of G, isolated rows, and, centred, constants."""
    G, K, center = problem
    hyper = {"off_diagonal": off_diagonal, "center": center}
    Z = start(rng, G, K)
    value, slope = barlow_twins.loss_and_gradient(Z, G, **hyper)
    d = G.sum(axis=1)
    lengths = np.linalg.norm(
        roots(G) * (Z - center * (d @ Z) / d.sum()), axis=0
    )  # Q^{1/2}; slopes are of size 1/Q^{1/2}
    np.testing.assert_allclose(np.sum(Z * slope, axis=0) * lengths, 0, atol=1e-9 * K)
    exponents = rng.integers(-500, 500, K)
    signs = rng.choice([-1, 1], K)
    again = barlow_twins.loss_and_gradient(np.ldexp(signs * Z, exponents), G, **hyper)
    assert again[0] == value
    np.testing.assert_array_equal(np.ldexp(signs * again[1], exponents), slope)
    rounding = {"rel": 1e-9, "abs": 1e-12}
    order = rng.permutation(len(G))
    assert barlow_twins.loss(Z[order], G[np.ix_(order, order)], **hyper) == pytest.approx(value, **rounding)
    assert barlow_twins.loss(Z, np.ldexp(G, exponent), **hyper) == pytest.approx(value, **rounding)
    if center:
        assert barlow_twins.loss(Z + rng.standard_normal(K), G, **hyper) == pytest.approx(value, **rounding)
        np.testing.assert_allclose(slope.sum(axis=0) * lengths, 0, atol=1e-9 * K)
    isolated = d == 0
    Z[isolated] = rng.choice([0, 1e308, -1e308])
    for kind in (np.asarray, sp.csr_array):
        unseen = barlow_twins.loss_and_gradient(Z, kind(G), **hyper)
        assert unseen[0] == pytest.approx(value, **rounding)
        np.testing.assert_allclose(unseen[1] * lengths, slope * lengths, rtol=0, atol=1e-11 * K)
        assert not unseen[1][isolated].any()


@pytest.mark.parametrize("empty", [np.zeros((3, 3)), sp.csr_array((3, 3))])
def test_an_empty_relation_is_refused(empty):
    for call in calls(barlow_twins, 3).values():
        with pytest.raises(ValueError, match="^G must have a positive entry, for the loss draws pairs"):
            call(empty)
    with pytest.raises(ValueError, match="^G must have a positive entry"):
        barlow_twins.eigenpairs(empty, 1, center=True)


@pytest.mark.parametrize(
    ("column", "center", "found"),
    [
        ([0.0, 0.0, 0.0, 0.0], False, "column 1 that is zero"),
        ([0.0, 0.0, 0.0, 5.0], False, "column 1 that is zero"),
        ([3.1, 3.1, 3.1, 5.0], True, "column 1 that is constant"),
    ],
)
def test_columns_for_which_it_is_not_defined_are_refused(column, center, found):
    G = np.pad(np.ones((3, 3)), (0, 1))  # the last sample is isolated
    Z = np.column_stack([np.arange(4.0), column])
    for call in (barlow_twins.loss, barlow_twins.gradient, barlow_twins.loss_and_gradient):
        with pytest.raises(ValueError, match=f"^Z must have columns that are not .*; found {found}$"):
            call(Z, G, center=center)
    missing = "constant" if center else "zero"
    with pytest.raises(ValueError, match=f"^X must have a column that is not {missing} on the samples with positives"):
        barlow_twins.optimal_weights(Z[:, 1:], G, 2, center=center)


def test_arguments_are_refused_by_name():
    G, ones = np.ones((3, 3)), np.ones((3, 1))
    wrong = [
        ({"off_diagonal": -1}, ValueError, "^off_diagonal must be a finite number >= 0; found -1"),
        ({"off_diagonal": True}, TypeError, "^off_diagonal must be a finite number >= 0; found True"),
        ({"center": 1}, TypeError, "^center must be True or False; found 1 of type int"),
    ]
    for hyper, error, message in wrong:
        for call in (
            lambda hyper: barlow_twins.loss(ones, G, **hyper),
            lambda hyper: barlow_twins.optimal_representation(G, 1, **hyper),
            lambda hyper: barlow_twins.optimal_weights(ones, G, 1, **hyper),
        ):
            with pytest.raises(error, match=message):
                call(hyper)
    with pytest.raises(TypeError, match="^center must be"):
        barlow_twins.eigenpairs(G, 1, center="yes")
    with pytest.raises(ValueError, match="^G must be entrywise nonnegative"):
        barlow_twins.optimal_representation(-G, 1)
    with pytest.raises(ValueError, match="^G must have at least two samples with positives where columns are centred"):
        barlow_twins.optimal_representation(np.diag([1.0, 0.0]), 1, center=True)
    with pytest.raises(ValueError, match="^Z must have 3 rows"):
        barlow_twins.loss(ones[1:], G)
    with pytest.raises(ValueError, match="^X must have 3 rows"):
        barlow_twins.optimal_weights(ones[1:], G, 1)
    for center in (False, True):
        for call in (
            lambda center: barlow_twins.optimal_representation(G, 0, center=center),
            lambda center: barlow_twins.optimal_weights(np.eye(3), G, 0, center=center),
            lambda center: barlow_twins.eigenpairs(G, 0, center=center),
        ):
            with pytest.raises(ValueError, match="^n_[a-z]+ must be an integer >= 1; found 0"):
                call(center)


def test_no_number_is_too_large_or_too_small_silently():
    G = np.array([[0, 1, 0], [1, 0, 2], [0, 2, 1.0]])
    Z = np.random.default_rng(0).standard_normal((3, 2))
    for center in (False, True):
        value, slope = barlow_twins.loss_and_gradient(Z, G, center=center)
        for scale in (1e-150, 1e150, 1e-300, 1e307):
            again = barlow_twins.loss_and_gradient(scale * Z, G, center=center)
            assert again[0] == pytest.approx(value, rel=1e-12)
            np.testing.assert_allclose(again[1] * scale, slope, rtol=1e-10, atol=1e-12)
            scaled = barlow_twins.loss_and_gradient(Z * [[scale], [1], [1]], G)
            assert np.isfinite(scaled[0])
            assert np.isfinite(scaled[1]).all()
        assert barlow_twins.loss(Z, 5e307 * G, center=center) == pytest.approx(value, rel=1e-12)  # v overflows
        optimum = barlow_twins.optimal_representation(5e307 * G, 2, center=center)
        assert optimum.loss == pytest.approx(barlow_twins.optimal_representation(G, 2, center=center).loss, rel=1e-12)
    with pytest.raises(ValueError, match="^Z must have columns whose gradient is finite; found column 1"):
        barlow_twins.gradient(Z * [1, 1e-312], G)
    with pytest.raises(ValueError, match=r"^off_diagonal must be small enough for a finite loss; found 1e\+308"):
        barlow_twins.loss(np.ones((3, 5)), G, off_diagonal=1e308)
    X = np.array([[1e300, 1e-290], [2e300, 1e-290], [0, 1e-290]])
    optimum = barlow_twins.optimal_weights(X, G, 2)
    assert barlow_twins.loss(X @ optimum.weights, G) == pytest.approx(optimum.loss, rel=1e-12)


def test_inputs_are_not_changed():
    rng = np.random.default_rng(0)
    G, Z, X = rng.random((6, 6)), rng.standard_normal((6, 2)), rng.standard_normal((6, 3))
    G = G + G.T
    G[2] = G[:, 2] = 0
    forms = (G, sp.csr_array(G), sp.csc_array(G), sp.coo_array(G))
    check_inputs_are_not_changed(barlow_twins, X, Z, forms)  # dense arrays are read-only from here on
    for form in forms:
        before = form.copy()
        barlow_twins.loss_and_gradient(Z, form, center=True)
        barlow_twins.optimal_representation(form, 3, center=True)
        barlow_twins.optimal_weights(X, form, 3, center=True)
        assert (before != form).sum() == 0
