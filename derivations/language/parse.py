"""From SymPy expressions to sums of networks: one function a node, chosen by the node's class."""

from __future__ import annotations

from functools import singledispatchmethod
from itertools import product as pairs

from sympy import (
    Abs,
    BlockMatrix,
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    Dummy,
    HadamardPower,
    HadamardProduct,
    Identity,
    Inverse,
    Lambda,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSymbol,
    OneMatrix,
    Symbol,
    Transpose,
    ZeroMatrix,
    log,
    sqrt,
)
from sympy.core.sympify import _sympify
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.slice import MatrixSlice

from derivations.language.atoms import Abbreviation, Eigenvalues, Leading, LogSumExp
from derivations.language.entries import ONE, entry_at
from derivations.language.errors import UnsupportedExpression
from derivations.language.network import SCALAR, Factor, Term, spelling
from derivations.language.norms import Absolute, Norms, UnitColumns, UnitRows
from derivations.language.parse_entries import key_of
from derivations.language.parse_scalars import ScalarParser
from derivations.language.partition import placed, slice_sizes, taken
from derivations.language.sums import ports_of, product, relabelled, scaled, summed


class Parser(ScalarParser):
    """Reads matrices as well: their networks have the ports "row" and "column", none where the dimension is 1."""

    @singledispatchmethod
    def matrix(self, node):
        raise UnsupportedExpression(node, "the normal form", "it is not polynomial in the entries of its arguments")

    def _factor(self, node, key):
        slots, dims, ports = ports_of(node)
        return [(ONE, Term((Factor(key, slots, self.known.is_symmetric(node)),), dims, ports))]

    @matrix.register
    def _(self, node: MatrixSymbol):
        return self._factor(node, key_of(node))

    @matrix.register
    def _(self, node: Abbreviation):
        return self._factor(node, spelling(node)) if self.known.is_opaque(node) else self.matrix(node.definition)

    @matrix.register(UnitColumns)
    @matrix.register(UnitRows)
    def _(self, node):
        """A positive scale of the columns, or of the rows, is not seen; nor is one of the matrix."""
        coefficient, factors = node.args[0].as_coeff_matrices() if isinstance(node.args[0], MatMul) else (ONE, ())
        if coefficient != 1 and coefficient.is_positive:
            node = node.func(MatMul(*factors).doit(deep=False), *node.args[1:])
        lines, scale = node.lines_and_scale()
        if scale is not None and self._is_positive_vector(scale):
            node = node.func(lines, *node.args[1:])
        return self._factor(node, spelling(node)) if self.known.is_opaque(node) else self.matrix(node.definition)

    @matrix.register
    def _(self, node: Leading):
        return self.matrix(Identity(node.rows)) if node.rows == node.cols else self._factor(node, self.known.name(node))

    @matrix.register
    def _(self, node: Eigenvalues):
        multiple = self.known.multiple_of_identity(node.args[0])
        if multiple is not None:
            return scaled(multiple, self.matrix(OneMatrix(*node.shape)))
        return self._factor(node, self.known.name(node))

    @matrix.register
    def _(self, node: LogSumExp):
        total = self.known.sum_of_exponentials(node)
        if total is not None and total.is_positive:
            return scaled(log(total), self.matrix(OneMatrix(*node.shape)))
        _, key, shift = self.known.log_sum_exp(*map(self.matrix, node.args))
        return self._factor(node, key) + shift

    @matrix.register
    def _(self, node: Norms):
        squared = self.known.multiple_of_ones(node.squares)
        if squared is not None and squared.is_nonnegative:
            return scaled(sqrt(squared), self.matrix(OneMatrix(*node.shape)))
        return self._factor(node, self.known.name(node))

    @matrix.register
    def _(self, node: Absolute):
        """A matrix of one or two values has the absolute values of these."""
        x = Symbol("x", real=True)
        known = self.known.levels(node.args[0]) is not None
        return (
            self.matrix(node.args[0].applyfunc(Lambda(x, Abs(x))))
            if known
            else self._factor(node, self.known.name(node))
        )

    @matrix.register
    def _(self, node: Identity):
        if node.rows == 1:
            return [(ONE, SCALAR)]
        return [(ONE, Term((), {0: node.rows}, (("row", 0), ("column", 0))))]

    @matrix.register
    def _(self, node: OneMatrix):
        _, dims, ports = ports_of(node)
        return [(ONE, Term((), dims, ports))]

    @matrix.register
    def _(self, node: ZeroMatrix):
        return []

    @matrix.register
    def _(self, node: MatAdd):
        return [term for arg in node.args for term in self.matrix(arg)]

    @matrix.register
    def _(self, node: MatMul):
        coefficient, matrices = node.as_coeff_matrices()
        result = self.scalar(coefficient, {})
        last = None
        for m in matrices:
            terms = relabelled(self.matrix(m), {"row": last or "row", "column": ("inner", m)})
            if last is not None:
                terms = summed(product(result, terms), last, ONE)
            else:
                terms = product(result, terms)
            result, last = relabelled(terms, {("inner", m): "next"}), "next"
        return relabelled(result, {"next": "column"})

    @matrix.register
    def _(self, node: Transpose):
        return relabelled(self.matrix(node.args[0]), {"row": "column", "column": "row"})

    @matrix.register
    def _(self, node: MatPow):
        exponent = node.exp
        if not exponent.is_Integer:
            raise UnsupportedExpression(node, "the normal form", "only integer powers are read")
        if exponent < 0:
            return self._inverse_power(node, -exponent)
        return self.matrix(MatMul(*[node.base] * int(exponent)) if exponent > 0 else Identity(node.rows))

    def _inverse_power(self, node, exponent):
        """The inverse of a product is that of the factors in reverse order; that of M' is that of M, transposed."""
        found = self.known.inverted(node.base)
        if found is None:
            raise UnsupportedExpression(node, "the normal form", f"{node.base} is not known to be invertible")
        c, factors = found
        if factors != [node.base] or exponent > 1:
            inverses = [Inverse(f) for f in reversed(factors)] * int(exponent)
            return scaled(c**-exponent, self.matrix(MatMul(*inverses) if inverses else Identity(node.rows)))
        key, turned = (self.known.name(Inverse(m)) for m in (node.base, Transpose(node.base)))
        terms = self._factor(node, min(key, turned))
        return terms if key <= turned else relabelled(terms, {"row": "column", "column": "row"})

    @matrix.register
    def _(self, node: HadamardProduct):
        return product(*(self.matrix(arg) for arg in node.args))

    @matrix.register
    def _(self, node: HadamardPower):
        if not (node.exp.is_Integer and node.exp > 0):
            return self._elementwise(node)
        return product(*[self.matrix(node.base)] * int(node.exp))

    @matrix.register
    def _(self, node: DiagMatrix):
        if 1 not in node.args[0].shape:
            raise UnsupportedExpression(node, "the normal form", f"{node.args[0]} is no vector")
        return self._diagonal(relabelled(self.matrix(node.args[0]), {"column": "row"}), node.rows)

    @matrix.register
    def _(self, node: DiagonalMatrix):
        return self._diagonal(self.matrix(node.args[0]), node.rows)

    @matrix.register
    def _(self, node: DiagonalOf):
        return relabelled(self._diagonal(self.matrix(node.args[0]), node.rows), {"column": None})

    def _diagonal(self, terms, n):
        return product(terms, self.matrix(Identity(n)))

    @matrix.register
    def _(self, node: BlockMatrix):
        rows, columns = ([*map(_sympify, sizes)] for sizes in (node.rowblocksizes, node.colblocksizes))
        terms = []
        for i, j in pairs(range(len(rows)), range(len(columns))):
            in_row = placed(self.matrix(node.blocks[i, j]), "row", rows, i)
            terms += placed(in_row, "column", columns, j)
        return terms

    @matrix.register
    def _(self, node: MatrixSlice):
        terms = self.matrix(node.parent)
        for label, bounds, d in zip(("row", "column"), (node.rowslice, node.colslice), node.parent.shape, strict=True):
            terms = taken(terms, label, *slice_sizes(node, bounds, d))
        return terms

    @matrix.register
    def _(self, node: ElementwiseApplyFunction):
        return self._elementwise(node)

    def _elementwise(self, node):
        """A matrix that is known by its entries."""
        labels = {
            Dummy(label, integer=True): (label, d) for label, d in zip(("row", "column"), node.shape, strict=True)
        }
        body = entry_at(node, *labels, self.known.is_opaque)
        entries = self.scalar(body, {index: d for index, (_, d) in labels.items()})
        # a constant term has no index of its own: it is that multiple of the ones matrix
        return product(
            self.matrix(OneMatrix(*node.shape)), relabelled(entries, {i: label for i, (label, _) in labels.items()})
        )
