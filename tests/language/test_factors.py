"""Facts on factors of a matrix: how they rewrite, how their instances are drawn, and what is no instance; and the division
of polynomials in an entry by a linear function of it.
"""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import DiagMatrix, Lambda, MatMul, MatrixSymbol, Rational, Sum, Symbol, Trace, Transpose, sqrt
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.arithmetic import MULTI_PRECISION
from derivations.language.errors import NoInstance, UnsupportedExpression
from derivations.language.instances import Instance
from derivations.language.normal_form import normal_form
from derivations.language.propositions import Equal, OrthonormalFactor, Positive, RightInverse
from tests.language.strategies import K, N, Z, hold
from tests.language.test_facts import check_value_of_normal_form, expressions

r = Symbol("r", integer=True, nonnegative=True)
U, B, A = MatrixSymbol("U", N, r), MatrixSymbol("B", r, K), MatrixSymbol("A", K, r)
factor, inverse = OrthonormalFactor(Z, U, B), RightInverse(B, A)
FACTS = {"orthonormal factor": ([factor], [Z, U, B]), "right inverse": ([factor, inverse], [U, B, A])}


@pytest.mark.parametrize("name", FACTS)
@settings(max_examples=12)
@given(data=st.data())
def test_the_normal_form_has_the_value_of_the_expression(name, data):
    facts, atoms = FACTS[name]
    check_value_of_normal_form(data.draw(expressions(atoms, 2)), facts, atoms)


CONSEQUENCES = [
    ([factor], MatMul(U, Transpose(U), Z), Z),
    ([factor], MatMul(Transpose(Z), Z), MatMul(Transpose(B), B)),
    ([factor, inverse], MatMul(Z, A), U),
    ([factor, inverse], Trace(MatMul(A, B)), r),
]


@pytest.mark.parametrize(("facts", "lhs", "rhs"), CONSEQUENCES)
def test_consequences(facts, lhs, rhs):
    assert normal_form(lhs, facts) == normal_form(rhs, facts)
    assert normal_form(lhs) != normal_form(rhs)
    for values in hold(facts, [lhs, rhs], 3):
        assert Equal(lhs, rhs).residual(values) <= values.arithmetic.tolerance


def instance(matrix, symbol, count):
    sizes = dict(zip(symbol.shape, matrix.shape, strict=True)) | {r: count}
    table = {d: MULTI_PRECISION.number(n) for d, n in sizes.items()} | {symbol: MULTI_PRECISION.array(matrix)}
    return Instance(MULTI_PRECISION, table, random.Random(0))


LOW = np.array([[1, 2, 3], [2, 4, 6], [0, 1, 1], [1, 0, 1]])  # of rank two


@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_basis_has_as_many_columns_as_there_is_rank_or_more(count):
    values = instance(LOW, Z, count)
    assert factor.residual(values.extended(factor.determine(values))) < 1e-40


@pytest.mark.parametrize("count", [0, 1, 5])
def test_nor_fewer_nor_more_than_rows(count):
    values = instance(LOW, Z, count)
    with pytest.raises(NoInstance, match="no basis"):
        factor.determine(values)


def test_what_has_a_right_inverse_has_many():
    values = instance(np.array([[1, 2, 3], [0, 1, 1]]), B, 2)
    found = [values.extended(inverse.determine(values)) for _ in range(3)]
    assert all(inverse.residual(v) < 1e-40 for v in found)
    assert abs(found[0].value(A) - found[1].value(A)).max() > 0.1
    dependent = instance(np.array([[1, 2, 3], [2, 4, 6]]), B, 2)
    with pytest.raises(NoInstance, match="not linearly independent"):
        inverse.determine(dependent)
    doubled = found[0].extended({A: 2 * found[0].value(A)})
    assert inverse.residual(doubled) > 0.1


# division

x, c, a = Symbol("x", real=True), Symbol("c", positive=True), Symbol("a", positive=True)
s, v = MatrixSymbol("s", K, 1), MatrixSymbol("v", K, 1)
k = Symbol("k", integer=True, nonnegative=True)


