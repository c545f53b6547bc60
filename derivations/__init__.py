"""States, derives and proves closed forms of self-supervised losses. Names are loaded when they are first used."""

from importlib import import_module

_HOMES = {
    "Derivation": "derivations.own.derivation",
    "Loss": "derivations.language.loss",
    "derive": "derivations.own.derivation",
    "gradient": "derivations.calculus.gradient",
    "hessian_product": "derivations.calculus.gradient",
    "symmetric_gradient": "derivations.calculus.gradient",
    "tangent_gradient": "derivations.calculus.gradient",
    "evaluate": "derivations.language.evaluate",
    "equal": "derivations.language.equality",
    "normal_form": "derivations.language.normal_form",
    "results": "derivations.catalogue",
    "theorem": "derivations.export.shown",
}
__all__ = sorted(_HOMES)


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__():
    return [*globals(), *__all__]
