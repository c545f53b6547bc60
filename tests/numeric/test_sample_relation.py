"""How an estimator relates its samples, against the relation handed to it."""

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.datasets import load_digits

from numeric import SpectralSSL, lda, relations
from tests.numeric.related import by_neighbours, by_rank, grams_agree


def test_relations_by_labels_and_neighbours():
    rng = np.random.default_rng(4)
    X, y = rng.standard_normal((30, 4)), rng.permutation(np.arange(30) % 3)
    classes = relations.from_labels(y, weights="class")
    for labels in (y, y.astype(str), list(y), y[:, None], y.astype(float)):
        for rule in ("auto", "labels"):
            assert_same(SpectralSSL(relation=rule).fit(X, labels), SpectralSSL().fit(X, relation=classes))
    for number in (3, 5):
        wanted = SpectralSSL().fit(X, relation=by_neighbours(X, number))
        for rule, labels in (("auto", None), ("auto", rng.standard_normal(30)), ("neighbors", y)):
            assert_same(SpectralSSL(relation=rule, n_neighbors=number).fit(X, labels), wanted)
        wide = X * (rng.random(X.shape) < 0.9)
        assert_same(
            SpectralSSL(n_neighbors=number).fit(sp.csr_array(wide)),
            SpectralSSL().fit(wide, relation=by_neighbours(wide, number)),
        )
    assert_same(
        SpectralSSL(relation=by_rank).fit(X), SpectralSSL(relation="labels").fit(X, y, relation=by_rank(X, None))
    )


def assert_same(found, wanted):
    assert found.loss_ == pytest.approx(wanted.loss_, rel=1e-9)
    grams_agree(found.weights_, wanted.weights_)


def test_neighbours_by_a_precomputed_kernel():
    X = np.random.default_rng(5).standard_normal((30, 4)) + 2
    kernel = SpectralSSL("lpp", regime="kernel", kernel="precomputed")
    wanted = SpectralSSL("lpp").fit(X).loss_
    assert kernel.fit(X @ X.T).loss_ == pytest.approx(wanted, rel=1e-9)
    assert kernel.fit(sp.csr_array(X @ X.T)).loss_ == pytest.approx(wanted, rel=1e-9)


def test_lpp_by_labels_is_fishers_discriminant():
    X, y = load_digits(n_class=4, return_X_y=True)
    X, y = X[:300], y[:300]
    found, wanted = SpectralSSL("lpp", 3, relation="labels").fit(X, y), lda.optimal_weights(X, y, 3)
    np.testing.assert_allclose(found.eigenvalues_, wanted.eigenvalues, rtol=1e-9)
    Z = X @ wanted.weights
    grams_agree(found.transform(X) - found.transform(X).mean(axis=0), Z - Z.mean(axis=0))
