"""Facts on two sets of features: how they rewrite, how their instances are drawn, and what is no instance."""

import random

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from sympy import DiagMatrix, Identity, MatAdd, MatMul, MatrixSymbol, Symbol, Trace, Transpose

from derivations.language.arithmetic import EXACT, FLOAT, MULTI_PRECISION
from derivations.language.atoms import Named
from derivations.language.errors import NoInstance, UnsupportedExpression
from derivations.language.instances import Instance
from derivations.language.normal_form import normal_form
from derivations.language.propositions import Blocks, Equal, Minimum, Orthonormal, SingularPairs, Symmetric
from tests.language.strategies import K, N, hold
from tests.language.test_facts import check_value_of_normal_form, expressions

D, E, r = (Symbol(name, integer=True, positive=True) for name in "DEr")
F, G = MatrixSymbol("F", N, D), MatrixSymbol("G", N, E)
U, V, s = MatrixSymbol("U", D, r), MatrixSymbol("V", E, r), MatrixSymbol("s", r, 1)
pairs = SingularPairs(MatMul(Transpose(F), G), *(MatMul(Transpose(x), x) for x in (F, G)), U, V, s)
J, T = MatrixSymbol("J", D + E, D), MatrixSymbol("T", D + E, E)
W, B = MatrixSymbol("W", D + E, K), MatrixSymbol("B", D, D)
first, second = Named("W_1", MatMul(Transpose(J), W)), MatMul(Transpose(T), W)
whitened = (Orthonormal(first, MatMul(Transpose(F), F)), Orthonormal(second))
FACTS = {"singular pairs": ([pairs], [F, G, U, V, s]), "blocks": ([Blocks(J, T), *whitened], [F, J, T, W])}


@pytest.mark.parametrize("name", FACTS)
@settings(max_examples=12)
@given(data=st.data())
def test_the_normal_form_has_the_value_of_the_expression(name, data):
    facts, atoms = FACTS[name]
    check_value_of_normal_form(data.draw(expressions(atoms, 2)), facts, atoms)


CONSEQUENCES = [
    ([pairs], MatMul(Transpose(U), pairs.matrix, V), DiagMatrix(s)),
    ([pairs], MatMul(pairs.matrix, V, Transpose(V), Transpose(pairs.matrix), U), MatMul(
        pairs.row_metric, U, DiagMatrix(s), DiagMatrix(s))),
    ([Blocks(J, T)], MatMul(Transpose(T), J), MatMul(0, Transpose(T), J)),
    ([Blocks(J, T)], MatMul(Transpose(J), MatAdd(MatMul(J, B), MatMul(T, Transpose(T), J, B))), B),
    ([Blocks(J, T), *whitened], Trace(MatMul(Transpose(W), T, Transpose(T), W)), K),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "lhs", "rhs"), CONSEQUENCES, ids=["1", "2", "3", "4", "5"])
def test_consequences(facts, lhs, rhs):
    assert normal_form(lhs, facts) == normal_form(rhs, facts)
    assert normal_form(lhs) != normal_form(rhs)
    for values in hold(facts, [lhs, rhs], 3):
        assert Equal(lhs, rhs).residual(values) <= values.arithmetic.tolerance


def instance(**arrays):
    """Values by name, with the dimensions that they have."""
    symbols = {m.name: m for m in (F, G, U, V, s, J, T, W)}
    table = {symbols[name]: MULTI_PRECISION.array(x) for name, x in arrays.items()}
    sizes = {d: n for m, x in table.items() for d, n in zip(m.shape, x.shape, strict=True) if d.is_Symbol}
    return Instance(MULTI_PRECISION, table | {d: MULTI_PRECISION.number(n) for d, n in sizes.items()}, random.Random(0))


def drawn(found, fact, count):
    known = found.extended({r: MULTI_PRECISION.number(count)})
    return known.extended(fact.determine(known))


