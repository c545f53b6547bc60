"""Functions of the entries of a vector: what they are made of, and those that have a name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sympy import Integer, Lambda, MatMul, MatrixExpr, MatrixSymbol, Max, Min, Pow, default_sort_key, expand
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.proof.lemmas.lemma import k


@dataclass(frozen=True)
class Filter:
    """A function of the entries of a vector that has a name: s for f(v), and s_k for f(v_k)."""

    function: Lambda
    vector: MatrixExpr
    name: MatrixSymbol

    def entry(self, index):
        """s_k."""
        return MatrixElement(self.name, index, Integer(0))

    def at(self, index):
        """f(v_k)."""
        return value_at(self.function, MatrixElement(self.vector, index, Integer(0)))

    def lookup(self, expr):
        """The name of an expression that is f(v), or f(v_k) for some k; None for any other."""
        if isinstance(expr, ElementwiseApplyFunction):
            body, of = of_entries(expr)
            return self.name if of == self.vector and _same(value_at(body, k), value_at(self.function, k)) else None
        if expr.func != self.function.expr.func or isinstance(expr, MatrixExpr):
            return None
        indices = {e.args[1] for e in expr.atoms(MatrixElement) if e.args[0] == self.vector}
        return self.entry(*indices) if len(indices) == 1 and _same(expr, self.at(*indices)) else None


@lru_cache(maxsize=4096)
def value_at(function, argument):
    """The value of a function: to build a maximum takes SymPy long, and every name is compared with every expression."""
    return function(argument)


@lru_cache(maxsize=4096)
def of_entries(node):
    """(f, v) with node = f(v) entry by entry, v no multiple of another vector."""
    function, vector = node.function, node.expr
    coefficient, factors = vector.as_coeff_matrices() if isinstance(vector, MatMul) else (1, [vector])
    if len(factors) > 1:
        return function, vector
    return Lambda(function.variables, function(coefficient * function.variables[0])), factors[0]


def core_of(body, a):
    """What a function of `a` is made of: the positive part in it, or what a multiple of it is a power of; None if that is
    `a`.
    """
    parts = sorted((m for m in body.atoms(Max, Min) if m.has(a)), key=default_sort_key)
    core = parts[0] if len(parts) == 1 else body.as_coeff_Mul()[1]
    while isinstance(core, Pow):
        core = core.base
    return core if core.has(a) and core != a else None


def _same(a, b):
    """Whether two functions of an entry are equal; of two positive parts, whether what they are of is."""
    if a == b:
        return True
    if isinstance(a, Max) and isinstance(b, Max) and 0 in a.args and 0 in b.args and len(a.args) == len(b.args) == 2:
        (x,), (y,) = ([t for t in m.args if t != 0] for m in (a, b))
        return expand(x - y) == 0
    return False
