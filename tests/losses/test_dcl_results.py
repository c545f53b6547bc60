"""DCL, and SimCLR and DCL with squared or absolute cosines: their forms, and their numbers against NumPy alone."""

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from scipy.special import logsumexp

from derivations.catalogue import results
from derivations.export.text import show
from derivations.language.atoms import Named
from derivations.language.evaluate import evaluate
from derivations.losses.contrastive import dcl as d
from derivations.losses.contrastive import simclr_variants as v
from derivations.losses.contrastive.infonce import Z

VALUES = {"C": lambda C: C, "C o C": np.square, "|C|": np.abs}
LOSSES = {
    "simclr-sq": (v.simclr_sq, "C o C", 0, v.matrix_form, v.gradient),
    "simclr-abs": (v.simclr_abs, "|C|", 1, v.matrix_form, v.gradient),
    "dcl": (d.dcl, "C", 0, d.matrix_form, d.gradient),
    "dcl-sq": (d.dcl_sq, "C o C", 1, d.matrix_form, d.gradient),
    "dcl-abs": (d.dcl_abs, "|C|", 2, d.matrix_form, d.gradient),
}
each = pytest.mark.parametrize("name", LOSSES)


@st.composite
def views(draw):
    """Z, a relation of which every row sums to one, candidates with and without the positives, and a temperature."""
    n, k = draw(st.integers(3, 6)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    G = np.zeros((n, n))
    for i in range(n):
        positives = rng.choice(np.delete(np.arange(n), i), draw(st.integers(1, n - 2)), replace=False)
        G[i, positives] = rng.uniform(0.1, 1, len(positives))
    G /= G.sum(axis=1, keepdims=True)
    event(f"{k} dimensions")
    return {"Z": rng.standard_normal((n, k)), "G": G, "tau": draw(st.sampled_from((0.2, 1.0))), "N": n, "K": k}


def with_candidates(values, name):
    others = 1 - np.eye(values["N"])
    return values | {"A": others if name.startswith("simclr") else others * (values["G"] == 0)}


def loss(values, kind):
    Z_ = values["Z"] / np.linalg.norm(values["Z"], axis=1, keepdims=True)
    scores = VALUES[kind](Z_ @ Z_.T) / values["tau"]
    return logsumexp(scores, axis=1, b=values["A"]).sum() - (values["G"] * scores).sum()


@each
def test_forms(name):
    stated, kind, position, forms, _ = LOSSES[name]
    form = forms.theorems[position].statement
    assert (form.lhs, form.rhs) == (stated.value, stated.matrix_form)
    assert show(form.rhs) == "1' LSE_A(S) - tr(G' S)"
    (scores,) = {x.definition for x in form.rhs.atoms(Named) if x.name == "S"}
    assert show(scores) == {"C": "C/tau", "C o C": "(C o C)/tau", "|C|": "|C|/tau"}[kind]
    score = {"C": "C_i{}", "C o C": "C_i{}^2", "|C|": "|C_i{}|"}[kind].format
    assert show(form.lhs) == f"-sum_i,j G_ij log(e^({score('j')}/tau)/(sum_l A_il e^({score('l')}/tau)))"


def test_who_the_candidates_are():
    said = {name: {f.text(show) for f in stated.facts} for name, (stated, *_) in LOSSES.items()}
    assert all(("A o G = G" in said[name]) == name.startswith("simclr") for name in said)
    assert all(("A o G = 0" in said[name]) == name.startswith("dcl") for name in said)


def slope(name):
    """The gradient theorem in Z."""
    *_, position, _, gradients = LOSSES[name]
    return [t for t in gradients.theorems if getattr(t.statement, "unknown", None) == Z][position]


@each
def test_gradients(name):
    theorem = slope(name)
    assert show(theorem.statement.value) == "diag(1/|z_k|) (F - Diag(F U') U)"
    (pull,) = {x.definition for x in theorem.statement.value.atoms(Named) if x.name == "F"}
    assert (
        show(pull)
        == {
            "C": "(P + P' - G - G') U/tau",
            "C o C": "(2/tau) ((P - G) o C + (P' - G') o C) U",
            "|C|": "((P - G) o C o |C|^(o -1) + (P' - G') o C o |C|^(o -1)) U/tau",
        }[LOSSES[name][1]]
    )
    assert (v.no_zero in theorem.hypotheses) == name.endswith("abs")


@each
@given(values=views())
@settings(max_examples=15, deadline=None)
def test_the_numbers(name, values):
    """Both forms have the value of the loss, and the gradient is its slope."""
    stated, kind, *_ = LOSSES[name]
    values = with_candidates(values, name)
    for form in (stated.value, stated.matrix_form):
        assert evaluate(form, values) == pytest.approx(loss(values, kind), rel=1e-11, abs=1e-11)
    gradient = evaluate(slope(name).statement.value, values)
    direction = np.random.default_rng(0).standard_normal(gradient.shape)
    ahead, behind = (loss(values | {"Z": values["Z"] + h * direction}, kind) for h in (1e-6, -1e-6))
    assert (ahead - behind) / 2e-6 == pytest.approx((gradient * direction).sum(), rel=1e-5, abs=1e-6)


def test_positives_of_dcl_attract_with_full_weight():
    in_scores, decoupled, *_ = (t.statement for t in results()["dcl-gradient"].theorems)
    assert show(in_scores.value) == "P - G"
    assert decoupled.text(show) == "G o (P - G) = -(G o G)"
