"""The NumPy functions against the theorems that they were written from, evaluated by SymPy's side on the same arrays."""

import importlib

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import event, given
from hypothesis import strategies as st

from derivations.catalogue import implementations
from derivations.export.code.cases import cases
from derivations.export.code.module import numpy_module
from derivations.language.arithmetic import EXACT, MULTI_PRECISION
from derivations.language.determinant import LogDet
from derivations.language.evaluate import evaluate
from derivations.language.propositions import EntrywiseNonnegative, Gradient, PositiveDefinite

hyper_parameters = st.sampled_from([0.25, 0.5, 1.0, 3.0, 25.0])


def each(found):
    return pytest.mark.parametrize("implementation", found, ids=lambda i: i.loss.name)


every_implementation = each(implementations())
every_optimum = each([i for i in implementations() if i.representation])


def integers(rows, columns, low, high):
    entries = st.lists(st.integers(low, high), min_size=rows * columns, max_size=rows * columns)
    return entries.map(lambda found: np.array(found, dtype=float).reshape(rows, columns))


def relation_of(implementation):
    """The name of the matrix that relates samples."""
    n = implementation.loss.unknown.rows
    (found,) = (s for s in implementation.loss.matrix_form.free_symbols if getattr(s, "shape", None) == (n, n))
    return found.name


@st.composite
def representations(draw, implementation):
    """A representation of small dyadic numbers, a relation that the optimum is proved for, and hyper-parameters: exact in all
    arithmetics.
    """
    n, k = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    Z = draw(integers(n, k, -16, 16)) / 8
    facts = (*implementation.loss.facts, *implementation.representation.theorems[0].hypotheses)
    nonnegative, definite = (
        any(isinstance(f, kind) for f in facts) for kind in (EntrywiseNonnegative, PositiveDefinite)
    )
    weights = draw(integers(n, n, 0 if nonnegative else -3, 3))
    G = weights @ weights.T / 8 + np.eye(n) / 4 if definite else weights + weights.T
    event("empty relation" if not G.any() else "relation of both signs" if G.min() < 0 else "relation")
    event("K > N - 1" if k > n - 1 else "K <= N - 1")
    return {"Z": Z, relation_of(implementation): G}, {h.name: draw(hyper_parameters) for h in implementation.loss.hyper}


@st.composite
def scores(draw, implementation):
    """Scores, the weights of their positives, and the candidates."""
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(2, 5))
    S = draw(integers(rows, columns, -16, 16)) / draw(st.sampled_from([1, 8]))
    candidates = draw(integers(rows, columns, 0, 1))
    candidates[np.arange(rows), draw(st.lists(st.integers(0, columns - 1), min_size=rows, max_size=rows))] = 1
    Y = draw(integers(rows, columns, 0, 3)) * candidates
    event("all are candidates" if candidates.all() else "some are no candidates")
    event("a row without positives" if not Y.any(axis=1).all() else "positives in every row")
    return {"S": S, "Y": Y, "M": candidates}, {h.name: draw(hyper_parameters) for h in implementation.loss.hyper}


def problems(implementation):
    """The matrices that the functions of a loss take, the unknown first, and hyper-parameters."""
    return (representations if implementation.representation else scores)(implementation)


def arithmetic(implementation):
    rational = implementation.representation and not implementation.loss.value.has(LogDet)
    return EXACT if rational else MULTI_PRECISION


def arguments(matrices):
    """The matrices as the functions take them."""
    kinds = {"Y": sp.csr_array, "M": lambda candidates: candidates > 0}
    return [kinds.get(name, np.asarray)(matrix) for name, matrix in matrices.items()]


def module(implementation):
    return importlib.import_module(f"numeric.generated.{implementation.loss.name}")


@every_implementation
@given(data=st.data())
def test_loss_is_the_published_formula(implementation, data):
    matrices, hyper = data.draw(problems(implementation))
    exact = float(evaluate(implementation.loss.value, matrices | hyper, arithmetic(implementation)))
    assert module(implementation).loss(*arguments(matrices), **hyper) == pytest.approx(exact, rel=1e-12, abs=1e-12)


@every_implementation
@given(data=st.data())
def test_gradient_is_that_of_the_theorem(implementation, data):
    matrices, hyper = data.draw(problems(implementation))
    (derived,) = [
        p.value
        for t in implementation.gradient.theorems
        for p in getattr(t.statement, "parts", (t.statement,))
        if isinstance(p, Gradient) and p.function == implementation.loss.matrix_form
    ]
    exact = evaluate(derived, matrices | hyper, arithmetic(implementation)).astype(float)
    value, found = module(implementation).loss_and_gradient(*arguments(matrices), **hyper)
    assert value == module(implementation).loss(*arguments(matrices), **hyper)
    np.testing.assert_array_equal(found, module(implementation).gradient(*arguments(matrices), **hyper))
    assert found.shape == exact.shape
    assert np.abs(found - exact).max() <= 1e-12 * (1 + np.abs(exact).max())


@every_optimum
@given(data=st.data())
def test_the_minimum_is_that_of_the_theorem(implementation, data):
    """The theorem's filter and value, evaluated at the eigenvalues that the code found, are the code's."""
    matrices, hyper = data.draw(problems(implementation))
    (Z, G), names = matrices.values(), list(matrices)
    best = module(implementation).optimal_representation(G, Z.shape[1], **hyper)
    for case in cases(implementation.representation):
        given_values = {"N": len(Z), "K": Z.shape[1], case.eigenvalues.name: best.eigenvalues.reshape(-1, 1), **hyper}
        given_values[names[1]] = G
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
    source = module(implementation).__loader__.get_data(module(implementation).__file__)
    assert source.decode() == numpy_module(implementation)
