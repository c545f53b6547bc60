"""The minimum over s >= 0 of a smooth function of one variable, with a certificate.

At the minimiser t the slope mu = phi'(t) satisfies mu >= 0 and mu t = 0, and then

    phi(s) - phi(t) = [phi(s) - phi(t) - phi'(t) (s - t)] + mu s,

where the bracket is nonnegative: for a polynomial it is (s - t)^2 times a polynomial with nonnegative coefficients, and
otherwise it is the Bregman remainder of a convex function. Since mu t = 0, the value is phi(t) = phi(t) - t phi'(t).
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    Integer,
    Max,
    Mul,
    Poly,
    Pow,
    Rational,
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
    radsimp,
    solve,
    together,
)

from derivations.language.atoms import entr
from derivations.language.errors import Undecided
from derivations.proof.sign import is_nonnegative, is_real


@dataclass(frozen=True)
class ScalarMinimum:
    """Where the minimum is, its value, and an expression, visibly nonnegative, that objective - value is equal to."""

    at: Expr
    value: Expr
    certificate: Expr
    reason: str


def smooth_minimum(objective, s, hypotheses):
    """The minimum over s >= 0 of a convex function, or of a polynomial whose remainder has nonnegative coefficients."""
    if not is_smooth(objective, s, Dummy(positive=True)):
        raise Undecided(f"{objective} is not known to be a smooth function of {s} > 0")
    slope = diff(objective, s)
    stationary = stationary_point(objective, slope, s, hypotheses)
    at = stationary if is_nonnegative(stationary, hypotheses) else Max(0, stationary)
    t = Dummy("t", nonnegative=True)
    rest, reason = remainder(objective, slope, s, t, hypotheses)
    inner = expand(objective - s * slope)
    value = expand_log(inner.subs(s, at))
    certificate = rest.subs(t, at) + s * _slope_at(objective, slope, s, stationary, at, hypotheses)
    return ScalarMinimum(at, value, certificate, reason)


def is_strictly_convex(objective, s):
    """Whether the second derivative is positive at every s > 0, so that a minimiser over s >= 0 is the only one."""
    if any(m.has(s) for m in objective.atoms(Abs, Max)):
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


def stationary_point(objective, slope, s, hypotheses):
    """The only zero of the slope that may be at least 0, as an expression that is real whatever the parameters are."""
    free = Dummy(s.name, real=True)
    linear = degree(slope, s) == 1 if slope.is_polynomial(s) else False
    if linear:
        intercept = slope.subs(s, 0)
        if cancel((slope - intercept) / s).is_zero is not False:
            raise Undecided(f"the minimum of {objective} over {s} >= 0 cannot be certified: its curvature may be zero")
        return _collected(-intercept / cancel((slope - intercept) / s))
    try:
        solved = solve(slope.subs(s, free), free)
    except NotImplementedError as error:
        raise Undecided(
            f"the minimum of {objective} over {s} >= 0 cannot be certified: no zero of its slope {slope} has a closed form"
        ) from error
    found = [root for root in solved if not root.is_negative]
    known = [root for root in map(_plain, found) if is_real(root, hypotheses) and is_nonnegative(root, hypotheses)]
    roots = known if len(known) == 1 else found
    if len(roots) != 1:
        raise Undecided(
            f"the minimum of {objective} over {s} >= 0 cannot be certified: its slope {slope} has {len(roots)} zeros in "
            "closed form that may be at least 0, and the solver needs exactly one"
        )
    flat = expand(roots[0])
    root = flat if len(Add.make_args(flat)) <= 2 else roots[0]
    if not is_real(root, hypotheses) or cancel(together(expand(slope.subs(s, root)))) != 0:
        raise Undecided(f"{root} could not be shown to be a real zero of the slope {slope}")
    return root


def _plain(root):
    """A root with the square root of a sum in its denominator, where its sign may show: q - sqrt(q^2 + r) would hide it."""
    powers = [p for p in root.atoms(Pow) if not p.exp.is_Integer and p.base.is_Add]
    return 1 / radsimp(1 / root) if len(powers) == 1 and powers[0].exp == Rational(1, 2) else root


def _collected(ratio):
    """A ratio as a person would write it: short ones term by term, long ones over one denominator."""
    flat = expand(ratio)
    if len(Add.make_args(flat)) <= 2:
        return flat
    above, below = fraction(together(flat))
    return collect(expand(above), sorted(below.free_symbols | above.free_symbols, key=str), factor) / below


def remainder(objective, slope, s, t, hypotheses):
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
