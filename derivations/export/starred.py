"""Products in which a minimiser is written out, with its name again: R P' H Z* is Z*' H Z*."""

from __future__ import annotations

from sympy import MatAdd, MatMul, MatrixSymbol, Transpose

from derivations.export.notation.shorter import flattened, scaled
from derivations.language.atoms import Abbreviation


class Starred:
    """Writes Z* for what stands for it inside products, and C* for an abbreviation there; `names` are those of a part."""

    def __init__(self, names):
        self.names, self.patterns = names, []
        if names.best is not None and isinstance(names.where, MatMul):
            self._add(names.where, names.best)
        for there, atom, at in names.there:
            meaning = atom.definition if isinstance(atom, Abbreviation) else None
            if isinstance(meaning, MatMul) and at == names.best:
                unknown = names.objective.args[0]
                self._add(meaning.xreplace({unknown: at}), there)

    def _add(self, meaning, name):
        coefficient, factors = flattened(meaning)
        if len(factors) > 1 and all(f != name for f in factors[:-1]):
            turned = [_transposed(f) for f in reversed(factors)]
            self.patterns += [(coefficient, factors, name), (coefficient, turned, Transpose(name))]

    def __call__(self, expr):
        if not self.patterns or not expr.args or isinstance(expr, MatrixSymbol):
            return expr
        named = self.names.lookup(expr)
        if named is not None or isinstance(expr, Abbreviation):
            return named if any(named == name for *_, name in self.patterns) else expr
        args = [self(a) if hasattr(a, "args") else a for a in expr.args]
        expr = expr.func(*args) if any(a is not b for a, b in zip(args, expr.args, strict=True)) else expr
        return self._product(expr) if isinstance(expr, MatMul) else expr

    def _product(self, product):
        coefficient, factors = flattened(product, lambda factor: self.names.lookup(factor) is not None)
        for c, wanted, name in self.patterns:
            while len(wanted) < len(factors) and (at := _position(wanted, factors)) is not None:
                factors = [*factors[:at], name, *factors[at + len(wanted) :]]
                coefficient = coefficient / c
        return scaled(coefficient, factors)


def _position(wanted, factors):
    """Where some factors stand side by side among others, or None."""
    n = len(wanted)
    return next((m for m in range(len(factors) - n + 1) if factors[m : m + n] == wanted), None)


def _transposed(factor):
    if isinstance(factor, MatAdd):
        return MatAdd(*(_transposed(a) for a in factor.args))
    if isinstance(factor, MatMul):
        coefficient, factors = flattened(factor)
        return MatMul(coefficient, *(_transposed(f) for f in reversed(factors)))
    return Transpose(factor).doit(deep=False)
