"""Laplacian Eigenmaps against its definition, numerical optimisation under the constraint, and scikit-learn's."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components
from sklearn.datasets import load_digits
from sklearn.manifold import SpectralEmbedding, spectral_embedding

from numeric import connected, laplacian_eigenmaps, lpp, vicreg
from numeric import relations as build
from numeric.diagnostics import angles_to_optimum, optimality_gap, principal_angles
from numeric.optimise import minimise
from tests.numeric.graphs import chain, ring
from tests.numeric.opponent import check_against
from tests.numeric.orthonormal import complement, over_orthonormal
from tests.numeric.similarity import check_same_up_to_rotation
from tests.numeric.strategies import arrays, laplacian, relations
from tests.numeric.taylor import check_taylor_remainder

NORMALISATIONS = ("covariance", "degree")
normalisations = st.sampled_from(NORMALISATIONS)


def basis_of(G, normalisation):
    """F, (N, q), whose combinations F V, V'V = I, are all that satisfy the constraint; rows that do not enter are 0."""
    n = len(G)
    if normalisation == "covariance":
        return np.sqrt(n) * complement(np.ones(n))
    d = G.sum(axis=1)
    drawn = d > 0
    F = np.zeros((n, max(drawn.sum() - 1, 0)))
    if F.shape[1]:
        F[drawn] = complement(np.sqrt(d[drawn])) / np.sqrt(d[drawn])[:, None]
    return F


def spectrum(G, normalisation):
    """All eigenvalues of the problem, ascending, from a dense matrix that is written down."""
    F = basis_of(G, normalisation) / (np.sqrt(len(G)) if normalisation == "covariance" else 1)
    return np.linalg.eigvalsh(F.T @ laplacian(G) @ F)


def norm_of(G, normalisation):
    """What the eigenvalues are at most."""
    return 2.0 if normalisation == "degree" else np.abs(laplacian(G)).sum(axis=1).max()


def rounding_of_loss(Z, G):
    """Of a sum over samples of degree times |z_i|^2, for the centred Z."""
    centred = Z - Z.mean(axis=0)
    return 1e-14 * len(G) * float(np.sum(np.diagonal(laplacian(G))[:, None] * centred**2))


@st.composite
def problems(draw, **kinds):
    """(G, normalisation, K), K among what is feasible."""
    G, normalisation = draw(relations(min_samples=2, **kinds)), draw(normalisations)
    available = basis_of(G, normalisation).shape[1]
    event(f"{normalisation}: nothing is feasible", available == 0)
    assume(available)
    K = draw(st.integers(1, available))
    d = G.sum(axis=1)
    components = connected_components(sp.csr_array(G[d > 0][:, d > 0]))[0] if d.any() else 0
    event("positives in several components" if components > 1 else "positives in at most one component")
    event("more components than columns", bool(components > K + 1))
    event("samples of degree 0", bool((d == 0).any()))
    eigenvalues = spectrum(G, normalisation)
    event("repeated eigenvalues", bool((np.diff(eigenvalues) < 1e-12 * norm_of(G, normalisation)).any()))
    event("as many columns as directions", available == K)
    return G, normalisation, K


@settings(max_examples=150)
@given(G=relations(max_samples=7), K=st.integers(1, 4), sparse=st.booleans(), rng=arrays())
def test_loss_is_its_definition(G, K, sparse, rng):
    n = len(G)
    Z = rng.standard_normal((n, K)) + 3.0
    given_as = sp.csr_array(G) if sparse else G
    value, slope = laplacian_eigenmaps.loss_and_gradient(Z, given_as)
    plain = sum(G[i, j] * np.sum((Z[i] - Z[j]) ** 2) for i in range(n) for j in range(n)) / 2
    np.testing.assert_allclose(value, plain, rtol=1e-12)
    assert isinstance(value, float)
    assert value == laplacian_eigenmaps.loss(Z, given_as)
    np.testing.assert_array_equal(slope, laplacian_eigenmaps.gradient(Z, given_as))
    np.testing.assert_allclose(slope, 2 * laplacian(G) @ Z, rtol=0, atol=1e-13 * (1 + np.abs(G).sum()))


