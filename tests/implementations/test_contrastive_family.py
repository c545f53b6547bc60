"""The statements of what libraries ship against what their code does, and the forms that the theorems come out with."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import DiagonalMatrix, Identity, Inverse, MatAdd, MatMul, OneMatrix, Transpose
from sympy.matrices.expressions.slice import MatrixSlice

from derivations.catalogue import shipped
from derivations.export.text import show
from derivations.implementations import coding_rate, contrastive, nnclr, patches, spectral_contrastive
from derivations.implementations.shipped import K, N, Z_a, Z_b
from derivations.implementations.views import G, U_a, U_b, everyone_else, negatives
from derivations.language.atoms import Softmax
from derivations.language.evaluate import evaluate
from derivations.language.normal_form import normal_form
from derivations.language.norms import UnitRows
from derivations.language.propositions import AtMost, Equal, PositiveDefinite, UnitLength
from derivations.losses.contrastive.infonce import tau
from tests.implementations import contrastive_code as code
from tests.implementations.contrastive_views import DEFAULTS, FAMILY, check, expected, two_views


@pytest.mark.parametrize("name", FAMILY)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_value_and_gradients_are_those_of_the_code(name, data):
    loss = shipped()[name]
    views, hyper, *wanted = expected(name, data.draw)
    values = dict(zip(("Z_a", "Z_b"), views, strict=True)) | hyper
    gradients = (t.statement.value for t in loss.gradients.theorems)
    check([evaluate(e, values) for e in (loss.value, *gradients)], views, hyper, *wanted)


def test_solo_learn_and_lightly_agree():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 4, 3))
    assert code.simclr_solo(a, b, 0.3) == pytest.approx(code.nt_xent(a, b, 0.3), rel=1e-12)


def test_declared():
    found = shipped()
    assert set(FAMILY) <= set(found)
    for name in FAMILY:
        loss = found[name]
        assert loss.hyper.keys() == loss.defaults.keys()
        assert {h.name: float(v) for h, v in loss.defaults.items()} == DEFAULTS[name]
        assert [t.statement.unknown for t in loss.gradients.theorems] == [Z_a, Z_b]
        assert all(t.statement.function == loss.value for t in loss.gradients.theorems)
        assert set(loss.facts) == set(loss.gradients.theorems[0].hypotheses)


# forms


def of_unit_rows(pull, view):
    """The gradient in the rows of a view from that in the rows scaled to norm one: its part on the sphere, over the norms."""
    rows = UnitRows(view)
    along = MatMul(DiagonalMatrix(MatMul(pull, Transpose(rows))), rows)
    return MatMul(rows.norms.reciprocals, MatAdd(pull, MatMul(-1, along)))


def check_gradients(loss, expected, facts=()):
    for theorem, gradient in zip(loss.gradients.theorems, expected, strict=True):
        facts = (*theorem.hypotheses, *facts)
        assert normal_form(theorem.statement.value, facts) == normal_form(gradient, facts)


@pytest.mark.parametrize(
    ("loss", "candidates"), [(contrastive.nt_xent, everyone_else), (contrastive.dcl, negatives)], ids=["nt_xent", "dcl"]
)
def test_gradient_of_the_cross_entropies(loss, candidates):
    """In the scores it is the softmax less the relation, over 2 N rows."""
    p, n = Softmax(contrastive.S, candidates), 2 * N
    both = MatMul(1 / (n * tau), MatAdd(p, Transpose(p), MatMul(-2, G)), contrastive.U)
    parts = [MatrixSlice(both, rows, (0, K, 1)) for rows in ((0, N, 1), (N, n, 1))]
    check_gradients(loss, map(of_unit_rows, parts, (Z_a, Z_b)))


def test_gradient_of_nnclr():
    p, scale = Softmax(nnclr.S, OneMatrix(N, N)), 1 / (N * tau)
    pulls = [MatMul(scale, p - Identity(N), U_b), MatMul(scale, Transpose(p) - Identity(N), U_a)]
    check_gradients(nnclr.nnclr_solo, map(of_unit_rows, pulls, (Z_a, Z_b)))


def test_gradient_of_the_spectral_contrastive_loss():
    moments = Z_a.T * Z_a + Z_b.T * Z_b
    expected = [
        4 / (N * (N - 1)) * (z * moments - DiagonalMatrix(z * z.T) * z) - 2 / N * other
        for z, other in ((Z_a, Z_b), (Z_b, Z_a))
    ]
    check_gradients(spectral_contrastive.spectral_contrastive, expected)


@pytest.mark.parametrize(("loss", "sign"), [(coding_rate.tcr, -1), (coding_rate.tcr_lightly, 1)])
def test_gradient_of_the_coding_rate(loss, sign):
    c = K / (N * coding_rate.eps)
    expected, definite = [], []
    for z, other in ((Z_a, U_b), (Z_b, U_a)):
        definite.append(PositiveDefinite(Identity(K) + c * z.T * z))
        rate = sign * c / 2 * z * Inverse(definite[-1].matrix)
        expected.append(rate + of_unit_rows(MatMul(-coding_rate.invariance / N, other), z))
    check_gradients(loss, expected, definite)


def test_what_the_comparisons_say():
    """Each equation is between the shipped value and what it is compared with, under no more than is declared."""
    for loss in (contrastive.nt_xent, contrastive.dcl):
        published, in_matrices, _ = loss.compared.theorems
        assert published.statement.lhs == in_matrices.statement.lhs == loss.value
        assert set(published.hypotheses) == set(in_matrices.hypotheses) == set(loss.facts)
        assert loss.compared.theorems[2].hypotheses == ()
    squares, scaled, unit = spectral_contrastive.compared.theorems
    assert {t.statement.lhs for t in (squares, scaled, unit)} == {spectral_contrastive.value}
    assert {h for h in unit.hypotheses if isinstance(h, UnitLength)} == {UnitLength(Z_a), UnitLength(Z_b)}
    (published,) = nnclr.compared.theorems
    assert isinstance(published.statement, Equal)


def test_collapse_is_the_least_value_of_lightlys_coding_rate():
    for result, value in (
        (coding_rate.compared_lightly, coding_rate.lightly),
        (patches.compared_lightly, patches.lightly),
    ):
        bound, vertex, of_any_rows, limit = result.theorems
        assert isinstance(bound.statement, AtMost)
        assert bound.statement.rhs == value == of_any_rows.statement.rhs
        assert bound.statement.lhs == vertex.statement.rhs
        assert show(bound.statement.lhs) == "log(1 + K/eps)/2 - invariance"
        assert show(of_any_rows.statement.lhs) == "-invariance"
        assert show(limit.statement.rhs) == "log(1 + K t^2/eps)/2 - invariance"
        assert result.lemmas == ["determinant-eigenvalues", "gram-spectrum", "sylvester-determinant"]


@given(two_views())
@settings(max_examples=50, deadline=None)
def test_no_views_are_below_collapse(views):
    """Numerically, by the code of the library."""
    a, b = map(code.normalize, views)
    least = np.log(1 + a.shape[1] / 0.2) / 2 - 200
    assert code.tcr_lightly(a, b, 0.2, 200.0) >= least - 1e-9
    vertex = np.tile(a[:1], (len(a), 1))
    assert code.tcr_lightly(vertex, vertex, 0.2, 200.0) == pytest.approx(least, rel=1e-12)


@given(two_views(least=2))
@settings(max_examples=50, deadline=None)
def test_the_least_value_of_kernel_infonces_loss(views):
    """By its code: no views are below, and orthogonal samples attain it."""
    n = len(views[0])
    assert code.spectral_contrastive(*views) >= -(n - 1) / 2 - 1e-9
    best = np.sqrt((n - 1) / 2) * np.linalg.qr(np.random.default_rng(0).normal(size=(n, n)))[0]
    assert code.spectral_contrastive(best, best) == pytest.approx(-(n - 1) / 2, rel=1e-12)
    bound, attained = spectral_contrastive.optimum.theorems
    assert bound.statement.rhs == spectral_contrastive.value
    assert bound.statement.lhs == attained.statement.rhs == (1 - N) / 2


def test_squares_of_kernel_infonce_weigh_four_times_those_of_the_paper():
    """The published loss of the two-view relation: every pair of 2 N rows with weight 1/(2 N)^2."""
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, 5, 3))
    z, n, scale = np.concatenate([a, b]), 5, 4 * 5 / 4

    def published(y):
        return ((y @ y.T) ** 2).sum() / (2 * n) ** 2 - 2 / n * (y[:n] * y[n:]).sum()

    own = ((z * z).sum(axis=1) ** 2).sum() / (n * (n - 1))
    expected = published(np.sqrt(scale) * z) / scale - own
    assert code.spectral_contrastive(a, b) == pytest.approx(expected, rel=1e-12)
