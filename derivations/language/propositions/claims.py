"""What theorems assert: equations, inequalities, gradients, minima."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import (
    Basic,
    MatrixSymbol,
    Symbol,
)

from derivations.language.propositions.base import Proposition


@dataclass(frozen=True)
class Equal(Proposition):
    """lhs = rhs. As a hypothesis it rewrites lhs, a single product, into rhs."""

    equational = True

    lhs: Basic
    rhs: Basic

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
