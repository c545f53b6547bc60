"""A pencil that is seen from its top: the values -g and the matrix -B of what has the bottom."""

import pytest
from sympy import Identity, Lambda, MatMul, MatrixSymbol, Max, Min, Rational, Symbol, symbols
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.export.notation.latex import latex
from derivations.export.text import show
from derivations.language.atoms import Centring
from derivations.language.instances import instances
from derivations.language.normal_form import normal_form
from derivations.language.propositions import Eigenpairs, Symmetric
from derivations.losses.contrastive import squared_similarity
from derivations.losses.vicreg import squared as vicreg

N, K = symbols("N K", integer=True, positive=True)
q = Min(K, N)
G, U, g = MatrixSymbol("G", N, N), MatrixSymbol("U", N, q), MatrixSymbol("g", q, 1)
H = Centring(N)
top = Eigenpairs(MatMul(-1, G), Identity(N), U, MatMul(-1, g), N)
a = Symbol("a", real=True)


def test_its_values_are_the_largest_eigenvalues_descending():
    drawn = list(instances([Symmetric(G), top], [G, U, g], 6))
    assert len(drawn) == 6
    for instance in drawn:
        relation, vectors, values = (instance.value(m) for m in (G, U, g))
        found = [float(x) for x in values.ravel()]
        assert found == sorted(found, reverse=True)
        every = sorted((float(x) for x in instance.arithmetic.eigenvalues(relation)), reverse=True)
        assert found == pytest.approx(every[: len(found)])
        assert abs(relation @ vectors - vectors * values.ravel()).max() < 1e-30
        assert top.residual(instance) < 1e-30
        lowered = instance.extended({g: values - 1})
        assert top.residual(lowered) > 0.01


def test_the_order_of_the_metric_is_drawn_and_not_determined():
    assert top.determined() == (U, g)
    rank = Symbol("r", integer=True, nonnegative=True)
    metric = MatrixSymbol("M", N, N)
    assert Eigenpairs(MatMul(-1, G), metric, U, MatMul(-1, g), rank).determined() == (U, g, rank)


def test_it_is_told_from_its_top():
    assert top.text(show) == (
        "U' U = I,  G U = U diag(g),  g descending: the min(K, N) largest eigenvalues of G"
    )  # fmt: skip
    assert "G U = U" in top.latex(latex)
    assert r"\text{ largest eigenvalues of } G" in top.latex(latex)
    halved = Eigenpairs(MatMul(Rational(-1, 2), H, G, H), H, U, MatMul(-1, g), N - 1)
    assert halved.text(show) == (
        "U' H U = I,  H G H U/2 = H U diag(g),  g descending: the min(K, N) largest eigenvalues of (H G H/2, H), "
        "rank(H) = N - 1"
    )


def test_one_that_is_seen_from_its_bottom_is_told_as_before():
    told = vicreg.bottom.text(show)
    assert told.endswith("ascending: the min(K, N - 1) smallest eigenvalues of (L, H), rank(H) = N - 1")
    assert r"\text{ smallest eigenvalues of the pencil } (L, H)" in vicreg.bottom.latex(latex)


def test_functions_of_the_eigenvalues_are_functions_of_g():
    problem = squared_similarity.problem
    values = problem.at_eigenvalues(Max(0, -a) + a**2)
    expected = ElementwiseApplyFunction(Lambda(a, Max(0, a) + a**2), problem.pencil.spectrum[1])
    assert normal_form(values) == normal_form(expected)
    assert not problem.summed(a).has(MatMul(-1, problem.pencil.spectrum[1]))
