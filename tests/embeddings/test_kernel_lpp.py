"""Kernel LPP: forms, minima for kernels of any rank, and that linear maps of the features do no better."""

import numpy as np
import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st
from sympy import DiagMatrix, Lambda, MatMul, Max, Sum, Symbol, Transpose, sqrt
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.embeddings import kernel_lpp as e
from derivations.embeddings.eigenmaps_normalisation import delta
from derivations.embeddings.laplacian_eigenmaps import d
from derivations.export.text import show
from derivations.language.evaluate import evaluate
from derivations.language.normal_form import normal_form
from derivations.language.propositions import AtMost, Eigenpairs, Symmetric
from derivations.losses.vicreg import squared as vicreg
from derivations.proof.lemmas.lemma import entry, k
from numeric import vicreg as numeric_vicreg
from tests.embeddings.constrained import check, known, projector
from tests.embeddings.graphs import GRAPHS, regular, related
from tests.numeric.strategies import arrays, laplacian
from tests.spectral.attained import minima, turns

(LPP,) = minima(e.kernel_lpp)
OPTIMUM, IN_FEATURES, BY_COVARIANCE, BY_DEGREES, LIGHTER, HEAVIER = minima(e.vicreg_kernel_optimum)
G, H, K_X, L, N = vicreg.G, vicreg.H, e.kernel, vicreg.L, vicreg.N
a = Symbol("a", real=True)


def same(x, y, facts=()):
    return normal_form(x, facts) == normal_form(y, facts)


def pencil_of(theorem):
    (pencil,) = [h for h in theorem.hypotheses if isinstance(h, Eigenpairs)]
    return pencil


def test_forms():
    claim, pencil = LPP.statement, pencil_of(LPP)
    (right,) = turns(LPP)
    assert same(pencil.matrix, MatMul(K_X, L, K_X))
    assert same(pencil.metric, MatMul(K_X, DiagMatrix(d), K_X))
    assert pencil.rank == vicreg.rank
    assert same(claim.value, Sum(entry(pencil.values, k), (k, 0, pencil.vectors.cols - 1)))
    assert same(claim.at, MatMul(pencil.vectors, Transpose(right)))
    assert show(claim.objective) == "tr(A' K_X L K_X A)"
    assert [show(x) for p in claim.subject_to for pair in p.equations() for x in pair] == ["A' K_X diag(d) K_X A", "I"]
    assert Symmetric(K_X) in LPP.hypotheses


def test_forms_of_the_optimum():
    claim, pencil = OPTIMUM.statement, pencil_of(OPTIMUM)
    assert same(pencil.matrix, MatMul(1 / N, K_X, L, K_X))
    assert same(pencil.metric, MatMul(1 / N, K_X, H, K_X))
    s = Max(0, 1 - vicreg.gamma * a / vicreg.alpha)
    roots = DiagMatrix(ElementwiseApplyFunction(Lambda(a, sqrt(s)), pencil.values))
    assert same(claim.at, MatMul(pencil.vectors, roots, Transpose(e.problem.rotation)))
    s_k, kept = s.subs(a, entry(pencil.values, k)), pencil.vectors.cols
    value = Sum(vicreg.alpha * (1 - s_k**2), (k, 0, kept - 1)) + (vicreg.K - kept) * vicreg.alpha
    assert same(claim.value, value)
    in_features = IN_FEATURES.statement
    assert same(in_features.value, value)
    assert same(in_features.at, MatMul(Transpose(e.Phi), claim.at))
    assert show(in_features.objective) == "alpha |(Phi W)' H Phi W/N - I|^2 + (2 gamma/N) tr((Phi W)' L Phi W)"
    assert not any(K_X in h.free_symbols() for h in IN_FEATURES.hypotheses)
    assert AtMost(vicreg.alpha, vicreg.beta) in LIGHTER.hypotheses
    assert AtMost(vicreg.beta, vicreg.alpha) in HEAVIER.hypotheses


def test_forms_of_the_span():
    spans = e.vicreg_kernel_optimum.theorems[4]
    (best, _), (at, _) = spans.statement.equations()
    assert (best, at) == (OPTIMUM.statement.at, BY_COVARIANCE.statement.at)
    pencil, right = e.problem.pencil, e.problem.rotation
    for theorem, scale in ((BY_COVARIANCE, 1), (BY_DEGREES, 1 / (N * delta))):
        assert pencil in theorem.hypotheses
        assert same(theorem.statement.at, MatMul(sqrt(scale), pencil.vectors, Transpose(right)))
        assert show(theorem.statement.objective) == "tr(A' K_X L K_X A)/N"
    assert [show(x) for p in BY_COVARIANCE.statement.subject_to for pair in p.equations() for x in pair] == [
        "A' K_X H K_X A/N", "I",
    ]  # fmt: skip


