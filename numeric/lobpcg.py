"""The smallest eigenpairs of a positive semidefinite matrix by LOBPCG (Knyazev 2001): blocks, preconditioned.

In each step the span of the current vectors X, of their last moves P and of their preconditioned residuals W is searched
for the best vectors. The block is larger than the number of pairs asked for, which speeds it up, and starts in general
position, so that it has all copies of a repeated eigenvalue. The basis [X P W] is kept orthonormal (Hetmaniuk & Lehoucq
2006), without which the method stalls or breaks down; pairs that have converged get no further residuals.
"""

import numpy as np

from numeric.lanczos import NotConverged

STEPS = 100
"""How many steps are made at most; with a good preconditioner 10 to 40 are needed."""

_DEPENDENT = 1e-12  # squared, relative: what orthogonalisation cannot tell from rounding


def smallest_eigenvectors(S, precondition, null, count, *, residual):
    """Eigenvectors for the smallest eigenvalues of S on the complement of `null`.

    Args:
        S: (M, M) sparse, symmetric, positive semidefinite.
        precondition: (M, m) -> (M, m), linear, about the inverse of S on the complement of `null`.
        null: (M,) of length one, S null = 0.
        count: how many, well below M.
        residual: of which length |S v - lambda v| may be.

    Returns:
        (M, count) orthonormal columns, orthogonal to `null`.

    Raises:
        NotConverged: after `STEPS` steps.
    """
    size = len(null)
    block = count + max(4, count // 4)

    def project(Y):
        return Y - np.outer(null, null @ Y)

    X = np.random.default_rng(0).standard_normal((size, block))
    X = np.linalg.qr(project(precondition(project(X))))[0]
    SX = S @ X
    values, rotation = np.linalg.eigh(X.T @ SX)
    X, SX = X @ rotation, SX @ rotation
    P = SP = np.empty((size, 0))
    for _ in range(STEPS):
        R = SX - X * values
        active = np.linalg.norm(R, axis=0) > residual
        if not active[:count].any():
            return X[:, :count]
        W = _orthonormal(project(precondition(R[:, active])), np.hstack([X, P]))
        basis, images = np.hstack([X, P, W]), np.hstack([SX, SP, S @ W])
        projected = basis.T @ images
        values, best = np.linalg.eigh((projected + projected.T) / 2)
        values, best = values[:block], best[:, :block]
        moves = best[:, active].copy()
        moves[:block] = 0.0  # the part of the new vectors that is not in the old ones
        chosen = np.hstack([best, _orthonormal(moves, best)])
        basis, images = basis @ chosen, images @ chosen
        X, P, SX, SP = basis[:, :block], basis[:, block:], images[:, :block], images[:, block:]
    raise NotConverged(f"LOBPCG found no {count} eigenpairs in {STEPS} steps")


def _orthonormal(Y, basis):
    """Orthonormal columns that, with the orthonormal ones of the basis, span what Y and the basis do."""
    for _ in range(2):
        Y = Y - basis @ (basis.T @ Y)
        lengths = np.linalg.norm(Y, axis=0)
        Y = Y[:, lengths > 0] / lengths[lengths > 0]
        weights, axes = np.linalg.eigh(Y.T @ Y)
        kept = weights > _DEPENDENT
        Y = Y @ (axes[:, kept] / np.sqrt(weights[kept]))
    return Y
