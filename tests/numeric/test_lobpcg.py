"""LOBPCG by itself, against LAPACK, with preconditioners good, bad and none."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from numeric import lobpcg
from numeric.lanczos import NotConverged
from numeric.lobpcg import smallest_eigenvectors
from tests.numeric.strategies import arrays

PRECONDITIONERS = {
    "none": lambda S: lambda R: R,
    "Jacobi": lambda S: lambda R: R / np.maximum(S.diagonal(), 1e-3)[:, None],
    "inverse": lambda S: lambda R, inverse=np.linalg.pinv(S): inverse @ R,
}


@settings(max_examples=60, deadline=None)
@given(
    size=st.integers(40, 90),
    levels=st.integers(1, 60),
    count=st.integers(1, 8),
    kind=st.sampled_from(sorted(PRECONDITIONERS)),
    rng=arrays(),
)
@example(size=60, levels=1, count=8, kind="none", rng=np.random.default_rng(0))  # a multiple of a projection
@example(size=60, levels=2, count=8, kind="inverse", rng=np.random.default_rng(0))
def test_the_smallest_eigenvalues_with_all_their_copies(size, levels, count, kind, rng):
    values = np.sort(rng.choice(rng.uniform(0.1, 1, levels), size))
    values[0] = 0.0
    Q = np.linalg.qr(rng.standard_normal((size, size)))[0]
    S = (Q * values) @ Q.T
    S = (S + S.T) / 2
    event("repeated" if len(np.unique(values[1 : count + 1])) < count else "simple")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(lobpcg, "STEPS", 2000)
        vectors = smallest_eigenvectors(S, PRECONDITIONERS[kind](S), Q[:, 0], count, residual=1e-10)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(count), atol=1e-12)
    np.testing.assert_allclose(Q[:, 0] @ vectors, 0.0, atol=1e-12)
    found = np.linalg.eigvalsh(vectors.T @ S @ vectors)
    np.testing.assert_allclose(found, values[1 : count + 1], rtol=0, atol=1e-12)
    np.testing.assert_allclose(S @ vectors, vectors @ (vectors.T @ S @ vectors), rtol=0, atol=1e-9)


def test_what_does_not_converge_is_said():
    S = sp.diags_array(np.arange(400.0) ** 4)
    with pytest.raises(NotConverged, match="no 3 eigenpairs in 100 steps"):
        smallest_eigenvectors(S, lambda R: R, np.eye(400)[0], 3, residual=1e-9)
