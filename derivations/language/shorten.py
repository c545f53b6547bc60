"""The shortest spelling of a sum of products: factors that its terms share taken out, numbers and matrices on either side."""

from __future__ import annotations

from functools import reduce
from itertools import groupby

from sympy import (
    Add,
    Heaviside,
    Identity,
    Integer,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSymbol,
    Max,
    Mul,
    OneMatrix,
    Pow,
    Rational,
    S,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    exp,
    gcd,
    powsimp,
)
from sympy.core.sympify import _sympify

from derivations.language.blocks import IdentityColumns
from derivations.language.network import spelling


def shortest(expr):
    """An equal matrix expression: the shortest, as text, of those that come from taking out what its terms share."""
    if expr.shape == (1, 1) and isinstance(expr, MatMul):
        number, factors = expr.as_coeff_matrices()
        return min((expr, _of_number(number)), key=_length) if factors == [Identity(1)] else expr
    if isinstance(expr, MatAdd):
        return _collected([_split(a) for a in expr.args], expr.shape)
    if isinstance(expr, MatMul):
        return min((expr, _product(*_split(expr), expr.shape)), key=_length)
    return expr


def _of_number(number):
    """A number as a 1 x 1 matrix: the trace of such a matrix is the matrix."""
    if isinstance(number, Trace) and isinstance(number.args[0], MatrixSymbol) and number.args[0].shape == (1, 1):
        return number.args[0]
    if isinstance(number, Trace) and isinstance(number.args[0], MatMul):
        matrix = number.args[0]
        factors = matrix.as_coeff_matrices()[1]
        if 1 in (factors[0].rows, factors[-1].cols) and factors[0].rows == factors[-1].cols:
            return matrix
    if isinstance(number, Add):
        return MatAdd(*map(_of_number, number.args))
    if isinstance(number, Pow) and number.exp.is_Integer and isinstance(inner := _of_number(number.base), MatrixSymbol):
        return _raised(inner, number.exp)
    if isinstance(number, Mul):
        matrices = [m for m in map(_of_number, number.args) if not isinstance(m, (Identity, MatMul))]
        rest = [a for a in number.args if isinstance(_of_number(a), (Identity, MatMul))]
        return MatMul(*rest, *matrices) if matrices else MatMul(number, Identity(1))
    return MatMul(number, Identity(1)) if number != 1 else Identity(1)


def _length(expr):
    """How long the text of an expression is, counted without SymPy's printer, which asks for minus signs everywhere."""
    if isinstance(expr, (Symbol, MatrixSymbol)):
        return len(expr.name)
    if isinstance(expr, (Identity, OneMatrix, ZeroMatrix)):
        return 1
    if not getattr(expr, "args", ()):
        return 0 if expr == -1 else len(str(expr))  # a sign in the place of a factor and its *
    lengths = [_length(a) for a in expr.args]
    if isinstance(expr, (Add, MatAdd)):
        return sum(lengths) + 3 * (len(lengths) - 1)
    parentheses = 2 * sum(isinstance(a, (Add, MatAdd)) for a in expr.args)
    if isinstance(expr, (MatMul, MatPow, Mul, Pow)):
        return sum(lengths) + len(lengths) - 1 + parentheses
    if isinstance(expr, Transpose):
        return lengths[0] + 2 + (parentheses or 2 * isinstance(expr.args[0], MatMul))
    return len(type(expr).__name__) + sum(lengths) + 2 * len(lengths)


def _split(term):
    """(number, factors) of a term, its factors as short as they go."""
    if not isinstance(term, MatMul):
        return (S.One, ()) if isinstance(term, Identity) else (S.One, (term,))
    coefficient, matrices = term.as_coeff_matrices()
    factors = []
    for f in map(shortest, matrices):
        number, inner = f.as_coeff_matrices() if isinstance(f, MatMul) else (S.One, [f])
        coefficient *= number
        factors += inner
    return coefficient, tuple(factors)


def _signed(factor):
    """(1, key) or (-1, key), the key the same for a sum A and for -A."""
    if not isinstance(factor, MatAdd):
        return S.One, factor
    terms = (t.as_coeff_matrices() if isinstance(t, MatMul) else (S.One, [t]) for t in factor.args)
    spelled = sorted(((tuple(map(spelling, matrices)), number) for number, matrices in terms), key=lambda term: term[0])
    sign = -1 if spelled[0][1].could_extract_minus_sign() else 1
    return Integer(sign), tuple((matrices, sign * number) for matrices, number in spelled)


def _product(coefficient, factors, shape):
    """number * product, powers for what repeats."""
    joined = []
    for base, run in groupby(map(_power, factors), key=lambda pair: pair[0]):
        exponents = [p for _, p in run]
        square = base.rows == base.cols
        joined += [_raised(base, sum(exponents))] if square else [_raised(base, p) for p in exponents]
    joined = [f for f in joined if not isinstance(f, Identity)] or [Identity(shape[0])]
    coefficient = joined_powers(coefficient, combine="exp")
    if coefficient == 1:
        return MatMul(*joined) if len(joined) > 1 else joined[0]
    return MatMul(coefficient, *joined)


