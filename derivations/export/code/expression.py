"""Expressions of matrices as steps of a NumPy program: one node, one rule.

Products are taken in the order that costs least, sums of them only where that is no cheaper term by term; what has been
computed for one expression is there for the next.
"""

from __future__ import annotations

from functools import reduce, singledispatchmethod

from sympy import (
    Abs,
    Adjoint,
    BlockMatrix,
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    Dummy,
    FunctionMatrix,
    HadamardPower,
    HadamardProduct,
    Identity,
    Integer,
    KroneckerProduct,
    Lambda,
    MatAdd,
    MatMul,
    MatPow,
    MatrixBase,
    MatrixSlice,
    MatrixSymbol,
    Max,
    OneMatrix,
    S,
    Transpose,
    ZeroMatrix,
    sqrt,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from derivations.export.code.array import Array, along, constant, identity
from derivations.export.code.layout import places, table_of_places
from derivations.export.code.number import NumberCode
from derivations.export.code.picked import picked
from derivations.export.code.product import ProductCode
from derivations.language.atoms import (
    Abbreviation,
    Eigenvalues,
    Leading,
    LogSumExp,
    Named,
    Softmax,
)
from derivations.language.blocks import BlockInner, BlockSum, IdentityColumns
from derivations.language.errors import UnsupportedExpression
from derivations.language.norms import Absolute, ColumnNorms, RowNorms


class ExpressionCode(NumberCode, ProductCode):
    """Takes expressions to the Arrays and numbers that a Program computes.

    `leaves` are the Arrays of the matrices that are given; `names` maps expressions to what their values are called, and
    the normal form `normal` knows which matrices are symmetric or projectors.
    """

    def __init__(self, program, leaves, names, normal):
        self.program = program
        self.names = names
        self.normal = normal
        self.arrays = dict(leaves)
        self.numbers = {}
        self.products = {}
        self.compared = {}

    def array(self, expr):
        """The Array of a matrix expression."""
        if expr not in self.arrays:
            array = self.matrix_rule(expr)
            if (expr.rows, expr.cols) == (1, 1):
                array = Array(expr.rows, expr.cols, array.entries + array.diagonal)
            if expr in self.names:
                array = self.program.define(array, self.names[expr], expr, exact=True)
            self.arrays[expr] = array
        return self.arrays[expr]

    @singledispatchmethod
    def matrix_rule(self, expr):
        raise UnsupportedExpression(expr, "the NumPy code", "no rule for it")

    @matrix_rule.register
    def _(self, expr: MatrixSymbol):
        raise UnsupportedExpression(expr, "the NumPy code", "it is no argument of the function")

    @matrix_rule.register
    def _(self, expr: Abbreviation):
        array = self.array(expr.definition)
        if array.mixed and not isinstance(expr, Named):
            return array  # such as H and L, whose products are cheaper than they are
        return self.program.define(array, expr.name, expr.definition)

    @matrix_rule.register
    def _(self, expr: MatMul):
        return self.product(expr)

    @matrix_rule.register
    def _(self, expr: MatAdd):
        return reduce(Array.__add__, map(self.array, expr.args))

    @matrix_rule.register(Transpose)
    @matrix_rule.register(Adjoint)
    def _(self, expr):
        return self.array(expr.args[0]).turned

    @matrix_rule.register
    def _(self, expr: MatPow):
        base, exponent = expr.args
        if exponent in (2, 3):
            return self.product(expr)
        if not exponent.is_integer:
            raise UnsupportedExpression(expr, "the NumPy code", "only integer powers of matrices are written")
        if exponent.is_negative:
            base, exponent = self.program.inverse(self.array(base)), -exponent
        else:
            base = self.array(base)
        if exponent == 1:
            return base
        power = "np.linalg.matrix_power({0}, {1})"
        return Array(*expr.shape, self.program.of_square(power, base, exponent, name="power"))

    @matrix_rule.register
    def _(self, expr: HadamardProduct):
        return reduce(self.program.entrywise, map(self.array, expr.args))

    @matrix_rule.register
    def _(self, expr: HadamardPower):
        x = Dummy("x", real=True)
        return self._each(Lambda(x, x ** expr.args[1]), expr.args[0])

    @matrix_rule.register
    def _(self, expr: ElementwiseApplyFunction):
        return self._each(expr.function, expr.expr)

    def _each(self, function, matrix):
        x = Dummy("x", real=True)
        body, array = self.number(function(x)), self.array(matrix)
        if array.entries == 0 and body.xreplace({x: S.Zero}) == 0:
            return Array(*array.shape, S.Zero, body.xreplace({x: array.diagonal}))
        return Array(*array.shape, body.subs(x, self.program.spread(array).entries))

    @matrix_rule.register
    def _(self, expr: DiagMatrix):
        vector = self.array(expr.args[0])
        return Array(*expr.shape, S.Zero, along(self.program.spread(vector).entries, "r"))

    @matrix_rule.register
    def _(self, expr: DiagonalMatrix):
        return Array(*expr.shape, S.Zero, self.diagonal(expr.args[0]))

    @matrix_rule.register
    def _(self, expr: DiagonalOf):
        return Array(*expr.shape, self.diagonal(expr.args[0]))

    @matrix_rule.register
    def _(self, expr: Identity):
        return identity(expr.rows)

    @matrix_rule.register
    def _(self, expr: OneMatrix):
        return constant(*expr.shape, 1)

    @matrix_rule.register
    def _(self, expr: ZeroMatrix):
        return constant(*expr.shape, 0)

    @matrix_rule.register
    def _(self, expr: KroneckerProduct):
        stored = map(self.program.stored, map(self.array, expr.args))
        code = reduce(lambda a, b: f"np.kron({a}, {b})", places(len(expr.args)))
        return self._stored(expr, code, stored, "kronecker")

    @matrix_rule.register
    def _(self, expr: BlockMatrix):
        parts = [self.program.stored(self.array(block)) for block in expr.blocks.flat()]
        if expr.blocks.cols == 1:
            code = f"np.vstack(({', '.join(places(len(parts)))}))"
        else:
            code = f"np.block([{table_of_places(*expr.blocks.shape)}])"
        return self._stored(expr, code, parts, "stacked")

    @matrix_rule.register
    def _(self, expr: MatrixBase):
        numbers = list(map(self.number, expr.flat()))
        if expr.shape == (1, 1):
            return constant(1, 1, *numbers)
        if 1 in expr.shape:
            spans, shape = "r" if expr.cols == 1 else "c", (Integer(len(numbers)),)
            code = f"np.array({table_of_places(1, len(numbers))}, dtype=float)"
            return Array(*expr.shape, self.program.step(code, *numbers, along=spans, shape=shape, name="vector"))
        code = f"np.array([{table_of_places(*expr.shape)}], dtype=float)"
        return self._stored(expr, code, numbers, "matrix")

    def _stored(self, expr, code, operands, name):
        """The Array of a step that gives an array of two dimensions; of a row, column or number the entries are taken out."""
        cell = self.program.step(code, *operands, along="rc", shape=expr.shape, name=name)
        if 1 not in expr.shape:
            return Array(*expr.shape, cell)
        full = [(S.Zero, d) if d != 1 else S.Zero for d in expr.shape]
        return Array(*expr.shape, picked(self.program, cell, *full, expr.shape))

    @matrix_rule.register
    def _(self, expr: MatrixSlice):
        return self._part(expr, expr.parent, expr.rowslice, expr.colslice)

    @matrix_rule.register
    def _(self, expr: IdentityColumns):
        return self._part(expr, Identity(expr.order), (S.Zero, expr.order, Integer(1)), expr.args[1:])

    def _part(self, expr, parent, *slices):
        """The Array of some rows and columns (start, stop, step) of another."""
        ranges = [
            start if size == 1 else (start, stop) if step == 1 else (start, stop, step)
            for (start, stop, step), size in zip(slices, expr.shape, strict=True)
        ]
        entries = self.program.spread(self.array(parent)).entries
        return Array(*expr.shape, picked(self.program, entries, *ranges, parent.shape))

    @matrix_rule.register
    def _(self, expr: Leading):
        return self._stored(expr, "np.eye({0}, {1})", expr.shape, "leading")

    @matrix_rule.register
    def _(self, expr: FunctionMatrix):
        sizes = [(axis, size) for axis, size in zip("rc", expr.shape, strict=True)]
        indices = [self.program.step("np.arange({0}, dtype=float)", size, along=axis, shape=(size,), name="indices")
                  for axis, size in sizes]  # fmt: skip
        found = dict(zip(expr.lamda.variables, indices, strict=True))
        return Array(*expr.shape, self.number(expr.lamda.expr).subs(found))

    @matrix_rule.register(BlockInner)
    @matrix_rule.register(BlockSum)
    def _(self, expr):
        """Of a matrix in blocks as an array of four dimensions."""
        whole, other = (self.program.stored(self.array(m)) for m in expr.args)
        inner, outer = (expr.args[1], expr) if isinstance(expr, BlockInner) else (expr, expr.args[1])
        indices = "ipjq,pq->ij" if isinstance(expr, BlockInner) else "ipjq,ij->pq"
        code = f'np.einsum("{indices}", {{0}}.reshape({{2}}, {{3}}, {{4}}, {{5}}), {{1}})'
        sizes = (outer.rows, inner.rows, outer.cols, inner.cols)
        return self._stored(expr, code, (whole, other, *sizes), "blocks")

    @matrix_rule.register
    def _(self, expr: Eigenvalues):
        matrix = self.program.stored(self.array(expr.args[0]))
        values = self.program.step("np.linalg.eigvalsh({0})[::-1]", matrix, along="r", name="eigenvalues")
        largest = Integer(0) if expr.rows == 1 else (Integer(0), expr.rows)
        return Array(*expr.shape, picked(self.program, values, largest, Integer(0), expr.args[0].shape))

    @matrix_rule.register
    def _(self, expr: LogSumExp):
        scores = self.program.stored(self.array(expr.scores))
        if isinstance(expr.candidates, OneMatrix):
            lse = self.program.step("logsumexp({0}, axis=1)", scores, along="r", name="lse")
        else:
            weights = self.program.stored(self.array(expr.candidates))
            lse = self.program.step("log_sum_exp({0}, {1})", scores, weights, along="r", name="lse")
        if expr.rows == 1:
            lse = picked(self.program, lse, Integer(0), Integer(0), expr.shape)
        return self.program.define(Array(*expr.shape, lse), "lse", expr)

    @matrix_rule.register
    def _(self, expr: Softmax):
        scores, candidates = expr.args
        if isinstance(candidates, OneMatrix):
            array = self.array(expr.definition)
        else:  # who is no candidate may have scores that are far too large
            lse = self.array(LogSumExp(scores, candidates))
            whole = Array(lse.rows, Integer(1), lse.entries)
            parts = [*(self.program.stored(self.array(m)) for m in expr.args), self.program.stored(whole)]
            array = self._stored(expr, "softmax({0}, {1}, {2})", parts, "softmax")
        return self.program.define(array, expr.name, expr.definition)

    @matrix_rule.register
    def _(self, expr: Absolute):
        x = Dummy("x", real=True)
        return self._each(Lambda(x, Abs(x)), expr.args[0])

    @matrix_rule.register
    def _(self, expr: RowNorms):
        return Array(*expr.shape, self.program.lengths(self.array(expr.args[0])))

    @matrix_rule.register
    def _(self, expr: ColumnNorms):
        matrix, metric = expr.args
        number, factors = metric.as_coeff_matrices() if isinstance(metric, MatMul) else (S.One, [metric])
        positive = number.is_positive or (1 / number).is_nonnegative
        if len(factors) == 1 and positive and self.is_projector(factors[0]):
            half = self.array(MatMul(factors[0], matrix).doit(deep=False))
            return Array(*expr.shape, sqrt(self.number(number)) * self.program.lengths(half.turned))
        squares = self.array(HadamardProduct(matrix, MatMul(metric, matrix)))
        sums = self.program.summed(self.program.spread(squares).entries, "r", matrix.rows)
        return Array(*expr.shape, sqrt(Max(0, along(sums, "r"))))
