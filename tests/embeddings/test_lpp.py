"""Locality Preserving Projections: forms, minima against SciPy and minimisation, and the span of VICReg's linear optimum."""

import numpy as np
import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st
from scipy.linalg import eigh
from sympy import DiagMatrix, Identity, MatMul, Sum, Transpose, sqrt

from derivations.embeddings import lpp as e
from derivations.embeddings.eigenmaps_normalisation import M, delta
from derivations.embeddings.laplacian_eigenmaps import d
from derivations.export.text import show
from derivations.language.evaluate import evaluate
from derivations.language.normal_form import normal_form
from derivations.language.propositions import ConstantRowSums, Eigenpairs, Positive
from derivations.losses.vicreg import squared as vicreg
from derivations.proof.lemmas.lemma import entry, k
from numeric import vicreg as numeric_vicreg
from tests.embeddings.constrained import check, known, projector
from tests.embeddings.graphs import GRAPHS, regular, related
from tests.numeric.strategies import arrays, laplacian
from tests.spectral.attained import minima, turns

(LPP,) = minima(e.locality_preserving_projections)
BY_COVARIANCE, BY_DEGREES = minima(e.vicreg_linear_lpp)
G, L, N, W, X = vicreg.G, vicreg.L, vicreg.N, vicreg.W, vicreg.X


def same(x, y, facts=()):
    return normal_form(x, facts) == normal_form(y, facts)


def pencil_of(theorem):
    (pencil,) = [h for h in theorem.hypotheses if isinstance(h, Eigenpairs)]
    return pencil


def test_forms():
    claim, pencil = LPP.statement, pencil_of(LPP)
    (right,) = turns(LPP)
    assert same(pencil.matrix, MatMul(Transpose(X), L, X))
    assert same(pencil.metric, MatMul(Transpose(X), DiagMatrix(d), X))
    assert pencil.rank == vicreg.rank
    assert same(claim.value, Sum(entry(pencil.values, k), (k, 0, pencil.vectors.cols - 1)))
    assert same(claim.at, MatMul(pencil.vectors, Transpose(right)))
    assert show(claim.objective) == "tr(W' X' L X W)"
    ((lhs, rhs),) = [pair for p in claim.subject_to for pair in p.equations()]
    assert same(lhs, MatMul(Transpose(W), Transpose(X), DiagMatrix(d), X, W))
    assert rhs == Identity(vicreg.K)


def test_forms_of_the_span():
    pencil = vicreg.linear_problem.pencil
    right = vicreg.linear_problem.rotation
    for theorem, scale in ((BY_COVARIANCE, 1), (BY_DEGREES, 1 / (N * delta))):
        claim = theorem.statement
        assert pencil in theorem.hypotheses  # the eigenpairs are those of VICReg's optimum
        assert same(claim.at, MatMul(sqrt(scale), pencil.vectors, Transpose(right)))
        assert same(claim.value, scale * Sum(entry(pencil.values, k), (k, 0, pencil.vectors.cols - 1)))
        assert show(claim.objective) == "tr(W' B W)"
    assert ConstantRowSums(G, delta) in BY_DEGREES.hypotheses
    ((lhs, _),) = [pair for p in BY_COVARIANCE.statement.subject_to for pair in p.equations()]
    assert same(lhs, MatMul(Transpose(W), vicreg.A, W))
    (constraint,) = BY_DEGREES.statement.subject_to
    assert same(constraint.metric, MatMul(Transpose(X), M, X))
    _, spans, _, _ = e.vicreg_linear_lpp.theorems
    (best, _), (at, _) = spans.statement.equations()
    assert best == minima(vicreg.linear_optimum)[0].statement.at
    assert at == BY_COVARIANCE.statement.at
    assert Positive(vicreg.linear_problem.at_eigenvalues(vicreg.linear_problem.filter)) in spans.hypotheses


@st.composite
def inputs(draw, samples, max_features=4):
    """X (N, D), of full column rank or not."""
    rng, features = draw(arrays()), draw(st.integers(1, max_features))
    full = min(samples, features)
    rank = draw(st.integers(1, full))
    event(f"the inputs are of full column rank: {rank == features}")
    return rng.standard_normal((samples, rank)) @ rng.standard_normal((rank, features))


@st.composite
def problems(draw, relation=None):
    G = draw(related(6) if relation is None else relation)
    return G, draw(inputs(len(G)))


def degrees_of(G):
    return {"G": G, "N": len(G), "d": G.sum(axis=1, keepdims=True), "v": G.sum()}


def rank_without_doubt(metric):
    """The rank, at least 1, where every eigenvalue is clearly above 0 or clearly rounding; other instances are rejected."""
    sizes = np.linalg.eigvalsh(metric)
    sizes = sizes / max(1, sizes[-1])
    assume(sizes[-1] > 1e-3 and not ((sizes > 1e-13) & (sizes < 1e-3)).any())
    return int((sizes > 1e-3).sum())


@given(problems(), st.integers(1, 3))
def test_the_optimum_is_attained_and_not_beaten(problem, columns):
    G, X = problem
    D = np.diag(G.sum(axis=1))
    metric = X.T @ D @ X
    rank = rank_without_doubt(metric)
    columns = min(columns, rank)
    _, value = check(LPP, degrees_of(G) | {"X": X, "D": X.shape[1]}, columns, X.T @ laplacian(G) @ X, metric)
    U = np.linalg.svd(X)[0][:, :rank]  # an orthonormal basis of the range of X
    every = eigh(U.T @ laplacian(G) @ U, U.T @ D @ U, eigvals_only=True)
    assert value == pytest.approx(every[:columns].sum(), abs=1e-7)


