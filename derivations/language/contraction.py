"""Sums over indices as products of matrices: x' A x is sum_ij A_ij x_i x_j.

A product of entries is a graph: an index is a vertex, a factor of two indices an edge that holds a matrix, a factor of one
index a vector at its vertex. Summing over an index with at most two neighbours leaves a matrix between these, a vector at
the one, or a number: A' diag(v) B, A' v, or 1' v. So every graph that falls apart in this way (a series-parallel one) is a
product of matrices, diagonal ones and entrywise products among them; what does not fall apart is refused.
"""

from __future__ import annotations

from sympy import (
    DiagMatrix,
    DiagonalOf,
    HadamardPower,
    HadamardProduct,
    Identity,
    MatMul,
    MatrixExpr,
    OneMatrix,
    S,
    Trace,
    Transpose,
    Tuple,
)

from derivations.language.products import product


class MeetingIndex(Exception):
    """Three matrices meet in an index that is summed over; holds the matrices that are left."""


def square(matrix):
    """The sum of the squares of the entries, as a trace."""
    return Trace(product(transposed(matrix), matrix))


class Graph:
    """A number, vectors (columns) at indices, and matrices between two of them, all multiplied.

    `dims` are the dimensions of the indices, `symmetric` the matrices that are their own transposes, and `squared` writes the
    sum of the squares of the entries of a matrix.
    """

    def __init__(self, dims, symmetric=frozenset(), squared=square):
        self.dims, self.symmetric, self.squared = dict(dims), symmetric, squared
        self.number, self.vectors, self.edges = S.One, {}, {}

    def at(self, i, vector):
        self.vectors.setdefault(i, []).extend(_entrywise_factors(vector))

    def between(self, i, j, matrix):
        """Multiply by the entries of a matrix, i the index of its rows."""
        if i == j:
            self.at(i, DiagonalOf(matrix))
        elif (j, i) in self.edges:
            self.edges[j, i].extend(_entrywise_factors(self._transposed(matrix)))
        else:
            self.edges.setdefault((i, j), []).extend(_entrywise_factors(matrix))

    def contracted(self, kept):
        """The graph, summed over the indices that are not kept; raises MeetingIndex."""
        while summed := [i for i in self.dims if i not in kept]:
            degrees = {i: sum(i in edge for edge in self.edges) for i in summed}
            index = min(reversed(summed), key=degrees.get)  # the last of those with the fewest neighbours
            if degrees[index] > 2:
                raise MeetingIndex(Tuple(*(m for matrices in self.edges.values() for m in matrices)))
            self._sum_over(index, kept)
        return self

    def _sum_over(self, index, kept):
        outward = [self._pop(index, edge) for edge in list(self.edges) if index in edge]
        size, vectors = self.dims.pop(index), self.vectors.pop(index, [])
        match outward:
            case []:
                self.number *= self._total(vectors, size)
            case [(other, [*first, last])] if first and not vectors:  # the row sums of A o B
                alone = other not in (*kept, *self.vectors) and not any(other in edge for edge in self.edges)
                self._inner(other, entrywise(first), last, alone)
            case [(other, matrices)]:
                weights = entrywise(vectors) if vectors else OneMatrix(size, 1)
                self.at(other, product(self._transposed(entrywise(matrices)), weights))
            case [(i, left), (j, right)]:
                middle = [DiagMatrix(entrywise(vectors))] if vectors else []
                self.between(i, j, product(self._transposed(entrywise(left)), *middle, entrywise(right)))

    def _pop(self, index, edge):
        """(the other end, the matrices of an edge with the index as that of their rows)."""
        first, second = edge
        matrices = self.edges.pop(edge)
        return (second, matrices) if first == index else (first, list(map(self._transposed, matrices)))

    def _inner(self, other, a, b, alone):
        """sum_i A_ij B_ij is the diagonal of A'B; its trace, where nothing else is at j and j is summed over as well."""
        if isinstance(b, Transpose):
            a, b = b, a
        if not alone:
            self.at(other, DiagonalOf(product(self._transposed(a), b)))
            return
        self.dims.pop(other)
        plain = a.args[0] if isinstance(a, Transpose) else a
        self.number *= self.squared(plain) if a == b else Trace(product(self._transposed(a), b))

    def _total(self, vectors, size):
        """The sum of the entries of an entrywise product of vectors."""
        match vectors:
            case []:
                return size
            case [DiagonalOf() as diagonal]:
                return Trace(diagonal.args[0])
            case [vector]:
                return Trace(product(OneMatrix(1, size), vector))
        *first, last = vectors
        return Trace(product(self._transposed(entrywise(first)), last))

    def matrix(self, row, column, shape):
        """What is left, as a matrix over the index of its rows and that of its columns; None where the dimension is 1."""
        left, right = (self.vectors.get(i) for i in (row, column))
        if row is not None and row == column:
            return product(self.number, DiagMatrix(entrywise(left)) if left else Identity(shape[0]))
        scales = [[DiagMatrix(entrywise(v))] if v else [] for v in (left, right)]
        if self.edges:
            ((edge, matrices),) = self.edges.items()
            whole = entrywise(matrices if edge[0] == row else list(map(self._transposed, matrices)))
            return product(self.number, *scales[0], whole, *scales[1])
        outer = [] if row is None else [entrywise(left) if left else OneMatrix(shape[0], 1)]
        if column is not None:
            outer.append(self._transposed(entrywise(right)) if right else OneMatrix(1, shape[1]))
        return product(self.number, *(outer or [Identity(1)]))

    def _transposed(self, matrix):
        return transposed(matrix, self.symmetric)


def _entrywise_factors(matrix):
    if isinstance(matrix, HadamardProduct):
        return [f for a in matrix.args for f in _entrywise_factors(a)]
    repeated = isinstance(matrix, HadamardPower) and matrix.exp.is_Integer and matrix.exp > 0
    return [matrix.base] * int(matrix.exp) if repeated else [matrix]


def entrywise(matrices):
    """The entrywise product of some matrices of one shape."""
    if len(matrices) == 1:
        return matrices[0]
    if all(m == matrices[0] for m in matrices):
        return HadamardPower(matrices[0], len(matrices))
    return HadamardProduct(*matrices)


def transposed(matrix, symmetric=frozenset()):
    """The transpose, pushed inwards; of a matrix that is its own, the matrix."""
    if isinstance(matrix, MatMul):
        number, factors = matrix.as_coeff_matrices()
        return product(number, *(transposed(f, symmetric) for f in reversed(factors)))
    if isinstance(matrix, (HadamardPower, HadamardProduct)):
        return matrix.func(*(transposed(a, symmetric) if isinstance(a, MatrixExpr) else a for a in matrix.args))
    if matrix in symmetric or isinstance(matrix, (DiagMatrix, Identity)):
        return matrix
    return matrix.args[0] if isinstance(matrix, Transpose) else Transpose(matrix).doit(deep=False)
