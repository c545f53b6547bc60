"""Identities by which a matrix is written shorter: 4 Diag(C - I) for 2 (I + I) Diag(C - I), D^2 for D D, I for diag(1).

Nothing here prints. `shorter` returns an expression that is equal to what it is given wherever that is defined, for all
values of its symbols. It does not look into what has a name, nor into abbreviations.
"""

from __future__ import annotations

from sympy import (
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    Identity,
    Integer,
    Lambda,
    MatAdd,
    MatMul,
    MatPow,
    OneMatrix,
    Symbol,
    Transpose,
    ZeroMatrix,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import Leading

DIAGONAL = (Identity, DiagMatrix, DiagonalMatrix)
PARTS = (MatAdd, MatMul, Transpose, DiagMatrix, DiagonalMatrix, DiagonalOf, Leading)  # what is looked into


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


def shorter(expr, whole=lambda part: False):
    """An expression equal to the matrix `expr`; see `flattened` for `whole`."""
    if not isinstance(expr, PARTS):
        return expr

    def part(inner):
        return inner if whole(inner) else shorter(inner, whole)

    match expr:
        case MatAdd():
            return _sum([part(a) for a in _summands(expr, whole)], expr.shape, whole)
        case MatMul():
            coefficient, factors = flattened(expr, whole)
            return _product(coefficient, [part(f) for f in factors], expr.shape, whole)
        case Leading():
            return Identity(expr.rows) if expr.rows == expr.cols else expr
        case Transpose():
            return _transposed(part(expr.arg), whole)
        case DiagMatrix():
            return _diag(part(expr.args[0]))
        case DiagonalMatrix():
            return _diagonal_part(part(expr.args[0]), whole)
    return expr.func(part(expr.args[0]))


def _summands(total, whole):
    """The terms of a sum, those of sums in it among them."""
    for a in total.args:
        if isinstance(a, MatAdd) and not whole(a):
            yield from _summands(a, whole)
        else:
            yield a


def _sum(terms, shape, whole):
    """A + A = 2 A; Diag(A + B) = Diag(A) + Diag(B), where that leaves fewer terms: C - I - Diag(C - I) = C - Diag(C)."""
    collected = _collected(terms, whole)
    apart = _collected([t for term in terms for t in _apart(term, whole)], whole)
    kept = apart if len(apart) < len(collected) else collected
    if not kept:
        return ZeroMatrix(*shape)
    terms = [scaled(c, factors) for factors, c in kept.items()]
    return terms[0] if len(terms) == 1 else MatAdd(*terms)


def _collected(terms, whole):
    """{factors: coefficient} of a sum. Coefficients are added if each is a number times the other."""
    found = {}
    for term in terms:
        if isinstance(term, ZeroMatrix):
            continue
        coefficient, factors = _split(term, whole)
        key = tuple(factors)
        if key in found and not (found[key] / coefficient).is_Rational:
            key, coefficient = (term,), Integer(1)
        found[key] = found.get(key, Integer(0)) + coefficient
    return {key: c for key, c in found.items() if c != 0}


def _split(term, whole):
    return flattened(term, whole) if isinstance(term, MatMul) and not whole(term) else (Integer(1), [term])


def _apart(term, whole):
    """The terms of c Diag(A + B), taken apart."""
    coefficient, factors = _split(term, whole)
    inner = factors[0].args[0] if isinstance(factors[0], DiagonalMatrix) and not whole(factors[0]) else None
    if len(factors) != 1 or not isinstance(inner, MatAdd) or whole(inner):
        return [term]
    return [_product(coefficient, [_diagonal_part(a, whole)], term.shape, whole) for a in _summands(inner, whole)]


def _product(coefficient, factors, shape, whole):
    """Scalars are taken out of the factors, identities are left out, D D is D^2, and diag(f) diag(1/f) is I."""
    flat = []
    for factor in factors:
        if isinstance(factor, ZeroMatrix) or coefficient == 0:
            return ZeroMatrix(*shape)
        if isinstance(factor, DiagMatrix) and factor.shape == (1, 1):
            coefficient *= MatrixElement(factor.args[0], 0, 0)
            continue
        inner, parts = _split(factor, whole)
        coefficient *= inner
        flat += parts
    kept = []
    for factor in flat:
        if isinstance(factor, Identity):
            continue
        base, exponent = _as_power(factor)
        last, power = _as_power(kept[-1]) if kept else (None, None)
        if base == last and base.rows == base.cols and not _is_function(base):
            kept[-1] = MatPow(base, power + exponent)
        elif kept and _cancel(kept[-1], factor):
            kept.pop()
        else:
            kept.append(factor)
    if not kept:
        kept = [Identity(shape[0])]
    return scaled(coefficient, kept)


def _as_power(factor):
    if isinstance(factor, MatPow) and factor.exp.is_Integer and factor.exp > 0:
        return factor.base, factor.exp
    return factor, Integer(1)


def _cancel(a, b):
    """Whether diag(f(v)) diag(g(v)) has f g = 1: where both are defined, the product is I."""
    if not (isinstance(a, DiagMatrix) and isinstance(b, DiagMatrix)):
        return False
    (f, u), (g, v) = (_function(d.args[0]) for d in (a, b))
    x = f.variables[0]
    return u == v and f(x) * g(x) == 1


def _function(vector):
    """(f, v) with f(v_k) the entries of a vector."""
    if isinstance(vector, ElementwiseApplyFunction):
        return vector.function, vector.expr
    x = Symbol("x", real=True)
    return Lambda(x, x), vector


def _is_function(matrix):
    return isinstance(matrix, DiagMatrix) and isinstance(matrix.args[0], ElementwiseApplyFunction)


def _transposed(matrix, whole):
    """(c A)' = c A', A'' = A, and a diagonal matrix is its own transpose."""
    if isinstance(matrix, DIAGONAL):
        return matrix
    if isinstance(matrix, Transpose):
        return matrix.arg
    coefficient, factors = _split(matrix, whole)
    if coefficient != 1:
        return _product(coefficient, [_transposed(scaled(Integer(1), factors), whole)], matrix.shape[::-1], whole)
    return Transpose(matrix)


def _diag(vector):
    """diag(c 1) = c I, and diag(Diag(A) 1) = Diag(A)."""
    if isinstance(vector, OneMatrix):
        return Identity(vector.rows)
    if isinstance(vector, MatMul):
        coefficient, factors = flattened(vector)
        if len(factors) == 1 and isinstance(factors[0], OneMatrix):
            return scaled(coefficient, [Identity(vector.rows)])
    return DiagonalMatrix(vector.args[0]) if isinstance(vector, DiagonalOf) else DiagMatrix(vector)


def _diagonal_part(matrix, whole):
    """Diag(D) = D and Diag(c D) = c D of a diagonal D, and Diag(c A) = c Diag(A) for numbers c."""
    if isinstance(matrix, (*DIAGONAL, ZeroMatrix)):
        return matrix
    coefficient, factors = _split(matrix, whole)
    single = scaled(Integer(1), factors)
    if coefficient != 1 and (coefficient.is_Rational or isinstance(single, DIAGONAL)):
        return scaled(coefficient, [_diagonal_part(single, whole)])
    return DiagonalMatrix(matrix)
