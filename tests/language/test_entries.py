"""Functions of entries: the same however they are written, with the values that their arguments may take put in, and
refused where they are not defined.
"""

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from sympy import (
    DiagonalOf,
    HadamardPower,
    HadamardProduct,
    Identity,
    Integer,
    Lambda,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Rational,
    Sum,
    Symbol,
    Trace,
    Transpose,
    exp,
    log,
    sqrt,
    symbols,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.arithmetic import FLOAT, MULTI_PRECISION
from derivations.language.atoms import Named, entr
from derivations.language.errors import UnsupportedExpression
from derivations.language.evaluate import evaluate
from derivations.language.normal_form import normal_form
from derivations.language.propositions import Candidates, Equal, Positive, Symmetric
from tests.language.strategies import A, B, N, a, generators, hold, v, w

i, j, k, l = symbols("i j k l", integer=True, nonnegative=True)
x = Symbol("x", real=True)
ENTRIES = [A[i, j], A[j, i], B[i, j], A[i, i], v[i, 0], w[j, 0]]


def total(entry, rows=i, columns=j):
    return Sum(entry, (rows, 0, N - 1), (columns, 0, N - 1))


@st.composite
def functions(draw, depth=2):
    """A function of entries at the indices i and j."""
    if depth == 0:
        return draw(st.sampled_from(ENTRIES))
    inner = draw(functions(depth - 1))
    match draw(st.sampled_from(["add", "multiply", "exp", "log", "root", "inverse"])):
        case "add":
            return inner + draw(functions(depth - 1))
        case "multiply":
            return inner * draw(functions(depth - 1))
        case "exp":
            return exp(inner)
        case "log":
            return log(1 + inner**2)
        case "root":
            return sqrt(1 + draw(st.sampled_from(ENTRIES)) ** 2)
    return 1 / (1 + draw(st.sampled_from(ENTRIES)) ** 2)


def written_otherwise(function, rng):
    """The sum over i and j with other indices in another order, and its entries as those of other matrices."""

    def moved(e):
        matrix, row, column = e.args
        match rng.randrange(4):
            case 0:
                return MatrixElement(Transpose(matrix), column, row)
            case 1:
                return MatrixElement(HadamardProduct(matrix, OneMatrix(*matrix.shape)), row, column)
            case 2:
                return MatrixElement(Named("X", matrix), row, column)
        return 2 * MatrixElement(ElementwiseApplyFunction(Lambda(x, x / 2), matrix), row, column)

    elements = sorted(function.atoms(MatrixElement), key=str)
    return total(function.xreplace({e: moved(e) for e in elements}).xreplace({i: l, j: k}), *rng.sample([k, l], 2))


def values(rng, n):
    shapes = {"A": (n, n), "B": (n, n), "v": (n, 1), "w": (n, 1)}
    return {m: [[rng.uniform(-1, 1) for _ in range(c)] for _ in range(r)] for m, (r, c) in shapes.items()}


@settings(max_examples=40)
@given(functions(), generators)
def test_the_normal_form_does_not_depend_on_how_entries_are_written(function, rng):
    assert normal_form(total(function)).key == normal_form(written_otherwise(function, rng)).key


@settings(max_examples=60)
@given(st.data(), functions(), st.booleans(), generators)
def test_functions_of_one_normal_form_have_one_value(data, function, symmetric, rng):
    one = data.draw(st.sampled_from(sorted(function.atoms(MatrixElement), key=str)))
    near = function.xreplace({one: data.draw(st.sampled_from([e for e in ENTRIES if e != one]))})
    facts = [Symmetric(A)] if symmetric else []
    same = normal_form(total(function), facts) == normal_form(total(near), facts)
    event("of one normal form" if same else "of two normal forms")
    for n in (1, 3) if same else ():
        at = values(rng, n)
        if symmetric:
            at["A"] = [[at["A"][min(p, q)][max(p, q)] for q in range(n)] for p in range(n)]
        assert evaluate(total(function), at) == pytest.approx(evaluate(total(near), at), rel=1e-9)


def test_entries_of_two_indices_that_meet_are_those_of_the_diagonal():
    diagonal = MatrixElement(Identity(N), i, j)
    meeting = total(exp(A[i, j] * B[j, i]) * diagonal)
    assert normal_form(meeting) == normal_form(Sum(exp(A[i, i] * B[i, i]), (i, 0, N - 1)))
    assert normal_form(meeting) != normal_form(total(exp(A[i, j] * B[j, i])))


def test_entries_of_the_diagonal_as_a_vector():
    diagonal = MatrixElement(DiagonalOf(MatMul(2, A, B)), i, 0)
    one = Sum(exp(diagonal), (i, 0, N - 1))
    assert normal_form(one) == normal_form(Sum(exp(2 * MatrixElement(MatMul(A, B), i, i)), (i, 0, N - 1)))
    assert normal_form(one) != normal_form(Sum(exp(MatrixElement(MatMul(A, B), i, i)), (i, 0, N - 1)))


def test_only_the_entries_of_a_symmetric_matrix_may_be_exchanged():
    one, two = total(exp(A[i, j] + B[i, j])), total(exp(A[i, j] + B[j, i]))
    assert normal_form(one) != normal_form(two)
    assert normal_form(one, [Symmetric(A)]) == normal_form(two, [Symmetric(A)])
    three, four = total(exp(A[i, j]) * B[i, j] * w[j, 0]), total(exp(A[i, j]) * B[j, i] * w[j, 0])
    assert normal_form(three, [Symmetric(A)]) != normal_form(four, [Symmetric(A)])


TWO_VALUED = [log(2 + x), sqrt(1 + 3 * x), Integer(3) ** x, 1 / (2 + x), entr(x / 2), (1 + x) ** a, entr(x)]


@pytest.mark.parametrize("body", TWO_VALUED, ids=str)
def test_a_function_of_an_entry_that_is_0_or_1_is_linear_in_it(body):
    function, given = Lambda(x, body), Candidates(A)
    low, high = function(Integer(0)), function(Integer(1))
    whole, linear = total(function(A[i, j]) * B[j, i]), total((low + (high - low) * A[i, j]) * B[j, i])
    assert normal_form(whole, [given]) == normal_form(linear, [given])
    for instance in hold([given], [whole, a], 3):
        precise = instance.in_multi_precision()
        assert Equal(whole, linear).residual(precise) <= precise.arithmetic.tolerance
    unit = MatrixElement(Identity(N), i, j)
    assert normal_form(total(function(unit))) == normal_form(N**2 * low + N * (high - low))


def test_a_matrix_of_two_values_need_not_be_of_zeros_and_ones():
    product = MatMul(B, B)
    given = [Candidates(A), Equal(product, OneMatrix(N, N) + 2 * A)]
    whole = total(log(1 + MatrixElement(product, i, j)))
    assert normal_form(whole, given) == normal_form(N**2 * log(2) + log(2) * total(A[i, j]), given)


UNDEFINED = [1 / A[i, j], A[i, j] ** a, log(A[i, j]), exp(B[i, j] * log(A[i, j])), B[i, j] / (1 - A[i, j])]


@pytest.mark.parametrize("function", UNDEFINED, ids=str)
def test_a_function_that_is_not_defined_at_0_or_1_is_refused(function):
    with pytest.raises(UnsupportedExpression, match="not defined|may be zero"):
        normal_form(total(function), [Candidates(A)])


def test_a_power_needs_a_base_that_is_declared_positive_where_its_exponent_may_be_negative():
    square = HadamardProduct(HadamardPower(v, a), HadamardPower(v, 2 - a))
    assert normal_form(square, [Positive(v)]) == normal_form(HadamardPower(v, 2))
    longer = MatrixSymbol("v", N + 1, 1)
    for undeclared in ([], [Positive(w)], [Positive(longer)]):
        with pytest.raises(UnsupportedExpression, match="v is not declared to be positive"):
            normal_form(square, undeclared)


def test_the_entropy_of_nothing_is_nothing():
    assert entr(Integer(0)) == entr(Integer(1)) == 0
    assert entr(exp(x)) == -x * exp(x)
    assert entr(x).diff(x) == -1 - log(x)
    for arithmetic in (FLOAT, MULTI_PRECISION):
        vector = ElementwiseApplyFunction(Lambda(x, entr(x)), v)
        found = evaluate(vector, {"v": [[0], [Rational(1, 4)], [1]]}, arithmetic)
        assert [float(e) for e in found.ravel()] == pytest.approx([0, float(log(4)) / 4, 0])
    assert normal_form(Trace(entr(x) * Identity(N))) != normal_form(Integer(0))
