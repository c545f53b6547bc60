"""Minimising a function of one variable on s >= 0, with a certificate.

At the minimiser t the slope mu = phi'(t) satisfies mu >= 0 and mu t = 0, and then

    phi(s) - phi(t) = [phi(s) - phi(t) - phi'(t) (s - t)] + mu s,

where the bracket is nonnegative: for a polynomial it is (s - t)^2 times a polynomial with nonnegative coefficients, and
otherwise it is the Bregman remainder of a convex function. Since mu t = 0, the value is phi(t) = phi(t) - t phi'(t).
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import (
    Add,
    Dummy,
    Expr,
    Integer,
    Max,
    Mul,
    Poly,
    Pow,
    cancel,
    collect,
    degree,
    diff,
    div,
    exp,
    expand,
    expand_log,
    factor,
    fraction,
    log,
    solve,
    sqrt,
    together,
)

from derivations.language.atoms import entr
from derivations.language.errors import Undecided
from derivations.language.propositions import Positive
from derivations.language.substitute import symbols_of
from derivations.proof.sign import is_nonnegative, is_real


@dataclass(frozen=True)
class ScalarMinimum:
    """Where the minimum is, its value, and an expression, visibly nonnegative, that objective - value is equal to."""

    at: Expr
    value: Expr
    certificate: Expr
    reason: str


def nonnegative_minimum(objective, s, hypotheses=()):
    """The global minimum of `objective` over s >= 0, for the values of its parameters that the hypotheses allow; raises
    Undecided naming what could not be certified.
    """
    if not s.is_nonnegative or not s._assumptions_orig.keys() <= {"nonnegative", "real", "commutative"}:
        raise Undecided(f"the variable {s} must be declared nonnegative, and nothing else")
    if any(s in symbols_of(e) for h in hypotheses for e in h.expressions()):
        raise Undecided(f"the minimum is over every {s} >= 0: no hypothesis may speak of {s}")
    sign = next((h for h in hypotheses if isinstance(h, Positive) and h.vector.is_Symbol), None)
    if sign is not None:
        return _of_positive(sign.vector, objective, s, [h for h in hypotheses if h != sign])
    if cuts := [m for m in objective.atoms(Max) if m.has(s)]:
        return _truncated(objective, s, cuts, hypotheses)
    if not is_smooth(objective, s, Dummy(positive=True)):
        raise Undecided(f"{objective} is not known to be a smooth function of {s} > 0")
    slope = diff(objective, s)
    stationary = _stationary_point(objective, slope, s, hypotheses)
    at = stationary if is_nonnegative(stationary, hypotheses) else Max(0, stationary)
    t = Dummy("t", nonnegative=True)
    remainder, reason = _remainder(objective, slope, s, t, hypotheses)
    inner = expand(objective - s * slope)
    value = expand_log(inner.subs(s, at))
    certificate = remainder.subs(t, at) + s * _slope_at(objective, slope, s, stationary, at, hypotheses)
    return ScalarMinimum(at, value, certificate, reason)


def _of_positive(parameter, objective, s, hypotheses):
    """The minimum for every positive value of a parameter."""
    positive = Dummy(parameter.name, positive=True)
    stood_for = [h.map(lambda e: e.xreplace({parameter: positive})) for h in hypotheses]
    found = nonnegative_minimum(objective.xreplace({parameter: positive}), s, stood_for)
    named = (e.xreplace({positive: parameter}) for e in (found.at, found.value, found.certificate))
    return ScalarMinimum(*named, found.reason)


def _truncated(objective, s, cuts, hypotheses):
    """The minimum of a function of (b - s)_+ and s that is smooth up to b and has its minimum there, and does not fall
    beyond b; or of (b - sqrt(s))_+ and s, the same in the root of s.
    """
    (cut, *others) = cuts
    rest = [a for a in cut.args if a != 0]
    if len(rest) == 1 and rest[0].has(sqrt(s)):
        return _in_the_root(objective, s, hypotheses)
    bound = rest[0] + s
    if others or len(rest) != 1 or bound.has(s) or not is_real(bound):
        raise Undecided(f"the minimum of {objective} over {s} >= 0 cannot be certified: it has more pieces than two")
    before, beyond = objective.xreplace({cut: bound - s}), objective.xreplace({cut: Integer(0)})
    growth = _growth(beyond, s, bound, hypotheses)
    if growth is None:
        raise Undecided(
            f"the minimum of {objective} over {s} >= 0 cannot be certified: beyond {bound} its slope is "
            f"{expand(diff(expand(beyond), s))}"
        )
    found = _up_to(before, s, bound, hypotheses)
    certificate = found.certificate.xreplace({s: bound - cut}) + growth
    return ScalarMinimum(found.at, found.value, certificate, f"{found.reason}; beyond {bound} it does not fall")


def _in_the_root(objective, s, hypotheses):
    """The minimum of a function of u = sqrt(s), from that over u >= 0."""
    u = Dummy("u", nonnegative=True)
    found = nonnegative_minimum(objective.subs(s, u**2), u, hypotheses)
    certificate = found.certificate.xreplace({u: sqrt(s)})
    return ScalarMinimum(found.at**2, found.value, certificate, f"in the root of {s}, {found.reason}")


def _growth(objective, s, bound, hypotheses):
    """By how much a polynomial is larger at s than at the bound, where s exceeds it; in powers of (s - bound)_+, None if one
    has a coefficient that is not known to be nonnegative.
    """
    past = Dummy(nonnegative=True)
    grown = expand(objective.subs(s, bound + past) - objective.subs(s, bound))
    if not grown.is_polynomial(past):
        return None
    powers = Poly(grown, past).terms()
    known = all(is_nonnegative(c, hypotheses) for _, c in powers)
    return Add(*(c * Max(0, s - bound) ** m for (m,), c in powers)) if known else None


def _up_to(objective, s, bound, hypotheses):
    """The minimum over 0 <= s <= bound of a smooth function: of a convex quadratic that falls at 0, p s^2 - g s + r, or of
    one whose minimum over s >= 0 is known to be at most the bound.

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
    found = nonnegative_minimum(objective, s, hypotheses)
    candidates = found.at.args if isinstance(found.at, Max) else (found.at,)
    if not all(is_nonnegative(expand(bound - a), hypotheses) for a in candidates):
        raise Undecided(f"{found.at}, the minimum of {objective} over {s} >= 0, is not known to be at most {bound}")
    return found


