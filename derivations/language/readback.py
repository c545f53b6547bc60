"""From networks back to matrix expressions: the converse of derivations.language.parse.

An index that is summed over and joins two matrices is a product, one that touches a single matrix a product with the ones
vector; two matrices between the same indices are an entrywise product, and an index that carries vectors is a diagonal
matrix. Every network that can be taken apart in this way is a matrix expression; one in which three matrices meet in an
index that is summed over is refused.
"""

from __future__ import annotations

from sympy import (
    DiagMatrix,
    DiagonalOf,
    HadamardPower,
    HadamardProduct,
    Identity,
    Inverse,
    Lambda,
    MatAdd,
    MatMul,
    MatrixExpr,
    MatrixSymbol,
    OneMatrix,
    S,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    preorder_traversal,
)

from derivations.language.atoms import Abbreviation, SquaredNorm
from derivations.language.entries import Entry
from derivations.language.errors import UnsupportedExpression
from derivations.language.parse import key_of


def factors_of(expr, normalise):
    """What the keys of factors in the normal form of an expression stand for: {key: matrix}."""
    found = {}
    for node in _nodes(expr):
        if isinstance(node, MatrixSymbol):
            found[key_of(node)] = node
        elif isinstance(node, Inverse):
            found[normalise.name(node)] = node
        elif isinstance(node, MatrixExpr) and not isinstance(node, Abbreviation):
            found.setdefault(normalise.name(node), node) if _is_atom(node) else None
    return found


def _nodes(expr):
    """The nodes of an expression, those of what its abbreviations mean included."""
    for node in preorder_traversal(expr):
        yield node
        if isinstance(node, Abbreviation):
            yield from _nodes(node.definition)


def _is_atom(node):
    """Whether a matrix is one of the atoms of derivations.language, known by its arguments."""
    return type(node).__module__.startswith("derivations.")


def read_back(form, factors, shape):
    """The matrix of some shape whose normal form is `form`, with `factors` as `factors_of` gives them."""
    return total([scaled(c, network_matrix(term, factors, shape)) for c, term in form.terms.values()], shape)


def scaled(coefficient, matrix):
    return matrix if coefficient == 1 else MatMul(coefficient, *_product(matrix))


def matrix_factors(matrix):
    """The factors of a product, none of an identity."""
    return () if isinstance(matrix, Identity) else matrix.args if isinstance(matrix, MatMul) else (matrix,)


def total(terms, shape):
    """The sum of some matrices of one shape."""
    return MatAdd(*terms) if len(terms) > 1 else terms[0] if terms else ZeroMatrix(*shape)


def network_matrix(term, factors, shape):
    """The matrix of a network with the ports "row" and "column" (none where the dimension is 1)."""
    return _Reduction(term, factors).matrix(shape)


def network_scalar(term, factors):
    """The scalar that a network without ports is."""
    return _Reduction(term, factors).scalar()


