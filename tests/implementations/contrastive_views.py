"""Two views and hyper-parameters, as the tests of the contrastive losses and coding rates draw them."""

import inspect

import numpy as np
from hypothesis import assume, event
from hypothesis import strategies as st

from tests.implementations import contrastive_code as code

FAMILY = ("nt_xent", "nnclr_solo", "dcl", "spectral_contrastive", "tcr", "tcr_lightly", "emp_ssl", "emp_ssl_lightly")
OF_SEVERAL = ("dcl", "spectral_contrastive")  # losses of at least two samples
OF_PATCHES = ("emp_ssl", "emp_ssl_lightly")  # losses that compare with the mean of the views
DEFAULTS = {
    "nt_xent": {"tau": 0.5},
    "nnclr_solo": {"tau": 0.1},
    "dcl": {"tau": 0.1},
    "spectral_contrastive": {},
    **{name: {"eps": 0.2, "invariance": 200.0} for name in ("tcr", "tcr_lightly", *OF_PATCHES)},
}
KINDS = ("any", "any", "equal", "collapsed", "nearly opposite")


@st.composite
def two_views(draw, least=1):
    """Two views of `least` to 4 samples in 1 to 3 dimensions, of any lengths: unlike each other, equal, or collapsed."""
    n, k = draw(st.integers(least, 4)), draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    a, b = rng.normal(size=(2, n, k)) * 10.0 ** draw(st.integers(-2, 2))
    kind = draw(st.sampled_from(KINDS))
    if kind == "equal":
        b = a.copy()
    if kind == "collapsed":
        a, b = np.tile(a[:1], (n, 1)), np.tile(a[:1], (n, 1))
    if kind == "nearly opposite":
        b = -a + 0.1 * b
    event(f"{kind}, {'one sample' if n == 1 else 'several samples'}, {'K = 1' if k == 1 else 'K > 1'}")
    return a, b


def expected(name, draw):
    """(views, hyper-parameters, the loss, its gradients) by the code of the library; the hyper-parameters are the defaults, or
    others.
    """
    a, b = draw(two_views(least=2 if name in OF_SEVERAL else 1))
    if name in OF_PATCHES:  # the mean of a sample has a direction
        assume(np.linalg.norm(a + b, axis=1).min() > 1e-3 * np.linalg.norm(a))
    hyper = dict(DEFAULTS[name])
    if draw(st.booleans()):
        hyper = {h: draw(st.sampled_from((1e-2, 0.3, 4.0))) for h in hyper}
    function = getattr(code, name)
    arguments = [hyper[h] for h in list(inspect.signature(function).parameters)[2:]]
    return (a, b), hyper, function(a, b, *arguments), code.by_complex_steps(function, a, b, *arguments)


def check(found, views, hyper, loss, gradients):
    """The loss and its gradients to 1e-9 of the terms that they are sums of."""
    size = hyper.get("invariance", 0) + 1 / hyper.get("tau", 1) + abs(loss) + 1
    assert abs(found[0] - loss) <= 1e-9 * size
    for view, gradient, wanted in zip(views, found[1:], gradients, strict=True):
        terms = size / np.linalg.norm(view, axis=1, keepdims=True) + abs(wanted)
        assert (abs(gradient - wanted) <= 1e-9 * terms).all()
