"""How far apart the two contrasts can be: what is stated, and what NumPy finds of rows of one norm."""

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from sympy import DiagonalMatrix, Identity, MatMul, MatrixSymbol, OneMatrix, Transpose, sqrt

from derivations.bridges.duality import bounds as b
from derivations.bridges.duality import identity as d
from derivations.language.atoms import Named
from derivations.language.evaluate import evaluate
from derivations.language.normal_form import normal_form
from derivations.language.propositions import AtMost, Equal, EqualIff, OneEntry, UnitLength
from numeric.optimise import minimise
from tests.bridges.representations import of_equal_norms, of_unit_rows, powers, products
from tests.language.strategies import hold

N, K, Z, a = d.N, d.K, d.Z, d.a
OF_ROWS, OF_COLUMNS = b.norm_bounds.theorems[:5], b.norm_bounds.theorems[5:]
ORIENTATIONS = pytest.mark.parametrize(
    ("theorems", "matrix"), [(OF_ROWS, Z), (OF_COLUMNS, Transpose(Z))], ids=["rows", "columns"]
)


def same(x, y):
    return normal_form(x) == normal_form(y)


def close(x, y):
    return abs(x - y) <= 1e-9 * (1 + abs(y))


def met(theorem):
    """(the point of a theorem that a bound is met, what it declares, the equation)."""
    unit, equation = theorem.statement.parts
    (point,) = unit.matrix.atoms(Named)
    return point, unit, equation


@ORIENTATIONS
def test_bounds_of_the_powers(theorems, matrix):
    lower, upper, only, *_ = theorems
    n, m = matrix.shape
    fact, sum_of_powers = UnitLength(matrix, a), d.column_powers(matrix)
    assert all(t.hypotheses == (fact,) for t in (lower, upper, only))
    assert lower.statement == AtMost(n**2 * a**4 / m, sum_of_powers)
    assert upper.statement == AtMost(sum_of_powers, n**2 * a**4)
    squares = DiagonalMatrix(MatMul(matrix.T, matrix))
    assert only.statement == EqualIff(sum_of_powers, n**2 * a**4 / m, squares, MatMul(n * a**2 / m, Identity(m)))


@ORIENTATIONS
def test_ends_of_the_powers(theorems, matrix):
    *_, least, most = theorems
    n, m = matrix.shape
    e = MatrixSymbol("e", m, 1)
    turned = (lambda x: x) if matrix == Z else Transpose
    for theorem, expected, value, facts in (
        (least, a / sqrt(m) * OneMatrix(n, m), n**2 * a**4 / m, ()),
        (most, a * OneMatrix(n, 1) * Transpose(e), n**2 * a**4, (OneEntry(e),)),
    ):
        point, unit, equation = met(theorem)
        assert theorem.hypotheses == facts
        assert same(point.definition, turned(expected))
        assert unit == UnitLength(turned(point), a)
        assert equation == Equal(d.column_powers(turned(point)), value)


def test_bounds_of_the_contrast():
    below, above, only, at_most, at_least = b.contrast_bounds.theorems
    most, least = d.L_c + N - N**2 / K, d.L_c + N - N**2
    assert all(t.hypotheses == (UnitLength(Z),) for t in (below, above, only))
    assert below.statement == AtMost(least, d.L_nc)
    assert above.statement == AtMost(d.L_nc, most)
    assert only.statement == EqualIff(d.L_nc, most, DiagonalMatrix(Transpose(Z) * Z), MatMul(N / K, Identity(K)))
    e = MatrixSymbol("e", K, 1)
    for theorem, end, expected in (
        (at_most, OneMatrix(N, K) / sqrt(K), N - N**2 / K),
        (at_least, OneMatrix(N, 1) * Transpose(e), N - N**2),
    ):
        point, unit, equation = met(theorem)
        assert same(point.definition, end)
        assert unit == UnitLength(point)
        assert equation == Equal(d.dimension_contrast(point), d.sample_contrast(point) + expected)


@given(of_unit_rows(), st.sampled_from([0.0, 0.5, 1.0, 3.0]))
def test_the_powers_are_within_their_bounds(found, size):
    n, k = found.shape
    squares = (size * found**2 * size).sum(axis=0)
    least, most = n**2 * size**4 / k, n**2 * size**4
    assert least - 1e-9 <= powers(size * found.T) <= most + 1e-9
    assert close(powers(size * found.T) - least, ((squares - n * size**2 / k) ** 2).sum())


@given(of_unit_rows())
def test_the_contrast_is_short_of_its_upper_bound_by_what_the_columns_differ(found):
    n, k = found.shape
    most, least = products(found) + n - n**2 / k, products(found) + n - n**2
    value = products(found.T)
    assert least - 1e-8 <= value <= most + 1e-8
    short = ((np.sum(found**2, axis=0) - n / k) ** 2).sum()
    event(f"upper bound met: {short < 1e-12}, lower bound met: {close(value, least)}")
    assert close(most - value, short)


