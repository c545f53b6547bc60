"""Facts on what lists columns in another order, and changes their signs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np
from sympy import Basic, HadamardProduct, Identity, Integer, MatMul, OneMatrix

from derivations.language.network import Factor, Term
from derivations.language.propositions.base import Proposition
from derivations.language.propositions.selections import _key


@dataclass(frozen=True)
class Permutation(Proposition):
    """A matrix of entries 0 and 1 that is orthogonal: P o P = P, P'P = P P' = I; its rows and columns sum to 1."""

    equational = True

    matrix: Basic

    def equations(self):
        p, ones = self.matrix, OneMatrix(self.matrix.rows, 1)
        return (
            (HadamardProduct(p, p), p),
            (MatMul(p.T, p), Identity(p.rows)),
            (MatMul(p, p.T), Identity(p.rows)),
            (MatMul(p, ones), ones),
            (MatMul(p.T, ones), ones),
        )

    def patterns(self, parse):
        """P_ik P_il = delta_kl P_ik and P_ik P_jk = delta_ij P_ik."""
        if self.matrix.rows == 1:
            return
        key, n = _key(parse, self.matrix), self.matrix.rows
        once = Factor(key, (0, 1))
        for other, port in ((Factor(key, (0, 2)), ("l", 1)), (Factor(key, (2, 1)), ("l", 0))):
            ports = (("i", 0), ("k", 1))
            twice = Term((once, other), {0: n, 1: n, 2: n}, (*ports, ("l", 2)))
            yield twice, [(Integer(1), Term((once,), {0: n, 1: n}, (*ports, port)))]

    def determined(self):
        return (self.matrix,)

    def determine(self, instance):
        n = instance.dimension(self.matrix.rows)
        return {self.matrix: instance.arithmetic.eye(n)[instance.rng.sample(range(n), n)]}

    def every(self, instance):
        n = instance.dimension(self.matrix.rows)
        for order in permutations(range(n)):
            yield {self.matrix: instance.arithmetic.eye(n)[list(order)]}

    def text(self, show):
        return f"{show(self.matrix)} is a permutation matrix"

    def latex(self, show):
        return rf"{show(self.matrix)} \text{{ is a permutation matrix}}"


@dataclass(frozen=True)
class Signs(Proposition):
    """A vector of entries 1 and -1: e o e = 1."""

    equational = True

    vector: Basic

    def equations(self):
        return ((HadamardProduct(self.vector, self.vector), OneMatrix(self.vector.rows, 1)),)

    def constrain(self, array, instance):
        one = instance.arithmetic.number(1)
        return np.where(array < 0, -one, one)

    def text(self, show):
        return f"{show(self.vector)} has entries 1 and -1"

    def latex(self, show):
        return rf"{show(self.vector)} \text{{ has entries }} 1 \text{{ and }} {{-1}}"
