"""Who finds 16 eigenpairs of a sparse graph Laplacian: `CONTESTANTS`, ours first.

Ours is the whole call of `vicreg.optimal_representation`, validation included. Peers get the Laplacian and are asked for the
residual that ours has, relative to its norm: for one between `FINEST` and `COARSEST`, as not all of them get further.
scikit-learn embeds by the normalised Laplacian, for which no residual is given.
"""

import warnings
from time import perf_counter

import numpy as np
import scipy.sparse as sp
from pyamg import smoothed_aggregation_solver
from scipy.sparse.linalg import eigsh, lobpcg
from sklearn.manifold import SpectralEmbedding

from numeric import vicreg

COUNT = 16
FINEST, COARSEST = 1e-12, 1e-10


def laplacian(G):
    degrees = G.sum(axis=1)
    return (sp.diags_array(degrees) - G).tocsr(), 2 * degrees.max()


def ours(G, _):
    return vicreg.optimal_representation(G, COUNT, gamma=1e-9).representation


def arpack(G, tolerance):
    """A tolerance of ARPACK is relative to the eigenvalue: so those of c I - L, which are about c."""
    L, norm = laplacian(G)
    complement = (norm * sp.eye_array(L.shape[0]) - L).tocsr()
    return eigsh(complement, k=COUNT + 1, which="LA", tol=tolerance, maxiter=10_000)[1]


def shift_invert(G, _):
    L, norm = laplacian(G)
    return eigsh(L, k=COUNT + 1, sigma=-1e-5 * norm)[1]


def lobpcg_jacobi(G, tolerance):
    L, norm = laplacian(G)
    return _lobpcg(L, tolerance * norm, sp.diags_array(1 / L.diagonal()))


def lobpcg_multigrid(G, tolerance):
    L, norm = laplacian(G)
    regular = (L + 1e-10 * norm * sp.eye_array(L.shape[0])).tocsr()
    return _lobpcg(L, tolerance * norm, smoothed_aggregation_solver(regular).aspreconditioner())


def _lobpcg(L, tolerance, preconditioner):
    start = np.random.default_rng(0).standard_normal((L.shape[0], COUNT + 1))
    start[:, 0] = 1.0  # which it breaks down without
    return lobpcg(L, start, M=preconditioner, largest=False, tol=tolerance, maxiter=1000)[1]


def embedding(solver):
    def embed(G, tolerance):
        tolerance = "auto" if solver is None else tolerance
        method = SpectralEmbedding(
            COUNT, affinity="precomputed", eigen_solver=solver, eigen_tol=tolerance, random_state=0
        )
        method.fit_transform(sp.csr_matrix(G))

    return embed


CONTESTANTS = {
    "here": ours,
    "eigsh": arpack,
    "eigsh shift-invert": shift_invert,
    "lobpcg Jacobi": lobpcg_jacobi,
    "lobpcg pyamg": lobpcg_multigrid,
    "sklearn default": embedding(None),
    "sklearn lobpcg": embedding("lobpcg"),
    "sklearn amg": embedding("amg"),
}


def residual(G, vectors):
    """The largest |L v - lambda v| of the Ritz pairs in the span, relative to the norm of L."""
    L, norm = laplacian(G)
    basis = np.linalg.qr(vectors)[0]
    images = L @ basis
    values, rotation = np.linalg.eigh(basis.T @ images)
    return float(np.linalg.norm(images @ rotation - basis @ rotation * values, axis=0).max() / norm)


def timed(G, solve, tolerance):
    """(seconds, the residual or None), of one run."""
    warnings.simplefilter("ignore")  # of what did not converge: the residual says it
    start = perf_counter()
    vectors = solve(G, tolerance)
    seconds = perf_counter() - start
    return seconds, None if vectors is None else residual(G, vectors)
