"""InfoNCE: the form of its theorems, and their numbers against a computation without the toolkit."""

import numpy as np
import pytest
from scipy.special import logsumexp
from sympy import MatMul, Transpose

from derivations.catalogue import results
from derivations.export.text import show
from derivations.language.atoms import LogSumExp, Named
from derivations.language.evaluate import evaluate
from derivations.language.propositions import Equal, EqualIff, Gradient
from derivations.losses.contrastive import infonce
from derivations.losses.contrastive.infonce import A, G, S, Z
from derivations.proof import rules
from derivations.proof.theorem import ProofError

SIMILARITIES = {"dot": infonce.with_dot_product, "cosine": infonce.with_cosine}
similarities = pytest.mark.parametrize("similarity", SIMILARITIES)


def statements(id):
    return [t.statement for t in results()[id].theorems]


def said(id):
    return [statement.text(show) for statement in statements(id)]


def an_instance(n=5, k=3, tau=0.7, rng=None):
    """Z, candidates with one at least in each row, and a relation among them whose rows sum to one; no symmetry."""
    rng = rng or np.random.default_rng()
    candidates = (rng.random((n, n)) < 0.6).astype(float)
    candidates[np.arange(n), (np.arange(n) + 1) % n] = 1.0
    relation = rng.random((n, n)) * candidates
    relation /= relation.sum(axis=1, keepdims=True)
    return {"Z": rng.standard_normal((n, k)), "A": candidates, "G": relation, "tau": tau, "N": n, "K": k}


def log_softmax(values, similarity):
    Z = values["Z"]
    if similarity == "cosine":
        Z = Z / np.linalg.norm(Z, axis=1, keepdims=True)
    scores = Z @ Z.T / values["tau"]
    return scores - logsumexp(scores, axis=1, b=values["A"], keepdims=True)


def cross_entropy(values, similarity):
    return -(values["G"] * log_softmax(values, similarity)).sum()


def test_the_matrix_form_is_the_published_sum():
    forms, score = said("infonce-matrix-form"), "e^(sum_k Z_ik Z_{}k/{})".format
    for scale_j, scale_l in (("tau", "tau"), ("(tau |z_i| |z_j|)", "(tau |z_i| |z_l|)")):
        over, shape = f"{score('j', scale_j)}/({{}} {score('l', scale_l)})", "-sum_i,j G_ij log({}) = {} - tr(G' S)"
        assert shape.format(over.format("sum_l A_il"), "1' LSE_A(S)") in forms
        assert shape.format(over.format("sum_l"), "1' LSE(S)") in forms
        assert shape.format(over.format("sum_(l != i)"), "1' LSE_(1 1' - I)(S)") in forms


def test_the_gradient_shows_the_tangent_projection():
    slopes = [
        p for p in statements("infonce-gradient") if isinstance(p, Gradient) and p.unknown == Z and p.function.has(A)
    ]
    dots, cosines = (p.value for p in slopes)
    assert show(dots) == "(P + P' - G - G') Z/tau"
    assert show(cosines) == "diag(1/|z_k|) (F - Diag(F U') U)"
    (seed,) = {x.definition for x in cosines.atoms(Named) if x.name == "F"}
    assert show(seed) == "(P + P' - G - G') U/tau"
    assert "Diag(diag(1/|z_k|) (F - Diag(F U') U) Z') 1 = 0" in said("infonce-gradient")


def test_stationarity_is_a_softmax_that_reproduces_the_relation():
    bound, case = said("infonce-stationarity")[:2]
    entropy = "-sum_i,j A_ij G_ij log(G_ij)"
    assert bound == f"{entropy} <= 1' LSE_A(S) - tr(G' S)"
    assert case == f"1' LSE_A(S) - tr(G' S) = {entropy} exactly if G = P"
    vanishing = [t for t in results()["infonce-stationarity"].theorems if isinstance(t.statement, Equal)]
    assert [show(t.statement.lhs) for t in vanishing] == [show(slope) for slope in slopes_in_z()]
    for theorem in vanishing:
        assert show(theorem.statement.rhs) == "0"
        assert "P = G" in [h.text(show) for h in theorem.hypotheses]


def slopes_in_z():
    return [p.value for p in statements("infonce-gradient") if isinstance(p, Gradient) and p.unknown == Z][:2]


def test_another_gradient_does_not_vanish_there():
    vanishing = next(t for t in results()["infonce-stationarity"].theorems if isinstance(t.statement, Equal))
    softmax = vanishing.hypotheses[-1].lhs
    with pytest.raises(ProofError, match="does not follow"):
        rules.normal_form(Equal(MatMul(softmax - Transpose(G), Z), 0 * Z), vanishing.hypotheses)


def test_the_case_of_equality_needs_both_sides_as_they_are():
    case = infonce.gibbs(G, A)[1]
    claim = case.statement
    halved = EqualIff(claim.lhs, claim.rhs / 2, claim.a, claim.b)
    unnormalised = EqualIff(claim.lhs, claim.rhs, claim.a, claim.b + LogSumExp(S, A) * Transpose(LogSumExp(S, A)))
    least, only = case.premises
    for wrong, reason in ((halved, "is not Sum"), (unnormalised, "the entries of")):
        with pytest.raises(ProofError, match=reason):
            rules.equal_in_every_entry(wrong, least, only, (infonce.i, infonce.j), A[infonce.i, infonce.j])


@similarities
def test_the_matrix_form_has_the_value_of_the_loss(similarity):
    values = an_instance()
    loss = SIMILARITIES[similarity]
    for form in (loss.value, loss.matrix_form):
        assert evaluate(form, values) == pytest.approx(cross_entropy(values, similarity), rel=1e-12)


@similarities
def test_the_gradient_is_the_slope_of_the_loss(similarity):
    values, rng, step = an_instance(), np.random.default_rng(), 1e-6
    slope = slopes_in_z()[list(SIMILARITIES).index(similarity)]
    direction = rng.standard_normal(values["Z"].shape)

    def at(h):
        return cross_entropy(values | {"Z": values["Z"] + h * direction}, similarity)

    found = (evaluate(slope, values) * direction).sum()
    assert found == pytest.approx((at(step) - at(-step)) / (2 * step), rel=1e-6, abs=1e-7)


@similarities
def test_the_entropy_is_a_bound_that_the_softmax_meets(similarity):
    values, index = an_instance(), list(SIMILARITIES).index(similarity)
    slope, bound = slopes_in_z()[index], statements("infonce-stationarity")[0]
    reproduced = values | {"G": values["A"] * np.exp(log_softmax(values, similarity))}
    entropy = [-(v["G"][v["G"] > 0] * np.log(v["G"][v["G"] > 0])).sum() for v in (values, reproduced)]
    assert entropy == pytest.approx([evaluate(bound.lhs, v) for v in (values, reproduced)], rel=1e-12)
    assert cross_entropy(values, similarity) > entropy[0] + 1e-3
    assert cross_entropy(reproduced, similarity) == pytest.approx(entropy[1], rel=1e-12)
    assert np.abs(evaluate(slope, reproduced)).max() < 1e-12
