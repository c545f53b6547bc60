"""VICReg as libraries ship it: the forms that its theorems are expected to come out with."""

import pytest
from sympy import KroneckerDelta, MatAdd, MatMul, Max, Rational, Sum, sqrt

from derivations.catalogue import shipped
from derivations.export.text import describe
from derivations.implementations import vicreg as v
from derivations.language.atoms import SquaredNorm
from derivations.language.evaluate import evaluate
from derivations.language.norms import Absolute
from derivations.language.propositions import AtMost, Equal, Gradient, Positive
from derivations.language.substitute import substitute

K, N, Z_a, Z_b, i, j, k = v.K, v.N, v.Z_a, v.Z_b, v.i, v.j, v.k
VIEWS = {"Z_a": [[1, 2], [3, -2], [0.5, 0]], "Z_b": [[0, 2], [2, 0], [1, 0.25]]}


def equation_6(sim, std, cov):
    """As the paper prints it, with C(Z) spelled out."""
    means = {z: [Sum(z[i, c], (i, 0, N - 1)) / N for c in (j, k)] for z in (Z_a, Z_b)}
    C = {z: Sum((z[i, j] - means[z][0]) * (z[i, k] - means[z][1]), (i, 0, N - 1)) / (N - 1) for z in (Z_a, Z_b)}
    s = Sum((Z_a[i, k] - Z_b[i, k]) ** 2, (k, 0, K - 1), (i, 0, N - 1)) / N
    hinges = [Sum(Max(0, 1 - sqrt(C[z].subs(j, k) + v.eps)), (k, 0, K - 1)) / K for z in C]
    squares = [Sum((1 - KroneckerDelta(j, k)) * C[z] ** 2, (j, 0, K - 1), (k, 0, K - 1)) / K for z in C]
    return sim * s + std * sum(hinges) + cov * sum(squares)


@pytest.mark.parametrize(
    ("theorem", "weights"),
    [
        (v.official_compared.theorems[0], (v.invariance / K, v.variance / 2, v.decorrelation)),
        (v.solo_compared.theorems[0], (v.invariance / K, v.variance, v.decorrelation)),
    ],
    ids=["official", "solo"],
)
def test_it_is_equation_6_with_other_weights(theorem, weights):
    assert isinstance(theorem.statement, Equal)
    assert theorem.hypotheses == (Positive(N - 1),)
    given = VIEWS | {"invariance": 3, "variance": 5, "covariance": 7, "eps": 0.25, "N": 3, "K": 2}
    printed = evaluate(equation_6(*weights), given)
    assert evaluate(theorem.statement.rhs, given) == pytest.approx(printed, rel=1e-13)
    assert evaluate(theorem.statement.lhs, given) == pytest.approx(printed, rel=1e-13)


def test_solo_is_official_at_twice_the_variance_weight():
    (theorem,) = v.solo_compared.theorems
    assert theorem.statement.lhs == shipped()["vicreg_solo"].value
    assert theorem.statement.lhs == substitute(v.official, {v.variance: 2 * v.variance})


def test_stacked_views():
    theorem = v.official_compared.theorems[1]
    covariance, energy = theorem.statement.parts
    S_a, S_b = v.covariances
    within, between = covariance.rhs.args
    assert within == MatMul((N - 1) / (2 * N), MatAdd(S_a, S_b))
    assert between.args[0] == Rational(1, 4)
    assert energy.rhs == v.gamma / N * SquaredNorm(v.apart)


def test_the_terms_of_each_view_are_at_least_those_of_the_mean_covariance():
    theorem = v.official_compared.theorems[2]
    positive, mean = theorem.hypotheses
    assert positive == Positive(N - 1)
    assert mean.rhs == MatMul(Rational(1, 2), MatAdd(*v.covariances))
    assert isinstance(theorem.statement, AtMost)
    of_mean, per_view = theorem.statement.arguments()
    assert per_view == v.official - v.invariance / (N * K) * SquaredNorm(v.apart)
    weights = {"invariance": 0, "variance": 5, "covariance": 7, "eps": 0.25}
    same = weights | {"Z_a": VIEWS["Z_a"], "Z_b": VIEWS["Z_a"]}
    M = evaluate(mean.rhs, same)
    assert evaluate(of_mean, same | {"M": M}) == pytest.approx(evaluate(per_view, same))
    other = weights | VIEWS
    assert evaluate(of_mean, other | {"M": evaluate(mean.rhs, other)}) < evaluate(per_view, other)


def test_where_the_views_agree_it_is_the_hinge_of_the_toolkit():
    theorem = v.official_compared.theorems[3]
    assert theorem.statement.rhs == v.hinge.matrix_form.subs(
        {v.alpha: v.variance / K, v.beta: 2 * v.decorrelation / K, v.gamma: 0}
    )


@pytest.mark.parametrize("result", [v.official_gradient, v.solo_gradient], ids=["official", "solo"])
def test_gradients_hold_where_no_deviation_of_the_view_is_one(result):
    for theorem, view, S in zip(result.theorems, (Z_a, Z_b), v.covariances, strict=True):
        claim = theorem.statement
        assert isinstance(claim, Gradient)
        assert claim.unknown == view
        positive, kink = theorem.hypotheses
        assert positive == Positive(N - 1)
        assert isinstance(kink.vector, Absolute)
        assert S in kink.vector.atoms(type(S))


def test_the_defaults_are_those_of_the_code():
    for name in ("vicreg_official", "vicreg_solo"):
        loss = shipped()[name]
        assert {s.name: x for s, x in loss.defaults.items()} == {
            "invariance": 25,
            "variance": 25,
            "covariance": 1,
            "eps": Rational(1, 10000),
        }
        assert loss.hyper.keys() == loss.defaults.keys()


def test_it_reads_as_it_should():
    told = describe(v.official_gradient)
    assert "s_k = (1 - (eps + (S_a)_kk)^(1/2))_+" in told
    assert "w_k = step(1 - (eps + (S_a)_kk)^(1/2))" in told
    assert "S_a = (H Z_a)' H Z_a/(N - 1)" in told
