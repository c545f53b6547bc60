"""From index notation to matrices: sum_ij A_ij x_i x_j is x' A x.

A sum over indices is a graph: an index is a vertex, a factor of two indices an edge that holds a matrix, a factor of one
index a vector at its vertex. Summing over an index with at most two neighbours leaves a matrix between these, a vector at
the one, or a number: A' diag(v) B, A' v, or 1' v. So every graph that falls apart in this way (a series-parallel one) is a
product of matrices, diagonal ones and entrywise products among them; what does not fall apart is refused.
"""

from __future__ import annotations

from sympy import (
    Add,
    DiagMatrix,
    DiagonalOf,
    Dummy,
    HadamardPower,
    HadamardProduct,
    Identity,
    Integer,
    KroneckerDelta,
    Lambda,
    MatAdd,
    MatMul,
    MatrixExpr,
    Mul,
    OneMatrix,
    Pow,
    S,
    Sum,
    Trace,
    Transpose,
    Tuple,
    expand,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.blocks import IdentityColumns
from derivations.language.errors import UnsupportedExpression
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
    graph = _Graph(dims)
    for factor in Mul.make_args(term):
        base, power = factor.as_base_exp()
        repeated = isinstance(base, MatrixElement) and power.is_Integer and power > 0
        for _ in range(int(power) if repeated else 1):
            graph.multiply(base if repeated else factor)
    return graph.contracted(kept)


class _Graph:
    """Numbers, vectors at indices, and matrices between two of them."""

    def __init__(self, dims):
        self.dims = dict(dims)
        self.number, self.vectors, self.edges = S.One, {}, {}

    def multiply(self, factor):
        found = [i for i in self.dims if factor.has(i)]
        if not found:
            self.number *= factor
        elif len(found) == 1:
            self._vector(found[0], entries(factor, found[0], None, self.dims))
        else:
            self._edge(*found, entries(factor, *found, self.dims))

    def _vector(self, i, vector):
        self.vectors.setdefault(i, []).append(vector)

    def _edge(self, i, j, matrix):
        if (j, i) in self.edges:
            i, j, matrix = j, i, _transposed(matrix)
        self.edges.setdefault((i, j), []).append(matrix)

    def contracted(self, kept):
        for _ in range(len(self.dims) - len(kept)):
            degrees = {i: sum(i in edge for edge in self.edges) for i in self.dims if i not in kept}
            i = min(reversed(degrees), key=degrees.get)  # the last of those with the fewest neighbours
            if degrees[i] > 2:
                matrices = Tuple(*(m for ms in self.edges.values() for m in ms))
                raise UnsupportedExpression(
                    matrices, "the matrix form", "no product of these is summed over an index of three"
                )
            self._sum_over(i, degrees[i])
        return self._whole(kept)

    def _sum_over(self, i, degree):
        size, vectors = self.dims.pop(i), self.vectors.pop(i, [])
        if degree == 0:
            self.number *= _total(vectors, size)
            return
        (first, *second) = [self._pop(i, edge) for edge in [e for e in self.edges if i in e]]
        j, left = first
        if not second:
            if isinstance(left[0], HadamardPower) and left[0].exp == 2:
                left = [left[0].base] * 2 + left[1:]
            if not vectors and len(left) == 2:  # the row sums of A o B are the diagonal of A B'
                first, second = reversed(left) if isinstance(left[1], Transpose) else left
                vector = DiagonalOf(_product(_transposed(first), second))
            else:
                vector = _product(_transposed(_entrywise(left)), _vector_of(vectors, size))
            self._vector(j, vector)
            return
        ((k, right),) = second
        middle = [DiagMatrix(_entrywise(vectors))] if vectors else []
        product = _product(_transposed(_entrywise(left)), *middle, _entrywise(right))
        if j == k:
            self._vector(j, DiagonalOf(product))
        else:
            self._edge(j, k, product)

    def _pop(self, i, edge):
        """(the other end, the matrices with i as the index of rows)."""
        matrices = self.edges.pop(edge)
        if edge[0] == i:
            return edge[1], matrices
        return edge[0], list(map(_transposed, matrices))

    def _whole(self, kept):
        """What is left: a number, or a vector or matrix over the indices that are kept."""
        if not kept:
            return self.number
        shape = [self.dims[i] for i in kept]
        parts = [_entrywise(self.vectors[i]) if i in self.vectors else None for i in kept]
        if len(kept) == 1:
            return _scaled(self.number, [_vector_of(self.vectors.get(kept[0], []), shape[0])])
        matrix = [_entrywise([m if edge == kept else _transposed(m) for m in ms]) for edge, ms in self.edges.items()]
        if not matrix:
            column, row = (OneMatrix(d, 1) if p is None else p for p, d in zip(parts, shape, strict=True))
            return _scaled(self.number, [column, _transposed(row)])
        left, right = ([DiagMatrix(p)] if p is not None else [] for p in parts)
        return _scaled(self.number, [*left, *matrix, *right])


def _total(vectors, size):
    """The sum of the entries of an entrywise product of vectors."""
    if not vectors:
        return size
    if len(vectors) == 1:
        (vector,) = vectors
        if isinstance(vector, HadamardPower) and vector.exp == 2:
            return Trace(_product(_transposed(vector.base), vector.base))
        if isinstance(vector, DiagonalOf):
            return Trace(vector.args[0])
        return Trace(_product(OneMatrix(1, size), vector))
    return Trace(_product(_transposed(_entrywise(vectors[:-1])), vectors[-1]))


def _vector_of(vectors, size):
    return _entrywise(vectors) if vectors else OneMatrix(size, 1)


def _entrywise(matrices):
    if len(matrices) == 1:
        return matrices[0]
    if all(m == matrices[0] for m in matrices):
        return HadamardPower(matrices[0], len(matrices))
    return HadamardProduct(*matrices)


def _scaled(number, factors):
    return _product(number, *factors) if number != 1 else _product(*factors)


def _product(*factors):
    return MatMul(*factors).doit(deep=False) if len(factors) > 1 else factors[0]


def _transposed(matrix):
    return Transpose(matrix).doit(deep=False)


def entries(expr, row, column, dims):
    """The matrix of a function of two indices: its entry (i, j) is `expr` at row = i and column = j. A column vector where
    `column` is None.
    """
    rows, columns = dims[row], dims[column] if column is not None else Integer(1)

    def inner(e):
        return entries(e, row, column, dims)

    found = [i for i in (row, column) if i is not None and expr.has(i)]
    if not found:
        return _scaled(expr, [OneMatrix(rows, columns)])
    if found == [row] and column is not None:  # the same in every column
        return _product(entries(expr, row, None, dims), OneMatrix(1, columns))
    if found == [column]:
        return _product(OneMatrix(rows, 1), _transposed(entries(expr, column, None, dims)))
    if isinstance(expr, MatrixElement):
        return _element(expr, row, column, dims)
    if isinstance(expr, Add):
        return MatAdd(*map(inner, expr.args))
    if isinstance(expr, Mul):
        number, rest = expr.as_independent(*found, as_Add=False)
        return _scaled(number, [_entrywise(list(map(inner, Mul.make_args(rest))))])
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
        return _transposed(matrix)
    if at == [row, row]:
        return DiagonalOf(matrix)
    if at[0] == row:
        return matrix if matrix.cols == 1 else _product(matrix, IdentityColumns(matrix.cols, at[1]))
    return (
        _transposed(matrix) if matrix.rows == 1 else _product(_transposed(matrix), IdentityColumns(matrix.rows, at[0]))
    )
