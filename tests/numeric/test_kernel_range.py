"""The range of a kernel of any sign and rank, against its definition."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import event, given, settings
from hypothesis import strategies as st

from numeric.kernel_range import kernel_range
from tests.numeric.strategies import SIGNS, symmetric_matrices


@settings(max_examples=150)
@given(case=symmetric_matrices(kinds=SIGNS), rank=st.none() | st.integers(1, 12), sparse=st.booleans())
def test_the_basis_is_orthonormal_and_made_of_the_columns(case, rank, sparse):
    kernel, _ = case
    g, vectors = np.linalg.eigh(kernel)
    largest = np.argsort(-np.abs(g))
    known = largest[np.abs(g[largest]) > 1e-10 * np.linalg.norm(kernel)]
    event("of lower rank", len(known) < len(kernel))
    event("indefinite", bool((g[known] < 0).any() and (g[known] > 0).any()))
    U, A = kernel_range(sp.csr_array(kernel) if sparse else kernel, rank)
    if not len(known):
        assert U.tolist() == A.tolist() == [[0.0]] * len(kernel)
        return
    r = min(len(known), rank or len(known))
    assert U.shape == A.shape == (len(kernel), r)
    condition = np.abs(g[known[0]] / g[known[r - 1]])
    np.testing.assert_allclose(U.T @ U, np.eye(r), atol=1e-12)
    np.testing.assert_allclose(kernel @ A, U, rtol=0, atol=1e-14 * len(kernel) * condition)
    lengths = np.append(np.abs(g[known]), 0)
    if lengths[r - 1] - lengths[r] > 1e-3 * lengths[0]:
        event("directions that are unique")
        wanted = vectors[:, known[:r]]
        np.testing.assert_allclose(U @ U.T, wanted @ wanted.T, rtol=0, atol=1e-9)


@pytest.mark.parametrize(("small", "rank"), [(1e-10, 2), (1e-11, 2), (1e-13, 1)])
def test_directions_of_which_a_kernel_has_no_digits_do_not_count(small, rank):
    Q = np.linalg.qr(np.random.default_rng(0).standard_normal((20, 2)))[0]
    kernel = (Q * [1.0, -small]) @ Q.T
    assert kernel_range(kernel)[0].shape == (20, rank)
    assert kernel_range(kernel.astype(np.float32))[0].shape == (20, 1)


def test_arguments_are_refused_by_name_and_not_changed():
    kernel = np.diag([1.0, 2.0, -1.0])
    kernel.setflags(write=False)
    assert kernel_range(kernel, 2)[0].shape == (3, 2)
    with pytest.raises(ValueError, match="^kernel must be symmetric"):
        kernel_range(np.triu(np.ones((3, 3))))
    with pytest.raises(ValueError, match="^X must be a square matrix"):
        kernel_range(kernel[:2], name="X")
    with pytest.raises(ValueError, match="^kernel_rank must be an integer >= 1; found 0"):
        kernel_range(kernel, 0)
    with pytest.raises(TypeError, match="^kernel_rank must be an integer >= 1; found 2.0"):
        kernel_range(kernel, 2.0)
