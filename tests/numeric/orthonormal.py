"""The opponent under a constraint: orthonormal columns as a smooth function of a matrix that has none."""

import numpy as np


def over_orthonormal(loss_and_gradient):
    """A loss of V, V'V = I, as one of any A of full column rank: at its polar factor V = A (A'A)^{-1/2}.

    Every V is reached, as its own polar factor. With A = P S Q' and G the gradient at V, that at A is

        P (Omega - Omega')_ij / (s_i + s_j) Q' + (I - P P') G Q S^{-1} Q',  Omega = P'G Q

    Args:
        loss_and_gradient: function of an (r, K) array with orthonormal columns, r >= K.
    """

    def free(A):
        P, s, Q = np.linalg.svd(A, full_matrices=False)
        value, G = loss_and_gradient(P @ Q)
        G = G @ Q.T  # (r, K)
        omega = P.T @ G  # (K, K)
        return value, (P @ ((omega - omega.T) / np.add.outer(s, s)) + (G - P @ omega) / s) @ Q

    return free


def complement(vector):
    """An orthonormal basis of what is orthogonal to a nonzero vector, (N, N - 1)."""
    return np.linalg.qr(vector[:, None], mode="complete")[0][:, 1:]
