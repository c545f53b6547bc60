"""Relation builders against their definitions, written out entry by entry."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from numeric import relations

LABELS = st.lists(st.integers(0, 4), min_size=1, max_size=12)
# Few distinct coordinates: ties and duplicate rows are the rule. Sums of their squares are exact.
POINTS = hnp.arrays(
    np.float64,
    st.tuples(st.integers(2, 14), st.integers(1, 3)),
    elements=st.integers(-2, 2).map(float),
)


def dense(G):
    return G.toarray() if sp.issparse(G) else G


def assert_relation(G, n, sparse):
    if sparse:
        assert isinstance(G, sp.csr_array)
        assert G.has_canonical_format
        assert np.all(G.data > 0.0)
    else:
        assert type(G) is np.ndarray
    assert G.shape == (n, n)
    assert G.dtype == np.float64
    assert np.array_equal(dense(G), dense(G).T)


def choices(squared, k):
    """A_ij = 1 iff j is among the k others nearest to i, lowest index first among equals."""
    n = len(squared)
    A = np.zeros((n, n))
    for i in range(n):
        others = sorted((squared[i][j], j) for j in range(n) if j != i)
        for _, j in others[:k]:
            A[i, j] = 1.0
    return A


def squared_distances(X):
    rows = [[Fraction(float(x)) for x in row] for row in X]
    return [[sum((a - b) ** 2 for a, b in zip(u, v, strict=True)) for v in rows] for u in rows]


# labels


@given(LABELS, st.sampled_from(["unit", "class"]), st.sampled_from([None, False, True]), st.booleans())
def test_labels_entry_by_entry(labels, weights, self_loops, sparse):
    G = relations.from_labels(labels, weights=weights, self_loops=self_loops, sparse=sparse)
    n = len(labels)
    assert_relation(G, n, sparse)
    loops = weights == "class" if self_loops is None else self_loops
    for i in range(n):
        for j in range(n):
            positive = labels[i] == labels[j] and (i != j or loops)
            size = 1 if weights == "unit" else labels.count(labels[i])
            assert dense(G)[i, j] == (1.0 / size if positive else 0.0)


@given(LABELS)
def test_class_weights_give_the_scatter_matrices_of_fisher(labels):
    n = len(labels)
    X = np.random.default_rng(n).normal(size=(n, 3))
    G = relations.from_labels(labels, weights="class")
    assert np.allclose(G.sum(axis=1), 1.0, rtol=0, atol=1e-15 * n)
    within = np.zeros((3, 3))
    for label in set(labels):
        members = X[np.array(labels) == label]
        within += (members - members.mean(axis=0)).T @ (members - members.mean(axis=0))
    laplacian = np.diag(G.sum(axis=1)) - G
    assert np.allclose(X.T @ laplacian @ X, within, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    "labels",
    [
        ["cat", "dog", "cat", "eel"],
        np.array(["cat", "dog", "cat", "eel"]),
        np.array(["cat", "dog", "cat", "eel"], dtype=object),
        pd.Series(["cat", "dog", "cat", "eel"], index=[7, 3, 1, 0]),
        pd.Series(["cat", "dog", "cat", "eel"], dtype="category"),
        (True, "dog", True, 3.5),
        np.array([2.5, -1.0, 2.5, 0.0], dtype=np.float32),
        np.array(["2020", "2021", "2020", "2022"], dtype="datetime64[Y]"),
        [3, 10**30, 3, -1],
    ],
    ids=lambda labels: f"{type(labels).__name__}-{getattr(labels, 'dtype', '')}",
)
def test_labels_of_any_kind(labels):
    expected = np.zeros((4, 4))
    expected[0, 2] = expected[2, 0] = 1.0
    assert np.array_equal(relations.from_labels(labels), expected)
    assert np.array_equal(relations.from_labels(labels, sparse=True).toarray(), expected)


def test_a_number_and_its_digits_are_different_labels():
    assert not relations.from_labels([1, "1"]).any()


@pytest.mark.parametrize("sparse", [False, True])
def test_one_sample_one_label_all_labels_distinct(sparse):
    def build(labels, **options):
        return dense(relations.from_labels(labels, sparse=sparse, **options))

    assert np.array_equal(build([7]), [[0.0]])
    assert np.array_equal(build([7], weights="class"), [[1.0]])
    assert np.array_equal(build(["a"] * 5), np.ones((5, 5)) - np.eye(5))
    assert np.array_equal(build(range(5)), np.zeros((5, 5)))
    assert np.array_equal(build(range(5), weights="class"), np.eye(5))


@pytest.mark.parametrize(
    "labels",
    [[], 3, "abc", [[1, 2], [3, 4]], [1.0, float("nan")], np.array([1.0, np.nan]), ["a", None]]
    + [pd.Series([1, None], dtype="Int64"), np.array(["2020", "NaT"], dtype="datetime64[Y]")],
    ids=repr,
)
def test_bad_labels_are_named(labels):
    with pytest.raises(ValueError, match="labels must"):
        relations.from_labels(labels)


def test_labels_that_cannot_be_compared_are_named():
    with pytest.raises(TypeError, match="labels must be hashable; found a set at 1"):
        relations.from_labels([1, {2}])


@pytest.mark.parametrize("weights", ["Class", None, 1.0, np.ones(2)], ids=repr)
def test_bad_weights_are_named(weights):
    with pytest.raises(ValueError, match="weights must"):
        relations.from_labels([1, 2], weights=weights)


# views


@given(
    st.integers(1, 6),
    st.integers(1, 4),
    st.sampled_from(["blocked", "interleaved"]),
    st.booleans(),
)
def test_views_entry_by_entry(n, views, order, sparse):
    G = relations.from_views(n, views, order=order, sparse=sparse)
    assert_relation(G, n * views, sparse)
    for i in range(n * views):
        for j in range(n * views):
            same = i % n == j % n if order == "blocked" else i // views == j // views
            assert dense(G)[i, j] == float(same and i != j)


def test_two_blocked_views_pair_the_halves_of_a_concatenation():
    first, second = np.random.default_rng(0).normal(size=(2, 5, 3))
    Z = np.concatenate([first, second])
    G = relations.from_views(5, 2)
    assert np.array_equal(G @ Z, np.concatenate([second, first]))
    energy = sum(G[i, j] * np.square(Z[i] - Z[j]).sum() for i in range(10) for j in range(10))
    assert energy == pytest.approx(2.0 * np.square(first - second).sum(), rel=1e-14)


@given(st.integers(1, 5), st.integers(1, 4), st.sampled_from(["blocked", "interleaved"]))
def test_views_have_the_spectrum_of_a_clique_partition(n, views, order):
    G = relations.from_views(n, views, order=order, sparse=False)
    eigenvalues = np.linalg.eigvalsh(np.diag(G.sum(axis=1)) - G)
    assert np.allclose(eigenvalues, [0.0] * n + [float(views)] * (n * (views - 1)), rtol=0, atol=1e-12)


def test_many_views_stay_sparse():
    G = relations.from_views(200_000, 2)
    assert G.nnz == 400_000
    assert G.indices.dtype == np.int32


@pytest.mark.parametrize(
    ("arguments", "name", "error"),
    [
        ((0, 2), "n_samples", ValueError),
        ((-1, 2), "n_samples", ValueError),
        ((2.0, 2), "n_samples", TypeError),
        ((True, 2), "n_samples", TypeError),
        ((None, 2), "n_samples", TypeError),
        ((3, 0), "n_views", ValueError),
        ((3, "2"), "n_views", TypeError),
        ((3, float("nan")), "n_views", TypeError),
    ],
)
def test_bad_counts_are_named(arguments, name, error):
    with pytest.raises(error, match=f"^{name} must"):
        relations.from_views(*arguments)


@pytest.mark.parametrize("order", ["block", None, 0])
def test_bad_order_is_named(order):
    with pytest.raises(ValueError, match="order must"):
        relations.from_views(2, 2, order=order)


# neighbours and distances


@given(POINTS, st.data(), st.booleans(), st.booleans())
def test_neighbours_entry_by_entry(X, data, mutual, sparse):
    n = len(X)
    k = data.draw(st.integers(1, n - 1))
    A = choices(squared_distances(X), k)
    expected = np.minimum(A, A.T) if mutual else np.maximum(A, A.T)
    G = relations.from_neighbours(X, k, mutual=mutual, sparse=sparse)
    assert_relation(G, n, sparse)
    assert np.array_equal(dense(G), expected)


@given(POINTS, st.data(), st.booleans(), st.booleans())
def test_distances_entry_by_entry(X, data, mutual, sparse):
    n = len(X)
    k = data.draw(st.integers(1, n - 1))
    squared = squared_distances(X)
    A = choices(squared, k)
    expected = np.minimum(A, A.T) if mutual else np.maximum(A, A.T)
    G = relations.from_distances(np.array(squared, dtype=np.float64), k, mutual=mutual, sparse=sparse)
    assert_relation(G, n, sparse)
    assert np.array_equal(dense(G), expected)


@given(
    hnp.arrays(np.float64, st.tuples(st.integers(3, 40), st.integers(1, 9)), elements=st.floats(-1e3, 1e3)),
    st.integers(1, 4),
)
def test_every_row_has_its_neighbours_and_never_itself(X, k):
    k = min(k, len(X) - 1)
    G = relations.from_neighbours(X, k)
    assert not G.diagonal().any()
    assert np.all(G.sum(axis=1) >= k)
    # Each row has exactly k choices, so the union holds at most 2 N k entries, and at least N k.
    assert len(X) * k <= G.nnz <= 2 * len(X) * k


@pytest.mark.parametrize("scale", [1e-300, 1e-160, 1.0, 1e160, 1e300])
def test_neighbours_do_not_depend_on_the_unit(scale):
    X = np.random.default_rng(1).normal(size=(30, 4))
    expected = relations.from_neighbours(X, 3, sparse=False)
    assert np.array_equal(relations.from_neighbours(X * scale, 3, sparse=False), expected)


def test_rows_with_more_duplicates_than_neighbours():
    X = np.zeros((50, 2))
    X[-1] = 1.0
    A = choices(squared_distances(X), 3)
    assert np.array_equal(relations.from_neighbours(X, 3, sparse=False), np.maximum(A, A.T))


def test_rotated_ties_do_not_depend_on_rounding():
    # Every pair of these four is at one distance, up to the order in which squares are summed.
    X = 0.1 * np.eye(4) + 0.7
    G = relations.from_neighbours(X, 3, sparse=False)
    assert np.array_equal(G, np.ones((4, 4)) - np.eye(4))


def test_mutual_keeps_only_choices_made_both_ways():
    X = np.array([[0.0], [1.0], [5.0]])
    assert np.array_equal(relations.from_neighbours(X, 1, sparse=False), [[0, 1, 0], [1, 0, 1], [0, 1, 0]])
    mutual = relations.from_neighbours(X, 1, mutual=True, sparse=False)
    assert np.array_equal(mutual, [[0, 1, 0], [1, 0, 0], [0, 0, 0]])


@pytest.mark.parametrize("kind", ["integer", "float32", "fortran", "read-only", "frame", "list"])
def test_neighbours_of_any_array(kind):
    X = np.random.default_rng(2).integers(-9, 9, size=(20, 3))
    expected = relations.from_neighbours(X.astype(np.float64), 4, sparse=False)
    given = {
        "integer": lambda: X,
        "float32": lambda: X.astype(np.float32),
        "fortran": lambda: np.asfortranarray(X.astype(np.float64)),
        "read-only": lambda: X.astype(np.float64),
        "frame": lambda: pd.DataFrame(X, columns=["a", "b", "c"]),
        "list": lambda: X.tolist(),
    }[kind]()
    if kind == "read-only":
        given.flags.writeable = False
    assert np.array_equal(relations.from_neighbours(given, 4, sparse=False), expected)
    assert np.array_equal(np.asarray(given, dtype=np.int64), X)


def test_distances_are_not_changed_in_place():
    distances = np.array([[0.0, 1.0, 2.0], [1.0, 0.0, 3.0], [2.0, 3.0, 0.0]])
    before = distances.copy()
    relations.from_distances(distances, 1)
    assert np.array_equal(distances, before)


@pytest.mark.parametrize(
    "X",
    [np.ones(3), np.ones((0, 2)), np.ones((3, 0)), np.ones((2, 2, 2)), [[1.0], [2.0, 3.0]]]
    + [[[1.0], [float("nan")]], [[1.0], [np.inf]]],
    ids=lambda X: f"{type(X).__name__}-{getattr(X, 'shape', X)}",
)
def test_points_of_wrong_shape_or_value_are_named(X):
    with pytest.raises(ValueError, match="^X must"):
        relations.from_neighbours(X, 1)


@pytest.mark.parametrize("X", [[[1j], [2j]], [["a"], ["b"]], [[1.0], [None]], sp.csr_array(np.eye(3))], ids=repr)
def test_points_of_wrong_kind_are_named(X):
    with pytest.raises(TypeError, match="^X must"):
        relations.from_neighbours(X, 1)


@pytest.mark.parametrize("build", [relations.from_neighbours, relations.from_distances])
@pytest.mark.parametrize(
    ("k", "error"),
    [(0, ValueError), (-1, ValueError), (3, ValueError), (1.0, TypeError)]
    + [(True, TypeError), (None, TypeError), ("1", TypeError)],
)
def test_bad_number_of_neighbours_is_named(build, k, error):
    with pytest.raises(error, match="^n_neighbors must"):
        build(np.zeros((3, 3)), k)


def test_one_sample_has_no_neighbours():
    with pytest.raises(ValueError, match="n_neighbors must be at most N - 1 = 0"):
        relations.from_neighbours([[1.0]], 1)


@pytest.mark.parametrize(
    ("distances", "error", "what"),
    [
        (np.zeros((2, 3)), ValueError, "square"),
        ([[0.0, -1.0], [-1.0, 0.0]], ValueError, "nonnegative"),
        ([[1.0, 1.0], [1.0, 0.0]], ValueError, "zero on the diagonal"),
        ([[0.0, 1.0], [2.0, 0.0]], ValueError, "symmetric"),
        ([[0.0, np.inf], [np.inf, 0.0]], ValueError, "finite"),
        ([[0.0, np.nan], [np.nan, 0.0]], ValueError, "finite"),
        (sp.csr_array(np.ones((2, 2)) - np.eye(2)), TypeError, "dense"),
    ],
    ids=lambda value: value if isinstance(value, str) else getattr(value, "__name__", ""),
)
def test_bad_distances_are_named(distances, error, what):
    with pytest.raises(error, match=f"^distances must.* {what}"):
        relations.from_distances(distances, 1)


def test_the_same_call_gives_the_same_bytes():
    X = np.random.default_rng(3).integers(0, 3, size=(60, 2))
    first, second = (relations.from_neighbours(X, 5) for _ in range(2))
    for part in ("data", "indices", "indptr"):
        assert getattr(first, part).tobytes() == getattr(second, part).tobytes()
