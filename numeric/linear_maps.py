"""Linear embeddings in closed form beside scikit-learn's, on its digits and wine: the second table of `numeric.digits`."""

from dataclasses import dataclass

import numpy as np

from numeric import cca, lda, lpp, relations, vicreg
from numeric.held_out import FOLDS, accuracy, nearest_mean, nearest_row

NEIGHBOURS = 10
CLASSIFIERS = {"mean": nearest_mean, "1-NN": nearest_row}

EXPLANATION = f"""\
Linear maps of 1797 digits (64 pixels) and of 178 wines (13 features, scaled to unit variance) to K dimensions, beside \
scikit-learn's. Mean: accuracy of the class with the nearest mean; 1-NN: that of the nearest row; of {FOLDS} folds, both \
fitted without the held-out one. The first four see labels. LDA and CCA with the classes are one map, of unit total \
covariance; scikit-learn's LDA is of unit covariance within classes, as in the second row, and the lengths of its CCA are \
others again. VICReg: samples of a class related by 1/its size, alpha = beta = gamma = 1. LPP: {NEIGHBOURS} nearest neighbours.\
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: two maps to `n_components` dimensions, and their accuracies, means over held-out folds."""

    data: str
    ours: str
    n_components: int
    classifier: str
    accuracy: float
    theirs: str
    their_accuracy: float


def load_wine():
    """Features in units of their standard deviations, (178, 13), and the cultivars, (178,); nothing is downloaded."""
    from sklearn import datasets

    X, cultivars = datasets.load_wine(return_X_y=True)
    return X / X.std(axis=0), cultivars


def run(datasets, seed=0):
    """The rows of the table, five for each of the datasets.

    Args:
        datasets: {name: (X, labels)} with X (N, D) and labels (N,), integers from 0.
        seed: of the folds.

    Returns:
        list of Row.
    """
    rows = []
    for data, (X, labels) in datasets.items():
        fold = np.random.default_rng(seed).permutation(len(X)) % FOLDS
        classes, few = int(labels.max()), min(16, X.shape[1] // 3)  # K, where labels are seen and where they are not
        for ours, fit, theirs, estimator, n_components, classifier in (
            ("LDA", _fisher, "LDA", _their_lda, classes, "mean"),
            ("LDA, unit within", _fisher_within, "LDA", _their_lda, classes, "mean"),
            ("VICReg, labels", _vicreg, "LDA", _their_lda, classes, "mean"),
            ("CCA, labels", _correlated, "CCA", _their_cca, classes, "mean"),
            ("LPP", _local, "PCA", _their_pca, few, "1-NN"),
        ):
            scores = _accuracies(X, labels, fold, fit, estimator, n_components, CLASSIFIERS[classifier])
            rows.append(Row(data, ours, n_components, classifier, scores[0], theirs, scores[1]))
    return rows


def _accuracies(X, labels, fold, fit, estimator, n_components, classify):
    """(accuracy of X W with W = fit(X, labels, K), that of what an estimator of scikit-learn makes of X)."""

    def embedded(train):
        return X @ fit(X[train], labels[train], n_components)

    def transformed(train):
        return estimator(X[train], labels[train], n_components).transform(X)

    return [accuracy(features, labels, fold, classify) for features in (embedded, transformed)]


def _fisher(X, labels, n_components):
    return lda.optimal_weights(X, labels, n_components).weights


def _fisher_within(X, labels, n_components):
    """In the scale of scikit-learn's: unit covariance within classes."""
    optimum = lda.optimal_weights(X, labels, n_components)
    return optimum.weights / np.sqrt(optimum.eigenvalues)


def _vicreg(X, labels, n_components):
    G = relations.from_labels(labels, weights="class", sparse=True)
    return vicreg.optimal_weights(X, G, n_components).weights


def _correlated(X, labels, n_components):
    return cca.optimal_weights(X, _one_hot(labels), n_components).weights_a


def _local(X, labels, n_components):
    return lpp.optimal_weights(X, relations.from_neighbours(X, NEIGHBOURS), n_components).weights


def _their_lda(X, labels, n_components):
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    return LinearDiscriminantAnalysis(n_components=n_components).fit(X, labels)


def _their_cca(X, labels, n_components):
    from sklearn.cross_decomposition import CCA

    return CCA(n_components, max_iter=10_000).fit(X, _one_hot(labels))


def _their_pca(X, labels, n_components):
    from sklearn.decomposition import PCA

    return PCA(n_components).fit(X)


def _one_hot(labels):
    return np.eye(labels.max() + 1)[labels]


def table(rows):
    """The rows as a table for the terminal."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    found = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in ("data", "linear map"):
        found.add_column(heading, no_wrap=True)
    found.add_column("K", no_wrap=True, justify="right")
    found.add_column("by", no_wrap=True)
    found.add_column("accuracy", no_wrap=True, justify="right")
    found.add_column("scikit-learn", no_wrap=True)
    found.add_column("accuracy", no_wrap=True, justify="right")
    for row in rows:
        scores = (f"{row.accuracy:.1%}", row.theirs, f"{row.their_accuracy:.1%}")
        found.add_row(row.data, row.ours, str(row.n_components), row.classifier, *scores)
    return found
