"""Losses, gradients and closed-form optima on arrays; needs NumPy and SciPy only.

This module hands names on, and loads what is behind a name when it is first asked for.
"""

from importlib import import_module

_HOMES = {
    "Optimum": "numeric.optimum",
    "diagnostics": "numeric.diagnostics",
    "majorisation": "numeric.majorisation",
    "optimise": "numeric.optimise",
    "relations": "numeric.relations",
    "simclr": "numeric.simclr",
    "spectrum": "numeric.spectrum",
    "vicreg": "numeric.generated.vicreg",
}

__all__ = [
    "Optimum",
    "diagnostics",
    "majorisation",
    "optimise",
    "relations",
    "simclr",
    "spectrum",
    "vicreg",
]


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(f"module 'numeric' has no attribute {name!r}")
    home = import_module(_HOMES[name])
    return home if _HOMES[name].endswith(f".{name}") else getattr(home, name)


def __dir__():
    return sorted(__all__)
