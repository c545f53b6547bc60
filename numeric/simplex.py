"""The regular simplex: points of the sphere as far from each other as they can all be at once."""

import numpy as np

from numeric.components import ones_complement


def simplex(n_vertices, n_components):
    """C unit vectors in K >= C - 1 dimensions with every pairwise cosine -1/(C - 1); they sum to zero.

    The rows of B scaled to norm one, B an orthonormal basis of the complement of the ones vector: B B' = I - 1 1'/C.

    Args:
        n_vertices: C >= 2.
        n_components: K >= C - 1; columns from C on are zero.

    Returns:
        (C, K) array.
    """
    vertices = np.zeros((n_vertices, n_components))
    basis = ones_complement(np.ones(n_vertices), n_vertices - 1)  # (C, C - 1)
    vertices[:, : n_vertices - 1] = basis / np.linalg.norm(basis, axis=1, keepdims=True)
    return vertices
