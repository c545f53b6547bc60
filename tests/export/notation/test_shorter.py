"""What is printed is what is meant: an expression that is written shorter, or arranged, has the value that it had."""

import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from sympy import (
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    Identity,
    Lambda,
    MatAdd,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Rational,
    Sum,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    sqrt,
    symbols,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.export.notation.arrange import outside, scalar_factors, settled, signed_terms
from derivations.export.notation.shorter import shorter
from derivations.language.atoms import Leading, SpectralTrace, SquaredNorm, entr
from derivations.language.evaluate import evaluate
from tests.export.strategies import arrays
from tests.language.strategies import ONE, A, K, N, Z, a, generators, matrices, scalar_expressions, v

x = Symbol("x", real=True)
i = Symbol("i", integer=True, nonnegative=True)
u = MatrixSymbol("u", 1, 1)


def of_entries(function, vector):
    return ElementwiseApplyFunction(Lambda(x, function(x)), vector)


SHORTER = {
    "2 A": (MatAdd(A, A), 2 * A),
    "0": (MatAdd(A, -A), ZeroMatrix(N, N)),
    "terms of terms": (MatAdd(MatAdd(A, Identity(N)), MatMul(-1, Identity(N))), A),
    "a factor": (MatMul(MatAdd(Identity(N), Identity(N)), A), 2 * A),
    "diagonal parts": (
        MatAdd(A, -Identity(N), -DiagonalMatrix(MatAdd(A, -Identity(N)))),
        MatAdd(A, -DiagonalMatrix(A)),
    ),
    "a square": (MatMul(A, A, Z), MatMul(A**2, Z)),
    "a cube": (MatMul(A, A, A), A**3),
    "scalars of transposes": (MatMul(Transpose(MatMul(a, Z)), MatMul(a, Z)), MatMul(a**2, Transpose(Z), Z)),
    "a symmetric transpose": (Transpose(MatMul(a, DiagMatrix(v))), MatMul(a, DiagMatrix(v))),
    "diag(1)": (DiagMatrix(OneMatrix(N, 1)), Identity(N)),
    "diag(a 1)": (MatMul(DiagMatrix(MatMul(a, OneMatrix(N, 1))), Z), MatMul(a, Z)),
    "diag(Diag(A) 1)": (DiagMatrix(DiagonalOf(A)), DiagonalMatrix(A)),
    "a diagonal and its inverse": (
        MatMul(DiagMatrix(of_entries(lambda t: 1 / t, v)), DiagMatrix(v), Z),
        Z,
    ),
    "one value on a diagonal": (MatMul(A, v, DiagMatrix(u)), MatMul(MatrixElement(u, 0, 0), A, v)),
    "all columns": (MatMul(Z, Leading(K, K)), Z),
}


def value(expr, seed, n=4, k=3):
    return evaluate(expr, arrays(seed, n, k) | {"u": np.array([[1.5]])})


@pytest.mark.parametrize(("expr", "wanted"), SHORTER.values(), ids=SHORTER)
def test_it_is_shorter_and_equal(expr, wanted):
    assert shorter(expr) == wanted
    assert np.allclose(value(expr, 1), value(shorter(expr), 1))


def test_what_has_a_name_is_left_alone():
    assert shorter(MatMul(MatAdd(A, A), A, A), lambda part: part == MatAdd(A, A)) == MatMul(MatAdd(A, A), A**2)
    assert shorter(MatAdd(MatMul(a, A), MatMul(a, A)), lambda part: part == MatMul(a, A)) == MatMul(2, MatMul(a, A))


@st.composite
def repeated(draw):
    """Sums and products in which parts occur again."""
    rows, columns = draw(st.sampled_from([(N, K), (N, N), (N, ONE)]))
    one, two = draw(matrices(rows, columns, 1)), draw(matrices(rows, columns, 2))
    square = draw(matrices(rows, rows, 1))
    return draw(
        st.sampled_from(
            [
                MatAdd(one, two, MatMul(a, one), MatMul(-2, one)),
                MatMul(square, square, one),
                MatAdd(square, MatMul(-1, DiagonalMatrix(MatAdd(square, Identity(rows)))), Identity(rows)),
                MatMul(Transpose(MatMul(a, square)), MatAdd(one, one)),
                two,
            ]
        )
    )


@given(repeated(), st.integers(0, 2**32))
def test_a_shorter_expression_has_the_same_value(expr, seed):
    found = shorter(expr)
    event("shorter" if found != expr else "as it was")
    assert np.allclose(value(expr, seed), value(found, seed))


@given(scalar_expressions(), generators)
def test_the_terms_of_a_scalar_add_up_to_it(expr, rng):
    seed = rng.randrange(2**32)
    terms = signed_terms(expr)
    event("a sign outside" if any(negative for negative, _ in terms) else "all added")
    assert np.isclose(sum((-1) ** negative * value(t, seed) for negative, t in terms), value(expr, seed))
    assert np.isclose(value(settled(expr), seed), value(expr, seed))


ENTRY = MatrixElement(v, i, 0)
FACTORS = [
    Trace(MatMul(Transpose(MatMul(a, Z)), Z)),
    Sum(-2 * ENTRY**2, (i, 0, N - 1)),
    Sum(ENTRY * entr(1 + ENTRY**2) / 3, (i, 0, N - 1)),
    SpectralTrace(Lambda(x, -(x**2) / 2), MatMul(Transpose(Z), Z)),
]


@pytest.mark.parametrize("expr", FACTORS, ids=str)
def test_what_is_outside_multiplies_the_rest(expr):
    coefficient, rest = outside(expr)
    assert coefficient != 1
    assert np.isclose(value(coefficient * rest, 1), value(expr, 1))
    assert outside(expr, lambda part: part == expr) == (1, expr)


def test_entries_of_zeros_ones_and_negatives_and_the_norm_of_zero_are_settled():
    zero, one = MatrixElement(ZeroMatrix(N, 1), i, 0), MatrixElement(OneMatrix(N, 1), i, 0)
    negative = MatrixElement(MatMul(-1, v), i, 0)
    assert settled(a * zero + 2 * one - negative) == 2 + ENTRY
    assert settled(a + SquaredNorm(MatAdd(Z, -Z))) == a


b, c, d = symbols("b c d", positive=True)
roots = st.sampled_from([sqrt(b), sqrt(c), 1 / sqrt(b * c), sqrt(c + 1), 1 / sqrt(d), sqrt(2), sqrt(x), b, 1 / c, d])
sums = st.sampled_from(
    [(b / c + d / c), (Rational(1, 2) - b / 2), (4 * b + 4 * c) ** -1, (b / d + c / d) ** -2, -b - 2]
)


@given(st.lists(roots | sums, min_size=1, max_size=5), st.sampled_from([1, -2, Rational(1, 2), Rational(-3, 4)]))
def test_the_factors_of_a_product_multiply_to_it(factors, number):
    expr = number
    for f in factors:
        expr *= f
    coefficient, small, big, below = scalar_factors(expr + 0)
    event(f"{sum(f.as_base_exp()[1].q == 2 for f in factors)} roots")
    total = coefficient
    for f in [*small, *big]:
        total *= f
    for f in below:
        total /= f
    at = {b: 0.7, c: 1.9, d: 2.3, x: 0.4}
    assert np.isclose(float(total.subs(at)), float(expr.subs(at)))
