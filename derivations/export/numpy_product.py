"""Products of matrices, their traces, diagonals and norms, in the order that costs least."""

from __future__ import annotations

from functools import reduce

from sympy import (
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    Identity,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSlice,
    MatrixSymbol,
    OneMatrix,
    S,
    Transpose,
    prod,
)

from derivations.export.numpy_array import Array
from derivations.export.numpy_association import Association, Form
from derivations.language.atoms import Abbreviation, Named
from derivations.language.blocks import IdentityColumns
from derivations.language.errors import UnsupportedExpression


class ProductCode:
    """To be mixed into ExpressionCode."""

    def product(self, expr):
        """The Array of a product or power of matrices."""
        coefficient, factors = self._factors(expr)
        if len(factors) == 1:
            return self.program.whole(self.array(factors[0])).scaled(self.number(coefficient))
        terms = [
            self._chain(chain, expr).scaled(self.number(c)) for c, chain in self._distributed(coefficient, factors)
        ]
        return reduce(Array.__add__, terms)

    def trace(self, expr):
        """The trace: a sum over the products of the entries of two matrices."""
        if isinstance(expr, MatAdd):
            return sum((self.trace(a) for a in expr.args), S.Zero)
        coefficient, factors = self._factors(expr, closed=True)
        total = S.Zero
        for number, chain in self._distributed(coefficient, factors):
            number = self.number(number)
            if len(chain) < 2:
                total += number * self.program.trace(self.array(chain[0] if chain else Identity(expr.rows)))
                continue
            twice, count = self._association(chain * 2), len(chain)
            places = [(i, j) for i in range(count) for j in range(i + 1, count)]
            i, j = min(places, key=lambda place: twice.paired(*place, place[0] + count))
            total += number * self.program.paired(*self._halves(twice, i, j, i + count))
        return total

    def diagonal(self, expr):
        """The diagonal of a square matrix, along "r"."""
        if expr.rows != expr.cols:
            raise UnsupportedExpression(expr, "the NumPy code", "the diagonal of a matrix that is not square")
        if isinstance(expr, MatAdd):
            return sum((self.diagonal(a) for a in expr.args), S.Zero)
        if isinstance(expr, MatMul):
            coefficient, factors = self._factors(expr)
            if len(factors) > 1 and not self._is_known(tuple(factors)):
                order = self._association(factors)
                left, right = self._halves(order, 0, order.in_two(0, len(factors)), len(factors))
                pair = self.program.entrywise(left, right.turned)
                rows = self.program.summed(self.program.spread(pair).entries, "c", left.cols)
                return self.number(coefficient) * rows
        array = self.array(expr)
        return self.program.at_diagonal(array.entries) + array.diagonal

    def squared_norm(self, expr):
        """The sum of the squares of the entries. Of a product of low rank, tr(A'A BB') is cheaper, and of a sum of such and of
        diagonal matrices the traces of the products of its terms.
        """
        terms = expr.args if isinstance(expr, MatAdd) else (expr,)
        low = [self._is_low_rank(term) for term in terms]
        if any(low) and all(thin or self.array(term).entries == 0 for thin, term in zip(low, terms, strict=True)):
            return sum((self.trace(MatMul(Transpose(a), b)) for a in terms for b in terms), S.Zero)
        array = self.program.whole(self.array(expr))
        return self.program.total(self.program.entrywise(array, array))

    def is_projector(self, matrix):
        """Whether M = M' = M M is known."""
        return isinstance(matrix, Identity) or self._equal(MatMul(Transpose(matrix), matrix), matrix)

    # the factors of a product

    def _factors(self, expr, closed=False):
        """(coefficient, factors) of a product with the products in it taken apart; X' M X with a projector M is (M X)'(M X).

        In a closed product, a trace, the first and the last factor are neighbours too.
        """
        coefficient, factors = self._flat(expr)
        found = []
        for n, factor in enumerate(factors):
            found.append(factor)
            inner = len(factors) > 1 and (closed or 0 < n < len(factors) - 1)
            if inner and self.transposed(factors[n - 1]) == factors[(n + 1) % len(factors)]:
                found += [factor] * (factor.is_square and self.is_projector(factor))
        return coefficient, found

    def _flat(self, expr):
        if isinstance(expr, MatMul):
            coefficient, factors = expr.as_coeff_matrices()
            parts = list(map(self._flat, factors))
            return prod([coefficient, *(c for c, _ in parts)]), _sliced([f for _, inner in parts for f in inner])
        if isinstance(expr, Transpose):
            coefficient, factors = self._flat(expr.args[0])
            return coefficient, [self.transposed(f) for f in reversed(factors)]
        if isinstance(expr, MatPow) and expr.exp in (2, 3):
            coefficient, factors = self._flat(expr.base)
            return coefficient**expr.exp, factors * int(expr.exp)
        if isinstance(expr, Named) and self._is_low_rank(expr.definition):
            return self._flat(expr.definition)
        return S.One, [] if isinstance(expr, Identity) else [expr]

    def transposed(self, factor):
        if isinstance(factor, Transpose):
            return factor.args[0]
        if isinstance(factor, OneMatrix):
            return OneMatrix(factor.cols, factor.rows)
        if isinstance(factor, (Identity, DiagMatrix, DiagonalMatrix)):
            return factor
        known = isinstance(factor, (MatrixSymbol, Abbreviation)) and factor.is_square
        return factor if known and self._equal(Transpose(factor), factor) else Transpose(factor)

    def _equal(self, a, b):
        if (a, b) not in self.compared:
            try:
                self.compared[a, b] = self.normal(a) == self.normal(b)
            except UnsupportedExpression:  # it has no normal form, and is treated like any other
                self.compared[a, b] = False
        return self.compared[a, b]

    def _is_low_rank(self, expr):
        """Whether it is a product over a dimension that is smaller than its own two."""
        if not isinstance(expr, MatMul):
            return False
        size, (_, factors) = self.program.size, self._flat(expr)
        return len(factors) > 1 and min(size(f.cols) for f in factors[:-1]) < min(map(size, expr.shape))

    def _distributed(self, coefficient, factors):
        """The products, each with its coefficient, whose sum the product is: a sum that has a term of low rank is multiplied
        term by term, where what it is multiplied by is thinner than itself.
        """
        size = self.program.size
        for n, factor in enumerate(factors):
            total = factor.args[0] if isinstance(factor, Transpose) else factor
            total = total.definition if isinstance(total, Named) else total
            others = [d for m, f in enumerate(factors) for d in f.shape if m != n]
            if not others or not isinstance(total, MatAdd) or min(map(size, others)) >= min(map(size, factor.shape)):
                continue
            if any(self._is_low_rank(term) for term in total.args):
                terms = [Transpose(t) for t in total.args] if isinstance(factor, Transpose) else total.args
                for term in terms:
                    number, inner = self._flat(term)
                    yield from self._distributed(
                        number * coefficient, _sliced([*factors[:n], *inner, *factors[n + 1 :]])
                    )
                return
        yield coefficient, factors

    # their order

    def _association(self, factors):
        forms = [Form.of(self.array(f), self.program.size) for f in factors]
        return Association(factors, forms, self._is_known, self._turned)

    def _turned(self, keys):
        return tuple(self.transposed(f) for f in reversed(keys))

    def _is_known(self, keys):
        return keys in self.products or self._turned(keys) in self.products

    def _chain(self, factors, expr):
        if not factors:
            return self.array(Identity(expr.rows))
        return self._run(self._association(factors), 0, len(factors))

    def _halves(self, order, i, k, j):
        """The products on both sides of k."""
        if order.mirrored(i, k, j):
            right = self._run(order, k, j)
            return right.turned, right
        return self._run(order, i, k), self._run(order, k, j)

    def _run(self, order, i, j):
        keys = order.keys[i:j]
        if len(keys) == 1:
            return self.array(keys[0])
        if keys not in self.products:
            turned = self._turned(keys)
            if turned in self.products or (len(keys) == 2 and _has_product(turned[0]) and not _has_product(keys[0])):
                return self._run(self._association(turned), 0, len(turned)).turned
            array = self._named(keys, self.program.product(*self._halves(order, i, order.best(i, j)[2], j)))
            if array.diagonal == 0:
                self.program.explain(array, MatMul(*keys))
            self.products[keys] = array
        return self.products[keys]

    def _named(self, keys, array):
        pair = MatMul(*keys)
        if pair in self.names:
            return self.program.define(array, self.names[pair], pair, exact=True)
        named = len(keys) == 2 and _has_product(keys[0])
        return self.program.define(array, keys[0].product_name, pair) if named else array


