"""Block matrices and slices in the normal form: it decides what blocks make of an expression, and nothing that is false."""

import random

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from sympy import (
    BlockMatrix,
    DiagonalMatrix,
    HadamardProduct,
    Identity,
    Integer,
    MatAdd,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Trace,
    Transpose,
    ZeroMatrix,
    symbols,
)
from sympy.matrices.expressions.slice import MatrixSlice

from derivations.language.arithmetic import EXACT
from derivations.language.atoms import SquaredNorm
from derivations.language.equality import equal
from derivations.language.errors import UnsupportedExpression
from derivations.language.evaluate import evaluate
from derivations.language.normal_form import normal_form
from tests.language.strategies import matrices

N, M, K = symbols("N M K", integer=True, positive=True)
ONE = Integer(1)


def whole(first, second):
    """Blocks of two sizes: a square matrix, a column of blocks, its mirror image, and a matrix that is not made of blocks."""
    n = first + second
    square = [
        [MatrixSymbol(f"X{i}{j}", r, c) for j, c in enumerate((first, second))] for i, r in enumerate((first, second))
    ]
    top, bottom = MatrixSymbol("P", first, K), MatrixSymbol("Q", second, K)
    column, mirrored = BlockMatrix([[top], [bottom]]), BlockMatrix([[bottom], [top]])
    return BlockMatrix(square), column, mirrored, MatrixSymbol("S", n, n), MatrixSymbol("W", n, K)


SEVERAL = [(N, M), (N, N)]
SINGLE = [(ONE, N), (N, ONE), (ONE, ONE)]  # a part of one row: less is decided


@st.composite
def expressions(draw, sizes):
    sizes = draw(st.sampled_from(sizes))
    return sizes, draw(matrices(sum(sizes), K, 2, whole(*sizes), (sum(sizes), K, ONE)))


def values(expr, seed):
    """The value at random numbers, the same ones for every expression."""
    rng = random.Random(seed)
    sizes = {N: rng.choice((1, 2, 3)), M: rng.choice((1, 2)), K: rng.choice((1, 2))}
    table = {s.name: size for s, size in sizes.items()} | {"a": rng.randrange(1, 5)}
    for m in expr.atoms(MatrixSymbol):
        rng = random.Random(f"{seed} {m.name}")
        shape = [int(d.subs(sizes)) for d in m.shape]
        table[m.name] = np.array([[rng.randrange(-4, 5) for _ in range(shape[1])] for _ in range(shape[0])])
    return evaluate(expr, table, EXACT)


@given(expressions(SEVERAL))
@settings(max_examples=60, deadline=None)
def test_a_matrix_is_made_of_its_slices(drawn):
    (first, second), expr = drawn
    n, columns = first + second, (0, K, 1)
    parts = [MatrixSlice(expr, (0, first, 1), columns), MatrixSlice(expr, (first, n, 1), columns)]
    event(f"parts of {first} and {second}")
    assert normal_form(BlockMatrix([[p] for p in parts])) == normal_form(expr)
    assert normal_form(MatMul(Transpose(expr), expr)) == normal_form(MatAdd(*(MatMul(Transpose(p), p) for p in parts)))
    assert normal_form(SquaredNorm(expr)) == normal_form(sum(map(SquaredNorm, parts)))


@given(expressions(SEVERAL + SINGLE), st.integers(0, 10**6))
@settings(max_examples=200, deadline=None)
def test_what_has_one_normal_form_has_one_value(drawn, seed):
    """Of an expression and others that are not far from it: with its blocks, its slices or its factors exchanged."""
    (first, second), expr = drawn
    square, column, mirrored, *_ = whole(first, second)
    columns = (0, K, 1)
    exchanged = [MatrixSlice(expr, (first, first + second, 1), columns), MatrixSlice(expr, (0, first, 1), columns)]
    others = [BlockMatrix([[p] for p in exchanged]), MatMul(square, column), MatMul(Transpose(square), expr), column]
    others += [expr.xreplace({column: mirrored})] * (first == second)
    for other in others:
        same = normal_form(other) == normal_form(expr)
        event(f"one normal form: {same}")
        if same:
            assert (values(other, seed) == values(expr, seed)).all()


# what is wanted of two views


Z_a, Z_b = (MatrixSymbol(name, N, K) for name in ("Z_a", "Z_b"))
Z = BlockMatrix([[Z_a], [Z_b]])
zero, one, every = ZeroMatrix(N, N), Identity(N), OneMatrix(N, N)
swap = BlockMatrix([[zero, one], [one, zero]])
others = MatAdd(every, MatMul(-1, one))
negatives = BlockMatrix([[others, others], [others, others]])
ones = OneMatrix(2 * N, 1)


@pytest.mark.parametrize(
    ("lhs", "rhs"),
    [
        (BlockMatrix([[one, zero], [zero, one]]), Identity(2 * N)),
        (BlockMatrix([[every, every], [every, every]]), OneMatrix(2 * N, 2 * N)),
        (MatMul(swap, swap), Identity(2 * N)),
        (MatMul(swap, ones), ones),
        (MatMul(swap, Z), BlockMatrix([[Z_b], [Z_a]])),
        (MatMul(negatives, ones), MatMul(2 * N - 2, ones)),
        (HadamardProduct(negatives, negatives), negatives),
        (HadamardProduct(negatives, swap), ZeroMatrix(2 * N, 2 * N)),
        (OneMatrix(2 * N, 2 * N) - Identity(2 * N) - swap, negatives),
        (Trace(MatMul(Transpose(Z), swap, Z)), 2 * Trace(MatMul(Transpose(Z_a), Z_b))),
        (Trace(DiagonalMatrix(MatMul(Z, Transpose(Z)))), SquaredNorm(Z_a) + SquaredNorm(Z_b)),
        (Trace(BlockMatrix([[one, zero], [every, one]])), 2 * N),
    ],
)
def test_equal(lhs, rhs):
    assert equal(lhs, rhs)


@pytest.mark.parametrize(
    ("lhs", "rhs"),
    [
        (Z, BlockMatrix([[Z_b], [Z_a]])),
        (swap, Identity(2 * N)),
        (MatMul(negatives, ones), MatMul(2 * N - 1, ones)),
        (Trace(MatMul(Transpose(Z), swap, Z)), Trace(MatMul(Transpose(Z_a), Z_b))),
        (BlockMatrix([[one, zero], [zero, zero]]), Identity(2 * N)),
        (MatrixSlice(Z, (0, N, 1), (0, K, 1)), Z_b),
    ],
)
def test_not_equal(lhs, rhs):
    assert not equal(lhs, rhs)


def test_other_partitions_are_not_told_apart():
    """Blocks of sizes N and M, and of M and N: nothing is decided, and nothing is said to be equal."""
    a, b, c, d = (MatrixSymbol(name, rows, K) for name, rows in zip("ABCD", (N, M, M, N), strict=True))
    first, second = BlockMatrix([[a], [b]]), BlockMatrix([[c], [d]])
    assert normal_form(first) != normal_form(second)


@pytest.mark.parametrize("bounds", [(0, M, 1), (0, N, 2), (M, N, 1)])
def test_a_slice_that_may_not_fit(bounds):
    with pytest.raises(UnsupportedExpression, match="is not known to be a part of 0:N"):
        normal_form(MatrixSlice(Z_a, bounds, (0, K, 1)))
