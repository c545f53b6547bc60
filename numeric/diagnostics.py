"""How far a representation is from the optimum: in value, in direction, and in the products of its rows.

A `method` is a module with `loss`, `optimal_representation` and `eigenpairs`, such as `numeric.vicreg`. What it takes as
its relation is called G here: a kernel, distances or samples, where that is what the method is a function of.
"""

from dataclasses import dataclass
from inspect import signature

import numpy as np
from scipy.linalg import subspace_angles

from numeric import vicreg
from numeric.arrays import on_host
from numeric.centred import centre
from numeric.ties import TIE, through_ties
from numeric.validation import representation


@dataclass(frozen=True, kw_only=True, slots=True)
class OptimalityGap:
    """A loss beside the smallest one possible.

    Attributes:
        loss: of the representation.
        optimal_loss: the global minimum for the same number of components.
        absolute: loss - optimal_loss; below 0 only by rounding.
        relative: absolute / |optimal_loss|; at an optimal loss of 0, infinite or (where absolute is 0) 0.
    """

    loss: float
    optimal_loss: float
    absolute: float
    relative: float


def optimality_gap(Z, G, *, method=vicreg, optimum=None, **hyper):
    """The loss of Z over the global minimum in the same shape.

    Args:
        Z: (N, K) representation.
        G: (N, N) relation, or what the method takes in its place.
        method: the loss, a module.
        optimum: that of the method for the same G, K and hyper-parameters, where it is known: a training loop, whose G stays
            the same, finds it once. By default it is computed.
        hyper: hyper-parameters of the method, by name.

    Returns:
        OptimalityGap; of an array of another library than NumPy with arrays of that, on its device, but for `optimal_loss`.

    Raises:
        TypeError, ValueError: as the method's functions do.
    """
    Z = representation(Z, None)
    loss = method.loss(Z, G, **hyper)
    if optimum is None:
        optimum = method.optimal_representation(on_host(G), Z.shape[1], **hyper)
    absolute = loss - optimum.loss
    if optimum.loss:
        relative = absolute / abs(optimum.loss)
    else:
        relative = absolute * np.inf if absolute != 0 else absolute
    return OptimalityGap(loss=loss, optimal_loss=optimum.loss, absolute=absolute, relative=relative)


def principal_angles(A, B):
    """The principal angles between the column spaces of A and B, in radians, largest first.

    The spaces are those of the numerical ranks (singular values below max(shape) units of rounding relative
    to the largest count as 0), so repeated, dependent and zero columns are welcome. Knyazev & Argentati 2002.

    Args:
        A: (N, K) array.
        B: (N, M) array.

    Returns:
        (min(rank A, rank B),) array; empty if one of the two is zero.

    Raises:
        TypeError, ValueError: an array is not a finite real matrix, or the numbers of rows differ.
    """
    A = representation(A, None, name="A")
    B = representation(B, len(A), name="B")
    A, B = _orthonormal_basis(A), _orthonormal_basis(B)
    if A.shape[1] == 0 or B.shape[1] == 0:
        return np.zeros(0)
    return subspace_angles(A, B)


def gram_distance(A, B):
    """|H A A' H - H B B' H|_F / N, how far the products of the centred rows of A are from those of B.

    It is 0 if and only if A and B are the same up to a rotation and a constant row, which many losses do not see: so optima of
    such a loss are compared by it, and not entry by entry.

    Args:
        A: (N, K) array.
        B: (N, M) array.

    Returns:
        float.

    Raises:
        TypeError, ValueError: an array is not a finite real matrix, or the numbers of rows differ.
    """
    A = centre(representation(A, None, name="A"))
    B = centre(representation(B, len(A), name="B"))
    return float(np.linalg.norm(A @ A.T - B @ B.T) / len(A))


def angles_to_optimum(Z, G, *, method=vicreg, **hyper):
    """The principal angles between the range of Z and that of the optimum in the same shape, largest first.

    Z is centred first where the eigenvectors that the optimum is built on are orthogonal to the ones vector: the same
    number added to a whole column then counts for nothing, though a loss may see it.

    Where the last eigenvalue that the filter keeps is repeated and only some of its eigenvectors fit into K
    columns, the optimum's range is not unique: any choice among them is as good. The angles are then taken to
    the span of all of them, which contains the range of every optimum, so that an optimum always has angles
    0.

    Args:
        Z: (N, K) representation.
        G: (N, N) relation, or what the method takes in its place.
        method: the loss, a module.
        hyper: hyper-parameters of the method, by name.

    Returns:
        (min(rank, dimension of that span),) array; empty if the (centred) Z or the optimum is zero.

    Raises:
        TypeError, ValueError: as the method's functions do.
    """
    Z = representation(Z, None)
    optimum = method.optimal_representation(G, Z.shape[1], **hyper)
    Z = representation(Z, len(optimum.representation))
    if optimum.rank == 0:
        return np.zeros(0)
    known = signature(method.eigenpairs).parameters
    chosen = {name: value for name, value in hyper.items() if name in known}
    _, eigenvectors, tied = through_ties(lambda n_pairs: method.eigenpairs(G, n_pairs, **chosen), optimum.rank)
    span = eigenvectors[:, : np.flatnonzero(tied)[-1] + 1]
    lengths = np.linalg.norm(span, axis=0) * np.sqrt(len(span))
    centred = (np.abs(span.sum(axis=0)) <= TIE * lengths).all()
    return principal_angles(centre(Z) if centred else Z, span)


def _orthonormal_basis(A):
    U, singular_values, _ = np.linalg.svd(A, full_matrices=False)
    rounding = max(A.shape) * np.finfo(np.float64).eps
    return U[:, singular_values > rounding * singular_values.max()]
