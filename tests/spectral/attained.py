"""A closed form against numerical minimisation: what a theorem says at the eigenpairs that NumPy finds."""

import numpy as np

from derivations.language.evaluate import evaluate
from derivations.language.propositions import Eigenpairs, Minimum, Orthonormal
from numeric.optimise import minimise


def minima(result):
    return [t for t in result.theorems if isinstance(t.statement, Minimum)]


def top(matrix, metric, count):
    """(values descending, vectors V with V' metric V = I) of a symmetric pencil on the range of the metric."""
    scale, basis = np.linalg.eigh(metric)
    kept = scale > 1e-10 * max(1.0, scale.max(initial=0.0))
    whitening = basis[:, kept] / np.sqrt(scale[kept])
    values, vectors = np.linalg.eigh(whitening.T @ matrix @ whitening)
    return values[::-1][:count], (whitening @ vectors)[:, ::-1][:, :count]


def instance(theorem, given, columns, rng):
    """Values for the eigenpairs and the rotation that a theorem speaks of, beside those of `given`."""
    (pencil,) = [h for h in theorem.hypotheses if isinstance(h, Eigenpairs)]
    relation, metric = (evaluate(m, given) for m in (-pencil.matrix, pencil.metric))
    values, vectors = top(relation, metric, columns)
    sign, named_values = pencil.spectrum
    rotation = np.linalg.qr(rng.standard_normal((columns, columns)))[0][:, : len(values)]
    named = {pencil.vectors.name: vectors, named_values.name: -sign * values.reshape(-1, 1)}
    named |= {m.name: rotation for m in turns(theorem)}
    return given | named | {str(d): s for d, s in zip(pencil.vectors.shape, vectors.shape, strict=True) if d.is_Symbol}


def turns(theorem):
    """The free right singular vectors."""
    free = [h.matrix for h in theorem.hypotheses if isinstance(h, Orthonormal)]
    return [m for m in free if m.rows == theorem.statement.unknown.cols]


def check(theorem, given, columns, loss_and_gradient, seed=0):
    """The claimed point has the claimed value, and no numerical minimum is below it; returns (point, value)."""
    claim, rng = theorem.statement, np.random.default_rng(seed)
    known = instance(theorem, given, columns, rng)
    point, value = evaluate(claim.at, known), float(evaluate(claim.value, known))
    scale = 1 + abs(value)
    assert abs(loss_and_gradient(point)[0] - value) <= 1e-9 * scale
    assert abs(float(evaluate(claim.objective, known | {claim.unknown.name: point})) - value) <= 1e-9 * scale
    found = minimise(loss_and_gradient, point.shape, n_starts=6, seed=seed)
    assert abs(found.loss - value) <= 1e-6 * scale
    return point, value
