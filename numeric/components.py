"""A relation, taken apart: the bottom of its Laplacian spectrum from those of its connected components.

    one eigenvalue 0 per component after the first    contrasts of indicators
    a clique of m samples with equal weights w        w m, m - 1 times: contrasts between its samples
    any other component                               by an eigensolver (`numeric.connected`)

Of L p = lambda diag(mass) p the same, where all masses of a clique are equal to mu: w m/mu. Of an eigenspace that is too
large for the number of pairs any vectors will do, and those are taken that tell the largest components apart and are 0 on
the others: of a million samples in pairs, a few rows have to be written.
"""

from functools import cached_property

import numpy as np
import scipy.sparse as sp

from numeric.arrays import row_blocks
from numeric.cliques import SAME, clique_weights, parts_of
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
        self.number, self.labels = parts_of(self._csr)
        self.sizes = np.bincount(self.labels)

    def eigenvalues(self, count):
        """The `count` smallest eigenvalues, count <= N - 1, without the one of the constant vector: (count,) ascending."""
        n_zeros = min(count, self.number - 1)
        missing = count - n_zeros
        closed, times = self._cliques(missing)
        found = [np.repeat(self._levels[closed], times), *(values for _, values, _ in self._solved(missing))]
        return np.concatenate([np.zeros(n_zeros), np.sort(np.concatenate(found))[:missing]])

    def eigenpairs(self, count, length=1.0):
        """The same, and eigenvectors P, (N, count), with P' diag(mass) P = length^2 I, mass'P = 0."""
        n_zeros = min(count, self.number - 1)
        missing = count - n_zeros
        eigenvectors = np.zeros((len(self.labels), count))
        self._write_indicator_contrasts(eigenvectors[:, :n_zeros], length)
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
                vectors = cosines(len(members), len(columns)) / np.sqrt(mass)
            else:
                vectors = vectors[:, within[chosen[columns]]]
            eigenvectors[members[:, None], n_zeros + columns] = length * vectors
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

    def _write_indicator_contrasts(self, out, length):
        """Into out, (N, q) of zeros: vectors constant on each component, so that L p = 0, contrasts of the largest ones."""
        number = out.shape[1]
        if not number:
            return
        largest = 1.0 if self.mass is None else self.mass.max()
        masses = self.sizes if self.mass is None else np.bincount(self.labels, self.mass / largest)
        told_apart = np.argsort(-masses, kind="stable")[: number + 1]
        roots = np.sqrt(masses[told_apart])  # of the masses of components, whose sum need not be a float
        contrasts = ones_complement(roots, number) / roots[:, None] * (length / np.sqrt(largest))  # (q + 1, q)
        place = np.full(self.number, -1)
        place[told_apart] = np.arange(number + 1)
        place = place[self.labels]
        for block in row_blocks(out):
            rows = block.start + np.flatnonzero(place[block] >= 0)
            out[rows] = contrasts[place[rows]]


def ones_complement(vector, count):
    """`count` orthonormal columns orthogonal to a positive `vector`, (M, count): a reflection's."""
    normal = vector / np.linalg.norm(vector)
    normal[0] += 1.0  # no cancellation
    columns = -np.outer(normal, normal[1 : count + 1]) * (2 / (normal @ normal))
    columns[np.arange(1, count + 1), np.arange(count)] += 1.0
    return columns


def cosines(size, count):
    """`count` orthonormal columns orthogonal to the ones vector, (size, count), with no entry much larger than others'."""
    phases = np.outer(2 * np.arange(size) + 1, np.arange(1, count + 1)) % (4 * size)  # exact, in units of pi/(2 size)
    return np.sqrt(2 / size) * np.cos(phases * (np.pi / (2 * size)))


def _equal(lowest, highest):
    return highest - np.minimum(lowest, highest) <= SAME * highest
