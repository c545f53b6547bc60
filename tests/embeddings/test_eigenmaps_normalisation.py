"""Which Laplacian Eigenmaps VICReg is: agreement on regular relations, and exact counterexamples on others."""

import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from scipy.linalg import eigh
from sympy import MatMul, Matrix, Sum, Symbol, Transpose, diag, eye, solve, sqrt, symbols

from derivations.embeddings import eigenmaps_normalisation as e
from derivations.export.text import show
from derivations.language.normal_form import normal_form
from derivations.language.propositions import ConstantRowSums, Positive
from derivations.losses.vicreg import squared as vicreg
from derivations.proof.lemmas.lemma import entry, k
from numeric import vicreg as numeric_vicreg
from tests.embeddings.constrained import check, projector
from tests.embeddings.graphs import cliques, regular, related, weights
from tests.numeric.strategies import laplacian
from tests.spectral.attained import minima

(MINIMUM,) = minima(e.eigenmaps_normalisation)
P, lam = vicreg.bottom.vectors, vicreg.bottom.values


def same(x, y, facts=()):
    return normal_form(x, facts) == normal_form(y, facts)


def test_forms():
    claim = MINIMUM.statement
    metric, _, ranges, _ = (t.statement for t in e.eigenmaps_normalisation.theorems)
    assert ConstantRowSums(vicreg.G, e.delta) in MINIMUM.hypotheses
    assert vicreg.bottom in MINIMUM.hypotheses  # the eigenpairs are VICReg's
    assert same(claim.at, MatMul(1 / sqrt(e.delta), P, Transpose(vicreg.problem.rotation)))
    assert same(claim.value, Sum(entry(lam, k), (k, 0, vicreg.q - 1)) / e.delta)
    (constraint,) = claim.subject_to
    assert (constraint.matrix, constraint.metric) == (vicreg.Z, e.M)
    assert [show(x) for x in (e.M.definition, metric.lhs, metric.rhs)] == [
        "diag(G 1) - G 1 (G 1)'/(delta N)", "M", "delta H",
    ]  # fmt: skip
    (best, _), (at, _) = ranges.equations()
    assert best == minima(vicreg.optimum)[0].statement.at
    assert at == claim.at


def test_the_range_is_told_only_where_every_filter_value_is_positive():
    ranges = e.eigenmaps_normalisation.theorems[2]
    (kept,) = [h for h in ranges.hypotheses if isinstance(h, Positive)]
    assert kept == Positive(vicreg.problem.at_eigenvalues(vicreg.problem.filter))


def by_degrees(G, columns):
    """The bottom of (L, D) off the constant vector, which is given the eigenvalue 3, from SciPy; no other exceeds 2."""
    d = G.sum(axis=1)
    values, vectors = eigh(laplacian(G) + 3 * np.outer(d, d) / d.sum(), np.diag(d))
    return values[:columns], vectors[:, :columns]


@given(related().map(regular), st.integers(1, 3))
def test_on_a_regular_relation_both_have_the_same_minimum_and_range(G, columns):
    columns = min(columns, len(G) - 1)
    d = G.sum(axis=1)
    metric = np.diag(d) - np.outer(d, d) / d.sum()
    point, value = check(MINIMUM, {"G": G, "delta": d[0], "N": len(G)}, columns, laplacian(G), metric)
    every = eigh(laplacian(G), np.diag(d), eigvals_only=True)[1:]
    assert value == pytest.approx(every[:columns].sum(), abs=1e-8)
    gap = columns == len(every) or every[columns] - every[columns - 1] > 1e-6
    event(f"the eigenvectors are determined: {bool(gap)}")
    if gap:
        _, vectors = by_degrees(G, columns)
        assert projector(vectors) == pytest.approx(projector(point), abs=1e-6)
        gamma = 0.5 / (1 + d[0] * every[columns - 1])
        best = numeric_vicreg.optimal_representation(G, columns, gamma=gamma).representation
        assert projector(best - best.mean(axis=0)) == pytest.approx(projector(point), abs=1e-6)


def exact(G):
    """(L, D) in rationals."""
    n = G.rows
    degrees = [sum(G[i, :]) for i in range(n)]
    return diag(*degrees) - G, diag(*degrees)


def shares_range(ours, theirs):
    """Whether two matrices have the same range, once the constant vector is added to both: means are free."""
    ones = Matrix.ones(ours.rows, 1)
    ranks = [Matrix.hstack(ones, *parts).rank() for parts in ((ours,), (theirs,), (ours, theirs))]
    return len(set(ranks)) == 1


