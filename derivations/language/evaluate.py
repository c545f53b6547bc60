"""The value of an expression on arrays, in float64, 50 digits or exact rationals."""

from __future__ import annotations

from functools import singledispatchmethod
from itertools import product
from operator import eq, ge, gt, le, lt, ne

import numpy as np
from sympy import (
    Abs,
    Add,
    Adjoint,
    And,
    BlockMatrix,
    Determinant,
    DiagMatrix,
    DiagonalMatrix,
    DiagonalOf,
    DotProduct,
    Expr,
    Function,
    FunctionMatrix,
    HadamardPower,
    HadamardProduct,
    Identity,
    KroneckerDelta,
    KroneckerProduct,
    Lambda,
    MatAdd,
    MatMul,
    MatPow,
    MatrixBase,
    MatrixExpr,
    MatrixSlice,
    MatrixSymbol,
    Max,
    Min,
    Mul,
    Not,
    Number,
    NumberSymbol,
    OneMatrix,
    Or,
    Piecewise,
    Pow,
    Sum,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
)
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational
from sympy.core.sympify import _sympify
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.arithmetic import FLOAT
from derivations.language.atoms import Abbreviation
from derivations.language.errors import NoInstance, UnsupportedExpression


def evaluate(expr, values, arithmetic=FLOAT):
    """The value of `expr`: a number, or a 2-D array for a matrix expression.

    `values` maps symbols (SymPy symbols, or their names) to numbers and arrays; dimensions that are symbols are read off
    the arrays. `arithmetic` is FLOAT, MULTI_PRECISION or EXACT. Raises KeyError naming a symbol without a value,
    ValueError naming an array whose shape does not fit, UnsupportedExpression naming a node without a rule, NoInstance
    where the expression is not defined, such as the inverse of a singular matrix.
    """
    expr = _sympify(expr)
    by_name = {str(symbol): value for symbol, value in values.items()}
    table = {}
    matrices = sorted(expr.atoms(MatrixSymbol), key=str)
    if len({m.name for m in matrices}) < len(matrices):
        raise ValueError(f"matrix symbols of one name and several shapes: {[(m, m.shape) for m in matrices]}")
    for m in matrices:
        if m.name in by_name:
            table[m] = arithmetic.array(by_name[m.name])
            if table[m].ndim == 1:
                table[m] = table[m].reshape(-1, 1)
            for d, size in zip(m.shape, table[m].shape, strict=True):
                if d.is_Symbol and d.name not in by_name:
                    by_name[d.name] = size
    bound = {v for f in expr.atoms(Lambda) for v in f.variables} | {
        at[0] for total in expr.atoms(Sum) for at in total.limits
    }
    for s in expr.atoms(Symbol) - (bound - expr.free_symbols):
        if s.name in by_name:
            table[s] = arithmetic.number(by_name[s.name])
    evaluator = Evaluator(arithmetic, table)
    for m in matrices:
        expected = tuple(evaluator.size(d) for d in m.shape)
        if m in table and table[m].shape != expected:
            raise ValueError(f"{m} has shape {table[m].shape}, expected {expected} = {m.shape}")
    return evaluator(expr)