def test_a_constant_costs_no_digits():
    """What 2^40 leaves of the entries is in steps of 2^-12; in products with L, rounded to as much, it would be lost."""
    rng = np.random.default_rng(0)
    Z, G = rng.integers(-5, 6, (30, 2)) / 16, rng.random((30, 30))
    value, slope = laplacian_eigenmaps.loss_and_gradient(Z + 2.0**40, G + G.T)
    assert value == pytest.approx(laplacian_eigenmaps.loss(Z, G + G.T), rel=1e-12)
    np.testing.assert_allclose(slope, laplacian_eigenmaps.gradient(Z, G + G.T), rtol=0, atol=1e-12)


@settings(max_examples=50)
@given(
    G=relations(min_samples=2, max_samples=8, kinds=("weighted", "clique", "path")), K=st.integers(1, 3), rng=arrays()
)
def test_the_taylor_remainder_of_the_gradient_is_quadratic(G, K, rng):
    Z, V = rng.standard_normal((2, len(G), K))
    slope = laplacian_eigenmaps.gradient(Z, G)
    check_taylor_remainder(lambda Z: laplacian_eigenmaps.loss(Z, G), slope, Z, V)


def check_optimum(optimum, G, normalisation, K):
    """The constraint, the claims, and the spectrum."""
    n, norm = len(G), norm_of(G, normalisation)
    Z, d = optimum.representation, G.sum(axis=1)
    assert Z.shape == (n, K)
    assert optimum.weights is None
    assert (type(optimum.loss), type(optimum.rank)) == (float, int)
    assert optimum.rank == K
    np.testing.assert_array_equal(optimum.filter, np.ones(K))
    M = np.full(n, 1 / n) if normalisation == "covariance" else d
    np.testing.assert_allclose(Z.T * M @ Z, np.eye(K), atol=1e-12)
    np.testing.assert_allclose(M @ Z / np.sqrt(M.sum()), 0, atol=1e-13 * n)
    assert not Z[M == 0].any()
    scale = n if normalisation == "covariance" else 1
    assert abs(laplacian_eigenmaps.loss(Z, G) - optimum.loss) <= 1e-12 * scale * norm * K + rounding_of_loss(Z, G)
    assert optimum.loss == pytest.approx(scale * optimum.eigenvalues.sum(), rel=1e-14)
    np.testing.assert_allclose(optimum.eigenvalues, spectrum(G, normalisation)[:K], rtol=0, atol=1e-13 * n * norm)
    assert (optimum.eigenvalues >= 0).all()
    assert normalisation == "covariance" or (optimum.eigenvalues <= 2).all()  # to the last bit
    residual = laplacian(G) @ Z - M[:, None] * Z * (optimum.eigenvalues * scale)
    units = np.sqrt(np.where(M > 0, M, 1))[:, None]  # of a row, in which D^{-1/2} L D^{-1/2} has norm 2
    np.testing.assert_allclose(residual / units, 0, atol=1e-12 * n * norm * scale)
    components = connected_components(sp.csr_array(G))[0] - (M == 0).sum()
    zeros = min(K, components - 1)
    assert (optimum.eigenvalues[:zeros] == 0).all()  # to the last bit


@settings(max_examples=300)
@given(problem=problems(), sparse=st.booleans())
def test_the_optimum_satisfies_the_constraint_and_its_claims(problem, sparse):
    G, normalisation, K = problem
    optimum = laplacian_eigenmaps.optimal_representation(
        sp.csr_array(G) if sparse else G, K, normalisation=normalisation
    )
    check_optimum(optimum, G, normalisation, K)


@settings(max_examples=100)
@given(problem=problems(max_samples=8), seed=st.integers(0, 2**32 - 1))
def test_no_numerical_minimum_is_below_the_claim_and_the_best_reaches_it(problem, seed):
    G, normalisation, K = problem
    F = basis_of(G, normalisation)

    def loss_and_gradient(V):
        value, slope = laplacian_eigenmaps.loss_and_gradient(F @ V, G)
        return value, F.T @ slope

    claim = laplacian_eigenmaps.optimal_representation(G, K, normalisation=normalisation).loss
    free = over_orthonormal(loss_and_gradient)
    found = minimise(free, (F.shape[1], K), n_starts=3, seed=seed, max_iterations=1500)
    scale = len(G) if normalisation == "covariance" else 1
    check_against(found, claim, rounding=1e-12 * scale * norm_of(G, normalisation) * K + rounding_of_loss(F, G))


