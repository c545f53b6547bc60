"""Accuracy on samples that a fit has not seen, by classifiers that have nothing to tune."""

import numpy as np
from scipy.spatial import cKDTree

FOLDS = 5


def accuracy(features, labels, fold, classify):
    """Mean over the folds of the share of held-out samples whose label is predicted.

    Args:
        features: a function of the samples to fit on, a mask (N,), that returns a representation (N, K) of all.
        labels: (N,) the classes.
        fold: (N,) integers from 0 to FOLDS - 1: which fold holds a sample out; every fold holds out at least one.
        classify: `nearest_row` or `nearest_mean`.
    """
    scores = []
    for held_out in range(FOLDS):
        test = fold == held_out
        Z = features(~test)
        scores.append(np.mean(classify(Z[~test], labels[~test], Z[test]) == labels[test]))
    return float(np.mean(scores))


def nearest_row(Z, labels, new):
    """The label of the row of Z (N, K) that is nearest to each row of `new` (M, K), shape (M,)."""
    return labels[cKDTree(Z).query(new)[1]]


def nearest_mean(Z, labels, new):
    """The class whose mean over the rows of Z (N, K) is nearest to each row of `new` (M, K), shape (M,)."""
    classes = np.unique(labels)
    means = np.array([Z[labels == label].mean(axis=0) for label in classes])
    return classes[cKDTree(means).query(new)[1]]
