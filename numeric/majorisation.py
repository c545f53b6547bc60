"""Schur-Horn: a symmetric matrix with given eigenvalues and a given diagonal, built by plane rotations."""

import numpy as np

_SLACK = 64 * np.finfo(np.float64).eps


def rotation_with_diagonal(eigenvalues, diagonal):
    """An orthogonal Q with diag(Q diag(eigenvalues) Q') = diagonal.

    One exists iff `diagonal` is majorised by `eigenvalues` (Schur 1923, Horn 1954). Built as in Chan & Li
    1983: the wanted entries are met from the largest down, each by one rotation in the plane of the two
    eigenvalues that enclose it; the other corner of that plane then takes what is left of their sum, and
    stays between its neighbours. At most K - 1 rotations.

    Args:
        eigenvalues: (K,) finite numbers in any order, K >= 1.
        diagonal: (K,) the same.

    Returns:
        Q, (K, K).

    Raises:
        TypeError: one of the two does not hold real numbers.
        ValueError: the two differ in length, hold NaN or infinity, or `diagonal` is not majorised by
            `eigenvalues` (up to rounding: 64 units relative to the sum of their magnitudes).
    """
    eigenvalues, diagonal = _vector("eigenvalues", eigenvalues), _vector("diagonal", diagonal)
    _check_majorised(eigenvalues, diagonal)
    size = eigenvalues.size
    rows, values = np.eye(size), eigenvalues.copy()  # row i of a rotation puts values[i] on the diagonal
    below = np.argsort(eigenvalues, kind="stable").tolist()  # rows with values < target, the largest last
    above = []  # rows with values >= target, the smallest last
    result = np.empty((size, size))
    for position in np.argsort(-diagonal, kind="stable"):
        target = diagonal[position]
        while below and values[below[-1]] >= target:
            above.append(below.pop())
        if above and below:
            i, j = above.pop(), below[-1]
            gap = values[i] - values[j]
            cosine, sine = np.sqrt((target - values[j]) / gap), np.sqrt((values[i] - target) / gap)
            result[position] = cosine * rows[i] + sine * rows[j]
            rows[j] = cosine * rows[j] - sine * rows[i]
            values[j] += values[i] - target
        else:  # the last entry, or a target that equals the nearest value up to rounding
            result[position] = rows[(above or below).pop()]
    return result


def _vector(name, values):
    values = np.asarray(values)
    if values.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers; found dtype {values.dtype}")
    if values.ndim != 1 or values.size == 0:
        raise ValueError(f"{name} must be a non-empty vector; found shape {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError(f"{name} must be finite; found NaN or infinity")
    return values.astype(np.float64)


def _check_majorised(eigenvalues, diagonal):
    if eigenvalues.size != diagonal.size:
        raise ValueError(
            f"diagonal must have as many entries as eigenvalues, {eigenvalues.size}; found {diagonal.size}"
        )
    excess = np.cumsum(np.sort(diagonal)[::-1]) - np.cumsum(np.sort(eigenvalues)[::-1])
    slack = _SLACK * np.abs(eigenvalues).sum()
    if excess.max() > slack or excess[-1] < -slack:
        worst = int(np.argmax(excess)) + 1 if excess.max() > slack else eigenvalues.size
        raise ValueError(
            "diagonal must be majorised by eigenvalues: partial sums from the largest down nowhere greater,"
            f" and the same total; found the {worst} largest to exceed by {excess[worst - 1]:g}"
        )
