"""What a cited lemma is, and the symbols that the lemmas share."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Function, Min, Symbol
from sympy.matrices.expressions.matexpr import MatrixElement

from derivations.language.propositions import Proposition

CITED = {}


@dataclass(frozen=True)
class Lemma:
    """`hypotheses |- statement`, or `hypotheses |- there are symbols `provides` such that statement`."""

    name: str
    title: str
    reference: str
    hypotheses: tuple[Proposition, ...]
    statement: Proposition
    provides: tuple = ()


def cited(build):
    """Enter the lemma that a function builds, under its name."""
    lemma = build()
    CITED[lemma.name] = lemma
    return lemma


def dimension(name):
    return Symbol(name, integer=True, positive=True)


def entry(vector, k):
    """The k-th entry of a column vector, unexpanded."""
    return MatrixElement(vector, k, 0)


N, D, K = map(dimension, ("N", "D", "K"))
r, n = (Symbol(name, integer=True, nonnegative=True) for name in ("r", "n"))  # a rank, a number of values
k = Symbol("k", integer=True, nonnegative=True)
s = Symbol("s", real=True)
phi = Function("phi")
q = Min(K, r)