class _Reduction:
    """A network under reduction: matrices between two indices, a vector (or none) at each index, and a scalar."""

    def __init__(self, term, factors):
        self.term = term
        self.size = dict(term.dims)
        self.symmetric = frozenset(factors[f.key] for f in term.factors if f.symmetric and f.key in factors)
        self.edges = []  # (i, j, matrix) with i != j
        self.vectors = {}
        self.number = S.One
        for f in term.factors:
            self._enter(f, factors)
        self.kept = {i for _, i in term.ports}
        self._reduce()

    def _enter(self, factor, factors):
        matrix = _factor_matrix(factor, factors)
        if matrix is None:
            reason = f"{factor.label} is no matrix of which a product is made"
            raise UnsupportedExpression(self.term, "reading back", reason)
        if len(factor.slots) == 1:
            self._at(factor.slots[0], matrix if matrix.cols == 1 else Transpose(matrix))
        elif factor.slots[0] == factor.slots[1]:
            self._at(factor.slots[0], DiagonalOf(matrix))
        else:
            self._between(*factor.slots, matrix)

    def _at(self, index, vector):
        known = self.vectors.get(index)
        self.vectors[index] = vector if known is None else HadamardProduct(known, vector)

    def _between(self, i, j, matrix):
        for n, (a, b, other) in enumerate(self.edges):
            if {a, b} == {i, j}:
                self.edges[n] = (a, b, HadamardProduct(other, matrix if a == i else self._transposed(matrix)))
                return
        self.edges.append((i, j, matrix))

    def _reduce(self):
        while True:
            degree = dict.fromkeys(self.size, 0)
            for i, j, _ in self.edges:
                degree[i] += 1
                degree[j] += 1
            inner = [i for i in self.size if i not in self.kept]
            if not inner:
                return
            index = min(inner, key=lambda i: degree[i])
            if degree[index] > 2:
                raise UnsupportedExpression(
                    self.term, "reading back", "three matrices meet in an index that is summed over"
                )
            self._eliminate(index)

    def _eliminate(self, index):
        touching = [e for e in self.edges if index in e[:2]]
        self.edges = [e for e in self.edges if e not in touching]
        vector, size = self.vectors.pop(index, None), self.size.pop(index)
        if not touching:
            self.number *= size if vector is None else _total(vector)
        elif len(touching) == 1:
            (outer, matrix), ones = self._outward(touching[0], index), OneMatrix(size, 1)
            if outer not in self.kept and vector is None and self._is_last_pair(outer, matrix):
                self.vectors.pop(outer, None), self.size.pop(outer)
                return
            self._at(outer, MatMul(*_product(matrix), ones if vector is None else vector))
        else:
            (i, left), (j, right) = (self._outward(e, index) for e in touching)
            inner = [] if vector is None else [DiagMatrix(vector)]
            self._between(i, j, MatMul(*_product(left), *inner, *_product(self._transposed(right))))

    def _is_last_pair(self, outer, matrix):
        """Take out sum_ij A_ij B_ij as tr(A'B), if that is what is left at two indices."""
        alone = outer not in self.vectors and not any(outer in e[:2] for e in self.edges)
        if not alone or not isinstance(matrix, HadamardProduct) or len(matrix.args) != 2:
            return False
        a, b = matrix.args
        plain = a.arg if isinstance(a, Transpose) else a
        self.number *= SquaredNorm(plain) if a == b else Trace(MatMul(*_product(self._transposed(a)), *_product(b)))
        return True

    def _outward(self, edge, index):
        """(other index, matrix from it to this one)."""
        i, j, matrix = edge
        return (i, matrix) if j == index else (j, self._transposed(matrix))

    def _transposed(self, matrix):
        if isinstance(matrix, MatMul):
            return MatMul(*map(self._transposed, reversed(matrix.args)))
        if isinstance(matrix, HadamardProduct):
            return HadamardProduct(*map(self._transposed, matrix.args))
        if matrix in self.symmetric or isinstance(matrix, DiagMatrix):
            return matrix
        return matrix.args[0] if isinstance(matrix, Transpose) else Transpose(matrix).doit(deep=False)

    def scalar(self):
        return self.number

    def matrix(self, shape):
        row, column = (self.term.port(p) for p in ("row", "column"))
        ends = [self.vectors.get(i) for i in (row, column)]
        if row is not None and row == column:
            return scaled(self.number, Identity(shape[0]) if ends[0] is None else DiagMatrix(ends[0]))
        if self.edges:
            ((i, _, matrix),) = self.edges
            matrix = matrix if i == row else self._transposed(matrix)
            left, right = ([] if v is None else [DiagMatrix(v)] for v in ends)
            return scaled(self.number, MatMul(*left, *_product(matrix), *right) if left or right else matrix)
        left, right = (OneMatrix(d, 1) if v is None else v for v, d in zip(ends, shape, strict=True))
        ones = [*_product(left)] * (shape[0] != 1) + [*_product(self._transposed(right))] * (shape[1] != 1)
        return scaled(self.number, MatMul(*ones) if len(ones) > 1 else ones[0] if ones else Identity(1))


def _factor_matrix(factor, factors):
    """The matrix that a factor is an entry of, be it to a power or in a function of it; None if there is none."""
    if not factor.slots:
        return None
    if factor.entry is None:
        matrix, function = factors.get(factor.key), None
    else:
        entries = sorted(factor.entry.atoms(Entry), key=str)
        plain = len(entries) == 1 and entries[0].positions == tuple(range(len(factor.slots)))
        matrix, x = factors.get(entries[0].key) if plain else None, Symbol("x", real=True)
        function = Lambda(x, factor.entry.xreplace({entries[0]: x}))
    if matrix is None:
        return None
    matrix = matrix if function is None else matrix.applyfunc(function)
    return matrix if factor.exponent == 1 else HadamardPower(matrix, factor.exponent)


def _product(matrix):
    return matrix.args if isinstance(matrix, MatMul) else (matrix,)


def _total(vector):
    return Trace(MatMul(OneMatrix(1, vector.rows), *_product(vector)))
