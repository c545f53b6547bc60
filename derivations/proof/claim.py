"""Claims that do not hold: stated like a theorem, and refuted by the smallest instance of small integers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import inf

import numpy as np

from derivations.language.arithmetic import FLOAT
from derivations.language.enumeration import Enumeration
from derivations.language.errors import NoInstance
from derivations.language.instances import Instance
from derivations.language.propositions import Proposition
from derivations.proof.trial import residual_of

LARGEST = 16  # size of the instances that are tried
CERTAIN = 1e-6  # residual that no rounding explains


@dataclass(frozen=True)
class Counterexample:
    """An instance that meets the hypotheses of a claim and not its statement.

    `values` are those of the symbols that were searched (integers, and arrays of them); `chosen` are whole numbers among the
    others where these leave a choice, such as labels.
    """

    values: dict
    chosen: dict
    instance: Instance
    size: int

    def sides(self, statement):
        """The values of both sides of an equation or inequality."""
        return [float(self.instance.value(side)) for side in (statement.lhs, statement.rhs)]


@dataclass(frozen=True)
class Claim:
    """`hypotheses |- statement`, as it is claimed in `words`; what is true instead is the result that holds the claim."""

    words: str
    statement: Proposition
    hypotheses: tuple[Proposition, ...] = ()

    @cached_property
    def search(self):
        return Enumeration(self.hypotheses, tuple(self.statement.expressions()))

    @cached_property
    def counterexample(self):
        """The first counterexample of the smallest size there is; raises NoInstance if none has a size up to LARGEST."""
        found = self.first_of(self.candidates())
        if found is None:
            raise NoInstance(f"there is no counterexample of size {LARGEST} or less to the claim: {self.words}")
        return found

    def candidates(self, patience=inf):
        """Pairs (size, instance) in float64, smallest first; with `patience`, no more than so much work finds."""
        search = Enumeration(self.hypotheses, tuple(self.statement.expressions()), patience)
        return ((size, instance) for size in range(LARGEST + 1) for instance in search.of_size(size, FLOAT))

    def first_of(self, candidates):
        """The first of some candidates that refutes the claim in rational numbers, or to 50 digits; None if none does."""
        for size, candidate in candidates:
            if self.failing(candidate, candidate.arithmetic.tolerance) is None:
                continue
            values = {s: self._integers(candidate.table[s]) for s in self.search.free}
            refuting = self.refuting(values)
            if refuting is not None:
                return Counterexample(values, self._chosen(refuting), refuting, size)
        return None

    def refuting(self, values):
        """The instance with these values, if it meets the hypotheses and not the statement; else None."""
        found = (self.failing(i, CERTAIN) for i in self.search.at(values, self.search.plan.arithmetic))
        return next((instance for instance in found if instance is not None), None)

    def failing(self, instance, limit):
        """The instance as it was used, if the statement is off by more than a limit; None also where it is not defined, or not
        in real numbers.
        """
        try:
            instance, residual = residual_of(self.statement, instance)
        except (NoInstance, ArithmeticError, IndexError, ValueError):  # such as the logarithm of 0
            return None
        if not residual > limit:
            return None
        sides = (np.ravel(instance.value(e)) for e in self.statement.expressions())
        return instance if all(x.imag == 0 for side in sides for x in side) else None

    def _chosen(self, instance):
        """What a hypothesis leaves a choice of, where that is whole numbers."""
        owners = self.search.plan.owners
        open_ones = [s for s in self.search.owned if type(owners[s]).every is not Proposition.every]
        whole = [s for s in open_ones if np.all(abs(instance.table[s] - self._integers(instance.table[s])) < CERTAIN)]
        return {s: self._integers(instance.table[s]) for s in whole}

    @staticmethod
    def _integers(value):
        """The integers nearest to a number, or to the entries of an array."""
        nearest = np.rint(np.asarray(value, dtype=float)).astype(int)
        return nearest if nearest.ndim else int(nearest)