@pytest.mark.parametrize("normalisation", NORMALISATIONS)
def test_the_optimiser_does_converge(normalisation):
    """So that the property test above is known to compare something."""
    G = np.random.default_rng(0).random((9, 9))
    G = G + G.T
    F = basis_of(G, normalisation)

    def loss_and_gradient(V):
        value, slope = laplacian_eigenmaps.loss_and_gradient(F @ V, G)
        return value, F.T @ slope

    found = minimise(over_orthonormal(loss_and_gradient), (8, 3), n_starts=4)
    assert found.converged
    claim = laplacian_eigenmaps.optimal_representation(G, 3, normalisation=normalisation).loss
    assert found.loss == pytest.approx(claim, rel=1e-9)


@settings(max_examples=100)
@given(G=relations(), normalisation=normalisations, beyond=st.integers(1, 3), sparse=st.booleans())
def test_more_columns_than_can_satisfy_the_constraint_are_refused(G, normalisation, beyond, sparse):
    available = basis_of(G, normalisation).shape[1] if len(G) > 1 else 0
    given_as = sp.csr_array(G) if sparse else G
    eigenvalues, eigenvectors = laplacian_eigenmaps.eigenpairs(
        given_as, available + beyond, normalisation=normalisation
    )
    assert (eigenvalues.shape, eigenvectors.shape) == ((available,), (len(G), available))
    event("no direction at all", available == 0)
    words = {"covariance": r"C\(Z\) = I", "degree": "Z'D_G Z = I and Z'D_G 1 = 0"}[normalisation]
    with pytest.raises(
        ValueError,
        match=f"^n_components must be at most {available}, as many .* can satisfy {words}; found {available + beyond}$",
    ):
        laplacian_eigenmaps.optimal_representation(given_as, available + beyond, normalisation=normalisation)


@settings(max_examples=100)
@given(G=relations(min_samples=3, max_samples=8), rng=arrays())
def test_on_a_regular_relation_the_two_are_one(G, rng):
    """Self-loops fill every degree up to the largest: L does not see them."""
    d = G.sum(axis=1)
    assume(d.max() > 0)
    regular = G + np.diag(d.max() - d)
    K = int(rng.integers(1, len(G)))
    first = laplacian_eigenmaps.optimal_representation(regular, K)
    second = laplacian_eigenmaps.optimal_representation(regular, K, normalisation="degree")
    np.testing.assert_allclose(second.eigenvalues * d.max(), first.eigenvalues, rtol=0, atol=1e-13 * len(G) * d.max())
    other = second.representation * np.sqrt(len(G) * d.max())
    tolerance = 1e-12 * len(G) ** 2 * d.max()
    assert abs(laplacian_eigenmaps.loss(other, regular) - first.loss) <= tolerance
    np.testing.assert_allclose(np.cov(other.T, bias=True).reshape(K, K), np.eye(K), atol=1e-12)


def test_on_others_they_are_not():
    """A path of three has degrees 1, 2, 1: the degree form centres and scales by them."""
    G = chain(3)
    first = laplacian_eigenmaps.optimal_representation(G, 2)
    second = laplacian_eigenmaps.optimal_representation(G, 2, normalisation="degree")
    np.testing.assert_allclose(first.eigenvalues, [1, 3], rtol=1e-14)
    np.testing.assert_allclose(second.eigenvalues, [1, 2], rtol=1e-14)
    assert first.loss == pytest.approx(12, rel=1e-14)
    assert second.loss == pytest.approx(3, rel=1e-14)
    np.testing.assert_allclose(np.abs(first.representation), np.sqrt([[1.5, 0.5], [0, 2], [1.5, 0.5]]), atol=1e-14)
    np.testing.assert_allclose(np.abs(second.representation), [[0.5**0.5, 0.5], [0, 0.5], [0.5**0.5, 0.5]], atol=1e-14)
    assert principal_angles(first.representation[:, 1:], second.representation[:, 1:])[0] > 0.1


@settings(max_examples=60)
@given(
    G=relations(min_samples=2, max_samples=10, kinds=("weighted", "clique", "path", "complete")), K=st.integers(1, 4)
)
def test_vicreg_has_its_range_and_tends_to_it(G, K):
    K = min(K, len(G) - 1)
    eigenmaps = laplacian_eigenmaps.optimal_representation(G, K)
    gamma = 1e-3 / (eigenmaps.eigenvalues[-1] + 1)
    wanted = vicreg.optimal_representation(G, K, gamma=gamma)
    np.testing.assert_allclose(
        wanted.representation, eigenmaps.representation * np.sqrt(wanted.filter), rtol=0, atol=1e-12 * len(G)
    )


