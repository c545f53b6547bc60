"""Every instance of small integers that meets some hypotheses, smallest first.

Dimensions, numbers and entries of matrices are integers; what a hypothesis determines, such as eigenvectors, follows from
them. The size of an instance is the sum of its dimensions and of the absolute values of its numbers and entries; those of a
symmetric matrix count once.
"""

from __future__ import annotations

import random
from itertools import product
from math import inf

import numpy as np
from sympy import MatrixSymbol, Symbol

from derivations.language.errors import NoInstance
from derivations.language.instances import Instance, Plan, subject
from derivations.language.propositions import EntrywiseNonnegative, Symmetric


class Enumeration:
    """The instances of some hypotheses that give every symbol of `expressions` a value.

    With `patience`, no more values than that are given to symbols in all, and instances may be left out.
    """

    def __init__(self, hypotheses, expressions, patience=inf):
        self.hypotheses = tuple(hypotheses)
        self.patience = patience
        self.plan = Plan(self.hypotheses, tuple(expressions))
        self.symbols = {
            h: {s for s in h.free_symbols() if isinstance(s, (Symbol, MatrixSymbol))} for h in self.hypotheses
        }
        self.owned = [s for s in self.plan.symbols if s in self.plan.owners]
        free = [s for s in self.plan.symbols if s not in self.plan.owners]
        self.free = sorted(free, key=lambda s: (isinstance(s, MatrixSymbol), not s.is_integer, str(s)))

    def of_size(self, size, arithmetic):
        """The instances of one size; a hypothesis is asked for as soon as it speaks of given values alone."""
        begun = Instance(arithmetic, {}, random.Random(0))
        yield from self._given(begun, self.free, size)

    def at(self, values, arithmetic):
        """The instances with the given values of the free symbols."""
        begun = Instance(arithmetic, {}, random.Random(0))
        if not all(_is_declared(s, v) for s, v in values.items()):
            return
        converted = {
            s: arithmetic.array(v) if isinstance(s, MatrixSymbol) else arithmetic.number(v) for s, v in values.items()
        }
        given = begun.extended(converted)
        if all(self._holds(h, given) for h in self.hypotheses if self.symbols[h] <= given.table.keys()):
            yield from self._determined(given, self.owned)

    def _given(self, instance, pending, budget):
        if not pending:
            if budget == 0:
                yield from self._determined(instance, self.owned)
            return
        symbol, *rest = pending
        for cost in range(budget + 1) if rest else (budget,):
            for value in self._values(symbol, cost, instance):
                if self.patience == 0:
                    return
                yield from self._with(
                    instance, {symbol: value}, lambda grown, c=cost: self._given(grown, rest, budget - c)
                )

    def _determined(self, instance, pending):
        if not pending:
            yield instance
            return
        symbol = self._next(instance, pending)
        if symbol is None:
            return
        owner = self.plan.owners[symbol]
        for values in owner.every(instance):
            rest = [s for s in pending if s not in values]
            yield from self._with(instance, values, lambda grown, left=rest: self._determined(grown, left), owner)

    def _next(self, instance, pending):
        """The first symbol whose hypothesis has all that it needs; None if what it needs cannot be."""
        for symbol in pending:
            try:
                self.plan.owners[symbol].determine(instance)
            except KeyError:
                continue
            except (NoInstance, ZeroDivisionError, IndexError):
                return None
            return symbol
        raise NoInstance(f"no order in which to determine {pending}")

    def _with(self, instance, values, proceed, owner=None):
        """Go on with further values, if the hypotheses that now speak of given values hold; the owner of the values does."""
        if self.patience == 0:
            return
        self.patience -= 1
        grown = instance.extended(values)
        decided = (h for h in self.hypotheses if h != owner and self.symbols[h] & values.keys())
        if all(self._holds(h, grown) for h in decided if self.symbols[h] <= grown.table.keys()):
            yield from proceed(grown)

    @staticmethod
    def _holds(hypothesis, instance):
        try:
            return hypothesis.residual(instance) <= instance.arithmetic.tolerance
        except (NoInstance, ZeroDivisionError, IndexError):
            return False

    def _values(self, symbol, cost, instance):
        if not isinstance(symbol, MatrixSymbol):
            signs = (cost, -cost) if cost else (cost,)
            yield from (instance.arithmetic.number(x) for x in signs if _is_declared(symbol, x))
            return
        mine = [h for h in self.hypotheses if subject(h) == symbol]
        symmetric = any(isinstance(h, Symmetric) for h in mine)
        nonnegative = any(isinstance(h, EntrywiseNonnegative) for h in mine)
        rows, columns = map(instance.dimension, symbol.shape)
        places = [(i, j) for i in range(rows) for j in range(i if symmetric else 0, columns)]
        for entries in _integers(len(places), cost, nonnegative):
            array = np.zeros((rows, columns), dtype=int)
            for (i, j), x in zip(places, entries, strict=True):
                array[i, j] = x
                if symmetric:
                    array[j, i] = x
            yield instance.arithmetic.array(array)


def _is_declared(symbol, value):
    """Whether a number has the sign that is declared of its symbol."""
    return not ((symbol.is_positive and value <= 0) or (symbol.is_nonnegative and value < 0))


def _integers(count, total, nonnegative):
    """Every tuple of `count` integers whose absolute values add up to `total`; the first ones large, positive before negative."""
    if count == 0:
        if total == 0:
            yield ()
        return
    for first in range(total, -1, -1) if count > 1 else (total,):
        signs = (first,) if nonnegative or first == 0 else (first, -first)
        for x, rest in product(signs, _integers(count - 1, total - first, nonnegative)):
            yield x, *rest
