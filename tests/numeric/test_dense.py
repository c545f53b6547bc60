"""Eigenpairs by number, of matrices on which LAPACK's own search for a part of the spectrum fails."""

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from numeric import dense
from numeric.dense import selected_eigenpairs
from numeric.relation_spectrum import top_eigenpairs
from numeric.spectrum import bottom_eigenpairs
from tests.numeric.strategies import arrays

EPS = np.finfo(float).eps


def check(matrix, first, last):
    """The same number of pairs as asked for, at the right place in the spectrum, and each one a pair."""
    before = matrix.copy()
    eigenvalues, eigenvectors = selected_eigenpairs(matrix, first, last)
    np.testing.assert_array_equal(matrix, before)
    size, n = np.abs(matrix).max() or 1.0, len(matrix)
    exact = np.linalg.eigvalsh(matrix / size)[first : last + 1]
    assert eigenvalues.shape == (last - first + 1,)
    np.testing.assert_allclose(eigenvalues / size, exact, rtol=0, atol=8 * n**1.5 * EPS)
    np.testing.assert_allclose(eigenvectors.T @ eigenvectors, np.eye(last - first + 1), atol=8 * n**1.5 * EPS)
    image = (matrix / size) @ eigenvectors
    np.testing.assert_allclose(image, eigenvectors * (eigenvalues / size), rtol=0, atol=8 * n**1.5 * EPS)


@settings(max_examples=200)
@given(
    n=st.integers(1, 40),
    kind=st.sampled_from(["centred identity", "complete", "cliques", "repeated", "gaussian", "zero"]),
    weight=st.sampled_from([1.0, 0.1, 0.3, 1e-3]) | st.floats(1e-3, 1e3),
    sign=st.sampled_from([1, -1]),
    exponent=st.sampled_from([0, 0, 300, -300]) | st.integers(-1000, 1000),
    data=st.data(),
)
def test_any_part_of_the_spectrum_at_any_size(n, kind, weight, sign, exponent, data):
    rng = data.draw(arrays())
    if kind == "centred identity":
        matrix = weight * (np.eye(n) - 1 / n)
    elif kind == "complete":
        matrix = weight * (np.ones((n, n)) - np.eye(n))
    elif kind == "cliques":
        labels = rng.integers(0, 3, n)
        matrix = weight * (labels[:, None] == labels)
    elif kind == "repeated":
        Q = np.linalg.qr(rng.standard_normal((n, n)))[0]
        matrix = weight * (Q * rng.choice([-1.0, 0.5, 2.0], n)) @ Q.T
    else:
        matrix = rng.standard_normal((n, n)) if kind == "gaussian" else np.zeros((n, n))
    event(kind)
    first = data.draw(st.integers(0, n - 1))
    check(sign * np.ldexp((matrix + matrix.T) / 2, exponent), first, data.draw(st.integers(first, n - 1)))


def test_matrices_with_one_eigenvalue_many_times():
    """Among these are some for which syevr returns nothing, or raises."""
    for n in range(2, 40):
        for exponent in (0, -40, 300, -440, 480, 1000):
            matrix = np.ldexp(0.3 * np.eye(n), exponent)
            matrix = matrix - matrix.mean(axis=0)
            matrix = (matrix + matrix.T) / 2
            for count in {1, n // 2, n}:
                check(matrix, n - count, n - 1)
                check(matrix, 0, count - 1)


@pytest.mark.parametrize("weight", [1.0, 0.1, 1e-3, 1e100, 1e-200])
def test_complete_graphs_have_all_their_eigenvalues(weight):
    for n in range(2, 60):
        G = np.full((n, n), weight)
        for count in {1, n // 2, n - 1}:
            np.testing.assert_allclose(bottom_eigenpairs(G, count)[0], np.full(count, n * weight), rtol=1e-12)
            expected = np.append(n * weight, np.zeros(count - 1))
            np.testing.assert_allclose(top_eigenpairs(G, count)[0], expected, rtol=1e-12)


@pytest.mark.parametrize("failure", ["short", "raises", "not orthogonal", "of another matrix"])
def test_what_lapack_leaves_out_or_gets_wrong_is_computed_otherwise(failure, monkeypatch):
    honest, failed = dense.eigh, []

    def failing(matrix, **options):
        failed.append(failure)
        if failure == "raises":
            raise np.linalg.LinAlgError("Internal Error.")
        if failure == "short":
            return np.zeros(0), np.zeros((len(matrix), 0))
        eigenvalues, eigenvectors = honest(matrix, **options)
        if failure == "not orthogonal":
            eigenvectors[:, 0] += 1e-10 * eigenvectors[:, 1]
        else:
            eigenvectors[0] += 1e-10 * eigenvectors[2]
            eigenvectors = np.linalg.qr(eigenvectors)[0]
        return eigenvalues, eigenvectors

    monkeypatch.setattr(dense, "eigh", failing)
    check(np.diag([4.0, -1.0, 2.0, 0.5]), 1, 2)
    assert failed == [failure]
