"""Fisher's linear discriminant: forms, scatter matrices by loops, scikit-learn's spans, and how classes are weighted."""

import numpy as np
import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sympy import MatMul, Matrix, Rational, Sum, Transpose, eye

from derivations.embeddings import lda as e
from derivations.export.text import show
from derivations.language.evaluate import evaluate
from derivations.language.normal_form import normal_form
from derivations.language.propositions import Eigenpairs, Equal, OneHot, Positive
from derivations.losses.vicreg import squared as vicreg
from derivations.proof.lemmas.lemma import entry, k
from numeric import barlow_twins, lda, relations
from numeric import vicreg as numeric_vicreg
from tests.embeddings.constrained import check, known, projector
from tests.numeric.strategies import arrays
from tests.spectral.attained import minima, turns

(LDA,) = minima(e.linear_discriminant_analysis)
OPTIMUM, FISHER = minima(e.vicreg_linear_lda)
(BALANCED,) = minima(e.class_weights)


def same(x, y, facts=()):
    return normal_form(x, facts) == normal_form(y, facts)


def equations(theorem):
    return [show(x) for pair in theorem.statement.equations() for x in pair]


def test_forms():
    parts, most, _, ratio = e.linear_discriminant_analysis.theorems
    assert equations(parts) == ["S_t", "S_w + S_b"]
    assert equations(most) == ["tr(W' S_b W)", "K - tr(W' S_w W)"]
    assert equations(ratio) == ["S_b V diag(mu)", "S_w V (I - diag(mu))"]
    assert [show(m.definition) for m in (e.means, e.S_w, e.S_b, e.S_t)] == [
        "diag(1/n_k) Y' X", "(X - Y X_c)' (X - Y X_c)/N", "(H Y X_c)' H Y X_c/N", "(H X)' H X/N",
    ]  # fmt: skip
    claim = LDA.statement
    (pencil,) = [h for h in LDA.hypotheses if isinstance(h, Eigenpairs)]
    (right,) = turns(LDA)
    assert (pencil.matrix, pencil.metric, pencil.rank) == (e.S_w, e.S_t, vicreg.rank)
    assert same(claim.value, Sum(entry(pencil.values, k), (k, 0, pencil.vectors.cols - 1)))
    assert same(claim.at, MatMul(pencil.vectors, Transpose(right)))
    assert show(claim.objective) == "tr(W' S_w W)"
    assert [show(x) for p in claim.subject_to for pair in p.equations() for x in pair] == ["W' S_t W", "I"]
    assert {OneHot(e.Y), Positive(e.n)} <= set(LDA.hypotheses)
    assert not any(vicreg.G in h.free_symbols() for h in LDA.hypotheses)  # of no relation


def test_forms_of_the_relation_and_of_the_span():
    moments, loss, _, _, spans = e.vicreg_linear_lda.theorems
    assert equations(moments) == ["X' L X", "N S_w", "X' H X", "N S_t", "G 1", "1"]
    assert e.relation in OPTIMUM.hypotheses
    assert [show(x) for x in (e.relation.lhs, e.relation.rhs)] == ["G", "Y diag(1/n_k) Y'"]
    assert loss.statement.rhs == OPTIMUM.statement.objective
    assert show(loss.statement.rhs) == "alpha |C - I|^2 + 2 gamma tr(W' S_w W)"
    (best, _), (at, _) = spans.statement.equations()
    assert (best, at) == (OPTIMUM.statement.at, FISHER.statement.at)
    assert FISHER.statement == LDA.statement


def test_forms_of_the_weights():
    identity, by_class, moments, _ = e.class_weights.theorems
    assert equations(identity) == ["X' L X", "(X - Y X_c)' diag(Y n) (X - Y X_c)"]
    assert equations(moments) == ["X' L X", "N m S_w"]
    assert show(by_class.statement.lhs) == "tr(W' X' L X W)"
    (sizes,) = [show(h.rhs) for h in BALANCED.hypotheses if isinstance(h, Equal) and h.lhs == e.n]
    assert sizes == "m 1"
    assert show(BALANCED.statement.objective) == "alpha |C - I|^2 + (2 gamma/N) tr(W' X' L X W)"
    assert not any(vicreg.G in h.free_symbols() for h in BALANCED.hypotheses)


def one_hot(labels):
    return np.eye(max(labels) + 1)[labels]


def data(X, labels):
    Y = one_hot(labels)
    return {"X": X, "Y": Y, "n": Y.sum(axis=0)[:, None], "N": len(X), "D": X.shape[1], "c": Y.shape[1]}


