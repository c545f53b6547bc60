"""The bottom of symmetric pencils of any sign, against NumPy on whitened matrices."""

import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from numeric.pencil import bottom_pairs, centring


@given(
    st.integers(1, 6),
    st.integers(1, 8),
    st.sampled_from(("none", "centring", "inputs", "deficient")),
    st.integers(0, 2**32),
)
def test_eigenpairs_are_the_smallest(n, count, kind, seed):
    event(kind)
    rng = np.random.default_rng(seed)
    S = rng.normal(size=(n, n))
    S = S + S.T
    inputs = rng.normal(size=(n, 3)) * [1, 1, kind != "deficient"]
    factor = {"none": None, "centring": centring(n)}.get(kind, inputs)
    values, vectors = bottom_pairs(S, count, factor)
    F = np.eye(n) if factor is None else factor
    scale, basis = np.linalg.eigh(F.T @ F)
    kept = scale > 1e-9
    whitening = basis[:, kept] / np.sqrt(scale[kept])
    expected = np.linalg.eigvalsh(whitening.T @ F.T @ S @ F @ whitening)[:count]
    np.testing.assert_allclose(values, expected, atol=1e-8 * (1 + abs(S).max()))
    gram = vectors.T @ F.T @ F @ vectors
    np.testing.assert_allclose(gram, np.eye(len(values)), atol=1e-8)
    energy = vectors.T @ F.T @ S @ F @ vectors
    np.testing.assert_allclose(energy, np.diag(values), atol=1e-7 * (1 + abs(S).max()))


def test_an_asymmetric_matrix_is_refused():
    with pytest.raises(ValueError, match="symmetric"):
        bottom_pairs(np.array([[0.0, 1.0], [2.0, 0.0]]), 1)
