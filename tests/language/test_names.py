"""Two things of one name are two things: no key of the normal form mixes them up."""

import pytest
from sympy import Function, Identity, MatMul, MatrixSymbol, OneMatrix, Sum, Symbol, Trace, Transpose, log
from sympy.core.function import Lambda
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import Centring, Eigenvalues, Laplacian, Named, SpectralTrace
from derivations.language.network import spelling
from derivations.language.normal_form import normal_form, normaliser
from derivations.language.propositions import Equal
from tests.language.strategies import A, B, K, N, v

k = Symbol("k", integer=True, nonnegative=True)
s, x = Symbol("s", real=True), Symbol("x", real=True)
real, positive = Symbol("p", real=True), Symbol("p", positive=True)
row = MatrixSymbol("v", 1, N)


def total(entry):
    return Sum(entry, (k, 0, N - 1))


def at(vector):
    return MatrixElement(vector, k, 0)


def spectral(body, matrix=A):
    return SpectralTrace(Lambda(s, body), matrix)


DIFFERENT = {
    "row and column": (Transpose(v), row),
    "symbols of other assumptions": (real * Trace(A), positive * Trace(A)),
    "in a function of entries": (total(log(real + at(v) ** 2)), total(log(positive + at(v) ** 2))),
    "in an atom": (total(at(Eigenvalues(real * A, N))), total(at(Eigenvalues(positive * A, N)))),
    "in a spectral function": (spectral(log(s + real)), spectral(log(s + positive))),
    "in dimensions": (Trace(MatrixSymbol("M", N, N)), Trace(MatrixSymbol("M", K, K))),
    "a symbol that looks like an entry": (total(log(at(v) + Symbol("v", real=True))), total(log(2 * at(v)))),
    "a matrix that looks like a function": (total(log(at(v))), total(at(MatrixSymbol("log(v)", N, 1)))),
    "functions of one name": (spectral(Function("f")(s)), spectral(Function("f", real=True)(s))),
    "matrices that print alike": (spectral(log(s + Trace(OneMatrix(2, 2)))), spectral(log(s + Trace(OneMatrix(3, 3))))),
}


@pytest.mark.parametrize("case", DIFFERENT)
def test_different_things_of_one_name(case):
    one, two = DIFFERENT[case]
    assert normal_form(one) != normal_form(two)
    assert normal_form(one).key != normal_form(two).key


ABBREVIATIONS = [
    (Named("A", 2 * Identity(N)), A),
    (Named("C", A), Named("C", B)),
    (Laplacian(A), Laplacian(B)),
    (Centring(N), MatrixSymbol("H", N, N)),
]


@pytest.mark.parametrize(("one", "two"), ABBREVIATIONS, ids=str)
def test_abbreviations_of_one_name_stay_apart_also_when_folded(one, two):
    folded = normaliser((), folded=True)
    assert folded(Trace(one)) != folded(Trace(two))
    fact = Equal(MatMul(one, v), 7 * v)
    assert normal_form(MatMul(one, v), [fact]) == normal_form(7 * v)
    assert normal_form(MatMul(two, v), [fact]) != normal_form(7 * v)


def test_names_of_bound_arguments_do_not_matter():
    one, two = (SpectralTrace(Lambda(z, log(1 + positive * z)), A) for z in (s, x))
    assert normal_form(one) == normal_form(two)
    nested = Lambda((s, x), s + 2 * x), Lambda((x, s), x + 2 * s), Lambda((s, x), x + 2 * s)
    assert spelling(nested[0]) == spelling(nested[1]) != spelling(nested[2])


def test_a_name_is_of_a_matrix():
    with pytest.raises(TypeError, match="the name of a matrix expression"):
        Named("C", Symbol("c"))
