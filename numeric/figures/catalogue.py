"""Finds every figure: the modules of this package that draw one."""

from importlib import import_module
from pkgutil import iter_modules

from numeric import figures


def found():
    """{name: module} of all modules with a function `draw`, which takes nothing and returns a matplotlib Figure."""
    modules = {m.name: import_module(f"{figures.__name__}.{m.name}") for m in iter_modules(figures.__path__)}
    return {name: module for name, module in modules.items() if hasattr(module, "draw")}


def title(module):
    """What a figure shows: the first line of its module."""
    return module.__doc__.partition("\n")[0]