@settings(max_examples=100)
@given(problem=problems(kinds=("weighted", "clique", "path", "integer"), max_samples=10), rng=arrays())
def test_what_the_optimum_does_not_see(problem, rng):
    """The order of samples; the scale of G, which is that of the covariance form's loss."""
    G, normalisation, K = problem
    optimum = laplacian_eigenmaps.optimal_representation(G, K, normalisation=normalisation)
    order, exponent = rng.permutation(len(G)), int(rng.integers(-400, 400))
    turned = laplacian_eigenmaps.optimal_representation(
        np.ldexp(G, exponent)[np.ix_(order, order)], K, normalisation=normalisation
    )
    scale = exponent if normalisation == "covariance" else 0
    tolerance = 1e-12 * len(G) * norm_of(G, normalisation)
    np.testing.assert_allclose(np.ldexp(turned.eigenvalues, -scale), optimum.eigenvalues, rtol=0, atol=tolerance)
    gap = np.append(spectrum(G, normalisation), np.inf)
    if gap[K] - gap[K - 1] > 1e-3 * norm_of(G, normalisation):
        event("one range")
        Z = np.ldexp(turned.representation, exponent // 2 if normalisation == "degree" else 0)
        if normalisation == "degree" and exponent % 2:
            Z = Z * np.sqrt(2)
        gram = optimum.representation @ optimum.representation.T
        np.testing.assert_allclose(Z @ Z.T, gram[np.ix_(order, order)], rtol=0, atol=1e-9 * np.abs(gram).max())


def test_loops_count_in_degrees_and_nowhere_else():
    G = chain(3).toarray()
    loops = G + np.diag([1.0, 0.0, 1.0])  # regular now
    plain = laplacian_eigenmaps.optimal_representation(G, 2)
    np.testing.assert_array_equal(
        laplacian_eigenmaps.optimal_representation(loops, 2).representation, plain.representation
    )
    degree = laplacian_eigenmaps.optimal_representation(loops, 2, normalisation="degree")
    np.testing.assert_allclose(degree.eigenvalues, plain.eigenvalues / 2, rtol=1e-14)
    # a sample with nothing but a loop has a degree, and is a component
    alone = np.diag([0.0, 0.0, 0.0, 5.0])
    alone[:3, :3] = G
    degree = laplacian_eigenmaps.optimal_representation(alone, 3, normalisation="degree")
    np.testing.assert_allclose(degree.eigenvalues, [0, 1, 2], rtol=1e-14)
    assert degree.representation[3, 0] != 0


def test_large_loops_do_not_hide_the_relation():
    """With loops of 1e10 on every sample, the relation is in the last digits of the normalised one, and all of L."""
    G = build.from_neighbours(np.random.default_rng(0).standard_normal((12, 2)), 3, sparse=False)
    plain = laplacian_eigenmaps.optimal_representation(G, 11)
    loops = laplacian_eigenmaps.optimal_representation(G + np.diag(1e10 - G.sum(axis=1)), 11, normalisation="degree")
    np.testing.assert_allclose(loops.eigenvalues * 1e10, plain.eigenvalues, rtol=1e-10)
    Z = loops.representation * 1e5
    np.testing.assert_allclose(laplacian(G) @ Z, Z * plain.eigenvalues, rtol=0, atol=1e-9)


@pytest.mark.parametrize("parts", [2, 5, 9])
@pytest.mark.parametrize("normalisation", NORMALISATIONS)
def test_components_are_told_apart_first(parts, normalisation):
    """Rings of different weights, and samples without positives."""
    G = sp.block_diag([ring(4) * 10.0**part for part in range(parts)] + [[[0.0]]] * 2, format="csr")
    labels = connected_components(G)[1]
    K = parts - 1
    optimum = laplacian_eigenmaps.optimal_representation(G, K, normalisation=normalisation)
    assert not optimum.eigenvalues.any()
    assert optimum.loss == 0
    Z = optimum.representation
    for part in range(parts):
        np.testing.assert_allclose(Z[labels == part] - Z[labels == part][0], 0, atol=1e-12 * np.abs(Z).max())
    check_optimum(optimum, G.toarray(), normalisation, K)


@pytest.mark.parametrize("normalisation", NORMALISATIONS)
def test_a_large_sparse_relation(normalisation):
    n = 3000
    wanted = 2 - 2 * np.cos(2 * np.pi * np.repeat(np.arange(1, 4), 2)[:5] / n)
    optimum = laplacian_eigenmaps.optimal_representation(ring(n), 5, normalisation=normalisation)
    degree = 2 if normalisation == "degree" else 1
    np.testing.assert_allclose(optimum.eigenvalues, wanted / degree, rtol=0, atol=1e-14)


@pytest.mark.parametrize("normalisation", NORMALISATIONS)
@pytest.mark.parametrize("parts", [1, 2])
def test_the_sparse_route_on_uneven_degrees(parts, normalisation, monkeypatch):
    """A chain of weights between 1e8 and 1e9, closed by long edges; loops; and a sample of degree 0."""
    monkeypatch.setattr(connected, "FALLBACK_SIZE", 0)  # no way out
    rng = np.random.default_rng(0)
    G = chain(650) + sp.coo_array((np.ones(60), rng.integers(0, 650, (2, 60))), shape=(650, 650))
    G = G.tocsr()
    G.data = G.data * rng.uniform(0.1, 1.0, G.nnz)
    loops = sp.diags_array(np.where(np.arange(650) % 7 == 0, 2.0, 0.0))
    G = 1e9 * sp.block_diag([G + G.T + loops] * parts + [[[0.0]]], format="csr")
    optimum = laplacian_eigenmaps.optimal_representation(G, 6, normalisation=normalisation)
    check_optimum(optimum, G.toarray(), normalisation, 6)


@pytest.fixture(scope="module")
def digits():
    return load_digits().data[:400]


def check_like(theirs, wanted, optimum):
    """Up to rotation, where no eigenvalue is repeated: column by column up to sign."""
    check_same_up_to_rotation(optimum.representation, theirs, atol=1e-8 * np.square(theirs).sum(axis=1).max())
    columns = np.abs(np.sum(optimum.representation * theirs, axis=0))
    lengths = np.linalg.norm(optimum.representation, axis=0) * np.linalg.norm(theirs, axis=0)
    np.testing.assert_allclose(columns, lengths, rtol=1e-8)
    np.testing.assert_allclose(wanted, optimum.loss, rtol=1e-9)


@pytest.mark.parametrize("normalisation", NORMALISATIONS)
@pytest.mark.parametrize("weighted", [False, True])
def test_scikit_learn_on_digits(weighted, normalisation, digits):
    G = build.from_neighbours(digits, 12)
    assert connected_components(G)[0] == 1
    if weighted:
        G = sp.triu(G, 1).tocsr()
        G.data = np.random.default_rng(0).uniform(0.1, 1.0, G.nnz)
        G = G + G.T
    degree = normalisation == "degree"
    theirs = spectral_embedding(G, n_components=5, norm_laplacian=degree, eigen_tol=1e-14, random_state=0)
    theirs = theirs if degree else theirs * np.sqrt(len(digits))
    optimum = laplacian_eigenmaps.optimal_representation(G, 5, normalisation=normalisation)
    check_like(theirs, laplacian_eigenmaps.loss(theirs, G), optimum)
    np.testing.assert_allclose(
        angles_to_optimum(theirs, G, method=laplacian_eigenmaps, normalisation=normalisation), 0, atol=1e-6
    )


def test_scikit_learn_s_estimator(digits):
    G = build.from_neighbours(digits, 12, sparse=False)
    theirs = SpectralEmbedding(4, affinity="precomputed", eigen_tol=1e-14, random_state=0).fit_transform(G)
    optimum = laplacian_eigenmaps.optimal_representation(G, 4, normalisation="degree")
    check_like(theirs, laplacian_eigenmaps.loss(theirs, G), optimum)


def test_scikit_learn_leaves_the_diagonal_out_of_the_degrees(digits):
    G = build.from_neighbours(digits, 12, sparse=False)
    loops = G + np.diag(np.arange(400.0))
    theirs = spectral_embedding(loops, n_components=4, eigen_tol=1e-14, random_state=0)
    with_loops = laplacian_eigenmaps.optimal_representation(loops, 4, normalisation="degree").representation
    without = laplacian_eigenmaps.optimal_representation(G, 4, normalisation="degree").representation
    np.testing.assert_allclose(principal_angles(without, theirs), 0, atol=1e-6)
    assert principal_angles(with_loops, theirs)[0] > 0.1


def test_the_diagnostics_know_it(digits):
    G = build.from_neighbours(digits, 6)
    for normalisation in NORMALISATIONS:
        Z = laplacian_eigenmaps.optimal_representation(G, 3, normalisation=normalisation).representation
        angles = angles_to_optimum(2 * Z, G, method=laplacian_eigenmaps, normalisation=normalisation)
        np.testing.assert_allclose(angles, 0, atol=1e-7)
        assert angles_to_optimum(Z[::-1], G, method=laplacian_eigenmaps, normalisation=normalisation)[0] > 0.1
    Z = laplacian_eigenmaps.optimal_representation(G, 3).representation
    assert abs(optimality_gap(Z, G, method=laplacian_eigenmaps).relative) < 1e-9
    assert optimality_gap(Z[::-1], G, method=laplacian_eigenmaps).absolute > 1


def test_linear_networks_are_those_of_lpp():
    assert laplacian_eigenmaps.optimal_weights is lpp.optimal_weights


@pytest.mark.parametrize("size", [5e307, 1e-300])
def test_large_and_small_degrees_are_right(size):
    G = sp.block_diag([np.full((3, 3), 0.5), np.full((2, 2), 0.25)]).toarray()
    wanted = laplacian_eigenmaps.optimal_representation(G, 4, normalisation="degree")
    found = laplacian_eigenmaps.optimal_representation(size * G, 4, normalisation="degree")
    np.testing.assert_allclose(found.eigenvalues, [0, 1, 1, 1], atol=1e-15)
    gram = wanted.representation @ wanted.representation.T
    Z = found.representation * np.sqrt(size)
    np.testing.assert_allclose(Z @ Z.T, gram, rtol=0, atol=1e-13)


PLAIN = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 2.0], [0.0, 2.0, 0.0]])
BAD = {
    "asymmetric": (np.triu(PLAIN), ValueError, "symmetric"),
    "negative": (-PLAIN, ValueError, "nonnegative"),
    "nan": (np.where(PLAIN == 2, np.nan, PLAIN), ValueError, "finite"),
    "not square": (PLAIN[:2], ValueError, "square"),
    "complex": (PLAIN + 0j, TypeError, "real numbers"),
}


