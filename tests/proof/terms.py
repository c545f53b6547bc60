"""Symbols and short forms that the tests of the proof rules share."""

from sympy import Integer, MatrixSymbol, Symbol, symbols
from sympy.core.function import Lambda
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.atoms import SquaredNorm
from derivations.language.propositions import AtMost, Equal
from derivations.language.substitute import substitute
from derivations.proof import rules

N, M, K, c = symbols("N M K c", integer=True, positive=True)
i, j, k = symbols("i j k", integer=True, nonnegative=True)
a, b = symbols("a b", real=True)
p = Symbol("p", positive=True)
s = Symbol("s", nonnegative=True)
x = Symbol("x", real=True)
A, B, Z = (MatrixSymbol(name, N, N) for name in "ABZ")
v, w = (MatrixSymbol(name, N, 1) for name in "vw")
ZERO, ONE = Integer(0), Integer(1)


def at_k(vector):
    return MatrixElement(vector, k, 0)


def each(body, vector):
    """The function of x at every entry of a vector."""
    return ElementwiseApplyFunction(Lambda(x, body), vector)


def nonnegative(expr, hypotheses=()):
    """|- 0 <= expr, if that can be read off how it is built."""
    return rules.combination(AtMost(ZERO, expr), [], remainder=[expr], hypotheses=hypotheses)


def equation(lhs, rhs, hypotheses=()):
    return rules.normal_form(Equal(lhs, rhs), hypotheses)


def nearest(shift=ZERO):
    """min over Z of |Z - A|^2 + shift is shift, at A."""
    objective = SquaredNorm(Z - A) + shift
    bound = rules.combination(AtMost(shift, objective), [], remainder=[SquaredNorm(Z - A)])
    return rules.attainment(bound, equation(substitute(objective, {Z: A}), shift), Z, A)
