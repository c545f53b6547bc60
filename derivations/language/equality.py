"""Whether two expressions are equal: yes, no, or an exception; never a guess."""

from __future__ import annotations

from contextlib import suppress

from sympy import MatrixExpr
from sympy.core.sympify import _sympify

from derivations.language.errors import NoInstance, Undecided, UnsupportedExpression
from derivations.language.instances import instances
from derivations.language.normal_form import normaliser
from derivations.language.propositions import Equal

INSTANCES = 12


def equal(a, b, facts=()):
    """Whether two scalars, or two matrices of one shape, are equal for all values that meet the facts.

    True if their normal forms under the facts agree; False if a random instance of the facts tells them apart. Raises
    Undecided if neither is so, UnsupportedExpression naming a node that the normal form cannot read, and ValueError if
    the two have different shapes.
    """
    a, b = _sympify(a), _sympify(b)
    shapes = [e.shape if isinstance(e, MatrixExpr) else () for e in (a, b)]
    if shapes[0] != shapes[1]:
        raise ValueError(f"{a} has shape {shapes[0]}, and {b} has {shapes[1]}")
    normalise = normaliser(tuple(facts))
    if normalise(a) == normalise(b):
        return True
    claim, tried = Equal(a, b), 0
    for instance in instances(list(facts), [a, b], INSTANCES, seed=f"{a} = {b}"):
        with suppress(NoInstance):  # a root of a number below 0 is compared
            try:
                residual = claim.residual(instance)
            except UnsupportedExpression:  # not rational
                instance = instance.in_multi_precision()
                residual = claim.residual(instance)
            if not residual <= instance.arithmetic.tolerance:
                return False
            tried += 1
    raise Undecided(f"{a} = {b} under {tuple(facts)}: the normal forms differ, and {tried} instances do not")
