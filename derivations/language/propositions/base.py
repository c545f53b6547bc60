"""What can be said: the base class of equations, inequalities, facts and claims.

A proposition holds SymPy expressions. As a hypothesis it gives the normal form its rewriting rules; as a statement it is
what a theorem asserts; on an instance it has a residual, zero (to rounding) exactly if it holds there.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from sympy import (
    Basic,
    Integer,
)

KINDS = {}


@dataclass(frozen=True)
class Proposition:
    """Base class; every field is a SymPy expression or a tuple of propositions.

    `equational` says that the equations are all that is claimed, so that the normal form can prove the proposition.
    """

    equational = False
    irrational = False  # whether its instances need roots

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if not cls.__module__.startswith(f"{__package__}."):
            raise TypeError(f"the kinds of propositions are those of {__package__}")
        KINDS[cls.__name__] = cls

    def __post_init__(self):
        for f in fields(self):
            value = getattr(self, f.name)
            if isinstance(value, int) and not isinstance(value, bool):
                object.__setattr__(self, f.name, Integer(value))
            elif isinstance(value, list):
                object.__setattr__(self, f.name, tuple(value))
            value = getattr(self, f.name)
            parts = value if isinstance(value, tuple) else ()
            if not isinstance(value, (Basic, tuple)) or not all(isinstance(p, Proposition) for p in parts):
                raise TypeError(f"{type(self).__name__}: {f.name} must be a SymPy expression, found {value!r}")

    def arguments(self):
        return tuple(getattr(self, f.name) for f in fields(self))

    def expressions(self):
        """Every SymPy expression in it, those of nested propositions included."""
        for argument in self.arguments():
            if isinstance(argument, tuple):
                for inner in argument:
                    yield from inner.expressions()
            else:
                yield argument

    def map(self, function):
        """The same proposition with `function` applied to every expression."""
        return type(self)(
            *(tuple(p.map(function) for p in a) if isinstance(a, tuple) else function(a) for a in self.arguments())
        )

    def free_symbols(self):
        return set().union(*(e.free_symbols for e in self.expressions()))

    def equations(self):
        """Pairs (lhs, rhs): what it says as equations, and how it rewrites."""
        return ()

    def patterns(self, parse):
        """Rewriting rules that are no matrix equations: pairs (network, sum of networks)."""
        return ()

    def residual(self, instance):
        """How far it is from holding on an instance (relative where there is a scale); 0 if it holds."""
        return max((instance.distance(lhs, rhs) for lhs, rhs in self.equations()), default=0)

    def constrain(self, array, instance):
        """A random array for the symbol that the fact is about, changed so that the fact holds."""
        return array

    def determined(self):
        """The symbols whose values follow from the others; `determine` computes them on an instance."""
        return ()

    def determine(self, instance):
        return {}

    def every(self, instance):
        """All that it may determine, where the choice is finite and `determine` makes one of many; else what it determines."""
        yield self.determine(instance)

    def text(self, show):
        return ",  ".join(f"{show(lhs)} = {show(rhs)}" for lhs, rhs in self.equations())

    def latex(self, show):
        return r",\quad ".join(f"{show(lhs)} = {show(rhs)}" for lhs, rhs in self.equations())
