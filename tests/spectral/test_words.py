"""Reading a loss as words in Z Z', and matrices back from networks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import (
    DiagMatrix,
    HadamardProduct,
    Identity,
    MatAdd,
    MatMul,
    MatrixSymbol,
    Mul,
    OneMatrix,
    Sum,
    Trace,
    symbols,
)

from derivations.language.atoms import Centring, Laplacian, SquaredNorm
from derivations.language.errors import UnsupportedExpression
from derivations.language.normal_form import normaliser
from derivations.language.propositions import Symmetric
from derivations.language.readback import factors_of, network_scalar, read_back
from derivations.spectral.posed import recognised
from derivations.spectral.recognise import Reader
from derivations.spectral.words import metric_of, quadratic, split
from tests.relations.stated import LOSSES, loss

N, K = symbols("N K", integer=True, positive=True)
i, j, k, l = symbols("i j k l", integer=True, nonnegative=True)
Z, G, A, B = MatrixSymbol("Z", N, K), *(MatrixSymbol(name, N, N) for name in "GAB")
v, ones, H = MatrixSymbol("v", N, 1), OneMatrix(N, 1), Centring(N)
ATOMS = [A, A.T, B, G, Identity(N), OneMatrix(N, N), H, DiagMatrix(v), MatMul(v, ones.T), Laplacian(G)]
matrices = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: MatMul(*p)),
        st.tuples(inner, inner).map(lambda p: MatAdd(*p)),
        st.tuples(inner, inner).map(lambda p: HadamardProduct(*p)),
        inner.map(lambda m: DiagMatrix(MatMul(m, ones))),
        inner.map(lambda m: m.T),
    ),
    max_leaves=4,
)
normalise = normaliser((Symmetric(G),))


@given(matrices)
def test_a_matrix_that_is_read_back_is_the_same(matrix):
    form = normalise(matrix)
    again = read_back(form, factors_of(matrix, normalise), (N, N))
    assert again.shape == (N, N)
    assert normalise(again) == form


@given(matrices)
def test_a_number_that_is_read_back_is_the_same(matrix):
    number = Trace(MatMul(matrix, A))
    form = normalise(number)
    again = sum(c * network_scalar(t, factors_of(number, normalise)) for c, t in form.terms.values())
    assert normalise(again - number).is_zero


def test_three_matrices_that_meet_are_no_product():
    at = (i, j, k, l)
    pairs = Mul(*(A[x, y] for n, x in enumerate(at) for y in at[n + 1 :]))
    meeting = Sum(pairs, *((x, 0, N - 1) for x in at))
    ((_, term),) = normalise(meeting).terms.values()
    factors = factors_of(meeting, normalise)
    with pytest.raises(UnsupportedExpression, match="three matrices meet"):
        network_scalar(term, factors)


def test_short_spellings():
    form = normalise(SquaredNorm(A))
    ((_, term),) = form.terms.values()
    assert network_scalar(term, factors_of(A, normalise)) == SquaredNorm(A)
    assert read_back(normalise(MatMul(A, B.T)), factors_of(A * B, normalise), (N, N)) == MatMul(A, B.T)


def test_the_metric_of_a_power():
    """Centring is found in the words I I, I 11' and 11' 11' of the squared covariance."""
    reader = Reader(loss("doubled"))
    _, words = split(reader.normalise(LOSSES["doubled"]), reader.unknown, reader._is_given, str)
    assert {w.degree for w in words} == {1, 2}
    first, metric = metric_of(words, 2)
    assert not first.factors
    assert metric == reader.normalise(Centring(reader.rows))
    assert not quadratic(words).is_zero


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_is_what_was_read(name):
    """tr phi(C), the penalty and the offset add up to the loss, in networks; functions that are no polynomials apart."""
    found = recognised(loss(name))
    if not found.reading.atoms:
        reader = found.reading.reader
        assert reader.normalise(reader.expr - found.problem.objective - found.remainder).is_zero
