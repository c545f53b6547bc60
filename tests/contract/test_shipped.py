"""Losses as libraries ship them: the committed functions against their statements."""

from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from derivations.catalogue import shipped
from derivations.export.code.shipped import numpy_shipped
from derivations.language.evaluate import evaluate
from numeric import implementations


def test_the_committed_modules_are_those_that_the_theorems_give():
    directory = Path(import_module("numeric.generated.implementations").__path__[0])
    committed = {path.stem: path.read_text(encoding="utf-8") for path in directory.glob("[a-z]*.py")}
    assert committed == {name: numpy_shipped(loss) for name, loss in shipped().items()}


@given(n=st.integers(2, 5), k=st.integers(1, 4), seed=st.integers(0, 2**16))
def test_every_function_computes_its_statement_and_the_slopes_of_it(n, k, seed):
    """The gradients by the differences of the function itself."""
    first, second, along_first, along_second = np.random.default_rng(seed).normal(size=(4, n, k))
    for name, loss in shipped().items():
        function = getattr(implementations, name)
        value, *slopes = function(first, second)
        stated = evaluate(
            loss.value, {"Z_a": first, "Z_b": second, **{h.name: float(x) for h, x in loss.defaults.items()}}
        )
        assert value == pytest.approx(stated, rel=1e-10, abs=1e-10), name
        predicted = np.vdot(slopes[0], along_first) + np.vdot(slopes[1], along_second)
        steps = np.array([1e-4, -1e-4, 2e-4, -2e-4])
        moved = [function(first + t * along_first, second + t * along_second)[0] for t in steps]
        near, far = (moved[0] - moved[1]) / 2e-4, (moved[2] - moved[3]) / 4e-4
        if near != pytest.approx(far, rel=1e-4, abs=1e-4 * (1 + abs(value))):
            event("a kink between the steps")
            continue
        assert predicted == pytest.approx((4 * near - far) / 3, rel=1e-5, abs=1e-5 * (1 + abs(value))), name