def on_spheres(sign):
    """sign times the fourth powers of the columns, of the rows of a free matrix scaled to norm one; and the gradient."""

    def loss_and_gradient(free):
        norms = np.linalg.norm(free, axis=1, keepdims=True)
        unit = free / norms
        squares = (unit**2).sum(axis=0)
        slope = sign * 4 * unit * squares
        return sign * (squares**2).sum(), (slope - (slope * unit).sum(axis=1, keepdims=True) * unit) / norms

    return loss_and_gradient


@settings(max_examples=15)
@given(st.integers(1, 6), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_numerical_optimisation_finds_the_least_and_nothing_above_the_most(n, k, seed):
    least = minimise(on_spheres(1.0), (n, k), n_starts=3, seed=seed)
    assert least.loss == pytest.approx(n**2 / k, rel=1e-6)
    unit = least.point / np.linalg.norm(least.point, axis=1, keepdims=True)
    assert np.allclose((unit**2).sum(axis=0), n / k, atol=1e-2)
    most = minimise(on_spheres(-1.0), (n, k), n_starts=3, seed=seed)
    assert -most.loss <= n**2 * (1 + 1e-9)


@given(st.integers(1, 6), st.integers(1, 6), st.sampled_from([0.5, 1.0, 2.0]), st.data())
def test_the_ends_are_met(n, k, size, data):
    for theorems, lines in ((OF_ROWS, lambda z: z), (OF_COLUMNS, np.transpose)):
        for theorem, most in zip(theorems[3:], (False, True), strict=True):
            point, *_ = met(theorem)
            length = k if lines is np.transpose else n
            others = n if lines is np.transpose else k
            chosen = np.eye(others)[:, [data.draw(st.integers(0, others - 1))]]
            found = evaluate(point, {"N": n, "K": k, "a": size, "e": chosen})
            assert found.shape == (n, k)
            assert np.allclose(np.linalg.norm(lines(found), axis=1), size)
            expected = length**2 * size**4 / (1 if most else others)
            assert close(powers(lines(found).T), expected)
    for theorem, gap in zip(b.contrast_bounds.theorems[3:], (n - n**2 / k, n - n**2), strict=True):
        point, *_ = met(theorem)
        found = evaluate(point, {"N": n, "K": k, "e": np.eye(k)[:, :1]})
        assert close(products(found.T), products(found) + gap)


# the claim: collapsed representations only


def test_collapse_forms():
    every, by_columns, by_rows = b.collapse.theorems
    assert every.statement == Equal(d.L_nc, d.L_c + N - N**2 / K)
    assert set(every.hypotheses) == {UnitLength(Z), UnitLength(Transpose(Z), sqrt(N / K))}
    for theorem, gram, multiple in (
        (by_columns, lambda y: Transpose(y) * y, N / K * Identity(K)),
        (by_rows, lambda y: y * Transpose(y), Identity(N)),
    ):
        orthogonal, unit, equation = theorem.statement.parts
        (y,) = unit.matrix.atoms(Named)
        assert orthogonal == Equal(gram(y), multiple)
        assert unit == UnitLength(y)
        assert equation == Equal(d.dimension_contrast(y), d.sample_contrast(y) + N - N**2 / K)


@pytest.mark.parametrize("place", [1, 2])
def test_there_are_representations_of_full_rank_that_meet_the_bound(place):
    theorem = b.collapse.theorems[place]
    (y,) = theorem.statement.parts[1].matrix.atoms(Named)
    ranks = set()
    for instance in hold(list(theorem.hypotheses), [y], 12):
        found = instance.value(y).astype(float)
        n, k = found.shape
        assert np.linalg.matrix_rank(found) == min(n, k)
        assert np.allclose(np.linalg.norm(found, axis=1), 1)
        assert close(products(found.T), products(found) + n - n**2 / k)
        ranks.add(min(n, k))
    assert max(ranks) > 1


@pytest.mark.parametrize(
    "found",
    [
        np.eye(2),
        np.kron(np.eye(3), np.ones((2, 1))),
        np.array([[0, 2], [np.sqrt(3), -1], [-np.sqrt(3), -1]]) / 2,  # three vectors at equal angles in the plane
        np.kron(np.eye(2), np.ones((1, 3))) / np.sqrt(3),
    ],
    ids=["identity", "classes", "equal angles", "shared dimensions"],
)
def test_counterexamples_to_collapse(found):
    n, k = found.shape
    assert np.allclose(np.linalg.norm(found, axis=1), 1)
    assert close(products(found.T), products(found) + n - n**2 / k)
    assert np.linalg.matrix_rank(found) == min(n, k) > 1


@given(of_equal_norms())
def test_every_rank_meets_the_bound(found):
    n, k = found.shape
    event(f"rank {np.linalg.matrix_rank(found)}")
    assert close(products(found.T), products(found) + n - n**2 / k)
