"""The duality of the two contrasts: what is stated, and what NumPy finds of random representations."""

import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from scipy.linalg import null_space
from sympy import DiagonalMatrix, MatMul, Trace, Transpose, ZeroMatrix, sqrt

from derivations.bridges.duality import identity as d
from derivations.export.text import show
from derivations.language.atoms import Named
from derivations.language.evaluate import evaluate
from derivations.language.normal_form import normal_form
from derivations.language.propositions import All, Equal, UnitLength
from tests.bridges.representations import of_equal_norms, powers, products, representations
from tests.numeric.strategies import arrays

N, K, Z = d.N, d.K, d.Z
OF_DIMENSIONS, OF_SAMPLES, SLOPES = (t.statement for t in d.duality.theorems[1:])
DIFFERENCE, ALONG_ROWS, ALONG_COLUMNS = (t.statement for t in d.normalised.theorems[1:])


def same(x, y, facts=()):
    return normal_form(x, facts) == normal_form(y, facts)


def close(x, y):
    return abs(x - y) <= 1e-9 * (1 + abs(y))


def test_both_contrasts_are_what_a_gram_matrix_has_off_its_diagonal():
    assert [show(x) for x in (d.L_c, d.L_nc)] == ["|Z Z' - Diag(Z Z')|^2", "|Z' Z - Diag(Z' Z)|^2"]
    assert [show(x) for x in (d.row_powers(Z), d.column_powers(Z))] == ["|Diag(Z Z')|^2", "|Diag(Z' Z)|^2"]
    assert d.dimension_contrast(Transpose(Z)) == d.L_c


@given(representations())
def test_the_contrasts_and_the_powers_are_sums_over_pairs_and_lines(found):
    at = {"Z": found}
    assert close(evaluate(d.L_c, at), products(found))
    assert close(evaluate(d.L_nc, at), products(found.T))
    assert close(evaluate(d.row_powers(Z), at), powers(found))
    assert close(evaluate(d.column_powers(Z), at), powers(found.T))


def test_duality_is_stated_for_every_representation():
    assert all(t.hypotheses == () for t in d.duality.theorems)
    whole = d.duality.theorems[0].statement
    assert whole == Equal(d.L_nc + d.column_powers(Z), d.L_c + d.row_powers(Z))
    assert (OF_DIMENSIONS.function, OF_SAMPLES.function) == (d.L_nc, d.L_c)
    assert show(OF_DIMENSIONS.value) == "4 Z (Z' Z - Diag(Z' Z))"
    assert show(OF_SAMPLES.value) == "4 (Z Z' - Diag(Z Z')) Z"
    columns, rows = (4 * DiagonalMatrix(gram) for gram in (Transpose(Z) * Z, Z * Transpose(Z)))
    assert same(SLOPES.lhs, OF_DIMENSIONS.value + Z * columns)
    assert same(SLOPES.rhs, OF_SAMPLES.value + rows * Z)


@given(representations())
def test_the_contrasts_differ_by_the_powers(found):
    assert close(products(found.T) + powers(found.T), products(found) + powers(found))


@pytest.mark.parametrize(
    ("claim", "contrast"), [(OF_DIMENSIONS, lambda z: products(z.T)), (OF_SAMPLES, products)], ids=["L_nc", "L_c"]
)
@given(found=representations(), rng=arrays())
def test_the_gradients_give_the_slope_along_any_direction(claim, contrast, found, rng):
    """By a complex step, in which nothing is subtracted: the contrasts are polynomials."""
    direction = rng.standard_normal(found.shape)
    slope = np.imag(contrast(found + 1e-30j * direction)) / 1e-30
    rounding = 1e-13 * np.linalg.norm(found) ** 3 * np.linalg.norm(direction)
    assert abs(np.vdot(evaluate(claim.value, {"Z": found}), direction) - slope) <= rounding


# rows of norm one and columns of one norm


def test_normalised_forms():
    facts = {UnitLength(Z), UnitLength(Transpose(Z), sqrt(N / K))}
    assert all(set(t.hypotheses) == facts for t in d.normalised.theorems)
    constant = d.normalised.theorems[0].statement
    assert constant == Equal(d.L_nc, d.L_c + N - N**2 / K)
    assert DIFFERENCE.lhs == OF_DIMENSIONS.value
    assert same(DIFFERENCE.rhs, OF_SAMPLES.value + 4 * (1 - N / K) * Z)