def scatters(X, labels):
    """(within each class, between classes, total), sums over samples."""
    mean = X.mean(axis=0)
    within, between = [], np.zeros((X.shape[1], X.shape[1]))
    for c in range(max(labels) + 1):
        own = X[np.array(labels) == c]
        within.append(sum(np.outer(x - own.mean(axis=0), x - own.mean(axis=0)) for x in own))
        between += len(own) * np.outer(own.mean(axis=0) - mean, own.mean(axis=0) - mean)
    return within, between, sum(np.outer(x - mean, x - mean) for x in X)


@st.composite
def labelled(draw, balanced=False):
    """(X, labels): every class is met, with equal sizes or not; X of full column rank or not."""
    rng, classes = draw(arrays()), draw(st.integers(1, 4))
    sizes = [draw(st.integers(1, 3))] * classes if balanced else draw(
        st.lists(st.integers(1, 4), min_size=classes, max_size=classes)
    )  # fmt: skip
    labels = list(np.repeat(np.arange(classes), sizes))
    features = draw(st.integers(1, 3))
    rank = draw(st.integers(1, features))
    X = rng.standard_normal((len(labels), rank)) @ rng.standard_normal((rank, features))
    event(f"classes: {classes}, of {'one size' if len(set(sizes)) == 1 else 'different sizes'}")
    event(f"classes of one sample: {1 in sizes}")
    event(f"the inputs are of full column rank: {rank == features}")
    return X, labels


def rank_of(total):
    values = np.linalg.eigvalsh(total)
    rank = int((values > 1e-10 * max(1.0, values[-1])).sum())
    assume(rank and values[-rank] > 1e-3)
    return rank


@given(labelled())
def test_the_scatter_matrices_are_those(sample):
    X, labels = sample
    within, between, total = scatters(X, labels)
    for matrix, expected in ((e.S_w, sum(within)), (e.S_b, between), (e.S_t, total)):
        assert evaluate(matrix, data(X, labels)) == pytest.approx(expected / len(X), abs=1e-10)
    identity, by_class, *_ = e.class_weights.theorems
    weighted = sum(labels.count(c) * own for c, own in enumerate(within))
    W = np.arange(2.0 * X.shape[1]).reshape(-1, 2)
    for side in ("lhs", "rhs"):
        assert evaluate(getattr(identity.statement, side), data(X, labels)) == pytest.approx(weighted, abs=1e-9)
        energy = evaluate(getattr(by_class.statement, side), data(X, labels) | {"W": W, "K": 2})
        assert float(energy) == pytest.approx(np.trace(W.T @ weighted @ W), abs=1e-8)


@given(labelled(), st.integers(1, 3))
def test_the_optimum_is_attained_and_not_beaten(sample, columns):
    X, labels = sample
    within, between, total = scatters(X, labels)
    columns = min(columns, rank_of(total))
    W, value = check(LDA, data(X, labels), columns, sum(within) / len(X), total / len(X))
    assert np.trace(W.T @ between @ W) / len(X) == pytest.approx(columns - value, abs=1e-7)


def separated(seed, sizes):
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(len(sizes)), sizes)
    return 2 * rng.standard_normal((len(sizes), 3))[labels] + rng.standard_normal((len(labels), 3)), labels


@pytest.mark.parametrize("sizes", [(4, 4, 4), (3, 6, 5)])
@pytest.mark.parametrize("columns", [1, 2])
def test_the_span_is_that_of_scikit_learn_and_of_vicreg(sizes, columns):
    X, labels = separated(sum(sizes), sizes)
    within, _, total = scatters(X, labels)
    W, _ = check(LDA, data(X, labels), columns, sum(within) / len(X), total / len(X))
    fisher = LinearDiscriminantAnalysis(solver="eigen").fit(X, labels).scalings_[:, :columns]
    assert projector(W) == pytest.approx(projector(fisher), abs=1e-8)
    G = one_hot(labels) @ np.diag(1 / np.array(sizes)) @ one_hot(labels).T
    best = numeric_vicreg.optimal_weights(X, G, columns, gamma=0.5).weights  # no mu exceeds 1
    assert projector(best) == pytest.approx(projector(W), abs=1e-8)


