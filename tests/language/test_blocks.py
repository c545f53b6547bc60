"""Parts of matrices: what they are entry by entry, and that they are the adjoints of Kronecker products."""

import random

import pytest
from sympy import Identity, KroneckerProduct, MatrixSymbol, OneMatrix, Trace, Tuple, ZeroMatrix, symbols

from derivations.calculus.gradient import gradient
from derivations.calculus.parts import block_inner, block_sum, sliced
from derivations.language.arithmetic import EXACT
from derivations.language.blocks import BlockInner, BlockSum, IdentityColumns
from derivations.language.evaluate import evaluate

m, n, p, q = symbols("m n p q", integer=True, positive=True)
A, B, S = MatrixSymbol("A", m, n), MatrixSymbol("B", p, q), MatrixSymbol("S", m * p, n * q)
C, D = MatrixSymbol("C", n, n), MatrixSymbol("D", q, q)
sizes = [(2, 3, 3, 2), (1, 2, 3, 1), (2, 2, 2, 2), (1, 1, 1, 1)]


def values(shape):
    at, rng = dict(zip((m, n, p, q), shape, strict=True)), random.Random()
    order = {x.name: (x.rows.subs(at), x.cols.subs(at)) for x in (A, B, S, C, D)}
    numbers = {d.name: size for d, size in at.items()}
    return numbers | {x: [[rng.randrange(-9, 10) for _ in range(c)] for _ in range(r)] for x, (r, c) in order.items()}


@pytest.mark.parametrize("shape", sizes)
def test_they_are_the_adjoints_of_a_kronecker_product(shape):
    at = values(shape)
    product, first, second = (
        evaluate(Trace(left.T * right), at, EXACT)
        for left, right in ((S, KroneckerProduct(A, B)), (BlockInner(S, B), A), (BlockSum(S, A), B))
    )
    assert product == first == second


@pytest.mark.parametrize("shape", sizes)
@pytest.mark.parametrize("atom", [BlockInner(S, B), BlockSum(S, A)])
def test_entries_as_sympy_has_them_are_the_values(atom, shape):
    at = values(shape)
    value = evaluate(atom, at, EXACT)
    for i in range(value.shape[0]):
        for j in range(value.shape[1]):
            assert evaluate(atom[i, j], at, EXACT) == value[i, j]


COLLAPSED = [
    (block_inner(KroneckerProduct(A, B), MatrixSymbol("E", p, q)), Trace(B.T * MatrixSymbol("E", p, q)) * A),
    (block_sum(KroneckerProduct(A, B), A), Trace(A.T * A) * B),
    (block_inner(Identity(n * q), D), Trace(D) * Identity(n)),
    (block_sum(Identity(n * q), C), Trace(C) * Identity(q)),
]


@pytest.mark.parametrize(("found", "expected"), COLLAPSED, ids=str)
def test_kronecker_products_fall_apart(found, expected):
    assert found == expected


@pytest.mark.parametrize("shape", sizes)
def test_a_factor_on_a_side_comes_out(shape):
    at, whole = values(shape), KroneckerProduct(C, D)
    for simplified, atom in (
        (block_inner(S * whole, B), BlockInner(S * whole, B)),
        (block_sum(S * whole, A), BlockSum(S * whole, A)),
    ):
        assert simplified != atom
        assert (evaluate(simplified, at, EXACT) == evaluate(atom, at, EXACT)).all()


def test_columns_of_the_identity():
    picked = IdentityColumns(n, 1, 6, 2)
    assert picked.shape == (n, 3)
    assert evaluate(C * picked, values((1, 7, 1, 1)), EXACT).shape == (7, 3)
    assert [str(IdentityColumns(n, *cut)) for cut in ((2,), (0, 3), (1, 6, 2))] == [
        "IdentityColumns(n, 2)",
        "IdentityColumns(n, 0, 3)",
        "IdentityColumns(n, 1, 6, 2)",
    ]
    assert gradient(C[0, 1], C) == IdentityColumns(n, 0) * IdentityColumns(n, 1).T


def test_slices_of_products_are_products_of_slices():
    at = values((4, 5, 1, 1))
    for whole, rows, columns in (
        (A * C, (1, 3), (0, 2)),
        (2 * A * C + A, (0, 4), (1, 5)),
        (OneMatrix(m, n), (0, 2), (2, 3)),
    ):
        part = sliced(whole, Tuple(*rows), Tuple(*columns))
        expected = evaluate(whole, at, EXACT)[slice(*rows), slice(*columns)]
        assert (evaluate(part, at, EXACT) == expected).all()
    two, next_two = Tuple(0, 2), Tuple(2, 4)
    assert sliced(Identity(n), two, two) == Identity(2)
    assert sliced(Identity(n), two, next_two) == ZeroMatrix(2, 2)
