"""The order in which formulas are written: expressions equal to what they are given, arranged as by hand.

Nothing here prints. Each function takes a SymPy expression and returns it taken apart or put together differently: a
positive term first, common factors and denominators outside, numbers before parameters before matrices.
"""

from __future__ import annotations

from math import gcd

from sympy import (
    Add,
    DiagMatrix,
    Expr,
    Identity,
    Integer,
    KroneckerDelta,
    MatAdd,
    MatMul,
    Mul,
    Pow,
    Rational,
    Sum,
    Symbol,
    Trace,
    Transpose,
    default_sort_key,
    expand,
    fraction,
    ilcm,
    log,
)
from sympy.core.alphabets import greeks
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import ScalarAtom, entr
from derivations.language.substitute import node_count

BIG = (Trace, Sum, ScalarAtom)  # factors that stand behind a fraction, not inside it


def signed_terms(expr):
    """The terms of a sum as pairs (whether it is subtracted, term without its sign), a positive one first."""
    if isinstance(expr, MatAdd):
        parts = [_signed(a) for a in expr.args]
        parts = [p for p in parts if not p[0]] + sorted((p for p in parts if p[0]), key=lambda p: node_count(p[1]))
        return sorted(parts, key=lambda p: 0 if not p[0] and p[1].is_symbol else 1)
    if isinstance(expr, Add):
        parts = [_signed(_without_entr(a)) for a in expr.as_ordered_terms()]
        first = next((n for n, (negative, _) in enumerate(parts) if not negative), 0)
        return [parts[first], *parts[:first], *parts[first + 1 :]]
    return [_signed(expr)]


def _without_entr(term):
    """A product with -x log x written for entr(x), so that its sign is seen."""
    return Mul(*(-f.args[0] * log(f.args[0]) if isinstance(f, entr) else f for f in Mul.make_args(term)))


def _signed(term):
    """(whether it is subtracted, the term without its sign)."""
    if isinstance(term, MatMul):
        coefficient, factors = flattened(term)
        negative, rest = _signed(coefficient)
        return (True, scaled(rest, factors)) if negative else (False, term)
    if not isinstance(term, (Mul, Trace)) and not term.is_Number:
        return False, term
    number, rest = _content_outside(term, lambda factor: True)
    if isinstance(term, Trace) and not number.is_negative:
        return False, term  # which may have a name
    return bool(number.is_negative), _times(abs(number), rest)


def _content_outside(term, whole=lambda factor: False):
    """(number, rest) of a product, with the common numbers and the sign of the sums in it in the number, and the scalars of
    traces outside them; see `flattened` for `whole`.
    """
    outside = [outside_trace(f, whole) if isinstance(f, Trace) else (1, f) for f in Mul.make_args(term)]
    if any(coefficient != 1 for coefficient, _ in outside):
        term = Mul(*(c for c, _ in outside)) * Mul(*(f for _, f in outside))
    number, rest = term.as_coeff_Mul()
    factors = []
    for f in Mul.make_args(rest):
        if isinstance(f, Add):
            content, f = _content(f)
            number *= content
        factors.append(f)
    return number, Mul(*factors)


def _content(total):
    """(c, rest) of a sum: the common integer of its coefficients, negative if most of them are."""
    numbers = [t.as_coeff_Mul()[0] for t in total.args]
    if not all(n.is_Rational for n in numbers):
        return Integer(1), total
    content = Rational(gcd(*(n.p for n in numbers)), ilcm(*(n.q for n in numbers), 1))
    if content.q != 1:
        content = Integer(1)
    if 2 * sum(bool(n.is_negative) for n in numbers) > len(numbers):
        content = -content
    return content, Add(*(t / content for t in total.args))


def _times(number, rest):
    """number * rest, a sum left undistributed."""
    return Mul(number, rest, evaluate=False) if isinstance(rest, Add) and number != 1 else number * rest


def flattened(product, whole=lambda factor: False):
    """(scalar, matrices) of a product of matrices, the products within it written out but for the `whole` ones."""
    coefficient, factors = product.as_coeff_matrices()
    flat = []
    for f in factors:
        inner, more = flattened(f, whole) if isinstance(f, MatMul) and not whole(f) else (Integer(1), [f])
        coefficient, flat = coefficient * inner, flat + more
    return coefficient, flat


def scaled(coefficient, matrices):
    """The product of a scalar and some matrices, without a coefficient of one."""
    if coefficient != 1:
        return MatMul(coefficient, *matrices)
    return matrices[0] if len(matrices) == 1 else MatMul(*matrices)


