"""The minimum over s >= 0 of a function in two pieces, up to a bound b and beyond it: of |s - b|, (b - s)_+ or (s - b)_+.

With f what it is before b and g beyond, the function is f(min(s, b)) + g(max(s, b)) - g(b). Where f has its minimum over
0 <= s <= b, and g does not fall, the certificate of f and the growth of g add up to that of the whole.
"""

from __future__ import annotations

from sympy import Abs, Add, Dummy, Max, Poly, S, cancel, degree, diff, expand, sqrt

from derivations.language.errors import Undecided
from derivations.proof.scalar.smooth import ScalarMinimum, is_smooth, remainder, stationary_point
from derivations.proof.sign import is_nonnegative, is_real


def minimum_of_pieces(objective, s, kinks, hypotheses, minimise):
    """The minimum of a function whose kinks are all at one b, or at one in the root of s; `minimise` is that of a piece."""
    if any(k.has(sqrt(s)) for k in kinks):
        return _in_the_root(objective, s, hypotheses, minimise)
    return _joined(objective, s, *_pieces(objective, s, kinks), hypotheses, minimise)


def minimum_about(objective, s, hypotheses, minimise):
    """The minimum of a polynomial c (s - b)^n + p s + q of even degree n > 2, c and b > 0, in the pieces before and beyond
    b; None for another function.
    """
    polynomial = expand(objective)
    n = degree(polynomial, s) if polynomial.is_polynomial(s) and polynomial.has(s) else 0
    if n < 4 or n % 2:
        return None
    leading, following = (Poly(polynomial, s).nth(n - m) for m in range(2))
    bound = cancel(-following / (n * leading))
    rest = expand(polynomial - leading * (s - bound) ** n)
    if not (leading.is_positive and bound.is_positive) or (rest.has(s) and degree(rest, s) > 1):
        return None
    before = leading * (bound - s) ** n + rest
    return _joined(objective, s, bound, before, before, hypotheses, minimise)


def _joined(objective, s, bound, before, beyond, hypotheses, minimise):
    grown = growth(beyond, s, bound, hypotheses)
    if grown is None:
        raise Undecided(
            f"the minimum of {objective} over {s} >= 0 cannot be certified: beyond {bound} its slope is "
            f"{expand(diff(expand(beyond), s))}"
        )
    found = _up_to(before, s, bound, hypotheses, minimise)
    certificate = found.certificate.xreplace({s: bound - Max(0, bound - s)}) + grown
    return ScalarMinimum(found.at, found.value, certificate, f"{found.reason}; beyond {bound} it does not fall")


def _pieces(objective, s, kinks):
    """(b, what the function is up to b, what it is beyond)."""
    refused = Undecided(f"the minimum of {objective} over {s} >= 0 cannot be certified: it has more pieces than two")
    bounds, before, beyond = set(), {}, {}
    for kink in kinks:
        parts = [a for a in kink.args if a != 0]
        inner, slope = parts[0], diff(parts[0], s)
        if len(parts) > 1 or slope.has(s) or not (slope.is_positive or slope.is_negative):
            raise refused
        bounds.add(expand(s - inner / slope))
        other = -inner if isinstance(kink, Abs) else S.Zero
        before[kink], beyond[kink] = (other, inner) if slope.is_positive else (inner, other)
    if len(bounds) != 1 or not is_real(min(bounds, key=str)):
        raise refused
    return bounds.pop(), objective.xreplace(before), objective.xreplace(beyond)


def _in_the_root(objective, s, hypotheses, minimise):
    """The minimum of a function of u = sqrt(s), from that over u >= 0."""
    u = Dummy("u", nonnegative=True)
    found = minimise(objective.subs(s, u**2), u, hypotheses)
    certificate = found.certificate.xreplace({u: sqrt(s)})
    return ScalarMinimum(found.at**2, found.value, certificate, f"in the root of {s}, {found.reason}")


def growth(objective, s, bound, hypotheses):
    """By how much a polynomial is larger at s than at the bound, where s exceeds it; in powers of (s - bound)_+, None if one
    has a coefficient that is not known to be nonnegative.
    """
    past = Dummy(nonnegative=True)
    grown = expand(objective.subs(s, bound + past) - objective.subs(s, bound))
    if not grown.is_polynomial(past):
        return None
    powers = Poly(grown, past).terms()
    known = all(is_nonnegative(c, hypotheses) and is_real(c, hypotheses) for _, c in powers)
    return Add(*(c * Max(0, s - bound) ** m for (m,), c in powers)) if known else None


def _up_to(objective, s, bound, hypotheses, minimise):
    """The minimum over 0 <= s <= bound of a smooth function: of a convex quadratic that falls at 0, p s^2 - g s + r, of one
    whose minimum over s >= 0 is known to be at most the bound, or of one that is convex down from the bound.

    The quadratic has its minimum at t = min(bound, g/(2 p)), also where p = 0, and (g - 2 p t) (bound - t) = 0.
    """
    if objective.is_polynomial(s) and degree(objective, s) <= 2:
        p, gain, rest = (sign * Poly(objective, s).nth(m) for m, sign in ((2, 1), (1, -1), (0, 1)))
        if gain.is_positive and all(is_nonnegative(x, hypotheses) and is_real(x) for x in (p, bound)) and is_real(rest):
            steepness = 2 * p * bound / gain  # of the quadratic at the bound, in units of the gain
            at = bound / Max(1, steepness)
            value = expand(rest - gain * bound) + gain * (bound - at) + p * at**2
            left = gain * Max(0, 1 - steepness)  # gain - 2 p t
            return ScalarMinimum(at, value, p * (s - at) ** 2 + left * (bound - s), "square + nonnegative term")
    try:
        found = minimise(objective, s, hypotheses)
    except Undecided:
        if not objective.is_polynomial(s) or not is_nonnegative(bound, hypotheses):
            raise
        return _down_from(objective, s, bound, hypotheses)
    candidates = found.at.args if isinstance(found.at, Max) else (found.at,)
    if not all(is_nonnegative(expand(bound - a), hypotheses) for a in candidates):
        raise Undecided(f"{found.at}, the minimum of {objective} over {s} >= 0, is not known to be at most {bound}")
    return found


def _down_from(objective, s, bound, hypotheses):
    """The minimum over 0 <= s <= bound of a polynomial that is convex in u = bound - s >= 0, with a zero u* >= 0 of its slope:
    at u = min(u*, bound).

    Where u* exceeds the bound, the slope there is negative, and (u - bound) times it is nonnegative; else 0 counts for it.
    """
    u, t = Dummy("u", nonnegative=True), Dummy("t", nonnegative=True)
    down = objective.subs(s, bound - u)
    if not is_smooth(down, u, Dummy(positive=True)):
        raise Undecided(f"{objective} is not known to be a smooth function of {s}")
    slope = diff(down, u)
    stationary = stationary_point(down, slope, u, hypotheses)
    if not is_nonnegative(stationary, hypotheses):
        raise Undecided(f"the zero {stationary} of the slope of {down} is not known to be at least 0")
    rest, reason = remainder(down, slope, u, t, hypotheses)
    at = Max(0, bound - stationary)
    certificate = rest.xreplace({u: bound - s, t: bound - at}) + Max(0, -slope.subs(u, bound)) * s
    return ScalarMinimum(at, objective.subs(s, at), certificate, f"{reason} in {bound} - {s}")
