"""The linear maps beside scikit-learn's: the numbers of the table, computed again here, and how it is printed."""

import re

import numpy as np
import pytest
from sklearn.cross_decomposition import CCA
from sklearn.datasets import load_wine
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.neighbors import KNeighborsClassifier, NearestCentroid

from numeric import digits, linear_maps, lpp, relations
from numeric.held_out import FOLDS, accuracy, nearest_mean, nearest_row


@pytest.fixture(scope="module")
def datasets():
    return {"digits": digits.load(), "wine": linear_maps.load_wine()}


@pytest.fixture(scope="module")
def rows(datasets):
    return {(row.data, row.ours): row for row in linear_maps.run(datasets)}


def folds(X, seed=0):
    return np.random.default_rng(seed).permutation(len(X)) % FOLDS


def test_wine_is_in_units_of_its_spread(datasets):
    X, cultivars = datasets["wine"]
    np.testing.assert_allclose(X.std(axis=0), 1)
    np.testing.assert_allclose(X * load_wine().data.std(axis=0), load_wine().data)
    np.testing.assert_array_equal(cultivars, load_wine().target)


def test_accuracy_of_the_nearest_row_and_of_the_nearest_mean_by_hand():
    Z = np.array([[0.0], [0.1], [10.0], [10.1], [20.0], [20.1]])
    classes = np.array([0, 0, 1, 2, 3, 3])
    fold = np.array([0, 1, 2, 3, 4, 3])
    # Fold 3 holds rows 3 and 5: nearest are row 2, of another class, and row 4, of the same.
    assert accuracy(lambda train: Z, classes, fold, nearest_row) == pytest.approx((1 + 1 + 0 + 0.5 + 1) / 5)
    wide = np.array(
        [[0.0], [8.0], [6.0]]
    )  # the nearest row to 5 is of class 1, but its nearest mean is that of class 0
    assert nearest_row(wide, np.array([0, 0, 1]), np.array([[4.9]])) == [1]
    assert nearest_mean(wide, np.array([0, 0, 1]), np.array([[4.9]])) == [0]


@pytest.mark.parametrize("data", ["digits", "wine"])
def test_fisher_s_discriminant_in_the_scale_of_scikit_learn_has_its_accuracy(data, rows):
    row = rows[data, "LDA, unit within"]
    assert row.accuracy == pytest.approx(row.their_accuracy, abs=1 / 1797)
    assert rows[data, "LDA"].accuracy == rows[data, "CCA, labels"].accuracy  # the same map
    assert len({rows[data, ours].their_accuracy for ours in ("LDA", "LDA, unit within", "VICReg, labels")}) == 1


@pytest.mark.parametrize("data", ["digits", "wine"])
def test_accuracies_by_scikit_learn_s_classifiers(data, rows, datasets):
    X, labels = datasets[data]
    fold, few, classes = folds(X), rows[data, "LPP"].n_components, len(np.unique(labels))
    scores = {"LDA": [], "LPP": [], "PCA": [], "CCA": []}
    for held_out in range(FOLDS):
        train, test = fold != held_out, fold == held_out
        G = relations.from_neighbours(X[train], 10)
        one_hot = np.equal.outer(labels[train], np.arange(classes)).astype(float)
        for name, Z, classifier in (
            ("LDA", LinearDiscriminantAnalysis().fit(X[train], labels[train]).transform(X), NearestCentroid()),
            ("CCA", CCA(classes - 1, max_iter=10_000).fit(X[train], one_hot).transform(X), NearestCentroid()),
            ("LPP", X @ lpp.optimal_weights(X[train], G, few).weights, KNeighborsClassifier(1)),
            ("PCA", PCA(few).fit(X[train]).transform(X), KNeighborsClassifier(1)),
        ):
            scores[name].append(classifier.fit(Z[train], labels[train]).score(Z[test], labels[test]))
    assert rows[data, "LDA"].their_accuracy == pytest.approx(np.mean(scores["LDA"]))
    assert rows[data, "CCA, labels"].their_accuracy == pytest.approx(np.mean(scores["CCA"]))
    assert rows[data, "LPP"].accuracy == pytest.approx(np.mean(scores["LPP"]))
    assert rows[data, "LPP"].their_accuracy == pytest.approx(np.mean(scores["PCA"]))


def test_the_maps_are_about_as_good_as_scikit_learn_s(rows):
    assert len(rows) == 10
    for row in rows.values():
        assert (
            row.n_components
            == {"mean": {"digits": 9, "wine": 2}, "1-NN": {"digits": 16, "wine": 4}}[row.classifier][row.data]
        )
        assert row.accuracy > row.their_accuracy - 0.03
        assert row.accuracy > 0.93


def test_what_is_held_out_is_not_seen(datasets, monkeypatch):
    """Each map is fitted on four folds of five, and on nothing of the fifth."""
    X, labels = datasets["wine"]
    fold, seen = folds(X), []

    def record(name):
        original = getattr(linear_maps, name)

        def fit(inputs, given, n_components):
            seen.append((inputs, given))
            return original(inputs, given, n_components)

        monkeypatch.setattr(linear_maps, name, fit)

    for name in (
        "_fisher",
        "_fisher_within",
        "_vicreg",
        "_correlated",
        "_local",
        "_their_lda",
        "_their_cca",
        "_their_pca",
    ):
        record(name)
    linear_maps.run({"wine": (X, labels)})
    assert len(seen) == 10 * FOLDS
    for n, (inputs, given) in enumerate(seen):
        train = fold != n % FOLDS
        np.testing.assert_array_equal(inputs, X[train])
        np.testing.assert_array_equal(given, labels[train])


def test_the_second_table_of_the_run_on_real_data(rows, monkeypatch, capsys):
    monkeypatch.setattr(digits, "run", lambda *_, **__: [])
    assert digits.main([]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "…" not in out
    for row in rows.values():
        first = rf"^ {row.data} +{row.ours}  "
        (line,) = [line for line in out.splitlines() if re.match(first, line)]
        assert line.split()[-3:] == [f"{row.accuracy:.1%}", row.theirs, f"{row.their_accuracy:.1%}"]
    assert "beside scikit-learn's." in " ".join(out.split())