def is_identity(matrix):
    """Whether a matrix is the identity, its transpose, or diag(1, ..., 1)."""
    if isinstance(matrix, Transpose):
        return is_identity(matrix.arg)
    if isinstance(matrix, DiagMatrix) and isinstance(matrix.args[0], ElementwiseApplyFunction):
        return matrix.args[0].function.expr == 1
    return isinstance(matrix, Identity)


def factored(expr):
    """(factor, rest) of a scalar sum: what every term contains, or (1, sum) where there is nothing.

    If two or more terms share a symbolic denominator, all are brought over it first. Perfect squares are recognised.
    """
    dens = [fraction(t)[1] for t in expr.args]
    symbolic = [d for d in dens if d.free_symbols and not d.has(MatrixElement)]
    if len(symbolic) > 1 and len(set(symbolic)) == 1:
        den = symbolic[0]
        return 1 / den, Add(*(expand(t * den) for t in expr.args))
    powers = [
        {b: e for b, e in t.as_powers_dict().items() if b.is_Symbol and e.is_Integer and e > 0} for t in expr.args
    ]
    shared = sorted(set.intersection(*map(set, powers)), key=default_sort_key)
    common = abs(_content(expr)[0]) * Mul(*(b ** min(p[b] for p in powers) for b in shared))
    rest = Add(*(t / common for t in expr.args))
    return common, _square(rest) or rest


def _square(total):
    """(a - b)^2 for a^2 - 2 a b + b^2, and (a + b)^2 likewise; None for anything else."""
    if len(total.args) != 3:
        return None
    squares = [t for t in total.args if t == 1 or (t.is_Pow and t.exp == 2)]
    if len(squares) != 2:
        return None
    a, b = (t if t == 1 else t.base for t in sorted(squares, key=default_sort_key, reverse=True))
    return next((c**2 for c in (a + b, a - b) if expand(c**2 - total) == 0), None)


def scalar_factors(expr, whole=lambda factor: False):
    """(number, small factors, big factors, denominators) of a product of scalars; see `flattened` for `whole`."""
    number, rest = _content_outside(expr, whole)
    small, big, below = [], [], []
    for factor in Mul.make_args(rest):
        if isinstance(factor, BIG):
            big.append(factor)
        elif isinstance(factor, Pow) and factor.exp.is_Rational and factor.exp < 0:
            below.append(Pow(factor.base, -factor.exp))
        elif factor != 1:
            small.append(factor)
    return number, sorted(small, key=_rank), sorted(big, key=lambda f: isinstance(f, Sum)), sorted(below, key=_rank)


def _rank(factor):
    """Greek parameters, then other symbols, sums in brackets, entries, and the rest."""
    base = factor.base if isinstance(factor, Pow) else factor
    if isinstance(base, Symbol):
        kind = 0 if base.name.split("_")[0] in greeks else 1
    elif isinstance(base, MatrixElement):
        kind = 3 if base.args[0].is_symbol else 4
    else:
        kind = 2 if isinstance(factor, Add) else 5
    return kind, default_sort_key(factor)


def outside_trace(trace, whole=lambda factor: False):
    """(c, tr(A)) with tr(c A) = c tr(A)."""
    if not isinstance(trace.args[0], MatMul):
        return Integer(1), trace
    coefficient, factors = flattened(trace.args[0], whole)
    return coefficient, Trace(scaled(Integer(1), factors))


def off_diagonal(total):
    """(pairs of indices that differ, sum): (1 - delta_jk) f(delta_jk), summed, is the sum of f(0) over j != k.

    An index that is not summed over stands last in its pair.
    """
    body, apart, summed = total.function, [], [index for index, *_ in total.limits]
    for factor in Mul.make_args(body):
        delta = 1 - factor
        if isinstance(delta, KroneckerDelta):
            pair = set(delta.args[:2])
            body = (body / factor).replace(
                lambda e, pair=pair: isinstance(e, KroneckerDelta) and set(e.args[:2]) == pair, lambda *_: Integer(0)
            )
            apart.append(sorted(delta.args[:2], key=lambda index: index not in summed))
    return apart, Sum(body, *total.limits)


def counted_from_one(expr: Expr, index):
    """`expr` with the bare occurrences of an index written for counting from 1; entries shift their own positions."""
    if expr == index:
        return index - 1
    if isinstance(expr, (MatrixElement, KroneckerDelta)) or not expr.args:
        return expr
    if isinstance(expr, Sum):
        limits = [(i, *(counted_from_one(x, index) for x in bounds)) for i, *bounds in expr.limits]
        return Sum(counted_from_one(expr.function, index), *limits)
    args = [counted_from_one(a, index) for a in expr.args]
    return expr if args == list(expr.args) else expr.func(*args)