@pytest.mark.parametrize(("G", "error", "message"), BAD.values(), ids=BAD.keys())
def test_a_bad_relation_is_refused_by_name(G, error, message):
    calls = [lambda: laplacian_eigenmaps.loss(np.ones((3, 1)), G)]
    for normalisation in NORMALISATIONS:
        calls.append(lambda n=normalisation: laplacian_eigenmaps.optimal_representation(G, 1, normalisation=n))
        calls.append(lambda n=normalisation: laplacian_eigenmaps.eigenpairs(G, 1, normalisation=n))
    for call in calls:
        with pytest.raises(error, match=f"^G must .*{message}"):
            call()


@pytest.mark.parametrize("wrong", ["none", None, 1, ["degree"]])
def test_so_are_other_arguments(wrong):
    for call in (laplacian_eigenmaps.optimal_representation, laplacian_eigenmaps.eigenpairs):
        with pytest.raises(ValueError, match="^normalisation must be 'covariance' or 'degree'; found"):
            call(PLAIN, 1, normalisation=wrong)
        for normalisation in NORMALISATIONS:
            with pytest.raises(ValueError, match="^n_components must be an integer >= 1; found 0"):
                call(PLAIN, 0, normalisation=normalisation)
            with pytest.raises(TypeError, match="^n_components must be an integer >= 1; found 1.0"):
                call(PLAIN, 1.0, normalisation=normalisation)
    with pytest.raises(ValueError, match="^Z must have 3 rows"):
        laplacian_eigenmaps.gradient(np.ones((2, 1)), PLAIN)


def test_inputs_are_not_changed():
    rng = np.random.default_rng(0)
    G = rng.random((6, 6))
    G = G + G.T
    G[2] = G[:, 2] = 0
    Z = rng.standard_normal((6, 2))
    for array in (Z, G):
        array.setflags(write=False)
    for given_as in (G, sp.csr_array(G), sp.csc_array(G), sp.coo_array(G)):
        before = given_as.copy()
        laplacian_eigenmaps.loss_and_gradient(Z, given_as)
        for normalisation in NORMALISATIONS:
            laplacian_eigenmaps.optimal_representation(given_as, 2, normalisation=normalisation)
        assert (before != given_as).sum() == 0
