"""VICReg-exp and VICReg-ctr: their forms, and their numbers against NumPy alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logsumexp
from sympy import DiagonalMatrix, HadamardProduct, Identity, MatAdd, MatMul, OneMatrix, Transpose

from derivations.export.text import show
from derivations.language.atoms import Softmax
from derivations.language.evaluate import evaluate
from derivations.language.normal_form import normal_form
from derivations.language.propositions import Candidates
from derivations.losses.contrastive.infonce import tau
from derivations.losses.vicreg import ctr as c
from derivations.losses.vicreg import exp as e
from derivations.losses.vicreg.squared import H, K, L, N, Z, alpha, beta, gamma

LOSSES = {"exp": (e.vicreg_exp, e.matrix_form, e.gradient), "ctr": (c.vicreg_ctr, c.matrix_form, c.gradient)}
each = pytest.mark.parametrize("kind", LOSSES)


def covariance(matrix):
    """Of the columns, about their means."""
    return np.cov(matrix, rowvar=False, bias=True)


def loss(values, kind):
    Z_, G, N_ = values["Z"], values["G"], values["N"]
    C = covariance(Z_ if kind == "exp" else Z_.T)
    others = 1 - np.eye(len(C))
    repulsion = logsumexp(C / values["tau"], axis=1, b=others).mean()
    distances = ((Z_[:, None] - Z_[None]) ** 2).sum(axis=2)
    variance = ((np.diag(C) - 1) ** 2).sum()
    return values["alpha"] * variance + values["beta"] * repulsion + values["gamma"] / N_ * (G * distances).sum()


@st.composite
def instances(draw):
    n, k = draw(st.integers(2, 5)), draw(st.integers(2, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    G = rng.uniform(0, 1, (n, n))
    weights = {name: draw(st.sampled_from((0.5, 1.0, 3.0))) for name in ("alpha", "beta", "gamma", "tau")}
    return weights | {"Z": rng.standard_normal((n, k)), "G": G + G.T, "N": n, "K": k}


@each
def test_forms(kind):
    stated, form, _ = LOSSES[kind]
    (theorem,) = form.theorems
    assert (theorem.statement.lhs, theorem.statement.rhs) == (stated.value, stated.matrix_form)
    size = "K" if kind == "exp" else "N"
    expected = f"alpha |Diag(C - I)|^2 + (2 gamma/N) tr(Z' L Z) + (beta/{size}) 1' LSE_(1 1' - I)(C/tau)"
    assert show(stated.matrix_form) == expected
    assert [show(f.matrix) for f in stated.facts if isinstance(f, Candidates)] == ["1 1' - I"]


@each
def test_gradients(kind):
    """With half the sum of the softmax and its transpose where VICReg has twice the covariances off the diagonal."""
    _, _, gradient = LOSSES[kind]
    z = Z if kind == "exp" else Transpose(Z)
    C, n = e.covariance(z), z.cols
    P = Softmax(MatMul(1 / tau, C), MatAdd(OneMatrix(n, n), MatMul(-1, Identity(n))))
    pull = 4 * alpha * DiagonalMatrix(C - Identity(n)) + beta / (n * tau) * MatAdd(P, Transpose(P))
    own = MatMul(H, Z, pull) / N if kind == "exp" else MatMul(pull, Z, e.Centring(K)) / K
    (theorem,) = gradient.theorems
    facts = theorem.hypotheses
    expected = MatAdd(own, 4 * gamma / N * MatMul(L, Z))
    assert normal_form(theorem.statement.value, facts) == normal_form(expected, facts)
    twice = MatAdd(expected, MatMul(HadamardProduct(L, L), Z))
    assert normal_form(theorem.statement.value, facts) != normal_form(twice, facts)


@each
@given(values=instances())
@settings(max_examples=20, deadline=None)
def test_the_numbers(kind, values):
    """Both forms have the value of the loss, and the gradient is its slope."""
    stated, _, gradient = LOSSES[kind]
    for form in (stated.value, stated.matrix_form):
        assert evaluate(form, values) == pytest.approx(loss(values, kind), rel=1e-10, abs=1e-10)
    slope = evaluate(gradient.theorems[0].statement.value, values)
    direction = np.random.default_rng(0).standard_normal(slope.shape)
    ahead, behind = (loss(values | {"Z": values["Z"] + h * direction}, kind) for h in (1e-5, -1e-5))
    assert (ahead - behind) / 2e-5 == pytest.approx((slope * direction).sum(), rel=1e-5, abs=1e-6)
