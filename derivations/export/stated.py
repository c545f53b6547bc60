"""Propositions as they are told: relations to display, and propositions that are said in words."""

from __future__ import annotations

from sympy import Basic, Function

from derivations.export.phrases import Least, Relation, Replaced, Slope
from derivations.export.reasons import ONE_VARIABLE, is_its_own_certificate, least_of
from derivations.language.propositions import All, AtMost, Equal, EqualIff, Expansion, Gradient, Minimum, Proposition


def content_of(t, names):
    """What a step says: its statement, and of a minimum in one variable the identity that certifies it."""
    if t.rule in ONE_VARIABLE:
        found, objective = least_of(t), t.arguments["objective"]
        if is_its_own_certificate(t):
            return [Relation(objective, ">=", found.value)]
        return [Relation(objective, "=", (found.value, found.certificate))]
    return stated(t.statement, names, False)


def stated(p, names, defining):
    """A proposition as relations to display, and propositions that are said in words."""
    if isinstance(p, All):
        return [line for part in p.parts for line in stated(part, names, defining)]
    if isinstance(p, Equal):
        return [Relation(p.lhs, "=", p.rhs)]
    if isinstance(p, AtMost):
        return [Relation(p.lhs, "<=", p.rhs)]
    if isinstance(p, EqualIff):
        return [Relation(p.lhs, "=", p.rhs), Relation(p.a, "=", p.b, lead="exactly if")]
    if isinstance(p, Expansion):
        remainder = Function("O")(p.variable**p.order)
        return [Relation(p.function, "=", (p.approximation, remainder))]
    if isinstance(p, Gradient):
        told = [Relation(names.objective, "=", p.function, True, lead="the function")] if defining else []
        lead = "has the gradient" if defining else ""
        return [*told, Relation(Slope(p.function, p.unknown), "=", p.value, lead=lead)]
    if isinstance(p, Minimum):
        told = [Relation(names.objective, "=", p.objective, True, lead="the function")] if defining else []
        at = names.best if defining else p.unknown
        least = Least(p.objective, p.unknown, p.subject_to)
        return [
            *told,
            Relation(least, "=", p.value, defining, lead="satisfies" if defining else ""),
            Relation(at, "=", p.at, defining, lead="attained at" if defining else "at"),
        ]
    return [p]


def expressions(items):
    """The expressions in sentences and relations; of a replacement only what is put in."""
    for item in items:
        match item:
            case Relation():
                yield from expressions((item.lhs, *(item.rhs if isinstance(item.rhs, tuple) else (item.rhs,))))
            case Replaced():
                yield from expressions((item.value,))
            case Proposition():
                yield from item.expressions()
            case Basic():
                yield item
