"""The order in which formulas are written: expressions equal to what they are given, arranged as by hand.

Nothing here prints. Each function takes a SymPy expression and returns it taken apart or put together differently: a
positive term first, common factors and denominators outside, numbers before parameters before matrices.
"""

from __future__ import annotations

from math import gcd

from sympy import (
    Add,
    Expr,
    Integer,
    KroneckerDelta,
    Lambda,
    MatAdd,
    MatMul,
    Mul,
    Number,
    OneMatrix,
    Pow,
    Rational,
    Sum,
    Symbol,
    Trace,
    ZeroMatrix,
    default_sort_key,
    expand,
    fraction,
    ilcm,
    log,
    preorder_traversal,
)
from sympy.core.alphabets import greeks
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.export.notation.shorter import flattened, scaled, shorter
from derivations.language.atoms import ScalarAtom, SpectralTrace, SquaredNorm, entr
from derivations.language.substitute import node_count

BIG = (Trace, Sum, ScalarAtom)  # factors that stand behind a fraction, not inside it
HALF = Rational(1, 2)
LETTERS = (Symbol, MatrixElement, Number, AppliedUndef)


def signed_terms(expr, whole=lambda factor: False):
    """The terms of a sum as pairs (whether it is subtracted, term without its sign), a positive one first: 1 + c x, x + 1.

    See derivations.export.notation.shorter.flattened for `whole`.
    """
    if isinstance(expr, MatAdd):
        parts = [_signed(a, whole) for a in expr.args]
        parts = [p for p in parts if not p[0]] + sorted((p for p in parts if p[0]), key=lambda p: node_count(p[1]))
        return sorted(parts, key=lambda p: 0 if not p[0] and p[1].is_symbol else 1)
    if isinstance(expr, Add):
        parts = [_signed(_without_entr(a), whole) for a in expr.as_ordered_terms()]
        first = next((n for n, (negative, _) in enumerate(parts) if not negative), 0)
        if not isinstance(parts[first][1], LETTERS):
            first = next((n for n, (negative, term) in enumerate(parts) if term.is_Number and not negative), first)
        return [parts[first], *parts[:first], *parts[first + 1 :]]
    return [_signed(expr if expr.is_Matrix else _without_entr(expr), whole)]


def _without_entr(term):
    """A product with -x log x written for entr(x), so that its sign is seen."""
    if not term.has(entr):
        return term
    return Mul(*(-f.args[0] * log(f.args[0]) if isinstance(f, entr) else f for f in Mul.make_args(term)))


def _signed(term, whole):
    """(whether it is subtracted, the term without its sign)."""
    if whole(term):
        return False, term
    if isinstance(term, MatMul):
        coefficient, factors = flattened(term, whole)
        negative, rest = _signed(coefficient, whole)
        return (True, scaled(rest, factors)) if negative else (False, term)
    if not isinstance(term, (Mul, Trace, Sum, SpectralTrace)) and not term.is_Number:
        return False, term
    number, rest = _content_outside(term, whole)
    if not isinstance(term, Mul) and not number.is_negative:
        return False, term
    return bool(number.is_negative), _times(abs(number), rest)


def _content_outside(term, whole=lambda factor: False):
    """(number, rest) of a product, with the common numbers and the sign of the sums in it in the number, and the scalars of
    traces outside them; see `flattened` for `whole`.
    """
    term = _unnested(term)
    apart = [outside(f, whole) for f in Mul.make_args(term)]
    if any(coefficient != 1 for coefficient, _ in apart):
        term = Mul(*(c for c, _ in apart)) * Mul(*(f for _, f in apart))
    term = _cancelled(term, whole)
    number, rest = term.as_coeff_Mul()
    factors = []
    for f in Mul.make_args(rest):
        base, exponent = f.as_base_exp()
        if isinstance(base, Add) and exponent.is_Integer and not whole(base):
            content, base = _content(base)
            number *= content**exponent
            f = base**exponent
        factors.append(f)
    return number, Mul(*factors)


def _unnested(product):
    """A product that was left as it is, without products in it: 2 gamma (a + b), its number first."""
    factors = [g for f in Mul.make_args(product) for g in Mul.make_args(f)]
    if len(factors) == len(Mul.make_args(product)):
        return product
    return Mul(*sorted(factors, key=lambda f: not f.is_Number), evaluate=False)


def _cancelled(product, whole):
    """N (a/N + b/N) = a + b: a common factor of a sum, or of its power, is taken out where it cancels with what is beside it."""
    for power in product.args if isinstance(product, Mul) else ():
        total, exponent = power.as_base_exp()
        if isinstance(total, Add) and exponent.is_Integer and not whole(total):
            factor, rest = factored(total)
            others = product / power
            outside = factor**exponent * others
            if (factor.free_symbols & others.free_symbols) - outside.free_symbols:
                return Mul(*Mul.make_args(outside), rest**exponent, evaluate=False) if outside != 1 else rest**exponent
    return product