X, Y = np.diag([2, 1, 1])[:, :2], np.array([[2, 0, 1], [0, 3, 0], [0, 4, 0]])  # cosines of angles: 1 and 3/5


@pytest.mark.parametrize("count", [1, 2])
def test_singular_pairs_are_the_largest(count):
    found = drawn(instance(F=X, G=Y), pairs, count)
    assert [float(x) for x in found.value(s).ravel()] == pytest.approx([1, 0.6][:count])
    assert pairs.residual(found) < 1e-45


def test_there_are_as_many_singular_pairs_as_the_smaller_rank():
    for given_ in (instance(F=X, G=Y), instance(F=X[:, :1], G=Y), instance(F=0 * X, G=Y)):
        rank = np.linalg.matrix_rank(given_.value(F).astype(float))
        with pytest.raises(NoInstance, match="fewer singular values"):
            drawn(given_, pairs, rank + 1)


@pytest.mark.parametrize("Y_", [np.diag([0, 0, 5]), 0 * X + [[0, 0], [0, 0], [1, 2]]])
def test_singular_pairs_without_any_correlation(Y_):
    found = drawn(instance(F=X, G=Y_), pairs, 1)
    assert found.value(s)[0, 0] == pytest.approx(0, abs=1e-45)
    assert pairs.residual(found) < 1e-45


def test_what_no_singular_pairs_are():
    found = drawn(instance(F=X, G=Y), pairs, 2)
    u, v, values = (found.value(x) for x in (U, V, s))
    one = {r: MULTI_PRECISION.number(1)}
    smaller = one | {U: u[:, [1]], V: v[:, [1]], s: values[[1]]}
    negative = {V: v * np.array([1, -1]), s: values * np.array([[1], [-1]])}
    exchanged = {U: u[:, ::-1], V: v[:, ::-1], s: values[::-1]}
    longer = {U: 2 * u}
    for wrong in (smaller, negative, exchanged, longer):
        changed = found.extended(wrong)
        assert pairs.residual(changed) > 0.1
    equations = [Equal(*sides) for sides in pairs.equations()]
    for wrong in (smaller, negative, exchanged):  # the equations alone do not see these
        changed = found.extended(wrong)
        assert max(p.residual(changed) for p in equations) < 1e-45


def test_a_matrix_that_does_not_vanish_where_the_metrics_do():
    """Its singular pairs on their ranges meet the equations, and say nothing of what is outside."""
    M, unit = MatrixSymbol("M", D, E), [MatMul(Transpose(x), x) for x in (F, G)]
    fact = SingularPairs(M, *unit, U, V, s)
    flat = np.diag([1, 0])
    for value, holds in ((np.diag([3, 0]), True), (np.diag([3, 1]), False)):
        known = instance(F=flat, G=flat).extended({M: MULTI_PRECISION.array(value)})
        assert (fact.residual(drawn(known, fact, 1)) < 1e-45) == holds


def test_a_metric_of_both_signs():
    """The equations hold of the part of M on which it is positive."""
    M = MatrixSymbol("M", D, E)
    fact = SingularPairs(M, B, Identity(E), U, V, s)
    known = instance(F=np.eye(2), G=np.eye(2)).extended({M: MULTI_PRECISION.array(np.diag([3, 0]))})
    for sign, holds in ((1, True), (-1, False)):
        metric = known.extended({B: MULTI_PRECISION.array(np.diag([1, sign]))})
        assert (fact.residual(drawn(metric, fact, 1)) < 1e-45) == holds


def test_blocks():
    blocks = Blocks(J, T)
    eye = np.eye(5, dtype=int)
    assert blocks.residual(instance(J=eye[:, :2], T=eye[:, 2:])) == 0
    assert blocks.residual(instance(J=eye[:, :2], T=eye[:, 1:])) > 0.1
    assert blocks.residual(instance(J=2 * eye[:, :2], T=eye[:, 2:])) > 0.1
    with pytest.raises(NoInstance, match="do not split"):
        Blocks(J, MatrixSymbol("T", D + E, D)).determine(instance(F=np.eye(3), G=np.eye(3)[:, :2]))


