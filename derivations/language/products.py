"""Products of a number and matrices, and the number that the terms of a sum share."""

from __future__ import annotations

from math import gcd

from sympy import Identity, MatAdd, MatMul, MatrixExpr, Rational, ilcm


def product(*factors):
    """The product of numbers and matrices, flat and without factors that are one."""
    flat = [g for f in factors for g in (f.args if isinstance(f, MatMul) else (f,))]
    kept = [f for f in flat if f != 1 and not isinstance(f, Identity)]
    if not any(isinstance(f, MatrixExpr) for f in kept):  # of identities
        kept.append(next(f for f in reversed(flat) if isinstance(f, Identity)))
    return MatMul(*kept) if len(kept) > 1 else kept[0]


def scaled(coefficient, factors, like):
    """coefficient * product of factors; an empty product is the identity of the order of `like`."""
    return product(coefficient, *(factors or [Identity(like.shape[0])]))


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
