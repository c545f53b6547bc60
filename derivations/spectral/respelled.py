"""Minima in other words: of an objective that an equation spells differently, up to a number or a nonnegative remainder."""

from __future__ import annotations

from sympy import S

from derivations.language.propositions import AtMost, Equal
from derivations.language.substitute import substitute
from derivations.proof import rules


def shifted(theorem, offset):
    """A minimum, with a scalar that does not depend on the unknown added to the objective."""
    objective = theorem.statement.objective
    return respelled(theorem, rules.normal_form(Equal(objective + offset, objective + offset)), offset)


def respelled(theorem, equation, offset=S.Zero):
    """A minimum of the left side of an equation, whose right side is the objective + offset, whatever the unknown is; the
    offset does not depend on it.
    """
    return extended_minimum(theorem, equation, theorem.statement.at, offset)


def extended_minimum(theorem, equation, at, offset=S.Zero, remainder=S.Zero, facts=()):
    """A minimum of the left side of an equation, whose right side is the objective + offset + remainder.

    The remainder is nonnegative, and 0 at a minimiser `at` of the objective: both by the facts.
    """
    claim = theorem.statement
    met = rules.feasible_minimum(theorem) if claim.subject_to else None
    bound = rules.combination(
        AtMost(claim.value + offset, equation.statement.lhs),
        [rules.lower_bound(theorem), equation],
        [S.One, S.NegativeOne],
        remainder=[remainder] * (remainder != 0),
        hypotheses=facts,
    )
    there = rules.substitution(equation, {claim.unknown: at}, theorem.hypotheses)
    if met is not None and set(met.statement.parts) & set(there.hypotheses):
        there = rules.discharge(there, met)
    used = [there, rules.value_at_minimum(theorem)]
    if remainder != 0:
        beside, own, moved = (
            substitute(e, {claim.unknown: x})
            for e, x in ((remainder, at), (claim.objective, claim.at), (claim.objective, at))
        )
        used += [rules.normal_form(Equal(e, v), facts) for e, v in ((beside, S.Zero), (moved, own))]
    witness = rules.combination(Equal(there.statement.lhs, claim.value + offset), used)
    feasible = [rules.part(met, n) for n in range(len(claim.subject_to))]
    return rules.attainment(bound, witness, claim.unknown, at, feasible)
