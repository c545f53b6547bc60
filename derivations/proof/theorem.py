"""Theorems, and the decorator that alone makes them.

A theorem is a sequent: hypotheses and a statement. It remembers the rule that made it, the theorems that the rule was
given and its other arguments, so that the whole proof can be written down, read and run again.
"""

from __future__ import annotations

from functools import cache, wraps
from inspect import signature
from types import MappingProxyType

from sympy import AccumBounds, Basic, Float
from sympy.core.function import UndefinedFunction

from derivations.language.propositions import Proposition

RULES = {}
_KEY = object()


class ProofError(Exception):
    """A rule was asked for something that it cannot conclude; names the expressions and the reason."""


class Theorem:
    """`hypotheses |- statement`. Made by rules only."""

    __slots__ = ("arguments", "hypotheses", "lemmas", "premises", "reason", "rule", "statement")

    def __init__(self, key, hypotheses, statement, rule, premises, arguments, reason, lemmas):
        if key is not _KEY:
            raise ProofError("theorems are made by the rules of derivations.proof.rules only")
        fields = {
            "hypotheses": hypotheses,
            "statement": statement,
            "rule": rule,
            "premises": premises,
            "arguments": MappingProxyType(arguments),
            "reason": reason,
            "lemmas": lemmas,
        }
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    def __init_subclass__(cls, **kwargs):
        raise ProofError("there is one kind of theorem")

    def __setattr__(self, name, value):
        raise ProofError("a theorem cannot be changed")

    def __delattr__(self, name):
        raise ProofError("a theorem cannot be changed")

    def __repr__(self):
        given = ", ".join(map(str, self.hypotheses))
        return f"Theorem({given} |- {self.statement}; {self.rule})"

    def steps(self):
        """Every theorem that this one is made of, premises first, itself last, each once."""
        order, seen = [], set()

        def visit(theorem):
            if id(theorem) not in seen:
                seen.add(id(theorem))
                for premise in theorem.premises:
                    visit(premise)
                order.append(theorem)

        visit(self)
        return order


Theorems = tuple[Theorem, ...]  # tells `rule` which arguments are premises


class Conclusion:
    """What a rule returns: the sequent, the reason in words, and the lemmas that it cites itself."""

    def __init__(self, hypotheses, statement, reason, lemmas=()):
        self.hypotheses = tuple(dict.fromkeys(hypotheses))
        self.statement = statement
        if not all(isinstance(p, Proposition) for p in (*self.hypotheses, statement)):
            raise ProofError(f"a theorem is made of propositions, found {(*self.hypotheses, statement)}")
        self.reason = reason
        self.lemmas = frozenset(lemmas)


def rule(function):
    """Turn a function that returns a Conclusion into a rule: its theorems among the arguments are the premises.

    A parameter annotated with Theorem takes a theorem, one annotated with Theorems a sequence of them.
    """
    if function.__module__.rpartition(".")[0] != "derivations.proof.rules":
        raise ProofError("rules are those of derivations.proof.rules only")
    parameters = signature(function)
    single, several = (
        {name for name, p in parameters.parameters.items() if p.annotation == kind} for kind in ("Theorem", "Theorems")
    )

    @wraps(function)
    def apply(*args, **kwargs):
        bound = parameters.bind(*args, **kwargs)
        bound.apply_defaults()
        premises, arguments = [], {}
        for name, value in bound.arguments.items():
            if name in single and not isinstance(value, Theorem):
                raise ProofError(f"{function.__name__}: {name} must be a theorem, found {value!r}")
            if name in several and not (
                isinstance(value, (tuple, list)) and all(isinstance(v, Theorem) for v in value)
            ):
                raise ProofError(f"{function.__name__}: {name} must be theorems, found {value!r}")
            _check_exact(value)
            if isinstance(value, Theorem):
                arguments[name] = _Reference(len(premises))
                premises.append(value)
            elif isinstance(value, (tuple, list)) and any(isinstance(v, Theorem) for v in value):
                if not all(isinstance(v, Theorem) for v in value):
                    raise ProofError(f"{function.__name__}: {name} mixes theorems with other things")
                arguments[name] = tuple(_Reference(len(premises) + n) for n in range(len(value)))
                premises += value
            else:
                arguments[name] = tuple(value) if isinstance(value, list) else value
        conclusion = function(*bound.args, **bound.kwargs)
        return Theorem(
            _KEY,
            conclusion.hypotheses,
            conclusion.statement,
            function.__name__,
            tuple(premises),
            arguments,
            conclusion.reason,
            conclusion.lemmas.union(*(p.lemmas for p in premises)),
        )

    RULES[function.__name__] = apply
    return apply


def _check_exact(value):
    """Refuse what is no exact number: for x = 1e20 in floating point, x + 1 is x, and a range is no number at all."""
    match value:
        case Proposition():
            parts = value.expressions()
        case dict():
            parts = (*value, *value.values())
        case tuple() | list():
            parts = value
        case Theorem() | UndefinedFunction() | int() | str():
            parts = ()
        case Basic() if not _is_inexact(value):
            parts = ()
        case _:
            raise ProofError(f"numbers in proofs are exact, such as Rational(1, 10), and not rounded; found {value}")
    for part in parts:
        _check_exact(part)


@cache
def _is_inexact(expr):
    return isinstance(expr, (AccumBounds, Float)) or any(map(_is_inexact, expr.args))


class _Reference(int):
    """The position of a premise, in place of the premise itself."""


def is_reference(value):
    return isinstance(value, _Reference)


def reference(position):
    return _Reference(position)
