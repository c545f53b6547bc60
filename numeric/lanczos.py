"""The largest eigenpairs of a symmetric operator: Lanczos with thick restarts, and a search for what it has missed.

The basis is orthogonalised in full and restarted with its best Ritz vectors (Wu & Simon 2000). A Krylov space has one
copy of a repeated eigenvalue, and rounding adds the others late or never. So when all wanted pairs have converged, the
iteration goes on from a new direction orthogonal to them, until it has seen that nothing larger is left there.
"""

import numpy as np

_EPS = np.finfo(np.float64).eps

_NOISE = 64 * _EPS  # what rounding may make of a zero, relative to the largest number about

CONVERGED = _EPS / 4
"""The error of a converged pair, relative to its eigenvalue, over M: about that of a dense solver; at least 64 units of
rounding."""

TIED = 1e-10
"""Eigenvalues this close, relatively, need not be told apart by the search for missed ones."""

SHARE = 0.01
"""What a vector of the search may be made of an eigenvector that has been missed; at random, it is much more of it."""

RESTARTS = 100


class NotConverged(RuntimeError):
    """An iteration was given up."""


def largest_eigenvectors(product, excluded, count, *, hopeless=np.inf, look=None):
    """Eigenvectors for the largest eigenvalues of A on the complement of some directions.

    Args:
        product: x -> A x for (M,) vectors, A symmetric positive semidefinite on the complement.
        excluded: (M, e) orthonormal columns that span an invariant subspace of A; e may be 0.
        count: how many, well below M - e.
        hopeless: give up as soon as `count` eigenvalues of A are known to exceed this number and are not found yet.
        look: after how many products to look what has converged, where these cost more than looking; by default before a
            restart.

    Returns:
        (M, count) orthonormal columns, orthogonal to the excluded ones.

    Raises:
        NotConverged: after `RESTARTS` restarts, or where it is hopeless.
    """
    size, first = excluded.shape
    width = min(count + min(max(24, 2 * count), 128), size - first)
    tolerance = max(CONVERGED * size, _NOISE)
    rng = np.random.default_rng(0)
    basis = np.empty((size, first + width + 1), order="F")
    basis[:, :first] = excluded
    krylov = basis[:, first:]  # (M, width + 1)
    krylov[:, 0] = _new_direction(excluded, rng)
    projected = np.zeros((width, width))  # the upper triangle of A in this basis
    start, found = 0, None  # found: (values, vectors) beside which larger eigenvalues are searched for
    restarts, largest = 0, 0.0
    while restarts < RESTARTS:
        end = min(max(start + (look or width), count + 1), width)
        for j in range(start, end):
            vector, known = krylov[:, j], basis[:, : first + j + 1]
            image = product(vector)
            diagonal = vector @ image
            image -= diagonal * vector  # first, so that one pass over the basis is enough
            overlaps, coupling = _orthogonalise(image, known)
            projected[: j + 1, j] = overlaps[first:]
            projected[j, j] += diagonal
            largest = max(largest, abs(diagonal), np.abs(overlaps).max())
            if coupling > _NOISE * largest:
                np.divide(image, coupling, out=krylov[:, j + 1])
            else:  # an invariant subspace
                coupling = 0.0
                if first + j + 1 < size:
                    krylov[:, j + 1] = _new_direction(known, rng)
        values, rotation = np.linalg.eigh(projected[:end, :end], UPLO="U")
        values, rotation = values[::-1], rotation[:, ::-1]
        errors = coupling * np.abs(rotation[-1])
        accurate, rounding = tolerance * values[:count], _EPS * values[0]
        if found is not None and (values[:count] - found[0] > np.maximum(accurate, _NOISE * values[0])).any():
            found = None  # something has been missed
        if found is not None and _nothing_left(values, errors, count):
            return found[1]
        small = np.maximum(accurate, np.minimum(rounding, TIED * values[:count]))
        search = found is None and (errors[:count] <= small).all()
        if search:
            found = values[:count], krylov[:, :end] @ rotation[:, :count]
            if end == size - first:
                return found[1]
        if found is None and values[count - 1] > hopeless:
            break
        start = end
        if search or end == width:
            start = count if search else count + (width - count) // 3
            krylov[:, :start] = krylov[:, :end] @ rotation[:, :start]
            krylov[:, start] = _new_direction(basis[:, : first + start], rng) if search else krylov[:, end]
            projected[:start, :start] = np.diag(values[:start])
            restarts += 1
    raise NotConverged(f"Lanczos found no {count} eigenpairs")


def _nothing_left(values, errors, count):
    """Whether the largest eigenvalue left is known so well that it cannot be a mean of one as large as those found and a smaller.

    A mean of two eigenvalues at a distance g, with the shares w and 1 - w, has the error (w (1 - w))^{1/2} g and is (1 - w) g
    below the larger: w is less than `SHARE`^2.
    """
    return errors[count] <= max(SHARE * (values[count - 1] - values[count]), TIED * values[count - 1])


def _orthogonalise(vector, basis):
    """Take from the vector its part in the span of the basis; the coefficients of that part, and what length is left."""
    before = np.sqrt(vector @ vector)
    overlaps = basis.T @ vector
    vector -= basis @ overlaps
    length = np.sqrt(vector @ vector)
    if length < 0.5 * before:  # else one pass is accurate to a few units of rounding
        again = basis.T @ vector
        vector -= basis @ again
        overlaps += again
        length = np.sqrt(vector @ vector)
    return overlaps, length


def _new_direction(basis, rng):
    """A unit vector orthogonal to the basis, in general position."""
    vector = rng.standard_normal(len(basis))
    for _ in range(2):
        vector -= basis @ (basis.T @ vector)
    return vector / np.linalg.norm(vector)
