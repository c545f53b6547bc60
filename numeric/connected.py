"""The bottom of the Laplacian spectrum of one connected graph, dense or sparse.

Dense: one Householder reflection Q takes the ones vector to the first axis, and Q L Q, less its first row and
column, is L on the complement; Q is applied as a rank-two update and never formed.

Sparse: Lanczos on the operator that turns the wanted end of the spectrum into the largest eigenvalues. First
on c I - L, which needs products with L only. Where that is slow, small eigenvalues lie close together, which
is the case of long thin graphs and of weights of very different size; such graphs have sparse factors, and
Lanczos runs on the inverse of L + sigma I for a sigma just above the rounding of L. Lanczos can miss a copy
of a repeated eigenvalue, so it is run again on the complement of what it found, until nothing better is left
there.
"""

import inspect

import numpy as np
import scipy.sparse as sp
from scipy.linalg import eigh
from scipy.sparse.linalg import ArpackError, ArpackNoConvergence, LinearOperator, eigsh, splu

DENSE_SIZE = 600
"""Up to this size, the dense route is the faster one."""

FALLBACK_SIZE = 6000
"""Up to this size, the dense route takes over when the sparse one has failed."""

RESIDUAL = 1e-9
"""What |L v - lambda v| may be, relative to the norm of L, for a pair to be returned by the sparse route."""

SHIFT = 1e-12
"""sigma in L + sigma I, relative to the norm of L."""

_RESTARTS = 60
_GIVEN_UP = (ArpackNoConvergence, ArpackError, RuntimeError, MemoryError)  # slow, stuck, or factors too large
_EPS = np.finfo(np.float64).eps
# ARPACK draws a new vector when it meets an invariant subspace: from this seed, where SciPy lets one give it.
_SEED = {"rng": 0} if "rng" in inspect.signature(eigsh).parameters else {}


def connected_eigenpairs(G, n_pairs):
    """The smallest eigenpairs of L = diag(G 1) - G on the complement of the ones vector; G connected.

    Args:
        G: (M, M) ndarray or csr_array, validated, connected, with zero diagonal, M >= 2.
        n_pairs: how many pairs, >= 1.

    Returns:
        eigenvalues: (q,) ascending, q = min(n_pairs, M - 1), each >= 0.
        eigenvectors: (M, q) orthonormal, orthogonal to the ones vector.

    Raises:
        RuntimeError: the sparse route failed on a graph of more than `FALLBACK_SIZE` samples.
    """
    size = G.shape[0]
    n_pairs = min(n_pairs, size - 1)
    if not sp.issparse(G):
        return _dense(G, n_pairs)
    if size <= DENSE_SIZE or 5 * n_pairs > size:
        return _dense(G.toarray(), n_pairs)
    pairs = _sparse(G, n_pairs)
    if pairs is not None:
        return pairs
    if size <= FALLBACK_SIZE:
        return _dense(G.toarray(), n_pairs)
    raise RuntimeError(
        f"no {n_pairs} eigenpairs of a connected component of {size} samples met the residual {RESIDUAL:g}:"
        " its weights differ too much in size, or it is too long and too dense at once."
        " A dense G takes the dense route"
    )


def ones_complement(vector, count):
    """`count` orthonormal columns orthogonal to a positive `vector`, (M, count): a reflection's."""
    normal = vector / np.linalg.norm(vector)
    normal[0] += np.copysign(1.0, normal[0])  # no cancellation
    columns = -np.outer(normal, normal[1 : count + 1]) * (2 / (normal @ normal))
    columns[np.arange(1, count + 1), np.arange(count)] += 1.0
    return columns


def _dense(G, n_pairs):
    degrees = G.sum(axis=1)
    L = -G
    np.fill_diagonal(L, degrees)
    size = len(L)
    # Q = I - t v v', v = 1/sqrt(M) + e_1, Q 1 = -sqrt(M) e_1; since L 1 = 0, L v is the first column of L.
    entry = 1 / np.sqrt(size)  # of v, but for the first
    t = 1 / (1 + entry)  # 2 / v'v
    w = t * (L[1:, 0] - t / 2 * L[0, 0] * entry)  # Q L Q = L - v w' - w v'
    reduced = L[1:, 1:]
    reduced -= entry * w
    reduced -= entry * w[:, None]
    eigenvalues, y = eigh(reduced, subset_by_index=(0, n_pairs - 1), overwrite_a=True)
    eigenvectors = np.empty((size, n_pairs))
    weight = t * entry * y.sum(axis=0)  # t v'(0, y)
    eigenvectors[0] = -weight * (1 + entry)
    eigenvectors[1:] = y - weight * entry
    return np.maximum(eigenvalues, 0.0), eigenvectors


def _sparse(G, n_pairs):
    """The eigenpairs, or None if neither operator gave pairs that meet the residual."""
    degrees = np.asarray(G.sum(axis=1)).ravel()
    L = (sp.diags_array(degrees) - G).tocsc()
    bound = 2 * degrees.max()  # Gershgorin
    for operator in (_complement, _inverse):
        try:
            vectors = _bottom_eigenvectors(L, bound, operator(L, bound), n_pairs)
        except _GIVEN_UP:
            continue
        images = L @ vectors
        eigenvalues, rotation = eigh(vectors.T @ images)  # Rayleigh-Ritz: also orders the pairs
        vectors, images = vectors @ rotation, images @ rotation
        if np.linalg.norm(images - vectors * eigenvalues, axis=0).max() <= RESIDUAL * bound:
            return np.maximum(eigenvalues, 0.0), vectors
    return None


def _complement(L, bound):
    """x -> c x - L x on the complement of ones, c a bound on the spectrum of L."""
    return LinearOperator(L.shape, matvec=lambda x: _centred(bound * x - L @ _centred(x)), dtype=np.float64)


def _inverse(L, bound):
    """x -> (L + sigma I)^{-1} x on the complement of ones."""
    positive_definite = (L + SHIFT * bound * sp.eye_array(L.shape[0])).tocsc()
    factors = splu(
        positive_definite, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True}
    )
    return LinearOperator(L.shape, matvec=lambda x: _centred(factors.solve(_centred(x))), dtype=np.float64)


def _centred(x):
    return x - x.mean(axis=0)


def _bottom_eigenvectors(L, bound, operator, count):
    """Orthonormal vectors for the `count` smallest eigenvalues of L, the largest of `operator`."""
    vectors = _lanczos(operator, count)
    for _ in range(count):
        energies = np.sum(vectors * (L @ vectors), axis=0)
        worst = np.argmax(energies)
        candidate = _lanczos(_deflated(operator, vectors), 1)
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


def _lanczos(operator, count):
    size = operator.shape[0]
    start = _centred(np.sin(np.arange(1.0, size + 1)))  # deterministic, and in general position
    _, vectors = eigsh(operator, k=count, which="LA", v0=start, maxiter=_RESTARTS, tol=0, **_SEED)
    return np.linalg.qr(_centred(vectors))[0]
