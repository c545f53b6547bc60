"""Geodesic distances against their definition, ISOMAP against scikit-learn's and against numerical optimisation."""

import math
import re
import warnings

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.spatial.distance import cdist
from sklearn.datasets import load_digits, make_swiss_roll
from sklearn.manifold import Isomap

from numeric import classical_mds, geodesics, isomap
from numeric.optimise import minimise
from tests.numeric.opponent import check_against
from tests.numeric.similarity import check_centred, check_optimum, check_same_up_to_rotation
from tests.numeric.strategies import arrays
from tests.numeric.taylor import check_taylor_remainder

KINDS = ("grid", "gaussian", "clusters", "circle", "duplicates", "line")


@st.composite
def samples(draw, max_samples=12, kinds=KINDS):
    """X, (N, D): "grid" has ties and duplicates in plenty, "clusters" lie far apart."""
    kind = draw(st.sampled_from(kinds))
    n, d, rng = draw(st.integers(2, max_samples)), draw(st.integers(1, 3)), draw(arrays())
    event(f"samples: {kind}")
    if kind == "grid":
        return rng.integers(-2, 3, (n, d)).astype(float)
    if kind == "circle":
        angle = 2 * np.pi * (np.arange(n) + 0.1 * rng.random(n)) / n
        return np.column_stack([np.cos(angle), np.sin(angle)])
    if kind == "line":
        return rng.standard_normal((n, 1)) * rng.standard_normal(d)
    X = rng.standard_normal((n, d))
    if kind == "clusters":
        X += 100.0 * rng.integers(0, 3, (n, 1))
    if kind == "duplicates":
        X = X[rng.integers(0, max(1, n // 2), n)]
    return X


@st.composite
def connected(draw, **kinds):
    """(geodesic distances, X, n_neighbors) of a connected graph."""
    X = draw(samples(**kinds))
    k = draw(st.integers(1, len(X) - 1))
    try:
        return isomap.geodesic_distances(X, n_neighbors=k), X, k
    except ValueError as error:
        k = int(re.search(r"at least (\d+)", str(error)).group(1))
        return isomap.geodesic_distances(X, n_neighbors=k), X, k


def neighbourhoods(distances, k):
    """Lengths of edges, (N, N), inf where there is none: each chooses its k nearest others, by index among equals."""
    n = len(distances)
    lengths = np.full((n, n), np.inf)
    for i in range(n):
        for _, j in sorted((distances[i, j], j) for j in range(n) if j != i)[:k]:
            lengths[i, j] = lengths[j, i] = distances[i, j]
    return lengths


def floyd_warshall(lengths):
    paths = lengths.copy()
    np.fill_diagonal(paths, 0.0)
    for middle in range(len(paths)):
        paths = np.minimum(paths, paths[:, middle, None] + paths[middle])
    return paths


def doubly_centred(distances):
    H = np.eye(len(distances)) - 1 / len(distances)
    return -H @ distances**2 @ H / 2


def component_sizes(paths):
    """Largest first: samples of one component reach the same ones."""
    return sorted((sum(reached) for reached in {tuple(row) for row in np.isfinite(paths).tolist()}), reverse=True)


@settings(max_examples=300)
@given(X=samples(max_samples=14), data=st.data())
def test_geodesic_distances_are_their_definition(X, data):
    k = data.draw(st.integers(1, len(X) - 1))
    exact = cdist(X, X)
    wanted = floyd_warshall(neighbourhoods(exact, k))
    source = data.draw(st.sampled_from([{"X": X}, {"distances": exact}]))
    event(f"from {next(iter(source))}")
    if np.isinf(wanted).any():
        event("disconnected")
        with pytest.raises(ValueError, match="^n_neighbors must be at least") as raised:
            isomap.geodesic_distances(**source, n_neighbors=k)
        smallest = next(
            more for more in range(k, len(X)) if np.isfinite(floyd_warshall(neighbourhoods(exact, more))).all()
        )
        sizes = component_sizes(wanted)
        listed = ", ".join(map(str, sizes[:5])) + (f", and {len(sizes) - 5} more" if len(sizes) > 5 else "")
        assert str(raised.value).startswith(f"n_neighbors must be at least {smallest} for")
        assert str(raised.value).endswith(f"found {k}, whose graph has {len(sizes)} components, of sizes {listed}")
        return
    event("connected")
    event("zero-length edges", bool((neighbourhoods(exact, k) == 0).any()))
    found = isomap.geodesic_distances(**source, n_neighbors=k)
    np.testing.assert_allclose(found, wanted, rtol=1e-13, atol=0)
    assert found.dtype == np.float64
    assert np.array_equal(found, found.T)
    assert not np.diagonal(found).any()


def test_many_components_are_listed_shortly():
    X = np.repeat(10.0 ** np.arange(8), [7, 3, 3, 2, 2, 2, 2, 2])[:, None]
    with pytest.raises(ValueError, match="at least 3 .* has 8 components, of sizes 7, 3, 3, 2, 2, and 3 more$"):
        isomap.geodesic_distances(X, n_neighbors=1)


def test_duplicates_are_joined_by_edges_of_length_zero():
    """Without that edge, samples 0 and 1 would be 2 apart, or in components of their own."""
    X = np.array([[0.0], [0.0], [1.0], [3.0]])
    wanted = np.abs(X - X.T)
    np.testing.assert_array_equal(isomap.geodesic_distances(X, n_neighbors=2), wanted)
    np.testing.assert_array_equal(isomap.geodesic_distances(distances=wanted, n_neighbors=2), wanted)
    np.testing.assert_array_equal(isomap.geodesic_distances(np.ones((6, 2)), n_neighbors=1), np.zeros((6, 6)))
    optimum = isomap.optimal_representation(np.ones((6, 2)), 3, n_neighbors=1)
    assert (optimum.representation == 0).all()
    assert (optimum.loss, optimum.rank) == (0, 0)


@settings(max_examples=50)
@given(problem=connected(kinds=("gaussian", "circle")), exponent=st.integers(-900, 900))
def test_lengths_scale_with_the_samples_whatever_their_size(problem, exponent):
    found, X, k = problem
    np.testing.assert_array_equal(
        isomap.geodesic_distances(np.ldexp(X, exponent), n_neighbors=k), np.ldexp(found, exponent)
    )


def test_many_edges_are_measured_in_blocks(monkeypatch):
    X = np.random.default_rng(0).standard_normal((60, 3))
    wanted = isomap.geodesic_distances(X, n_neighbors=7)
    monkeypatch.setattr(geodesics, "_BLOCK", 100)
    np.testing.assert_array_equal(isomap.geodesic_distances(X, n_neighbors=7), wanted)


@settings(max_examples=100)
@given(problem=connected(max_samples=8), K=st.integers(1, 10), rng=arrays())
def test_loss_is_its_definition_and_the_taylor_remainder_of_the_gradient_is_quadratic(problem, K, rng):
    distances, X, k = problem
    Z, V = rng.standard_normal((2, len(X), K))
    value, slope = isomap.loss_and_gradient(Z, X, n_neighbors=k)
    B = doubly_centred(floyd_warshall(neighbourhoods(cdist(X, X), k)))
    plain = sum((B[i, j] - Z[i] @ Z[j]) ** 2 for i in range(len(X)) for j in range(len(X)))
    assert value == pytest.approx(plain, rel=1e-11)
    assert value == isomap.loss(Z, X, n_neighbors=k)
    np.testing.assert_array_equal(slope, isomap.gradient(Z, X, n_neighbors=k))
    source = {"distances": cdist(X, X), "n_neighbors": k}
    assert isomap.loss(Z, **source) == pytest.approx(value, rel=1e-11)
    np.testing.assert_allclose(isomap.gradient(Z, **source), slope, rtol=1e-10, atol=1e-11 * np.abs(slope).max())
    check_taylor_remainder(lambda Z: classical_mds.loss(Z, distances), slope, Z, V)


@settings(max_examples=120)
@given(problem=connected(max_samples=9), data=st.data())
def test_no_numerical_minimum_is_below_the_claim_and_the_best_reaches_it(problem, data):
    distances, X, k = problem
    n = len(X)
    K = data.draw(st.integers(1, n + 2))
    B = doubly_centred(distances)
    eigenvalues = np.linalg.eigvalsh(B)[::-1]
    scale = np.abs(eigenvalues).max()
    optimum = isomap.optimal_representation(X, K, n_neighbors=k)
    event("K within N" if n >= K else "K above N")
    positive = int((eigenvalues > 1e-10 * scale).sum())
    event("K within the positive eigenvalues" if positive >= K else "K above the number of positive eigenvalues")
    event("repeated eigenvalues", bool((np.diff(eigenvalues[: min(K, positive) + 1]) > -1e-9 * scale).any()))
    event("negative eigenvalues", bool(eigenvalues[-1] < -1e-6 * scale))
    size = float(np.linalg.norm(distances**2))
    check_optimum(optimum, B, K, lambda Z: isomap.loss_and_gradient(Z, X, n_neighbors=k), size=size)
    check_centred(optimum, size=size)
    assume(scale > 0)  # else all samples are equal, and the optimiser has no scale
    found = minimise(
        lambda Z: classical_mds.loss_and_gradient(Z, distances),
        (n, K),
        n_starts=3,
        scale=math.sqrt(scale / n),
        seed=data.draw(st.integers(0, 2**32 - 1)),
        max_iterations=1500,
    )
    check_against(found, optimum.loss, rounding=1e-13 * size * scale)


def test_the_optimiser_does_converge():
    """So that the property test above is known to compare something."""
    angle = 2 * np.pi * np.arange(9) / 9
    X = np.column_stack([np.cos(angle), np.sin(angle)])
    optimum = isomap.optimal_representation(X, 9, n_neighbors=2)
    distances = isomap.geodesic_distances(X, n_neighbors=2)
    found = minimise(lambda Z: classical_mds.loss_and_gradient(Z, distances), (9, 9))
    assert optimum.rank < 8  # geodesics of a circle are not Euclidean
    assert found.converged
    assert found.loss == pytest.approx(optimum.loss, rel=1e-9)


@settings(max_examples=40)
@given(problem=connected(max_samples=9), K=st.integers(1, 5), rng=arrays())
def test_the_same_for_linear_maps(problem, K, rng):
    distances, X, k = problem
    X = np.column_stack([X, rng.standard_normal(len(X)), np.ones(len(X))])
    known_by = {"distances": cdist(problem[1], problem[1])}
    optimum = isomap.optimal_weights(X, K, **known_by, n_neighbors=k)
    U, singular_values, _ = np.linalg.svd(X, full_matrices=False)
    U = U[:, singular_values > 1e-9 * singular_values[0]]
    assume((singular_values[singular_values > 1e-9 * singular_values[0]] > 1e-3 * singular_values[0]).all())
    B = doubly_centred(distances)
    eigenvalues = np.linalg.eigvalsh(U.T @ B @ U)[::-1][:K]
    rounding = 1e-11 * (B**2).sum()
    claim = (B**2).sum() - (np.maximum(eigenvalues, 0) ** 2).sum()
    assert optimum.weights.shape == (X.shape[1], K)
    assert abs(optimum.loss - claim) <= rounding
    assert abs(isomap.loss(X @ optimum.weights, **known_by, n_neighbors=k) - claim) <= rounding


def test_linear_maps_and_eigenpairs_of_the_samples_themselves():
    X = make_swiss_roll(200, random_state=0)[0]
    distances = isomap.geodesic_distances(X, n_neighbors=8)
    ours = isomap.optimal_weights(X, 2, n_neighbors=8)
    assert ours.weights.tobytes() == classical_mds.optimal_weights(X, distances, 2).weights.tobytes()
    assert ours.loss >= isomap.optimal_representation(X, n_neighbors=8).loss
    eigenvalues, U = isomap.eigenpairs(X, 3, n_neighbors=8)
    np.testing.assert_allclose(doubly_centred(distances) @ U, U * eigenvalues, atol=1e-11 * eigenvalues[0])


@settings(max_examples=50)
@given(n=st.integers(2, 12), d=st.integers(1, 4), K=st.integers(1, 14), rng=arrays())
def test_samples_on_a_line_are_found_again(n, d, K, rng):
    """Every nearest neighbour graph that is connected has the distances along the line for geodesics."""
    direction = rng.standard_normal(d)
    X = np.outer(rng.standard_normal(n), direction / np.linalg.norm(direction))
    optimum = isomap.optimal_representation(X, K, n_neighbors=n - 1)
    np.testing.assert_allclose(cdist(optimum.representation, optimum.representation), cdist(X, X), atol=1e-6)
    assert optimum.rank == 1
    assert optimum.loss <= 1e-12 * np.square(X).sum() ** 2


@settings(max_examples=80)
@given(problem=connected(kinds=("gaussian", "clusters", "circle", "line")), data=st.data())
def test_scikit_learn_agrees_where_no_distances_tie(problem, data):
    distances, X, k = problem
    eigenvalues = np.append(np.linalg.eigvalsh(doubly_centred(distances))[::-1], 0)
    largest = eigenvalues[0]
    K = data.draw(st.integers(1, int((eigenvalues > 1e-6 * largest).sum())))  # it refuses more
    event("negative eigenvalues", bool(eigenvalues[-2] < -1e-6 * largest))
    # given to both: those that scikit-learn computes from X lose digits where samples are near
    source = {"distances": cdist(X, X), "n_neighbors": k}
    fitted = Isomap(n_neighbors=k, n_components=K, metric="precomputed", eigen_solver="dense").fit(source["distances"])
    np.testing.assert_allclose(fitted.dist_matrix_, isomap.geodesic_distances(**source), rtol=1e-13)
    optimum = isomap.optimal_representation(**source, n_components=K)
    size = float(np.linalg.norm(distances**2))
    np.testing.assert_allclose(optimum.eigenvalues, fitted.kernel_pca_.eigenvalues_, rtol=0, atol=1e-12 * size)
    points = fitted.embedding_
    assert abs(isomap.loss(points, **source) - optimum.loss) <= 1e-12 * size**2
    if eigenvalues[K - 1] - eigenvalues[K] < 1e-4 * largest:
        event("the last eigenvalue kept is repeated: any choice is as good")
        return
    event("one range")
    check_same_up_to_rotation(optimum.representation, points, atol=1e-8 * size, angle=1e-5)


@pytest.fixture(scope="module")
def digits():
    """300 images, with pixels moved by a millionth: of whole ones, distances tie, and scikit-learn takes any."""
    return load_digits().data[:300] + 1e-6 * np.random.default_rng(0).standard_normal((300, 64))


@pytest.mark.parametrize(("name", "n_neighbors"), [("digits", 12), ("digits", 30), ("roll", 8), ("roll", 12)])
@pytest.mark.parametrize("source", ["X", "distances"])
def test_scikit_learn_has_the_same_geodesics_and_the_same_gram_matrix(name, n_neighbors, source, digits):
    X = digits if name == "digits" else make_swiss_roll(400, random_state=0)[0]
    metric, data = ("minkowski", X) if source == "X" else ("precomputed", cdist(X, X))
    fitted = Isomap(n_neighbors=n_neighbors, n_components=6, metric=metric).fit(data)
    found = isomap.geodesic_distances(**{source: data}, n_neighbors=n_neighbors)
    np.testing.assert_allclose(found, fitted.dist_matrix_, rtol=1e-10)
    assert np.median(found / np.maximum(cdist(X, X), 1e-300)) > 1.1  # paths, not chords
    optimum = isomap.optimal_representation(**{source: data}, n_components=6, n_neighbors=n_neighbors)
    np.testing.assert_allclose(optimum.eigenvalues, fitted.kernel_pca_.eigenvalues_, rtol=1e-10)
    Z = optimum.representation
    check_same_up_to_rotation(Z, fitted.embedding_, atol=1e-10 * np.square(Z).sum(axis=1).max())
    signs = np.sign(np.sum(Z * fitted.embedding_, axis=0))
    np.testing.assert_allclose(Z * signs, fitted.embedding_, rtol=0, atol=1e-8 * np.abs(Z).max())


def test_a_swiss_roll_is_unrolled():
    X, angle = make_swiss_roll(1000, random_state=0)
    arc = (angle * np.hypot(1, angle) + np.arcsinh(angle)) / 2  # length of the spiral with radius = angle
    Z = isomap.optimal_representation(X, n_neighbors=6).representation
    assert Z.shape == (1000, 2)
    assert abs(np.corrcoef(Z[:, 0], arc)[0, 1]) > 0.995
    assert abs(np.corrcoef(Z[:, 1], X[:, 1])[0, 1]) > 0.95


def test_digits_whose_graph_is_not_connected_are_reported():
    """Whole pixels: scikit-learn counts the same components, and completes the graph."""
    X = load_digits().data
    message = "must be at least 7 .* found 5, whose graph has 2 components, of sizes 1770, 27$"
    with pytest.raises(ValueError, match=message):
        isomap.optimal_representation(X, 2)
    assert np.isfinite(isomap.geodesic_distances(X, n_neighbors=7)).all()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        Isomap(n_neighbors=5).fit(X[:300])
    assert "connected components of the neighbors graph is 3 > 1" in str(caught[0].message)
    with pytest.raises(ValueError, match="at least 12 .* found 5, whose graph has 3 components, of sizes 240, 31, 29$"):
        isomap.loss(np.zeros((300, 2)), X[:300], n_neighbors=5)


def test_scikit_learn_refuses_the_columns_that_are_zero_here():
    angle = 2 * np.pi * np.arange(12) / 12
    X = np.column_stack([np.cos(angle), np.sin(angle)]) + 1e-3 * np.random.default_rng(0).standard_normal((12, 2))
    with pytest.raises(ValueError, match="negative eigenvalues"):
        Isomap(n_neighbors=2, n_components=12).fit(X)
    optimum = isomap.optimal_representation(X, 12, n_neighbors=2)
    assert optimum.rank < 11
    assert not optimum.representation[:, optimum.rank :].any()
    assert optimum.eigenvalues[-1] < 0


@pytest.mark.parametrize("call", [isomap.geodesic_distances, isomap.optimal_representation])
def test_arguments_are_refused_by_name(call):
    X = np.arange(8.0).reshape(4, 2)
    with pytest.raises(TypeError, match="^X or distances must be given, and not both; found none"):
        call(n_neighbors=2)
    with pytest.raises(TypeError, match="^X or distances must be given, and not both; found both"):
        call(X, distances=cdist(X, X), n_neighbors=2)
    with pytest.raises(ValueError, match="^X must be finite"):
        call([[0.0], [np.nan]], n_neighbors=1)
    with pytest.raises(TypeError, match="^X must be a dense array"):
        call(csr_array(X), n_neighbors=1)
    with pytest.raises(TypeError, match="^distances must be a dense array"):
        call(distances=csr_array(cdist(X, X)), n_neighbors=1)
    with pytest.raises(ValueError, match="^distances must be nonnegative"):
        call(distances=-cdist(X, X), n_neighbors=1)
    with pytest.raises(ValueError, match="^distances must be finite"):
        call(distances=[[0, np.inf], [np.inf, 0]], n_neighbors=1)
    with pytest.raises(ValueError, match="^n_neighbors must be at most N - 1 = 3, the other samples; found 5"):
        call(X)
    with pytest.raises(ValueError, match="^n_neighbors must be at least 1; found 0"):
        call(X, n_neighbors=0)
    with pytest.raises(TypeError, match="^n_neighbors must be an integer; found 2.0"):
        call(distances=cdist(X, X), n_neighbors=2.0)
    with pytest.raises(ValueError, match="^n_neighbors must be at most N - 1 = 0"):
        call([[1.0, 2.0]], n_neighbors=1)


def test_so_are_those_of_the_loss():
    X = np.arange(8.0).reshape(4, 2)
    with pytest.raises(ValueError, match="^Z must have 4 rows"):
        isomap.loss(np.zeros((3, 2)), X, n_neighbors=2)
    with pytest.raises(ValueError, match="^n_components must be an integer >= 1; found 0"):
        isomap.optimal_representation(X, 0, n_neighbors=2)


def test_no_number_is_too_large_silently():
    X = np.array([[0.0], [1.0], [3.0]])
    for call in (isomap.geodesic_distances, isomap.optimal_representation):
        with pytest.raises(ValueError, match="^X must be small enough for finite geodesic distances"):
            call(np.array([[-1e308], [0.0], [1e308]]), n_neighbors=1)
        with pytest.raises(ValueError, match="^distances must be small enough for finite geodesic distances"):
            call(distances=1e308 * np.abs(np.subtract.outer(*2 * [np.arange(3.0)])).clip(max=1.5), n_neighbors=1)
    with pytest.raises(ValueError, match="^geodesic distances must .* found entries of up to 3e\\+90"):
        isomap.optimal_representation(1e90 * X, n_neighbors=2)
    assert np.isfinite(isomap.optimal_representation(1e70 * X, n_neighbors=2).loss)
    with pytest.raises(ValueError, match="^Z must"):
        isomap.loss_and_gradient(np.full((3, 1), 1e80), X, n_neighbors=2)


def test_inputs_are_not_changed():
    rng = np.random.default_rng(0)
    X, Z = rng.standard_normal((20, 3)), rng.standard_normal((20, 2))
    distances = cdist(X, X)
    for array in (X, Z, distances):
        array.setflags(write=False)
    for source in ({"X": X}, {"distances": distances}):
        isomap.geodesic_distances(**source, n_neighbors=6)
        isomap.loss_and_gradient(Z, **source, n_neighbors=6)
        isomap.optimal_representation(**source, n_components=3, n_neighbors=6)