class Evaluator:
    """Values of subexpressions under one table of symbols; matrices are computed once."""

    def __init__(self, arithmetic, table, cache=None, bound=frozenset()):
        self.arithmetic = arithmetic
        self.table = table
        self.cache = {} if cache is None else cache
        self.bound = bound

    def __call__(self, node):
        if not isinstance(node, MatrixExpr) or (self.bound and node.free_symbols & self.bound):
            return _RULES.dispatch(type(node))(self, node)
        if node not in self.cache:
            self.cache[node] = _RULES.dispatch(type(node))(self, node)
        return self.cache[node]

    def size(self, dimension):
        value = self(_sympify(dimension))
        if value != int(value):
            raise ValueError(f"the dimension {dimension} is {value}, which is no integer")
        return int(value)

    @singledispatchmethod
    def rule(self, node):
        raise UnsupportedExpression(node, "evaluation", "no rule for it")

    @rule.register(MatrixSymbol)
    @rule.register(Symbol)
    def _(self, node):
        if node not in self.table:
            raise KeyError(f"no value for {node}")
        return self.table[node]

    @rule.register(MatrixExpr)
    @rule.register(Expr)
    def _(self, node):
        if hasattr(node, "value"):
            return node.value(self.arithmetic, *map(self._argument, node.args))
        raise UnsupportedExpression(node, "evaluation", "no rule for it")

    def _argument(self, node):
        if isinstance(node, Lambda):
            return lambda *xs: self.substituted(node.expr, dict(zip(node.variables, xs, strict=True)))
        return self(node)

    def substituted(self, expr, bound):
        """The value of `expr` with some symbols bound to numbers for the moment."""
        return Evaluator(self.arithmetic, self.table | bound, self.cache, self.bound | bound.keys())(expr)

    @rule.register
    def _(self, node: Abbreviation):
        return self(node.definition)

    # matrices

    @rule.register
    def _(self, node: MatAdd):
        return sum(map(self, node.args[1:]), self(node.args[0]))

    @rule.register
    def _(self, node: MatMul):
        coefficient, matrices = node.as_coeff_matrices()
        result = self(matrices[0])
        for m in matrices[1:]:
            result = self._matmul(result, self(m))
        return result * self(coefficient)

    def _matmul(self, a, b):
        # NumPy gives no zeros of the right type for an empty sum over objects
        return a @ b if a.shape[1] else self.arithmetic.zeros(a.shape[0], b.shape[1])

    @rule.register
    def _(self, node: Transpose):
        return self(node.args[0]).T

    @rule.register
    def _(self, node: MatPow):
        base, exponent = self(node.base), self(node.exp)
        if base.shape == (1, 1) and exponent != int(exponent):  # a number
            return self._each(lambda x: self.arithmetic.power(x, exponent), base)
        if exponent != int(exponent):
            raise UnsupportedExpression(node, "evaluation", "only integer powers of matrices are evaluated")
        exponent = int(exponent)
        base = self.arithmetic.inverse(base) if exponent < 0 else base
        result = self.arithmetic.eye(len(base))
        for _ in range(abs(exponent)):
            result = self._matmul(result, base)
        return result

    @rule.register
    def _(self, node: HadamardProduct):
        result = self(node.args[0])
        for m in node.args[1:]:
            result = result * self(m)
        return result

    @rule.register
    def _(self, node: HadamardPower):
        return self._each(lambda x: self.arithmetic.power(x, self(node.args[1])), self(node.args[0]))

    @rule.register
    def _(self, node: ElementwiseApplyFunction):
        return self._each(self._argument(node.args[0]), self(node.args[1]))

    def _each(self, function, array):
        out = self.arithmetic.array(np.zeros(array.shape, dtype=int))
        for position in np.ndindex(array.shape):
            out[position] = function(array[position])
        return out

    @rule.register
    def _(self, node: Identity):
        return self.arithmetic.eye(self.size(node.rows))

    @rule.register
    def _(self, node: OneMatrix):
        return self.arithmetic.ones(*map(self.size, node.shape))

    @rule.register
    def _(self, node: ZeroMatrix):
        return self.arithmetic.zeros(*map(self.size, node.shape))

    @rule.register
    def _(self, node: DiagMatrix):
        vector = self(node.args[0])
        return self.arithmetic.eye(vector.size) * vector.reshape(1, -1)

    @rule.register
    def _(self, node: DiagonalMatrix):
        matrix = self(node.args[0])
        return matrix * self.arithmetic.eye(len(matrix))

    @rule.register
    def _(self, node: DiagonalOf):
        return self(node.args[0]).diagonal().reshape(-1, 1)

    @rule.register
    def _(self, node: Adjoint):
        return self(node.args[0]).T

    @rule.register
    def _(self, node: KroneckerProduct):
        result = self(node.args[0])
        for m in node.args[1:]:
            result = np.kron(result, self(m))
        return result

    @rule.register
    def _(self, node: BlockMatrix):
        return np.vstack([np.hstack([self(b) for b in blocks]) for blocks in node.blocks.tolist()])

    @rule.register
    def _(self, node: MatrixSlice):
        kept = (slice(*map(self.size, s)) for s in (node.rowslice, node.colslice))
        return self(node.parent)[tuple(kept)]

    @rule.register
    def _(self, node: MatrixBase):
        out = self.arithmetic.zeros(*node.shape)
        for position in np.ndindex(*node.shape):
            out[position] = self(node[position])
        return out

    @rule.register
    def _(self, node: FunctionMatrix):
        rows, columns = map(self.size, node.shape)
        function = self._argument(node.lamda)
        out = self.arithmetic.zeros(rows, columns)
        for position in np.ndindex(rows, columns):
            out[position] = function(*map(self.arithmetic.number, position))
        return out

    # scalars

    @rule.register
    def _(self, node: Determinant):
        return self.arithmetic.determinant(self(node.args[0]))

    @rule.register
    def _(self, node: DotProduct):
        left, right = (self(a).reshape(-1) for a in node.args)
        return (left * right).sum()

    @rule.register
    def _(self, node: Number):
        return self.arithmetic.number(int(node)) if node.is_Integer else self._ratio(node)

    def _ratio(self, node):
        if not node.is_Rational:
            return self.arithmetic.number(str(node))
        return self.arithmetic.number(int(node.p)) / self.arithmetic.number(int(node.q))

    @rule.register
    def _(self, node: Add):
        return sum(map(self, node.args[1:]), self(node.args[0]))

    @rule.register
    def _(self, node: Mul):
        result = self(node.args[0])
        for a in node.args[1:]:
            result = result * self(a)
        return result

    @rule.register
    def _(self, node: Pow):
        return self.arithmetic.power(self(node.base), self(node.exp))

    @rule.register
    def _(self, node: Max):
        return max(self._real(node))

    @rule.register
    def _(self, node: Min):
        return min(self._real(node))

    def _real(self, node):
        values = [self(a) for a in node.args]
        if any(v.imag != 0 for v in values):
            raise NoInstance(f"what {node} compares is not all real")
        return values

    @rule.register
    def _(self, node: Abs):
        return abs(self(node.args[0]))

    @rule.register
    def _(self, node: AppliedUndef):
        raise UnsupportedExpression(node, "evaluation", "the function has no value")

    @rule.register
    def _(self, node: Function):
        return self.arithmetic.function(type(node).__name__)(*map(self._number, node.args))

    def _number(self, node):
        """The value of a number, which may be written as a 1 x 1 matrix."""
        value = self(node)
        return value.item() if isinstance(value, np.ndarray) and value.shape == (1, 1) else value

    @rule.register
    def _(self, node: NumberSymbol):
        return self.arithmetic.constant(type(node).__name__)

    @rule.register
    def _(self, node: Piecewise):
        for value, condition in node.args:
            if condition == True or self(condition):  # noqa: E712
                return self(value)
        raise UnsupportedExpression(node, "evaluation", "no condition holds")

    @rule.register
    def _(self, node: Relational):
        left, right = map(self, node.args)
        compare = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}[node.rel_op]
        return compare(left, right)

    @rule.register
    def _(self, node: And):
        return all(map(self, node.args))

    @rule.register
    def _(self, node: Or):
        return any(map(self, node.args))

    @rule.register
    def _(self, node: Not):
        return not self(node.args[0])

    @rule.register
    def _(self, node: Trace):
        return np.trace(self(node.args[0])) if self.size(node.args[0].rows) else self.arithmetic.number(0)

    @rule.register
    def _(self, node: MatrixElement):
        matrix, i, j = node.args
        return self(matrix)[self.size(i), self.size(j)]

    @rule.register
    def _(self, node: KroneckerDelta):
        return self.arithmetic.number(int(self(node.args[0]) == self(node.args[1])))

    @rule.register
    def _(self, node: Sum):
        indices = [limit[0] for limit in node.limits]
        ranges = [range(self.size(low), self.size(high) + 1) for _, low, high in node.limits]
        total = self.arithmetic.number(0)
        for position in product(*ranges):
            bound = dict(zip(indices, map(self.arithmetic.number, position), strict=True))
            total += self.substituted(node.function, bound)
        return total


_RULES = Evaluator.__dict__["rule"].dispatcher  # asked directly: binding the method costs as much as a small rule
