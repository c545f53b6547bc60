"""The transformer against scikit-learn's own checks, the functions that it stands on, and in a pipeline."""

import subprocess
import sys
from inspect import Parameter, signature

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.metrics.pairwise import polynomial_kernel, rbf_kernel
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import check_estimator, parametrize_with_checks

from numeric import SpectralSSL, kernel_lpp, relations, vicreg
from numeric.methods import hyper_parameters, methods
from numeric.optimum import NoClosedForm
from tests.numeric.related import SOLVED, by_neighbours, by_rank, grams_agree


def by_distance(x, y):
    return float(np.exp(-np.sum((x - y) ** 2)))


@parametrize_with_checks(
    [
        *(SpectralSSL(method, regime=regime) for method in SOLVED for regime in ("linear", "kernel")),
        SpectralSSL(regime="kernel", kernel="precomputed"),
        SpectralSSL("spectral_contrastive", regime="kernel", kernel="precomputed", relation="neighbors"),
        SpectralSSL("lpp", regime="kernel", kernel="linear", relation="labels"),
    ]
)
def test_scikit_learns_own_checks(estimator, check, monkeypatch):
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")  # the check of array API input, with NumPy, is skipped without
    check(estimator)


def test_they_pass_with_functions_as_well(monkeypatch):
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")
    check_estimator(SpectralSSL(regime="kernel", kernel=by_distance, relation=by_rank))  # a skip would be a warning


# Other samples


def test_a_linear_kernel_maps_other_samples_as_the_linear_regime_does():
    rng = np.random.default_rng(0)
    X, new = rng.standard_normal((40, 5)) + 3, rng.standard_normal((20, 5)) + 3
    for method in SOLVED:
        linear = SpectralSSL(method, 3, relation="neighbors").fit(X)
        kernel = SpectralSSL(method, 3, relation="neighbors", regime="kernel", kernel="linear").fit(X)
        assert linear.loss_ == pytest.approx(kernel.loss_, rel=1e-9)
        np.testing.assert_allclose(linear.eigenvalues_, kernel.eigenvalues_, rtol=1e-9)
        grams_agree(linear.transform(new), kernel.transform(new))
        precomputed = clone(kernel).set_params(kernel="precomputed").fit(X @ X.T, relation=by_neighbours(X))
        np.testing.assert_allclose(precomputed.transform(new @ X.T), kernel.transform(new), atol=1e-10)
        np.testing.assert_array_equal(linear.transform(X), linear.fit_transform(X))


@pytest.mark.parametrize("normalisation", ["covariance", "degree"])
def test_a_kernel_by_name_is_kernel_lpp(normalisation):
    rng = np.random.default_rng(1)
    X, new = rng.standard_normal((40, 3)), rng.standard_normal((7, 3))
    kernel, G = polynomial_kernel(X, degree=2, gamma=0.3), by_neighbours(X)
    wanted = kernel_lpp.optimal_weights(kernel, G, 4, normalisation=normalisation)
    estimator = SpectralSSL(
        "lpp", 4, regime="kernel", kernel="poly", kernel_params={"degree": 2, "gamma": 0.3}, normalisation=normalisation
    ).fit(X)
    assert estimator.loss_ == pytest.approx(wanted.loss, rel=1e-9)
    both = np.vstack([X, new])
    others = polynomial_kernel(both, X, degree=2, gamma=0.3)
    np.testing.assert_allclose(estimator.transform(both), others @ estimator.weights_, rtol=1e-12, atol=1e-12)
    theirs = others @ wanted.weights  # up to a constant row
    grams_agree(estimator.transform(both) - estimator.transform(X).mean(axis=0), theirs - theirs[:40].mean(axis=0))