def _content(total):
    """(c, rest) of a sum: the common integer of its coefficients, negative if most of them are; 1/2 for 1/2 - N/2."""
    numbers, rests = zip(*(t.as_coeff_Mul() for t in total.args), strict=True)
    if not all(n.is_Rational for n in numbers):
        return Integer(1), total
    content = Rational(gcd(*(n.p for n in numbers)), ilcm(*(n.q for n in numbers), 1))
    linear = all(r == 1 or r.is_Symbol for r in rests) and len({n.q for n in numbers}) == 1
    if content.q != 1 and not linear:
        content = Integer(1)
    if 2 * sum(bool(n.is_negative) for n in numbers) > len(numbers):
        content = -content
    return content, Add(*(t / content for t in total.args))


def _times(number, rest):
    """number * rest, a sum left undistributed."""
    return Mul(number, rest, evaluate=False) if isinstance(rest, Add) and number != 1 else number * rest


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
    for root in [f for f in small if isinstance(f, Pow) and f.exp == HALF and f.base.is_Integer]:
        if number.q % root.base == 0:  # sqrt(2)/2 = 1/sqrt(2)
            number *= root.base
            small.remove(root)
            below.append(root)
    small, below = _under_one_root(small, below)
    return number, sorted(small, key=_rank), sorted(big, key=lambda f: isinstance(f, Sum)), sorted(below, key=_rank)


def _under_one_root(above, below):
    """sqrt(a) sqrt(b) = sqrt(a b) and sqrt(a)/sqrt(b) = sqrt(a/b), where at most one of them may be negative."""
    roots = [
        [f for f in factors if isinstance(f, Pow) and f.exp == HALF and is_plain(f.base)] for factors in (above, below)
    ]
    if len(roots[0] + roots[1]) < 2 or sum(not f.base.is_nonnegative for f in roots[0] + roots[1]) > 1:
        return above, below
    over, under = (Mul(*(f.base for f in found)) for found in roots)
    above, below = (
        [f for f in factors if f not in found] for factors, found in zip((above, below), roots, strict=True)
    )
    if not roots[0]:
        return above, [*below, Pow(under, HALF, evaluate=False)]
    return [*above, Pow(over / under, HALF, evaluate=False)], below


def is_plain(expr):
    """Whether a scalar is made of letters and numbers by sums, products and powers alone: it has a root, and no exponent 1/2."""
    return all(a.is_number or isinstance(a, (Symbol, Add, Mul, Pow)) for a in preorder_traversal(expr))


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


def outside(expr, whole=lambda factor: False):
    """(c, rest) with c rest = expr: tr(c A) = c tr(A), sum c f = c sum f and tr(c f)(A) = c tr f(A), the last two for numbers
    c; c is 1 for anything else.
    """
    if whole(expr):
        return Integer(1), expr
    if isinstance(expr, Trace):
        argument = shorter(expr.args[0], whole)
        coefficient, factors = flattened(argument, whole) if isinstance(argument, MatMul) else (Integer(1), [argument])
        return coefficient, Trace(scaled(Integer(1), factors))
    if isinstance(expr, Sum):
        number, rest = _content_outside(_without_entr(expr.function), whole)
        return (Integer(1), expr) if number == 1 else (number, Sum(rest, *expr.limits))
    if isinstance(expr, SpectralTrace):
        (x,) = expr.function.variables
        number, rest = _content_outside(_without_entr(expr.function.expr), whole)
        return (Integer(1), expr) if number == 1 else (number, SpectralTrace(Lambda(x, rest), expr.matrix))
    return Integer(1), expr


def settled(expr, whole=lambda part: False):
    """A scalar with the entries of 0, of ones and of -M or 2 M written as what they are, and the norms of 0 as 0."""
    found = {}
    for e in expr.atoms(MatrixElement, SquaredNorm):
        matrix = e.args[0]
        if whole(e) or whole(matrix):
            continue
        if isinstance(e, SquaredNorm):
            if isinstance(shorter(matrix, whole), ZeroMatrix):
                found[e] = Integer(0)
        elif isinstance(matrix, (ZeroMatrix, OneMatrix)):
            found[e] = Integer(isinstance(matrix, OneMatrix))
        elif isinstance(matrix, MatMul):
            coefficient, factors = flattened(matrix, whole)
            if coefficient.is_Rational and coefficient != 1:
                found[e] = coefficient * MatrixElement(scaled(Integer(1), factors), *e.args[1:])
    return expr.xreplace(found) if found else expr


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