@given(labelled(balanced=True), st.integers(1, 3))
def test_classes_of_one_size_need_no_weights(sample, columns):
    X, labels = sample
    _, _, total = scatters(X, labels)
    m = labels.count(0)
    columns = min(columns, rank_of(total))
    G = one_hot(labels) @ one_hot(labels).T
    gamma = 0.3
    claim = BALANCED.statement
    values = data(X, labels) | {"m": m, "K": columns, "alpha": 1.0, "gamma": gamma, "r": rank_of(total)}
    point, value = _at_optimum(BALANCED, values, columns)
    found = numeric_vicreg.optimal_weights(X, G, columns, gamma=gamma)
    assert value == pytest.approx(found.loss, abs=1e-8)
    assert float(evaluate(claim.objective, values | {"W": point})) == pytest.approx(value, abs=1e-8)
    assert numeric_vicreg.loss(X @ point, G, gamma=gamma) == pytest.approx(value, abs=1e-8)
    event(f"every direction is kept: {bool(found.rank == columns)}")


def _at_optimum(theorem, values, columns):
    values = known(theorem, values, columns)
    return evaluate(theorem.statement.at, values), float(evaluate(theorem.statement.value, values))


# Two classes of two and of three samples, whose scatters are along different axes

X = Matrix([[1, 1], [1, -1], [-1, 0], [-1, 0], [2, 0]])
LABELS = [0, 0, 1, 1, 1]


def test_forms_of_barlow_twins():
    (moments,) = e.barlow_lda.theorems
    assert equations(moments) == ["G 1", "1", "X' (G - 1 1'/N) X", "N S_b", "X' (I - 1 1'/N) X", "N S_t"]
    assert e.relation in moments.hypotheses


@given(arrays(), st.integers(2, 4), st.integers(2, 5))
def test_barlow_twins_has_the_span_of_the_discriminant(rng, classes, features):
    """With as many components as there are directions in which the means of classes differ; unless one gets no length."""
    labels = rng.permutation(np.repeat(np.arange(classes), rng.integers(2, 6, classes)))
    X = rng.standard_normal((len(labels), features)) + one_hot(labels) @ rng.standard_normal((classes, features))
    G = relations.from_labels(labels, weights="class")
    K = min(classes - 1, features)
    best = barlow_twins.optimal_weights(X, G, K, center=True)
    event(f"every direction gets length: {best.rank == K}")
    assume(best.rank == K)
    fisher = lda.optimal_weights(X, labels, K)
    assert best.eigenvalues == pytest.approx(1 - fisher.eigenvalues, abs=1e-9)
    assert projector(best.weights) == pytest.approx(projector(fisher.weights), abs=1e-6)


def exact_moments(X, labels):
    """(sum of the scatters, each times the size of its class; their plain sum; total), in rationals."""
    plain, weighted = Matrix.zeros(X.cols), Matrix.zeros(X.cols)
    for c in set(labels):
        own = Matrix([X.row(i) for i in range(X.rows) if labels[i] == c])
        centred = (eye(own.rows) - Matrix.ones(own.rows) / own.rows) * own
        plain += centred.T * centred
        weighted += own.rows * centred.T * centred
    return weighted, plain, X.T * (eye(X.rows) - Matrix.ones(X.rows) / X.rows) * X


def test_classes_of_different_sizes_can_have_another_span():
    """Fisher's first direction is the first axis, where the classes differ; that of 0/1 labels the second, where they do not."""
    weighted, plain, total = exact_moments(X, LABELS)
    assert (weighted, plain, total) == (Matrix.diag(18, 4), Matrix.diag(6, 2), Matrix.diag(Rational(36, 5), 2))
    assert [plain[i, i] / total[i, i] for i in range(2)] == [Rational(5, 6), 1]
    assert [weighted[i, i] / total[i, i] for i in range(2)] == [Rational(5, 2), 2]
    inputs, Y = np.array(X, dtype=float), one_hot(LABELS)
    for G, axis in ((Y @ np.diag([1 / 2, 1 / 3]) @ Y.T, 0), (Y @ Y.T, 1)):
        best = numeric_vicreg.optimal_weights(inputs, G, 1, gamma=0.1).weights
        assert abs(best[axis]) > 0.1
        assert best[1 - axis] == pytest.approx(0, abs=1e-12)


@given(arrays(), st.integers(1, 5))
def test_no_smaller_classes_differ(rng, size):
    """Among four samples those classes that scatter are of one size; the weight of a single one is a factor of the whole."""
    X = rng.integers(-3, 4, (size + 1, 2))
    weighted, plain, _ = exact_moments(Matrix(X.tolist()), [0] * size + [1])
    assert weighted == size * plain
