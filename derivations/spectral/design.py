"""From a filter to the loss that has it: the converse of the spectral filter theorem.

Where s(a) minimises phi(s) + cost a s inside s > 0, the slope vanishes: phi'(s) = -cost a(s), a(s) being the inverse of the
filter. So phi is an integral of the inverse. It is a proposal only: that phi + cost a s is least at s(a) is certified by
the one-variable minimum of `spectral_minimum`, like that of any other loss.
"""

from __future__ import annotations

from sympy import Dummy, Integral, Lambda, expand, expand_log, factor_terms, integrate, log, solve

from derivations.language.atoms import entr
from derivations.language.errors import Undecided
from derivations.spectral.filter import eigenvalue
from derivations.spectral.form import s


def designed(wanted, cost):
    """phi, a Lambda of s, with phi'(s) = -cost a(s) for the inverse a(s) of the filter `wanted`, an expression in the
    eigenvalue a; a filter that decreases gives a convex phi. Raises Undecided where SymPy finds no single inverse, or no
    integral of it.
    """
    x = Dummy("x", positive=True)
    inverses = solve(wanted - x, eigenvalue)
    if len(inverses) != 1:
        raise Undecided(f"the filter {wanted} has {len(inverses)} inverses in closed form, and exactly one is needed")
    integral = integrate(expand_log(inverses[0]), x).doit()
    if integral.has(Integral):
        raise Undecided(f"{inverses[0]}, the inverse of the filter {wanted}, has no integral in closed form")
    phi = expand(-cost * expand_log(integral)).subs(x * log(x), -entr(x))
    return Lambda(s, factor_terms(phi.subs(x, s)))
