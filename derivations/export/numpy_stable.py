"""Functions of numbers in forms that do not overflow: log(1 + exp(x)), 1/(1 + exp(x)) and exp(x) exp(-y)."""

from __future__ import annotations

from sympy import Add, Function, Mul, Pow, S, exp, log


class logaddexp(Function):
    """log(exp(x) + exp(y))."""


class expit(Function):
    """1/(1 + exp(-x))."""


def stable(expr):
    """The expression with what NumPy and SciPy have such functions for written by them."""
    if not expr.has(exp):
        return expr
    expr = expr.func(*map(stable, expr.args))
    if isinstance(expr, log) and (exponents := _exponents(expr.args[0])):
        return logaddexp(*exponents)
    if isinstance(expr, (Mul, Pow)):
        factors = _without_quotients(Mul.make_args(expr))
        exponent = Add(*(f.args[0] for f in factors if isinstance(f, exp)))
        return Mul(exp(exponent), *(f for f in factors if not isinstance(f, exp)))
    return expr


def _exponents(total):
    """(x, y) of exp(x) + exp(y), where 1 is exp(0); None if it is no such sum."""
    if not isinstance(total, Add) or len(total.args) != 2 or not all(t == 1 or isinstance(t, exp) for t in total.args):
        return None
    return sorted((S.Zero if t == 1 else t.args[0] for t in total.args), key=lambda x: (x != 0, str(x)))


def _without_quotients(factors):
    """exp(k x) / (1 + exp(x))^m as a product of expit(x) and expit(-x)."""
    factors = list(factors)
    for n, factor in enumerate(factors):
        base, power = factor.as_base_exp()
        exponents = _exponents(base)
        if not exponents or exponents[0] != 0 or not (power.is_Integer and power < 0):
            continue
        x, above = exponents[1], S.Zero
        for m, other in enumerate(factors):
            count = other.args[0] / x if isinstance(other, exp) else S.Zero
            if count.is_Integer and 0 < count <= -power:
                factors[m], above = S.One, count
        factors[n] = expit(x) ** above * expit(-x) ** (-power - above)
    return factors