def test_the_rank_of_the_kernel_restrains_what_it_reaches():
    X = np.random.default_rng(2).standard_normal((30, 3))
    _, vectors = np.linalg.eigh(rbf_kernel(X))
    losses = []
    for rank in (2, 5, 10, None):
        estimator = SpectralSSL(n_components=2, regime="kernel", kernel_rank=rank).fit(X)
        Z, V = estimator.transform(X), vectors[:, -(rank or 30) :]
        np.testing.assert_allclose(V @ (V.T @ Z), Z, atol=1e-9)
        losses.append(estimator.loss_)
        assert losses[-1] == pytest.approx(vicreg.optimal_weights(V, by_neighbours(X), 2).loss, rel=1e-9)
    assert (np.diff(losses) < 0).all()
    assert losses[-1] == pytest.approx(vicreg.optimal_representation(by_neighbours(X), 2).loss, rel=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("form", [np.asarray, sp.csr_array])
def test_samples_fitted_on_are_kept_as_they_were(form, dtype):
    X = form(np.random.default_rng(3).standard_normal((20, 3)).astype(dtype))
    estimator = SpectralSSL(regime="kernel").fit(X)
    before, new = estimator.transform(X), X.copy()
    X *= 0
    np.testing.assert_array_equal(estimator.transform(new), before)
    assert before.dtype == estimator.X_fit_.dtype == np.float64


# In a pipeline


def test_a_grid_search_over_gamma_on_digits():
    X, y = load_digits(return_X_y=True)
    X, y, new, wanted = X[:700], y[:700], X[700:1000], y[700:1000]
    pipeline = make_pipeline(SpectralSSL("vicreg", 12), KNeighborsClassifier())
    gammas = [0.01, 1.5, 4.0]
    search = GridSearchCV(pipeline, {"spectralssl__gamma": gammas}, cv=3, error_score="raise").fit(X, y)
    scores = search.cv_results_["mean_test_score"]
    assert search.best_params_ == {"spectralssl__gamma": 1.5}  # neither the noise nor too few directions
    assert scores[1] > scores[0] + 0.01
    assert scores[1] > scores[2] + 0.05
    assert search.score(new, wanted) > 0.88
    best = search.best_estimator_["spectralssl"]
    optimum = vicreg.optimal_weights(X, relations.from_labels(y, weights="class"), 12, gamma=1.5)
    assert best.loss_ == pytest.approx(optimum.loss, rel=1e-9)
    assert best.rank_ == optimum.rank == 9  # ten classes
    np.testing.assert_allclose(best.filter_, optimum.filter, atol=1e-9)
    grams_agree(best.transform(X), X @ optimum.weights)


def test_a_relation_through_a_pipeline_and_names_of_columns():
    X = np.random.default_rng(6).standard_normal((12, 3))
    pipeline = make_pipeline(SpectralSSL()).set_output(transform="pandas")
    frame = pipeline.fit_transform(X, spectralssl__relation=by_rank(X, None))
    assert list(frame.columns) == ["spectralssl0", "spectralssl1"]
    np.testing.assert_array_equal(frame, SpectralSSL().fit(X, relation=by_rank(X, None)).transform(X))


def test_a_precomputed_kernel_is_cut_in_rows_and_columns():
    X, y = load_digits(return_X_y=True)
    X, y = X[:300] / 16, y[:300]
    searches = [
        GridSearchCV(
            make_pipeline(SpectralSSL("lpp", regime="kernel", kernel=kernel), KNeighborsClassifier()),
            {"spectralssl__n_components": [2, 9]},
            cv=3,
            error_score="raise",
        ).fit(given_as, y)
        for kernel, given_as in (("rbf", X), ("precomputed", rbf_kernel(X)))
    ]
    np.testing.assert_allclose(*(search.cv_results_["mean_test_score"] for search in searches), atol=0.01)
    assert searches[0].best_params_ == {"spectralssl__n_components": 9}


# What is refused


def test_the_constructor_has_the_hyper_parameters_of_all_methods():
    known = {name for function in methods().values() for name in hyper_parameters(function)}
    parameters = signature(SpectralSSL).parameters
    assert {name for name in known if parameters[name].default is None} == known
    own = ["method", "n_components", "regime", "kernel", "kernel_params", "kernel_rank", "relation", "n_neighbors"]
    assert set(parameters) == known | set(own)
    assert [p.name for p in parameters.values() if p.kind is not Parameter.KEYWORD_ONLY] == own[:2]


def test_methods_are_those_of_inputs_and_a_relation():
    assert {"vicreg", "barlow_twins", "simclr", "lpp", "laplacian_eigenmaps"} < set(methods())
    assert not {"lda", "cca", "tcr", "kernel_lpp", "kernel_pca", "isomap", "relations", "SpectralSSL"} & set(methods())


def test_no_closed_form_is_passed_on():
    X = np.random.default_rng(7).standard_normal((12, 3))
    for estimator in (SpectralSSL("simclr", tau=0.1), SpectralSSL("simclr", similarity="dot", regime="kernel")):
        with pytest.raises(NoClosedForm, match="no closed form is known"):
            estimator.fit(X)
    with pytest.raises(NoClosedForm, match="^no closed form is known for off_diagonal = 0.1, .* loss >= "):
        SpectralSSL("barlow_twins", off_diagonal=0.1).fit(X)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"method": "lda"}, "^method must be one of 'barlow_twins', .*, 'vicreg'; found 'lda'$"),
        ({"method": vicreg}, "^method must be one of "),
        ({"method": "lpp", "gamma": 0.5}, "^gamma must be None for method='lpp', which has normalisation; found 0.5$"),
        (
            {"method": "spectral_contrastive", "tau": 1},
            "^tau must be None for .* which has no hyper-parameters; found 1",
        ),
        ({"center": False}, "^center must be None for .* which has variance, alpha, beta, gamma; found False$"),
        ({"gamma": -1.0}, "^gamma must be a finite number >= 0; found -1.0$"),
        ({"n_components": 0}, "^n_components must be an integer >= 1; found 0$"),
        ({"method": "lpp", "n_components": 4}, "^n_components must be at most 3, "),
        ({"regime": "quadratic"}, "^regime must be 'linear' or 'kernel'; found 'quadratic'$"),
        (
            {"regime": "kernel", "kernel": "gaussian"},
            "^kernel must be a function .* 'precomputed', .*; found 'gaussian'$",
        ),
        ({"regime": "kernel", "kernel": np.eye(2)}, "^kernel must be a function "),
        ({"regime": "kernel", "kernel_rank": 0}, "^kernel_rank must be an integer >= 1; found 0$"),
        ({"regime": "kernel", "kernel": "precomputed"}, "^X must be a square matrix"),
        ({"relation": "views"}, "^relation must be 'auto', 'labels', 'neighbors' or a function .*; found 'views'"),
        ({"relation": np.eye(12)}, "found one of type ndarray. A matrix is an argument of `fit`$"),
        ({"relation": "labels"}, "^relation='labels' requires y to be passed, but the target y is None$"),
        ({"relation": lambda X, y: np.ones(12)}, r"^relation must be of shape \(12, 12\), .*; found shape \(12,\)$"),
    ],
)
def test_arguments_are_refused_by_name(choices, message):
    X = np.random.default_rng(8).standard_normal((12, 3))
    with pytest.raises(ValueError, match=message):
        SpectralSSL(**choices).fit(X)