def each(body, vector=s):
    return ElementwiseApplyFunction(Lambda(x, body), vector)


positive = [Positive(each(x + c))]


def same(f, g, facts):
    """Whether sum_k f(s_k) v_k and sum_k g(s_k) v_k have one normal form."""
    totals = (Trace(MatMul(Transpose(v), DiagMatrix(each(h)), v)) for h in (f, g))
    return normal_form(next(totals), facts) == normal_form(next(totals), facts)


@pytest.mark.parametrize(
    ("f", "g"),
    [
        (x / (x + c), 1 - c / (x + c)),
        (x**2 / (x + c), x - c + c**2 / (x + c)),
        (x / (x + c) ** 2, 1 / (x + c) - c / (x + c) ** 2),
        (x**3 / (x + c) ** 2, x - 2 * c + 3 * c**2 / (x + c) - c**3 / (x + c) ** 2),
        (x / sqrt(x + c), sqrt(x + c) - c / sqrt(x + c)),
        (sqrt(x) ** 3 / (x + c), sqrt(x) - c * sqrt(x) / (x + c)),
    ],
    ids=str,
)
def test_polynomials_are_divided_by_linear_functions(f, g):
    assert same(f, g, positive)
    assert not same(f, g + c / (x + c), positive)
    assert not same(f, 1 + g, positive)


def test_the_divisor_may_have_a_slope():
    facts = [Positive(each(a * x + c))]
    assert same(x / (a * x + c), (1 - c / (a * x + c)) / a, facts)
    assert not same(x / (a * x + c), 1 - c / (a * x + c), facts)


def test_different_entries_are_not_divided():
    over = each(1 / (x + c))
    total = Sum(MatrixElement(v, k, 0) * MatrixElement(over, k, 0), (k, 0, K - 1))
    assert len(normal_form(total, positive).terms) == 1
    crossed = Trace(MatMul(s, Transpose(over)))
    whole = Sum(1 - c * MatrixElement(over, k, 0), (k, 0, K - 1))
    assert normal_form(crossed, positive) == normal_form(whole, positive)
    everyone = Trace(MatMul(s, Transpose(each(1, s)))) * Trace(MatMul(over, Transpose(each(1, s))))
    assert len(normal_form(everyone, positive).terms) == 1  # two sums, over indices of their own


def test_nothing_is_divided_by_what_may_be_zero():
    with pytest.raises(UnsupportedExpression, match="not declared to be positive"):
        same(x / (x + c), 1 - c / (x + c), [])
    with pytest.raises(UnsupportedExpression, match="not declared to be positive"):
        same(x / (x - c), 1 + c / (x - c), positive)


@settings(max_examples=40)
@given(
    coefficients=st.lists(st.integers(-3, 3), min_size=1, max_size=4),
    order=st.sampled_from([1, Rational(3, 2), 2, 3]),
    at=st.integers(0, 9),
)
def test_the_quotient_has_the_value_of_the_fraction(coefficients, order, at):
    """The normal form of a random fraction, summed over two entries that are equal."""
    fraction = sum(m * x**n for n, m in enumerate(coefficients)) / (x + 2) ** order
    both = MatrixSymbol("s", 2, 1)
    form = normal_form(Trace(DiagMatrix(each(fraction, both))), [Positive(each(x + 2, both))])
    total = 0
    for coefficient, network in form.terms.values():
        value = float(coefficient) * (2 if network.factors else 1)
        for f in network.factors:
            base = at if f.entry is None else float(f.entry.xreplace(dict.fromkeys(f.entry.free_symbols, at)))
            value *= base ** float(f.exponent)
        total += value
    assert total == pytest.approx(2 * float(fraction.subs(x, at)), abs=1e-9)
    divisors = [n for _, n in form.terms.values() if any(f.exponent < 0 for f in n.factors)]
    assert all(len(n.factors) == 1 for n in divisors)
