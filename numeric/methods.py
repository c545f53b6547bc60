"""The methods that are functions of inputs and a relation, found by asking the modules of `numeric`.

A module is one of them if its `optimal_weights` takes X, G and n_components first. What it takes beside them, by keyword, are
its hyper-parameters.
"""

from functools import cache
from inspect import Parameter, signature

import numeric


@cache
def methods():
    """From the names of the methods to their `optimal_weights`."""
    functions = {name: getattr(getattr(numeric, name), "optimal_weights", None) for name in numeric.__all__}
    return {name: function for name, function in functions.items() if function and _takes_a_relation(function)}


def method_of(name):
    """The `optimal_weights` of the method called `name`, or a ValueError that lists the names there are."""
    if not isinstance(name, str) or name not in methods():
        raise ValueError(f"method must be one of {', '.join(map(repr, methods()))}; found {name!r}")
    return methods()[name]


def hyper_parameters(function):
    """The names of what an `optimal_weights` takes by keyword only, in its order."""
    return tuple(p.name for p in signature(function).parameters.values() if p.kind is Parameter.KEYWORD_ONLY)


def _takes_a_relation(function):
    return [*signature(function).parameters][:3] == ["X", "G", "n_components"]
