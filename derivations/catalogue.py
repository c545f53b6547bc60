"""Finds every result: whatever the modules of these rooms declare, in an order that does not depend on the machine."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import walk_packages

from derivations.implementations.shipped import Shipped
from derivations.proof.result import Implementation, Result

ROOMS = ("relations", "spectral", "losses", "embeddings", "implementations", "bridges")


@cache
def modules():
    """The modules of the rooms, and of the families in them, by name."""
    packages = [import_module(f"derivations.{room}") for room in ROOMS]
    return [import_module(m.name) for p in packages for m in walk_packages(p.__path__, f"{p.__name__}.")]


@cache
def results():
    """Every result by id. Raises ValueError if two declare the same id."""
    found = {}
    for declared in (value for module in modules() for value in vars(module).values() if isinstance(value, Result)):
        if found.setdefault(declared.id, declared) is not declared:
            raise ValueError(f"two results are called {declared.id}")
    return found


def chosen(ids):
    """The results of the given ids, or all of them; raises KeyError naming an id that does not exist."""
    everything = results()
    unknown = [i for i in ids if i not in everything]
    if unknown:
        raise KeyError(f"no result is called {', '.join(unknown)}")
    return [everything[i] for i in ids] if ids else list(everything.values())


def implementations():
    """Every declaration of NumPy functions."""
    return _declared(Implementation)


def shipped():
    """Every loss as libraries ship it, by name."""
    return {loss.name: loss for loss in _declared(Shipped)}


def _declared(kind):
    return [value for module in modules() for value in vars(module).values() if isinstance(value, kind)]
