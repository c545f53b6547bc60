"""The bottom of the spectrum of a Laplacian that is known by its products: those of a relation whose blocks are elsewhere.

Components of the graph are found from a spanning forest of every block, so that an eigenvalue 0 is exactly 0 here too, once for
each component after the first. What is left is found by subspace iteration on their complement, filtered by Chebyshev
polynomials of L (Zhou, Saad, Tiago & Chelikowsky 2006): it needs L Z only, for all columns at once, and keeps the copies of
a repeated eigenvalue apart as a method that works on one vector cannot.

What is guaranteed: every pair that is returned meets the residual. That no smaller one was missed rests on a start in general
position, and on more columns than pairs are asked for. Very close small eigenvalues, those of long thin graphs, take more
products than are spent on them, which is an error.
"""

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from numeric.components import ones_complement
from numeric.connected import DENSE_SIZE
from numeric.products import degrees, laplacian_product
from numeric.sparse_spectrum import RESIDUAL
from numeric.spectrum import bottom_eigenpairs

PRODUCTS = 6000
"""How many products L Z are spent on one problem."""

_BEYOND = 1.1  # the cutoff is above the last value: that may be a copy of the first, and must grow like it
_SHORTEST, _LONGEST = 10, 300  # degrees of a filter


def distributed_bottom_eigenpairs(G, n_pairs):
    """The smallest eigenpairs of L = diag(G 1) - G on the complement of the ones vector.

    Args:
        G: (N, N) `numeric.distributed.DistributedRelation` without diagonal.
        n_pairs: how many pairs, 0 <= n_pairs <= N - 1.

    Returns:
        eigenvalues: (n_pairs,) ascending, each >= 0, and exactly 0 once per component after the first.
        eigenvectors: (N, n_pairs) orthonormal columns, each orthogonal to the ones vector.

    Raises:
        RuntimeError: `PRODUCTS` products do not suffice for the residual.
    """
    n_samples = G.shape[0]
    if n_samples <= DENSE_SIZE and n_pairs:
        return bottom_eigenpairs(G @ np.eye(n_samples), n_pairs)
    n_parts, labels = connected_components(G.forest(), directed=False)
    sizes = np.bincount(labels)
    count = min(n_pairs, n_parts - 1)
    contrasts = (ones_complement(np.sqrt(sizes), count) / np.sqrt(sizes)[:, None])[labels]
    members = sp.csr_array((np.ones(n_samples), (labels, np.arange(n_samples))))

    def project(Z):
        return Z - ((members @ Z) / sizes[:, None])[labels]

    eigenvalues, eigenvectors = filtered_eigenpairs(G, n_pairs - count, n_samples - n_parts, project)
    return np.append(np.zeros(count), eigenvalues), np.concatenate([contrasts, eigenvectors], axis=1)


def filtered_eigenpairs(G, n_pairs, available, project):
    """The smallest eigenpairs of L on the range of a projector that commutes with it, of dimension `available`.

    Args:
        G: (N, N) relation without diagonal, of any kind that `laplacian_product` takes.
        n_pairs: how many pairs, 0 <= n_pairs <= available.
        available: the dimension.
        project: Z -> P Z.

    Returns:
        eigenvalues: (n_pairs,) ascending, each >= 0.
        eigenvectors: (N, n_pairs) orthonormal columns in the range of P.

    Raises:
        RuntimeError: `PRODUCTS` products do not suffice for the residual.
    """
    bound = 2 * degrees(G).max()  # Gershgorin
    width = min(n_pairs + max(4, n_pairs // 2), available)
    if not n_pairs:
        return np.zeros(0), np.zeros((G.shape[0], 0))
    start = np.random.default_rng(0).standard_normal((G.shape[0], width))
    basis, spent, cutoff = np.linalg.qr(project(start))[0], 0, bound / 8
    while spent < PRODUCTS:
        degree = int(np.clip(3 * np.sqrt(bound / cutoff), _SHORTEST, _LONGEST))
        basis = np.linalg.qr(project(_filtered(G, basis, degree, cutoff, bound)))[0]
        basis = np.linalg.qr(project(basis))[0]  # columns may have been small beside what rounding left of the kernel
        images = laplacian_product(G, basis)
        values, rotation = np.linalg.eigh(basis.T @ images)  # Rayleigh-Ritz
        basis, images = basis @ rotation, images @ rotation
        residuals = np.linalg.norm(images - basis * values, axis=0)
        if residuals[:n_pairs].max() <= RESIDUAL * bound:
            return np.maximum(values[:n_pairs], 0.0), basis[:, :n_pairs]
        spent += degree + 1
        cutoff = min(max(_BEYOND * values[-1], 1e-12 * bound), 0.95 * bound)
    raise RuntimeError(
        f"no {n_pairs} eigenpairs of the {len(basis)} samples met the residual {RESIDUAL:g} within {PRODUCTS} products:"
        " the small eigenvalues are too close together. A relation in memory has other solvers"
    )


def _filtered(G, Z, degree, cutoff, bound):
    """p(L) Z, p the Chebyshev polynomial that is at most 1 from the cutoff to the bound, scaled by its size at 0."""
    half, middle = (bound - cutoff) / 2, (bound + cutoff) / 2
    sigma = first = -half / middle
    previous, current = Z, (laplacian_product(G, Z) - middle * Z) * (sigma / half)
    for _ in range(degree - 1):
        following = 1 / (2 / first - sigma)
        image = laplacian_product(G, current) - middle * current
        previous, current = current, (2 * following / half) * image - (sigma * following) * previous
        sigma = following
    return current
