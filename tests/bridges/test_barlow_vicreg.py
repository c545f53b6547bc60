"""Barlow Twins and VICReg on a regular relation, the covariance the identity: forms, and one minimiser for both."""

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from sympy import MatMul, Sum, Transpose, sqrt

from derivations.bridges import barlow_vicreg as e
from derivations.export.text import show
from derivations.language.evaluate import evaluate
from derivations.language.normal_form import normal_form
from derivations.language.propositions import Eigenpairs
from derivations.losses.vicreg import squared as vicreg
from derivations.proof.lemmas.lemma import entry, k
from numeric import barlow_twins
from numeric.optimise import minimise
from tests.embeddings.graphs import regular, related
from tests.numeric.orthonormal import complement, over_orthonormal
from tests.numeric.strategies import arrays

MOMENTS, MISSING, BARLOW, VICREG = e.barlow_vicreg.theorems
delta, N, P, R = e.delta, vicreg.N, vicreg.bottom.vectors, vicreg.problem.rotation


def test_forms():
    assert [show(rhs) for _, rhs in MOMENTS.statement.equations()] == ["delta H - L", "delta H"]
    assert show(MISSING.statement.rhs) == "I - Z' L Z/(delta N)"
    assert show(e.C.definition) == "U' (delta H - L) U"
    assert show(BARLOW.statement.objective) == "|C - I|^2"
    value = Sum((entry(e.values, k) / delta) ** 2, (k, 0, vicreg.q - 1))
    assert normal_form(BARLOW.statement.value) == normal_form(value)
    assert show(VICREG.statement.objective) == "tr(Z' L Z)"


def test_both_have_the_same_minimisers_under_the_same_constraint():
    assert BARLOW.statement.at == VICREG.statement.at
    assert normal_form(BARLOW.statement.at) == normal_form(MatMul(sqrt(N), P, Transpose(R)))
    for theorem in (BARLOW, VICREG):
        (constraint,) = theorem.statement.subject_to
        assert [show(x) for pair in constraint.equations() for x in pair] == ["Z' H Z/N", "I"]
        assert [h for h in theorem.hypotheses if isinstance(h, Eigenpairs)] == [vicreg.bottom]
    assert "poincare-separation" in BARLOW.lemmas


@settings(max_examples=25)
@given(G=related(6).map(regular), data=st.data(), rng=arrays())
def test_the_minimum_is_attained_and_not_beaten(G, data, rng):
    n, degree = len(G), G[0].sum()
    columns = data.draw(st.integers(1, n - 1))
    L = degree * np.eye(n) - G
    basis = complement(np.ones(n))
    values, vectors = np.linalg.eigh(basis.T @ L @ basis)
    event(f"{columns} columns on {n} samples")
    turn = np.linalg.qr(rng.standard_normal((columns, columns)))[0]
    names = {"G": G, "N": n, "K": columns, "delta": degree, "R": turn}
    names |= {"P": basis @ vectors[:, :columns], "lambda": values[:columns, None]}
    value, Z = float(evaluate(BARLOW.statement.value, names)), evaluate(BARLOW.statement.at, names)
    np.testing.assert_allclose(Z.T @ (Z - Z.mean(axis=0)) / n, np.eye(columns), atol=1e-8)
    assert barlow_twins.loss(Z, G, center=True) == pytest.approx(value, abs=1e-8)
    inside = basis.T @ L @ basis / degree

    def distance(V):
        energy = V.T @ inside @ V
        return np.sum(energy**2), 4 * inside @ V @ energy

    found = minimise(over_orthonormal(distance), (n - 1, columns), n_starts=4)
    assert found.loss == pytest.approx(value, abs=1e-6)