def is_strictly_convex(objective, s):
    """Whether the second derivative is positive at every s > 0, so that a minimiser over s >= 0 is the only one."""
    if any(m.has(s) for m in objective.atoms(Max)):
        return False
    return bool(cancel(diff(objective, s, 2)).subs(s, Dummy(positive=True)).is_positive)


def is_smooth(expr, s, p):
    """Whether a real expression is made of sums, products, powers, exponentials and logarithms, defined at s = p > 0."""
    if not expr.has(s):
        return is_real(expr)
    if expr == s:
        return True
    if isinstance(expr, Pow):
        safe = (expr.exp.is_Integer and expr.exp > 0) or expr.base.subs(s, p).is_positive
        return bool(safe) and not expr.exp.has(s) and is_smooth(expr.base, s, p)
    if isinstance(expr, (entr, log)) and not expr.args[0].subs(s, p).is_positive:
        return False
    return isinstance(expr, (Add, Mul, entr, exp, log)) and all(is_smooth(a, s, p) for a in expr.args)


def _stationary_point(objective, slope, s, hypotheses):
    """The only zero of the slope that may be at least 0, as an expression that is real whatever the parameters are."""
    free = Dummy(s.name, real=True)
    linear = degree(slope, s) == 1 if slope.is_polynomial(s) else False
    if linear:
        intercept = slope.subs(s, 0)
        if cancel((slope - intercept) / s).is_zero is not False:
            raise Undecided(f"the minimum of {objective} over {s} >= 0 cannot be certified: its curvature may be zero")
        return _collected(-intercept / cancel((slope - intercept) / s))
    roots = [root for root in solve(slope.subs(s, free), free) if not root.is_negative]
    if len(roots) != 1:
        raise Undecided(
            f"the minimum of {objective} over {s} >= 0 cannot be certified: its slope {slope} has {len(roots)} zeros in "
            "closed form that may be at least 0, and the solver needs exactly one"
        )
    flat = expand(roots[0])
    root = flat if len(Add.make_args(flat)) <= 2 else roots[0]
    if not is_real(root, hypotheses) or cancel(expand(slope.subs(s, root))) != 0:
        raise Undecided(f"{root} could not be shown to be a real zero of the slope {slope}")
    return root


def _collected(ratio):
    """A ratio as a person would write it: short ones term by term, long ones over one denominator."""
    flat = expand(ratio)
    if len(Add.make_args(flat)) <= 2:
        return flat
    above, below = fraction(together(flat))
    return collect(expand(above), sorted(below.free_symbols | above.free_symbols, key=str), factor) / below


def _remainder(objective, slope, s, t, hypotheses):
    """objective(s) - objective(t) - slope(t) (s - t), in a form that is visibly nonnegative."""
    bregman = expand(objective - objective.subs(s, t) - slope.subs(s, t) * (s - t))
    if objective.is_polynomial(s):
        quotient, rest = div(Poly(bregman, s, t), Poly((s - t) ** 2, s, t))
        if rest == 0 and all(is_nonnegative(c, hypotheses) for c in quotient.coeffs()):
            return quotient.as_expr() * (s - t) ** 2, "square + nonnegative term"
    curvature = factor(diff(slope, s))
    if is_nonnegative(curvature, hypotheses):
        curved = Add(*(a for a in Add.make_args(objective) if not (a.is_polynomial(s) and degree(a, s) < 2)))
        tangent = curved.subs(s, t) + diff(curved, s).subs(s, t) * (s - t)
        return curved - tangent, f"convex, second derivative {curvature}"
    raise Undecided(
        f"the minimum of {objective} over {s} >= 0 cannot be certified: its second derivative {curvature} is not known "
        "to be nonnegative"
    )


def _slope_at(objective, slope, s, stationary, at, hypotheses):
    """The slope at the minimiser: 0 inside; at the boundary a nonnegative multiple of how far the zero is below 0."""
    if at == stationary:
        return Integer(0)
    multiple = cancel(slope.subs(s, 0) / -stationary)
    if not is_nonnegative(multiple, hypotheses):
        raise Undecided(
            f"the minimum of {objective} over {s} >= 0 cannot be certified: at s = 0 the slope is {multiple} times "
            f"{-stationary}, and the sign of {multiple} is not known"
        )
    return multiple * Max(0, -stationary)
