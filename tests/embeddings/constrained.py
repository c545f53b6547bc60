"""A constrained minimum against numerical minimisation, at the eigenpairs that NumPy finds."""

import numpy as np

from derivations.language.evaluate import evaluate
from derivations.language.propositions import Eigenpairs
from numeric.optimise import minimise
from tests.numeric.orthonormal import over_orthonormal
from tests.spectral.attained import top, turns


def known(theorem, given, columns, seed=0):
    """`given`, with the bottom eigenpairs of the theorem's pencil, its rank, and a random orthogonal matrix."""
    (pencil,) = [h for h in theorem.hypotheses if isinstance(h, Eigenpairs)]
    matrix, metric = (evaluate(m, given) for m in (pencil.matrix, pencil.metric))
    every, _ = top(-matrix, metric, len(metric))
    values, vectors = top(-matrix, metric, columns)
    rotation = np.linalg.qr(np.random.default_rng(seed).standard_normal((columns, columns)))[0][:, : len(values)]
    named = {pencil.vectors.name: vectors, pencil.values.name: -values.reshape(-1, 1)}
    named |= {m.name: rotation for m in turns(theorem)}
    return given | named | ({"r": len(every)} if pencil.rank.is_Symbol else {})


def check(theorem, given, columns, matrix, metric):
    """The claimed point meets the constraints and has the claimed value, which is the least of tr(Z'AZ) over all Z with
    Z'MZ = I in the range of M, A the `matrix` and M the `metric`: A vanishes where M does. Returns (point, value).
    """
    claim = theorem.statement
    given = known(theorem, given | {"K": columns}, columns)
    point, value = evaluate(claim.at, given), float(evaluate(claim.value, given))
    at, scale = given | {claim.unknown.name: point}, 1 + abs(value)
    assert claim.subject_to
    for constraint in claim.subject_to:
        for lhs, rhs in constraint.equations():
            assert np.abs(evaluate(lhs, at) - evaluate(rhs, at)).max() < 1e-8
    assert np.abs(point.T @ metric @ point - np.eye(columns)).max() < 1e-8
    assert abs(float(evaluate(claim.objective, at)) - value) <= 1e-8 * scale
    assert abs(np.trace(point.T @ matrix @ point) - value) <= 1e-8 * scale
    _, basis = top(metric, metric, len(metric))
    assert np.abs(matrix - matrix @ basis @ basis.T @ metric).max() < 1e-8 * (1 + np.abs(matrix).max())
    inside = basis.T @ matrix @ basis  # the columns of the basis are orthonormal in the metric
    free = over_orthonormal(lambda V: (np.trace(V.T @ inside @ V), 2 * inside @ V))
    found = minimise(free, (basis.shape[1], columns), n_starts=4)
    assert abs(found.loss - value) <= 1e-6 * scale
    return point, value


def projector(columns):
    """On the range of some columns."""
    u, s, _ = np.linalg.svd(columns, full_matrices=False)
    kept = u[:, s > 1e-9 * max(1.0, s.max(initial=0.0))]
    return kept @ kept.T
