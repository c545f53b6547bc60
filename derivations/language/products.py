"""Products of a number and matrices, and the number that the terms of a sum share."""

from __future__ import annotations

from math import gcd

from sympy import Identity, MatAdd, MatMul, Rational, ilcm


def scaled(coefficient, factors, like):
    """coefficient * product of factors; an empty product is the identity of the order of `like`."""
    if not factors:
        factors = [Identity(like.shape[0])]
    if coefficient == 1 and len(factors) == 1:
        return factors[0]
    factors = [g for f in factors for g in (f.args if isinstance(f, MatMul) else (f,))]
    return MatMul(coefficient, *factors) if coefficient != 1 else MatMul(*factors)


def content(total):
    """(c, A) with total = c A, c the common rational factor of the terms of a sum."""
    numbers, rests = zip(
        *(term.as_coeff_mmul() if isinstance(term, MatMul) else (1, term) for term in total.args), strict=True
    )
    rationals = [Rational(n.as_coeff_Mul()[0]) if n != 1 else Rational(1) for n in map(_as_expr, numbers)]
    content = Rational(gcd(*(abs(r.p) for r in rationals)), ilcm(*(r.q for r in rationals), 1))
    if content == 1:
        return Rational(1), total
    return content, MatAdd(*(scaled(_as_expr(n) / content, [m], m) for n, m in zip(numbers, rests, strict=True)))


def _as_expr(x):
    return x if not isinstance(x, int) else Rational(x)
