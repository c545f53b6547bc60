"""The modules of losses as libraries ship them: their values, what they refuse, and how numeric hands them on."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from sympy import DiagonalMatrix, Integer, MatMul, OneMatrix, Rational, Symbol, Trace, Transpose

from derivations.export.code.shipped import numpy_shipped, slopes_of
from derivations.implementations.shipped import K, N, Shipped, Z_a, Z_b
from derivations.language.atoms import Centring, LogSumExp, Named, SquaredNorm
from derivations.language.errors import UnsupportedExpression
from derivations.language.evaluate import evaluate
from derivations.language.norms import RowNorms, UnitRows
from derivations.language.propositions import Candidates, Positive
from derivations.proof import rules
from derivations.proof.result import Result

weight, tau = Symbol("weight", nonnegative=True), Symbol("tau", positive=True)
C = Named("C", MatMul(1 / (N - 1), Transpose(Z_a), Centring(N), Z_a))
ones = OneMatrix(N, N)


def shipped(name, value, hyper, defaults, facts=()):
    def gradients():
        return [rules.adjoint(value, view, facts) for view in (Z_a, Z_b)]

    return Shipped(
        name=name,
        title=f"A loss called {name}",
        libraries=("library one", "library two"),
        value=value,
        hyper=hyper,
        defaults=defaults,
        facts=facts,
        gradients=Result(f"{name}-gradient", "The gradients.", gradients),
        compared=Result(f"{name}-compared", "Compared.", gradients),
    )


distance = shipped(
    "distance",
    weight * SquaredNorm(Z_a - Z_b) / (N * K) + SquaredNorm(C - DiagonalMatrix(C)) / K,
    {weight: "weight of the squared distance"},
    {weight: Integer(25)},
)
scores = MatMul(1 / tau, UnitRows(Z_a), Transpose(UnitRows(Z_b)))
contrast = shipped(
    "contrast",
    (Trace(MatMul(OneMatrix(1, N), LogSumExp(scores, ones))) - Trace(scores)) / N,
    {tau: "temperature"},
    {tau: Rational(1, 5)},
    (Positive(RowNorms(Z_a)), Positive(RowNorms(Z_b)), Candidates(ones)),
)


@pytest.fixture(scope="module", params=[distance, contrast], ids=lambda loss: loss.name)
def loss(request):
    return request.param


@pytest.fixture(scope="module")
def written(loss, tmp_path_factory):
    """The module of a loss, imported from a directory of its own."""
    directory = tmp_path_factory.mktemp(loss.name)
    (directory / f"written_{loss.name}.py").write_text(numpy_shipped(loss))
    sys.path.insert(0, str(directory))
    yield importlib.import_module(f"written_{loss.name}")
    sys.path.remove(str(directory))


def function_of(loss, written):
    return getattr(written, loss.name)


@given(data=st.data())
def test_it_computes_the_loss_and_both_gradients(loss, written, data):
    n, k = data.draw(st.integers(2, 5)), data.draw(st.integers(1, 4))
    event("K > N" if k > n else "K <= N")
    rng = np.random.default_rng(data.draw(st.integers(0, 2**16)))
    views = rng.normal(size=(2, n, k))
    hyper = {h.name: data.draw(st.sampled_from([0.25, 1.0, 25.0])) for h in loss.hyper}
    before = views.copy()
    found = function_of(loss, written)(*views, **hyper)
    np.testing.assert_array_equal(views, before)
    slopes = slopes_of(loss)
    for value, expr in zip(found, [loss.value, slopes[Z_a], slopes[Z_b]], strict=True):
        expected = evaluate(expr, {"Z_a": views[0], "Z_b": views[1], **hyper})
        np.testing.assert_allclose(value, expected, rtol=1e-10, atol=1e-12 * (1 + np.abs(expected).max()))


def test_defaults_are_those_of_the_code(loss, written):
    views = np.random.default_rng(0).normal(size=(2, 4, 3))
    defaults = {h.name: float(x) for h, x in loss.defaults.items()}
    assert function_of(loss, written)(*views)[0] == function_of(loss, written)(*views, **defaults)[0]


def test_what_is_wrong_is_named(loss, written):
    function, views = function_of(loss, written), np.random.default_rng(0).normal(size=(2, 4, 3))
    for first, second, message in (
        (views[0], views[1, :3], "Z_b must have 4 rows"),
        (views[0], views[1, :, :2], "Z_b must have 3 columns, as many as Z_a"),
        (views[0], views[1, 0], "Z_b must have two dimensions"),
        (np.where(views[0] > 1, np.nan, views[0]), views[1], "Z_a must be finite"),
        (views[0] * 1e200, views[1], "Z_a must have a norm of at most"),
        (views[0, :0], views[1, :0], "Z_a must have at least one row"),
    ):
        with pytest.raises(ValueError, match=message):
            function(first, second)
    (hyper,) = loss.hyper
    with pytest.raises(ValueError, match=f"{hyper} must be a finite number"):
        function(*views, **{hyper.name: -1.0})
    with pytest.raises(TypeError, match=f"{hyper} must be a finite number"):
        function(*views, **{hyper.name: "1"})


def test_what_the_theorems_ask_for_is_checked():
    (distance_of, contrast_of), views = map(_compiled, (distance, contrast)), np.ones((2, 3, 2))
    with pytest.raises(ValueError, match="Z_a must have at least 2 rows"):
        distance_of(views[0, :1], views[1, :1])
    views[1, 2] = 0
    with pytest.raises(ValueError, match="the lengths of the rows of Z_b must be > 0; found 0 at 2"):
        contrast_of(*views)


def _compiled(loss):
    scope = {}
    exec(numpy_shipped(loss), scope)  # noqa: S102
    return scope[loss.name]


def test_the_docstring_says_what_is_computed():
    told = _compiled(contrast).__doc__
    assert told.startswith("A loss called contrast, as in library one, library two.\n")
    assert "(1' LSE(U_a U_b'/tau) - tr(U_a U_b')/tau)/N" in " ".join(told.split())
    assert "with U_a = diag(1/|" in told
    assert ", U_b = diag(1/|" in " ".join(told.split())
    assert "`contrast-gradient`; `contrast-compared` compares it" in told
    assert "tau: temperature, > 0." in told


def test_a_loss_without_a_theorem_on_its_gradient_is_refused():
    other = shipped("other", SquaredNorm(Z_a), {}, {})
    other.gradients.theorems = distance.gradients.theorems
    with pytest.raises(UnsupportedExpression, match="its gradient in Z_a is not among the theorems"):
        numpy_shipped(other)


def test_numeric_finds_the_losses_by_their_files():
    from numeric import implementations

    directory = importlib.import_module("numeric.generated.implementations").__path__[0]
    files = {p.stem for p in Path(directory).glob("[a-z]*.py")}
    assert set(dir(implementations)) == set(implementations.__all__) == files
    with pytest.raises(AttributeError, match="no loss is called 'nothing'; there are"):
        _ = implementations.nothing
