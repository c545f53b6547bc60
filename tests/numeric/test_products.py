"""Products with a relation in every kind of it, precision and library, beside those of dense matrices of float64."""

import array_api_strict
import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import event, given
from hypothesis import strategies as st

from numeric import relations as build
from numeric.arrays import on_host
from numeric.centred import Centred
from numeric.products import laplacian_product, quadratic_form, relation_product, sparse_product
from tests.numeric.strategies import arrays, laplacian, relations

KINDS = {"dense": np.asarray, "sparse": sp.csr_array}


@st.composite
def given_relations(draw):
    """A random relation, or two views in either order, or a star."""
    kind = draw(st.sampled_from(["any", "blocked", "interleaved", "star", "pairs in any order"]))
    event(kind)
    n = draw(st.integers(1, 5))
    if kind == "any":
        return draw(relations())
    if kind == "star":
        G = np.zeros((n + 1, n + 1))
        G[0, 1:] = G[1:, 0] = np.arange(1.0, n + 1)
        return G[::-1, ::-1] if draw(st.booleans()) else G
    G = build.from_views(n, 2, order="blocked" if kind != "interleaved" else kind, sparse=False)
    order = draw(arrays()).permutation(2 * n) if kind.startswith("pairs") else np.arange(2 * n)
    return G[np.ix_(order, order)] * draw(st.sampled_from([1.0, 0.3]))


@given(
    G=given_relations(),
    K=st.integers(1, 4),
    kind=st.sampled_from(sorted(KINDS)),
    dtype=st.sampled_from([np.float64, np.float32]),
    library=st.sampled_from([None, array_api_strict]),
    rng=arrays(),
)
def test_products_are_those_of_matrices(G, K, kind, dtype, library, rng):
    Z = rng.standard_normal((len(G), K)).astype(dtype)
    array = library.asarray(Z) if library else Z
    size = np.finfo(dtype).eps * len(G) * max(np.abs(G).max(), 1) * 16
    if library and kind == "dense" and rng.integers(2):
        G_given = library.asarray(G)
    else:
        G_given = KINDS[kind](G)
    image, energy = relation_product(G_given, array), laplacian_product(G_given, array)
    form = quadratic_form(G_given, array, image)
    for found, wanted in ((image, G @ Z), (energy, laplacian(G) @ Z), (form, Z.T @ G @ Z)):
        assert found.dtype == array.dtype
        assert type(found) is type(array)
        np.testing.assert_allclose(on_host(found), wanted, rtol=0, atol=size * len(G))
    np.testing.assert_array_equal(on_host(form), on_host(form).T)
    np.testing.assert_allclose(on_host(laplacian_product(G_given, Centred(array))), laplacian(G) @ Z, rtol=0, atol=size)


@given(rows=st.integers(1, 5), columns=st.integers(1, 5), rng=arrays())
def test_sparse_products_of_any_shape_in_another_library(rows, columns, rng):
    A = np.where(rng.random((rows, columns)) < 0.5, rng.standard_normal((rows, columns)), 0.0)
    Z = rng.standard_normal((columns, 2))
    event("an empty row", bool((~A.any(axis=1)).any()))
    found = sparse_product(sp.csr_array(A), array_api_strict.asarray(Z))
    np.testing.assert_allclose(on_host(found), A @ Z, atol=1e-14)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_relation_too_large_for_the_precision_is_refused(kind):
    G = KINDS[kind](np.array([[0.0, 1e39], [1e39, 0.0]]))
    Z = np.ones((2, 1), dtype=np.float32)
    with pytest.raises(ValueError, match="^G must have row sums that are finite in float32, the precision of Z"):
        laplacian_product(G, Z)
    with pytest.raises(ValueError, match="^G must have row sums that are finite in float32"):
        relation_product(G, Z)
    assert laplacian_product(G, Z.astype(float)).tolist() == [[0.0], [0.0]]


def test_half_of_the_pairs_tell_all():
    """Two views take half the multiplications, whatever their order: the second half of `image` is not looked at."""
    Z = np.random.default_rng(0).standard_normal((6, 2))
    for order, second in (("blocked", slice(3, 6)), ("interleaved", slice(1, 6, 2))):
        G = build.from_views(3, 2, order=order)
        image = G @ Z
        unseen = image.copy()
        unseen[second] = np.nan
        np.testing.assert_allclose(quadratic_form(G, Z, unseen), Z.T @ image, rtol=1e-14)
