"""Diagonals, and matrices that are diagonal, in tidy form."""

from __future__ import annotations

from sympy import DiagMatrix, DiagonalMatrix, DiagonalOf, HadamardProduct, MatAdd, MatMul, OneMatrix, Transpose

from derivations.language.products import scaled


def diagonal_matrix(node, tidier):
    """diag(v), with the numbers that multiply v in front; a multiple of the identity for equal entries."""
    coefficient, factors = tidier.factors(node.args[0])
    if len(factors) == 1 and isinstance(factors[0], OneMatrix):
        return scaled(coefficient, [], node)
    return node if coefficient == 1 else scaled(coefficient, [DiagMatrix(scaled(1, factors, node))], node)


def diagonal_part(node, tidier):
    """A matrix without what is off its diagonal; what only scales rows or columns comes out."""
    inner = tidier.matrix(node.args[0])
    if isinstance(inner, DiagonalMatrix):
        return inner
    if isinstance(inner, MatAdd):
        parts = tidier.sum([DiagonalMatrix(a) for a in inner.args], node.shape)
        if len(parts.args if isinstance(parts, MatAdd) else [parts]) < len(inner.args):
            return parts
    coefficient, factors = tidier.factors(inner)
    factors = [f.args[0] if isinstance(f, Transpose) and len(factors) == 1 else f for f in factors]
    if not factors or (len(factors) == 1 and tidier.equal(DiagonalMatrix(factors[0]), factors[0])):
        return inner
    outer = [(f, isinstance(f, (DiagMatrix, DiagonalMatrix))) for f in factors]
    if len(factors) > 1 and (outer[0][1] or outer[-1][1]):  # what scales rows or columns comes out
        left, right = ([f] if scales else [] for f, scales in (outer[0], outer[-1]))
        right = right if len(factors) > len(left) else []
        core = factors[len(left) : len(factors) - len(right)]
        return tidier.matrix(MatMul(coefficient, *left, DiagonalMatrix(scaled(1, core, inner)), *right))
    return scaled(coefficient, [DiagonalMatrix(scaled(1, factors, inner))], node)


def diagonal(node, tidier):
    """The diagonal of a matrix: that of u v' is u o v, and what only scales rows or columns comes out."""
    inner = tidier.matrix(node.args[0])
    if isinstance(inner, MatAdd):
        return tidier.sum([DiagonalOf(a) for a in inner.args], node.shape)
    coefficient, factors = tidier.factors(inner)
    if len(factors) == 1 and isinstance(factors[0], DiagMatrix):
        vector = factors[0].args[0]
        return scaled(coefficient, [vector if vector.cols == 1 else tidier.transposed(vector)], node)
    if (
        len(factors) == 3
        and isinstance(factors[1], DiagMatrix)
        and factors[0].shape == factors[2].shape[::-1] != (1, 1)
    ):
        left, vector, right = factors[0], factors[1].args[0], tidier.transposed(factors[2])
        weights = vector if vector.cols == 1 else tidier.transposed(vector)
        return tidier.matrix(MatMul(coefficient, HadamardProduct(left, right), weights))
    scales = []
    while (
        len(factors) > 1 and (end := next((e for e in (0, -1) if isinstance(factors[e], DiagMatrix)), None)) is not None
    ):
        scales.append(factors.pop(end).args[0])
    cut = next((n for n in range(1, len(factors)) if factors[n].rows == 1), None)
    if cut is not None:
        scales += [scaled(1, factors[:cut], node), Transpose(scaled(1, factors[cut:], node))]
    elif factors and not all(isinstance(f, OneMatrix) for f in factors):
        (single,) = factors if len(factors) == 1 else (None,)
        scales.append(DiagonalOf(single.args[0] if isinstance(single, Transpose) else scaled(1, factors, node)))
    columns = [s if s.cols == 1 else tidier.transposed(s) for s in scales] or [OneMatrix(*node.shape)]
    if len(columns) == 1:
        return scaled(coefficient, columns, node)
    return tidier.matrix(MatMul(coefficient, HadamardProduct(*columns)))
