"""A relation, taken apart: the bottom of its Laplacian spectrum from those of its connected components.

    one eigenvalue 0 per component after the first    contrasts of indicators
    a clique of m samples with equal weights w        w m, m - 1 times: contrasts between its samples
    any other component                               by an eigensolver (`numeric.connected`)

Of M p = diag(mass) p the same, where all masses of a clique are equal to mu: w m/mu. Contrasts are columns of a
reflection, of which all rows but a few are multiples of each other. No more cliques than matter are looked at, and the
eigenvectors are written once: of a million samples in pairs, nothing is slower than writing the result.
"""

from functools import cached_property

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from numeric.cliques import SAME, clique_weights
from numeric.connected import connected_eigenpairs


class Components:
    """The connected components of a relation, for `eigenvalues` and `eigenpairs`."""

    def __init__(self, G, mass=None):
        """
        Args:
            G: (N, N) ndarray or csr_array, validated, with zero diagonal.
            mass: (N,) of m_i > 0 in L p = lambda diag(mass) p, or None for 1.
        """
        self.G, self.mass = G, mass
        self.number, self.labels = connected_components(self._csr, directed=False)
        self.sizes = np.bincount(self.labels)

    def eigenvalues(self, count):
        """The `count` smallest eigenvalues, count <= N - 1, without the one of the constant vector: (count,) ascending."""
        n_zeros = min(count, self.number - 1)
        missing = count - n_zeros
        closed, times = self._cliques(missing)
        found = [np.repeat(self._levels[closed], times), *(values for _, values, _ in self._solved(missing))]
        return np.concatenate([np.zeros(n_zeros), np.sort(np.concatenate(found))[:missing]])

    def eigenpairs(self, count):
        """The same, and eigenvectors P, (N, count), with P' diag(mass) P = I, mass'P = 0."""
        n_zeros = min(count, self.number - 1)
        missing = count - n_zeros
        eigenvectors = np.empty((len(self.labels), count))
        self._write_indicator_contrasts(eigenvectors[:, :n_zeros])
        eigenvectors[:, n_zeros:] = 0.0
        closed, times = self._cliques(missing)
        found = [(part, np.full(n, self._levels[part]), None) for part, n in zip(closed, times, strict=True)]
        found += self._solved(missing)
        owners = np.repeat(np.arange(len(found)), [len(values) for _, values, _ in found])
        within = np.concatenate([np.zeros(0, int), *(np.arange(len(values)) for _, values, _ in found)])
        eigenvalues = np.concatenate([np.zeros(0), *(values for _, values, _ in found)])
        chosen = np.argsort(eigenvalues, kind="stable")[:missing]
        for owner in np.unique(owners[chosen]):
            part, _, vectors = found[owner]
            columns = np.flatnonzero(owners[chosen] == owner)
            members = self._members(part)
            if vectors is None:
                mass = 1.0 if self.mass is None else self.mass[members[0]]
                vectors = ones_complement(np.ones(len(members)), len(columns)) / np.sqrt(mass)
            else:
                vectors = vectors[:, within[chosen[columns]]]
            eigenvectors[members[:, None], n_zeros + columns] = vectors
        return np.concatenate([np.zeros(n_zeros), eigenvalues[chosen]]), eigenvectors

    @cached_property
    def _csr(self):
        return sp.csr_array(self.G)

    @cached_property
    def _order(self):
        """The samples, component by component."""
        return np.argsort(self.labels, kind="stable")

    @cached_property
    def _ends(self):
        return np.cumsum(self.sizes)

    @cached_property
    def _levels(self):
        """(C,): the one eigenvalue of each clique; infinity for a sample alone, NaN for a component that is no clique."""
        lowest, highest, complete = clique_weights(self._csr, self.labels, self.sizes)
        masses = (1.0, 1.0)
        if self.mass is not None:
            starts = self._ends - self.sizes
            masses = [extreme.reduceat(self.mass[self._order], starts) for extreme in (np.minimum, np.maximum)]
        clique = complete & _equal(lowest, highest) & _equal(*masses)
        return np.where(self.sizes == 1, np.inf, np.where(clique, highest * (self.sizes / masses[1]), np.nan))

    def _cliques(self, count):
        """The cliques that may have one of the `count` smallest eigenvalues, and how often each eigenvalue counts."""
        if not count:
            return np.zeros(0, int), np.zeros(0, int)
        cliques = np.flatnonzero(np.isfinite(self._levels))
        cliques = cliques[np.argsort(self._levels[cliques], kind="stable")]
        times = np.minimum(self.sizes[cliques] - 1, count)
        enough = int(np.searchsorted(np.cumsum(times), count)) + 1
        return cliques[:enough], times[:enough]

    def _solved(self, count):
        """(component, eigenvalues, eigenvectors) of every component that is no clique; the `count` smallest, if so many."""
        if not count:
            return []
        mass = np.ones(len(self.labels)) if self.mass is None else self.mass
        parts = np.flatnonzero(np.isnan(self._levels))
        return [(part, *connected_eigenpairs(self._relation(part), count, mass[self._members(part)])) for part in parts]

    def _members(self, part):
        return self._order[self._ends[part] - self.sizes[part] : self._ends[part]]

    @cached_property
    def _sorted(self):
        """G with the samples component by component."""
        return self.G if self.number == 1 else self.G[self._order][:, self._order]

    def _relation(self, part):
        """G of one component."""
        if self.number == 1:
            return self.G
        inside = slice(self._ends[part] - self.sizes[part], self._ends[part])
        return self._sorted[inside, inside]

    def _write_indicator_contrasts(self, out):
        """Into out, (N, q): vectors constant on each component, so that L p = 0, with P' diag(mass) P = I, mass'P = 0."""
        if not out.shape[1]:
            return
        largest = 1.0 if self.mass is None else self.mass.max()
        masses = self.sizes if self.mass is None else np.bincount(self.labels, self.mass / largest)
        roots = np.sqrt(masses)  # of the masses of components, whose sum need not be a float
        normal = _reflection(roots)
        head = normal[1 : out.shape[1] + 1] * (-2 / (normal @ normal) / np.sqrt(largest))
        np.multiply((normal / roots)[self.labels, None], head, out=out)
        own = np.flatnonzero((self.labels > 0) & (self.labels <= out.shape[1]))
        part = self.labels[own]
        out[own, part - 1] += 1 / roots[part] / np.sqrt(largest)


def ones_complement(vector, count):
    """`count` orthonormal columns orthogonal to a positive `vector`, (M, count): a reflection's."""
    normal = _reflection(vector)
    columns = -np.outer(normal, normal[1 : count + 1]) * (2 / (normal @ normal))
    columns[np.arange(1, count + 1), np.arange(count)] += 1.0
    return columns


def _reflection(vector):
    """The normal of the plane that takes a positive vector to the first axis, without cancellation."""
    normal = vector / np.linalg.norm(vector)
    normal[0] += 1.0
    return normal


def _equal(lowest, highest):
    return highest - np.minimum(lowest, highest) <= SAME * highest
