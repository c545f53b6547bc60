"""What sentences and displays are made of, besides strings, SymPy expressions and propositions."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Basic

from derivations.proof.lemmas import LEMMAS


@dataclass(frozen=True)
class Least:
    """The minimum of an expression over a matrix, under propositions."""

    objective: Basic
    unknown: Basic
    subject_to: tuple = ()


@dataclass(frozen=True)
class Slope:
    """The gradient of an expression in a matrix."""

    function: Basic
    unknown: Basic


@dataclass(frozen=True)
class Relation:
    """lhs sign rhs; `rhs` may be several expressions that are added.

    A `defining` relation prints what its right side means, even if that has a name; `lead` is said before it.
    """

    lhs: Basic | Least | Slope
    sign: str
    rhs: Basic | tuple
    defining: bool = False
    lead: str = ""


@dataclass(frozen=True)
class Replaced:
    """`value` in the place of `name`."""

    name: Basic
    value: Basic


@dataclass(frozen=True)
class Cited:
    """A lemma from the literature."""

    name: str

    @property
    def lemma(self):
        return LEMMAS[self.name]


@dataclass(frozen=True)
class Provided:
    """Symbols that there are by a lemma."""

    lemma: str
    symbols: tuple


@dataclass(frozen=True)
class Instance:
    """A general proposition, or one part of it (counted from 0)."""

    key: str
    part: int | None = None