def test_what_is_handed_to_fit_is_refused_by_name():
    X, estimator = np.random.default_rng(9).standard_normal((12, 3)), SpectralSSL()
    for given_as, message in (
        ({"relation": np.ones((11, 11))}, r"^relation must be of shape \(12, 12\), .*; found shape \(11, 11\)$"),
        ({"relation": -np.ones((12, 12))}, "^G must be entrywise nonnegative"),
        ({"y": np.zeros(11)}, "inconsistent numbers of samples"),
        ({"y": np.array([None, 1] * 6)}, "Unknown label type"),
    ):
        with pytest.raises(ValueError, match=message):
            estimator.fit(X, **given_as)
    with pytest.raises(ValueError, match="1d array"):
        SpectralSSL(relation="labels").fit(X, np.zeros((12, 2)))
    with pytest.raises(TypeError, match=r"^kernel_params must be a dict, .*; found \['gamma'\]$"):
        SpectralSSL(regime="kernel", kernel_params=["gamma"]).fit(X)
    for n_neighbors, error, message in (
        (12, ValueError, "at most N - 1 = 11"),
        (2.5, TypeError, "an integer; found 2.5"),
    ):
        for inputs in (X, sp.csr_array(X)):
            with pytest.raises(error, match=f"^n_neighbors must be {message}"):
                SpectralSSL(n_neighbors=n_neighbors).fit(inputs)
    with pytest.raises(TypeError, match="[Ss]parse"):
        SpectralSSL(regime="kernel", kernel=by_distance).fit(sp.csr_array(X))


def test_scikit_learn_is_loaded_only_where_it_is_used_and_named_where_it_is_missing():
    script = (
        "import sys, numeric, numeric.vicreg; assert 'sklearn' not in sys.modules; sys.modules['sklearn'] = None;"
        "numeric.SpectralSSL"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "ImportError: numeric.estimators needs scikit-learn: pip install 'spectral-ssl[data]'" in run.stderr