def _has_product(factor):
    """Whether the product with what is on its right has a name."""
    return isinstance(factor, Abbreviation) and factor.product_name is not None


def _sliced(factors):
    """The factors of a product, with those that only pick rows or columns of their neighbours joined to these."""
    found = []
    for factor in [part for whole in factors for part in _rows_of_diagonal(whole)]:
        last = found[-1] if found else None
        if isinstance(factor, IdentityColumns) and last is not None:
            found[-1] = MatrixSlice(last, (0, last.rows, 1), (factor.start, factor.stop, factor.step))
        elif isinstance(last, Transpose) and isinstance(last.args[0], IdentityColumns):
            picked = last.args[0]
            found[-1] = MatrixSlice(factor, (picked.start, picked.stop, picked.step), (0, factor.cols, 1))
        else:
            found.append(factor)
    return found


def _rows_of_diagonal(factor):
    """The factors of some rows of a diagonal matrix: a smaller one, and the same rows of the identity."""
    if not isinstance(factor, MatrixSlice) or not isinstance(factor.parent, (DiagMatrix, DiagonalMatrix)):
        return [factor]
    (inner,), rows = factor.parent.args, factor.rowslice
    vector = DiagonalOf(inner) if isinstance(factor.parent, DiagonalMatrix) else inner
    if factor.cols != factor.parent.cols or vector.cols != 1:
        return [factor]
    return [DiagMatrix(MatrixSlice(vector, rows, (0, 1, 1))), Transpose(IdentityColumns(vector.rows, *rows))]
