"""Products of matrices, their traces, diagonals and norms, in the order that costs least."""

from __future__ import annotations

from functools import reduce

from sympy import (
    Identity,
    Inverse,
    MatAdd,
    MatMul,
    S,
    Transpose,
)

from derivations.export.code.array import Array
from derivations.export.code.association import Association, Form
from derivations.export.code.factors import FactorCode
from derivations.export.code.program import PARTS
from derivations.language.atoms import Abbreviation
from derivations.language.determinant import LogDet
from derivations.language.errors import UnsupportedExpression


class ProductCode(FactorCode):
    """To be mixed into ExpressionCode."""

    def product(self, expr):
        """The Array of a product or power of matrices."""
        coefficient, factors = self.factors(expr)
        if len(factors) == 1:
            return self.program.whole(self.array(factors[0])).scaled(self.number(coefficient))
        terms = [self._chain(chain, expr).scaled(self.number(c)) for c, chain in self.distributed(coefficient, factors)]
        return reduce(Array.__add__, terms)

    def trace(self, expr):
        """The trace: a sum over the products of the entries of two matrices."""
        if isinstance(expr, MatAdd):
            return sum((self.trace(a) for a in expr.args), S.Zero)
        coefficient, factors = self.factors(expr, closed=True)
        total = S.Zero
        for number, chain in self.distributed(coefficient, factors):
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
            coefficient, factors = self.factors(expr)
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
        low = [self.is_low_rank(term) for term in terms]
        if any(low) and all(thin or self.array(term).entries == 0 for thin, term in zip(low, terms, strict=True)):
            return sum((self.trace(MatMul(Transpose(a), b)) for a in terms for b in terms), S.Zero)
        array = self.program.whole(self.array(expr))
        return self.program.total(self.program.entrywise(array, array))

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
            array = self._shrunk(*keys) if len(keys) == 2 else None
            array = array or self.program.product(*self._halves(order, i, order.best(i, j)[2], j))
            array = self._named(keys, array)
            if array.diagonal == 0:
                self.program.explain(array, MatMul(*keys))
            self.products[keys] = array
        return self.products[keys]

    def _shrunk(self, first, second):
        """X M^-1 where the logarithm of the determinant of M, which is I + c X'X, is computed too; None for other products."""
        if not isinstance(second, Inverse) or LogDet(second.arg) not in self.numbers:
            return None
        found, factor = self.of_shifted_gram(second.arg) or (None, None)
        return self._stored(MatMul(first, second), PARTS[1], (found,), "shrunk") if factor == first else None

    def _named(self, keys, array):
        pair = MatMul(*keys)
        if pair in self.names:
            return self.program.define(array, self.names[pair], pair, exact=True)
        named = len(keys) == 2 and _has_product(keys[0])
        return self.program.define(array, keys[0].product_name, pair) if named else array


def _has_product(factor):
    """Whether the product with what is on its right has a name."""
    return isinstance(factor, Abbreviation) and factor.product_name is not None
