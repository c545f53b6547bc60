"""Scalar expressions, or vectors of them, as NumPy source."""

from __future__ import annotations

from functools import singledispatchmethod

from sympy import (
    Add,
    And,
    Expr,
    Float,
    Function,
    Max,
    Min,
    Mul,
    Not,
    NumberSymbol,
    Or,
    Piecewise,
    Pow,
    Rational,
    S,
    Symbol,
    fraction,
    log,
)
from sympy.core.relational import Relational

from derivations.language.errors import UnsupportedExpression

SUM, PRODUCT, POWER, ATOM = range(4)  # how tightly the outermost operation binds

NUMPY = "exp sin cos tan sinh cosh tanh sign floor ceiling:ceil Abs:abs Heaviside:heaviside atan2:arctan2 logaddexp"
NUMPY += " asin:arcsin acos:arccos atan:arctan asinh:arcsinh acosh:arccosh atanh:arctanh"
SCIPY = "erf erfc erfinv erfcinv entr expit gamma loggamma:gammaln digamma polygamma besselj:jv bessely:yv"
SPECIAL = {name.partition(":")[0]: name.rpartition(":")[2] for name in SCIPY.split()}
FUNCTIONS = SPECIAL | {name.partition(":")[0]: f"np.{name.rpartition(':')[2]}" for name in NUMPY.split()}
"""What NumPy and SciPy call SymPy's functions of numbers."""


class ScalarCode:
    """Source of scalar expressions; `names` maps symbols and entries to the source that stands for them, with how tightly that
    binds if it is no single name.

    `arrays` are those that stand for arrays, written last in a product, and if `grouped` after a division of numbers by
    numbers; `positive_part(source of x, x)` writes max(0, x).
    """

    def __init__(self, names, arrays=(), positive_part=None, grouped=False):
        self.names = names
        self.arrays = frozenset(arrays)
        self.grouped = grouped
        self.positive_part = positive_part or (lambda code, x: f"np.maximum({code}, 0.0)")

    def __call__(self, expr, at_least=SUM):
        """The source, in parentheses if its outermost operation binds less than `at_least`."""
        if expr in self.names:
            named = self.names[expr]
            code, level = (named, ATOM) if isinstance(named, str) else named
        else:
            code, level = self.rule(expr)
        return code if level >= at_least else f"({code})"

    @singledispatchmethod
    def rule(self, expr):
        raise UnsupportedExpression(expr, "the NumPy code", "no rule for it")

    @rule.register
    def _(self, expr: Expr):
        raise UnsupportedExpression(expr, "the NumPy code", "no rule for it")

    @rule.register
    def _(self, expr: Symbol):
        raise UnsupportedExpression(expr, "the NumPy code", "it is no argument of the function")

    @rule.register
    def _(self, expr: Rational):
        if expr.q == 1:
            return str(expr.p), ATOM if expr.p >= 0 else SUM
        return f"{expr.p} / {expr.q}", PRODUCT

    @rule.register
    def _(self, expr: Float):
        return repr(float(expr)), ATOM if expr >= 0 else SUM

    @rule.register
    def _(self, expr: NumberSymbol):
        return {S.Pi: "np.pi", S.Exp1: "np.e"}.get(expr, repr(float(expr))), ATOM

    @rule.register
    def _(self, expr: Add):
        first, *rest = sorted(expr.as_ordered_terms(), key=lambda t: t.could_extract_minus_sign())
        code = self(first)
        for term in rest:
            negative = term.could_extract_minus_sign()
            code += f" - {self(-term, PRODUCT)}" if negative else f" + {self(term, PRODUCT)}"
        return code, SUM

    @rule.register
    def _(self, expr: Mul):
        if expr.could_extract_minus_sign():
            return f"-{self(-expr, PRODUCT)}", SUM
        above, below = fraction(expr, exact=True)
        if self.grouped and not self._has_arrays(below):
            parts = Mul.make_args(above)
            numbers, arrays = (Mul(*(f for f in parts if self._has_arrays(f) == kind)) for kind in (False, True))
            if numbers != 1 and below != 1 and arrays != 1:
                return f"{self(numbers / below, PRODUCT)} * {self(arrays, POWER)}", PRODUCT
        code = " * ".join(self(f, PRODUCT if n == 0 else POWER) for n, f in enumerate(self._ordered(above)))
        return (code if below == 1 else f"{code} / {self(below, POWER)}"), PRODUCT

    @rule.register
    def _(self, expr: Pow):
        if expr.exp == S.Half:
            return f"np.sqrt({self(expr.base)})", ATOM
        if expr.exp.could_extract_minus_sign():
            return f"1 / {self(Pow(expr.base, -expr.exp), POWER)}", PRODUCT
        base, exponent = self(expr.base, ATOM), self(expr.exp, ATOM)
        simple = all(part.replace(".", "").replace("_", "").isalnum() for part in (base, exponent))
        return f"{base}{'**' if simple else ' ** '}{exponent}", POWER

    @rule.register
    def _(self, expr: Max):
        rest = [a for a in expr.args if a != 0]
        if len(rest) == 1 and len(expr.args) == 2:
            return self.positive_part(self(rest[0]), rest[0]), ATOM
        return self._folded("np.maximum", expr)

    @rule.register
    def _(self, expr: Min):
        return self._folded("np.minimum", expr)

    def _folded(self, function, expr):
        first, *rest = sorted(expr.args, key=lambda a: (a.is_number, str(a)))
        code = self(first)
        for argument in rest:
            code = f"{function}({code}, {self(argument)})"
        return code, ATOM

    @rule.register
    def _(self, expr: Function):
        name = type(expr).__name__
        if name not in FUNCTIONS:
            raise UnsupportedExpression(expr, "the NumPy code", f"neither NumPy nor SciPy is known to have {name}")
        return f"{FUNCTIONS[name]}({', '.join(map(self, expr.args))})", ATOM

    @rule.register
    def _(self, expr: log):
        (inside,) = expr.args
        number, rest = inside.as_coeff_Add()
        return (f"np.log1p({self(rest)})" if number == 1 else f"np.log({self(inside)})"), ATOM

    @rule.register
    def _(self, expr: Piecewise):
        *pieces, (value, condition) = expr.args
        if condition != True:  # noqa: E712
            raise UnsupportedExpression(expr, "the NumPy code", "it has no value where none of its conditions holds")
        code = self(value)
        for value, condition in reversed(pieces):
            code = f"np.where({self._condition(condition)}, {self(value)}, {code})"
        return code, ATOM

    def _condition(self, condition):
        if isinstance(condition, (And, Or)):
            joined = " & " if isinstance(condition, And) else " | "
            return joined.join(f"({self._condition(c)})" for c in sorted(condition.args, key=str))
        if isinstance(condition, Not):
            return f"~({self._condition(condition.args[0])})"
        if not isinstance(condition, Relational):
            raise UnsupportedExpression(condition, "the NumPy code", "no comparison of numbers")
        return f"{self(condition.lhs)} {condition.rel_op} {self(condition.rhs)}"

    def _ordered(self, product):
        """The factors of a product: numbers, then parameters, then arrays and sums."""
        factors = Mul.make_args(product)
        return sorted(factors, key=lambda f: (not f.is_Number, self._has_arrays(f), str(f)))

    def _has_arrays(self, expr):
        return any(expr.has(a) for a in self.arrays)
