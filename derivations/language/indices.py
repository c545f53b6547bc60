"""From index notation to matrices: sum_ij A_ij x_i x_j is x' A x, by contraction."""

from __future__ import annotations

from sympy import (
    Add,
    DiagonalOf,
    Dummy,
    HadamardPower,
    Identity,
    Integer,
    KroneckerDelta,
    Lambda,
    MatAdd,
    MatrixExpr,
    Mul,
    OneMatrix,
    Pow,
    Sum,
    expand,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.blocks import IdentityColumns
from derivations.language.contraction import Graph, MeetingIndex, entrywise, transposed
from derivations.language.errors import UnsupportedExpression
from derivations.language.products import product
from derivations.language.substitute import variable


def matrix_form(total):
    """A sum over indices, SymPy's Sum, as a scalar expression of matrices. Raises UnsupportedExpression naming the part that
    is none.
    """
    return _summed(total, {})


def _summed(total, dims):
    """The sum over its indices, in which the indices `dims` (to their dimensions) are free: a number, a vector or a matrix
    over these, with the first of them as the index of rows.
    """
    inner, renamed = dict(dims), {}
    for index, low, high in total.limits:
        if low != 0 or high.free_symbols & inner.keys():
            raise UnsupportedExpression(
                total, "the matrix form", f"{index} runs from {low} to {high}, not over a dimension"
            )
        if index in renamed:
            raise UnsupportedExpression(total, "the matrix form", "it sums over one index twice")
        renamed[index] = Dummy(index.name)  # an inner sum may use the name of an outer index
        inner[renamed[index]] = high + 1
    terms = [_contracted(term, inner, tuple(dims)) for term in _terms(total.function.xreplace(renamed), inner)]
    if len(terms) == 1:
        return terms[0]
    return MatAdd(*terms) if isinstance(terms[0], MatrixExpr) else Add(*terms)


def _terms(function, dims):
    """The terms of a sum of products of functions of at most two indices, expanded only where that takes it."""
    for term in Add.make_args(function):
        wide = [f for f in Mul.make_args(term) if sum(f.has(i) for i in dims) > 2]
        if not wide:
            yield term
        elif (flat := expand(term)) != term:
            yield from _terms(flat, dims)
        else:
            raise UnsupportedExpression(wide[0], "the matrix form", "a function of more than two indices")


def _contracted(term, dims, kept):
    """A product of factors, summed over the indices that are not kept."""
    graph = Graph(dims)
    for factor in Mul.make_args(term):
        base, power = factor.as_base_exp()
        repeated = isinstance(base, MatrixElement) and power.is_Integer and power > 0
        for _ in range(int(power) if repeated else 1):
            _multiply(graph, base if repeated else factor, dims)
    try:
        graph.contracted(kept)
    except MeetingIndex as left:
        raise UnsupportedExpression(left.args[0], "the matrix form", "three of these meet in an index") from left
    if not kept:
        return graph.number
    row, column = (*kept, None)[:2]
    return graph.matrix(row, column, [dims.get(i, Integer(1)) for i in (row, column)])


def _multiply(graph, factor, dims):
    found = [i for i in dims if factor.has(i)]
    if not found:
        graph.number *= factor
    elif len(found) == 1:
        graph.at(found[0], entries(factor, found[0], None, dims))
    else:
        graph.between(*found, entries(factor, *found, dims))


def entries(expr, row, column, dims):
    """The matrix of a function of two indices: its entry (i, j) is `expr` at row = i and column = j. A column vector where
    `column` is None.
    """
    rows, columns = dims[row], dims[column] if column is not None else Integer(1)

    def inner(e):
        return entries(e, row, column, dims)

    found = [i for i in (row, column) if i is not None and expr.has(i)]
    if not found:
        return product(expr, OneMatrix(rows, columns))
    if found == [row] and column is not None:  # the same in every column
        return product(entries(expr, row, None, dims), OneMatrix(1, columns))
    if found == [column]:
        return product(OneMatrix(rows, 1), transposed(entries(expr, column, None, dims)))
    if isinstance(expr, MatrixElement):
        return _element(expr, row, column, dims)
    if isinstance(expr, Add):
        return MatAdd(*map(inner, expr.args))
    if isinstance(expr, Mul):
        number, rest = expr.as_independent(*found, as_Add=False)
        return product(number, entrywise(list(map(inner, Mul.make_args(rest)))))
    if isinstance(expr, KroneckerDelta) and set(expr.args[:2]) == {row, column} and rows == columns:
        return Identity(rows)
    if isinstance(expr, Sum):
        return _summed(expr, {i: dims[i] for i in found})
    if isinstance(expr, Pow) and not any(expr.exp.has(i) for i in found):
        return HadamardPower(inner(expr.base), expr.exp)
    return _applied(expr, found, inner)


def _applied(expr, found, inner):
    """A function of one entry, or of one argument that is made of entries."""
    x = variable(expr)
    one = {e for e in expr.atoms(MatrixElement) if any(e.has(i) for i in found)}
    if len(one) != 1 or expr.has(Sum):
        one = {a for a in expr.args if any(a.has(i) for i in found)}
    function = expr.xreplace(dict.fromkeys(one, x))
    if len(one) != 1 or any(function.has(i) for i in found):
        raise UnsupportedExpression(expr, "the matrix form", "no function of a single entry")
    return ElementwiseApplyFunction(Lambda(x, function), inner(*one))


def _element(element, row, column, dims):
    """The matrix of the entries of a matrix at one or two indices, or at an index and a fixed place."""
    matrix, *at = element.args
    for index, size in zip(at, matrix.shape, strict=True):
        if index in (row, column) and dims[index] != size:
            raise UnsupportedExpression(
                element, "the matrix form", f"{index} runs over {dims[index]}, and not over {size}"
            )
        if index not in (row, column) and any(index.has(i) for i in dims):
            raise UnsupportedExpression(element, "the matrix form", f"{index} is no index, but made of one")
    if at == [row, column]:
        return matrix
    if at == [column, row]:
        return transposed(matrix)
    if at == [row, row]:
        return DiagonalOf(matrix)
    if at[0] == row:
        return matrix if matrix.cols == 1 else product(matrix, IdentityColumns(matrix.cols, at[1]))
    return transposed(matrix) if matrix.rows == 1 else product(transposed(matrix), IdentityColumns(matrix.rows, at[0]))