@pytest.mark.parametrize(
    ("claim", "direction", "product"),
    [
        (ALONG_ROWS, d.F - DiagonalMatrix(d.F * Transpose(Z)) * Z, lambda v: MatMul(Z, Transpose(v))),
        (ALONG_COLUMNS, d.F - K / N * Z * DiagonalMatrix(Transpose(Z) * d.F), lambda v: MatMul(Transpose(Z), v)),
    ],
    ids=["rows", "columns"],
)
def test_directions_that_keep_the_norms(claim, direction, product):
    assert isinstance(claim, All)
    kept, derivatives = claim.parts
    (v,) = kept.lhs.atoms(Named)
    assert same(v.definition, direction)
    assert kept == Equal(DiagonalMatrix(product(v)), ZeroMatrix(*product(v).shape))
    for derivative, slope in zip((derivatives.lhs, derivatives.rhs), d.gradients(), strict=True):
        assert same(derivative, Trace(Transpose(v) * slope))


@given(of_equal_norms())
def test_normalised_contrasts_differ_by_a_constant(found):
    n, k = found.shape
    assert close(products(found.T), products(found) + n - n**2 / k)


def kept_rows(found):
    """The derivatives of half the squared norms of the rows, as an N x NK matrix."""
    return np.einsum("ij,ik->ijk", np.eye(len(found)), found).reshape(len(found), -1)


def kept_columns(found):
    return np.einsum("kl,ik->kil", np.eye(found.shape[1]), found).reshape(found.shape[1], -1)


@given(of_equal_norms())
def test_the_gradients_agree_on_what_keeps_the_norms(found):
    """The difference of both gradients has no part along the directions that SciPy finds; of each, there is one to lose."""
    between, among = (evaluate(g, {"Z": found}) for g in d.gradients())
    rows, columns = kept_rows(found), kept_columns(found)
    for kind, constraints in (("rows", rows), ("columns", columns), ("both", np.vstack([rows, columns]))):
        directions = null_space(constraints)
        assert np.abs(directions.T @ (between - among).ravel()).max(initial=0) <= 1e-8
        event(f"slope along directions that keep {kind}", np.abs(directions.T @ between.ravel()).max(initial=0) > 1e-3)


@given(of_equal_norms(), arrays())
def test_directions_that_keep_the_norms_are_what_projection_leaves(found, rng):
    n, k = found.shape
    at = {"Z": found, "F": rng.standard_normal((n, k)), "N": n, "K": k}
    for claim, constraints in ((ALONG_ROWS, kept_rows(found)), (ALONG_COLUMNS, kept_columns(found))):
        (v,) = claim.parts[0].lhs.atoms(Named)
        directions = null_space(constraints)
        projected = directions @ (directions.T @ at["F"].ravel())
        assert np.allclose(evaluate(v, at).ravel(), projected, atol=1e-9)


# the claim: rows and columns of norm one


def test_rows_and_columns_of_norm_one():
    general, square, equal = d.constant.theorems
    assert general.statement == Equal(N * d.a**2, K * d.b**2)
    assert set(general.hypotheses) == {UnitLength(Z, d.a), UnitLength(Transpose(Z), d.b)}
    assert square.statement == Equal(N, K)
    assert equal.statement == Equal(d.L_nc, d.L_c)
    assert set(square.hypotheses) == set(equal.hypotheses) == {UnitLength(Z), UnitLength(Transpose(Z))}


@given(of_equal_norms(), st.floats(0.25, 4.0))
def test_norms_of_rows_tell_those_of_columns(found, a):
    n, k = found.shape
    columns = np.linalg.norm(a * found, axis=0)
    assert np.allclose(n * a**2, k * columns**2)
    assert np.allclose(columns[0], a) == (n == k)


def test_columns_of_other_norms_give_other_differences():
    """With rows of norm one alone there is no constant: one sample in two dimensions has several differences."""
    differences = {round(products(z.T) - products(z), 9) for z in (np.array([[1.0, 0.0]]), np.array([[0.6, 0.8]]))}
    assert len(differences) == 2
