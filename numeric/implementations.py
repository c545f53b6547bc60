"""Losses as libraries ship them: `implementations.<name>(Z_a, Z_b, **hyper) -> (loss, gradient in Z_a, gradient in Z_b)`.

Z_a and Z_b are (N, K) representations of two views of the same samples, row by row; the hyper-parameters have the defaults
of the code. `dir(implementations)` names the losses, and the docstring of each says what it computes, and for which
libraries. They are written from the statements in `derivations/implementations`, and found here by their files.
"""

from importlib import import_module
from pkgutil import iter_modules

from numeric.generated import implementations as written

__all__ = sorted(module.name for module in iter_modules(written.__path__))


def __getattr__(name):
    if name not in __all__:
        raise AttributeError(f"no loss is called {name!r}; there are {', '.join(__all__)}")
    return getattr(import_module(f"{written.__name__}.{name}"), name)


def __dir__():
    return __all__
