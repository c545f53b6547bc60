"""How the samples of an estimator are related: by labels, by neighbours, or as a function says.

Relations by labels are scaled so that rows sum to one, and those by neighbours to about one. A direction in which related
samples differ as much as any two has an eigenvalue of about 1 then, however many classes or neighbours there are, and VICReg
drops it where gamma >= alpha.
"""

import numpy as np
import scipy.sparse as sp
from sklearn.neighbors import kneighbors_graph
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import type_of_target

from numeric import relations
from numeric.pairwise import symmetric

RULES = ("auto", "labels", "neighbors")


def sample_relation(rule, X, y, *, n_neighbors, precomputed):
    """The relation G, (N, N), of the rows of X.

    Args:
        rule: one of `RULES`, or a function (X, y) -> G.
        X: (N, D) inputs, dense or sparse; a kernel matrix, (N, N), if precomputed.
        y: (N,) labels, anything that the function takes, or None.
        n_neighbors: how many neighbours each sample chooses.
        precomputed: whether X is a kernel, and neighbours are near each other by the distances that it has.

    Raises:
        TypeError, ValueError: an argument is out of range, or y is missing.
    """
    if callable(rule):
        return rule(X, y)
    if not isinstance(rule, str) or rule not in RULES:
        found = repr(rule) if isinstance(rule, str) else f"one of type {type(rule).__name__}"
        raise ValueError(
            f"relation must be {', '.join(map(repr, RULES))} or a function (X, y) -> G; found {found}."
            " A matrix is an argument of `fit`"
        )
    if rule == "labels" and y is None:
        raise ValueError("relation='labels' requires y to be passed, but the target y is None")
    if rule == "labels" or (rule == "auto" and _is_of_classes(y)):
        return relations.from_labels(column_or_1d(y), weights="class", sparse=True)
    return _neighbours(X, n_neighbors, precomputed) / n_neighbors


def _is_of_classes(y):
    return y is not None and type_of_target(y, input_name="y", raise_unknown=True) in ("binary", "multiclass")


def _neighbours(X, n_neighbors, precomputed):
    """G_ij = 1 if i chooses j or j chooses i."""
    if precomputed:
        kernel = symmetric(X, name="X")
        kernel = kernel.toarray() if sp.issparse(kernel) else kernel
        lengths = np.diagonal(kernel)  # squared, of the features
        squared = lengths[:, None] + lengths - 2 * kernel
        return relations.from_distances(np.sqrt(np.maximum(squared, 0.0)), n_neighbors)
    if sp.issparse(X):
        chosen = sp.csr_array(kneighbors_graph(X, relations.neighbour_count(n_neighbors, X.shape[0])))
        return chosen.maximum(chosen.T).tocsr()
    return relations.from_neighbours(X, n_neighbors)