@st.composite
def problems(draw, relation=None):
    """(G, Phi): features of any rank, fewer or more than the samples."""
    G = draw(related(6, isolated=True) if relation is None else relation)
    rng, features = draw(arrays()), draw(st.integers(1, 8))
    rank = draw(st.integers(1, min(len(G), features)))
    event(f"the kernel is {'of full rank' if rank == len(G) else 'rank-deficient'}")
    left, right = (np.linalg.qr(rng.standard_normal((size, rank)))[0] for size in (len(G), features))
    return G, left * rng.uniform(0.5, 2, rank) @ right.T


def rank_of(metric):
    values = np.linalg.eigvalsh(metric)
    assume(values[-1] > 1e-3 and ((values > 1e-3 * values[-1]) | (values < 1e-12 * values[-1])).all())
    return int((values > 1e-3 * values[-1]).sum())


def degrees_of(G):
    return {"G": G, "N": len(G), "d": G.sum(axis=1, keepdims=True), "v": G.sum()}


@given(problems(related(6)), st.integers(1, 3))
def test_the_optimum_of_kernel_lpp_is_attained_and_not_beaten(problem, columns):
    G, Phi = problem
    kernel = Phi @ Phi.T
    metric = kernel @ np.diag(G.sum(axis=1)) @ kernel
    columns = min(columns, rank_of(metric))
    check(LPP, degrees_of(G) | {"K_X": kernel}, columns, kernel @ laplacian(G) @ kernel, metric)


@given(problems(), st.integers(1, 8))
def test_the_optimum_over_coefficients_is_that_over_linear_maps_of_the_features(problem, columns):
    G, Phi = problem
    n, kernel = len(G), Phi @ Phi.T
    Hn = np.eye(n) - 1 / n
    rank = rank_of(kernel @ Hn @ kernel)
    event(f"more columns than directions: {columns > rank}")
    hyper = {"alpha": 1.0, "gamma": 0.4}
    values = known(OPTIMUM, hyper | {"G": G, "K_X": kernel, "N": n, "K": columns}, columns)
    A = evaluate(OPTIMUM.statement.at, values)
    value = float(evaluate(OPTIMUM.statement.value, values))
    found = numeric_vicreg.optimal_weights(Phi, G, columns, **hyper)
    event(f"every direction is kept: {found.rank == columns}")
    assert value == pytest.approx(found.loss, abs=1e-6)
    assert numeric_vicreg.loss(kernel @ A, G, **hyper) == pytest.approx(value, abs=1e-6)
    W = Phi.T @ A
    assert numeric_vicreg.loss(Phi @ W, G, **hyper) == pytest.approx(value, abs=1e-6)
    features = values | {"Phi": Phi, "P": Phi.shape[1], "W": W}
    assert float(evaluate(IN_FEATURES.statement.objective, features)) == pytest.approx(value, abs=1e-6)
    assert evaluate(IN_FEATURES.statement.at, features) == pytest.approx(W, abs=1e-9)


@given(problems(related(6).map(regular)), st.integers(1, 3))
def test_vicreg_has_the_span_of_kernel_lpp_on_a_regular_relation(problem, columns):
    G, Phi = problem
    n, kernel, degree = len(G), Phi @ Phi.T, G[0].sum()
    Hn = np.eye(n) - 1 / n
    metric = kernel @ Hn @ kernel
    columns = min(columns, rank_of(metric))
    given = {"G": G, "K_X": kernel, "N": n, "delta": degree}
    energy = kernel @ laplacian(G) @ kernel / n
    A, _ = check(BY_COVARIANCE, given, columns, energy, metric / n)
    B, _ = check(BY_DEGREES, given, columns, energy, degree * metric)
    values = known(OPTIMUM, given | {"alpha": 1.0, "gamma": 0.0, "K": columns}, columns)
    gamma = 0.5 / (1 + float(values["mu"].max()))
    best = evaluate(OPTIMUM.statement.at, values | {"gamma": gamma})
    assert projector(Hn @ kernel @ A) == pytest.approx(projector(Hn @ kernel @ B), abs=1e-6)
    assert projector(Hn @ kernel @ best) == pytest.approx(projector(Hn @ kernel @ A), abs=1e-6)


@pytest.mark.parametrize("name", GRAPHS)
def test_the_kernel_of_all_samples_apart_is_laplacian_eigenmaps(name):
    """K_X = I: the coefficients are the representation."""
    G = GRAPHS[name]
    n = len(G)
    columns = min(2, n - 1)
    found = numeric_vicreg.optimal_representation(G, columns, gamma=0.05)
    values = known(OPTIMUM, {"G": G, "K_X": np.eye(n), "N": n, "K": columns, "alpha": 1.0, "gamma": 0.05}, columns)
    assert float(evaluate(OPTIMUM.statement.value, values)) == pytest.approx(found.loss)
