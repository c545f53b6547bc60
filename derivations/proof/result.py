"""An entry of the catalogue: a permanent id and the derivation of a theorem."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from inspect import getdoc

from derivations.language.loss import Loss
from derivations.proof.claim import Claim
from derivations.proof.theorem import Theorem


@dataclass(eq=False)
class Result:
    """`id` reads as a statement and never changes; `prove` derives it: a theorem, or one for each case.

    `cites` are bibliography keys; `numerical` says what of the docstring is shown by numerical tests and not proved;
    `claimed` states what was claimed instead, and does not hold.
    """

    id: str
    title: str
    prove: object = field(repr=False)
    cites: tuple[str, ...] = ()
    numerical: str = ""
    claimed: object = field(default=None, repr=False)

    @cached_property
    def claim(self) -> Claim | None:
        """The refuted claim that the result corrects, if it does."""
        return self.claimed and self.claimed()

    @cached_property
    def theorems(self) -> tuple[Theorem, ...]:
        proved = self.prove()
        return (proved,) if isinstance(proved, Theorem) else tuple(proved)

    @property
    def lemmas(self):
        """The cited lemmas that it rests on."""
        return sorted(frozenset().union(*(t.lemmas for t in self.theorems)))


def result(id, *, cites=(), numerical="", claimed=None):
    """Declare a derivation, a function without arguments whose docstring says what it shows, as the result `id`.

    `claimed`, a function without arguments, gives the Claim that it corrects.
    """

    def declare(function):
        return Result(id, " ".join(getdoc(function).split()), function, tuple(cites), numerical, claimed)

    return declare


@dataclass(frozen=True)
class Implementation:
    """Which results become the NumPy functions of a loss, and what the code calls its intermediate matrices.

    `gradient` holds the gradient of the loss's matrix form; `representation` and `weights` hold its minima over Z and
    over linear maps W, one theorem a case; a loss of scores has neither. `names` has abbreviations and products for
    keys; a product of the relation and Z is called `image`, and one of Z' and Z `gram`, where it does not say otherwise.
    """

    loss: Loss
    gradient: Result
    representation: Result | None = None
    weights: Result | None = None
    names: dict = field(default_factory=dict)
