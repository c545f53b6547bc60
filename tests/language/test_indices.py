"""Sums over indices as products of matrices: evaluated entry by entry they are the same, and what is none is named."""

import random

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from sympy import Abs, KroneckerDelta, MatrixSymbol, Mul, Sum, Symbol, Trace, exp, log, sqrt, symbols

from derivations.language.arithmetic import MULTI_PRECISION
from derivations.language.errors import UnsupportedExpression
from derivations.language.evaluate import evaluate
from derivations.language.indices import matrix_form

N, K = symbols("N K", integer=True, positive=True)
i, j, k, l = symbols("i j k l", integer=True, nonnegative=True)
Z, W = MatrixSymbol("Z", N, K), MatrixSymbol("W", N, K)
G, B = MatrixSymbol("G", N, N), MatrixSymbol("B", N, N)
v, c = MatrixSymbol("v", N, 1), MatrixSymbol("c", K, 1)
rows, columns, others = (i, 0, N - 1), (k, 0, K - 1), (j, 0, N - 1)

FORMS = [
    (Sum(G[i, j] * v[i, 0] * v[j, 0], rows, others), Trace(v.T * G * v)),
    (Sum(G[i, i], rows), Trace(G)),
    (Sum(Z[i, k] ** 2, rows, columns), Trace(Z.T * Z)),
    (Sum(Z[i, k] * W[i, k], rows, columns), Trace(Z * W.T)),
    (Sum(v[i, 0] ** 2, rows), Trace(v.T * v)),
    (Sum(Z[i, k] * c[k, 0] * v[i, 0], rows, columns), Trace(v.T * Z * c)),
    (Sum(G[i, j] * B[j, i], rows, others), Trace(G * B)),
]


@pytest.mark.parametrize(("total", "form"), FORMS, ids=str)
def test_forms_that_a_person_writes(total, form):
    assert matrix_form(total) == form


def values(rng, n, columns):
    def entries(*shape):
        return [[rng.randrange(1, 9) for _ in range(shape[1])] for _ in range(shape[0])]

    shapes = {"Z": (n, columns), "W": (n, columns), "G": (n, n), "B": (n, n), "v": (n, 1), "c": (columns, 1)}
    return {name: entries(*shape) for name, shape in shapes.items()} | {"N": n, "K": columns}


def same(total, form, rng):
    for n, columns in ((1, 1), (3, 2), (2, 3)):
        at = values(rng, n, columns)
        difference = evaluate(total, at, MULTI_PRECISION) - evaluate(form, at, MULTI_PRECISION)
        assert abs(difference) <= 1e-30 * (1 + abs(evaluate(total, at, MULTI_PRECISION)))


similarity = Sum(Z[i, k] * Z[j, k], columns)
SUMS = [
    Sum(G[i, j] * (Z[i, k] - Z[j, k]) ** 2, rows, others, columns),
    Sum(G[i, j] * similarity**2, rows, others),
    Sum((G[i, j] - similarity) ** 2, rows, others),
    Sum(log(Sum(exp(G[i, j] / 9), others)), rows),
    Sum(sqrt(Sum(Z[i, k] ** 2, columns)) * v[i, 0], rows),
    Sum(exp(-((G[i, j] - v[i, 0]) ** 2) / 99), rows, others),
    Sum((1 - KroneckerDelta(i, j)) * G[i, j] * B[i, j], rows, others),
    Sum(G[i, j] * G[j, i] * v[i, 0] ** 3 * v[j, 0], rows, others),
    Sum(Abs(Z[i, k] - c[k, 0]) * v[i, 0], rows, columns),
    Sum(G[i, 0] * v[i, 0] + 2, rows),
    Sum(G[i, j] * Z[j, k] * Z[l, k] * B[l, i], rows, others, columns, (l, 0, N - 1)),
    Sum(1, rows, columns),
]


@pytest.mark.parametrize("total", SUMS, ids=str)
def test_sums_keep_their_value(total):
    form = matrix_form(total)
    assert not form.has(Sum)
    same(total, form, random.Random(1))


FACTORS = [
    G[i, j], B[j, i], G[i, i], v[i, 0], v[j, 0] ** 2, Z[i, k], W[j, k], c[k, 0], exp(v[i, 0] / 9), Abs(Z[i, k]),
    Z[i, k] + c[k, 0], G[i, l], B[l, j], v[l, 0],
]  # fmt: skip


@settings(max_examples=60)
@given(st.lists(st.sampled_from(FACTORS), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_products_of_factors_keep_their_value(factors, rng):
    total = Sum(Mul(*factors), rows, others, columns, (l, 0, N - 1))
    event(f"{len(factors)} factors")
    same(total, matrix_form(total), rng)


free = Symbol("p", integer=True, nonnegative=True)
REFUSED = [
    (Sum(G[i, j] * v[i, 0] * exp(Z[i, k] * v[j, 0]), rows, others, columns), "more than two indices"),
    (Sum(v[i, 0], (i, 1, N - 1)), "not over a dimension"),
    (Sum(v[i, 0], (i, 0, K - 1)), "runs over K, and not over N"),
    (Sum(v[N - 1 - i, 0], rows), "made of one"),
    (
        Sum(G[i, j] * Z[i, k] * Z[j, k] * Z[l, k] * B[i, l] * B[j, l], rows, others, columns, (l, 0, N - 1)),
        "three of these meet in an index",
    ),
]


@pytest.mark.parametrize(("total", "reason"), REFUSED, ids=str)
def test_what_is_no_product_of_matrices_is_named(total, reason):
    with pytest.raises(UnsupportedExpression, match=reason):
        matrix_form(total)


def test_an_entry_at_a_free_place_stays():
    form = matrix_form(Sum(G[free, j] * v[j, 0], others))
    at = values(random.Random(), 3, 1)
    assert evaluate(form, at | {"p": 2}) == pytest.approx(
        sum(g * x[0] for g, x in zip(at["G"][2], at["v"], strict=True))
    )
    assert not form.has(Sum)
