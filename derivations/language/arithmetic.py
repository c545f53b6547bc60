"""Three number systems behind one evaluator: float64, 50-digit mpmath, and exact rationals.

An array is a NumPy array in all three (of objects in the last two), so that one evaluation serves them all.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import ClassVar

import mpmath
import numpy as np
from scipy.optimize import brentq

from derivations.language.errors import NoInstance, UnsupportedExpression

DIGITS = 50
CONTEXT = mpmath.mp.clone()
CONTEXT.dps = DIGITS


MPMATH = {"LambertW": "lambertw", "Si": "si", "Ci": "ci", "ceiling": "ceil", "conjugate": "conj", "polygamma": "psi"}
"""What mpmath calls a function otherwise than SymPy."""
CONSTANTS = {"Catalan": "catalan", "EulerGamma": "euler", "Exp1": "e", "GoldenRatio": "phi", "Pi": "pi"}


def _step(x):
    """Heaviside's function, with 1/2 at 0."""
    return (1 + (x > 0) - (x < 0)) / (0 * x + 2)


class Arithmetic:
    """Conversion of numbers, constant arrays, scalar functions and eigenvalues of one number system."""

    dtype = object
    context = None  # mpmath's, for functions that are not named here
    functions: ClassVar[dict[str, object]] = {}

    def __repr__(self):
        return type(self).__name__

    def array(self, entries):
        values = np.asarray(entries)
        out = np.empty(values.shape, dtype=self.dtype)
        out[...] = np.vectorize(self.number, otypes=[self.dtype])(values) if values.size else 0
        return out

    def eye(self, rows, columns=None):
        return self.array(np.eye(rows, columns, dtype=int))

    def ones(self, rows, columns):
        return self.array(np.ones((rows, columns), dtype=int))

    def zeros(self, rows, columns):
        return self.array(np.zeros((rows, columns), dtype=int))

    def eigenvalues(self, matrix):
        """Ascending eigenvalues of a symmetric matrix, 0 where rounding cannot tell; ValueError if it is not symmetric."""
        if not abs(matrix - matrix.T).max(initial=0) <= self.tolerance * (1 + abs(matrix).max(initial=0)):
            raise ValueError("eigenvalues are taken of symmetric matrices only")
        values = self.eigenpairs(matrix)[0]
        return np.where(abs(values) > self.rounding * abs(values).max(initial=0), values, self.number(0))

    def determinant(self, matrix):
        """By elimination; 0 where rounding cannot tell."""
        return self._eliminated(matrix)[0]

    def inverse(self, matrix):
        """By elimination; NoInstance if rounding cannot tell that there is one."""
        determinant, inverse = self._eliminated(matrix)
        if determinant == 0:
            raise NoInstance("the matrix is singular")
        return inverse

    def _eliminated(self, matrix):
        """(determinant, inverse), (0, None) if it is singular: Gauss and Jordan, with the largest pivot of each column."""
        size, determinant = len(matrix), self.number(1)
        rows = np.hstack([matrix, self.eye(size)])
        cut = self.rounding * abs(matrix).max(initial=0)
        for i in range(size):
            pivot = i + int(np.argmax(abs(rows[i:, i])))
            if abs(rows[pivot, i]) <= cut:
                return self.number(0), None
            if pivot != i:
                rows[[i, pivot]] = rows[[pivot, i]]
                determinant = -determinant
            determinant *= rows[i, i]
            rows[i] = rows[i] / rows[i, i]
            for j in range(size):
                if j != i:
                    rows[j] = rows[j] - rows[j, i] * rows[i]
        return determinant, rows[:, size:]

    def radicand(self, base, exponent):
        """The base of a power: 0 if it is negative by rounding alone, and a root is taken of it."""
        rooted = exponent > 0 and exponent != int(exponent)
        return 0 * base if rooted and base.imag == 0 and -self.tolerance <= base.real < 0 else base

    def function(self, name):
        """The scalar function that SymPy calls so, such as log: one that is defined here, or mpmath's."""
        if name in self.functions:
            return self.functions[name]
        found = getattr(self.context, MPMATH.get(name, name), None)
        if found is None:
            raise UnsupportedExpression(name, f"evaluation in {type(self).__name__}", "no such scalar function")
        return found

    def constant(self, name):
        """The number that SymPy calls so, such as Pi or Exp1."""
        found = getattr(CONTEXT, CONSTANTS.get(name, ""), None)
        if found is None or self.context is None:
            raise UnsupportedExpression(name, f"evaluation in {type(self).__name__}", "no such number")
        return self.number(+found)