@given(problems(related(6).map(regular)), st.integers(1, 3))
def test_vicreg_has_the_span_of_either_form_on_a_regular_relation(problem, columns):
    G, X = problem
    n, degree = len(G), G[0].sum()
    H = np.eye(n) - 1 / n
    rank = rank_without_doubt(X.T @ H @ X)
    columns = min(columns, rank)
    given = {"G": G, "X": X, "N": n, "D": X.shape[1], "delta": degree}
    energy = X.T @ laplacian(G) @ X / n
    covariant, _ = check(BY_COVARIANCE, given, columns, energy, X.T @ H @ X / n)
    weighted, _ = check(BY_DEGREES, given, columns, energy, degree * X.T @ H @ X)
    values = np.asarray(known(BY_COVARIANCE, given | {"K": X.shape[1]}, X.shape[1])["mu"], dtype=float).ravel()
    gap = columns == rank or values[columns] - values[columns - 1] > 1e-5
    event(f"the span is determined: {bool(gap)}")
    best = numeric_vicreg.optimal_weights(X, G, columns, gamma=0.5 / (1 + values[columns - 1])).weights
    assert projector(H @ X @ covariant) == pytest.approx(projector(H @ X @ weighted), abs=1e-7)
    if gap:
        assert projector(H @ X @ best) == pytest.approx(projector(H @ X @ covariant), abs=1e-5)


@pytest.mark.parametrize("name", sorted(GRAPHS.keys() - {"everyone"}))  # which has one eigenvalue only
def test_vicreg_has_the_span_of_the_form_that_normalises_the_covariance(name):
    G = GRAPHS[name]
    X = np.random.default_rng(8).standard_normal((len(G), 2))
    H = np.eye(len(G)) - 1 / len(G)
    given = {"G": G, "X": X, "N": len(G), "D": 2}
    W, value = check(BY_COVARIANCE, given, 1, X.T @ laplacian(G) @ X / len(G), X.T @ H @ X / len(G))
    best = numeric_vicreg.optimal_weights(X, G, 1, gamma=0.5 / (1 + value)).weights
    assert projector(best) == pytest.approx(projector(W), abs=1e-8)


@pytest.mark.parametrize("times", [0.99, 1.0, 2.0])
def test_from_the_threshold_on_vicreg_has_a_smaller_span(times):
    """gamma = alpha / mu_K: what LPP has in K dimensions VICReg has in K - 1."""
    G, X = GRAPHS["two cliques"], np.random.default_rng(4).standard_normal((5, 3))
    given = {"G": G, "X": X, "N": 5, "D": 3, "K": 2}
    (optimum, *_) = minima(vicreg.linear_optimum)
    values = known(optimum, given, 2)
    gamma = times / values["mu"][1, 0]
    best = evaluate(optimum.statement.at, values | {"alpha": 1.0, "gamma": gamma})
    assert np.linalg.matrix_rank(best, tol=1e-7) == (2 if times < 1 else 1)
    assert np.linalg.matrix_rank(evaluate(BY_COVARIANCE.statement.at, values)) == 2


def test_inputs_with_their_mean_have_another_span():
    """Two samples related to each other, X = I: LPP in its own terms takes the constant, which VICReg does not see."""
    G, X = np.array([[0.0, 1.0], [1.0, 0.0]]), np.eye(2)
    W, value = check(LPP, degrees_of(G) | {"X": X, "D": 2}, 1, laplacian(G), np.eye(2))
    assert value == pytest.approx(0)
    assert projector(W) == pytest.approx(np.full((2, 2), 0.5))
    best = numeric_vicreg.optimal_weights(X, G, 1, gamma=0.01).weights
    centred = best - best.mean()
    assert projector(centred) == pytest.approx(np.array([[0.5, -0.5], [-0.5, 0.5]]))


def test_an_irregular_relation_has_another_span():
    """The counterexample of Laplacian Eigenmaps, X = I: (4, 1, -5) by the covariance, (5, 0, -8) by the degrees."""
    G = GRAPHS["a path with weights"]
    H, degrees = np.eye(3) - 1 / 3, G.sum(axis=1)
    X = np.linalg.qr(H)[0][:, :2]  # without the mean
    W, _ = check(BY_COVARIANCE, {"G": G, "X": X, "N": 3, "D": 2}, 1, X.T @ laplacian(G) @ X / 3, X.T @ H @ X / 3)
    assert projector(X @ W) == pytest.approx(projector(np.array([[4.0], [1.0], [-5.0]])))
    Y = np.eye(3) - np.outer(np.ones(3), degrees) / degrees.sum()  # without the mean by degrees
    W, _ = check(LPP, degrees_of(G) | {"X": Y, "D": 3}, 1, Y.T @ laplacian(G) @ Y, Y.T @ np.diag(degrees) @ Y)
    assert projector(Y @ W) == pytest.approx(projector(np.array([[5.0], [0.0], [-8.0]])))


def test_the_linear_objective_is_the_energy_of_the_representation():
    X = np.random.default_rng(1).standard_normal((4, 2))
    W = np.random.default_rng(2).standard_normal((2, 2))
    G = regular(GRAPHS["everyone"])
    Z = X @ W
    energy = sum(G[i, j] * ((Z[i] - Z[j]) ** 2).sum() for i in range(4) for j in range(4)) / 2
    given = {"G": G, "X": X, "W": W, "N": 4, "D": 2, "K": 2}
    assert float(evaluate(LPP.statement.objective, given)) == pytest.approx(energy)
    assert float(evaluate(BY_DEGREES.statement.objective, given)) == pytest.approx(energy / 4)
