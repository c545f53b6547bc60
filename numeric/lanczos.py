"""The bottom of the spectrum of a large sparse matrix, repeated eigenvalues included.

Lanczos on an operator that turns the wanted end of the spectrum into the largest eigenvalues. First on c I - L, which
needs products with L only. Where that is slow, small eigenvalues lie close together, which is the case of long thin
graphs and of weights of very different size; such graphs have sparse factors, and Lanczos runs on the inverse of
L + sigma I for a sigma just above the rounding of L. Lanczos can miss a copy of a repeated eigenvalue, so it is run
again on the complement of what it found, until nothing better is left there.
"""

import inspect

import numpy as np
import scipy.sparse as sp
from scipy.linalg import eigh
from scipy.sparse.linalg import ArpackError, ArpackNoConvergence, LinearOperator, eigsh, splu

RESIDUAL = 1e-9
"""What |L v - lambda v| may be, relative to the norm of L, for a pair to be returned."""

SHIFT = 1e-12
"""sigma in L + sigma I, relative to the norm of L."""

_RESTARTS = 60
_GIVEN_UP = (ArpackNoConvergence, ArpackError, RuntimeError, MemoryError)  # slow, stuck, or factors too large
_EPS = np.finfo(np.float64).eps
# ARPACK draws a new vector when it meets an invariant subspace: from this seed, where SciPy lets one give it.
_SEED = {"rng": 0} if "rng" in inspect.signature(eigsh).parameters else {}


def everything(x):
    """x itself: the projection where no direction is excluded."""
    return x


def sparse_bottom_eigenpairs(L, bound, n_pairs, project=everything):
    """The smallest eigenpairs of a symmetric positive semidefinite matrix on the range of a projection.

    Args:
        L: (M, M) csc_array.
        bound: on its eigenvalues, > 0.
        n_pairs: how many pairs, well below M.
        project: x -> P x, for vectors and for matrices; P an orthogonal projector that commutes with L.

    Returns:
        eigenvalues: (n_pairs,) ascending.
        eigenvectors: (M, n_pairs) orthonormal, in the range of P.
        None instead of the two if neither operator gave pairs that meet `RESIDUAL`.
    """
    for operator in (_complement, _inverse):
        try:
            vectors = _bottom_eigenvectors(L, bound, operator(L, bound, project), n_pairs, project)
        except _GIVEN_UP:
            continue
        images = L @ vectors
        eigenvalues, rotation = eigh(vectors.T @ images)  # Rayleigh-Ritz: also orders the pairs
        vectors, images = vectors @ rotation, images @ rotation
        if np.linalg.norm(images - vectors * eigenvalues, axis=0).max() <= RESIDUAL * bound:
            return eigenvalues, vectors
    return None


def _complement(L, bound, project):
    """x -> c x - L x on the range of the projection, c a bound on the spectrum of L."""
    return LinearOperator(L.shape, matvec=lambda x: project(bound * x - L @ project(x)), dtype=np.float64)


def _inverse(L, bound, project):
    """x -> (L + sigma I)^{-1} x on the range of the projection."""
    positive_definite = (L + SHIFT * bound * sp.eye_array(L.shape[0])).tocsc()
    factors = splu(
        positive_definite, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True}
    )
    return LinearOperator(L.shape, matvec=lambda x: project(factors.solve(project(x))), dtype=np.float64)


def _bottom_eigenvectors(L, bound, operator, count, project):
    """Orthonormal vectors for the `count` smallest eigenvalues of L, the largest of `operator`."""
    vectors = _lanczos(operator, count, project)
    for _ in range(count):
        energies = np.sum(vectors * (L @ vectors), axis=0)
        worst = np.argmax(energies)
        candidate = _lanczos(_deflated(operator, vectors), 1, project)
        if np.vdot(candidate, L @ candidate) >= energies[worst] - 64 * _EPS * bound:
            return vectors
        vectors[:, worst] = candidate[:, 0]
        vectors = np.linalg.qr(vectors)[0]
    raise RuntimeError("Lanczos kept missing eigenvalues")


def _deflated(operator, vectors):
    def remove(x):
        return x - vectors @ (vectors.T @ x)

    def matvec(x):
        return remove(operator.matvec(remove(x)))

    return LinearOperator(operator.shape, matvec=matvec, dtype=np.float64)


def _lanczos(operator, count, project):
    size = operator.shape[0]
    start = project(np.sin(np.arange(1.0, size + 1)))  # deterministic, and in general position
    _, vectors = eigsh(operator, k=count, which="LA", v0=start, maxiter=_RESTARTS, tol=0, **_SEED)
    return np.linalg.qr(project(vectors))[0]
