"""Which eigenvalues tie, so that a choice among their eigenvectors is one of many."""

import numpy as np

TIE = 1e-9
"""Eigenvalues closer than this, relative to the largest one looked at, count as tied."""


def through_ties(solve, rank):
    """The first eigenvalues, as many as are needed to have all that tie with number `rank`.

    Args:
        solve: n -> (eigenvalues, anything), best first, for n pairs, or all if there are fewer.
        rank: counted from 1; at least so many exist.

    Returns:
        eigenvalues: as solved for.
        anything: the same.
        tied: Booleans, of those that tie with eigenvalue number `rank`.
    """
    n_pairs = rank + 1
    while True:
        eigenvalues, found = solve(n_pairs)
        tied = np.abs(eigenvalues - eigenvalues[rank - 1]) <= TIE * np.abs(eigenvalues).max()
        if not tied[-1] or len(eigenvalues) < n_pairs:
            return eigenvalues, found, tied
        n_pairs *= 2
