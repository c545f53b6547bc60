"""Functions of numbers in forms that do not overflow: log(exp(x) + exp(y)), and quotients of exponentials by such sums."""

from __future__ import annotations

from sympy import Add, Function, Mul, Pow, S, exp, expand_multinomial, log


class logaddexp(Function):
    """log(exp(x) + exp(y)); real, so that the logarithm of its exponential is itself."""

    is_extended_real = True


class expit(Function):
    """1/(1 + exp(-x))."""


def stable(expr):
    """The expression with what NumPy and SciPy have such functions for written by them."""
    return _gathered(expr).replace(exp, _quotient) if expr.has(exp) else expr


def _gathered(expr):
    """An expression with one exponential in each product, in which a sum to a negative power is -k log(exp(x) + exp(y))."""
    if not expr.has(exp):
        return expr
    expr = expr.func(*map(_gathered, expr.args))
    if isinstance(expr, log) and (exponents := _exponents(expr.args[0])):
        return logaddexp(*exponents)
    if isinstance(expr, Pow) and expr.exp.is_negative and (exponents := _exponents(expr.base)):
        return exp(expr.exp * logaddexp(*exponents))
    return _product(expr.args) if isinstance(expr, Mul) else expr


def _product(factors):
    """A product with one exponential; sums of exponentials of what is in a negative power of such a sum are multiplied out."""
    powers = [f for f in factors if isinstance(f, exp)]
    power, rest = exp(Add(*(f.args[0] for f in powers))), [f for f in factors if f not in powers]
    below = set().union(*(total.free_symbols for total in power.atoms(logaddexp)))
    sums = [f for f in rest if _is_sum_of(f, below)]
    if not sums:
        return Mul(power, *rest)
    terms = Add.make_args(expand_multinomial(sums[0], deep=False))
    total = Add(*(_product([power, *Mul.make_args(term), *sums[1:]]) for term in terms))
    return Mul(total, *(f for f in rest if f not in sums))


def _is_sum_of(factor, symbols):
    """Whether it is a sum with exponentials of some of the symbols in it, or a positive integer power of one."""
    base, power = factor.as_base_exp()
    found = (symbols & e.free_symbols for e in base.atoms(exp))
    return isinstance(base, Add) and power.is_Integer and power > 0 and any(found)


def _exponents(total):
    """(x, y) of exp(x) + exp(y), where 1 is exp(0); None if it is no such sum."""
    if not isinstance(total, Add) or len(total.args) != 2 or not all(t == 1 or isinstance(t, exp) for t in total.args):
        return None
    return sorted((S.Zero if t == 1 else t.args[0] for t in total.args), key=lambda x: (x != 0, str(x)))


def _quotient(exponent):
    """exp(k x + l y + z)/(exp(x) + exp(y))^(k + l) as a product of expit(x - y), expit(y - x) and exp(z), where z does not
    depend on x and y.
    """
    for term in Add.make_args(exponent):
        power, total = term.as_coeff_Mul()
        if isinstance(total, logaddexp) and power.is_Integer and power < 0:
            x, y = total.args
            for k in range(1 - power):
                rest = exponent - term - k * x + (power + k) * y
                if not rest.free_symbols & total.free_symbols:
                    return expit(x - y) ** k * expit(y - x) ** (-power - k) * _quotient(rest)
    return exp(exponent)
