"""Losses and gradients of arrays of other libraries than NumPy: in their namespace, on their device, in their precision.

array-api-strict has nothing but what the standard has; PyTorch is tried too where it is installed.
"""

import inspect
import sys
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import assume, event, given

import numeric
from numeric import arrays as of_arrays
from numeric import implementations
from numeric import relations as build
from numeric.diagnostics import optimality_gap
from tests.numeric.strategies import arrays, relations

LIBRARIES = ["array_api_strict", *(["torch"] if find_spec("torch") else [])]
METHODS = [name for name in numeric.__all__ if hasattr(getattr(numeric, name), "loss_and_gradient")]
CHOICES = {
    "barlow_twins": [{}, {"center": True, "off_diagonal": 0.2}],
    "simclr": [{}, {"similarity": "dot", "exclude_self": False}, {"tau": 1e-3}],
    "tcr": [{"c": 0.7, "gamma": 1.3}],
    "vicreg": [{"beta": 2.0, "gamma": 0.3}, {"variance": "hinge"}],
}
CASES = [(method, hyper) for method in METHODS for hyper in CHOICES.get(method, [{}])]


def second_argument(name, Z, G, rng):
    """What a method takes beside Z, by the name of the parameter."""
    n = len(Z)
    X = rng.standard_normal((n, 2))
    return {
        "G": lambda: G,
        "A": lambda: G + np.eye(n),
        "Z_b": lambda: Z + rng.standard_normal(Z.shape).astype(Z.dtype),
        "X": lambda: X,
        "distances": lambda: np.linalg.norm(X[:, None] - X, axis=2),
        "kernel": lambda: X @ X.T,
        "labels": lambda: np.arange(n) % 2,
    }[name]()


def foreign(library, array):
    """The same numbers in another library; a tensor of PyTorch is one that is differentiated, as the output of a network is."""
    array = import_module(library).asarray(array)
    return array.requires_grad_() if library == "torch" else array


def on_host(array):
    return of_arrays.on_host(array)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(("method", "hyper"), CASES, ids=str)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@given(
    G=relations(min_samples=6, max_samples=9, kinds=("weighted", "integer", "clique", "path", "complete")), rng=arrays()
)
def test_every_loss_is_the_same_on_arrays_of_other_libraries(library, method, hyper, dtype, G, rng):
    assume(G.any())
    method = getattr(numeric, method)
    Z = (rng.standard_normal((len(G), 2)) + rng.choice([0, 30])).astype(dtype)
    given_as = second_argument(list(inspect.signature(method.loss).parameters)[1], Z, G, rng)
    kind = rng.choice(["dense", "sparse", "foreign"]) if given_as is G else "dense"
    event(f"relation {kind}")
    known = {"n_neighbors": len(Z) - 1} if "n_neighbors" in inspect.signature(method.loss).parameters else hyper
    value, slope = method.loss_and_gradient(Z, given_as, **known)
    other = {"dense": np.asarray, "sparse": sp.csr_array, "foreign": lambda G: foreign(library, G)}[kind](given_as)
    if method is numeric.cca:
        other = foreign(library, other)
    array = foreign(library, Z)
    found, found_slope = method.loss_and_gradient(array, other, **known)
    slopes, found_slopes = (s if isinstance(s, tuple) else (s,) for s in (slope, found_slope))
    exact = method.loss_and_gradient(Z.astype(np.float64), given_as, **known)[0]
    unit = np.finfo(dtype).eps * (1e3 if hyper.get("tau") == 1e-3 else 1)
    scale = max(abs(exact), max(float(np.abs(s).max()) for s in slopes), 1.0)
    assert isinstance(value, float)
    assert abs(value - exact) <= 1e4 * unit * scale
    for result in (found, *found_slopes):
        assert type(result) is type(array)
        assert result.dtype == array.dtype
        assert result.device == array.device
        assert not getattr(result, "requires_grad", False)
    assert found.shape == ()
    assert abs(float(found) - exact) <= 1e4 * unit * scale
    for mine, theirs in zip(slopes, found_slopes, strict=True):
        assert mine.dtype == dtype
        np.testing.assert_allclose(on_host(theirs), mine, rtol=0, atol=1e4 * unit * scale)
    np.testing.assert_array_equal(on_host(array), Z)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("gamma", [0.3, 0.0])
def test_a_gap_stays_where_the_representation_is(library, gamma):
    G = build.from_views(4, 2)
    optimum = numeric.vicreg.optimal_representation(G, 3, gamma=gamma)
    Z = foreign(library, optimum.representation + 0.1)
    gap = optimality_gap(Z, G, optimum=optimum, gamma=gamma)
    assert gap == optimality_gap(Z, foreign(library, G.toarray()), gamma=gamma)
    for figure in (gap.loss, gap.absolute, gap.relative):
        assert type(figure) is type(Z)
    assert isinstance(gap.optimal_loss, float)
    assert abs(float(gap.absolute)) <= 1e-12
    assert float(gap.relative) == (float(gap.absolute) / optimum.loss if optimum.loss else float(gap.absolute) * np.inf)


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_is_no_representation_in_another_library_is_refused(library):
    G = np.ones((2, 2))
    xp = import_module(library)
    with pytest.raises(TypeError, match=r"^Z must hold float32 or float64, where it is no NumPy array; found .*int64"):
        numeric.vicreg.loss(xp.asarray([[1], [2]], dtype=xp.int64), G)
    with pytest.raises(ValueError, match="^Z must be finite"):
        numeric.vicreg.loss(xp.asarray([[1.0], [float("nan")]]), G)
    with pytest.raises(ValueError, match="^Z must have 2 rows"):
        numeric.simclr.loss(xp.asarray([[1.0]]), G)
    asymmetric = xp.asarray([[0.0, 1.0], [2.0, 0.0]])
    with pytest.raises(ValueError, match=r"^G must be symmetric; found G\[0, 1\] = 1 and G\[1, 0\] = 2"):
        numeric.vicreg.loss(xp.asarray([[1.0], [2.0]]), asymmetric)
    with pytest.raises(TypeError, match="^Z_a must be an array of NumPy here"):
        implementations.nt_xent(xp.ones((2, 2)), xp.ones((2, 2)))


def test_the_package_that_other_libraries_need_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "array_api_compat", None)
    with pytest.raises(TypeError, match="need the package array-api-compat; found it missing"):
        numeric.vicreg.loss(foreign("array_api_strict", np.ones((2, 1))), np.ones((2, 2)))
