"""Random expressions over every polynomial node, and random rewrites that do not change what they mean."""

import random
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st
from sympy import (
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    HadamardPower,
    HadamardProduct,
    Identity,
    Integer,
    KroneckerDelta,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSymbol,
    OneMatrix,
    Rational,
    Sum,
    Symbol,
    Trace,
    Transpose,
    symbols,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import Abbreviation, Centring, Laplacian, Named, SquaredNorm
from derivations.language.instances import instances

N, K = symbols("N K", integer=True, positive=True)
ONE = Integer(1)
A, B = (MatrixSymbol(name, N, N) for name in "AB")
Z, W = (MatrixSymbol(name, N, K) for name in "ZW")
v, w = (MatrixSymbol(name, N, 1) for name in "vw")
a = Symbol("a", real=True)
C = Named("C", MatMul(1 / N, Transpose(Z), W))
LEAVES = [A, B, Z, W, v, w, C, Centring(N), Laplacian(A)]
DIMENSIONS = ((1, 1), (2, 3), (3, 2), (5, 4))
scalars = st.sampled_from([ONE, Integer(-2), Rational(1, 3), a, 1 / N, a * K - 1])


@st.composite
def matrices(draw, rows, columns, depth=2, symbols=tuple(LEAVES), sizes=(N, K, ONE)):
    """A matrix expression of a given shape, made of `symbols` with inner dimensions from `sizes`."""
    leaves = [m for m in symbols if m.shape == (rows, columns)]
    leaves += [Transpose(m) for m in symbols if m.shape == (columns, rows)]
    leaves += [OneMatrix(rows, columns), *([Identity(rows)] if rows == columns else [])]
    if depth == 0:
        return draw(st.sampled_from(leaves))

    def part(m, n):
        return draw(matrices(m, n, depth - 1, symbols, sizes))

    kinds = ["leaf", "add", "multiply", "multiply", "transpose", "hadamard", "square", "scale"]
    kinds += ["diagonal matrix", "of vector", "power"] if rows == columns else []
    kinds += ["diagonal"] if columns == 1 else []
    inner = draw(st.sampled_from(sizes))
    match draw(st.sampled_from(kinds)):
        case "add":
            return MatAdd(part(rows, columns), part(rows, columns))
        case "multiply":
            return MatMul(part(rows, inner), part(inner, columns))
        case "transpose":
            return Transpose(part(columns, rows))
        case "hadamard":
            return HadamardProduct(part(rows, columns), part(rows, columns))
        case "square":
            return HadamardPower(part(rows, columns), 2)
        case "scale":
            return MatMul(draw(scalars), part(rows, columns))
        case "diagonal matrix":
            return DiagonalMatrix(part(rows, rows))
        case "of vector":
            return DiagMatrix(part(rows, ONE))
        case "power":
            return MatPow(part(rows, rows), 2)
        case "diagonal":
            return DiagonalOf(part(rows, rows))
    return draw(st.sampled_from(leaves))


@st.composite
def scalar_expressions(draw, depth=2):
    """A trace, a squared norm, or a sum over indices of entries and deltas; or two of them added or multiplied."""
    i, j = symbols("i j", integer=True, nonnegative=True)
    rows = draw(st.sampled_from([N, K]))
    match draw(st.sampled_from(["trace", "trace", "norm", "sum", "delta", "both"])):
        case "trace":
            value = Trace(draw(matrices(rows, rows, depth)))
        case "norm":
            value = SquaredNorm(draw(matrices(rows, K, depth - 1)))
        case "sum":
            first, second = draw(matrices(N, rows, depth - 1)), draw(matrices(rows, N, depth - 1))
            value = Sum(MatrixElement(first, i, j) * MatrixElement(second, j, i), (i, 0, N - 1), (j, 0, rows - 1))
        case "delta":
            entry = MatrixElement(draw(matrices(N, N, depth - 1)), i, j)
            value = Sum((a + KroneckerDelta(i, j)) * entry, (i, 0, N - 1), (j, 0, N - 1))
        case "both":
            one, two = draw(scalar_expressions(1)), draw(scalar_expressions(1))
            value = draw(st.sampled_from([one + a * two, one - two]))
    return draw(scalars) * value


class Rewriter:
    """Rewrites an expression at random into one that is equal for all values of its symbols."""

    def __init__(self, rng):
        self.rng = rng
        self.split = False

    def __call__(self, node):
        if isinstance(node, Abbreviation):
            return self(node.definition) if self.rng.random() < 0.5 else node
        if isinstance(node, Sum):
            return self.sum(node)
        if not node.args or isinstance(node, (MatrixSymbol, Symbol, Identity, OneMatrix, MatrixElement)):
            return node
        args = [self(x) for x in node.args]
        if self.rng.random() < 0.2:
            return node.func(*args)
        rewrite = getattr(self, type(node).__name__, None)
        return rewrite(*args) if rewrite else node.func(*args)

    def shuffled(self, args):
        return self.rng.sample(args, len(args))

    def sum(self, node):
        """Rename the bound indices, and sum over them in another order."""
        fresh = {limit[0]: Symbol(f"k{n}", integer=True, nonnegative=True) for n, limit in enumerate(node.limits)}
        limits = [(fresh[i], low, high) for i, low, high in node.limits]
        return Sum(node.function.xreplace(fresh), *self.shuffled(limits))

    def Trace(self, matrix):
        match self.rng.randrange(3):
            case 0:
                return Trace(Transpose(matrix))
            case 1 if isinstance(matrix, MatMul):
                coefficient, factors = matrix.as_coeff_matrices()
                turn = self.rng.randrange(len(factors))
                return coefficient * Trace(MatMul(*factors[turn:], *factors[:turn]))
            case 2 if isinstance(matrix, MatAdd):
                return sum(Trace(m) for m in matrix.args)
        i = Symbol("i", integer=True, nonnegative=True)
        return Sum(MatrixElement(matrix, i, i), (i, 0, matrix.rows - 1))

    def MatAdd(self, *args):
        return MatAdd(*self.shuffled(args))

    def MatMul(self, *args):
        whole = MatMul(*args)
        coefficient, factors = whole.as_coeff_matrices()
        match self.rng.randrange(3):
            case 0:
                return MatMul(coefficient, Transpose(MatMul(*(Transpose(f) for f in reversed(factors)))))
            case 1 if not self.split:  # once: the terms of a product of sums multiply
                self.split = True
                return MatAdd(
                    MatMul(coefficient / 2, *factors), MatMul(coefficient / 2, *factors, Identity(whole.cols))
                )
        for n, f in enumerate(factors):
            if isinstance(f, MatAdd):
                return MatAdd(*(MatMul(coefficient, *factors[:n], x, *factors[n + 1 :]) for x in f.args))
        return whole

    def HadamardProduct(self, *args):
        return HadamardProduct(*self.shuffled(args))

    def HadamardPower(self, base, exponent):
        counted = exponent.is_Integer and exponent > 0
        return HadamardProduct(*[base] * int(exponent)) if counted else HadamardPower(base, exponent)

    def MatPow(self, base, exponent):
        counted = exponent.is_Integer and exponent > 0
        return MatMul(*[base] * int(exponent)) if counted else MatPow(base, exponent)

    def DiagonalMatrix(self, matrix):
        return HadamardProduct(Identity(matrix.rows), self.rng.choice([matrix, Transpose(matrix)]))

    def DiagMatrix(self, vector):
        vector = vector if vector.cols == 1 else Transpose(vector)
        return HadamardProduct(MatMul(vector, OneMatrix(1, vector.rows)), Identity(vector.rows))

    def DiagonalOf(self, matrix):
        return MatMul(HadamardProduct(matrix, Identity(matrix.rows)), OneMatrix(matrix.rows, 1))

    def SquaredNorm(self, matrix):
        return self.rng.choice([Trace(MatMul(matrix, Transpose(matrix))), SquaredNorm(Transpose(matrix))])


generators = st.integers(0, 2**32).map(random.Random)
rewriters = generators.map(Rewriter)


@st.composite
def near_misses(draw, expr):
    """The expression with one of its symbols replaced by another of the same shape, or transposed; or doubled."""
    swaps = {A: [B, Transpose(A)], B: [A], Z: [W, -Z], W: [Z, 2 * W], v: [w], w: [v], a: [a + 1], N: [N]}
    return draw(st.sampled_from([expr.xreplace({s: t}) for s in swaps if expr.has(s) for t in swaps[s]] or [2 * expr]))


def hold(hypotheses, expressions, count=2):
    """Instances of the hypotheses with values for the symbols of the expressions."""
    drawn = list(instances(hypotheses, expressions, count))
    assert len(drawn) == count
    return drawn


def random_values(rng, n, k):
    """Values of all symbols above: integers so large that a polynomial that is not zero is hardly ever zero there."""

    def array(rows, columns):
        entries = [[rng.randrange(-999, 1000) for _ in range(columns)] for _ in range(rows)]
        return np.array(entries, dtype=object).reshape(rows, columns)

    shapes = {"A": (n, n), "B": (n, n), "Z": (n, k), "W": (n, k), "v": (n, 1), "w": (n, 1)}
    return {name: array(*shape) for name, shape in shapes.items()} | {
        "a": Fraction(rng.randrange(2, 999), 7),
        "N": n,
        "K": k,
    }
