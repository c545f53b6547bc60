"""Canonical correlations in numeric against the theorems, evaluated by SymPy's side on the same arrays."""

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from derivations.embeddings import cca as linear
from derivations.embeddings import kernel_cca as kernels
from derivations.language.arithmetic import MULTI_PRECISION
from derivations.language.evaluate import evaluate
from derivations.language.propositions import Minimum, SingularPairs
from numeric import cca, kernel_cca
from tests.contract.test_implementations import integers


def minima(*results):
    """Of the trace, and of the squared distance to the identity, over whitened maps."""
    return [t for r in results for t in r.theorems if isinstance(t.statement, Minimum)][:2]


LINEAR = minima(linear.canonical_correlation_analysis, linear.barlow_cca)
KERNELS = minima(kernels.kernel_cca)


def at(expr, values):
    found = evaluate(expr, values, MULTI_PRECISION)
    return found.astype(float) if isinstance(found, np.ndarray) else float(found)


@st.composite
def pairs_of_inputs(draw):
    """Small integer inputs of one to three features, of any rank; nothing is constant over the samples."""
    n = draw(st.integers(3, 7))
    inputs = [draw(integers(n, draw(st.integers(1, 3)), -3, 3)) for _ in range(2)]
    assume(all(np.ptp(X, axis=0).any() for X in inputs))
    return inputs


def as_stacked(first, second):
    """The unknown of the theorems, both weights, with the selections of its blocks."""
    rows = np.eye(len(first) + len(second))
    return {"W": np.vstack([first, second]), "J_a": rows[:, : len(first)], "J_b": rows[:, len(first) :]}


def check(theorems, given, found, Z_a, Z_b):
    """The weights of `numeric` meet the constraints, are singular pairs, and have the values that the theorems give."""
    correlations = found.correlations
    columns = len(correlations)
    given = given | as_stacked(found.weights_a, found.weights_b)
    given |= {"K": columns, "rho": correlations[:, None]}
    trace, distance = (t.statement for t in theorems)
    for constraint in trace.subject_to:
        for lhs, rhs in constraint.equations():
            np.testing.assert_allclose(at(lhs, given), at(rhs, given), atol=1e-9)
    assert at(distance.objective, given) == pytest.approx(cca.loss(Z_a, Z_b), rel=1e-9, abs=1e-12)
    assert at(distance.value, given) == pytest.approx(found.loss, rel=1e-9, abs=1e-12)
    assert at(distance.objective, given) == pytest.approx(found.loss, rel=1e-7, abs=1e-9)
    assert at(trace.objective, given) == pytest.approx(at(trace.value, given), rel=1e-9, abs=1e-9)
    (pairs,) = [h for h in theorems[0].hypotheses if isinstance(h, SingularPairs)]
    given |= {"U": found.weights_a, "V": found.weights_b}
    for lhs, rhs in pairs.equations():
        np.testing.assert_allclose(at(lhs, given), at(rhs, given), atol=1e-8)


@settings(max_examples=60)
@given(inputs=pairs_of_inputs(), data=st.data())
def test_linear_maps(inputs, data):
    X_a, X_b = inputs
    r = min(np.linalg.matrix_rank(X - X.mean(axis=0)) for X in inputs)
    event(f"{r} canonical pairs")
    found = cca.optimal_weights(X_a, X_b, data.draw(st.integers(1, r)))
    given = {"X_a": X_a, "X_b": X_b, "N": len(X_a), "D_a": X_a.shape[1], "D_b": X_b.shape[1]}
    check(LINEAR, given, found, X_a @ found.weights_a, X_b @ found.weights_b)


@settings(max_examples=60)
@given(inputs=pairs_of_inputs(), data=st.data())
def test_functions_of_kernels(inputs, data):
    """The features are the inputs: the kernel form has the correlations of the linear one, too."""
    Phi_a, Phi_b = inputs
    r = min(np.linalg.matrix_rank(X - X.mean(axis=0)) for X in inputs)
    columns = data.draw(st.integers(1, r))
    K_a, K_b = (Phi @ Phi.T for Phi in inputs)
    found = kernel_cca.optimal_weights(K_a, K_b, columns)
    given = {"Phi_a": Phi_a, "Phi_b": Phi_b, "N": len(K_a), "P_a": Phi_a.shape[1], "P_b": Phi_b.shape[1]}
    check(KERNELS, given, found, K_a @ found.weights_a, K_b @ found.weights_b)
    np.testing.assert_allclose(found.correlations, cca.optimal_weights(Phi_a, Phi_b, columns).correlations, atol=1e-7)
