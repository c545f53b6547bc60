"""Who finds 16 eigenpairs of a sparse graph Laplacian, and in what time: `python -m benchmarks.eigenpairs [size ...]`.

Ours is the whole call of `vicreg.optimal_representation`, validation included. Peers get the Laplacian and a tolerance with
which they end at about the residual `RESIDUAL` relative to its norm; ours is below it. scikit-learn embeds by the normalised
Laplacian, for which no residual is given. Each run has a process of its own, is ended after `PATIENCE` seconds, and the
contestants take turns.
"""

import sys
import warnings
from multiprocessing import get_context
from statistics import median
from time import perf_counter

import numpy as np
import scipy.sparse as sp
from pyamg import smoothed_aggregation_solver
from rich.console import Console
from rich.table import Table
from scipy.sparse.linalg import eigsh, lobpcg
from sklearn.manifold import SpectralEmbedding

from benchmarks.graphs import GRAPHS, SIZES, graph
from numeric import vicreg

COUNT = 16
RESIDUAL = 1e-10
PATIENCE = 60
ROUNDS = 3


def laplacian(G):
    degrees = G.sum(axis=1)
    return (sp.diags_array(degrees) - G).tocsr(), 2 * degrees.max()


def ours(G):
    return vicreg.optimal_representation(G, COUNT, gamma=1e-9).representation


def arpack(G):
    """A tolerance of ARPACK is relative to the eigenvalue: so those of c I - L, which are about c."""
    L, norm = laplacian(G)
    complement = (norm * sp.eye_array(L.shape[0]) - L).tocsr()
    return eigsh(complement, k=COUNT + 1, which="LA", tol=RESIDUAL, maxiter=10_000)[1]


def shift_invert(G):
    L, norm = laplacian(G)
    return eigsh(L, k=COUNT + 1, sigma=-1e-5 * norm)[1]


def lobpcg_jacobi(G):
    L, norm = laplacian(G)
    return _lobpcg(L, norm, sp.diags_array(1 / L.diagonal()))


def lobpcg_multigrid(G):
    L, norm = laplacian(G)
    regular = (L + 1e-10 * norm * sp.eye_array(L.shape[0])).tocsr()
    return _lobpcg(L, norm, smoothed_aggregation_solver(regular).aspreconditioner())


def _lobpcg(L, norm, preconditioner):
    start = np.random.default_rng(0).standard_normal((L.shape[0], COUNT + 1))
    start[:, 0] = 1.0  # which it breaks down without
    return lobpcg(L, start, M=preconditioner, largest=False, tol=RESIDUAL * norm, maxiter=1000)[1]


def embedding(solver, tolerance):
    def embed(G):
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
    "sklearn default": embedding(None, "auto"),
    "sklearn lobpcg": embedding("lobpcg", RESIDUAL),
    "sklearn amg": embedding("amg", RESIDUAL),
}


def residual(G, vectors):
    """The largest |L v - lambda v| of the Ritz pairs in the span, relative to the norm of L."""
    L, norm = laplacian(G)
    basis = np.linalg.qr(vectors)[0]
    images = L @ basis
    values, rotation = np.linalg.eigh(basis.T @ images)
    return float(np.linalg.norm(images @ rotation - basis @ rotation * values, axis=0).max() / norm)


def timed(G, solve, patience=PATIENCE):
    """(seconds, residual or None), or what went wrong."""
    return _in_a_process(_measure, patience, G, solve)


def _measure(G, solve):
    warnings.simplefilter("ignore")  # of what did not converge: the residual says it
    start = perf_counter()
    vectors = solve(G)
    seconds = perf_counter() - start
    return seconds, None if vectors is None else residual(G, vectors)


def _in_a_process(function, patience, *arguments):
    context = get_context("fork")
    here, there = context.Pipe(duplex=False)

    def run():
        try:
            there.send(function(*arguments))
        except Exception as error:
            there.send(type(error).__name__)

    process = context.Process(target=run)
    process.start()
    answer = here.recv() if here.poll(patience) else f"> {patience:.0f} s"
    process.kill()
    process.join()
    return answer


def main():
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    table = Table("graph", "size", *CONTESTANTS, title=f"seconds, median of {ROUNDS} (residual)")
    for size in sizes:
        for name in GRAPHS:
            G = graph(name, size)
            runs = {contestant: [] for contestant in CONTESTANTS}
            for _ in range(ROUNDS):
                for contestant, solve in CONTESTANTS.items():
                    if not any(isinstance(run, str) for run in runs[contestant]):
                        runs[contestant].append(timed(G, solve))
            table.add_row(name, str(size), *map(_told, runs.values()))
    Console(width=200).print(table)


def _told(runs):
    failed = [run for run in runs if isinstance(run, str)]
    if failed:
        return failed[0]
    seconds, error = median(seconds for seconds, _ in runs), runs[0][1]
    return f"{seconds:.2f}" + ("" if error is None else f" ({error:.0e})")


if __name__ == "__main__":
    main()
