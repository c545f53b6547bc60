"""Closed-form optima as a scikit-learn transformer, for pipelines and grid searches. It needs the extra `data`."""

try:
    from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
except ModuleNotFoundError as error:
    if not (error.name or "").startswith("sklearn"):
        raise
    raise ImportError("numeric.estimators needs scikit-learn: pip install 'spectral-ssl[data]'") from error

import numpy as np
from sklearn.metrics.pairwise import PAIRWISE_KERNEL_FUNCTIONS, pairwise_kernels
from sklearn.utils.validation import check_consistent_length, check_is_fitted, validate_data

from numeric.kernel_range import kernel_range
from numeric.methods import hyper_parameters, method_of, methods
from numeric.sample_relation import sample_relation


class SpectralSSL(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """The global minimum of a self-supervised loss over linear maps of the inputs, or over combinations of a kernel's columns.

        regime="linear"    Z = X W             W = numeric.<method>.optimal_weights(X, G, n_components, ...)
        regime="kernel"    Z = k(X, X_fit) A   the same on the range of the kernel matrix (`numeric.kernel_range`)

    with G the relation of the samples that it is fitted on. Z has no intercept, and inputs are not centred. VICReg, LPP,
    Laplacian Eigenmaps and Barlow Twins with center=True do not see a constant that is added to a column of Z, and so not one
    that is added to a feature; the other methods do, and are another problem behind a `StandardScaler`.

    With a linear kernel the minimum is that of the linear regime, and with any other product of features that over linear
    maps of these (`vicreg-kernel-optimum`, `kernel-lpp`). A kernel that tells all samples apart, as a Gaussian one does, makes
    every Z on them, and what that says of other samples is another question: `kernel_rank` restrains it.

    A matrix G handed to `fit` is that of one set of samples, which cross-validation would have to cut in rows and in columns:
    there, `relation` says how samples are related.

    Args:
        method: a module of `numeric` whose `optimal_weights` takes inputs and a relation, by name: "vicreg", "barlow_twins",
            "spectral_contrastive", "squared_similarity", "lpp", "laplacian_eigenmaps" (over linear maps the same as "lpp")
            or "simclr" (no closed form is known, and `fit` says so). Modules of other arguments are not among them: "tcr"
            takes a positive definite matrix; "kernel_pca", "classical_mds" and "isomap" a kernel or distances; "lda" labels,
            and is "lpp" with relation="labels"; "cca" two inputs, as `sklearn.cross_decomposition.CCA` does.
        n_components: K >= 1. Losses take more than there are directions; methods with a constraint ("lpp") do not.
        regime: "linear" or "kernel". The three arguments of the kernel count in the latter only.
        kernel: as for `sklearn.metrics.pairwise.pairwise_kernels`: "rbf", "linear", "poly", ..., a function of two samples, or
            "precomputed", where X is k(X_fit, X_fit) in `fit` and k(X, X_fit) in `transform`. Any symmetric one will do.
        kernel_params: of the kernel, by name, such as {"gamma": 0.1}. The `gamma` below is another, a weight of the loss.
        kernel_rank: how many principal directions of the kernel matrix, as it stands, Z is made of: those of the largest
            eigenvalues in magnitude. By default all that the digits of the kernel tell.
        relation: how samples are related where `fit` is given no matrix.
            "labels": G_ij = 1/n_c for two samples of a class of n_c, which is sum_c n_c^2 entries in all; y may also name the
            sample that a row is a view of.
            "neighbors": G_ij = 1/n_neighbors if one of i and j is among the nearest of the other, by Euclidean distance,
            or by the distance that a precomputed kernel has.
            "auto": by labels if y are classes ("binary" or "multiclass" to `type_of_target`), and else by neighbours.
            A function (X, y) -> G, (N, N) dense or sparse, such as one around `numeric.relations`.
        n_neighbors: of the relation by neighbours, from 1 to N - 1.
        alpha, beta, gamma, variance: of "vicreg".
        off_diagonal, center: of "barlow_twins".
        normalisation: of "lpp" and "laplacian_eigenmaps".
        error: of "squared_similarity".
        tau, similarity, exclude_self: of "simclr".
            They are explained at each method. None stands for its default, and is all that other methods allow.

    Attributes:
        weights_: W, (D, K); in the kernel regime the dual coefficients A, (N, K).
        loss_: the global minimum, from its closed form.
        eigenvalues_: (q,) what the filter is a function of.
        filter_: (q,) eigenvalues of the optimal covariance, one for each.
        rank_: how many of them are above 0; less than K where VICReg's gamma outweighs alpha, for example.
        X_fit_: (N, D) the samples fitted on; in the kernel regime only, and None for a precomputed kernel.
        n_features_in_, feature_names_in_: as everywhere in scikit-learn.
    """

    def __init__(
        self,
        method="vicreg",
        n_components=2,
        *,
        regime="linear",
        kernel="rbf",
        kernel_params=None,
        kernel_rank=None,
        relation="auto",
        n_neighbors=5,
        alpha=None,
        beta=None,
        gamma=None,
        variance=None,
        off_diagonal=None,
        center=None,
        normalisation=None,
        error=None,
        tau=None,
        similarity=None,
        exclude_self=None,
    ):
        self.method = method
        self.n_components = n_components
        self.regime = regime
        self.kernel = kernel
        self.kernel_params = kernel_params
        self.kernel_rank = kernel_rank
        self.relation = relation
        self.n_neighbors = n_neighbors
        self.alpha = alpha
        self.beta = beta
        self.gamma = gamma
        self.variance = variance
        self.off_diagonal = off_diagonal
        self.center = center
        self.normalisation = normalisation
        self.error = error
        self.tau = tau
        self.similarity = similarity
        self.exclude_self = exclude_self

    def fit(self, X, y=None, relation=None):
        """Find the optimum on X.

        Args:
            X: (N, D) inputs, N >= 2, dense or sparse, of any rank; or the kernel, (N, N).
            y: (N,) labels, if samples are related by them.
            relation: G, (N, N), dense or sparse, as the method takes it; by default as the constructor says.

        Returns:
            The estimator.

        Raises:
            NoClosedForm: the method has none for these hyper-parameters.
            TypeError, ValueError: an argument is out of range, or a hyper-parameter is given that the method does not have.
        """
        optimal_weights = method_of(self.method)
        hyper = self._hyper_parameters(optimal_weights)
        self._check_regime()
        X = self._validated(X, fitting=True)
        G = self._relation(X, y) if relation is None else relation
        if np.shape(G) != (X.shape[0], X.shape[0]):
            wanted = f"of shape {(X.shape[0], X.shape[0])}, samples by samples"
            raise ValueError(f"relation must be {wanted}; found shape {np.shape(G)}")
        if self.regime == "linear":
            optimum = optimal_weights(X, G, self.n_components, **hyper)
            self.weights_ = optimum.weights
        else:
            name = "X" if self._is_precomputed() else "kernel"
            U, A = kernel_range(self._kernel(X, X), self.kernel_rank, name=name)  # (N, r), (N, r)
            optimum = optimal_weights(U, G, self.n_components, **hyper)
            self.weights_ = A @ optimum.weights
            self.X_fit_ = None if self._is_precomputed() else X
        self.loss_ = optimum.loss
        self.eigenvalues_ = optimum.eigenvalues
        self.filter_ = optimum.filter
        self.rank_ = optimum.rank
        return self

    def transform(self, X):
        """Z, (M, K) in float64: X W, or k(X, X_fit) A.

        Args:
            X: (M, D) inputs, dense or sparse; or the kernel with the samples fitted on, (M, N).

        Raises:
            NotFittedError: `fit` has not been called.
            ValueError: X has another number of columns than in `fit`, or is not finite.
        """
        check_is_fitted(self)
        X = self._validated(X, fitting=False)
        return (X if self.regime == "linear" else self._kernel(X, self.X_fit_)) @ self.weights_

    def _hyper_parameters(self, optimal_weights):
        """Those that are not None, or a ValueError if one of them is another method's."""
        known = {name for function in methods().values() for name in hyper_parameters(function)}
        allowed = hyper_parameters(optimal_weights)
        given = {name: getattr(self, name) for name in known if getattr(self, name) is not None}
        for name in sorted(given.keys() - set(allowed)):
            has = f"which has {', '.join(allowed) or 'no hyper-parameters'}"
            raise ValueError(f"{name} must be None for method={self.method!r}, {has}; found {given[name]!r}")
        return given

    def _check_regime(self):
        if not isinstance(self.regime, str) or self.regime not in ("linear", "kernel"):
            raise ValueError(f"regime must be 'linear' or 'kernel'; found {self.regime!r}")
        if self.regime == "linear":
            return
        if not (self.kernel_params is None or isinstance(self.kernel_params, dict)):
            raise TypeError(f"kernel_params must be a dict, {{name: value}}, or None; found {self.kernel_params!r}")
        if callable(self.kernel):
            return
        allowed = sorted([*PAIRWISE_KERNEL_FUNCTIONS, "precomputed"])
        if not isinstance(self.kernel, str) or self.kernel not in allowed:
            named = ", ".join(map(repr, allowed))
            raise ValueError(f"kernel must be a function of two samples or one of {named}; found {self.kernel!r}")

    def _validated(self, X, *, fitting):
        kept = self.regime == "kernel" and not self._is_precomputed()
        return validate_data(
            self,
            X,
            reset=fitting,
            accept_sparse="csr" if self._takes_sparse() else False,
            dtype=np.float64 if kept else [np.float64, np.float32],  # a kernel of float32 has few digits
            copy=fitting and kept,
            ensure_min_samples=2 if fitting else 1,
        )

    def _relation(self, X, y):
        if y is not None:
            check_consistent_length(X, y)
        return sample_relation(self.relation, X, y, n_neighbors=self.n_neighbors, precomputed=self._is_precomputed())

    def _kernel(self, X, Y):
        if self._is_precomputed():
            return X
        return pairwise_kernels(X, Y, metric=self.kernel, **(self.kernel_params or {}))

    def _is_precomputed(self):
        return self.regime == "kernel" and isinstance(self.kernel, str) and self.kernel == "precomputed"

    def _takes_sparse(self):
        return self.regime == "linear" or not callable(self.kernel)

    @property
    def _n_features_out(self):
        return self.weights_.shape[1]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = self._takes_sparse()
        tags.input_tags.pairwise = self._is_precomputed()
        tags.target_tags.required = isinstance(self.relation, str) and self.relation == "labels"
        return tags