class Float(Arithmetic):
    """float64."""

    dtype = float
    context = mpmath.fp
    functions: ClassVar = {
        "log": math.log,
        "exp": math.exp,
        "entr": lambda x: -x * math.log(x) if x else 0.0,
        "Heaviside": lambda x, *at_zero: _step(x),
    }
    tolerance, rounding = 1e-8, 1e-15

    def number(self, x):
        return float(x)

    def power(self, base, exponent):
        return self.radicand(float(base), exponent) ** float(exponent)

    def eigenpairs(self, matrix):
        values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
        return values, vectors

    def singular_pairs(self, matrix):
        left, values, right = np.linalg.svd(matrix, full_matrices=False)
        return left, values, right.T

    def root(self, function, low, high):
        return brentq(function, low, high, xtol=1e-300, rtol=8.9e-16)


class MultiPrecision(Arithmetic):
    """mpmath with 50 digits."""

    context = CONTEXT
    functions: ClassVar = {
        "entr": lambda x: -x * CONTEXT.log(x) if x else x,
        "Heaviside": lambda x, *at_zero: _step(x),
    }
    tolerance, rounding = 1e-35, 1e-45

    def number(self, x):
        if isinstance(x, Fraction):
            return CONTEXT.mpf(x.numerator) / x.denominator
        return CONTEXT.mpf(x) if isinstance(x, (float, int)) else CONTEXT.convert(x)

    def power(self, base, exponent):
        return CONTEXT.power(self.radicand(CONTEXT.convert(base), exponent), exponent)

    def eigenpairs(self, matrix):
        n = len(matrix)
        if n == 0:
            return self.array([]), self.zeros(0, 0)
        values, vectors = CONTEXT.eigsy(CONTEXT.matrix(((matrix + matrix.T) / 2).tolist()))
        return self.array(list(values)), self._entries(vectors, n, n)

    def singular_pairs(self, matrix):
        """By way of A'A at twice the digits: mpmath's own give zero vectors for some matrices below full rank.

        With the eigenvectors V of A'A, the largest first, the columns of A V = Q R are orthogonal: R is diagonal, and Q has
        orthonormal columns also where those of A V are zero, which are the last.
        """
        rows, columns = matrix.shape
        if rows < columns:
            left, values, right = self.singular_pairs(matrix.T)
            return right, values, left
        if columns == 0:
            return self.zeros(rows, 0), self.array([]), self.zeros(0, 0)
        with CONTEXT.workdps(2 * DIGITS):
            right = self.eigenpairs(matrix.T @ matrix)[1][:, ::-1]
            left, triangle = CONTEXT.qr(CONTEXT.matrix((matrix @ right).tolist()), mode="skinny")
        left, values = self._entries(left, rows, columns), self._entries(triangle, columns, columns).diagonal()
        order = np.argsort(-abs(values), kind="stable")  # rounding may exchange some
        return (left * np.where(values < 0, -1, 1))[:, order], abs(values)[order], right[:, order]

    def _entries(self, matrix, rows, columns):
        return self.array(np.array(matrix.tolist(), dtype=object).reshape(rows, columns))

    def root(self, function, low, high):
        for end in (low, high):
            if function(end) == 0:
                return end
        tolerance = CONTEXT.mpf(10) ** (-2 * DIGITS + 10)
        try:
            return CONTEXT.findroot(function, (low, high), solver="anderson", tol=tolerance)
        except ValueError:  # too many kinks for secants
            return CONTEXT.findroot(function, (low, high), solver="bisect", tol=tolerance, maxsteps=10 * DIGITS)

    def real_zeros(self, coefficients):
        """The real zeros of a polynomial, highest power first; NoInstance if they are not found to full precision."""
        if len(coefficients) < 2:
            return []
        try:
            found = CONTEXT.polyroots(list(coefficients), maxsteps=200, extraprec=8 * DIGITS)
        except CONTEXT.NoConvergence as error:
            raise NoInstance("the zeros of a polynomial are not found to full precision") from error
        return [CONTEXT.re(z) for z in found if abs(CONTEXT.im(z)) <= 1e-20 * (1 + abs(z))]


class Exact(Arithmetic):
    """Rational numbers; whatever leaves them raises."""

    tolerance = rounding = 0

    def number(self, x):
        return Fraction(int(x)) if isinstance(x, (int, np.integer)) else Fraction(str(x))

    def power(self, base, exponent):
        if Fraction(exponent).denominator != 1:
            raise UnsupportedExpression(exponent, "exact evaluation", "a root of a rational number is not rational")
        return base ** int(exponent)

    def eigenpairs(self, matrix):
        raise UnsupportedExpression(matrix, "exact evaluation", "eigenvalues are not rational")

    def singular_pairs(self, matrix):
        raise UnsupportedExpression(matrix, "exact evaluation", "singular values are not rational")

    def root(self, function, low, high):
        raise UnsupportedExpression(function, "exact evaluation", "the root of a function is not rational")


FLOAT, MULTI_PRECISION, EXACT = Float(), MultiPrecision(), Exact()