def joined_powers(number, combine="all"):
    """A product with powers of one base joined; that of a positive part and its slope is the positive part."""
    if not number.has(Pow, exp, Heaviside):
        return number
    for part in number.atoms(Max) if number.has(Heaviside) else ():
        if len(part.args) == 2 and 0 in part.args:
            number = number.subs(Heaviside(sum(part.args)) * part, part)
    return powsimp(number, combine=combine)


def _power(factor):
    return factor.args if isinstance(factor, MatPow) else (factor, S.One)


def _raised(base, power):
    if power == 0:
        return Identity(base.rows)
    return base if power == 1 else base.inv() if power == -1 else MatPow(base, power)


def _collected(terms, shape, reduced=False):
    """The shortest sum of terms (number, factors); `reduced` if their numbers have nothing in common."""
    terms = [(c, fs) for c, fs in terms if c != 0]
    if not terms:
        return ZeroMatrix(*shape)
    if len(terms) == 1:
        return _product(*terms[0], shape)
    common = S.One if reduced else _common([c for c, _ in terms])
    candidates = [m for side in (-1, 0) for m in _with_a_common_factor(terms, side, shape, common)]
    if common != 1:
        number, factors = _split(_collected([(c / common, fs) for c, fs in terms], shape, reduced=True))
        candidates.append(_product(common * number, factors, shape))
    if all(any(isinstance(f, Transpose) for f in fs) for _, fs in terms):
        turned = [(c, tuple(map(_turned, reversed(fs)))) for c, fs in terms]
        candidates.append(Transpose(_total(turned, shape[::-1])))
    candidates.append(_total(terms, shape))
    single = all(
        isinstance(f.args[0] if isinstance(f, Transpose) else f, IdentityColumns) for _, fs in terms for f in fs
    )
    if single and all(d.is_Integer for d in map(_sympify, shape)):
        candidates += _entry_by_entry(candidates[-1])
    return min(candidates, key=_length)


def _total(terms, shape):
    """The sum of products, without a sum in it that is a term."""
    products = [_product(c, fs, shape) for c, fs in terms]
    return MatAdd(*(a for p in products for a in (p.args if isinstance(p, MatAdd) else [p])))


def _turned(factor):
    if isinstance(factor, MatPow):
        return factor.func(_turned(factor.base), *factor.args[1:])
    return factor.args[0] if isinstance(factor, Transpose) else Transpose(factor)


def _entry_by_entry(total):
    """A matrix of a given size as the list of its entries, and as the symbol whose entries these are."""
    explicit = total.as_explicit().as_immutable()
    yield explicit
    for symbol in total.atoms(MatrixSymbol):
        if symbol.shape == explicit.shape and symbol.as_explicit() == explicit:
            yield symbol


def _with_a_common_factor(terms, side, shape, common):
    """The sum in which terms with the same last (or first) factor are one product, if there are any."""
    groups = {}
    for c, fs in terms:
        sign, key = _signed(fs[side]) if fs else (S.One, None)
        groups.setdefault(key, []).append((sign, c / common, fs))
    if all(len(members) == 1 for members in groups.values()):
        return
    whole = []
    for key, members in groups.items():
        if key is None or len(members) == 1:
            whole += [(c, fs) for _, c, fs in members]
            continue
        first, shared = members[0][0], members[0][2][side]
        rest = [(first * sign * c, fs[:-1] if side else fs[1:]) for sign, c, fs in members]
        inner_shape = (shape[0], shared.rows) if side else (shared.cols, shape[1])
        number, factors = _split(_collected(rest, inner_shape))
        whole.append((number, (*factors, shared) if side else (shared, *factors)))
    if len(whole) == 1:
        yield _product(common * whole[0][0], whole[0][1], shape)
    else:
        total = _total(whole, shape)
        yield MatMul(common, total) if common != 1 else total


def _common(numbers):
    """The number that all have as a factor, negative if all are."""
    rationals, powers = zip(*(_powers(c) for c in numbers), strict=True)
    content = reduce(gcd, rationals)
    sign = -1 if all(r.is_negative for r in rationals) else 1
    shared = S.One
    for base in powers[0]:
        exponents = [p.get(base) for p in powers]
        if None in exponents or not all(e.is_Rational for e in exponents):
            shared *= base ** exponents[0] if all(e == exponents[0] for e in exponents) else 1
        elif all(e > 0 for e in exponents):
            shared *= base ** min(exponents)
        elif all(e < 0 for e in exponents):
            shared *= base ** max(exponents)
    return sign * abs(content) * shared


def _powers(number):
    """(rational, {base: exponent}) of a product."""
    rational, rest = number.as_coeff_Mul(rational=True)
    return Rational(rational), dict(f.as_base_exp() for f in Mul.make_args(rest) if f != 1)
