"""Minimising a function of one variable over s >= 0: which way is taken."""

from __future__ import annotations

from functools import lru_cache

from sympy import Abs, Dummy, Max, S

from derivations.language.errors import Undecided
from derivations.language.propositions import Positive
from derivations.language.substitute import symbols_of
from derivations.proof.scalar.pieces import growth, minimum_about, minimum_of_pieces
from derivations.proof.scalar.smooth import ScalarMinimum, is_smooth, smooth_minimum


def nonnegative_minimum(objective, s, hypotheses=()):
    """The global minimum of `objective` over s >= 0, for the values of its parameters that the hypotheses allow; raises
    Undecided naming what could not be certified.
    """
    if not s.is_nonnegative or not s._assumptions_orig.keys() <= {"nonnegative", "real", "commutative"}:
        raise Undecided(f"the variable {s} must be declared nonnegative, and nothing else")
    if any(s in symbols_of(e) for h in hypotheses for e in h.expressions()):
        raise Undecided(f"the minimum is over every {s} >= 0: no hypothesis may speak of {s}")
    return _minimum(objective, s, tuple(hypotheses))


@lru_cache(maxsize=1024)  # related results ask for the same, and so do their proofs as they are told
def _minimum(objective, s, hypotheses):
    sign = next((h for h in hypotheses if isinstance(h, Positive) and h.vector.is_Symbol), None)
    if sign is not None:
        return _of_positive(sign.vector, objective, s, [h for h in hypotheses if h != sign])
    if kinks := sorted((k for k in objective.atoms(Abs, Max) if k.has(s)), key=str):
        return minimum_of_pieces(objective, s, kinks, hypotheses, nonnegative_minimum)
    try:
        about = minimum_about(objective, s, hypotheses, smooth_minimum)
        return about or smooth_minimum(objective, s, hypotheses)
    except Undecided as error:
        return _at_zero(objective, s, hypotheses, error)


def _at_zero(objective, s, hypotheses, error):
    """The minimum at 0 of a polynomial that does not fall; else the error."""
    grown = growth(objective, s, S.Zero, hypotheses) if is_smooth(objective, s, Dummy(positive=True)) else None
    if grown is None:
        raise error
    return ScalarMinimum(S.Zero, objective.subs(s, 0), grown.subs(Max(0, s), s), "it does not fall")


def _of_positive(parameter, objective, s, hypotheses):
    """The minimum for every positive value of a parameter."""
    positive = Dummy(parameter.name, positive=True)
    stood_for = [h.map(lambda e: e.xreplace({parameter: positive})) for h in hypotheses]
    found = nonnegative_minimum(objective.xreplace({parameter: positive}), s, stood_for)
    named = (e.xreplace({positive: parameter}) for e in (found.at, found.value, found.certificate))
    return ScalarMinimum(*named, found.reason)
