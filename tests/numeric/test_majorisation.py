"""Schur-Horn by rotations."""

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from numeric.majorisation import rotation_with_diagonal
from tests.numeric.strategies import arrays

SIZES = st.one_of(st.integers(1, 8), st.integers(1, 200))
SPECTRA = {
    "normal": lambda rng, k: rng.standard_normal(k),
    "wide": lambda rng, k: 10.0 ** rng.uniform(-8, 8, k),
    "repeated": lambda rng, k: rng.integers(-2, 3, k).astype(float),
    "zeros": lambda rng, k: np.where(rng.random(k) < 0.5, 0.0, rng.random(k)),
    "equal": lambda rng, k: np.full(k, rng.random()),
    "one": lambda rng, k: np.eye(k)[0],
    "huge": lambda rng, k: 1e300 * rng.standard_normal(k),
    "tiny": lambda rng, k: 1e-300 * rng.standard_normal(k),
    "apart by rounding": lambda rng, k: 1 + 4 * np.finfo(float).eps * rng.integers(-2, 3, k),
}
DIAGONALS = ("equal", "rotated", "same", "permuted", "averaged", "transfers", "slight transfers", "blocks")


def majorised(kind, eigenvalues, rng):
    """A vector that `eigenvalues` majorises."""
    k = eigenvalues.size
    if kind == "equal":
        return np.full(k, eigenvalues.mean())
    if kind == "rotated":
        Q = np.linalg.qr(rng.standard_normal((k, k)))[0]
        return (Q * eigenvalues * Q).sum(axis=1)
    if kind == "averaged":
        half = eigenvalues.copy()
        half[: k // 2] = half[: k // 2].mean() if k > 1 else half[:0]
        return rng.permutation(half)
    if kind.endswith("transfers"):  # from the larger to the smaller of a pair, as far as their mean at most
        given_up = eigenvalues.copy()
        for _ in range(2 * k):
            i, j = rng.integers(0, k, 2)
            share = rng.random() * (1e-14 if kind.startswith("slight") else 1) / 2
            step = share * (given_up[i] - given_up[j])
            given_up[i] -= step
            given_up[j] += step
        return given_up
    if kind == "blocks":  # partial sums that agree, here and there
        ordered = np.sort(eigenvalues)
        cuts = np.flatnonzero(rng.random(k) < 0.3)
        return np.concatenate([np.full(part.size, part.mean()) for part in np.split(ordered, cuts) if part.size])
    return eigenvalues if kind == "same" else rng.permutation(eigenvalues)


@settings(max_examples=300)
@given(size=SIZES, spectrum=st.sampled_from(sorted(SPECTRA)), diagonal=st.sampled_from(DIAGONALS), rng=arrays())
def test_the_diagonal_is_met_by_a_rotation(size, spectrum, diagonal, rng):
    event(f"{spectrum} eigenvalues, {diagonal} diagonal")
    eigenvalues = SPECTRA[spectrum](rng, size)
    wanted = majorised(diagonal, eigenvalues, rng)
    Q = rotation_with_diagonal(eigenvalues, wanted)
    np.testing.assert_allclose(Q @ Q.T, np.eye(size), atol=1e-12)
    reached = (Q * eigenvalues * Q).sum(axis=1)
    np.testing.assert_allclose(reached, wanted, rtol=0, atol=1e-12 * np.abs(eigenvalues).max())


@settings(max_examples=60)
@given(size=st.integers(2, 30), excess=st.floats(1e-9, 1.0), rng=arrays())
def test_what_is_not_majorised_is_refused(size, excess, rng):
    eigenvalues = rng.random(size)
    outside = np.sort(eigenvalues)
    outside[-1] += excess
    outside[0] -= excess
    with pytest.raises(ValueError, match="^diagonal must be majorised"):
        rotation_with_diagonal(eigenvalues, outside)
    for shift in (excess, -excess):
        with pytest.raises(ValueError, match="^diagonal must be majorised"):
            rotation_with_diagonal(eigenvalues, np.full(size, eigenvalues.mean() + shift))


@pytest.mark.parametrize(
    ("eigenvalues", "diagonal", "error", "message"),
    [
        ([1.0, 2.0], [3.0], ValueError, "diagonal must have as many"),
        ([], [], ValueError, "eigenvalues must be a non-empty vector"),
        ([[1.0]], [1.0], ValueError, "eigenvalues must be a non-empty vector"),
        ([1.0], [np.nan], ValueError, "diagonal must be finite"),
        ([np.inf], [1.0], ValueError, "eigenvalues must be finite"),
        ([1j], [1.0], TypeError, "eigenvalues must hold real numbers"),
    ],
)
def test_bad_vectors_are_refused_by_name(eigenvalues, diagonal, error, message):
    with pytest.raises(error, match=f"^{message}"):
        rotation_with_diagonal(eigenvalues, diagonal)


def test_inputs_are_left_alone():
    eigenvalues, diagonal = np.array([3.0, 1.0, 2.0]), np.array([2.0, 2.0, 2.0])
    rotation_with_diagonal(eigenvalues, diagonal)
    assert eigenvalues.tolist() == [3, 1, 2]
    assert diagonal.tolist() == [2, 2, 2]
