"""A result of the catalogue as terminals and notebooks show it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from derivations.catalogue import chosen
from derivations.export.latex.mathjax import rendered
from derivations.export.text import describe, summary
from derivations.proof.result import Result


@dataclass(frozen=True, repr=False)
class Shown:
    """Prints as text, and renders in a notebook as formulas; with the proof, if `proof` is set."""

    result: Result
    proof: bool = False

    def __repr__(self):
        return describe(self.result) if self.proof else f"{self.result.id}: {self.result.title}\n{summary(self.result)}"

    def _repr_markdown_(self):
        title = re.sub(r"[\\`*_<\[\]$]", r"\\\g<0>", self.result.title)  # as it is, to Markdown
        return f"**{self.result.id}**: *{title}*\n\n{rendered(self.result, self.proof)}"


def theorem(id, proof=False):
    """The result called `id`, derived now, to be looked at; raises KeyError naming an id that does not exist."""
    (result,) = chosen([id])
    return Shown(result, proof)
