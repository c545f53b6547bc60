"""Scalar expressions, or vectors of them, as NumPy source."""

from __future__ import annotations

from functools import singledispatchmethod

from sympy import Add, Expr, Max, Mul, Pow, Rational, S, Symbol, exp, fraction, log

from derivations.language.errors import UnsupportedExpression

SUM, PRODUCT, POWER, ATOM = range(4)  # how tightly the outermost operation binds


class ScalarCode:
    """Source of scalar expressions; `names` maps symbols and entries to the source that stands for them.

    `arrays` are those that stand for arrays, written last in a product; `positive_part(source of x, x)` writes max(0, x).
    """

    def __init__(self, names, arrays=(), positive_part=None):
        self.names = names
        self.arrays = frozenset(arrays)
        self.positive_part = positive_part or (lambda code, x: f"np.maximum({code}, 0.0)")

    def __call__(self, expr, at_least=SUM):
        """The source, in parentheses if its outermost operation binds less than `at_least`."""
        if expr in self.names:
            code, level = self.names[expr], ATOM
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
        above, below = fraction(expr)
        code = " * ".join(self(f, PRODUCT if n == 0 else POWER) for n, f in enumerate(self._ordered(above)))
        return (code if below == 1 else f"{code} / {self(below, POWER)}"), PRODUCT

    @rule.register
    def _(self, expr: Pow):
        if expr.exp == S.Half:
            return f"np.sqrt({self(expr.base)})", ATOM
        if expr.exp.could_extract_minus_sign():
            return f"1 / {self(Pow(expr.base, -expr.exp), POWER)}", PRODUCT
        hugged = "**" if expr.base in self.names or expr.base.is_Number else " ** "
        return f"{self(expr.base, ATOM)}{hugged}{self(expr.exp, ATOM)}", POWER

    @rule.register
    def _(self, expr: Max):
        rest = [a for a in expr.args if a != 0]
        if len(rest) != 1 or len(expr.args) != 2:
            raise UnsupportedExpression(expr, "the NumPy code", "only max(0, x) is written")
        return self.positive_part(self(rest[0]), rest[0]), ATOM

    @rule.register
    def _(self, expr: exp):
        return f"np.exp({self(expr.args[0])})", ATOM

    @rule.register
    def _(self, expr: log):
        number, rest = expr.args[0].as_coeff_Add()
        return (f"np.log1p({self(rest)})" if number == 1 else f"np.log({self(expr.args[0])})"), ATOM

    def _ordered(self, product):
        """The factors of a product: numbers, then parameters, then arrays and sums."""
        factors = Mul.make_args(product)
        return sorted(factors, key=lambda f: (not f.is_Number, any(f.has(a) for a in self.arrays), str(f)))
