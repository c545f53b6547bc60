"""What theorems assert: equations, inequalities, gradients, minima."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import (
    Basic,
    MatrixSymbol,
    Pow,
    Symbol,
)

from derivations.language.propositions.base import Proposition


@dataclass(frozen=True)
class Equal(Proposition):
    """lhs = rhs. As a hypothesis it rewrites lhs, a single product, into rhs."""

    equational = True

    lhs: Basic
    rhs: Basic

    @property
    def irrational(self):
        return any(not p.exp.is_Integer for e in self.expressions() for p in e.atoms(Pow))

    def equations(self):
        return ((self.lhs, self.rhs),)

    def determined(self):
        return tuple(s for s in (self.lhs, self.rhs) if isinstance(s, (Symbol, MatrixSymbol)))[:1]

    def determine(self, instance):
        (symbol,) = self.determined()
        return {symbol: instance.value(self.rhs if symbol == self.lhs else self.lhs)}


@dataclass(frozen=True)
class AtMost(Proposition):
    """lhs <= rhs, both real scalars."""

    lhs: Basic
    rhs: Basic

    def residual(self, instance):
        return instance.excess(self.lhs, self.rhs)

    def text(self, show):
        return f"{show(self.lhs)} <= {show(self.rhs)}"

    def latex(self, show):
        return rf"{show(self.lhs)} \le {show(self.rhs)}"


@dataclass(frozen=True)
class EqualIff(Proposition):
    """lhs = rhs, two scalars, if and only if `a` = `b`, two scalars or two matrices of one shape."""

    lhs: Basic
    rhs: Basic
    a: Basic
    b: Basic

    def residual(self, instance):
        """Both equations hold, or neither; and if `a` is a symbol, the first holds once the second is made to."""
        limit = instance.arithmetic.tolerance
        worst = int((instance.distance(self.lhs, self.rhs) <= limit) != (instance.distance(self.a, self.b) <= limit))
        if isinstance(self.a, MatrixSymbol) and self.a not in self.b.free_symbols:
            there = instance.extended({self.a: instance.value(self.b)})
            return max(worst, there.distance(self.lhs, self.rhs))
        return worst

    def text(self, show):
        return f"{show(self.lhs)} = {show(self.rhs)} exactly if {show(self.a)} = {show(self.b)}"

    def latex(self, show):
        return rf"{show(self.lhs)} = {show(self.rhs)} \iff {show(self.a)} = {show(self.b)}"


@dataclass(frozen=True)
class Gradient(Proposition):
    """The gradient of the scalar `function` in the matrix `unknown` is `value`: df = tr(value' d unknown)."""

    function: Basic
    unknown: Basic
    value: Basic

    def residual(self, instance):
        return instance.gradient_residual(self.function, self.unknown, self.value)

    def text(self, show):
        return f"grad_{show(self.unknown)} {show(self.function)}  =  {show(self.value)}"

    def latex(self, show):
        return rf"\nabla_{{{show(self.unknown)}}} \left[ {show(self.function)} \right] = {show(self.value)}"


@dataclass(frozen=True)
class Minimum(Proposition):
    """min of `objective` over all matrices `unknown` that satisfy `subject_to` is `value`, attained at `at`."""

    objective: Basic
    unknown: Basic
    value: Basic
    at: Basic
    subject_to: tuple[Proposition, ...] = ()

    def residual(self, instance):
        return instance.minimum_residual(self)

    def text(self, show):
        z = show(self.unknown)
        such = "  such that  " + ", ".join(p.text(show) for p in self.subject_to) if self.subject_to else ""
        return f"min over {z}{such}  of  {show(self.objective)}\n  =  {show(self.value)}\nat  {z} = {show(self.at)}"

    def latex(self, show):
        z = show(self.unknown)
        such = "".join(rf",\ {p.latex(show)}" for p in self.subject_to)
        return (
            rf"\min_{{{z}{such}}} {show(self.objective)} = {show(self.value)} "
            rf"\quad\text{{at}}\quad {z} = {show(self.at)}"
        )


@dataclass(frozen=True)
class Expansion(Proposition):
    """function = approximation + O(variable^order) as the real `variable` tends to 0, all else fixed."""

    function: Basic
    variable: Basic
    approximation: Basic
    order: Basic

    def residual(self, instance):
        """0 if halving the variable divides the error by 2^order, up to a few percent, or there is no error at all."""
        precise = instance.in_multi_precision()
        step = precise.arithmetic.number("1e-6")
        errors = []
        for h in (step, step / 2):
            at = precise.extended({self.variable: h})
            errors.append(abs(at.value(self.function) - at.value(self.approximation)))
        order, scale = instance.dimension(self.order), abs(precise.extended({self.variable: step}).value(self.function))
        limit = precise.arithmetic.tolerance * (1 + scale)
        return 0 if errors[0] <= limit or errors[0] >= 0.95 * 2**order * errors[1] else errors[1] / step**order

    def text(self, show):
        power = f"{show(self.variable)}^{show(self.order)}"
        return f"{show(self.function)} = {show(self.approximation)} + O({power})"

    def latex(self, show):
        power = f"{show(self.variable)}^{{{show(self.order)}}}"
        return rf"{show(self.function)} = {show(self.approximation)} + O({power})"


@dataclass(frozen=True)
class LeastValue(Proposition):
    """min of `objective` over all matrices `unknown` is `value`, and attained."""

    objective: Basic
    unknown: Basic
    value: Basic

    def residual(self, instance):
        return AtMost(self.value, self.objective).residual(instance)

    def text(self, show):
        return f"min over {show(self.unknown)} of {show(self.objective)} = {show(self.value)}"

    def latex(self, show):
        return rf"\min_{{{show(self.unknown)}}} {show(self.objective)} = {show(self.value)}"


@dataclass(frozen=True)
class All(Proposition):
    """Every one of `parts`."""

    parts: tuple[Proposition, ...]

    def equations(self):
        return tuple(pair for p in self.parts for pair in p.equations())

    def patterns(self, parse):
        return tuple(pattern for p in self.parts for pattern in p.patterns(parse))

    def residual(self, instance):
        return max(p.residual(instance) for p in self.parts)

    def text(self, show):
        return "\n".join(p.text(show) for p in self.parts)

    def latex(self, show):
        return r" \\ ".join(p.latex(show) for p in self.parts)
