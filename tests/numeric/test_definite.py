"""The bottom of the spectrum of positive definite matrices, and how one that is not is refused."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import event, given
from hypothesis import strategies as st

from numeric.definite import bottom_definite_eigenpairs
from numeric.products import laplacian_product
from tests.numeric.graphs import ring
from tests.numeric.strategies import arrays, relations


@given(
    G=relations(max_samples=9),
    shift=st.sampled_from([1e-3, 0.5, 10.0]),
    n_pairs=st.integers(1, 11),
    sparse=st.booleans(),
)
def test_the_smallest_eigenpairs(G, shift, n_pairs, sparse):
    n = len(G)
    A = laplacian_product(G, np.eye(n)) + shift * (1 + np.abs(G).max()) * np.eye(n)
    event("more pairs than there are" if n_pairs > n else "some of them")
    eigenvalues, P = bottom_definite_eigenpairs(sp.csr_array(A) if sparse else A, n_pairs)
    q = min(n, n_pairs)
    norm = np.linalg.norm(A)
    np.testing.assert_allclose(eigenvalues, np.linalg.eigvalsh(A)[:q], rtol=0, atol=1e-13 * norm)
    assert (np.diff(eigenvalues) >= 0).all()
    np.testing.assert_allclose(P.T @ P, np.eye(q), atol=1e-12)
    np.testing.assert_allclose(A @ P, P * eigenvalues, rtol=0, atol=1e-12 * norm)


@given(rng=arrays(), n=st.integers(2, 6), rank=st.integers(0, 5), sparse=st.booleans())
def test_what_is_not_positive_definite_is_refused(rng, n, rank, sparse):
    factor = rng.standard_normal((n, min(rank, n - 1)))
    A = factor @ factor.T
    A = (A + A.T) / 2
    for wrong in (A, A - np.eye(n)):
        with pytest.raises(ValueError, match="^A must be positive definite, with eigenvalues above .*; found one of"):
            bottom_definite_eigenpairs(sp.csr_array(wrong) if sparse else wrong, 1)


def test_other_arguments_are_refused_by_name():
    with pytest.raises(ValueError, match="^A must be symmetric"):
        bottom_definite_eigenpairs([[1, 2], [0, 1]], 1)
    with pytest.raises(ValueError, match="^A must be finite"):
        bottom_definite_eigenpairs([[np.nan]], 1)
    with pytest.raises(ValueError, match=">= 1"):
        bottom_definite_eigenpairs(np.eye(2), 0)
    with pytest.raises(TypeError, match="integer"):
        bottom_definite_eigenpairs(np.eye(2), 1.0)


def test_a_large_sparse_matrix():
    n = 3000
    A = (sp.eye_array(n) * 2.25 - ring(n)).tocsr()
    eigenvalues, _ = bottom_definite_eigenpairs(A, 4)
    np.testing.assert_allclose(eigenvalues, 2.25 - 2 * np.cos(2 * np.pi * np.array([0, 1, 1, 2]) / n), rtol=1e-9)
