"""The NumPy functions against the theorems that they were written from, evaluated by SymPy's side on the same arrays."""

import importlib

import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from derivations.catalogue import implementations
from derivations.export.numpy_cases import cases
from derivations.export.numpy_module import numpy_module
from derivations.language.arithmetic import EXACT
from derivations.language.evaluate import evaluate
from derivations.language.propositions import EntrywiseNonnegative, Gradient

every_implementation = pytest.mark.parametrize("implementation", implementations(), ids=lambda i: i.loss.name)
hyper_parameters = st.sampled_from([0.25, 0.5, 1.0, 3.0, 25.0])


@st.composite
def problems(draw, implementation):
    """A relation, a representation of small dyadic numbers (exact in both arithmetics) and hyper-parameters."""
    n, k = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    eighths = st.integers(-16, 16).map(lambda x: x / 8)
    Z = np.array(draw(st.lists(eighths, min_size=n * k, max_size=n * k))).reshape(n, k)
    smallest = 0 if any(isinstance(f, EntrywiseNonnegative) for f in implementation.loss.facts) else -3
    entries = draw(st.lists(st.integers(smallest, 3), min_size=n * n, max_size=n * n))
    weights = np.array(entries, dtype=float).reshape(n, n)
    G = weights + weights.T
    event("empty relation" if not G.any() else "relation of both signs" if G.min() < 0 else "relation")
    event("K > N - 1" if k > n - 1 else "K <= N - 1")
    return Z, G, {h.name: draw(hyper_parameters) for h in implementation.loss.hyper}


def module(implementation):
    return importlib.import_module(f"numeric.generated.{implementation.loss.name}")


def values(implementation, Z, G, hyper):
    return {implementation.loss.unknown.name: Z, "G": G, **hyper}


@every_implementation
@given(data=st.data())
def test_loss_is_the_published_formula_in_exact_arithmetic(implementation, data):
    Z, G, hyper = data.draw(problems(implementation))
    exact = float(evaluate(implementation.loss.value, values(implementation, Z, G, hyper), EXACT))
    assert module(implementation).loss(Z, G, **hyper) == pytest.approx(exact, rel=1e-12, abs=1e-12)


@every_implementation
@given(data=st.data())
def test_gradient_is_that_of_the_theorem_in_exact_arithmetic(implementation, data):
    Z, G, hyper = data.draw(problems(implementation))
    (derived,) = [
        p.value
        for t in implementation.gradient.theorems
        for p in getattr(t.statement, "parts", (t.statement,))
        if isinstance(p, Gradient) and p.function == implementation.loss.matrix_form
    ]
    exact = evaluate(derived, values(implementation, Z, G, hyper), EXACT).astype(float)
    found = module(implementation).gradient(Z, G, **hyper)
    assert found.shape == Z.shape
    assert np.abs(found - exact).max() <= 1e-12 * (1 + np.abs(exact).max())


@every_implementation
@given(data=st.data())
def test_the_minimum_is_that_of_the_theorem(implementation, data):
    """The theorem's filter and value, evaluated at the eigenvalues that the code found, are the code's."""
    Z, G, hyper = data.draw(problems(implementation))
    best = module(implementation).optimal_representation(G, Z.shape[1], **hyper)
    for case in cases(implementation.representation):
        given_values = {"N": len(Z), "K": Z.shape[1], case.eigenvalues.name: best.eigenvalues.reshape(-1, 1), **hyper}
        given_values["G"] = G
        if case.condition and evaluate(case.condition.lhs, given_values) > evaluate(case.condition.rhs, given_values):
            continue
        if case.level:
            event("level")
            given_values[case.level.level.name] = best.filter.sum() / Z.shape[1]
        filtered = [evaluate(case.filter, given_values | {case.eigenvalue.name: x}) for x in best.eigenvalues]
        assert best.filter == pytest.approx(filtered, abs=1e-10 * max([1, *hyper.values()]))
        assert best.loss == pytest.approx(evaluate(case.value, given_values), rel=1e-9, abs=1e-9)
    assert module(implementation).loss(best.representation, G, **hyper) == pytest.approx(best.loss, rel=1e-9, abs=1e-9)


@every_implementation
def test_the_committed_module_is_the_one_that_the_theorems_give(implementation):
    source = importlib.import_module(f"numeric.generated.{implementation.loss.name}").__loader__.get_data(
        module(implementation).__file__
    )
    assert source.decode() == numpy_module(implementation)
