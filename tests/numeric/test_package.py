"""The package's front door."""

import json
import subprocess
import sys

import pytest

import numeric


def test_every_name_is_there():
    assert dir(numeric) == sorted([*numeric.__all__, "SpectralSSL"])  # `import *` takes no scikit-learn
    for name in numeric.__all__:
        assert getattr(numeric, name).__name__.split(".")[-1] == name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        numeric.nothing  # noqa: B018


def test_importing_it_loads_nothing_and_using_it_never_loads_sympy():
    script = (
        "import json, sys, numeric; first = sorted(sys.modules);"
        "[getattr(numeric, name) for name in numeric.__all__];"
        "print(json.dumps([first, sorted(sys.modules)]))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    first, last = json.loads(run.stdout)
    assert not {"numpy", "scipy"} & set(first)
    assert "numpy" in last
    assert not {"sympy", "derivations"} & set(last)
