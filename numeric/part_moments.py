"""What one part of the samples adds to the moments of all of them, and how two such findings are merged.

A row near the mean is taken off all rows, each part is centred on its own mean, and means, scatters and energies are merged
(Chan, Golub & LeVeque 1983): a constant added to a column costs no digits, whatever the parts are, nor do masses of which one
outweighs all others, and with them the mean of its part.
Within a clique the same is done sample by sample. Two groups of n_a and n_b samples with means a and b have between them the
scatter n_a n_b/(n_a + n_b) (b - a)(b - a)', so pairs are merged, then pairs of pairs, until each clique is one group: a row b - a
for every merger and one mean for every clique, as many rows as samples. What is between members of a clique is X'LX, in
sums of squares, and the rest completes X'HX: both moments together cost the one product X'X.
"""

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from numeric.chunks import as_slice, chunk_rows, read, strip_rows
from numeric.parts import WholeCliques
from numeric.products import degrees

_NEARLY_CONSTANT = 15 / 16  # the part of the squares that the mean may have: centring the products costs 4 bits at most
_ROUNDING = 16 * np.finfo(np.float64).eps
_SAMPLED = 32  # rows that stand for a chunk, where only something near its mean is needed
_TINY = np.finfo(np.float64).tiny / np.finfo(np.float64).eps  # squares below have lost digits


@dataclass(frozen=True, eq=False, slots=True)
class Moments:
    """What a pass over some samples finds; samples have masses m_i, and rows y_i = sum_j S_ij x_j of a matrix S.

    Attributes:
        mass: sum_i m_i.
        mean: (D,) sum_i m_i x_i over it; some x where no sample has a mass.
        scatter: (D, D) sum_i m_i (x_i - mean)(x_i - mean)'.
        energy: (D, D) sum_i (x_i - mean) y_i'.
        pull: (D,) sum_i y_i: of all samples it is zero for a Laplacian.
    """

    mass: float
    mean: np.ndarray
    scatter: np.ndarray
    energy: np.ndarray
    pull: np.ndarray

    def merge(self, other):
        """The moments of the samples of both."""
        mass = self.mass + other.mass
        share = other.mass / mass if mass else 0.0
        step = other.mean - self.mean
        scatter = self.scatter + other.scatter
        scatter += np.outer(self.mass * share * step, step)
        energy = self.energy + other.energy
        if self.pull.any() or other.pull.any():
            energy += np.outer(step, (1 - share) * other.pull - share * self.pull)
        return Moments(mass, self.mean + share * step, scatter, energy, self.pull + other.pull)

    def moved(self, origin):
        """The moments of x + origin, for a Laplacian, or an origin that is zero."""
        return replace(self, mean=self.mean + origin)

    def as_clique(self, weight):
        """The same, where the samples are one clique, whose scatter counts `weight` in the energy."""
        return Moments(self.mass, self.mean, self.scatter, weight * self.scatter, np.zeros_like(self.mean))

    def constant(self):
        """(D,) which columns are constant up to rounding."""
        deviations = np.sqrt(np.clip(np.diagonal(self.scatter), 0.0, None) / (self.mass or 1.0))
        return deviations <= _ROUNDING * np.abs(self.mean)


def origin_of(X):
    """A row near the mean of an X that is not sparse, (D,): taken off all rows, it costs the mean few digits.

    Of a column that is constant it is that constant, to the last bit.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        rows = read(X, np.arange(0, X.shape[0], max(1, X.shape[0] // _SAMPLED)))
        return rows[0] + (rows - rows[0]).mean(axis=0)


def moments_of_part(X, part, origin, laplacian, name, room=None):
    """The `Moments` of one part (`numeric.parts`) of the rows of X.

    Args:
        X, laplacian, name: as for `moments`.
        origin: (D,) what the mean is told from; it is taken off the rows, or off a sparse X already.
        room: (n, D) float64 array to work in, n at least the number of samples; by default a new one.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        found = (
            _of_cliques(X, part, origin, room)
            if isinstance(part, WholeCliques)
            else _of_samples(X, part, origin, laplacian)
        )
    return _checked(*found, origin, name)


def moments_of_rows(own, pulled, masses, origin, name):
    """The `Moments` of samples whose rows x_i - origin and y_i are known, (n, D), dense or sparse; no y_i if None."""
    with np.errstate(over="ignore", invalid="ignore"):
        found = _of_rows(own, masses, pulled)
    return _checked(*found, origin, name)


def _checked(found, rows, origin, name):
    """The moments, or ValueError if they are not finite, or rows whose products they are were lost in them."""
    variances = np.diagonal(found.scatter)
    if not np.isfinite(found.mean).all():
        raise ValueError(f"{name} must be finite; found NaN or infinity")
    if not np.isfinite(variances).all():
        raise ValueError(f"{name} must have entries of which the products are finite; found too large ones")
    small = variances < _TINY * found.mass
    if small.any():
        largest = abs(rows[:, small]).max(axis=0)
        largest = largest.toarray() if sp.issparse(largest) else largest
        lost = (largest > _ROUNDING * np.abs(origin + found.mean)[small]) & (largest < np.sqrt(_TINY))
        if lost.any():
            raise ValueError(
                f"{name} must have columns of which the squares do not underflow; found {largest[lost][0]:g}"
            )
    return found


