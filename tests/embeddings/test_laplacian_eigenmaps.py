"""Laplacian Eigenmaps: the forms that its derivation comes out with, and its minima against SciPy and minimisation."""

import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from scipy.linalg import eigh
from sympy import DiagMatrix, Identity, MatAdd, MatMul, MatrixSymbol, OneMatrix, Sum, Transpose

from derivations.embeddings import laplacian_eigenmaps as e
from derivations.export.text import show
from derivations.language.evaluate import evaluate
from derivations.language.normal_form import normal_form
from derivations.language.propositions import Eigenpairs
from derivations.proof.lemmas.lemma import entry, k
from tests.embeddings.constrained import check, known
from tests.embeddings.graphs import GRAPHS, related
from tests.numeric.strategies import laplacian
from tests.spectral.attained import minima, turns

TURN = {"with the constant": "R", "without the constant": "Q"}
FORMS = {"with the constant": 0, "without the constant": 1}
METRIC = {
    "with the constant": DiagMatrix(e.d),
    "without the constant": MatAdd(DiagMatrix(e.d), MatMul(-1 / e.v, e.d, e.d.T)),
}


def same(x, y, facts=()):
    return normal_form(x, facts) == normal_form(y, facts)


@pytest.mark.parametrize("form", FORMS)
def test_forms(form):
    theorem = minima(e.laplacian_eigenmaps)[FORMS[form]]
    claim = theorem.statement
    (pencil,) = [h for h in theorem.hypotheses if isinstance(h, Eigenpairs)]
    right = MatrixSymbol(TURN[form], *claim.at.args[-1].shape[::-1])
    assert show(claim.objective) == "tr(Z' L Z)"
    assert pencil.matrix == e.L
    assert same(pencil.metric, METRIC[form])
    assert pencil.rank == {"with the constant": e.N, "without the constant": e.N - 1}[form]
    assert same(claim.value, Sum(entry(pencil.values, k), (k, 0, pencil.vectors.cols - 1)))
    assert same(claim.at, MatMul(pencil.vectors, Transpose(right)))
    ((lhs, rhs),) = [pair for p in claim.subject_to for pair in p.equations()]
    assert same(lhs, MatMul(Transpose(e.Z), METRIC[form], e.Z))
    assert rhs == Identity(claim.unknown.cols)


def test_what_the_constant_is_and_how_it_is_left_out():
    _, constant, projected, _, others = (t.statement for t in e.laplacian_eigenmaps.theorems)
    assert (show(constant.lhs), show(constant.rhs)) == ("L 1", "0")
    mean_off = MatAdd(Identity(e.N), MatMul(-1 / e.v, OneMatrix(e.N, 1), Transpose(e.d)))
    assert same(e.centring, mean_off)
    assert [show(x) for pair in projected.equations() for x in pair] == [
        "Z' Pi' diag(d) Pi Z", "Z' M Z", "Z' Pi' L Pi Z", "Z' L Z", "d' Pi Z", "0",
    ]  # fmt: skip
    assert [show(x) for pair in others.equations() for x in pair] == [
        "L Pi V", "diag(d) Pi V diag(nu)", "(Pi V)' diag(d) Pi V", "I",
    ]  # fmt: skip


def named(G):
    d = G.sum(axis=1, keepdims=True)
    return {"G": G, "d": d, "v": d.sum(), "N": len(G)}


def metric(G, form):
    d = G.sum(axis=1)
    return np.diag(d) - (np.outer(d, d) / d.sum() if form == "without the constant" else 0)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("name", GRAPHS)
def test_the_optimum_is_attained_and_not_beaten(name, columns, form):
    G = GRAPHS[name]
    theorem = minima(e.laplacian_eigenmaps)[FORMS[form]]
    _, value = check(theorem, named(G), columns, laplacian(G), metric(G, form))
    every = eigh(laplacian(G), np.diag(G.sum(axis=1)), eigvals_only=True)
    first = 1 if form == "without the constant" else 0
    assert value == pytest.approx(every[first : first + columns].sum(), abs=1e-8)


@given(related(), st.integers(1, 4))
def test_the_others_are_orthogonal_to_the_degrees_and_as_scipy_has_them(G, columns):
    n = len(G)
    columns = min(columns, n - 1)
    theorem = minima(e.laplacian_eigenmaps)[FORMS["without the constant"]]
    values = known(theorem, named(G) | {"K": columns}, columns)
    vectors = evaluate(MatMul(e.centring, e.without_constant.pencil.vectors.subs(e.rank, e.N - 1)), values)
    d, L = G.sum(axis=1), laplacian(G)
    every = eigh(L, np.diag(d), eigvals_only=True)[1:]
    event("a repeated eigenvalue" if (np.diff(every) < 1e-9).any() else "simple eigenvalues")
    event("as many columns as there are" if columns == n - 1 else "fewer columns")
    found = values["nu"].ravel()
    assert found == pytest.approx(every[:columns], abs=1e-7)
    assert np.abs(d @ vectors).max() < 1e-7
    assert np.abs(L @ vectors - d[:, None] * vectors * found).max() < 1e-6 * (1 + np.abs(L).max())
    assert vectors.T @ (d[:, None] * vectors) == pytest.approx(np.eye(columns), abs=1e-7)
    assert float(evaluate(theorem.statement.value, values)) == pytest.approx(every[:columns].sum(), abs=1e-7)


def test_nothing_is_claimed_of_more_columns_than_there_are_eigenvectors():
    """Z'DZ = I has no solution then, and the hypotheses no instance: R is not orthogonal."""
    G = GRAPHS["a path with weights"]
    for form, theorem in zip(FORMS, minima(e.laplacian_eigenmaps), strict=True):
        columns = len(G) + 1
        values = known(theorem, named(G) | {"K": columns}, columns)
        right = next(values[m.name] for m in turns(theorem))
        assert right.shape[1] < right.shape[0], form
        assert np.linalg.matrix_rank(metric(G, form)) < columns
