"""Majorisation: which vectors are the diagonal of a symmetric matrix with given eigenvalues, and the rotation to it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from sympy import (
    Basic,
    HadamardProduct,
    Identity,
    MatAdd,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Sum,
    Symbol,
    Transpose,
    ZeroMatrix,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.errors import NoInstance
from derivations.language.propositions.base import Proposition


@dataclass(frozen=True)
class Majorised(Proposition):
    """A vector is majorised by others, filled up with zeros: both have the same sum, and no number of entries of
    `diagonal` (K x 1) has a larger sum than as many of the largest of `values` (q x 1, q <= K) and the zeros.
    """

    diagonal: Basic
    values: Basic

    def equations(self):
        k = Symbol("k", integer=True, nonnegative=True)
        return (tuple(Sum(MatrixElement(v, k, 0), (k, 0, v.rows - 1)) for v in (self.values, self.diagonal)),)

    def residual(self, instance):
        """By how much a partial sum of the one, from the largest down, exceeds that of the other."""
        d, s = (self._filled(instance, instance.value(vector)) for vector in self.arguments())
        if len(s) > len(d):
            return 1
        excess = [a - b for a, b in zip(*(accumulate(sorted(v, reverse=True)) for v in (d, s)), strict=True)]
        return max(0, *excess, -excess[-1]) / (1 + max(abs(s)))

    def _filled(self, instance, vector):
        missing = instance.dimension(self.diagonal.rows) - len(vector)
        return np.concatenate([vector.ravel(), instance.arithmetic.zeros(max(missing, 0), 1).ravel()])

    def determined(self):
        return (self.diagonal,) if isinstance(self.diagonal, MatrixSymbol) else ()

    def determine(self, instance):
        """A doubly stochastic matrix times the values (Hardy, Littlewood and Polya): squared entries of a rotation, or
        their mean, or the values themselves.
        """
        filled, arithmetic = self._filled(instance, instance.value(self.values)), instance.arithmetic
        size = instance.dimension(self.diagonal.rows)
        if len(filled) > size:
            raise NoInstance(f"{self.values} has more entries than {self.diagonal}")
        rotated, mean = instance.rotation(size) ** 2, arithmetic.ones(size, size) / arithmetic.number(size)
        mixing = instance.rng.choice((rotated, rotated, mean, arithmetic.eye(size)))
        return {self.diagonal: mixing @ filled.reshape(-1, 1)}

    def text(self, show):
        return f"{show(self.diagonal)} majorised by {show(self.values)} and zeros"

    def latex(self, show):
        return rf"{show(self.diagonal)} \prec ({show(self.values)}, 0)"


@dataclass(frozen=True)
class PrescribedDiagonal(Proposition):
    """R'R = I, and R diag(s) R' has the diagonal d; R is K x q, s the `values`, q x 1, and d the `diagonal`, K x 1."""

    equational = True
    irrational = True

    rotation: Basic
    values: Basic
    diagonal: Basic

    def equations(self):
        r = self.rotation
        return (
            (MatMul(HadamardProduct(r, r), self.values), self.diagonal),
            (MatMul(Transpose(r), r), Identity(r.cols)),
        )

    def determined(self):
        return (self.rotation,)

    def determine(self, instance):
        s, d = (instance.value(v).ravel() for v in (self.values, self.diagonal))
        if Majorised(self.diagonal, self.values).residual(instance) > instance.arithmetic.tolerance:
            raise NoInstance(f"{self.diagonal} is not majorised by {self.values}")
        zeros = instance.arithmetic.zeros(len(d) - len(s), 1).ravel()
        return {self.rotation: rotation_with_diagonal([*s, *zeros], d, instance.arithmetic)[:, : len(s)]}


@dataclass(frozen=True)
class EqualShares(Proposition):
    """Orthonormal K x 1 vectors r and t with (K - s) r o r + s t o t = 1: columns of a rotation that makes the diagonal of
    diag(K - s, s, 0, ..., 0) constant, for a number s > 0, the `part`, which is at most K.
    """

    equational = True
    irrational = True

    first: Basic
    second: Basic
    part: Basic

    def equations(self):
        r, t, s = self.arguments()
        size, one = r.rows, Identity(1)
        left = MatAdd(OneMatrix(size, 1), MatMul(s - size, HadamardProduct(r, r)))
        return (
            (MatMul(Transpose(r), r), one),
            (MatMul(Transpose(t), t), one),
            (MatMul(Transpose(r), t), ZeroMatrix(1, 1)),
            (MatMul(s, HadamardProduct(t, t)), left),
        )

    def determined(self):
        return (self.first, self.second)

    def _told(self):
        r, t, s = self.arguments()
        shares = MatAdd(MatMul(r.rows - s, HadamardProduct(r, r)), MatMul(s, HadamardProduct(t, t)))
        return (*self.equations()[:-1], (shares, OneMatrix(r.rows, 1)))

    def text(self, show):
        return ",  ".join(f"{show(lhs)} = {show(rhs)}" for lhs, rhs in self._told())

    def latex(self, show):
        return r",\quad ".join(f"{show(lhs)} = {show(rhs)}" for lhs, rhs in self._told())

    def determine(self, instance):
        size, part = instance.dimension(self.first.rows), instance.value(self.part)
        if size < 2 or part > size:
            raise NoInstance(f"{self.part} is no part of {size}")
        values = [size - part, part, *instance.arithmetic.zeros(size - 2, 1).ravel()]
        q = rotation_with_diagonal(values, instance.arithmetic.ones(size, 1).ravel(), instance.arithmetic)
        return {self.first: q[:, :1], self.second: q[:, 1:2]}


def rotation_with_diagonal(values, diagonal, arithmetic):
    """An orthogonal Q such that Q diag(values) Q' has the given diagonal, which the values majorise.

    The wanted entries are met from the largest down, each by one rotation in the plane of the two values that enclose it; the
    other corner of that plane takes what is left of their sum (N. N. Chan and K.-H. Li, Diagonal elements and eigenvalues of
    a real symmetric matrix, J. Math. Anal. Appl. 91 (1983) 562-566).
    """
    size, half = len(diagonal), arithmetic.number(1) / 2
    rows, values, result = arithmetic.eye(size), list(values), arithmetic.zeros(size, size)
    below, above = sorted(range(size), key=values.__getitem__), []
    for position in sorted(range(size), key=lambda i: -diagonal[i]):
        target = diagonal[position]
        while below and values[below[-1]] >= target:
            above.append(below.pop())
        if not (above and below):  # the last entry, or one that is a value itself, up to rounding
            result[position] = rows[(above or below).pop()]
            continue
        i, j = above.pop(), below[-1]
        gap = values[i] - values[j]
        cosine, sine = (arithmetic.power(x / gap, half) for x in (target - values[j], values[i] - target))
        result[position], rows[j] = cosine * rows[i] + sine * rows[j], cosine * rows[j] - sine * rows[i]
        values[j] += values[i] - target
    return result
