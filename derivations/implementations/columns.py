"""The columns of a view, as the code of the libraries measures them: centred, their covariances and deviations."""

from __future__ import annotations

from sympy import Lambda, MatAdd, MatMul, OneMatrix, Sum, Symbol, Transpose

from derivations.implementations.shipped import K, N
from derivations.language.atoms import Centring, Named
from derivations.proof.lemmas.lemma import entry, k

ones = OneMatrix(K, 1)
x = Symbol("x", real=True)


def named(letter, view, definition):
    """S_a for the letter S and the view Z_a."""
    return Named(f"{letter}_{view.name[-1]}", definition)


def centred(view):
    """The columns without their means."""
    return MatMul(Centring(N), view)


def covariance(view, divisor):
    """S_a or S_b, the sums of products of the centred columns over a divisor, N or N - 1."""
    columns = centred(view)
    return named("S", view, MatMul(1 / divisor, Transpose(columns), columns))


def raised(variances, eps):
    """Every variance and eps."""
    return MatAdd(variances, MatMul(eps, ones))


def each(function, vector):
    """The function of each entry of a vector."""
    return vector.applyfunc(Lambda(x, function(x)))


def total(vector):
    """The sum over the dimensions of the entries of a vector."""
    return Sum(entry(vector, k), (k, 0, K - 1))