def bottom(matrix, metric, count):
    """The bottom eigenvectors after the constant one, exactly; the eigenvalues in question must be simple."""
    t = Symbol("t")
    levels = sorted(solve((matrix - t * metric).det(), t))
    assert levels[0] == 0
    assert len(levels) == matrix.rows
    return Matrix.hstack(*((matrix - x * metric).nullspace()[0] for x in levels[1 : count + 1])), levels


def test_three_samples_and_one_dimension_where_they_differ():
    """The path with the weights 8 and 5: (4, 1, -5) by the covariance, (5, 0, -8) by the degrees."""
    L, D = exact(Matrix([[0, 8, 0], [8, 0, 5], [0, 5, 0]]))
    ours, levels = bottom(L, eye(3), 1)
    theirs, levels_by_degrees = bottom(L, D, 1)
    assert levels == [0, 6, 20]
    assert levels_by_degrees == [0, 1, 2]
    assert shares_range(ours, Matrix([4, 1, -5]))
    assert shares_range(theirs, Matrix([5, 0, -8]))
    assert not shares_range(ours, theirs)
    G = np.array(weights(3, (0, 1, 8), (1, 2, 5)))
    best = numeric_vicreg.optimal_representation(G, 1, gamma=0.01).representation
    assert projector(best - best.mean()) == pytest.approx(projector(np.array([[4.0], [1.0], [-5.0]])), abs=1e-9)


def test_no_smaller_relation_tells_them_apart():
    """Two samples without self-loops are regular; in N - 1 dimensions both ranges are everything, up to constants."""
    g, x = symbols("g x", positive=True)
    L, D = exact(Matrix([[0, g], [g, 0]]))
    assert g * eye(2) == D
    loop, D = exact(Matrix([[x, g], [g, 0]]))
    assert loop == L  # a self-loop is in the degrees alone
    assert shares_range(bottom(L, eye(2), 1)[0], bottom(L, D, 1)[0])


def test_on_a_path_of_three_they_agree_exactly_if_the_weights_are_equal():
    """The path of three samples with equal weights is not regular: the condition is enough, and not necessary."""
    a, b = symbols("a b", positive=True)
    L, D = exact(Matrix([[0, a, 0], [a, 0, b], [0, b, 0]]))
    theirs = Matrix([b, 0, -a])
    assert L * theirs == a * b * Matrix([1, 0, -1])
    assert (L * theirs - D * theirs).expand() == Matrix.zeros(3, 1)  # of eigenvalue 1, the middle one of 0, 1, 2
    level, mean = symbols("level mean", real=True)
    shifted = theirs + mean * Matrix.ones(3, 1)
    found = solve(list(L * shifted - level * shifted), [level, mean, a], dict=True)
    assert found == [{level: b, mean: 0, a: b}]
    equal = exact(Matrix([[0, 1, 0], [1, 0, 1], [0, 1, 0]]))
    assert equal[1] == diag(1, 2, 1)
    assert shares_range(bottom(equal[0], eye(3), 1)[0], bottom(*equal, 1)[0])


def test_cliques_are_taken_in_opposite_orders():
    """Two and three samples, in two dimensions: one direction inside the pair, or inside the triple."""
    _, _, _, contrasts = (t.statement for t in e.eigenmaps_normalisation.theorems)
    assert [show(x) for pair in contrasts.equations() for x in pair] == [
        "L Q", "Q diag(E m)", "L Q diag(E m - 1)", "diag(G_B 1) Q diag(E m)",
    ]  # fmt: skip
    G = cliques(2, 3)
    best = numeric_vicreg.optimal_representation(G, 2, gamma=0.1).representation
    pair, triple = np.array([1, -1, 0, 0, 0]), np.array([[0, 0, 2, -1, -1], [0, 0, 0, 1, -1]])
    between = np.array([3, 3, -2, -2, -2])
    assert projector(best - best.mean(axis=0)) == pytest.approx(projector(np.column_stack([pair, between])), abs=1e-9)
    values, vectors = by_degrees(G, 3)
    assert values == pytest.approx([0, 3 / 2, 3 / 2], abs=1e-12)  # the pair has 2
    assert pair @ vectors == pytest.approx(0, abs=1e-12)
    assert np.linalg.matrix_rank(triple @ vectors, tol=1e-9) == 2