def _of_cliques(X, part, origin, room):
    """(moments, the rows whose products they are)."""
    n_cliques, mergers = len(part.sizes), len(part.members) - len(part.sizes)
    room = np.empty((len(part.members), X.shape[1])) if room is None else room
    rows = room[: len(part.members)]  # a difference for every merger, then a mean for every clique
    reduced, energies = np.empty((2, mergers))  # what a difference counts in the scatter, and in the energy
    owners, counts = np.repeat(np.arange(n_cliques), part.sizes), np.ones(len(rows))
    groups, index, done = X, part.members, 0
    while len(index) > n_cliques:
        place = np.arange(len(owners)) - np.searchsorted(owners, owners)
        first = np.flatnonzero(place % 2 == 0)
        matched = np.append(owners, -1)[first + 1] == owners[first]
        a, b, run = first[matched], first[matched] + 1, slice(done, done + matched.sum())
        share = counts[b] / (counts[a] + counts[b])
        reduced[run] = part.masses[owners[a]] * counts[a] * share
        energies[run] = reduced[run] * part.weights[owners[a]]
        means = rows[mergers:] if len(first) == n_cliques else np.empty((len(first), rows.shape[1]))
        merged = means if matched.all() else np.empty((len(a), rows.shape[1]))
        shift = origin if groups is X else 0.0
        _merge_rows(groups, index[a], index[b], share, shift, rows[run], merged)
        if merged is not means:
            means[matched] = merged
            means[~matched] = read(groups, index[first[~matched]]) - shift
        counts[a] += counts[b]
        owners, counts = owners[first], counts[first]
        groups, index, done = means, np.arange(len(first)), run.stop
    if groups is X:
        rows[:] = read(X, index) - origin
    within = _gram(rows[:mergers], reduced)
    proportional = mergers and _same(part.weights[part.sizes > 1])
    energy = energies[0] / reduced[0] * within if proportional else _gram(rows[:mergers], energies)
    mass, mean, _, scatter, _ = _scatter(rows[mergers:], part.masses * part.sizes)
    scatter += within
    return Moments(mass, mean, scatter, energy, np.zeros_like(mean)), rows


def _merge_rows(groups, a, b, share, origin, differences, means):
    """Writes the differences of rows b and a of `groups`, and means less `origin`, of which b has that share, in strips."""
    length = strip_rows(groups)
    for start in range(0, len(a), length):
        strip = slice(start, start + length)
        rows = read(groups, a[strip])
        difference = np.subtract(read(groups, b[strip]), rows, out=differences[strip])
        mean = np.multiply(difference, share[strip, None], out=means[strip])
        mean += rows
        mean -= origin


def _of_samples(X, part, origin, laplacian):
    """(moments, the rows whose products they are)."""
    own, pulled = _rows(X, part.members, origin), None
    for columns, block in part.references(chunk_rows(X)):
        found = pull(own, _rows(X, columns, origin), block, laplacian)
        pulled = found if pulled is None else pulled + found
    return _of_rows(own, part.masses, pulled)


def pull(own, others, block, laplacian):
    """sum_j S_ij x_j, or of a Laplacian sum_j G_ij (x_i - x_j), (n, D): what samples j contribute to the y_i of others.

    Args:
        own, others: (n, D) and (m, D) rows of the x_i and of the x_j, both dense or both sparse.
        block: (n, m) of the G_ij.
        laplacian: which of both.
    """
    if not laplacian:
        return block @ others
    if sp.issparse(own):
        return own.multiply(degrees(block)[:, None]).tocsr() - sp.csr_array(block) @ others
    return degrees(block)[:, None] * own - block @ others


def _of_rows(own, masses, pulled):
    """(moments, the rows whose products they are) of samples with rows x_i and y_i, (n, D) each, dense or sparse."""
    mass, mean, rest, scatter, own = _scatter(own, masses)
    if pulled is None:
        return Moments(mass, mean, scatter, np.zeros_like(scatter), np.zeros_like(mean)), own
    total = np.asarray(pulled.sum(axis=0)).ravel()
    energy = own.T @ pulled
    energy = (energy.toarray() if sp.issparse(energy) else energy) - np.outer(rest, total)
    return Moments(mass, mean, scatter, energy, total), own


def _rows(X, index, origin):
    """Rows of X less the origin in float64, a copy; sparse if X is, from which the origin is off already."""
    return X[as_slice(index)].astype(np.float64) if sp.issparse(X) else read(X, index) - origin


def _scatter(rows, masses):
    """(mass, mean, mean of the rows as they are left, scatter, rows as they are left); dense rows may be written over.

    The mean is taken off the products, which leaves sparse rows sparse, and off the rows only in columns that are nearly
    constant, where the products would lose digits: such columns are full, or but a few heavy rows count.
    """
    mass = float(masses.sum())
    shares = masses / (mass or 1.0)
    mean = rest = shares @ rows
    scatter = _gram(rows, masses)
    nearly_constant = mass * rest**2 > _NEARLY_CONSTANT * np.diagonal(scatter)
    if nearly_constant.any():
        rows = _less(rows, np.where(nearly_constant, rest, 0.0))
        rest = shares @ rows
        mean = np.where(nearly_constant, mean + rest, mean)
        scatter = _gram(rows, masses)
    scatter -= np.outer(mass * rest, rest)
    return mass, mean, rest, scatter, rows


def _less(rows, shift):
    """Rows less one row, written over if dense; sparse ones stay so in columns where that is zero."""
    if sp.issparse(rows):
        return rows - sp.csr_array(np.ones((rows.shape[0], 1))) @ sp.csr_array(shift[None])
    return np.subtract(rows, shift, out=rows)


def _gram(rows, weights):
    """sum_i w_i r_i r_i', dense."""
    if sp.issparse(rows):
        return (rows.T @ rows.multiply(weights[:, None]).tocsr()).toarray()
    if _same(weights):
        products = rows.T @ rows
        products *= weights[:1].sum()
        return products
    rows = np.sqrt(weights)[:, None] * rows
    return rows.T @ rows


def _same(values):
    return not len(values) or bool((values == values[0]).all())