@given(seed=st.integers(0, 2**32))
def test_a_block_is_drawn_orthonormal_and_the_rest_is_left_alone(seed):
    rng = np.random.default_rng(seed)
    skew = rng.integers(-3, 4, (4, 2)) + 5 * np.eye(4)[:, :2]
    found = instance(F=X, J=skew, W=rng.integers(-3, 4, (4, 2)))
    event("orthogonal selections" if not (skew.T @ skew)[0, 1] else "others")
    before = found.value(W)
    after = whitened[0].constrain(before, found)
    assert whitened[0].residual(found.extended({W: after})) < 1e-40
    change = (after - before).astype(float)
    outside = np.linalg.svd(skew)[0][:, 2:]
    np.testing.assert_allclose(outside.T @ change, 0, atol=1e-12)
    assert Orthonormal(W).constrain(before, found) is before


def test_opponents_of_a_minimum_meet_constraints_on_blocks():
    """The largest trace is no minimum of it: pairs of blocks with unit columns go below."""
    facts = [Blocks(J, T), Symmetric(B)]
    objective = Trace(MatMul(Transpose(W), J, Transpose(J), W))
    at = MatMul(J, MatrixSymbol("R", D, K))
    unit = (Orthonormal(first), Orthonormal(MatrixSymbol("R", D, K)))
    claim = Minimum(objective + Trace(MatMul(Transpose(W), T, Transpose(T), W)), W, K, at, unit[:1])
    higher = Minimum(-claim.objective, W, -K, at, unit[:1])
    values = hold([*facts, unit[1]], list(claim.expressions()), 6)
    assert max(claim.residual(x) for x in values) < 1e-35
    assert min(higher.residual(x) for x in values) > 1e-3


@given(rows=st.integers(0, 5), columns=st.integers(0, 5), rank=st.integers(0, 5), rng=st.randoms(use_true_random=False))
def test_singular_values_in_all_arithmetics(rows, columns, rank, rng):
    inner = min(rank, rows, columns)
    left, right = (
        [[rng.randrange(-3, 4) for _ in range(b)] for _ in range(a)] for a, b in ((rows, inner), (inner, columns))
    )
    matrix = np.reshape(left, (rows, inner)) @ np.reshape(right, (inner, columns))
    event(f"full rank: {np.linalg.matrix_rank(matrix) == min(rows, columns)}" if matrix.size else "empty")
    check_singular_pairs(matrix)


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (4, 2), (4, 4)])
def test_singular_vectors_are_orthonormal_where_rows_are_zero_and_singular_values_are_repeated(shape):
    last_row, last_column, identity = np.zeros(shape, dtype=int), np.zeros(shape, dtype=int), np.eye(*shape, dtype=int)
    last_row[-1, 1:] = 9
    last_column[1:, -1] = 9
    for matrix in (0 * identity, last_row, last_column, -identity, identity[::-1]):
        check_singular_pairs(matrix)


def check_singular_pairs(matrix):
    rows, columns = matrix.shape
    for arithmetic in (FLOAT, MULTI_PRECISION):
        u, values, v = arithmetic.singular_pairs(arithmetic.array(matrix))
        count = min(rows, columns)
        assert (u.shape, values.shape, v.shape) == ((rows, count), (count,), (columns, count))
        assert abs((u * values) @ v.T - matrix).max(initial=0) < 1e-10
        assert all(abs(x.T @ x - np.eye(count)).max(initial=0) < 1e-10 for x in (u, v))
        assert list(values) == sorted(values, reverse=True)
        assert min(values, default=0) >= 0
        np.testing.assert_allclose(values.astype(float), np.linalg.svd(matrix, compute_uv=False), rtol=0, atol=1e-12)
    with pytest.raises(UnsupportedExpression, match="singular values are not rational"):
        EXACT.singular_pairs(EXACT.array(matrix))
