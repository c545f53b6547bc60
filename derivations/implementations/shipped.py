"""A loss as libraries ship it: a function of two views of the same samples, with the defaults of the code."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, MatrixSymbol, Number, Symbol, symbols

from derivations.language.propositions import Positive, Proposition
from derivations.proof import rules
from derivations.proof.result import Result

N, K = symbols("N K", integer=True, positive=True)  # samples, dimensions
Z_a, Z_b = views = tuple(MatrixSymbol(name, N, K) for name in ("Z_a", "Z_b"))  # row by row of the same samples
several = Positive(N - 1)  # samples: an unbiased variance needs two, a sample and another one


@dataclass(frozen=True)
class Shipped:
    """What the code of some libraries computes from two views Z_a and Z_b.

    `value` is a matrix expression of the views and the hyper-parameters, `hyper` says what each of these means, and
    `defaults` what the code takes where nothing is said. `facts` say where it is smooth. `gradients` holds a theorem on
    the gradient of `value` in each view; `compared` says how it relates to the published loss.
    """

    name: str
    title: str
    libraries: tuple[str, ...]
    value: Expr
    hyper: dict[Symbol, str]
    defaults: dict[Symbol, Number]
    facts: tuple[Proposition, ...]
    gradients: Result
    compared: Result
    views: tuple[MatrixSymbol, MatrixSymbol] = views


def slopes(value, facts, known=()):
    """The gradient of a loss in each view, under the facts that do not speak of the other view alone, without those that the
    theorems `known` prove.
    """
    for view, other in ((Z_a, Z_b), (Z_b, Z_a)):
        own = [h for h in facts if view in h.free_symbols() or other not in h.free_symbols()]
        slope = rules.adjoint(value, view, own)
        for theorem in known:
            slope = rules.discharge(slope, theorem) if theorem.statement in own else slope
        yield slope
